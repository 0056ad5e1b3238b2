"""Sending references: of works, and with requests; whatever is sent, one clear answer."""

import numpy as np
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.web.app import UPLOADS
from tests import pictures
from tests.rightsd.web.conftest import Clients
from tests.rightsd.web.test_bad_input import entries, problem

FOX, OTHER = pictures.file(pictures.clouds(1)), pictures.file(pictures.clouds(2))
WORK = {"kind": "character", "title": "Vexwing"}


@pytest.fixture
def brand(clients: Clients) -> TestClient:
    return clients(Role.RIGHTS_HOLDER)


@pytest.fixture
def creator(clients: Clients) -> TestClient:
    return clients(Role.CREATOR)


@pytest.fixture
def work_id(brand: TestClient) -> str:
    return brand.post("/v1/works", json=WORK).json()["id"]


@pytest.fixture(scope="session")
def shared_work(everyone: Clients) -> str:
    made = everyone(Role.RIGHTS_HOLDER).post("/v1/works", json=WORK | {"title": "Orbit Hare"})
    return made.json()["id"]


def send(client: TestClient, path: str, body: bytes, **headers: str) -> Response:
    return client.post(path, files={"file": ("x", body)}, headers=headers)


def test_a_work_gets_references_and_loses_them(brand: TestClient, work_id: str) -> None:
    path = f"/v1/works/{work_id}/references"

    answer = send(brand, path, FOX)

    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["kind"], made["state"], made["compared"]) == ("picture", "standing", "picture")
    assert "tlog-proof" in answer.headers["link"]
    assert brand.get(path).json() == [made]
    thumbnail = brand.get(f"/v1/references/{made['id']}/thumbnail")
    assert thumbnail.headers["content-type"] == "image/jpeg"
    assert thumbnail.headers["cache-control"] == "no-store"
    assert thumbnail.content.startswith(b"\xff\xd8")
    problem(send(brand, path, FOX), 409, "conflict")

    removed = brand.post(f"{path}/{made['id']}/remove")

    assert removed.json()["state"] == "removed"
    assert brand.get(path).json() == []
    problem(brand.get(f"/v1/references/{made['id']}/thumbnail"), 404, "not-found")
    problem(brand.post(f"{path}/{made['id']}/remove"), 409, "conflict")


def test_a_request_with_a_picture_of_an_opted_out_work_is_refused(
    brand: TestClient, creator: TestClient, work_id: str
) -> None:
    send(brand, f"/v1/works/{work_id}/references", FOX)
    brand.post("/v1/optouts", json={"work_id": work_id})
    fox, other = (send(creator, "/v1/references", body).json() for body in (FOX, OTHER))
    wish = {"prompt": "a ball", "references": [fox["id"]]}

    preflight = creator.post("/v1/generations/preflight", json=wish).json()
    refused = creator.post("/v1/generations", json=wish)
    allowed = creator.post("/v1/generations", json=wish | {"references": [other["id"]]})

    assert [reason["rule"] for reason in preflight["reasons"]] == ["reference.opted_out"]
    assert problem(refused, 403, "refused")["reasons"] == preflight["reasons"]
    assert allowed.status_code == 201, allowed.text
    stated = {"id": other["id"], "sha256": other["sha256"], "drawn_from": False}
    assert allowed.json()["references"] == [stated]
    shown = creator.get(f"/v1/generations/{allowed.json()['id']}").json()
    assert shown["references"] == [stated]
    again = creator.post("/v1/generations", json=wish | {"references": [other["id"]]})
    problem(again, 404, "not-found")


def test_a_retry_gets_the_same_answer(rt: Runtime, brand: TestClient, work_id: str) -> None:
    path = f"/v1/works/{work_id}/references"
    first = send(brand, path, FOX, **{"Idempotency-Key": "reference-1"})
    before = entries(rt)

    again = send(brand, path, FOX, **{"Idempotency-Key": "reference-1"})

    assert again.json() == first.json()
    assert entries(rt) == before
    problem(send(brand, path, OTHER, **{"Idempotency-Key": "reference-1"}), 422, "key-reused")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"not a picture", 422),
        (FOX[: len(FOX) // 2], 422),
        (pictures.file(np.full((64, 64, 3), 9, np.uint8)), 422),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422),
        (b"#EXTM3U\n/etc/passwd\n", 422),
    ],
)
def test_what_cannot_be_compared_is_refused_and_leaves_nothing(
    everyone: Clients, shared_rt: Runtime, shared_work: str, body: bytes, status: int
) -> None:
    before = entries(shared_rt)

    answer = send(everyone(Role.RIGHTS_HOLDER), f"/v1/works/{shared_work}/references", body)

    problem(answer, status)
    assert entries(shared_rt) == before
    assert list(shared_rt.work_folder.glob("upload-*")) == []


def test_what_cannot_be_compared_is_no_reference_of_a_request(everyone: Clients) -> None:
    problem(send(everyone(Role.CREATOR), "/v1/references", b"not a picture"), 422, "invalid")


def test_bodies_beyond_the_limit_are_not_read(
    brand: TestClient, creator: TestClient, work_id: str
) -> None:
    for client, path, limit in (
        (brand, f"/v1/works/{work_id}/references", UPLOADS["/v1/works/{id}/references"]),
        (creator, "/v1/references", UPLOADS["/v1/references"]),
    ):
        answer = client.post(path, content=b"x", headers={"Content-Length": str(limit + 1)})
        problem(answer, 413, "too-large")


def test_other_peoples_works_do_not_exist(clients: Clients, work_id: str) -> None:
    made = clients(Role.ADMIN).post("/v1/accounts", json={"role": "rights_holder", "name": "B"})
    headers = {"Authorization": f"Bearer {made.json()['api_key']}"}
    for path in (f"/v1/works/{work_id}/references", f"/v1/works/wrk_{'0' * 32}/references"):
        problem(send(clients(None), path, FOX, **headers), 404, "not-found")
        problem(clients(None).get(path, headers=headers), 404, "not-found")


@pytest.mark.parametrize("references", [["gen_x"], ["rqr_" + "0" * 32] * 5, "rqr_1", [1]])
def test_a_wish_with_references_that_are_none(creator: TestClient, references: object) -> None:
    wish = {"prompt": "a ball", "references": references}

    problem(creator.post("/v1/generations", json=wish), 422, "invalid")
