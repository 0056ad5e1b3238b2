"""Notices as everyone is told of them: nothing is opened here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.transparency import Count


@dataclass(frozen=True, slots=True)
class Row:
    """What of a notice lies in the clear."""

    id: str
    generation_id: str | None
    kind: str
    state: str
    received_at: datetime
    decided_at: datetime | None


def page(tx: Tx, *, before: str | None, limit: int) -> Sequence[Row]:
    """Return notices, newest first: those before a notice; None: from the newest on."""
    cursor = tx.conn.cursor(row_factory=rows_of(Row))
    return cursor.execute(
        """
        SELECT id, generation_id, kind, state, received_at, decided_at FROM rights.notice
        WHERE %(before)s::text IS NULL OR (received_at, id) < (
            SELECT received_at, id FROM rights.notice WHERE id = %(before)s)
        ORDER BY received_at DESC, id DESC LIMIT %(limit)s
        """,
        {"before": before, "limit": limit},
    ).fetchall()


def counts(tx: Tx, *, since: datetime) -> list[Count]:
    """Return how many notices were received in each month, newest first, by kind and state."""
    cursor = tx.conn.cursor(row_factory=rows_of(Count))
    return cursor.execute(
        """
        SELECT date_trunc('month', received_at AT TIME ZONE 'UTC')::date AS month, kind, state,
            count(*) AS notices
        FROM rights.notice WHERE received_at >= %s
        GROUP BY month, kind, state ORDER BY month DESC, kind, state
        """,
        (since,),
    ).fetchall()
