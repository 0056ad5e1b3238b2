"""A mark that is too weak to be read is verified with the file of its output."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from fingerprint import align
from fingerprint.align import Match, Segment
from generator.base import Shot, Storyboard
from rightsd.adapters import media, readings, rescues
from rightsd.adapters.media import Frames
from rightsd.adapters.rescues import Original
from tests.watermark import attacks, clips
from watermark.attacks import letterbox
from watermark.detect import Detector, Geometry
from watermark.embed import Embedder
from watermark.verify import Proof

FPS = Fraction(24)
FRAMES = np.concatenate(
    [clips.plain("textured", 180, 320, 24), clips.plain("gradients", 180, 320, 24)]
)
SHOT = Shot(1.0, 35.0, 2.8, "", "", "", "", "", "", "", (), (), (), ())
BOARD = Storyboard(1, "drawn", 0, (SHOT, SHOT), ())


def write(path: Path, frames: Frames, *, crf: int = 18) -> Path:
    height, width = frames.shape[1:3]
    media.write_video(path, width=width, height=height, fps=FPS, frames=[frames], crf=crf)
    return path


@pytest.fixture(scope="module")
def marked() -> Frames:
    embedder = Embedder(clips.SECRET, 7, height=180, width=320, strength=1.6, cuts=(0, 24))
    return embedder.mark(FRAMES)


@pytest.fixture(scope="module")
def original(marked: Frames, tmp_path_factory: pytest.TempPathFactory) -> Original:
    path = write(tmp_path_factory.mktemp("original") / "a.mp4", marked)
    return Original(path, 7, BOARD)


def matched(path: Path, original: Original) -> Match:
    here, there = (readings.read(each, limits=media.LIMITS) for each in (path, original.path))
    found = align.compare(here.content, there.content)
    assert found is not None
    return found


def prove(path: Path, original: Original, match: Match | None = None) -> Proof | None:
    return rescues.prove(
        path,
        original,
        match or matched(path, original),
        secrets=[bytes(32), clips.SECRET],
        limits=media.LIMITS,
    )


def is_proved(proof: Proof | None) -> bool:
    return proof is not None and proof.verified


def test_a_copy_is_proved(original: Original, marked: Frames, tmp_path: Path) -> None:
    proof = prove(write(tmp_path / "copy.mp4", marked, crf=28), original)

    assert is_proved(proof)
    assert proof is not None
    assert proof.frames == 17  # Eight looks a second, and the last frame.


def test_an_excerpt_is_proved(original: Original, marked: Frames, tmp_path: Path) -> None:
    assert is_proved(prove(write(tmp_path / "part.mp4", marked[30:], crf=26), original))


def test_a_still_is_proved(original: Original, marked: Frames, tmp_path: Path) -> None:
    assert is_proved(prove(write(tmp_path / "still.mp4", marked[36:37]), original))


def test_the_same_clip_without_the_mark_is_not_proved(original: Original, tmp_path: Path) -> None:
    assert not is_proved(prove(write(tmp_path / "twin.mp4", FRAMES), original))


def test_the_same_clip_with_another_mark_is_not_proved(original: Original, tmp_path: Path) -> None:
    other = Embedder(clips.SECRET, 8, height=180, width=320, strength=1.6, cuts=(0, 24)).mark(
        FRAMES
    )
    path = write(tmp_path / "twin.mp4", other)

    assert not is_proved(prove(path, original))
    assert is_proved(prove(path, Original(path, 8, BOARD)))


def test_shots_count_when_the_lattice_is_gone(
    original: Original, marked: Frames, tmp_path: Path
) -> None:
    path = write(tmp_path / "notched.mp4", attacks.notch(marked))
    match = matched(path, original)

    known, forgotten = (
        prove(path, each, match) for each in (original, replace(original, storyboard=None))
    )

    assert known is not None
    assert forgotten is not None
    assert known.verified
    assert known.log10_p < forgotten.log10_p


def test_what_shows_something_else_is_not_laid_over(original: Original, tmp_path: Path) -> None:
    path = write(tmp_path / "other.mp4", clips.plain("flat", 180, 320, 24))
    whole = Segment(0.0, 1.0)

    assert (
        prove(path, original, Match("", 1.0, 8, 0, whole, whole, mirrored=False, speed=1.0)) is None
    )


def located(frames: Frames) -> Geometry:
    geometry = Detector(clips.SECRET).detect([frames]).geometry
    assert geometry is not None
    return geometry


def shows(path: Path, original: Path, geometry: Geometry, *, start: float = 0.0) -> bool | None:
    """Say whether a file shows a second of an output, from where the fingerprint has it."""
    here, there = Segment(start, start + 1.0), Segment(0.0, 1.0)
    match = Match("", 1.0, 8, 0, here, there, mirrored=False, speed=1.0)
    return rescues.shows(path, original, match, geometry, within=here, limits=media.LIMITS)


def look_like(frames: Frames) -> Frames:
    """Return frames in which the large shapes are those of others, and nothing else."""
    height, width = frames.shape[1:3]
    fine = np.random.default_rng(4).normal(0.0, 16.0, (height // 5, width // 5))
    grain = cv2.resize(fine, (width, height), interpolation=cv2.INTER_CUBIC)[..., np.newaxis]
    soft = [cv2.GaussianBlur(frame, (0, 0), 5.0) + grain for frame in frames]
    return np.clip(np.stack(soft), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_a_mark_that_was_moved_weakly_to_a_look_alike_is_not_proved(
    marked: Frames, tmp_path: Path, share: float
) -> None:
    """It is there, and too weak to be read; the pictures are near enough to be laid over."""
    mark = share * (marked[:24].astype(float) - FRAMES[:24])
    forged = np.clip(look_like(FRAMES[:24]) + mark, 0, 255).astype(np.uint8)
    original = Original(write(tmp_path / "a.mp4", marked[:24]), 7, BOARD)
    path, whole = write(tmp_path / "b.mp4", forged, crf=23), Segment(0.0, 1.0)
    match = Match("", 1.0, 8, 0, whole, whole, mirrored=False, speed=1.0)

    assert not is_proved(prove(path, original, match))


def test_a_small_picture_of_the_output_does_not_vouch_for_a_mark_elsewhere(
    marked: Frames, tmp_path: Path
) -> None:
    mark = marked[:24].astype(float) - FRAMES[:24]
    forged = np.clip(look_like(FRAMES[:24]) + mark, 0, 255).astype(np.uint8)
    for frame, shown in zip(forged, marked, strict=False):
        frame[-76:-4, -132:-4] = cv2.resize(shown, (128, 72), interpolation=cv2.INTER_AREA)
    original = write(tmp_path / "a.mp4", marked[:24])
    path = write(tmp_path / "b.mp4", forged)

    assert shows(original, original, located(marked[:24])) is True
    assert shows(path, original, located(forged)) is False


def flat(*, blocks: int) -> Frames:
    """Return frames of a wall, with some dark block that slides over it, or with none."""
    return (
        clips.plain("flat", 180, 320, 24) if blocks else np.full((24, 180, 320, 3), 150, np.uint8)
    )


@pytest.mark.parametrize(("blocks", "shown"), [(1, True), (0, None)])
def test_of_a_copy_of_a_wall_is_told_what_stands_before_it(
    tmp_path: Path, blocks: int, *, shown: bool | None
) -> None:
    embedder = Embedder(clips.SECRET, 7, height=180, width=320, strength=2.0)
    frames = embedder.mark(flat(blocks=blocks))
    original = write(tmp_path / "a.mp4", frames)
    path = write(tmp_path / "b.mp4", frames, crf=34)

    assert shows(path, original, located(frames)) is shown


def test_a_wall_between_bars_is_laid_where_its_mark_says(tmp_path: Path) -> None:
    """It has too few corners to be laid by."""
    embedder = Embedder(clips.SECRET, 7, height=180, width=320, strength=2.0)
    frames = embedder.mark(flat(blocks=1))
    boxed = letterbox(frames)
    original, path = write(tmp_path / "a.mp4", frames), write(tmp_path / "b.mp4", boxed)

    assert shows(path, original, located(boxed)) is True


def test_a_stretch_without_frames_proves_nothing(original: Original, tmp_path: Path) -> None:
    path = write(tmp_path / "copy.mp4", FRAMES[:24])
    late = Match("", 1.0, 8, 0, Segment(7.0, 8.0), Segment(0.0, 1.0), mirrored=False, speed=1.0)

    assert prove(path, original, late) is None
    assert prove(path, original, replace(late, query=late.reference, reference=late.query)) is None
    assert shows(path, path, located(clips.marked("flat", 180, 320, 24)), start=7.0) is None
