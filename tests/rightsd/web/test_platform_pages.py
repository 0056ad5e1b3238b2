"""Platforms: who sees them, what they were told and answered, and turning sending off and on."""

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI

from rightsd.domain import ids as domain_ids
from rightsd.domain.acknowledgement import Outcome
from rightsd.domain.member import Duty
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.web.portal import platforms as page
from rightsd.workflows import members, platforms
from tests import acknowledging, telling
from tests.acknowledging import Platform
from tests.conftest import UNPACED
from tests.rightsd.web.portal import Browser, browser_of, shows, signed_in

NASTY = "Clips <script>alert(1)</script> & Co"


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    return create_app(replace(rt, webhook_guard=telling.LOCAL), looked_at_per_minute=UNPACED)


@pytest.fixture
def platform(rt: Runtime) -> Platform:
    with rt.transaction() as tx:
        return acknowledging.register(tx, name=NASTY)


@pytest.fixture
def pia(app: FastAPI, rt: Runtime, platform: Platform) -> Browser:
    """A member of the platform's account."""
    with rt.transaction() as tx:
        member = members.join(
            tx, platform.actor.account_id, address="pia@example.org", duty=Duty.OWNER
        )
    return signed_in(app, rt, member)


def test_a_platform_sees_itself_and_what_it_answered(
    rt: Runtime, pia: Browser, platform: Platform
) -> None:
    with rt.transaction() as tx:
        acknowledged = acknowledging.tell(tx, platform)
        waiting = acknowledging.tell(tx, platform, state="due")
        acknowledging.answer(tx, platform, acknowledged, Outcome.REMOVED)

    listed, one = pia.get("/platforms"), pia.get(f"/platforms/{platform.id}")

    assert shows(listed, NASTY)
    assert f'href="/platforms/{platform.id}"' in listed.text
    assert shows(one, NASTY)
    assert acknowledged.generation_id in one.text
    assert "removed" in one.text
    assert waiting.generation_id in one.text
    assert "to be sent" in one.text
    assert "whsec_" not in one.text


def test_sending_is_turned_off_and_on(pia: Browser, platform: Platform) -> None:
    path = f"/platforms/{platform.id}"

    off = pia.follow(pia.send(path, f"{path}/disable"))
    again = pia.post(f"{path}/disable")
    replayed = pia.post(f"{path}/replay")
    on = pia.follow(pia.send(path, f"{path}/enable"))
    sent = pia.follow(pia.send(path, f"{path}/replay"))

    assert "Nothing more is sent." in off.text
    assert "Someone asked for that." in off.text
    assert again.status_code == replayed.status_code == 409
    assert "It is told again" in on.text
    assert "It is sent again." in sent.text


def test_an_endpoint_that_takes_nothing_is_shown_as_it_is(pia: Browser, platform: Platform) -> None:
    path = f"/platforms/{platform.id}"

    failed = pia.send(path, f"{path}/ping")
    soon = pia.send(path, f"{path}/ping")

    assert "did not take the test event" in failed.text
    assert soon.status_code == 429
    assert "wait a moment" in soon.text


def test_staff_see_who_never_answered(app: FastAPI, rt: Runtime, platform: Platform) -> None:
    admin = browser_of(app, rt, Role.ADMIN, address="admin@example.org")
    reviewer = browser_of(app, rt, Role.REVIEWER, address="rev@example.org")

    for browser in (admin, reviewer):
        assert shows(browser.get("/platforms"), NASTY)  # In the turnaround table, if not above it.
    assert admin.get(f"/platforms/{platform.id}").status_code == 200
    assert reviewer.get(f"/platforms/{platform.id}").status_code == 403


def test_others_platforms_are_not_found(app: FastAPI, rt: Runtime, platform: Platform) -> None:
    other = browser_of(app, rt, Role.PLATFORM, address="other@example.org")

    assert "has no platform yet" in other.get("/platforms").text
    assert other.get(f"/platforms/{platform.id}").status_code == 404
    assert other.post(f"/platforms/{platform.id}/disable").status_code == 404
    assert other.post(f"/platforms/{platform.id}/ping").status_code == 404


def test_a_long_history_has_pages(
    rt: Runtime, pia: Browser, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "PAGE_MAX", 2)
    with rt.transaction() as tx:
        ids = set[str]()
        for position in range(5):
            told = acknowledging.tell(tx, platform)
            told = replace(told, id=domain_ids.new("dlv"), event_id=domain_ids.new("evt"))
            acknowledging.deliver(tx, told, position=position + 1)
            ids.add(told.generation_id)
        tx.conn.execute("DELETE FROM rights.delivery WHERE position = 0")

    path, seen = f"/platforms/{platform.id}", list[str]()
    while path:
        shown = pia.get(path).text
        found = re.findall(r"<code>(gen_\w+)</code>", shown)
        assert len(found) <= 2
        seen += found
        further = re.search(r'rel="next" href="([^"]+)"', shown)
        path = further[1] if further else ""

    assert len(seen) == len(ids)
    assert set(seen) == ids
    assert pia.get(f"/platforms/{platform.id}?below=x").status_code == 404
    assert platforms.PAGE_MAX >= page.PAGE_MAX


@pytest.mark.parametrize("role", [Role.PERSON, Role.CREATOR, Role.RIGHTS_HOLDER, Role.AUDITOR])
def test_platforms_are_not_for_everyone(
    app: FastAPI, rt: Runtime, platform: Platform, role: Role
) -> None:
    browser = browser_of(app, rt, role)

    assert browser.get("/platforms").status_code == 403
    assert browser.get(f"/platforms/{platform.id}").status_code == 403
