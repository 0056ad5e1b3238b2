"""What the database refuses, whoever asks."""

import psycopg
import pytest
from psycopg import Connection

from ledger import log
from ledger.errors import EntryError
from tests.ledger.counting import grow, record, waiting
from tests.ledger.oracle import check_log


@pytest.mark.parametrize(
    ("event_id", "kind", "body"),
    [
        ("", "k", b"b"),
        ("e" * 201, "k", b"b"),
        ("e\0", "k", b"b"),
        ("e", "", b"b"),
        ("e", "k" * 101, b"b"),
        ("e", "k", b""),
        ("e", "k", bytes(65_536)),
    ],
)
def test_what_is_empty_or_too_long_is_not_recorded(
    conn: Connection, event_id: str, kind: str, body: bytes
) -> None:
    with pytest.raises(EntryError):
        log.record(conn, event_id=event_id, kind=kind, subject="thing", body=body)


@pytest.mark.parametrize("level", [psycopg.IsolationLevel(3), psycopg.IsolationLevel(4)])
def test_events_are_recorded_under_read_committed_only(
    conn: Connection, level: psycopg.IsolationLevel
) -> None:
    conn.isolation_level = level

    with pytest.raises(psycopg.errors.RaiseException, match="READ COMMITTED"):
        record(conn, 0)


CHANGES = [
    "UPDATE ledger.entry SET body = '{}'",
    "UPDATE ledger.entry SET kind = 'other' WHERE false",
    "DELETE FROM ledger.entry",
    "TRUNCATE ledger.entry",
    "UPDATE ledger.node SET hash = hash",
    "DELETE FROM ledger.node",
    "TRUNCATE ledger.node",
    "UPDATE ledger.checkpoint SET note = ''",
    "DELETE FROM ledger.checkpoint",
    "TRUNCATE ledger.checkpoint CASCADE",
    "UPDATE ledger.cosignature SET signature = signature",
    "DELETE FROM ledger.cosignature",
    "TRUNCATE ledger.cosignature",
    "DELETE FROM ledger.head",
    "TRUNCATE ledger.head",
    "UPDATE ledger.head SET size = size - 1",
    "UPDATE ledger.head SET origin = 'log.example/other'",
    "UPDATE ledger.head SET origin = NULL",
    "DELETE FROM ledger.intake",
    "DELETE FROM ledger.intake WHERE event_id = 'evt_300'",
    "UPDATE ledger.intake SET body = '{}'",
    "TRUNCATE ledger.intake",
    # An event that leaves has to arrive as it was.
    """
    WITH taken AS (DELETE FROM ledger.intake RETURNING event_id, kind, subject)
    INSERT INTO ledger.entry ("index", event_id, kind, subject, body)
    SELECT 300, event_id, kind, subject, 'forged' FROM taken
    """,
    """
    WITH taken AS (DELETE FROM ledger.intake RETURNING event_id, kind, body)
    INSERT INTO ledger.entry ("index", event_id, kind, subject, body)
    SELECT 300, event_id, kind, 'another', body FROM taken
    """,
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_refuses_to_change_the_log(conn: Connection, statement: str) -> None:
    grow(conn, 0, 300)
    record(conn, 300)
    conn.commit()

    with pytest.raises(psycopg.errors.RaiseException, match=r"ledger\."):
        conn.execute(statement)
    conn.rollback()

    assert waiting(conn) == 1
    check_log(conn)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("INSERT INTO ledger.head (size, edge) VALUES (0, '{}')", "UniqueViolation"),
        (
            "INSERT INTO ledger.head (singleton, size, edge) VALUES (false, 0, '{}')",
            "CheckViolation",
        ),
        (
            """
            INSERT INTO ledger.entry ("index", event_id, kind, subject, body, leaf_hash)
            VALUES (1, 'e', 'k', 's', 'b', 'forged')
            """,
            "GeneratedAlways",
        ),
        (
            """
            INSERT INTO ledger.entry ("index", event_id, kind, subject, body)
            VALUES (0, 'e', 'k', 's', 'b')
            """,
            "UniqueViolation",
        ),
    ],
)
def test_the_database_refuses_to_add_what_contradicts_the_log(
    conn: Connection, statement: str, error: str
) -> None:
    grow(conn, 0, 1)

    with pytest.raises(psycopg.Error) as caught:
        conn.execute(statement)
    conn.rollback()

    assert type(caught.value).__name__ == error
    check_log(conn)
