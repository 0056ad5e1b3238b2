"""Several sessions at once, and sessions that die."""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import psycopg
import pytest
from psycopg import Connection

from ledger import log, sequencing
from ledger.errors import RepeatError
from tests.ledger.conftest import Connect
from tests.ledger.oracle import SIGNER, bodies, check_log

WRITERS, EVENTS = 4, 40


def record(conn: Connection, event_id: str) -> None:
    log.record(
        conn, event_id=event_id, kind="thing.done", subject="thing", body=f'"{event_id}"'.encode()
    )


def sequence(conn: Connection) -> list[str]:
    """Sequence and commit; return the ids of the events that became entries."""
    batch = sequencing.sequence(conn, signers=[SIGNER], batch_max=7)
    conn.commit()
    return [] if batch is None else [entry.event_id for entry in batch.entries]


def hurry(conn: Connection) -> None:
    """Make waiting for a lock an error."""
    conn.execute("SET lock_timeout = '1ms'")
    conn.commit()


def kill(admin: Connection, victim: Connection) -> None:
    """End a session as a crash would, and wait until its locks are gone."""
    row = admin.execute(
        "SELECT pg_terminate_backend(%s, 60000)", (victim.info.backend_pid,)
    ).fetchone()
    assert row == (True,)


def test_many_writers_and_two_sequencers_lose_nothing(conn: Connection, connect: Connect) -> None:
    def write(writer: int) -> list[str]:
        conn = connect()
        ids = [f"evt_{writer}_{number}" for number in range(EVENTS)]
        for event_id in ids:
            record(conn, event_id)
            if event_id.endswith("3"):
                conn.rollback()
                record(conn, event_id)
            conn.commit()
        return ids

    other = connect()
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(write, writer) for writer in range(WRITERS)]
        taken: list[str] = []
        while not all(writer.done() for writer in writers):
            taken += sequence(conn)
            check_log(conn)
            conn.commit()
            taken += sequence(other)
        written = [event_id for writer in writers for event_id in writer.result()]
    while more := sequence(conn):
        taken += more

    assert sorted(taken) == sorted(written)
    for writer in writers:  # Each writer's own order is kept.
        assert [
            event_id for event_id in taken if event_id in set(writer.result())
        ] == writer.result()
    assert [body.decode().strip('"') for body in bodies(conn)] == taken
    check_log(conn)


def test_a_writer_does_not_wait_for_another(connect: Connect) -> None:
    first, second = connect(), connect()
    hurry(second)
    record(first, "evt_open")

    record(second, "evt_done")
    second.commit()

    assert sequence(second) == ["evt_done"]


def test_a_writer_does_not_wait_for_the_sequencer(conn: Connection, connect: Connect) -> None:
    writer = connect()
    hurry(writer)
    record(conn, "evt_1")
    conn.commit()
    sequencing.sequence(conn, signers=[SIGNER])

    record(writer, "evt_2")
    writer.commit()

    conn.commit()
    assert sequence(conn) == ["evt_2"]
    check_log(conn)


def test_a_lower_position_that_commits_late_gets_a_later_index(connect: Connect) -> None:
    slow, quick, sequencer = connect(), connect(), connect()
    record(slow, "evt_low")
    record(quick, "evt_high")
    quick.commit()

    assert sequence(sequencer) == ["evt_high"]
    check_log(sequencer)
    slow.commit()
    assert sequence(sequencer) == ["evt_low"]
    check_log(sequencer)


def test_of_two_sequencers_one_wins_and_the_other_does_not_wait(connect: Connect) -> None:
    first, second = connect(), connect()
    hurry(second)
    record(first, "evt_1")
    first.commit()

    won = sequencing.sequence(first, signers=[SIGNER])
    lost = sequencing.sequence(second, signers=[SIGNER])

    assert won is not None
    assert lost is None
    second.commit()
    first.commit()
    assert sequencing.sequence(second, signers=[SIGNER]) == sequencing.Batch(1, (), None)
    check_log(second)


def test_a_sequencer_with_an_old_snapshot_fails_instead_of_forking(connect: Connect) -> None:
    stale, fresh = connect(), connect()
    stale.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    stale.execute("SELECT size FROM ledger.head")
    record(fresh, "evt_1")
    fresh.commit()
    sequence(fresh)

    with pytest.raises(psycopg.errors.SerializationFailure):
        sequencing.sequence(stale, signers=[SIGNER])

    check_log(fresh)


def test_an_event_recorded_again_while_it_is_sequenced_is_refused(connect: Connect) -> None:
    sequencer, writer, watcher = connect(), connect(), connect()
    watcher.autocommit = True
    record(sequencer, "evt_1")
    sequencer.commit()
    sequencing.sequence(sequencer, signers=[SIGNER])

    with ThreadPoolExecutor(1) as pool:
        again = pool.submit(record, writer, "evt_1")
        deadline = monotonic() + 60
        while not blocked(watcher, writer):
            assert monotonic() < deadline
            assert not again.done()
        sequencer.commit()
        with pytest.raises(RepeatError):
            again.result()

    writer.rollback()
    check_log(sequencer)


def blocked(watcher: Connection, conn: Connection) -> bool:
    row = watcher.execute(
        "SELECT cardinality(pg_blocking_pids(%s))", (conn.info.backend_pid,)
    ).fetchone()
    assert row is not None
    return row[0] > 0


def test_a_sequencer_killed_before_its_commit_leaves_no_trace(connect: Connect) -> None:
    victim, survivor = connect(), connect()
    record(survivor, "evt_1")
    survivor.commit()
    assert sequencing.sequence(victim, signers=[SIGNER])

    kill(survivor, victim)
    with pytest.raises(psycopg.OperationalError):
        victim.commit()

    assert bodies(survivor) == []
    check_log(survivor)
    assert sequence(survivor) == ["evt_1"]
    check_log(survivor)


def test_a_sequencer_killed_after_its_commit_has_done_its_work(connect: Connect) -> None:
    victim, survivor = connect(), connect()
    record(survivor, "evt_1")
    survivor.commit()
    assert sequence(victim) == ["evt_1"]

    kill(survivor, victim)

    assert sequence(survivor) == []
    assert bodies(survivor) == [b'"evt_1"']
    check_log(survivor)


def test_a_writer_killed_before_its_commit_was_never_there(connect: Connect) -> None:
    victim, survivor = connect(), connect()
    record(victim, "evt_1")

    kill(survivor, victim)
    with pytest.raises(psycopg.OperationalError):
        victim.commit()

    record(survivor, "evt_1")
    survivor.commit()
    assert sequence(survivor) == ["evt_1"]
    check_log(survivor)
