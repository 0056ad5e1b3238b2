"""Pairs of a sound's peaks as numbers: two copies of a sound have many of them in common.

A pair says which tone comes first, how much higher the other is, and how long after. Played at
another speed or pitch, each of these changes in a known way, so a query is changed back before it
is looked up: what is stored is stored once.

Source: Wang, "An Industrial-Strength Audio Search Algorithm" (ISMIR 2003), section 2.2.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fingerprint import soundpeaks
from fingerprint.landmarks import Landmarks

KEY_BITS: Final = 19
KEYS: Final = 1 << KEY_BITS
# A query has more pairs than what is stored, since half of its peaks may be of something else.
FAN: Final = 6
QUERY_FAN: Final = 12

_GAP_MIN: Final = 0.08  # Seconds, in what is stored.
_GAP_MAX: Final = 1.52
_GAP_SECONDS: Final = 0.024
_CLIMB_MAX: Final = 31
# How near to the border of a cell a number may as well lie behind it, in cells.
_DOUBT: Final = 0.25
_LOWEST: Final = int(soundpeaks.LOWEST)


@dataclass(frozen=True, slots=True)
class Warp:
    """How a query is played.

    Attributes:
        tempo: How many times faster than what it is compared with.
        pitch: How many times higher.
    """

    tempo: float
    pitch: float


@dataclass(frozen=True, slots=True)
class Keys:
    """The pairs of one sound.

    Attributes:
        keys: int64, (N,), below KEYS.
        peaks: int64, (N,), the first peak of each.
    """

    keys: NDArray[np.int64]
    peaks: NDArray[np.int64]


def stored(landmarks: Landmarks) -> Keys:
    """Return the pairs of a sound that is to be found."""
    first, second = _pairs(landmarks.seconds, landmarks.tones, FAN)
    return _keys(landmarks.seconds, landmarks.tones, first, second, doubt=0.0)


def sought(landmarks: Landmarks, warp: Warp, fan: int = QUERY_FAN) -> Keys:
    """Return the pairs that a query would have if it were not played in some way.

    Where a number lies close to the border of its cell, both cells are given.
    """
    seconds = landmarks.seconds * warp.tempo
    tones = soundpeaks.tone_of(soundpeaks.hertz_of(landmarks.tones) / warp.pitch)
    first, second = _pairs(seconds, tones, fan)
    return _keys(seconds, tones, first, second, doubt=_DOUBT)


def _pairs(
    seconds: NDArray[np.float64], tones: NDArray[np.float64], fan: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of each peak with the `fan` next ones that are near enough."""
    count = np.zeros(len(seconds), np.int64)
    pairs: list[NDArray[np.int64]] = []
    # As many steps as there may be peaks in the longest gap of a pair.
    for step in range(1, len(seconds)):
        gaps = seconds[step:] - seconds[:-step]
        open_ = (gaps <= _GAP_MAX) & (count[:-step] < fan)
        if not open_.any():
            break
        climbs = np.abs(tones[step:] - tones[:-step])
        taken = np.flatnonzero(open_ & (gaps >= _GAP_MIN) & (climbs < _CLIMB_MAX))
        count[taken] += 1
        pairs.append(np.stack([taken, taken + step]))
    both = np.concatenate([np.zeros((2, 0), np.int64), *pairs], axis=1)
    return both[0], both[1]


def _keys(
    seconds: NDArray[np.float64],
    tones: NDArray[np.float64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    *,
    doubt: float,
) -> Keys:
    lows = _cells(tones[first] - _LOWEST, doubt)
    highs = _cells(tones[second] - _LOWEST, doubt)
    gaps = _cells((seconds[second] - seconds[first]) / _GAP_SECONDS, doubt)
    keys: list[NDArray[np.int64]] = []
    peaks: list[NDArray[np.int64]] = []
    for low, is_low in lows:
        for high, is_high in highs:
            for gap, is_gap in gaps:
                climb = high - low + _CLIMB_MAX + 1
                fits = is_low & is_high & is_gap & (low >= 0) & (low < 128)
                fits &= (climb >= 0) & (climb < 64) & (gap >= 0) & (gap < 64)
                keys.append((low << 12 | climb << 6 | gap)[fits])
                peaks.append(first[fits])
    return Keys(np.concatenate(keys), np.concatenate(peaks))


def _cells(
    places: NDArray[np.float64], doubt: float
) -> list[tuple[NDArray[np.int64], NDArray[np.bool_]]]:
    """Return the cells of places and, if there is doubt, the next ones, with where they count."""
    cells = np.floor(places).astype(np.int64)
    own = [(cells, np.ones(len(cells), np.bool_))]
    if doubt == 0.0:
        return own
    within = places - cells
    below, above = within < doubt, within > 1.0 - doubt
    return [*own, (np.where(below, cells - 1, cells + 1), below | above)]
