"""How the camera moved, so that what moves apart from it can be told from what it shows.

A camera on a rail goes the same way in every take, so that its way says nothing. What it shows of
a distant or flat scene changes by an affine map from look to look, which most points agree on.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from fingerprint.registration import Floats

POINTS_MAX, POINTS_MIN = 60, 8
POINTS_APART = 4  # Pixels.
QUALITY_MIN = 0.01  # Of the best corner.
NEAR_PIXELS = 0.5  # Of where the map puts a point that agrees.
_SEARCH = (11, 11)

Maps = NDArray[np.float64]  # (looks, 3, 3)


def camera(pictures: Floats) -> Maps:
    """Return where each pixel of the middle look is in each look, as far as the camera moves it.

    Args:
        pictures: The looks, (looks, h, w), 0 to 255, one after another.
    """
    grey = pictures.clip(0, 255).astype(np.uint8)
    middle = len(grey) // 2
    maps = np.tile(np.eye(3), (len(grey), 1, 1))
    for way in (1, -1):
        last = len(grey) if way > 0 else -1
        for look in range(middle + way, last, way):
            maps[look] = _step(grey[look - way], grey[look]) @ maps[look - way]
    return maps


def hold(pictures: Floats, maps: Maps) -> Floats:
    """Return looks, (looks, h, w), as they were had the camera stood still."""
    high, wide = pictures.shape[1:]
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    edge = cv2.BORDER_REPLICATE
    held = np.empty_like(pictures)
    for picture, each, target in zip(pictures, maps, held, strict=True):
        target[:] = cv2.warpAffine(picture, each[:2], (wide, high), flags=how, borderMode=edge)
    return held


def shown(mask: Floats, maps: Maps) -> Floats:
    """Return what of a mask, (h, w), 1 or 0, is in it at all looks."""
    high, wide = mask.shape
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    every = np.ones_like(mask)
    for each in maps:
        seen = np.asarray(cv2.warpAffine(mask, each[:2], (wide, high), flags=how), np.float32)
        every *= seen > 0.99
    return every


def _step(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return where pixels of a look are in the next, (3, 3); where they are, if nothing tells."""
    corners = cv2.goodFeaturesToTrack(before, POINTS_MAX, QUALITY_MIN, POINTS_APART)
    # OpenCV says None where it finds none, which its stubs do not know.
    points = np.asarray(corners, np.float32).reshape(-1, 1, 2) if np.ndim(corners) else None
    if points is None or len(points) < POINTS_MIN:
        return np.eye(3)
    moved, found, _ = cv2.calcOpticalFlowPyrLK(
        before, after, points, np.zeros_like(points), winSize=_SEARCH, maxLevel=2
    )
    kept = found.ravel() == 1
    if np.count_nonzero(kept) < POINTS_MIN:
        return np.eye(3)
    here, there = (np.asarray(each[kept], np.float32) for each in (points, moved))
    fitted, _ = cv2.estimateAffine2D(
        here, there, ransacReprojThreshold=NEAR_PIXELS, maxIters=100, confidence=0.95
    )
    rows = np.asarray(fitted, np.float64)
    return np.vstack([rows, (0.0, 0.0, 1.0)]) if rows.shape == (2, 3) else np.eye(3)
