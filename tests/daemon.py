"""What a running daemon does between requests, done here and now."""

from functools import partial

from rightsd import worker
from rightsd.runtime import Runtime
from rightsd.workflows import checkpoints


def settle(rt: Runtime) -> None:
    """Sequence what was committed and work off what follows, until nothing follows any more."""
    while checkpoints.sequence(rt) or (_has_jobs(rt) and not rt.stopping.is_set()):
        rt.queue.work(
            worker.KINDS,
            partial(worker.handle, rt),
            give_up=partial(worker.give_up, rt),
            stopping=rt.stopping.set,
            wait=False,
        )


def _has_jobs(rt: Runtime) -> bool:
    """Say whether a job is due: one that waits for another of its lock may be left behind."""
    with rt.transaction() as tx:
        row = tx.conn.execute(
            """
            SELECT FROM procrastinate_jobs
            WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()) LIMIT 1
            """
        ).fetchone()
    return row is not None
