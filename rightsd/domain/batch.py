"""Batch: files that a platform has verified together, one after another."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rightsd.errors import Code, RightsError

FILES_MAX = 1_000  # Of ten seconds each, half an hour's work: tests/bench/results/verify.md.
RUNNING_MAX = 4  # Of one account at a time, so that each makes headway.
KEPT_MAX = 200  # Of one account.
KEPT = timedelta(days=14)
TRIES_MAX = 3  # Of one file: its server may be away for a moment, or a worker die of it.
PAUSE = timedelta(minutes=1)  # Before a second try; twice as long before the third.


class State(StrEnum):
    """Where a batch stands."""

    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch.

    Attributes:
        account_id: Whose it is.
        layers: What of each file is looked at.
        size: How many files it has.
        done: How many of them have their answer.
        expires_at: When it is forgotten, whatever has become of it.
    """

    id: str
    account_id: str
    layers: str
    size: int
    done: int
    state: State
    opened_at: datetime
    ended_at: datetime | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a file.

    Attributes:
        number: Of the file in its batch, from 0, in the order in which they were named.
        place: Of the answer among those of the batch, from 1, in the order in which they came.
        verification: What the file is, in its public form; None: it could not be looked at.
        problem: Then, what kind of trouble that was, and in words.
    """

    number: int
    place: int
    url: str
    verification: Mapping[str, object] | None
    problem: tuple[Code, str] | None


def open_for(account_id: str, batch_id: str, *, layers: str, size: int, now: datetime) -> Batch:
    """Return a new batch of an account."""
    assert 1 <= size <= FILES_MAX
    return Batch(
        id=batch_id,
        account_id=account_id,
        layers=layers,
        size=size,
        done=0,
        state=State.RUNNING,
        opened_at=now,
        ended_at=None,
        expires_at=now + KEPT,
    )


def advance(batch: Batch, now: datetime) -> Batch:
    """Return a batch one more of whose files has its answer."""
    assert batch.state is State.RUNNING
    done = batch.done + 1
    if done < batch.size:
        return replace(batch, done=done)
    return replace(batch, done=done, state=State.FINISHED, ended_at=now)


def cancel(batch: Batch, now: datetime) -> Batch:
    """Return a batch of which nothing more is looked at.

    Raises:
        RightsError: CONFLICT: it has ended.
    """
    if batch.state is not State.RUNNING:
        raise RightsError(Code.CONFLICT, f"this batch is {batch.state} already")
    return replace(batch, state=State.CANCELLED, ended_at=now)
