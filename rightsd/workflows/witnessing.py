"""Having the log's checkpoints cosigned by the witnesses of its policy.

A process asks all of them about one checkpoint, so that their cosignatures meet there, and about
the newest one next as soon as these suffice, or everyone who was asked has answered. Each is stored
as it comes in; a round does not wait for a witness that takes long, nor the next one for the last.
Nothing else in the daemon waits for a witness.
"""

import logging
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ledger import checkpoint, cosigning, log, note
from ledger.cosignature import WitnessKey
from ledger.cosigning import KeyId
from ledger.policy import Policy, Witness
from rightsd.adapters import witness
from rightsd.adapters.witness import ALARMS, Trouble
from rightsd.db import witnessing
from rightsd.db.tx import Tx
from rightsd.db.witnessing import WitnessTrouble
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

# One call at a time for each, so that those that never answer do not keep others from being asked.
WITNESSES_MAX = 64
ROUND_SECONDS_MAX = 2.0  # Then the next checkpoint's turn has come, for those who have answered.
CALL_SECONDS_MAX = 5.0  # Of one attempt: a process that is told to stop still waits for its calls.
REST = timedelta(seconds=10)  # For a witness in trouble.
ALARM_REST = timedelta(minutes=5)  # For one that saw two histories: people have to look first.
DETAIL_CHARS_MAX = 500
TROUBLES_MAX = 3  # Kept of each kind and witness in TROUBLES_PERIOD: none is ever deleted.
TROUBLES_PERIOD = timedelta(hours=1)

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Calls:
    """What a process remembers from one round to the next: whom it is asking, and who rests.

    Attributes:
        pool: The threads that ask. A call returns how long its witness is then left alone.
        open: Calls that have not been looked at since they ended, or have not ended.
        resting: Until when a witness is not asked again.
        target: The checkpoint that is asked about.
        about_target: Who is asked about it, or has been.
        is_settled: Whether all that was cosigned before this process began has been looked at.
    """

    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(WITNESSES_MAX, "witness")
    )
    open: dict[WitnessKey, Future[timedelta]] = field(
        default_factory=dict[WitnessKey, Future[timedelta]]
    )
    resting: dict[WitnessKey, datetime] = field(default_factory=dict[WitnessKey, datetime])
    target: bytes | None = None
    about_target: set[WitnessKey] = field(default_factory=set[WitnessKey])
    is_settled: bool = False

    def settle(self, now: datetime) -> None:
        """Look at the calls that have ended, and raise what none should have raised."""
        for key in [key for key, call in self.open.items() if call.done()]:
            call = self.open.pop(key)
            self.resting[key] = now + REST  # It stays at that when the next line raises.
            self.resting[key] = now + call.result()

    def aim(self, newest: bytes, published: int | None) -> bytes:
        """Return the checkpoint to ask about: the newest, unless another's quorum may still meet.

        Witnesses that take long, and not equally long, would otherwise each cosign others.
        """
        reached = -1 if published is None else published
        is_over = self.about_target.isdisjoint(self.open)
        if self.target is None or is_over or _size(self.target) <= reached:
            self.target, self.about_target = newest, set()
        return self.target

    def close(self) -> None:
        """Wait for what is under way."""
        self.pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one witness.

    Attributes:
        witness: Who.
        size: Of the checkpoint that it cosigned last; None if it never did.
        trouble: What keeps it from cosigning more, if anything does.
        rolled_back: When it had forgotten what it cosigned, the last time; that stays for good.
    """

    witness: Witness
    size: int | None
    trouble: WitnessTrouble | None
    rolled_back: WitnessTrouble | None

    @property
    def is_alarming(self) -> bool:
        """Whether it may have seen two histories of the log, or would cosign a second one."""
        is_alarm = self.trouble is not None and self.trouble.trouble in ALARMS
        return is_alarm or self.rolled_back is not None


@dataclass(frozen=True, slots=True)
class Status:
    """How much of the log there is, how much is published, and how it stands with witnesses."""

    size: int | None
    published: int | None
    witnesses: tuple[Standing, ...]


def update(rt: Runtime, calls: Calls, *, round_seconds_max: float = ROUND_SECONDS_MAX) -> bool:
    """Ask for cosignatures on a checkpoint; return whether it was this process's turn.

    One process at a time. The transaction that holds the turn stays open meanwhile, but keeps
    nobody else waiting. A call that outlasts its round still stores what it is given.

    Raises:
        RightsError: UNAVAILABLE, when the database does not answer.
    """
    if rt.witness_policy is None:
        return False
    calls.settle(rt.clock())
    with rt.transaction() as tx:
        cosigning.publish(tx.conn, rt.witness_policy, thoroughly=not calls.is_settled)
    calls.is_settled = True
    with rt.transaction() as tx:
        if not witnessing.lock(tx):
            return False
        newest = log.latest(tx.conn)
        if newest is None:
            return True
        signed = calls.aim(newest, cosigning.published_size(tx.conn, rt.witness_policy))
        size, sizes = _size(signed), cosigning.last_sizes(tx.conn)
        started: list[Future[timedelta]] = []
        for asked in rt.witness_policy.witnesses:
            old = sizes.get(_key_id(asked), -1)
            if old < size and _is_free(calls, asked.key, tx.now):
                call = calls.pool.submit(_ask, rt, asked, signed, max(old, 0))
                calls.open[asked.key] = call
                calls.about_target.add(asked.key)
                started.append(call)
        wait(started, timeout=round_seconds_max)
    calls.settle(rt.clock())
    return True


def status(tx: Tx, policy: Policy | None) -> Status:
    """Return how it stands with the witnesses."""
    sizes = cosigning.last_sizes(tx.conn)
    standings: list[Standing] = []
    for one in () if policy is None else policy.witnesses:
        size = sizes.get(_key_id(one))
        rolled_back = witnessing.last(tx, *_key_id(one), trouble=Trouble.ROLLED_BACK)
        standings.append(Standing(one, size, _standing_trouble(tx, one, size), rolled_back))
    newest, published = (cosigning.published_size(tx.conn, each) for each in (None, policy))
    return Status(newest, published, tuple(standings))


def _is_free(calls: Calls, key: WitnessKey, now: datetime) -> bool:
    return key not in calls.open and (key not in calls.resting or calls.resting[key] <= now)


def _ask(rt: Runtime, asked: Witness, signed: bytes, old_size: int) -> timedelta:
    """Ask one witness and store what it gives; return how long it is to be left alone."""
    rest, named = _ask_from(rt, asked, signed, old_size)
    if named is None:
        return rest
    # It was rolled back. What it cosigns next harms this log no more than its silence would, and
    # silence would let whoever rolls witnesses back stop the log; people have been told.
    return _ask_from(rt, asked, signed, named)[0]


def _ask_from(
    rt: Runtime, asked: Witness, signed: bytes, old_size: int
) -> tuple[timedelta, int | None]:
    """Do the same from a size on; return also what a witness remembers that was rolled back."""
    size = _size(signed)

    def prove(old: int) -> list[bytes]:
        with rt.transaction() as tx:
            return log.prove_consistency(tx.conn, old, size)

    try:
        found = witness.cosign(
            asked,
            signed,
            prove,
            old_size=old_size,
            guard=rt.witness_guard,
            now=rt.clock(),
            seconds_max=CALL_SECONDS_MAX,
        )
        with rt.transaction() as tx:
            cosigning.keep(tx.conn, size, found)
    except RightsError as error:
        named = error.extra.get("size")
        is_rolled_back = error.extra.get("trouble") is Trouble.ROLLED_BACK
        rest = _outwait(rt, asked, size, error)
        return rest, named if is_rolled_back and isinstance(named, int) else None
    return timedelta(), None


def _outwait(rt: Runtime, asked: Witness, size: int, error: RightsError) -> timedelta:
    """Keep what went wrong with a witness, unless it is known; return how long it is to rest."""
    trouble = error.extra.get(
        "trouble", Trouble.UNREACHABLE if error.code is Code.INVALID else None
    )
    if not isinstance(trouble, Trouble):
        _LOG.warning("%s was asked in vain: %s", asked.key.name, error.detail)
        return REST
    detail = "".join(
        sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in error.detail
    )
    with rt.transaction() as tx:
        if trouble is Trouble.AHEAD and _is_ours(tx, error.extra.get("size")):
            return timedelta()
        known = _standing_trouble(tx, asked, cosigning.last_sizes(tx.conn).get(_key_id(asked)))
        is_new = known is None or known.trouble != trouble
        if is_new and _has_room(tx, asked, trouble):
            witnessing.insert(
                tx,
                WitnessTrouble(*_key_id(asked), size, trouble, detail[:DETAIL_CHARS_MAX], tx.now),
            )
    if trouble is Trouble.ROLLED_BACK:
        _LOG.error(
            "%s What it cosigns is worth no more than the log's own word: put another key in its"
            " place in the policy. See `rightsd ledger status`.",
            detail,
        )
        return REST
    if trouble in ALARMS:
        _LOG.error(
            "The log may have two histories. %s It was asked to cosign %d entries. Was a backup"
            " restored, or does another daemon use the log's key? See `rightsd ledger status`.",
            detail,
            size,
        )
        return ALARM_REST
    if is_new:
        _LOG.warning("no cosignature: %s", detail)
    return REST


def _has_room(tx: Tx, asked: Witness, trouble: Trouble) -> bool:
    since = tx.now - TROUBLES_PERIOD
    return witnessing.count(tx, *_key_id(asked), trouble=trouble, since=since) < TROUBLES_MAX


def _is_ours(tx: Tx, named: object) -> bool:
    """Return whether a size that a witness is ahead with is one that the log has reached.

    Then another process has asked it about a newer checkpoint meanwhile; if instead the log has
    forked, that comes out with the next one.
    """
    newest = log.latest(tx.conn)
    return isinstance(named, int) and newest is not None and named <= _size(newest)


def _standing_trouble(tx: Tx, asked: Witness, cosigned: int | None) -> WitnessTrouble | None:
    """Return what went wrong with a witness last, unless it has cosigned as much since."""
    trouble = witnessing.last(tx, *_key_id(asked))
    if trouble is None or (cosigned is not None and cosigned >= trouble.size):
        return None
    return trouble


def _key_id(asked: Witness) -> KeyId:
    return asked.key.name, asked.key.key_id


def _size(signed: bytes) -> int:
    return checkpoint.parse(note.parse(signed).text).size
