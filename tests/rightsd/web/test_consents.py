"""Terms over HTTP: previewed, granted, decided on, and shown to whom they concern."""

import secrets
from typing import Any

import pytest

from rightsd.domain.principal import Role
from tests.rightsd.web.conftest import Clients

PROMPT = "@ada waves"


@pytest.fixture
def ids(clients: Clients) -> dict[str, str]:
    found = {
        role.value: clients(role).get("/v1/accounts/me").json()["account_id"]
        for role in (Role.PERSON, Role.CREATOR)
    }
    subject = clients(Role.PERSON).post("/v1/subjects", json={"handle": "ada"}).json()
    return found | {"ada": subject["id"]}


def grant(clients: Clients, ids: dict[str, str], **terms: Any) -> dict[str, Any]:
    who = {} if "audience" in terms else {"grantee_id": ids["creator"]}
    answer = clients(Role.PERSON).post(
        "/v1/consents", json={"subject_id": ids["ada"]} | who | terms
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_terms_are_granted_refused_by_and_named(clients: Clients, ids: dict[str, str]) -> None:
    given = grant(
        clients,
        ids,
        purposes=["editorial"],
        territories=["JP"],
        denied_topics=["politics"],
        restrictions="no snakes",
    )
    body = {"prompt": f"{PROMPT} at an election"}

    answer = clients(Role.CREATOR).post("/v1/generations", json=body)

    assert answer.status_code == 403
    reasons = answer.json()["reasons"]
    assert [reason["rule"] for reason in reasons] == [
        "cameo.purpose",
        "cameo.territory",
        "cameo.topic",
    ]
    assert {reason["evidence"]["consent_id"] for reason in reasons} == {given["id"]}
    assert reasons[2]["evidence"]["found"] == "election"
    allowed = clients(Role.CREATOR).post(
        "/v1/generations",
        json={"prompt": PROMPT, "purpose": "editorial", "territories": ["jp"]},
    )
    assert allowed.status_code == 201
    assert allowed.json()["decision"]["consents"] == [given["id"]]
    assert allowed.json()["decision"]["terms_versions"] == [1]


def test_examples_are_shown_before_anything_is_granted(
    clients: Clients, ids: dict[str, str]
) -> None:
    terms = {"audience": "everyone", "denied_topics": ["politics"], "restrictions": "no snakes"}

    answer = clients(Role.PERSON).post("/v1/consents/preview", json=terms)

    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert len(shown["would_be_allowed"]) == 1
    refused = {each["reasons"][0]["rule"] for each in shown["would_be_refused"]}
    assert refused == {"cameo.topic", "cameo.restriction"}
    assert clients(Role.PERSON).get("/v1/consents").json() == []


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"audience": "everyone", "restrictions": "no dogs unless asleep"}, "“unless”"),
        ({"audience": "everyone", "restrictions": "x" * 1001}, "restrictions"),
        ({"audience": "friends"}, "audience"),
        ({"audience": "everyone", "purposes": ["fun"]}, "purposes"),
        ({"audience": "everyone", "denied_topics": ["everything"]}, "denied_topics"),
        ({"audience": "everyone", "territories": ["XX"]}, "“XX”"),
        ({"audience": "everyone", "languages": ["x"]}, "“x”"),
        ({"audience": "everyone", "quota_total": 0}, "quota_total"),
        ({"audience": "everyone", "starts_at": "2030-01-01T00:00:00"}, "starts_at"),
        (
            {
                "audience": "everyone",
                "starts_at": "2031-01-01T00:00:00Z",
                "expires_at": "2030-01-01T00:00:00Z",
            },
            "end before they begin",
        ),
        ({"audience": "everyone", "starts_at": "9999-12-31T23:59:59-12:00"}, "the calendar"),
        ({"audience": "everyone", "starts_at": "2999-01-01T00:00:00Z"}, "hundred years"),
        ({"audience": "everyone", "expires_at": "2020-01-01T00:00:00Z"}, "in the future"),
        ({"audience": "everyone", "quota_total": 1, "quota_30_days": 9}, "than the 1 in all"),
        (
            {"audience": "everyone", "restrictions": "only wine", "denied_topics": ["alcohol"]},
            "denied by the same terms",
        ),
        ({"audience": "everyone", "restrictions": "no (a+)+$" + "!" * 900}, "not understood"),
        ({"audience": "everyone", "restrictions": "no " + "," * 990}, "not understood"),
        ({"audience": "everyone", "surprise": 1}, "surprise"),
        ({"grantees": ["acc_" + "0" * 32]}, "there is none by this id"),
        ({}, "name a grantee"),
    ],
)
def test_terms_that_cannot_be_are_a_problem(everyone: Clients, terms: dict, words: str) -> None:
    person = everyone(Role.PERSON)
    handle = f"a{secrets.token_hex(8)}"
    ada = person.post("/v1/subjects", json={"handle": handle}).json()
    before = person.get("/v1/consents").json()

    for path, body in (
        ("/v1/consents/preview", terms),
        ("/v1/consents", terms | {"subject_id": ada["id"]}),
    ):
        answer = person.post(path, json=body)

        assert answer.status_code == 422, answer.text
        assert words in answer.json()["detail"]
    assert person.get("/v1/consents").json() == before


def test_a_use_with_a_code_that_is_none_is_a_problem(clients: Clients) -> None:
    body = {"prompt": "a ball", "territories": ["Nowhere"]}

    for path in ("/v1/generations", "/v1/generations/preflight"):
        assert clients(Role.CREATOR).post(path, json=body).status_code == 422


def test_a_grantee_sees_the_terms_but_not_who_else_they_are_about(
    clients: Clients, ids: dict[str, str]
) -> None:
    admin = clients(Role.ADMIN)
    other = admin.post("/v1/accounts", json={"role": "creator", "name": "B"}).json()["id"]
    grant(clients, ids, grantees=[other], blocked=[ids["person"]], purposes=["editorial"])

    (shown,) = clients(Role.CREATOR).get("/v1/consents").json()
    (own,) = clients(Role.PERSON).get("/v1/consents").json()

    assert shown["terms"]["purposes"] == ["editorial"]
    assert shown["terms"]["grantees"] == [ids["creator"]]
    assert (shown["terms"]["blocked"], shown["commitment_salt"]) == ([], "")
    assert set(own["terms"]["grantees"]) == {ids["creator"], other}
    assert own["terms"]["blocked"] == [ids["person"]]
    assert len(own["commitment_salt"]) == 64


def test_a_use_waits_is_seen_at_once_and_is_approved(clients: Clients, ids: dict[str, str]) -> None:
    given = grant(clients, ids, audience="everyone", per_use_approval=True)
    asked = clients(Role.CREATOR).post("/v1/generations", json={"prompt": PROMPT}).json()
    assert asked["state"] == "held"

    (use,) = clients(Role.PERSON).get("/v1/uses").json()

    assert (use["id"], use["requester_id"]) == (asked["id"], ids["creator"])
    assert (use["summary"], use["state"]) == (PROMPT, "held")
    assert use["rests_on"] == [{"consent_id": given["id"], "terms_version": 1}]
    approve = f"/v1/uses/{asked['id']}/approve"
    key = {"Idempotency-Key": "approve-1"}
    approved = clients(Role.PERSON).post(approve, headers=key)
    assert approved.json()["state"] == "requested"
    assert clients(Role.PERSON).post(approve, headers=key).json() == approved.json()
    objected = clients(Role.PERSON).post(f"/v1/uses/{asked['id']}/object")
    assert objected.json()["state"] == "refused"
    assert objected.json()["reason"] == "the person objected"


def test_mutuals_by_following_one_another(clients: Clients, ids: dict[str, str]) -> None:
    grant(clients, ids, audience="mutuals")
    for role, whom in ((Role.PERSON, "creator"), (Role.CREATOR, "person")):
        made = clients(role).post("/v1/follows", json={"account_id": ids[whom]})
        assert made.status_code == 201
    assert made.json()["mutual"] is True

    def outcome() -> str:
        body = {"prompt": PROMPT}
        return clients(Role.CREATOR).post("/v1/generations/preflight", json=body).json()["outcome"]

    assert outcome() == "allow"
    ended = clients(Role.PERSON).post(f"/v1/follows/{ids['creator']}/unfollow")
    assert ended.status_code == 200
    assert outcome() == "refuse"


def test_pausing_and_resuming(clients: Clients, ids: dict[str, str]) -> None:
    grant(clients, ids)
    path = f"/v1/subjects/{ids['ada']}"

    assert clients(Role.PERSON).post(f"{path}/pause").json()["state"] == "paused"
    refused = clients(Role.CREATOR).post("/v1/generations", json={"prompt": PROMPT})
    assert refused.json()["reasons"][0]["rule"] == "cameo.paused"
    assert clients(Role.PERSON).post(f"{path}/resume").json()["state"] == "enrolled"
    assert clients(Role.CREATOR).post("/v1/generations", json={"prompt": PROMPT}).status_code == 201
