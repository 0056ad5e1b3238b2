import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from rightsd.adapters import http
from rightsd.adapters.http import Guard, Response
from rightsd.errors import Code, RightsError
from tests.rightsd.adapters.loopback import (
    Behaviour,
    certify,
    dripping,
    endless,
    reply,
    replying,
    serving,
    silent,
)

OPEN = Guard(allow_private=True)
CLOSED = Guard()
# Long enough for a loaded machine to answer, and for tests that must fail in time: short enough.
SECONDS, SOON = 10.0, 0.4
OK = reply(200, b"hello", Content_Type="text/Plain; charset=utf-8")


def get(url: str, guard: Guard = OPEN, *, seconds: float = SECONDS, size: int = 1000) -> Response:
    return http.fetch("GET", url, guard=guard, seconds_max=seconds, bytes_max=size)


def refused(call: Callable[[], object]) -> RightsError:
    with pytest.raises(RightsError) as caught:
        call()
    return caught.value


def resolving(*addresses: str) -> http.Resolve:
    def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolve


def test_an_answer_is_returned_whole() -> None:
    with serving(replying(OK)) as host:
        response = get(f"{host.url}/a%20path?and=query")

    assert (response.status, response.body) == (200, b"hello")
    assert response.media_type == "text/plain"
    head = host.requests[0].decode().split("\r\n")
    assert head[0] == "GET /a%20path?and=query HTTP/1.1"
    assert f"Host: 127.0.0.1:{host.port}" in head


def test_a_body_and_headers_are_posted() -> None:
    with serving(replying(reply(204))) as host:
        response = http.fetch(
            "POST",
            host.url,
            guard=OPEN,
            seconds_max=SECONDS,
            bytes_max=0,
            body=b"x" * http.REQUEST_BYTES_MAX,
            headers={"Webhook-Id": "msg_1"},
        )

    assert response == Response(204, response.headers, b"")
    head, _, body = host.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST / HTTP/1.1\r\n")
    assert b"Webhook-Id: msg_1" in head
    assert len(body) == http.REQUEST_BYTES_MAX


def test_an_answer_in_chunks_is_joined() -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
    )
    with serving(replying(chunked)) as host:
        assert get(host.url).body == b"hello"


def test_a_provisional_answer_is_passed_over() -> None:
    with serving(replying(b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK)) as host:
        assert get(host.url).status == 200


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(status: int) -> None:
    with serving(replying(OK)) as inside:
        with serving(replying(reply(status, Location=inside.url))) as host:
            assert get(host.url).status == status
        assert inside.requests == []


def test_nothing_is_decompressed() -> None:
    with serving(replying(reply(200, b"\x1f\x8b", Content_Encoding="gzip"))) as host:
        assert get(host.url).body == b"\x1f\x8b"


def test_the_next_address_is_tried_when_one_is_dead() -> None:
    with serving(replying(OK)) as host:
        guard = Guard(allow_private=True, resolve=resolving("127.0.0.2", "127.0.0.1"))

        assert get(f"http://name.example:{host.port}/", guard).status == 200


def test_no_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(replying(OK)) as proxy, serving(replying(OK)) as host:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        get(host.url)

    assert (len(proxy.requests), len(host.requests)) == (0, 1)


def test_tls_is_checked_against_the_name_not_the_address(tmp_path: Path) -> None:
    trust = certify(tmp_path, ["name.example"])
    guard = Guard(allow_private=True, resolve=resolving("127.0.0.1"), tls=trust.client)
    with serving(replying(OK), tls=trust.server) as host:
        assert get(f"https://name.example:{host.port}/", guard).body == b"hello"
        error = refused(lambda: get(f"https://other.example:{host.port}/", guard))

    assert error.code is Code.UNAVAILABLE
    assert "other.example has no certificate that is good" in error.detail
    assert len(host.requests) == 1


def test_a_certificate_by_no_one_is_refused(tmp_path: Path) -> None:
    trust = certify(tmp_path, ["name.example"])
    guard = Guard(allow_private=True, resolve=resolving("127.0.0.1"))
    with serving(replying(OK), tls=trust.server) as host:
        error = refused(lambda: get(f"https://name.example:{host.port}/", guard))

    assert error.code is Code.UNAVAILABLE
    assert host.requests == []


def test_a_server_that_speaks_no_tls_is_refused() -> None:
    guard = Guard(allow_private=True, resolve=resolving("127.0.0.1"))
    with serving(silent) as host:
        error = refused(lambda: get(f"https://a.example:{host.port}/", guard, seconds=SOON))

    assert error.code is Code.UNAVAILABLE


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "behave",
    [
        endless(HEAD + b"\r\n", b"x" * 65_536),
        endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
        replying(reply(200, b"x" * 1001)),
        replying(HEAD + b"Content-Length: 1001\r\n\r\n" + b"x" * 1001),
    ],
    ids=["until it closes", "in chunks", "by one byte", "announced"],
)
def test_an_answer_that_is_too_large_is_cut_off(behave: Behaviour) -> None:
    with serving(behave) as host:
        error = refused(lambda: get(host.url))

    assert error.code is Code.UNAVAILABLE
    assert error.detail == "127.0.0.1 answered with more than 1000 bytes."


def test_an_answer_as_large_as_allowed_is_returned() -> None:
    with serving(replying(reply(200, b"x" * 1000))) as host:
        assert len(get(host.url).body) == 1000


@pytest.mark.parametrize(
    "behave",
    [
        endless(HEAD, b"X-More: " + b"x" * 1000 + b"\r\n"),
        endless(HEAD + b"X-Long: ", b"x" * 65_536),
        endless(b"", b"x" * 65_536),
        endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 65_536),
        replying(HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + b"x" * 10_000),
        replying(HEAD + b"Content-Length: -1\r\n\r\n" + b"x" * 10_000),
        replying(HEAD + b"Content-Length: 5\r\n\r\nhell"),
        replying(HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"),
        replying(b"HTTP/1.1 101 Switching\r\n\r\n"),
        replying(b"SSH-2.0-OpenSSH_9.9\r\n"),
        replying(b"\x16\x03\x01\x02\x00"),
        replying(b""),
    ],
    ids=[
        "headers without end",
        "one long header",
        "no line",
        "a chunk's size without end",
        "a negative chunk",
        "a negative length",
        "cut short",
        "two lengths",
        "another protocol",
        "ssh",
        "tls",
        "nothing",
    ],
)
def test_an_answer_that_is_not_http_is_refused(behave: Behaviour) -> None:
    with serving(behave) as host:
        error = refused(lambda: get(host.url, size=1_000_000))

    assert error.code is Code.UNAVAILABLE


@pytest.mark.parametrize(
    "behave",
    [
        silent,
        dripping(OK),
        dripping(HEAD + b"X-Slow: " + b"x" * 10_000),
        dripping(HEAD + b"\r\n" + b"x" * 10_000),
        endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    ],
    ids=["never", "drips", "drips a header", "drips a body", "announces for ever"],
)
def test_however_slowly_it_answers_the_time_is_bounded(behave: Behaviour) -> None:
    began = time.monotonic()
    with serving(behave) as host:
        error = refused(lambda: get(host.url, seconds=SOON, size=1_000_000))
        took = time.monotonic() - began

    assert error.code is Code.UNAVAILABLE
    assert error.detail == "127.0.0.1 did not answer in time."
    assert SOON <= took < SOON + 5


@pytest.mark.parametrize(
    "behave", [silent, dripping(b"\x16\x03\x03\x20\x00\x02\x00\x1f\xfc\x03\x03" + bytes(8000))]
)
def test_a_handshake_that_never_ends_is_bounded(behave: Behaviour) -> None:
    began = time.monotonic()
    guard = Guard(allow_private=True, resolve=resolving("127.0.0.1"))
    with serving(behave, polite=False) as host:
        refused(lambda: get(f"https://name.example:{host.port}/", guard, seconds=SOON))

        assert SOON <= time.monotonic() - began < SOON + 5


def test_a_server_that_does_not_read_is_bounded() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as listener:
        began = time.monotonic()
        error = refused(
            lambda: http.fetch(
                "POST",
                f"http://127.0.0.1:{listener.getsockname()[1]}/",
                guard=OPEN,
                seconds_max=SOON,
                bytes_max=0,
                body=bytes(http.REQUEST_BYTES_MAX),
            )
        )

    assert error.code is Code.UNAVAILABLE
    assert time.monotonic() - began < SOON + 5


def test_a_port_that_no_one_listens_on_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    error = refused(lambda: get(f"http://127.0.0.1:{port}/"))

    assert error.code is Code.UNAVAILABLE
    assert error.detail == "127.0.0.1 cannot be reached: Connection refused."
