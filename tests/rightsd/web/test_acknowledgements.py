"""Acknowledging, noting copies and fetching proofs, as an integrator and the parties meet it."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rightsd.domain import acknowledgement
from rightsd.domain.acknowledgement import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.runtime import Runtime
from rightsd.web.api import turnarounds
from rightsd.workflows.exports import verifying
from tests import acknowledging, daemon, people, telling
from tests.acknowledging import KEY, Told
from tests.rightsd.web.conftest import Clients, clients_of
from tests.rightsd.witnesses import Clock

NOTICE = {
    "kind": "copyright",
    "name": "Nora",
    "email": "nora@example.org",
    "signature": "Nora",
    "work": "The Ball",
    "statement": "Mine.",
    "good_faith": True,
    "accurate": True,
    "authorised": True,
}


@pytest.fixture
def here(rt: Runtime) -> Iterator[Clients]:
    """Clients of a daemon that lets platforms be on loopback."""
    with clients_of(replace(rt, webhook_guard=telling.LOCAL)) as clients:
        yield clients


def register(client: TestClient) -> str:
    body = {
        "name": "Clips",
        "url": "http://127.0.0.1:1/hook",
        "contact": "desk@clips.example",
        "acknowledge_hours": 1,
        "remove_hours": 24,
        "acknowledgement_key": acknowledging.public(KEY),
    }
    answer = client.post("/v1/platforms", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def told(rt: Runtime, client: TestClient, platform_id: str) -> Told:
    """Have an output withdrawn, and return what the platform is to be told of it."""
    (output,) = telling.published(rt, 1)
    telling.withdraw(rt, output)
    telling.fan_out(rt)
    page = client.get(f"/v1/platforms/{platform_id}/deliveries").json()["deliveries"]
    one = page[-1]
    at = datetime.fromisoformat(one["event_at"])
    return Told(one["id"], one["event_id"], output, platform_id, at)


def signed(rt: Runtime, one: Told, outcome: Outcome = Outcome.REMOVED, **more: Any) -> dict:
    said = acknowledging.statement(one, outcome, rt.clock())
    members = {name: value for name, value in json.loads(said.encode()).items() if name != "type"}
    signature = base64.b64encode(KEY.sign(said.encode())).decode()
    return {"statement": members, "signature": signature} | more


def test_an_answer_is_taken_in_once_and_shown_as_it_was_signed(rt: Runtime, here: Clients) -> None:
    client = here(Role.PLATFORM)
    one = told(rt, client, register(client))
    url, body = f"/v1/deliveries/{one.id}/acknowledgements", signed(rt, one, note="Gone.")

    first, again = client.post(url, json=body), client.post(url, json=body)
    listed = client.get(url).json()

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == listed[0]
    shown = first.json()
    assert acknowledgement.read(shown["statement"].encode()).outcome is Outcome.REMOVED
    assert shown["public_key"] == acknowledging.public(KEY)
    assert "/v1/ledger/proofs/evt_" in first.headers["Link"]


SPOILT: tuple[dict[str, Any], ...] = (
    {"signature": base64.b64encode(bytes(64)).decode()},
    {"signature": "A" * 86 + "="},
    {"signature": "B" * 86 + "=="},  # Not the one form of these bytes.
    {"more": 1},
    {"note": "a" * 2001},
    {"statement": {}},
    {"at": "yesterday"},
    {"at": "2030-13-01T00:00:00Z"},
    {"outcome": "deleted"},
    {"outcome": "received"},
    {"refusal": "because"},
    {"delivery_id": "dlv_" + "0" * 32},
)


def test_what_is_malformed_or_forged_is_a_problem(rt: Runtime, here: Clients) -> None:
    client = here(Role.PLATFORM)
    one = told(rt, client, register(client))
    for spoilt in SPOILT:
        body = signed(rt, one)
        outside = {name: spoilt[name] for name in spoilt if name in {*body, "more", "note"}}
        body |= outside
        body["statement"] |= {name: spoilt[name] for name in spoilt if name not in outside}

        answer = client.post(f"/v1/deliveries/{one.id}/acknowledgements", json=body)

        assert answer.status_code == 422, (spoilt, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
    assert client.get(f"/v1/deliveries/{one.id}/acknowledgements").json() == []


def test_a_copy_is_noted_listed_and_removed(rt: Runtime, here: Clients) -> None:
    client = here(Role.PLATFORM)
    register(client)
    (output,) = telling.published(rt, 1)
    body = {
        "generation_id": output,
        "url": "https://clips.example/1",
        "published_at": rt.clock().isoformat(),
    }

    first, again = (client.post("/v1/copies", json=body) for _ in range(2))
    listed = client.get("/v1/copies", params={"generation_id": output}).json()
    removed = client.post(f"/v1/copies/{first.json()['id']}/remove")
    both = client.post("/v1/copies", json=body | {"sha256": "0" * 64})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["withdrawn"] is False
    assert [one["id"] for one in listed] == [first.json()["id"]]
    assert removed.json()["state"] == "removed"
    assert both.status_code == 422


def test_the_table_is_public_and_says_who_counts(rt: Runtime) -> None:
    clock = Clock()
    rt = replace(rt, webhook_guard=telling.LOCAL, clock=clock)
    with clients_of(rt) as here:
        client = here(Role.PLATFORM)
        platform_id = register(client)
        silent = here(None).get("/v1/platforms/turnaround").json()
        one = told(rt, client, platform_id)
        client.post(f"/v1/deliveries/{one.id}/acknowledgements", json=signed(rt, one))

        within = here(None).get("/v1/platforms/turnaround").json()
        telling.turn(clock, seconds=61)
        answer = here(None).get("/v1/platforms/turnaround")

    assert [line["counts"] for line in silent["platforms"]] == [False]
    assert within == silent
    (line,) = answer.json()["platforms"]
    assert (line["platform_id"], line["name"], line["counts"]) == (platform_id, "Clips", True)
    assert (line["deliveries"], line["removals"], line["removed"]["sample"]) == (1, 1, 0)
    assert "max-age=60" in answer.headers["Cache-Control"]
    assert "desk@" not in answer.text


def test_the_table_is_shown_at_a_pace(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnarounds, "REQUESTS_A_MINUTE", 3)
    now = rt.clock()
    with clients_of(replace(rt, clock=lambda: now)) as here:
        statuses = [here(None).get("/v1/platforms/turnaround").status_code for _ in range(5)]

    assert statuses == [200, 200, 200, 429, 429]


def test_the_parties_of_a_cause_have_its_proof_and_no_one_else(
    rt: Runtime, here: Clients, tmp_path: Path
) -> None:
    platform = here(Role.PLATFORM)
    platform_id = register(platform)
    with rt.transaction() as tx:
        creator = _me(here, Role.CREATOR)
        output = people.published(tx, creator).id
    body = NOTICE | {"generation_id": output}
    notice = here(None).post("/v1/notices", json=body).json()
    here(Role.REVIEWER).post(f"/v1/notices/{notice['id']}/uphold", json={"reason": "So."})
    daemon.settle(rt)
    telling.fan_out(rt)
    url = f"/v1/takedowns/{notice['id']}/proof"

    whole = [here(role).get(url) for role in (Role.AUDITOR, Role.REVIEWER, Role.CREATOR)]
    whole.append(here(None).get(url, headers={"Notice-Token": notice["token"]}))
    part = platform.get(url)
    strangers = [here(role).get(url).status_code for role in (Role.PERSON, Role.RIGHTS_HOLDER)]
    unknown = here(None).get(url, headers={"Notice-Token": "x"}).status_code

    assert [one.status_code for one in whole] == [200] * 4
    assert len({one.content for one in whole}) == 1
    assert (strangers, unknown, here(None).get(url).status_code) == ([404, 404], 404, 401)
    for answer, whose in ((whole[0], None), (part, platform_id)):
        path = tmp_path / "takedown.tar"
        path.write_bytes(answer.content)
        trust = verifying.trust_keys([rt.log_keys.make(1).vkey])
        found = verifying.verify(path, trust).takedown
        assert found is not None
        assert (found.platform_id, found.outputs) == (whose, 1)


def test_a_platform_cannot_ask_for_the_part_of_another(rt: Runtime, here: Clients) -> None:
    platform = here(Role.PLATFORM)
    register(platform)
    url = f"/v1/takedowns/con_{'0' * 32}/proof"

    answer = platform.get(url, params={"platform": f"plt_{'0' * 32}"})

    assert answer.status_code == 404


def _me(here: Clients, role: Role) -> Principal:
    return Principal(here(role).get("/v1/accounts/me").json()["account_id"], role)
