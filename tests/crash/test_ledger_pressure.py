"""The log when what it leans on gives way: the disk, the signer, the clock."""

import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import Connection

from ledger import log, sequencing
from ledger.errors import NoteError
from rightsd.adapters.embedded_postgres import EmbeddedPostgres
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from tests import people
from tests.conftest import NOW
from tests.crash.conftest import create_log
from tests.crash.writers import check, record, sequence_all
from tests.ledger.oracle import SIGNER, check_log

pytestmark = pytest.mark.slow

DISK_MIB, BALLAST_MIB = 112, 24
BODY_BYTES = 60_000
EVENTS_MAX = 2_000


@pytest.fixture
def small_disk(place: Path) -> Iterator[Path]:
    folder = place / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=755", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip(f"a small disk cannot be made here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(conn: Connection) -> list[str]:
    """Record until it is refused; return what was acknowledged."""
    acknowledged: list[str] = []
    for number in range(EVENTS_MAX):
        event_id = f"evt_{number}"
        try:
            log.record(
                conn,
                event_id=event_id,
                kind="thing.done",
                subject="thing",
                body=os.urandom(BODY_BYTES),
            )
            conn.commit()
        except psycopg.OperationalError:
            return acknowledged
        acknowledged.append(event_id)
    pytest.fail("the disk is larger than it should be")


def test_a_full_disk_refuses_and_loses_nothing(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    with EmbeddedPostgres(small_disk / "pg") as server:
        ballast.write_bytes(bytes(BALLAST_MIB << 20))
        create_log(server.dsn)
        with psycopg.connect(server.dsn) as conn:
            acknowledged = fill(conn)
        assert acknowledged

        with pytest.raises(psycopg.OperationalError), psycopg.connect(server.dsn) as conn:
            sequencing.sequence(conn, signers=[SIGNER])

        ballast.unlink()
        server.start()
        with psycopg.connect(server.dsn) as conn:
            found = check(conn, [acknowledged])
            assert found[: len(acknowledged)] == acknowledged
            assert len(found) <= len(acknowledged) + 1, "the one in doubt, at most"
            sequencing.sequence(conn, signers=[SIGNER], batch_max=10)
            conn.commit()
            assert check(conn, [acknowledged]) == found


@dataclass(slots=True)
class Unwell:
    """A key service that is down, lies, or lets one wait, until it is well again."""

    ailment: str
    well: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)
    name: str = SIGNER.name
    vkey: str = SIGNER.vkey

    def sign(self, text: bytes, /) -> bytes:
        self.asked.set()
        if self.ailment == "slow":
            assert self.well.wait(60)
        if self.well.is_set():
            return SIGNER.sign(text)
        if self.ailment == "down":
            raise ConnectionError("the key service does not answer")
        return bytes(64)


@pytest.mark.parametrize("ailment", ["down", "lying"])
def test_a_signer_that_fails_keeps_no_one_from_recording(ledger_dsn: str, ailment: str) -> None:
    signer = Unwell(ailment)
    with psycopg.connect(ledger_dsn) as conn, psycopg.connect(ledger_dsn) as writer:
        acknowledged = ["evt_0"]
        record(writer, "evt_0")
        for number in range(1, 4):
            with pytest.raises((ConnectionError, NoteError)):
                sequencing.sequence(conn, signers=[signer])
            record(writer, f"evt_{number}")
            acknowledged.append(f"evt_{number}")
            assert check(conn, [acknowledged]) == acknowledged
            assert log.latest(conn) is None

        signer.well.set()
        assert entries(sequencing.sequence(conn, signers=[signer])) == acknowledged
        conn.commit()
        check(conn, [acknowledged])


def test_a_slow_signer_keeps_no_one_waiting(ledger_dsn: str) -> None:
    signer = Unwell("slow")
    with (
        psycopg.connect(ledger_dsn) as conn,
        psycopg.connect(ledger_dsn, options="-c lock_timeout=1ms") as writer,
        ThreadPoolExecutor(1) as pool,
    ):
        record(writer, "evt_0")
        running = pool.submit(sequencing.sequence, conn, signers=[signer])
        assert signer.asked.wait(60)

        record(writer, "evt_1")
        assert sequencing.sequence(writer, signers=[SIGNER]) is None
        assert check(writer, [["evt_0", "evt_1"]]) == ["evt_0", "evt_1"]

        signer.well.set()
        assert entries(running.result()) == ["evt_0"]
        conn.commit()
        sequence_all(conn)
        assert check(conn, [["evt_0", "evt_1"]]) == ["evt_0", "evt_1"]


def entries(batch: sequencing.Batch | None) -> Sequence[str]:
    assert batch is not None
    return [entry.event_id for entry in batch.entries]


def test_a_clock_that_goes_backwards_moves_nothing(rt: Runtime) -> None:
    times = iter([NOW, NOW + timedelta(hours=1), NOW - timedelta(days=1), NOW])
    turned = replace(rt, clock=lambda: next(times))
    recorded: list[str] = []
    for _ in range(4):
        with turned.transaction() as tx:
            people.account(tx, Role.CREATOR)
            recorded += [event.id for event in tx.events]
        with psycopg.connect(rt.pool.conninfo) as conn:
            sequencing.sequence(conn, signers=[SIGNER])
            conn.commit()
            check_log(conn)

    with psycopg.connect(rt.pool.conninfo) as conn:
        assert [entry.event_id for entry in log.entries(conn, 0, 4)] == recorded
