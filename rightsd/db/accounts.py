"""Accounts and their API keys in Postgres."""

from datetime import datetime

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.account import Account
from rightsd.domain.principal import Principal


def insert(tx: Tx, account: Account) -> None:
    """Add an account."""
    tx.conn.execute(
        """
        INSERT INTO rights.account (id, role, name, state, opened_at)
        VALUES (%s, %s, %s, %s, %s)
        """,
        (account.id, account.role, account.name, account.state, account.opened_at),
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
    cursor = tx.conn.cursor(row_factory=rows_of(Account))
    return cursor.execute(
        "SELECT id, role, name, state, opened_at FROM rights.account WHERE id = %s", (account_id,)
    ).fetchone()


def count_of_role(tx: Tx, role: str) -> int:
    """Return how many accounts have a role."""
    row = tx.conn.execute("SELECT count(*) FROM rights.account WHERE role = %s", (role,)).fetchone()
    assert row is not None
    return row[0]
