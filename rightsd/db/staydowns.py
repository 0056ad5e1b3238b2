"""Stay-down entries in Postgres. Of a file a fingerprint and digests are kept."""

from collections.abc import Sequence

from rightsd.db import fingerprints
from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.staydown import State, Staydown


def insert(tx: Tx, staydown: Staydown) -> bool:
    """Add an entry; False when one for this very file stands already."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.staydown
            (id, account_id, kind, sha256, md5, seconds, reason, salt, state, added_at, ended_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (sha256) WHERE state = 'standing' DO NOTHING
        """,
        (
            staydown.id,
            staydown.account_id,
            staydown.kind,
            staydown.sha256,
            staydown.md5,
            staydown.seconds,
            staydown.reason,
            staydown.salt,
            staydown.state,
            staydown.added_at,
            staydown.ended_at,
        ),
    )
    return cursor.rowcount == 1


def lock(tx: Tx, staydown_id: str) -> Staydown | None:
    """Return an entry, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_of(Staydown))
    return cursor.execute(
        """
        SELECT id, account_id, kind, sha256, md5, seconds, reason, salt, state, added_at, ended_at
        FROM rights.staydown WHERE id = %s FOR UPDATE
        """,
        (staydown_id,),
    ).fetchone()


def hold(tx: Tx, staydown_id: str) -> bool:
    """Keep an entry from ending until the transaction ends; return whether it stands."""
    row = tx.conn.execute(
        "SELECT state FROM rights.staydown WHERE id = %s FOR SHARE", (staydown_id,)
    ).fetchone()
    return row is not None and row[0] == State.STANDING


def find(tx: Tx, staydown_id: str) -> Staydown | None:
    """Return an entry."""
    cursor = tx.conn.cursor(row_factory=rows_of(Staydown))
    return cursor.execute(
        """
        SELECT id, account_id, kind, sha256, md5, seconds, reason, salt, state, added_at, ended_at
        FROM rights.staydown WHERE id = %s
        """,
        (staydown_id,),
    ).fetchone()


def end(tx: Tx, staydown: Staydown) -> None:
    """Write that an entry has ended, and delete its fingerprint."""
    tx.conn.execute(
        "UPDATE rights.staydown SET state = %s, ended_at = %s WHERE id = %s",
        (staydown.state, staydown.ended_at, staydown.id),
    )
    fingerprints.clear(tx, staydown.id)


def newest(tx: Tx, *, limit: int) -> list[Staydown]:
    """Return entries, the newest first, ended ones too."""
    cursor = tx.conn.cursor(row_factory=rows_of(Staydown))
    return cursor.execute(
        """
        SELECT id, account_id, kind, sha256, md5, seconds, reason, salt, state, added_at, ended_at
        FROM rights.staydown ORDER BY added_at DESC, id LIMIT %s
        """,
        (limit,),
    ).fetchall()


def kinds(tx: Tx, staydown_ids: Sequence[str]) -> dict[str, str]:
    """Return on what ground entries stand; those that have ended are not in it."""
    rows = tx.conn.execute(
        "SELECT id, kind FROM rights.staydown WHERE id = ANY(%s) AND state = 'standing'",
        (list(staydown_ids),),
    )
    return dict(rows.fetchall())
