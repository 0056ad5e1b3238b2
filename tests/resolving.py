"""Clients of the Soft Binding Resolution API, and manifest stores to deposit."""

import uuid
from collections.abc import Iterable

from fastapi.testclient import TestClient

from rightsd.domain.client import Scope
from rightsd.domain.principal import Principal, Role
from rightsd.domain.resolution import BASE
from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from rightsd.workflows import accounts, clients
from tests.people import ADMIN

UUID_END = bytes.fromhex("00110010800000aa00389b71")
STORE = {"Content-Type": "application/c2pa"}


def urn() -> str:
    return f"urn:c2pa:{uuid.uuid4()}"


def box(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def superbox(kind: bytes, label: str, content: bytes) -> bytes:
    described = box(b"jumd", kind + UUID_END + b"\x03" + label.encode() + b"\0")
    return box(b"jumb", described + content)


def store(*labels: str, inside: bytes = b"") -> bytes:
    """Return a manifest store of manifests that hold next to nothing; the last is active."""
    made = (superbox(b"c2ma", label, box(b"free", inside)) for label in labels)
    return superbox(b"c2pa", "c2pa", b"".join(made))


def principal(rt: Runtime, role: Role = Role.PLATFORM) -> Principal:
    with rt.transaction() as tx:
        return Principal(accounts.open_account(tx, ADMIN, role=role, name="a").account.id, role)


def token(rt: Runtime, owner: Principal, scopes: Iterable[Scope] = Scope) -> str:
    with rt.transaction() as tx:
        registered = clients.register(tx, owner, scopes=list(scopes))
    issued = clients.issue(rt, registered.client, "")
    assert issued is not None
    return issued.text


def resolver(
    rt: Runtime, scopes: Iterable[Scope] = Scope, *, role: Role = Role.PLATFORM
) -> TestClient:
    """Return the API as a program of an account of its own meets it."""
    headers = {"Authorization": f"Bearer {token(rt, principal(rt, role), scopes)}"}
    app = create_app(rt)
    # A trailing slash, so that paths are put behind the base.
    return TestClient(
        app, base_url=f"http://testserver{BASE}/", headers=headers, raise_server_exceptions=False
    )


def deposited(api: TestClient, data: bytes | None = None) -> str:
    answer = api.post("manifests", content=data or store(urn()), headers=STORE)
    assert answer.status_code == 200, answer.text
    return answer.json()["manifestId"]
