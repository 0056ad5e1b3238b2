"""What one network address may ask for in a minute, and whom we believe about addresses."""

import asyncio
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi.testclient import TestClient

from rightsd.cli import operate
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.web.app import create_app
from rightsd.web.limits import Paced, PaceLimit
from tests.rightsd.web.test_bad_input import problem

MINUTE = datetime(2030, 1, 2, 3, 4, 20, tzinfo=UTC)
NOT_A_FILE = {"file": b"not a video"}


class Clock:
    """A clock that stands until it is turned."""

    now = MINUTE

    def __call__(self) -> datetime:
        return self.now


def client(rt: Runtime, per_minute: int, clock: Clock | None = None) -> TestClient:
    stopped = replace(rt, clock=clock or Clock())
    return TestClient(create_app(stopped, looked_at_per_minute=per_minute))


def from_address(web: TestClient, address: str) -> TestClient:
    return TestClient(web.app, client=(address, 50_000))


def test_an_address_has_so_many_files_looked_at_in_a_minute(shared_rt: Runtime) -> None:
    clock = Clock()
    web = client(shared_rt, 2, clock)
    for path in ("/v1/verifications", "/verify"):
        assert web.post(path, files=NOT_A_FILE).status_code == 422

    for path in ("/v1/verifications", "/verify", "/v1/notices/candidates", "/v1/notices/media"):
        refused = web.post(path, files=NOT_A_FILE)
        said = problem(refused, 429, "too-many")
        assert refused.headers["Retry-After"] == "40"
        assert said["retry_after_seconds"] == 40
    other = from_address(web, "198.51.100.7")
    assert other.post("/v1/verifications", files=NOT_A_FILE).status_code == 422
    clock.now += timedelta(seconds=40)

    assert web.post("/v1/verifications", files=NOT_A_FILE).status_code == 422


def test_no_way_to_write_a_path_is_counted_apart(shared_rt: Runtime) -> None:
    web = client(shared_rt, 1)
    web.post("/v1/verifications", files=NOT_A_FILE)

    for path in ("/v1/verifications%0A", "/v1/%76erifications", "/v1/verifications?layers=all"):
        problem(web.post(path, files=NOT_A_FILE), 429, "too-many")
    moved = web.post("/v1/verifications/", files=NOT_A_FILE, follow_redirects=False)
    assert moved.status_code == 307


def test_addresses_of_one_subscriber_count_as_one(shared_rt: Runtime) -> None:
    web = client(shared_rt, 1)
    statuses = [
        from_address(web, address).post("/v1/verifications", files=NOT_A_FILE).status_code
        for address in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "192.0.2.1")
    ]
    mapped = from_address(web, "::ffff:192.0.2.1").post("/v1/verifications", files=NOT_A_FILE)

    assert statuses == [422, 429, 422, 422]
    assert mapped.status_code == 429


def test_manifests_are_paced_apart(shared_rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rightsd.web.app.MANIFESTS_PER_MINUTE", 1)
    web = client(shared_rt, 1)
    web.post("/v1/verifications", files=NOT_A_FILE)

    assert web.get("/v1/manifests/urn:c2pa:a").status_code == 404
    problem(web.get("/v1/manifests/urn:c2pa:b"), 429, "too-many")
    assert web.get("/v1/transparency/counts").status_code == 200


def test_what_is_refused_is_not_read() -> None:
    sent: list[dict] = []

    async def never(*_: object) -> None:
        raise AssertionError

    async def send(message: dict) -> None:
        sent.append(message)

    def step(address: str) -> None:
        raise RightsError(Code.TOO_MANY, f"{address} asks too much")

    limit = PaceLimit(never, [Paced("POST", re.compile(".*"), step)])
    scope = {"type": "http", "method": "POST", "path": "/v1/verifications", "headers": []}
    asyncio.run(limit(scope, never, send))

    assert sent[0]["status"] == 429
    assert (b"connection", b"close") in sent[0]["headers"]


@contextmanager
def serving(rt: Runtime, settings: Settings) -> Iterator[str]:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = operate.server(rt, settings)
    server.config.lifespan = "off"
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.mark.parametrize(
    ("proxies", "statuses"), [(None, [422, 429]), ("10.0.0.0/8, 127.0.0.1", [422, 422])]
)
def test_only_named_proxies_say_where_requests_come_from(
    shared_rt: Runtime, proxies: str | None, statuses: list[int]
) -> None:
    settings = Settings(forwarded_by=proxies, looked_at_per_minute=1)
    with serving(replace(shared_rt, clock=Clock()), settings) as url:
        found = [
            httpx.post(
                f"{url}/v1/verifications",
                files=NOT_A_FILE,
                headers={"X-Forwarded-For": f"203.0.113.9, 192.0.2.{host}"},
            ).status_code
            for host in (1, 2)
        ]

    assert found == statuses


@pytest.mark.parametrize("proxies", ["*", "proxy.example", "127.0.0.1, 10.0.0.1/8"])
def test_proxies_are_named_by_their_addresses(shared_rt: Runtime, proxies: str) -> None:
    with pytest.raises(RightsError, match="is neither"):
        operate.server(shared_rt, Settings(forwarded_by=proxies))
