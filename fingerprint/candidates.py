"""Which of many clips may show what a clip shows, by their points: those are then looked at.

A point that looks like one of another clip says how that one's picture lies in this one, as in
`geometry`; what many points of one clip agree on is no chance. What is everywhere says nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fingerprint import features, geometry
from fingerprint.features import Features
from fingerprint.index import Index, Near

# Among many million codes only those this near are looked at, in bits: half of what a copy shows.
SEARCH_RADIUS = 26
# Within this all are found, and of those 26 bits away 19 in 20: a copy has points to spare.
SURE_BITS = 14
# So many points of a query are looked for, those of each frame that stand out most.
SEARCH_POINTS_MAX = 1_500
# What is in more assets than this is in all of them: letters, plain edges, logos.
STOP_ASSETS = 64
# Of what is like one point, the nearest: a few frames of as many assets as may have it.
HITS_MAX = 8 * STOP_ASSETS
# Of so many points all that are like them is in memory: most are like few.
AT_ONCE = 256
# Fewer points that agree in one asset on a geometry are chance.
SEARCH_VOTES_MIN = 3
CANDIDATES_MAX = 50
# An index of points has so many rows that are only scanned: a clip has thirty times as many points
# as codes of frames, and each costs as much.
TAIL_MAX = 1 << 13


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """Where points of an index come from, an array entry each, in the order they were asked for.

    Attributes:
        assets: int64, (N,): the number of the asset, -1 where a point is in none any more.
        places: float32, (N, 2): as in `Features`; so are scales and angles.
        scales: float32, (N,).
        angles: float32, (N,).
    """

    assets: NDArray[np.int64]
    places: NDArray[np.float32]
    scales: NDArray[np.float32]
    angles: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An asset that a query may show a part of: load its points, and `local.match` them.

    Attributes:
        asset: Its number.
        mirrored: Left and right are exchanged.
        votes: How many points agree on a geometry, those that are in many assets counting less.
    """

    asset: int
    mirrored: bool
    votes: float


class Known(Protocol):
    """The points of all assets."""

    def near(self, codes: NDArray[np.uint8]) -> Near:
        """Return what is near codes: `search`."""
        ...

    def owners(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return in which asset each point is, by their row ids: int64, (N,)."""
        ...

    def locate(self, ids: NDArray[np.int64]) -> Located:
        """Return where points are, by their row ids."""
        ...


def find(query: Features, known: Known) -> list[Candidate]:
    """Return the assets that may show what a query shows, the best first.

    Args:
        query: The clip.
        known: What is searched.
    """
    query = query.thinned(SEARCH_POINTS_MAX)
    best: dict[int, Candidate] = {}
    for mirrored in (False, True):
        here = features.mirror(query) if mirrored else query
        for asset, votes in _count(here, known):
            if asset not in best or votes > best[asset].votes:
                best[asset] = Candidate(asset, mirrored, votes)
    ordered = sorted(best.values(), key=lambda one: (-one.votes, one.asset))
    return ordered[:CANDIDATES_MAX]


def search(index: Index, codes: NDArray[np.uint8], *, but: NDArray[np.int64] | None = None) -> Near:
    """Return which points of an index are near some codes.

    Args:
        index: Of points.
        codes: uint8, (Q, 32).
        but: int64, (M,): the row ids of points that are left out.
    """
    return index.near(codes, SEARCH_RADIUS, sure=SURE_BITS, most=HITS_MAX, but=but, at_once=AT_ONCE)


def _count(query: Features, known: Known) -> Iterator[tuple[int, float]]:
    """Yield for assets how many points agree on one geometry, where enough do, the most first."""
    points, ids, _ = known.near(query.codes)
    count = max(len(query), 1)
    assets, number = np.unique(known.owners(ids), return_inverse=True)
    # Each point of the query once for an asset, and in how many assets it is.
    owner, point = np.divmod(np.unique(number * count + points), count)
    spread = np.bincount(point, minlength=count)
    rare = spread <= STOP_ASSETS
    # Most assets have a point or two by chance: where in them is not even asked.
    enough = np.bincount(owner[rare[point]], minlength=len(assets)) >= SEARCH_VOTES_MIN
    likely = rare[points] & enough[number]
    points, number = points[likely], number[likely]
    located = known.locate(ids[likely])
    there = np.flatnonzero(located.assets >= 0)
    points, number = points[there], number[there]
    supposed = geometry.suppose(query, located, np.stack([points, there], axis=1))
    most = np.zeros(len(assets))
    for shift in geometry.SHIFTS:
        bins = number * geometry.BINS + geometry.bins(supposed, shift)
        voted, voter = np.divmod(np.unique(bins * count + points), count)
        filled, where = np.unique(voted, return_inverse=True)
        votes = np.bincount(where, 1 / np.sqrt(spread[voter]), minlength=len(filled))
        votes[np.bincount(where, minlength=len(filled)) < SEARCH_VOTES_MIN] = 0.0
        np.maximum.at(most, filled // geometry.BINS, votes)
    order = np.argsort(-most, kind="stable")[:CANDIDATES_MAX]
    order = order[most[order] > 0]
    yield from zip(assets[order].tolist(), most[order].tolist(), strict=True)
