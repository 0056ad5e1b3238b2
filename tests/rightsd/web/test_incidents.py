"""Incidents over HTTP: what is answered, and what an export is."""

from rightsd.domain.principal import Role
from tests.people import ENROLMENT
from tests.rightsd.web.conftest import Clients

LESSONS = {"impact": "One clip.", "cause": "A rule.", "worked": "The stop.", "changes": "A test."}


def test_a_case_from_its_opening_to_the_post_mortem(clients: Clients) -> None:
    staff, auditor = clients(Role.REVIEWER), clients(Role.AUDITOR)
    subject = clients(Role.PERSON).post("/v1/subjects", json=ENROLMENT | {"handle": "ada"}).json()
    link = {"thing_id": subject["id"], "strand": "consent"}

    opened = staff.post(
        "/v1/incidents", json={"title": "A case", "severity": "high", "links": [link]}
    )
    path = f"/v1/incidents/{opened.json()['id']}"
    note = staff.post(f"{path}/notes", json={"strand": "safety", "text": "Told the family."})
    staff.post(f"{path}/advance", json={"step_id": "stop"})
    staff.post(f"{path}/turn", json={"state": "resolved"})
    closed = staff.post(f"{path}/close", json=LESSONS)
    shown = auditor.get(path).json()
    exported = auditor.get(f"{path}/postmortem", params={"language": "ja"})

    assert (opened.status_code, note.status_code, closed.status_code) == (201, 201, 200)
    lessons = closed.json()["lessons"]
    assert lessons == LESSONS | {"commitment_salt": lessons["commitment_salt"]}
    assert note.json()["commitment_salt"] not in repr(shown)
    assert shown["links"][0] | {"linked_at": None} == link | {
        "state": "enrolled",
        "linked_at": None,
    }
    assert shown["notes"] is None
    assert [step["id"] for step in shown["steps"] if step["done_at"]] == ["stop"]
    assert exported.headers["content-type"].startswith("text/markdown")
    assert exported.headers["cache-control"] == "no-store"
    assert "事後報告" in exported.text
    assert "Told the family" not in exported.text


def test_an_incident_that_is_not_there_is_not_found(clients: Clients) -> None:
    assert clients(Role.ADMIN).get(f"/v1/incidents/inc_{'0' * 32}").status_code == 404
