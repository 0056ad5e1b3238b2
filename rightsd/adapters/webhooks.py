"""Sending webhooks: signing what is sent (Standard Webhooks 1.0.0), and one POST."""

import email.utils
import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rightsd.adapters import http
from rightsd.adapters.http import Guard, Response
from rightsd.domain import webhook
from rightsd.domain.delivery import RETRY_AFTER_MAX, Attempt, Trouble
from rightsd.domain.webhook import Scheme
from rightsd.errors import Code, RightsError

SECONDS_MAX = 15.0  # From the name to the last byte; the standard recommends 15 to 30.
ANSWER_BYTES_MAX = 64 * 1024  # Nobody reads the answer; one that is longer counts as none.
REGISTERING_SECONDS_MAX = 5.0
USER_AGENT = "rightsd"


@dataclass(frozen=True, slots=True)
class WebhookKeys:
    """The Ed25519 keys that sign webhooks, another for each platform and rotation.

    A key of its own for each: what one platform was sent is no signed message to another. All are
    made from one secret in the key folder, so that there is none to lose.
    """

    secret: bytes = field(repr=False)

    def key(self, platform_id: str, number: int) -> Ed25519PrivateKey:
        """Return a platform's key."""
        return _derive(self.secret, platform_id, number)

    def public_key(self, platform_id: str, number: int) -> str:
        """Return its public key as it is published, `whpk_…`."""
        key = self.key(platform_id, number).public_key()
        return webhook.write_public_key(key.public_bytes_raw())


@functools.lru_cache(maxsize=1024)
def _derive(secret: bytes, platform_id: str, number: int) -> Ed25519PrivateKey:
    info = f"rightsd webhook v1\0{platform_id}\0{number}".encode()
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info)
    return Ed25519PrivateKey.from_private_bytes(kdf.derive(secret))


def headers(
    webhook_id: str,
    body: bytes,
    now: datetime,
    *,
    schemes: Sequence[Scheme],
    secrets: Sequence[bytes],
    keys: Sequence[Ed25519PrivateKey],
) -> dict[str, str]:
    """Return the headers that go with a body: its id, the time, and every signature.

    Args:
        webhook_id: The same for the same delivery each time; receivers know it again by that.
        body: What is sent, byte for byte.
        now: The time of the attempt.
        schemes: How it is signed.
        secrets: Of `v1`, the current one first.
        keys: Of `v1a`, the current one first.
    """
    timestamp = int(now.timestamp())
    content = webhook.content(webhook_id, timestamp, body)
    signatures: list[str] = []
    if Scheme.HMAC in schemes:
        signatures += [webhook.sign(secret, content) for secret in secrets]
    if Scheme.ED25519 in schemes:
        signatures += [webhook.signature(Scheme.ED25519, key.sign(content)) for key in keys]
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def post(
    url: str,
    body: bytes,
    sent: dict[str, str],
    *,
    guard: Guard,
    now: datetime,
    seconds_max: float = SECONDS_MAX,
) -> Attempt:
    """Send a webhook once; return what came of it, whatever that is."""
    try:
        answer = http.fetch(
            "POST",
            url,
            guard=guard,
            seconds_max=seconds_max,
            bytes_max=ANSWER_BYTES_MAX,
            body=body,
            headers=sent,
        )
    except RightsError as error:
        trouble = Trouble.ADDRESS if error.code is Code.INVALID else Trouble.UNANSWERED
        return Attempt(None, trouble)
    if 200 <= answer.status < 300:
        return Attempt(answer.status, None)
    return Attempt(answer.status, Trouble.STATUS, _retry_after(answer, now))


def _retry_after(answer: Response, now: datetime) -> timedelta | None:
    """Return how long an answer asks to be left alone: seconds or a date (RFC 9110, 10.2.3)."""
    said = answer.headers.get("retry-after", "")[:64].strip()
    if said.isascii() and said.isdigit():
        # Of a number with more digits than an hour has, more is not asked.
        seconds = int(said) if len(said) < 9 else RETRY_AFTER_MAX.total_seconds()
        asked = timedelta(seconds=seconds)
    else:
        try:
            asked = email.utils.parsedate_to_datetime(said).astimezone(UTC) - now
        except (ValueError, OverflowError):
            return None
    return min(asked, RETRY_AFTER_MAX) if asked > timedelta() else None
