"""Fractal value noise for textures, made by enlarging random grids."""

import cv2
import numpy as np
from numpy.typing import NDArray

# float32 in fact; the type is wider because numpy's stubs let a plain number widen an array.
Plane = NDArray[np.floating]


def fractal(
    height: int, width: int, rng: np.random.Generator, *, cells: tuple[int, int], octaves: int
) -> Plane:
    """Return noise, float32 (height, width), 0..1 with mean about a half.

    Args:
        height: Rows.
        width: Columns.
        rng: Where the randomness comes from.
        cells: How many features down and across the coarsest grid has.
        octaves: How many grids are summed, each twice as fine and half as strong.
    """
    total = np.zeros((height, width), np.float32)
    weight, strength = 0.0, 1.0
    for octave in range(octaves):
        rows, columns = cells[0] << octave, cells[1] << octave
        if rows > height or columns > width:
            break
        grid = rng.random((rows + 1, columns + 1), dtype=np.float32)
        total += strength * resized(grid, height, width)
        weight, strength = weight + strength, strength / 2
    return np.clip(total / max(weight, 1e-6), 0, 1)


def resized(plane: Plane, height: int, width: int) -> Plane:
    """Return a plane at another size: averaged when it shrinks, smooth when it grows."""
    shrinks = plane.shape[0] > height
    how = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return cv2.resize(plane, (width, height), interpolation=how).astype(np.float32, copy=False)


def clamped(plane: Plane) -> Plane:
    """Return a plane held within 0..1, in place: np.clip costs more than the work on small ones."""
    np.maximum(plane, 0, out=plane)
    np.minimum(plane, 1, out=plane)
    return plane


def step(value: Plane, low: float, high: float) -> Plane:
    """Return the cubic ramp from 0 at `low` to 1 at `high`."""
    share = np.clip((value - np.float32(low)) / np.float32(high - low), 0, 1)
    return share * share * (3 - 2 * share)
