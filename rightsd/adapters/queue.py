"""The job queue: procrastinate, in the same Postgres as everything else.

Jobs are enqueued in the sequencer's transaction and run at least once. A worker that dies leaves
its job marked as running; any living worker takes it back once the heartbeat stops.

`async` stands here because procrastinate's worker is asynchronous; handlers run in its threads.
"""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import procrastinate
from procrastinate import RetryDecision
from procrastinate import jobs as procrastinate_jobs
from procrastinate.retry import BaseRetryStrategy
from psycopg import Connection

from rightsd.domain.reactions import MAKING, REDACTING

MAKING_ATTEMPTS_MAX = 5  # Then whoever waits is told.
RETRY_SECONDS = 2  # After the first failure; twice as long after each.
RETRY_SECONDS_MAX = 60
CRASHES_MAX = 3  # Workers that one job may take down with it.
HEARTBEAT_SECONDS = 2.0
STALLED_AFTER_SECONDS = 10.0
RECOVER_SECONDS = 5.0
DRAIN_SECONDS = 20.0
POLL_SECONDS = 1.0  # A fallback; LISTEN/NOTIFY wakes the worker at once.


class Lane(StrEnum):
    """Which jobs wait behind one another."""

    MAKING = "making"  # Long ones, that may be given up.
    KEEPING = "keeping"  # Short ones, that must be done however often it takes.
    REDACTING = "redacting"  # The same, but many and in no hurry.


def lane_of(kind: str) -> Lane:
    """Return behind which jobs a kind of job waits."""
    if kind in REDACTING:
        return Lane.REDACTING
    return Lane.MAKING if kind in MAKING else Lane.KEEPING


# Of one process; one clip keeps its cores busy.
AT_ONCE = {Lane.MAKING: 1, Lane.KEEPING: 2, Lane.REDACTING: 1}


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of deferred work.

    Attributes:
        kind: "noun.verb", a key of the worker's handlers.
        subject: Id of the thing to work on; two jobs on one thing never run at once, but for those
            in no hurry.
        event_id: The event that set it off; with the kind it names the job.
        lane: Behind which jobs it waits.
    """

    kind: str
    subject: str
    event_id: str
    lane: Lane

    @property
    def lock(self) -> str:
        """What one job at a time has, in the order in which they came, whatever their lanes."""
        # Otherwise what guards would wait until everything in the slow lane had had its turn.
        return f"{self.lane} {self.subject}" if self.lane is Lane.REDACTING else self.subject


class Handler(Protocol):
    """What runs a job; raises to have it run again later."""

    def __call__(self, kind: str, subject: str, *, last: bool) -> None:
        """Run a job once; `last` says that it will not be tried again."""
        ...


class _Retry(BaseRetryStrategy):
    """When to try a job again."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate_jobs.Job
    ) -> RetryDecision | None:
        if isinstance(exception, InterruptedError):
            return RetryDecision(retry_in={"seconds": 0})
        if _is_last(self._lane, job):
            return None
        wait = min(RETRY_SECONDS_MAX, RETRY_SECONDS * 2 ** min(job.attempts, 10))
        return RetryDecision(retry_in={"seconds": wait})


def _is_last(lane: Lane, job: procrastinate_jobs.Job) -> bool:
    return lane is Lane.MAKING and job.attempts + 1 >= MAKING_ATTEMPTS_MAX


class Queue:
    """Hands out jobs, and works them off."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=dsn))

    def enqueue(self, conn: Connection[Any], jobs: Sequence[Job]) -> None:
        """Add jobs in the caller's transaction."""
        if not jobs:
            return
        self._app.job_manager.batch_defer_jobs(
            [
                procrastinate_jobs.Job(
                    id=None,
                    queue=job.lane,
                    lock=job.lock,
                    queueing_lock=f"{job.kind} {job.event_id}",
                    task_name=job.kind,
                    task_kwargs={"subject": job.subject},
                )
                for job in jobs
            ],
            connection=conn,
        )

    def work(
        self,
        kinds: Mapping[str, Lane],
        handler: Handler,
        *,
        give_up: Callable[[str, str], None],
        stopping: Callable[[], None],
        wait: bool = True,
    ) -> None:
        """Work off jobs until the process is told to stop (SIGINT, SIGTERM).

        Args:
            kinds: The kinds of jobs to work off, and their lanes.
            handler: Runs them.
            give_up: Told of the kind and subject of a job that took too many workers down with it.
            stopping: Called once when the process is told to stop, so that long jobs can give up.
            wait: Wait for more when all is done; otherwise return.
        """
        asyncio.run(self._work(kinds, handler, give_up, stopping, wait=wait))

    async def _work(
        self,
        kinds: Mapping[str, Lane],
        handler: Handler,
        give_up: Callable[[str, str], None],
        stopping: Callable[[], None],
        *,
        wait: bool,
    ) -> None:
        app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=self._dsn))
        for kind, lane in kinds.items():
            app.task(name=kind, pass_context=True, retry=_Retry(lane))(_task(kind, lane, handler))
        async with app.open_async():
            recovering = asyncio.ensure_future(_recover(app, give_up))
            lanes = [asyncio.ensure_future(_run(app, lane, wait=wait)) for lane in Lane]

            def stop() -> None:
                stopping()
                for lane in lanes:
                    lane.cancel()  # Which procrastinate takes as: finish what runs, then end.

            for signum in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(signum, stop)
            # Each is waited for, since the connections are theirs as long as one of them works.
            _, others = await asyncio.wait(lanes, return_when=asyncio.FIRST_EXCEPTION)
            for lane in others:
                lane.cancel()
            ends = await asyncio.gather(*lanes, return_exceptions=True)
            recovering.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await recovering
        for end in ends:
            if isinstance(end, Exception):  # And not one that was cancelled.
                raise end


async def _run(app: procrastinate.App, lane: Lane, *, wait: bool) -> None:
    await app.run_worker_async(
        queues=[lane],
        wait=wait,
        concurrency=AT_ONCE[lane],
        fetch_job_polling_interval=POLL_SECONDS,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_AFTER_SECONDS,
        shutdown_graceful_timeout=DRAIN_SECONDS,
        install_signal_handlers=False,
        delete_jobs="successful",
    )


async def _recover(app: procrastinate.App, give_up: Callable[[str, str], None]) -> None:
    """Take back the jobs of workers that died, again and again."""
    while True:
        await asyncio.sleep(RECOVER_SECONDS)
        await _recover_once(app, give_up, STALLED_AFTER_SECONDS)


async def _recover_once(
    app: procrastinate.App, give_up: Callable[[str, str], None], stalled_after_seconds: float
) -> None:
    for job in await app.job_manager.get_stalled_jobs(
        seconds_since_heartbeat=stalled_after_seconds
    ):
        if job.queue == Lane.MAKING and job.attempts + 1 >= CRASHES_MAX:
            await asyncio.to_thread(give_up, job.task_name, str(job.task_kwargs["subject"]))
            await app.job_manager.finish_job(
                job, status=procrastinate_jobs.Status.FAILED, delete_job=False
            )
        else:
            await app.job_manager.retry_job(job)


def _task(kind: str, lane: Lane, handler: Handler) -> Callable[..., None]:
    def task(context: procrastinate.JobContext, subject: str) -> None:
        assert context.job is not None
        handler(kind, subject, last=_is_last(lane, context.job))

    return task
