"""What a benchmark makes of what was found: recall, precision and places, out of nothing but data.

Every pair of a query and a reference counts. A pair is true, if the query is a copy of a part of
the reference. It is another take, if both show one scene that was recorded twice, which is hard to
tell; and else it is ordinary.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Seconds = tuple[float, float]  # From the first to the last
# (3, 3), of homogeneous points. They have the middle of a picture as origin and its longer side as
# unit.
Matrix = NDArray[np.float64]
GRID = np.linspace(-0.9, 0.9, 7)  # Of the points by which geometries are compared.


class Kind(StrEnum):
    """What a pair of a query and a reference is."""

    TRUE = "true"
    TAKE = "take"
    ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Found:
    """What a method says of one query and one reference.

    Attributes:
        score: Of any scale; the more, the surer. Nothing is found at 0.
        verdict: The method's own, in a word; empty, if it has none.
        query: The part of the query; None, if it does not say.
        reference: The part of the reference.
        matrix: Where points of the query lie in the reference; None, if it does not say.
    """

    score: float
    verdict: str = ""
    query: Seconds | None = None
    reference: Seconds | None = None
    matrix: Matrix | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """How a copy shows the pictures of its original.

    Attributes:
        matrix: Where points of the original lie in the copy.
        original: The point in the lower right corner of the original.
        copy: The same of the copy.
    """

    matrix: Matrix
    original: tuple[float, float]
    copy: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Trial:
    """What one method found for one query.

    Attributes:
        copy: The name of what was done to it.
        scene: What it shows.
        original: The reference of which it is a copy; empty, if there is none.
        query: The part of it that shows the original, and
        reference: the part that it shows. Of no meaning without an original.
        shown: How it shows the pictures; None, if it is a copy of the sound alone.
        found: For each reference, by its name; those that are left out have a score of 0.
    """

    copy: str
    scene: str
    original: str
    query: Seconds
    reference: Seconds
    shown: Shown | None
    found: Mapping[str, Found]


@dataclass(frozen=True, slots=True)
class Pair:
    """A query and a reference with what was found."""

    kind: Kind
    trial: Trial
    found: Found


def pairs(trials: Iterable[Trial], scenes: Mapping[str, str]) -> Iterator[Pair]:
    """Yield all pairs of which something was found; `scenes` are those of references, by name."""
    for trial in trials:
        for name, found in trial.found.items():
            if name == trial.original:
                kind = Kind.TRUE
            else:
                kind = Kind.TAKE if scenes[name] == trial.scene else Kind.ORDINARY
            yield Pair(kind, trial, found)


def threshold(found: Iterable[Pair], *, kinds: Sequence[Kind]) -> float:
    """Return the highest score of a false pair of some kinds; 0, if there is none."""
    return max((pair.found.score for pair in found if pair.kind in kinds), default=0.0)


def recalled(trials: Iterable[Trial], *, above: float) -> int:
    """Return how many copies have a higher score with their original than this."""
    return sum(_own(trial).score > above for trial in trials)


def average_precision(ranked: Iterable[tuple[float, bool]], *, positives: int) -> float:
    """Return the mean precision at each true pair of a ranking of all pairs (micro AP).

    Pairs of one score are all found together, so that their order says nothing.

    Args:
        ranked: Score, and whether the pair is true, in any order.
        positives: How many true pairs there are, those that are not ranked included.
    """
    scores: dict[float, list[bool]] = {}
    for score, true in ranked:
        scores.setdefault(score, []).append(true)
    total, hits, mean = 0, 0, 0.0
    for score in sorted(scores, reverse=True):
        tied = scores[score]
        total, hits = total + len(tied), hits + sum(tied)
        mean += sum(tied) * hits / total
    return mean / positives


def misplaced(trial: Trial) -> float | None:
    """Return by how many seconds the four ends of a copy are wrong in the mean.

    None, if it was not found, or nothing was said of where.
    """
    found = _own(trial)
    if found.query is None or found.reference is None:
        return None
    said, true = (*found.query, *found.reference), (*trial.query, *trial.reference)
    return sum(abs(a - b) for a, b in zip(said, true, strict=True)) / len(said)


def misaligned(trial: Trial) -> float | None:
    """Return by how many seconds the middle of a copy is taken for another moment.

    None, if it was not found, or nothing was said of where.
    """
    found = _own(trial)
    if found.query is None or found.reference is None:
        return None
    middle = sum(trial.query) / 2.0
    length = found.query[1] - found.query[0]
    speed = (found.reference[1] - found.reference[0]) / length if length else 1.0
    said = found.reference[0] + speed * (middle - found.query[0])
    return abs(said - sum(trial.reference) / 2.0)


def displaced(trial: Trial) -> float | None:
    """Return how far points of the copy are from where they are said to lie in its original.

    The median, of the longer side of the original. None, if nothing is said.
    """
    said, shown = _own(trial).matrix, trial.shown
    if said is None or shown is None:
        return None
    wide, high = np.meshgrid(*(GRID * side for side in shown.original))
    points = np.stack([wide.ravel(), high.ravel(), np.ones(wide.size)])
    seen = shown.matrix @ points
    seen /= seen[2]
    inside = (np.abs(seen[:2]) <= np.array(shown.copy)[:, None]).all(axis=0)
    placed = said @ seen
    off = np.hypot(*(placed[:2] / placed[2] - points[:2]))
    return float(np.median(off[inside]))


def verdicts(found: Iterable[Pair], *, kind: Kind) -> dict[str, int]:
    """Return how many pairs of a kind each verdict was given to."""
    counts: dict[str, int] = {}
    for pair in found:
        if pair.kind is kind:
            counts[pair.found.verdict] = counts.get(pair.found.verdict, 0) + 1
    return counts


def percentile(values: Sequence[float], share: float) -> float:
    """Return the least value that so large a share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def _own(trial: Trial) -> Found:
    """Return what was found of the original of a copy."""
    return trial.found.get(trial.original, Found(0.0)) if trial.original else Found(0.0)
