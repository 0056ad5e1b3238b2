"""Find the grid of a mark in a sound: its speed, its pitch, and its moment.

The bound. The signs of the pilots are independent and even over keys. So for any sound, and any
place of the grid in it, the pilot sum s = sum a_k sign_k has P(s >= x) <= exp(sum ln cosh(l a_k) -
l x) for every l > 0 (Chernoff), which is below exp(-z**2 / 2) for z = x / sqrt(sum a_k**2). Every
place that could have been tried lies on a finite grid, and its points share the probability (union
bound). Nothing is assumed about the sound.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from watermark.sound.analysis import Heard, flatten
from watermark.sound.grid import BANDS, NARROW_BANDS, PERIOD_SECONDS, STEPS, Layout

SPEED_MIN: Final = 0.78
SPEED_MAX: Final = 1.285

_TEMPO_STEP: Final = 0.004  # Half a step blurs a stretch of 12 s by 24 ms, a quarter of a cell.
_PITCH_STEP: Final = 0.02  # Half a step is a seventh of a band.
_SAME: Final = 0.012  # Speeds as near as this may be one.
_PARTS: Final = 4  # Of a step in time, at which the grid is tried.
_SHIFTS: Final = STEPS * _PARTS
_FINE_TEMPOS: Final = _TEMPO_STEP * np.arange(-2, 3) / 4.0
_FINE_PITCHES: Final = (-0.01, 0.0, 0.01)
_FINE_SHIFTS: Final = (0.0, 0.5)  # Of a part.
_WIDTHS: Final = (BANDS, NARROW_BANDS)  # Bands that are heard: all, or those of a telephone.
_REFINED: Final = 6  # Of all places, the ones with the most likely pilots.
_CHERNOFF: Final = np.linspace(0.5, 3.0, 26)  # Multiples of the l that suits a normal variable.
_TINY: Final = 1e-9

Folded: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mark seems to lie in a sound.

    Attributes:
        tempo: How many times faster than when it was marked.
        pitch: How many times higher.
        cells: float64, (STEPS, BANDS), the periods added up.
        z: The pilot sum in standard deviations.
        log10_p: Bound on the probability of such a pilot sum under a random key; above 0 it says
            nothing, but still tells which of two places is the less likely.
    """

    tempo: float
    pitch: float
    cells: Folded
    z: float
    log10_p: float


@dataclass(frozen=True, slots=True)
class _Guess:
    tempo: float
    pitch: float
    z: float


def look_untouched(heard: Heard, layout: Layout) -> list[Place]:
    """Return the best place in a sound whose speed is as it was."""
    count = _SHIFTS * len(_FINE_SHIFTS) * len(_WIDTHS)
    return [_best(_summed(heard, 1.0), heard.hop_seconds, layout, 1.0, 1.0, count=count)]


def look_everywhere(heard: Heard, layout: Layout) -> list[Place]:
    """Return places in a sound that was made faster or slower, or higher or lower, best first."""
    guesses: list[_Guess] = []
    hypotheses = 0
    for pitch, tempos in _speeds():
        summed = _summed(heard, pitch)
        hypotheses += len(tempos)
        folded = np.stack([_fold(summed, heard.hop_seconds, float(tempo)) for tempo in tempos])
        scores = np.max([_score(folded, layout, width).max(axis=1) for width in _WIDTHS], axis=0)
        guesses += [
            _Guess(float(tempo), pitch, float(score))
            for tempo, score in zip(tempos, scores, strict=True)
        ]
    guesses.sort(key=lambda guess: -guess.z)
    count = hypotheses * len(_FINE_TEMPOS) * len(_FINE_PITCHES)
    count *= _SHIFTS * len(_FINE_SHIFTS) * len(_WIDTHS)
    places = [_refine(heard, layout, guess, count=count) for guess in guesses[:_REFINED]]
    return sorted(places, key=_get_chance)


def bound_tail(turned: NDArray[np.float64]) -> float:
    """Return a bound on ln P(pilot sum >= the sum of these) over random signs, <= 0.

    Args:
        turned: float64, (P,), pilots with the key's sign taken out.
    """
    total = float(turned.sum())
    power = float(np.square(turned).sum())
    if total <= 0.0 or power <= 0.0:
        return 0.0
    exponents = _CHERNOFF * (total / power)
    products = np.abs(exponents[:, np.newaxis] * turned)
    moments = (products + np.log1p(np.exp(-2.0 * products)) - math.log(2.0)).sum(axis=1)
    return min(0.0, float(np.min(moments - exponents * total)))


def _speeds() -> Iterator[tuple[float, NDArray[np.float64]]]:
    """Yield each pitch with the tempos that are tried for it.

    What plays a sound faster raises its pitch alike, or not at all; what raises the pitch alone
    leaves the tempo.
    """
    low, high = math.log(SPEED_MIN), math.log(SPEED_MAX)
    tempos = np.exp(np.arange(math.ceil(low / _TEMPO_STEP), high / _TEMPO_STEP) * _TEMPO_STEP)
    pitches = np.exp(np.arange(math.ceil(low / _PITCH_STEP), high / _PITCH_STEP) * _PITCH_STEP)
    for pitch in pitches.tolist():
        near = np.abs(tempos / pitch - 1.0) < _SAME
        yield pitch, tempos if pitch == 1.0 else tempos[near | (np.abs(tempos - 1.0) < _SAME)]


def _summed(heard: Heard, pitch: float) -> NDArray[np.float64]:
    """Return how far the cells before each window stand out, added up, (T + 1, BANDS)."""
    flat = flatten(heard.powers(pitch))
    return np.concatenate([np.zeros((1, BANDS)), np.cumsum(flat, axis=0)])


def _fold(
    summed: NDArray[np.float64], hop_seconds: float, tempo: float, shift: float = 0.0
) -> Folded:
    """Return all periods of a grid added up, (_SHIFTS, BANDS), in deviations of one cell."""
    part = PERIOD_SECONDS / tempo / _SHIFTS / hop_seconds
    count = int((len(summed) - 1 - shift * part) / part)
    at = (shift + np.arange(count + 1)) * part
    before = np.minimum(at.astype(np.int64), len(summed) - 2)
    share = (at - before)[:, np.newaxis]
    ends = summed[before] * (1.0 - share) + summed[before + 1] * share
    parts = np.zeros((-(-count // _SHIFTS) * _SHIFTS, BANDS))
    parts[:count] = np.diff(ends, axis=0)
    return parts.reshape(-1, _SHIFTS, BANDS).sum(axis=0) / (part * _PARTS)


def _score(folded: Folded, layout: Layout, width: int) -> NDArray[np.float64]:
    """Return about how unlikely the pilots are at every shift, (n, _SHIFTS).

    Args:
        folded: float64, (n, _SHIFTS, BANDS), of n speeds.
        layout: Whose pilots to look for.
        width: How many bands are heard.
    """
    pilots = _pilots(layout, width)
    template = np.zeros((_SHIFTS, BANDS))
    for part in range(_PARTS):  # A cell is the sum of its parts.
        template[part::_PARTS] = pilots
    wanted = np.fft.rfft(template[:, :width], axis=0).conj()
    spectra = np.fft.rfft(folded[..., :width], axis=1)
    sums = np.fft.irfft((spectra * wanted).sum(axis=2), n=_SHIFTS, axis=1)
    cells = _gather(folded[..., :width])
    share = np.count_nonzero(pilots) / pilots[:, :width].size
    power = np.square(cells).mean(axis=1).sum(axis=1) * STEPS * share
    return sums / np.sqrt(power + _TINY)[:, np.newaxis]


def _pilots(layout: Layout, width: int) -> Folded:
    """Return the signs of the pilots in the lowest bands, (STEPS, BANDS); 0 elsewhere."""
    pilots = np.zeros(STEPS * BANDS)
    pilots[layout.pilots] = layout.signs[layout.pilots]
    pilots = pilots.reshape(STEPS, BANDS)
    pilots[:, width:] = 0.0
    return pilots


def _gather(folded: Folded) -> Folded:
    """Return the sum of each part and those behind it that make a cell, in the same shape."""
    cells = folded.copy()
    for part in range(1, _PARTS):
        cells += np.roll(folded, -part, axis=-2)
    return cells


def _refine(heard: Heard, layout: Layout, guess: _Guess, *, count: int) -> Place:
    """Return the least likely place near a guess."""
    places: list[Place] = []
    for change in _FINE_PITCHES:
        pitch = guess.pitch * (1.0 + change)
        summed = _summed(heard, pitch)
        places += [
            _best(summed, heard.hop_seconds, layout, guess.tempo * (1.0 + step), pitch, count=count)
            for step in _FINE_TEMPOS.tolist()
        ]
    return min(places, key=_get_chance)


def _best(
    summed: NDArray[np.float64],
    hop_seconds: float,
    layout: Layout,
    tempo: float,
    pitch: float,
    *,
    count: int,
) -> Place:
    """Return the least likely place at a speed, one among `count` places."""
    places: list[Place] = []
    for shift, width in itertools.product(_FINE_SHIFTS, _WIDTHS):
        folded = _fold(summed, hop_seconds, tempo, shift)
        at = int(_score(folded[np.newaxis], layout, width)[0].argmax())
        cells = np.roll(_gather(folded), -at, axis=0)[::_PARTS]
        pilots = _pilots(layout, width)
        turned = (cells * pilots)[pilots != 0.0]
        z = float(turned.sum()) / math.sqrt(float(np.square(turned).sum()) + _TINY)
        log_p = bound_tail(turned) + math.log(count)
        places.append(Place(tempo, pitch, cells, z, log_p / math.log(10.0)))
    return min(places, key=_get_chance)


def _get_chance(place: Place) -> float:
    return place.log10_p
