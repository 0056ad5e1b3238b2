"""GET /v1/exports/audit.tar and its filters."""

from pathlib import Path

import pytest

from rightsd.domain.principal import Principal, Role
from rightsd.runtime import Runtime
from rightsd.web import bundles
from rightsd.web.api import exports
from rightsd.workflows import checkpoints
from rightsd.workflows.exports import scopes, verifying
from tests import people
from tests.rightsd.web.conftest import Clients

URL = "/v1/exports/audit.tar"
NOBODY = "0" * 32


def test_each_filter_gives_what_it_says(rt: Runtime, clients: Clients, tmp_path: Path) -> None:
    with rt.transaction() as tx:
        person = people.account(tx, Role.PERSON)
        made = people.published(tx, people.account(tx, Role.CREATOR))
    auditor = clients(Role.AUDITOR)
    notice = {
        "generation_id": made.id,
        "kind": "copyright",
        "name": "Nora",
        "email": "nora@example.org",
        "statement": "Mine.",
        "good_faith": True,
        "accurate": True,
    }
    case = clients(None).post("/v1/notices", json=notice).json()["id"]
    checkpoints.sequence(rt)
    expected = {
        "": None,
        "?from=1&to=3": scopes.Range(1, 3),
        "?to=3": scopes.Range(0, 3),
        f"?subject={person.account_id}": scopes.About(person.account_id),
        f"?case={case}": scopes.Case(case),
    }

    found = {}
    for query in expected:
        answer = auditor.get(URL + query)
        assert answer.status_code == 200, answer.text
        path = tmp_path / "b.tar"
        path.write_bytes(answer.content)
        found[query] = verifying.verify(
            path, verifying.trust_keys([rt.log_keys.make(1).vkey])
        ).scope

    assert found == expected


@pytest.mark.parametrize(
    ("query", "status", "problem"),
    [
        ("from=-1&to=3", 422, "invalid"),
        ("from=0&to=0", 422, "invalid"),
        ("from=3", 422, "invalid"),
        ("from=5&to=4", 422, "invalid"),
        ("from=x&to=3", 422, "invalid"),
        ("from=0&to=99999999999999999999", 422, "invalid"),
        ("from=0&to=20000", 422, "invalid"),
        ("from=0&to=5000", 422, "invalid"),
        ("subject=ada", 422, "invalid"),
        ("subject=" + "a" * 5000, 422, "invalid"),
        (f"case=con_{NOBODY}", 422, "invalid"),
        (f"case=ntc_{NOBODY}&subject=con_{NOBODY}", 422, "invalid"),
        (f"case=ntc_{NOBODY}", 404, "not-found"),
        (f"subject=con_{NOBODY}", 404, "not-found"),
    ],
)
def test_a_filter_that_makes_no_sense_is_a_problem(
    shared_rt: Runtime, everyone: Clients, query: str, status: int, problem: str
) -> None:
    client = everyone(Role.AUDITOR)
    checkpoints.sequence(shared_rt)

    answer = client.get(f"{URL}?{query}")

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith(f"/{problem}")


def test_after_a_refusal_the_next_export_gets_its_turn(rt: Runtime, clients: Clients) -> None:
    auditor = clients(Role.AUDITOR)
    checkpoints.sequence(rt)
    assert auditor.get(f"{URL}?case=ntc_{NOBODY}").status_code == 404

    assert auditor.get(URL).status_code == 200


def test_no_more_bundles_lie_on_the_disk_than_there_is_room_for(
    rt: Runtime, clients: Clients
) -> None:
    auditor = Principal("acc_auditor", Role.AUDITOR)
    checkpoints.sequence(rt)
    taken = [exports.export_audit(auditor, rt) for _ in range(bundles.HELD_MAX)]

    full = clients(Role.AUDITOR).get(URL)
    taken.pop()  # Somebody went away before the first byte was sent.
    after = [clients(Role.AUDITOR).get(URL).status_code for _ in range(bundles.HELD_MAX + 1)]

    assert full.status_code == 503
    assert full.json()["type"].endswith("/busy")
    assert set(after) == {200}


def test_one_export_is_written_at_a_time(rt: Runtime, clients: Clients) -> None:
    checkpoints.sequence(rt)
    with bundles.turn:
        refused = [clients(Role.AUDITOR).get(URL).status_code for _ in range(bundles.HELD_MAX + 1)]

    assert set(refused) == {503}
    assert clients(Role.AUDITOR).get(URL).status_code == 200
    assert list(rt.work_folder.iterdir()) == []
