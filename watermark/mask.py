"""How much a picture hides: the amplitude that a mark may have at every place.

Activity hides a mark from the eye, and so do dark and bright. Movement does as well, but there a
mark that stands still is dear: it does not move along, so a codec has to write it anew in every
frame, or drops it. So it is strong where the picture rests, and weak where it moves.
"""

from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from watermark.frames import Plane, luma

AMPLITUDE_MAX: Final = 2.2  # In grey levels.

_FLAT: Final = 1.00  # Amplitude where the picture is flat, in grey levels.
_TEXTURE: Final = 0.07  # Amplitude per grey level of local activity.
_MEAN_SQUARE_MAX: Final = 1.9  # Keeps a busy picture from paying more than it hides.
_DARK: Final = (60.0, 44.0, 0.3)  # Below 60, over 44 levels, up to 30 % more: seen less there.
_BRIGHT: Final = (150.0, 85.0, 0.1)  # Above 150, over 85 levels, up to 10 % more.
_FOLLOW: Final = 0.5  # Weight of the newest frame: the amplitude must not flicker.
_RENEWED: Final = 2  # Frames from look to look, as it changes slowly.
_JUMP: Final = 24.0  # Levels by which a frame of another shot differs from the last, on average.
_GLIMPSE: Final = 16  # Pixels from one that is compared for this to the next.
_MOVING: Final = 3.0  # Grey levels from look to look at which much of the amplitude goes.
_SETTLING: Final = 0.8  # Of what moved is left at the next look: repeated frames are no rest.
_MOVING_SHARE: Final = 0.3  # Of the amplitude, which is left however fast it moves.
_SHRINK: Final = 4  # The mask is made at a quarter of the size, as it is smooth anyway,
_SIDE_MAX: Final = 180  # and with no more pixels on the shorter side than this.
_WINDOW_SHARE: Final = 1 / 40  # Of the shorter side: the neighbourhood that hides a change.
_MOVING_WINDOW_SHARE: Final = 1 / 20


class Mask:
    """The amplitude of a mark over a clip, frame by frame."""

    def __init__(self) -> None:
        self._age = 0  # Frames since it was renewed.
        self._glimpse: NDArray[np.int16] | None = None
        self._grey: Plane | None = None
        self._rest: Plane | None = None
        self._moved: Plane | None = None

    def follow(self, frame: NDArray[np.uint8], *, cut: bool = False) -> Plane | None:
        """Return the amplitude in the next frame, smooth in time within a shot.

        Args:
            frame: uint8, (H, W, 3), RGB, of one size over the mask's life.
            cut: Another shot begins with it; without, this is guessed.

        Returns:
            float32, (h, w), with h, w <= H, W, in grey levels, above 0 and up to AMPLITUDE_MAX;
            None: as in the frame before.
        """
        cut = self._jumps(frame) or cut
        self._age += 1
        if not cut and self._age < _RENEWED:
            return None
        self._age = 0
        grey, mask = _measure(frame)
        if cut or self._rest is None or self._grey is None or self._moved is None:
            self._rest, self._moved = mask, np.zeros_like(grey)
        else:
            moved = _blur(np.abs(grey - self._grey), _odd(grey, _MOVING_WINDOW_SHARE))
            self._moved = np.maximum(self._moved * _SETTLING, _mix(self._moved, moved))
            self._rest = _mix(self._rest, mask)
        self._grey = grey
        share = _MOVING_SHARE + (1.0 - _MOVING_SHARE) / (1.0 + np.square(self._moved / _MOVING))
        return np.asarray(self._rest * share, dtype=np.float32)

    def _jumps(self, frame: NDArray[np.uint8]) -> bool:
        """Return whether a frame has little to do with the one before."""
        glimpse = frame[::_GLIMPSE, ::_GLIMPSE].astype(np.int16)
        last, self._glimpse = self._glimpse, glimpse
        return last is None or float(np.abs(glimpse - last).mean()) >= _JUMP


def measure(frame: NDArray[np.uint8]) -> Plane:
    """Return how much a still picture hides, as the amplitude of a mark in grey levels.

    Args:
        frame: uint8, (H, W, 3), RGB, with H, W >= lattice.SIDE_MIN.

    Returns:
        float32, (h, w), with h, w <= H / 4, W / 4, above 0 and up to AMPLITUDE_MAX.

    Source: ours, after the usual model of just noticeable differences: activity hides (the least
    activity around, so that an edge does not open the flat side of it), and so do dark and bright.
    """
    return _measure(frame)[1]


def _measure(frame: NDArray[np.uint8]) -> tuple[Plane, Plane]:
    """Return luma and mask of a picture, of one size."""
    height, width = frame.shape[:2]
    shrink = max(_SHRINK, min(height, width) / _SIDE_MAX)
    height, width = (max(1, int(side / shrink)) for side in (height, width))
    # Grain is what the shrinking takes away: it is measured at twice the size of the mask.
    size = (2 * width, 2 * height)
    smaller = np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    half = luma(smaller)
    grain = cv2.convertScaleAbs(cv2.Laplacian(half, cv2.CV_16S, ksize=1))
    grey = _shrink(half, height=height, width=width)
    side = _odd(grey, _WINDOW_SHARE)
    mean = _blur(grey, side)
    coarse = np.sqrt(np.maximum(_erode(_blur(np.square(grey - mean), side), side), 0.0))
    fine = _erode(_blur(_shrink(grain, height=height, width=width), side), side)
    mask = _FLAT * _weigh_luma(mean) + _TEXTURE * (coarse + 0.8 * fine)
    mask = np.minimum(mask, AMPLITUDE_MAX)
    power = float(np.mean(np.square(mask)))
    return grey, (mask * min(1.0, (_MEAN_SQUARE_MAX / power) ** 0.5)).astype(np.float32)


def _mix(last: Plane, newest: Plane) -> Plane:
    return np.asarray(last + _FOLLOW * (newest - last), dtype=np.float32)


def _weigh_luma(mean: Plane) -> Plane:
    dark = np.clip((_DARK[0] - mean) / _DARK[1], 0.0, 1.0) * _DARK[2]
    bright = np.clip((mean - _BRIGHT[0]) / _BRIGHT[1], 0.0, 1.0) * _BRIGHT[2]
    return (1.0 + dark + bright).astype(np.float32)


def _odd(plane: Plane, share: float) -> int:
    return max(3, int(min(plane.shape) * share)) | 1


def _shrink(plane: MatLike, *, height: int, width: int) -> Plane:
    # Averages in bytes: a mask needs no finer ones.
    shrunk = cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk, dtype=np.float32)


def _blur(plane: Plane, side: int) -> Plane:
    return np.asarray(cv2.blur(plane, (side, side)), dtype=np.float32)


def _erode(plane: Plane, side: int) -> Plane:
    return np.asarray(cv2.erode(plane, np.ones((side, side), dtype=np.uint8)), dtype=np.float32)
