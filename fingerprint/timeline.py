"""On which line in time do near frames of two clips lie?

A query that plays `speed` times as fast as its reference shows at second q what the reference
shows at second speed * q + offset. Every pair of near frames votes for an offset at each speed; the
fullest one wins. The speeds, and the rule that each instant of the query counts once, are ours;
voting on offsets is the usual way to compare fingerprints over time (Wang, "An Industrial-Strength
Audio Search Algorithm", ISMIR 2003, section 2.3).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Query frames that differ by less are one piece of evidence, however long they stand.
DISTINCT_BITS = 24
# The first wins where the votes cannot tell, as in a still.
SPEEDS = (1.0, 0.9, 1.1, 0.8, 1.25, 1.5, 2.0, 0.5)
# Frames are up to a second apart where little moves, so the nearest is up to half a second off.
TOLERANCE_SECONDS = 0.5
# Another speed must explain this much more than the original one.
SPEED_MARGIN = 1.02
# Of these many bits more, a pair says half as much about the exact offset.
OFFSET_BITS = 6.0

_BIN_SECONDS = 0.25
_PEAKS = 3

Bits = NDArray[np.int64]
Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a clip, in seconds."""

    start: float
    end: float

    def shown(self, speed: float, offset: float) -> "Segment":
        """Return what of another clip this shows of which it shows speed · second + offset."""
        start, end = (max(0.0, speed * at + offset) for at in (self.start, self.end))
        return Segment(start, end)


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """Pairs of near frames of two clips, an array entry each.

    Attributes:
        rows: Of the query.
        instants: Which of the distinct query times it is.
        at: Seconds in the query.
        found: Seconds in the reference.
        bits: The distance, 0 to `radius`.
        radius: What counts as near.
    """

    rows: NDArray[np.int64]
    instants: NDArray[np.int64]
    at: Seconds
    found: Seconds
    bits: Bits
    radius: int

    def weigh(self, bits: Bits) -> NDArray[np.float64]:
        """Return how much a frame at this distance says: 0.5 at no bits, 0 outside the radius."""
        return 0.5 * (1.0 - (bits / (self.radius + 1.0)) ** 2)

    def only(self, kept: NDArray[np.bool_]) -> "Votes":
        """Return some of the pairs."""
        return Votes(
            self.rows[kept],
            self.instants[kept],
            self.at[kept],
            self.found[kept],
            self.bits[kept],
            self.radius,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """Reference second = speed * query second + offset.

    Attributes:
        speed: One of SPEEDS.
        offset: In seconds.
        votes: How much speaks for it.
    """

    speed: float
    offset: float
    votes: float


def best_line(votes: Votes) -> Line:
    """Return the line that most speaks for; of one pair at least."""

    def lines(speed: float) -> Iterator[Line]:
        offsets = votes.found - speed * votes.at
        says = votes.weigh(votes.bits)
        for peak in peaks(offsets, votes.instants, says, reach=1):
            yield _settle(votes, speed, peak)

    return best_of(SPEEDS, lines, margin=SPEED_MARGIN)


def best_of(
    speeds: Sequence[float], lines: Callable[[float], Iterable[Line]], *, margin: float
) -> Line:
    """Return the line that most speaks for.

    Args:
        speeds: The likeliest first.
        lines: Returns those of a speed.
        margin: How many times as much must speak for another speed than the best so far.
    """
    best = Line(speeds[0], 0.0, -1.0)
    for speed in speeds:
        for line in lines(speed):
            needed = 1.0 if best.votes < 0 or speed == best.speed else margin
            if line.votes > best.votes * needed:
                best = line
    return best


def peaks(
    offsets: Seconds, voters: NDArray[np.int64], says: NDArray[np.float64], *, reach: int
) -> list[float]:
    """Return the offsets for which most is said, each voter once in a bin of them.

    Args:
        offsets: float64, (N,), in seconds.
        voters: int64, (N,): who says so.
        says: float64, (N,): how much.
        reach: How many bins on either side count as well.
    """
    bins = np.floor(offsets / _BIN_SECONDS).astype(np.int64)
    order = np.lexsort((-says, voters, bins))
    pairs = np.stack([bins[order], voters[order]])
    first = np.ones(len(order), np.bool_)
    first[1:] = (np.diff(pairs) != 0).any(axis=0)
    filled, where = np.unique(pairs[0, first], return_inverse=True)
    sums = np.bincount(where, says[order][first])
    around = sums.copy()
    for step in (step for step in range(-reach, reach + 1) if step):
        place = np.searchsorted(filled, filled + step).clip(0, len(filled) - 1)
        around += np.where(filled[place] == filled + step, sums[place], 0.0)
    top = np.lexsort((filled, -around))[:_PEAKS]
    return [(float(filled[at]) + 0.5) * _BIN_SECONDS for at in top]


def on_line(votes: Votes, line: Line) -> NDArray[np.int64]:
    """Return the pairs that lie on a line."""
    offsets = votes.found - line.speed * votes.at
    return np.flatnonzero(np.abs(offsets - line.offset) <= TOLERANCE_SECONDS)


def distinct(codes: NDArray[np.uint8], votes: Votes, on: NDArray[np.int64]) -> list[int]:
    """Return the distances of the frames that agree, the nearest of each run of like frames.

    Args:
        codes: uint8, (S, 32), of all rows of the query.
        votes: Pairs.
        on: Which of them agree.
    """
    evidence: list[int] = []
    lead: NDArray[np.uint8] | None = None
    order = on[np.lexsort((votes.bits[on], votes.instants[on]))]
    _, first = np.unique(votes.instants[order], return_index=True)
    for at in order[first].tolist():
        code, bits = codes[votes.rows[at]], int(votes.bits[at])
        if lead is not None and int(np.bitwise_count(code ^ lead).sum()) <= DISTINCT_BITS:
            evidence[-1] = min(evidence[-1], bits)
        else:
            evidence.append(bits)
            lead = code
    return evidence


def _settle(votes: Votes, speed: float, offset: float) -> Line:
    """Return the line near an offset, moved to the middle of its votes.

    An instant between two frames of the reference is placed between them by their distances.
    """
    settled = Line(speed, offset, 0.0)
    offsets = votes.found - speed * votes.at
    for _ in range(2):
        near = np.flatnonzero(np.abs(offsets - settled.offset) <= TOLERANCE_SECONDS)
        if not len(near):
            return settled
        _, group = np.unique(votes.instants[near], return_inverse=True)
        least = np.full(int(group.max()) + 1, votes.radius, np.int64)
        np.minimum.at(least, group, votes.bits[near])
        sharp = np.exp2((least[group] - votes.bits[near]) / OFFSET_BITS)
        places = np.bincount(group, sharp * offsets[near]) / np.bincount(group, sharp)
        weights = votes.weigh(least)
        middle = float(np.average(places, weights=weights))
        far = np.minimum(np.abs(places - middle) / TOLERANCE_SECONDS, 1.0)
        settled = Line(speed, middle, float(np.sum(weights * (1.0 - far**2))))
    return settled
