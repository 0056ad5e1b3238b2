"""What keeps outputs withdrawn, in Postgres."""

from collections.abc import Sequence
from datetime import UTC, datetime

from rightsd.db.tx import Tx

Place = tuple[datetime, str]
FIRST: Place = (datetime(1, 1, 1, tzinfo=UTC), "")


def page(tx: Tx, because_of: str, *, after: Place, limit: int) -> list[Place]:
    """Return the outputs that one cause keeps withdrawn: when each was asked for, and its id.

    They come in this order, so that what others were made of comes before them.
    """
    rows = tx.conn.execute(
        """
        SELECT requested_at, id FROM rights.generation
        WHERE because_of = %s AND state = 'withdrawn' AND (requested_at, id) > (%s, %s)
        ORDER BY requested_at, id LIMIT %s
        """,
        (because_of, *after, limit),
    )
    return rows.fetchall()


def note(tx: Tx, generation_id: str, causes: Sequence[str]) -> None:
    """Note what else an output was withdrawn for now, for the stopwatch of each."""
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rights.ending (because_of, generation_id, state, ended_at)
            VALUES (%s, %s, 'withdrawn', %s) ON CONFLICT DO NOTHING
            """,
            [(cause, generation_id, tx.now) for cause in causes],
        )


def keep(tx: Tx, generation_id: str, because_of: str) -> None:
    """Note that another cause keeps an output withdrawn from now on."""
    tx.conn.execute(
        "UPDATE rights.generation SET because_of = %s WHERE id = %s AND state = 'withdrawn'",
        (because_of, generation_id),
    )
