"""Bodies without end and bodies that trickle, against a real server."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from rightsd.web import limits
from rightsd.web.limits import BODY_BYTES_MAX, BodyLimit

UPLOAD_MAX = 3 * BODY_BYTES_MAX


class Said(BaseModel):
    """What a route takes whose body the framework reads."""

    text: str


def application() -> FastAPI:
    app = FastAPI()

    @app.post("/parsed")
    def parse(said: Said) -> int:
        return len(said.text)

    @app.post("/slow")
    async def trickle(request: Request) -> StreamingResponse:
        await request.body()

        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(5):
                await asyncio.sleep(0.1)
                yield b"piece"

        return StreamingResponse(pieces())

    @app.post("/{path:path}")
    async def read(path: str, request: Request) -> int:
        assert path
        return len(await request.body())

    app.add_middleware(BodyLimit, bytes_max={"/upload": UPLOAD_MAX})
    return app


@contextmanager
def serving() -> Iterator[tuple[str, int]]:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = uvicorn.Server(uvicorn.Config(application(), log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield listening.getsockname()
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    with serving() as address:
        yield address


def answer(address: tuple[str, int], path: str, pieces: Iterator[bytes], *, chunked: bool) -> bytes:
    """Send pieces until the server answers, and return its answer."""
    framing = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: 1000000000000"
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(b"POST " + path.encode() + b" HTTP/1.1\r\nHost: x\r\n" + framing)
        connection.sendall(b"\r\n\r\n")
        try:
            for piece in pieces:
                connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return connection.recv(65536)


def endless() -> Iterator[bytes]:
    for _ in range(10_000):
        yield b"x" * 65_536


def test_a_body_without_end_is_cut_off(address: tuple[str, int]) -> None:
    said = answer(address, "/v1/works", endless(), chunked=True)

    assert said.startswith(b"HTTP/1.1 413")
    assert b"application/problem+json" in said


def test_a_declared_length_beyond_the_limit_is_refused_unread(address: tuple[str, int]) -> None:
    said = answer(address, "/v1/works", iter(()), chunked=False)

    assert said.startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/v1/works", BODY_BYTES_MAX, b"200"),
        ("/v1/works", BODY_BYTES_MAX + 1, b"413"),
        ("/upload", BODY_BYTES_MAX + 1, b"200"),
        ("/upload", UPLOAD_MAX + 1, b"413"),
    ],
)
def test_the_limit_is_exact(address: tuple[str, int], path: str, size: int, status: bytes) -> None:
    pieces = [b"x" * 65_536] * (size // 65_536) + [b"x" * (size % 65_536)]

    said = answer(address, path, iter([p for p in pieces if p] + [b""]), chunked=True)

    assert said.split()[1] == status


def test_a_body_that_the_framework_reads_is_cut_off_too(address: tuple[str, int]) -> None:
    said = answer(address, "/parsed", endless(), chunked=True)

    assert said.startswith(b"HTTP/1.1 413")
    assert b"application/problem+json" in said


def test_the_deadline_of_a_body_is_not_that_of_the_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS_MAX", 0.2)
    with serving() as (host, port):
        answered = httpx.post(f"http://{host}:{port}/slow", content=b"x")

    assert answered.content == b"piece" * 5


def test_a_body_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS_MAX", 0.2)
    with serving() as address:
        said = answer(address, "/v1/works", iter([b"x"]), chunked=True)

    assert said.startswith(b"HTTP/1.1 413")
