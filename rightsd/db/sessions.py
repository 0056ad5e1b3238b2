"""Sessions in Postgres. A row holds the hash of what the browser shows, and not that itself."""

from datetime import datetime

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.session import Session


def insert(tx: Tx, session: Session, *, token_hash: bytes) -> None:
    """Add a session."""
    tx.conn.execute(
        """
        INSERT INTO rights.session
            (id, member_id, token_hash, way, browser, opened_at, used_at, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            session.id,
            session.member_id,
            token_hash,
            session.way,
            session.browser,
            session.opened_at,
            session.used_at,
            session.expires_at,
        ),
    )


def find(tx: Tx, token_hash: bytes, *, used_after: datetime) -> Session | None:
    """Return the session that a token is of, if it stands and was used after a moment."""
    cursor = tx.conn.cursor(row_factory=rows_of(Session))
    return cursor.execute(
        """
        SELECT id, member_id, way, browser, opened_at, used_at, expires_at
        FROM rights.session
        WHERE token_hash = %s AND ended_at IS NULL AND expires_at > %s AND used_at > %s
        """,
        (token_hash, tx.now, used_after),
    ).fetchone()


def of_member(tx: Tx, member_id: str, *, used_after: datetime) -> list[Session]:
    """Return the sessions of a member that stand, the one that was used last first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Session))
    return cursor.execute(
        """
        SELECT id, member_id, way, browser, opened_at, used_at, expires_at
        FROM rights.session
        WHERE member_id = %s AND ended_at IS NULL AND expires_at > %s AND used_at > %s
        ORDER BY used_at DESC, id
        """,
        (member_id, tx.now, used_after),
    ).fetchall()


def use(tx: Tx, session_id: str) -> None:
    """Note that a session was used."""
    tx.conn.execute("UPDATE rights.session SET used_at = %s WHERE id = %s", (tx.now, session_id))


def end(tx: Tx, session_id: str, *, member_id: str) -> bool:
    """End a session of a member; return whether there was one."""
    cursor = tx.conn.execute(
        """
        UPDATE rights.session SET ended_at = %s
        WHERE id = %s AND member_id = %s AND ended_at IS NULL
        """,
        (tx.now, session_id, member_id),
    )
    return cursor.rowcount == 1


def end_of_member(tx: Tx, member_id: str) -> int:
    """End every session of a member; return how many there were."""
    return tx.conn.execute(
        "UPDATE rights.session SET ended_at = %s WHERE member_id = %s AND ended_at IS NULL",
        (tx.now, member_id),
    ).rowcount


def delete_older(tx: Tx, before: datetime) -> int:
    """Delete sessions that ran out before a moment; return how many."""
    return tx.conn.execute("DELETE FROM rights.session WHERE expires_at < %s", (before,)).rowcount
