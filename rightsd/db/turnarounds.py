"""What platforms answered, and how long that took, as the turnaround table is made of."""

from dataclasses import dataclass
from datetime import datetime

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.acknowledgement import Outcome, Refusal
from rightsd.domain.turnaround import Answer


@dataclass(frozen=True, slots=True)
class Measured:
    """A platform that is measured.

    Attributes:
        last_acknowledged_at: When it last acknowledged anything.
        copies_noted: How many copies it has noted in all.
        copies_removed: How many of these are removed.
    """

    platform_id: str
    name: str
    last_acknowledged_at: datetime | None
    copies_noted: int
    copies_removed: int


def platforms(tx: Tx, *, limit: int) -> list[Measured]:
    """Return the platforms that are not closed, in the order of their names."""
    cursor = tx.conn.cursor(row_factory=rows_of(Measured))
    return cursor.execute(
        """
        SELECT platform.id AS platform_id, name, last_acknowledged_at, copies_noted, copies_removed
        FROM rights.platform
        CROSS JOIN LATERAL (
            SELECT max(received_at) AS last_acknowledged_at FROM rights.acknowledgement
            WHERE platform_id = platform.id) AS last
        CROSS JOIN LATERAL (
            SELECT count(*) AS copies_noted,
                count(*) FILTER (WHERE copy.state = 'removed') AS copies_removed
            FROM rights.copy WHERE platform_id = platform.id) AS copies
        WHERE state <> 'closed' ORDER BY name, platform.id LIMIT %s
        """,
        (limit,),
    ).fetchall()


def answers(tx: Tx, platform_id: str, *, since: datetime, limit: int) -> list[Answer]:
    """Return what became of a platform's newest deliveries of withdrawals since a moment."""
    rows = tx.conn.execute(
        """
        SELECT event_at, first_attempt_at, delivery.received_at, acknowledged_at, outcome, refusal,
            (SELECT count(*) FROM rights.escalation WHERE delivery_id = delivery.id)
        FROM (
            SELECT id, event_at, first_attempt_at, received_at, acknowledged_at
            FROM rights.delivery
            WHERE platform_id = %s AND kind = 'generation.withdrawn' AND event_at >= %s
            ORDER BY position DESC LIMIT %s
        ) AS delivery
        LEFT JOIN LATERAL (
            SELECT outcome, refusal FROM rights.acknowledgement
            WHERE delivery_id = delivery.id
            ORDER BY array_position(ARRAY['removed', 'refused', 'received'], outcome) LIMIT 1
        ) AS said ON true
        """,
        (platform_id, since, limit),
    )
    return [
        Answer(
            event_at=row[0],
            told_at=row[1],
            received_at=row[2],
            ended_at=row[3],
            outcome=None if row[4] is None else Outcome(row[4]),
            refusal=None if row[5] is None else Refusal(row[5]),
            steps=row[6],
        )
        for row in rows
    ]
