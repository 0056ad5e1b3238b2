"""A real browser over a real daemon: Debian's Chromium, driven by Playwright.

Whatever a page is refused by its Content-Security-Policy, and whatever a script throws, fails the
test that looks at it. Screenshots lie in tests/output/portal, which git does not keep.
"""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from rightsd.domain.member import Duty, Member
from rightsd.domain.principal import Role
from rightsd.domain.proof import Issuer
from rightsd.domain.session import Way
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.workflows import accounts, members, sessions
from tests.conftest import UNPACED

CHROMIUM = shutil.which("chromium") or ""
OUTPUT = Path(__file__).parents[1] / "output" / "portal"
START_SECONDS_MAX = 20.0
SLOW_MS = 20_000  # On a busy machine.
NARROW, WIDE = {"width": 320, "height": 720}, {"width": 1280, "height": 800}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Site:
    """A daemon that serves, and the browser that looks at it."""

    rt: Runtime
    url: str
    browser: Browser
    troubles: list[str] = field(default_factory=list[str])

    def context(
        self, *, language: str = "en", scripts: bool = True, **options: object
    ) -> BrowserContext:
        made = self.browser.new_context(
            base_url=self.url,
            locale=language,
            java_script_enabled=scripts,
            **({"viewport": WIDE} | options),
        )
        made.set_default_timeout(SLOW_MS)
        made.on("page", self._watch)
        return made

    def member(
        self, address: str = "ada@example.org", role: Role = Role.PERSON, name: str = "Ada"
    ) -> Member:
        with self.rt.transaction() as tx:
            account = accounts.open_for(tx, role, name)
            return members.join(tx, account.id, address=address, duty=Duty.OWNER)

    def sign_in(self, context: BrowserContext, member: Member) -> None:
        with self.rt.transaction() as tx:
            token = sessions.begin(tx, member, way=Way.LINK, agent="Chrome/140 (Linux)")
        context.add_cookies([{"name": "rights_session", "value": token, "url": self.url}])

    def _watch(self, page: Page) -> None:
        def said(message: object) -> None:
            text = getattr(message, "text", "")
            # A page that says that something is not there is one with that status.
            if getattr(message, "type", "") == "error" and "status of" not in text:
                self.troubles.append(f"{page.url}: {text}")

        page.on("console", said)
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Have a browser for the tests of a file, and no loop of its events in later tests."""
    if not CHROMIUM:
        pytest.skip("chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        sandbox = [] if os.getuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture
def site(rt: Runtime, chromium: Browser) -> Iterator[Site]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    here = replace(rt, issuer=Issuer(url, "The operator"))
    config = uvicorn.Config(
        create_app(here, looked_at_per_minute=UNPACED),
        host="127.0.0.1",
        port=port,
        log_level="warning",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + START_SECONDS_MAX
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    made = Site(here, url, chromium)
    try:
        yield made
        for context in chromium.contexts:
            context.close()
        assert made.troubles == []
    finally:
        server.should_exit = True
        thread.join()


def shoot(page: Page, name: str) -> None:
    """Keep a picture of a page, for people to look at."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=OUTPUT / f"{name}.png", full_page=True)


def require_accessible(page: Page) -> None:
    """Fail for whatever axe-core finds, and for what has to be scrolled sideways."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    said = [
        f"{each['id']}: {each['help']}: {[node['html'][:200] for node in each['nodes'][:3]]}"
        for each in found.response["violations"]
    ]
    assert said == [], page.url
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"
