"""Lays the pictures of one clip over those of another, and straightens what is a little askew."""

import cv2
import numpy as np
from numpy.typing import NDArray

from fingerprint.errors import FramesError
from fingerprint.proxy import Proxy

# A place in the reference, of a place in the query: see `motion.consistency`.
Matrix = tuple[tuple[float, float, float], tuple[float, float, float]]
Floats = NDArray[np.float32]

ROUNDS = 3  # Of straightening; more change no corner by a tenth of a pixel.
# A geometry that is off by more of the longer side was not found in these pictures.
STRAY_MAX = 0.06

SOFT_PIXELS = 1.0  # Of what is compared.

_LOCAL_PIXELS = 5.0  # Brightness and contrast are taken out over about this far.
_LEVELS = 4.0  # Less contrast than this many levels is coding noise.
_TRUSTED = 1.0  # Larger differences, in units of local contrast, count as this one.


def check(matrix: Matrix) -> NDArray[np.float64]:
    """Return a matrix as an array, (3, 3).

    Raises:
        FramesError: It is not (2, 3), not finite, or maps the picture onto a line.
    """
    rows = np.array(matrix, np.float64)
    if rows.shape != (2, 3) or not np.isfinite(rows).all() or np.abs(rows).max() > 1e3:
        raise FramesError("A geometry is a matrix of 2 x 3 finite numbers.")
    if abs(np.linalg.det(rows[:, :2])) < 1e-6:
        raise FramesError("A geometry does not map a picture onto a line.")
    return np.vstack([rows, (0.0, 0.0, 1.0)])


def pixels(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the map from places to the pixels of a picture of this shape (height, width)."""
    high, wide = shape
    longer = max(high, wide)
    return np.array([[longer, 0, (wide - 1) / 2], [0, longer, (high - 1) / 2], [0, 0, 1.0]])


def to_pixels(
    matrix: NDArray[np.float64],
    *,
    mirrored: bool,
    query: tuple[int, ...],
    reference: tuple[int, ...],
) -> NDArray[np.float64]:
    """Return the map, (3, 3), from pixels of the query to those of the reference.

    Args:
        matrix: From place to place, (3, 3).
        mirrored: Places of the query change sides first.
        query: Height and width.
        reference: Height and width.
    """
    sides = np.diag([-1.0 if mirrored else 1.0, 1.0, 1.0])
    return pixels(reference) @ matrix @ sides @ np.linalg.inv(pixels(query))


def to_places(
    warp: NDArray[np.float64],
    *,
    mirrored: bool,
    query: tuple[int, ...],
    reference: tuple[int, ...],
) -> Matrix:
    """Return the map from place to place that `to_pixels` made this of."""
    sides = np.diag([-1.0 if mirrored else 1.0, 1.0, 1.0])
    matrix = np.linalg.inv(pixels(reference)) @ warp @ pixels(query) @ sides
    (a, b, c), (d, e, f) = matrix[:2].tolist()
    return (a, b, c), (d, e, f)


def warped(
    frames: NDArray[np.uint8], warp: NDArray[np.float64], shape: tuple[int, ...], *, soft: float
) -> Floats:
    """Return the reference's frames as the query shows them, softened by `soft` pixels."""
    high, wide = shape
    shrunk = np.sqrt(abs(np.linalg.det(warp[:2, :2])))
    out = np.empty((len(frames), high, wide), np.float32)
    for frame, target in zip(frames, out, strict=True):
        # What shrinks is softened before, or else fine patterns turn into coarse ones.
        source = soften(frame, shrunk / 2) if shrunk > 1.3 else frame.astype(np.float32)
        target[:] = soften(_warp(source, warp, (wide, high)), soft)
    return out


def shown(shape: tuple[int, ...], warp: NDArray[np.float64], query: tuple[int, ...]) -> Floats:
    """Return where the query shows the reference, 1 or 0 a pixel."""
    high, wide = query
    whole = _warp(np.ones(shape, np.float32), warp, (wide, high))
    return (whole > 0.99).astype(np.float32)


def softened(frames: NDArray[np.uint8], radius: float) -> Floats:
    """Return frames (T, h, w) after a Gaussian filter of this standard deviation, in pixels."""
    return np.stack([soften(frame, radius) for frame in frames])


def soften(picture: NDArray[np.uint8] | Floats, radius: float) -> Floats:
    """Return a picture after a Gaussian filter of this standard deviation, in pixels."""
    return np.asarray(cv2.GaussianBlur(picture.astype(np.float32), (0, 0), radius), np.float32)


def between(
    seconds: NDArray[np.float64], at: NDArray[np.float64]
) -> tuple[NDArray[np.int64], Floats]:
    """Return, for each time, the last look before it and the share of the next one.

    Args:
        seconds: Of the looks, at least two, rising.
        at: Any times; before the first look and after the last one these two are taken.
    """
    at = np.clip(at, seconds[0], seconds[-1])
    look = np.clip(np.searchsorted(seconds, at, "right") - 1, 0, len(seconds) - 2)
    share = (at - seconds[look]) / (seconds[look + 1] - seconds[look])
    return look.astype(np.int64), share.astype(np.float32)


def flat(pictures: Floats, mask: Floats) -> Floats:
    """Return pictures (T, h, w) without what light, contrast and colour grading change.

    Args:
        pictures: Of brightness.
        mask: What counts, (h, w), 1 or 0; what lies outside has no influence, and becomes 0.
    """
    near = soften(mask, _LOCAL_PIXELS) + 1e-6
    out = np.empty_like(pictures)
    for picture, target in zip(pictures, out, strict=True):
        centred = (picture - soften(picture * mask, _LOCAL_PIXELS) / near) * mask
        spread = np.sqrt(soften(centred * centred, _LOCAL_PIXELS) / near)
        target[:] = centred / (spread + _LEVELS)
    return out


def straighten(
    query: Floats,
    reference: Proxy,
    at: NDArray[np.float64],
    warp: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return a better map from pixels to pixels, or the same one.

    Gauss-Newton on the pictures (Lucas and Kanade, 1981) with six unknowns, shared by all moments.
    What differs much, as an overlay does, pulls little.

    Args:
        query: Some of its frames, (T, h, w), softened.
        reference: The other clip.
        at: Its seconds that these frames show, (T,).
        warp: From pixels of the query to those of the reference, (3, 3).
    """
    high, wide = query.shape[1:]
    unit = np.array([[2 / (wide - 1), 0, -1], [0, 2 / (high - 1), -1], [0, 0, 1.0]])
    look, share = between(reference.seconds, at)
    first, best, nearest = warp, warp, -np.inf
    for _ in range(ROUNDS + 1):
        mask = shown(reference.frames.shape[1:], warp, (high, wide))
        before, after = (
            warped(reference.frames[look + step], warp, (high, wide), soft=SOFT_PIXELS)
            for step in (0, 1)
        )
        laid = np.asarray(before + (after - before) * share[:, None, None], np.float32)
        laid, target = flat(laid, mask), flat(query, mask)
        agreed = float(alike(target, laid).mean())
        if agreed > nearest:
            best, nearest = warp, agreed
        moved = unit @ np.linalg.inv(first) @ warp @ _step(target, laid, mask, unit)
        if np.abs(moved @ np.linalg.inv(unit) - np.eye(3)).sum(1).max() > 2 * STRAY_MAX:
            break
        warp = first @ np.linalg.inv(unit) @ moved
    return best


def _step(
    target: Floats, laid: Floats, mask: Floats, unit: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the map of the query's pixels, (3, 3), by which `laid` comes nearer to `target`."""
    high, wide = mask.shape
    x, y = np.meshgrid(np.linspace(-1, 1, wide), np.linspace(-1, 1, high))
    across = np.gradient(laid, axis=2) * (wide - 1) / 2
    down = np.gradient(laid, axis=1) * (high - 1) / 2
    slopes = np.stack([across * x, across * y, across, down * x, down * y, down]).reshape(6, -1)
    left = target - laid
    weight = mask * _TRUSTED / np.maximum(np.abs(left), _TRUSTED)
    held = slopes * weight.ravel()
    normal = held @ slopes.T
    ridge = 1e-3 * max(float(np.trace(normal)) / 6, 1.0) * np.eye(6)
    moved = np.linalg.solve(normal + ridge, held @ left.ravel()).reshape(2, 3)
    return np.linalg.inv(unit) @ (np.eye(3) + np.vstack([moved, np.zeros(3)])) @ unit


def alike(one: Floats, other: Floats) -> Floats:
    """Return how alike flat pictures, (T, h, w), are, -1 to 1, (T,)."""
    pairs = ((one, other), (one, one), (other, other))
    both, first, second = (np.einsum("tyx,tyx->t", *pair) for pair in pairs)
    return np.asarray(both / np.sqrt(first * second + 1e-6), np.float32)


def _warp(picture: Floats, warp: NDArray[np.float64], size: tuple[int, int]) -> Floats:
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(picture, warp[:2], size, flags=how), np.float32)
