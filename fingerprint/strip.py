"""The proof strip: moments of a clip, and under them what its original shows at the same time.

Whoever is asked to believe in a match sees three rows: the query, with a line around what it shows
of the reference; the reference, moved, turned and cut as the query shows it; and the whole
reference, with a line around the part that the query shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from fingerprint import registration
from fingerprint.errors import FramesError
from fingerprint.registration import Matrix
from fingerprint.sample import SIDE_PIXELS_MAX

WIDTH = 1280
WIDTH_MIN, WIDTH_MAX = 240, 2560
MOMENTS_MAX = 5
COLUMN_PIXELS_MIN = 150  # Less wide, a caption does not fit over its picture.

Picture = NDArray[np.uint8]

_TALLEST = 1.5  # Height by width of the place of a picture.
_PAPER, _INK, _FAINT = (20, 22, 26), (236, 238, 240), (150, 156, 164)
_EMPTY, _HATCH = (38, 41, 47), (52, 56, 63)
_LINE, _EDGE = (190, 255, 60), (0, 0, 0)
_FAR = 1 << 14  # Pixels; a line to there leaves any picture.


@dataclass(frozen=True, slots=True)
class Moment:
    """What two clips show at one moment of the match.

    Attributes:
        query: uint8, (H, W, 3), RGB.
        reference: The same of the reference, of any other size.
        query_seconds: When the query shows it.
        reference_seconds: When the reference does.
    """

    query: Picture
    reference: Picture
    query_seconds: float
    reference_seconds: float


def seconds(start: float, end: float, *, count: int = MOMENTS_MAX) -> list[float]:
    """Return times inside a stretch, evenly apart and away from its ends."""
    return [start + (end - start) * (number + 0.5) / count for number in range(count)]


def draw(
    moments: Sequence[Moment], *, matrix: Matrix, mirrored: bool, width: int = WIDTH
) -> Picture:
    """Return the strip, uint8, (H, width, 3), RGB; a narrow one has fewer of the moments.

    Args:
        moments: At least one, in the order in which they are shown.
        matrix: A place of the query (x, y) lies in the reference at matrix · (x, y, 1): see
            `motion.consistency`.
        mirrored: x of the query becomes -x before that.
        width: WIDTH_MIN to WIDTH_MAX pixels.

    Raises:
        FramesError: There is no moment, a picture is none, or the geometry or width is not one.
    """
    placed = registration.check(matrix)
    if not moments or not WIDTH_MIN <= width <= WIDTH_MAX:
        raise FramesError(f"A strip has moments, and is {WIDTH_MIN} to {WIDTH_MAX} pixels wide.")
    for moment in moments:
        _check(moment.query)
        _check(moment.reference)
    count = min(len(moments), MOMENTS_MAX, max(1, width // COLUMN_PIXELS_MIN))
    chosen = [moments[int((number + 0.5) * len(moments) / count)] for number in range(count)]
    gap = max(4, width // 160)
    column = (width - gap * (count + 1)) // count
    # Two moments that look alike would be no proof, but one large picture no strip either.
    column = min(column, max(COLUMN_PIXELS_MIN, width // 3))
    rows = [_columns(moment, placed, mirrored=mirrored, column=column) for moment in chosen]
    return _arrange(rows, chosen, width=width, gap=gap)


def clock(at: float) -> str:
    """Return a time as people write it, to a hundredth of a second."""
    hundredths = round(max(0.0, at) * 100)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    tail = f"{minutes:02}:{rest / 100:05.2f}" if hours else f"{minutes}:{rest / 100:05.2f}"
    return f"{hours}:{tail}" if hours else tail


def _check(picture: Picture) -> None:
    shape = picture.shape
    if picture.dtype != np.uint8 or len(shape) != 3 or shape[2] != 3:
        raise FramesError(f"A picture is uint8 of shape (H, W, 3), not {shape}.")
    if not all(0 < side <= SIDE_PIXELS_MAX for side in shape[:2]):
        raise FramesError(f"The sides of a picture are 1 to {SIDE_PIXELS_MAX} pixels.")


def _columns(
    moment: Moment, placed: NDArray[np.float64], *, mirrored: bool, column: int
) -> tuple[Picture, Picture, Picture]:
    """Return the three pictures of a moment, none wider than a column."""
    query, reference = _fit(moment.query, column), _fit(moment.reference, column)
    warp = registration.to_pixels(
        placed, mirrored=mirrored, query=query.shape[:2], reference=reference.shape[:2]
    )
    outline = _corners(reference.shape[:2]), np.linalg.inv(warp).astype(np.float64)
    shown = _corners(query.shape[:2]), warp
    laid = _lay(moment.reference, placed, mirrored=mirrored, shape=query.shape[:2])
    return _outlined(query, *outline), _outlined(laid, *outline), _outlined(reference, *shown)


def _fit(picture: Picture, column: int) -> Picture:
    """Return a picture as large as its place allows."""
    high, wide = picture.shape[:2]
    share = min(column / wide, _TALLEST * column / high)
    size = (max(1, round(wide * share)), max(1, round(high * share)))
    how = cv2.INTER_AREA if share < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=how), np.uint8)


def _lay(
    reference: Picture, placed: NDArray[np.float64], *, mirrored: bool, shape: tuple[int, ...]
) -> Picture:
    """Return the reference as a query of this shape shows it, and hatching around it."""
    high, wide = shape
    warp = registration.to_pixels(
        placed, mirrored=mirrored, query=shape, reference=reference.shape[:2]
    )
    shrunk = float(np.sqrt(abs(np.linalg.det(warp[:2, :2]))))
    if shrunk > 1:
        # What shrinks is shrunk before, or else fine patterns turn into coarse ones.
        sides = [max(1, round(side / shrunk)) for side in reference.shape[:2]]
        small = cv2.resize(reference, (sides[1], sides[0]), interpolation=cv2.INTER_AREA)
        reference = np.asarray(small, np.uint8)
        warp = registration.to_pixels(
            placed, mirrored=mirrored, query=shape, reference=reference.shape[:2]
        )
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(reference, warp[:2], (wide, high), flags=how)
    mask = registration.shown(reference.shape[:2], warp, shape) > 0
    return np.where(mask[..., None], np.asarray(laid, np.uint8), _hatched(shape))


def _hatched(shape: tuple[int, ...]) -> Picture:
    """Return a picture that says that there is none."""
    high, wide = shape
    stripes = (np.add.outer(np.arange(high), np.arange(wide)) // 4) % 3 == 0
    return np.where(stripes[..., None], _HATCH, _EMPTY).astype(np.uint8)


def _corners(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the corners of a picture, in pixels, (3, 4)."""
    high, wide = shape
    across, down = (-0.5, wide - 0.5, wide - 0.5, -0.5), (-0.5, -0.5, high - 0.5, high - 0.5)
    return np.array([across, down, (1.0,) * 4], np.float64)


def _outlined(picture: Picture, corners: NDArray[np.float64], warp: NDArray[np.float64]) -> Picture:
    """Return a picture with a line around what it shows of one with these corners, if anything."""
    high, wide = picture.shape[:2]
    thick = max(1, wide // 110)
    out = np.ascontiguousarray(picture)
    # Inside the border, so that a line along it is seen.
    left, right, bottom = thick, wide - 1 - thick, high - 1 - thick
    if right <= left or bottom <= left:
        return out
    frame = np.array([(left, left), (right, left), (right, bottom), (left, bottom)], np.float32)
    other = np.clip((warp @ corners)[:2].T, -_FAR, _FAR).astype(np.float32)
    share, shown = cv2.intersectConvexConvex(frame, other)
    if share <= 0.0:
        return out
    points = [np.asarray(shown).round().astype(np.int32)]
    for colour, stroke in ((_EDGE, thick + 2), (_LINE, thick)):
        cv2.polylines(out, points, True, colour, stroke, cv2.LINE_AA)  # noqa: FBT003
    return out


def _arrange(
    columns: Sequence[tuple[Picture, Picture, Picture]],
    moments: Sequence[Moment],
    *,
    width: int,
    gap: int,
) -> Picture:
    """Return the pictures one beside and below the other, with their captions."""
    size = max(11, width // 80)
    font = ImageFont.load_default(size)
    line = size + gap
    heights = [max(column[row].shape[0] for column in columns) for row in range(3)]
    strip = Image.new("RGB", (width, gap + sum(heights) + 3 * (line + gap)), _PAPER)
    pen = ImageDraw.Draw(strip)
    step = (width - gap) / len(columns)
    for number, (pictures, moment) in enumerate(zip(columns, moments, strict=True)):
        captions = (
            ("Query", clock(moment.query_seconds)),
            ("Reference, laid over", ""),
            ("Reference", clock(moment.reference_seconds)),
        )
        top = gap
        for picture, height, (word, time) in zip(pictures, heights, captions, strict=True):
            left = round(gap + number * step + (step - gap - picture.shape[1]) / 2)
            pen.text((left, top), word, _FAINT, font)
            pen.text((left + picture.shape[1], top), time, _INK, font, anchor="ra")
            top += line
            strip.paste(Image.fromarray(picture), (left, top))
            top += height + gap
    return np.asarray(strip, np.uint8)
