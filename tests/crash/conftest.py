from collections.abc import Iterator
from importlib.resources import files

import psycopg
import pytest

from rightsd.adapters.embedded_postgres import EmbeddedPostgres
from tests.conftest import short_folder


@pytest.fixture(scope="session")
def mortal() -> Iterator[EmbeddedPostgres]:
    """A server that tests may kill, and start again."""
    # After each crash it forces every file of its folder to the disk; in memory that takes no time.
    # What a killed process has written is there all the same.
    with short_folder() as folder, EmbeddedPostgres(folder / "pg") as server:
        yield server


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
