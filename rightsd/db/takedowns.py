"""What came of a cause: which outputs the log withdrew because of it, and who was told."""

from collections.abc import Sequence

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.takedown import Told

KIND = "generation.withdrawn"  # As platforms are told, also of what was delisted.


def along(tx: Tx, cause_id: str) -> list[str]:
    """Return ids of what may have ended in the commit of a cause, and takes outputs down as well.

    Only the log tells whether it was this that ended it.
    """
    rows = tx.conn.execute(
        """
        SELECT thing_id FROM rights.consequence
        WHERE revocation_id = %(cause)s AND thing_id ~ '^(con|lic|opt)_'
        UNION SELECT id FROM rights.consent WHERE subject_id = %(cause)s AND state <> 'granted'
        """,
        {"cause": cause_id},
    )
    return [row[0] for row in rows]


def withdrawn(tx: Tx, cause_ids: Sequence[str], *, size: int, limit: int) -> list[str]:
    """Return ids of the outputs that the first `size` entries of the log withdraw for causes."""
    rows = tx.conn.execute(
        """
        SELECT DISTINCT generation_id FROM rights.ending
        WHERE because_of = ANY(%(causes)s) AND state IN ('withdrawn', 'delisted') AND EXISTS (
            SELECT FROM ledger.entry
            WHERE subject = generation_id AND "index" < %(size)s
                AND kind IN ('generation.withdrawn', 'generation.delisted')
                AND convert_from(body, 'UTF8')::json -> 'data' ->> 'because_of'
                    = ANY(%(causes)s))
        LIMIT %(limit)s
        """,
        {"causes": list(cause_ids), "size": size, "limit": limit},
    )
    return [row[0] for row in rows]


def told(tx: Tx, cause_ids: Sequence[str], *, size: int, platform_id: str | None) -> list[Told]:
    """Return the deliveries of withdrawals for causes, in the order of their ids' bytes.

    Args:
        tx: The transaction.
        cause_ids: The causes.
        size: Of withdrawals among so many first entries of the log.
        platform_id: To this platform only; None for all.
    """
    cursor = tx.conn.cursor(row_factory=rows_of(Told))
    return cursor.execute(
        """
        SELECT id, platform_id, event_id, generation_id, attempts, first_attempt_at, sent_at
        FROM rights.delivery
        WHERE because_of = ANY(%(causes)s) AND kind = %(kind)s AND position < %(size)s
            AND (%(platform)s::text IS NULL OR platform_id = %(platform)s)
        ORDER BY id COLLATE "C"
        """,
        {"causes": list(cause_ids), "kind": KIND, "size": size, "platform": platform_id},
    ).fetchall()


def acknowledgements(
    tx: Tx, delivery_ids: Sequence[str], *, size: int
) -> list[tuple[str, bytes, bytes]]:
    """Return id, statement and signature of what was acknowledged, in the order of ids' bytes.

    Args:
        tx: The transaction.
        delivery_ids: Of these deliveries.
        size: Only what the first `size` entries of the log hold.
    """
    rows = tx.conn.execute(
        """
        SELECT acknowledgement.id, statement, signature FROM rights.acknowledgement
        JOIN ledger.entry ON entry.subject = acknowledgement.id AND entry."index" < %s
        WHERE delivery_id = ANY(%s) ORDER BY acknowledgement.id COLLATE "C"
        """,
        (size, list(delivery_ids)),
    )
    return [(row[0], bytes(row[1]), bytes(row[2])) for row in rows]


def copies(
    tx: Tx, generation_ids: Sequence[str], *, size: int, platform_id: str | None
) -> list[str]:
    """Return ids of the copies of outputs that the first `size` entries of the log note.

    Args:
        tx: The transaction.
        generation_ids: The outputs.
        size: How many entries.
        platform_id: On this platform only; None for all.
    """
    rows = tx.conn.execute(
        """
        SELECT DISTINCT copy.id FROM rights.copy
        JOIN ledger.entry ON entry.subject = copy.id AND entry."index" < %(size)s
        WHERE generation_id = ANY(%(generations)s)
            AND (%(platform)s::text IS NULL OR platform_id = %(platform)s)
        """,
        {"size": size, "generations": list(generation_ids), "platform": platform_id},
    )
    return [row[0] for row in rows]
