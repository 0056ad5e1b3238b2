"""Clients of the application, one per role."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.web.app import create_app
from rightsd.workflows import accounts
from tests.conftest import UNPACED, create_database, runtime
from tests.people import ADMIN

Clients = Callable[[Role | None], TestClient]


@contextmanager
def clients_of(rt: Runtime) -> Iterator[Clients]:
    """Give a client for a role; the same account each time. None has no account."""
    app = create_app(rt, looked_at_per_minute=UNPACED)
    made: dict[Role | None, TestClient] = {}

    def client(role: Role | None) -> TestClient:
        if role not in made:
            headers = {}
            if role is not None:
                with rt.transaction() as tx:
                    opened = accounts.open_account(tx, ADMIN, role=role, name=role.value)
                headers = {"Authorization": f"Bearer {opened.api_key}"}
            made[role] = TestClient(app, headers=headers, raise_server_exceptions=False)
        return made[role]

    yield client
    for each in made.values():
        each.close()


@pytest.fixture
def clients(rt: Runtime) -> Iterator[Clients]:
    """Over a database of the test's own."""
    with clients_of(rt) as clients:
        yield clients


@contextmanager
def daemon_of(server: str, template: str, home: Path, folder: Path) -> Iterator[Runtime]:
    """A daemon with a database of its own."""
    with create_database(server, template) as dsn:
        blobs = (folder / "blobs").as_uri()
        with runtime(Settings(home=home, database_url=dsn, blobs_url=blobs)) as rt:
            yield rt


@pytest.fixture(scope="session")
def shared_rt(
    server: str, template: str, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Runtime]:
    with daemon_of(server, template, home, tmp_path_factory.mktemp("shared")) as rt:
        yield rt


@pytest.fixture(scope="session")
def everyone(shared_rt: Runtime) -> Iterator[Clients]:
    """Over one database for all tests that do not mind what others left in it."""
    with clients_of(shared_rt) as clients:
        yield clients
