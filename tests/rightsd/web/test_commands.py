"""What every command over HTTP does: once under one key, with links to its proofs."""

import hashlib
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from psycopg import sql

from rightsd.db import answers as answer_rows
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.web import commands
from rightsd.web.api.subjects import SubjectIn
from rightsd.web.app import create_app
from rightsd.workflows import checkpoints, notices
from tests import people
from tests.conftest import runtime
from tests.people import ENROLMENT
from tests.rightsd.web.conftest import Clients

KEY = {"Idempotency-Key": "5f0c3e1a-1111-4222-8333-444455556666"}
WORK = {"kind": "mark", "title": "Nebula Fox"}


def count(rt: Runtime) -> int:
    with rt.transaction() as tx:
        row = tx.conn.execute("SELECT count(*) FROM rights.work").fetchone()
    assert row is not None
    return row[0]


def test_a_retry_gets_the_same_answer_and_makes_nothing(clients: Clients, rt: Runtime) -> None:
    first = clients(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK, headers=KEY)

    second = clients(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK, headers=KEY)

    assert (second.status_code, second.json()) == (201, first.json())
    assert count(rt) == 1


def test_another_body_under_the_same_key_is_refused(clients: Clients, rt: Runtime) -> None:
    clients(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK, headers=KEY)

    answer = clients(Role.RIGHTS_HOLDER).post(
        "/v1/works", json=WORK | {"title": "Another"}, headers=KEY
    )

    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/key-reused")
    assert count(rt) == 1


def test_the_same_key_of_another_account_is_another_key(clients: Clients) -> None:
    made = clients(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK, headers=KEY)
    body = {"role": "rights_holder", "name": "B"}
    other = clients(Role.ADMIN).post("/v1/accounts", json=body).json()

    answer = clients(None).post(
        "/v1/works", json=WORK, headers=KEY | {"Authorization": f"Bearer {other['api_key']}"}
    )

    assert answer.status_code == 201
    assert answer.json()["id"] != made.json()["id"]


def test_without_a_key_each_request_is_another(clients: Clients, rt: Runtime) -> None:
    for _ in range(2):
        assert clients(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK).status_code == 201

    assert count(rt) == 2


def test_a_refusal_is_repeated_too(clients: Clients) -> None:
    body = {"prompt": "@nobody waves"}
    first = clients(Role.CREATOR).post("/v1/generations", json=body, headers=KEY)

    second = clients(Role.CREATOR).post("/v1/generations", json=body, headers=KEY)

    assert first.status_code == second.status_code == 403
    assert first.json() == second.json()
    assert second.headers["content-type"] == "application/problem+json"


def test_a_failed_request_leaves_its_key_free(clients: Clients) -> None:
    body = {"work_id": "wrk_" + "0" * 32}
    assert (
        clients(Role.RIGHTS_HOLDER).post("/v1/optouts", json=body, headers=KEY).status_code == 404
    )

    answer = clients(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK, headers=KEY)

    assert answer.status_code == 201


def test_a_secret_is_not_kept_for_a_retry(clients: Clients, rt: Runtime) -> None:
    body = {"role": "person", "name": "A"}
    first = clients(Role.ADMIN).post("/v1/accounts", json=body, headers=KEY).json()

    second = clients(Role.ADMIN).post("/v1/accounts", json=body, headers=KEY).json()

    assert first["api_key"]
    assert "api_key" not in second
    assert second["id"] == first["id"]
    with rt.transaction() as tx:
        kept = answer_rows.find(
            tx, scope=_me(clients), key=KEY["Idempotency-Key"], request=bytes(32)
        )
    assert kept is not None
    assert kept.body is not None
    assert "api_key" not in kept.body


def test_at_the_same_moment_only_one_thing_is_made(clients: Clients, rt: Runtime) -> None:
    client = clients(Role.RIGHTS_HOLDER)

    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: client.post("/v1/works", json=WORK, headers=KEY), range(8))
        )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert count(rt) == 1


@pytest.mark.parametrize("key", ["short", "x" * 129, "has space in it", "ключключ"])
def test_a_key_that_is_no_key(everyone: Clients, key: str) -> None:
    answer = everyone(Role.RIGHTS_HOLDER).post(
        "/v1/works", json=WORK, headers={"Idempotency-Key": key.encode()}
    )

    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/invalid")


def links(answer: Response) -> dict[str, str]:
    """Return the targets of the first event's links by relation."""
    found = re.findall(r'<([^>]+)>; rel="([^"]+)"', answer.headers["link"])
    return {relation: target for target, relation in reversed(found)}


def test_a_change_links_to_its_proofs(clients: Clients, rt: Runtime) -> None:
    answer = clients(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK)
    checkpoints.sequence(rt)

    targets = links(answer)

    proof = clients(None).get(targets["https://c2sp.org/tlog-proof"])
    receipt = clients(None).get(targets["https://www.rfc-editor.org/rfc/rfc9942"])
    assert proof.text.startswith("c2sp.org/tlog-proof@v1\n")
    assert receipt.headers["content-type"].startswith("application/cose")


def test_a_retry_links_to_the_same_proofs(clients: Clients) -> None:
    first = clients(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK, headers=KEY)
    second = clients(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK, headers=KEY)

    assert second.headers["link"] == first.headers["link"]


def test_a_refusal_links_to_its_proof(clients: Clients) -> None:
    answer = clients(Role.CREATOR).post("/v1/generations", json={"prompt": "@nobody waves"})

    assert answer.status_code == 403
    assert "/v1/ledger/proofs/evt_" in answer.headers["link"]


def test_what_changes_nothing_links_to_nothing(clients: Clients) -> None:
    answer = clients(Role.ADMIN).post(
        f"/v1/accounts/{_account(clients)}/keys", json={}, headers=KEY
    )

    assert answer.status_code == 201
    assert "link" not in answer.headers


def test_a_change_can_be_repeated_under_its_key_too(clients: Clients) -> None:
    client = clients(Role.RIGHTS_HOLDER)
    work = client.post("/v1/works", json=WORK).json()
    optout = client.post("/v1/optouts", json={"work_id": work["id"]}).json()
    first = client.post(f"/v1/optouts/{optout['id']}/lift", headers=KEY)

    second = client.post(f"/v1/optouts/{optout['id']}/lift", headers=KEY)

    assert (second.status_code, second.json()) == (200, first.json())
    assert client.post(f"/v1/optouts/{optout['id']}/lift").status_code == 409


def test_whoever_prefers_to_wait_is_told_the_index(clients: Clients, rt: Runtime) -> None:
    client = clients(Role.RIGHTS_HOLDER)
    stop = threading.Event()

    def sequence() -> None:
        while not stop.is_set():
            checkpoints.sequence(rt)

    sequencer = threading.Thread(target=sequence)
    sequencer.start()
    try:
        answer = client.post("/v1/works", json=WORK, headers={"Prefer": "respond-async, wait=10"})
    finally:
        stop.set()
        sequencer.join()

    assert answer.status_code == 201
    assert answer.headers["preference-applied"] == "wait=10"
    index = int(answer.headers["ledger-index"])
    proof = clients(None).get(links(answer)["https://c2sp.org/tlog-proof"]).text
    assert f"index {index}\n" in proof


def test_whoever_waits_in_vain_is_answered_all_the_same(clients: Clients, rt: Runtime) -> None:
    answer = clients(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK, headers={"Prefer": "wait=1"})

    assert answer.status_code == 201
    assert answer.headers["preference-applied"] == "wait=1"
    assert "ledger-index" not in answer.headers
    assert count(rt) == 1


@pytest.mark.parametrize(
    "prefer",
    [
        "wait",
        "wait=",
        "wait=x",
        "await=5",
        "wait=5x",
        "return=x",
        'x="a, wait=5"',
        "x" * 1001,
    ],
)
def test_a_preference_that_is_none_is_not_followed(everyone: Clients, prefer: str) -> None:
    answer = everyone(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK, headers={"Prefer": prefer})

    assert answer.status_code == 201
    assert "preference-applied" not in answer.headers


def test_no_more_wait_than_there_is_room_for(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "_waiting", threading.BoundedSemaphore(1))
    commands._waiting.acquire()

    answer = clients(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK, headers={"Prefer": "wait=9"})

    assert answer.status_code == 201
    assert "preference-applied" not in answer.headers


def test_a_claimants_key_answers_nobody_with_another_token(clients: Clients, rt: Runtime) -> None:
    with rt.transaction() as tx:
        clip = people.published(tx, people.account(tx, Role.CREATOR))
        received = notices.receive(tx, generation_id=clip.id, claim=people.claim())
    path = f"/v1/notices/{received.notice.id}/retract"
    headers = KEY | {"Notice-Token": received.token}
    assert clients(None).post(path, headers=headers).status_code == 200

    stranger = clients(None).post(path, headers=KEY | {"Notice-Token": "x" * 32})

    assert stranger.status_code == 404
    assert clients(None).post(path, headers=headers).json()["state"] == "retracted"


def test_strangers_do_not_come_upon_each_others_keys(clients: Clients, rt: Runtime) -> None:
    with rt.transaction() as tx:
        clip = people.published(tx, people.account(tx, Role.CREATOR))
    body = {
        "generation_id": clip.id,
        "kind": "copyright",
        "name": "A",
        "email": "a@example.org",
        "statement": "It is mine.",
        "good_faith": True,
        "accurate": True,
    }
    first = clients(None).post("/v1/notices", json=body, headers=KEY)

    other = clients(None).post("/v1/notices", json=body | {"name": "B"}, headers=KEY)
    again = clients(None).post("/v1/notices", json=body, headers=KEY)

    assert (first.status_code, other.status_code, again.status_code) == (201, 201, 201)
    assert first.json()["id"] == again.json()["id"] != other.json()["id"]
    assert first.headers["location"] == f"/v1/notices/{first.json()['id']}"


def test_what_was_sent_cannot_be_guessed_from_what_is_kept(clients: Clients, rt: Runtime) -> None:
    clients(Role.PERSON).post("/v1/subjects", json=ENROLMENT | {"handle": "ada"}, headers=KEY)

    with rt.transaction() as tx:
        ((key, request),) = tx.conn.execute("SELECT key, request FROM rights.answer").fetchall()
    body = SubjectIn.model_validate(ENROLMENT | {"handle": "ada"}).model_dump_json()
    assert bytes(request) != hashlib.sha256(f"POST /v1/subjects\n{body}".encode()).digest()
    assert KEY["Idempotency-Key"] not in key


def test_what_was_done_is_said_even_if_the_log_cannot_be_seen(
    clients: Clients, rt: Runtime, settings: Settings
) -> None:
    client = clients(Role.RIGHTS_HOLDER)
    first = client.post("/v1/works", json=WORK, headers=KEY)
    with rt.transaction() as tx:
        name = tx.conn.info.dbname
        tx.conn.execute(
            sql.SQL("ALTER DATABASE {} SET lock_timeout = '100ms'").format(sql.Identifier(name))
        )
    with rt.transaction() as tx, runtime(settings) as impatient:
        tx.conn.execute("LOCK TABLE ledger.entry IN ACCESS EXCLUSIVE MODE")
        other = TestClient(create_app(impatient), headers=client.headers)
        answer = other.post("/v1/works", json=WORK, headers=KEY | {"Prefer": "wait=1"})

    assert (answer.status_code, answer.json()) == (201, first.json())
    assert "ledger-index" not in answer.headers


def _me(clients: Clients) -> str:
    return clients(Role.ADMIN).get("/v1/accounts/me").json()["account_id"]


def _account(clients: Clients) -> str:
    body = {"role": "person", "name": "A"}
    return clients(Role.ADMIN).post("/v1/accounts", json=body).json()["id"]
