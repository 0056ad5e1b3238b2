"""Links to sign in by, in Postgres."""

from datetime import datetime

from rightsd.db import sealing
from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.signin import SignIn


def token_of(tx: Tx, sign_in_id: str) -> bytes:
    """Return the secret of a link, 32 bytes; it is kept nowhere."""
    return sealing.index_of(tx, "sign_in.link", sign_in_id)


def insert(tx: Tx, sign_in: SignIn) -> None:
    """Add a link."""
    tx.conn.execute(
        """
        INSERT INTO rights.sign_in
            (id, address_mac, browser_hash, language, asked_at, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (
            sign_in.id,
            sign_in.address_mac,
            sign_in.browser_hash,
            sign_in.language,
            tx.now,
            sign_in.expires_at,
        ),
    )


def find(tx: Tx, sign_in_id: str) -> SignIn | None:
    """Return a link."""
    cursor = tx.conn.cursor(row_factory=rows_of(SignIn))
    return cursor.execute(
        """
        SELECT id, address_mac, browser_hash, language, expires_at, used_at
        FROM rights.sign_in WHERE id = %s
        """,
        (sign_in_id,),
    ).fetchone()


def use(tx: Tx, sign_in_id: str) -> bool:
    """Use a link up; False: it was used before."""
    return (
        tx.conn.execute(
            "UPDATE rights.sign_in SET used_at = %s WHERE id = %s AND used_at IS NULL",
            (tx.now, sign_in_id),
        ).rowcount
        == 1
    )


def count_of_address(tx: Tx, mac: bytes, *, after: datetime) -> int:
    """Return how many links were asked for, for an address, after a moment."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.sign_in WHERE address_mac = %s AND asked_at > %s",
        (mac, after),
    ).fetchone()
    assert row is not None
    return row[0]


def delete_older(tx: Tx, before: datetime) -> int:
    """Delete links that ran out before a moment, and their letters; return how many."""
    tx.conn.execute(
        """
        DELETE FROM rights.letter WHERE owner_id IN (
            SELECT id FROM rights.sign_in WHERE expires_at < %s)
        """,
        (before,),
    )
    return tx.conn.execute("DELETE FROM rights.sign_in WHERE expires_at < %s", (before,)).rowcount
