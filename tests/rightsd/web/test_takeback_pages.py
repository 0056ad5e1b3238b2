"""Taking a work back on its page."""

import pytest
from fastapi import FastAPI

from rightsd.domain.principal import Principal, Role
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from tests import people
from tests.conftest import UNPACED
from tests.rightsd.web.portal import Browser, browser_of, shows

NASTY = "Fox & <script>alert(1)</script>"


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
def path(rt: Runtime, brand: Browser, creator: Principal) -> str:
    """The page of a licensed work of which a clip is out."""
    assert brand.member is not None
    actor = brand.member.principal
    with rt.transaction() as tx:
        work = people.work(tx, actor, NASTY)
        people.optout(tx, actor, work)
        people.licence(tx, creator, people.offer(tx, actor, work))
        people.published(tx, creator, NASTY)
    return f"/works/{work.id}/take-back"


def test_what_would_end_is_shown_before_anything_does(brand: Browser, path: str) -> None:
    said = {"scope": "work", "mode": "revoke"}

    page = brand.send(path, path, {})
    shown = brand.post(f"{path}/preview", said, seen=brand.get(path).text)

    assert page.status_code == 422
    assert shows(shown, NASTY)
    assert "<dd>1</dd>" in shown.text
    assert "Nothing has ended yet." in shown.text
    assert 'value="work" required checked' in shown.text
    assert "You have taken nothing back." in brand.get("/requests").text


@pytest.mark.parametrize("mode", ["suspend", "revoke"])
def test_a_work_is_taken_back_once_and_followed(brand: Browser, path: str, mode: str) -> None:
    seen = brand.get(path).text
    said = {"scope": "work", "mode": mode}

    first, second = (brand.post(path, said, seen=seen) for _ in range(2))
    page = brand.follow(first)

    assert first.headers["location"] == second.headers["location"]
    assert "It is taken back." in page.text
    assert ("Let it be shown again" in page.text) == (mode == "suspend")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"scope": "subject", "mode": "revoke"}, "how much"),
        ({"scope": "platform", "mode": "revoke", "named": " "}, "name the creator or the platform"),
        ({"scope": "work", "mode": "later"}, "for now or for good"),
    ],
)
def test_what_is_wrong_is_said(brand: Browser, path: str, said: dict[str, str], why: str) -> None:
    for act in (path, f"{path}/preview"):
        answer = brand.post(act, said, seen=brand.get(path).text)
        assert answer.status_code == 422
        assert why in answer.text


def test_works_of_others_are_not_taken_back(app: FastAPI, rt: Runtime, path: str) -> None:
    other = browser_of(app, rt, Role.RIGHTS_HOLDER, address="eve@example.org")
    said = {"scope": "work", "mode": "revoke"}

    assert other.get(path).status_code == 404
    assert other.post(path, said).status_code == 404
    assert other.post(f"{path}/preview", said).status_code == 404
    assert browser_of(app, rt, address="bob@example.org").get(path).status_code == 403
