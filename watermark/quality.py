"""How much a mark changes the picture."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from watermark.errors import WatermarkError
from watermark.frames import Frames, check, luma

_PEAK = 255.0


def psnr(original: Frames, marked: Frames) -> float:
    """Return the peak signal-to-noise ratio of a marked clip in dB, over R, G and B.

    Args:
        original: uint8, (T, H, W, 3).
        marked: Of the same shape.

    Returns:
        dB; infinity where the clips are equal.

    Raises:
        WatermarkError: The clips have no pixels, or not the same shape.
    """
    _check_pair(original, marked)
    return _ratio(zip(original, marked, strict=True), original.size)


def psnr_luma(original: Frames, marked: Frames) -> float:
    """Return the same over luma, which is what is usually meant of a video."""
    _check_pair(original, marked)
    planes = ((luma(before), luma(after)) for before, after in zip(original, marked, strict=True))
    return _ratio(planes, original.size // 3)


class Noise:
    """What a mark changes of the luma of a clip, added up chunk by chunk."""

    def __init__(self) -> None:
        self._power, self._frames = 0.0, 0

    def add(self, original: Frames, marked: Frames) -> None:
        """Add frames: see `psnr_luma`."""
        power = 10.0 ** (-psnr_luma(original, marked) / 10.0)
        self._power += power * len(original)
        self._frames += len(original)

    @property
    def decibels(self) -> float:
        """The same over all of them; infinity where nothing was changed."""
        return -10.0 * math.log10(self._power / self._frames) if self._power else math.inf


def _check_pair(original: Frames, marked: Frames) -> None:
    check(original)
    check(marked)
    if original.shape != marked.shape or original.size == 0:
        raise WatermarkError(f"cannot compare clips of {original.shape} and {marked.shape}")


def _ratio(pairs: Iterable[tuple[NDArray[np.uint8], NDArray[np.uint8]]], size: int) -> float:
    squares = 0
    for before, after in pairs:
        difference = after.astype(np.int16) - before
        squares += int(np.square(difference, dtype=np.int32).sum(dtype=np.int64))
    if squares == 0:
        return math.inf
    return 10.0 * math.log10(_PEAK * _PEAK * size / squares)
