"""Put a mark into the frames of a clip."""

from collections.abc import Collection
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark import forensic, lattice
from watermark.errors import WatermarkError
from watermark.frames import Frames, Plane, check
from watermark.keys import derive
from watermark.mask import AMPLITUDE_MAX, Mask
from watermark.payload import Payload

STRENGTH: Final = 1.0
STRENGTH_MAX: Final = 4.0  # 34 to 37 dB of luma, which everyone sees.

# How many levels of luma and of blueness (Cb of BT.601) one unit of the mark changes. Blue hides
# best: at these wavelengths the eye hardly sees it, and there is less of the picture in its way.
_LUMA: Final = 0.9
_BLUE: Final = 0.9
_COLOUR: Final = (_LUMA, _LUMA - 0.344 * _BLUE, _LUMA + 1.772 * _BLUE)  # Of R, G and B.
_STEPS: Final = 127  # Of a signed byte: so finely are pattern and amplitude kept.
_FLIP: Final = 128  # Turns bytes 0..255 into -128..127, and back.
_STRIP: Final = 64  # Rows that are marked at a time, so that they stay in the processor's cache.


class Embedder:
    """Marks the frames of one clip, in order, chunk by chunk."""

    def __init__(
        self,
        secret: bytes,
        payload_id: int,
        *,
        height: int,
        width: int,
        tenant: str = "",
        strength: float = STRENGTH,
        cuts: Collection[int] = (),
    ) -> None:
        """Prepare the mark of a clip.

        Args:
            secret: 32 bytes; only its holder can find and read the mark.
            payload_id: What the mark says, 0 <= payload_id < 2**60.
            height: Of every frame, at least `lattice.SIDE_MIN` pixels.
            width: Of every frame, at least `lattice.SIDE_MIN` pixels.
            tenant: See `keys.derive`.
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
        keys = derive(secret, tenant=tenant)
        layout, values = lattice.write(keys, Payload(payload_id))
        lines = lattice.synthesise(layout, values, height=height, width=width)
        self._lines = np.asarray(lines * (1.0 - forensic.SHARE) ** 0.5, dtype=np.float32)
        self._keys, self._payload_id = keys, payload_id
        self._cuts = frozenset(cuts) - {0}
        self._frame = self._shot = 0
        self._strength = strength
        self._mask = Mask()
        self._amplitudes = np.zeros((height, 3 * width), dtype=np.int8)
        self._pattern, self._step = self._shoot()

    def mark(self, frames: Frames) -> Frames:
        """Return the next frames of the clip with the mark in them.

        Args:
            frames: uint8, (T, H, W, 3), RGB, of the height and width given before.

        Raises:
            WatermarkError: The frames are of another kind or size.
        """
        check(frames)
        if frames.shape[1:3] != self._lines.shape:
            raise WatermarkError(
                f"the mark was made for frames of {self._lines.shape}, not {frames.shape[1:3]}"
            )
        marked = np.empty(frames.shape, dtype=np.uint8)  # In C order, whatever the order given.
        for frame, target in zip(frames, marked, strict=True):
            cut = self._frame in self._cuts
            if cut:
                self._shot += 1
                self._pattern, self._step = self._shoot()
            self._frame += 1
            amplitude = self._mask.follow(frame, cut=cut)
            if amplitude is not None:
                self._spread(amplitude)
            self._put(frame, target)
        return marked

    def _spread(self, amplitude: Plane) -> None:
        """Renew the amplitudes, int8, (height, 3 * width), in steps of AMPLITUDE_MAX / _STEPS."""
        grid = np.rint(amplitude * (_STEPS / AMPLITUDE_MAX)).astype(np.uint8)
        size = self._amplitudes.shape[::-1]
        levels = np.asarray(cv2.resize(grid, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
        self._amplitudes = levels.view(np.int8)

    def _put(self, frame: NDArray[np.uint8], target: NDArray[np.uint8]) -> None:
        """Write a frame with the mark to `target`: rows are taken as bytes, R, G and B in turn."""
        height, size = self._pattern.shape
        plain, bytes_ = frame.reshape(height, size), target.reshape(height, size)
        for top in range(0, height, _STRIP):
            rows = slice(top, top + _STRIP)
            change = cv2.multiply(self._pattern[rows], self._amplitudes[rows], scale=self._step)
            # The sum of signed bytes saturates where that of the unsigned ones leaves 0 to 255.
            signed = np.bitwise_xor(plain[rows], np.uint8(_FLIP)).view(np.int8)
            total = np.asarray(cv2.add(signed, change), dtype=np.int8)
            np.bitwise_xor(total.view(np.uint8), np.uint8(_FLIP), out=bytes_[rows])

    def _shoot(self) -> tuple[NDArray[np.int8], float]:
        """Return the change by the sum of both layers in the present shot.

        Returns:
            int8, (height, 3 * width), R, G and B in turn; and how many levels a step of it is for
            one step of an amplitude.
        """
        height, width = self._lines.shape
        layout = forensic.lay_out(
            self._keys, self._payload_id, self._shot, height=height, width=width
        )
        waves = forensic.synthesise(layout, height=height, width=width)
        pattern = self._lines + waves * np.float32(forensic.SHARE**0.5)
        highest = float(np.abs(pattern).max()) * max(_COLOUR)
        steps = np.empty((height, width, 3), dtype=np.int8)
        for channel, share in enumerate(_COLOUR):
            steps[..., channel] = np.rint(pattern * np.float32(share * _STEPS / highest))
        return steps.reshape(height, 3 * width), self._strength * (highest / _STEPS) * (
            AMPLITUDE_MAX / _STEPS
        )
