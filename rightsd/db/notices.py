"""Notices in Postgres. What claimants and reviewers wrote is sealed under a key of the notice's."""

from functools import partial
from typing import Any

from psycopg.rows import BaseRowFactory

from rightsd.db import sealing
from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.notice import Kind, Notice, State


def insert(tx: Tx, notice: Notice, *, token_hash: bytes) -> None:
    """Add a notice, with the hash of the token by which its claimant comes back."""
    sealing.make_key(tx, notice.id)
    tx.conn.execute(
        """
        INSERT INTO rights.notice
            (id, generation_id, kind, sealed, state, received_at, decided_at, token_hash)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            notice.id,
            notice.generation_id,
            notice.kind,
            _seal(tx, notice),
            notice.state,
            notice.received_at,
            notice.decided_at,
            token_hash,
        ),
    )


def lock(tx: Tx, notice_id: str) -> Notice | None:
    """Return a notice, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, generation_id, kind, sealed, rights.keys_of(ARRAY[id]) AS keys, state,
            received_at, decided_at
        FROM rights.notice WHERE id = %s FOR UPDATE
        """,
        (notice_id,),
    ).fetchone()


def find(tx: Tx, notice_id: str) -> Notice | None:
    """Return a notice."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, generation_id, kind, sealed, rights.keys_of(ARRAY[id]) AS keys, state,
            received_at, decided_at
        FROM rights.notice WHERE id = %s
        """,
        (notice_id,),
    ).fetchone()


def token_hash(tx: Tx, notice_id: str) -> bytes | None:
    """Return the hash of a claimant's token."""
    row = tx.conn.execute(
        "SELECT token_hash FROM rights.notice WHERE id = %s", (notice_id,)
    ).fetchone()
    return row and bytes(row[0])


def update(tx: Tx, notice: Notice) -> None:
    """Write what an event can change."""
    tx.conn.execute(
        "UPDATE rights.notice SET state = %s, decided_at = %s, sealed = %s WHERE id = %s",
        (notice.state, notice.decided_at, _seal(tx, notice), notice.id),
    )


def queue(tx: Tx, *, limit: int) -> list[Notice]:
    """Return the notices that wait for a decision, longest first."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, generation_id, kind, sealed, rights.keys_of(ARRAY[id]) AS keys, state,
            received_at, decided_at
        FROM rights.notice WHERE state = 'received' ORDER BY received_at, id LIMIT %s
        """,
        (limit,),
    ).fetchall()


def _seal(tx: Tx, notice: Notice) -> bytes:
    private = {
        "name": notice.claimant_name,
        "email": notice.claimant_email,
        "statement": notice.statement,
        "salt": notice.salt.hex(),
        "reason": notice.reason,
    }
    return sealing.seal(tx, private, about=[notice.id], place=_place(notice.id))


def _rows(tx: Tx) -> BaseRowFactory[Notice]:
    return rows_by(partial(_notice, tx))


def _notice(tx: Tx, row: dict[str, Any]) -> Notice:
    notice_id = row["id"]
    private = sealing.unseal(
        tx, row["sealed"], about=[notice_id], keys=row["keys"], place=_place(notice_id)
    )
    private = private or {"name": "", "email": "", "statement": "", "salt": ""}
    return Notice(
        id=notice_id,
        generation_id=row["generation_id"],
        kind=Kind(row["kind"]),
        claimant_name=private["name"],
        claimant_email=private["email"],
        statement=private["statement"],
        salt=bytes.fromhex(private["salt"]),
        state=State(row["state"]),
        received_at=row["received_at"],
        decided_at=row["decided_at"],
        reason=private.get("reason"),
    )


def _place(notice_id: str) -> str:
    return f"notice.sealed/{notice_id}"
