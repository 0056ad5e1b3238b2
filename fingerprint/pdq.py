"""PDQ: the 256-bit hash of a picture that platforms exchange, beside the one of ours.

Source: "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (Facebook,
2019), written anew from its description and held against the hashes that are published with vPDQ.
The only package that computes it, `pdqhash`, comes as C++ sources without wheels.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from fingerprint.errors import FramesError

ALGORITHM = "pdq"  # The name that exchanges use; the algorithm has had one version.
HEAD = b"P\x01"  # Of hashes that `descriptor.pack` packs.
CODE_BYTES = 32
# What platforms call the same picture, and hashes worth comparing.
BITS_MAX = 31
QUALITY_MIN = 50
SECONDS_APART = 1.0  # One hash a second, as vPDQ takes them.

_SIDE = 64  # Of the picture that is left when it is filtered.
_FREQUENCIES = 16
_PASSES = 2  # Two box filters in each direction make a tent.
_GRADIENTS = 90  # Of what a quality of 100 has, by the reference.
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def _cosines() -> NDArray[np.float64]:
    """Return the rows 1 to 16 of the DCT of 64 samples: the constant is left out."""
    row = np.arange(1, _FREQUENCIES + 1)[:, None]
    column = 2 * np.arange(_SIDE)[None, :] + 1
    return np.sqrt(2 / _SIDE) * np.cos(np.pi / (2 * _SIDE) * row * column)


_DCT = _cosines()


@dataclass(slots=True)
class Watcher:
    """Hashes a clip on its way past, one frame a second.

    Attributes:
        moments: (seconds, code, quality) of what is good enough to be compared.
    """

    moments: list[tuple[float, bytes, int]] = field(default_factory=list[tuple[float, bytes, int]])
    _due: float = 0.0

    def look(self, frames: NDArray[np.uint8], seconds: NDArray[np.float64]) -> None:
        """Take in frames, uint8, (T, H, W, 3), RGB, with their times."""
        for frame, at in zip(frames, seconds.tolist(), strict=True):
            if at >= self._due:
                self._due = at + SECONDS_APART
                code, quality = hash_frame(frame)
                if quality >= QUALITY_MIN:
                    self.moments.append((at, code, quality))


def hash_frame(frame: NDArray[np.uint8]) -> tuple[bytes, int]:
    """Return the PDQ hash of a picture, and its quality, 0 to 100.

    Args:
        frame: uint8, (H, W, 3), RGB.

    Returns:
        32 bytes: in hexadecimal they are the hash as exchanges write it.

    Raises:
        FramesError: It is no such picture, or has no pixels.
    """
    if frame.dtype != np.uint8 or not frame.size or frame.ndim != 3 or frame.shape[2] != 3:
        raise FramesError(f"A frame is uint8 of shape (H, W, 3), not {frame.shape}.")
    small = _shrink(frame.astype(np.float32) @ _LUMA)
    spectrum = _DCT @ small @ _DCT.T
    # The lower of the two in the middle, so that 128 bits are set where no two are equal.
    middle = np.partition(spectrum, spectrum.size // 2 - 1, axis=None)[spectrum.size // 2 - 1]
    # The reference writes its highest bit first.
    bits = (spectrum > middle).ravel()[::-1]
    return np.packbits(bits).tobytes(), _quality(small)


def parse(signal: str) -> bytes | None:
    """Return the bytes of a hash as exchanges write it; None when it is not one."""
    try:
        code = bytes.fromhex(signal)
    except ValueError:
        return None
    return code if len(signal) == 2 * CODE_BYTES and len(code) == CODE_BYTES else None


def _shrink(luma: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return a picture filtered and reduced to 64 x 64."""
    filtered = luma
    for _ in range(_PASSES):
        filtered = _box(filtered)
    high, wide = filtered.shape
    middles = np.arange(_SIDE) + 0.5
    rows = (middles * high / _SIDE).astype(np.int64)
    columns = (middles * wide / _SIDE).astype(np.int64)
    return filtered[np.ix_(rows, columns)].astype(np.float64)


def _box(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean of a window around each pixel, of as much of it as lies in the picture."""
    (high, above, rows), (wide, left, columns) = map(_window, picture.shape)
    sums = cv2.boxFilter(
        picture,
        ddepth=-1,
        ksize=(wide, high),
        anchor=(left, above),
        normalize=False,
        borderType=cv2.BORDER_CONSTANT,
    )
    return np.asarray(sums / (rows[:, None] * columns[None, :]), np.float32)


def _window(count: int) -> tuple[int, int, NDArray[np.float32]]:
    """Return a window's size, how much of it lies before its pixel, and how much counts where."""
    size = (count + 2 * _SIDE - 1) // (2 * _SIDE)
    after = (size + 2) // 2 - 1
    before = size - after - 1
    places = np.arange(count)
    inside = np.minimum(count, places + after + 1) - np.maximum(0, places - before)
    return size, before, inside.astype(np.float32)


def _quality(small: NDArray[np.float64]) -> int:
    """Return how much there is to see: the steps between neighbours, in percent of the range."""
    steps = [np.trunc(np.diff(small, axis=axis) * 100 / 255) for axis in (0, 1)]
    return min(100, int(sum(float(np.abs(step).sum()) for step in steps) / _GRADIENTS))
