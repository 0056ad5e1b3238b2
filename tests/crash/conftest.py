import shutil
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import psycopg
import pytest

from rightsd.adapters.embedded_postgres import EmbeddedPostgres

MEMORY, MEMORY_BYTES_MIN = Path("/dev/shm"), 1 << 30


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder with a short path, as sockets need it, that a server's account may walk through."""
    folder = Path(tempfile.mkdtemp(prefix="rf-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def mortal() -> Iterator[EmbeddedPostgres]:
    """A server that tests may kill, and start again."""
    # After each crash it forces every file of its folder to the disk; in memory that takes no time.
    # What a killed process has written is there all the same.
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_BYTES_MIN
    folder = Path(tempfile.mkdtemp(prefix="rf-", dir=MEMORY if roomy else "/tmp"))
    folder.chmod(0o755)
    with EmbeddedPostgres(folder / "pg") as server:
        yield server
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def ledger_dsn(mortal: EmbeddedPostgres) -> Iterator[str]:
    """A new, empty log on the mortal server."""
    create_log(mortal.dsn)
    yield mortal.dsn
    mortal.start()
    with psycopg.connect(mortal.dsn, autocommit=True) as admin:
        admin.execute(
            """
            SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """
        )
        admin.execute("DROP SCHEMA ledger CASCADE")


def create_log(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as admin, admin.transaction():
        for file in sorted((files("ledger") / "sql").iterdir(), key=lambda file: file.name):
            admin.execute(file.read_bytes())
