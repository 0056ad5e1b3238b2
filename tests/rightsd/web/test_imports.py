"""POST /v1/imports: what comes back, and what a retry and a bad request do."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from rightsd.adapters.http import Guard
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from tests.rightsd.adapters.loopback import reply, serving
from tests.rightsd.adapters.test_sites import site
from tests.rightsd.web.conftest import Clients
from tests.rightsd.web.test_bad_input import entries, problem

TABLE = b"title,aliases,optout\nNebula Fox,Neffi,yes\nOrbit,,no\n"


@pytest.fixture
def brand(clients: Clients) -> TestClient:
    return clients(Role.RIGHTS_HOLDER)


@pytest.fixture
def open_brand(rt: Runtime, brand: TestClient) -> Iterator[TestClient]:
    """The same account, of a daemon that may ask private addresses."""
    app = create_app(replace(rt, import_guard=Guard(allow_private=True)))
    with TestClient(app, headers=brand.headers, raise_server_exceptions=False) as client:
        yield client


def send(
    client: TestClient,
    data: bytes = TABLE,
    *,
    name: str = "table.csv",
    query: str = "",
    key: str | None = None,
    **fields: Any,
) -> httpx.Response:
    return client.post(
        f"/v1/imports/files{query}",
        files={"file": (name, data)},
        data={"kind": "catalogue"} | fields,
        headers={} if key is None else {"Idempotency-Key": key},
    )


def test_a_table_is_imported_and_its_evidence_is_listed(brand: TestClient) -> None:
    answer = send(brand)

    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert (body["works"], body["names"], body["opted_out"]) == (2, 3, 1)
    assert body["changes"] == [{"line": 2, "title": "Nebula Fox", "change": "registered"}]
    assert not body["dry_run"]
    assert "tlog-proof" in answer.headers["link"]
    assert brand.get("/v1/imports").json() == body["evidence"]
    (optout,) = brand.get("/v1/optouts").json()
    assert optout["evidence_id"] == body["evidence"][0]["id"]


def test_a_dry_run_answers_the_same_and_changes_nothing(rt: Runtime, brand: TestClient) -> None:
    before = entries(rt)

    dry = send(brand, query="?dry_run=true")

    assert dry.status_code == 200
    assert entries(rt) == before
    assert list(rt.work_folder.glob("import-*")) == []
    done = send(brand).json()
    assert dry.json() | {"dry_run": False, "evidence": done["evidence"]} == done


def test_a_retry_gets_the_same_answer_and_another_table_does_not(
    rt: Runtime, brand: TestClient
) -> None:
    first = send(brand, key="import-0001")
    before = entries(rt)

    assert send(brand, key="import-0001").json() == first.json()
    problem(send(brand, TABLE + b"Comet,,\n", key="import-0001"), 422, "key-reused")
    assert entries(rt) == before


def test_faults_are_named_by_line_in_the_problem(rt: Runtime, brand: TestClient) -> None:
    before = entries(rt)

    document = problem(send(brand, b"title,kind\nOrbit,\nab,\nComet,planet\n"), 422, "invalid")

    assert [fault["line"] for fault in document["faults"]] == [3, 4]
    assert document["faults_total"] == 2
    assert entries(rt) == before


@pytest.mark.parametrize(
    ("fields", "data"),
    [
        ({"kind": "page"}, b"x"),
        ({"kind": "sculpture"}, b"x"),
        ({"kind": "robots"}, b"User-agent: GPTBot\nDisallow: /"),
        ({"kind": "robots", "title": "a.example"}, b"User-agent: *\nDisallow: /"),
        ({"kind": "rsl", "title": "a.example"}, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ({"kind": "tdmrep", "title": "a.example"}, b"[" * 100_000),
        ({"kind": "tdmrep", "title": "a" * 100}, b'[{"location": "/", "tdm-reservation": 1}]'),
        ({"kind": "media", "title": "Nebula"}, b"\xff\xd8\xff" + b"<x:xmpmeta" * 100_000),
        ({"kind": "catalogue"}, b""),
        ({"kind": "catalogue"}, b"title\n"),
        ({"kind": "catalogue"}, b"\x00" * 1000),
        ({"kind": "catalogue"}, b"\xff\xd8\xff"),
    ],
)
def test_a_file_that_is_not_what_it_should_be(
    shared_rt: Runtime, everyone: Clients, fields: dict[str, str], data: bytes
) -> None:
    brand = everyone(Role.RIGHTS_HOLDER)
    before = entries(shared_rt)

    document = problem(send(brand, data, **fields), 422, "invalid")

    assert "Traceback" not in json.dumps(document)
    assert entries(shared_rt) == before


def test_a_site_is_imported_with_what_it_states(open_brand: TestClient) -> None:
    answers = {"/robots.txt": reply(200, b"User-agent: GPTBot\nDisallow: /art/\n")}
    with serving(site(answers)) as host:
        answer = open_brand.post("/v1/imports", json={"url": host.url, "names": ["Nebula Fox"]})

    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["opted_out"] == 1
    assert body["evidence"][0]["source"] == f"{host.url}/robots.txt"
    (stated,) = body["reservations"]
    assert (stated["source"], stated["scope"], stated["uses"]) == (
        "robots",
        "/art/",
        {"train": "deny"},
    )


def test_a_site_whose_name_leads_to_a_private_address_is_refused(
    rt: Runtime, brand: TestClient
) -> None:
    guard = Guard(resolve=lambda _host, _port: ["127.0.0.1"])
    app = create_app(replace(rt, import_guard=guard))
    before = entries(rt)

    with TestClient(app, headers=brand.headers) as client:
        answer = client.post("/v1/imports", json={"url": "https://a.example/"})

    assert "public" in problem(answer, 422, "invalid")["detail"]
    assert entries(rt) == before


def test_a_site_that_is_down_is_unavailable(rt: Runtime, open_brand: TestClient) -> None:
    before = entries(rt)
    with serving(site({"/robots.txt": reply(503)})) as host:
        answer = open_brand.post("/v1/imports", json={"url": f"{host.url}/"})

    problem(answer, 503, "unavailable")
    assert entries(rt) == before


def test_an_export_runs_in_no_spreadsheet_and_imports_to_the_same(brand: TestClient) -> None:
    odd = "=HYPERLINK(1)"
    send(brand, f'title,kind,aliases,optout\n"{odd}",mark,a||bc|@def,yes\nOrbit,,,no\n'.encode())

    exported = brand.get("/v1/optouts/export.csv")

    assert exported.headers["content-type"] == "text/csv; charset=utf-8"
    assert exported.text.split("\r\n") == [
        "title,kind,aliases,optout",
        f"'{odd},mark,'@def | a||bc,yes",
        "Orbit,work,,no",
        "",
    ]
    again = send(brand, exported.content).json()
    assert again["unchanged"] == 2
    assert (again["works"], again["names"], again["opted_out"], again["lifted"]) == (0, 0, 0, 0)
