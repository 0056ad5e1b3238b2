"""Requests to addresses that others chose: webhooks, witnesses, files that are to be looked at.

A URL is resolved once, every address it has must be public, and the connection goes to one of the
addresses that were checked: a name that resolves to something else a moment later gains nothing.
No redirect is followed, no proxy is used, nothing is decompressed, and bytes and time are bounded,
however slowly the other side sends.
"""

import contextlib
import functools
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import h11

from rightsd.errors import Code, RightsError

URL_CHARS_MAX = 2048
ADDRESSES_MAX = 8  # Of one name; the rest is not tried.
READ_BYTES = 65_536
HEAD_BYTES_MAX = 65_536
REQUEST_BYTES_MAX = 1_048_576
# Visible ASCII without the characters that parsers of URLs disagree about.
URL_TEXT = re.compile(r"[!#-;=?-\[\]_a-z~]+")
HOST_TEXT = re.compile(r"[0-9A-Za-z.:_-]{1,253}")
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# resolve(host, port) returns addresses as text, or raises OSError.
Resolve = Callable[[str, int], Sequence[str]]


def resolve_by_system(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the operating system resolves its name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@functools.cache
def trust_of_system() -> ssl.SSLContext:
    """Return whom the operating system trusts; reading its certificates takes a while."""
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Where requests may go.

    Attributes:
        allow_private: Also to private addresses, and without TLS: for development, and for
            services in the operator's own network that the operator, not a user, has named.
        resolve: How names become addresses.
        tls: Whom to trust with a name.
    """

    allow_private: bool = False
    resolve: Resolve = resolve_by_system
    tls: ssl.SSLContext = field(default_factory=trust_of_system)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, whatever its status: 3xx is one as well. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters, in lower case; empty if there is none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


# take(head, host) looks at an answer before its body comes, and returns what that is handed to.
Take = Callable[[Response, str], Callable[[bytes], object]]


@dataclass(frozen=True, slots=True)
class _Target:
    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What goes into the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class _Deadline:
    """A moment on the monotonic clock, and whose slowness it bounds."""

    at: float
    host: str

    def left(self) -> float:
        """Return the seconds that are left; more than none."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise RightsError(Code.UNAVAILABLE, f"{self.host} did not answer in time.")
        return left


def require_wellformed(url: str, guard: Guard) -> None:
    """Check what can be said of a URL without asking the network.

    Raises:
        RightsError: INVALID: it is malformed, or has no TLS where the guard asks for it.
    """
    _parse(url, guard)


def require_allowed(url: str, guard: Guard, *, seconds_max: float) -> None:
    """Check that a URL may be fetched, as when someone registers it; `fetch` checks it again.

    Raises:
        RightsError: INVALID: it is malformed, or leads to an address that is not public.
            UNAVAILABLE: its name does not resolve, or not in `seconds_max`.
    """
    target = _parse(url, guard)
    _addresses(target, guard, _Deadline(time.monotonic() + seconds_max, target.host))


def fetch(
    method: Literal["GET", "POST"],
    url: str,
    *,
    guard: Guard,
    seconds_max: float,
    bytes_max: int,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Make one request and return the whole answer.

    Args:
        method: The method.
        url: An absolute URL: https, or http where the guard allows what is private.
        guard: Where it may go.
        seconds_max: How long everything may take, from the name to the last byte.
        bytes_max: How long the answer's body may be.
        body: The request's body, at most REQUEST_BYTES_MAX.
        headers: Further headers; Host, Content-Length and Connection are set here.

    Raises:
        RightsError: INVALID: the URL is malformed or leads to an address that is not public.
            UNAVAILABLE: no connection, no certificate for the host, no answer in time, or an
            answer that is too large or is not HTTP.
    """
    content = bytearray()

    def take(_head: Response, host: str) -> Callable[[bytes], object]:
        def add(piece: bytes) -> None:
            content.extend(piece)
            if len(content) > bytes_max:
                detail = f"{host} answered with more than {bytes_max} bytes."
                raise RightsError(Code.UNAVAILABLE, detail)

        return add

    answer = ask(
        method, url, take, guard=guard, seconds_max=seconds_max, body=body, headers=headers
    )
    return Response(answer.status, answer.headers, bytes(content))


def ask(
    method: Literal["GET", "POST"],
    url: str,
    take: Take,
    *,
    guard: Guard,
    seconds_max: float,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Make one request, hand its answer on piece by piece, and return the answer without its body.

    Args:
        method: As for `fetch`, and likewise the others.
        url: As for `fetch`.
        take: Looks at the answer's head; what it raises ends the request.
        guard: As for `fetch`.
        seconds_max: As for `fetch`.
        body: As for `fetch`.
        headers: As for `fetch`.

    Raises:
        RightsError: As `fetch`, whose size alone is not bounded here.
    """
    assert len(body) <= REQUEST_BYTES_MAX
    target = _parse(url, guard)
    deadline = _Deadline(time.monotonic() + seconds_max, target.host)
    lines = [("Host", target.authority), ("Connection", "close"), *(headers or {}).items()]
    if method == "POST":
        lines.append(("Content-Length", str(len(body))))
    request = h11.Request(method=method, target=target.path, headers=lines)
    try:
        with _connected(target, guard, deadline) as sock:
            return _exchange(sock, request, body, deadline, take)
    except TimeoutError as error:
        raise RightsError(Code.UNAVAILABLE, f"{target.host} did not answer in time.") from error
    except ssl.SSLCertVerificationError as error:
        detail = f"{target.host} has no certificate that is good: {error.verify_message}."
        raise RightsError(Code.UNAVAILABLE, detail) from error
    except OSError as error:
        detail = f"{target.host} cannot be reached: {error.strerror or 'the connection broke'}."
        raise RightsError(Code.UNAVAILABLE, detail) from error
    except h11.RemoteProtocolError as error:
        detail = f"{target.host} does not answer in HTTP: {error}."
        raise RightsError(Code.UNAVAILABLE, detail) from error


def is_public(address: Address) -> bool:
    """Return whether anyone on the internet could mean the same host by this address.

    An IPv6 address that carries an IPv4 address is as public as that one.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address.is_site_local or address.scope_id is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _parse(url: str, guard: Guard) -> _Target:
    if len(url) > URL_CHARS_MAX:
        raise RightsError(Code.INVALID, f"A URL has at most {URL_CHARS_MAX} characters.")
    if not URL_TEXT.fullmatch(url):
        raise RightsError(
            Code.INVALID,
            "A URL is written in ASCII: other characters percent-encoded or, in the"
            " host, as punycode.",
        )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise RightsError(Code.INVALID, f"The URL is malformed: {error}.") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and guard.allow_private):
        raise RightsError(Code.INVALID, "The URL must begin with https://.")
    if not host or not HOST_TEXT.fullmatch(host) or port == 0:
        raise RightsError(Code.INVALID, "The URL must name a host.")
    if "@" in parts.netloc or "#" in url:
        raise RightsError(Code.INVALID, "The URL must have no user, password or fragment.")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Target(secure, host, port or (443 if secure else 80), path)


def _addresses(target: _Target, guard: Guard, deadline: _Deadline) -> list[str]:
    """Return the target's addresses, all of them checked."""
    try:
        found = _resolve(target, guard.resolve, deadline)
        addresses = [ipaddress.ip_address(text) for text in found[:ADDRESSES_MAX]]
    except (OSError, ValueError) as error:
        raise RightsError(Code.UNAVAILABLE, f"The name {target.host} does not resolve.") from error
    if not addresses:
        raise RightsError(Code.UNAVAILABLE, f"The name {target.host} does not resolve.")
    # One private address among public ones is reason enough: it is how such a name would hide.
    if not guard.allow_private and not all(is_public(address) for address in addresses):
        raise RightsError(
            Code.INVALID, f"The URL must lead to public addresses only; {target.host} does not."
        )
    return [str(address) for address in addresses]


def _resolve(target: _Target, resolve: Resolve, deadline: _Deadline) -> Sequence[str]:
    """Resolve a name in a thread of its own, since the system knows no deadline."""
    found: list[Sequence[str]] = []
    failed: list[OSError | UnicodeError] = []

    def run() -> None:
        try:
            found.append(resolve(target.host, target.port))
        except (OSError, UnicodeError) as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(deadline.left())
    if failed:
        raise failed[0]
    if not found:
        raise RightsError(Code.UNAVAILABLE, f"The name {target.host} did not resolve in time.")
    return found[0]


@contextlib.contextmanager
def _connected(target: _Target, guard: Guard, deadline: _Deadline) -> Generator[socket.socket]:
    with _connect(_addresses(target, guard, deadline), target.port, deadline) as plain:
        if not target.secure:
            yield plain
            return
        plain.settimeout(deadline.left())
        with guard.tls.wrap_socket(plain, server_hostname=target.host) as sock:
            yield sock


def _connect(addresses: Sequence[str], port: int, deadline: _Deadline) -> socket.socket:
    """Return a connection to the first of the addresses that takes one."""
    for number, address in enumerate(addresses, 1):
        try:
            # Each gets its share of the time that is left, so that one dead address is survived.
            seconds = deadline.left() / (len(addresses) - number + 1)
            return socket.create_connection((address, port), timeout=seconds)
        except OSError:
            if number == len(addresses):
                raise
    raise AssertionError


def _exchange(
    sock: socket.socket, request: h11.Request, body: bytes, deadline: _Deadline, take: Take
) -> Response:
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES_MAX)
    pieces = (connection.send(event) for event in (request, h11.Data(body), h11.EndOfMessage()))
    _send(sock, b"".join(piece or b"" for piece in pieces), deadline)
    response: Response | None = None
    add: Callable[[bytes], object] | None = None
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            # Asked before every read: a byte a second does not buy the other side more time.
            sock.settimeout(deadline.left())
            connection.receive_data(sock.recv(READ_BYTES))
        elif isinstance(event, h11.Response):
            response = Response(event.status_code, _joined(event), b"")
            add = take(response, deadline.host)
        elif isinstance(event, h11.Data):
            assert add is not None
            add(event.data)
        elif isinstance(event, h11.EndOfMessage):
            break
        else:
            assert isinstance(event, h11.InformationalResponse), event
    assert response is not None
    return response


def _joined(response: h11.Response) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in response.headers:
        # A field that stands several times is one, with commas between (RFC 9110 section 5.3).
        before = headers.get(name.decode())
        said = value.decode("latin-1")
        headers[name.decode()] = said if before is None else f"{before}, {said}"
    return headers


def _send(sock: socket.socket, data: bytes, deadline: _Deadline) -> None:
    view = memoryview(data)
    while view:
        sock.settimeout(deadline.left())
        view = view[sock.send(view) :]
