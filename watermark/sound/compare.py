"""Tell whether a marked sound is what was marked: a mark can be moved onto another sound.

Where the mark says how the speed was changed, that is undone, and what is left is to find the
moment at which the levels of the two agree best. What the mark itself does to the levels is taken
out first: it is the same in both, wherever it was moved to.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.sound.analysis import OVERLAP, SILENCE, Heard
from watermark.sound.grid import NARROW_BANDS, PERIOD_SECONDS, STEPS

AGREEMENT_MIN: Final = 0.45
"""The worst copy of all attacks has 0.45, three seconds of another sound with the same mark 0.41 at
most: tests/bench/results/sound_mark.md."""

_OVERLAP_MIN: Final = 100  # Windows that must be in both,
_OVERLAP_SHARE: Final = 0.5  # and this share of the sound.
_SURROUNDING: Final = (51, 5)  # Windows by bands: the ups and downs of half a second.
_DEVIATION_MIN: Final = 0.1  # In natural logarithms of power: 0.4 dB.
_TINY: Final = 1e-9

Levels = NDArray[np.float64]


def measure_agreement(
    heard: Heard, original: Heard, directions: Levels, *, tempo: float, pitch: float
) -> float:
    """Return how well the levels of a sound agree with those of another, -1 to 1.

    Only the bands that a telephone keeps are compared.

    Args:
        heard: The sound, or a stretch of it.
        original: What it may be an excerpt of, marked, from the start.
        directions: float64, (STEPS, BANDS), how it was marked: see `grid.modulate`.
        tempo: How many times faster it is than the original.
        pitch: How many times higher.

    Returns:
        The correlation at the best moment; 0 where they have less than a second in common.
    """
    found, known = _stand_out(heard, pitch), _stand_out(original, 1.0)
    known = _without_mark(known, directions, original.hop_seconds)
    found = _slow_down(found, tempo * original.hop_seconds / heard.hop_seconds)
    if min(len(found), len(known)) < _OVERLAP_MIN:
        return 0.0
    size = len(found) + len(known)
    products = _correlate(found, known, size)
    inside = np.ones_like(found), np.ones_like(known)
    powers = _correlate(np.square(found), inside[1], size) * _correlate(
        inside[0], np.square(known), size
    )
    overlap = _correlate(inside[0][:, :1], inside[1][:, :1], size)
    least = min(max(_OVERLAP_MIN, _OVERLAP_SHARE * len(found)), len(known))
    enough = overlap > least - 0.5
    agreement = products / np.sqrt(np.maximum(powers, 0.0) + _TINY)
    return float(agreement[enough].max())


def _stand_out(heard: Heard, pitch: float) -> Levels:
    """Return how far each level stands out from those around it, in deviations, bounded."""
    powers = heard.powers(pitch)[:, :NARROW_BANDS]
    if not len(powers):
        return powers
    levels = np.log(powers + SILENCE)
    out = levels - _blur(levels)
    out /= np.sqrt(np.maximum(_blur(np.square(out)), 0.0)) + _DEVIATION_MIN
    return np.clip(out, -2.5, 2.5)


def _without_mark(known: Levels, directions: Levels, hop_seconds: float) -> Levels:
    """Return levels less what goes with the mark in each band."""
    # The embedder begins that many windows before the sound, in silence.
    windows = np.arange(len(known)) + OVERLAP - 1
    steps = (windows * (hop_seconds / PERIOD_SECONDS * STEPS)).astype(np.int64) % STEPS
    pattern = directions[steps, :NARROW_BANDS]
    pattern = pattern - _blur(pattern)
    share = (known * pattern).sum(axis=0) / (np.square(pattern).sum(axis=0) + _TINY)
    return known - share * pattern


def _slow_down(levels: Levels, tempo: float) -> Levels:
    """Return levels as they were before they passed so many times faster."""
    count = int(len(levels) * tempo)
    at = np.minimum(np.arange(count) / tempo, max(len(levels) - 1.001, 0.0))
    before = at.astype(np.int64)
    share = (at - before)[:, np.newaxis]
    return levels[before] * (1.0 - share) + levels[np.minimum(before + 1, len(levels) - 1)] * share


def _correlate(first: Levels, second: Levels, size: int) -> Levels:
    """Return the sum of products of two at every shift of the first, (size,)."""
    spectra = np.fft.rfft(second, n=size, axis=0) * np.fft.rfft(first, n=size, axis=0).conj()
    return np.fft.irfft(spectra.sum(axis=1), n=size)


def _blur(levels: Levels) -> Levels:
    time, bands = _SURROUNDING
    blurred = cv2.blur(levels, (bands, time), borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, dtype=np.float64)
