"""Taking back: seen first what would end, for now or for good, and lifted again."""

import re

import pytest
from fastapi import FastAPI

from rightsd.domain.principal import Principal, Role
from rightsd.domain.terms import Audience
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.workflows.generations import requests
from tests import people
from tests.conftest import UNPACED
from tests.rightsd.web.portal import Browser, browser_of, shows

PAGE = "/revocations"
NASTY = "<script>alert(1)</script>\u202e"


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    return create_app(rt, looked_at_per_minute=UNPACED)


@pytest.fixture
def creator(rt: Runtime) -> Principal:
    with rt.transaction() as tx:
        return people.account(tx, Role.CREATOR)


@pytest.fixture
def ada(app: FastAPI, rt: Runtime, creator: Principal) -> Browser:
    browser = browser_of(app, rt)
    assert browser.member is not None
    with rt.transaction() as tx:
        subject = people.subject(tx, browser.member.principal)
        people.consent(tx, browser.member.principal, subject, audience=Audience.EVERYONE)
        people.published(tx, creator, "@ada smiles")
    return browser


def said(browser: Browser, scope: str, mode: str, named: str = "") -> dict[str, str]:
    found = re.search('name="subject_id" value="(sub_[0-9a-f]+)"', browser.get(PAGE).text)
    assert found is not None
    return {"subject_id": found[1], "scope": scope, "mode": mode, "named": named}


def is_allowed(rt: Runtime, creator: Principal) -> bool:
    with rt.transaction() as tx:
        wanted = people.wanted("@ada waves", cameos=("ada",))
        return requests.request(tx, creator, wanted=wanted).state.value == "requested"


def test_what_would_end_is_shown_and_nothing_ends(
    rt: Runtime, ada: Browser, creator: Principal
) -> None:
    form = ada.get(PAGE)
    assert not re.search('<input[^>]*name="(scope|mode)"[^>]*checked', form.text)

    page = ada.post(f"{PAGE}/preview", said(ada, "subject", "revoke"), seen=form.text)

    assert re.search(r"Clips that are live</dt><dd>1</dd>", page.text)
    assert "Nothing has ended yet." in page.text
    assert re.search('value="subject" required checked', page.text)
    assert is_allowed(rt, creator)


def test_everything_is_suspended_and_lifted(rt: Runtime, ada: Browser, creator: Principal) -> None:
    done = ada.send(PAGE, PAGE, said(ada, "subject", "suspend"))
    page = ada.follow(done)
    action = re.search(r'action="(/revocations/rvk_[0-9a-f]+/lift)"', page.text)
    assert action is not None
    assert not is_allowed(rt, creator)

    lifted = ada.follow(ada.send(PAGE, action[1]))

    assert "It is lifted." in lifted.text
    assert is_allowed(rt, creator)


def test_one_creator_is_cut_off_for_good(rt: Runtime, ada: Browser, creator: Principal) -> None:
    with rt.transaction() as tx:
        other = people.account(tx, Role.CREATOR)

    done = ada.send(PAGE, PAGE, said(ada, "requester", "revoke", creator.account_id))

    assert "It is taken back for good." in ada.follow(done).text
    assert not is_allowed(rt, creator)
    assert is_allowed(rt, other)


@pytest.mark.parametrize(
    ("scope", "mode", "named"),
    [
        ("", "revoke", ""),
        ("subject", "", ""),
        ("requester", "revoke", " "),
        ("platform", "revoke", NASTY),
        ("work", "revoke", "wrk_1"),
    ],
)
@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/preview"])
def test_what_cannot_be_taken_back_comes_back_as_it_was_typed(
    ada: Browser, path: str, scope: str, mode: str, named: str
) -> None:
    page = ada.post(path, said(ada, scope, mode, named), seen=ada.get(PAGE).text)

    assert page.status_code == 422
    assert shows(page, named)


def test_nobody_takes_back_what_is_another_s(
    app: FastAPI, rt: Runtime, ada: Browser, creator: Principal
) -> None:
    eve = browser_of(app, rt, address="eve@example.org")
    asked = said(ada, "subject", "suspend")
    page = ada.follow(ada.send(PAGE, PAGE, asked))
    action = re.search(r'action="(/revocations/rvk_[0-9a-f]+/lift)"', page.text)
    assert action is not None

    assert eve.post(PAGE, asked).status_code == 404
    assert eve.post(action[1]).status_code == 404
    assert not is_allowed(rt, creator)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PERSON])
def test_the_page_is_of_persons(app: FastAPI, rt: Runtime, role: Role) -> None:
    assert browser_of(app, rt, role).get(PAGE).status_code == 403
