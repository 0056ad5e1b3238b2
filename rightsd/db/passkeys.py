"""Passkeys in Postgres, and what they are to sign next."""

from datetime import datetime

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.passkey import Passkey


def insert(tx: Tx, passkey: Passkey) -> bool:
    """Add a passkey; False: it is someone's already."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.passkey
            (id, member_id, credential_id, public_key, sign_count, name, made_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (credential_id) DO NOTHING
        """,
        (
            passkey.id,
            passkey.member_id,
            passkey.credential_id,
            passkey.public_key,
            passkey.sign_count,
            passkey.name,
            passkey.made_at,
        ),
    )
    return cursor.rowcount == 1


def of_member(tx: Tx, member_id: str) -> list[Passkey]:
    """Return a member's passkeys, the oldest first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Passkey))
    return cursor.execute(
        """
        SELECT id, member_id, credential_id, public_key, sign_count, name, made_at, used_at
        FROM rights.passkey WHERE member_id = %s ORDER BY made_at, id
        """,
        (member_id,),
    ).fetchall()


def lock(tx: Tx, credential_id: bytes) -> Passkey | None:
    """Return the passkey that a device knows by an id, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_of(Passkey))
    return cursor.execute(
        """
        SELECT id, member_id, credential_id, public_key, sign_count, name, made_at, used_at
        FROM rights.passkey WHERE credential_id = %s FOR UPDATE
        """,
        (credential_id,),
    ).fetchone()


def use(tx: Tx, passkey_id: str, *, sign_count: int) -> None:
    """Note that a passkey was used, and how far it has counted."""
    tx.conn.execute(
        "UPDATE rights.passkey SET used_at = %s, sign_count = %s WHERE id = %s",
        (tx.now, sign_count, passkey_id),
    )


def rename(tx: Tx, passkey_id: str, *, member_id: str, name: str) -> bool:
    """Rename a member's passkey; return whether there is one."""
    cursor = tx.conn.execute(
        "UPDATE rights.passkey SET name = %s WHERE id = %s AND member_id = %s",
        (name, passkey_id, member_id),
    )
    return cursor.rowcount == 1


def delete(tx: Tx, passkey_id: str, *, member_id: str) -> bool:
    """Delete a member's passkey; return whether there was one."""
    cursor = tx.conn.execute(
        "DELETE FROM rights.passkey WHERE id = %s AND member_id = %s", (passkey_id, member_id)
    )
    return cursor.rowcount == 1


def delete_of_member(tx: Tx, member_id: str) -> None:
    """Delete every passkey of a member."""
    tx.conn.execute("DELETE FROM rights.passkey WHERE member_id = %s", (member_id,))


def set_challenge(tx: Tx, asker: bytes, challenge: bytes, *, expires_at: datetime) -> None:
    """Keep what a passkey is to sign next for someone, in place of what there was."""
    tx.conn.execute(
        """
        INSERT INTO rights.passkey_challenge (asker, challenge, expires_at) VALUES (%s, %s, %s)
        ON CONFLICT (asker) DO UPDATE
            SET challenge = excluded.challenge, expires_at = excluded.expires_at
        """,
        (asker, challenge, expires_at),
    )


def take_challenge(tx: Tx, asker: bytes) -> bytes | None:
    """Return what a passkey is to sign for someone, and forget it."""
    row = tx.conn.execute(
        "DELETE FROM rights.passkey_challenge WHERE asker = %s RETURNING challenge, expires_at",
        (asker,),
    ).fetchone()
    return None if row is None or row[1] <= tx.now else bytes(row[0])


def delete_challenges_older(tx: Tx, before: datetime) -> int:
    """Delete what ran out before a moment; return how many."""
    return tx.conn.execute(
        "DELETE FROM rights.passkey_challenge WHERE expires_at < %s", (before,)
    ).rowcount
