"""How a copy shows the picture of its original: which part, how large, turned, mirrored.

A pair of like points says by itself where the rest of the picture is, since each has a place, a
size and a direction; pairs that say the same are counted (a Hough transform, as Lowe does in
"Distinctive Image Features from Scale-Invariant Keypoints", IJCV 2004, section 7.3), the fullest
counts are fitted (RANSAC: Fischler and Bolles, 1981), and an affine map takes up what is left.
Places have the picture's centre as origin and its longer side as unit.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Pairs = NDArray[np.int64]
Places = NDArray[np.float32]
Matrix = tuple[tuple[float, float, float], tuple[float, float, float]]

# A copy shows its original at most this much smaller or larger.
SCALE_MIN, SCALE_MAX = 0.15, 6.0
# Perspective and stretching change one direction more than the other, but not by more.
STRETCH_MAX = 2.2
# How far a point may lie from where the map puts it: in a first look, and in the end.
NEAR, TIGHT = 0.04, 0.016
# An affine map has six unknowns: this many points leave it no freedom to please them.
AFFINE_POINTS_MIN = 12
# Pictures are divided into this many cells in each direction to see how much of them agrees.
CELLS = 8
POINTS_PER_CELL = 1.6
# Of a picture's shorter side: how far from their middle line points are that lie all over it.
# Evenly strewn ones have 0.29, and two lines of a large caption 0.07.
BREADTH = 0.16
# Two points this near, of one frame, are one.
SAME_PLACE = 0.008

SHIFTS = (0.0, 0.5)
_WHOLE = 0.93  # Coordinates are not better than that: what shows more shows everything.
_OCTAVES_PER_BIN = 0.8
_TURNS = 12  # Bins of 30 degrees.
_SHIFT_PER_BIN = 0.2
BINS = 32 * _TURNS * 32 * 32


class Placed(Protocol):
    """Points by places, scales and angles, in the units of `features.Features`."""

    @property
    def places(self) -> Places:
        """Return them as float32, (N, 2)."""
        ...

    @property
    def scales(self) -> Places:
        """Return them as float32, (N,)."""
        ...

    @property
    def angles(self) -> Places:
        """Return them as float32, (N,)."""
        ...


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture, in shares of its width and height from the upper left corner.

    Attributes:
        left: Of the smallest upright box around the part; so are right, top and bottom.
        top: As above.
        right: As above.
        bottom: As above.
        share: How much of the picture the part is, 0 to 1; a turned part fills no upright box.
    """

    left: float
    top: float
    right: float
    bottom: float
    share: float


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where a copy's points lie in its original.

    Attributes:
        matrix: place in the original = matrix · (x, y, 1) of the place in the copy.
        mirrored: The copy's x is turned into -x before that.
        query_aspect: The copy's width by its height.
        reference_aspect: The original's.
    """

    matrix: Matrix
    mirrored: bool
    query_aspect: float
    reference_aspect: float

    @property
    def scale(self) -> float:
        """Return how long in the original is what is 1 long in the copy, longer sides being 1."""
        (a, b, _), (c, d, _) = self.matrix
        return math.sqrt(abs(a * d - b * c))

    @property
    def degrees(self) -> float:
        """Return by how much the copy is turned, clockwise, above -180 to 180."""
        (a, b, _), (c, d, _) = self.matrix
        turned = math.degrees(math.atan2(c - b, a + d))
        return -turned if turned < 180.0 else 180.0

    @property
    def visible(self) -> Box:
        """Return which part of the original the copy shows."""
        corners = apply(self.matrix, _corners(self.query_aspect))
        return _overlap(corners, self.reference_aspect)

    @property
    def covered(self) -> Box:
        """Return which part of the copy shows the original."""
        inverse = cv2.invertAffineTransform(np.array(self.matrix, np.float64))
        corners = _corners(self.reference_aspect) @ inverse[:, :2].T + inverse[:, 2]
        if self.mirrored:
            corners = corners[::-1] * [-1.0, 1.0]
        return _overlap(corners, self.query_aspect)

    def words(self) -> str:
        """Return in plain words what was done to the picture."""
        visible, covered = self.visible, self.covered
        degrees = round(self.degrees)
        said = ["flipped"] if self.mirrored else []
        if degrees:
            said.append(f"turned {abs(degrees)}° {'' if degrees > 0 else 'counter'}clockwise")
        if visible.share < _WHOLE:
            part = math.sqrt(visible.share)
            said.append(f"crop {part:.2g} at ({visible.left:.2f}, {visible.top:.2f})")
        if covered.share < _WHOLE:
            part = math.sqrt(covered.share)
            said.append(f"inset {part:.2g} at ({covered.left:.2f}, {covered.top:.2f})")
        return ", ".join(said) or "whole picture"


def apply(matrix: Matrix, places: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return where places, (N, 2), of the copy, mirrored if need be, lie in the original."""
    mapped = np.array(matrix, np.float64)
    return np.asarray(places @ mapped[:, :2].T + mapped[:, 2], np.float64)


def suppose(query: Placed, reference: Placed, pairs: Pairs) -> NDArray[np.float64]:
    """Return what each pair of like points says about the whole, float64, (P, 4).

    Args:
        query: The copy, mirrored if need be.
        reference: The original.
        pairs: int64, (P, 2): a point of the copy and one of the original.

    Returns:
        By how many octaves the original is larger, by what angle it is turned, and where in it
        the middle of the copy lies, x and y.
    """
    there, here = pairs[:, 1], pairs[:, 0]
    size = reference.scales[there].astype(np.float64) / query.scales[here]
    turn = np.mod(reference.angles[there].astype(np.float64) - query.angles[here], 2 * np.pi)
    x, y = query.places[here].T * size
    middle = reference.places[there] - np.stack(
        [np.cos(turn) * x - np.sin(turn) * y, np.sin(turn) * x + np.cos(turn) * y], axis=1
    )
    return np.column_stack([np.log2(size), turn, middle]).astype(np.float64)


def peaks(
    supposed: NDArray[np.float64], voters: NDArray[np.int64], *, count: int, votes_min: int
) -> list[NDArray[np.int64]]:
    """Return the groups of pairs that agree, the largest first.

    Args:
        supposed: By `suppose`.
        voters: int64, (P,): whose vote a pair is; each has one in a group.
        count: How many groups at most.
        votes_min: Smaller groups are left out.
    """
    groups: list[tuple[int, NDArray[np.int64]]] = []
    for shift in SHIFTS:
        _, numbers = np.unique(bins(supposed, shift), return_inverse=True)
        voted = np.unique(np.stack([numbers, voters], axis=1), axis=0)[:, 0]
        votes = np.bincount(voted, minlength=1)
        fullest = np.argsort(-votes, kind="stable")[:count]
        groups += [
            (int(votes[number]), np.flatnonzero(numbers == number))
            for number in fullest[votes[fullest] >= votes_min].tolist()
        ]
    groups.sort(key=lambda group: -group[0])
    return [members for _, members in groups[:count]]


def bins(supposed: NDArray[np.float64], shift: float) -> NDArray[np.int64]:
    """Return in which bin each supposition lies, as one number below BINS.

    Args:
        supposed: By `suppose`.
        shift: By which part of a bin they are moved: what one grid cuts apart another does not.
    """
    octaves, turn, x, y = supposed.T
    size = np.floor(octaves / _OCTAVES_PER_BIN + shift).clip(-16, 15) + 16
    way = np.floor(turn / (2 * np.pi) * _TURNS + shift) % _TURNS
    column = np.floor(x / _SHIFT_PER_BIN + shift).clip(-16, 15) + 16
    row = np.floor(y / _SHIFT_PER_BIN + shift).clip(-16, 15) + 16
    return np.asarray(((size * _TURNS + way) * 32 + column) * 32 + row, np.int64)


def fit(query: Places, reference: Places, *, near: float = NEAR) -> Matrix | None:
    """Return the map that most pairs of places agree on, or None.

    Args:
        query: float32, (P, 2), in the copy.
        reference: float32, (P, 2), in the original, in the same order.
        near: How far off a pair that agrees may be.
    """
    if len(query) < 3:
        return None
    # OpenCV 5 takes contiguous arrays only.
    here, there = np.ascontiguousarray(query), np.ascontiguousarray(reference)
    first, _ = cv2.estimateAffinePartial2D(
        here, there, ransacReprojThreshold=near, maxIters=200, confidence=0.98
    )
    matrix = _sound(np.asarray(first, np.float64))
    if matrix is None:
        return None
    agree = distance(matrix, here, there) < near * slack(matrix)
    if np.count_nonzero(agree) < AFFINE_POINTS_MIN:
        return matrix
    second, _ = cv2.estimateAffine2D(
        here[agree], there[agree], ransacReprojThreshold=near / 2, maxIters=100, confidence=0.95
    )
    return _sound(np.asarray(second, np.float64)) or matrix


def distance(matrix: Matrix, query: Places, reference: Places) -> NDArray[np.float64]:
    """Return how far each place is from where the map puts it."""
    return np.asarray(np.hypot(*(apply(matrix, query) - reference).T), np.float64)


def slack(matrix: Matrix) -> float:
    """Return by how much more a map that enlarges may be off."""
    (a, b, _), (c, d, _) = matrix
    return max(1.0, abs(a * d - b * c) ** 0.25)


def evidence(
    query: Places, reference: Places, query_aspect: float, reference_aspect: float
) -> float:
    """Return how many points agree, where many in one corner say little.

    Args:
        query: float32, (P, 2), in the copy; each pair counts once, however often it is there.
        reference: float32, (P, 2), in the original.
        query_aspect: The copy's width by its height.
        reference_aspect: The original's.
    """
    if not len(query):
        return 0.0
    distinct = min(len(np.unique(np.rint(one / SAME_PLACE), axis=0)) for one in (query, reference))
    cells = max(cells_of(query, query_aspect), cells_of(reference, reference_aspect))
    return min(float(distinct), POINTS_PER_CELL * cells)


def breadth(
    query: Places, reference: Places, query_aspect: float, reference_aspect: float
) -> float:
    """Return how much points count that lie along a line, 0 to 1; those all over a picture do.

    The letters of a caption agree with each other in any two clips that share a font.
    """
    if len(query) < 2:
        return 0.0
    shares: list[float] = []
    for places, aspect in ((query, query_aspect), (reference, reference_aspect)):
        across = float(np.linalg.eigvalsh(np.cov(places.T)).clip(0.0)[0]) ** 0.5
        shares.append(across / float(_sides(aspect).min()))
    return min(1.0, max(shares) / BREADTH) ** 2


def cells_of(places: Places, aspect: float) -> int:
    """Return how many of the cells of a picture have a place in them."""
    cells = np.floor((places / _sides(aspect) + 0.5) * CELLS).clip(0, CELLS - 1)
    return len(np.unique(cells, axis=0))


def _sound(matrix: NDArray[np.float64]) -> Matrix | None:
    """Return a map if a copy can be made that way, None otherwise."""
    # What OpenCV cannot estimate is None, which numpy turns into a single NaN.
    if matrix.shape != (2, 3) or not np.isfinite(matrix).all():
        return None
    long, short = np.linalg.svd(matrix[:, :2], compute_uv=False).tolist()
    upright = np.linalg.det(matrix[:, :2]) > 0
    if not upright or short < SCALE_MIN or long > SCALE_MAX or long > STRETCH_MAX * short:
        return None
    (a, b, x), (c, d, y) = matrix.tolist()
    return ((a, b, x), (c, d, y))


def _sides(aspect: float) -> NDArray[np.float64]:
    """Return the width and height of a picture whose longer side is 1."""
    return np.array([min(1.0, aspect), min(1.0, 1 / aspect)])


def _corners(aspect: float) -> NDArray[np.float64]:
    """Return the corners of a picture, clockwise from the upper left."""
    signs = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    return signs * _sides(aspect)


def _overlap(corners: NDArray[np.float64], aspect: float) -> Box:
    """Return which part of a picture a quadrilateral is."""
    sides = _sides(aspect)
    shape = corners
    # OpenCV's intersection loses what lies within a hair of its own edge: so side by side
    # (Sutherland and Hodgman, "Reentrant Polygon Clipping", 1974).
    for axis, sign in ((0, 1.0), (0, -1.0), (1, 1.0), (1, -1.0)):
        shape = _clip(shape, sign * shape[:, axis] + sides[axis] / 2)
    x, y = shape.T
    area = abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
    if area <= 0:
        return Box(0.0, 0.0, 0.0, 0.0, 0.0)
    shares = (shape / sides + 0.5).clip(0.0, 1.0)
    (left, top), (right, bottom) = shares.min(axis=0).tolist(), shares.max(axis=0).tolist()
    return Box(left, top, right, bottom, min(1.0, float(area / sides.prod())))


def _clip(shape: NDArray[np.float64], inside: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the part of a polygon at whose corners `inside` is not negative."""
    kept: list[NDArray[np.float64]] = []
    for number in range(len(shape)):
        here, there = inside[number - 1], inside[number]
        if here * there < 0:
            share = here / (here - there)
            kept.append(shape[number - 1] + share * (shape[number] - shape[number - 1]))
        if there >= 0:
            kept.append(shape[number])
    return np.array(kept).reshape(-1, 2)
