"""Telling platforms what happened: deliveries from the log, sent until they are taken.

Two steps that every worker runs. `fan_out` follows the sequenced log by index, one process at a
time, and makes a row for each event and platform. `send` leases rows that are due, has threads
send them, and settles what came back: threads know nothing of the database, and one transaction
settles and leases together. A process that dies leaves leases, which run out: what it was sending
is sent again, under the same id, by another. A platform that is down costs one attempt at a time.
"""

import logging
import random
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rightsd.adapters import webhooks
from rightsd.adapters.webhooks import SECONDS_MAX
from rightsd.db import deliveries, platforms
from rightsd.db.tx import Tx
from rightsd.domain import platform as domain
from rightsd.domain import webhook
from rightsd.domain.delivery import Attempt, Delivery
from rightsd.domain.events import Event
from rightsd.domain.platform import Because, Platform, State
from rightsd.runtime import Runtime

BATCH = 250  # Entries of the log in one transaction, and so rows for each platform.
SENDS_MAX = 128  # At once, of one process: seven platforms that hang leave room for the others.
LINES_MAX = 256  # In one round; who is left out has a turn in the next.
LEASE = timedelta(seconds=60)  # More than an attempt can take, and a commit.
ROUND_SECONDS = 0.1  # How long what has just come due waits while other sends are under way.

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Calls:
    """What a process is sending, and what came back and is not settled yet.

    Attributes:
        pool: The threads that send.
        open: What is under way.
        ended: What came of deliveries, until that is committed.
        chance: For jitter: 0 to 1.
        seconds_max: How long one attempt may take.
    """

    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(SENDS_MAX, "webhook")
    )
    open: dict[Future[Attempt], Delivery] = field(default_factory=dict[Future[Attempt], Delivery])
    ended: list[tuple[Delivery, Attempt]] = field(default_factory=list[tuple[Delivery, Attempt]])
    chance: Callable[[], float] = random.random
    seconds_max: float = SECONDS_MAX

    def collect(self) -> None:
        """Wait a moment for sends to end, and note what came of them."""
        done, _ = wait(self.open, timeout=ROUND_SECONDS, return_when=FIRST_COMPLETED)
        for call in done:
            self.ended.append((self.open.pop(call), call.result()))

    def close(self) -> None:
        """Wait for what is under way."""
        self.pool.shutdown()


def fan_out(rt: Runtime) -> int:
    """Make the deliveries of what was sequenced since the last time; return how many."""
    made = 0
    while not rt.stopping.is_set():
        with rt.transaction() as tx:
            fanned = deliveries.fan_out(tx, webhook.TOLD, batch=BATCH)
        if fanned is None:
            break
        made += fanned.deliveries
        if fanned.entries < BATCH:
            break
    return made


def send(rt: Runtime, calls: Calls) -> None:
    """Send what is due, until nothing is and all that was under way has ended.

    When the process is told to stop it begins nothing new, and settles what it has begun.

    Raises:
        RightsError: UNAVAILABLE, when the database does not answer; what came back is settled by
            the next call.
    """
    while True:
        calls.collect()
        leased = _round(rt, calls)
        for delivery, platform, now in leased:
            calls.open[calls.pool.submit(_post, rt, calls, delivery, platform, now)] = delivery
        if not calls.open:
            return


def _round(rt: Runtime, calls: Calls) -> list[tuple[Delivery, Platform, datetime]]:
    """Settle what came back, and lease what may be sent now, in one transaction."""
    with rt.transaction() as tx:
        to_disable = _settle(tx, calls)
        room = 0 if rt.stopping.is_set() else SENDS_MAX - len(calls.open)
        taken = _take(tx, room) if room else []
    calls.ended.clear()
    for platform_id, because in to_disable.items():
        _disable(rt, platform_id, because)
    return taken


def _take(tx: Tx, room: int) -> list[tuple[Delivery, Platform, datetime]]:
    lines = deliveries.lock_ready_lines(tx, limit=LINES_MAX)
    if not lines:
        return []
    leased = deliveries.take(tx, list(lines), leased_until=tx.now + LEASE, limit=room)
    ids = sorted({one.platform_id for one in leased})
    found = {one.id: one for one in platforms.find_all(tx, ids)}
    return [(one, found[one.platform_id], tx.now) for one in leased]


def _post(
    rt: Runtime, calls: Calls, delivery: Delivery, platform: Platform, now: datetime
) -> Attempt:
    body = delivery.body
    headers = rt.webhook_headers(platform, delivery.id, body, now)
    url = platform.integration.url
    return webhooks.post(
        url, body, headers, guard=rt.webhook_guard, now=now, seconds_max=calls.seconds_max
    )


def _settle(tx: Tx, calls: Calls) -> dict[str, Because]:
    """Write what came of deliveries; return which platforms want, or get, nothing more."""
    by_platform: dict[str, list[tuple[Delivery, Attempt]]] = {}
    for delivery, attempt in calls.ended:
        by_platform.setdefault(delivery.platform_id, []).append((delivery, attempt))
    to_disable: dict[str, Because] = {}
    for platform_id, line in deliveries.lock_lines(tx, list(by_platform)).items():
        ended = by_platform[platform_id]
        sent = [delivery for delivery, attempt in ended if attempt.trouble is None]
        failed = {delivery: attempt for delivery, attempt in ended if attempt.trouble is not None}
        last_taken = deliveries.last_taken(tx, platform_id)
        deliveries.settle_sent(tx, sent)
        again = {
            delivery: delivery.next_attempt(attempt, tx.now, calls.chance())
            for delivery, attempt in failed.items()
        }
        deliveries.settle_failed(tx, again)
        after = line.after([attempt for _, attempt in ended], tx.now, calls.chance())
        trouble = None if sent else next(attempt.said for attempt in failed.values())
        deliveries.update_line(tx, platform_id, after, taken=bool(sent), trouble=trouble)
        if sent and line.is_down:
            deliveries.hasten(tx, platform_id)
        if any(attempt.is_gone for attempt in failed.values()):
            to_disable[platform_id] = Because.GONE
        elif not sent and _is_unreachable(again, last_taken):
            to_disable[platform_id] = Because.UNREACHABLE
    return to_disable


def _is_unreachable(again: dict[Delivery, datetime | None], last_taken: datetime | None) -> bool:
    """Say whether one was tried to the end, and nothing was taken in all that time."""
    given_up = [delivery for delivery, again_at in again.items() if again_at is None]
    begun = [one.first_attempt_at for one in given_up if one.first_attempt_at is not None]
    return any(last_taken is None or last_taken < first for first in begun)


def _disable(rt: Runtime, platform_id: str, because: Because) -> None:
    """Send nothing more to a platform. After a crash before this, the next attempt leads here."""
    with rt.transaction() as tx:
        platform = platforms.lock(tx, platform_id)
        if platform is None or platform.state is not State.REGISTERED:
            return
        event = Event("platform.disabled", platform_id, tx.now, {"because": because})
        deliveries.lock_lines(tx, [platform_id])
        deliveries.drop(tx, platform_id)
        platforms.update(tx, domain.evolve(platform, event))
        tx.record(event)
    _LOG.warning("the platform %s is disabled, because it is %s", platform_id, because)
