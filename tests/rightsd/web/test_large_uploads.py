"""A file of five gigabytes is refused before it is stored, whatever it says of its size."""

import json
import os
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from rightsd.runtime import Runtime
from rightsd.web.app import UPLOADS, create_app

SIZE = 5 * 1024**3
PIECE = bytes(1024**2)
PART = (
    b"--x\r\nContent-Disposition: form-data; name=file; filename=a.mp4\r\n"
    b"Content-Type: video/mp4\r\n\r\n"
)
HEAD = (
    b"POST /v1/verifications HTTP/1.1\r\nHost: x\r\n"
    b"Content-Type: multipart/form-data; boundary=x\r\n"
)


@pytest.fixture(scope="module")
def address(shared_rt: Runtime) -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(create_app(shared_rt), log_level="critical", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        yield listening.getsockname()
        server.should_exit = True
        thread.join()


def stored(rt: Runtime) -> int:
    """Return how many bytes this process holds in files that have no name, or lie in its folder."""
    held = 0
    for each in Path("/proc/self/fd").iterdir():
        try:
            found = os.stat(each)  # noqa: PTH116 -- It follows the link, though its target has no name.
        except FileNotFoundError:
            continue
        if stat.S_ISREG(found.st_mode) and found.st_nlink == 0:
            held += found.st_blocks * 512
    return held + sum(each.stat().st_size for each in rt.work_folder.iterdir())


def problem(answer: bytes) -> dict:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413"), head
    assert b"application/problem+json" in head
    return json.loads(body)


def read(connection: socket.socket) -> bytes:
    """Return an answer; whoever refuses closes the connection."""
    answer = b""
    while piece := connection.recv(65_536):
        answer += piece
    return answer


def test_a_size_that_is_too_large_is_refused_unread(
    address: tuple[str, int], shared_rt: Runtime
) -> None:
    before = stored(shared_rt)

    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % SIZE + PART)
        answer = read(connection)  # It comes though none of the file does.

    assert "bytes" in problem(answer)["detail"]
    assert stored(shared_rt) == before


@pytest.mark.slow
def test_a_file_that_does_not_say_its_size_is_counted(
    address: tuple[str, int], shared_rt: Runtime
) -> None:
    before, peak, sent, answer = stored(shared_rt), 0, 0, b""

    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        connection.sendall(b"%x\r\n%s\r\n" % (len(PART), PART))
        try:
            while sent < SIZE:
                connection.sendall(b"%x\r\n%s\r\n" % (len(PIECE), PIECE))
                sent += len(PIECE)
                peak = max(peak, stored(shared_rt)) if sent % (32 * len(PIECE)) == 0 else peak
            answer = read(connection)
        except (BrokenPipeError, ConnectionResetError):
            answer = answer or connection.recv(65_536)

    limit = UPLOADS["/v1/verifications"]
    assert "bytes" in problem(answer)["detail"]
    assert limit - len(PIECE) < sent < limit + 32 * len(PIECE)  # The rest is on its way.
    assert limit // 2 < peak - before <= limit
    assert stored(shared_rt) == before
