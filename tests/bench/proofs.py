"""Inclusion proofs out of Postgres, from the event's id to the signed proof file.

Warm is what was read once before since the server started; cold is compared with cold, each after
a restart of its own. The system's own cache of files stays as it is.
"""

import math
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
from psycopg import Connection

from ledger import log, proof, sequencing
from rightsd.adapters.embedded_postgres import EmbeddedPostgres
from tests.bench.servers import cpu_seconds, fill, id_of, log_server
from tests.bench.table import Row
from tests.ledger.oracle import KEY, SIGNER

SIZES = (10_000, 100_000, 1_000_000)
CHUNK = 100_000
BATCH_MAX = 16_384
PROOFS = 1_000
CHECKED = 20
GOAL = "p95 ≤ 5 ms"


def run(folder: Path, *, sizes: Sequence[int] = SIZES, proofs: int = PROOFS) -> list[Row]:
    rows: list[Row] = []
    with log_server(folder) as server:
        size = 0
        for wanted in sizes:
            filled, sequenced = _grow(server, size, wanted)
            rows.append(
                Row(
                    f"entries sequenced from {size:,} to {wanted:,}, batches of {BATCH_MAX:,}",
                    *((wanted - size) / sequenced, "/s", "INSERTs of them into the intake"),
                    (wanted - size) / filled,
                )
            )
            size = wanted
            rows += _measure(server, size, proofs)
    return rows


def _grow(server: EmbeddedPostgres, size: int, wanted: int) -> tuple[float, float]:
    """Grow the log; return the seconds that recording and sequencing took."""
    filled, sequenced = 0.0, 0.0
    with psycopg.connect(server.dsn) as conn:
        for first in range(size, wanted, CHUNK):
            start = time.perf_counter()
            fill(conn, first, min(CHUNK, wanted - first))
            between = time.perf_counter()
            while _one_batch(conn):
                pass
            filled += between - start
            sequenced += time.perf_counter() - between
    # What autovacuum would have done by and by: it must not run while something is measured.
    with psycopg.connect(server.dsn, autocommit=True) as conn:
        conn.execute("VACUUM ANALYZE ledger.entry, ledger.node, ledger.intake")
    return filled, sequenced


def _one_batch(conn: Connection) -> int:
    batch = sequencing.sequence(conn, signers=[SIGNER], batch_max=BATCH_MAX)
    conn.commit()
    assert batch is not None
    return len(batch.entries)


def _measure(server: EmbeddedPostgres, size: int, proofs: int) -> list[Row]:
    chosen = random.Random(size).sample(range(size), proofs)
    server.stop()
    server.start()
    with psycopg.connect(server.dsn, autocommit=True) as conn:
        cold_bare = _times(lambda number: _row(conn, number), chosen)
    server.stop()
    server.start()
    with psycopg.connect(server.dsn, autocommit=True) as conn:
        cold = _times(lambda number: _proof(conn, number), chosen)
        bare = _times(lambda number: _row(conn, number), chosen)
        before = time.process_time() + cpu_seconds(server)
        warm = _times(lambda number: _proof(conn, number), chosen)
        cpu = (time.process_time() + cpu_seconds(server) - before) / proofs
        hashes = _check(conn, chosen[:CHECKED])
    reference = "SELECT of that entry by its id"
    return [
        Row(
            f"proof from {size:,} entries, {name}",
            *(_quantile(times, part), "ms", reference, _quantile(beside, part), goal),
        )
        for name, times, beside, part, goal in (
            ("p50, warm", warm, bare, 0.5, ""),
            ("p95, warm", warm, bare, 0.95, GOAL),
            ("p95, both after a restart of the server", cold, cold_bare, 0.95, GOAL),
        )
    ] + [
        Row(
            f"processor time of a proof from {size:,} entries, client and server",
            *(cpu * 1e3, "ms", reference + ", p50", _quantile(bare, 0.5)),
        ),
        Row(
            f"hashes in a proof from {size:,} entries",
            *(hashes, "", "log₂ of the size", math.log2(size)),
        ),
    ]


def _proof(conn: Connection, number: int) -> bytes | None:
    """Return a proof under the newest checkpoint, which is looked up as for any caller."""
    signed = log.latest(conn)
    assert signed is not None
    return log.proof_of(conn, id_of(number), signed)


def _row(conn: Connection, number: int) -> object:
    return conn.execute(
        'SELECT "index", body FROM ledger.entry WHERE event_id = %s', (id_of(number),)
    ).fetchone()


def _times(act: Callable[[int], object], chosen: Sequence[int]) -> list[float]:
    times: list[float] = []
    for number in chosen:
        start = time.perf_counter()
        assert act(number) is not None
        times.append(time.perf_counter() - start)
    return sorted(times)


def _quantile(times: Sequence[float], part: float) -> float:
    return times[int(len(times) * part)] * 1e3


def _check(conn: Connection, chosen: Sequence[int]) -> float:
    """Verify some proofs; return the mean number of hashes in one."""
    lengths: list[int] = []
    for number in chosen:
        index = log.find(conn, id_of(number))
        data = _proof(conn, number)
        assert index is not None
        assert data is not None
        body = next(iter(log.entries(conn, index, index + 1))).body
        proof.verify(data, body, KEY)
        lengths.append(len(proof.parse(data).path))
    return statistics.mean(lengths)
