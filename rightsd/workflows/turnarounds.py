"""The turnaround table: how fast each platform answers for what it is told, for everyone to see."""

from dataclasses import dataclass
from datetime import timedelta

from rightsd.db import turnarounds
from rightsd.db.turnarounds import Measured
from rightsd.db.tx import Tx
from rightsd.domain import turnaround
from rightsd.domain.turnaround import Turnaround

WINDOW = timedelta(days=90)
SAMPLE_MAX = 500  # Of one platform, the newest: what is measured does not grow with the log.
PLATFORMS_MAX = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A platform in the table."""

    platform: Measured
    turnaround: Turnaround


def table(tx: Tx) -> list[Line]:
    """Return the table, those first whose integration counts."""
    platforms = turnarounds.platforms(tx, limit=PLATFORMS_MAX)
    ids = [one.platform_id for one in platforms]
    answers = turnarounds.answers(tx, ids, since=tx.now - WINDOW, limit=SAMPLE_MAX)
    lines = [
        Line(
            one,
            turnaround.measure(
                answers[one.platform_id],
                last_acknowledged_at=one.last_acknowledged_at,
                now=tx.now,
            ),
        )
        for one in platforms
    ]
    return sorted(lines, key=lambda line: not line.turnaround.counts)
