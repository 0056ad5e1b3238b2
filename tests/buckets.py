"""As much of S3 as whole, small objects need, on loopback: a bucket that can be made to fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest

MODIFIED = "Wed, 02 Jan 2030 03:04:05 GMT"


@dataclass
class Bucket:
    """What was put, by path; `puts_left` more are accepted, all if it is None."""

    objects: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    puts_left: int | None = None
    puts: list[str] = field(default_factory=list)
    gets: list[str] = field(default_factory=list)


def _handler(bucket: Bucket) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Last-Modified", MODIFIED)
            self.send_header("ETag", '"e"')
            self.end_headers()
            self.wfile.write(body)

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            path = urlsplit(self.path).path
            if bucket.puts_left == 0:
                self.answer(403)  # Which is not tried again, as a 500 would be for a while.
                return
            if bucket.puts_left is not None:
                bucket.puts_left -= 1
            bucket.puts.append(path)
            bucket.objects[path] = body
            bucket.headers[path] = dict(self.headers)
            self.answer(200)

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            bucket.gets.append(path)
            body = bucket.objects.get(path)
            self.answer(404) if body is None else self.answer(200, body)

    return Handler


@contextmanager
def serving(patch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """Serve a bucket, and point what reads the usual environment at it."""
    bucket = Bucket()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(bucket))
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    patch.setenv("AWS_ALLOW_HTTP", "true")
    patch.setenv("AWS_ACCESS_KEY_ID", "test")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    patch.setenv("AWS_REGION", "us-east-1")
    yield bucket
    server.shutdown()
    thread.join()
    server.server_close()
