"""Likenesses in Postgres for which outputs were withdrawn; `looks` notes them."""

from collections.abc import Sequence

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.likeness import Found


def of_people(tx: Tx, subject_ids: Sequence[str], *, limit: int) -> list[Found]:
    """Return those of some people, the newest first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Found))
    return cursor.execute(
        """
        SELECT likeness.id, subject_id, likeness.generation_id, likeness.kind, at_seconds,
            ending.ended_at AS withdrawn_at, generation.state
        FROM rights.likeness
        JOIN rights.generation ON generation.id = likeness.generation_id
        CROSS JOIN LATERAL (
            SELECT min(ended_at) AS ended_at FROM rights.ending
            WHERE because_of = likeness.id AND ending.generation_id = likeness.generation_id
        ) AS ending
        WHERE subject_id = ANY(%s) AND ending.ended_at IS NOT NULL
        ORDER BY ending.ended_at DESC, likeness.id LIMIT %s
        """,
        (list(subject_ids), limit),
    ).fetchall()


def subject_of(tx: Tx, likeness_id: str) -> str | None:
    """Return whose likeness it is, as long as they have not left."""
    row = tx.conn.execute(
        "SELECT subject_id FROM rights.likeness WHERE id = %s", (likeness_id,)
    ).fetchone()
    return row and row[0]


def is_in(tx: Tx, likeness_id: str, generation_id: str) -> bool:
    """Return whether an output holds a likeness itself, and not only what it is made of."""
    row = tx.conn.execute(
        "SELECT FROM rights.likeness WHERE id = %s AND generation_id = %s",
        (likeness_id, generation_id),
    ).fetchone()
    return row is not None
