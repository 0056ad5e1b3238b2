"""The witness's server on loopback, in a thread."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import checkpoint, cosignature, note, witness
from ledger.witness import FileState
from rightsd.cli import ledger as command
from tests.ledger.oracle import KEY, SIGNER
from tests.ledger.witnessed import (
    FORK,
    HONEST,
    LOGS,
    NOW,
    WITNESS,
    WITNESS_KEY,
    Memory,
    request,
    signed,
    size_kept,
    submit,
)

PATH = f"/{witness.origin_hash(SIGNER.name)}/checkpoint"


@contextmanager
def serving(state: witness.State, **limits: Any) -> Iterator[HTTPConnection]:
    """Run the server in a thread; yield a connection to it."""
    service = command.Service(LOGS, WITNESS, state, lambda: NOW)
    with command.Server(("127.0.0.1", 0), service, **limits) as server:
        connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield connection
        finally:
            connection.close()
            server.shutdown()
            thread.join()


def post(connection: HTTPConnection, body: bytes) -> tuple[int, str | None, bytes]:
    connection.request("POST", "/add-checkpoint", body)
    response = connection.getresponse()
    return response.status, response.getheader("Content-Type"), response.read()


def exchange(connection: HTTPConnection, data: bytes) -> bytes:
    """Send bytes as they are, and return all that comes until the server hangs up."""
    with socket.create_connection((connection.host, connection.port), timeout=5) as raw:
        answer = b""
        # A server that hangs up before it has read everything resets the connection.
        with suppress(ConnectionResetError, BrokenPipeError):
            raw.sendall(data)
            while more := raw.recv(65_536):
                answer += more
    return answer


def test_every_status_of_the_protocol_over_http() -> None:
    other = note.Ed25519Signer("log.example/other", SIGNER.private_key)
    stranger = note.Ed25519Signer(SIGNER.name, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    head = checkpoint.parse(note.parse(signed(5)).text)
    foreign = note.sign(checkpoint.Checkpoint(other.name, 0, bytes(32)).text, other)
    bodies = [
        request(0, 5),
        b"old 0\n\n" + foreign,
        b"old 0\n\n" + checkpoint.sign(head, stranger),
        b"nonsense",
        request(0, 8),
        request(5, 8, FORK),
        request(5, 8),
    ]
    memory = Memory()
    with serving(memory) as connection:
        answers = [post(connection, body) for body in bodies]

    assert [status for status, _, _ in answers] == [200, 404, 403, 400, 409, 422, 200]
    assert answers[4][1:] == ("text/x.tlog.size", b"5\n")
    assert {kind for _, kind, _ in answers[:4]} == {"text/plain; charset=utf-8"}
    assert cosignature.verify(signed(8) + answers[6][2], [WITNESS_KEY])
    assert size_kept(memory) == 8


def test_the_newest_checkpoint_is_shown_with_both_signatures() -> None:
    with serving(Memory()) as connection:
        connection.request("GET", PATH)
        before = connection.getresponse()
        before.read()
        answer = post(connection, request(0, 5))[2]
        connection.request("GET", PATH)
        after = connection.getresponse()
        shown = after.read()

    assert (before.status, after.status) == (404, 200)
    assert shown == signed(5) + answer
    assert checkpoint.verify(shown, KEY).size == 5


@pytest.mark.parametrize(
    "path", ["/", "/checkpoint", PATH.upper(), f"/{'0' * 64}/checkpoint", f"{PATH}/", f"{PATH}?a"]
)
def test_other_paths_show_nothing(path: str) -> None:
    memory = Memory()
    submit(request(0, 5), memory)
    with serving(memory) as connection:
        connection.request("GET", path)
        assert connection.getresponse().read() == b"there is no such checkpoint\n"


POST = b"POST /add-checkpoint HTTP/1.1\r\n"
BODY = b"Content-Length: 3\r\n\r\nold"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"POST / HTTP/1.1\r\n" + BODY, b"404"),
        (POST + b"\r\n", b"411"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (POST + b"Transfer-Encoding: chunked\r\n" + BODY, b"411"),
        (POST + b"Content-Length: -1\r\n\r\n", b"411"),
        (POST + b"Content-Length: 3\r\n" + BODY, b"411"),
        (POST + b"Content-Length: 262145\r\n\r\n", b"413"),
        (POST + b"Content-Length: 999999999\r\n\r\n", b"413"),
        (b"PUT /add-checkpoint HTTP/1.1\r\n" + BODY, b"501"),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 101 + b"\r\n", b"431"),
    ],
)
def test_a_request_out_of_order_is_refused_and_the_connection_closed(
    data: bytes, status: bytes
) -> None:
    with serving(Memory()) as connection:
        answer = exchange(connection, data)

    assert answer.split(b" ")[1] == status


@pytest.mark.parametrize("data", [b"nonsense\r\n", b"two words\r\n", b"GET / HTTP/x\r\n\r\n"])
def test_what_is_no_request_is_told_in_a_sentence(data: bytes) -> None:
    with serving(Memory()) as connection:
        answer = exchange(connection, data)

    assert answer.startswith(b"Bad ")
    assert b"<" not in answer


def test_a_connection_serves_several_requests_until_its_time_is_over() -> None:
    with serving(Memory(), connection_seconds_max=0.3) as connection:
        assert post(connection, request(0, 5))[0] == post(connection, request(5, 8))[0] == 200
        # Nothing more is sent. Left alone, the server would wait for twice our own patience.
        assert exchange(connection, POST + b"Content-Le") == b""


def test_connections_beyond_the_limit_are_closed_and_the_others_served() -> None:
    with serving(Memory(), connections_max=3) as connection:
        assert post(connection, request(0, 5))[0] == 200
        address = (connection.host, connection.port)
        with socket.create_connection(address), socket.create_connection(address):
            assert exchange(connection, b"GET / HTTP/1.1\r\n\r\n") == b""
            assert post(connection, request(5, 8))[0] == 200


def test_someone_who_hangs_up_half_way_disturbs_no_one() -> None:
    memory = Memory()
    with serving(memory) as connection:
        for data in (b"", b"POST", POST, POST + b"Content-Length: 9\r\n\r\nold"):
            with socket.create_connection((connection.host, connection.port)) as raw:
                raw.sendall(data)
        assert post(connection, request(0, 5))[0] == 200


def test_two_submissions_at_once_leave_one_history() -> None:
    memory = Memory()
    submit(request(0, 4), memory)
    bodies = [request(4, 9), request(4, 9, FORK)] * 4
    with serving(memory) as connection, ThreadPoolExecutor(8) as pool:
        connections = [HTTPConnection(connection.host, connection.port) for _ in bodies]
        answers = list(pool.map(post, connections, bodies))
        for each in connections:
            each.close()

    won = {number % 2 for number, answer in enumerate(answers) if answer[0] == 200}
    assert len(won) == 1
    assert {answer[0] for answer in answers} == {200, 409}
    kept = memory.latest(SIGNER.name)
    assert kept is not None
    assert kept.startswith(signed(9, (HONEST, FORK)[won.pop()]))


def test_a_state_that_fails_is_told_as_such(tmp_path: Path) -> None:
    state = FileState(tmp_path)
    submit(request(0, 5), state)
    file = tmp_path / witness.origin_hash(SIGNER.name)
    file.write_bytes(signed(5))
    with serving(state) as connection:
        assert post(connection, request(5, 8))[0] == 503
        file.unlink()
        file.mkdir()
        connection.request("GET", PATH)
        assert connection.getresponse().status == 503


def test_a_checkpoint_that_may_convict_a_log_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    memory = Memory()
    submit(request(0, 5), memory)
    line = cosignature.sign(note.parse(signed(8, FORK)).text, WITNESS, timestamp=NOW).line
    with serving(memory) as connection, caplog.at_level("WARNING"):
        assert post(connection, request(5, 8, FORK) + line)[0] == 422

    evidence = caplog.messages[0].partition("\n")[2].encode()
    assert evidence == signed(8, FORK)
