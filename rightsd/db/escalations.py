"""Deliveries that a platform has not answered for in time, and what was done about each.

Those that were dropped are among them: that we have given up sending one ends nothing.
A withdrawal that something later overtook, of the same output, is no longer asked about: told once
more it would come after a restoration, and be believed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.escalation import Of, Step


@dataclass(frozen=True, slots=True)
class Level:
    """A platform's service levels, in hours."""

    platform_id: str
    acknowledge_hours: int
    remove_hours: int


@dataclass(frozen=True, slots=True)
class Overdue:
    """What a platform has not answered for in time.

    Attributes:
        receipt: How many withdrawals it has not said to know of.
        removal: How many it knows of, and has neither removed nor refused.
        since: When it was first told of the oldest of them.
    """

    receipt: int
    removal: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A delivery that is at the end of its ladder."""

    delivery_id: str
    platform_id: str
    name: str
    generation_id: str
    event_id: str
    told_at: datetime
    received_at: datetime | None


def levels(tx: Tx) -> list[Level]:
    """Return the service levels of the platforms that are sent something."""
    cursor = tx.conn.cursor(row_factory=rows_of(Level))
    return cursor.execute(
        """
        SELECT id AS platform_id, acknowledge_hours, remove_hours FROM rights.platform
        WHERE state = 'registered' ORDER BY id
        """
    ).fetchall()


def take_unreceived(
    tx: Tx, platform_id: str, *, steps: int, before: datetime, limit: int
) -> list[str]:
    """Return deliveries that a platform was told of before a moment and does not know of, locked.

    Args:
        tx: The transaction, which holds the platform's line.
        platform_id: Whose.
        steps: With so many steps taken.
        before: The moment.
        limit: How many at most.
    """
    rows = tx.conn.execute(
        """
        SELECT id FROM rights.delivery
        WHERE platform_id = %s AND steps = %s AND coalesce(first_attempt_at, event_at) <= %s
            AND kind = 'generation.withdrawn' AND state IN ('due', 'sent', 'escalated', 'dropped')
            AND received_at IS NULL
            AND NOT EXISTS (
                SELECT FROM rights.delivery AS later
                WHERE later.generation_id = delivery.generation_id
                    AND later.platform_id = delivery.platform_id
                    AND later.position > delivery.position)
        ORDER BY coalesce(first_attempt_at, event_at) LIMIT %s FOR UPDATE
        """,
        (platform_id, steps, before, limit),
    )
    return [row[0] for row in rows]


def take_unremoved(
    tx: Tx, platform_id: str, *, steps: int, before: datetime, limit: int
) -> list[str]:
    """Return deliveries that a platform knows of and has not answered for, as `take_unreceived`."""
    rows = tx.conn.execute(
        """
        SELECT id FROM rights.delivery
        WHERE platform_id = %s AND steps = %s AND coalesce(first_attempt_at, event_at) <= %s
            AND kind = 'generation.withdrawn' AND state IN ('due', 'sent', 'escalated', 'dropped')
            AND received_at IS NOT NULL
            AND NOT EXISTS (
                SELECT FROM rights.delivery AS later
                WHERE later.generation_id = delivery.generation_id
                    AND later.platform_id = delivery.platform_id
                    AND later.position > delivery.position)
        ORDER BY coalesce(first_attempt_at, event_at) LIMIT %s FOR UPDATE
        """,
        (platform_id, steps, before, limit),
    )
    return [row[0] for row in rows]


def climb(tx: Tx, delivery_ids: Sequence[str], of: Of, step: Step) -> None:
    """Note that a step was taken for deliveries, which are locked; the first sends them again."""
    tx.conn.execute(
        """
        INSERT INTO rights.escalation (delivery_id, of, step, at)
        SELECT id, %(of)s, %(step)s, %(now)s FROM unnest(%(ids)s::text[]) AS taken (id)
        ON CONFLICT DO NOTHING
        """,
        {"ids": list(delivery_ids), "of": of, "step": step, "now": tx.now},
    )
    tx.conn.execute(
        """
        UPDATE rights.delivery
        SET steps = steps + 1, state = 'escalated',
            attempts = CASE WHEN %(again)s AND due_at IS NULL THEN 0 ELSE attempts END,
            due_at = CASE WHEN %(again)s THEN coalesce(due_at, %(now)s) ELSE due_at END
        WHERE id = ANY(%(ids)s)
        """,
        {"ids": list(delivery_ids), "again": step is Step.RESENT, "now": tx.now},
    )


def overdue(tx: Tx, platform_ids: Sequence[str]) -> dict[str, Overdue]:
    """Return what platforms have not answered for in time, by their ids."""
    rows = tx.conn.execute(
        """
        SELECT platform.id,
            count(told_at) FILTER (WHERE received_at IS NULL) AS receipt,
            count(told_at) FILTER (WHERE received_at IS NOT NULL) AS removal,
            min(told_at) AS since
        FROM rights.platform LEFT JOIN LATERAL (
            SELECT received_at, coalesce(first_attempt_at, event_at) AS told_at
            FROM rights.delivery
            WHERE platform_id = platform.id AND platform.state <> 'closed'
                AND kind = 'generation.withdrawn'
                AND delivery.state IN ('due', 'sent', 'escalated', 'dropped')
                AND coalesce(first_attempt_at, event_at) <= %(now)s - make_interval(hours =>
                    CASE WHEN received_at IS NULL THEN acknowledge_hours ELSE remove_hours END)
                AND NOT EXISTS (
                    SELECT FROM rights.delivery AS later
                    WHERE later.generation_id = delivery.generation_id
                        AND later.platform_id = delivery.platform_id
                        AND later.position > delivery.position)
        ) AS open ON true
        WHERE platform.id = ANY(%(ids)s) GROUP BY platform.id
        """,
        {"ids": list(platform_ids), "now": tx.now},
    )
    return {platform_id: Overdue(*values) for platform_id, *values in rows}


def listed(tx: Tx, *, steps: int, limit: int) -> list[Listed]:
    """Return deliveries for which so many steps were taken, the longest unanswered first.

    Whose integration has ended is asked for nothing any more.
    """
    cursor = tx.conn.cursor(row_factory=rows_of(Listed))
    return cursor.execute(
        """
        SELECT delivery.id AS delivery_id, platform_id, name, generation_id, event_id,
            coalesce(first_attempt_at, event_at) AS told_at, received_at
        FROM rights.delivery JOIN rights.platform ON platform.id = platform_id
        WHERE steps = %s AND platform.state <> 'closed' AND kind = 'generation.withdrawn'
            AND delivery.state IN ('due', 'sent', 'escalated', 'dropped')
            AND NOT EXISTS (
                SELECT FROM rights.delivery AS later
                WHERE later.generation_id = delivery.generation_id
                    AND later.platform_id = delivery.platform_id
                    AND later.position > delivery.position)
        ORDER BY told_at, delivery.id LIMIT %s
        """,
        (steps, limit),
    ).fetchall()
