"""Answers kept for retries: one per Idempotency-Key, sealed under the keys of whom it is about.

Source: draft-ietf-httpapi-idempotency-key-header, section 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rightsd.db import sealing
from rightsd.db.tx import Tx


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept answer.

    Attributes:
        request: SHA-256 of the route and body that it answered.
        body: None when someone whom it was about has been erased.
        events: Ids of the events that the request recorded.
    """

    request: bytes
    status: int
    body: dict[str, Any] | None
    events: tuple[str, ...]


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


def keep(
    tx: Tx, *, scope: str, key: str, status: int, body: dict[str, Any], about: Sequence[str]
) -> None:
    """Keep the answer under a key that this transaction took, and what it has recorded."""
    sealed = sealing.seal(tx, body, about=about, place=_place(scope, key))
    tx.conn.execute(
        """
        UPDATE rights.answer SET status = %s, about = %s, sealed = %s, events = %s
        WHERE scope = %s AND key = %s
        """,
        (status, list(about), sealed, [event.id for event in tx.events], scope, key),
    )


def find(tx: Tx, *, scope: str, key: str) -> Kept | None:
    """Return the answer kept under a key."""
    row = tx.conn.execute(
        """
        SELECT request, status, about, sealed, rights.keys_of(about), events
        FROM rights.answer WHERE scope = %s AND key = %s
        """,
        (scope, key),
    ).fetchone()
    if row is None:
        return None
    request, status, about, sealed, keys, events = row
    body = sealing.unseal(tx, sealed, about=about, keys=keys, place=_place(scope, key))
    return Kept(bytes(request), status, body, tuple(events))


def clear_about(tx: Tx, subject_id: str) -> None:
    """Clear the answers that are about a subject; their keys stay taken."""
    tx.conn.execute(
        "UPDATE rights.answer SET sealed = NULL WHERE about @> ARRAY[%s]", (subject_id,)
    )


def delete_older(tx: Tx, *, days: int) -> int:
    """Forget answers older than some days; return how many."""
    cursor = tx.conn.execute(
        "DELETE FROM rights.answer WHERE created_at < %s - make_interval(days => %s)",
        (tx.now, days),
    )
    return cursor.rowcount


def _place(scope: str, key: str) -> str:
    return f"answer.sealed/{scope}/{key}"
