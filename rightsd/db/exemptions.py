"""Exemptions in Postgres."""

from collections.abc import Sequence

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.exemption import Exemption


def insert(tx: Tx, exemption: Exemption) -> None:
    """Add an exemption."""
    tx.conn.execute(
        """
        INSERT INTO rights.exemption
            (id, thing, account_id, licence_id, ground, reason, granted_by, state, granted_at,
            expires_at, ended_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            exemption.id,
            exemption.thing,
            exemption.account_id,
            exemption.licence_id,
            exemption.ground,
            exemption.reason,
            exemption.granted_by,
            exemption.state,
            exemption.granted_at,
            exemption.expires_at,
            exemption.ended_at,
        ),
    )


def lock(tx: Tx, exemption_id: str) -> Exemption | None:
    """Return an exemption, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_of(Exemption))
    return cursor.execute(
        """
        SELECT id, thing, account_id, licence_id, ground, reason, granted_by, state, granted_at,
            expires_at, ended_at
        FROM rights.exemption WHERE id = %s FOR UPDATE
        """,
        (exemption_id,),
    ).fetchone()


def lock_due(tx: Tx, limit: int) -> list[Exemption]:
    """Return exemptions that count no more but are still marked granted, locked.

    Their time is over, or their licence is.
    """
    cursor = tx.conn.cursor(row_factory=rows_of(Exemption))
    return cursor.execute(
        """
        SELECT id, thing, account_id, licence_id, ground, reason, granted_by, state, granted_at,
            expires_at, ended_at
        FROM rights.exemption
        WHERE state = 'granted' AND (expires_at <= %s OR EXISTS (
            SELECT FROM rights.licence
            WHERE licence.id = exemption.licence_id AND licence.state <> 'active'))
        ORDER BY expires_at, id LIMIT %s FOR UPDATE SKIP LOCKED
        """,
        (tx.now, limit),
    ).fetchall()


def find(tx: Tx, exemption_id: str) -> Exemption | None:
    """Return an exemption."""
    cursor = tx.conn.cursor(row_factory=rows_of(Exemption))
    return cursor.execute(
        """
        SELECT id, thing, account_id, licence_id, ground, reason, granted_by, state, granted_at,
            expires_at, ended_at
        FROM rights.exemption WHERE id = %s
        """,
        (exemption_id,),
    ).fetchone()


def update(tx: Tx, exemption: Exemption) -> None:
    """Write what an event can change."""
    tx.conn.execute(
        "UPDATE rights.exemption SET state = %s, ended_at = %s WHERE id = %s",
        (exemption.state, exemption.ended_at, exemption.id),
    )


def newest(tx: Tx, *, limit: int) -> list[Exemption]:
    """Return exemptions, the newest first, ended ones too."""
    cursor = tx.conn.cursor(row_factory=rows_of(Exemption))
    return cursor.execute(
        """
        SELECT id, thing, account_id, licence_id, ground, reason, granted_by, state, granted_at,
            expires_at, ended_at
        FROM rights.exemption ORDER BY granted_at DESC, id LIMIT %s
        """,
        (limit,),
    ).fetchall()


def exempt(tx: Tx, things: Sequence[str], account_id: str) -> set[str]:
    """Return the copies of which things an account may show now."""
    rows = tx.conn.execute(
        """
        SELECT DISTINCT exemption.thing FROM rights.exemption
        LEFT JOIN rights.licence ON licence.id = exemption.licence_id
        WHERE exemption.thing = ANY(%(things)s) AND exemption.state = 'granted'
            AND exemption.expires_at > %(now)s
            AND (exemption.account_id = %(account)s
                OR (licence.creator_id = %(account)s AND licence.state = 'active'
                    AND (licence.expires_at IS NULL OR licence.expires_at > %(now)s)))
        """,
        {"things": list(things), "account": account_id, "now": tx.now},
    )
    return {row[0] for row in rows}
