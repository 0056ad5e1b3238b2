"""Imports on their pages: shown first, then written, all or nothing."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from httpx2 import Response

from rightsd.adapters.http import Guard
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.workflows.imports import drafting
from tests.conftest import UNPACED
from tests.rightsd.adapters.loopback import reply, serving
from tests.rightsd.adapters.test_sites import site
from tests.rightsd.web.portal import Browser, browser_of, hidden, shows
from tests.rightsd.web.test_bad_input import entries

NASTY = "Orbit <script>alert(1)</script>"
TABLE = f"title,aliases,optout\nNebula Fox,Neffi,yes\n{NASTY},,no\n".encode()


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    open_rt = replace(rt, import_guard=Guard(allow_private=True))
    return create_app(open_rt, looked_at_per_minute=UNPACED)


@pytest.fixture
def brand(app: FastAPI, rt: Runtime) -> Browser:
    return browser_of(app, rt, Role.RIGHTS_HOLDER, name="Nebula")


@pytest.fixture
def reserving() -> Iterator[str]:
    robots = reply(200, b"User-agent: GPTBot\nDisallow: /\n", Content_Type="text/plain")
    with serving(site({"/robots.txt": robots})) as host:
        yield host.url


def send(browser: Browser, table: bytes = TABLE) -> Response:
    fields = hidden(browser, browser.get("/works/import").text)
    file = {"file": ("works <b>.csv", table)}
    return browser.client.post("/works/import/table", data=fields, files=file)


def seen(page: Response) -> dict[str, str]:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page.text)
    assert found is not None, html.unescape(page.text)
    return {"seen": found[1]}


def test_a_table_is_shown_and_then_imported(brand: Browser, rt: Runtime) -> None:
    before = entries(rt)
    path = send(brand).headers["location"]

    page = brand.get(path)

    assert "Nothing has changed yet." in page.text
    assert shows(page, "works <b>.csv")
    assert "opted out" in page.text
    assert entries(rt) == before
    done = brand.follow(brand.post(path, seen(page), seen=page.text))
    assert "The import is done." in done.text
    assert shows(done, "works <b>.csv")
    listed = brand.get("/works")
    assert shows(listed, NASTY)
    assert "Opted out" in listed.text
    assert brand.get(path).status_code == 404


def test_an_import_that_is_sent_twice_is_done_once(brand: Browser, rt: Runtime) -> None:
    path = send(brand).headers["location"]
    page = brand.get(path)

    first = brand.post(path, seen(page), seen=page.text)
    after = entries(rt)
    second = brand.post(path, seen(page), seen=page.text)

    assert first.headers["location"] == second.headers["location"] == "/works/import"
    assert entries(rt) == after
    other = brand.post(path, seen(page))
    assert other.status_code == 404


def test_lines_that_cannot_be_read_are_named_and_nothing_can_be_applied(brand: Browser) -> None:
    path = send(brand, b"title,optout\nNebula Fox,maybe\nx,yes\n").headers["location"]

    page = brand.get(path)

    assert page.status_code == 422
    assert "neither yes nor no" in page.text
    assert "too short" in page.text
    assert "Import it" not in page.text
    assert "Drop it" in page.text


def test_what_was_not_seen_is_not_applied(brand: Browser, rt: Runtime) -> None:
    path = send(brand).headers["location"]
    page = brand.get(path)
    before = entries(rt)

    answer = brand.post(path, {"seen": "0" * 64}, seen=page.text)

    assert answer.status_code == 409
    assert "look at it once more" in answer.text
    assert entries(rt) == before


def test_what_is_no_table_is_refused(brand: Browser) -> None:
    for table, said in ((b"", "empty"), (bytes(drafting.TABLE_BYTES_MAX + 1), "by the API")):
        answer = send(brand, table)
        assert answer.status_code in {413, 422}
        assert said in answer.text
    fields = hidden(brand, brand.get("/works/import").text)
    nothing = brand.client.post("/works/import/table", data=fields, files={"file": ("", b"")})
    assert nothing.status_code == 422


def test_a_draft_is_of_its_account_and_makes_way_for_the_next(
    app: FastAPI, rt: Runtime, brand: Browser
) -> None:
    first = send(brand).headers["location"]
    other = browser_of(app, rt, Role.RIGHTS_HOLDER, address="eve@example.org")

    assert other.get(first).status_code == 404
    assert other.post(f"{first}/drop").status_code == 404
    second = send(brand).headers["location"]

    assert brand.get(first).status_code == 404
    dropped = brand.follow(brand.send(second, f"{second}/drop"))
    assert "Nothing has changed." in dropped.text
    assert brand.get(second).status_code == 404


def test_a_site_is_asked_shown_and_imported(brand: Browser, reserving: str) -> None:
    said = {"url": reserving, "names": "Nebula\r\n"}

    path = brand.send("/works/import", "/works/import/site", said).headers["location"]
    page = brand.get(path)
    assert page.status_code == 200, html.unescape(page.text)
    done = brand.follow(brand.post(path, seen(page), seen=page.text))

    assert "The import is done." in done.text
    assert "Rules for crawlers" in done.text
    assert "127.0.0.1" in brand.get("/works").text


def test_a_site_that_does_not_answer_is_told(brand: Browser) -> None:
    wrong = brand.send("/works/import", "/works/import/site", {"url": "", "names": "Nebula"})
    assert wrong.status_code == 422
    assert ">Nebula</textarea>" in wrong.text

    said = {"url": "http://127.0.0.1:1/"}
    path = brand.send("/works/import", "/works/import/site", said).headers["location"]
    page = brand.get(path)

    assert page.status_code in {422, 503}
    assert "Import it" not in page.text
