"""Webhook: what platforms are told, in the format of Standard Webhooks 1.0.0.

What is signed is `id.timestamp.body`; a secret is written `whsec_`, a public key `whpk_`, each
followed by Base64. A body names things and says nothing about people.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

from rightsd.errors import Code, RightsError

# The kinds of events that platforms are told of, and the types of webhooks that tell them. To the
# platform from which an output alone is taken, it is withdrawn.
TOLD: Mapping[str, str] = {
    "generation.withdrawn": "generation.withdrawn",
    "generation.delisted": "generation.withdrawn",
    "generation.restored": "generation.restored",
    "generation.relisted": "generation.restored",
}
TYPES = frozenset(TOLD.values())
PING = "platform.pinged"  # Asked for by the platform, to try its receiver; in no log.
SECRET_PREFIX, PUBLIC_KEY_PREFIX = "whsec_", "whpk_"
SECRET_BYTES = 32  # The standard asks for 24 to 64.
PUBLIC_KEY_BYTES = 32
# Points of Ed25519 of small order, by their y: anyone can sign under these, without a private
# key. The prime and one more are 0 and 1 once again.
_PRIME = 2**255 - 19
_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER = frozenset({0, 1, _PRIME - 1, _PRIME, _PRIME + 1, _ORDER_8, _PRIME - _ORDER_8})
_SIGN = 1 << 255  # Of x, in an encoded point.
# What an event's cause is, by the prefix of its id.
CAUSES: Mapping[str, str] = {
    "con": "consent",
    "lic": "licence",
    "ntc": "notice",
    "opt": "optout",
    "ref": "reference",
    "rev": "review",
    "rvk": "revocation",
    "wrk": "work",
}
OTHER_CAUSE = "other"


class Scheme(StrEnum):
    """How a webhook is signed."""

    HMAC = "v1"  # HMAC-SHA256 under a secret that both sides have.
    ED25519 = "v1a"  # With a private key that only this daemon has.


def cause_of(because_of: str | None) -> str:
    """Return what kind of thing an id names, for those who may not know the thing."""
    return CAUSES.get((because_of or "").partition("_")[0], OTHER_CAUSE)


def body(kind: str, at: datetime, data: Mapping[str, str | None]) -> bytes:
    """Return a webhook's body: the same bytes for the same event, each time."""
    said = {
        "type": kind,
        "timestamp": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "data": dict(data),
    }
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()


def content(webhook_id: str, timestamp: int, sent: bytes) -> bytes:
    """Return what is signed."""
    assert "." not in webhook_id  # Otherwise one message could be read as another.
    return f"{webhook_id}.{timestamp}.".encode() + sent


def sign(secret: bytes, signed: bytes) -> str:
    """Return the signature `v1` of a content."""
    return signature(Scheme.HMAC, hmac.digest(secret, signed, hashlib.sha256))


def signature(scheme: Scheme, made: bytes) -> str:
    """Return a signature as it stands in the header."""
    return f"{scheme},{base64.b64encode(made).decode()}"


def write_secret(secret: bytes) -> str:
    """Return a secret as it is shown to the platform, once."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def write_public_key(key: bytes) -> str:
    """Return a public key as it is published."""
    return PUBLIC_KEY_PREFIX + base64.b64encode(key).decode()


def parse_public_key(text: str) -> bytes:
    """Return the Ed25519 public key of a text, 32 bytes.

    Raises:
        RightsError: INVALID.
    """
    try:
        key = base64.b64decode(text.removeprefix(PUBLIC_KEY_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not text.startswith(PUBLIC_KEY_PREFIX) or len(key) != PUBLIC_KEY_BYTES:
        detail = "a public key is whpk_ and the Base64 of the 32 bytes of an Ed25519 key"
        raise RightsError(Code.INVALID, detail)
    if int.from_bytes(key, "little") & ~_SIGN in _SMALL_ORDER:
        detail = "this is no one's public key: anyone can sign under it"
        raise RightsError(Code.INVALID, detail)
    return key
