"""/v1/platforms, as an integrator meets it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from standardwebhooks.webhooks import Webhook

from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from tests import telling
from tests.fakes import platform as fake
from tests.fakes.platform import Receiver
from tests.rightsd.web.conftest import Clients, clients_of


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with fake.running() as receiver:
        yield receiver


@pytest.fixture
def local(rt: Runtime) -> Runtime:
    return replace(rt, webhook_guard=telling.LOCAL)


@pytest.fixture
def here(local: Runtime) -> Iterator[Clients]:
    with clients_of(local) as clients:
        yield clients


def said(url: str, **more: Any) -> dict[str, Any]:
    return {
        "name": "Clips",
        "url": url,
        "contact": "desk@clips.example",
        "schemes": ["v1", "v1a"],
        "acknowledge_hours": 1,
        "remove_hours": 24,
    } | more


def register(client: TestClient, receiver: Receiver) -> dict[str, Any]:
    answer = client.post("/v1/platforms", json=said(receiver.url))
    assert answer.status_code == 201, answer.text
    platform = answer.json()
    receiver.forget()
    receiver.behave("take")
    receiver.trust([platform["secret"]], platform["public_keys"])
    return platform


def test_the_secret_is_shown_once(here: Clients, receiver: Receiver) -> None:
    client, key = here(Role.PLATFORM), {"Idempotency-Key": "registering"}

    first = client.post("/v1/platforms", json=said(receiver.url), headers=key)
    again = client.post("/v1/platforms", json=said(receiver.url), headers=key)
    shown = client.get(f"/v1/platforms/{first.json()['id']}")

    assert first.json()["secret"].startswith("whsec_")
    assert again.status_code == 201
    assert "secret" not in again.json()
    assert shown.json()["secret"] is None
    assert 'rel="https://c2sp.org/tlog-proof"' in first.headers["Link"]


def test_a_ping_verifies_under_both_schemes(here: Clients, receiver: Receiver) -> None:
    client = here(Role.PLATFORM)
    platform = register(client, receiver)

    answer = client.post(f"/v1/platforms/{platform['id']}/ping")
    too_soon = client.post(f"/v1/platforms/{platform['id']}/ping")

    assert answer.json() == {"status": 204, "trouble": None}
    assert too_soon.status_code == 429
    (one,) = receiver.received
    assert (one["type"], one["schemes"]) == ("platform.pinged", ["v1", "v1a"])


def test_a_rotation_shows_a_new_secret_and_both_keys(here: Clients, receiver: Receiver) -> None:
    client = here(Role.PLATFORM)
    platform = register(client, receiver)

    rotated = client.post(f"/v1/platforms/{platform['id']}/rotate", json={"overlap_hours": 1})
    at_once = client.post(f"/v1/platforms/{platform['id']}/rotate", json={"overlap_hours": 0})
    too_long = client.post(f"/v1/platforms/{platform['id']}/rotate", json={"overlap_hours": 169})

    assert rotated.json()["secret"] not in {None, platform["secret"]}
    assert len(rotated.json()["public_keys"]) == 2
    assert rotated.json()["public_keys"][1] == platform["public_keys"][0]
    assert len(at_once.json()["public_keys"]) == 1
    assert too_long.status_code == 422


def test_deliveries_can_be_pulled_page_by_page_as_they_are_sent(
    local: Runtime, here: Clients, receiver: Receiver
) -> None:
    client = here(Role.PLATFORM)
    platform = register(client, receiver)
    generation_ids = telling.published(local, 3)
    telling.withdraw(local, *generation_ids)
    with telling.sending() as calls:
        telling.tell(local, calls)

    path = f"/v1/platforms/{platform['id']}/deliveries"
    first = client.get(path, params={"limit": 2}).json()
    second = client.get(path, params={"after": first["next"]}).json()
    end = client.get(path, params={"after": second["next"]}).json()

    pulled = [*first["deliveries"], *second["deliveries"]]
    assert [len(page["deliveries"]) for page in (first, second, end)] == [2, 1, 0]
    assert end["next"] == second["next"] == pulled[-1]["position"]
    assert {one["body"] for one in pulled} == {one["body"] for one in receiver.received}
    for one in pulled:
        told = Webhook(platform["secret"]).verify(one["body"], one["headers"])
        assert told["data"]["delivery_id"] == one["id"] == one["headers"]["webhook-id"]
        assert one["state"] == "sent"


def test_what_is_replayed_comes_again_under_the_same_id(
    local: Runtime, here: Clients, receiver: Receiver
) -> None:
    client = here(Role.PLATFORM)
    platform = register(client, receiver)
    telling.withdraw(local, *telling.published(local, 2))
    with telling.sending() as calls:
        telling.tell(local, calls)
        answer = client.post(
            f"/v1/platforms/{platform['id']}/replay", json={"since": "2020-01-01T00:00:00Z"}
        )
        telling.tell(local, calls)

    assert answer.json()["replayed"] == 2
    ids = [one["id"] for one in receiver.received]
    assert sorted(ids[:2]) == sorted(ids[2:])
    assert [one["is_new"] for one in receiver.received] == [True, True, False, False]


def test_a_receiver_refuses_what_is_old_or_was_changed(
    local: Runtime, here: Clients, receiver: Receiver
) -> None:
    """Whoever recorded a webhook and sends it again gets nowhere: the time is signed."""
    client = here(Role.PLATFORM)
    platform = register(client, receiver)
    client.post(f"/v1/platforms/{platform['id']}/ping")
    (recorded,) = receiver.received
    headers, body = recorded["headers"], recorded["body"].encode()
    memory = fake.Memory([platform["secret"]], platform["public_keys"])
    old = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 301)}
    other = headers | {"webhook-id": "dlv_other"}

    assert fake.verified(memory, body, headers) == ["v1", "v1a"]
    assert fake.verified(memory, body, old) == []
    assert fake.verified(memory, body, other) == []
    assert fake.verified(memory, body.replace(b"pinged", b"hinged"), headers) == []


def test_an_admin_sees_why_a_platform_is_disabled(
    local: Runtime, here: Clients, receiver: Receiver
) -> None:
    platform = register(here(Role.PLATFORM), receiver)
    receiver.behave(410)
    telling.withdraw(local, *telling.published(local, 1))
    with telling.sending() as calls:
        telling.tell(local, calls)

    for role in (Role.PLATFORM, Role.ADMIN):
        (shown,) = here(role).get("/v1/platforms").json()
        assert (shown["state"], shown["disabled_because"]) == ("disabled", "gone")
        assert shown["sending"]["trouble"] == "status_410"
        assert shown["id"] == platform["id"]


def test_states_are_left_only_by_their_edges(here: Clients, receiver: Receiver) -> None:
    client = here(Role.PLATFORM)
    platform = register(client, receiver)

    def act(what: str, body: dict[str, Any] | None = None) -> int:
        path = f"/v1/platforms/{platform['id']}"
        if what == "change":
            return client.put(path, json=said(receiver.url, name="Others")).status_code
        return client.post(f"{path}/{what}", json=body).status_code

    done = [
        *((what, act(what)) for what in ("enable", "disable", "disable", "change", "ping")),
        ("replay", act("replay", {})),
        *((what, act(what)) for what in ("enable", "close", "close", "enable", "change", "ping")),
        ("rotate", act("rotate", {})),
    ]

    assert done == [
        ("enable", 409),
        ("disable", 200),
        ("disable", 409),
        ("change", 200),
        ("ping", 200),
        ("replay", 409),
        ("enable", 200),
        ("close", 200),
        ("close", 409),
        ("enable", 409),
        ("change", 409),
        ("ping", 409),
        ("rotate", 409),
    ]
    assert client.get(f"/v1/platforms/{platform['id']}/deliveries").status_code == 409


def test_an_endpoint_at_a_private_address_is_refused(clients: Clients) -> None:
    answer = clients(Role.PLATFORM).post("/v1/platforms", json=said("https://127.0.0.1/hook"))

    assert answer.status_code == 422
    assert "public addresses" in answer.json()["detail"]
