"""Servers on loopback that answer as they are told, however wrongly; and a CA for them."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

TICK_SECONDS = 0.01


@dataclass
class Host:
    """A server that runs: where, what it was asked, and whether it should stop."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


# Told of the server and a connection whose request was read.
Behaviour = Callable[[Host, socket.socket], None]


def reply(status: int, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def replying(*answers: bytes) -> Behaviour:
    """Send one answer a connection; the last of them to every further one."""
    left = list(answers)

    def behave(_: Host, connection: socket.socket) -> None:
        connection.sendall(left.pop(0) if len(left) > 1 else left[0])

    return behave


def endless(head: bytes, more: bytes) -> Behaviour:
    """Send as fast as it is read, for ever."""

    def behave(host: Host, connection: socket.socket) -> None:
        connection.sendall(head)
        while not host.stopping.is_set():
            connection.sendall(more)

    return behave


def dripping(data: bytes) -> Behaviour:
    """Send a byte a tick, so that no single read takes long."""

    def behave(host: Host, connection: socket.socket) -> None:
        for at in range(len(data)):
            connection.sendall(data[at : at + 1])
            if host.stopping.wait(TICK_SECONDS):
                return

    return behave


def silent(host: Host, _: socket.socket) -> None:
    host.stopping.wait()


@contextmanager
def serving(
    behave: Behaviour, *, tls: ssl.SSLContext | None = None, polite: bool = True
) -> Iterator[Host]:
    """Serve on loopback; a server that is not polite does not wait for the request."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = Host(listener.getsockname()[1])
        threads = [threading.Thread(target=_accept, args=(listener, host, behave, tls, polite))]
        threads[0].start()
        try:
            yield host
        finally:
            host.stopping.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            threads[0].join(10)
            assert not threads[0].is_alive()


def _accept(
    listener: socket.socket,
    host: Host,
    behave: Behaviour,
    tls: ssl.SSLContext | None,
    polite: bool,  # noqa: FBT001 -- A thread's arguments.
) -> None:
    threads: list[threading.Thread] = []
    while not host.stopping.is_set():
        try:
            connection, _ = listener.accept()
        except OSError:
            break
        arguments = (connection, host, behave, tls, polite)
        threads.append(threading.Thread(target=_serve, args=arguments))
        threads[-1].start()
    for thread in threads:
        thread.join(10)


def _serve(
    connection: socket.socket,
    host: Host,
    behave: Behaviour,
    tls: ssl.SSLContext | None,
    polite: bool,  # noqa: FBT001 -- A thread's arguments.
) -> None:
    # The other side may hang up at any moment: that is what most of the tests are about.
    with suppress(OSError), connection:
        connection.settimeout(10)
        if tls is None:
            if polite:
                _read(connection, host)
            behave(host, connection)
            return
        with tls.wrap_socket(connection, server_side=True) as wrapped:
            _read(wrapped, host)
            behave(host, wrapped)


def _read(connection: socket.socket, host: Host) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    while lengths and len(body) < lengths[0]:
        body += _more(connection)
    host.requests.append(head + b"\r\n\r\n" + body)


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise ConnectionError
    return data


@dataclass(frozen=True)
class Trust:
    """A server's context, and the context of a client that trusts its certificate."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def certify(folder: Path, names: Sequence[str]) -> Trust:
    """Make a certificate for these names and addresses, trusted by one client context."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + pem
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return Trust(server, ssl.create_default_context(cadata=pem.decode()))


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
