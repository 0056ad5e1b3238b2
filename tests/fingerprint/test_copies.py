"""What copyists do to a clip, from frames to a match, over one index of several clips."""

from collections.abc import Callable

import numpy as np
import pytest

from fingerprint import align, descriptor
from fingerprint.align import Match, Row
from fingerprint.descriptor import Descriptors
from fingerprint.index import Index
from tests.fingerprint import clips
from tests.fingerprint.clips import Frames

MAKES = {"textured": clips.textured, "rendered": clips.rendered}


class Library:
    """Four clips of each kind under their names, all in one index."""

    def __init__(self) -> None:
        self.index = Index()
        self.rows: dict[int, Row] = {}
        self.frames: dict[str, Frames] = {}
        for kind, make in MAKES.items():
            for seed in range(4):
                self._add(f"{kind}-{seed}", make(seed))

    def _add(self, name: str, frames: Frames) -> None:
        self.frames[name] = frames
        clip = descriptor.describe(clips.chunks(frames))
        good = clip.searchable()
        ids = len(self.rows) + np.arange(len(good), dtype=np.int64)
        self.index.add(ids, clip.codes[good])
        for row_id, row in zip(ids.tolist(), good.tolist(), strict=True):
            self.rows[row_id] = Row(name, float(clip.seconds[row]))

    def find(self, frames: Frames) -> list[Match]:
        query = descriptor.describe(clips.chunks(frames))
        return align.find(query, search=self.index.search, locate=lambda _: self.rows)


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


def near(match: Match, query: tuple[float, float], reference: tuple[float, float]) -> bool:
    ends = (match.query.start, match.query.end, match.reference.start, match.reference.end)
    return ends == pytest.approx((*query, *reference), abs=0.3)


WHOLE: dict[str, Callable[[Frames], Frames]] = {
    "itself": lambda frames: frames,
    "crf 28": lambda frames: clips.reencoded(frames, crf=28),
    "crf 35": lambda frames: clips.reencoded(frames, crf=35),
    "crf 35 at half size": lambda frames: clips.reencoded(frames, crf=35, scale=0.5),
    "crf 42 at half size": lambda frames: clips.reencoded(frames, crf=42, scale=0.5),
    "half size": lambda frames: frames[:, ::2, ::2],
    "letterboxed": clips.letterboxed,
    "letterboxed, crf 28": lambda frames: clips.reencoded(clips.letterboxed(frames), crf=28),
    "pillarboxed": lambda frames: np.pad(frames, ((0, 0), (0, 0), (56, 56), (0, 0))),
    "grey": lambda frames: frames.mean(axis=3, keepdims=True).astype(np.uint8).repeat(3, axis=3),
    "paler": lambda frames: (frames * 0.7 + 60).astype(np.uint8),
}


@pytest.mark.parametrize("kind", MAKES)
@pytest.mark.parametrize("change", WHOLE)
def test_a_changed_copy_finds_its_clip_and_no_other(
    library: Library, change: str, kind: str
) -> None:
    matches = library.find(WHOLE[change](library.frames[f"{kind}-1"]))

    assert [match.asset_id for match in matches] == [f"{kind}-1"]
    assert matches[0].score > 0.9
    assert matches[0].speed == 1.0
    assert not matches[0].mirrored
    assert near(matches[0], (0, 5), (0, 5))


@pytest.mark.parametrize("kind", MAKES)
@pytest.mark.parametrize("boxed", [False, True])
def test_a_mirrored_copy_says_so(library: Library, kind: str, *, boxed: bool) -> None:
    frames = clips.reencoded(clips.mirrored(library.frames[f"{kind}-2"]), crf=28)

    matches = library.find(clips.letterboxed(frames) if boxed else frames)

    assert [(match.asset_id, match.mirrored) for match in matches] == [(f"{kind}-2", True)]
    assert near(matches[0], (0, 5), (0, 5))


@pytest.mark.parametrize("kind", MAKES)
@pytest.mark.parametrize(("start", "end"), [(1.5, 4.5), (2.0, 3.5)])
def test_a_trimmed_copy_is_placed(library: Library, kind: str, start: float, end: float) -> None:
    part = library.frames[f"{kind}-0"][int(start * 24) : int(end * 24)]

    matches = library.find(clips.reencoded(part, crf=28))

    assert [match.asset_id for match in matches] == [f"{kind}-0"]
    assert near(matches[0], (0, end - start), (start, end))


@pytest.mark.parametrize("kind", MAKES)
@pytest.mark.parametrize("speed", [0.8, 1.25])
def test_a_sped_copy_says_how_much(library: Library, kind: str, speed: float) -> None:
    frames = clips.sped(library.frames[f"{kind}-3"], speed=speed)

    matches = library.find(clips.reencoded(frames, crf=28))

    assert [(match.asset_id, match.speed) for match in matches] == [(f"{kind}-3", speed)]
    assert near(matches[0], (0, 5 / speed), (0, 5))


@pytest.mark.parametrize("kind", MAKES)
def test_a_part_inside_another_clip_is_placed_in_both(library: Library, kind: str) -> None:
    part = library.frames[f"{kind}-1"][24:96]
    frames = np.concatenate([clips.textured(50, seconds=3), part, clips.textured(51, seconds=4)])

    matches = library.find(clips.reencoded(frames, crf=28))

    assert [match.asset_id for match in matches] == [f"{kind}-1"]
    assert near(matches[0], (3, 6), (1, 4))


@pytest.mark.parametrize("kind", MAKES)
def test_one_frame_is_enough_for_a_weak_match(library: Library, kind: str) -> None:
    matches = library.find(library.frames[f"{kind}-2"][72:73])

    assert [(match.asset_id, match.frames) for match in matches] == [(f"{kind}-2", 1)]
    assert matches[0].score <= 0.5
    assert near(matches[0], (0, 0), (3, 3))


@pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
@pytest.mark.parametrize("boxed", [False, True])
def test_an_unrelated_clip_finds_nothing(
    library: Library, make: clips.Make, *, boxed: bool
) -> None:
    for seed in (20, 21, 22):
        frames = make(seed, seconds=3)

        assert library.find(clips.letterboxed(frames) if boxed else frames) == []


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((48, 180, 320, 3), np.uint8),
        np.random.default_rng(0).integers(0, 256, (48, 64, 1, 3), np.uint8),
        np.full((1, 180, 320, 3), 90, np.uint8),
    ],
    ids=["black", "one pixel wide", "one plain frame"],
)
def test_pictures_that_say_nothing_find_nothing(library: Library, frames: Frames) -> None:
    assert library.find(frames) == []


def test_a_still_of_a_clip_is_weak_however_long_it_stands(library: Library) -> None:
    still = library.frames["textured-3"][30:31].repeat(96, axis=0)

    matches = library.find(still)

    assert [(match.asset_id, match.frames) for match in matches] == [("textured-3", 1)]


def test_unrelated_letterboxed_clips_do_not_match_by_their_bars() -> None:
    described: list[Descriptors] = [
        descriptor.describe(clips.chunks(clips.letterboxed(clips.textured(seed, seconds=2))))
        for seed in (30, 31, 32)
    ]

    assert align.compare(described[0], described[1]) is None
    assert align.compare(described[1], described[2]) is None
