"""The lowest spatial frequencies of a picture: a cheap look at what is in it."""

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 64
FREQUENCIES = 16
# A coefficient nearer to the median than this flips its sign under strong compression. In grey
# levels, with the orthonormal transform.
NOISE_LEVELS = 4.0

Spectrum = NDArray[np.float32]


def of(frame: NDArray[np.uint8]) -> Spectrum:
    """Return the low end of a frame's cosine spectrum, less its median.

    Args:
        frame: uint8, (H, W, 3), RGB, or (H, W), luma; any size from 1 x 1.

    Returns:
        float32, (16, 16): vertical by horizontal frequency of the DCT-II (orthonormal) of the
        frame's luma at 64 x 64.
    """
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) if frame.ndim == 3 else frame
    # Halving is several times faster than going to the odd ratio of 64 in one step.
    while min(grey.shape) >= 4 * SIDE:
        half = (grey.shape[1] // 2, grey.shape[0] // 2)
        grey = cv2.resize(grey, half, interpolation=cv2.INTER_AREA)
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    low = np.asarray(cv2.dct(small.astype(np.float32)), np.float32)[:FREQUENCIES, :FREQUENCIES]
    # `np.median` says the same, but takes as long as all that is above.
    middle = np.partition(low.ravel(), (low.size // 2 - 1, low.size // 2))
    return low - middle[low.size // 2 - 1 : low.size // 2 + 1].mean()


def quality(spectrum: Spectrum) -> int:
    """Return the share of coefficients that compression cannot flip, 0 (flat) to 100 (rich)."""
    return round(100 * float(np.mean(np.abs(spectrum) > NOISE_LEVELS)))


def moved(before: Spectrum, after: Spectrum) -> int:
    """Return how many of the 256 signs changed, leaving out those that are noise in both."""
    clear = np.maximum(np.abs(before), np.abs(after)) > NOISE_LEVELS
    return int(np.count_nonzero(clear & ((before > 0) != (after > 0))))
