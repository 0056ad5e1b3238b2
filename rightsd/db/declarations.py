"""Declarations in Postgres. What they say is sealed; addresses are looked up by their MAC."""

from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from rightsd.db import letters, sealing
from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.declaration import Declaration, Declared
from rightsd.domain.letter import Language
from rightsd.domain.work import Kind
from rightsd.errors import Code, RightsError

TURN = 0x4445_434C_4152  # "DECLAR": one at a time counts, and one at a time opens an account.


def take_turn(tx: Tx) -> None:
    """Keep others from declaring and confirming until the transaction ends."""
    tx.conn.execute("SELECT pg_advisory_xact_lock(%s)", (TURN,))


def token_of(tx: Tx, declaration_id: str) -> bytes:
    """Return the secret of a declaration's link, 32 bytes; it is kept nowhere."""
    return sealing.index_of(tx, "declaration.link", declaration_id)


def insert(tx: Tx, declaration: Declaration, *, mailbox: str, origin: str) -> None:
    """Add a declaration."""
    sealing.make_key(tx, declaration.id)
    tx.conn.execute(
        """
        INSERT INTO rights.declaration
            (id, language, sealed, email_mac, address_mac, declared_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (
            declaration.id,
            declaration.language,
            sealing.seal(
                tx,
                asdict(declaration.declared),
                about=[declaration.id],
                place=_place(declaration.id),
            ),
            _mac_of_mailbox(tx, mailbox),
            _mac_of_origin(tx, origin),
            declaration.declared_at,
        ),
    )


def find(tx: Tx, declaration_id: str) -> Declaration | None:
    """Return a declaration."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_declaration, tx)))
    return cursor.execute(
        """
        SELECT declaration.id, declaration.language, declaration.sealed,
            rights.keys_of(ARRAY[declaration.id]) AS keys, declaration.declared_at,
            declaration.confirmed_at, declaration.account_id, declaration.optout_id,
            optout.state = 'lifted' AS lifted
        FROM rights.declaration LEFT JOIN rights.optout ON optout.id = declaration.optout_id
        WHERE declaration.id = %s
        """,
        (declaration_id,),
    ).fetchone()


def lock(tx: Tx, declaration_id: str) -> Declaration | None:
    """Return a declaration, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_declaration, tx)))
    return cursor.execute(
        """
        SELECT declaration.id, declaration.language, declaration.sealed,
            rights.keys_of(ARRAY[declaration.id]) AS keys, declaration.declared_at,
            declaration.confirmed_at, declaration.account_id, declaration.optout_id,
            optout.state = 'lifted' AS lifted
        FROM rights.declaration LEFT JOIN rights.optout ON optout.id = declaration.optout_id
        WHERE declaration.id = %s FOR UPDATE OF declaration
        """,
        (declaration_id,),
    ).fetchone()


def confirm(tx: Tx, declaration_id: str, *, account_id: str, optout_id: str) -> None:
    """Note what came of a declaration."""
    tx.conn.execute(
        """
        UPDATE rights.declaration
        SET confirmed_at = %s, account_id = %s, optout_id = %s
        WHERE id = %s
        """,
        (tx.now, account_id, optout_id, declaration_id),
    )


def count(
    tx: Tx,
    *,
    since: datetime,
    mailbox: str | None = None,
    origin: str | None = None,
) -> int:
    """Return how many were declared since a moment: from one mailbox or origin, if one is given."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM rights.declaration
        WHERE declared_at > %(since)s
            AND (%(email)s::bytea IS NULL OR email_mac = %(email)s)
            AND (%(address)s::bytea IS NULL OR address_mac = %(address)s)
        """,
        {
            "since": since,
            "email": None if mailbox is None else _mac_of_mailbox(tx, mailbox),
            "address": None if origin is None else _mac_of_origin(tx, origin),
        },
    ).fetchone()
    assert row is not None
    return row[0]


def count_standing(tx: Tx, mailbox: str) -> int:
    """Return how many opt-outs stand that were declared from one mailbox."""
    row = tx.conn.execute(
        """
        SELECT count(*) FROM rights.declaration
        JOIN rights.optout ON optout.id = declaration.optout_id AND optout.state = 'standing'
        WHERE declaration.email_mac = %s
        """,
        (_mac_of_mailbox(tx, mailbox),),
    ).fetchone()
    assert row is not None
    return row[0]


def account_of(tx: Tx, mailbox: str) -> str | None:
    """Return the account of whoever confirmed a declaration from a mailbox before."""
    row = tx.conn.execute(
        """
        SELECT account_id FROM rights.declaration
        WHERE email_mac = %s AND account_id IS NOT NULL ORDER BY confirmed_at, id LIMIT 1
        """,
        (_mac_of_mailbox(tx, mailbox),),
    ).fetchone()
    return None if row is None else row[0]


def forget_origins(tx: Tx, *, before: datetime) -> None:
    """Forget where what was declared before a moment came from."""
    tx.conn.execute(
        """
        UPDATE rights.declaration SET address_mac = NULL
        WHERE address_mac IS NOT NULL AND declared_at < %s
        """,
        (before,),
    )


def delete_unconfirmed(tx: Tx, *, before: datetime, limit: int) -> int:
    """Delete those that were declared before a moment and never confirmed; return how many."""
    rows = tx.conn.execute(
        """
        DELETE FROM rights.declaration WHERE id IN (
            SELECT id FROM rights.declaration WHERE confirmed_at IS NULL AND declared_at < %s
            ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
        RETURNING id
        """,
        (before, limit),
    ).fetchall()
    for (declaration_id,) in rows:
        letters.delete_of(tx, declaration_id)
        sealing.destroy_key(tx, declaration_id)
    return len(rows)


def _declaration(tx: Tx, row: dict[str, Any]) -> Declaration:
    opened: Any = sealing.unseal(
        tx, row["sealed"], about=[row["id"]], keys=row["keys"], place=_place(row["id"])
    )
    if opened is None:
        raise RightsError(Code.UNAVAILABLE, "a declaration does not open")
    opened |= {"kind": Kind(opened["kind"]), "aliases": tuple(opened["aliases"])}
    return Declaration(
        id=row["id"],
        language=Language(row["language"]),
        declared=Declared(**opened),
        declared_at=row["declared_at"],
        confirmed_at=row["confirmed_at"],
        account_id=row["account_id"],
        optout_id=row["optout_id"],
        lifted=row["lifted"] is True,
    )


def _mac_of_mailbox(tx: Tx, mailbox: str) -> bytes:
    return sealing.index_of(tx, "declaration.email", mailbox)


def _mac_of_origin(tx: Tx, origin: str) -> bytes:
    return sealing.index_of(tx, "declaration.address", origin)


def _place(declaration_id: str) -> str:
    return f"declaration.sealed/{declaration_id}"
