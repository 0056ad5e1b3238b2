"""Being a witness of someone's log: an HTTP server that needs a folder, and no database."""

import logging
import os
import re
import signal
import socket
import stat
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from types import FrameType
from typing import Any

import click
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ledger import cosignature, note
from ledger import witness as protocol
from ledger.errors import LedgerError, NoteError
from ledger.witness import FileState, Status
from rightsd.adapters import disk
from rightsd.cli.commands import Commands, Late
from rightsd.errors import Code, RightsError

CONNECTIONS_MAX = 64
CONNECTION_SECONDS_MAX = 60.0  # However busy: a log connects again, a slow sender does not matter.
READ_SECONDS_MAX = 10.0
KEY_FILE = "witness.pem"
KEY_BYTES_MAX = 4096
LISTEN = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9A-Za-z._-]+)):([0-9]{1,5})")
LENGTH = re.compile(r"[0-9]{1,9}")
CHECKPOINT_PATH = re.compile(r"/([0-9a-f]{64})/checkpoint")

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """A witness at work.

    Attributes:
        logs: The keys of each log that is witnessed, by origin.
        signer: The witness's key.
        state: What it has cosigned.
        clock: Returns the time in POSIX seconds.
    """

    logs: Mapping[str, Sequence[note.VerifierKey]]
    signer: note.Signer
    state: protocol.State
    clock: Callable[[], int]


OPERATORS = {
    "erase-subject": Late(
        "rightsd.cli.subjects:erase",
        "Cast SUBJECT_ID no more, and destroy their key, their salt, their words and their clips.",
    ),
    "follow": Late(
        "rightsd.cli.logkeys:follow",
        "Print the keys that a trusted VKEY leads to, along the STATEMENTS of a log; offline.",
    ),
    "keys": Late("rightsd.cli.logkeys:keys", "List the log's keys, the oldest first."),
    "retire-key": Late(
        "rightsd.cli.logkeys:retire_key",
        "End the overlap: from now on the log's new key signs alone.",
    ),
    "rotate-credential-key": Late(
        "rightsd.cli.credentials:rotate_key",
        "Make the next key that signs credentials; those that older ones signed stay good.",
    ),
    "rotate-key": Late(
        "rightsd.cli.logkeys:rotate_key",
        "Make the log's next key, which signs beside the old one from now on.",
    ),
    "status": Late(
        "rightsd.cli.status:status",
        "Say how much of the log is published, and what its witnesses say.",
    ),
}


@click.group(cls=Commands, late=OPERATORS)
def ledger() -> None:
    """Watch over someone's log, or look after one's own: keys, witnesses, forgetting."""


@ledger.command("witness")
@click.option("--log", "vkeys", multiple=True, required=True, help="Public key of a log; repeats.")
@click.option(
    "--listen", default="127.0.0.1:8470", show_default=True, help="HOST:PORT to serve on."
)
@click.option(
    "--state",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder of what was cosigned. Never put it back from a backup.",
)
@click.option("--key-name", required=True, help="The witness's name, like example.com/witness.")
@click.option(
    "--key",
    "key_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Ed25519 private key, PEM; without it, one is made in the folder.",
)
def serve(
    vkeys: Sequence[str], listen: str, folder: Path, key_name: str, key_file: Path | None
) -> None:
    """Cosign a log's checkpoints as long as it only grows (c2sp.org/tlog-witness)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    address = _address(listen)
    try:
        signer = cosignature.Ed25519Signer(key_name, _private_key(folder, key_file))
        key = cosignature.parse_vkey(signer.vkey)
        state = FileState(folder / "logs")
        logs: dict[str, list[note.VerifierKey]] = {}
        for vkey in vkeys:
            log = note.parse_vkey(vkey)
            logs.setdefault(log.name, []).append(log)
        sizes = {origin: protocol.recall(state, origin, key).size for origin in logs}
    except NoteError as error:
        raise RightsError(Code.INVALID, f"The witness cannot start: {error}.") from error
    except LedgerError as error:
        raise RightsError(Code.UNAVAILABLE, f"The witness cannot start: {error}.") from error
    service = Service(logs, signer, state, lambda: int(time.time()))
    try:
        server = Server(address, service)
    except OSError as error:
        detail = f"The witness cannot listen on {listen}: {error.strerror}."
        raise RightsError(Code.UNAVAILABLE, detail) from error
    signal.signal(signal.SIGTERM, _stop)
    with server:
        click.echo(f"the witness is {signer.vkey}")
        for origin, size in sizes.items():
            click.echo(f"it has cosigned {size} entries of {origin}")
        click.echo(f"it listens on http://{_written(server.server_address)}")
        server.serve_forever()


class Server(ThreadingHTTPServer):
    """Serves a witness; a thread a connection, few connections, none of them for long."""

    # The standard library's server is adapted by inheritance.
    daemon_threads = True  # Whatever a thread is at, an answer goes out only after it is kept.
    request_queue_size = CONNECTIONS_MAX

    def __init__(
        self,
        address: tuple[str, int],
        service: Service,
        *,
        connections_max: int = CONNECTIONS_MAX,
        connection_seconds_max: float = CONNECTION_SECONDS_MAX,
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._connections_max = connections_max
        self._connection_seconds_max = connection_seconds_max
        self._ends: dict[socket.socket, float] = {}
        super().__init__(address, partial(Handler, service))

    def server_bind(self) -> None:
        """Bind without asking the network for the machine's own name, which can take long."""
        TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a new connection its thread, or close it when there are too many."""
        if len(self._ends) >= self._connections_max:
            super().shutdown_request(request)
            return
        self._ends[request] = time.monotonic() + self._connection_seconds_max
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        self._ends.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Cut off the connections whose time is over; called every half second."""
        now = time.monotonic()
        for sock in [sock for sock, end in list(self._ends.items()) if end < now]:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Note what went wrong with a connection, in one line."""
        del request
        _LOG.info("%s: %r", client_address[0], sys.exc_info()[1])


class Handler(BaseHTTPRequestHandler):
    """Translates between HTTP and `ledger.witness`."""

    protocol_version = "HTTP/1.1"
    server_version = "rightsd"
    sys_version = ""
    timeout = READ_SECONDS_MAX
    wbufsize = -1  # Headers and body go out together.
    disable_nagle_algorithm = True
    error_message_format = "%(message)s\n"
    error_content_type = protocol.TEXT_TYPE

    def __init__(self, service: Service, *args: Any) -> None:
        self._service = service
        super().__init__(*args)

    def do_POST(self) -> None:
        """Answer a submission."""
        if self.path != "/add-checkpoint":
            self._refuse(404, "there is nothing to post to here")
            return
        lengths = self.headers.get_all("Content-Length", [])
        chunked = "Transfer-Encoding" in self.headers
        if chunked or len(lengths) != 1 or not LENGTH.fullmatch(lengths[0]):
            self._refuse(411, "a submission has one Content-Length, and no Transfer-Encoding")
            return
        if int(lengths[0]) > protocol.REQUEST_BYTES_MAX:
            self._refuse(413, f"a submission has at most {protocol.REQUEST_BYTES_MAX} bytes")
            return
        body = self.rfile.read(int(lengths[0]))
        if len(body) < int(lengths[0]):
            self.close_connection = True
            return
        service = self._service
        try:
            answer = protocol.process(
                body,
                service.state,
                logs=service.logs,
                signer=service.signer,
                timestamp=service.clock(),
            )
        except LedgerError as error:
            _LOG.error("nothing is cosigned: %s", error)
            self._refuse(Status.BUSY, "the witness is out of order; try again later")
            return
        if answer.status is Status.INCONSISTENT:
            # It is signed by the log, and so may prove that the log shows two histories.
            _LOG.warning("not cosigned: %s", _evidence(body, answer, service))
        self._answer(answer.status, answer.content_type, answer.body)

    def do_GET(self) -> None:
        """Show the newest checkpoint of a log that was cosigned."""
        match = CHECKPOINT_PATH.fullmatch(self.path)
        state, logs = self._service.state, self._service.logs
        named = [origin for origin in logs if match and protocol.origin_hash(origin) == match[1]]
        try:
            signed = state.latest(named[0]) if named else None
        except LedgerError as error:
            _LOG.error("nothing is shown: %s", error)
            self._refuse(Status.BUSY, "the witness is out of order; try again later")
            return
        if signed is None:
            self._answer(404, protocol.TEXT_TYPE, b"there is no such checkpoint\n")
        else:
            self._answer(200, protocol.TEXT_TYPE, signed)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- Not our name.
        """Note a request, with nothing in it that would steer a terminal."""
        said = "".join(one if one.isprintable() else repr(one)[1:-1] for one in format % args)
        _LOG.info("%s: %s", self.client_address[0], said)

    def _refuse(self, status: int, detail: str) -> None:
        """Answer without having read the body: what follows on the connection is unknown."""
        self.close_connection = True
        self._answer(status, protocol.TEXT_TYPE, f"{detail}\n".encode())

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def _stop(number: int, frame: FrameType | None) -> None:
    del number, frame
    sys.exit(0)


def _evidence(body: bytes, answer: protocol.Answer, service: Service) -> str:
    """Return why a checkpoint was refused, and the checkpoint with the log's signatures only."""
    signed = protocol.parse(body).checkpoint
    keys = [key for keys in service.logs.values() for key in keys]
    kept = cosignature.attach(signed, [], keep=keys)
    return f"{answer.body.decode()}{kept.decode()}"


def _address(listen: str) -> tuple[str, int]:
    match = LISTEN.fullmatch(listen)
    if match is None or int(match[3]) > 65_535:
        raise RightsError(Code.INVALID, "What to listen on is written HOST:PORT.")
    return match[1] or match[2], int(match[3])


def _written(address: Any) -> str:
    host, port = str(address[0]), int(address[1])
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _private_key(folder: Path, given: Path | None) -> Ed25519PrivateKey:
    """Return the witness's key: a given one, or the folder's, made on first use."""
    path = given or folder / KEY_FILE
    try:
        if given is None and not path.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = Ed25519PrivateKey.generate()
            pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            disk.create_once(path, pem)
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            pem = file.read(KEY_BYTES_MAX)
    except OSError as error:
        raise RightsError(Code.UNAVAILABLE, f"{path} cannot be used: {error.strerror}.") from error
    if stat.S_IMODE(mode) & 0o077:
        detail = f"Other users may read {path}: make it private (chmod 600)."
        raise RightsError(Code.UNAVAILABLE, detail)
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise RightsError(Code.INVALID, f"{path} is not a private key in PEM.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise RightsError(Code.INVALID, f"{path} is not an Ed25519 key.")
    return key
