"""The worker: sequences the log and works off the jobs that its entries set off.

Any number of workers may run, on any machine that reaches the database and the blob store. Each
handler may be run again from the start, so a worker may die at any moment.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from functools import partial

from rightsd.errors import RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import checkpoints, consents
from rightsd.workflows.generations import production, withdrawals

logger = logging.getLogger(__name__)

CONCURRENCY = 2  # Jobs at a time: one may wait for the encoder while the other draws.
SEQUENCER_PAUSE_SECONDS = 0.05  # Half of it is the mean wait of an event for its index.
HOUSEKEEPING_SECONDS = 10.0
FAULT_PAUSE_SECONDS = 1.0

HANDLERS: Mapping[str, Callable[[Runtime, str], None]] = {
    "generation.produce": production.produce,
    "generation.end_under_consent": withdrawals.end_under_consent,
    "generation.recheck_for_optout": withdrawals.recheck_for_optout,
    "generation.withdraw_for_notice": withdrawals.withdraw_for_notice,
}

# What is still owed to people when a job has failed for the last time.
LAST_WORDS: Mapping[str, Callable[[Runtime, str, str], None]] = {
    "generation.produce": production.give_up,
}


def run(rt: Runtime) -> None:
    """Work until the process is told to stop (SIGINT, SIGTERM)."""
    threads = [
        threading.Thread(target=_repeat, args=(rt, _sequence_all, SEQUENCER_PAUSE_SECONDS)),
        threading.Thread(target=_repeat, args=(rt, consents.expire_due, HOUSEKEEPING_SECONDS)),
    ]
    for thread in threads:
        thread.start()
    try:
        rt.queue.work(
            list(HANDLERS),
            partial(handle, rt),
            concurrency=CONCURRENCY,
            stopping=rt.stopping.set,
        )
    finally:
        rt.stopping.set()
        for thread in threads:
            thread.join()


def handle(rt: Runtime, kind: str, subject: str, *, last: bool) -> None:
    """Run one job; when it fails for the last time, say so to whoever waits for it."""
    try:
        HANDLERS[kind](rt, subject)
    except Exception as error:
        if not isinstance(error, InterruptedError):
            logger.exception("the job %s of %s failed", kind, subject)
        if last and kind in LAST_WORDS:
            known = isinstance(error, RightsError)
            reason = error.detail if known else "it could not be made, and the operator was told"
            LAST_WORDS[kind](rt, subject, reason)
        raise


def _sequence_all(rt: Runtime) -> None:
    while not rt.stopping.is_set() and checkpoints.sequence(rt):
        pass


def _repeat(rt: Runtime, step: Callable[[Runtime], object], pause_seconds: float) -> None:
    """Run a step over and over until the process stops; a fault is logged and outwaited."""
    pause = 0.0
    while not rt.stopping.wait(pause):
        try:
            step(rt)
            pause = pause_seconds
        except Exception:
            logger.exception("%s failed; it will be tried again", getattr(step, "__name__", "step"))
            pause = FAULT_PAUSE_SECONDS
