"""A platform that receives webhooks: a program of its own, which misbehaves when it is told to.

Run as `python -m tests.fakes.platform`; it says its port, and ends with its standard input.
It knows nothing of the daemon's code: `v1` is verified by the public package `standardwebhooks`,
`v1a` by `cryptography`. What it is sent goes to /hook; the rest of its paths are for whoever runs
it: `running` starts it, and gives a `Receiver` to talk to.
"""

import base64
import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

TOLERANCE_SECONDS = 300
GIGABYTE = 1 << 30
PRIVATE = "http://10.0.0.1/secret"


@dataclass
class Memory:
    """What the program knows.

    Attributes:
        secrets: `whsec_…` that it trusts.
        public_keys: `whpk_…` that it trusts.
        mode: How it answers: "take", "hang", "flood", "redirect", "close", "switch", or a status.
        left: For how many requests; then it takes them again. None: until told otherwise.
        headers: That go with a status.
        received: What came, in order.
        seen: Ids that it has taken.
        busy: How many requests are under way, and the most that were.
        brief: Whether it forgets bodies and headers, for those who send very much.
    """

    secrets: list[str] = field(default_factory=list[str])
    public_keys: list[str] = field(default_factory=list[str])
    mode: str = "take"
    left: int | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    received: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    seen: set[str] = field(default_factory=set[str])
    busy: int = 0
    peak: int = 0
    brief: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_mode(self) -> str:
        with self.lock:
            mode = self.mode
            if self.left is not None:
                self.left -= 1
                if self.left <= 0:
                    self.mode, self.left = "take", None
            return mode


def verified(memory: Memory, body: bytes, headers: dict[str, str]) -> list[str]:
    """Return the schemes under which a request is genuine, new enough, and ours."""
    found: list[str] = []
    for secret in memory.secrets:
        with contextlib.suppress(WebhookVerificationError):
            Webhook(secret).verify(body, headers)
            found.append("v1")
    age = abs(time.time() - int(headers.get("webhook-timestamp", "0")))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    for text in memory.public_keys if age <= TOLERANCE_SECONDS else ():
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(text.removeprefix("whpk_")))
        for signature in headers["webhook-signature"].split():
            version, _, made = signature.partition(",")
            with contextlib.suppress(InvalidSignature):
                if version == "v1a":
                    key.verify(base64.b64decode(made), content)
                    found.append("v1a")
    return sorted(set(found))


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        memory = self.server.memory
        if self.path != "/hook":
            said = json.loads(body)
            with memory.lock:
                for name, value in said.items():
                    setattr(memory, name, value)
            self._answer(200)
            return
        with memory.lock:
            memory.busy += 1
            memory.peak = max(memory.peak, memory.busy)
        try:
            self._receive(body)
        finally:
            with memory.lock:
                memory.busy -= 1

    def do_GET(self) -> None:
        memory = self.server.memory
        with memory.lock:
            said: dict[str, Any] = {"peak": memory.peak, "seen": len(memory.seen)}
            if self.path == "/all":
                said["received"] = memory.received
            written = json.dumps(said).encode()
        self._answer(200, written)

    def _receive(self, body: bytes) -> None:
        memory, mode = self.server.memory, self.server.memory.next_mode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        event = json.loads(body)
        schemes = verified(memory, body, headers)
        with memory.lock:
            is_new = headers["webhook-id"] not in memory.seen
            noted = {
                "id": headers["webhook-id"],
                "type": event["type"],
                "data": event["data"],
                "at": time.time(),
                "schemes": schemes,
                "signatures": len(headers["webhook-signature"].split()),
                "is_new": is_new,
                "taken": mode == "take" and bool(schemes),
            }
            if not memory.brief:
                noted |= {"headers": headers, "body": body.decode()}
            memory.received.append(noted)
            if noted["taken"]:
                memory.seen.add(headers["webhook-id"])
        if mode == "take":
            self._answer(204 if schemes else 401)
        else:
            self._misbehave(mode)

    def _misbehave(self, mode: str) -> None:
        if mode == "hang":
            self.server.stopping.wait()
        elif mode == "flood":
            self.send_response(200)
            self.send_header("Content-Length", str(GIGABYTE))
            self.end_headers()
            for _ in range(GIGABYTE >> 20):
                self.wfile.write(bytes(1 << 20))
        elif mode == "redirect":
            self._answer(307, Location=PRIVATE)
        elif mode == "switch":
            self._answer(101, Connection="Upgrade", Upgrade="h2c")
        elif mode == "close":
            self.wfile.write(b"HTTP/1.1 2")
        else:
            self._answer(int(mode), **self.server.memory.headers)

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.memory = Memory()
        self.stopping = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The daemon hangs up on what it does not want to hear."""


@dataclass(frozen=True)
class Receiver:
    """A platform that runs."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def trust(self, secrets: Sequence[str] = (), public_keys: Sequence[str] = ()) -> None:
        self._told(secrets=list(secrets), public_keys=list(public_keys))

    def behave(self, mode: str | int, left: int | None = None, **headers: str) -> None:
        self._told(mode=str(mode), left=left, headers=headers)

    def forget(self, *, brief: bool = False) -> None:
        self._told(received=[], peak=0, brief=brief)

    @property
    def received(self) -> list[dict[str, Any]]:
        return self._asked("/all")["received"]

    @property
    def taken(self) -> int:
        """How many different deliveries it has ever taken."""
        return self._asked("/")["seen"]

    @property
    def peak(self) -> int:
        return self._asked("/")["peak"]

    def _told(self, **said: object) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("POST", "/told", json.dumps(said))
        assert connection.getresponse().status == 200
        connection.close()

    def _asked(self, path: str) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer


@contextmanager
def running() -> Iterator[Receiver]:
    """Run the program, until the block is left."""
    command = [sys.executable, "-m", "tests.fakes.platform"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield Receiver(int(process.stdout.readline()))
        process.stdin.close()


def main() -> None:
    server = _Server()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
    server.stopping.set()


if __name__ == "__main__":
    main()
