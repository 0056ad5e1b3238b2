"""Subjects in Postgres."""

from collections.abc import Sequence
from typing import Any

from psycopg import Cursor
from psycopg.rows import RowMaker
from psycopg.types.json import Jsonb

from rightsd.db.tx import Tx
from rightsd.domain.subject import Colour, Likeness, State, Subject


def _row(cursor: Cursor[Any]) -> RowMaker[Subject]:
    names = [column.name for column in cursor.description or ()]

    def make(values: Sequence[Any]) -> Subject:
        fields = dict(zip(names, values, strict=True))
        fields["likeness"] = _likeness(fields["likeness"])
        fields["state"] = State(fields["state"])
        return Subject(**fields)

    return make


def _likeness(stored: dict[str, Any]) -> Likeness:
    def colour(name: str) -> Colour:
        red, green, blue = stored[name]
        return (red, green, blue)

    return Likeness(
        skin=colour("skin"),
        hair=colour("hair"),
        clothes=colour("clothes"),
        height_m=stored["height_m"],
        voice_hz=stored["voice_hz"],
    )


def insert(tx: Tx, subject: Subject) -> bool:
    """Add a subject; False when the handle is taken."""
    likeness = subject.likeness
    stored = {
        "skin": likeness.skin,
        "hair": likeness.hair,
        "clothes": likeness.clothes,
        "height_m": likeness.height_m,
        "voice_hz": likeness.voice_hz,
    }
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.subject (id, account_id, handle, likeness, state, enrolled_at)
        VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (handle) DO NOTHING
        """,
        (
            subject.id,
            subject.account_id,
            subject.handle,
            Jsonb(stored),
            subject.state,
            subject.enrolled_at,
        ),
    )
    return cursor.rowcount == 1


def find(tx: Tx, subject_id: str) -> Subject | None:
    """Return a subject."""
    cursor = tx.conn.cursor(row_factory=_row)
    return cursor.execute(
        """
        SELECT id, account_id, handle, likeness, state, enrolled_at
        FROM rights.subject WHERE id = %s
        """,
        (subject_id,),
    ).fetchone()


def with_handles(tx: Tx, handles: Sequence[str]) -> list[Subject]:
    """Return the subjects with these handles."""
    cursor = tx.conn.cursor(row_factory=_row)
    return cursor.execute(
        """
        SELECT id, account_id, handle, likeness, state, enrolled_at
        FROM rights.subject WHERE handle = ANY(%s) AND state = 'enrolled'
        """,
        (list(handles),),
    ).fetchall()


def of_account(tx: Tx, account_id: str) -> list[Subject]:
    """Return the subjects that an account enrolled, oldest first."""
    cursor = tx.conn.cursor(row_factory=_row)
    return cursor.execute(
        """
        SELECT id, account_id, handle, likeness, state, enrolled_at
        FROM rights.subject WHERE account_id = %s ORDER BY enrolled_at, id
        """,
        (account_id,),
    ).fetchall()
