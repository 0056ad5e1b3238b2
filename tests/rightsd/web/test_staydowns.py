"""Stay-down over HTTP: entries by upload, the feed, and look-ups as HMA's clients make them."""

import json
import urllib.parse
import urllib.request
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from fingerprint import pdq
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.web.api import hashes as hashes_api
from rightsd.workflows import checkpoints
from tests import pictures
from tests.rightsd.web.conftest import Clients, clients_of
from tests.rightsd.web.test_bad_input import problem

FOX, OTHER = pictures.clouds(1), pictures.clouds(2)
FORM = {"kind": "intimate", "reason": "Reported by a hotline."}


@pytest.fixture
def reviewer(clients: Clients) -> TestClient:
    return clients(Role.REVIEWER)


@pytest.fixture
def platform(clients: Clients) -> TestClient:
    return clients(Role.PLATFORM)


def add(client: TestClient, body: bytes, form: dict[str, str] = FORM, **headers: str) -> Response:
    return client.post("/v1/staydowns", data=form, files={"file": ("x", body)}, headers=headers)


@pytest.fixture
def entry(reviewer: TestClient, rt: Runtime) -> dict[str, Any]:
    answer = add(reviewer, pictures.file(FOX))
    assert answer.status_code == 201, answer.text
    checkpoints.sequence(rt)
    return answer.json()


class Matcher:
    """Calls a matching service as scripts around HMA do: GET with a query, JSON back."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    def get(self, path: str, **query: str) -> Any:
        address = f"{path}?{urllib.parse.urlencode(query)}"
        answer = self._client.get(address)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.content)

    def matches(self, signal_type: str, signal: str) -> list[int]:
        return self.get("/m/raw_lookup", signal=signal, signal_type=signal_type)["matches"]

    def distances(self, signal_type: str, signal: str) -> dict[int, int]:
        found = self.get(
            "/m/raw_lookup", signal=signal, signal_type=signal_type, include_distance="true"
        )
        return {match["content_id"]: int(match["distance"]) for match in found["matches"]}


def test_an_entry_is_made_of_a_file_that_is_not_kept(
    reviewer: TestClient, rt: Runtime, entry: dict[str, Any]
) -> None:
    assert (entry["kind"], entry["state"], entry["ended_at"]) == ("intimate", "standing", None)
    assert list(rt.work_folder.glob("upload-*")) == []
    with rt.transaction() as tx:
        assert tx.conn.execute("SELECT count(*) FROM rights.file").fetchone() == (0,)
    assert reviewer.get("/v1/staydowns").json() == [entry]
    problem(add(reviewer, pictures.file(FOX)), 409, "conflict")

    ended = reviewer.post(f"/v1/staydowns/{entry['id']}/end").json()

    assert ended["state"] == "ended"
    problem(reviewer.post(f"/v1/staydowns/{entry['id']}/end"), 409, "conflict")


def test_one_key_adds_one_entry(reviewer: TestClient) -> None:
    first, again = (
        add(reviewer, pictures.file(FOX), **{"Idempotency-Key": "once-and-no-more"})
        for _ in range(2)
    )

    assert (again.status_code, again.json()) == (201, first.json())
    other = add(reviewer, pictures.file(OTHER), **{"Idempotency-Key": "once-and-no-more"})
    problem(other, 422, "key-reused")


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b"", FORM),
        (b"no picture", FORM),
        (pictures.file(FOX), FORM | {"kind": "ugly"}),
        (pictures.file(FOX), FORM | {"reason": " "}),
        (pictures.file(FOX), {"kind": "privacy"}),
    ],
)
def test_what_is_no_entry_is_refused(everyone: Clients, body: bytes, form: dict[str, str]) -> None:
    assert add(everyone(Role.REVIEWER), body, form).status_code in {415, 422}


def test_a_file_on_the_list_is_called_withdrawn_by_its_kind(
    clients: Clients, entry: dict[str, Any]
) -> None:
    def verify(body: bytes) -> dict[str, Any]:
        return clients(None).post("/v1/verifications", files={"file": ("x", body)}).json()

    same, copy, other = (
        verify(body)
        for body in (
            pictures.file(FOX),
            pictures.file(FOX, "JPEG"),
            pictures.file(OTHER),
        )
    )

    assert [each["verdict"] for each in (same, copy, other)] == ["withdrawn"] * 2 + ["unknown"]
    assert same["grounds"] == copy["grounds"] == [entry["kind"]]
    assert same["ledger"] is None


def test_a_matcher_finds_what_it_hashed_itself(platform: TestClient, entry: dict[str, Any]) -> None:
    matcher = Matcher(platform)
    (shown,) = platform.get("/v1/hashes").json()["entries"]
    signal = next(each["code"] for each in shown["hashes"] if each["algorithm"] == "pdq")

    assert signal == pdq.hash_frame(FOX)[0].hex()
    assert matcher.matches("pdq", signal) == [shown["content_id"]]
    assert matcher.distances("pdq", signal) == {shown["content_id"]: 0}
    assert matcher.matches("pdq", pdq.hash_frame(OTHER)[0].hex()) == []
    assert matcher.matches("video_md5", entry["md5"]) == [shown["content_id"]]
    assert matcher.get("/m/raw_lookup", signal=signal, signal_type="pdq", banks="COPYRIGHT") == {
        "matches": []
    }
    status = matcher.get("/m/index/status")
    assert status["pdq"]["present"] is True
    assert status["pdq"]["size"] == status["video_md5"]["size"] == 1
    assert set(matcher.get("/m/index/status", signal_type="pdq")) == {"pdq"}


@pytest.mark.parametrize(
    "query",
    [
        "signal=00&signal_type=pdq",
        f"signal={'0' * 64}&signal_type=photodna",
        f"signal={'0' * 64}",
        "signal_type=pdq",
        f"signal={'0' * 10_000}&signal_type=pdq",
        f"signal={'0' * 64}&signal_type=pdq&include_distance=perhaps",
    ],
)
def test_a_lookup_that_makes_no_sense_is_refused(everyone: Clients, query: str) -> None:
    problem(everyone(Role.PLATFORM).get(f"/m/raw_lookup?{query}"), 422, "invalid")


@pytest.mark.parametrize(
    "query", ["cursor=-2", "cursor=x", "limit=0", "limit=101", f"cursor={2**63}"]
)
def test_a_page_out_of_bounds_is_refused(everyone: Clients, query: str) -> None:
    problem(everyone(Role.AUDITOR).get(f"/v1/hashes?{query}"), 422, "invalid")


def test_a_platform_says_what_it_did_and_reviewers_see_how_precise_it_is(
    reviewer: TestClient, platform: TestClient, entry: dict[str, Any]
) -> None:
    url = f"/v1/hashes/{entry['id']}/feedback"

    answer = platform.post(url, json={"feedback": "NotBlocked"})

    assert answer.json() == {"id": entry["id"], "feedback": "NotBlocked"}
    problem(platform.post(url, json={"feedback": "Perhaps"}), 422, "invalid")
    (precision,) = reviewer.get("/v1/staydowns/precision").json()
    assert (precision["thing"], precision["kinds"]) == (entry["id"], ["intimate"])
    assert (precision["confirmed"], precision["overturned"], precision["share"]) == (0, 1, 0.0)
    assert precision["high"] == pytest.approx(0.793, abs=0.001)  # Wilson's, of none in one.


def test_an_account_reads_so_many_pages_a_minute(rt: Runtime) -> None:
    now = rt.clock()
    with clients_of(replace(rt, clock=lambda: now)) as clients:
        answers = [
            clients(Role.PLATFORM).get("/v1/hashes") for _ in range(hashes_api.PAGES_A_MINUTE + 1)
        ]

        assert {answer.status_code for answer in answers[:-1]} == {200}
        problem(answers[-1], 429, "too-many")
        assert clients(Role.AUDITOR).get("/v1/hashes").status_code == 200
        now += timedelta(minutes=1)
        assert clients(Role.PLATFORM).get("/v1/hashes").status_code == 200


def test_an_exemption_is_granted_listed_and_ended(
    rt: Runtime, reviewer: TestClient, clients: Clients
) -> None:
    made = add(reviewer, pictures.file(FOX), FORM | {"kind": "privacy"}).json()
    account = clients(Role.CREATOR).get("/v1/accounts/me").json()["account_id"]
    until = rt.clock() + timedelta(days=30)
    body = {
        "thing": made["id"],
        "account_id": account,
        "ground": "licensed",
        "reason": "They hold a licence.",
        "expires_at": until.isoformat(),
    }

    answer = reviewer.post("/v1/exemptions", json=body)

    assert answer.status_code == 201, answer.text
    assert reviewer.get("/v1/exemptions").json() == [answer.json()]
    assert answer.json()["state"] == "granted"
    naive = reviewer.post(
        "/v1/exemptions", json=body | {"expires_at": until.replace(tzinfo=None).isoformat()}
    )
    problem(naive, 422, "invalid")
    ended = reviewer.post(f"/v1/exemptions/{answer.json()['id']}/end")
    assert ended.json()["state"] == "ended"
