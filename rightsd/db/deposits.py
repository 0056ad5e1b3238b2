"""Deposited manifest stores in Postgres, and the soft bindings under which they are found."""

from dataclasses import dataclass

from rightsd.db import sealing
from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.deposit import Deposit


@dataclass(frozen=True, slots=True)
class Kept:
    """How much of an account is kept."""

    count: int
    size: int


def insert(tx: Tx, deposit: Deposit, *, store: bytes) -> bool:
    """Keep a store, sealed; return whether no manifest was kept by its name."""
    place, about = _place(deposit.id), [deposit.account_id]
    inserted = tx.conn.execute(
        """
        INSERT INTO rights.deposit
            (id, manifest_id, account_id, event_id, sha256, size, sealed, state, stored_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (manifest_id) WHERE state = 'stored' DO NOTHING
        """,
        (
            deposit.id,
            deposit.manifest_id,
            deposit.account_id,
            deposit.event_id,
            deposit.sha256,
            deposit.size,
            sealing.seal_bytes(tx, store, about=about, place=place),
            deposit.state,
            deposit.stored_at,
        ),
    )
    return inserted.rowcount == 1


def remove(tx: Tx, deposit: Deposit) -> None:
    """Write that a store was removed, and keep nothing of it, nor of its bindings."""
    tx.conn.execute("DELETE FROM rights.binding WHERE deposit_id = %s", (deposit.id,))
    tx.conn.execute(
        """
        UPDATE rights.deposit SET state = %s, removed_at = %s, sealed = NULL WHERE id = %s
        """,
        (deposit.state, deposit.removed_at, deposit.id),
    )


def find(tx: Tx, manifest_id: str) -> Deposit | None:
    """Return what is kept by a manifest's name."""
    cursor = tx.conn.cursor(row_factory=rows_of(Deposit))
    return cursor.execute(
        """
        SELECT id, manifest_id, account_id, event_id, sha256, size, state, stored_at, removed_at
        FROM rights.deposit WHERE manifest_id = %s AND state = 'stored'
        """,
        (manifest_id,),
    ).fetchone()


def lock(tx: Tx, manifest_id: str) -> Deposit | None:
    """Return what is kept by a manifest's name, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_of(Deposit))
    return cursor.execute(
        """
        SELECT id, manifest_id, account_id, event_id, sha256, size, state, stored_at, removed_at
        FROM rights.deposit WHERE manifest_id = %s AND state = 'stored' FOR UPDATE
        """,
        (manifest_id,),
    ).fetchone()


def store(tx: Tx, deposit: Deposit) -> bytes | None:
    """Return a store; None when the account was erased."""
    row = tx.conn.execute(
        "SELECT sealed FROM rights.deposit WHERE id = %s", (deposit.id,)
    ).fetchone()
    if row is None or row[0] is None:
        return None
    about, place = [deposit.account_id], _place(deposit.id)
    return sealing.unseal_bytes(tx, row[0], about=about, place=place)


def kept(tx: Tx, account_id: str) -> Kept:
    """Return how much of an account is kept."""
    cursor = tx.conn.cursor(row_factory=rows_of(Kept))
    found = cursor.execute(
        """
        SELECT count(*) AS count, coalesce(sum(size), 0)::bigint AS size
        FROM rights.deposit WHERE account_id = %s AND state = 'stored'
        """,
        (account_id,),
    ).fetchone()
    assert found is not None
    return found


def insert_binding(tx: Tx, deposit: Deposit, key: bytes) -> bool:
    """Let a value lead to a deposit; return whether none of the account's did yet."""
    inserted = tx.conn.execute(
        """
        INSERT INTO rights.binding (account_id, value_sha256, deposit_id, bound_at)
        VALUES (%s, %s, %s, %s) ON CONFLICT (account_id, value_sha256) DO NOTHING
        """,
        (deposit.account_id, key, deposit.id, tx.now),
    )
    return inserted.rowcount == 1


def update_binding(tx: Tx, deposit: Deposit, key: bytes) -> bool:
    """Let a value of the account lead to a deposit instead; return whether there was one."""
    updated = tx.conn.execute(
        """
        UPDATE rights.binding SET deposit_id = %s, bound_at = %s
        WHERE account_id = %s AND value_sha256 = %s
        """,
        (deposit.id, tx.now, deposit.account_id, key),
    )
    return updated.rowcount == 1


def bound_to(tx: Tx, account_id: str, key: bytes) -> str | None:
    """Return the id of the deposit that a value of an account leads to."""
    row = tx.conn.execute(
        "SELECT deposit_id FROM rights.binding WHERE account_id = %s AND value_sha256 = %s",
        (account_id, key),
    ).fetchone()
    return None if row is None else row[0]


def count_bindings(tx: Tx, deposit_id: str) -> int:
    """Return how many values lead to a deposit."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.binding WHERE deposit_id = %s", (deposit_id,)
    ).fetchone()
    assert row is not None
    return row[0]


def bound(tx: Tx, key: bytes, *, limit: int) -> list[str]:
    """Return the manifests, whoever keeps them, that a value leads to, the newest binding first."""
    rows = tx.conn.execute(
        """
        SELECT deposit.manifest_id
        FROM rights.binding JOIN rights.deposit ON deposit.id = deposit_id
        WHERE value_sha256 = %s AND deposit.state = 'stored'
        ORDER BY bound_at DESC, manifest_id LIMIT %s
        """,
        (key, limit),
    )
    return [row[0] for row in rows]


def _place(deposit_id: str) -> str:
    return f"deposit.sealed/{deposit_id}"
