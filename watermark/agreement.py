"""Whether a picture that was laid over an original shows the same, wherever it does not hide it.

A mark proves nothing of the picture around it: whoever has a marked clip can move the mark. So the
picture is compared with the original by itself, at a scale that the mark does not reach, one small
square after another. Half of the squares may be hidden by captions and stickers; the median of the
others tells. Unrelated pictures agree in a few squares by chance, and never in half of them: how
often, tests/bench/results/forgeries.md has measured.

What is plain tells nothing: encoding leaves another grain on a wall, and a mark leaves the same one
on any wall.
"""

from typing import Final

import cv2
import numpy as np

from watermark import register
from watermark.frames import Plane
from watermark.register import Placing, Registration, Views

# Pictures of other scenes reach 0.6 at most; copies at CRF 43 and filmed ones have 0.9 and more.
AGREEMENT_MIN: Final = 0.8
LAID_MIN: Final = 0.3  # Of the registration of what is looked at so closely: captions lower it.

_SQUARE: Final = 8  # Pixels of a thumbnail, of which the shorter side has 72.
_FRAMES_MAX: Final = 6  # Of the query, spread over it.
_STRUCTURE_MIN: Final = 0.05  # Of the median square's power: in a plain one nothing can agree.
_RELIEF_MIN: Final = 1.0  # Grey levels (root mean square): marks and encoders leave 0.4.
_COVERED_MIN: Final = 0.75  # Of a square.
_SQUARES_MIN: Final = 12  # Of a frame.
_TINY: Final = 1e-9


def measure(query: Views, original: Views, registration: Registration) -> float | None:
    """Return the median correlation of the squares of pictures, -1 to 1.

    Args:
        query: uint8, (T, h, w, 2), from `register.shrink`.
        original: uint8, (S, H, W, 2), the same.
        registration: Of these two.

    Returns:
        None, where they are too plain to tell: fewer than _SQUARES_MIN squares can be compared.
    """
    count = min(_FRAMES_MAX, len(registration.placings))
    steps: list[int] = np.linspace(0, len(registration.placings) - 1, count).astype(int).tolist()
    common, here, there = np.stack(
        [_correlate(query, original, registration.placings[step]) for step in steps], axis=1
    )
    told = there > _STRUCTURE_MIN * float(np.median(there))
    told &= there >= (_SQUARE * _RELIEF_MIN) ** 2
    if int(told.sum()) < _SQUARES_MIN * count:
        return None
    return float(np.median(common[told] / np.sqrt(here[told] * there[told] + _TINY)))


def _correlate(query: Views, original: Views, placing: Placing) -> Plane:
    """Return, for every square, what both have in common, the power of one and of the other.

    Returns:
        float32, (3, rows, columns); zeros where the query does not cover the original.
    """
    under = np.ascontiguousarray(original[placing.original, ..., 0])
    frame = np.ascontiguousarray(query[placing.query, ..., 0])
    laid, inside = register.warp(frame, under, placing.homography)
    here, there = register.thumb(laid), register.thumb(under)
    cover = cv2.resize(inside.astype(np.float32), there.shape[::-1], interpolation=cv2.INTER_AREA)
    squares = [_cut(each) for each in (here, there)]
    here, there = (each - each.mean(axis=2, keepdims=True) for each in squares)
    covered = _cut(np.asarray(cover, dtype=np.float32)).mean(axis=2) >= _COVERED_MIN
    sums = [(here * there).sum(axis=2), (here * here).sum(axis=2), (there * there).sum(axis=2)]
    return np.asarray(np.stack(sums) * covered, dtype=np.float32)


def _cut(plane: Plane) -> Plane:
    """Return the whole squares of a plane, (rows, columns, _SQUARE**2)."""
    rows, columns = (side // _SQUARE for side in plane.shape)
    kept = plane[: rows * _SQUARE, : columns * _SQUARE]
    squares = kept.reshape(rows, _SQUARE, columns, _SQUARE).transpose(0, 2, 1, 3)
    return squares.reshape(rows, columns, _SQUARE * _SQUARE)
