"""The demo's platform: it takes what the daemon signed, once, and signs what the daemon takes."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from rightsd.adapters import statements
from rightsd.cli.receiver import BODY_BYTES_MAX, Receiver
from rightsd.domain import acknowledgement, webhook
from rightsd.domain.acknowledgement import Outcome, Statement
from rightsd.domain.webhook import Scheme

KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
DATA = {"delivery_id": "dlv_1", "event_id": "evt_1", "generation_id": "gen_1"}
WITHDRAWN = webhook.body("generation.withdrawn", datetime(2030, 1, 2, tzinfo=UTC), DATA)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    made.public_keys = [webhook.write_public_key(KEY.public_key().public_bytes_raw())]
    with made.serving():
        yield made


def send(receiver: Receiver, *, key: Ed25519PrivateKey = KEY, at: int | None = None) -> int:
    sent_at = at if at is not None else int(time.time())
    signed = key.sign(webhook.content("dlv_1", sent_at, WITHDRAWN))
    headers = {
        "webhook-id": "dlv_1",
        "webhook-timestamp": str(sent_at),
        "webhook-signature": "v1,AAAA v1a,no " + webhook.signature(Scheme.ED25519, signed),
    }
    return httpx.post(receiver.url, content=WITHDRAWN, headers=headers).status_code


def announce(receiver: Receiver, size: int) -> int:
    """Say that a body comes, send none, and return the answer."""
    address = httpx.URL(receiver.url)
    connection = HTTPConnection(address.host, address.port, timeout=10)
    connection.request("POST", address.path, headers={"Content-Length": str(size)})
    status = connection.getresponse().status
    connection.close()
    return status


def test_what_the_daemon_signed_is_taken_once(receiver: Receiver) -> None:
    answers = [send(receiver), send(receiver)]

    assert answers == [204, 204]
    assert receiver.next("generation.withdrawn") == DATA
    assert receiver.waiting == 0


def test_what_is_forged_recorded_or_unsigned_is_not_taken(receiver: Receiver) -> None:
    forged = send(receiver, key=OTHER)
    recorded = send(receiver, at=int(time.time()) - 3600)
    unsigned = httpx.post(receiver.url, content=WITHDRAWN).status_code
    large = announce(receiver, BODY_BYTES_MAX + 1)

    assert (forged, recorded, unsigned, large) == (401, 401, 401, 413)
    assert receiver.waiting == 0


def test_the_daemon_verifies_what_it_signs(receiver: Receiver) -> None:
    key = webhook.parse_public_key(receiver.acknowledgement_key)

    sent = receiver.removal("plt_1", DATA)

    said = sent["statement"]
    statement = Statement(**said | {"outcome": Outcome(said["outcome"])})
    assert acknowledgement.read(statement.encode()).outcome is Outcome.REMOVED
    signature = statements.parse_signature(sent["signature"])
    Ed25519PublicKey.from_public_bytes(key).verify(signature, statement.encode())
