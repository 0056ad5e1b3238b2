"""Past requests, in the order in which a backtest goes through them."""

from collections.abc import Sequence
from datetime import datetime

from rightsd.db.tx import Tx


def newest_requests(
    tx: Tx, *, since: datetime | None, before: tuple[datetime, str] | None, limit: int
) -> Sequence[tuple[datetime, str]]:
    """Return times and ids of requests, the newest first, those before one of them."""
    rows = tx.conn.execute(
        """
        SELECT requested_at, id FROM rights.generation
        WHERE (%(since)s::timestamptz IS NULL OR requested_at >= %(since)s)
            AND (%(at)s::timestamptz IS NULL OR (requested_at, id) < (%(at)s, %(id)s))
        ORDER BY requested_at DESC, id DESC LIMIT %(limit)s
        """,
        {
            "since": since,
            "at": before and before[0],
            "id": before and before[1],
            "limit": limit,
        },
    )
    return rows.fetchall()


def count_requests(tx: Tx, *, since: datetime | None, most: int) -> int:
    """Return how many requests there are, counting no further than a limit."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM (
            SELECT FROM rights.generation
            WHERE %(since)s::timestamptz IS NULL OR requested_at >= %(since)s LIMIT %(most)s) found
        """,
        {"since": since, "most": most},
    ).fetchone()
    assert row is not None
    return row[0]
