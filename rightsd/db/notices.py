"""Notices in Postgres."""

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.notice import Notice


def insert(tx: Tx, notice: Notice, *, token_hash: bytes) -> None:
    """Add a notice, with the hash of the token by which its claimant comes back."""
    tx.conn.execute(
        """
        INSERT INTO rights.notice
            (id, generation_id, kind, claimant_name, claimant_email, statement, state,
             received_at, decided_at, reason, token_hash)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            notice.id,
            notice.generation_id,
            notice.kind,
            notice.claimant_name,
            notice.claimant_email,
            notice.statement,
            notice.state,
            notice.received_at,
            notice.decided_at,
            notice.reason,
            token_hash,
        ),
    )


def lock(tx: Tx, notice_id: str) -> Notice | None:
    """Return a notice, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_of(Notice))
    return cursor.execute(
        """
        SELECT id, generation_id, kind, claimant_name, claimant_email, statement, state,
            received_at, decided_at, reason
        FROM rights.notice WHERE id = %s FOR UPDATE
        """,
        (notice_id,),
    ).fetchone()


def find(tx: Tx, notice_id: str) -> Notice | None:
    """Return a notice."""
    cursor = tx.conn.cursor(row_factory=rows_of(Notice))
    return cursor.execute(
        """
        SELECT id, generation_id, kind, claimant_name, claimant_email, statement, state,
            received_at, decided_at, reason
        FROM rights.notice WHERE id = %s
        """,
        (notice_id,),
    ).fetchone()


def token_hash(tx: Tx, notice_id: str) -> bytes | None:
    """Return the hash of a claimant's token."""
    row = tx.conn.execute(
        "SELECT token_hash FROM rights.notice WHERE id = %s", (notice_id,)
    ).fetchone()
    return row and bytes(row[0])


def update_state(tx: Tx, notice: Notice) -> None:
    """Write a notice's state."""
    tx.conn.execute(
        "UPDATE rights.notice SET state = %s, decided_at = %s, reason = %s WHERE id = %s",
        (notice.state, notice.decided_at, notice.reason, notice.id),
    )


def queue(tx: Tx, *, limit: int) -> list[Notice]:
    """Return the notices that wait for a decision, longest first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Notice))
    return cursor.execute(
        """
        SELECT id, generation_id, kind, claimant_name, claimant_email, statement, state,
            received_at, decided_at, reason
        FROM rights.notice WHERE state = 'received' ORDER BY received_at, id LIMIT %s
        """,
        (limit,),
    ).fetchall()
