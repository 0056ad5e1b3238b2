"""Batches over HTTP: what is sent, how it goes on, and lines of results."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from rightsd.adapters.http import Guard
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.web.api.batches import ResultOut
from rightsd.workflows.verifications import batches
from tests import pictures
from tests.rightsd.adapters.loopback import Host, reply, replying, serving
from tests.rightsd.web.conftest import Clients, clients_of
from tests.rightsd.web.test_bad_input import problem

PATH = "/v1/verifications/batches"
PICTURE = reply(200, pictures.file(pictures.clouds(1)))


@pytest.fixture
def open_rt(shared_rt: Runtime) -> Runtime:
    """May fetch from loopback, and has no batches of other tests."""
    with shared_rt.transaction() as tx:
        tx.conn.execute("DELETE FROM rights.batch")
    return replace(shared_rt, reference_guard=Guard(allow_private=True))


@pytest.fixture
def web(open_rt: Runtime) -> Iterator[Clients]:
    with clients_of(open_rt) as clients:
        yield clients


@pytest.fixture
def platform(web: Clients) -> TestClient:
    return web(Role.PLATFORM)


@pytest.fixture
def host() -> Iterator[Host]:
    with serving(replying(PICTURE, reply(404), PICTURE)) as host:
        yield host


def lines(platform: TestClient, batch_id: str, after: int = 0) -> list[dict]:
    answer = platform.get(f"{PATH}/{batch_id}/results", params={"after": after})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["cache-control"] == "no-store"
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_batch_from_its_start_to_its_end(
    platform: TestClient, open_rt: Runtime, host: Host
) -> None:
    urls = [f"{host.url}/{name}" for name in "abc"]
    started = platform.post(PATH, json={"urls": urls, "layers": "manifest"})
    batch_id = started.json()["id"]
    assert started.status_code == 201, started.text
    assert started.headers["location"] == f"{PATH}/{batch_id}"
    assert (started.json()["state"], lines(platform, batch_id)) == ("running", [])

    for _ in range(2):
        batches.verify_next(open_rt)
    halfway = platform.get(f"{PATH}/{batch_id}").json()
    first, second = lines(platform, batch_id)
    batches.verify_next(open_rt)
    end = platform.get(f"{PATH}/{batch_id}").json()

    assert (halfway["state"], halfway["done"], halfway["size"]) == ("running", 2, 3)
    assert (end["state"], end["done"], end["problems"]) == ("finished", 3, 1)
    assert end["verdicts"] == {"unknown": 2}
    assert platform.get(PATH).json() == [end]
    assert [(each["cursor"], each["number"], each["url"]) for each in (first, second)] == [
        (1, 0, urls[0]),
        (2, 1, urls[1]),
    ]
    assert second["problem"]["status"] == 422
    assert "404" in second["problem"]["detail"]
    (third,) = lines(platform, batch_id, after=2)
    assert third["cursor"] == 3
    for line in (first, second, third):
        ResultOut.model_validate(line)


def test_a_line_says_what_a_single_verification_says(
    platform: TestClient, open_rt: Runtime, host: Host
) -> None:
    single = platform.post("/v1/verifications", data={"url": host.url}).json()
    assert single.pop("receipt") is None  # There is none of what nobody waits for.
    batch_id = platform.post(PATH, json={"urls": [f"{host.url}/2", host.url]}).json()["id"]
    while batches.verify_next(open_rt):
        pass

    said = lines(platform, batch_id)[1]["verification"]

    assert said["layers"] == "all"
    assert single | said | {"as_of": ""} == single | {"as_of": ""}


def test_a_batch_is_cancelled_once(platform: TestClient) -> None:
    batch_id = platform.post(PATH, json={"urls": ["https://a.example/"]}).json()["id"]

    cancelled = platform.post(f"{PATH}/{batch_id}/cancel")

    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    problem(platform.post(f"{PATH}/{batch_id}/cancel"), 409, "conflict")
    assert lines(platform, batch_id) == []


def test_a_retry_starts_no_second_batch(platform: TestClient) -> None:
    sent = {"json": {"urls": ["https://a.example/"]}, "headers": {"Idempotency-Key": "k" * 20}}

    first, second = platform.post(PATH, **sent), platform.post(PATH, **sent)

    assert first.json() == second.json()
    assert len(platform.get(PATH).json()) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"urls": []},
        {"urls": "https://a.example/"},
        {"urls": ["https://a.example/"] * 1001},
        {"urls": ["https://a.example/", 5]},
        {"urls": ["ftp://a.example/"]},
        {"urls": ["https://a.example/"], "layers": "some"},
        {"urls": ["https://a.example/"], "files": []},
        {"urls": ["https://a.example/" + "x" * 2048]},
    ],
)
def test_what_is_no_batch_is_refused(platform: TestClient, body: dict) -> None:
    problem(platform.post(PATH, json=body), 422, "invalid")


def test_as_many_long_addresses_as_there_may_be_fit(platform: TestClient) -> None:
    url = "https://a.example/"
    longest = url + "x" * (2048 - len(url))

    assert platform.post(PATH, json={"urls": [longest] * 1000}).json()["size"] == 1000


def test_a_fault_names_the_file(platform: TestClient) -> None:
    urls = ["https://a.example/", "https://user@a.example/"]

    assert "file 1" in problem(platform.post(PATH, json={"urls": urls}), 422, "invalid")["detail"]


def test_nobody_else_sees_a_batch(web: Clients, platform: TestClient, open_rt: Runtime) -> None:
    batch_id = platform.post(PATH, json={"urls": ["https://a.example/"]}).json()["id"]
    with clients_of(open_rt) as others:
        stranger = others(Role.PLATFORM)
        for method, path in (("GET", ""), ("GET", "/results"), ("POST", "/cancel")):
            answer = stranger.request(method, f"{PATH}/{batch_id}{path}")
            problem(answer, 404, "not-found")
        assert stranger.get(PATH).json() == []
    problem(web(Role.ADMIN).get(f"{PATH}/{batch_id}"), 403, "forbidden")
