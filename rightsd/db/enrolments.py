"""Enrolment sessions in Postgres: all but where they stand is sealed under the subject's key."""

from dataclasses import asdict
from functools import partial
from typing import Any

from psycopg.rows import BaseRowFactory

from rightsd.db import sealing
from rightsd.db.rows import rows_by
from rightsd.db.tx import Tx
from rightsd.domain.challenge import Challenge, Turn
from rightsd.domain.consenttext import Shown
from rightsd.domain.enrolment import (
    WINDOW,
    Assurance,
    Enrolment,
    Fault,
    Kind,
    Medium,
    Outcome,
    State,
)

ERASED: dict[str, Any] = {
    "challenge": None,
    "text": None,
    "salt": "",
    "media": [],
    "outcome": None,
}


def insert(tx: Tx, enrolment: Enrolment) -> bool:
    """Add a session; False when one of this subject is under way."""
    cursor = tx.conn.execute(
        """
        INSERT INTO rights.enrolment
            (id, subject_id, account_id, keep_media, sealed, state, opened_at, expires_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (subject_id) WHERE ended_at IS NULL DO NOTHING
        """,
        (
            enrolment.id,
            enrolment.subject_id,
            enrolment.account_id,
            enrolment.keep_media,
            _seal(tx, enrolment),
            enrolment.state,
            enrolment.opened_at,
            enrolment.expires_at,
        ),
    )
    return cursor.rowcount == 1


def find(tx: Tx, enrolment_id: str) -> Enrolment | None:
    """Return a session."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, keep_media, sealed, state, opened_at, expires_at,
            submitted_at, ended_at, rights.keys_of(ARRAY[subject_id]) AS keys
        FROM rights.enrolment WHERE id = %s
        """,
        (enrolment_id,),
    ).fetchone()


def lock(tx: Tx, enrolment_id: str) -> Enrolment | None:
    """Return a session, locked until the transaction ends."""
    cursor = tx.conn.cursor(row_factory=_rows(tx))
    return cursor.execute(
        """
        SELECT id, subject_id, account_id, keep_media, sealed, state, opened_at, expires_at,
            submitted_at, ended_at, rights.keys_of(ARRAY[subject_id]) AS keys
        FROM rights.enrolment WHERE id = %s FOR UPDATE
        """,
        (enrolment_id,),
    ).fetchone()


def lock_due(tx: Tx, *, limit: int, checking_seconds: float) -> list[tuple[str, State]]:
    """Return ids of sessions that nobody went on with in time, and where they stand, locked.

    Nothing is opened for this: what does not open any more ends as well.
    """
    rows = tx.conn.execute(
        """
        SELECT id, state FROM rights.enrolment
        WHERE (state = 'open' AND expires_at <= %(now)s)
            OR (state = 'submitted' AND submitted_at <= %(now)s - make_interval(secs => %(secs)s))
        ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
        """,
        {"now": tx.now, "secs": checking_seconds, "limit": limit},
    )
    return [(row[0], State(row[1])) for row in rows]


def expire(tx: Tx, enrolment_id: str, state: State) -> None:
    """Write that a session is over because its time is."""
    tx.conn.execute(
        "UPDATE rights.enrolment SET state = %s, ended_at = %s WHERE id = %s",
        (state, tx.now, enrolment_id),
    )


def count_recent(tx: Tx, subject_id: str) -> int:
    """Return how many sessions of a subject were opened within WINDOW."""
    row = tx.conn.execute(
        "SELECT count(*) FROM rights.enrolment WHERE subject_id = %s AND opened_at > %s",
        (subject_id, tx.now - WINDOW),
    ).fetchone()
    assert row is not None
    return row[0]


def update(tx: Tx, enrolment: Enrolment) -> None:
    """Write what an event can change."""
    tx.conn.execute(
        """
        UPDATE rights.enrolment
        SET state = %s, sealed = %s, submitted_at = %s, ended_at = %s WHERE id = %s
        """,
        (
            enrolment.state,
            _seal(tx, enrolment),
            enrolment.submitted_at,
            enrolment.ended_at,
            enrolment.id,
        ),
    )


def end_of_subject(tx: Tx, subject_id: str) -> list[str]:
    """End the sessions of someone who leaves; return their ids."""
    rows = tx.conn.execute(
        """
        UPDATE rights.enrolment SET state = 'expired', ended_at = %s
        WHERE subject_id = %s AND ended_at IS NULL RETURNING id
        """,
        (tx.now, subject_id),
    )
    return [row[0] for row in rows]


def clear_about(tx: Tx, subject_id: str) -> None:
    """Clear what every session of a subject was about."""
    tx.conn.execute(
        "UPDATE rights.enrolment SET sealed = NULL WHERE subject_id = %s AND sealed IS NOT NULL",
        (subject_id,),
    )


def _seal(tx: Tx, enrolment: Enrolment) -> bytes:
    private = {
        "challenge": enrolment.challenge and asdict(enrolment.challenge),
        "text": enrolment.text and asdict(enrolment.text),
        "salt": enrolment.salt.hex(),
        "media": [asdict(medium) for medium in enrolment.media],
        "outcome": enrolment.outcome and asdict(enrolment.outcome),
    }
    return sealing.seal(tx, private, about=[enrolment.subject_id], place=_place(enrolment.id))


def _rows(tx: Tx) -> BaseRowFactory[Enrolment]:
    return rows_by(partial(_enrolment, tx))


def _enrolment(tx: Tx, row: dict[str, Any]) -> Enrolment:
    opened = sealing.unseal(
        tx, row["sealed"], about=[row["subject_id"]], keys=row["keys"], place=_place(row["id"])
    )
    private: dict[str, Any] = ERASED if opened is None else opened
    challenge, text = private["challenge"], private["text"]
    return Enrolment(
        id=row["id"],
        subject_id=row["subject_id"],
        account_id=row["account_id"],
        state=State(row["state"]),
        opened_at=row["opened_at"],
        expires_at=row["expires_at"],
        submitted_at=row["submitted_at"],
        ended_at=row["ended_at"],
        keep_media=row["keep_media"],
        challenge=challenge
        and Challenge(tuple(challenge["digits"]), tuple(map(Turn, challenge["turns"]))),
        text=text and Shown(**text),
        salt=bytes.fromhex(private["salt"]),
        media=tuple(Medium(Kind(each["kind"]), each["sha256"]) for each in private["media"]),
        outcome=_outcome(private["outcome"]),
    )


def _outcome(written: dict[str, Any] | None) -> Outcome | None:
    if written is None:
        return None
    assurance, fault = written["assurance"], written["fault"]
    return Outcome(
        assurance=assurance and Assurance(assurance),
        fault=fault and Fault(fault),
        detail=written["detail"],
        evidence=written["evidence"],
    )


def _place(enrolment_id: str) -> str:
    return f"enrolment.sealed/{enrolment_id}"
