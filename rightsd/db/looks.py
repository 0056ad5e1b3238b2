"""Second looks at published outputs that are due, and whose likeness was found by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain import ids
from rightsd.domain.recognition import Likeness

TRIES_MAX = 5  # What cannot be read so often is left to the operator.


@dataclass(frozen=True, slots=True)
class Look:
    """A look that is due.

    Attributes:
        asked: How often it was asked for.
    """

    generation_id: str
    sha256: str
    asked: int


def ask(tx: Tx, generation_id: str) -> None:
    """Have a published output looked at anew."""
    tx.conn.execute(
        """
        INSERT INTO rights.look (generation_id)
        SELECT id FROM rights.generation WHERE id = %s AND state = 'published'
        ON CONFLICT (generation_id)
        DO UPDATE SET asked = look.asked + 1, tries = 0, taken_until = '-infinity'
        """,
        (generation_id,),
    )


def ask_page(tx: Tx, *, after: str, limit: int) -> str | None:
    """Have the next published outputs looked at, in the order of their ids; return the last id."""
    row = tx.conn.execute(
        """
        WITH page AS (
            SELECT id FROM rights.generation
            WHERE state = 'published' AND id > %s ORDER BY id LIMIT %s
        ), asked AS (
            INSERT INTO rights.look (generation_id) SELECT id FROM page
            ON CONFLICT (generation_id)
            DO UPDATE SET asked = look.asked + 1, tries = 0, taken_until = '-infinity'
        )
        SELECT max(id) FROM page
        """,
        (after, limit),
    ).fetchone()
    assert row is not None
    return row[0]


def take(tx: Tx, *, until: datetime) -> Look | None:
    """Return the next output to look at, which nobody else takes until a moment."""
    cursor = tx.conn.cursor(row_factory=rows_of(Look))
    return cursor.execute(
        """
        UPDATE rights.look SET tries = tries + 1, taken_until = %(until)s
        FROM rights.generation
        WHERE generation.id = look.generation_id AND look.generation_id = (
            SELECT generation_id FROM rights.look
            WHERE tries < %(most)s AND taken_until <= %(now)s
            ORDER BY tries, taken_until, generation_id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING look.generation_id, generation.sha256, look.asked
        """,
        {"until": until, "now": tx.now, "most": TRIES_MAX},
    ).fetchone()


def end(tx: Tx, look: Look) -> None:
    """Note that an output was looked at, unless it was asked for again meanwhile."""
    tx.conn.execute(
        "DELETE FROM rights.look WHERE generation_id = %s AND asked = %s",
        (look.generation_id, look.asked),
    )


def note(tx: Tx, generation_id: str, found: Sequence[Likeness]) -> None:
    """Note whose likeness an output holds; of what is noted already, that it is certain by now."""
    with tx.conn.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO rights.likeness (id, generation_id, subject_id, kind, certain, at_seconds)
            VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (generation_id, subject_id, kind)
            DO UPDATE SET certain = true, at_seconds = excluded.at_seconds
            WHERE excluded.certain AND NOT likeness.certain
            """,
            [
                (
                    ids.new("lik"),
                    *(generation_id, one.subject_id, one.kind, one.certain, one.at_seconds),
                )
                for one in found
            ],
        )


def name_of(tx: Tx, generation_id: str, likeness: Likeness) -> str:
    """Return by what id the log names a likeness that was noted: nobody else can tell whose."""
    row = tx.conn.execute(
        """
        SELECT id FROM rights.likeness WHERE generation_id = %s AND subject_id = %s AND kind = %s
        """,
        (generation_id, likeness.subject_id, likeness.kind),
    ).fetchone()
    assert row is not None
    return row[0]


def found_in(tx: Tx, generation_id: str) -> list[Likeness]:
    """Return whose likeness an output was found to hold after its release, of who is enrolled."""
    cursor = tx.conn.cursor(row_factory=rows_of(Likeness))
    return cursor.execute(
        """
        SELECT subject_id, kind, certain, at_seconds FROM rights.likeness
        WHERE generation_id = %s AND EXISTS (
            SELECT FROM rights.template
            WHERE template.subject_id = likeness.subject_id AND sealed IS NOT NULL)
        ORDER BY subject_id, kind
        """,
        (generation_id,),
    ).fetchall()


def doubt(tx: Tx, generation_id: str) -> list[str]:
    """Note that the log says of whom an output may be; return the likenesses of which not."""
    rows = tx.conn.execute(
        """
        UPDATE rights.likeness SET doubted = true
        WHERE generation_id = %s AND NOT certain AND NOT doubted RETURNING id
        """,
        (generation_id,),
    )
    return sorted({row[0] for row in rows})


def clear_of(tx: Tx, subject_id: str) -> None:
    """Forget which outputs hold someone's likeness."""
    tx.conn.execute("DELETE FROM rights.likeness WHERE subject_id = %s", (subject_id,))
