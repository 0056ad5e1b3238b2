"""What platforms answered, and how long that took, as the turnaround table is made of."""

from collections.abc import Sequence
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


def answers(
    tx: Tx, platform_ids: Sequence[str], *, since: datetime, limit: int
) -> dict[str, list[Answer]]:
    """Return what became of each platform's newest deliveries of withdrawals since a moment."""
    rows = tx.conn.execute(
        """
        SELECT platform_id, event_at, first_attempt_at, delivery.received_at, acknowledged_at,
            outcome, refusal,
            (SELECT count(*) FROM rights.escalation WHERE delivery_id = delivery.id)
        FROM unnest(%(ids)s::text[]) AS platform (platform_id)
        CROSS JOIN LATERAL (
            SELECT id, event_at, first_attempt_at, received_at, acknowledged_at
            FROM rights.delivery
            WHERE delivery.platform_id = platform.platform_id AND kind = 'generation.withdrawn'
                AND event_at >= %(since)s
            ORDER BY position DESC LIMIT %(limit)s
        ) AS delivery
        LEFT JOIN LATERAL (
            SELECT outcome, refusal FROM rights.acknowledgement
            WHERE delivery_id = delivery.id
            ORDER BY array_position(ARRAY['removed', 'refused', 'received'], outcome) LIMIT 1
        ) AS said ON true
        """,
        {"ids": list(platform_ids), "since": since, "limit": limit},
    )
    found: dict[str, list[Answer]] = {one: [] for one in platform_ids}
    for platform_id, *said in rows:
        found[platform_id].append(_answer(*said))
    return found


def _answer(
    event_at: datetime,
    told_at: datetime | None,
    received_at: datetime | None,
    ended_at: datetime | None,
    outcome: str | None,
    refusal: str | None,
    steps: int,
) -> Answer:
    return Answer(
        event_at=event_at,
        told_at=told_at,
        received_at=received_at,
        ended_at=ended_at,
        outcome=None if outcome is None else Outcome(outcome),
        refusal=None if refusal is None else Refusal(refusal),
        steps=steps,
    )
