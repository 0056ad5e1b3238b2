"""A table of faults and durable writes of the log.

After every step the log is rebuilt from its entries and compared with all that is stored and
served, and whatever was acknowledged is in it or waits for it: once, and in its writer's order.
"""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import psycopg
import pytest
from psycopg import Connection

from ledger import sequencing
from ledger.errors import RepeatError
from rightsd.adapters.embedded_postgres import EmbeddedPostgres
from tests.crash.breaking import Breaking
from tests.crash.writers import check, load, record, sequence_all
from tests.ledger.oracle import SIGNER

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
BEFORE, WAITING = 254, 4  # The entry that ends a tile is among those that wait.
BATCH_MAX = 40
CRASH_SECONDS_MAX = 60.0
WRITES = {
    "the event": "INSERT INTO ledger.intake",
    "the writer's commit": "COMMIT",
    "the move": "DELETE FROM ledger.intake",
    # One request: they are sent together, and nothing comes in between.
    "the nodes, the head and the checkpoint": "INSERT INTO ledger.node",
    "the sequencer's commit": "COMMIT",
}
WRITERS_OWN = {"the event", "the writer's commit"}
TABLES = {
    "intake": "INSERT OR DELETE",
    "entry": "INSERT",
    "node": "INSERT",
    "head": "UPDATE",
    "checkpoint": "INSERT",
}


def postmaster(server: EmbeddedPostgres) -> int:
    return int((server._data / "postmaster.pid").read_text().split()[0])


def crash(server: EmbeddedPostgres, pid: int) -> None:
    """Kill a process of the server, and return when all who were connected know of it."""
    with psycopg.connect(server.dsn) as canary:
        os.kill(pid, signal.SIGKILL)
        assert select.select([canary], [], [], CRASH_SECONDS_MAX)[0]


def begin(conn: Connection) -> list[str]:
    """Make a log with some entries, and some events that wait; return what was acknowledged."""
    ids = [f"evt_first_{number}" for number in range(BEFORE + WAITING)]
    record(conn, *ids[:BEFORE])
    sequence_all(conn)
    for event_id in ids[BEFORE:]:
        record(conn, event_id)
    return ids


@contextmanager
def sequencer(dsn: str, batch_max: int = BATCH_MAX) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crash.sequencer", dsn, str(batch_max)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process
        finally:
            process.stdin.close()
            process.wait()


def ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"


def write_or_sequence(conn: Connection, write: str) -> None:
    """Do what the write is part of."""
    if write in WRITERS_OWN:
        record(conn, "evt_doubtful")
    else:
        sequencing.sequence(conn, signers=[SIGNER])
        conn.commit()


# One server process killed takes all the others down: which statement it was at hardly matters.
FAULTS = [
    *(("connection lost", write) for write in WRITES),
    *(("server killed", write) for write in WRITES),
    *(("backend killed", write) for write in WRITES if write.endswith("commit")),
]


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(("fault", "write"), FAULTS)
def test_a_fault_at_a_durable_write(
    mortal: EmbeddedPostgres, ledger_dsn: str, place: Path, fault: str, write: str, moment: str
) -> None:
    def act(backend: int) -> None:
        if fault != "connection lost":
            crash(mortal, backend if fault == "backend killed" else postmaster(mortal))

    with psycopg.connect(ledger_dsn) as conn:
        first = begin(conn)
    with Breaking(ledger_dsn, place) as way:
        victim = psycopg.connect(way.dsn, prepare_threshold=None)
        way.arm(WRITES[write], moment, act)
        with pytest.raises(psycopg.OperationalError):
            write_or_sequence(victim, write)
        assert way.broke.is_set()
        victim.close()

    mortal.start()
    with psycopg.connect(ledger_dsn) as conn:
        found = check(conn, [first])
        persisted = write == "the writer's commit" and moment == "after"
        assert ("evt_doubtful" in found) == persisted
        if write in WRITERS_OWN:
            retry(conn, repeated=persisted)
            first.append("evt_doubtful")
        sequence_all(conn)
        assert check(conn, [first]) == first


def retry(conn: Connection, *, repeated: bool) -> None:
    """Record the event in doubt again: whoever is not sure may ask."""
    if repeated:
        with pytest.raises(RepeatError):
            record(conn, "evt_doubtful")
        conn.rollback()
    else:
        record(conn, "evt_doubtful")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("write", [write for write in WRITES if write not in WRITERS_OWN])
def test_a_sequencer_process_killed_at_a_durable_write(
    ledger_dsn: str, place: Path, write: str, moment: str
) -> None:
    with psycopg.connect(ledger_dsn) as conn:
        first = begin(conn)
        with Breaking(ledger_dsn, place) as way:
            with sequencer(way.dsn) as process:
                way.arm(WRITES[write], moment, lambda _: process.kill())
                assert way.broke.wait(60)
            assert process.returncode == -9

            check(conn, [first])
            with sequencer(way.dsn) as process:
                ready(process)
                process.communicate()
        assert check(conn, [first]) == first


@pytest.mark.parametrize("moment", ["BEFORE", "AFTER"])
@pytest.mark.parametrize("table", TABLES)
def test_an_error_at_a_durable_write(ledger_dsn: str, table: str, moment: str) -> None:
    with psycopg.connect(ledger_dsn) as conn:
        first = begin(conn)
        conn.execute(
            """
            CREATE FUNCTION ledger.fail() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE disk_full; END $$
            """
        )
        conn.execute(
            f"CREATE TRIGGER zz_fails {moment} {TABLES[table]} ON ledger.{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger.fail()"
        )
        conn.commit()

        with pytest.raises(psycopg.errors.DiskFull):
            sequencing.sequence(conn, signers=[SIGNER])
        check(conn, [first])
        if table == "intake":
            with pytest.raises(psycopg.errors.DiskFull):
                record(conn, "evt_more")
            conn.rollback()
        else:
            record(conn, "evt_more")
            first.append("evt_more")
        check(conn, [first])

        conn.execute("DROP FUNCTION ledger.fail CASCADE")
        conn.commit()
        sequence_all(conn)
        assert check(conn, [first]) == first


def test_sequencers_killed_at_any_moment_lose_nothing(ledger_dsn: str) -> None:
    random = Random(1)
    with psycopg.connect(ledger_dsn) as conn, load(ledger_dsn, 3) as work:
        for _ in range(6):
            with sequencer(ledger_dsn, batch_max=7) as process:
                ready(process)
                work.let(60, until=random.randrange(1, 60))
                process.kill()
            check(conn, work.safe())
        sequence_all(conn)
        check(conn, work.safe())


def test_two_sequencer_processes_take_turns(ledger_dsn: str) -> None:
    with psycopg.connect(ledger_dsn) as conn, load(ledger_dsn, 3) as work:
        with sequencer(ledger_dsn, batch_max=5) as one, sequencer(ledger_dsn, batch_max=3) as other:
            ready(one)
            ready(other)
            for _ in range(4):
                work.let(60, until=60)
                check(conn, work.safe())
        assert one.returncode == other.returncode == 0

        assert len(check(conn, work.safe())) == 240


@pytest.mark.parametrize("victim", ["postmaster", "backend", "sequencer's backend"])
def test_a_server_killed_under_load_keeps_what_it_acknowledged(
    mortal: EmbeddedPostgres, ledger_dsn: str, victim: str
) -> None:
    random = Random(2)
    with load(ledger_dsn, 4) as work:
        for _ in range(3):
            with sequencer(ledger_dsn, batch_max=9) as process:
                ready(process)
                work.let(80, until=random.randrange(10, 80))
                crash(
                    mortal,
                    postmaster(mortal) if victim == "postmaster" else backend(ledger_dsn, victim),
                )
                mortal.start()
                work.let(20, until=20)
            with psycopg.connect(ledger_dsn) as conn:
                check(conn, work.safe())
        with psycopg.connect(ledger_dsn) as conn:
            sequence_all(conn)
            check(conn, work.safe())
    assert any(writer.refusals for writer in work.writers)


def backend(dsn: str, victim: str) -> int:
    """Return the process that serves the sequencer, or one that serves a writer."""
    with psycopg.connect(dsn) as conn:
        row = conn.execute(
            """
            SELECT pid FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            ORDER BY backend_start DESC LIMIT 1 OFFSET %s
            """,
            (0 if victim == "sequencer's backend" else 1,),
        ).fetchone()
    assert row is not None
    return row[0]
