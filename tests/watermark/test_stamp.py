import tracemalloc
from collections.abc import Iterable, Iterator

import numpy as np
import pytest

from tests.watermark import clips
from tests.watermark.clips import PAYLOAD_ID, SECRET
from watermark import quality
from watermark import stamp as stamps
from watermark.detect import Detection, Detector
from watermark.embed import Embedder
from watermark.errors import WatermarkError
from watermark.frames import Frames
from watermark.stamp import BUDGET_DB, HELD_FRAMES, MARGIN_DB, STRENGTH_MIN, Stamped, stamp


def stamped(clip: Frames, *, strength: float | None = None) -> Stamped:
    return stamp(
        [clip[start : start + 12] for start in range(0, len(clip), 12)],
        secret=SECRET,
        payload_id=PAYLOAD_ID,
        recode=recode,
        strength=strength,
    )


def recode(frames: Iterable[Frames], crf: int) -> list[Frames]:
    return [clips.encode(np.concatenate(list(frames)), crf)]


class Recoder:
    """Counts the copies that are made, and makes none."""

    def __init__(self) -> None:
        self.made: list[tuple[int, ...]] = []

    def __call__(self, frames: Iterable[Frames], crf: int) -> list[Frames]:
        whole = np.concatenate(list(frames))
        self.made.append((*whole.shape[:3], crf))
        return [whole]


def test_what_keeps_its_mark_well_is_marked_less() -> None:
    wall = stamped(clips.plain("flat", count=48))
    expensive = stamped(clips.plain("textured", count=48))

    assert wall.margin_db is not None
    assert wall.margin_db >= MARGIN_DB
    assert STRENGTH_MIN <= wall.strength < wall.strength_max
    assert wall.strength < expensive.strength


def test_it_does_not_matter_how_large_the_chunks_are() -> None:
    clip = clips.plain("textured", 96, 128, 2 * HELD_FRAMES + 7)
    whole, parts = Recoder(), Recoder()

    at_once = stamp([clip], secret=SECRET, payload_id=PAYLOAD_ID, recode=whole)
    in_parts = stamp(
        [clip[:0], *(clip[start : start + 31] for start in range(0, len(clip), 31))],
        secret=SECRET,
        payload_id=PAYLOAD_ID,
        recode=parts,
    )

    assert set(whole.made) == set(parts.made) == {(HELD_FRAMES, 96, 128, 22)}
    assert at_once.strength == in_parts.strength
    assert np.array_equal(
        np.concatenate(list(at_once.frames)), np.concatenate(list(in_parts.frames))
    )


def test_the_least_strength_with_the_margin_is_chosen() -> None:
    clip = clips.plain("flat", 96, 128, 48)
    chosen = stamped(clip)

    weaker = stamped(clip, strength=chosen.strength / 1.2)

    assert chosen.margin_db is not None
    assert chosen.margin_db >= MARGIN_DB
    assert weaker.margin_db is None or weaker.margin_db < MARGIN_DB


def test_every_frame_is_marked_once_as_strongly_as_it_says() -> None:
    clip = clips.plain("textured", 96, 160, 60)

    found = stamped(clip)

    embedder = Embedder(SECRET, PAYLOAD_ID, height=96, width=160, strength=found.strength)
    assert (np.concatenate(list(found.frames)) == embedder.mark(clip)).all()


@pytest.mark.parametrize("level", [0, 128])
def test_what_hides_no_mark_is_marked_with_all_that_is_allowed(level: int) -> None:
    clip = np.full((12, 96, 160, 3), level, dtype=np.uint8)

    def lose(frames: Iterable[Frames], _: int) -> list[Frames]:
        return [np.full_like(each, level) for each in frames]

    found = stamp([clip], secret=SECRET, payload_id=PAYLOAD_ID, recode=lose)

    assert found.strength == found.strength_max
    assert (found.log10_p, found.margin_db) == (0.0, None)


def test_someone_elses_mark_is_no_margin() -> None:
    clip = clips.marked("textured", 360, 640, 48)
    found = Detector(SECRET).detect([clip], effort="quick")

    assert stamps.is_ample(found, PAYLOAD_ID)
    assert not stamps.is_ample(found, PAYLOAD_ID + 1)
    assert stamps.measure_margin(found, PAYLOAD_ID + 1) is None


def test_a_claim_without_a_margin_is_not_ample() -> None:
    assert not stamps.is_ample(Detection(PAYLOAD_ID, -4.1, 6.4, 48, None), PAYLOAD_ID)


@pytest.mark.parametrize("kind", clips.RENDERERS)
@pytest.mark.parametrize(("lines", "budget_db"), [(720, BUDGET_DB), (360, 44.0), (180, 41.0)])
def test_no_mark_changes_more_than_the_budget(kind: str, lines: int, budget_db: float) -> None:
    """Small pictures have a larger one: they have fewer pixels to carry a mark."""
    clip = clips.plain(kind, lines, 16 * lines // 9, 2)

    found = stamp(
        [clip], secret=SECRET, payload_id=PAYLOAD_ID, recode=lambda frames, _: [next(iter(frames))]
    )

    embedder = Embedder(
        SECRET,
        PAYLOAD_ID,
        height=lines,
        width=16 * lines // 9,
        strength=found.strength_max,
    )
    assert budget_db - 0.25 <= quality.psnr_luma(clip, embedder.mark(clip)) < budget_db + 0.6


def test_few_copies_are_made_and_of_few_frames() -> None:
    recoder = Recoder()
    clip = clips.plain("flat", 96, 128, 12)

    stamp([clip] * 20, secret=SECRET, payload_id=PAYLOAD_ID, recode=recoder)

    assert len(recoder.made) <= 5
    assert set(recoder.made) == {(HELD_FRAMES, 96, 128, 22)}


@pytest.mark.parametrize(
    ("height", "width", "copies"),
    [
        (180, 322, [(2, 180, 322, 26)]),
        (722, 404, [(2, 322, 180, 22), (2, 642, 360, 28), (2, 722, 404, 31)]),
        (1080, 1920, [(2, 180, 320, 22), (2, 360, 640, 28), (2, 720, 1280, 34)]),
    ],
)
def test_copies_are_no_larger_than_the_clip(
    height: int, width: int, copies: list[tuple[int, ...]]
) -> None:
    recoder = Recoder()
    clip = clips.plain("flat", height, width, 2)

    stamp([clip], secret=SECRET, payload_id=PAYLOAD_ID, recode=recoder, strength=1.1)

    assert recoder.made == copies


def test_a_copy_that_is_not_good_enough_is_the_last_of_its_strength() -> None:
    recoder = Recoder()

    found = stamp(
        [clips.plain("flat", 720, 1280, 1)],
        secret=SECRET,
        payload_id=PAYLOAD_ID,
        recode=lambda frames, crf: [each // 64 * 64 for each in recoder(frames, crf)],
        strength=0.1,
    )

    assert found.margin_db is None
    assert len(recoder.made) == 1


def test_no_more_is_held_of_a_long_clip_than_of_a_short_one() -> None:
    def draw(chunks: int) -> Iterator[Frames]:
        for _ in range(chunks):
            yield np.random.default_rng(1).integers(0, 256, (12, 192, 320, 3), dtype=np.uint8)

    def measure(chunks: int) -> int:
        found = stamp(
            draw(chunks),
            secret=SECRET,
            payload_id=PAYLOAD_ID,
            recode=lambda frames, _: list(frames),
            strength=1.0,
        )
        tracemalloc.start()
        try:
            assert sum(map(len, found.frames)) == 12 * chunks
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert measure(20) < 1.2 * measure(5)


def test_a_clip_without_frames_is_refused() -> None:
    with pytest.raises(WatermarkError, match="no frames"):
        stamped(np.zeros((0, 96, 160, 3), dtype=np.uint8))


def test_a_clip_that_is_too_small_is_refused() -> None:
    with pytest.raises(WatermarkError, match="96 pixels"):
        stamped(np.zeros((1, 64, 160, 3), dtype=np.uint8))
