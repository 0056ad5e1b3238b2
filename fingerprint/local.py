"""From like points to copies: one geometry and one time line must explain them.

Points of every frame of the copy are compared with those of every frame of the original. What a
pair says about the geometry is counted over the whole run, since an edit shows the picture in one
way; then the frames that agree on a geometry must lie on one time line, as in `align`.
"""

# The stubs of FAISS leave the array overloads partly unknown.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Iterator
from dataclasses import dataclass

import faiss
import numpy as np
from numpy.typing import NDArray

from fingerprint import features, geometry, lines
from fingerprint.align import Segment
from fingerprint.features import Features
from fingerprint.geometry import Geometry, Matrix, Pairs
from fingerprint.lines import Agreement

# Points of unrelated films are that near once in 4,000 pairs; those of copies are within 13 bits
# where little was changed, and 21 to 28 where much was.
RADIUS = 52
# In 500 pairs of unrelated films chance made no more than 2.
EVIDENCE_MIN = 7.0
# So much, and the mirrored copy need not be tried.
EVIDENCE_ENOUGH = 60.0
# A frame agrees if this many points do: three or fewer agree by chance.
POINTS_MIN = 4
# A point of a later frame that looks the same and stands here still says nothing new.
SAME_PLACE = 0.02

QUERY_POINTS_MAX = 20_000
PAIRS_MAX = 400_000

_GEOMETRIES = 6
# How far what one pair says may be from the geometry of all.
_OCTAVES_NEAR = 0.7
_TURN_NEAR = 0.45
_MIDDLE_NEAR = 0.2
# How far the picture may have moved between two frames that show about the same instant.
_DRIFT_MAX = 0.08


@dataclass(frozen=True, slots=True)
class LocalMatch:
    """A part of the query that shows a part of the reference, as far as points tell.

    Attributes:
        query: From the first to the last frame that agrees.
        reference: The same in the reference.
        speed: How much faster the query plays, one of `lines.SPEEDS`.
        offset: Second q of the query shows second speed · q + offset of the reference.
        geometry: How the query shows the picture.
        evidence: How many distinct points agree.
        frames: How many frames of the query agree.
    """

    query: Segment
    reference: Segment
    speed: float
    offset: float
    geometry: Geometry
    evidence: float
    frames: int

    def words(self) -> str:
        """Return in plain words what was done to the picture and its speed."""
        return self.geometry.words() + (f", {self.speed:g} ×" if self.speed != 1.0 else "")


def match(
    query: Features, reference: Features, *, evidence_min: float = EVIDENCE_MIN
) -> LocalMatch | None:
    """Return what a clip shows of another, the best explained part, or None.

    Args:
        query: The clip.
        reference: The other.
        evidence_min: Less is no match; lower, to see what chance makes.
    """
    best: LocalMatch | None = None
    # Only the strongest of each frame, where there are too many.
    query = query.thinned(QUERY_POINTS_MAX)
    for mirrored in (False, True):
        here = features.mirror(query) if mirrored else query
        for found in _matches(here, reference, mirrored=mirrored):
            if found.evidence >= evidence_min and (not best or found.evidence > best.evidence):
                best = found
        if best is not None and best.evidence >= EVIDENCE_ENOUGH:
            break
    return best


def _matches(query: Features, reference: Features, *, mirrored: bool) -> Iterator[LocalMatch]:
    pairs = _pairs(query, reference)
    if len(pairs) < POINTS_MIN:
        return
    supposed = geometry.suppose(query, reference, pairs)
    groups = geometry.peaks(supposed, pairs[:, 0], count=_GEOMETRIES, votes_min=POINTS_MIN)
    for members in groups:
        here, there = pairs[members].T
        matrix = geometry.fit(query.places[here], reference.places[there])
        if matrix is None:
            continue
        found = _along(
            query, reference, pairs[_consistent(matrix, supposed)], matrix, mirrored=mirrored
        )
        if found is not None:
            yield found


def _along(
    query: Features, reference: Features, pairs: Pairs, matrix: Matrix, *, mirrored: bool
) -> LocalMatch | None:
    """Return the match along the best time line, given a geometry that is about right."""
    agreement, _ = _agree(query, reference, pairs, matrix)
    if not len(agreement.points):
        return None
    line = lines.best(agreement)
    chosen = lines.on(agreement, line)
    kept = _of_frames(query, reference, pairs, agreement, chosen)
    refined = geometry.fit(query.places[pairs[kept, 0]], reference.places[pairs[kept, 1]])
    if refined is not None:
        matrix = refined
    agreement, agreeing = _agree(query, reference, pairs[kept], matrix)
    if not len(agreement.points):
        return None
    line = lines.best(agreement)
    chosen = lines.on(agreement, line)
    if not len(chosen):
        return None
    exact = pairs[kept][agreeing]
    exact = exact[_of_frames(query, reference, exact, agreement, chosen)]
    first, last = int(agreement.query[chosen].min()), int(agreement.query[chosen].max())
    # A frame stands for the time until the next one.
    start = float(query.seconds[first])
    end = float(query.seconds[min(last + 1, len(query.seconds) - 1)])
    part = Segment(start, end)
    return LocalMatch(
        query=part,
        reference=part.shown(line.speed, line.offset),
        speed=line.speed,
        offset=line.offset,
        geometry=Geometry(matrix, mirrored, query.aspect, reference.aspect),
        evidence=_evidence(query, reference, exact),
        frames=len(np.unique(agreement.query[chosen])),
    )


def _pairs(query: Features, reference: Features) -> Pairs:
    """Return the like points, int64, (P, 2): of the query and of the reference."""
    if not len(query) or not len(reference):
        return np.zeros((0, 2), np.int64)
    index = faiss.IndexBinaryFlat(8 * features.CODE_BYTES)
    index.add(np.ascontiguousarray(reference.codes))
    # FAISS counts what is strictly nearer than the radius that it is given.
    found = index.range_search(np.ascontiguousarray(query.codes), RADIUS + 1)
    limits, bits, there = (np.asarray(part, np.int64) for part in found)
    pairs = np.stack([np.repeat(np.arange(len(query)), np.diff(limits)), there], axis=1)
    if len(pairs) > PAIRS_MAX:
        nearest = np.argsort(bits, kind="stable")[:PAIRS_MAX]
        pairs = pairs[np.sort(nearest)]
    return pairs


def _consistent(matrix: Matrix, supposed: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which pairs say about what a geometry says."""
    (a, b, x), (c, d, y) = matrix
    octaves = np.abs(supposed[:, 0] - np.log2(max(a * d - b * c, 1e-9)) / 2)
    turn = np.abs(np.mod(supposed[:, 1] - np.arctan2(c - b, a + d) + np.pi, 2 * np.pi) - np.pi)
    off = np.hypot(supposed[:, 2] - x, supposed[:, 3] - y)
    return (octaves < _OCTAVES_NEAR) & (turn < _TURN_NEAR) & (off < _MIDDLE_NEAR)


def _agree(
    query: Features, reference: Features, pairs: Pairs, matrix: Matrix
) -> tuple[Agreement, NDArray[np.bool_]]:
    """Return which frames show the same under a geometry, and by which pairs.

    The frames of a pair are up to half a second apart, and something, or the camera, may have moved
    on: so each pair of frames has a small shift of its own.
    """
    here, there = pairs.T
    off = reference.places[there] - geometry.apply(matrix, query.places[here])
    tight = geometry.TIGHT * geometry.slack(matrix)
    frames = query.frame[here].astype(np.int64) * len(reference.seconds) + reference.frame[there]
    which, group = np.unique(frames, return_inverse=True)
    near = np.hypot(*off.T) < _DRIFT_MAX
    shift = _shifts(off[near], group[near], here[near], count=len(which), size=2 * tight)
    agreeing = near & (np.hypot(*(off - shift[group]).T) < tight)
    voters = np.unique(np.stack([group[agreeing], here[agreeing]], axis=1), axis=0)[:, 0]
    points = np.bincount(voters, minlength=len(which))
    enough = points >= POINTS_MIN
    first, second = np.divmod(which[enough], max(len(reference.seconds), 1))
    agreement = Agreement(
        query=first,
        reference=second,
        points=points[enough].astype(np.float64),
        at=query.seconds[first],
        found=reference.seconds[second],
        tolerance=lines.tolerance(reference.seconds)[second],
    )
    return agreement, agreeing & enough[group]


def _shifts(
    off: NDArray[np.float64],
    group: NDArray[np.int64],
    voters: NDArray[np.int64],
    *,
    count: int,
    size: float,
) -> NDArray[np.float64]:
    """Return the shift that most points of each group agree on, float64, (count, 2)."""
    shifts, most = np.zeros((count, 2)), np.zeros(count)
    for start in (0.0, 0.5):
        cells = np.column_stack([group, np.floor(off / size + start).astype(np.int64)])
        filled, cell = np.unique(cells, axis=0, return_inverse=True)
        cell = cell.ravel()
        voted = np.unique(np.stack([cell, voters], axis=1), axis=0)[:, 0]
        votes = np.bincount(voted, minlength=len(filled))
        total = np.maximum(np.bincount(cell, minlength=len(filled)), 1)
        middle = np.stack(
            [np.bincount(cell, one, minlength=len(filled)) / total for one in off.T], axis=1
        )
        # The fullest cell of each group comes last, and is what stays.
        order = np.argsort(votes, kind="stable")
        owner = filled[order, 0]
        better = votes[order] > most[owner]
        shifts[owner[better]] = middle[order][better]
        np.maximum.at(most, owner, votes[order])
    return shifts


def _of_frames(
    query: Features,
    reference: Features,
    pairs: Pairs,
    agreement: Agreement,
    chosen: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return which pairs of points are of the chosen pairs of frames."""
    count = len(reference.seconds)
    frames = query.frame[pairs[:, 0]].astype(np.int64) * count + reference.frame[pairs[:, 1]]
    return np.isin(frames, agreement.query[chosen] * count + agreement.reference[chosen])


def _evidence(query: Features, reference: Features, pairs: Pairs) -> float:
    """Return how many distinct points agree over a run; what stands still counts once."""
    total = 0.0
    seen = np.zeros(0, np.int64)
    frames = query.frame[pairs[:, 0]]
    for frame in np.unique(frames).tolist():
        here, there = pairs[frames == frame].T
        apart = np.abs(query.places[here][:, None] - query.places[seen][None]).max(axis=2)
        bits = np.bitwise_count(query.codes[here][:, None] ^ query.codes[seen][None])
        same = (apart < SAME_PLACE) & (bits.sum(axis=2, dtype=np.int64) <= RADIUS)
        fresh = ~same.any(axis=1)
        total += geometry.evidence(
            query.places[here[fresh]],
            reference.places[there[fresh]],
            query.aspect,
            reference.aspect,
        )
        seen = np.concatenate([seen, here[fresh]])
    here, there = pairs.T
    return total * geometry.breadth(
        query.places[here], reference.places[there], query.aspect, reference.aspect
    )
