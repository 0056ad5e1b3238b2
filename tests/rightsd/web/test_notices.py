"""Notices over HTTP: what is missing is named, lines are taken one by one, tokens count."""

import json

import pytest

from rightsd.domain.generation import Generation
from rightsd.domain.principal import Role
from rightsd.domain.regime import REGIMES
from rightsd.runtime import Runtime
from tests import people
from tests.rightsd.web.conftest import Clients

WHOLE = {
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
def clip(rt: Runtime) -> Generation:
    with rt.transaction() as tx:
        return people.published(tx, people.account(tx, Role.CREATOR))


def test_what_is_missing_is_named_in_both_languages(clients: Clients, clip: Generation) -> None:
    said = {name: value for name, value in WHOLE.items() if name != "authorised"}

    answer = clients(None).post("/v1/notices", json=said | {"generation_id": clip.id})

    notice = answer.json()
    assert (answer.status_code, notice["state"], notice["stands"]) == (201, "deficient", False)
    (missing,) = notice["missing"]
    assert missing["id"] == "authority_under_penalty_of_perjury"
    assert "perjury" in missing["en"]
    assert "偽証" in missing["ja"]
    assert "no legal advice" in notice["hint"]


def test_it_is_completed_by_its_token_alone(clients: Clients, clip: Generation) -> None:
    said = WHOLE | {"generation_id": clip.id, "authorised": False}
    notice = clients(None).post("/v1/notices", json=said).json()
    url = f"/v1/notices/{notice['id']}"

    stranger = clients(Role.CREATOR).post(f"{url}/complete", json={"authorised": True})
    mine = clients(None).post(
        f"{url}/complete", json={"authorised": True}, headers={"Notice-Token": notice["token"]}
    )

    assert stranger.status_code == 404
    assert (mine.json()["state"], mine.json()["missing"]) == ("received", [])
    assert [clock["regime"] for clock in mine.json()["clocks"]] == ["us-dmca-512c", "eu-dsa-16"]


@pytest.mark.parametrize("where", ["{url}/v1/generations/{id}/file", "{id}"])
def test_a_url_of_ours_names_the_output(
    clients: Clients, rt: Runtime, clip: Generation, where: str
) -> None:
    location = where.format(url=rt.issuer.url, id=clip.id)

    answer = clients(None).post("/v1/notices", json=WHOLE | {"location": location})

    assert (answer.json()["generation_id"], answer.json()["state"]) == (clip.id, "received")


@pytest.mark.parametrize("where", ["{url}/v1/generations/{id}/file", "{id}"])
def test_a_reviewer_identifies_a_described_clip_by_its_url(
    clients: Clients, rt: Runtime, clip: Generation, where: str
) -> None:
    said = WHOLE | {"kind": "illegal", "location": "the clip with the ball"}
    given = clients(None).post("/v1/notices", json=said).json()
    url, reviewer = f"/v1/notices/{given['id']}/identify", clients(Role.REVIEWER)

    found = reviewer.post(url, json={"location": where.format(url=rt.issuer.url, id=clip.id)})

    assert given["state"] == "deficient"
    assert (found.json()["state"], found.json()["generation_id"]) == ("received", clip.id)
    assert reviewer.post(url, json={"location": "the ball"}).status_code == 422


def test_a_table_is_taken_line_by_line(clients: Clients, rt: Runtime, clip: Generation) -> None:
    client = clients(Role.RIGHTS_HOLDER)
    table = (
        "kind,location,work\n"
        f"copyright,{clip.id},The Ball\n"
        f"copyright,{clip.id},\n"
        f"nonsense,{clip.id},The Ball\n"
        f"copyright,gen_{'0' * 32},The Ball\n"
        "copyright,the clip with the ball,The Ball\n"
    )
    common = json.dumps({key: WHOLE[key] for key in WHOLE if key not in {"kind", "work"}})

    def send() -> dict:
        return client.post(
            "/v1/notices/files",
            data={"notice": common},
            files={"file": ("table.csv", table)},
            headers={"Idempotency-Key": "table-one"},
        ).json()

    answer = send()

    assert (answer["taken"], answer["refused"]) == (3, 2)
    assert [line["state"] for line in answer["lines"]] == [
        "received",
        "deficient",
        None,
        None,
        "received",
    ]
    assert answer["lines"][1]["missing"] == ["work_identification"]
    assert answer["lines"][2]["problem"].startswith("its kind is none of")
    assert answer["lines"][3]["problem"] == "there is no published output by this id"
    first = answer["lines"][0]["id"]
    assert client.get(f"/v1/notices/{first}").json()["id"] == first
    assert send() == answer
    with rt.transaction() as tx:
        assert tx.conn.execute("SELECT count(*) FROM rights.notice").fetchone() == (3,)


def test_a_table_that_is_too_long_is_refused(clients: Clients) -> None:
    content = b"kind,location\n" + b"privacy,x\n" * 500_000

    answer = clients(Role.RIGHTS_HOLDER).post(
        "/v1/notices/files", data={"notice": "{}"}, files={"file": ("t.csv", content)}
    )

    assert answer.status_code == 413


def test_the_regimes_are_public(clients: Clients) -> None:
    found = clients(None).get("/v1/notices/regimes").json()

    assert [each["id"] for each in found] == [each.id for each in REGIMES]
    assert all(each["source"] and each["confidence"] for each in found)


def test_a_third_party_learns_the_state_and_nothing_else(
    clients: Clients, rt: Runtime, clip: Generation
) -> None:
    given = clients(None).post("/v1/notices", json=WHOLE | {"generation_id": clip.id}).json()
    url = f"/v1/notices/{given['id']}"
    clients(Role.REVIEWER).post(f"{url}/uphold", json={"reason": "A secret reason."})

    appealed = clients(Role.PERSON).post(f"{url}/appeal", json={"reason": "I am in it."})

    assert appealed.json() == {"id": given["id"], "state": "appealed", "stands": True}
    for path in (url, f"{url}/statements"):
        assert clients(Role.PERSON).get(path).status_code == 404
    queue = clients(Role.REVIEWER).get("/v1/notices").json()
    assert [(each["id"], each["objection"]) for each in queue] == [(given["id"], "I am in it.")]
