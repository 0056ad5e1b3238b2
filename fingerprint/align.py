"""From near codes to copies: what was found must lie on one time line.

A query that plays `speed` times as fast as its reference shows at second q what the reference
shows at second speed * q + offset. Every hit votes for an offset at each speed; the fullest one
wins. The speeds, and the rule that each instant of the query counts once, are ours; voting on
offsets is the usual way to compare fingerprints over time (Wang, "An Industrial-Strength Audio
Search Algorithm", ISMIR 2003, section 2.3).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fingerprint import descriptor
from fingerprint.descriptor import Descriptors
from fingerprint.index import Hit, Index

# Of over a million pairs of frames of unrelated films none was nearer than 80 bits (mean 127, sd
# 8.3), and of 2 million pairs of two-shot drawn scenes that differ in little but place and
# colour none nearer than 56. Strong compression at half size moves a code by 16 to 48.
RADIUS = 52
# One frame within 37 bits is enough, or two within 45, or three within 47: see `Match.score`.
SCORE_MIN = 0.25
# Query frames that differ by less are one piece of evidence, however long they stand.
DISTINCT_BITS = 24
# The first wins where the votes cannot tell, as in a still.
SPEEDS = (1.0, 0.9, 1.1, 0.8, 1.25)
# Frames are up to a second apart where little moves, so the nearest is up to half a second off.
TOLERANCE_SECONDS = 0.5
# Another speed must explain this much more than the original one.
SPEED_MARGIN = 1.02
# Of these many bits more, a hit says half as much about the exact offset.
OFFSET_BITS = 6.0

_BIN_SECONDS = 0.25
_PEAKS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """Where a row of an index comes from."""

    asset_id: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a clip, in seconds."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Match:
    """A part of the query that is a copy of a part of one asset, as far as pictures tell.

    The same scene filmed, or generated, twice can match, too: codes see pictures, not recordings.

    Attributes:
        asset_id: What it is a copy of; empty from `compare`.
        score: SCORE_MIN to 1. One exact frame makes 0.5; each distinct one more halves the rest.
        frames: How many distinct frames of the query agree.
        bits: The distance of the nearest of them, 0 to RADIUS.
        query: From the first to the last frame that agrees, within about 1/8 s at a cut.
        reference: The same in the asset.
        mirrored: Left and right are exchanged.
        speed: How much faster the query plays than the asset, one of SPEEDS.
    """

    asset_id: str
    score: float
    frames: int
    bits: int
    query: Segment
    reference: Segment
    mirrored: bool
    speed: float


@dataclass(frozen=True, slots=True)
class _Votes:
    """The hits of one asset, an array entry each."""

    rows: NDArray[np.int64]  # of the query
    instants: NDArray[np.int64]  # counting the distinct query times
    at: NDArray[np.float64]
    found: NDArray[np.float64]  # seconds in the asset
    bits: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Line:
    speed: float
    offset: float
    votes: float


def find(
    query: Descriptors,
    *,
    search: Callable[[NDArray[np.uint8], int], list[Hit]],
    locate: Callable[[list[int]], Mapping[int, Row]],
) -> list[Match]:
    """Return the assets that a clip was copied from, the best first, one match each.

    Frames of low quality are left out: a clip of nothing but black finds nothing.

    Args:
        query: The clip.
        search: `Index.search`, or the same somewhere else.
        locate: Returns where rows, by id, come from; rows that it leaves out do not count.

    Raises:
        RowsError: The query is longer than a search allows.
    """
    good = query.searchable()
    found: dict[bool, list[Hit]] = {}
    for mirrored in (False, True):
        codes = query.codes[good]
        hits = search(descriptor.mirror(codes) if mirrored else codes, RADIUS)
        found[mirrored] = [replace(hit, query=int(good[hit.query])) for hit in hits]
    rows = locate(sorted({hit.row_id for hits in found.values() for hit in hits}))
    best: dict[str, Match] = {}
    for mirrored, hits in found.items():
        for match in vote(query, hits, rows, mirrored=mirrored):
            if match.asset_id not in best or match.score > best[match.asset_id].score:
                best[match.asset_id] = match
    return sorted(best.values(), key=_rank)


def compare(query: Descriptors, reference: Descriptors) -> Match | None:
    """Return what one clip copies from another, or None."""
    good = reference.searchable()
    index = Index()
    index.add(good, reference.codes[good])
    rows = {row: Row("", float(reference.seconds[row])) for row in good.tolist()}
    matches = find(query, search=index.search, locate=lambda _: rows)
    return matches[0] if matches else None


def vote(
    query: Descriptors, hits: Iterable[Hit], rows: Mapping[int, Row], *, mirrored: bool
) -> list[Match]:
    """Return the matches that hits of one orientation make, the best first.

    Args:
        query: The clip that was searched for; `Hit.query` counts its rows.
        hits: What was found, in any order. Farther than RADIUS bits, or twice, does not count.
        rows: Where the rows of the index come from; hits without one do not count.
        mirrored: The hits are those of the mirrored query.
    """
    groups: defaultdict[str, list[tuple[Hit, Row]]] = defaultdict(list)
    # In one order, so that sums come out the same to the last bit.
    for hit in sorted(set(hits), key=lambda hit: (hit.query, hit.row_id, hit.distance)):
        row = rows.get(hit.row_id)
        if row is not None and hit.distance <= RADIUS:
            groups[row.asset_id].append((hit, row))
    times, instants = np.unique(query.seconds, return_inverse=True)
    matches: list[Match] = []
    for asset_id, group in groups.items():
        numbers = np.array([hit.query for hit, _ in group], np.int64)
        votes = _Votes(
            rows=numbers,
            instants=instants[numbers],
            at=query.seconds[numbers],
            found=np.array([row.seconds for _, row in group], np.float64),
            bits=np.array([hit.distance for hit, _ in group], np.int64),
        )
        match = _match(asset_id, query, times, votes, mirrored=mirrored)
        if match is not None:
            matches.append(match)
    return sorted(matches, key=_rank)


def _rank(match: Match) -> tuple[float, int, str]:
    return -match.score, match.bits, match.asset_id


def _match(
    asset_id: str,
    query: Descriptors,
    times: NDArray[np.float64],
    votes: _Votes,
    *,
    mirrored: bool,
) -> Match | None:
    """Return the match along the best line, or None if too little agrees."""
    line = _best_line(votes)
    offsets = votes.found - line.speed * votes.at
    on_line = np.flatnonzero(np.abs(offsets - line.offset) <= TOLERANCE_SECONDS)
    evidence = _distinct(query, votes, on_line)
    score = 1.0 - float(np.prod(1.0 - _weigh(np.array(evidence))))
    if score < SCORE_MIN:
        return None
    first, last = votes.instants[on_line].min(), votes.instants[on_line].max()
    # A frame stands for the time until the next one, which was taken because something changed.
    start, end = float(times[first]), float(times[min(last + 1, len(times) - 1)])
    return Match(
        asset_id=asset_id,
        score=score,
        frames=len(evidence),
        bits=min(evidence),
        query=Segment(start, end),
        reference=Segment(
            max(0.0, line.speed * start + line.offset), max(0.0, line.speed * end + line.offset)
        ),
        mirrored=mirrored,
        speed=line.speed,
    )


def _weigh(bits: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how much a frame at this distance says: 0.5 at no bits, 0 outside the radius."""
    return 0.5 * (1.0 - (bits / (RADIUS + 1.0)) ** 2)


def _best_line(votes: _Votes) -> _Line:
    best = _Line(SPEEDS[0], 0.0, -1.0)
    for speed in SPEEDS:
        for peak in _peaks(votes, speed):
            line = _settle(votes, speed, peak)
            margin = 1.0 if best.votes < 0 or speed == best.speed else SPEED_MARGIN
            if line.votes > best.votes * margin:
                best = line
    return best


def _peaks(votes: _Votes, speed: float) -> list[float]:
    """Return the offsets that most instants vote for, each instant once in a bin."""
    bins = np.floor((votes.found - speed * votes.at) / _BIN_SECONDS).astype(np.int64)
    order = np.lexsort((votes.bits, votes.instants, bins))
    pairs = np.stack([bins[order], votes.instants[order]])
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(pairs) != 0).any(axis=0)
    filled, where = np.unique(pairs[0, first], return_inverse=True)
    sums = np.bincount(where, _weigh(votes.bits[order][first]))
    around = sums.copy()
    for step in (-1, 1):
        place = np.searchsorted(filled, filled + step).clip(0, len(filled) - 1)
        around += np.where(filled[place] == filled + step, sums[place], 0.0)
    top = np.lexsort((filled, -around))[:_PEAKS]
    return [(float(filled[at]) + 0.5) * _BIN_SECONDS for at in top]


def _settle(votes: _Votes, speed: float, offset: float) -> _Line:
    """Return the line near an offset, moved to the middle of its votes.

    An instant between two frames of the reference is placed between them by their distances.
    """
    settled = _Line(speed, offset, 0.0)
    offsets = votes.found - speed * votes.at
    for _ in range(2):
        near = np.flatnonzero(np.abs(offsets - settled.offset) <= TOLERANCE_SECONDS)
        if not len(near):
            return settled
        _, group = np.unique(votes.instants[near], return_inverse=True)
        least = np.full(int(group.max()) + 1, RADIUS, np.int64)
        np.minimum.at(least, group, votes.bits[near])
        sharp = np.exp2((least[group] - votes.bits[near]) / OFFSET_BITS)
        places = np.bincount(group, sharp * offsets[near]) / np.bincount(group, sharp)
        weights = _weigh(least)
        middle = float(np.average(places, weights=weights))
        far = np.minimum(np.abs(places - middle) / TOLERANCE_SECONDS, 1.0)
        settled = _Line(speed, middle, float(np.sum(weights * (1.0 - far**2))))
    return settled


def _distinct(query: Descriptors, votes: _Votes, on_line: NDArray[np.int64]) -> list[int]:
    """Return the distances of the frames that agree, the nearest of each run of like frames."""
    evidence: list[int] = []
    lead: NDArray[np.uint8] | None = None
    order = on_line[np.lexsort((votes.bits[on_line], votes.instants[on_line]))]
    _, first = np.unique(votes.instants[order], return_index=True)
    for at in order[first].tolist():
        code, bits = query.codes[votes.rows[at]], int(votes.bits[at])
        if lead is not None and int(np.bitwise_count(code ^ lead).sum()) <= DISTINCT_BITS:
            evidence[-1] = min(evidence[-1], bits)
        else:
            evidence.append(bits)
            lead = code
    return evidence
