"""Clients of the Soft Binding Resolution API in Postgres."""

from typing import Any

from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.client import Client, Scope, State


def insert(tx: Tx, client: Client, *, secret_hash: bytes) -> None:
    """Add a client."""
    tx.conn.execute(
        """
        INSERT INTO rights.client (id, account_id, scopes, secret_hash, state, registered_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (
            client.id,
            client.account_id,
            list(client.scopes),
            secret_hash,
            client.state,
            client.registered_at,
        ),
    )


def update(tx: Tx, client: Client) -> None:
    """Write a client's state."""
    tx.conn.execute(
        "UPDATE rights.client SET state = %s, closed_at = %s WHERE id = %s",
        (client.state, client.closed_at, client.id),
    )


def find(tx: Tx, client_id: str) -> Client | None:
    """Return a client."""
    cursor = tx.conn.cursor(row_factory=rows_by(_client))
    return cursor.execute(
        """
        SELECT id, account_id, scopes, state, registered_at, closed_at
        FROM rights.client WHERE id = %s
        """,
        (client_id,),
    ).fetchone()


def lock(tx: Tx, client_id: str) -> Client | None:
    """Return a client, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_by(_client))
    return cursor.execute(
        """
        SELECT id, account_id, scopes, state, registered_at, closed_at
        FROM rights.client WHERE id = %s FOR UPDATE
        """,
        (client_id,),
    ).fetchone()


def secret_hash(tx: Tx, client_id: str) -> bytes | None:
    """Return the hash of a client's secret."""
    row = tx.conn.execute(
        "SELECT secret_hash FROM rights.client WHERE id = %s", (client_id,)
    ).fetchone()
    return None if row is None else row[0]


def of_account(tx: Tx, account_id: str, *, limit: int) -> list[Client]:
    """Return the clients of an account, the newest first, closed ones too."""
    cursor = tx.conn.cursor(row_factory=rows_by(_client))
    return cursor.execute(
        """
        SELECT id, account_id, scopes, state, registered_at, closed_at
        FROM rights.client WHERE account_id = %s ORDER BY registered_at DESC, id LIMIT %s
        """,
        (account_id, limit),
    ).fetchall()


def count_open(tx: Tx, account_id: str) -> int:
    """Return how many clients of an account are open."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.client WHERE account_id = %s AND state = 'open'",
        (account_id,),
    ).fetchone()
    assert row is not None
    return row[0]


def close_of_account(tx: Tx, account_id: str) -> None:
    """Close every client of an account."""
    tx.conn.execute(
        """
        UPDATE rights.client SET state = 'closed', closed_at = %s
        WHERE account_id = %s AND state = 'open'
        """,
        (tx.now, account_id),
    )


def _client(row: dict[str, Any]) -> Client:
    return Client(
        id=row["id"],
        account_id=row["account_id"],
        scopes=tuple(Scope(scope) for scope in row["scopes"]),
        state=State(row["state"]),
        registered_at=row["registered_at"],
        closed_at=row["closed_at"],
    )
