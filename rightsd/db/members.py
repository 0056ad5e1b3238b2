"""Members in Postgres. Their addresses are sealed, and looked up by their MAC."""

from datetime import datetime
from typing import Any

from rightsd.db import sealing
from rightsd.db.tx import Tx
from rightsd.domain.letter import Language
from rightsd.domain.member import Duty, Member
from rightsd.domain.principal import Role

_Row = tuple[Any, ...]


def address_mac(tx: Tx, address: str) -> bytes:
    """Return what an address is looked up by, 32 bytes: `domain.member.mailbox` of it."""
    return sealing.index_of(tx, "member.address", address)


def insert(tx: Tx, member: Member) -> bool:
    """Add a member; False: the address is that of one already."""
    place, about = _place(member.id), [member.account_id]
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.member
            (id, account_id, duty, address_mac, sealed, language, joined_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (account_id, address_mac) WHERE left_at IS NULL DO NOTHING
        """,
        (
            member.id,
            member.account_id,
            member.duty,
            address_mac(tx, member.address),
            sealing.seal(tx, {"address": member.address}, about=about, place=place),
            member.language,
            member.joined_at,
        ),
    )
    return cursor.rowcount == 1


def find(tx: Tx, member_id: str) -> Member | None:
    """Return a member of an open account who has not left."""
    row = tx.conn.execute(
        """
        SELECT member.id, member.account_id, account.role, member.duty, member.language,
            member.joined_at, member.sealed, rights.keys_of(ARRAY[member.account_id])
        FROM rights.member JOIN rights.account ON account.id = member.account_id
        WHERE member.id = %s AND member.left_at IS NULL AND account.state = 'open'
        """,
        (member_id,),
    ).fetchone()
    return None if row is None else _member(tx, row)


def with_address(tx: Tx, mac: bytes) -> list[Member]:
    """Return the members with an address, of open accounts, in the order in which they joined."""
    rows = tx.conn.execute(
        """
        SELECT member.id, member.account_id, account.role, member.duty, member.language,
            member.joined_at, member.sealed, rights.keys_of(ARRAY[member.account_id])
        FROM rights.member JOIN rights.account ON account.id = member.account_id
        WHERE member.address_mac = %s AND member.left_at IS NULL AND account.state = 'open'
        ORDER BY member.joined_at, member.id
        """,
        (mac,),
    ).fetchall()
    return [_member(tx, row) for row in rows]


def of_account(tx: Tx, account_id: str, *, limit: int) -> list[Member]:
    """Return the members of an account, in the order in which they joined."""
    rows = tx.conn.execute(
        """
        SELECT member.id, member.account_id, account.role, member.duty, member.language,
            member.joined_at, member.sealed, rights.keys_of(ARRAY[member.account_id])
        FROM rights.member JOIN rights.account ON account.id = member.account_id
        WHERE member.account_id = %s AND member.left_at IS NULL
        ORDER BY member.joined_at, member.id LIMIT %s
        """,
        (account_id, limit),
    ).fetchall()
    return [_member(tx, row) for row in rows]


def lock_of_account(tx: Tx, account_id: str) -> list[tuple[str, Duty]]:
    """Return the ids and duties of an account's members, locked until the transaction ends."""
    rows = tx.conn.execute(
        """
        SELECT id, duty FROM rights.member
        WHERE account_id = %s AND left_at IS NULL ORDER BY id FOR UPDATE
        """,
        (account_id,),
    )
    return [(member_id, Duty(duty)) for member_id, duty in rows]


def end(tx: Tx, member_id: str, *, left_at: datetime) -> None:
    """Note that a member has left, and forget their address."""
    tx.conn.execute(
        """
        UPDATE rights.member SET left_at = %s, address_mac = NULL, sealed = NULL
        WHERE id = %s AND left_at IS NULL
        """,
        (left_at, member_id),
    )


def set_language(tx: Tx, member_id: str, language: Language | None) -> None:
    """Note in which language a member reads."""
    tx.conn.execute("UPDATE rights.member SET language = %s WHERE id = %s", (language, member_id))


def set_duty(tx: Tx, member_id: str, duty: Duty) -> None:
    """Note what a member may do."""
    tx.conn.execute("UPDATE rights.member SET duty = %s WHERE id = %s", (duty, member_id))


def _member(tx: Tx, row: _Row) -> Member:
    member_id, account_id, role, duty, language, joined_at, sealed, keys = row
    place, about = _place(member_id), [account_id]
    private = sealing.unseal(tx, sealed, about=about, keys=keys, place=place)
    return Member(
        member_id,
        account_id,
        Role(role),
        Duty(duty),
        "" if private is None else str(private["address"]),
        None if language is None else Language(language),
        joined_at,
    )


def _place(member_id: str) -> str:
    return f"member.sealed/{member_id}"
