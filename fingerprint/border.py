"""Bars around a picture: letterbox, pillarbox, or both."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# A bar may flicker and vary by what compression adds, and no more. In grey levels.
FLICKER_LEVELS_MAX = 12.0
GRAIN_LEVELS_MAX = 3.5
SHADE_LEVELS_MAX = 4.0
# Next to a bar most of a row must leave the bar's shade at some time; else it is plain sky.
EDGE_LEVELS_MIN = 16.0
EDGE_SHARE_MIN = 0.5
# Compression smears the edge over one block.
EDGE_ROWS = 8
# Narrower bars do not change a code enough to matter.
BAR_SHARE_MIN = 0.02
BAR_SHARE_MAX = 0.45
PICTURE_SHARE_MIN = 0.25


@dataclass(frozen=True, slots=True)
class Box:
    """The part of a picture that is inside its bars, in pixels, ends excluded."""

    top: int
    bottom: int
    left: int
    right: int


def find(frames: NDArray[np.uint8]) -> Box | None:
    """Return the picture inside the bars, or None where there are none.

    A bar is made of outer rows (columns) that stay the same along themselves, over time, and from
    one to the next, and that end at a straight edge. A plain wall may still look like one: so the
    result is good for one more view of the picture, and not for throwing the rest away.

    Args:
        frames: uint8, (N, H, W), luma, from one clip; N >= 1.
    """
    assert frames.ndim == 3
    assert len(frames)
    high, wide = frames.shape[1:]
    spread = np.ptp(frames, axis=0)
    mean = np.asarray(frames.mean(axis=0, dtype=np.float32), np.float32)
    top, bottom = _run(frames, spread, mean), _run(frames[:, ::-1], spread[::-1], mean[::-1])
    columns, spread, mean = frames.transpose(0, 2, 1), spread.T, mean.T
    left, right = _run(columns, spread, mean), _run(columns[:, ::-1], spread[::-1], mean[::-1])
    box = Box(top, high - bottom, left, wide - right)
    if (top, bottom, left, right) == (0, 0, 0, 0):
        return None
    if min((box.bottom - box.top) / high, (box.right - box.left) / wide) < PICTURE_SHARE_MIN:
        return None
    return box


def _run(frames: NDArray[np.uint8], spread: NDArray[np.uint8], mean: NDArray[np.float32]) -> int:
    """Return how many rows from the first on are one bar; 0 where they are none.

    Args:
        frames: (N, H, W).
        spread: How far each pixel goes over time, (H, W).
        mean: Its mean over time, (H, W).
    """
    flicker = np.percentile(spread, 90, axis=1)
    shade = mean.mean(axis=1)
    same = (flicker < FLICKER_LEVELS_MAX) & (mean.std(axis=1) < GRAIN_LEVELS_MAX)
    same &= np.abs(shade - shade[0]) < SHADE_LEVELS_MAX
    length = len(same) if same.all() else int(np.argmin(same))
    if not len(same) * BAR_SHARE_MIN <= length <= len(same) * BAR_SHARE_MAX:
        return 0
    edge = frames[:, length : length + EDGE_ROWS].astype(np.float32)
    leaves = np.abs(edge - shade[0]).max(axis=(0, 1)) > EDGE_LEVELS_MIN
    return length if leaves.mean() >= EDGE_SHARE_MIN else 0
