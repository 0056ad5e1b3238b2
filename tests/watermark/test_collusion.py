"""What many outputs give away together: everyone who collects them can average them."""

import cv2
import numpy as np
import pytest

from tests.watermark import clips
from watermark.detect import Detection, Detector
from watermark.embed import Embedder
from watermark.frames import Frames

DETECTOR = Detector(clips.SECRET)
HEIGHT, WIDTH = 120, 212
MARK_STD = 1.2  # Grey levels: what is forged or subtracted is as strong as a mark.


def average(count: int) -> np.ndarray:
    """Return the mean change that marking makes to `count` outputs, float64, (H, W).

    Who averages has no plain outputs to subtract, and gets this only through what is left of the
    pictures.
    """
    random = np.random.default_rng(5)
    total = np.zeros((HEIGHT, WIDTH))
    for _ in range(count):
        grid = random.integers(40, 220, (1, 6, 10, 3), dtype=np.uint8)
        plain = np.stack([cv2.resize(grid[0], (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)])
        embedder = Embedder(
            clips.SECRET, int(random.integers(0, 2**60)), height=HEIGHT, width=WIDTH
        )
        total += (embedder.mark(plain).astype(float) - plain)[0].mean(axis=2)
    return total / count


def change(frames: Frames, by: np.ndarray) -> Frames:
    pattern = by * (MARK_STD / by.std())
    return np.clip(frames + pattern[:, :, np.newaxis], 0, 255).round().astype(np.uint8)


@pytest.mark.parametrize("count", [50, pytest.param(500, marks=pytest.mark.slow)])
def test_an_average_marks_nothing_and_erases_nothing(count: int) -> None:
    found = average(count)

    forged = DETECTOR.detect([change(clips.plain("flat", HEIGHT, WIDTH, 4), found)])
    robbed = DETECTOR.detect([change(clips.marked("textured", HEIGHT, WIDTH, 24), -found)])

    assert not forged.present
    assert robbed.payload_id == clips.PAYLOAD_ID


def test_one_change_marks_another_clip() -> None:
    """A copied mark is read: what the average does not do, one output does."""
    marked = clips.marked("flat", HEIGHT, WIDTH, 4).astype(float)
    change_of_one = (marked - clips.plain("flat", HEIGHT, WIDTH, 4))[0].mean(axis=2)

    assert copied(change_of_one).payload_id == clips.PAYLOAD_ID


def copied(pattern: np.ndarray) -> Detection:
    return DETECTOR.detect([change(clips.plain("gradients", HEIGHT, WIDTH, 8), pattern)])
