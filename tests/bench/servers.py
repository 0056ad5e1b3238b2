"""The daemon, or a log alone, over a server that writes all to the disk, and what that costs."""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import psycopg
from psycopg import Connection

from ledger import entry
from rightsd import bootstrap
from rightsd.adapters.embedded_postgres import EmbeddedPostgres
from rightsd.runtime import Runtime
from rightsd.settings import Settings

PAGE_BYTES = 8192
FSYNC_SECONDS = 1.0
TICKS = os.sysconf("SC_CLK_TCK")
# What an event of the daemon looks like: 300 bytes.
BODY = entry.encode(
    {
        "id": f"evt_{0:032x}",
        "kind": "generation.published",
        "subject": f"gen_{0:032x}",
        "at": "2030-01-02T03:04:05.000000Z",
        "data": {"output_sha256": "0" * 64, "licence_id": f"lic_{0:032x}"},
    }
)


@contextmanager
def running(
    folder: Path, name: str = "pg", *, webhook_private: bool = False
) -> Iterator[tuple[Settings, Runtime]]:
    """Run a database of its own, by this name under a folder, and what the daemon is over it."""
    folder.chmod(0o755)
    with EmbeddedPostgres(folder / name) as server:
        settings = Settings(
            home=folder / "home",
            database_url=server.dsn,
            blobs_url=(folder / "blobs").as_uri(),
            webhook_private=webhook_private,
        )
        with bootstrap.running(settings) as rt:
            yield settings, rt


@contextmanager
def log_server(folder: Path) -> Iterator[EmbeddedPostgres]:
    """Run a server with an empty log, and a bare table for the same payload."""
    folder.chmod(0o755)
    with EmbeddedPostgres(folder / "pg") as server:
        with psycopg.connect(server.dsn, autocommit=True) as conn:
            for file in sorted((files("ledger") / "sql").iterdir(), key=lambda file: file.name):
                conn.execute(file.read_bytes())
            conn.execute(
                """
                CREATE TABLE bare (
                    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    event_id text NOT NULL,
                    kind text NOT NULL,
                    subject text NOT NULL,
                    body bytea NOT NULL
                )
                """
            )
            assert conn.execute("SHOW fsync").fetchone() == ("on",)
            assert conn.execute("SHOW synchronous_commit").fetchone() == ("on",)
        yield server


def fill(conn: Connection, first: int, count: int) -> None:
    """Record so many events at once, numbered from `first`, and commit."""
    conn.execute(
        """
        INSERT INTO ledger.intake (event_id, kind, subject, body)
        SELECT
            'evt_' || md5(number::text), 'generation.published', 'gen_' || md5((number / 8)::text),
            convert_to(number::text, 'UTF8') || %s
        FROM generate_series(%s::bigint, %s::bigint) AS number
        """,
        (BODY, first, first + count - 1),
    )
    conn.commit()


def id_of(number: int) -> str:
    """Return the id of an event that `fill` recorded; they come in no order, as real ones do."""
    return f"evt_{hashlib.md5(str(number).encode()).hexdigest()}"


def cpu_seconds(server: EmbeddedPostgres) -> float:
    """Return the processor time of a server: its processes that live and those that have ended."""
    postmaster = (server._data / "postmaster.pid").read_text().split()[0]
    while True:
        ended = _ticks_of_ended(postmaster)
        ticks = ended + _ticks_of_living(postmaster)
        # One that ended while the living were read was counted twice or not at all.
        if _ticks_of_ended(postmaster) == ended:
            return ticks / TICKS


def _ticks_of_ended(postmaster: str) -> int:
    return sum(int(field) for field in _stat(postmaster)[13:15])


def _ticks_of_living(postmaster: str) -> int:
    ticks = sum(int(field) for field in _stat(postmaster)[11:13])
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = _stat(folder.name)
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[1] == postmaster:
            ticks += int(fields[11]) + int(fields[12])
    return ticks


def fsyncs_a_second(folder: Path) -> float:
    """Return how often a page can be written and forced to the disk, one after another."""
    page, count = os.urandom(PAGE_BYTES), 0
    descriptor = os.open(folder / "fsync", os.O_RDWR | os.O_CREAT)
    try:
        start = time.perf_counter()
        while (passed := time.perf_counter() - start) < FSYNC_SECONDS:
            os.pwrite(descriptor, page, 0)
            os.fdatasync(descriptor)
            count += 1
    finally:
        os.close(descriptor)
    return count / passed


def _stat(pid: str) -> list[str]:
    """Return the fields of /proc/PID/stat after the program's name; the first is the state."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
