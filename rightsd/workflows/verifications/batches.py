"""Verifying many files that a platform names by their addresses, one after another.

Every worker looks at one file at a time, beside its jobs, for the batch that has waited longest. A
file is leased while it is looked at: if the worker dies, another one takes it.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rightsd.adapters import http
from rightsd.adapters.http import Guard
from rightsd.db import batches, turns
from rightsd.db.batches import Taken
from rightsd.db.tx import Tx
from rightsd.domain import batch as domain
from rightsd.domain import ids
from rightsd.domain.batch import FILES_MAX, KEPT_MAX, PAUSE, RUNNING_MAX, TRIES_MAX, Answer, Batch
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.verifications.fetching import fetch
from rightsd.workflows.verifications.judging import Layers, verify
from rightsd.workflows.verifications.telling import tell

TAKEN = timedelta(minutes=10)  # Longer than any file takes; then another worker may try.
PAGE = 100  # Answers read at a time; each has some kilobytes.
FORGOTTEN = 100  # Batches at a time.
AGAIN = frozenset({Code.UNAVAILABLE, Code.BUSY})  # What may be otherwise in a moment.


@dataclass(frozen=True, slots=True)
class Progress:
    """A batch, and what its files are as far as they were looked at.

    Attributes:
        verdicts: How many files got each verdict.
        problems: How many could not be looked at.
    """

    batch: Batch
    verdicts: Mapping[str, int]
    problems: int


def start(
    tx: Tx, actor: Principal, *, urls: Sequence[str], layers: Layers, guard: Guard
) -> Progress:
    """Have files verified in the background.

    Args:
        tx: The transaction.
        actor: A platform.
        urls: Where the files are, 1 to FILES_MAX; one that stands twice is looked at twice.
        layers: What of each is looked at.
        guard: Where files may be.

    Raises:
        RightsError: INVALID: one of the addresses is malformed. TOO_LARGE: there are too many.
            TOO_MANY: the account has enough batches.
    """
    actor.require(Role.PLATFORM)
    if not urls:
        raise RightsError(Code.INVALID, "name one file at least")
    if len(urls) > FILES_MAX:
        raise RightsError(Code.TOO_LARGE, f"a batch has {FILES_MAX} files at most")
    for number, url in enumerate(urls):
        try:
            http.require_wellformed(url, guard)
        except RightsError as error:
            raise RightsError(Code.INVALID, f"file {number}: {error.detail}") from error
    turns.take(tx, f"batches {actor.account_id}")
    kept = batches.kept(tx, actor.account_id)
    if kept.running >= RUNNING_MAX:
        detail = f"{RUNNING_MAX} batches are running; wait for one, or cancel one"
        raise RightsError(Code.TOO_MANY, detail)
    if kept.count >= KEPT_MAX:
        detail = (
            f"{KEPT_MAX} batches are kept, each for {domain.KEPT.days} days; wait for the oldest"
        )
        raise RightsError(Code.TOO_MANY, detail)
    batch = domain.open_for(
        actor.account_id, ids.new("bat"), layers=layers, size=len(urls), now=tx.now
    )
    batches.insert(tx, batch, urls)
    return Progress(batch, {}, 0)


def find(tx: Tx, actor: Principal, batch_id: str) -> Progress:
    """Return how far a batch of one's own is.

    Raises:
        RightsError: NOT_FOUND.
    """
    actor.require(Role.PLATFORM)
    batch = _owned(actor, batches.find(tx, batch_id))
    return _progress(tx, [batch])[0]


def page(tx: Tx, actor: Principal) -> list[Progress]:
    """Return one's batches, the newest first: all that are kept."""
    actor.require(Role.PLATFORM)
    return _progress(tx, batches.of_account(tx, actor.account_id, limit=KEPT_MAX))


def cancel(tx: Tx, actor: Principal, batch_id: str) -> Progress:
    """Have nothing more of a batch looked at. What was told of it stays.

    Raises:
        RightsError: NOT_FOUND. CONFLICT: it has ended.
    """
    actor.require(Role.PLATFORM)
    cancelled = domain.cancel(_owned(actor, batches.lock(tx, batch_id)), tx.now)
    batches.update(tx, cancelled)
    batches.drop_rest(tx, batch_id)
    return _progress(tx, [cancelled])[0]


def answers(rt: Runtime, actor: Principal, batch_id: str, *, after: int) -> Iterator[Answer]:
    """Yield what there is by now, behind an answer, in the order in which the answers came.

    Raises:
        RightsError: NOT_FOUND, before anything is yielded.
    """
    with rt.transaction() as tx:
        batch = find(tx, actor, batch_id).batch
    return _answers(rt, batch, after)


def verify_next(rt: Runtime) -> bool:
    """Verify the next file of all batches; say whether there was one."""
    with rt.transaction() as tx:
        taken = batches.take(tx, until=tx.now + TAKEN)
    if taken is None:
        return False
    told = _look(rt, taken)
    with rt.transaction() as tx:
        _settle(tx, taken, told)
    return True


def forget_old(rt: Runtime) -> int:
    """Forget batches that are kept no longer; return how many."""
    with rt.transaction() as tx:
        return batches.delete_expired(tx, limit=FORGOTTEN)


def _answers(rt: Runtime, batch: Batch, after: int) -> Iterator[Answer]:
    while True:
        with rt.transaction() as tx:
            found = batches.answers(tx, batch, after=after, limit=PAGE)
        yield from found
        if len(found) < PAGE:
            return
        after = found[-1].place


def _owned(actor: Principal, batch: Batch | None) -> Batch:
    if batch is None:
        raise RightsError(Code.NOT_FOUND, "there is no such batch")
    actor.require_owner(batch.account_id, "batch")
    return batch


def _progress(tx: Tx, of: Sequence[Batch]) -> list[Progress]:
    counted = batches.verdicts(tx, [batch.id for batch in of])
    return [
        Progress(batch, counted[batch.id], batch.done - sum(counted[batch.id].values()))
        for batch in of
    ]


def _look(rt: Runtime, taken: Taken) -> dict[str, Any] | RightsError:
    """Return what a file is, in its public form, or why it could not be looked at."""
    if taken.tries > TRIES_MAX or taken.url is None:
        # Whoever took it the last time did not live to say what came of it.
        return RightsError(Code.UNSUPPORTED, "looking at this file fails again and again")
    try:
        with tempfile.NamedTemporaryFile(dir=rt.work_folder, prefix="fetched-") as file:
            fetch(rt, taken.url, file)
            return tell(verify(rt, Path(file.name), layers=Layers(taken.layers)))
    except RightsError as error:
        return error


def _settle(tx: Tx, taken: Taken, told: dict[str, Any] | RightsError) -> None:
    """Keep what was told of a file, or have it looked at again later."""
    batch = batches.lock(tx, taken.batch_id)
    if batch is None or batch.state is not domain.State.RUNNING:
        return  # It was cancelled meanwhile, or is forgotten.
    if _may_change(taken, told) and taken.tries < TRIES_MAX:
        batches.put_off(tx, taken, until=tx.now + PAUSE * taken.tries)
        return
    if isinstance(told, RightsError):
        verdict = None
        kept: object = {"problem": {"code": told.code, "detail": told.detail}}
    else:
        verdict = str(told["verdict"])
        kept = {"verification": json.loads(json.dumps(told, default=datetime.isoformat))}
    batch = domain.advance(batch, tx.now)
    if batches.end(tx, taken, place=batch.done, verdict=verdict, told=kept):
        batches.update(tx, batch)


def _may_change(taken: Taken, told: dict[str, Any] | RightsError) -> bool:
    """Say whether a file may get another answer in a moment: something was down."""
    if isinstance(told, RightsError):
        return told.code in AGAIN
    return taken.layers == Layers.ALL and not told["compared"]
