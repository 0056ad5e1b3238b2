from collections.abc import Callable, Iterator
from importlib.resources import files

import psycopg
import pytest
from psycopg import Connection

from tests.conftest import create_database

Connect = Callable[[], Connection]


@pytest.fixture(scope="session")
def empty_database(server: str) -> Iterator[str]:
    """A connection string of a database that is all ours."""
    with create_database(server, "template1") as dsn:
        yield dsn


@pytest.fixture
def connect(empty_database: str) -> Iterator[Connect]:
    """Connections to a new, empty log.

    The schema is dropped rather than the database: everything lives in it, and it takes a tenth of
    the time.
    """
    opened: list[Connection] = []

    def connect() -> Connection:
        opened.append(psycopg.connect(empty_database))
        return opened[-1]

    with psycopg.connect(empty_database, autocommit=True) as admin:
        with admin.transaction():
            folder = files("ledger") / "sql"
            for file in sorted(folder.iterdir(), key=lambda file: file.name):
                admin.execute(file.read_bytes())
        yield connect
        for conn in opened:
            conn.close()
        admin.execute("DROP SCHEMA ledger CASCADE")


@pytest.fixture
def conn(connect: Connect) -> Connection:
    return connect()
