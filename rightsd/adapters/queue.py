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
from typing import Any, Protocol

import procrastinate
from procrastinate import jobs as procrastinate_jobs
from psycopg import Connection

ATTEMPTS_MAX = 5
RETRY_WAIT_SECONDS = 2  # Then 4, 6, 8: four retries within half a minute.
HEARTBEAT_SECONDS = 2.0
STALLED_AFTER_SECONDS = 10.0
DRAIN_SECONDS = 20.0
POLL_SECONDS = 1.0  # A fallback; LISTEN/NOTIFY wakes the worker at once.


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of deferred work.

    Attributes:
        kind: "noun.verb", a key of the worker's handlers.
        subject: Id of the thing to work on; two jobs on one thing never run at once.
        event_id: The event that set it off; with the kind it names the job.
    """

    kind: str
    subject: str
    event_id: str


class Handler(Protocol):
    """What runs a job; raises to have it run again later."""

    def __call__(self, kind: str, subject: str, *, last: bool) -> None:
        """Run a job once; `last` says that it will not be tried again."""
        ...


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
                    queue="default",
                    lock=job.subject,
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
        kinds: Sequence[str],
        handler: Handler,
        *,
        concurrency: int,
        stopping: Callable[[], None],
        wait: bool = True,
    ) -> None:
        """Work off jobs until the process is told to stop (SIGINT, SIGTERM).

        Args:
            kinds: The kinds of jobs to work off.
            handler: Runs them.
            concurrency: How many at a time.
            stopping: Called once when the process is told to stop, so that long jobs can give up.
            wait: Wait for more when all is done; otherwise return.
        """
        asyncio.run(self._work(kinds, handler, concurrency, stopping, wait=wait))

    async def _work(
        self,
        kinds: Sequence[str],
        handler: Handler,
        concurrency: int,
        stopping: Callable[[], None],
        *,
        wait: bool,
    ) -> None:
        app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=self._dsn))
        for kind, task in _tasks(kinds, handler).items():
            app.task(
                name=kind,
                pass_context=True,
                retry=procrastinate.RetryStrategy(
                    max_attempts=ATTEMPTS_MAX - 1, linear_wait=RETRY_WAIT_SECONDS
                ),
            )(task)

        async def recover(timestamp: int) -> None:  # noqa: ARG001 - given by name
            stalled = await app.job_manager.get_stalled_jobs(
                seconds_since_heartbeat=STALLED_AFTER_SECONDS
            )
            for job in stalled:
                await app.job_manager.retry_job(job)

        app.periodic(cron="* * * * * */5")(
            app.task(name="queue.recover", queueing_lock="queue.recover")(recover)
        )
        async with app.open_async():
            worker = asyncio.ensure_future(
                app.run_worker_async(
                    wait=wait,
                    concurrency=concurrency,
                    fetch_job_polling_interval=POLL_SECONDS,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=STALLED_AFTER_SECONDS,
                    shutdown_graceful_timeout=DRAIN_SECONDS,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                )
            )

            def stop() -> None:
                stopping()
                worker.cancel()  # Which procrastinate takes as: finish what runs, then end.

            loop = asyncio.get_running_loop()
            for signum in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(signum, stop)
            with contextlib.suppress(asyncio.CancelledError):
                await worker


def _tasks(kinds: Sequence[str], handler: Handler) -> Mapping[str, Callable[..., None]]:
    def task_of(kind: str) -> Callable[..., None]:
        def task(context: procrastinate.JobContext, subject: str) -> None:
            attempts = context.job.attempts if context.job else 0
            handler(kind, subject, last=attempts + 1 >= ATTEMPTS_MAX)

        return task

    return {kind: task_of(kind) for kind in kinds}
