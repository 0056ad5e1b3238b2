"""What is sent: the standard's vector, and bodies that say nothing about people."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks.webhooks import Webhook

from rightsd.adapters import statements
from rightsd.domain import webhook
from rightsd.domain.reactions import REACTIONS
from rightsd.errors import Code, RightsError

# From the tests of the standard's own libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WEBHOOK_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIMESTAMP = 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

# The points of Ed25519 whose order is 1, 2, 4 or 8, by their y: two of order 8, then -1, 0 and 1,
# the latter two also as the prime and one more. Each has a mirror image, with the highest bit set.
PRIME = 2**255 - 19
SMALL_ORDER = [
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    *(PRIME - 1, 0, 1, PRIME, PRIME + 1),
]


def test_the_standards_vector() -> None:
    secret = base64.b64decode(SECRET.removeprefix("whsec_"))

    signed = webhook.sign(secret, webhook.content(WEBHOOK_ID, TIMESTAMP, BODY))

    assert signed == SIGNATURE
    assert webhook.write_secret(secret) == SECRET


def test_a_receiver_by_others_makes_the_same_signature() -> None:
    secret, at = bytes(range(32)), datetime.fromtimestamp(TIMESTAMP, UTC)
    body = webhook.body("generation.withdrawn", at, {"cause": "consent", "manifest_id": "é"})

    signed = webhook.sign(secret, webhook.content(WEBHOOK_ID, TIMESTAMP, body))

    assert signed == Webhook(webhook.write_secret(secret)).sign(WEBHOOK_ID, at, body.decode())


def test_types_are_kinds_of_events() -> None:
    assert set(REACTIONS) >= webhook.TYPES


def test_a_body_is_minimal_and_its_time_utc() -> None:
    at = datetime(2030, 1, 2, 4, 4, 5, 6, tzinfo=timezone(timedelta(hours=1)))

    body = webhook.body("generation.withdrawn", at, {"event_id": "evt_1"})

    assert body == (
        b'{"type":"generation.withdrawn","timestamp":"2030-01-02T03:04:05.000006Z",'
        b'"data":{"event_id":"evt_1"}}'
    )
    assert json.loads(body)["data"] == {"event_id": "evt_1"}


def test_a_point_in_an_id_is_never_signed() -> None:
    with pytest.raises(AssertionError):
        webhook.content("msg.1", TIMESTAMP, BODY)


@pytest.mark.parametrize(
    ("because_of", "cause"),
    [
        ("con_1", "consent"),
        ("ntc_1", "notice"),
        ("rvk_1", "revocation"),
        ("sub_1", "other"),
        (None, "other"),
    ],
)
def test_a_cause_is_a_kind_of_thing(because_of: str | None, cause: str) -> None:
    assert webhook.cause_of(because_of) == cause


def test_a_public_key_is_read_as_it_is_written() -> None:
    key = bytes(range(32))

    assert webhook.parse_public_key(webhook.write_public_key(key)) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "whpk_",
        "whpk_" + base64.b64encode(bytes(31)).decode(),
        "whpk_" + base64.b64encode(bytes(33)).decode(),
        "whsec_" + base64.b64encode(bytes(32)).decode(),
        base64.b64encode(bytes(32)).decode(),
        "whpk_" + "é" * 43 + "=",
        "whpk_" + "!" * 43 + "=",
    ],
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(RightsError) as caught:
        webhook.parse_public_key(text)

    assert caught.value.code is Code.INVALID


@pytest.mark.parametrize("mirrored", [0, 1 << 255])
@pytest.mark.parametrize("y", SMALL_ORDER)
def test_a_key_that_signs_for_anyone_is_refused(y: int, mirrored: int) -> None:
    key = (y | mirrored).to_bytes(32, "little")
    # Without a private key: the identity, and zero, are a signature of one message in eight.
    anyones = bytes([1]) + bytes(63)
    assert any(statements.is_signed(bytes([number]), anyones, key) for number in range(256))

    with pytest.raises(RightsError) as caught:
        webhook.parse_public_key(webhook.write_public_key(key))

    assert caught.value.code is Code.INVALID
