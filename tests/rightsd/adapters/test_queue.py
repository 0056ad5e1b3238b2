"""The queue with real workers: at least once, whoever dies."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import procrastinate
import psycopg
import pytest

from rightsd.adapters import queue
from rightsd.adapters.queue import CRASHES_MAX, MAKING_ATTEMPTS_MAX, Job, Lane, Queue

KINDS = {"test.make": Lane.MAKING, "test.keep": Lane.KEEPING}
STOP_SECONDS_MAX = 30.0
ROOT = Path(__file__).parents[3]
VICTIM = """
import os, signal, sys
from rightsd.adapters.queue import Lane, Queue

def die(kind, subject, *, last):
    os.kill(os.getpid(), signal.SIGKILL)

Queue(sys.argv[1]).work(
    {"test.make": Lane.MAKING}, die, give_up=lambda kind, subject: None, stopping=lambda: None
)
"""


class Log:
    """What the handler was asked to do, and whom it gave up."""

    def __init__(self, *, failing: bool = False) -> None:
        self.ran: list[tuple[str, str, bool]] = []
        self.given_up: list[tuple[str, str]] = []
        self._failing = failing

    def handle(self, kind: str, subject: str, *, last: bool) -> None:
        self.ran.append((kind, subject, last))
        if self._failing:
            raise ValueError(subject)

    def give_up(self, kind: str, subject: str) -> None:
        self.given_up.append((kind, subject))


def enqueue(dsn: str, *jobs: Job) -> None:
    with psycopg.connect(dsn) as conn:
        Queue(dsn).enqueue(conn, jobs)


def work(dsn: str, log: Log) -> None:
    Queue(dsn).work(KINDS, log.handle, give_up=log.give_up, stopping=lambda: None, wait=False)


def due(dsn: str) -> None:
    """Make every retry due now."""
    with psycopg.connect(dsn) as conn:
        conn.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")


def statuses(dsn: str) -> list[tuple[str, int]]:
    with psycopg.connect(dsn) as conn:
        return conn.execute(
            "SELECT status::text, attempts FROM procrastinate_jobs ORDER BY id"
        ).fetchall()


def test_a_job_that_was_rolled_back_never_runs(dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        Queue(dsn).enqueue(conn, [Job("test.keep", "x", "evt_1", Lane.KEEPING)])
        conn.rollback()
    log = Log()

    work(dsn, log)

    assert log.ran == []


def test_jobs_of_both_lanes_run_once(dsn: str) -> None:
    log = Log()
    enqueue(
        dsn,
        Job("test.make", "x", "evt_1", Lane.MAKING),
        Job("test.keep", "y", "evt_2", Lane.KEEPING),
    )

    work(dsn, log)
    work(dsn, log)

    assert sorted(log.ran) == [("test.keep", "y", False), ("test.make", "x", False)]
    assert statuses(dsn) == []


@pytest.mark.parametrize(("kind", "lane"), list(KINDS.items()))
def test_a_job_that_fails_is_tried_again(dsn: str, kind: str, lane: Lane) -> None:
    log = Log(failing=True)
    enqueue(dsn, Job(kind, "x", "evt_1", lane))

    for _ in range(MAKING_ATTEMPTS_MAX + 2):
        work(dsn, log)
        due(dsn)

    lasts = [last for _, _, last in log.ran]
    if lane is Lane.MAKING:
        assert lasts == [False] * (MAKING_ATTEMPTS_MAX - 1) + [True]
    else:
        assert lasts == [False] * (MAKING_ATTEMPTS_MAX + 2), "it is never given up"


def test_what_is_in_no_hurry_holds_nothing_else_about_the_same_thing_up(dsn: str) -> None:
    ran: list[str] = []

    def handle(kind: str, subject: str, *, last: bool) -> None:
        ran.append(kind)
        if kind == "test.redact":
            raise ValueError(subject)

    kinds = KINDS | {"test.redact": Lane.REDACTING}
    enqueue(dsn, Job("test.redact", "x", "evt_1", Lane.REDACTING))
    enqueue(dsn, Job("test.keep", "x", "evt_2", Lane.KEEPING))

    Queue(dsn).work(kinds, handle, give_up=Log().give_up, stopping=lambda: None, wait=False)

    assert sorted(ran) == ["test.keep", "test.redact"]
    assert statuses(dsn) == [("todo", 1)], "what failed waits for its turn"


def workers(dsn: str) -> int:
    with psycopg.connect(dsn) as conn:
        row = conn.execute("SELECT count(*) FROM procrastinate_workers").fetchone()
    assert row is not None
    return row[0]


def test_a_lane_that_stops_waits_for_the_other(dsn: str) -> None:
    log, stopping = Log(), threading.Event()

    def handle(kind: str, subject: str, *, last: bool) -> None:
        log.handle(kind, subject, last=last)
        os.kill(os.getpid(), signal.SIGTERM)
        assert stopping.wait(STOP_SECONDS_MAX)
        while workers(dsn) > 1:
            pass  # The lane that has nothing to do is about to leave.
        raise InterruptedError

    enqueue(dsn, Job("test.make", "x", "evt_1", Lane.MAKING))

    Queue(dsn).work(KINDS, handle, give_up=log.give_up, stopping=stopping.set)

    assert len(log.ran) == 1
    assert statuses(dsn) == [("todo", 1)]
    assert workers(dsn) == 0


@pytest.mark.slow
def test_a_job_that_kills_its_workers_is_taken_back_and_in_the_end_given_up(dsn: str) -> None:
    log = Log()
    enqueue(dsn, Job("test.make", "x", "evt_1", Lane.MAKING))
    crashes = 0

    while not log.given_up:
        done = subprocess.run(
            [sys.executable, "-c", VICTIM, dsn], check=False, cwd=ROOT, timeout=60
        )
        assert done.returncode == -signal.SIGKILL
        assert [status for status, _ in statuses(dsn)] == ["doing"]
        crashes += 1
        asyncio.run(recover(dsn, log))

    assert crashes == CRASHES_MAX
    assert log.given_up == [("test.make", "x")]
    assert [status for status, _ in statuses(dsn)] == ["failed"]


async def recover(dsn: str, log: Log) -> None:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=dsn))
    async with app.open_async():
        await queue._recover_once(app, log.give_up, 0.0)
