"""The worker: sequences the log and works off the jobs that its entries set off.

Any number of workers may run, on any machine that reaches the database and the blob store. Each
handler may be run again from the start, so a worker may die at any moment.
"""

import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial

from rightsd import warming
from rightsd.adapters.queue import lane_of
from rightsd.errors import RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import (
    answers,
    checkpoints,
    consents,
    declarations,
    deliveries,
    dsa,
    escalations,
    exemptions,
    hashes,
    letters,
    licences,
    manifests,
    mirrors,
    reviews,
    signins,
    subjects,
    witnessing,
    works,
)
from rightsd.workflows import sessions as signed_in
from rightsd.workflows.enrolments import sessions, verifying
from rightsd.workflows.generations import (
    backfills,
    looks,
    production,
    references,
    reviewing,
    uses,
    withdrawals,
)
from rightsd.workflows.notices import closing
from rightsd.workflows.verifications import batches

logger = logging.getLogger(__name__)

SEQUENCER_PAUSE_SECONDS = 0.05  # Half of it is the mean wait of an event for its index.
HANDFUL = 256  # Events; after fewer the sequencer pauses.
HOUSEKEEPING_SECONDS = 10.0
LEAVING_SECONDS = 2.0  # People watch.
FOLLOWING_SECONDS = 2.0  # What is made of a clip that is gone.
MAILING_PAUSE_SECONDS = 2.0  # People wait for their letter.
ESCALATING_PAUSE_SECONDS = 60.0  # Service levels are hours.
LOOKING_PAUSE_SECONDS = 2.0  # After each output; clips that someone waits for come first.
VERIFYING_PAUSE_SECONDS = 2.0  # When nothing is left; platforms look how far they are.
HASHING_PAUSE_SECONDS = 10.0  # Of old outputs, each once: nobody waits for it.
TELLING_PAUSE_SECONDS = 0.1  # Platforms are to be told within a second.
MISSED_PAUSE_SECONDS = 1.0  # Nobody waits for it who has not been away.
FORGETTING_SECONDS = 600.0
WITNESSING_PAUSE_SECONDS = 1.0
MIRRORING_PAUSE_SECONDS = 10.0
SUBMITTING_PAUSE_SECONDS = 60.0
LEFTOVER_SECONDS_MIN = 3600.0  # Older than anything that can still be under way.
FAULT_PAUSE_SECONDS = 1.0
NICENESS = 10  # People wait for what the API answers.

HANDLERS: Mapping[str, Callable[[Runtime, str], None]] = {
    "generation.produce": production.produce,
    "generation.end_under_consent": withdrawals.end_under,
    "generation.end_under_licence": withdrawals.end_under,
    "generation.end_under_revocation": withdrawals.end_under_revocation,
    "generation.restore_for_revocation": withdrawals.restore_for_revocation,
    "generation.recheck_for_optout": withdrawals.recheck_for_optout,
    "generation.recheck_for_description": withdrawals.recheck_for_optout,
    "generation.settle_review": reviewing.settle_review,
    "generation.ask_about_output": reviewing.ask_about_output,
    "generation.decide_again_for_work": reviewing.decide_again_for_work,
    "generation.decide_again_for_optout": reviewing.decide_again_for_optout,
    "generation.recheck_for_reference": withdrawals.recheck_for_reference,
    "generation.recheck_for_staydown": withdrawals.recheck_for_staydown,
    "generation.restore_for_staydown": withdrawals.restore_after,
    "generation.recheck_for_exemption": withdrawals.recheck_for_exemption,
    "generation.restore_for_exemption": withdrawals.restore_for_exemption,
    "generation.withdraw_for_notice": withdrawals.withdraw_for_notice,
    "generation.look_again": looks.ask_about_all,
    "generation.look_again_at": looks.ask_about_one,
    "generation.listen_again": looks.ask_for_voice,
    "manifest.redact": manifests.redact,
    "generation.restore_for_notice": withdrawals.restore_for_notice,
    "work.settle_review": works.settle_review,
    "licence.end_under_consent": licences.end_under_consent,
    "subject.clear": subjects.clear,
    "enrolment.verify": verifying.verify,
    "enrolment.clear": sessions.clear,
}

# What is done over and over.
Step = Callable[[Runtime], object]

KINDS = {kind: lane_of(kind) for kind in HANDLERS}

# What is still owed to people when a job has failed for the last time.
LAST_WORDS: Mapping[str, Callable[[Runtime, str, str], None]] = {
    "generation.produce": production.give_up,
}


def run(rt: Runtime) -> None:
    """Work until the process is told to stop (SIGINT, SIGTERM); the process is this one's own."""
    os.nice(NICENESS)
    calls, sends = witnessing.Calls(), deliveries.Calls()
    threads = [
        threading.Thread(target=warming.warm, args=(rt,)),  # Else the first jobs wait for it.
        *(
            threading.Thread(target=_repeat, args=(rt, step, pause))
            for step, pause in _steps(rt, calls, sends)
        ),
    ]
    for thread in threads:
        thread.start()
    try:
        rt.queue.work(
            KINDS,
            partial(handle, rt),
            give_up=partial(give_up, rt),
            stopping=rt.stopping.set,
        )
    finally:
        rt.stopping.set()
        for thread in threads:
            thread.join()
        calls.close()
        sends.close()


def handle(rt: Runtime, kind: str, subject: str, *, last: bool) -> None:
    """Run one job; when it fails for the last time, say so to whoever waits for it."""
    try:
        HANDLERS[kind](rt, subject)
    except InterruptedError:
        raise  # The process is stopping: the job starts over elsewhere, and no one failed.
    except Exception as error:
        logger.exception("the job %s of %s failed", kind, subject)
        if last:
            give_up(rt, kind, subject, error.detail if isinstance(error, RightsError) else None)
        raise


def give_up(rt: Runtime, kind: str, subject: str, reason: str | None = None) -> None:
    """Say to whoever waits for a job that it will not be done."""
    if kind in LAST_WORDS:
        said = reason or "it could not be made, and the operator was told"
        LAST_WORDS[kind](rt, subject, said)


def _steps(
    rt: Runtime, calls: witnessing.Calls, sends: deliveries.Calls
) -> list[tuple[Step, float]]:
    """Return what is done over and over, and the pauses in between, in seconds."""

    def witness(rt: Runtime) -> None:
        witnessing.update(rt, calls)

    def send(rt: Runtime) -> None:
        deliveries.send(rt, sends)

    steps: list[tuple[Step, float]] = [
        (_sequence_all, SEQUENCER_PAUSE_SECONDS),
        (consents.expire_due, HOUSEKEEPING_SECONDS),
        (sessions.expire_due, HOUSEKEEPING_SECONDS),
        (licences.expire_due, HOUSEKEEPING_SECONDS),
        (subjects.erase_leaving, LEAVING_SECONDS),
        (withdrawals.end_remixes, FOLLOWING_SECONDS),
        (exemptions.end_due, HOUSEKEEPING_SECONDS),
        (closing.restore_due, HOUSEKEEPING_SECONDS),
        (closing.close_due, FORGETTING_SECONDS),
        (closing.lapse_due, FORGETTING_SECONDS),
        (closing.erase_due, FORGETTING_SECONDS),
        (reviews.open_conflicts, HOUSEKEEPING_SECONDS),
        (reviews.lapse, FORGETTING_SECONDS),
        (uses.lapse, FORGETTING_SECONDS),
        (dsa.draw_up, HOUSEKEEPING_SECONDS),
        (letters.mail_due, MAILING_PAUSE_SECONDS),
        (answers.forget_old, FORGETTING_SECONDS),
        (signins.forget_old, FORGETTING_SECONDS),
        (signed_in.forget_old, FORGETTING_SECONDS),
        (production.delete_superseded, FORGETTING_SECONDS),
        (references.forget_unused, FORGETTING_SECONDS),
        (declarations.forget_old, FORGETTING_SECONDS),
        (batches.forget_old, FORGETTING_SECONDS),
        (_delete_leftovers, FORGETTING_SECONDS),
        (looks.take_next, LOOKING_PAUSE_SECONDS),
        (_verify_batches, VERIFYING_PAUSE_SECONDS),
        (hashes.fill_in, HASHING_PAUSE_SECONDS),
        (backfills.fill_in, HASHING_PAUSE_SECONDS),
        (deliveries.fan_out, TELLING_PAUSE_SECONDS),
        (deliveries.tell_missed, MISSED_PAUSE_SECONDS),
        (send, TELLING_PAUSE_SECONDS),
        (escalations.climb, ESCALATING_PAUSE_SECONDS),
    ]
    if rt.witness_policy is not None:
        steps.append((witness, WITNESSING_PAUSE_SECONDS))
    if rt.mirror is not None:
        steps.append((_mirror, MIRRORING_PAUSE_SECONDS))
    if rt.transparency is not None:
        steps.append((_submit, SUBMITTING_PAUSE_SECONDS))
    return steps


def _submit(rt: Runtime) -> None:
    if rt.transparency is not None:
        dsa.submit_due(rt, rt.transparency)


def _mirror(rt: Runtime) -> None:
    if rt.mirror is not None:
        mirrors.update(rt, rt.mirror)


def _delete_leftovers(rt: Runtime) -> None:
    """Delete what failed attempts left in the work folder."""
    before = time.time() - LEFTOVER_SECONDS_MIN
    for path in rt.work_folder.iterdir():
        if path.stat().st_mtime < before:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _sequence_all(rt: Runtime) -> None:
    # A checkpoint for each handful that came meanwhile would take the processor from those who
    # write, and be kept for good.
    while not rt.stopping.is_set() and checkpoints.sequence(rt) >= HANDFUL:
        pass


def _verify_batches(rt: Runtime) -> None:
    while not rt.stopping.is_set() and batches.verify_next(rt):
        pass


def _repeat(rt: Runtime, step: Step, pause_seconds: float) -> None:
    """Run a step over and over until the process stops; a fault is logged and outwaited."""
    pause = 0.0
    while not rt.stopping.wait(pause):
        try:
            step(rt)
            pause = pause_seconds
        except Exception:
            logger.exception("%s failed; it will be tried again", getattr(step, "__name__", "step"))
            pause = FAULT_PAUSE_SECONDS
