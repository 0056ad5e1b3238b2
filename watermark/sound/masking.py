"""What a sound hides: how much each band may change at each moment without being heard.

Source: the model of Johnston, "Transform coding of audio signals using perceptual noise criteria",
IEEE JSAC 6(2), 1988: a noise hides what is 5.5 dB softer, a tone what is 14.5 dB and one more for
each Bark softer. Both hide something in the bands around (slopes after Schroeder, Atal and Hall,
JASA 66(6), 1979), and for a tenth of a second after (Jesteadt et al., JASA 71(4), 1982). How tonal
a band is, is measured over time: a tone is steady, a noise is not. Bark: Traunmueller, JASA 88(1),
1990. Threshold in quiet: Terhardt, Hearing Research 1, 1979.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.sound.analysis import HOPS_PER_SECOND, OVERLAP
from watermark.sound.grid import EDGES

_NOISE_OFFSET: Final = 5.5  # Decibels.
_TONE_OFFSET: Final = 14.5  # Decibels, and one more for each Bark.
_SPREAD_UP: Final = 10.0  # Decibels a Bark, from a masker to what is higher.
_SPREAD_DOWN: Final = 25.0
_STEADY_WINDOWS: Final = 15  # A seventh of a second: slower changes are followed one by one.
_AFTER_WINDOWS: Final = 10  # Of a hundredth of a second.
_AFTER_LOSS: Final = 2.5  # Decibels a window: 25 in a tenth of a second.
_FULL_SCALE_SPL: Final = 90.0  # Decibels: as loud as a full-scale tone is played at home.
_TINY: Final = 1e-12

_CENTRES: Final = np.sqrt(EDGES[:-1] * EDGES[1:])
_BARKS: Final = 26.81 * _CENTRES / (1960.0 + _CENTRES) - 0.53


def thresholds(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the power of a change that is just not heard.

    Args:
        powers: float64, (T, BANDS), of windows of a sound, as `Heard.powers` gives them.

    Returns:
        float64, (T, BANDS), in the same unit.
    """
    tonal = _measure_tonality(powers)
    offset = tonal * (_TONE_OFFSET + _BARKS) + (1.0 - tonal) * _NOISE_OFFSET
    hidden = (powers * 10.0 ** (-offset / 10.0)) @ _SPREADING
    after = hidden.copy()
    for windows in range(1, _AFTER_WINDOWS + 1):
        fading = hidden[:-windows] * 10.0 ** (-windows * _AFTER_LOSS / 10.0)
        after[windows:] = np.maximum(after[windows:], fading)
    return np.maximum(after, _IN_QUIET)


def _measure_tonality(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how tonal each band is, (T, BANDS), from 0, a noise, to 1, a steady tone."""
    levels = np.log(powers + _TINY)
    # A running sum may fall below zero by rounding, where a loud part has ended.
    variance = np.maximum(_average(np.square(levels - _average(levels))), 0.0)
    return np.clip(1.0 - np.sqrt(variance) / _NOISE_DEVIATION, 0.0, 1.0)


def _average(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean over _STEADY_WINDOWS windows around each."""
    if not len(levels):
        return levels
    blurred = cv2.blur(levels, (1, _STEADY_WINDOWS), borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, dtype=np.float64)


def _measure_spreading() -> NDArray[np.float64]:
    """Return which share of what a band hides it hides in another, (BANDS, BANDS), from and to."""
    apart = _BARKS[np.newaxis, :] - _BARKS[:, np.newaxis]
    loss = np.where(apart >= 0.0, _SPREAD_UP * apart, -_SPREAD_DOWN * apart)
    return 10.0 ** (-loss / 10.0)


def _measure_quiet() -> NDArray[np.float64]:
    """Return the power that is just not heard in silence, (BANDS,)."""
    khz = _CENTRES / 1000.0
    spl = 3.64 * khz**-0.8 - 6.5 * np.exp(-0.6 * (khz - 3.3) ** 2) + 1e-3 * khz**4
    return 10.0 ** ((spl - _FULL_SCALE_SPL) / 10.0)


_SPREADING: Final = _measure_spreading()
_IN_QUIET: Final = _measure_quiet()
# Of the level of a noise, in natural logarithms of power: one over the root of how many independent
# values a window has of the band.
_NOISE_DEVIATION: Final = np.sqrt(HOPS_PER_SECOND / OVERLAP / np.diff(EDGES)).clip(0.0, 1.0)
