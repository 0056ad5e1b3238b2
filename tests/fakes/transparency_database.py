"""The DSA Transparency Database, as far as it is used here: a server on loopback.

It takes up to a hundred statements at a time, all or none, under names that are used once, from
whoever has the token. `trouble` makes it go wrong.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

TOKEN = "1|dsa0123456789"
STATEMENTS_MAX = 100
REQUIRED = {
    *("decision_ground", "content_type", "category", "content_date", "application_date"),
    *("decision_facts", "source_type", "automated_detection", "automated_decision", "puid"),
}


@dataclass
class Database:
    """What runs behind the URL.

    Attributes:
        taken: What it has, by puid.
        asked: Method, path and number of statements of every request.
        trouble: None, "down", "deaf" (takes what it is sent, and says that it is down), or a puid
            that it does not like.
    """

    url: str
    token_file: Path
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    trouble: str | None = None

    def answer(self, method: str, path: str, body: bytes) -> int:
        sent = json.loads(body)["statements"] if body else []
        self.asked.append((method, path, len(sent)))
        if self.trouble == "down":
            return 503
        if found := re.fullmatch(r"/api/v1/statement/existing-puid/([A-Za-z0-9_-]+)", path):
            return 302 if found[1] in self.taken else 404
        if (method, path) != ("POST", "/api/v1/statements"):
            return 404
        if not 1 <= len(sent) <= STATEMENTS_MAX or not all(self._is_good(each) for each in sent):
            return 422
        self.taken |= {each["puid"]: each for each in sent}
        return 503 if self.trouble == "deaf" else 201

    def _is_good(self, said: dict[str, Any]) -> bool:
        puid = said.get("puid", "")
        return set(said) >= REQUIRED and puid not in self.taken and puid != self.trouble


@contextmanager
def serving(folder: Path) -> Iterator[Database]:
    token_file = folder / "dsa-token"
    token_file.write_text(f"{TOKEN}\n")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    database = Database(f"http://127.0.0.1:{server.server_port}", token_file)
    server.database = database  # type: ignore[attr-defined] -- How handlers get at it.
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield database
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, body: bytes) -> None:
        database: Database = self.server.database  # type: ignore[attr-defined]
        known = self.headers.get("Authorization") == f"Bearer {TOKEN}"
        status = database.answer(self.command, self.path, body) if known else 401
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass
