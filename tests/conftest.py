"""`tx` is for code that takes tx: rolled back. `rt` is for code that takes rt: a database each."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import psycopg
import pytest
from psycopg import sql

from tests import cores  # noqa: F401 -- It comes before what it speaks to.

# isort: split
from rightsd import bootstrap
from rightsd.adapters.embedded_postgres import EmbeddedPostgres
from rightsd.adapters.likenesses.gallery import Gallery
from rightsd.db.migrate import migrate
from rightsd.db.tx import Tx
from rightsd.runtime import Runtime
from rightsd.settings import Settings

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
KEK = bytes(range(32))
MEMORY, MEMORY_BYTES_MIN = Path("/dev/shm"), 4 << 30
UNPACED = 1_000_000  # All tests come from one network address.
serial = itertools.count()

# A case that takes long on a busy machine is no failure; pytest bounds the whole test.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

# Which requests are drawn for review is chance, and would be in every test, in other processes too.
os.environ |= {"RIGHTSD_SAMPLE_ALLOWED": "0", "RIGHTSD_SAMPLE_REFUSED": "0"}


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """A home with keys, made once."""
    with short_folder() as folder:
        yield folder


@contextmanager
def short_folder() -> Iterator[Path]:
    """Make a folder that a server's account may walk through, in memory where there is enough.

    Paths to sockets must be short, so it is not pytest's own; and a database for each test is much
    to write to a disk that others use.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_BYTES_MIN
    folder = Path(tempfile.mkdtemp(prefix="rd-", dir=MEMORY if roomy else "/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def place() -> Iterator[Path]:
    with short_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def server(home: Path) -> Iterator[str]:
    """A Postgres server's DSN, without its database.

    It does not wait for the disk: nothing here outlives the machine, and a database a test costs.
    """
    with EmbeddedPostgres(home / "postgres") as postgres:
        with psycopg.connect(database(postgres.dsn, "postgres"), autocommit=True) as conn:
            conn.execute("ALTER SYSTEM SET fsync = off")
            conn.execute("ALTER SYSTEM SET full_page_writes = off")
            conn.execute("SELECT pg_reload_conf()")
        yield postgres.dsn


def database(server: str, name: str) -> str:
    return psycopg.conninfo.make_conninfo(server, dbname=name)


def _run(server: str, statement: str, name: str, **names: str) -> None:
    with psycopg.connect(database(server, "postgres"), autocommit=True) as conn:
        parts = {key: sql.Identifier(value) for key, value in names.items()}
        conn.execute(sql.SQL(statement).format(sql.Identifier(name), **parts))


@pytest.fixture(scope="session")
def template(server: str) -> str:
    _run(server, "CREATE DATABASE {}", "template_rights")
    with psycopg.connect(database(server, "template_rights")) as conn:
        migrate(conn)
    return "template_rights"


@pytest.fixture(scope="session")
def shared_database(server: str, template: str) -> str:
    _run(server, "CREATE DATABASE {} TEMPLATE {template}", "shared", template=template)
    return database(server, "shared")


@pytest.fixture(scope="session")
def shared_connections() -> Iterator[list[psycopg.Connection]]:
    kept: list[psycopg.Connection] = []
    yield kept
    for conn in kept:
        conn.close()


@pytest.fixture
def shared_connection(
    shared_database: str, shared_connections: list[psycopg.Connection]
) -> psycopg.Connection:
    """Keep one connection, and another once it is closed: one test must not fail all later ones."""
    if not shared_connections or shared_connections[-1].closed:
        shared_connections.append(psycopg.connect(shared_database))
    return shared_connections[-1]


@pytest.fixture
def tx(shared_connection: psycopg.Connection) -> Iterator[Tx]:
    gallery = Gallery()  # Nobody is ever in it: what depends on that takes `rt`.
    yield Tx(shared_connection, NOW, KEK, recognise=lambda _, seen: gallery.recognise((), seen))
    shared_connection.rollback()


@contextmanager
def create_database(server: str, template: str) -> Iterator[str]:
    name = f"test_{next(serial)}"
    # Copying files costs two thirds of what copying pages through the log does.
    statement = "CREATE DATABASE {} TEMPLATE {template} STRATEGY FILE_COPY"
    _run(server, statement, name, template=template)
    yield database(server, name)
    _run(server, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def dsn(server: str, template: str) -> Iterator[str]:
    with create_database(server, template) as dsn:
        yield dsn


@pytest.fixture
def settings(home: Path, dsn: str, tmp_path: Path) -> Settings:
    return Settings(home=home, database_url=dsn, blobs_url=(tmp_path / "blobs").as_uri())


@contextmanager
def runtime(settings: Settings) -> Iterator[Runtime]:
    """Build the daemon over a database that is there already."""
    assert settings.database_url is not None
    with (
        bootstrap.connect(settings.database_url, 8) as pool,
        tempfile.TemporaryDirectory(prefix="rd-work-") as work,
    ):
        built = bootstrap.build(settings, settings.home, settings.database_url, pool)
        bootstrap.require_kek(built)
        # The home is that of every test, and some end in mid-work: their files are not this one's.
        yield replace(built, work_folder=Path(work))
        built.credentials.close()


@pytest.fixture
def rt(settings: Settings) -> Iterator[Runtime]:
    with runtime(settings) as built:
        yield built
