"""Browsers without a window: clients that read pages, fill in their forms, and are signed in."""

import html
import re
from collections.abc import Mapping

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from rightsd.domain.member import Duty, Member
from rightsd.domain.principal import Role
from rightsd.domain.session import Way
from rightsd.runtime import Runtime
from rightsd.workflows import accounts, members, sessions

HEADERS = {"Accept": "text/html,*/*;q=0.8", "User-Agent": "Firefox/140.0 (X11; Linux)"}
_INPUT = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


class Browser:
    """One browser, signed in or not."""

    def __init__(self, app: FastAPI, language: str = "en") -> None:
        headers = HEADERS | {"Accept-Language": language}
        self.client = TestClient(
            app, headers=headers, raise_server_exceptions=False, follow_redirects=False
        )
        self.member: Member | None = None

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def follow(self, response: Response) -> Response:
        assert response.status_code == 303, response.text
        return self.client.get(response.headers["location"])

    def post(self, path: str, said: Mapping[str, object] = {}, *, seen: str = "") -> Response:
        """Send a form of a page, with what is hidden in the forms of one that was seen."""
        return self.client.post(path, data=dict(hidden(self, seen)) | dict(said))

    def send(self, page: str, path: str, said: Mapping[str, object] = {}) -> Response:
        """Look at a page, and send its form."""
        seen = self.get(page)
        assert seen.status_code == 200, (page, seen.status_code)
        assert f'action="{path}"' in seen.text, f"{page} has no form for {path}"
        return self.post(path, said, seen=seen.text)


def hidden(browser: Browser, seen: str) -> dict[str, str]:
    """Return what every form sends along, of a page that was seen or of the account's."""
    if not seen:
        seen = browser.get("/account" if browser.member else "/sign-in").text
    found: dict[str, str] = {}
    for each in _INPUT.findall(seen):
        attributes = dict(_ATTRIBUTE.findall(each))
        if attributes.get("name") in {"csrf", "token"}:
            found.setdefault(attributes["name"], html.unescape(attributes["value"]))
    return found


def browser_of(
    app: FastAPI,
    rt: Runtime,
    role: Role = Role.PERSON,
    *,
    address: str = "ada@example.org",
    name: str = "Ada",
    language: str = "en",
) -> Browser:
    """Return a browser in which the owner of a fresh account is signed in."""
    with rt.transaction() as tx:
        account = accounts.open_for(tx, role, name)
        member = members.join(tx, account.id, address=address, duty=Duty.OWNER)
    return signed_in(app, rt, member, language=language)


def signed_in(app: FastAPI, rt: Runtime, member: Member, *, language: str = "en") -> Browser:
    browser = Browser(app, language)
    browser.member = member
    with rt.transaction() as tx:
        token = sessions.begin(tx, member, way=Way.LINK, agent=HEADERS["User-Agent"])
    browser.client.cookies.set("rights_session", token)
    return browser


def shows(response: Response, text: str) -> bool:
    """Say whether a page shows a text, and nothing that the text could do."""
    assert "<script>alert" not in response.text
    return text in html.unescape(response.text)
