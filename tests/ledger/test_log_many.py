"""Many events handed over at once are what they would be one by one."""

from typing import Any

import pytest
from psycopg import Connection

from ledger import log, sequencing
from ledger.errors import EntryError, RepeatError
from tests.ledger.oracle import SIGNER, check_log


def record_all(conn: Connection, numbers: range, **changed: Any) -> None:
    events = {
        "event_ids": [f"evt_{n}" for n in numbers],
        "kinds": ["number.counted"] * len(numbers),
        "subjects": [f"num_{n}" for n in numbers],
        "bodies": [b'{"number":%d}' % n for n in numbers],
    }
    log.record_all(conn, **(events | changed))


def test_they_become_entries_in_their_order(conn: Connection) -> None:
    record_all(conn, range(300))
    conn.commit()

    batch = sequencing.sequence(conn, signers=[SIGNER])

    assert batch is not None
    assert [entry.event_id for entry in batch.entries] == [f"evt_{n}" for n in range(300)]
    assert batch.entries[7] == log.Entry(7, "evt_7", "number.counted", "num_7", b'{"number":7}')
    check_log(conn)


def test_none_is_fine(conn: Connection) -> None:
    record_all(conn, range(0))


def test_one_that_is_on_record_refuses_them_all(conn: Connection) -> None:
    record_all(conn, range(2))
    conn.commit()

    with pytest.raises(RepeatError):
        record_all(conn, range(1, 5))

    conn.rollback()
    assert len(list(log.pending(conn))) == 2


@pytest.mark.parametrize(
    "changed", [{"bodies": [b"x", b""]}, {"kinds": ["a", "a" * 101]}, {"subjects": ["a", "\x00"]}]
)
def test_one_that_is_empty_or_too_long_refuses_them_all(conn: Connection, changed: Any) -> None:
    with pytest.raises(EntryError):
        record_all(conn, range(2), **changed)

    conn.rollback()
    assert list(log.pending(conn)) == []
