"""Frames of two clips that agree, and the time line that most of them are on.

As in `align`, a query that plays `speed` times as fast as its reference shows at second q what the
reference shows at second speed · q + offset. Here frames are few and up to seconds apart, and some
agree better than others.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint import timeline
from fingerprint.timeline import Line

SPEEDS = (1.0, 0.9, 1.1, 0.8, 1.25, 0.75, 1.5, 0.67, 2.0, 0.5)
# Another speed must explain this much more than the original one.
SPEED_MARGIN = 1.05
# Frames are a second apart, or more where nothing moves.
TOLERANCE_SECONDS = 0.75
TOLERANCE_SECONDS_MAX = 1.75

_BIN_SECONDS = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """Which frames agree on a geometry, an array entry for each pair of frames.

    Attributes:
        query: int64, of the frames of the query; so is reference.
        reference: As above.
        points: float64: how many points agree.
        at: float64: seconds in the query.
        found: float64: seconds in the reference.
        tolerance: float64: how far from its line the pair may be, in seconds of the reference.
    """

    query: NDArray[np.int64]
    reference: NDArray[np.int64]
    points: NDArray[np.float64]
    at: NDArray[np.float64]
    found: NDArray[np.float64]
    tolerance: NDArray[np.float64]


def best(agreement: Agreement) -> Line:
    """Return the line that most points are on."""

    def lines(speed: float) -> Iterator[Line]:
        offsets = agreement.found - speed * agreement.at
        for peak in timeline.peaks(offsets, agreement.query, agreement.points, reach=2):
            yield _settle(agreement, speed, peak)

    return timeline.best_of(SPEEDS, lines, margin=SPEED_MARGIN)


def _settle(agreement: Agreement, speed: float, offset: float) -> Line:
    """Return the line near an offset, moved to the middle of its votes."""
    settled = Line(speed, offset, 0.0)
    offsets = agreement.found - speed * agreement.at
    for _ in range(2):
        near = np.flatnonzero(np.abs(offsets - settled.offset) <= agreement.tolerance)
        if not len(near):
            return settled
        points = agreement.points[near]
        _, group = np.unique(agreement.query[near], return_inverse=True)
        most = np.zeros(int(group.max()) + 1)
        np.maximum.at(most, group, points)
        # Of two frames of the reference the one that agrees better is nearer in time.
        sharp = (points / most[group]) ** 3
        places = np.bincount(group, sharp * offsets[near]) / np.bincount(group, sharp)
        middle = float(np.average(places, weights=most))
        far = np.minimum(np.abs(places - middle) / TOLERANCE_SECONDS_MAX, 1.0)
        settled = Line(speed, middle, float(np.sum(most * (1.0 - far**2))))
    return settled


def on(agreement: Agreement, line: Line) -> NDArray[np.int64]:
    """Return the pairs of frames on a line, the best of each frame of the query."""
    off = np.abs(agreement.found - line.speed * agreement.at - line.offset)
    near = np.flatnonzero(off <= agreement.tolerance)
    order = near[np.lexsort((off[near], -agreement.points[near], agreement.query[near]))]
    _, first = np.unique(agreement.query[order], return_index=True)
    return order[first]


def tolerance(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far from each frame of a reference what it stands for may be, in seconds."""
    gaps = np.diff(seconds, prepend=seconds[:1], append=seconds[-1:])
    wide = np.maximum(gaps[:-1], gaps[1:])
    return np.clip(wide / 2 + _BIN_SECONDS, TOLERANCE_SECONDS, TOLERANCE_SECONDS_MAX)
