"""Where requests may go at all."""

import ipaddress
import socket
import ssl
import threading

import pytest

from rightsd.adapters import http
from rightsd.adapters.http import Guard
from rightsd.errors import Code
from tests.rightsd.adapters.loopback import replying, serving
from tests.rightsd.adapters.test_http import CLOSED, OK, SECONDS, SOON, get, refused, resolving


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
    assert refused(lambda: get(f"https://{host}/", CLOSED)).code is Code.INVALID


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
        guard = Guard(allow_private=True, resolve=lambda *_: answers.pop(0))
        response = get(f"http://rebinding.example:{host.port}/", guard)

    assert response.status == 200
    assert answers == [["192.0.2.1"]]
    assert f"Host: rebinding.example:{host.port}".encode() in host.requests[0]


def test_a_name_that_takes_too_long_to_resolve_is_given_up() -> None:
    given_up = threading.Event()

    def resolve(_host: str, _port: int) -> list[str]:
        given_up.wait(10)
        return ["1.1.1.1"]

    error = refused(lambda: get("https://a.example/", Guard(resolve=resolve), seconds=SOON))
    given_up.set()

    assert error.code is Code.UNAVAILABLE
    assert "did not resolve in time" in error.detail


@pytest.mark.parametrize("failure", [socket.gaierror(-2, "unknown"), UnicodeError("label")])
def test_a_name_that_does_not_resolve_is_told(failure: Exception) -> None:
    def resolve(_host: str, _port: int) -> list[str]:
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


def test_the_system_resolves_a_name() -> None:
    assert "127.0.0.1" in http.resolve_by_system("localhost", 80) or "::1" in (
        http.resolve_by_system("localhost", 80)
    )


def test_the_default_guard_checks_certificates_and_names() -> None:
    assert CLOSED.tls.verify_mode is ssl.CERT_REQUIRED
    assert CLOSED.tls.check_hostname
    assert not CLOSED.allow_private
