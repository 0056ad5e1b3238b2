"""Telling platforms what happened: deliveries from the log, sent until they are taken.

Three steps that every worker runs. `fan_out` follows the sequenced log by index, one process at a
time, and makes a row for each event and platform. `tell_missed` makes due what a platform missed
that was enabled or has another endpoint. `send` leases rows that are due, has threads send them,
and settles what came back: threads know nothing of the database, and one transaction settles and
leases together. A process that dies leaves leases, which run out: what it was sending is sent
again, under the same id, by another. A platform that is down costs one attempt at a time.
"""

import logging
import random
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rightsd.adapters import webhooks
from rightsd.adapters.webhooks import SECONDS_MAX
from rightsd.db import deliveries, letters, lines, platforms
from rightsd.db.letters import Kind
from rightsd.db.tx import Tx
from rightsd.domain import platform as domain
from rightsd.domain import webhook
from rightsd.domain.delivery import Attempt, Delivery, Line, Trouble
from rightsd.domain.events import Event
from rightsd.domain.platform import Because, Platform, State
from rightsd.errors import RightsError
from rightsd.runtime import Runtime

MISSED_BATCH = 5_000  # Deliveries in one transaction: a second or so, and senders wait for it.
BATCH = 250  # Entries of the log in one transaction, and so rows for each platform.
SENDS_MAX = 128  # At once, of one process: seven platforms that hang leave room for the others.
LEASE = timedelta(seconds=60)  # More than an attempt can take, and a commit.
ROUND_SECONDS = 0.1  # How long what has just come due waits while other sends are under way.
# How long a send that has ended waits for others: a transaction for each would cost more than that.
GATHERING_SECONDS = 0.01

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Leased:
    """A delivery that is this process's to send.

    Attributes:
        platform: Whom it is sent to, as it was then; None: what it registered does not open.
        era: Of the platform's line, then.
        at: When that was.
    """

    delivery: Delivery
    platform: Platform | None
    era: int
    at: datetime


@dataclass(slots=True)
class Calls:
    """What a process is sending, and what came back and is not settled yet.

    Attributes:
        pool: The threads that send.
        open: What is under way.
        ended: What came of deliveries, until that is committed.
        served: The platform that had the last turn.
        chance: For jitter: 0 to 1.
        seconds_max: How long one attempt may take.
    """

    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(SENDS_MAX, "webhook")
    )
    open: dict[Future[Attempt], Leased] = field(default_factory=dict[Future[Attempt], Leased])
    ended: list[tuple[Leased, Attempt]] = field(default_factory=list[tuple[Leased, Attempt]])
    served: str = ""
    chance: Callable[[], float] = random.random
    seconds_max: float = SECONDS_MAX

    def collect(self) -> None:
        """Wait a moment for sends to end, and note what came of them."""
        done, rest = wait(self.open, timeout=ROUND_SECONDS, return_when=FIRST_COMPLETED)
        if done and rest:
            done |= wait(rest, timeout=GATHERING_SECONDS).done
        for call in done:
            leased = self.open.pop(call)
            self.ended.append((leased, _outcome(call, leased)))

    def close(self) -> None:
        """Wait for what is under way."""
        self.pool.shutdown()


def fan_out(rt: Runtime) -> int:
    """Make the deliveries of what was sequenced since the last time; return how many."""
    made = 0
    while not rt.stopping.is_set():
        with rt.unhurried() as tx:
            fanned = deliveries.fan_out(tx, webhook.TOLD, batch=BATCH)
        if fanned is None:
            break
        made += fanned.deliveries
        if fanned.entries < BATCH:
            break
    return made


def tell_missed(rt: Runtime) -> int:
    """Make due what platforms missed before their era began and is so still; return how many."""
    with rt.transaction() as tx:
        platform_ids = lines.with_missed(tx)
    told = 0
    for platform_id in platform_ids:
        after: int | None = -1
        while after is not None and not rt.stopping.is_set():
            with rt.unhurried() as tx:
                after = lines.lock_missed(tx, platform_id)
                if after is not None:
                    made, after = deliveries.tell_missed(
                        tx, platform_id, after=after, limit=MISSED_BATCH
                    )
                    lines.note_missed(tx, platform_id, after=after)
                    told += made
    return told


def send(rt: Runtime, calls: Calls) -> None:
    """Send what is due, until nothing is and all that was under way has ended.

    When the process is told to stop it begins nothing new, and settles what it has begun.

    Raises:
        RightsError: UNAVAILABLE, when the database does not answer; what came back is settled by
            the next call.
    """
    while True:
        calls.collect()
        for leased in _round(rt, calls):
            calls.open[calls.pool.submit(_post, rt, calls, leased)] = leased
        if not calls.open:
            return


def _outcome(call: Future[Attempt], leased: Leased) -> Attempt:
    """Return what came of an attempt, whatever went wrong.

    Of a fault only its kind and place are logged: what it says may have the endpoint in it.
    """
    error = call.exception()
    if error is None:
        return call.result()
    places = traceback.extract_tb(error.__traceback__, limit=-1)
    _LOG.error(
        "delivery %s to %s was not sent: %s at %s",
        leased.delivery.id,
        leased.delivery.platform_id,
        type(error).__name__,
        ", ".join(f"{place.filename}:{place.lineno}" for place in places),
    )
    return Attempt(None, Trouble.FAULT)


def _round(rt: Runtime, calls: Calls) -> list[Leased]:
    """Settle what came back, and lease what may be sent now, in one transaction."""
    with rt.unhurried() as tx:
        to_disable = _settle(tx, calls)
        room = 0 if rt.stopping.is_set() else SENDS_MAX - len(calls.open)
        taken, served = _take(tx, calls.served, room) if room else ([], calls.served)
    calls.ended.clear()
    calls.served = served
    for platform_id, (era, because) in to_disable.items():
        try:
            _disable(rt, platform_id, era, because)
        except RightsError:
            # What is leased is to be sent all the same, and the next attempt leads here again.
            _LOG.exception("the platform %s could not be disabled", platform_id)
    return taken


def _take(tx: Tx, served: str, room: int) -> tuple[list[Leased], str]:
    """Lease deliveries; return them, and the platform that had the last turn.

    There is room for every line that is locked, so nobody is passed over when it is their turn.
    """
    ready = lines.lock_ready(tx, after=served, limit=room)
    if not ready:
        return [], served
    leased = deliveries.take(tx, list(ready), leased_until=tx.now + LEASE, limit=room)
    ids = sorted({one.platform_id for one in leased})
    found = platforms.find_open(tx, ids)
    taken = [
        Leased(one, found.get(one.platform_id), ready[one.platform_id].era, tx.now)
        for one in leased
    ]
    return taken, list(ready)[-1]


def _post(rt: Runtime, calls: Calls, leased: Leased) -> Attempt:
    delivery, platform, now = leased.delivery, leased.platform, leased.at
    if platform is None:
        _LOG.error("the platform %s does not open, and is told nothing", delivery.platform_id)
        return Attempt(None, Trouble.FAULT)
    body = delivery.body
    headers = rt.webhook_headers(platform, delivery.id, body, now)
    url = platform.integration.url
    return webhooks.post(
        url, body, headers, guard=rt.webhook_guard, now=now, seconds_max=calls.seconds_max
    )


def _settle(tx: Tx, calls: Calls) -> dict[str, tuple[int, Because]]:
    """Write what came of deliveries.

    Returns:
        Which platforms want, or get, nothing more, in which era, and why.
    """
    by_platform: dict[str, list[tuple[Leased, Attempt]]] = {}
    for leased, attempt in calls.ended:
        by_platform.setdefault(leased.delivery.platform_id, []).append((leased, attempt))
    to_disable: dict[str, tuple[int, Because]] = {}
    for platform_id, line in lines.lock(tx, list(by_platform)).items():
        ended = by_platform[platform_id]
        here = [(one.delivery, attempt) for one, attempt in ended if one.era == line.era]
        before = [(one.delivery, attempt) for one, attempt in ended if one.era != line.era]
        if before:
            _settle_before(tx, before)
        because = _settle_here(tx, platform_id, line, here, calls.chance) if here else None
        if because is not None:
            to_disable[platform_id] = (line.era, because)
    return to_disable


def _settle_before(tx: Tx, ended: Sequence[tuple[Delivery, Attempt]]) -> None:
    """Settle deliveries that were sent in an earlier era: what failed there is tried here."""
    deliveries.settle_sent(tx, [one for one, attempt in ended if attempt.trouble is None])
    failed = [one for one, attempt in ended if attempt.trouble is not None]
    deliveries.settle_failed(tx, dict.fromkeys(failed, tx.now))


def _settle_here(
    tx: Tx,
    platform_id: str,
    line: Line,
    ended: Sequence[tuple[Delivery, Attempt]],
    chance: Callable[[], float],
) -> Because | None:
    """Settle deliveries to one platform and its line; return why it gets nothing more, if so."""
    sent = [delivery for delivery, attempt in ended if attempt.trouble is None]
    failed = {delivery: attempt for delivery, attempt in ended if attempt.trouble is not None}
    again = {
        delivery: delivery.next_attempt(attempt, tx.now, chance())
        for delivery, attempt in failed.items()
    }
    if sent:
        deliveries.settle_sent(tx, sent)
    if failed:
        deliveries.settle_failed(tx, again)
    given_up = [
        delivery
        for delivery, attempt in failed.items()
        if again[delivery] is None and attempt.trouble is not Trouble.FAULT
    ]
    is_unreachable = not sent and _is_unreachable(tx, platform_id, given_up)
    after = line.after([attempt for _, attempt in ended], tx.now, chance())
    trouble = None if sent else next(attempt.said for attempt in failed.values())
    lines.update(tx, platform_id, after, taken=bool(sent), trouble=trouble)
    if sent and line.is_down:
        deliveries.hasten(tx, platform_id)
    if any(attempt.is_gone for attempt in failed.values()):
        return Because.GONE
    return Because.UNREACHABLE if is_unreachable else None


def _is_unreachable(tx: Tx, platform_id: str, given_up: Sequence[Delivery]) -> bool:
    """Say whether nothing was taken in all the time that one of these was tried."""
    begun = [one.first_attempt_at for one in given_up if one.first_attempt_at is not None]
    if not begun:
        return False
    last_taken = lines.last_taken(tx, platform_id)
    return last_taken is None or last_taken < max(begun)


def _disable(rt: Runtime, platform_id: str, era: int, because: Because) -> None:
    """Send nothing more to a platform and write to its contact, unless another era has begun.

    After a crash before this, the next attempt leads here.
    """
    with rt.transaction() as tx:
        platform = platforms.lock(tx, platform_id)
        if platform is None or platform.state is not State.REGISTERED:
            return
        if lines.lock(tx, [platform_id])[platform_id].era != era:
            return
        event = Event("platform.disabled", platform_id, tx.now, {"because": because})
        deliveries.drop(tx, platform_id)
        platforms.update(tx, domain.evolve(platform, event))
        tx.record(event)
        letters.post(tx, platform_id, Kind.PLATFORM_DISABLED)
    _LOG.warning("the platform %s is disabled, because it is %s", platform_id, because)
