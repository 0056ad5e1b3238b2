"""One daemon with two published clips, made once: one with a cameo, one without anybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient

from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.web.app import create_app
from rightsd.workflows import accounts
from tests.conftest import UNPACED, create_database, runtime
from tests.daemon import settle
from tests.people import ADMIN, ENROLMENT, GRANT

CAMEO = {
    "prompt": "Shot 1: @ada waves beside a bouncing red ball in a park. Shot 2: @ada up close.",
    "seed": 5,
    "seconds": 3,
    "width": 320,
    "height": 180,
}
PLAIN = CAMEO | {"prompt": "Shot 1: a blue ball bounces in a studio. Shot 2: the ball up close."}


@dataclass(frozen=True)
class World:
    """A daemon, and everyone who uses it."""

    rt: Runtime
    clients: dict[str, TestClient]
    ids: dict[str, str]
    folder: Path

    def generate(self, body: dict, *, work: bool = True) -> dict:
        asked = self.clients["creator"].post("/v1/generations", json=body)
        assert asked.status_code == 201, asked.text
        if work:
            settle(self.rt)
        return self.show(asked.json()["id"])

    def show(self, generation_id: str) -> dict:
        return self.clients["creator"].get(f"/v1/generations/{generation_id}").json()

    def download(self, generation_id: str) -> Path:
        answer = self.clients["creator"].get(f"/v1/generations/{generation_id}/file")
        assert answer.status_code == 200, answer.text
        path = self.folder / f"{generation_id}.mp4"
        path.write_bytes(answer.content)
        return path

    def verify(self, path: Path, *, layers: str = "all", who: str = "public") -> dict:
        url = f"/v1/verifications?layers={layers}"
        with path.open("rb") as file:
            answer = self.clients[who].post(url, files={"file": file})
        assert answer.status_code == 200, answer.text
        return answer.json()


def build(server: str, template: str, home: Path, folder: Path) -> Iterator[World]:
    with create_database(server, template) as dsn:
        settings = Settings(home=home, database_url=dsn, blobs_url=(folder / "blobs").as_uri())
        with runtime(settings) as rt:
            app = create_app(rt, looked_at_per_minute=UNPACED)
            clients, ids = {"public": TestClient(app)}, {}
            for role in Role:
                with rt.transaction() as tx:
                    opened = accounts.open_account(tx, ADMIN, role=role, name=role.value)
                headers = {"Authorization": f"Bearer {opened.api_key}"}
                clients[role.value] = TestClient(app, headers=headers)
                ids[role.value] = opened.account.id
            world = World(rt, clients, ids, folder)
            subject = (
                clients["person"].post("/v1/subjects", json=ENROLMENT | {"handle": "ada"}).json()
            )
            consent = GRANT | {"subject_id": subject["id"], "grantee_id": ids["creator"]}
            answer = clients["person"].post("/v1/consents", json=consent)
            ids["consent"] = answer.json()["id"]
            yield world


@pytest.fixture(scope="session")
def world(
    server: str, template: str, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """For tests that take nothing away."""
    yield from build(server, template, home, tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="session")
def clip(world: World) -> dict:
    made = world.generate(CAMEO)
    assert made["state"] == "published", made
    return made


@pytest.fixture(scope="session")
def file(world: World, clip: dict) -> Path:
    return world.download(clip["id"])


@pytest.fixture
def fresh(server: str, template: str, home: Path, tmp_path: Path) -> Iterator[World]:
    """For tests that revoke and take down."""
    yield from build(server, template, home, tmp_path)


def query(rt: Runtime, statement: str) -> list[tuple]:
    with rt.transaction() as tx:
        return tx.conn.execute(psycopg.sql.SQL(statement)).fetchall()
