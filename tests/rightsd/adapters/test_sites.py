"""Sites on loopback, however they answer."""

import gzip
import socket
from collections.abc import Mapping

import pytest

from rightsd.adapters import sites
from rightsd.adapters.http import Guard
from rightsd.domain.evidence import Kind
from rightsd.domain.signals import robots
from rightsd.errors import Code, RightsError
from tests.rightsd.adapters.loopback import Behaviour, Host, endless, reply, serving, silent

OPEN = Guard(allow_private=True)
RSL = b"""<rsl xmlns="https://rslstandard.org/rsl"><content url="/"><license>
<prohibits type="usage">ai-train</prohibits></license></content></rsl>"""


def site(answers: Mapping[str, bytes]) -> Behaviour:
    """Answer by path; what is not there is not found."""

    def behave(host: Host, connection: socket.socket) -> None:
        path = host.requests[-1].split(b" ", 2)[1].decode()
        connection.sendall(answers.get(path, reply(404)))

    return behave


def test_everything_that_a_site_says_is_found() -> None:
    answers = {
        "/robots.txt": reply(
            200,
            b"User-agent: GPTBot\nDisallow: /\nLicense: /rsl.xml\n",
            Content_Type="text/plain",
        ),
        "/.well-known/tdmrep.json": reply(200, b'[{"location": "/", "tdm-reservation": 1}]'),
        "/rsl.xml": reply(200, RSL),
        "/page": reply(
            200,
            b'<meta name="tdm-reservation" content="1">',
            Content_Type="text/html; charset=utf-8",
            Content_Usage="train-ai=n",
            tdm_reservation="0",
        ),
    }
    with serving(site(answers)) as host:
        found = sites.survey(f"{host.url}/page", OPEN)

    assert [each.kind for each in found] == [Kind.ROBOTS, Kind.TDMREP, Kind.PAGE, Kind.RSL]
    assert all(each.reservations and each.reservations[0].reserves for each in found)
    page = found[2]
    assert [each.source.value for each in page.reservations] == ["aipref", "tdmrep"]
    assert page.reservations[1].reserves
    assert b"content-usage: train-ai=n\r\n" in page.data


@pytest.mark.parametrize(
    ("html", "fields"),
    [
        ('<LINK rel="license" type="application/rsl+xml" href="/rsl.xml">', {}),
        (
            "",
            {"Link": '</a.css>; rel=preload, </rsl.xml>; type="application/rsl+xml"; rel=license'},
        ),
    ],
)
def test_a_licence_that_the_page_links_to_is_read(html: str, fields: dict[str, str]) -> None:
    page = reply(200, html.encode(), Content_Type="text/html", **fields)
    with serving(site({"/": page, "/rsl.xml": reply(200, RSL)})) as host:
        found = sites.survey(f"{host.url}/", OPEN)

    assert [each.kind for each in found if each.reservations] == [Kind.RSL]


def test_a_field_that_stands_twice_is_read_twice() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Usage: train-ai=n\r\n"
    page = head + b"Content-Usage: search=y\r\ntdm-reservation: 1\r\ntdm-reservation: 0\r\n\r\n"
    with serving(site({"/": page})) as host:
        (found,) = sites.survey(f"{host.url}/", OPEN)

    assert [each.reserves for each in found.reservations] == [True, True]


def test_what_is_sent_compressed_is_not_taken_for_silence() -> None:
    body = gzip.compress(b"User-agent: GPTBot\nDisallow: /")
    answers = {"/robots.txt": reply(200, body, Content_Encoding="gzip")}
    with serving(site(answers)) as host, pytest.raises(RightsError, match="compressed") as caught:
        sites.survey(f"{host.url}/", OPEN)

    assert caught.value.code is Code.UNAVAILABLE
    assert b"accept-encoding: identity" in host.requests[0].lower()


def test_a_site_that_says_nothing_has_a_page_and_no_statements() -> None:
    with serving(site({"/": reply(200, b"hello")})) as host:
        (found,) = sites.survey(f"{host.url}/", OPEN)

    assert found.kind is Kind.PAGE
    assert found.reservations == ()


def test_a_page_in_place_of_a_file_is_no_file() -> None:
    page = reply(200, b"User-agent: GPTBot\nDisallow: /", Content_Type="text/html")
    with serving(
        site(dict.fromkeys(("/robots.txt", "/.well-known/tdmrep.json", "/"), page))
    ) as host:
        found = sites.survey(f"{host.url}/", OPEN)

    assert [each.kind for each in found] == [Kind.PAGE]


def test_redirects_are_followed_and_the_document_is_where_they_end() -> None:
    answers = {
        "/robots.txt": reply(301, Location="/a#b"),
        "/a": reply(302, Location="b"),
        "/b": reply(200, b"User-agent: GPTBot\nDisallow: /"),
    }
    with serving(site(answers)) as host:
        found = sites.survey(f"{host.url}/", OPEN)

    assert found[0].url == f"{host.url}/b"
    assert found[0].reservations


def test_a_redirect_without_end_is_given_up() -> None:
    with serving(site({"/robots.txt": reply(302, Location="/robots.txt")})) as host:
        with pytest.raises(RightsError, match="redirects more") as caught:
            sites.survey(f"{host.url}/", OPEN)
        assert len(host.requests) == sites.REDIRECTS_MAX + 1
    assert caught.value.code is Code.UNAVAILABLE


@pytest.mark.parametrize("to", ["file:///etc/passwd", "//[::1", "http://a@b/", "gopher://a/"])
def test_a_redirect_to_what_is_no_address_is_refused(to: str) -> None:
    with serving(site({"/robots.txt": reply(302, Location=to)})) as host:
        with pytest.raises(RightsError) as caught:
            sites.survey(f"{host.url}/", OPEN)
        assert len(host.requests) == 1
    assert caught.value.code is Code.INVALID


def test_where_a_redirect_leads_is_asked_of_the_guard_again() -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        if host != "127.0.0.1":
            raise OSError
        return [host]

    guard = Guard(allow_private=True, resolve=resolve)
    answer = reply(302, Location="http://internal.example/secret")
    with (
        serving(site({"/robots.txt": answer})) as host,
        pytest.raises(RightsError, match=r"internal\.example"),
    ):
        sites.survey(f"{host.url}/", guard)

    assert asked == ["127.0.0.1", "internal.example"]


@pytest.mark.parametrize("url", ["http://a.example/", "https://127.0.0.1/", "https://", "ftp://a/"])
def test_what_is_not_public_is_not_asked(url: str) -> None:
    with pytest.raises(RightsError) as caught:
        sites.survey(url, Guard())

    assert caught.value.code is Code.INVALID


@pytest.mark.parametrize("status", [429, 500, 503, 304])
def test_a_site_that_fails_is_not_one_that_says_nothing(status: int) -> None:
    with (
        serving(site({"/robots.txt": reply(status)})) as host,
        pytest.raises(RightsError, match=str(status)) as caught,
    ):
        sites.survey(f"{host.url}/", OPEN)

    assert caught.value.code is Code.UNAVAILABLE


def test_a_file_that_is_too_large_is_given_up() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
    with (
        serving(endless(head, b"#" * 65_536)) as host,
        pytest.raises(RightsError, match=str(robots.BYTES_MAX)) as caught,
    ):
        sites.survey(f"{host.url}/", OPEN)

    assert caught.value.code is Code.UNAVAILABLE


def test_a_slow_site_is_given_up() -> None:
    with serving(silent) as host, pytest.raises(RightsError, match="in time") as caught:
        sites.survey(f"{host.url}/", OPEN, seconds_max=0.2)

    assert caught.value.code is Code.UNAVAILABLE


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/.well-known/tdmrep.json", b"[" * 100_000),
        ("/rsl.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    ],
)
def test_a_broken_document_is_said_to_be_broken(path: str, body: bytes) -> None:
    answers = {"/robots.txt": reply(200, b"License: /rsl.xml"), path: reply(200, body)}
    with serving(site(answers)) as host, pytest.raises(RightsError, match=path) as caught:
        sites.survey(f"{host.url}/", OPEN)

    assert caught.value.code is Code.INVALID
