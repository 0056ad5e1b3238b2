"""A Postgres connection that breaks at a chosen statement, before it arrives or after it was done.

It stands between a client and the server, and understands no more of the protocol than where a
request ends and where its answer does.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

ENDS_OF_REQUESTS = {b"S", b"Q", b"X"}  # Sync, simple query, terminate.
ANSWER_END = b"Z"  # ReadyForQuery.
BACKEND_KEY = b"K"

Act = Callable[[int], None]


class Breaking:
    """A way to the server that is whole until `arm` says where it breaks; then that once."""

    def __init__(self, dsn: str, folder: Path) -> None:
        where = conninfo_to_dict(dsn)
        self._server = f"{where['host']}/.s.PGSQL.{where['port']}"
        self.dsn = make_conninfo(dsn, host=str(folder))
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / f".s.PGSQL.{where['port']}"))
        self._listener.listen()
        self._threads: list[threading.Thread] = []
        self._armed: tuple[bytes, str, Act] | None = None
        self.broke = threading.Event()

    def arm(self, fragment: str, moment: str, act: Act) -> None:
        """Break at the next statement that holds `fragment`.

        Args:
            fragment: As in "INSERT INTO ledger.node".
            moment: "before": the server never sees it; "after": it was done, and no one is told.
            act: What else happens then; gets the process id of the backend.
        """
        self._armed = (fragment.encode(), moment, act)
        self.broke.clear()

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _start(self, run: Callable[..., None], *args: object) -> None:
        self._threads.append(threading.Thread(target=run, args=args))
        self._threads[-1].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self._start(self._carry, self._listener.accept()[0])

    def _carry(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError, EOFError):
            server.connect(self._server)
            asked, answered = client.makefile("rb"), server.makefile("rb")
            with asked, answered:
                server.sendall(_startup(asked))
                greeting = _until(answered, {ANSWER_END})
                client.sendall(b"".join(whole for _, whole in greeting))
                key = next(whole for kind, whole in greeting if kind == BACKEND_KEY)
                while self._round(client, server, asked, answered, int.from_bytes(key[5:9])):
                    pass

    def _round(
        self,
        client: socket.socket,
        server: socket.socket,
        asked: BinaryIO,
        answered: BinaryIO,
        backend: int,
    ) -> bool:
        request = b"".join(whole for _, whole in _until(asked, ENDS_OF_REQUESTS))
        fragment, moment, act = self._armed or (b"", "", lambda _: None)
        breaks = bool(fragment) and fragment in request
        if breaks:
            self._armed = None
        if not breaks or moment == "after":
            server.sendall(request)
            answer = b"".join(whole for _, whole in _until(answered, {ANSWER_END}))
        if breaks:
            act(backend)
            self.broke.set()
            return False
        client.sendall(answer)
        return True


def _startup(stream: BinaryIO) -> bytes:
    length = stream.read(4)
    return length + stream.read(int.from_bytes(length) - 4)


def _until(stream: BinaryIO, kinds: set[bytes]) -> list[tuple[bytes, bytes]]:
    """Read messages up to one of these kinds."""
    messages: list[tuple[bytes, bytes]] = []
    while not messages or messages[-1][0] not in kinds:
        head = stream.read(5)
        if len(head) < 5:
            raise EOFError
        messages.append((head[:1], head + stream.read(int.from_bytes(head[1:]) - 4)))
    return messages
