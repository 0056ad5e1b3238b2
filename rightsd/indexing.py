"""Chooses who holds the fingerprint index: every process, shards, or a Milvus behind these."""

import importlib
import re
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

from fingerprint import descriptor, pdq
from fingerprint.align import Row
from fingerprint.descriptor import HEAD, ROWS_MAX, TICKS_PER_SECOND
from fingerprint.index import Index
from fingerprint.shards import Part
from rightsd import shard
from rightsd.adapters import shards
from rightsd.adapters.index import AssetIndex, FingerprintIndex
from rightsd.adapters.sharded import ShardedIndex
from rightsd.adapters.shards import Shards
from rightsd.db import shards as parts
from rightsd.errors import Code, RightsError
from rightsd.ports import CodeIndex
from rightsd.settings import Settings
from rightsd.shard import Shard

FOLDERS = {descriptor.ALGORITHM: "frames", pdq.ALGORITHM: "pdq"}


def fingerprint_index(
    settings: Settings, home: Path, algorithm: str, pool: ConnectionPool[Connection[Any]]
) -> AssetIndex:
    """Return what a daemon finds assets by, of one algorithm.

    What is searched in a process's own index is shared with others through a folder of the home.

    Raises:
        RightsError: INVALID, for shards that cannot be asked; UNAVAILABLE, without their token.
    """
    if settings.index_shards is None:
        return FingerprintIndex(home / "index" / FOLDERS[algorithm])
    addresses = shards.parse(settings.index_shards)
    outputs, references = (
        Shards(addresses, token_file(settings), shard.collection(algorithm, kind))
        for kind in (shard.OUTPUTS, shard.REFERENCES)
    )
    return ShardedIndex(outputs, references, partial(locate, pool))


def locate(pool: ConnectionPool[Connection[Any]], row_ids: Sequence[int]) -> dict[int, Row]:
    """Return of what rows of an index are, and when that shows them, by Postgres."""
    numbers, places = ([divmod(row, ROWS_MAX)[at] for row in row_ids] for at in (0, 1))
    with shard.reading(pool) as tx:
        found = parts.locate(tx, numbers, places, ticks=len(HEAD))
    return {
        one.id * ROWS_MAX + one.place: Row(
            one.asset_id, int.from_bytes(one.ticks) / TICKS_PER_SECOND
        )
        for one in found
    }


@contextmanager
def holding(
    settings: Settings, part: Part, pool: ConnectionPool[Connection[Any]]
) -> Generator[Shard]:
    """Hold a part of the fingerprint index, and keep up with the daemon's database.

    Raises:
        RightsError: UNAVAILABLE, when a Milvus does not answer; INVALID, when it cannot be asked.
    """
    held = Shard(pool, part, code_indexes(settings, part))
    stopping = threading.Event()
    follower = threading.Thread(target=held.follow, args=(stopping,))
    follower.start()
    try:
        yield held
    finally:
        stopping.set()
        pool.close()  # Whoever waits for a connection ends at once.
        follower.join()


def token_file(settings: Settings) -> Path:
    """Return the file of the token that shards ask for, once there is one in it.

    Raises:
        RightsError: INVALID: no file is named. UNAVAILABLE: it holds no token.
    """
    file = settings.index_token_file
    if file is None:
        detail = "Shards of the fingerprint index need RIGHTSD_INDEX_TOKEN_FILE."
        raise RightsError(Code.INVALID, detail)
    shards.read_token(file)
    return file


def code_indexes(settings: Settings, part: Part) -> Callable[[str], CodeIndex]:
    """Return what opens the index of a collection, for a shard."""
    url = settings.milvus_url
    if url is None:
        return lambda _collection: Index()
    try:
        # Not with the others above: what it imports comes with an extra.
        adapter = importlib.import_module("rightsd.adapters.milvus")
    except ImportError as error:
        detail = "RIGHTSD_MILVUS_URL needs pymilvus: pip install 'rightsd[milvus]'."
        raise RightsError(Code.INVALID, detail) from error

    def make(collection: str) -> CodeIndex:
        # A name for each part of each division: other parts hold other rows.
        name = re.sub("[^a-z0-9]", "_", f"rightsd_{part.number}_of_{part.of}_{collection}")
        opened: CodeIndex = adapter.Milvus(url, name, token_file=settings.milvus_token_file)
        return opened

    return make
