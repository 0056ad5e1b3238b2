"""Subjects in Postgres: who they are is sealed under their key, a handle is found by its MAC."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rightsd.db import sealing
from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.age import Age
from rightsd.domain.consenttext import Shown
from rightsd.domain.enrolment import Assurance
from rightsd.domain.subject import Colour, Likeness, Person, State, Subject
from rightsd.errors import Code, RightsError


def insert(tx: Tx, subject: Subject, person: Person) -> bool:
    """Add a subject, and give them a key; False when the handle is taken."""
    sealing.make_key(tx, subject.id)
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
            _seal(tx, subject.id, person),
            subject.state,
            subject.enrolled_at,
            subject.ended_at,
        ),
    )
    return cursor.rowcount == 1


def lock(tx: Tx, subject_id: str) -> Subject | None:
    """Return a subject, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_of(Subject))
    return cursor.execute(
        """
        SELECT id, account_id, state, enrolled_at, ended_at
        FROM rights.subject WHERE id = %s FOR UPDATE
        """,
        (subject_id,),
    ).fetchone()


def hold(tx: Tx, subject_id: str) -> Subject | None:
    """Return a subject who cannot leave before the transaction ends."""
    cursor = tx.conn.cursor(row_factory=rows_of(Subject))
    return cursor.execute(
        """
        SELECT id, account_id, state, enrolled_at, ended_at
        FROM rights.subject WHERE id = %s FOR SHARE
        """,
        (subject_id,),
    ).fetchone()


def lock_leaving(tx: Tx, subject_id: str) -> Subject | None:
    """Return a subject who has left and is not erased, locked; None while another has the lock."""
    cursor = tx.conn.cursor(row_factory=rows_of(Subject))
    return cursor.execute(
        """
        SELECT id, account_id, state, enrolled_at, ended_at
        FROM rights.subject WHERE id = %s AND state = 'unenrolled' FOR UPDATE SKIP LOCKED
        """,
        (subject_id,),
    ).fetchone()


def leaving(tx: Tx, *, after: str, limit: int) -> list[str]:
    """Return the ids, in their order, of those who have left and are not erased."""
    rows = tx.conn.execute(
        """
        SELECT id FROM rights.subject WHERE state = 'unenrolled' AND id > %s ORDER BY id LIMIT %s
        """,
        (after, limit),
    )
    return [row[0] for row in rows]


def holds(tx: Tx, subject_id: str, *, limit: int) -> list[str]:
    """Return ids of what keeps someone who has left from being erased, in their order.

    Clips about them that are under way or shown; notices about any, given before they left, that
    are not decided; and incidents that are not closed, to which they or such a clip were linked by
    then. Later notices hold nothing: anyone can give one, and again and again.
    """
    rows = tx.conn.execute(
        """
        SELECT generation.id FROM rights.generation
        WHERE generation.about @> ARRAY[%(subject)s]
            AND generation.state IN ('held', 'requested', 'published')
        UNION ALL
        SELECT notice.id FROM rights.generation
        JOIN rights.notice ON notice.generation_id = generation.id
        JOIN rights.subject ON subject.id = %(subject)s
        WHERE generation.about @> ARRAY[%(subject)s]
            AND notice.state IN ('received', 'countered', 'appealed')
            AND notice.received_at <= subject.ended_at
        UNION ALL
        SELECT DISTINCT incident.id FROM rights.incident
        JOIN rights.incident_link ON incident_link.incident_id = incident.id
        JOIN rights.subject ON subject.id = %(subject)s
        WHERE incident.state <> 'closed' AND incident_link.linked_at <= subject.ended_at
            AND (incident_link.thing_id = subject.id OR EXISTS (
                SELECT FROM rights.generation
                WHERE generation.id = incident_link.thing_id
                    AND generation.about @> ARRAY[%(subject)s]))
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
            "erased": subject.state is State.ERASED,
        },
    )


def update_person(tx: Tx, subject_id: str, person: Person) -> None:
    """Write what is known of someone anew, but the handle."""
    tx.conn.execute(
        "UPDATE rights.subject SET sealed = %s WHERE id = %s",
        (_seal(tx, subject_id, person), subject_id),
    )


def find(tx: Tx, subject_id: str) -> Subject | None:
    """Return a subject."""
    cursor = tx.conn.cursor(row_factory=rows_of(Subject))
    return cursor.execute(
        """
        SELECT id, account_id, state, enrolled_at, ended_at FROM rights.subject WHERE id = %s
        """,
        (subject_id,),
    ).fetchone()


def with_handles(tx: Tx, handles: Sequence[str]) -> dict[str, Subject]:
    """Return the subjects with these handles, by handle: who has left, but is not erased, too."""
    if not handles:
        return {}  # Most prompts cast nobody.
    by_index = _indexes(tx, handles)
    rows = tx.conn.execute(
        """
        SELECT handle_index, id, account_id, state, enrolled_at, ended_at
        FROM rights.subject WHERE handle_index = ANY(%s) ORDER BY id
        """,
        (list(by_index),),
    )
    return _by_handle(by_index, rows)


def hold_with_handles(tx: Tx, handles: Sequence[str]) -> dict[str, Subject]:
    """Return the same as `with_handles`, held so that none can leave or pause before the commit."""
    if not handles:
        return {}  # Most prompts cast nobody.
    by_index = _indexes(tx, handles)
    rows = tx.conn.execute(
        """
        SELECT handle_index, id, account_id, state, enrolled_at, ended_at
        FROM rights.subject WHERE handle_index = ANY(%s) ORDER BY id FOR SHARE
        """,
        (list(by_index),),
    )
    return _by_handle(by_index, rows)


def of_account(tx: Tx, account_id: str) -> list[Subject]:
    """Return the subjects that an account enrolled, oldest first."""
    cursor = tx.conn.cursor(row_factory=rows_of(Subject))
    return cursor.execute(
        """
        SELECT id, account_id, state, enrolled_at, ended_at
        FROM rights.subject WHERE account_id = %s ORDER BY enrolled_at, id
        """,
        (account_id,),
    ).fetchall()


def people(tx: Tx, subject_ids: Sequence[str]) -> dict[str, Person]:
    """Return who subjects are, by their ids; of the erased no one can say.

    Raises:
        RightsError: UNAVAILABLE: what is known of someone does not open.
    """
    rows = tx.conn.execute(
        """
        SELECT id, sealed, rights.keys_of(ARRAY[id])
        FROM rights.subject WHERE id = ANY(%s) AND state <> 'erased'
        """,
        (list(subject_ids),),
    )
    found: dict[str, Person] = {}
    for subject_id, sealed, keys in rows:
        place = _place(subject_id)
        private = sealing.unseal(tx, sealed, about=[subject_id], keys=keys, place=place)
        if private is None:
            raise RightsError(Code.UNAVAILABLE, "what is known of a subject does not open")
        found[subject_id] = _person(private)
    return found


def _seal(tx: Tx, subject_id: str, person: Person) -> bytes:
    private = {
        "handle": person.handle,
        "likeness": asdict(person.likeness),
        "salt": person.salt.hex(),
        "age": person.age and asdict(person.age),
        "text": person.text and asdict(person.text),
        "assurance": person.assurance,
    }
    return sealing.seal(tx, private, about=[subject_id], place=_place(subject_id))


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
    age, text = private.get("age"), private.get("text")  # Not in what was sealed before them.
    return Person(
        handle=private["handle"],
        likeness=likeness,
        salt=bytes.fromhex(private["salt"]),
        age=age and Age(**age),
        text=text and Shown(**text),
        assurance=Assurance(private.get("assurance", Assurance.L0)),
    )


def _by_handle(by_index: Mapping[bytes, str], rows: Iterable[Any]) -> dict[str, Subject]:
    return {
        by_index[bytes(index)]: Subject(id_, account_id, State(state), enrolled_at, ended_at)
        for index, id_, account_id, state, enrolled_at, ended_at in rows
    }


def _indexes(tx: Tx, handles: Sequence[str]) -> dict[bytes, str]:
    return {_index(tx, handle): handle for handle in handles}


def _index(tx: Tx, handle: str) -> bytes:
    return sealing.index_of(tx, "subject.handle", handle)


def _place(subject_id: str) -> str:
    return f"subject.sealed/{subject_id}"
