"""Opt-outs in Postgres."""

from collections.abc import Sequence

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.optout import Optout


def insert(tx: Tx, optout: Optout) -> bool:
    """Add an opt-out; False when one stands over the work already."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.optout
            (id, work_id, account_id, state, registered_at, ended_at, evidence_id)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (work_id) WHERE state = 'standing' DO NOTHING
        """,
        (
            optout.id,
            optout.work_id,
            optout.account_id,
            optout.state,
            optout.registered_at,
            optout.ended_at,
            optout.evidence_id,
        ),
    )
    return cursor.rowcount == 1


def find(tx: Tx, optout_id: str) -> Optout | None:
    """Return an opt-out."""
    cursor = tx.conn.cursor(row_factory=rows_of(Optout))
    return cursor.execute(
        """
        SELECT id, work_id, account_id, state, registered_at, ended_at, evidence_id
        FROM rights.optout WHERE id = %s
        """,
        (optout_id,),
    ).fetchone()


def lock(tx: Tx, optout_id: str) -> Optout | None:
    """Return an opt-out, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_of(Optout))
    return cursor.execute(
        """
        SELECT id, work_id, account_id, state, registered_at, ended_at, evidence_id
        FROM rights.optout WHERE id = %s FOR UPDATE
        """,
        (optout_id,),
    ).fetchone()


def lock_all(tx: Tx, optout_ids: Sequence[str]) -> list[Optout]:
    """Return opt-outs, locked until the transaction ends, in the order of their ids."""
    cursor = tx.conn.cursor(row_factory=rows_of(Optout))
    return cursor.execute(
        """
        SELECT id, work_id, account_id, state, registered_at, ended_at, evidence_id
        FROM rights.optout WHERE id = ANY(%s) ORDER BY id FOR UPDATE
        """,
        (list(optout_ids),),
    ).fetchall()


def update_state(tx: Tx, optout: Optout) -> None:
    """Write an opt-out's state."""
    tx.conn.execute(
        "UPDATE rights.optout SET state = %s, ended_at = %s WHERE id = %s",
        (optout.state, optout.ended_at, optout.id),
    )


def works_of(tx: Tx, cause_id: str) -> list[str]:
    """Return the works that are opted out by one opt-out; or this one work, if it is opted out.

    Or, by the id of evidence, all those of whoever brought it: it may have names for any of them.
    """
    rows = tx.conn.execute(
        """
        SELECT work_id FROM rights.optout
        WHERE state = 'standing' AND (id = %(id)s OR work_id = %(id)s OR account_id = (
            SELECT account_id FROM rights.evidence WHERE id = %(id)s))
        """,
        {"id": cause_id},
    )
    return [row[0] for row in rows]


def hold_over(tx: Tx, work_id: str) -> bool:
    """Say whether a work is opted out; if so, that stays until the commit."""
    row = tx.conn.execute(
        "SELECT FROM rights.optout WHERE work_id = %s AND state = 'standing' FOR SHARE", (work_id,)
    ).fetchone()
    return row is not None


def over(tx: Tx, work_id: str) -> Optout | None:
    """Return the opt-out that stands over a work."""
    cursor = tx.conn.cursor(row_factory=rows_of(Optout))
    return cursor.execute(
        """
        SELECT id, work_id, account_id, state, registered_at, ended_at, evidence_id
        FROM rights.optout WHERE work_id = %s AND state = 'standing'
        """,
        (work_id,),
    ).fetchone()


def of_account(tx: Tx, account_id: str, *, limit: int) -> list[Optout]:
    """Return the opt-outs that an account registered, newest first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Optout))
    return cursor.execute(
        """
        SELECT id, work_id, account_id, state, registered_at, ended_at, evidence_id
        FROM rights.optout WHERE account_id = %s ORDER BY registered_at DESC, id LIMIT %s
        """,
        (account_id, limit),
    ).fetchall()
