"""Points of a picture that can be found again, and 256 bits that say what each looks like.

Source: SIFT (Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", IJCV 2004), its
square roots (Arandjelović and Zisserman, "Three things everyone should know to improve object
retrieval", CVPR 2012), and signs of projections (Charikar, "Similarity estimation techniques from
rounding algorithms", STOC 2002). That a mirrored picture exchanges bits, and nothing else, is ours.
"""

# The stubs of OpenCV do not say what a key point has.
# pyright: reportUnknownMemberType=false

import hashlib
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

ALGORITHM = "org.rightsd.rootsift256.1"
CODE_BYTES = 32
# Below this nothing has room for a point.
SIDE_PIXELS_MIN = 16

_CONTRAST_MIN = 0.02  # Of SIFT; half of what Lowe takes, since the best are chosen here.
_EDGE_RATIO_MAX = 12.0
_DETECTED = 2  # Times as many as are kept, so that there is a choice.
_ROOTS_SCALE = 512.0  # Roots become whole numbers, so that sums are exact in any order.
# Points are chosen from as many cells as this in each direction, so that a caption does not take
# all of them.
_SPREAD_CELLS = 4


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
    """Return the points of a frame, uint8, (H, W, 3), RGB.

    Args:
        frame: As above; any size.
        count: How many at most.
        pixels: To how many it is reduced first, whatever its shape.
    """
    high, wide = frame.shape[:2]
    share = min(1.0, (pixels / (high * wide)) ** 0.5)
    size = (round(wide * share), round(high * share))
    if min(size) < SIDE_PIXELS_MIN:
        return NONE
    grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA) if share < 1 else grey
    sift = cv2.SIFT.create(
        nfeatures=_DETECTED * count,
        contrastThreshold=_CONTRAST_MIN,
        edgeThreshold=_EDGE_RATIO_MAX,
    )
    found, vectors = sift.detectAndCompute(small, None)
    if not found:
        return NONE
    places = np.array([point.pt for point in found], np.float32)
    strength = np.array([point.response for point in found], np.float32)
    chosen = _spread(places / np.array(size, np.float32), strength)[:count]
    sizes = np.array([found[at].size for at in chosen], np.float32)
    angles = np.deg2rad(np.array([found[at].angle for at in chosen], np.float32))
    # A point's place is that of its pixel's middle, counted from the corner of the first pixel.
    middle = np.array([size[0] - 1, size[1] - 1], np.float32) / 2
    longer = np.float32(max(size))
    return Points(
        places=((places[chosen] - middle) / longer).clip(-0.5, 0.5),
        scales=sizes / longer,
        angles=wrap(angles),
        codes=_codes(np.asarray(vectors, np.float32)[chosen]),
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
    total = np.maximum(vectors.sum(axis=1, keepdims=True), 1.0)
    roots = np.rint(_ROOTS_SCALE * np.sqrt(vectors / total)) - _MEANS
    return np.packbits(roots @ _PROJECTION > 0, axis=1)


def _projection() -> NDArray[np.float32]:
    """Return the directions whose signs are the bits, float32, (128, 256), of 1 and -1.

    Each odd one is the one before it as a mirror shows it.
    """
    noise = np.frombuffer(hashlib.shake_128(ALGORITHM.encode()).digest(128 * 128 // 8), np.uint8)
    rows = np.unpackbits(noise).reshape(128, 128).astype(np.float32) * 2 - 1
    return np.stack([rows, rows[:, _MIRRORED]], axis=1).reshape(256, 128).T


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
# Of a quarter of the grid, over 60,000 points of ordinary footage.
_QUARTER_MEANS = (
    ((28, 20, 13, 16, 18, 12, 9, 15), (64, 34, 17, 16, 18, 12, 13, 32)),
    ((42, 22, 14, 20, 28, 16, 10, 20), (94, 44, 19, 20, 28, 23, 18, 43)),
)
_MEANS = _means()
_PROJECTION = _projection()
NONE = Points(
    np.zeros((0, 2), np.float32),
    np.zeros(0, np.float32),
    np.zeros(0, np.float32),
    np.zeros((0, CODE_BYTES), np.uint8),
)
