"""/v1/reviews: who sees and does what with which review, and what is shown."""

from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rightsd.domain.principal import Role
from rightsd.domain.rates import Sampling
from rightsd.domain.review import Finding, Kind
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.workflows import accounts, reviews
from rightsd.workflows.generations import reviewing
from tests import contests, people
from tests.rightsd.web.conftest import Clients

DECISION = {"finding": "refuse", "reason": "It is the fox."}


def client(rt: Runtime, role: Role) -> TestClient:
    with rt.transaction() as tx:
        opened = accounts.open_account(tx, people.ADMIN, role=role, name=role.value)
    headers = {"Authorization": f"Bearer {opened.api_key}"}
    return TestClient(create_app(rt), headers=headers)


@pytest.fixture
def held(rt: Runtime, clients: Clients) -> dict[str, Any]:
    """A use of the creator's that waits for a reviewer."""
    with rt.transaction() as tx:
        contests.claimed_twice(tx)
    answer = clients(Role.CREATOR).post("/v1/generations", json={"prompt": contests.PROMPT})
    assert answer.status_code == 201, answer.text
    return answer.json()


def review_of(client: TestClient) -> dict[str, Any]:
    (review,) = client.get("/v1/reviews/mine").json()
    return review


def test_a_use_waits_is_refused_and_appealed(
    rt: Runtime, clients: Clients, held: dict[str, Any]
) -> None:
    creator, reviewer = clients(Role.CREATOR), clients(Role.REVIEWER)
    assert held["state"] == "held"
    assert held["decision"]["reasons"][0]["rule"] == "work.contested"
    review = review_of(creator)
    assert (review["state"], review["things"], review["late"]) == ("opened", [held["id"]], False)

    (queued,) = reviewer.get("/v1/reviews").json()
    assert "evidence" not in queued
    assert contests.PROMPT not in str(queued)
    at = f"/v1/reviews/{queued['id']}"
    assert reviewer.get(at).status_code == 404
    claimed = reviewer.post(f"{at}/claim").json()
    assert claimed["evidence"]["prompt"] == contests.PROMPT
    assert claimed["mine"]
    assert reviewer.get(at).json() == claimed
    decided = reviewer.post(f"{at}/decide", json=DECISION)
    assert decided.status_code == 200, decided.text
    reviewing.settle_review(rt, queued["id"])

    seen = review_of(creator)
    assert (seen["finding"], seen["reason"]) == ("refuse", "It is the fox.")
    assert seen["against_you"]
    assert seen["appealable_until"] is not None
    assert creator.get(f"/v1/generations/{held['id']}").json()["state"] == "refused"
    appealed = creator.post(f"{at}/appeal", json={"objection": "It is not."})
    assert appealed.json()["state"] == "appealed"
    other = client(rt, Role.REVIEWER)
    assert other.post(f"{at}/claim").json()["objection"] == "It is not."
    overturned = other.post(f"{at}/decide", json={"finding": "allow", "reason": "It is not."})
    assert overturned.json()["state"] == "overturned"
    reviewing.settle_review(rt, queued["id"])
    assert creator.get(f"/v1/generations/{held['id']}").json()["state"] == "requested"
    assert not review_of(creator)["against_you"]


# What each account gets for a review of the creator's that the reviewer has: 404 for whom it is
# not there, 409 for who sees it and does not have it.
ROWS: dict[str, dict[str, int]] = {
    "holder": {"show": 200, "claim": 200, "decide": 200, "release": 200},
    "reviewer": {"show": 404, "claim": 409, "decide": 409, "release": 409},
    "creator": {"appeal": 409},  # It is not decided yet.
    "other creator": {"appeal": 404},
    "brand": {"appeal": 404},
}


@pytest.mark.parametrize(("who", "act"), [(who, act) for who, acts in ROWS.items() for act in acts])
def test_a_row_is_there_for_whom_it_concerns(
    rt: Runtime, clients: Clients, held: dict[str, Any], who: str, act: str
) -> None:
    assert held["state"] == "held"
    at = f"/v1/reviews/{review_of(clients(Role.CREATOR))['id']}"
    assert clients(Role.REVIEWER).post(f"{at}/claim").status_code == 200
    actor = {
        "holder": lambda: clients(Role.REVIEWER),
        "reviewer": lambda: client(rt, Role.REVIEWER),
        "creator": lambda: clients(Role.CREATOR),
        "other creator": lambda: client(rt, Role.CREATOR),
        "brand": lambda: clients(Role.RIGHTS_HOLDER),
    }[who]()
    bodies = {"decide": DECISION, "appeal": {"objection": "No."}}

    answer = actor.get(at) if act == "show" else actor.post(f"{at}/{act}", json=bodies.get(act))

    assert answer.status_code == ROWS[who][act], answer.text
    if who != "holder":
        assert contests.PROMPT not in answer.text


def test_nobody_sees_the_reviews_of_others(
    rt: Runtime, clients: Clients, held: dict[str, Any]
) -> None:
    assert held["state"] == "held"

    assert client(rt, Role.CREATOR).get("/v1/reviews/mine").json() == []
    assert clients(Role.RIGHTS_HOLDER).get("/v1/reviews/mine").json() == []


def test_both_claimants_see_their_conflict_and_who_won(rt: Runtime) -> None:
    brands = [client(rt, Role.RIGHTS_HOLDER) for _ in range(2)]
    works = [
        brand.post("/v1/works", json={"kind": "character", "title": "Nebula Fox"}).json()
        for brand in brands
    ]
    optout = brands[1].post("/v1/optouts", json={"work_id": works[1]["id"]}).json()
    assert (optout["state"], optout["status"]) == ("standing", "contested")
    assert optout["contested"] == ["Nebula Fox"]
    reviews.open_conflicts(rt)
    with rt.transaction() as tx:
        review = contests.of(tx, works[1]["id"], Kind.CONFLICT)
        contests.decide(tx, review, Finding.FIRST)

    seen = [review_of(brand) for brand in brands]

    assert [each["against_you"] for each in seen] == [False, True]
    assert [each["appealable_until"] is None for each in seen] == [True, False]
    assert {each["kind"] for each in seen} == {"conflict"}


def test_a_document_raises_what_a_work_rests_on(clients: Clients) -> None:
    brand = clients(Role.RIGHTS_HOLDER)
    work = brand.post("/v1/works", json={"kind": "mark", "title": "Quorvax"}).json()
    assert work["ownership"] == "asserted"
    at = f"/v1/works/{work['id']}/documents"
    body = {"registry": "EUIPO", "number": "018000001", "sha256": "ab" * 32}

    added = brand.post(at, json=body)

    assert added.status_code == 201, added.text
    assert added.json()["ownership"] == "documented"
    assert brand.post(at, json=body).status_code == 409
    assert brand.post(at, json=body | {"sha256": "AB" * 32}).status_code == 422


def test_the_web_draws_samples_and_shows_rates_to_everyone(rt: Runtime) -> None:
    always = replace(rt, sampling=Sampling(allowed=1.0, refused=1.0))
    creator, reviewer = client(always, Role.CREATOR), client(always, Role.REVIEWER)
    anyone = TestClient(create_app(rt))
    (before,) = [each for each in anyone.get("/v1/reviews/rates").json() if each["by"] == "all"]
    assert before["false_positive"] == {"wrong": 0, "of": 0, "share": None, "low": 0, "high": 1}
    assert creator.post("/v1/generations", json={"prompt": "@nobody waves"}).status_code == 403
    (queued,) = reviewer.get("/v1/reviews").json()
    at = f"/v1/reviews/{queued['id']}"
    claimed = reviewer.post(f"{at}/claim").json()
    assert set(claimed["evidence"]) == {"prompt", "cameos", "use"}
    reviewer.post(f"{at}/decide", json={"finding": "allow", "reason": "It is harmless."})

    rates = anyone.get("/v1/reviews/rates")

    (found,) = [each for each in rates.json() if each["by"] == "rule"]
    assert found["value"] == "cameo.unknown@1"
    assert found["false_positive"]["wrong"] == found["false_positive"]["of"] == 1
    assert 0.2 < found["false_positive"]["low"] < 0.21  # Wilson's, for one of one.
    assert "waves" not in rates.text
