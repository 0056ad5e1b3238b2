"""Which passages say the same, and which are parts of one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fingerprint import looks
from fingerprint.motion import Motion
from fingerprint.timeline import Segment
from fingerprint.verdict import Passage
from fingerprint.views import View

# A time line from frames is that exact, so points are looked for around it.
AROUND_SECONDS = 2.0
# Passages whose lines are no farther apart are one.
ON_LINE_SECONDS = 0.35
GAP_SECONDS_MAX = 0.4


def apart(passages: Iterable[Passage]) -> list[Passage]:
    """Return the passages, the surest first, those on one line as one, and none said twice."""
    kept: list[Passage] = []
    for passage in sorted(passages, key=lambda each: each.log10_p):
        off = [_off(passage, other) for other in kept]
        line = next((place for place, each in enumerate(off) if each.max() < ON_LINE_SECONDS), None)
        middle = np.array([_middle(passage)])
        if line is not None and _sides(kept[line]) == _sides(passage):
            kept[line] = _together(kept[line], passage)
        elif not any(
            each.mean() < AROUND_SECONDS and within(middle, other.query).any()
            for each, other in zip(off, kept, strict=True)
        ):
            kept.append(passage)
    return kept


def _sides(passage: Passage) -> bool:
    """Return whether left and right are exchanged."""
    return passage.view is View.MIRRORED


def _middle(passage: Passage) -> float:
    all_of_it = whole(passage.query)
    return (all_of_it.start + all_of_it.end) / 2


def _off(passage: Passage, other: Passage) -> NDArray[np.float64]:
    """Return how far from another's line a passage begins and ends, in seconds."""
    all_of_it = whole(passage.query)
    here, there = (looks.Line(each.speed, each.offset) for each in (passage, other))
    at = np.array([all_of_it.start, all_of_it.end])
    return np.abs(here.at(at) - there.at(at))


def _together(passage: Passage, other: Passage) -> Passage:
    """Return the surer of two passages on one line with what the other shows.

    Where that moves otherwise, all of it does: it is one recording.
    """
    parts = join([*passage.query, *other.query])
    return replace(
        passage,
        query=parts,
        reference=tuple(part.shown(passage.speed, passage.offset) for part in parts),
        moves=other.moves if other.moves and rules_out(other.moves) else passage.moves,
    )


def rules_out(told: Motion) -> bool:
    """Return whether motion says that this is another recording."""
    return told.agreement.decision == "differs"


def join(parts: Sequence[Segment]) -> tuple[Segment, ...]:
    """Return stretches in order, those that touch as one."""
    joined: list[Segment] = []
    for part in sorted(parts, key=lambda each: each.start):
        if joined and part.start <= joined[-1].end + GAP_SECONDS_MAX:
            joined[-1] = Segment(joined[-1].start, max(joined[-1].end, part.end))
        else:
            joined.append(part)
    return tuple(joined)


def within(seconds: NDArray[np.float64], parts: Iterable[Segment]) -> NDArray[np.bool_]:
    """Return which times are in one of some stretches, ends included."""
    inside = np.zeros(len(seconds), np.bool_)
    for part in parts:
        inside |= (seconds >= part.start) & (seconds <= part.end)
    return inside


def whole(parts: Sequence[Segment]) -> Segment:
    """Return the stretch from the beginning of the first to the end of the last."""
    return Segment(min(part.start for part in parts), max(part.end for part in parts))
