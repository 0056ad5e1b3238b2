"""Which stretches of a clip show which assets, and which show none of them.

A clip may be put together of several assets, or hold one among other things, or show something else
in the midst of one. A match says where a clip and an asset begin and cease to agree; here every
instant is held against what the asset shows at that very moment.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint import descriptor
from fingerprint.align import Match, Segment
from fingerprint.descriptor import Descriptors

# Unrelated frames differ in 127 bits on average (sd 8.3), and in less than 80 in none of a million
# pairs; strong compression at half size moves a code by 16 to 48. Here a few dozen are compared.
AGREE_BITS_MAX = 80
# Frames of an asset are up to a second apart where little moves, and a time line is that exact.
AROUND_SECONDS = 1.0
# What shows something else for less may be a fade, a flash or a broken frame.
PART_SECONDS_MIN = 1.0
# Matches whose scores differ by less are equally good: the same clip can be there twice.
EQUAL_SCORES = 0.1
# So many that none hides behind the others: two minutes in pieces of a second.
PARTS_MAX = 120
_ROUNDS_MAX = 8  # Each takes a search; the first explains all that is in one piece.
_MATCHES_MAX = 40  # Looked at in each round, the best first.

_Instants = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a clip, or several on one time line, that shows an asset.

    Attributes:
        matches: With the assets that it shows equally well, the best first.
        stretches: Where, in seconds of the clip, in order; what lies between shows something else.
    """

    matches: tuple[Match, ...]
    stretches: tuple[Segment, ...]

    @property
    def start(self) -> float:
        """Where it begins, in seconds of the clip."""
        return self.stretches[0].start

    @property
    def end(self) -> float:
        """Where it ends, in seconds of the clip."""
        return self.stretches[-1].end


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a clip shows.

    Attributes:
        parts: By when they begin.
        elsewhere: For how many seconds there is something to see that is in none of the parts; a
            single picture is a part or not, and has none.
    """

    parts: tuple[Part, ...]
    elsewhere: float


def explain(
    query: Descriptors,
    *,
    match: Callable[[Descriptors], list[Match]],
    look_up: Callable[[str], Descriptors],
    clear_bits_max: int,
) -> Explanation:
    """Return which stretches of a clip show which assets.

    Args:
        query: The clip.
        match: Returns what the rows of a clip match, the best first: `align.find`.
        look_up: Returns all rows of an asset.
        clear_bits_max: Where one asset has a frame as near as this, those that only resemble it do
            not count beside it.
    """
    times, lengths = _instants(query)
    left = np.ones(len(times), np.bool_)
    parts: list[Part] = []
    for turn in range(_ROUNDS_MAX):
        # What is left over at a cut is less than a part.
        if turn and lengths[left].sum() < PART_SECONDS_MIN:
            break
        found = match(_only(query, times[left]))[:_MATCHES_MAX]
        fresh = _group(query, times, left, found, look_up)
        for matches, rows in fresh[: PARTS_MAX - len(parts)]:
            left &= ~rows
            stretches = _stretches(times, lengths, rows)
            parts.append(Part(_equal(matches, clear_bits_max), stretches))
        if not fresh or len(parts) == PARTS_MAX:
            break
    parts.sort(key=lambda part: part.start)
    return Explanation(tuple(parts), float(lengths[left].sum()) if len(times) > 1 else 0.0)


def agree(
    query: Descriptors, reference: Descriptors, match: Match, times: NDArray[np.float64]
) -> _Instants:
    """Return, of some times of a clip, at which it shows what an asset shows at that moment.

    Args:
        query: The clip.
        reference: The asset.
        match: Between the two; it says on which time line.
        times: float64, (N,), ascending, each of a row of `query`.
    """
    codes = descriptor.mirror(query.codes) if match.mirrored else query.codes
    agreeing = np.zeros(len(times), np.bool_)
    for row in query.searchable().tolist():
        at = float(query.seconds[row])
        place = int(np.searchsorted(times, at))
        if place == len(times) or times[place] != at or agreeing[place]:
            continue
        there = match.reference.start + match.speed * (at - match.query.start)
        near = np.abs(reference.seconds - there) <= AROUND_SECONDS
        bits = np.bitwise_count(reference.codes[near] ^ codes[row]).sum(axis=1)
        agreeing[place] = bool((bits <= AGREE_BITS_MAX).any())
    return agreeing


def _instants(query: Descriptors) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return when there is something to see, and how long each time, until the next frame."""
    every = np.unique(query.seconds)
    lengths = np.diff(every, append=every[-1:])
    seen = np.isin(every, query.seconds[query.searchable()])
    return every[seen], lengths[seen]


def _only(query: Descriptors, times: NDArray[np.float64]) -> Descriptors:
    rows = np.isin(query.seconds, times)
    return Descriptors(query.seconds[rows], query.codes[rows], query.quality[rows])


def _group(
    query: Descriptors,
    times: NDArray[np.float64],
    left: _Instants,
    found: Sequence[Match],
    look_up: Callable[[str], Descriptors],
) -> list[tuple[list[Match], _Instants]]:
    """Return the matches of each part that is left, the best first, and at which times it is."""
    groups: list[tuple[list[Match], _Instants]] = []
    for one in found:
        agreeing = agree(query, look_up(one.asset_id), one, times) & left
        count = int(agreeing.sum())
        if not count:
            continue
        shared = [int((agreeing & rows).sum()) for _, rows in groups]
        if shared and 2 * max(shared) >= count:
            groups[shared.index(max(shared))][0].append(one)
            continue
        for _, rows in groups:
            agreeing &= ~rows
        groups.append(([one], agreeing))
    return groups


def _equal(matches: Sequence[Match], clear_bits_max: int) -> tuple[Match, ...]:
    """Return the matches of a part that are as good as the best one, which comes first."""
    equal = [one for one in matches if one.score >= matches[0].score - EQUAL_SCORES]
    clear = [one for one in equal if one.bits <= clear_bits_max]
    return tuple(clear or equal)


def _stretches(
    times: NDArray[np.float64], lengths: NDArray[np.float64], rows: _Instants
) -> tuple[Segment, ...]:
    """Return the stretches that some instants make; short interruptions are none."""
    stretches: list[Segment] = []
    for at, length in zip(times[rows].tolist(), lengths[rows].tolist(), strict=True):
        if stretches and _seen(times, lengths, stretches[-1].end, at) < PART_SECONDS_MIN:
            stretches[-1] = Segment(stretches[-1].start, at + length)
        else:
            stretches.append(Segment(at, at + length))
    return tuple(stretches)


def _seen(
    times: NDArray[np.float64], lengths: NDArray[np.float64], start: float, end: float
) -> float:
    """Return for how long there is something to see between two times."""
    return float(lengths[(times >= start) & (times < end)].sum())
