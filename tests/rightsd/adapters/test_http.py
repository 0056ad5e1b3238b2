import ipaddress
import socket
import ssl
import threading
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
    def resolve(host: str, port: int) -> Sequence[str]:
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


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:a00:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_address_that_is_not_public(text: str) -> None:
    assert not http.is_public(ipaddress.ip_address(text))
    error = refused(lambda: get("https://name.example/", Guard(resolve=resolving(text))))
    assert error.code is Code.INVALID
    assert text not in error.detail


@pytest.mark.parametrize(
    "text",
    ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"],
)
def test_an_address_that_is_public(text: str) -> None:
    assert http.is_public(ipaddress.ip_address(text))
    http.require_allowed("https://a.example/", Guard(resolve=resolving(text)), seconds_max=SECONDS)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "[::ffff:7f00:1]"],
)
def test_no_spelling_of_loopback_is_reached(host: str) -> None:
    """The system's resolver reads them all; what it makes of them is what is checked."""
    with serving(replying(OK)) as server:
        error = refused(lambda: get(f"https://{host}:{server.port}/", CLOSED))

    assert error.code in {Code.INVALID, Code.UNAVAILABLE}
    assert server.requests == []


def test_localhost_is_not_public() -> None:
    assert refused(lambda: get("https://localhost/", CLOSED)).code is Code.INVALID


@pytest.mark.parametrize("addresses", [("1.1.1.1", "127.0.0.1"), ("127.0.0.1", "1.1.1.1")])
def test_one_private_address_among_public_ones_is_enough(addresses: tuple[str, ...]) -> None:
    guard = Guard(resolve=resolving(*addresses))

    assert refused(lambda: get("https://name.example/", guard)).code is Code.INVALID


@pytest.mark.parametrize(
    "url",
    [
        "",
        "name.example",
        "//name.example/",
        "https://",
        "https:///path",
        "https://:443/",
        "https://name.example:0/",
        "https://name.example:65536/",
        "https://name.example:port/",
        "https://user@name.example/",
        "https://user:password@name.example/",
        "https://@name.example/",
        "https://1.1.1.1\\@name.example/",
        "https://1.1.1.1#@name.example/",
        "https://name.example/#fragment",
        "https://name.example/ space",
        "https://name.example/\r\nHost: other",
        "https://name.example/\u00fc",
        "https://n\u00e4me.example/",
        "https://name%2eexample/",
        "https://[::1/",
        "https://[name.example]/",
        "http://name.example/",
        "ftp://name.example/",
        "file:///etc/passwd",
        "gopher://name.example/",
        "https://name.example/" + "x" * http.URL_CHARS_MAX,
    ],
)
def test_a_url_that_is_malformed_or_not_https_is_refused(url: str) -> None:
    guard = Guard(resolve=resolving("1.1.1.1"))

    assert refused(lambda: get(url, guard)).code is Code.INVALID
    assert (
        refused(lambda: http.require_allowed(url, guard, seconds_max=SECONDS)).code is Code.INVALID
    )


def test_a_name_is_resolved_once_and_the_connection_goes_to_that_address() -> None:
    """A name whose second answer differs (DNS rebinding) gains nothing by it."""
    answers = [["127.0.0.1"], ["192.0.2.1"]]
    with serving(replying(OK)) as host:
        guard = Guard(allow_private=True, resolve=lambda host, port: answers.pop(0))
        response = get(f"http://rebinding.example:{host.port}/", guard)

    assert response.status == 200
    assert answers == [["192.0.2.1"]]
    assert f"Host: rebinding.example:{host.port}".encode() in host.requests[0]


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


def test_a_handshake_that_never_ends_is_bounded() -> None:
    """Before TLS is set up no request is sent, so the server reads and reads."""
    began = time.monotonic()
    guard = Guard(allow_private=True, resolve=resolving("127.0.0.1"))
    with serving(silent) as host:
        refused(lambda: get(f"https://name.example:{host.port}/", guard, seconds=SOON))

        assert time.monotonic() - began < SOON + 5


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


def test_a_name_that_takes_too_long_to_resolve_is_given_up() -> None:
    given_up = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        given_up.wait(10)
        return ["1.1.1.1"]

    error = refused(lambda: get("https://a.example/", Guard(resolve=resolve), seconds=SOON))
    given_up.set()

    assert error.code is Code.UNAVAILABLE
    assert "did not resolve in time" in error.detail


@pytest.mark.parametrize("failure", [socket.gaierror(-2, "unknown"), UnicodeError("label")])
def test_a_name_that_does_not_resolve_is_told(failure: Exception) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise failure

    for guard in (
        Guard(resolve=resolve),
        Guard(resolve=resolving()),
        Guard(resolve=resolving("x")),
    ):
        error = refused(lambda guard=guard: get("https://a.example/", guard))
        assert (error.code, error.detail) == (
            Code.UNAVAILABLE,
            "The name a.example does not resolve.",
        )


def test_a_port_that_no_one_listens_on_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    error = refused(lambda: get(f"http://127.0.0.1:{port}/"))

    assert error.code is Code.UNAVAILABLE
    assert error.detail == "127.0.0.1 cannot be reached: Connection refused."


def test_the_system_resolves_a_name() -> None:
    assert "127.0.0.1" in http.resolve_by_system("localhost", 80) or "::1" in (
        http.resolve_by_system("localhost", 80)
    )


def test_the_default_guard_checks_certificates_and_names() -> None:
    assert CLOSED.tls.verify_mode is ssl.CERT_REQUIRED
    assert CLOSED.tls.check_hostname
    assert not CLOSED.allow_private
