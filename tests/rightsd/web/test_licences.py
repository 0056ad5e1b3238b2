"""Offers and licences over HTTP: what is shown to whom, and what a refusal says."""

import csv
import hashlib
from typing import Any

import pytest

from ledger import entry
from rightsd.domain.principal import Role
from tests.people import ENROLMENT, GRANT
from tests.rightsd.web.conftest import Clients

PRICE = {"amount": 500, "currency": "EUR", "per": "clip"}
WISH = {"prompt": "nebula fox in a park", "seconds": 3}
PERIOD = {"from": "2000-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}


def made(answer: Any, status: int = 201) -> dict:
    assert answer.status_code == status, answer.text
    return answer.json()


def post(client: Any, path: str, body: object = None, status: int = 201) -> dict:
    return made(client.post(path, json=body), status)


@pytest.fixture
def fox(clients: Clients) -> str:
    brand = clients(Role.RIGHTS_HOLDER)
    work = post(brand, "/v1/works", {"kind": "character", "title": "Nebula Fox"})
    post(brand, "/v1/optouts", {"work_id": work["id"]})
    return work["id"]


def make(clients: Clients, fox: str, **members: object) -> dict:
    body = {"work_id": fox, "price": PRICE} | members
    return post(clients(Role.RIGHTS_HOLDER), "/v1/offers", body)


def accept(clients: Clients, offer: dict) -> dict:
    path = f"/v1/offers/{offer['id']}/accept"
    return post(clients(Role.CREATOR), path, {"digest": offer["digest"]})


def test_a_refusal_says_what_would_do_and_what_that_costs(clients: Clients, fox: str) -> None:
    offer = make(clients, fox)

    refused = made(clients(Role.CREATOR).post("/v1/generations", json=WISH), 403)

    first, second = refused["alternatives"]
    assert first["prompt"] == WISH["prompt"]
    assert first["costs"] == [
        {"offer_id": offer["id"], "licence_id": None, "price": PRICE, "due": 500}
    ]
    assert (second["prompt"], second["leave_out"]) == ("in a park", ["nebula fox"])
    asked = post(clients(Role.CREATOR), "/v1/generations/preflight", WISH, 200)
    assert asked["alternatives"] == refused["alternatives"]


def test_a_retry_of_a_refusal_is_told_the_same(clients: Clients, fox: str) -> None:
    make(clients, fox)
    headers = {"Idempotency-Key": "the-very-same-key"}

    answers = [
        clients(Role.CREATOR).post("/v1/generations", json=WISH, headers=headers) for _ in range(2)
    ]

    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["alternatives"]


def test_an_accepted_offer_allows_and_a_preflight_says_what_it_costs(
    clients: Clients, fox: str
) -> None:
    offer = make(clients, fox, price=PRICE | {"per": "second", "currency": "eur"})
    licence = accept(clients, offer)
    assert licence["terms"] == offer["terms"]

    asked = post(clients(Role.CREATOR), "/v1/generations/preflight", WISH, 200)

    assert (asked["outcome"], asked["licences"]) == ("allow", [licence["id"]])
    (cost,) = asked["costs"]
    assert (cost["licence_id"], cost["due"], cost["price"]["currency"]) == (
        licence["id"],
        1500,
        "EUR",
    )
    assert asked["alternatives"] == []
    generation = post(clients(Role.CREATOR), "/v1/generations", WISH)
    assert generation["decision"]["licences"] == [licence["id"]]


def test_what_a_creator_is_shown_opens_the_digest(clients: Clients, fox: str) -> None:
    limits = {
        "territories": ["jp"],
        "quota_total": 3,
        "starts_at": "2030-01-01T09:00:00+09:00",
        "expires_at": "2100-01-01T00:00:00.5Z",
    }
    offer = make(clients, fox, terms=limits)
    assert offer["terms"]["starts_at"] == "2030-01-01T00:00:00Z"

    (shown,) = made(clients(Role.CREATOR).get("/v1/offers/open"), 200)

    limits = shown["terms"]
    assert set(limits) == {
        *("purposes", "denied_topics", "territories", "platforms", "languages", "restrictions"),
        *("starts_at", "expires_at", "quota_total", "quota_30_days", "strict", "per_use_approval"),
    }
    said = {
        "offer_id": shown["id"],
        "work_id": fox,
        "consent_id": None,
        "terms": limits,
        "terms_version": shown["terms_version"],
        "price": shown["price"],
        "stays_after": shown["stays_after"],
    }
    salt = bytes.fromhex(shown["digest_salt"])
    assert entry.commit(salt, entry.encode(said)).hex() == shown["digest"] == offer["digest"]
    assert len(salt) == hashlib.sha256().digest_size


def test_a_creator_sees_neither_the_split_nor_who_else_is_named(clients: Clients, fox: str) -> None:
    creator = made(clients(Role.CREATOR).get("/v1/accounts/me"), 200)["account_id"]
    offer = make(clients, fox, terms={"audience": "approved", "grantees": [creator]})
    assert offer["grantees"] == [creator]
    assert len(offer["shares"]) == 1

    (shown,) = made(clients(Role.CREATOR).get(f"/v1/offers/open?work_id={fox}"), 200)

    assert (shown["grantees"], shown["shares"]) == ([], [])
    assert creator not in str(shown)


def test_two_holders_agree_and_each_sees_their_own_statement(clients: Clients, fox: str) -> None:
    brand, person = clients(Role.RIGHTS_HOLDER), clients(Role.PERSON)
    ids = [made(each.get("/v1/accounts/me"), 200)["account_id"] for each in (brand, person)]
    shares = [
        {"account_id": ids[0], "basis_points": 6667},
        {"account_id": ids[1], "basis_points": 3333},
    ]
    offer = make(clients, fox, price=PRICE | {"per": "flat", "amount": 100}, shares=shares)
    assert offer["state"] == "proposed"
    path = f"/v1/offers/{offer['id']}/accept"
    refused = clients(Role.CREATOR).post(path, json={"digest": offer["digest"]})
    assert refused.status_code == 404

    assert post(person, f"/v1/offers/{offer['id']}/join", None, 200)["state"] == "offered"
    licence = accept(clients, offer)

    expected = {Role.RIGHTS_HOLDER: 67, Role.PERSON: 33, Role.CREATOR: None}
    for role, amount in expected.items():
        stated = made(clients(role).get("/v1/licences/statements", params=PERIOD), 200)
        (line,) = stated["lines"]
        assert (line["licence_id"], line["amount"]) == (licence["id"], 100)
        assert line["share_amount"] == amount
        assert stated["totals"] == {"EUR": amount or 100}
        table = clients(role).get("/v1/licences/statements.csv", params=PERIOD)
        (row,) = csv.DictReader(table.text.splitlines())
        assert row["share_amount"] == ("" if amount is None else str(amount))
        assert made(clients(role).get("/v1/licences"), 200) == [licence]


def test_a_revoked_licence_allows_nothing(clients: Clients, fox: str) -> None:
    licence = accept(clients, make(clients, fox))
    path = f"/v1/licences/{licence['id']}/revoke"
    assert clients(Role.PERSON).post(path).status_code == 404

    assert post(clients(Role.RIGHTS_HOLDER), path, None, 200)["state"] == "revoked"

    asked = post(clients(Role.CREATOR), "/v1/generations/preflight", WISH, 200)
    assert asked["outcome"] == "refuse"


def test_a_person_offers_their_likeness_at_a_price(clients: Clients) -> None:
    person, creator = clients(Role.PERSON), clients(Role.CREATOR)
    subject = post(person, "/v1/subjects", ENROLMENT | {"handle": "ada"})
    body = GRANT | {"subject_id": subject["id"], "audience": "everyone", "price": PRICE}
    consent = post(person, "/v1/consents", body)
    assert consent["terms"]["price"] == PRICE
    wish = {"prompt": "@ada waves"}
    refused = post(creator, "/v1/generations/preflight", wish, 200)
    assert [reason["rule"] for reason in refused["reasons"]] == ["cameo.price"]

    offer = post(person, "/v1/offers", {"consent_id": consent["id"]})
    assert (offer["price"], offer["subject_id"]) == (PRICE, subject["id"])
    accept(clients, offer)

    assert post(creator, "/v1/generations/preflight", wish, 200)["outcome"] == "allow"


@pytest.mark.parametrize(
    "body",
    [
        {"price": PRICE},
        {"work_id": "wrk_" + "0" * 32},
        {"work_id": "wrk_" + "0" * 32, "consent_id": "con_" + "0" * 32, "price": PRICE},
        {"consent_id": "con_" + "0" * 32, "price": PRICE},
        {"work_id": "wrk_" + "0" * 32, "price": PRICE | {"amount": -1}},
        {"work_id": "wrk_" + "0" * 32, "price": PRICE | {"amount": 1.5}},
        {"work_id": "wrk_" + "0" * 32, "price": PRICE | {"per": "year"}},
        {"work_id": "wrk_" + "0" * 32, "price": PRICE, "terms": {"strict": True}},
        {"work_id": "wrk_" + "0" * 32, "price": PRICE, "stays_after": ["exhausted"]},
        {"work_id": "wrk_" + "0" * 32, "price": PRICE, "shares": [{"account_id": "x"}]},
    ],
)
def test_offers_that_contradict_themselves_are_refused(everyone: Clients, body: dict) -> None:
    answer = everyone(Role.RIGHTS_HOLDER).post("/v1/offers", json=body)

    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/invalid")


def test_terms_of_an_offer_end_within_the_calendar(clients: Clients, fox: str) -> None:
    body = {"work_id": fox, "price": PRICE, "terms": {"expires_at": "9999-12-31T23:59:59-12:00"}}

    assert clients(Role.RIGHTS_HOLDER).post("/v1/offers", json=body).status_code == 422


def test_a_statement_can_be_of_all_time(everyone: Clients) -> None:
    period = {"from": "0001-01-01T00:00:00+12:00", "to": "9999-12-31T23:59:59-12:00"}

    assert everyone(Role.CREATOR).get("/v1/licences/statements", params=period).status_code == 200


@pytest.mark.parametrize(
    "period",
    [
        {},
        {"from": PERIOD["from"]},
        {"from": PERIOD["from"], "to": "x"},
        {"from": PERIOD["to"], "to": PERIOD["from"]},
    ],
)
def test_a_statement_needs_a_period(everyone: Clients, period: dict) -> None:
    answer = everyone(Role.CREATOR).get("/v1/licences/statements", params=period)

    assert answer.status_code == 422
