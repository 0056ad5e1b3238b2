"""What a running shard of the fingerprint index holds, and how it keeps up with Postgres.

It needs no keys of the home and writes nothing: a database role that may read
`rights.fingerprint` is enough.
"""

import itertools
import logging
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool, PoolClosed

from fingerprint import descriptor, pdq, shards
from fingerprint.descriptor import ROWS_MAX
from fingerprint.errors import FingerprintError
from fingerprint.index import HITS_PER_QUERY_MAX, Hit, Index
from fingerprint.shards import Answer, Part, Query
from rightsd.adapters import fingerprints as packing
from rightsd.adapters.index import search_assets
from rightsd.db import fingerprints
from rightsd.db import shards as parts
from rightsd.db.tx import Tx
from rightsd.domain.fingerprint import Fingerprint
from rightsd.errors import Code, RightsError
from rightsd.ports import CodeIndex

logger = logging.getLogger(__name__)

ALGORITHMS = (descriptor.ALGORITHM, pdq.ALGORITHM)
OUTPUTS, REFERENCES = "outputs", "references"
POLL_SECONDS = 0.5  # Between two readings that nobody asked for.
# For a transaction that a request wants to have been searched, and that is not over yet.
WAIT_SECONDS_MAX = 2.0
WAIT_SECONDS = 0.02
FETCHED = 500  # Assets at a time: some megabytes of codes.
FORGOTTEN = 4_096  # Rows at a time of an asset that goes.

Open = Callable[[str], CodeIndex]


def collection(algorithm: str, kind: str) -> str:
    """Return the name of the index of outputs, or of references, by an algorithm."""
    return f"{algorithm}.{kind}"


class Shard:
    """One part of everything that has a fingerprint. Any thread may call anything."""

    def __init__(self, pool: ConnectionPool[Connection[Any]], part: Part, make: Open) -> None:
        """Hold nothing yet: see `catch_up`.

        Args:
            pool: Of connections to the primary; what a replica of it sees comes too late.
            part: Which part.
            make: Opens the index of a collection. What is in it already is kept, if it is
                complete, so that a Milvus need not be filled again.
        """
        self.part = part
        self._pool = pool
        self._held = {algorithm: _Held(algorithm, part, make) for algorithm in ALGORITHMS}
        self._loaded = threading.Event()

    @property
    def ready(self) -> bool:
        """Whether everything was read that there was at the start."""
        return self._loaded.is_set()

    def follow(self, stopping: threading.Event) -> None:
        """Read all there is, and then what is new, until it is time to stop."""
        while not stopping.is_set():
            try:
                self.catch_up()
            except RightsError as error:
                logger.warning("shard %s cannot keep up: %s", self.part, error.detail)
            stopping.wait(POLL_SECONDS)

    def catch_up(self) -> None:
        """Take in what has become visible by now.

        Raises:
            RightsError: UNAVAILABLE, when it cannot be read, or the index does not take it.
        """
        for held in self._held.values():
            self._catch_up(held)
        self._loaded.set()

    def answer(self, query: Query) -> Answer:
        """Return what is near the codes of a query, of everything committed when it came.

        Raises:
            RightsError: CONFLICT: another shard is meant. NOT_FOUND: there is no such collection.
                UNAVAILABLE: not all was read yet, or cannot be read, or too late.
        """
        held = self._of(query.part, query.collection)
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        self._catch_up(held)
        while held.horizon < query.horizon:
            if time.monotonic() > deadline:
                detail = "a transaction is not over yet that must be known; try again"
                raise RightsError(Code.UNAVAILABLE, detail)
            time.sleep(WAIT_SECONDS)
            self._catch_up(held)
        # First: another thread may catch up meanwhile.
        horizon, through = held.horizon, held.through
        with _index_answers():
            hits = held.search(query)
        return shards.answer(self.part, horizon, through, len(query.codes), hits)

    def count(self, part: Part, name: str) -> int:
        """Return how many rows a collection has here."""
        held = self._of(part, name)
        self._catch_up(held)
        with _index_answers():
            return len(held.indexes[name])

    def has(self, part: Part, name: str, row_id: int) -> bool:
        """Return whether a collection has a row here."""
        held = self._of(part, name)
        self._catch_up(held)
        with _index_answers():
            return row_id in held.indexes[name]

    def _of(self, part: Part, name: str) -> "_Held":
        if part != self.part:
            raise RightsError(Code.CONFLICT, f"this is shard {self.part}, not {part}")
        for held in self._held.values():
            if name in held.indexes:
                if not self.ready:
                    detail = f"shard {part} has not read everything yet; try again"
                    raise RightsError(Code.UNAVAILABLE, detail)
                return held
        raise RightsError(Code.NOT_FOUND, f"there is no collection {name!r}")

    def _catch_up(self, held: "_Held") -> None:
        with _index_answers():
            held.catch_up(self._pool)


@contextmanager
def reading(pool: ConnectionPool[Connection[Any]]) -> Generator[Tx]:
    """Open a transaction that only reads, and opens nothing that is sealed.

    Raises:
        RightsError: UNAVAILABLE, when the database does not answer.
    """
    try:
        with pool.connection() as conn, conn.transaction():
            yield Tx(conn, datetime.now(UTC), b"")
    except (OperationalError, PoolClosed) as error:
        raise RightsError(Code.UNAVAILABLE, "the database does not answer") from error


class _Held:
    """What one algorithm made of the assets of a part, and how far it was read."""

    def __init__(self, algorithm: str, part: Part, make: Open) -> None:
        self._algorithm = algorithm
        self._part = part
        self._kinds = {kind: make(collection(algorithm, kind)) for kind in (OUTPUTS, REFERENCES)}
        self.indexes = {collection(algorithm, kind): self._kinds[kind] for kind in self._kinds}
        self._lengths: dict[int, int] = {}
        self.horizon = 0
        self.through = 0
        self._reading = threading.Lock()
        self._begun = 0
        self._ended = 0

    def catch_up(self, pool: ConnectionPool[Connection[Any]]) -> None:
        """Take in what has become visible by now; one reading serves all who wait for it."""
        enough = self._begun + 1  # The first reading that begins after now.
        with self._reading:
            if self._ended >= enough:
                return
            self._begun += 1
            with reading(pool) as tx:
                self._read(tx)
            self._ended = self._begun

    def search(self, query: Query) -> list[Hit]:
        """Return what is near the codes of a query, the nearest of each as `Index.search` does."""
        index = self.indexes[query.collection]
        if query.sure >= query.radius or not isinstance(index, Index):
            return index.search(query.codes, query.radius)
        hits = search_assets(
            index, lambda row: self._lengths.get(row, 0), query.codes, query.radius, sure=query.sure
        )
        by_code = itertools.groupby(hits, key=lambda hit: hit.query)
        return [hit for _, of in by_code for hit in itertools.islice(of, HITS_PER_QUERY_MAX)]

    def _read(self, tx: Tx) -> None:
        # Before the changes: what commits meanwhile is read again.
        horizon = fingerprints.horizon(tx)
        through = parts.last_reference(tx, self._algorithm)
        changes = parts.changes(
            tx, self._algorithm, self.horizon, number=self._part.number, of=self._part.of
        )
        fresh: list[int] = []
        for change in changes:
            self._lengths[change.id] = change.codes
            index = self._kinds[REFERENCES if change.of_reference else OUTPUTS]
            first = change.id * ROWS_MAX
            # Rows are added in their order, so whoever has the last of an asset has all.
            if change.codes and first + change.codes - 1 in index:
                continue
            if first in index:
                _forget(index, first)
            if change.codes:
                fresh.append(change.id)
        for at in range(0, len(fresh), FETCHED):
            self._add(fingerprints.read(tx, fresh[at : at + FETCHED]))
        # `through` first: whoever reads both reads the horizon first, and may know more than it
        # says, but not less.
        self.through = max(self.through, through)
        self.horizon = max(self.horizon, horizon)

    def _add(self, found: list[Fingerprint]) -> None:
        for kind, index in self._kinds.items():
            ids: list[NDArray[np.int64]] = []
            codes: list[NDArray[np.uint8]] = []
            for one in found:
                if one.of_reference is (kind == REFERENCES):
                    content = packing.unpack(one.data, one.algorithm)
                    ids.append(one.id * ROWS_MAX + np.arange(len(content)))
                    codes.append(content.codes)
            if ids:
                index.add(np.concatenate(ids), np.concatenate(codes))


def _forget(index: CodeIndex, first: int) -> None:
    """Remove all rows of an asset: they follow one another from its first."""
    for start in range(0, ROWS_MAX, FORGOTTEN):
        if index.remove(first + np.arange(start, start + FORGOTTEN)) < FORGOTTEN:
            return


@contextmanager
def _index_answers() -> Generator[None]:
    """Say what an index cannot do as trouble of ours: it is full, or out of memory."""
    try:
        yield
    except (FingerprintError, MemoryError) as error:
        raise RightsError(Code.UNAVAILABLE, "the fingerprint index does not answer") from error
