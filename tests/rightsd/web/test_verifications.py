"""Verifying a file by its address."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from socket import socket

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from rightsd.adapters.http import Guard
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.web import uploads
from rightsd.web.app import create_app
from rightsd.workflows.verifications import fetching
from tests import pictures
from tests.rightsd.adapters.loopback import Behaviour, Host, endless, reply, replying, serving
from tests.rightsd.web.conftest import Clients
from tests.rightsd.web.test_bad_input import problem

PICTURE = pictures.file(pictures.clouds(1))
ENDLESS = endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"3\r\nabc\r\n")


@contextmanager
def reaching(rt: Runtime, behave: Behaviour) -> Iterator[tuple[TestClient, Host]]:
    """A daemon that may fetch from a server on loopback."""
    open_rt = replace(rt, reference_guard=Guard(allow_private=True))
    with serving(behave) as host, TestClient(create_app(open_rt)) as client:
        yield client, host


def test_a_file_at_an_address_gets_the_verdict_of_the_file(shared_rt: Runtime) -> None:
    with reaching(shared_rt, replying(reply(200, PICTURE, Content_Type="text/html"))) as (
        web,
        host,
    ):
        sent = web.post("/v1/verifications", files={"file": PICTURE}).json()
        named = web.post("/v1/verifications", data={"url": f"{host.url}/a.png"})
        alone = web.post("/v1/verifications?layers=manifest", data={"url": host.url})

    assert named.status_code == 200, named.text
    assert named.json() | {"as_of": ""} == sent | {"as_of": ""}
    assert (named.json()["verdict"], named.json()["still"]) == ("unknown", True)
    assert alone.json()["layers"] == "manifest"
    assert not list(shared_rt.work_folder.glob("fetched-*"))


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest",
        "https://user@a.example/",
        "https://a.example/#x",
        "file:///etc/passwd",
        "ftp://a.example/",
        "a.example/x.mp4",
        "https://",
        "",
        "https://a.example/" + "x" * 2048,
        "https://a.example/\r\nHost: b.example",
    ],
)
def test_addresses_that_may_not_be_fetched_are_not(everyone: Clients, url: str) -> None:
    problem(everyone(None).post("/v1/verifications", data={"url": url}), 422, "invalid")


@pytest.mark.parametrize(
    ("behave", "status", "code"),
    [
        (replying(reply(302, Location="https://198.51.100.7/")), 422, "invalid"),
        (replying(reply(404, b"no")), 422, "invalid"),
        (replying(reply(200, b"")), 422, "invalid"),
        (replying(reply(200, b"<html>no video</html>")), 422, "invalid"),
        (replying(reply(503)), 503, "unavailable"),
        (replying(b"SSH-2.0-OpenSSH_9.6\r\n"), 503, "unavailable"),
        (ENDLESS, 413, "too-large"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(
    shared_rt: Runtime,
    monkeypatch: pytest.MonkeyPatch,
    behave: Behaviour,
    status: int,
    code: str,
) -> None:
    monkeypatch.setattr(fetching, "BYTES_MAX", 100_000)
    with reaching(shared_rt, behave) as (web, host):
        problem(web.post("/v1/verifications", data={"url": host.url}), status, code)

    assert not list(shared_rt.work_folder.glob("fetched-*"))


@pytest.mark.parametrize("role", [None, *Role])
def test_strangers_are_not_told_how_clear_a_watermark_is(
    everyone: Clients, role: Role | None
) -> None:
    answer = everyone(role).post("/v1/verifications", files={"file": PICTURE})

    assert answer.status_code == 200, answer.text
    told = answer.json()["watermark"]
    assert (told["found"], told["present"]) == (False, False)
    trusted = role in {Role.PLATFORM, Role.REVIEWER, Role.AUDITOR, Role.ADMIN}
    assert (told["log10_p"] is not None) == trusted


def test_either_a_file_or_its_address_is_sent(everyone: Clients) -> None:
    files = {"file": PICTURE}
    both = everyone(None).post("/v1/verifications", files=files, data={"url": "https://a.example"})
    neither = everyone(None).post("/v1/verifications", data={"other": "x"})

    assert "either" in problem(both, 422, "invalid")["detail"]
    assert "either" in problem(neither, 422, "invalid")["detail"]


def test_who_names_slow_servers_keeps_nobody_else_waiting(shared_rt: Runtime) -> None:
    def post(web: TestClient, host: Host, address: str) -> Response:
        asking = TestClient(web.app, client=(address, 50_000))
        return asking.post("/v1/verifications", data={"url": f"{host.url}/{address}"})

    released = threading.Event()

    def behave(_: Host, connection: socket) -> None:
        released.wait(60)
        connection.sendall(reply(404))

    slow = [address for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3") for _ in range(2)]
    with reaching(shared_rt, behave) as (web, host), ThreadPoolExecutor(len(slow)) as pool:
        under_way: list[Future[Response]] = []
        try:
            for count, address in enumerate(slow, 1):
                under_way.append(pool.submit(post, web, host, address))
                while len(host.requests) < count:
                    assert not under_way[-1].done()
                if count == uploads.FETCHING_OF_ONE_MAX:
                    problem(post(web, host, address), 429, "too-many")
            problem(post(web, host, "192.0.2.4"), 503, "busy")
            with uploads.arriving():  # Files that are sent have places of their own.
                sent = web.post("/v1/verifications?layers=manifest", files={"file": PICTURE})
        finally:
            released.set()
        statuses = {each.result().status_code for each in under_way}
        after = post(web, host, "192.0.2.4").status_code

    assert (statuses, sent.status_code, after) == ({422}, 200, 422)
