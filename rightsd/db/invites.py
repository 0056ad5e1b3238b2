"""Invites in Postgres. The invitee's address is sealed, under the key of who invites."""

from datetime import datetime
from typing import Any

from rightsd.db import members, sealing
from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.invite import Branch, Invite
from rightsd.domain.letter import Language
from rightsd.domain.principal import Role


def token_of(tx: Tx, invite_id: str) -> bytes:
    """Return the secret of an invite's link, 32 bytes; it is kept nowhere."""
    return sealing.index_of(tx, "invite.link", invite_id)


def insert(tx: Tx, invite: Invite) -> None:
    """Add an invite."""
    place, about = _place(invite.id), [invite.account_id]
    tx.conn.execute(
        """
        INSERT INTO rights.invite (id, account_id, invited_by, address_mac, sealed, opens,
            language, made_at, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            invite.id,
            invite.account_id,
            invite.invited_by,
            members.address_mac(tx, invite.address),
            sealing.seal(tx, {"address": invite.address}, about=about, place=place),
            invite.opens,
            invite.language,
            invite.made_at,
            invite.expires_at,
        ),
    )


def find(tx: Tx, invite_id: str) -> Invite | None:
    """Return an invite."""
    row = tx.conn.execute(
        """
        SELECT id, account_id, invited_by, opens, language, made_at, expires_at, withdrawn_at,
            used_at, opened_account_id, sealed, rights.keys_of(ARRAY[account_id])
        FROM rights.invite WHERE id = %s
        """,
        (invite_id,),
    ).fetchone()
    return None if row is None else _invite(tx, row)


def of_account(tx: Tx, account_id: str, *, limit: int) -> list[Invite]:
    """Return the invites of an account that were not withdrawn, newest first."""
    rows = tx.conn.execute(
        """
        SELECT id, account_id, invited_by, opens, language, made_at, expires_at, withdrawn_at,
            used_at, opened_account_id, sealed, rights.keys_of(ARRAY[account_id])
        FROM rights.invite WHERE account_id = %s AND withdrawn_at IS NULL
        ORDER BY made_at DESC, id LIMIT %s
        """,
        (account_id, limit),
    ).fetchall()
    return [_invite(tx, row) for row in rows]


def count_codes(tx: Tx, account_id: str) -> int:
    """Return how many accounts an account lets others open, or has let: open invites, and used."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM rights.invite
        WHERE account_id = %s AND opens IS NOT NULL AND withdrawn_at IS NULL
            AND (used_at IS NOT NULL OR expires_at > %s)
        """,
        (account_id, tx.now),
    ).fetchone()
    assert row is not None
    return row[0]


def withdraw(tx: Tx, invite_id: str, *, account_id: str) -> bool:
    """Withdraw an invite of an account; return whether it was open."""
    cursor = tx.conn.execute(
        """
        UPDATE rights.invite SET withdrawn_at = %s
        WHERE id = %s AND account_id = %s AND withdrawn_at IS NULL AND used_at IS NULL
        """,
        (tx.now, invite_id, account_id),
    )
    return cursor.rowcount == 1


def count_made(
    tx: Tx, account_id: str, *, after: datetime, address_mac: bytes | None = None
) -> int:
    """Return how many invites an account made after a moment, to one address or to all."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM rights.invite
        WHERE account_id = %(account)s AND made_at > %(after)s
            AND (%(mac)s::bytea IS NULL OR address_mac = %(mac)s)
        """,
        {"account": account_id, "after": after, "mac": address_mac},
    ).fetchone()
    assert row is not None
    return row[0]


def withdraw_of_member(tx: Tx, member_id: str, *, account_id: str) -> int:
    """Withdraw every open invite that a member of an account has made; return how many."""
    return tx.conn.execute(
        """
        UPDATE rights.invite SET withdrawn_at = %s
        WHERE account_id = %s AND invited_by = %s AND withdrawn_at IS NULL AND used_at IS NULL
        """,
        (tx.now, account_id, member_id),
    ).rowcount


def withdraw_all(tx: Tx, account_id: str) -> int:
    """Withdraw every open invite of an account; return how many there were."""
    return tx.conn.execute(
        """
        UPDATE rights.invite SET withdrawn_at = %s
        WHERE account_id = %s AND withdrawn_at IS NULL AND used_at IS NULL
        """,
        (tx.now, account_id),
    ).rowcount


def count_open(tx: Tx, account_id: str) -> int:
    """Return how many invites of an account can be accepted."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM rights.invite
        WHERE account_id = %s AND withdrawn_at IS NULL AND used_at IS NULL AND expires_at > %s
        """,
        (account_id, tx.now),
    ).fetchone()
    assert row is not None
    return row[0]


def use(tx: Tx, invite_id: str) -> bool:
    """Use an invite up; False: it was used or withdrawn before, or has run out."""
    cursor = tx.conn.execute(
        """
        UPDATE rights.invite SET used_at = %(now)s
        WHERE id = %(id)s AND used_at IS NULL AND withdrawn_at IS NULL AND expires_at > %(now)s
        """,
        {"now": tx.now, "id": invite_id},
    )
    return cursor.rowcount == 1


def set_opened(tx: Tx, invite_id: str, account_id: str) -> None:
    """Note which account was opened by an invite."""
    tx.conn.execute(
        "UPDATE rights.invite SET opened_account_id = %s WHERE id = %s", (account_id, invite_id)
    )


def tree(tx: Tx, *, limit: int) -> list[Branch]:
    """Return who let whom in, each branch under the one that it grew from."""
    cursor = tx.conn.cursor(row_factory=rows_of(Branch))
    return cursor.execute(
        """
        WITH RECURSIVE branch AS (
            SELECT invite.opened_account_id AS account_id, invite.account_id AS invited_by,
                1 AS depth, invite.used_at AS opened_at,
                ARRAY[invite.account_id, invite.opened_account_id] AS path
            FROM rights.invite
            WHERE invite.opened_account_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM rights.invite AS above
                WHERE above.opened_account_id = invite.account_id)
            UNION ALL
            SELECT invite.opened_account_id, invite.account_id, branch.depth + 1, invite.used_at,
                branch.path || invite.opened_account_id
            FROM branch JOIN rights.invite ON invite.account_id = branch.account_id
            WHERE invite.opened_account_id IS NOT NULL)
        SELECT account_id, invited_by, depth, opened_at FROM branch ORDER BY path LIMIT %s
        """,
        (limit,),
    ).fetchall()


def _invite(tx: Tx, row: tuple[Any, ...]) -> Invite:
    (invite_id, account_id, invited_by, opens, language, *moments, sealed, keys) = row
    made_at, expires_at, withdrawn_at, used_at, opened = moments
    place, about = _place(invite_id), [account_id]
    private = sealing.unseal(tx, sealed, about=about, keys=keys, place=place)
    return Invite(
        id=invite_id,
        account_id=account_id,
        invited_by=invited_by,
        address="" if private is None else str(private["address"]),
        opens=None if opens is None else Role(opens),
        language=Language(language),
        made_at=made_at,
        expires_at=expires_at,
        withdrawn_at=withdrawn_at,
        used_at=used_at,
        opened_account_id=opened,
    )


def _place(invite_id: str) -> str:
    return f"invite.sealed/{invite_id}"
