"""Permissions: given, tried out, and taken back in one press."""

import re

import pytest
from fastapi import FastAPI

from rightsd.domain.principal import Role
from rightsd.domain.terms import Audience, Purpose, Terms
from rightsd.domain.topics import Topic
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.web.portal.permissions import light
from rightsd.workflows import consents
from tests import people
from tests.conftest import UNPACED
from tests.rightsd.web.portal import Browser, browser_of, shows

NEW = "/permissions/new"
NASTY = "no <script>alert(1)</script>"
TEXT = {"text": "grant.1.en", "agreed": "true"}


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    return create_app(rt, looked_at_per_minute=UNPACED)


@pytest.fixture
def ada(app: FastAPI, rt: Runtime) -> Browser:
    browser = browser_of(app, rt)
    assert browser.member is not None
    with rt.transaction() as tx:
        people.subject(tx, browser.member.principal)
    return browser


def whose(browser: Browser) -> dict[str, str]:
    found = re.search('name="subject_id" value="(sub_[0-9a-f]+)"', browser.get(NEW).text)
    assert found is not None
    return {"subject_id": found[1]}


def granted(browser: Browser, rt: Runtime) -> list[Terms]:
    assert browser.member is not None
    with rt.transaction() as tx:
        mine = consents.mine(tx, browser.member.principal)
    return [each.terms for each in mine if each.ended_at is None]


def test_nothing_is_ticked_before_and_nothing_given_without_agreement(
    rt: Runtime, ada: Browser
) -> None:
    form = ada.get(NEW)
    assert not re.search("<input[^>]*type=.checkbox[^>]*checked", form.text)
    assert not re.search('<input[^>]*name="audience"[^>]*checked', form.text)

    for said in ({"audience": "everyone", "text": "grant.1.en"}, TEXT, {"audience": "x"} | TEXT):
        page = ada.send(NEW, NEW, whose(ada) | said)
        assert page.status_code == 422
    assert granted(ada, rt) == []


def test_a_permission_is_given_with_its_terms_and_taken_back(rt: Runtime, ada: Browser) -> None:
    said = {
        "audience": "everyone",
        "purposes": ["personal", "education"],
        "denied_topics": ["alcohol"],
        "per_use_approval": "true",
        "restrictions": "no swimming",
    }

    done = ada.send(NEW, NEW, whose(ada) | said | TEXT)
    listed = ada.follow(done)
    (terms,) = granted(ada, rt)
    action = re.search(r'action="(/permissions/con_[0-9a-f]+/revoke)"', listed.text)
    assert action is not None
    back = ada.follow(ada.send("/permissions", action[1]))

    assert terms.audience is Audience.EVERYONE
    assert set(terms.purposes) == {Purpose.PERSONAL, Purpose.EDUCATION}
    assert terms.denied_topics == (Topic.ALCOHOL,)
    assert terms.per_use_approval
    assert "Within limits" in listed.text
    assert "no swimming" in listed.text
    assert "It is taken back." in back.text
    assert granted(ada, rt) == []
    assert "One that has ended" in back.text


def test_terms_are_tried_out_and_nothing_is_kept(rt: Runtime, ada: Browser) -> None:
    said = {"audience": "everyone", "denied_topics": "alcohol"} | whose(ada)

    page = ada.post("/permissions/try", said, seen=ada.get(NEW).text)

    assert page.status_code == 200
    assert "Would be allowed" in page.text
    assert "Would be refused" in page.text
    assert re.search('value="alcohol" checked', page.text)
    assert granted(ada, rt) == []


def test_what_cannot_be_permitted_comes_back_as_it_was_typed(ada: Browser) -> None:
    said = {"audience": "approved", "grantees": "acc_nobody", "restrictions": NASTY} | whose(ada)

    page = ada.send(NEW, NEW, said | TEXT)

    assert page.status_code == 422
    assert shows(page, NASTY)
    assert "acc_nobody" in page.text


def test_permissions_of_others_are_not_found(app: FastAPI, rt: Runtime, ada: Browser) -> None:
    ada.send(NEW, NEW, {"audience": "everyone"} | whose(ada) | TEXT)
    action = re.search(
        r'action="(/permissions/con_[0-9a-f]+/revoke)"', ada.get("/permissions").text
    )
    assert action is not None
    eve = browser_of(app, rt, address="eve@example.org")

    assert eve.post(action[1]).status_code == 404
    assert "Enrol yourself first" in eve.get("/permissions").text
    assert eve.post(NEW, {"audience": "everyone"} | whose(ada) | TEXT).status_code == 404
    assert len(granted(ada, rt)) == 1


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PERSON])
def test_permissions_are_of_persons(app: FastAPI, rt: Runtime, role: Role) -> None:
    other = browser_of(app, rt, role)

    assert other.get("/permissions").status_code == 403
    assert other.get(NEW).status_code == 403


@pytest.mark.parametrize(
    ("terms", "shown"),
    [
        (Terms(Audience.EVERYONE), "green"),
        (Terms(Audience.EVERYONE, purposes=(Purpose.PERSONAL,)), "yellow"),
        (Terms(Audience.EVERYONE, strict=True), "yellow"),
        (Terms(Audience.MUTUALS), "yellow"),
        (Terms(Audience.ONLY_ME), "red"),
    ],
)
def test_the_light_says_how_open_it_is(terms: Terms, shown: str) -> None:
    assert light(terms) == shown
