"""What copyists do to pictures, with where each point of a picture comes to lie.

Points are in pixels from the upper left corner of a picture, so that pixel n covers n to n + 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from rightsd.adapters.media import Frames
from watermark import attacks

Matrix: TypeAlias = NDArray[np.float64]  # (3, 3), of homogeneous points
Size: TypeAlias = tuple[int, int]  # (width, height)

SIDE_MAX = 640  # Of a canvas that is larger than what it shows.
BLUR_SHARE = 1 / 24  # Of the shorter side.
FACECAM_SHARE = 0.28
REACTION_SCALE = 0.7
# Where the corners of a screen are seen by the camera in front of it, of its width and height.
SCREEN = ((0.07, 0.06), (0.95, 0.02), (0.91, 0.95), (0.03, 0.90))
WORDS = "follow for more"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is done to pictures.

    Attributes:
        show: Takes frames, uint8, (T, H, W, 3), and as many of another video, of any size; returns
            as many, of another size perhaps.
        place: Takes the size of the first; returns where its points go, and the size of what
            comes out.
    """

    show: Callable[[Frames, Frames], Frames]
    place: Callable[[Size], tuple[Matrix, Size]]


def chain(*changes: Change) -> Change:
    """Return changes one after another."""

    def show(frames: Frames, others: Frames) -> Frames:
        for change in changes:
            frames = change.show(frames, others)
        return frames

    def place(size: Size) -> tuple[Matrix, Size]:
        matrix = np.eye(3)
        for change in changes:
            step, size = change.place(size)
            matrix = step @ matrix
        return matrix, size

    return Change(show, place)


def recolour(change: Callable[[Frames], Frames]) -> Change:
    """Return what changes pictures and leaves everything where it is."""
    return Change(lambda frames, _: change(frames), lambda size: (np.eye(3), size))


KEEP = recolour(attacks.keep)
MIRROR = Change(
    lambda frames, _: attacks.mirror(frames),
    lambda size: (_affine(-1.0, 1.0, size[0], 0.0), size),
)
# A quarter turn against the clock.
UPEND = Change(
    lambda frames, _: attacks.upend(frames),
    lambda size: (
        np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, size[0]], [0.0, 0.0, 1.0]]),
        (size[1], size[0]),
    ),
)


def lines(count: int) -> Change:
    """Return a smaller picture, of so many lines."""

    def small(size: Size) -> Size:
        return _even(size[0] * count / size[1]), count

    def place(size: Size) -> tuple[Matrix, Size]:
        width, height = small(size)
        return _affine(width / size[0], height / size[1], 0.0, 0.0), (width, height)

    return Change(lambda frames, _: _resize(frames, small(_size(frames))), place)


def crop(share: float, *, x: float = 0.5, y: float = 0.5) -> Change:
    """Return a part as large as the whole was.

    Args:
        share: Of the width and of the height that is kept.
        x: 0 to keep what is left, 1 to keep what is right.
        y: 0 to keep what is on top, 1 to keep what is below.
    """

    def box(size: Size) -> tuple[int, int, int, int]:
        width, height = (max(2, round(side * share)) for side in size)
        return round(x * (size[0] - width)), round(y * (size[1] - height)), width, height

    def show(frames: Frames, _: Frames) -> Frames:
        size = _size(frames)
        left, top, width, height = box(size)
        return _resize(frames[:, top : top + height, left : left + width], size)

    def place(size: Size) -> tuple[Matrix, Size]:
        left, top, width, height = box(size)
        wide, high = size[0] / width, size[1] / height
        return _affine(wide, high, -left * wide, -top * high), size

    return Change(show, place)


def portrait() -> Change:
    """Return the middle of a picture, upright, 9:16."""

    def box(size: Size) -> tuple[int, int]:
        width = min(size[0], _even(size[1] * 9 / 16))
        return (size[0] - width) // 2, width

    def show(frames: Frames, _: Frames) -> Frames:
        left, width = box(_size(frames))
        return frames[:, :, left : left + width]

    def place(size: Size) -> tuple[Matrix, Size]:
        left, width = box(size)
        return _affine(1.0, 1.0, -left, 0.0), (width, size[1])

    return Change(show, place)


def turn(degrees: float) -> Change:
    """Return a picture turned clockwise about its middle, with black corners."""

    def place(size: Size) -> tuple[Matrix, Size]:
        return np.vstack([_turning(size, -degrees), [0.0, 0.0, 1.0]]), size

    return Change(lambda frames, _: attacks.rotate(frames, degrees=degrees), place)


def bars(*, wider: float = 1.0, higher: float = 1.0) -> Change:
    """Return a picture between black bars, on a canvas so many times as wide and as high."""

    def canvas(size: Size) -> Size:
        return _even(size[0] * wider), _even(size[1] * higher)

    def show(frames: Frames, _: Frames) -> Frames:
        width, height = canvas(_size(frames))
        return _middle(np.zeros((len(frames), height, width, 3), np.uint8), frames)

    def place(size: Size) -> tuple[Matrix, Size]:
        large = canvas(size)
        left, top = ((a - b) // 2 for a, b in zip(large, size, strict=True))
        return _affine(1.0, 1.0, left, top), large

    return Change(show, place)


def blurpad() -> Change:
    """Return a whole picture across an upright one, 9:16, that shows the same out of focus."""

    def sizes(size: Size) -> tuple[Size, Size]:
        width = _even(SIDE_MAX * 9 / 16)
        return (width, SIDE_MAX), (width, min(SIDE_MAX, _even(size[1] * width / size[0])))

    def show(frames: Frames, _: Frames) -> Frames:
        canvas, inner = sizes(_size(frames))
        around = attacks.blur(fill(frames, canvas), share=BLUR_SHARE)
        return _middle(around, _resize(frames, inner))

    def place(size: Size) -> tuple[Matrix, Size]:
        canvas, inner = sizes(size)
        return _placed(
            size, inner, ((canvas[0] - inner[0]) // 2, (canvas[1] - inner[1]) // 2)
        ), canvas

    return Change(show, place)


def inset(share: float, *, x: float, y: float) -> Change:
    """Return a picture in the picture of another video.

    Args:
        share: Of its width and height.
        x: 0 for left, 1 for right.
        y: 0 for on top, 1 for below.
    """

    def box(size: Size) -> tuple[Size, Size]:
        width, height = (max(2, round(side * share)) for side in size)
        return (round(x * (size[0] - width)), round(y * (size[1] - height))), (width, height)

    def show(frames: Frames, others: Frames) -> Frames:
        corner, inner = box(_size(frames))
        return _paste(fill(others, _size(frames)), _resize(frames, inner), corner)

    def place(size: Size) -> tuple[Matrix, Size]:
        corner, inner = box(size)
        return _placed(size, inner, corner), size

    return Change(show, place)


def facecam() -> Change:
    """Return a picture with another video in its lower left corner."""

    def show(frames: Frames, others: Frames) -> Frames:
        width, height = _size(frames)
        side = _even(width * FACECAM_SHARE), _even(height * FACECAM_SHARE)
        return _paste(frames.copy(), fill(others, side), (0, height - side[1]))

    return Change(show, lambda size: (np.eye(3), size))


def reaction() -> Change:
    """Return a screen of two halves: left the middle of a picture, right another video."""

    def sizes(size: Size) -> tuple[Size, Size, int]:
        """Return the sizes of a half and of the picture, and what is left out at its left."""
        half, scaled = (
            (_even(size[0] / 2), size[1]),
            tuple(_even(REACTION_SCALE * side) for side in size),
        )
        return half, (scaled[0], scaled[1]), (scaled[0] - half[0]) // 2

    def show(frames: Frames, others: Frames) -> Frames:
        half, scaled, left = sizes(_size(frames))
        shown = _resize(frames, scaled)[:, :, left : left + half[0]]
        around = np.zeros((len(frames), half[1], half[0], 3), np.uint8)
        return np.concatenate([_middle(around, shown), fill(others, half)], axis=2)

    def place(size: Size) -> tuple[Matrix, Size]:
        half, scaled, left = sizes(size)
        return _placed(size, scaled, (-left, (half[1] - scaled[1]) // 2)), (2 * half[0], half[1])

    return Change(show, place)


def screen() -> Change:
    """Return pictures as a camera beside the middle of a screen sees them."""

    def show(frames: Frames, _: Frames) -> Frames:
        size = _size(frames)
        # What OpenCV places are the middles of pixels.
        half = _affine(1.0, 1.0, 0.5, 0.5)
        matrix = np.linalg.inv(half) @ place(size)[0] @ half
        seen = np.stack(
            [np.asarray(cv2.warpPerspective(frame, matrix, size), np.uint8) for frame in frames]
        )
        dull = attacks.tone(seen, gamma=1.2, contrast=0.9)
        return attacks.roughen(attacks.blur(dull, share=1 / 400), deviation=4.0)

    def place(size: Size) -> tuple[Matrix, Size]:
        whole = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * np.array(size, np.float32)
        seen = np.array(SCREEN, np.float32) * np.array(size, np.float32)
        return np.asarray(cv2.getPerspectiveTransform(whole, seen), np.float64), size

    return Change(show, place)


def caption(words: str = WORDS) -> Change:
    """Return pictures with a logo in a corner and words on a bar across."""
    return recolour(partial(write, words=words))


def write(frames: Frames, *, words: str) -> Frames:
    """Return frames with a logo in a corner and words on a dark bar below."""
    height, width = frames.shape[1:3]
    line = max(8, round(0.13 * min(height, width)))
    top, written = height - 2 * line, frames.copy()
    (length, _), _ = cv2.getTextSize(words, cv2.FONT_HERSHEY_DUPLEX, 1.0, 2)
    large = min(line / 32, 0.9 * width / length)
    at = round((width - large * length) / 2), top + round(0.7 * line)
    for frame in written:
        frame[top : top + line] //= 4
        cv2.putText(
            frame, words, at, cv2.FONT_HERSHEY_DUPLEX, large, (255, 255, 255), 2, cv2.LINE_AA
        )
        cv2.circle(frame, (width - line, line), line // 2, (235, 40, 60), -1, cv2.LINE_AA)
    return written


def _affine(wide: float, high: float, x: float, y: float) -> Matrix:
    return np.array([[wide, 0.0, x], [0.0, high, y], [0.0, 0.0, 1.0]])


def _placed(size: Size, inner: Size, corner: tuple[int, int]) -> Matrix:
    """Return where points go when a picture is scaled and put with its corner somewhere."""
    return _affine(inner[0] / size[0], inner[1] / size[1], *corner)


def _turning(size: Size, degrees: float) -> Matrix:
    """Return how `attacks.rotate` turns points; what OpenCV turns are the middles of pixels."""
    matrix = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), degrees, 1.0)
    matrix[:, 2] += 0.5 - matrix[:, :2] @ (0.5, 0.5)
    return np.asarray(matrix, np.float64)


def _size(frames: Frames) -> Size:
    return frames.shape[2], frames.shape[1]


def _even(side: float) -> int:
    return max(2, round(side / 2) * 2)


def _resize(frames: Frames, size: Size) -> Frames:
    if _size(frames) == size:
        return frames
    how = cv2.INTER_AREA if size[0] < frames.shape[2] else cv2.INTER_CUBIC
    return np.stack(
        [np.asarray(cv2.resize(frame, size, interpolation=how), np.uint8) for frame in frames]
    )


def fill(frames: Frames, size: Size) -> Frames:
    """Return the middle of frames, in another shape and size."""
    width, height = _size(frames)
    share = max(size[0] / width, size[1] / height)
    inner = min(width, round(size[0] / share)), min(height, round(size[1] / share))
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    return _resize(frames[:, top : top + inner[1], left : left + inner[0]], size)


def _middle(around: Frames, inner: Frames) -> Frames:
    corner = tuple((a - b) // 2 for a, b in zip(_size(around), _size(inner), strict=True))
    return _paste(around, inner, (corner[0], corner[1]))


def _paste(around: Frames, inner: Frames, corner: tuple[int, int]) -> Frames:
    """Put frames onto others and return those. They are not kept as they were."""
    (left, top), (width, height) = corner, _size(inner)
    around[:, top : top + height, left : left + width] = inner
    return around
