"""From near codes to copies: what was found must lie on one time line (`timeline`).

`find` says which of many assets a clip may be a copy of, `trace` where a clip shows one asset: in
one piece or several, repeated, turned.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fingerprint import descriptor, timeline, views
from fingerprint.descriptor import Descriptors
from fingerprint.index import Hit, Index
from fingerprint.timeline import Line, Segment, Votes
from fingerprint.views import View

# Of over a million pairs of frames of unrelated films none was nearer than 80 bits (mean 127, sd
# 8.3), and of 2 million pairs of two-shot drawn scenes that differ in little but place and
# colour none nearer than 56. Strong compression at half size moves a code by 16 to 48.
RADIUS = 52
# One frame within 37 bits is enough, or two within 45, or three within 47: see `Match.score`.
SCORE_MIN = 0.25
# Held against one asset alone, a frame may be this far off: `decoys` says what it is worth.
TRACE_BITS_MAX = 76
# Where a line is known, frames that are this near to what they should show do not interrupt it.
LOOSE_BITS_MAX = 96
# What shows something else for less may be a fade, a flash or a broken frame.
PART_SECONDS_MIN = 1.0
# Lines on which one clip shows one asset, in one view: ten pieces in another order are ten.
TRACES_MAX = 16
VOTES_MIN = 0.05
# A frame of a still picture is as near to every second of it; these many are enough.
_PAIRS_PER_ROW_MAX = 256
_BLOCK_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """Where a row of an index comes from."""

    asset_id: str
    seconds: float


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
class Trace:
    """A time line on which a clip shows an asset.

    Attributes:
        view: What was done to the picture as a whole.
        line: From the time in the clip to that in the asset.
        parts: Where in the clip, in order; what lies between shows something else.
        bits: How near the distinct frames are that agree, in the order of time.
        share: How much of what there is to see in these parts agrees, 0 to 1.
    """

    view: View
    line: Line
    parts: tuple[Segment, ...]
    bits: tuple[int, ...]
    share: float


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


def trace(
    query: Descriptors, reference: Descriptors, *, rows: NDArray[np.int64], view: View
) -> list[Trace]:
    """Return the lines on which a clip shows an asset in one view, the fullest first.

    Each instant of the clip is in one part at most.

    Args:
        query: The clip.
        reference: The asset.
        rows: Of the clip, which are good enough to be looked at and not explained yet.
        view: What was done to the asset's pictures, if this clip shows them.
    """
    times, instants = np.unique(query.seconds, return_inverse=True)
    loose = _pair(query, reference, rows, instants, view)
    near = loose.only(loose.bits <= TRACE_BITS_MAX)
    seen = np.isin(np.arange(len(times)), instants[rows])
    traces: list[Trace] = []
    while len(near.bits) and len(traces) < TRACES_MAX:
        line = timeline.best_line(near)
        if line.votes < VOTES_MIN:
            break
        on_line = timeline.on_line(near, line)
        agree, passable = np.zeros(len(times), np.bool_), np.zeros(len(times), np.bool_)
        agree[near.instants[on_line]] = True
        passable[loose.instants[timeline.on_line(loose, line)]] = True
        parts = _parts(times, seen, agree, passable)
        inside = np.zeros(len(times), np.bool_)
        for part in parts:
            inside |= (times >= part.start) & (times < part.end)
        inside |= agree
        bits = timeline.distinct(query.codes, near, on_line)
        share = float(agree.sum() / max(1, (inside & seen).sum()))
        traces.append(Trace(view, line, parts, tuple(bits), share))
        near, loose = near.only(~inside[near.instants]), loose.only(~inside[loose.instants])
    return traces


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
        votes = Votes(
            rows=numbers,
            instants=instants[numbers],
            at=query.seconds[numbers],
            found=np.array([row.seconds for _, row in group], np.float64),
            bits=np.array([hit.distance for hit, _ in group], np.int64),
            radius=RADIUS,
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
    votes: Votes,
    *,
    mirrored: bool,
) -> Match | None:
    """Return the match along the best line, or None if too little agrees."""
    line = timeline.best_line(votes)
    on_line = timeline.on_line(votes, line)
    evidence = timeline.distinct(query.codes, votes, on_line)
    score = 1.0 - float(np.prod(1.0 - votes.weigh(np.array(evidence))))
    if score < SCORE_MIN:
        return None
    first, last = votes.instants[on_line].min(), votes.instants[on_line].max()
    # A frame stands for the time until the next one, which was taken because something changed.
    part = Segment(float(times[first]), float(times[min(last + 1, len(times) - 1)]))
    return Match(
        asset_id=asset_id,
        score=score,
        frames=len(evidence),
        bits=min(evidence),
        query=part,
        reference=part.shown(line.speed, line.offset),
        mirrored=mirrored,
        speed=line.speed,
    )


def _pair(
    query: Descriptors,
    reference: Descriptors,
    rows: NDArray[np.int64],
    instants: NDArray[np.int64],
    view: View,
) -> Votes:
    """Return which rows of two clips are near, the nearest of each row."""
    good = reference.searchable()
    there = np.ascontiguousarray(reference.codes[good]).view(np.uint64)
    here = np.ascontiguousarray(views.undo(query.codes[rows], view)).view(np.uint64)
    most = min(_PAIRS_PER_ROW_MAX, len(good))
    height = max(1, _BLOCK_CELLS // max(1, len(good)))
    left: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
    right, bits = list(left), list(left)
    for start in range(0, len(rows) if len(good) else 0, height):
        block = here[start : start + height]
        far = np.zeros((len(block), len(good)), np.int16)
        for word in range(block.shape[1]):
            far += np.bitwise_count(block[:, word, None] ^ there[None, :, word])
        nearest = np.argpartition(far, most - 1, axis=1)[:, :most]
        distances = np.take_along_axis(far, nearest, axis=1)
        row, place = np.nonzero(distances <= LOOSE_BITS_MAX)
        left.append(rows[start + row])
        right.append(good[nearest[row, place]])
        bits.append(distances[row, place].astype(np.int64))
    numbers = np.concatenate(left)
    return Votes(
        rows=numbers,
        instants=instants[numbers],
        at=query.seconds[numbers],
        found=reference.seconds[np.concatenate(right)],
        bits=np.concatenate(bits),
        radius=TRACE_BITS_MAX,
    )


def _parts(
    times: NDArray[np.float64],
    seen: NDArray[np.bool_],
    agree: NDArray[np.bool_],
    passable: NDArray[np.bool_],
) -> tuple[Segment, ...]:
    """Return the stretches that the instants that agree make; short interruptions are none."""
    # A frame stands for the time until the next one, which was taken because something changed.
    ends = np.append(times[1:], times[-1:])
    other = np.where(seen & ~passable & ~agree, ends - times, 0.0)
    before = np.concatenate([[0.0], np.cumsum(other)])
    parts: list[Segment] = []
    last = -1
    for at in np.flatnonzero(agree).tolist():
        start, end = float(times[at]), float(ends[at])
        if parts and before[at] - before[last + 1] < PART_SECONDS_MIN:
            parts[-1] = Segment(parts[-1].start, end)
        else:
            parts.append(Segment(start, end))
        last = at
    return tuple(parts)
