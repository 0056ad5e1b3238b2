"""What is measured is as good as what is known of each copy: where, when, and how it sounds."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from rightsd.adapters.media import Frames, Samples
from tests.bench import fingerprint_copies as copies
from tests.bench import fingerprint_trials as trials
from tests.bench.fingerprint_changes import KEEP
from tests.bench.fingerprint_clips import FPS, RATE, Clip, Footage, Part, read
from tests.bench.fingerprint_copies import BY_NAME, COPIES, Copy, Span
from tests.fingerprint import clips

SIDE = 64
LEVELS = 2  # Grey levels from a frame to the next.
SEEN = [copy for copy in BY_NAME.values() if not copy.heard]
TIMED = {
    (copy.speed, copy.fps, copy.around, copy.heard, copy.mixed, copy.stretch): copy
    for copy in BY_NAME.values()
}.values()
OTHER = Footage(np.full((30, SIDE, SIDE, 3), 250, np.uint8), None)


def marked(place: tuple[float, float], *, radius: int) -> Frames:
    """A picture that is dark at a place, beside the same without."""
    frames = clips.textured(3, seconds=1 / 24).repeat(2, axis=0)
    height, width = frames.shape[1:3]
    at = round(place[0] * width), round(place[1] * height)
    cv2.circle(frames[1], at, radius, (0, 0, 0), -1)
    return frames


@pytest.mark.parametrize("copy", SEEN, ids=lambda copy: copy.name)
@pytest.mark.parametrize("place", [(0.5, 0.5), (0.42, 0.6)])
def test_a_point_lies_where_the_copy_says(copy: Copy, place: tuple[float, float]) -> None:
    frames = marked(place, radius=7)
    size = frames.shape[2], frames.shape[1]

    shown = copy.change.show(frames, clips.textured(4, seconds=1 / 24).repeat(2, axis=0))
    matrix, large = copy.change.place(size)

    apart = np.abs(shown[0].astype(int) - shown[1]).sum(axis=2).astype(float)
    apart = cv2.GaussianBlur(apart, (0, 0), 1.5)
    rows, columns = np.nonzero(apart > 0.5 * apart.max())
    at = matrix @ (round(place[0] * size[0]) + 0.5, round(place[1] * size[1]) + 0.5, 1.0)
    assert (shown.shape[2], shown.shape[1]) == large
    assert (columns.mean() + 0.5, rows.mean() + 0.5) == pytest.approx(
        tuple(at[:2] / at[2]), abs=1.5
    )


def test_places_are_said_in_longer_sides_from_the_middle(tmp_path: Path) -> None:
    whole = Footage(np.full((24, 90, 160, 3), 90, np.uint8), None)

    truth = made(tmp_path, BY_NAME["turned by 90 degrees"], whole, Span(0, 24))

    shown = trials.shown_of(truth)
    assert shown is not None
    assert shown.original == (0.5, 90 / 160 / 2)
    assert shown.copy == (90 / 160 / 2, 0.5)
    # The middle of the right edge comes to lie in the middle of the upper one.
    assert tuple(shown.matrix @ (0.5, 0.0, 1.0)) == pytest.approx((0.0, -0.5, 1.0))


@pytest.mark.parametrize("copy", TIMED, ids=lambda copy: copy.name)
def test_a_frame_is_shown_when_the_copy_says(copy: Copy, tmp_path: Path) -> None:
    counted = np.arange(100, dtype=np.uint8) * LEVELS
    whole = Footage(np.broadcast_to(counted[:, None, None, None], (100, SIDE, SIDE, 3)), None)
    span = Span(20, 80)

    truth = made(tmp_path, replace(copy, change=KEEP, crf=1), whole, span)

    levels = read(tmp_path / "copy.mp4").frames.mean(axis=(1, 2, 3))
    first, last = (round(at * copy.fps) for at in truth.query)
    expected = np.linspace(*truth.reference, last - first + 1) * float(FPS) * LEVELS
    if copy.heard:
        assert levels.min() > 240
    else:
        assert levels[first : last + 1] == pytest.approx(expected, abs=LEVELS + 1)
        assert (np.delete(levels, np.arange(first, last + 1)) > 240).all()
    assert truth.reference == pytest.approx((20 / 24, 79 / 24), abs=copy.speed / copy.fps)
    assert len(levels) == pytest.approx(
        (sum(copy.around) + 2.5 / copy.speed) * copy.fps, abs=copy.speed + 1
    )


@pytest.mark.parametrize("copy", TIMED, ids=lambda copy: copy.name)
def test_a_sound_is_heard_when_the_copy_says(copy: Copy, tmp_path: Path) -> None:
    sound = np.zeros((5 * RATE, 2), np.float32)
    at = 2.0
    sound[round(at * RATE) : round(at * RATE) + 480] = tone(480)
    whole = Footage(np.full((120, SIDE, SIDE, 3), 90, np.uint8), sound)

    truth = made(tmp_path, copy, whole, Span(24, 96))

    heard = read(tmp_path / "copy.mp4").sound
    assert heard is not None
    loud = np.flatnonzero(np.abs(heard).max(axis=1) > 0.5 * np.abs(heard).max())[0] / RATE
    expected = truth.query[0] + (at - truth.reference[0]) / copy.speed
    assert loud == pytest.approx(expected, abs=0.03)
    assert len(heard) / RATE == pytest.approx(truth.query[1] + copy.around[1], abs=0.2)


def test_a_muted_copy_keeps_its_sound_only_if_that_is_copied(tmp_path: Path) -> None:
    whole = Footage(np.full((48, SIDE, SIDE, 3), 90, np.uint8), tone(2 * RATE))

    made(tmp_path, copies.SAME, whole, Span(0, 48), mute=True)
    assert read(tmp_path / "copy.mp4").sound is None

    made(tmp_path, BY_NAME["sound alone"], whole, Span(0, 48), mute=True)
    assert read(tmp_path / "copy.mp4").sound is not None


def test_a_copy_of_a_silent_clip_is_silent(tmp_path: Path) -> None:
    made(tmp_path, BY_NAME["facecam"], Footage(OTHER.frames, None), Span(0, 20))

    assert read(tmp_path / "copy.mp4").sound is None


def test_parts_are_drawn_within_the_clip_and_as_long_as_wanted() -> None:
    random = np.random.default_rng(1)

    for copy in COPIES:
        for count in (20, 150, 240):
            span = copies.draw(copy, count, random)
            length = (span.end - span.start) / float(FPS) / copy.speed
            assert 0 <= span.start < span.end <= count
            assert length <= copy.seconds[1] + 0.05
            assert length >= min(copy.seconds[0], count / float(FPS) / copy.speed) - 0.05


def test_no_two_copies_have_one_name() -> None:
    assert len(BY_NAME) == len(COPIES) + 1


def made(
    folder: Path, copy: Copy, whole: Footage, span: Span, *, mute: bool = False
) -> copies.Truth:
    clip = Clip("clip", "scene", Part.REFERENCE, Path(), audible=True)
    path = folder / "copy.mp4"
    return copies.make(path, copy, clip, whole, span, other=OTHER, mute=mute)


def tone(count: int) -> Samples:
    wave = 0.8 * np.sin(np.arange(count) * 2 * np.pi * 1_000 / RATE)
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)
