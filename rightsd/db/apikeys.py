"""API keys in Postgres: hashes of their secrets, and what their owners call them, sealed."""

from datetime import datetime
from typing import Any

from rightsd.db import sealing
from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.apikey import ApiKey, Fresh
from rightsd.domain.principal import Principal


def insert(tx: Tx, fresh: Fresh, *, account_id: str, name: str) -> None:
    """Add a key."""
    sealed = sealing.seal(tx, {"name": name}, about=[account_id], place=_place(fresh.id))
    tx.conn.execute(
        """
        INSERT INTO rights.api_key (id, account_id, secret_hash, created_at, sealed)
        VALUES (%s, %s, %s, %s, %s)
        """,
        (fresh.id, account_id, fresh.secret_hash, tx.now, sealed),
    )


def find(tx: Tx, key_id: str) -> tuple[bytes, Principal] | None:
    """Return the hash of a key's secret and whose it is, if it stands."""
    row = tx.conn.execute(
        "SELECT secret_hash FROM rights.api_key WHERE id = %s AND revoked_at IS NULL", (key_id,)
    ).fetchone()
    cursor = tx.conn.cursor(row_factory=rows_of(Principal))
    principal = cursor.execute(
        """
        SELECT account.id AS account_id, account.role
        FROM rights.api_key JOIN rights.account ON account.id = api_key.account_id
        WHERE api_key.id = %s AND account.state = 'open'
        """,
        (key_id,),
    ).fetchone()
    return None if principal is None or row is None else (row[0], principal)


def use(tx: Tx, key_id: str, *, unless_after: datetime) -> None:
    """Note that a key was used, unless that was noted after a moment."""
    tx.conn.execute(
        """
        UPDATE rights.api_key SET used_at = %(now)s
        WHERE id = %(key)s AND (used_at IS NULL OR used_at <= %(after)s)
        """,
        {"now": tx.now, "key": key_id, "after": unless_after},
    )


def of_account(tx: Tx, account_id: str) -> list[ApiKey]:
    """Return the keys of an account that stand, the oldest first."""
    rows = tx.conn.execute(
        """
        SELECT id, created_at, used_at, sealed, rights.keys_of(ARRAY[account_id])
        FROM rights.api_key WHERE account_id = %s AND revoked_at IS NULL ORDER BY created_at, id
        """,
        (account_id,),
    ).fetchall()
    return [_key(tx, account_id, row) for row in rows]


def count_of_account(tx: Tx, account_id: str) -> int:
    """Return how many keys of an account stand."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.api_key WHERE account_id = %s AND revoked_at IS NULL",
        (account_id,),
    ).fetchone()
    assert row is not None
    return row[0]


def revoke(tx: Tx, key_id: str, *, account_id: str) -> bool:
    """Revoke a key of an account; return whether it stood."""
    cursor = tx.conn.execute(
        """
        UPDATE rights.api_key SET revoked_at = %s
        WHERE id = %s AND account_id = %s AND revoked_at IS NULL
        """,
        (tx.now, key_id, account_id),
    )
    return cursor.rowcount == 1


def revoke_of_account(tx: Tx, account_id: str) -> int:
    """Revoke every key of an account; return how many stood."""
    return tx.conn.execute(
        "UPDATE rights.api_key SET revoked_at = %s WHERE account_id = %s AND revoked_at IS NULL",
        (tx.now, account_id),
    ).rowcount


def _key(tx: Tx, account_id: str, row: tuple[Any, ...]) -> ApiKey:
    key_id, created_at, used_at, sealed, keys = row
    private = sealing.unseal(tx, sealed, about=[account_id], keys=keys, place=_place(key_id))
    return ApiKey(key_id, "" if private is None else str(private["name"]), created_at, used_at)


def _place(key_id: str) -> str:
    return f"api_key.sealed/{key_id}"
