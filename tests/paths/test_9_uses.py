"""Step 9: a use waits, is approved and made; then the person objects, and it is shown no more."""

import pytest
from fastapi.testclient import TestClient

from rightsd.domain.principal import Role
from rightsd.workflows import accounts
from tests.daemon import settle
from tests.paths.conftest import World
from tests.people import ADMIN, ENROLMENT, GRANT

pytestmark = pytest.mark.slow

BODY = {
    "prompt": "@grace waves beside a bouncing red ball in a park.",
    "purpose": "education",
    "territories": ["JP"],
    "seed": 5,
    "seconds": 3,
    "width": 320,
    "height": 180,
}


def owner(world: World) -> TestClient:
    with world.rt.transaction() as tx:
        opened = accounts.open_account(tx, ADMIN, role=Role.PERSON, name="Grace")
    headers = {"Authorization": f"Bearer {opened.api_key}"}
    return TestClient(world.clients["public"].app, headers=headers)


def test_a_use_is_approved_made_objected_to_and_withdrawn(fresh: World) -> None:
    person = owner(fresh)
    subject = person.post("/v1/subjects", json=ENROLMENT | {"handle": "grace"}).json()
    terms = {
        "subject_id": subject["id"],
        "audience": "everyone",
        "purposes": ["education"],
        "territories": ["JP", "US"],
        "per_use_approval": True,
        "quota_total": 1,
    }
    granted = person.post("/v1/consents", json=GRANT | terms)
    assert granted.status_code == 201, granted.text

    held = fresh.generate(BODY)
    assert held["state"] == "held"
    approved = person.post(f"/v1/uses/{held['id']}/approve")
    assert approved.status_code == 200, approved.text
    settle(fresh.rt)

    made = fresh.show(held["id"])
    assert made["state"] == "published", made
    assert made["decision"]["consents"] == [granted.json()["id"]]
    file = fresh.download(made["id"])
    assert fresh.verify(file)["verdict"] == "genuine"
    more = fresh.clients["creator"].post("/v1/generations", json=BODY)
    assert [reason["rule"] for reason in more.json()["reasons"]] == ["cameo.quota"]

    objected = person.post(f"/v1/uses/{made['id']}/object")
    assert objected.json()["state"] == "withdrawn"
    gone = fresh.clients["creator"].get(f"/v1/generations/{made['id']}/file")
    assert gone.status_code == 410
    assert fresh.verify(file)["verdict"] == "withdrawn"
    states = {use["id"]: use["state"] for use in person.get("/v1/uses").json()}
    assert states[made["id"]] == "withdrawn"
    assert set(states.values()) == {"withdrawn", "refused"}
