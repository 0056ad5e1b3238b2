"""Writers, a process each, that insert one row a transaction as fast as they are answered."""

import multiprocessing
import resource
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

import psycopg
from psycopg import Connection

from ledger import log
from tests.bench.servers import BODY

KIND, SUBJECT = "generation.published", f"gen_{0:032x}"
WARM_UP = 20  # Psycopg prepares a statement after five uses.
FORK = multiprocessing.get_context("fork")


@dataclass(slots=True)
class Round:
    """What writers did in one round.

    Attributes:
        seconds: From the start of the round to the last answer.
        client_cpu: Their processor time in seconds.
        answered: Event ids, when each was asked for and when it was answered (monotonic seconds).
    """

    seconds: float = 0.0
    client_cpu: float = 0.0
    answered: list[tuple[str, float, float]] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.answered) / self.seconds

    @property
    def waits(self) -> list[float]:
        return sorted(done - asked for _, asked, done in self.answered)


def bare(conn: Connection, event_id: str) -> None:
    conn.execute(
        "INSERT INTO bare (event_id, kind, subject, body) VALUES (%s, %s, %s, %s)",
        (event_id, KIND, SUBJECT, BODY),
    )


def append(conn: Connection, event_id: str) -> None:
    log.record(conn, event_id=event_id, kind=KIND, subject=SUBJECT, body=BODY)


WAYS: Mapping[str, Callable[[Connection, str], None]] = {"bare": bare, "append": append}


def fresh() -> str:
    return f"evt_{secrets.token_hex(16)}"


@dataclass(slots=True)
class Writers:
    """Processes that wait for their next round."""

    _barrier: Barrier
    _said: "Queue[tuple[int, float, float, list[tuple[str, float, float]]]]"
    _count: int

    def run(self) -> Round:
        """Let them run their next round; return when all have answered."""
        self._barrier.wait()
        start, together = time.monotonic(), Round()
        for _ in range(self._count):
            _, ended, cpu, answered = self._said.get()
            together.seconds = max(together.seconds, ended - start)
            together.client_cpu += cpu
            together.answered += answered
        return together


@contextmanager
def writers(dsn: str, count: int, rounds: Sequence[str], seconds: float) -> Iterator[Writers]:
    """Have `count` writers ready to run these rounds, each the name of a way, as in WAYS."""
    barrier, said = FORK.Barrier(count + 1), FORK.Queue()
    processes = [
        FORK.Process(target=_write, args=(dsn, barrier, said, number, rounds, seconds))
        for number in range(count)
    ]
    for process in processes:
        process.start()
    try:
        yield Writers(barrier, said, count)
    finally:
        for process in processes:
            process.kill()
            process.join()


def _write(
    dsn: str, barrier: Barrier, said: Any, number: int, rounds: Sequence[str], seconds: float
) -> None:
    # Autocommit: a caller with nothing but an event has a transaction of one statement.
    with psycopg.connect(dsn, autocommit=True) as conn:
        for way in set(rounds):
            for _ in range(WARM_UP):
                WAYS[way](conn, fresh())
        for way in rounds:
            barrier.wait()
            said.put((number, *_one_round(conn, WAYS[way], seconds)))


def _one_round(
    conn: Connection, way: Callable[[Connection, str], None], seconds: float
) -> tuple[float, float, list[tuple[str, float, float]]]:
    answered: list[tuple[str, float, float]] = []
    cpu, now = _cpu(), time.monotonic()
    end = now + seconds
    while now < end:
        event_id, asked = fresh(), now
        way(conn, event_id)
        now = time.monotonic()
        answered.append((event_id, asked, now))
    return now, _cpu() - cpu, answered


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
