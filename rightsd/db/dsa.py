"""Statements of reasons in Postgres."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from ledger import entry
from rightsd.db.rows import rows_of
from rightsd.db.tx import Tx
from rightsd.domain.dsa import PUBLISHED, WITHDRAWN
from rightsd.domain.events import Event, from_body


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of reasons.

    Attributes:
        index: That of the withdrawal in the log.
        written: As the database takes it.
        attempts: How often it was sent.
        submitted_at: When the database had it.
        trouble: Why it did not take it, the last time.
    """

    index: int
    puid: str
    written: Mapping[str, Any]
    attempts: int
    submitted_at: datetime | None
    trouble: str | None


def lock_turn(tx: Tx, *, batch: int) -> tuple[int, int] | None:
    """Return which entries of the log are next, as (start, end); None while another reads them."""
    turn = tx.conn.execute("SELECT next FROM rights.dsa_cursor FOR UPDATE SKIP LOCKED").fetchone()
    if turn is None:
        return None
    row = tx.conn.execute(
        'SELECT least(coalesce(max("index") + 1, 0), %s) FROM ledger.entry', (turn[0] + batch,)
    ).fetchone()
    assert row is not None
    return turn[0], max(turn[0], row[0])


def withdrawals(tx: Tx, start: int, end: int) -> list[tuple[int, Event]]:
    """Return the withdrawals among the entries start <= index < end, with their indexes."""
    rows = tx.conn.execute(
        """
        SELECT "index", body FROM ledger.entry
        WHERE "index" >= %s AND "index" < %s AND kind = %s ORDER BY "index"
        """,
        (start, end, WITHDRAWN),
    )
    return [(index, from_body(entry.decode(body))) for index, body in rows]


def histories(tx: Tx, ids: Sequence[str]) -> dict[str, list[Event]]:
    """Return what happened to things up to now, in order, by their ids."""
    rows = tx.conn.execute(
        'SELECT body FROM ledger.entry WHERE subject = ANY(%s) ORDER BY "index"', (list(ids),)
    )
    found: dict[str, list[Event]] = {}
    for (body,) in rows:
        event = from_body(entry.decode(body))
        found.setdefault(event.subject, []).append(event)
    return found


def of_flaggers(tx: Tx, ids: Sequence[str]) -> set[str]:
    """Return which of these are notices of trusted flaggers."""
    rows = tx.conn.execute(
        "SELECT id FROM rights.notice WHERE id = ANY(%s) AND flagger_id IS NOT NULL", (list(ids),)
    )
    return {notice_id for (notice_id,) in rows}


def publications(tx: Tx, generation_ids: Sequence[str]) -> dict[str, Event]:
    """Return the publications of outputs, by their ids."""
    rows = tx.conn.execute(
        "SELECT body FROM ledger.entry WHERE subject = ANY(%s) AND kind = %s",
        (list(generation_ids), PUBLISHED),
    )
    events = [from_body(entry.decode(body)) for (body,) in rows]
    return {event.subject: event for event in events}


def insert(tx: Tx, index: int, written: Mapping[str, object]) -> None:
    """Add the statement for a withdrawal."""
    tx.conn.execute(
        """
        INSERT INTO rights.dsa_statement ("index", puid, written, due_at)
        VALUES (%s, %s, %s, %s)
        """,
        (index, written["puid"], Jsonb(dict(written)), tx.now),
    )


def move_on(tx: Tx, end: int) -> None:
    """Note up to where the log was read."""
    tx.conn.execute("UPDATE rights.dsa_cursor SET next = %s", (end,))


def page(tx: Tx, *, after: int, limit: int) -> list[Statement]:
    """Return statements in the order of the log, those after an index."""
    cursor = tx.conn.cursor(row_factory=rows_of(Statement))
    return cursor.execute(
        """
        SELECT "index", puid, written, attempts, submitted_at, trouble
        FROM rights.dsa_statement WHERE "index" > %s ORDER BY "index" LIMIT %s
        """,
        (after, limit),
    ).fetchall()


def take(tx: Tx, *, until: datetime, limit: int) -> list[Statement]:
    """Return statements that are due, with this attempt counted and the next one put off."""
    cursor = tx.conn.cursor(row_factory=rows_of(Statement))
    taken = cursor.execute(
        """
        UPDATE rights.dsa_statement SET attempts = attempts + 1, due_at = %(until)s
        WHERE "index" IN (
            SELECT "index" FROM rights.dsa_statement
            WHERE submitted_at IS NULL AND due_at <= %(now)s
            ORDER BY due_at, "index" LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
        RETURNING "index", puid, written, attempts, submitted_at, trouble
        """,
        {"until": until, "now": tx.now, "limit": limit},
    ).fetchall()
    return sorted(taken, key=lambda statement: statement.index)


def settle(tx: Tx, puids: Sequence[str], *, trouble: str | None, due_at: datetime | None) -> None:
    """Note that the database has statements, or else why not and when to try again."""
    tx.conn.execute(
        """
        UPDATE rights.dsa_statement
        SET trouble = %(trouble)s, due_at = coalesce(%(due_at)s, due_at),
            submitted_at = CASE WHEN %(trouble)s::text IS NULL THEN %(now)s::timestamptz END
        WHERE puid = ANY(%(puids)s) AND submitted_at IS NULL
        """,
        {"puids": list(puids), "trouble": trouble, "due_at": due_at, "now": tx.now},
    )
