"""Cutting, shrinking and aligning pictures for the networks that look at faces."""

import math
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from rightsd.errors import Code, RightsError
from rightsd.ports import Picture

PIXELS_MAX = 4096 * 2304  # As media is decoded at most.
# Where a recogniser of the ArcFace type wants the five points, in 112 x 112 (Deng et al., 2019).
ARCFACE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655],
     [70.7299, 92.2041]],
    np.float32,
)  # fmt: skip

Floats = npt.NDArray[np.floating[Any]]


def require(picture: Picture) -> None:
    """Check that something is a picture of a size that is looked at.

    Raises:
        RightsError: INVALID, or TOO_LARGE.
    """
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or not picture.size:
        raise RightsError(Code.INVALID, "that is not a picture in 8-bit RGB")
    if picture.shape[0] * picture.shape[1] > PIXELS_MAX:
        raise RightsError(Code.TOO_LARGE, f"the picture has more than {PIXELS_MAX} pixels")


def shrink(picture: Picture, side_max: int) -> tuple[Picture, float]:
    """Return a picture whose sides are `side_max` at most, and its scale, 1 or less."""
    scale = min(1.0, side_max / max(picture.shape[:2]))
    if scale == 1:
        return picture, scale
    height, width = (max(1, round(length * scale)) for length in picture.shape[:2])
    shrunk = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk, np.uint8), scale


def cut(picture: Picture, left: float, top: float, side: float, size: int) -> Floats:
    """Return a square of a picture as (size, size, 3), black where it reaches beyond."""
    scale = size / side
    height, width = picture.shape[:2]
    x0, y0 = max(0, math.floor(left)), max(0, math.floor(top))
    x1, y1 = min(width, math.ceil(left + side)), min(height, math.ceil(top + side))
    inner = picture[y0:y1, x0:x1]
    to = (max(1, round((x1 - x0) * scale)), max(1, round((y1 - y0) * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    resized = cv2.resize(inner, to, interpolation=how)
    square = np.zeros((size, size, 3), np.float32)
    x, y = (
        min(size - 1, max(0, round((at - start) * scale))) for at, start in ((x0, left), (y0, top))
    )
    resized = resized[: size - y, : size - x]
    square[y : y + resized.shape[0], x : x + resized.shape[1]] = resized
    return square


def similarity(
    scale: float, angle: float, about: Sequence[float] | Floats, to: Sequence[float]
) -> Floats:
    """Return the map (2, 3) that scales and turns (radians) about a point and puts it elsewhere."""
    cos, sin = scale * math.cos(angle), scale * math.sin(angle)
    x, y = float(about[0]), float(about[1])
    return np.array(
        [[cos, -sin, to[0] - cos * x + sin * y], [sin, cos, to[1] - sin * x - cos * y]], np.float32
    )


def warp(picture: Picture, there: Floats, size: int) -> Picture:
    """Return a picture under a map, (size, size, 3), without the moire of plain sampling."""
    there = there.copy()
    while math.hypot(there[0, 0], there[1, 0]) < 0.5 and min(picture.shape[:2]) > 1:
        height, width = picture.shape[:2]
        half = cv2.resize(picture, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        # Pixel middles: x of the half is (x + 0.5) / 2 - 0.5 of the whole.
        there[:, 2] += there[:, :2] @ np.array([0.5, 0.5], np.float32)
        there[:, :2] *= 2
        picture = np.asarray(half, np.uint8)
    return np.asarray(cv2.warpAffine(picture, there, (size, size)), np.uint8)


def back(there: Floats, points: Floats) -> Floats:
    """Return where points of a warped picture are in the picture itself: (N, 2)."""
    here = np.asarray(cv2.invertAffineTransform(there), np.float32)
    return points @ here[:, :2].T + here[:, 2]


def align(picture: Picture, points: Floats, template: Floats, size: int) -> Picture:
    """Return a face as (size, size, 3), its points where the template has them.

    Source: Umeyama, "Least-Squares Estimation of Transformation Parameters Between Two Point
    Patterns" (1991), in two dimensions, where it has a closed form without reflections.
    """
    middle, target = points.mean(0), template.mean(0)
    one = (points - middle).astype(np.float64) @ [1, 1j]
    other = (template - target).astype(np.float64) @ [1, 1j]
    spread = float((np.abs(one) ** 2).sum())
    if not spread > 0:
        raise RightsError(Code.INVALID, "the points of the face are all the same")
    factor = complex((np.conj(one) * other).sum() / spread)
    there = similarity(abs(factor), math.atan2(factor.imag, factor.real), middle, target)
    return warp(picture, there, size)
