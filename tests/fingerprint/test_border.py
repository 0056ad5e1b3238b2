import cv2
import numpy as np
import pytest

from fingerprint import border
from tests.fingerprint import clips


def grey(frames: clips.Frames) -> clips.Frames:
    return np.stack([cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames])


@pytest.mark.parametrize("crf", [23, 35])
@pytest.mark.parametrize("make", [clips.textured, clips.rendered])
def test_a_letterbox_is_found_to_the_block(make: clips.Make, crf: int) -> None:
    frames = clips.reencoded(clips.letterboxed(make(1, seconds=1)), crf=crf)

    box = border.find(grey(frames[::6]))

    assert box is not None
    assert 23 - 8 <= box.top <= 23
    assert 203 <= box.bottom <= 203 + 8
    assert (box.left, box.right) == (0, 320)


def test_bars_on_all_sides_of_one_still_are_found() -> None:
    still = clips.textured(1, seconds=1 / 24)
    frames = np.pad(still, ((0, 0), (20, 30), (40, 50), (0, 0)), constant_values=255)

    assert border.find(grey(frames)) == border.Box(top=20, bottom=200, left=40, right=360)


def test_pictures_without_bars_have_none() -> None:
    for seed in range(4):
        assert border.find(grey(clips.textured(seed, seconds=0.5)[::4])) is None
        assert border.find(grey(clips.rendered(seed, seconds=0.5)[::4])) is None


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("shape", [(1, 1), (1, 90), (90, 1), (90, 160)])
def test_a_plain_picture_is_no_bar(shape: tuple[int, int], level: int) -> None:
    assert border.find(np.full((3, *shape), level, np.uint8)) is None


def test_bars_that_leave_too_little_are_not_bars() -> None:
    frames = np.zeros((3, 100, 100), np.uint8)
    frames[:, 44:56, 44:56] = 200

    assert border.find(frames) is None
