"""How much a mark changes the picture."""

import math

import numpy as np

from watermark.errors import WatermarkError
from watermark.frames import Frames, check

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
    check(original)
    check(marked)
    if original.shape != marked.shape or original.size == 0:
        raise WatermarkError(f"cannot compare clips of {original.shape} and {marked.shape}")
    squares = 0
    for before, after in zip(original, marked, strict=True):
        difference = after.astype(np.int16) - before
        squares += int(np.square(difference, dtype=np.int32).sum(dtype=np.int64))
    if squares == 0:
        return math.inf
    return 10.0 * math.log10(_PEAK * _PEAK * original.size / squares)
