"""Licences: offered, accepted, ended and stated on their pages."""

import html
import re

import pytest
from fastapi import FastAPI

from rightsd.domain.licence import Licence
from rightsd.domain.principal import Principal, Role
from rightsd.domain.work import Work
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.web.portal.licences import PAGE_MAX, months
from rightsd.workflows import licences, offers
from tests import people
from tests.conftest import UNPACED
from tests.rightsd.web.portal import Browser, browser_of, shows

NASTY = "Fox & <script>alert(1)</script>"
TERMS = {"audience": "everyone", "amount": "5.00", "currency": "EUR", "per": "clip"}


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
def work(rt: Runtime, brand: Browser) -> Work:
    with rt.transaction() as tx:
        return people.work(tx, actor(brand), NASTY)


def actor(browser: Browser) -> Principal:
    assert browser.member is not None
    return browser.member.principal


def form_of(work: Work) -> str:
    return f"/licences/new?work_id={work.id}"


def accept(rt: Runtime, brand: Browser, creator: Principal) -> Licence:
    with rt.transaction() as tx:
        (view,) = offers.mine(tx, actor(brand))
        return people.licence(tx, creator, view.offer)


def test_a_licence_is_offered_accepted_and_taken_back(
    brand: Browser, rt: Runtime, creator: Principal, work: Work
) -> None:
    assert "You offer nothing." in brand.get("/licences").text
    said = TERMS | {
        "purposes": ["editorial"],
        "territories": "jp, US",
        "expires": "2099-12-31",
        "quota": "3",
        "stays_after": ["expired"],
    }

    offered = brand.follow(
        brand.post("/licences/new", said | {"work_id": work.id}, seen=brand.get(form_of(work)).text)
    )
    licence = accept(rt, brand, creator)
    listed = brand.get("/licences")
    done = brand.follow(brand.send("/licences", f"/licences/{licence.id}/revoke"))

    assert "It is offered." in offered.text
    assert shows(listed, NASTY)
    assert "5.00 EUR a clip" in listed.text
    assert "3 clips" in listed.text
    assert "1 January 2100" in listed.text
    assert creator.account_id in listed.text
    assert "The licence is taken back." in done.text
    assert f"/licences/{licence.id}/revoke" not in done.text
    assert brand.post(f"/licences/{licence.id}/revoke").status_code == 409


def test_an_offer_is_withdrawn_and_its_licences_stay(
    brand: Browser, rt: Runtime, creator: Principal, work: Work
) -> None:
    with rt.transaction() as tx:
        offer = people.offer(tx, actor(brand), work)
    licence = accept(rt, brand, creator)

    done = brand.follow(brand.send("/licences", f"/licences/offers/{offer.id}/withdraw"))

    assert "The offer is withdrawn." in done.text
    assert f"/licences/{licence.id}/revoke" in done.text
    assert brand.post(f"/licences/offers/{offer.id}/withdraw").status_code == 409


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"audience": ""}, "to whom"),
        ({"amount": "5,00"}, "digits and a point"),
        ({"amount": "5.001"}, "digits and a point"),
        ({"amount": "-1"}, "digits and a point"),
        ({"amount": "99999999999"}, "minor units"),
        ({"currency": "XXX"}, "no currency"),
        ({"per": "week"}, "what the price is for"),
        ({"expires": "tomorrow"}, "2030-12-31"),
        ({"expires": "9999-12-31"}, "2030-12-31"),
        ({"expires": "2001-01-01"}, "run out already"),
        ({"quota": "many"}, "how many clips"),
        ({"shares": "acc_1"}, "and its percent"),
        ({"shares": "acc_1 60\nacc_2 50"}, "more than 100 %"),
        ({"audience": "approved", "grantees": "acc_1"}, "there is none by this id"),
    ],
)
def test_what_is_wrong_with_an_offer_is_said_and_nothing_typed_is_lost(
    brand: Browser, work: Work, wrong: dict[str, str], said: str
) -> None:
    fields = {"work_id": work.id, "territories": "JP"} | TERMS | wrong

    answer = brand.post("/licences/new", fields, seen=brand.get(form_of(work)).text)

    assert answer.status_code == 422, html.unescape(answer.text)
    assert said in html.unescape(answer.text)
    assert 'value="JP"' in answer.text
    assert "You offer nothing." in brand.get("/licences").text


def test_who_shares_in_an_offer_agrees_first(
    app: FastAPI, brand: Browser, rt: Runtime, work: Work
) -> None:
    partner = browser_of(app, rt, Role.RIGHTS_HOLDER, address="pat@example.org", name="Pat")
    fields = {"work_id": work.id, "shares": f"{actor(partner).account_id} 25 %".replace(" %", "%")}

    proposed = brand.follow(
        brand.post("/licences/new", TERMS | fields, seen=brand.get(form_of(work)).text)
    )
    with rt.transaction() as tx:
        (view,) = offers.mine(tx, actor(brand))
    path = f"/licences/offers/{view.offer.id}"
    assert f"{path}/join" not in proposed.text
    joined = partner.follow(partner.send("/licences", f"{path}/join"))

    assert "It opens once all who share in it have agreed." in proposed.text
    assert "your share 75.00 %" in proposed.text
    assert "You have agreed to your share." in joined.text
    assert "your share 25.00 %" in joined.text
    assert "open" in brand.get("/licences").text


def test_a_statement_says_what_was_earned(
    brand: Browser, rt: Runtime, creator: Principal, work: Work
) -> None:
    assert "No licence of yours was used" in brand.get("/licences/statement").text
    with rt.transaction() as tx:
        people.offer(tx, actor(brand), work)
        people.optout(tx, actor(brand), work)
    accept(rt, brand, creator)
    with rt.transaction() as tx:
        people.published(tx, creator, NASTY)

    page = brand.get("/licences/statement")
    month = months(rt.clock())[0]
    table = brand.get(f"/licences/statement.csv?month={month}")

    assert "5.00 EUR" in page.text
    assert "one clip" in page.text
    assert f'href="/licences/statement.csv?month={month}"' in page.text
    assert table.text.count("\r\n") == 2
    assert f"statement-{month}.csv" in table.headers["content-disposition"]
    for wrong in ("1999-01", "2030-13", "x"):
        assert brand.get(f"/licences/statement?month={wrong}").status_code == 404


def test_licences_of_others_are_not_found(
    app: FastAPI, brand: Browser, rt: Runtime, creator: Principal, work: Work
) -> None:
    with rt.transaction() as tx:
        offer = people.offer(tx, actor(brand), work)
    licence = accept(rt, brand, creator)
    other = browser_of(app, rt, Role.RIGHTS_HOLDER, address="eve@example.org")

    assert "You offer nothing." in other.get("/licences").text
    assert other.get(form_of(work)).status_code == 404
    assert other.post("/licences/new", TERMS | {"work_id": work.id}).status_code == 404
    for path in (f"{licence.id}/revoke", f"offers/{offer.id}/withdraw", f"offers/{offer.id}/join"):
        assert other.post(f"/licences/{path}").status_code == 404


def test_an_offer_is_on_a_work_that_is_chosen_first(brand: Browser) -> None:
    led = brand.follow(brand.get("/licences/new"))

    assert "Choose the work that you offer a licence on." in led.text


def test_long_lists_have_pages(brand: Browser, rt: Runtime, creator: Principal, work: Work) -> None:
    with rt.transaction() as tx:
        for number in range(PAGE_MAX + 1):
            of = people.work(tx, actor(brand), f"Nebula {number}")
            people.licence(tx, creator, people.offer(tx, actor(brand), of))
        assert len(licences.mine(tx, actor(brand))) == PAGE_MAX + 1

    first = brand.get("/licences")
    offers_on, licences_on = (
        re.search(rf'rel="next" href="(/licences\?{name}=[^"]+)"', first.text)
        for name in ("offer", "licence")
    )
    assert offers_on is not None
    assert licences_on is not None

    assert first.text.count("/withdraw") == first.text.count("/revoke") == PAGE_MAX
    assert brand.get(offers_on[1]).text.count("/withdraw") == 1
    assert brand.get(licences_on[1]).text.count("/revoke") == 1
    assert brand.get("/licences?offer=off_1").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RIGHTS_HOLDER])
def test_these_pages_are_of_rights_holders(app: FastAPI, rt: Runtime, role: Role) -> None:
    browser = browser_of(app, rt, role)

    for path in ("/licences", "/licences/new", "/licences/statement"):
        assert browser.get(path).status_code == 403
