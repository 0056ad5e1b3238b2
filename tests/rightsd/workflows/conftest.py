"""Who is there: people and creators in one transaction, a brand that imports, and a platform."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rightsd.adapters.http import Guard
from rightsd.db.tx import Tx
from rightsd.domain import radius
from rightsd.domain.principal import Principal, Role
from rightsd.domain.radius import Cap
from rightsd.domain.subject import Subject
from rightsd.runtime import Runtime
from rightsd.workflows.deliveries import Calls
from rightsd.workflows.imports import applying, preparing
from rightsd.workflows.imports.applying import Imported
from rightsd.workflows.imports.preparing import Progress
from tests import people, telling
from tests.fakes import platform as fake
from tests.fakes.platform import Receiver
from tests.rightsd.adapters.loopback import serving
from tests.rightsd.adapters.test_sites import site


@pytest.fixture
def person(tx: Tx) -> Principal:
    return people.account(tx, Role.PERSON)


@pytest.fixture
def creator(tx: Tx) -> Principal:
    return people.account(tx, Role.CREATOR)


@pytest.fixture
def ada(tx: Tx, person: Principal) -> Subject:
    return people.subject(tx, person)


@pytest.fixture
def brand(rt: Runtime) -> Principal:
    with rt.transaction() as tx:
        return people.account(tx, Role.RIGHTS_HOLDER)


@pytest.fixture
def table(rt: Runtime, brand: Principal, tmp_path: Path) -> Callable[..., Imported]:
    """Import a table of these lines."""

    def run(
        *lines: str,
        dry: bool = False,
        cap: Cap = radius.CAP,
        progress: Progress = preparing.silent,
    ) -> Imported:
        path = tmp_path / "table.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        with preparing.from_table(rt, brand, path, source="table.csv") as prepared:
            if dry:
                return applying.preview(rt, brand, prepared, lift=False, cap=cap, progress=progress)
            applying.keep(rt, prepared)
            with rt.transaction() as tx:
                return applying.apply(tx, brand, prepared, lift=False, cap=cap, progress=progress)

    return run


@pytest.fixture
def survey(rt: Runtime, brand: Principal) -> Callable[..., Imported]:
    """Import a site that gives these answers."""

    def run(answers: dict[str, bytes], *names: str, lift: bool = False) -> Imported:
        guarded = replace(rt, import_guard=Guard(allow_private=True))
        with (
            serving(site(answers)) as host,
            preparing.from_site(guarded, brand, f"{host.url}/", names=names) as prepared,
        ):
            applying.keep(rt, prepared)
            with rt.transaction() as tx:
                return applying.apply(tx, brand, prepared, lift=lift)

    return run


@pytest.fixture(scope="module")
def program() -> Iterator[Receiver]:
    with fake.running() as receiver:
        yield receiver


@pytest.fixture
def receiver(program: Receiver) -> Receiver:
    program.forget()
    program.behave("take")
    return program


@pytest.fixture
def calls() -> Iterator[Calls]:
    with telling.sending() as calls:
        yield calls
