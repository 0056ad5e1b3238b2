"""From commit to signed checkpoint while writers write as fast as they can; and a backlog's rate.

The writers' rate stands in each row's name: these are appends with a sequencer beside them.
`appends` measures them without one, against bare INSERTs.
"""

import bisect
import statistics
import time
from collections.abc import Sequence
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

import psycopg

from ledger import checkpoint, log, note, sequencing
from rightsd import bootstrap, worker
from rightsd.adapters.embedded_postgres import EmbeddedPostgres
from rightsd.db.migrate import migrate
from rightsd.settings import Settings
from tests.bench.servers import fill, log_server
from tests.bench.table import Row
from tests.bench.writers import FORK, Round, writers
from tests.ledger.oracle import SIGNER

BACKLOG = 100_000
WRITERS = (8, 32)
SECONDS = 8.0
WATCH_SECONDS = 0.005  # How often the newest checkpoint is looked at: the error of each time.
DRAIN_SECONDS_MAX = 120.0
START_SECONDS_MAX = 60.0
GOAL = "p99 ≤ 1 s"


def run(
    folder: Path,
    *,
    backlog: int = BACKLOG,
    counts: Sequence[int] = WRITERS,
    seconds: float = SECONDS,
) -> list[Row]:
    rows: list[Row] = []
    (folder / "backlog").mkdir()
    with log_server(folder / "backlog") as server:
        rows += _backlog(server.dsn, backlog)
    folder.chmod(0o755)
    with EmbeddedPostgres(folder / "pg") as server:
        with psycopg.connect(server.dsn) as conn:
            migrate(conn)
            conn.execute("CREATE TABLE bare (LIKE ledger.intake INCLUDING IDENTITY)")
            conn.commit()
        for count in counts:
            rows += _live(server.dsn, folder, count, seconds)
    return rows


def _backlog(dsn: str, backlog: int) -> list[Row]:
    with psycopg.connect(dsn) as conn:
        start = time.perf_counter()
        fill(conn, 0, backlog)
        filling = backlog / (time.perf_counter() - start)
        rates: list[float] = []
        done = 0
        while done < backlog:
            start = time.perf_counter()
            batch = sequencing.sequence(conn, signers=[SIGNER])
            conn.commit()
            assert batch is not None
            rates.append(len(batch.entries) / (time.perf_counter() - start))
            done += len(batch.entries)
    return [
        Row(
            f"entries sequenced, batches of {sequencing.BATCH_MAX}",
            *(statistics.median(rates), "/s", "one INSERT of all into the intake", filling),
        )
    ]


def _live(dsn: str, folder: Path, count: int, seconds: float) -> list[Row]:
    """Measure with the worker's own loop in a process of its own."""
    begun = FORK.Event()
    sequencer = FORK.Process(target=_sequence, args=(dsn, folder / "home", begun))
    watching, seen = FORK.Event(), FORK.Queue()
    watcher = FORK.Process(target=_watch, args=(dsn, watching, seen))
    with writers(dsn, count, ["append"], seconds) as ready:
        sequencer.start()
        watcher.start()
        assert begun.wait(START_SECONDS_MAX)
        try:
            done = ready.run()
            _drain(dsn)
        finally:
            watching.set()
            times = seen.get()
            watcher.join()
            sequencer.kill()
            sequencer.join()
    delays = _delays(dsn, done, times)
    pause = worker.SEQUENCER_PAUSE_SECONDS * 1e3
    return [
        Row(
            f"commit to signed checkpoint, {count} writers at {done.rate:,.0f}/s, {name}",
            *(delays[int(len(delays) * part)] * 1e3, "ms", "the sequencer's pause", pause, goal),
        )
        for name, part, goal in (("p50", 0.5, ""), ("p99", 0.99, GOAL), ("most", 0.999999, ""))
    ]


def _sequence(dsn: str, home: Path, begun: Event) -> None:
    settings = Settings(home=home, database_url=dsn)
    with bootstrap.running(settings) as rt:
        worker._sequence_all(rt)
        begun.set()
        worker._repeat(rt, worker._sequence_all, worker.SEQUENCER_PAUSE_SECONDS)


def _watch(dsn: str, stop: Event, seen: "Queue[list[tuple[int, float]]]") -> None:
    """Note when each checkpoint is first seen by a reader."""
    times: list[tuple[int, float]] = []
    with psycopg.connect(dsn, autocommit=True) as conn:
        while not stop.wait(WATCH_SECONDS):
            signed = log.latest(conn)
            size = 0 if signed is None else checkpoint.parse(note.parse(signed).text).size
            if not times or size > times[-1][0]:
                times.append((size, time.monotonic()))
    seen.put(times)


def _drain(dsn: str) -> None:
    deadline = time.monotonic() + DRAIN_SECONDS_MAX
    with psycopg.connect(dsn, autocommit=True) as conn:
        while conn.execute("SELECT EXISTS (SELECT FROM ledger.intake)").fetchone() != (False,):
            assert time.monotonic() < deadline, "the sequencer does not keep up"
            time.sleep(0.05)
        time.sleep(0.1)  # The watcher sees the last checkpoint.


def _delays(dsn: str, done: Round, times: Sequence[tuple[int, float]]) -> list[float]:
    """Return how long each event waited for its checkpoint after its commit was answered, sorted.

    One that was in a checkpoint before its writer heard of the commit waited no time.
    """
    with psycopg.connect(dsn) as conn:
        places = dict(conn.execute('SELECT event_id, "index" FROM ledger.entry').fetchall())
    sizes = [size for size, _ in times]
    return sorted(
        max(0.0, times[bisect.bisect_right(sizes, places[event_id])][1] - answered)
        for event_id, _, answered in done.answered
    )
