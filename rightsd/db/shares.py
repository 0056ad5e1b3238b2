"""Which outputs their creators show to everyone, in Postgres."""

from collections.abc import Sequence
from datetime import datetime

from rightsd.db.tx import Tx


def insert(tx: Tx, generation_id: str) -> bool:
    """Note that an output is shared from now on; False when it was before."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.share (generation_id, shared_at) VALUES (%s, %s)
        ON CONFLICT (generation_id) DO NOTHING
        """,
        (generation_id, tx.now),
    )
    return cursor.rowcount == 1


def delete(tx: Tx, generation_id: str) -> bool:
    """Note that an output is shared no more; False when it was not."""
    cursor = tx.conn.execute("DELETE FROM rights.share WHERE generation_id = %s", (generation_id,))
    return cursor.rowcount == 1


def shared_at(tx: Tx, generation_ids: Sequence[str]) -> dict[str, datetime]:
    """Return since when outputs are shared, by id; those that are not are not in it."""
    rows = tx.conn.execute(
        "SELECT generation_id, shared_at FROM rights.share WHERE generation_id = ANY(%s)",
        (list(generation_ids),),
    )
    return dict(rows.fetchall())


def page(tx: Tx, *, before: tuple[datetime, str] | None, limit: int) -> list[tuple[str, datetime]]:
    """Return ids of shared outputs that are published, and since when, the newest first.

    Args:
        tx: The transaction.
        before: Those behind this one: since when it is shared, and its id; None: from the newest.
        limit: So many at most.
    """
    at, generation_id = before or (None, None)
    rows = tx.conn.execute(
        """
        SELECT share.generation_id, share.shared_at
        FROM rights.share
        JOIN rights.generation ON generation.id = share.generation_id
            AND generation.state = 'published'
        WHERE %(at)s::timestamptz IS NULL
            OR (share.shared_at, share.generation_id) < (%(at)s, %(id)s::text)
        ORDER BY share.shared_at DESC, share.generation_id DESC LIMIT %(limit)s
        """,
        {"at": at, "id": generation_id, "limit": limit},
    )
    return rows.fetchall()


def remixes(tx: Tx, generation_id: str, *, limit: int) -> list[str]:
    """Return ids of shared outputs that are made of this one, the newest first."""
    rows = tx.conn.execute(
        """
        SELECT share.generation_id
        FROM rights.lineage JOIN rights.share ON share.generation_id = lineage.child_id
        WHERE lineage.parent_id = %s
        ORDER BY share.shared_at DESC, share.generation_id DESC LIMIT %s
        """,
        (generation_id, limit),
    )
    return [row[0] for row in rows]
