"""Stopwatch: how long it takes from a commit that ends a permission until nothing rests on it.

From the commit on nothing is served; what is measured is when the rows say so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PERIOD_MAX = timedelta(days=366)
SHARES = (0.5, 0.95, 0.99)


class Stage(StrEnum):
    """What is timed, each from the commit on."""

    DEAD = "dead"  # The last clip that was being made, or waited, was refused.
    WITHDRAWN = "withdrawn"  # The last output was withdrawn.
    DELISTED = "delisted"  # The last output was taken from one platform, and stayed out on others.


class Telling(StrEnum):
    """What is timed of a platform that was to be told of outputs that were withdrawn."""

    TOLD = "told"  # It was first sent the last one.
    RECEIVED = "received"  # It said, in whatever way, that it knows of the last one.
    ANSWERED = "answered"  # It had removed, or refused to remove, the last one.


@dataclass(frozen=True, slots=True)
class Lap:
    """One stage of one cause.

    Attributes:
        count: Clips; of a platform, those it is true of by now.
        last_at: When the last one ended; None: there was none.
        seconds: How long that took: what happened in the commit of a revocation that was made final
            later is timed from then.
    """

    count: int
    last_at: datetime | None
    seconds: float | None


@dataclass(frozen=True, slots=True)
class PlatformLaps:
    """One platform of one cause.

    Attributes:
        deliveries: Of how many outputs it was to be told.
    """

    platform_id: str
    name: str
    deliveries: int
    told: Lap
    received: Lap
    answered: Lap


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """What followed one commit.

    Attributes:
        cause_id: A consent, a licence, an opt-out, a notice, a revocation or a likeness.
        committed_at: From then on nothing that rests on it was served.
    """

    cause_id: str
    committed_at: datetime
    dead: Lap
    withdrawn: Lap
    delisted: Lap
    platforms: tuple[PlatformLaps, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """How long a stage took over many causes, in seconds.

    Attributes:
        causes: How many of them ended any clip at this stage.
        p50: Half took no longer; None: there were none.
        platform_id: Of this platform; None: it is no platform's stage.
    """

    stage: Stage | Telling
    causes: int
    p50: float | None
    p95: float | None
    p99: float | None
    platform_id: str | None = None
