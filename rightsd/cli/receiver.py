"""The demo's platform: a server of its own that receives webhooks, and signs what it did.

It does what api-specs/webhooks.md and api-specs/acknowledgements.md tell a platform to do, with
none of the daemon's code: `v1a` is verified under the public keys that registering answered.
"""

import base64
import contextlib
import json
import queue
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

BODY_BYTES_MAX = 64 * 1024  # A webhook has less than one.
TOLERANCE_SECONDS = 300  # What is older may have been recorded, and is not taken.
ANSWER_SECONDS_MAX = 30.0
KEY_PREFIX = "whpk_"

Event = dict[str, Any]


class Receiver:
    """A platform's server, and the key that it signs acknowledgements with.

    Attributes:
        public_keys: `whpk_…`, under which a webhook must be signed; none until it has registered.
    """

    def __init__(self) -> None:
        self.public_keys: Sequence[str] = ()
        self._key = Ed25519PrivateKey.generate()
        self._seen: set[str] = set()
        self._events = queue.Queue[Event]()
        self._lock = threading.Lock()
        hook = type("_OurHook", (_Hook,), {"receiver": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), hook)

    @property
    def url(self) -> str:
        """Where webhooks are sent to."""
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    @property
    def acknowledgement_key(self) -> str:
        """The public key of what it signs, as it is registered."""
        key = self._key.public_key().public_bytes_raw()
        return KEY_PREFIX + base64.b64encode(key).decode()

    def take(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Take a webhook if it is genuine; what comes a second time changes nothing."""
        if not _is_genuine(self.public_keys, body, headers):
            return False
        with self._lock:
            is_new = headers["webhook-id"] not in self._seen
            self._seen.add(headers["webhook-id"])
        if is_new:
            self._events.put(json.loads(body))
        return True

    @property
    def waiting(self) -> int:
        """How many webhooks were taken that nobody has asked for yet."""
        return self._events.qsize()

    def next(self, kind: str) -> Event:
        """Return the data of the next webhook, which must be of this type."""
        try:
            event = self._events.get(timeout=ANSWER_SECONDS_MAX)
        except queue.Empty:
            raise AssertionError(f"no {kind} came in time") from None
        assert event["type"] == kind, event
        return event["data"]

    def removal(self, platform_id: str, told: Event) -> dict[str, Any]:
        """Return the signed acknowledgement that no copy is shown any more."""
        statement: dict[str, Any] = {
            "delivery_id": told["delivery_id"],
            "event_id": told["event_id"],
            "generation_id": told["generation_id"],
            "platform_id": platform_id,
            "outcome": "removed",
            "refusal": None,
            "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }
        signed = json.dumps(
            statement | {"type": "rightsd.acknowledgement.v1"},
            sort_keys=True,
            separators=(",", ":"),
        )
        signature = base64.b64encode(self._key.sign(signed.encode())).decode()
        return {"statement": statement, "signature": signature}

    @contextmanager
    def serving(self) -> Generator[None]:
        """Serve in a thread until the block is left."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


class _Hook(BaseHTTPRequestHandler):
    receiver: Receiver
    timeout = ANSWER_SECONDS_MAX  # For one who connects and says nothing.

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        if not 0 <= length <= BODY_BYTES_MAX:
            status = 413
        else:
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = 204 if self.receiver.take(self.rfile.read(length), headers) else 401
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
        """Say nothing: the demo has a table of its own."""


def _is_genuine(public_keys: Sequence[str], body: bytes, headers: Mapping[str, str]) -> bool:
    sent_at = headers.get("webhook-timestamp", "")
    if not sent_at.isdecimal() or abs(time.time() - int(sent_at)) > TOLERANCE_SECONDS:
        return False
    content = f"{headers.get('webhook-id')}.{sent_at}.".encode() + body
    for text in public_keys:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(text.removeprefix(KEY_PREFIX)))
        for signature in headers.get("webhook-signature", "").split():
            version, _, made = signature.partition(",")
            # Not Base64, or not of this content under this key.
            with contextlib.suppress(ValueError, InvalidSignature):
                if version == "v1a":
                    key.verify(base64.b64decode(made), content)
                    return True
    return False
