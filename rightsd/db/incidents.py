"""Incidents in Postgres. What staff write is sealed under a key of the incident's."""

from dataclasses import asdict
from functools import partial
from typing import Any, cast

from psycopg.rows import BaseRowFactory

from rightsd.db import sealing
from rightsd.db.rows import rows_by, rows_of
from rightsd.db.tx import Tx
from rightsd.domain.incident import (
    Done,
    Incident,
    Lessons,
    Link,
    Note,
    Part,
    Severity,
    State,
)
from rightsd.domain.runbook import Strand


def insert(tx: Tx, incident: Incident) -> None:
    """Add an incident."""
    sealing.make_key(tx, incident.id)
    tx.conn.execute(
        """
        INSERT INTO rights.incident
            (id, account_id, severity, sealed, runbook, state, detected_at, opened_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            incident.id,
            incident.account_id,
            incident.severity,
            _seal(tx, incident),
            incident.runbook,
            incident.state,
            incident.detected_at,
            incident.opened_at,
        ),
    )


def find(tx: Tx, incident_id: str) -> Incident | None:
    """Return an incident."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, severity, sealed, runbook, state, detected_at, opened_at,
            contained_at, resolved_at, closed_at, rights.keys_of(ARRAY[id]) AS keys
        FROM rights.incident WHERE id = %s
        """,
        (incident_id,),
    ).fetchone()


def lock(tx: Tx, incident_id: str) -> Incident | None:
    """Return an incident, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, severity, sealed, runbook, state, detected_at, opened_at,
            contained_at, resolved_at, closed_at, rights.keys_of(ARRAY[id]) AS keys
        FROM rights.incident WHERE id = %s FOR UPDATE
        """,
        (incident_id,),
    ).fetchone()


def newest(tx: Tx, *, limit: int) -> list[Incident]:
    """Return incidents, those that are not closed first, then the newest."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, account_id, severity, sealed, runbook, state, detected_at, opened_at,
            contained_at, resolved_at, closed_at, rights.keys_of(ARRAY[id]) AS keys
        FROM rights.incident ORDER BY state = 'closed', opened_at DESC, id LIMIT %s
        """,
        (limit,),
    ).fetchall()


def update(tx: Tx, incident: Incident) -> None:
    """Write what an event can change."""
    tx.conn.execute(
        """
        UPDATE rights.incident SET state = %s, sealed = %s, contained_at = %s, resolved_at = %s,
            closed_at = %s
        WHERE id = %s
        """,
        (
            incident.state,
            _seal(tx, incident),
            incident.contained_at,
            incident.resolved_at,
            incident.closed_at,
            incident.id,
        ),
    )


def add_link(tx: Tx, incident_id: str, link: Link) -> bool:
    """Link a thing; False when it is linked already."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.incident_link (incident_id, thing_id, strand, linked_at)
        VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
        """,
        (incident_id, link.thing_id, link.strand, link.linked_at),
    )
    return cursor.rowcount == 1


def remove_link(tx: Tx, incident_id: str, thing_id: str) -> bool:
    """Take a thing out; False when it was not linked."""
    cursor = tx.conn.execute(
        "DELETE FROM rights.incident_link WHERE incident_id = %s AND thing_id = %s",
        (incident_id, thing_id),
    )
    return cursor.rowcount == 1


def links(tx: Tx, incident_id: str) -> list[Link]:
    """Return what is linked, in the order in which it was."""
    cursor = tx.conn.cursor(row_factory=rows_of(Link))
    return cursor.execute(
        """
        SELECT thing_id, strand, linked_at FROM rights.incident_link
        WHERE incident_id = %s ORDER BY linked_at, thing_id
        """,
        (incident_id,),
    ).fetchall()


def assign(tx: Tx, incident_id: str, part: Part, account_id: str) -> None:
    """Note who has a part; whoever had it has it no more."""
    tx.conn.execute(
        """
        INSERT INTO rights.incident_part (incident_id, part, account_id) VALUES (%s, %s, %s)
        ON CONFLICT (incident_id, part) DO UPDATE SET account_id = excluded.account_id
        """,
        (incident_id, part, account_id),
    )


def parts(tx: Tx, incident_id: str) -> dict[Part, str]:
    """Return who has which part."""
    rows = tx.conn.execute(
        "SELECT part, account_id FROM rights.incident_part WHERE incident_id = %s ORDER BY part",
        (incident_id,),
    )
    return {Part(part): account_id for part, account_id in rows.fetchall()}


def add_note(tx: Tx, incident_id: str, note: Note) -> None:
    """Add a note."""
    private = {"text": note.text, "salt": note.salt.hex()}
    sealed = sealing.seal(tx, private, about=[incident_id], place=_note_place(note.event_id))
    tx.conn.execute(
        """
        INSERT INTO rights.incident_note
            (event_id, incident_id, account_id, strand, sealed, noted_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        """,
        (note.event_id, incident_id, note.account_id, note.strand, sealed, note.noted_at),
    )


def notes(tx: Tx, incident: Incident) -> list[Note]:
    """Return the notes, in their order."""
    cursor = tx.conn.cursor(row_factory=rows_by(partial(_note, tx, incident)))
    return cursor.execute(
        """
        SELECT event_id, incident_id, account_id, strand, sealed, noted_at,
            rights.keys_of(ARRAY[incident_id]) AS keys
        FROM rights.incident_note WHERE incident_id = %s ORDER BY noted_at, event_id
        """,
        (incident.id,),
    ).fetchall()


def count_notes(tx: Tx, incident_id: str) -> int:
    """Return how many notes there are."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.incident_note WHERE incident_id = %s", (incident_id,)
    ).fetchone()
    assert row is not None
    return row[0]


def add_step(tx: Tx, incident_id: str, done: Done) -> bool:
    """Note that a step was done; False when it was already."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.incident_step (incident_id, step_id, account_id, done_at)
        VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING
        """,
        (incident_id, done.step_id, done.account_id, done.done_at),
    )
    return cursor.rowcount == 1


def steps(tx: Tx, incident_id: str) -> list[Done]:
    """Return which steps were done, in their order."""
    cursor = tx.conn.cursor(row_factory=rows_of(Done))
    return cursor.execute(
        """
        SELECT step_id, account_id, done_at FROM rights.incident_step
        WHERE incident_id = %s ORDER BY done_at, step_id
        """,
        (incident_id,),
    ).fetchall()


def _seal(tx: Tx, incident: Incident) -> bytes:
    private = {
        "title": incident.title,
        "salt": incident.salt.hex(),
        "lessons": incident.lessons and asdict(incident.lessons),
        "lessons_salt": incident.lessons_salt.hex(),
    }
    return sealing.seal(tx, private, about=[incident.id], place=_place(incident.id))


def _rows(tx: Tx) -> BaseRowFactory[Incident]:
    return rows_by(partial(_incident, tx))


def _incident(tx: Tx, row: dict[str, Any]) -> Incident:
    incident_id = row["id"]
    private = sealing.unseal(
        tx, row["sealed"], about=[incident_id], keys=row["keys"], place=_place(incident_id)
    )
    assert private is not None  # Its key is never destroyed.
    return Incident(
        id=incident_id,
        account_id=row["account_id"],
        severity=Severity(row["severity"]),
        title=private["title"],
        salt=bytes.fromhex(private["salt"]),
        runbook=row["runbook"],
        state=State(row["state"]),
        detected_at=row["detected_at"],
        opened_at=row["opened_at"],
        contained_at=row["contained_at"],
        resolved_at=row["resolved_at"],
        closed_at=row["closed_at"],
        lessons=private["lessons"] and Lessons(**private["lessons"]),
        # Incidents that were closed before these had their own: the title's opens them, too.
        lessons_salt=bytes.fromhex(private.get("lessons_salt", private["salt"])),
    )


def _note(tx: Tx, incident: Incident, row: dict[str, Any]) -> Note:
    event_id = row["event_id"]
    private = sealing.unseal(
        tx,
        row["sealed"],
        about=[row["incident_id"]],
        keys=row["keys"],
        place=_note_place(event_id),
    )
    # Notes from before each had its own: that of the title opens them, too.
    is_old = private is None or isinstance(private, str)
    said = cast("dict[str, Any]", {"text": private} if is_old else private)
    salt = bytes.fromhex(said["salt"]) if "salt" in said else incident.salt
    strand = Strand(row["strand"])
    return Note(event_id, row["account_id"], strand, said["text"], salt, row["noted_at"])


def _place(incident_id: str) -> str:
    return f"incident.sealed/{incident_id}"


def _note_place(event_id: str) -> str:
    return f"incident_note.sealed/{event_id}"
