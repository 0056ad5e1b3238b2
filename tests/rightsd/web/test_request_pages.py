"""Requests: notices and revocations, their steps, and what can be done, on their pages."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation
from rightsd.domain.notice import Notice
from rightsd.domain.principal import Principal, Role
from rightsd.domain.regime import Counter
from rightsd.domain.revocation import Mode, Scope, Target
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.web.portal.requests import PAGE_MAX
from rightsd.workflows import notices, revocations
from tests import people
from tests.conftest import UNPACED
from tests.rightsd.web.portal import Browser, browser_of, shows

NASTY = "Fox & <script>alert(1)</script> \u202eevil"
SALT = bytes(32)


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    return create_app(rt, looked_at_per_minute=UNPACED)


@pytest.fixture
def brand(app: FastAPI, rt: Runtime) -> Browser:
    return browser_of(app, rt, Role.RIGHTS_HOLDER, name="Nebula")


@pytest.fixture
def creator(rt: Runtime) -> Principal:
    with rt.transaction() as tx:
        return people.account(tx, Role.CREATOR)


@pytest.fixture
def clip(rt: Runtime, creator: Principal) -> Generation:
    with rt.transaction() as tx:
        return people.published(tx, creator)


def actor(browser: Browser) -> Principal:
    assert browser.member is not None
    return browser.member.principal


def give(rt: Runtime, browser: Browser, clip: Generation | None, **said: Any) -> Notice:
    with rt.transaction() as tx:
        fields: dict[str, Any] = {"work": NASTY} | said
        claim = people.claim(**fields)
        target = clip and clip.id
        return notices.receive(tx, claim=claim, generation_id=target, actor=actor(browser)).notice


def uphold(tx: Tx, notice: Notice) -> Principal:
    reviewer = people.account(tx, Role.REVIEWER)
    notices.uphold(tx, reviewer, notice.id, reason="It is <b>hers</b>.")
    return reviewer


def counter(tx: Tx, creator: Principal, notice: Notice) -> None:
    said = Counter(
        *("Carl Creator", "1 Road", "+1 555", "Carl Creator", "The clip", "A mistake.", SALT),
        mistaken=True,
        jurisdiction=True,
        service=True,
    )
    notices.counter(tx, creator, notice.id, said=said)


def test_a_notice_is_followed_from_its_receipt_to_a_counter_notice(
    brand: Browser, rt: Runtime, creator: Principal, clip: Generation
) -> None:
    assert "You have given no notice." in brand.get("/requests").text
    notice = give(rt, brand, clip)
    path = f"/requests/{notice.id}"

    listed, waiting = brand.get("/requests"), brand.get(path)
    with rt.transaction() as tx:
        uphold(tx, notice)
    upheld = brand.get(path)
    with rt.transaction() as tx:
        counter(tx, creator, notice)
    countered = brand.get(path)

    for page in (listed, waiting):
        assert shows(page, NASTY)
        assert "Decision due by" in page.text
    assert 'aria-current="step"' in waiting.text
    assert "a person decides in any case" in waiting.text
    assert shows(upheld, "It is <b>hers</b>.")
    assert "Copies prevented" in upheld.text
    assert "The clip is put back on" in countered.text
    assert "Carl Creator" in countered.text
    kept = brand.follow(brand.send(path, f"{path}/file-action", {"reason": "Case 1/2030"}))
    assert "It is noted. The clip stays down." in kept.text


def test_what_is_missing_is_added(brand: Browser, rt: Runtime, clip: Generation) -> None:
    notice = give(rt, brand, clip, signature="", accurate=False)
    path = f"/requests/{notice.id}"
    page = brand.get(path)
    assert "the notice ends on that day" in page.text

    said = {
        "location": clip.id,
        "work": "Fox",
        "statement": "It is <b>mine</b>.",
        "name": "Nora Noter",
        "email": "other@example.org",
        "signature": "Nora Noter",
        "good_faith": "true",
        "accurate": "true",
        "authorised": "true",
    }
    refused = brand.send(path, f"{path}/complete", said)
    right = said | {"email": "nora@example.org"}
    done = brand.follow(brand.send(path, f"{path}/complete", right))

    assert refused.status_code == 422
    assert shows(refused, "It is <b>mine</b>.")
    assert "It is added." in done.text
    assert "waits for a decision" in done.text


def test_a_notice_is_taken_back_once(brand: Browser, rt: Runtime, clip: Generation) -> None:
    path = f"/requests/{give(rt, brand, clip).id}"

    done = brand.follow(brand.send(path, f"{path}/retract"))

    assert "The notice is taken back." in done.text
    assert f"{path}/retract" not in done.text
    assert brand.post(f"{path}/retract").status_code == 409


def test_a_decision_is_appealed_and_no_words_are_lost(
    brand: Browser, rt: Runtime, clip: Generation
) -> None:
    notice = give(rt, brand, clip)
    path = f"/requests/{notice.id}"
    with rt.transaction() as tx:
        notices.reject(tx, people.account(tx, Role.REVIEWER), notice.id, reason="It is not.")
    assert "You can appeal until" in brand.get(path).text

    empty = brand.send(path, f"{path}/appeal", {"reason": "  "})
    done = brand.follow(brand.send(path, f"{path}/appeal", {"reason": "Look again."}))

    assert empty.status_code == 422
    assert "Answer due by" in done.text
    assert "Another person decides on the appeal" in done.text


def test_what_is_overdue_is_said(brand: Browser, rt: Runtime, clip: Generation) -> None:
    notice = give(rt, brand, clip)
    with rt.transaction() as tx:
        tx.conn.execute(
            "UPDATE rights.notice SET received_at = received_at - %s, whole_at = whole_at - %s",
            (timedelta(days=90), timedelta(days=90)),
        )

    for path in ("/requests", f"/requests/{notice.id}"):
        assert "overdue" in brand.get(path).text


def test_what_was_taken_back_is_followed_and_lifted(
    brand: Browser, rt: Runtime, creator: Principal
) -> None:
    with rt.transaction() as tx:
        work = people.work(tx, actor(brand))
        target = Target(Scope.WORK, work_id=work.id)
        made = revocations.make(tx, actor(brand), of=target, mode=Mode.SUSPEND)
    path = f"/requests/{made.id}"

    assert path in brand.get("/requests").text
    page = brand.get(path)
    assert "it stays taken back" in page.text
    done = brand.follow(brand.send(path, f"{path}/lift"))

    assert "It is lifted." in done.text
    assert f"{path}/final" not in done.text
    assert brand.post(f"{path}/final").status_code == 409


def test_requests_of_others_are_not_found(
    app: FastAPI, rt: Runtime, brand: Browser, clip: Generation
) -> None:
    notice = give(rt, brand, clip)
    with rt.transaction() as tx:
        work = people.work(tx, actor(brand))
        target = Target(Scope.WORK, work_id=work.id)
        made = revocations.make(tx, actor(brand), of=target, mode=Mode.SUSPEND)
    other = browser_of(app, rt, Role.RIGHTS_HOLDER, address="eve@example.org")

    assert "You have given no notice." in other.get("/requests").text
    for path in (f"/requests/{notice.id}", f"/requests/{made.id}", "/requests/ntc_1"):
        assert other.get(path).status_code == 404
    words = {"reason": "Mine."}
    for act in ("retract", "complete", "file-action", "appeal"):
        assert other.post(f"/requests/{notice.id}/{act}", words).status_code == 404
    for act in ("lift", "final"):
        assert other.post(f"/requests/{made.id}/{act}").status_code == 404


def test_a_long_list_has_pages(brand: Browser, rt: Runtime, creator: Principal) -> None:
    for number in range(PAGE_MAX + 1):
        with rt.transaction() as tx:
            made = people.published(tx, creator, f"a red ball {number}")
        give(rt, brand, made, work=f"Ball {number}")

    first = brand.get("/requests")
    older = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert older is not None
    second = brand.get(html.unescape(older[1]))

    assert first.text.count('href="/requests/ntc_') == PAGE_MAX
    assert second.text.count('href="/requests/ntc_') == 1
    assert brand.get("/requests?before=yesterday").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RIGHTS_HOLDER])
def test_requests_are_of_rights_holders(app: FastAPI, rt: Runtime, role: Role) -> None:
    browser = browser_of(app, rt, role)

    for path in ("/requests", "/requests/ntc_1", "/requests/rvk_1"):
        assert browser.get(path).status_code == 403
