"""The small grey picture of a clip, and what is none."""

import numpy as np
import pytest

from fingerprint.errors import FramesError
from fingerprint.proxy import SIDE_PIXELS, Proxy, Watcher
from tests.fingerprint import clips


def test_a_watcher_looks_eight_times_a_second_however_frames_come() -> None:
    frames = clips.textured(1, seconds=2)
    whole, parts = Watcher(), Watcher()

    whole.look(frames, np.arange(len(frames)) / 24)
    for chunk, seconds in clips.chunks(frames, length=7):
        parts.look(chunk, seconds)

    one, other = whole.take(), parts.take()
    assert one.seconds == pytest.approx(np.arange(16) / 8)
    assert one.frames.shape == (16, 54, 96)
    assert (one.frames == other.frames).all()
    assert (one.seconds == other.seconds).all()


def test_what_was_taken_is_forgotten() -> None:
    frames = clips.textured(1, seconds=1)
    watcher = Watcher()

    watcher.look(frames[:12], np.arange(12) / 24)
    first = watcher.take()
    watcher.look(frames[12:], np.arange(12, 24) / 24)

    assert len(first) + len(watcher) == 8
    assert len(watcher.take()) == 4
    assert len(watcher) == 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (4000, 1), (10, 10), (300, 200)])
def test_no_side_is_too_long(shape: tuple[int, int]) -> None:
    watcher = Watcher()
    watcher.look(np.zeros((2, *shape, 3), np.uint8), np.array([0.0, 1.0]))

    assert max(watcher.take().frames.shape[1:]) == min(max(shape), SIDE_PIXELS)


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((2, 9, 9, 4), np.uint8),
        np.zeros((2, 9, 9, 3), np.float32),
        np.zeros((2, 0, 9, 3), np.uint8),
        np.zeros((9, 9), np.uint8),
    ],
)
def test_what_is_no_frame_is_refused(frames: np.ndarray) -> None:
    with pytest.raises(FramesError):
        Watcher().look(frames, np.arange(len(frames)) / 8)


@pytest.mark.parametrize(
    ("frames", "seconds"),
    [
        (np.zeros((2, 9, 97), np.uint8), [0.0, 1.0]),
        (np.zeros((2, 9, 9), np.float32), [0.0, 1.0]),
        (np.zeros((2, 9, 9), np.uint8), [0.0]),
        (np.zeros((2, 9, 9), np.uint8), [1.0, 1.0]),
        (np.zeros((2, 9, 9), np.uint8), [0.0, np.nan]),
        (np.zeros((2, 0, 9), np.uint8), [0.0, 1.0]),
    ],
)
def test_what_is_no_proxy_is_refused(frames: np.ndarray, seconds: list[float]) -> None:
    with pytest.raises(FramesError):
        Proxy(frames, np.array(seconds))
