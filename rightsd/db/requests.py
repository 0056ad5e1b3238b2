"""Which generations accounts asked for, in Postgres."""

from datetime import datetime

from rightsd.db.tx import Tx


def of_account(
    tx: Tx, account_id: str, *, before: tuple[datetime, str] | None, limit: int
) -> list[str]:
    """Return ids of the generations that an account asked for, newest first, behind one."""
    at, generation_id = before or (None, None)
    rows = tx.conn.execute(
        """
        SELECT id FROM rights.generation
        WHERE account_id = %(account)s AND (%(at)s::timestamptz IS NULL
            OR (requested_at, id) < (%(at)s, %(id)s::text))
        ORDER BY requested_at DESC, id DESC LIMIT %(limit)s
        """,
        {"account": account_id, "at": at, "id": generation_id, "limit": limit},
    )
    return [row[0] for row in rows]


def count_under_way(tx: Tx, account_id: str) -> int:
    """Return how many generations of an account are not done yet."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.generation WHERE account_id = %s AND state = 'requested'",
        (account_id,),
    ).fetchone()
    assert row is not None
    return row[0]
