"""Answers kept for retries: one per Idempotency-Key.

Source: draft-ietf-httpapi-idempotency-key-header, section 2.
"""

from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept answer.

    Attributes:
        request: SHA-256 of the route and body that it answered.
    """

    request: bytes
    status: int
    body: dict[str, Any]


def claim(tx: Tx, *, scope: str, key: str, request: bytes) -> bool:
    """Take a key for this transaction; False when it was taken before.

    Waits while another transaction is about to answer under the same key.
    """
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.answer (scope, key, request, created_at) VALUES (%s, %s, %s, %s)
        ON CONFLICT (scope, key) DO NOTHING
        """,
        (scope, key, request, tx.now),
    )
    return cursor.rowcount == 1


def keep(tx: Tx, *, scope: str, key: str, status: int, body: dict[str, Any]) -> None:
    """Keep the answer under a key that this transaction took."""
    tx.conn.execute(
        "UPDATE rights.answer SET status = %s, body = %s WHERE scope = %s AND key = %s",
        (status, Jsonb(body), scope, key),
    )


def find(tx: Tx, *, scope: str, key: str) -> Kept | None:
    """Return the answer kept under a key."""
    cursor = tx.conn.cursor(row_factory=rows_of(Kept))
    return cursor.execute(
        "SELECT request, status, body FROM rights.answer WHERE scope = %s AND key = %s",
        (scope, key),
    ).fetchone()


def delete_older(tx: Tx, *, days: int) -> int:
    """Forget answers older than some days; return how many."""
    cursor = tx.conn.execute(
        "DELETE FROM rights.answer WHERE created_at < %s - make_interval(days => %s)",
        (tx.now, days),
    )
    return cursor.rowcount
