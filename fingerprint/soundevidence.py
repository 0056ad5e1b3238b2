"""What the peaks of a sound say for and against its being a copy, laid over a reference."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fingerprint import soundpeaks
from fingerprint.landmarks import Landmarks

# How near two peaks are that are the same: seconds, and tones.
_NEAR: Final = (0.03, 0.7)
# Shares of their peaks that copies keep, and how rare peaks are taken to be at most and least.
_KEPT: Final = (0.15, 0.3, 0.5, 0.75)
_CHANCE: Final = (0.004, 0.7)
_AROUND_SECONDS: Final = 5.0
# How many other places a reference is moved to, and by how much at least, in 0.06 s.
_MOVES: Final = 8
_MOVED: Final = 3
_MOMENTS_PER_SECOND: Final = 16


@dataclass(frozen=True, slots=True)
class Line:
    """Where the query lies in a reference: at tempo * seconds + offset, and pitch times higher."""

    tempo: float
    offset: float
    pitch: float


def weigh(
    query: Landmarks, reference: Landmarks, line: Line
) -> tuple[NDArray[np.int64], tuple[int, int, float]]:
    """Return what most speaks for a copy along a line.

    Returns:
        Which peak of the reference each one of the query is, or -1; and the stretch of the query
        for which most is said: its first peak, the one behind it, and how much, in decades.
    """
    near, chance = _agreement(query, reference, line)
    stretches = (_stretch(_say(query, reference, line, near, chance, kept)) for kept in _KEPT)
    return near, max(stretches, key=lambda stretch: stretch[2])


def tones_of(query: Landmarks, pitch: float) -> NDArray[np.float64]:
    """Return the tones that a query would have, were it not played so many times higher."""
    return soundpeaks.tone_of(soundpeaks.hertz_of(query.tones) / pitch)


def correspond(
    query: Landmarks, reference: Landmarks, line: Line, near: tuple[float, float]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of a peak of the query and one of the reference that lie near."""
    seconds = query.seconds * line.tempo + line.offset
    tones = tones_of(query, line.pitch)
    first = np.searchsorted(reference.seconds, seconds - near[0])
    behind = np.searchsorted(reference.seconds, seconds + near[0], "right")
    counts = behind - first
    rows = np.repeat(np.arange(len(query)), counts)
    steps = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    others = first[rows] + steps
    fits = np.abs(tones[rows] - reference.tones[others]) < near[1]
    return rows[fits], others[fits]


def _agreement(
    query: Landmarks, reference: Landmarks, line: Line
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return which peak of the reference each one of the query is, or -1, and the chance of one."""
    rows, others = correspond(query, reference, line, _NEAR)
    off = np.abs(query.seconds[rows] * line.tempo + line.offset - reference.seconds[others])
    near = np.full(len(query), -1, np.int64)
    # The nearest is written last.
    order = np.argsort(-off, kind="stable")
    near[rows[order]] = others[order]
    return near, _chances(query, reference, line)


def _say(
    query: Landmarks,
    reference: Landmarks,
    line: Line,
    near: NDArray[np.int64],
    chance: NDArray[np.float64],
    kept: float,
) -> NDArray[np.float64]:
    """Return what each peak of the query says, in decades, for a copy that kept so many of them."""
    # The tones of one note come together, and say little more than one of them.
    moments = np.where(near >= 0, _moments(query.seconds), -1)
    _, moment, alike = np.unique(moments, return_inverse=True, return_counts=True)
    for_copy = np.log10(np.maximum(kept / chance, 1.0)) / np.sqrt(alike[moment])
    against = np.log10((1.0 - kept) / (1.0 - np.minimum(chance, kept)))
    # Beyond the reference nothing could agree.
    seconds = query.seconds * line.tempo + line.offset
    inside = (seconds >= 0) & (seconds <= reference.seconds[-1] + _NEAR[0])
    return np.where(near >= 0, for_copy, np.where(inside, against, np.log10(1.0 - kept)))


def _chances(query: Landmarks, reference: Landmarks, line: Line) -> NDArray[np.float64]:
    """Return how often a peak of the query would have one of the reference near it by chance.

    By how many of the moments around that have any peak have one of that tone: so a note that is
    struck again and again says little. And by how often it has one if the reference is moved to
    where most would: pieces with one beat, moved by a bar, fit as well as before.
    """
    rows, others = correspond(query, reference, line, (_AROUND_SECONDS, _NEAR[1]))
    counts = np.bincount(rows, minlength=len(query))
    moments = np.unique(_moments(reference.seconds)) / _MOMENTS_PER_SECOND
    seconds = query.seconds * line.tempo + line.offset
    first = np.searchsorted(moments, seconds - _AROUND_SECONDS)
    behind = np.searchsorted(moments, seconds + _AROUND_SECONDS)
    chance = (counts + 0.5) / np.maximum(behind - first, 1)
    cells = np.floor((reference.seconds[others] - seconds[rows]) / (2.0 * _NEAR[0])).astype(
        np.int64
    )
    away = (cells < -_MOVED) | (cells >= _MOVED)
    filled, cell = np.unique(cells[away], return_inverse=True)
    best = np.zeros(len(filled), np.bool_)
    best[np.argsort(-np.bincount(cell, minlength=len(filled)), kind="stable")[:_MOVES]] = True
    moved = np.bincount(rows[away][best[cell]], minlength=len(query)) / _MOVES
    return np.clip(np.maximum(chance, moved), *_CHANCE)


def _moments(seconds: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.floor(seconds * _MOMENTS_PER_SECOND).astype(np.int64)


def _stretch(says: NDArray[np.float64]) -> tuple[int, int, float]:
    """Return the stretch of greatest sum: its first row, the row behind it, and the sum."""
    sums = np.concatenate([[0.0], np.cumsum(says)])
    least = np.minimum.accumulate(sums)
    behind = int(np.argmax(sums - least))
    first = int(np.argmin(sums[: behind + 1]))
    return first, behind, float(sums[behind] - sums[first])
