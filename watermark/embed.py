"""Put a mark into the frames of a clip."""

from collections.abc import Collection
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark import ecc, forensic, lattice, payload
from watermark.errors import WatermarkError
from watermark.frames import Frames, Plane, check, luma
from watermark.keys import derive

STRENGTH: Final = 1.0
STRENGTH_MAX: Final = 4.0  # About 34 dB, which everyone sees.

_FLAT: Final = 1.00  # Amplitude of the mark where the picture is flat, in grey levels.
_TEXTURE: Final = 0.07  # Amplitude per grey level of local activity.
_AMPLITUDE_MAX: Final = 2.2
_MEAN_SQUARE_MAX: Final = 1.9  # 45 dB: keeps a busy picture from paying more than it hides.
_DARK: Final = (60.0, 44.0, 0.3)  # Below 60, over 44 levels, up to 30 % more: seen less there.
_BRIGHT: Final = (150.0, 85.0, 0.1)  # Above 150, over 85 levels, up to 10 % more.
_FOLLOW: Final = 0.3  # Weight of the newest frame in the mask: it must not flicker.
_CUT: Final = 0.2  # A mask that changes by this share of itself belongs to another shot.
_SHRINK: Final = 4  # The mask is made at a quarter of the size; it is smooth anyway.
_WINDOW_SHARE: Final = 1 / 40  # Of the shorter side: the neighbourhood that hides a change.


class Embedder:
    """Marks the frames of one clip, in order, chunk by chunk."""

    def __init__(
        self,
        secret: bytes,
        payload_id: int,
        *,
        height: int,
        width: int,
        strength: float = STRENGTH,
        cuts: Collection[int] = (),
    ) -> None:
        """Prepare the mark of a clip.

        Args:
            secret: 32 bytes; only its holder can find and read the mark.
            payload_id: What the mark says, 0 <= payload_id < 2**60.
            height: Of every frame, at least `lattice.SIDE_MIN` pixels.
            width: Of every frame, at least `lattice.SIDE_MIN` pixels.
            strength: Factor on the amplitude, 0 < strength <= STRENGTH_MAX.
            cuts: Numbers of the frames with which another shot begins: the forensic layer changes
                there, and whoever verifies it has to know them.

        Raises:
            WatermarkError: An argument is outside its range.
        """
        if min(height, width) < lattice.SIDE_MIN:
            raise WatermarkError(
                f"a mark needs frames of {lattice.SIDE_MIN} pixels or more a side,"
                f" not {width}x{height}"
            )
        if not 0.0 < strength <= STRENGTH_MAX:
            raise WatermarkError(f"the strength must be above 0 and at most {STRENGTH_MAX}")
        keys = derive(secret)
        word = ecc.encode(payload.encode(payload.Payload(payload_id), keys.mac))
        layout = lattice.lay_out(keys.layout)
        values = lattice.modulate(layout, word)
        lines = lattice.synthesise(layout, values, height=height, width=width)
        self._lines = np.asarray(lines * (1.0 - forensic.SHARE) ** 0.5, dtype=np.float32)
        self._keys, self._payload_id = keys, payload_id
        self._cuts = frozenset(cuts) - {0}
        self._frame = self._shot = 0
        self._pattern = self._shoot()
        self._strength = strength
        self._mask: Plane | None = None

    def mark(self, frames: Frames) -> Frames:
        """Return the next frames of the clip with the mark in their luma.

        Args:
            frames: uint8, (T, H, W, 3), RGB, of the height and width given before.

        Raises:
            WatermarkError: The frames are of another kind or size.
        """
        check(frames)
        if frames.shape[1:3] != self._pattern.shape:
            raise WatermarkError(
                f"the mark was made for frames of {self._pattern.shape}, not {frames.shape[1:3]}"
            )
        marked = np.empty_like(frames)
        for index, frame in enumerate(frames):
            if self._frame in self._cuts:
                self._shot += 1
                self._pattern = self._shoot()
            self._frame += 1
            change = np.rint(self._pattern * self._follow(luma(frame))).astype(np.int16)
            # One change for R, G and B is a change of luma alone; the sum saturates at 0 and 255.
            cv2.add(frame, cv2.merge([change] * 3), dst=marked[index], dtype=cv2.CV_8U)
        return marked

    def _shoot(self) -> Plane:
        """Return the sum of both layers in the present shot, with a standard deviation of 1."""
        height, width = self._lines.shape
        layout = forensic.lay_out(
            self._keys, self._payload_id, self._shot, height=height, width=width
        )
        waves = forensic.synthesise(layout, height=height, width=width)
        return np.asarray(self._lines + waves * forensic.SHARE**0.5, dtype=np.float32)

    def _follow(self, grey: NDArray[np.uint8]) -> Plane:
        """Return the amplitude of the mark at every pixel, smooth in time within a shot."""
        mask = measure_mask(grey) * np.float32(self._strength)
        last = self._mask
        if last is not None and float(np.abs(mask - last).mean()) < _CUT * float(last.mean()):
            mask = last + np.float32(_FOLLOW) * (mask - last)
        self._mask = mask
        height, width = grey.shape
        return _resize(mask, height=height, width=width, interpolation=cv2.INTER_LINEAR)


def measure_mask(grey: NDArray[np.uint8]) -> Plane:
    """Return how much a picture hides, as the amplitude of a mark in grey levels.

    Args:
        grey: uint8, (H, W), luma, with H, W >= lattice.SIDE_MIN.

    Returns:
        float32, (H // 4, W // 4), above 0.

    Source: ours, after the usual model of just noticeable differences: activity hides (the least
    activity around, so that an edge does not open the flat side of it), and so do dark and bright.
    """
    height, width = (side // _SHRINK for side in grey.shape)
    small = _resize(grey, height=height, width=width).astype(np.float32)
    side = max(3, int(min(height, width) * _WINDOW_SHARE)) | 1
    mean = _blur(small, side)
    coarse = np.sqrt(np.maximum(_erode(_blur((small - mean) ** 2, side), side), 0.0))
    # What the shrinking took away: grain, measured at half size.
    half = _resize(grey, height=2 * height, width=2 * width).astype(np.float32)
    grain = np.abs(np.asarray(cv2.Laplacian(half, cv2.CV_32F, ksize=1), dtype=np.float32))
    fine = _erode(_blur(_resize(grain, height=height, width=width), side), side)
    mask = _FLAT * _weigh_luma(mean) + _TEXTURE * (coarse + 0.8 * fine)
    mask = np.minimum(mask, _AMPLITUDE_MAX)
    power = float(np.mean(mask * mask))
    return (mask * min(1.0, (_MEAN_SQUARE_MAX / power) ** 0.5)).astype(np.float32)


def _weigh_luma(mean: Plane) -> Plane:
    dark = np.clip((_DARK[0] - mean) / _DARK[1], 0.0, 1.0) * _DARK[2]
    bright = np.clip((mean - _BRIGHT[0]) / _BRIGHT[1], 0.0, 1.0) * _BRIGHT[2]
    return (1.0 + dark + bright).astype(np.float32)


def _resize(
    plane: NDArray[np.uint8] | Plane,
    *,
    height: int,
    width: int,
    interpolation: int = cv2.INTER_AREA,
) -> Plane:
    resized = cv2.resize(plane, (width, height), interpolation=interpolation)
    return np.asarray(resized, dtype=np.float32)


def _blur(plane: Plane, side: int) -> Plane:
    return np.asarray(cv2.blur(plane, (side, side)), dtype=np.float32)


def _erode(plane: Plane, side: int) -> Plane:
    return np.asarray(cv2.erode(plane, np.ones((side, side), dtype=np.uint8)), dtype=np.float32)
