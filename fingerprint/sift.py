"""Key points of a picture and the vectors that describe them, for small pictures in a hurry.

As Lowe describes it ("Distinctive Image Features from Scale-Invariant Keypoints", IJCV 2004), but
that the picture is not doubled first, and that a point is described by as many samples as it has
whatever its size: OpenCV's takes three times as long for pictures as small as these.
"""

from dataclasses import dataclass
from itertools import pairwise, product

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Levels = list[list[Floats]]

VECTOR = 128
# Below this nothing has room for a point.
SIDE_MIN = 16

_LAYERS = 3  # To an octave.
_SIGMA = 1.6
_CAMERA_SIGMA = 0.5  # What a picture is blurred by before anybody looks at it.
_CONTRAST_MIN = 0.01 * 255  # A quarter of what Lowe takes, since the best are chosen later.
_EDGE_RATIO_MAX = 12.0
_EDGE = 3  # Points nearer to the border, in pixels of their octave, cannot be described.
_TURN = 2 * np.pi

# The main direction: samples to a side, how far apart in sigmas, and how many bins.
_AROUND, _AROUND_STEP, _BINS = 14, 0.65, 36
_SECOND_MIN = 0.8  # Of the strongest direction, for another one to count.
# The vector: 4 x 4 cells of 4 x 4 samples, 3 sigmas wide, of 8 directions each.
_GRID, _CELLS, _WAYS, _STEP = 16, 4, 8, 0.75
_PEAK_MAX = 0.2  # No single number may say more, or one bright edge would say all.


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """Key points, an array entry each.

    Attributes:
        octave: int64: which halving of the picture it was found in.
        layer: int64: which blur of that.
        places: float32, (N, 2), x and y in pixels of the picture, the first pixel's middle being 0.
        sigmas: float32, in pixels of the picture.
        strength: float32: contrast with what is around.
    """

    octave: NDArray[np.int64]
    layer: NDArray[np.int64]
    places: Floats
    sigmas: Floats
    strength: Floats

    def only(self, chosen: NDArray[np.int64]) -> "Spots":
        """Return those of some numbers, in that order."""
        return Spots(
            self.octave[chosen],
            self.layer[chosen],
            self.places[chosen],
            self.sigmas[chosen],
            self.strength[chosen],
        )


def blur(grey: NDArray[np.uint8]) -> Levels:
    """Return a picture, (H, W), ever more blurred: six times an octave, each half as large."""
    factor = 2 ** (1 / _LAYERS)
    sigmas = [_SIGMA * factor ** (layer - 1) * (factor**2 - 1) ** 0.5 for layer in range(1, 6)]
    base = _gauss(grey.astype(np.float32), (_SIGMA**2 - _CAMERA_SIGMA**2) ** 0.5)
    levels: Levels = []
    while min(base.shape) >= SIDE_MIN:
        octave = [base]
        for sigma in sigmas:
            octave.append(_gauss(octave[-1], sigma))
        levels.append(octave)
        base = np.ascontiguousarray(octave[_LAYERS][::2, ::2])
    return levels


def detect(levels: Levels) -> Spots:
    """Return the key points of a picture that was blurred."""
    found = [
        _extrema(octave, number)
        for number, octave in enumerate(levels)
        if min(octave[0].shape) > 2 * _EDGE + 2
    ]
    if not found:
        none = np.zeros(0, np.float32)
        return Spots(none.astype(np.int64), none.astype(np.int64), none.reshape(0, 2), none, none)
    return Spots(
        np.concatenate([one.octave for one in found]),
        np.concatenate([one.layer for one in found]),
        np.concatenate([one.places for one in found]),
        np.concatenate([one.sigmas for one in found]),
        np.concatenate([one.strength for one in found]),
    )


def describe(levels: Levels, spots: Spots) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return the directions of key points, and the vectors that describe them.

    Returns:
        For each direction the number of its key point, int64, (M,), the direction, in radians
        clockwise from the x axis, (M,), and the vector, (M, 128), of numbers from 0 up: 4 rows
        across the direction of 4 cells along it of 8 ways from the direction on clockwise.
    """
    zero = np.zeros(len(spots.sigmas), np.float32)
    owners, angles = _directions(*_gradients(levels, spots, zero, _AROUND, _AROUND_STEP))
    power, way = _gradients(levels, spots.only(owners), angles, _GRID, _STEP)
    return owners, angles, _vectors(power, way)


def _gauss(picture: Floats, sigma: float) -> Floats:
    size = 2 * int(np.ceil(3 * sigma)) + 1
    return np.asarray(cv2.GaussianBlur(picture, (size, size), sigma), np.float32)


def _extrema(octave: list[Floats], number: int) -> Spots:
    """Return the points of one octave that are above or below all 26 neighbours."""
    # The same memory for all layers: to get it anew takes longer than all that is done with it.
    steps = np.empty((len(octave) - 1, *octave[0].shape), np.float32)
    for layer, (before, after) in enumerate(pairwise(octave)):
        np.subtract(after, before, out=steps[layer])
    kernel = np.ones((3, 3), np.uint8)
    scratch = np.empty_like(steps[0])
    rows: list[NDArray[np.int64]] = []
    inner = np.zeros(scratch.shape, np.bool_)
    inner[_EDGE:-_EDGE, _EDGE:-_EDGE] = True
    for layer in range(1, _LAYERS + 1):
        step = steps[layer]
        extreme = step >= cv2.dilate(step, kernel, scratch)
        extreme |= step <= cv2.erode(step, kernel, scratch)
        extreme &= np.abs(step, out=scratch) > _CONTRAST_MIN / _LAYERS / 2
        extreme &= inner
        y, x = np.divmod(np.flatnonzero(extreme), step.shape[1])
        beside = steps[layer + _BESIDE[0], y + _BESIDE[1], x + _BESIDE[2]]
        value = step[y, x]
        above, below = value >= beside.max(axis=0), value <= beside.min(axis=0)
        kept = np.asarray(np.where(value > 0, above, below), np.bool_)
        rows.append(np.stack([np.full(len(x), layer), y, x])[:, kept])
    layer, y, x = np.concatenate(rows, axis=1)
    return _refined(steps, layer, y, x, number)


def _refined(
    steps: Floats, layer: NDArray[np.int64], y: NDArray[np.int64], x: NDArray[np.int64], octave: int
) -> Spots:
    """Return extrema placed between pixels, without those of low contrast or along edges."""
    middle = steps[layer, y, x]
    shift, curves, strength = *np.zeros((2, 3, len(x)), np.float32), np.abs(middle)
    for axis, (a, b, c) in enumerate(((0, 0, 1), (0, 1, 0), (1, 0, 0))):
        after, before = steps[layer + a, y + b, x + c], steps[layer - a, y - b, x - c]
        slope, curve = (after - before) / 2, after + before - 2 * middle
        shift[axis] = np.clip(-slope / np.where(curve == 0, 1, curve), -0.5, 0.5)
        strength += np.sign(middle) * slope * shift[axis] / 2
        curves[axis] = curve
    across = steps[layer, y + 1, x + 1] + steps[layer, y - 1, x - 1]
    across = (across - steps[layer, y + 1, x - 1] - steps[layer, y - 1, x + 1]) / 4
    trace, determinant = curves[0] + curves[1], curves[0] * curves[1] - across**2
    round_ = trace**2 * _EDGE_RATIO_MAX < (_EDGE_RATIO_MAX + 1) ** 2 * determinant
    kept = np.flatnonzero(round_ & (strength > _CONTRAST_MIN / _LAYERS))
    size = 2**octave
    places = np.stack([x + shift[0], y + shift[1]], axis=1)[kept] * size
    sigmas = _SIGMA * size * 2 ** ((layer + shift[2])[kept] / _LAYERS)
    return Spots(
        np.full(len(kept), octave),
        layer[kept],
        places.astype(np.float32),
        sigmas.astype(np.float32),
        strength[kept],
    )


def _gradients(
    levels: Levels, spots: Spots, angles: Floats, side: int, step: float
) -> tuple[Floats, Floats]:
    """Return how steep the picture is around key points, and which way, each (N, side, side).

    The grid of samples is turned by `angles`, and so are the ways.
    """
    size = side + 2
    grid = (np.arange(size, dtype=np.float32) - (size - 1) / 2) * np.float32(step)
    along, across = grid[None, None, :], grid[None, :, None]
    share = (2.0**-spots.octave).astype(np.float32)
    spread = (spots.sigmas * share)[:, None, None]
    cos, sin = (np.asarray(of(angles), np.float32)[:, None, None] for of in (np.cos, np.sin))
    x, y = (spots.places * share[:, None]).T[:, :, None, None]
    columns = x + spread * (cos * along - sin * across)
    rows = y + spread * (sin * along + cos * across)
    patches = np.empty((len(angles), size, size), np.float32)
    pictures: list[tuple[int, int]] = list(
        zip(spots.octave.tolist(), spots.layer.tolist(), strict=True)
    )
    for octave, layer in sorted(set(pictures)):
        mine = np.flatnonzero((spots.octave == octave) & (spots.layer == layer))
        at_x, at_y = columns[mine].reshape(-1, size), rows[mine].reshape(-1, size)
        sampled = cv2.remap(
            levels[octave][layer], at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        patches[mine] = np.asarray(sampled, np.float32).reshape(-1, size, size)
    right = np.ascontiguousarray(patches[:, 1:-1, 2:] - patches[:, 1:-1, :-2])
    down = np.ascontiguousarray(patches[:, 2:, 1:-1] - patches[:, :-2, 1:-1])
    shape = right.shape
    power, way = cv2.cartToPolar(right.reshape(-1, side), down.reshape(-1, side))
    middle = (np.arange(side) - (side - 1) / 2) / (side / 3 if side == _AROUND else side / 2)
    weight = np.exp(-(middle[:, None] ** 2 + middle[None] ** 2) / 2).astype(np.float32)
    shaped = power.reshape(shape)
    shaped *= weight
    return shaped, np.asarray(way, np.float32).reshape(shape)


def _directions(power: Floats, way: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return the main directions of each key point, at most two, and whose they are."""
    count = len(power)
    bins = np.floor(way * np.float32(_BINS / _TURN)).astype(np.int64) % _BINS
    bins += np.arange(count)[:, None, None] * _BINS
    sums = np.bincount(bins.ravel(), power.ravel(), minlength=count * _BINS).reshape(count, _BINS)
    turned = {step: np.roll(sums, step, axis=1) for step in (-2, -1, 1, 2)}
    smooth = 6 * sums + 4 * (turned[-1] + turned[1]) + turned[-2] + turned[2]
    before, after = np.roll(smooth, 1, axis=1), np.roll(smooth, -1, axis=1)
    peaks = np.where((smooth > before) & (smooth >= after), smooth, 0.0)
    best = np.argsort(-peaks, axis=1, kind="stable")[:, :2]
    height = np.take_along_axis(peaks, best, axis=1)
    counts = (height > 0) & (height >= _SECOND_MIN * height[:, :1])
    owners, rank = np.nonzero(counts)
    at = best[owners, rank]
    left, top, right = before[owners, at], smooth[owners, at], after[owners, at]
    exact = at + 0.5 + (left - right) / (2 * (left + right - 2 * top))
    return owners, np.asarray(np.mod(exact * _TURN / _BINS, _TURN), np.float32)


def _vectors(power: Floats, way: Floats) -> Floats:
    """Return what is seen around key points as vectors of length 1, (N, 128)."""
    ways = (way * np.float32(_WAYS / _TURN)).reshape(-1, 1, _GRID * _GRID)
    # How near each sample's way is to each of the eight, in the same memory throughout.
    planes = ways - np.arange(_WAYS, dtype=np.float32)[None, :, None]
    np.abs(planes, out=planes)
    np.minimum(planes, _WAYS - planes, out=planes)
    np.maximum(np.subtract(1, planes, out=planes), 0, out=planes)
    planes *= power.reshape(-1, 1, _GRID * _GRID)
    vectors = (planes @ _POOL).transpose(0, 2, 1).reshape(-1, VECTOR)
    for _ in range(2):
        length = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
        vectors = np.minimum(vectors / length, _PEAK_MAX)
    return np.asarray(vectors, np.float32)


def _pool() -> Floats:
    """Return how much each of 256 samples counts in each of 16 cells, float32, (256, 16)."""
    places = (np.arange(_GRID) - (_GRID - 1) / 2) / (_GRID / _CELLS) + (_CELLS - 1) / 2
    share = np.maximum(1 - np.abs(places[:, None] - np.arange(_CELLS)[None]), 0)
    return np.kron(share, share).astype(np.float32)


_POOL = _pool()
# Steps to the neighbours in the layers before and after, (3, 18, 1): layer, row, column.
_BESIDE = np.array(list(product((-1, 1), (-1, 0, 1), (-1, 0, 1)))).T[:, :, None]
