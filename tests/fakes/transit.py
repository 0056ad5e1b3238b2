"""The transit engine of OpenBao and Vault, as far as it is used here: a server on loopback.

It follows the published HTTP API: keys have versions, signatures and ciphertexts carry theirs, and
a key that is there is not made again. `trouble` makes it go wrong.
"""

import base64
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN = "s.0123456789abcdef"
NONCE_BYTES = 12


@dataclass
class Service:
    """What runs behind the URL.

    Attributes:
        keys: Type and versions of each key, by name.
        asked: Method and path of every request.
        trouble: None, or "sealed", "lying", "silent", "endless", or bytes to answer with.
        waiting: Set once someone waits for a silent answer.
        stopping: Ends what a silent answer waits for; there is none then either.
    """

    url: str
    token_file: Path
    keys: dict[str, tuple[str, list[Any]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    trouble: str | bytes | None = None
    waiting: Event = field(default_factory=Event)
    stopping: Event = field(default_factory=Event)

    def rotate(self, name: str) -> None:
        kind, versions = self.keys[name]
        versions.append(_made(kind))


@contextmanager
def serving(folder: Path) -> Iterator[Service]:
    token_file = folder / "token"
    token_file.write_text(f"{TOKEN}\n")
    token_file.chmod(0o600)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    service = Service(f"http://127.0.0.1:{server.server_port}", token_file)
    server.service = service  # type: ignore[attr-defined] -- How handlers of this class get at it.
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield service
    finally:
        service.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- Not our name.
        pass

    def _serve(self, body: bytes) -> None:
        service: Service = self.server.service  # type: ignore[attr-defined]
        service.asked.append(f"{self.command} {self.path}")
        match service.trouble:
            case "silent":
                service.waiting.set()
                service.stopping.wait()
            case "sealed":
                self._answer(503, {"errors": ["Vault is sealed"]})
            case "endless":
                self._send(200, b"x" * 1_000_000)
            case bytes(answer):
                self._send(200, answer)
            case _ if self.headers["X-Vault-Token"] != TOKEN:
                self._answer(403, {"errors": ["permission denied"]})
            case trouble:
                status, data = _answer(service, self.command, self.path, body)
                if trouble == "lying" and "signature" in data:
                    data["signature"] = f"vault:v1:{base64.b64encode(bytes(64)).decode()}"
                if trouble == "lying" and "plaintext" in data:
                    data["plaintext"] = base64.b64encode(bytes(43)).decode()
                self._answer(status, {"data": data} if status == 200 else data)

    def _answer(self, status: int, answer: dict[str, Any]) -> None:
        self._send(status, b"" if status == 204 else json.dumps(answer).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _answer(service: Service, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
    prefix, action, name = path.rsplit("/", 2)
    asked = json.loads(body) if body else {}
    if prefix != "/v1/transit":
        return 404, {"errors": ["no handler for route"]}
    if (method, action) == ("POST", "keys"):
        kind = asked.get("type", "aes256-gcm96")
        service.keys.setdefault(name, (kind, [_made(kind)]))
        return 204, {}
    if name not in service.keys:
        return (404 if method == "GET" else 400), {"errors": []}
    kind, versions = service.keys[name]
    if (method, action) == ("GET", "keys"):
        shown = {str(number): _shown(made) for number, made in enumerate(versions, 1)}
        return 200, {"type": kind, "name": name, "keys": shown, "latest_version": len(versions)}
    try:
        return 200, _DONE[method, action, kind](versions, asked)
    except (KeyError, InvalidTag):
        return 400, {"errors": ["unsupported operation, or not a ciphertext of this key"]}


def _sign(versions: list[Any], asked: dict[str, Any]) -> dict[str, Any]:
    version = asked.get("key_version") or len(versions)
    signature = versions[version - 1].sign(base64.b64decode(asked["input"]))
    return {"signature": _written(version, signature), "key_version": version}


def _sign_ecdsa(versions: list[Any], asked: dict[str, Any]) -> dict[str, Any]:
    version = asked.get("key_version") or len(versions)
    # The service's own defaults; what is asked for must be said.
    if (asked["hash_algorithm"], asked["marshaling_algorithm"]) != ("sha2-256", "asn1"):
        raise KeyError
    data = base64.b64decode(asked["input"])
    signature = versions[version - 1].sign(data, ec.ECDSA(hashes.SHA256()))
    return {"signature": _written(version, signature), "key_version": version}


def _encrypt(versions: list[Any], asked: dict[str, Any]) -> dict[str, Any]:
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(versions[-1]).encrypt(nonce, base64.b64decode(asked["plaintext"]), None)
    return {"ciphertext": _written(len(versions), nonce + sealed), "key_version": len(versions)}


def _decrypt(versions: list[Any], asked: dict[str, Any]) -> dict[str, Any]:
    _, version, text = asked["ciphertext"].split(":")
    sealed = base64.b64decode(text)
    cipher = AESGCM(versions[int(version[1:]) - 1])
    plaintext = cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    return {"plaintext": base64.b64encode(plaintext).decode()}


_DONE = {
    ("POST", "sign", "ed25519"): _sign,
    ("POST", "sign", "ecdsa-p256"): _sign_ecdsa,
    ("POST", "encrypt", "aes256-gcm96"): _encrypt,
    ("POST", "decrypt", "aes256-gcm96"): _decrypt,
}


def _made(kind: str) -> Any:
    return Ed25519PrivateKey.generate() if kind == "ed25519" else AESGCM.generate_key(256)


def _shown(made: Any) -> Any:
    if isinstance(made, bytes):
        return 1795597200
    public = made.public_key().public_bytes_raw()
    return {"name": "ed25519", "public_key": base64.b64encode(public).decode()}


def _written(version: int, data: bytes) -> str:
    return f"vault:v{version}:{base64.b64encode(data).decode()}"
