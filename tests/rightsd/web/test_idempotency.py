from concurrent.futures import ThreadPoolExecutor

import pytest

from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
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
    assert second.headers["location"] == f"/v1/works/{first.json()['id']}"
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
        kept = str(tx.conn.execute("SELECT * FROM rights.answer").fetchall())
    assert first["api_key"] not in kept


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
def test_a_key_that_is_no_key(clients: Clients, key: str) -> None:
    answer = clients(Role.RIGHTS_HOLDER).post(
        "/v1/works", json=WORK, headers={"Idempotency-Key": key.encode()}
    )

    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/invalid")
