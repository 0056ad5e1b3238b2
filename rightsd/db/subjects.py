"""Subjects in Postgres: who they are is sealed under their key, a handle is found by its MAC."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from psycopg.rows import BaseRowFactory

from rightsd.db import sealing
from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.subject import Colour, Likeness, Person, State, Subject


def insert(tx: Tx, subject: Subject) -> bool:
    """Add a subject; False when the handle is taken."""
    assert subject.person is not None
    person = subject.person
    sealing.make_key(tx, subject.id)
    private = {
        "handle": person.handle,
        "likeness": asdict(person.likeness),
        "salt": person.salt.hex(),
    }
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.subject
            (id, account_id, handle_index, sealed, state, enrolled_at, ended_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (handle_index) DO NOTHING
        """,
        (
            subject.id,
            subject.account_id,
            _index(tx, person.handle),
            sealing.seal(tx, private, about=[subject.id], place=_place(subject.id)),
            subject.state,
            subject.enrolled_at,
            subject.ended_at,
        ),
    )
    return cursor.rowcount == 1


def lock(tx: Tx, subject_id: str) -> Subject | None:
    """Return a subject, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, sealed, rights.keys_of(ARRAY[id]) AS keys, state, enrolled_at,
            ended_at
        FROM rights.subject WHERE id = %s FOR UPDATE
        """,
        (subject_id,),
    ).fetchone()


def hold(tx: Tx, subject_id: str) -> Subject | None:
    """Return a subject who cannot leave before the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, sealed, rights.keys_of(ARRAY[id]) AS keys, state, enrolled_at,
            ended_at
        FROM rights.subject WHERE id = %s FOR SHARE
        """,
        (subject_id,),
    ).fetchone()


def lock_leaving(tx: Tx, *, limit: int) -> list[Subject]:
    """Return subjects who have left and whom nothing holds, locked, the longest gone first.

    What holds them: clips that are still being made or shown, and notices that are not decided.
    """
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, sealed, rights.keys_of(ARRAY[id]) AS keys, state, enrolled_at,
            ended_at
        FROM rights.subject
        WHERE state = 'unenrolled'
            AND NOT EXISTS (
                SELECT FROM rights.generation
                WHERE generation.about @> ARRAY[subject.id]
                    AND generation.state IN ('held', 'requested', 'published'))
            AND NOT EXISTS (
                SELECT FROM rights.generation
                JOIN rights.notice ON notice.generation_id = generation.id
                WHERE generation.about @> ARRAY[subject.id] AND notice.state = 'received')
        ORDER BY ended_at, id LIMIT %s FOR UPDATE SKIP LOCKED
        """,
        (limit,),
    ).fetchall()


def holds(tx: Tx, subject_id: str, *, limit: int) -> list[str]:
    """Return ids of what keeps a subject who has left from being erased, as in `lock_leaving`."""
    rows = tx.conn.execute(
        """
        SELECT generation.id FROM rights.generation
        WHERE generation.about @> ARRAY[%(subject)s]
            AND generation.state IN ('held', 'requested', 'published')
        UNION ALL
        SELECT notice.id FROM rights.generation
        JOIN rights.notice ON notice.generation_id = generation.id
        WHERE generation.about @> ARRAY[%(subject)s] AND notice.state = 'received'
        ORDER BY 1 LIMIT %(limit)s
        """,
        {"subject": subject_id, "limit": limit},
    )
    return [row[0] for row in rows]


def update(tx: Tx, subject: Subject) -> None:
    """Write what an event can change; who an erased subject was is cleared."""
    tx.conn.execute(
        """
        UPDATE rights.subject SET state = %(state)s, ended_at = %(ended_at)s,
            sealed = CASE WHEN %(erased)s THEN NULL ELSE sealed END,
            handle_index = CASE WHEN %(erased)s THEN NULL ELSE handle_index END
        WHERE id = %(id)s
        """,
        {
            "id": subject.id,
            "state": subject.state,
            "ended_at": subject.ended_at,
            "erased": subject.person is None,
        },
    )


def find(tx: Tx, subject_id: str) -> Subject | None:
    """Return a subject."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, sealed, rights.keys_of(ARRAY[id]) AS keys, state, enrolled_at,
            ended_at
        FROM rights.subject WHERE id = %s
        """,
        (subject_id,),
    ).fetchone()


def with_handles(tx: Tx, handles: Sequence[str]) -> list[Subject]:
    """Return the subjects with these handles: those who have left, but are not erased, as well."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, sealed, state, enrolled_at, ended_at,
            ARRAY[(SELECT wrapped FROM rights.data_key WHERE owner_id = subject.id)] AS keys
        FROM rights.subject WHERE handle_index = ANY(%s) ORDER BY id
        """,
        ([_index(tx, handle) for handle in handles],),
    ).fetchall()


def hold_with_handles(tx: Tx, handles: Sequence[str]) -> list[Subject]:
    """Return the same as `with_handles`, held so that none can leave or pause before the commit."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, sealed, state, enrolled_at, ended_at,
            ARRAY[(SELECT wrapped FROM rights.data_key WHERE owner_id = subject.id)] AS keys
        FROM rights.subject WHERE handle_index = ANY(%s) ORDER BY id FOR SHARE
        """,
        ([_index(tx, handle) for handle in handles],),
    ).fetchall()


def of_account(tx: Tx, account_id: str) -> list[Subject]:
    """Return the subjects that an account enrolled, oldest first."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, sealed, rights.keys_of(ARRAY[id]) AS keys, state, enrolled_at,
            ended_at
        FROM rights.subject WHERE account_id = %s ORDER BY enrolled_at, id
        """,
        (account_id,),
    ).fetchall()


def _rows(tx: Tx) -> BaseRowFactory[Subject]:
    return rows_by(partial(_subject, tx))


def _subject(tx: Tx, row: dict[str, Any]) -> Subject:
    private = sealing.unseal(
        tx, row["sealed"], about=[row["id"]], keys=row["keys"], place=_place(row["id"])
    )
    return Subject(
        id=row["id"],
        account_id=row["account_id"],
        person=None if private is None else _person(private),
        state=State(row["state"]),
        enrolled_at=row["enrolled_at"],
        ended_at=row["ended_at"],
    )


def _person(private: dict[str, Any]) -> Person:
    stored = private["likeness"]

    def colour(name: str) -> Colour:
        red, green, blue = stored[name]
        return (red, green, blue)

    likeness = Likeness(
        skin=colour("skin"),
        hair=colour("hair"),
        clothes=colour("clothes"),
        height_m=stored["height_m"],
        voice_hz=stored["voice_hz"],
    )
    return Person(private["handle"], likeness, bytes.fromhex(private["salt"]))


def _index(tx: Tx, handle: str) -> bytes:
    return sealing.index_of(tx, "subject.handle", handle)


def _place(subject_id: str) -> str:
    return f"subject.sealed/{subject_id}"
