"""Points of a picture that can be found again, and 256 bits that say what each looks like.

Source: SIFT (Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", IJCV 2004), its
square roots (Arandjelović and Zisserman, "Three things everyone should know to improve object
retrieval", CVPR 2012), and signs of projections (Charikar, "Similarity estimation techniques from
rounding algorithms", STOC 2002). That a mirrored picture exchanges bits, and nothing else, is ours.
"""

import hashlib
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fingerprint import sift

ALGORITHM = "org.rightsd.rootsift256.1"
CODE_BYTES = 32

_ROOTS_SCALE = 512.0  # Roots become whole numbers, so that sums are exact in any order.
# Points are chosen from as many cells as this in each direction, so that a caption does not take
# all of them.
_SPREAD_CELLS = 4
_TOGETHER = 4  # Points whose signs are found in one product.


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The points of one frame, the strongest first, in the units of `Features`."""

    places: NDArray[np.float32]
    scales: NDArray[np.float32]
    angles: NDArray[np.float32]
    codes: NDArray[np.uint8]


def wrap(angles: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return angles within 0 and 2 pi."""
    return np.asarray(np.mod(angles, np.float32(2 * np.pi)), np.float32)


def find(frame: NDArray[np.uint8], *, count: int, pixels: int) -> Points:
    """Return the points of a frame, uint8, (H, W, 3), RGB, or (H, W), luma.

    Args:
        frame: As above; any size.
        count: How many at most.
        pixels: To how many it is reduced first, whatever its shape.
    """
    high, wide = frame.shape[:2]
    share = min(1.0, (pixels / (high * wide)) ** 0.5)
    size = (round(wide * share), round(high * share))
    if min(size) < sift.SIDE_MIN:
        return NONE
    grey = frame
    if frame.ndim == 3:
        grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)
    if share < 1.0:
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    levels = sift.blur(grey)
    spots = sift.detect(levels)
    if not len(spots.sigmas):
        return NONE
    spots = spots.only(_spread(spots.places / np.array(size, np.float32), spots.strength)[:count])
    owners, angles, vectors = sift.describe(levels, spots)
    middle = np.array([size[0] - 1, size[1] - 1], np.float32) / 2
    longer = np.float32(max(size))
    return Points(
        places=((spots.places[owners] - middle) / longer).clip(-0.5, 0.5)[:count],
        scales=(2 * spots.sigmas[owners] / longer)[:count],
        angles=angles[:count],
        codes=_codes(vectors)[:count],
    )


def mirror(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the codes, uint8, (N, 32), that the same points have in a mirror."""
    odd, even = np.uint8(0x55), np.uint8(0xAA)
    return ((codes & odd) << np.uint8(1)) | ((codes & even) >> np.uint8(1))


def _spread(shares: NDArray[np.float32], strength: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the order of points, the strongest of each cell first.

    Args:
        shares: (N, 2), 0 to 1, of the picture's sides.
        strength: (N,).
    """
    cells = (shares * _SPREAD_CELLS).clip(0, _SPREAD_CELLS - 1).astype(np.int64)
    cell = cells[:, 0] * _SPREAD_CELLS + cells[:, 1]
    order = np.lexsort((-strength, cell))
    starts = np.searchsorted(cell[order], cell[order])
    rank = np.arange(len(order)) - starts
    return order[np.lexsort((-strength[order], rank))]


def _codes(vectors: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the codes of SIFT vectors, (N, 128)."""
    total = np.maximum(vectors.sum(axis=1, keepdims=True), 1e-6)
    roots = np.rint(_ROOTS_SCALE * np.sqrt(vectors / total)) - _MEANS
    # A few at a time: of larger products libraries make several threads, which then spin for longer
    # than all of this takes.
    few = np.zeros((-(-len(roots) // _TOGETHER), _TOGETHER, roots.shape[1]), np.float32)
    few.reshape(-1, roots.shape[1])[: len(roots)] = roots
    signs = (few @ _PROJECTION).reshape(-1, _PROJECTION.shape[1])[: len(roots)]
    return np.packbits(signs > 0, axis=1)


def _projection() -> NDArray[np.float32]:
    """Return the directions whose signs are the bits, float32, (128, 256), of 1 and -1.

    Each odd one is the one before it as a mirror shows it.
    """
    noise = np.frombuffer(hashlib.shake_128(ALGORITHM.encode()).digest(128 * 128 // 8), np.uint8)
    rows = np.unpackbits(noise).reshape(128, 128).astype(np.float32) * 2 - 1
    return np.stack([rows, rows[:, _MIRRORED]], axis=1).reshape(256, 128).T.copy()


def _means() -> NDArray[np.float32]:
    """Return the mean of the roots, float32, (128,), which is the same in a mirror."""
    rows = np.array(_QUARTER_MEANS, np.float32)
    backwards = rows[:, :, (-np.arange(8)) % 8]
    upper = np.concatenate([rows, backwards[:, ::-1]], axis=1)
    lower = np.concatenate([backwards, rows[:, ::-1]], axis=1)
    return np.concatenate([upper, lower[::-1]]).reshape(128)


# A vector is a grid of 4 x 4 cells, each of 8 directions from the point's own one clockwise.
# A mirror exchanges the rows of the grid, and the directions to the left and the right.
_MIRRORED = np.array(
    [
        ((3 - row) * 4 + column) * 8 + (-way) % 8
        for row in range(4)
        for column in range(4)
        for way in range(8)
    ]
)
# Of a quarter of the grid, over 13,000 points of ordinary and of drawn footage.
_QUARTER_MEANS = (
    ((40, 23, 17, 19, 28, 24, 25, 31), (67, 38, 21, 21, 27, 23, 26, 43)),
    ((50, 30, 23, 26, 34, 29, 28, 35), (83, 49, 27, 27, 34, 29, 30, 52)),
)
_MEANS = _means()
_PROJECTION = _projection()
NONE = Points(
    np.zeros((0, 2), np.float32),
    np.zeros(0, np.float32),
    np.zeros(0, np.float32),
    np.zeros((0, CODE_BYTES), np.uint8),
)
