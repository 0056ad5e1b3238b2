"""Accounts and their API keys in Postgres."""

from collections.abc import Sequence
from datetime import datetime

from rightsd.db import sealing
from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.account import Account, State
from rightsd.domain.principal import Principal, Role


def insert(tx: Tx, account: Account) -> None:
    """Add an account."""
    sealing.make_key(tx, account.id)
    sealed = sealing.seal(tx, {"name": account.name}, about=[account.id], place=_place(account.id))
    tx.conn.execute(
        """
        INSERT INTO rights.account (id, role, sealed, state, opened_at)
        VALUES (%s, %s, %s, %s, %s)
        """,
        (account.id, account.role, sealed, account.state, account.opened_at),
    )


def insert_key(
    tx: Tx, *, key_id: str, account_id: str, secret_hash: bytes, created_at: datetime
) -> None:
    """Add an API key."""
    tx.conn.execute(
        """
        INSERT INTO rights.api_key (id, account_id, secret_hash, created_at)
        VALUES (%s, %s, %s, %s)
        """,
        (key_id, account_id, secret_hash, created_at),
    )


def find_key(tx: Tx, key_id: str) -> tuple[bytes, Principal] | None:
    """Return a key's secret hash and whose it is."""
    cursor = tx.conn.cursor(row_factory=rows_of(Principal))
    principal = cursor.execute(
        """
        SELECT account.id AS account_id, account.role
        FROM rights.api_key JOIN rights.account ON account.id = api_key.account_id
        WHERE api_key.id = %s AND account.state = 'open'
        """,
        (key_id,),
    ).fetchone()
    row = tx.conn.execute(
        "SELECT secret_hash FROM rights.api_key WHERE id = %s", (key_id,)
    ).fetchone()
    return None if principal is None or row is None else (row[0], principal)


def find(tx: Tx, account_id: str) -> Account | None:
    """Return an account."""
    row = tx.conn.execute(
        """
        SELECT role, state, opened_at, sealed, rights.keys_of(ARRAY[id])
        FROM rights.account WHERE id = %s
        """,
        (account_id,),
    ).fetchone()
    if row is None:
        return None
    role, state, opened_at, sealed, keys = row
    place = _place(account_id)
    private = sealing.unseal(tx, sealed, about=[account_id], keys=keys, place=place)
    name = "" if private is None else str(private["name"])
    return Account(account_id, Role(role), name, State(state), opened_at)


def roles(tx: Tx, account_ids: Sequence[str]) -> dict[str, Role]:
    """Return the roles of accounts, by id; those that do not exist are not in it."""
    rows = tx.conn.execute(
        "SELECT id, role FROM rights.account WHERE id = ANY(%s)", (list(account_ids),)
    )
    return {account_id: Role(role) for account_id, role in rows}


def count_of_role(tx: Tx, role: str) -> int:
    """Return how many accounts have a role."""
    row = tx.conn.execute("SELECT count(*) FROM rights.account WHERE role = %s", (role,)).fetchone()
    assert row is not None
    return row[0]


def _place(account_id: str) -> str:
    return f"account.sealed/{account_id}"
