"""Answers kept for retries: one per Idempotency-Key, sealed under the keys of whom it is about.

Source: draft-ietf-httpapi-idempotency-key-header, section 2.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rightsd.db import sealing
from rightsd.db.tx import Tx


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept answer.

    Attributes:
        matches: It was the answer to this very request.
        body: None when someone whom it was about has been erased.
        events: Ids of the events that the request recorded.
    """

    matches: bool
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
        (scope, _key(tx, key), _request(tx, request), tx.now),
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
        (status, list(about), sealed, [event.id for event in tx.events], scope, _key(tx, key)),
    )


def find(tx: Tx, *, scope: str, key: str, request: bytes) -> Kept | None:
    """Return the answer kept under a key, and whether it was to this request."""
    row = tx.conn.execute(
        """
        SELECT request, status, about, sealed, rights.keys_of(about), events
        FROM rights.answer WHERE scope = %s AND key = %s
        """,
        (scope, _key(tx, key)),
    ).fetchone()
    if row is None:
        return None
    kept, status, about, sealed, keys, events = row
    body = sealing.unseal(tx, sealed, about=about, keys=keys, place=_place(scope, key))
    matches = hmac.compare_digest(bytes(kept), _request(tx, request))
    return Kept(matches, status, body, tuple(events))


def clear_about(tx: Tx, subject_id: str, *, limit: int) -> int:
    """Clear answers about a subject, whose keys stay taken; return how many."""
    cursor = tx.conn.execute(
        """
        UPDATE rights.answer SET sealed = NULL
        WHERE (scope, key) IN (
            SELECT scope, key FROM rights.answer
            WHERE about @> ARRAY[%s] AND sealed IS NOT NULL
            ORDER BY scope, key LIMIT %s FOR UPDATE)
        """,
        (subject_id, limit),
    )
    return cursor.rowcount


def delete_older(tx: Tx, *, days: int) -> int:
    """Forget answers older than some days; return how many."""
    cursor = tx.conn.execute(
        "DELETE FROM rights.answer WHERE created_at < %s - make_interval(days => %s)",
        (tx.now, days),
    )
    return cursor.rowcount


def _key(tx: Tx, key: str) -> str:
    """Return what is kept of a key: clients choose them, and may put anything into them."""
    return sealing.index_of(tx, "answer.key", key).hex()


def _request(tx: Tx, digest: bytes) -> bytes:
    """Return what is kept of a request: of a bare digest, short texts could be guessed."""
    return sealing.index_of(tx, "answer.request", digest.hex())


def _place(scope: str, key: str) -> str:
    return f"answer.sealed/{scope}/{key}"
