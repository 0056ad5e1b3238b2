"""Incidents: opened, worked off by their clocks, written down and closed, on pages."""

import re

import pytest
from fastapi import FastAPI

from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.web.portal import incidents as page
from tests import people
from tests.conftest import UNPACED
from tests.rightsd.web.portal import Browser, browser_of, shows

NASTY = "A case <script>alert(1)</script> & more"
LESSONS = {
    "impact": "One <b>clip</b>.",
    "cause": "A rule.",
    "worked": "The stop.",
    "changes": "A test.",
}


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    return create_app(rt, looked_at_per_minute=UNPACED)


@pytest.fixture
def rev(app: FastAPI, rt: Runtime) -> Browser:
    return browser_of(app, rt, Role.REVIEWER, address="rev@example.org", name="Rev")


def opened(rev: Browser, title: str = NASTY) -> str:
    """Return the address of a case that was opened."""
    done = rev.send("/incidents", "/incidents", {"title": title, "severity": "high"})
    assert done.status_code == 303, done.text
    return done.headers["location"]


def test_a_case_is_worked_off_and_closed(app: FastAPI, rt: Runtime, rev: Browser) -> None:
    with rt.transaction() as tx:
        clip = people.published(tx, people.account(tx, Role.CREATOR)).id
    path = opened(rev)
    auditor = browser_of(app, rt, Role.AUDITOR, address="aud@example.org")

    def act(what: str, **said: str) -> str:
        return rev.follow(rev.send(path, f"{path}/{what}", said)).text

    first = rev.get(path)
    done = act("step", step_id="stop")
    linked = act("link", thing_id=f" {clip} ", strand="copyright")
    noted = act("note", text="Told <i>the family</i>.", strand="safety")
    assigned = act("assign", part="scribe", account_id="")
    contained = act("turn", state="contained")
    resolved = act("turn", state="resolved")
    closed = act("close", **LESSONS)
    seen = auditor.get(path)

    assert shows(first, NASTY)
    assert "The step is done." in done
    assert clip in linked
    assert "published" in linked
    assert "Told &lt;i&gt;the family&lt;/i&gt;." in noted
    assert "Scribe" in assigned
    assert "It is resolved" in contained
    assert f'action="{path}/close"' in resolved
    assert "One &lt;b&gt;clip&lt;/b&gt;." in closed
    assert f'action="{path}' not in closed
    assert "incident.closed" in seen.text
    assert "the family" not in seen.text
    assert f'action="{path}' not in seen.text
    exported = auditor.get(f"{path}/postmortem")
    assert exported.headers["content-type"].startswith("text/markdown")
    assert "the family" not in exported.text


def test_an_unlinked_thing_and_a_late_step_are_shown_as_such(rt: Runtime, rev: Browser) -> None:
    with rt.transaction() as tx:
        clip = people.published(tx, people.account(tx, Role.CREATOR)).id
    path = opened(rev)
    rev.send(path, f"{path}/link", {"thing_id": clip, "strand": "safety"})
    with rt.transaction() as tx:
        tx.conn.execute(
            """
            UPDATE rights.incident SET opened_at = opened_at - interval '1 year',
                detected_at = detected_at - interval '1 year'
            """
        )

    unlinked = rev.follow(rev.send(path, f"{path}/unlink", {"thing_id": clip}))

    assert "It is taken out." in unlinked.text
    assert 'class="badge bad">late' in unlinked.text


@pytest.mark.parametrize(
    ("act", "said", "status"),
    [
        ("note", {"text": " ", "strand": "safety"}, 422),
        ("note", {"text": "So.", "strand": "law"}, 422),
        ("turn", {"state": "closed"}, 422),
        ("turn", {"state": "open"}, 409),
        ("step", {"step_id": "none"}, 404),
        ("link", {"thing_id": "gen_none", "strand": "safety"}, 404),
        ("link", {"thing_id": "<b>x</b>", "strand": "safety"}, 422),
        ("assign", {"part": "lead", "account_id": "acc_none"}, 422),
        ("assign", {"part": "cook"}, 422),
        ("close", LESSONS, 409),
        ("close", LESSONS | {"cause": ""}, 422),
    ],
    ids=str,
)
def test_what_cannot_be_done_says_why_and_keeps_what_was_typed(
    rev: Browser, act: str, said: dict[str, str], status: int
) -> None:
    path = opened(rev)

    refused = rev.post(f"{path}/{act}", said)

    assert refused.status_code == status
    assert 'role="alert"' in refused.text
    if act == "link":
        assert shows(refused, said["thing_id"])


def test_a_case_needs_a_title_and_a_severity(rev: Browser) -> None:
    form = {"title": "x" * 201, "severity": "high"}

    assert rev.send("/incidents", "/incidents", form).status_code == 422
    assert rev.send("/incidents", "/incidents", {"title": NASTY}).status_code == 422
    assert shows(rev.send("/incidents", "/incidents", {"title": NASTY}), NASTY)
    assert "There was no incident yet." in rev.get("/incidents").text


def test_many_cases_have_pages(rev: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PAGE_MAX", 2)
    paths = {opened(rev, f"Case {number}") for number in range(3)}

    first = rev.get("/incidents").text
    second = rev.get("/incidents?page=2").text

    seen = re.findall(r'href="(/incidents/inc_\w+)"', first + second)
    assert len(seen) == 3
    assert set(seen) == paths
    assert 'rel="next"' not in second
    assert "nothing further" in rev.get("/incidents?page=3").text
    assert rev.get("/incidents?page=0").status_code == 404
    assert rev.get("/incidents?page=x").status_code == 404


@pytest.mark.parametrize("role", [each for each in Role if each not in page.READERS])
def test_cases_are_for_staff_and_auditors(
    app: FastAPI, rt: Runtime, rev: Browser, role: Role
) -> None:
    path = opened(rev)
    browser = browser_of(app, rt, role)

    for each in ("/incidents", path, f"{path}/postmortem"):
        assert browser.get(each).status_code == 403
    assert browser.post("/incidents", {"title": "x", "severity": "low"}).status_code == 403
    assert browser.post(f"{path}/turn", {"state": "resolved"}).status_code == 403


def test_auditors_change_nothing(app: FastAPI, rt: Runtime, rev: Browser) -> None:
    path = opened(rev)
    auditor = browser_of(app, rt, Role.AUDITOR, address="aud@example.org")

    assert "/incidents" in auditor.get("/home").text
    assert 'action="/incidents"' not in auditor.get("/incidents").text
    assert auditor.post("/incidents", {"title": "x", "severity": "low"}).status_code == 403
    assert auditor.post(f"{path}/turn", {"state": "resolved"}).status_code == 403
    assert rev.post(f"{path}/dance").status_code == 404
    assert rev.get(f"/incidents/inc_{'0' * 32}").status_code == 404
