"""The Soft Binding Resolution API 2.4 over HTTP: what is stored, found, fetched and refused."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from fastapi.testclient import TestClient

from ledger import entry, note, proof
from rightsd.domain.client import Scope
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.web import app, uploads
from rightsd.web.app import create_app
from rightsd.workflows import deposits
from tests.daemon import settle
from tests.resolving import BASE, STORE, deposited, principal, resolver, store, token, urn
from tests.rightsd.web.conftest import Clients
from tests.sbr_schemas import SCHEMAS

OFFICIAL = Path(__file__).parents[4] / "shared/standards/data/c2pa/sbr-api/sbr-2.4.0-subset.json"
VALUE = base64.b64encode(b"a mark of someone else's").decode()
ALG = "com.example.watermark.1"


def conforms(name: str, said: Any) -> None:
    checker = jsonschema.FormatChecker()
    jsonschema.Draft202012Validator(SCHEMAS[name], format_checker=checker).validate(said)


def found(api: TestClient, value: str = VALUE, alg: str = ALG, **query: str) -> list[str]:
    answer = api.get("matches/byBinding", params={"alg": alg, "value": value} | query)
    assert answer.status_code == 200, answer.text
    conforms("softBindingQueryResult", answer.json())
    return [match["manifestId"] for match in answer.json()["matches"]]


def bind(api: TestClient, manifest_id: str, value: str = VALUE, method: str = "POST") -> int:
    body = {"bindingValue": value, "manifestId": manifest_id}
    return api.request(method, "bindings", json=body).status_code


@pytest.fixture(scope="session")
def shared(shared_rt: Runtime) -> TestClient:
    """For tests that do not mind what others left."""
    return resolver(shared_rt)


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the standard's document is not here")
def test_the_schemas_are_those_of_the_standard() -> None:
    official = json.loads(OFFICIAL.read_text())["components"]["schemas"]

    def bare(schema: Any) -> Any:
        if isinstance(schema, dict):
            told = {"description", "example"}
            return {name: bare(value) for name, value in schema.items() if name not in told}
        return schema

    for name in set(SCHEMAS) - {"receipt"}:
        assert bare(official[f"c2pa.{name}"]) == SCHEMAS[name], name


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the standard's document is not here")
def test_every_route_of_the_standard_is_there_with_its_parameters(shared_rt: Runtime) -> None:
    ours = create_app(shared_rt).openapi()["paths"]

    for path, methods in json.loads(OFFICIAL.read_text())["paths"].items():
        where = path if path.startswith("/.well-known") else BASE + path
        for method, asked in methods.items():
            if method == "servers":
                continue
            ours_here = next(
                said[method] for name, said in ours.items() if _shape(name) == _shape(where)
            )
            names = {each["name"] for each in asked.get("parameters", ()) if each["in"] == "query"}
            given = {each["name"] for each in ours_here.get("parameters", ())}
            assert names <= given, (path, method)


def _shape(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def test_the_service_says_what_and_how_it_is(shared_rt: Runtime, everyone: Clients) -> None:
    public = everyone(None)
    known = public.get("/.well-known/c2pa-soft-binding-resolution").json()
    base = known["apiEndpoint"].removeprefix(shared_rt.issuer.url)

    capabilities = public.get(f"{base}/services/capabilities").json()
    algorithms = public.get(f"{base}/services/supportedAlgorithms").json()
    status = public.get(f"{base}/services/status").json()

    conforms("wellKnownDiscovery", known)
    conforms("serviceCapabilities", capabilities)
    conforms("softBindingAlgList", algorithms)
    conforms("serviceStatus", status)
    assert capabilities["c2paSpecificationVersion"] == known["c2paSpecificationVersion"] == "2.4.0"
    assert status["status"] == "ok"
    assert set(capabilities["supportedCapabilities"]) == {
        "queryByContent",
        "queryByReference",
        "storeManifests",
        "storeBindings",
    }


ROUTES: dict[tuple[str, str], Scope] = {
    ("GET", f"matches/byBinding?alg={ALG}&value={VALUE}"): Scope.FETCH,
    ("POST", "matches/byBinding"): Scope.FETCH,
    ("POST", "matches/byContent"): Scope.FETCH,
    ("POST", "matches/byReference"): Scope.FETCH,
    ("GET", "manifests/urn:c2pa:none"): Scope.FETCH,
    ("GET", "manifests/urn:c2pa:none/receipts"): Scope.FETCH,
    ("POST", "manifests/urn:c2pa:none/receipts"): Scope.FETCH,
    ("POST", "manifests"): Scope.STORE,
    ("DELETE", "manifests/urn:c2pa:none"): Scope.STORE,
    ("POST", "bindings"): Scope.BIND,
    ("PUT", "bindings"): Scope.BIND,
}


def send(api: TestClient, method: str, path: str, **headers: str) -> int:
    if path == "manifests":
        return api.request(method, path, content=b"x", headers=STORE | headers).status_code
    if path == "matches/byContent":
        type_ = {"Content-Type": "video/mp4"}
        return api.request(method, path, content=b"x", headers=type_ | headers).status_code
    body = {
        "matches/byBinding": {"alg": ALG, "value": VALUE},
        "matches/byReference": {"referenceUrl": "https://198.51.100.7/a", "assetLength": 1},
        "bindings": {"bindingValue": VALUE, "manifestId": "urn:c2pa:none"},
    }.get(path, {})
    body = None if method in {"GET", "DELETE"} else body
    return api.request(method, path, json=body, headers=headers).status_code


@pytest.mark.parametrize("scope", Scope)
def test_each_scope_opens_its_routes_and_no_other(shared_rt: Runtime, scope: Scope) -> None:
    api = resolver(shared_rt, [scope])

    for (method, path), needed in ROUTES.items():
        status = send(api, method, path)
        assert (status == 403) == (scope is not needed), (method, path, status)
        assert status < 500


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_token_nothing_is_done(shared: TestClient, method: str, path: str) -> None:
    assert send(shared, method, path, Authorization="") == 401
    assert send(shared, method, path, Authorization="Bearer nonsense") == 401


def test_what_is_stored_is_fetched_byte_for_byte_and_removed(shared_rt: Runtime) -> None:
    api, data = resolver(shared_rt), store(urn(), label := urn(), inside=b"<script>")

    manifest_id = deposited(api, data)

    assert manifest_id == label
    fetched = api.get(f"manifests/{manifest_id}")
    assert fetched.content == data
    assert fetched.headers["content-type"] == "application/c2pa"
    assert fetched.headers["x-content-type-options"] == "nosniff"
    alone = api.get(f"manifests/{manifest_id}", params={"returnActiveManifest": "true"})
    assert alone.content == store(label, inside=b"<script>")
    removed = api.delete(f"manifests/{manifest_id}")
    assert (removed.status_code, removed.content) == (204, b"")
    assert api.get(f"manifests/{manifest_id}").status_code == 404
    assert api.delete(f"manifests/{manifest_id}").status_code == 404
    assert deposited(api, data) == manifest_id  # It may come back.


def test_nothing_of_a_store_is_in_the_log_or_readable_in_the_database(rt: Runtime) -> None:
    name = "urn:c2pa:Ada-Lovelace"
    api = resolver(rt)
    deposited(api, store(name, inside=b"Charles Babbage"))

    with rt.transaction() as tx:
        (body,) = tx.conn.execute(
            "SELECT convert_from(body, 'UTF8') FROM ledger.intake WHERE kind = 'deposit.stored'"
        ).fetchone() or ("",)
        (sealed,) = tx.conn.execute("SELECT sealed FROM rights.deposit").fetchone() or (b"",)

    assert set(json.loads(body)["data"]) == {"account_id", "sha256"}
    assert "Lovelace" not in body
    assert b"Babbage" not in sealed


def test_the_same_again_changes_nothing_and_other_bytes_by_the_name_are_refused(
    rt: Runtime,
) -> None:
    api, other, label = resolver(rt), resolver(rt), urn()
    deposited(api, store(label))

    deposited(api, store(label))
    changed = api.post("manifests", content=store(label, inside=b"else"), headers=STORE)
    theirs = other.post("manifests", content=store(label), headers=STORE)

    with rt.transaction() as tx:
        count = tx.conn.execute("SELECT count(*) FROM rights.deposit").fetchone()
    assert (changed.status_code, theirs.status_code) == (409, 409)
    assert count == (1,)


def test_bindings_lead_to_manifests_in_any_form_of_base64(shared_rt: Runtime) -> None:
    api = resolver(shared_rt)
    first, second = deposited(api), deposited(api)

    assert bind(api, first, "/+8=") == 204
    assert bind(api, first, "_-8") == 204

    assert found(api, "/+8=") == found(api, "/+8") == found(api, "_-8") == [first]
    assert bind(api, second, "/+8=") == 409
    assert bind(api, second, "/+8=", "PUT") == 204
    assert found(api, "/+8=") == [second]
    assert bind(api, second, "never", "PUT") == 404
    api.delete(f"manifests/{second}")
    assert found(api, "/+8=") == []


def test_a_long_value_goes_by_post(shared: TestClient) -> None:
    manifest_id, value = deposited(shared), base64.b64encode(bytes(5000)).decode()
    assert bind(shared, manifest_id, value) == 204

    by_get = shared.get("matches/byBinding", params={"alg": ALG, "value": value})
    by_post = shared.post("matches/byBinding", json={"alg": ALG, "value": value})

    assert by_get.status_code == 414
    conforms("softBindingQueryResult", by_post.json())
    assert [each["manifestId"] for each in by_post.json()["matches"]] == [manifest_id]


def test_of_several_that_bound_a_value_as_many_are_told_as_asked(shared_rt: Runtime) -> None:
    made, value = [], urn()
    for _ in range(3):
        api = resolver(shared_rt)
        made.append(deposited(api))
        assert bind(api, made[-1], value) == 204

    assert set(found(api, value)) == set(made)
    assert len(found(api, value, maxResults="2")) == 2
    assert len(found(api, value, maxResults="100000")) == 3
    zero = api.get("matches/byBinding", params={"alg": ALG, "value": VALUE, "maxResults": "0"})
    assert zero.status_code == 400


def test_others_neither_bind_to_nor_remove_what_is_not_theirs(shared_rt: Runtime) -> None:
    owner, other = resolver(shared_rt), resolver(shared_rt)
    manifest_id, value = deposited(owner), urn()
    assert bind(owner, manifest_id, value) == 204

    assert bind(other, manifest_id, "b3RoZXI=") == 404
    assert bind(other, manifest_id, value, "PUT") == 404
    assert other.delete(f"manifests/{manifest_id}").status_code == 404
    assert other.get(f"manifests/{manifest_id}").status_code == 200
    assert found(other, value) == [manifest_id]
    assert (
        resolver(shared_rt, role=Role.ADMIN).delete(f"manifests/{manifest_id}").status_code == 204
    )
    assert found(owner, value) == []


def test_two_programs_of_an_account_share_what_it_keeps(shared_rt: Runtime) -> None:
    owner = principal(shared_rt)
    tokens = [token(shared_rt, owner), token(shared_rt, owner)]
    api = resolver(shared_rt)
    first, second = ({"Authorization": f"Bearer {each}"} for each in tokens)
    manifest_id = api.post("manifests", content=store(urn()), headers=STORE | first).json()

    removed = api.delete(f"manifests/{manifest_id['manifestId']}", headers=second)

    assert removed.status_code == 204


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"softbinding-conformance-fixture", STORE, 400),
        (b"", STORE, 400),
        (store("urn:c2pa:a"), {"Content-Type": "application/octet-stream"}, 415),
        (b"{}", {"Content-Type": "application/json"}, 400),
        (b"x" * (deposits.STORE_BYTES_MAX + 1), STORE, 413),
    ],
)
def test_what_is_no_manifest_store_is_not_kept(
    shared: TestClient, content: bytes, headers: dict[str, str], status: int
) -> None:
    answer = shared.post("manifests", content=content, headers=headers)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_a_trial_takes_anything_under_a_name_of_its_own(shared_rt: Runtime) -> None:
    api = resolver(replace(shared_rt, deposit_anything=True))

    manifest_id = deposited(api, b"softbinding-conformance-fixture")

    assert manifest_id.startswith("urn:c2pa:")
    assert api.get(f"manifests/{manifest_id}").content == b"softbinding-conformance-fixture"


@pytest.mark.parametrize(
    ("limit", "value"), [("KEPT_MAX", 1), ("KEPT_BYTES_MAX", 100), ("BINDINGS_MAX", 1)]
)
def test_an_account_keeps_a_limited_amount(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(deposits, limit, value)
    api = resolver(rt)
    manifest_id = deposited(api, store("urn:c2pa:a"))

    statuses = {
        api.post("manifests", content=store(urn()), headers=STORE).status_code,
        bind(api, manifest_id),
        bind(api, manifest_id, "bW9yZQ=="),
    }

    assert 429 in statuses
    assert bind(resolver(rt), "urn:c2pa:none") == 404


def test_a_retry_under_its_key_is_answered_the_same(shared_rt: Runtime) -> None:
    api, headers = resolver(shared_rt), STORE | {"Idempotency-Key": urn()}
    query, data = {"returnReceipt": "false"}, store(urn())

    first = api.post("manifests", content=data, headers=headers, params=query)
    again = api.post("manifests", content=data, headers=headers, params=query)
    other = api.post("manifests", content=store(urn()), headers=headers, params=query)

    assert first.json() == again.json()
    assert other.status_code == 422
    kept = {"Idempotency-Key": urn()}
    body = {"bindingValue": urn(), "manifestId": first.json()["manifestId"]}
    assert api.post("bindings", json=body, headers=kept).status_code == 204
    assert api.post("bindings", json=body, headers=kept).status_code == 204


def test_a_receipt_proves_what_was_stored_to_whoever_has_the_key_of_the_log(rt: Runtime) -> None:
    api, data = resolver(rt), store(urn())
    manifest_id = deposited(api, data)
    assert api.get(f"manifests/{manifest_id}/receipts").status_code == 404  # Not in the log yet.
    settle(rt)

    answer = api.get(f"manifests/{manifest_id}/receipts")

    receipt = answer.json()
    conforms("receipt", receipt)
    assert receipt["verified"] is True
    assert receipt["repository"] == {"uri": rt.issuer.url + BASE, "manifestId": manifest_id}
    written = receipt["anchor"]["proof"]
    body = base64.b64decode(written["entry"])
    proof.verify(
        base64.b64decode(written["value"]), body, note.parse_vkey(rt.log_keys.make(1).vkey)
    )
    assert entry.decode(body)["data"]["sha256"] == hashlib.sha256(data).hexdigest()
    where = receipt["anchor"]["uri"].removeprefix(rt.issuer.url)
    assert TestClient(create_app(rt)).get(where).content == base64.b64decode(written["value"])
    stored = api.post("manifests", content=data, headers=STORE, params={"returnReceipt": "true"})
    assert stored.json()["receipt"] == {
        name: value for name, value in receipt.items() if name != "verified"
    }


Change = Callable[[dict[str, Any]], Any]
CHANGES: dict[str, Change] = {
    "type": lambda r: r.update({"@type": "org.c2pa.other"}),
    "repository": lambda r: r["repository"].update(uri="https://other.example"),
    "manifest": lambda r: r["repository"].update(manifestId="urn:c2pa:other"),
    "algorithm": lambda r: r["anchor"]["proof"].update(alg="none"),
    "no proof": lambda r: r["anchor"].pop("proof"),
    "no base64": lambda r: r["anchor"]["proof"].update(value="ä"),
    "entry": lambda r: r["anchor"]["proof"].update(entry=base64.b64encode(b"{}").decode()),
    "anchor": lambda r: r.update(anchor=[1]),
    "nothing": lambda r: r.clear(),
    "cut": lambda r: r["anchor"]["proof"].update(value=r["anchor"]["proof"]["value"][:-8]),
}


def test_a_receipt_that_is_changed_or_of_something_else_does_not_verify(rt: Runtime) -> None:
    api = resolver(rt)
    first, second = deposited(api), deposited(api)
    settle(rt)
    good = api.get(f"manifests/{first}/receipts").json()

    def check(manifest_id: str, receipt: Any) -> dict[str, Any]:
        answer = api.post(f"manifests/{manifest_id}/receipts", json=receipt)
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert check(first, good) == good
    for name, change in CHANGES.items():
        changed = json.loads(json.dumps(good))
        change(changed)
        said = check(first, changed)
        assert (said["verified"], len(said["error"]) > 10) == (False, True), name
    other = json.loads(json.dumps(good))
    other["repository"]["manifestId"] = second
    assert "another manifest store" in check(second, other)["error"]
    assert api.post("manifests/urn:c2pa:none/receipts", json=good).status_code == 404
    assert api.post(f"manifests/{first}/receipts", json=[1]).status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"referenceUrl": "http://a.example/", "assetLength": 1}, 400),
        ({"referenceUrl": "https://127.0.0.1/", "assetLength": 1}, 400),
        ({"referenceUrl": "https://[::1]/", "assetLength": 1}, 400),
        ({"referenceUrl": "https://169.254.169.254/latest", "assetLength": 1}, 400),
        ({"referenceUrl": "https://user@a.example/", "assetLength": 1}, 400),
        ({"referenceUrl": "ftp://a.example/", "assetLength": 1}, 400),
        ({"referenceUrl": "https://a.example/", "assetLength": 0}, 400),
        ({"referenceUrl": "https://a.example/", "assetLength": 10**12}, 413),
        ({"referenceUrl": "https://a.example/"}, 400),
        ({"referenceUrl": "https://a.example/", "assetLength": 1, "assetType": "text/html"}, 415),
        ({"referenceUrl": "https://a.example/", "assetLength": 1, "region": [{}]}, 400),
    ],
)
def test_addresses_that_may_not_be_fetched_are_not(
    shared: TestClient, body: dict[str, Any], status: int
) -> None:
    assert shared.post("matches/byReference", json=body).status_code == status


def test_no_more_files_come_in_at_once_than_there_are_places(
    shared: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_arriving", threading.BoundedSemaphore(1))
    asked = {"referenceUrl": "https://127.0.0.1/", "assetLength": 1}

    with uploads.arriving():
        sent = shared.post("matches/byContent", content=b"x", headers={"Content-Type": "video/mp4"})
        named = shared.post("matches/byReference", json=asked)

    assert (sent.status_code, named.status_code) == (503, 503)
    assert shared.post("matches/byReference", json=asked).status_code == 400


def test_a_file_that_does_not_end_is_cut_off_where_the_limit_is(
    shared_rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.UPLOADS, f"{BASE}/matches/byContent", 10_000)
    api = resolver(shared_rt)

    def pieces() -> Iterator[bytes]:
        for _ in range(100):
            yield bytes(1000)

    answer = api.post("matches/byContent", content=pieces(), headers={"Content-Type": "video/mp4"})

    assert answer.status_code == 413, answer.text
    assert not list(shared_rt.work_folder.glob("upload-*"))


@pytest.mark.parametrize(
    ("content", "media_type", "query", "status"),
    [
        (b"hello", "text/plain", {}, 415),
        (b"hello", "application/pdf", {}, 415),
        (b"hello", "", {}, 415),
        (b"", "video/mp4", {}, 400),
        (b"hello", "video/mp4", {}, 400),
        (b"hello", "video/mp4", {"alg": "com.example.other"}, 400),
        (b"hello", "video/mp4", {"maxResults": "-1"}, 400),
    ],
)
def test_files_that_cannot_be_searched_are_refused(
    shared: TestClient, content: bytes, media_type: str, query: dict[str, str], status: int
) -> None:
    headers = {"Content-Type": media_type}

    answer = shared.post("matches/byContent", content=content, headers=headers, params=query)

    assert answer.status_code == status, answer.text


def test_bindings_of_our_algorithms_are_read_and_those_of_others_never_count_for_them(
    shared: TestClient,
) -> None:
    manifest_id = deposited(shared)
    mark = base64.b64encode(b"0123456789abcde").decode()
    assert bind(shared, manifest_id, mark) == 204

    assert found(shared, mark, "com.example.any") == [manifest_id]
    assert found(shared, mark, "org.rightsd.lattice.1") == []
    for value in ("not hex", "AA==", "ä", base64.b64encode(b"x" * 15).decode()):
        query = {"alg": "org.rightsd.lattice.1", "value": value}
        assert shared.get("matches/byBinding", params=query).status_code == 400
    query = {"alg": "org.rightsd.phash256.1", "value": mark}
    assert shared.get("matches/byBinding", params=query).status_code == 400
