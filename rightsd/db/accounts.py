"""Accounts in Postgres."""

from collections.abc import Sequence

from rightsd.db import sealing
from rightsd.db.tx import Tx
from rightsd.domain.account import Account, State
from rightsd.domain.principal import Role


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


def lock(tx: Tx, account_id: str) -> Account | None:
    """Return an account, locked until the transaction ends."""
    tx.conn.execute("SELECT id FROM rights.account WHERE id = %s FOR UPDATE", (account_id,))
    return find(tx, account_id)


def hold(tx: Tx, account_id: str) -> bool:
    """Keep an account from being closed before the commit; return whether it is open."""
    row = tx.conn.execute(
        "SELECT FROM rights.account WHERE id = %s AND state = 'open' FOR SHARE", (account_id,)
    ).fetchone()
    return row is not None


def update(tx: Tx, account: Account) -> None:
    """Write where an account stands."""
    tx.conn.execute(
        "UPDATE rights.account SET state = %s WHERE id = %s", (account.state, account.id)
    )


def roles(tx: Tx, account_ids: Sequence[str]) -> dict[str, Role]:
    """Return the roles of accounts, by id; those that do not exist are not in it."""
    rows = tx.conn.execute(
        "SELECT id, role FROM rights.account WHERE id = ANY(%s)", (list(account_ids),)
    )
    return {account_id: Role(role) for account_id, role in rows}


def count_of_role(tx: Tx, role: str) -> int:
    """Return how many open accounts have a role."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.account WHERE role = %s AND state = 'open'", (role,)
    ).fetchone()
    assert row is not None
    return row[0]


def _place(account_id: str) -> str:
    return f"account.sealed/{account_id}"
