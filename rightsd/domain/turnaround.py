"""Turnaround: how fast a platform answers for what it is told, in figures that name their sample.

Every figure is over the deliveries that it can be told of: a platform that never removes anything
has no figure for removing, and not a good one. Percentiles are nearest-rank: each is a time that
occurred.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rightsd.domain.acknowledgement import Outcome, Refusal

COUNTS_FOR = timedelta(days=30)  # An integration that has acknowledged nothing for longer is none.


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one withdrawal that a platform was to be told of.

    Attributes:
        event_at: When it was withdrawn.
        told_at: When it was first sent, if it was.
        received_at: When the platform first acknowledged it, in whatever way.
        ended_at: When it last answered for it.
        outcome: What it said last.
        refusal: Why it refused, if it did.
        steps: How many steps of escalation were taken.
    """

    event_at: datetime
    told_at: datetime | None
    received_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome | None
    refusal: Refusal | None
    steps: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds, of a sample of so many; None where there is none."""

    sample: int
    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, slots=True)
class Turnaround:
    """How a platform did with a number of withdrawals.

    Attributes:
        counts: It acknowledged something within COUNTS_FOR.
        deliveries: The sample that all is of.
        told: From the withdrawal until it was first sent: our own part.
        received: From then until the platform first acknowledged it.
        removed: From when it was first sent until the platform had removed it.
        refused: For another reason than that it has no copy.
        without_copy: Refused, since it has none.
        open: Neither removed nor refused.
        escalations: Steps that were taken, of all.
    """

    counts: bool
    deliveries: int
    told: Figures
    received: Figures
    removed: Figures
    removals: int
    refused: int
    without_copy: int
    open: int
    escalations: int


def measure(
    answers: Sequence[Answer], *, last_acknowledged_at: datetime | None, now: datetime
) -> Turnaround:
    """Return how a platform did.

    Args:
        answers: What became of withdrawals.
        last_acknowledged_at: When it last acknowledged anything.
        now: The time.
    """
    removed = [one for one in answers if one.outcome is Outcome.REMOVED]
    refused = [one for one in answers if one.outcome is Outcome.REFUSED]
    without = [one for one in refused if one.refusal is Refusal.NO_COPY]
    return Turnaround(
        counts=last_acknowledged_at is not None and last_acknowledged_at > now - COUNTS_FOR,
        deliveries=len(answers),
        told=figures([_between(one.event_at, one.told_at) for one in answers]),
        received=figures([_between(one.told_at, one.received_at) for one in answers]),
        removed=figures([_between(one.told_at, one.ended_at) for one in removed]),
        removals=len(removed),
        refused=len(refused) - len(without),
        without_copy=len(without),
        open=len(answers) - len(removed) - len(refused),
        escalations=sum(one.steps for one in answers),
    )


def figures(seconds: Sequence[float | None]) -> Figures:
    """Return the percentiles of what is known of a sample."""
    known = sorted(one for one in seconds if one is not None)
    return Figures(len(known), *(_rank(known, percent) for percent in (50, 95, 99)))


def _rank(ordered: Sequence[float], percent: int) -> float | None:
    """Return the smallest value that so many percent of a sample do not exceed."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1] if ordered else None


def _between(begin: datetime | None, end: datetime | None) -> float | None:
    """Return seconds, 0 where the clocks of two machines say less."""
    if begin is None or end is None:
        return None
    return max((end - begin).total_seconds(), 0.0)
