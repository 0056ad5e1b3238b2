"""Indexes of codes of every kind, filled and emptied in the way that each of them is."""

import importlib
import importlib.util
import itertools
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import psycopg
import pytest
import uvicorn
from numpy.typing import NDArray
from psycopg import sql

from fingerprint import descriptor, shards
from fingerprint.descriptor import ROWS_MAX, Descriptors
from fingerprint.index import Index
from rightsd import shard
from rightsd.adapters import fingerprints as packing
from rightsd.adapters.shards import Shards
from rightsd.db import fingerprints
from rightsd.db.tx import Tx
from rightsd.domain.fingerprint import Channel
from rightsd.errors import RightsError
from rightsd.ports import CodeIndex, CodeSearch
from rightsd.shard import Shard
from rightsd.web.shards import create_app
from tests.conftest import KEK, NOW

TOKEN = "a token of shards that is long enough".replace(" ", "-")
START_SECONDS_MAX = 120.0
TICK_SECONDS = 0.02


class Kept(Protocol):
    """An index, and how an asset comes into it and goes."""

    index: CodeSearch

    def add(self, codes: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Add the codes of one more asset, and return its rows."""
        ...

    def remove(self, row_ids: NDArray[np.int64]) -> None:
        """Remove the rows of an asset."""
        ...


@dataclass
class Told:
    """One that is told: this process's, or a Milvus."""

    index: CodeIndex
    rows: list[NDArray[np.int64]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, codes: NDArray[np.uint8]) -> NDArray[np.int64]:
        row_ids = next(self.numbers) * ROWS_MAX + np.arange(len(codes))
        self.index.add(row_ids, codes)
        self.rows.append(row_ids)
        return row_ids

    def remove(self, row_ids: NDArray[np.int64]) -> None:
        self.index.remove(row_ids)
        self.rows = [rows for rows in self.rows if rows[0] != row_ids[0]]


@dataclass
class InMilvus(Told):
    server: "MilvusServer" = field(kw_only=True)

    def restart(self) -> None:
        """End what holds the codes as a crash would, and start it again."""
        self.server.kill()
        self.server.start()
        self.index = open_milvus(self.server.url, "rows")


@dataclass
class InShards:
    """Shards that read what stands in Postgres."""

    index: Shards
    dsn: str
    processes: "list[ShardProcess]"

    def add(self, codes: NDArray[np.uint8]) -> NDArray[np.int64]:
        return add_output(self.dsn, codes)

    def remove(self, row_ids: NDArray[np.int64]) -> None:
        with transaction(self.dsn) as tx:
            tx.conn.execute(
                """
                UPDATE rights.fingerprint
                SET codes = 0, data = NULL, written_by = pg_current_xact_id() WHERE id = ANY(%s)
                """,
                ([row // ROWS_MAX for row in set(row_ids.tolist())],),
            )

    def restart(self) -> None:
        """End all shards as a crash would, see that nobody answers, and start them again."""
        self.processes[1].kill()
        with pytest.raises(RightsError, match="shard 1/2 of the fingerprint index"):
            len(self.index)
        self.processes[0].kill()
        for process in self.processes:
            process.start()
        for process in self.processes:
            process.wait()


@contextmanager
def transaction(dsn: str) -> Iterator[Tx]:
    with psycopg.connect(dsn) as conn:
        yield Tx(conn, NOW, KEK)


def add_output(dsn: str, codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Add the fingerprint of an output that is nowhere else: `forget_owners`."""
    content = Descriptors(
        seconds=np.arange(len(codes)) / 2.0,
        codes=codes,
        quality=np.full(len(codes), 100, np.uint8),
    )
    packed = packing.pack(content)
    assert packed.channel is Channel.FRAMES
    with transaction(dsn) as tx:
        row = tx.conn.execute("SELECT 'gen_' || gen_random_uuid()").fetchone()
        assert row is not None
        fingerprints.insert(tx, row[0], [packed])
        (number,) = (one.id for one in fingerprints.of_assets(tx, [row[0]], descriptor.ALGORITHM))
    return number * ROWS_MAX + np.arange(len(codes))


def forget_owners(dsn: str) -> None:
    """Let fingerprints be of anything: whose they are is nothing to an index."""
    with psycopg.connect(dsn) as conn:
        for whose in ("generation", "reference", "staydown"):
            conn.execute(
                sql.SQL("ALTER TABLE rights.fingerprint DROP CONSTRAINT {}").format(
                    sql.Identifier(f"fingerprint_{whose}_id_fkey")
                )
            )


@dataclass
class ShardProcess:
    """One shard, as an operator runs it, on a port of its own."""

    dsn: str
    token_file: Path
    part: str
    port: int = 0
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = ["-m", "rightsd", "index", "serve", "--shard", self.part, "--port"]
        self.process = subprocess.Popen(
            [sys.executable, *command, str(self.port)],
            env=os.environ
            | {
                "RIGHTSD_DATABASE_URL": self.dsn,
                "RIGHTSD_INDEX_TOKEN_FILE": str(self.token_file),
            }
            | self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait(self) -> None:
        """Wait until it has read everything."""
        assert self.process is not None
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert "serves on port" in said, said
        self.port = int(said.split()[-3])
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._is_ready():
            assert time.monotonic() < deadline, "the shard does not get ready"
            time.sleep(TICK_SECONDS)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def _is_ready(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            return b" 200 " in connection.recv(100)


@contextmanager
def shard_processes(
    dsn: str, folder: Path, *parts: str, **environment: str
) -> Iterator[list[ShardProcess]]:
    token_file = folder / "token"
    token_file.write_text(TOKEN)
    processes = [ShardProcess(dsn, token_file, part, environment=environment) for part in parts]
    try:
        for process in processes:
            process.start()
        for process in processes:
            process.wait()
        yield processes
    finally:
        for process in processes:
            process.kill()


def shards_of(*replicas: list[ShardProcess], seconds_max: float = 30.0) -> Shards:
    """Return who asks shards, each of which has these replicas, for outputs."""
    return Shards(
        tuple(tuple(one.url for one in each) for each in replicas),
        replicas[0][0].token_file,
        shard.collection(descriptor.ALGORITHM, shard.OUTPUTS),
        seconds_max,
    )


@contextmanager
def serving(held: Shard, token_file: Path) -> Iterator[str]:
    """Serve a shard from a thread of this process, at an address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(held, token_file), log_level="critical"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@dataclass
class MilvusServer:
    """The server of milvus-lite, which is a program: no Milvus that we know of is smaller."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        found = importlib.util.find_spec("milvus_lite")
        assert found is not None
        assert found.submodule_search_locations
        programs = Path(found.submodule_search_locations[0]) / "lib"
        if not self.port:
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [programs / "milvus", self.folder / "rows.db", f"127.0.0.1:{self.port}", "ERROR"],
            cwd=self.folder,
            env=os.environ | {"LD_LIBRARY_PATH": str(programs), "OMP_NUM_THREADS": "1"},
        )
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                assert self.process.poll() is None
                assert time.monotonic() < deadline, "milvus-lite does not start"
                time.sleep(TICK_SECONDS)
            else:
                return

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def require_milvus() -> None:
    """Skip a test when there is no Milvus to be had."""
    for name in ("pymilvus", "milvus_lite"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed: pip install 'rightsd[dev]'")


@contextmanager
def milvus_server(folder: Path) -> Iterator[MilvusServer]:
    require_milvus()
    server = MilvusServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def open_milvus(url: str, collection: str) -> CodeIndex:
    adapter = importlib.import_module("rightsd.adapters.milvus")
    opened: CodeIndex = adapter.Milvus(url, collection)
    return opened


def in_memory() -> Told:
    return Told(Index())


def owner(row_id: int, of: int) -> int:
    """Return which of so many shards holds a row."""
    return int(shards.owners(np.array([row_id // ROWS_MAX]), of)[0])
