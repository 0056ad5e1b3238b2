"""Uses: seen, approved and objected to on their page."""

import re

import pytest
from fastapi import FastAPI

from rightsd.domain.generation import State
from rightsd.domain.principal import Principal, Role
from rightsd.domain.terms import Audience
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.web.portal.uses import PAGE_MAX
from rightsd.workflows.generations import requests
from tests import people
from tests.conftest import UNPACED
from tests.rightsd.web.portal import Browser, browser_of, shows

NASTY = "@ada waves <script>alert(1)</script> \u202eevil"


@pytest.fixture
def app(rt: Runtime) -> FastAPI:
    return create_app(rt, looked_at_per_minute=UNPACED)


@pytest.fixture
def ada(app: FastAPI, rt: Runtime) -> Browser:
    return browser_of(app, rt)


@pytest.fixture
def creator(rt: Runtime) -> Principal:
    with rt.transaction() as tx:
        return people.account(tx, Role.CREATOR)


def permit(rt: Runtime, ada: Browser, **terms: object) -> None:
    assert ada.member is not None
    with rt.transaction() as tx:
        subject = people.subject(tx, ada.member.principal)
        people.consent(tx, ada.member.principal, subject, audience=Audience.EVERYONE, **terms)


def ask(rt: Runtime, creator: Principal, prompt: str = "@ada waves") -> tuple[str, State]:
    with rt.transaction() as tx:
        wanted = people.wanted(prompt, cameos=("ada",))
        asked = requests.request(tx, creator, wanted=wanted)
    return asked.id, asked.state


def test_a_held_use_is_approved(rt: Runtime, ada: Browser, creator: Principal) -> None:
    permit(rt, ada, per_use_approval=True)
    generation_id, state = ask(rt, creator)
    assert state is State.HELD
    home = ada.get("/home")

    done = ada.send("/uses", f"/uses/{generation_id}/approve")

    assert "Needs you (1)" in home.text
    assert 'href="/uses"' in home.text
    page = ada.follow(done)
    assert "You have approved it." in page.text
    assert "being made" in page.text
    assert "Needs you (0)" in ada.get("/home").text


def test_a_use_is_objected_to_whatever_it_was(
    rt: Runtime, ada: Browser, creator: Principal
) -> None:
    permit(rt, ada)
    asked, _ = ask(rt, creator, NASTY)
    with rt.transaction() as tx:
        live = people.published(tx, creator, "@ada smiles").id

    page = ada.get("/uses")
    assert shows(page, NASTY)
    assert "live" in page.text
    for generation_id in (asked, live):
        ada.send("/uses", f"/uses/{generation_id}/object")
    after = ada.get("/uses")

    assert "withdrawn" in after.text
    assert "refused" in after.text
    assert "/object" not in after.text
    assert ada.post(f"/uses/{live}/object").status_code == 409


def test_uses_of_others_are_not_found(
    app: FastAPI, rt: Runtime, ada: Browser, creator: Principal
) -> None:
    permit(rt, ada)
    generation_id, _ = ask(rt, creator)
    eve = browser_of(app, rt, address="eve@example.org")

    assert "Nobody has asked" in eve.get("/uses").text
    assert eve.get(f"/uses/{generation_id}/thumbnail").status_code == 404
    assert eve.post(f"/uses/{generation_id}/object").status_code == 404


def test_a_long_list_has_pages(rt: Runtime, ada: Browser, creator: Principal) -> None:
    assert ada.member is not None
    with rt.transaction() as tx:
        people.subject(tx, ada.member.principal)  # Who permits nothing, so that all are refused.
    for number in range(PAGE_MAX + 1):
        ask(rt, creator, f"@ada waves {number}")

    first = ada.get("/uses")
    older = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert older is not None
    second = ada.get(older[1].replace("&amp;", "&"))

    assert first.text.count("<q ") == PAGE_MAX
    assert second.text.count("<q ") == 1
    assert 'rel="next"' not in second.text
    assert ada.get("/uses?before=yesterday").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PERSON])
def test_uses_are_of_persons(app: FastAPI, rt: Runtime, role: Role) -> None:
    assert browser_of(app, rt, role).get("/uses").status_code == 403
