"""Taking back over HTTP, from the call to the stopwatch."""

import pytest

from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.web.api import revocations as api
from rightsd.web.pace import Pace
from tests.daemon import settle
from tests.people import ENROLMENT, GRANT
from tests.rightsd.web.conftest import Clients


def test_one_call_takes_a_person_back_and_one_lifts_it(rt: Runtime, clients: Clients) -> None:
    person, creator = clients(Role.PERSON), clients(Role.CREATOR)
    subject_id = person.post("/v1/subjects", json=ENROLMENT | {"handle": "ada"}).json()["id"]
    creator_id = creator.get("/v1/accounts/me").json()["account_id"]
    person.post(
        "/v1/consents", json=GRANT | {"subject_id": subject_id, "grantee_id": creator_id}
    ).raise_for_status()
    asked = creator.post("/v1/generations", json={"prompt": "@ada waves", "cameos": ["ada"]})
    generation_id = asked.json()["id"]
    emergency = {"scope": "subject", "subject_id": subject_id, "mode": "suspend"}

    before = person.post("/v1/revocations/preview", json=emergency).json()
    made = person.post("/v1/revocations", json=emergency)

    assert before["in_flight"] == {"count": 1, "first": [generation_id]}
    assert made.status_code == 201, made.text
    revocation = made.json()
    assert made.headers["Location"] == f"/v1/revocations/{revocation['id']}"
    assert person.get(made.headers["Location"]).json() == revocation
    assert person.get("/v1/revocations").json() == [revocation]
    refused = creator.post("/v1/generations", json={"prompt": "@ada waves", "cameos": ["ada"]})
    assert [reason["rule"] for reason in refused.json()["reasons"]] == ["revocation.stands"]
    settle(rt)
    watch = person.get(f"/v1/stopwatches/{revocation['id']}").json()
    assert (watch["dead"]["count"], watch["withdrawn"]["count"]) == (1, 0)
    assert creator.get(f"/v1/stopwatches/{revocation['id']}").status_code == 403
    assert clients(Role.AUDITOR).get("/v1/stopwatches").json()[0]["causes"] == 1
    lifted = person.post(f"/v1/revocations/{revocation['id']}/lift").json()
    assert lifted["state"] == "lifted"


def test_a_wrong_scope_is_told_what_to_name(clients: Clients) -> None:
    answer = clients(Role.PERSON).post(
        "/v1/revocations", json={"scope": "requester", "mode": "suspend"}
    )

    assert answer.status_code == 422
    assert "names requester_id, and either subject_id or work_id" in answer.json()["detail"]


@pytest.mark.parametrize(("per_minute", "status"), [(1, 404), (0, 429)])
def test_an_account_previews_so_often_in_a_minute(
    clients: Clients, monkeypatch: pytest.MonkeyPatch, per_minute: int, status: int
) -> None:
    monkeypatch.setattr(api, "previews", Pace("previews", per_minute=per_minute))
    of = {"scope": "subject", "subject_id": f"sub_{'0' * 32}", "mode": "suspend"}

    answer = clients(Role.PERSON).post("/v1/revocations/preview", json=of)

    assert answer.status_code == status
