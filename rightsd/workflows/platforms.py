"""Registering a platform, changing and closing it, rotating what signs, trying its endpoint.

An endpoint is looked at before a transaction begins, since that takes the network
(`require_endpoint`), and again each time something is sent there.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ledger import merkle
from rightsd.adapters import http, webhooks
from rightsd.adapters.webhooks import REGISTERING_SECONDS_MAX
from rightsd.db import acknowledgements, deliveries, escalations, lines, platforms
from rightsd.db.acknowledgements import Told
from rightsd.db.escalations import Overdue
from rightsd.db.platforms import Sending
from rightsd.db.tx import Tx
from rightsd.domain import ids, webhook
from rightsd.domain import platform as domain
from rightsd.domain.delivery import Attempt, Delivery
from rightsd.domain.events import Event
from rightsd.domain.platform import OVERLAP_MAX, Because, Integration, Platform, State
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

LISTED_MAX = 200
PAGE_MAX = 100
REPLAY_MAX = 10_000  # In one call; whoever needs more goes on from the cursor.
PING_PAUSE = timedelta(
    seconds=10
)  # A page that anyone may have fetched by us is not fetched often.


@dataclass(frozen=True, slots=True)
class View:
    """A platform, how sending to it goes, and what it has not answered for in time."""

    platform: Platform
    sending: Sending
    overdue: Overdue


@dataclass(frozen=True, slots=True)
class Signed:
    """A delivery, and the headers that it would be sent with now."""

    delivery: Delivery
    headers: dict[str, str]


def require_endpoint(rt: Runtime, actor: Principal, url: str) -> None:
    """Check that a platform may have an endpoint.

    Raises:
        RightsError: INVALID: it is malformed or leads to an address that is not public.
            UNAVAILABLE: its name does not resolve. FORBIDDEN.
    """
    actor.require(Role.PLATFORM)
    http.require_allowed(url, rt.webhook_guard, seconds_max=REGISTERING_SECONDS_MAX)


def register(tx: Tx, actor: Principal, integration: Integration) -> View:
    """Register the platform of an account; its secret is made here.

    Raises:
        RightsError: INVALID. CONFLICT, when the account has one already.
    """
    actor.require(Role.PLATFORM)
    integration = domain.checked(integration)
    facts = domain.facts(actor.account_id, integration)
    event = Event("platform.registered", ids.new("plt"), tx.now, facts)
    secret = secrets.token_bytes(webhook.SECRET_BYTES)
    platform = domain.register(event, integration, secret)
    if not platforms.insert(tx, platform):
        detail = "this account has a platform already: change it, or close it first"
        raise RightsError(Code.CONFLICT, detail)
    tx.record(event)
    return _view(tx, platform)


def change(tx: Tx, actor: Principal, platform_id: str, integration: Integration) -> View:
    """Replace what a platform says of itself.

    At another address what waits is tried at once, and to the end of its schedule.

    Raises:
        RightsError: INVALID. CONFLICT, when it is closed.
    """
    platform = _lock(tx, actor, platform_id, admin=False)
    integration = domain.checked(integration)
    facts = domain.facts(platform.account_id, integration)
    event = Event("platform.changed", platform_id, tx.now, facts)
    after = domain.evolve(platform, event, integration=integration)
    if after.integration.url != platform.integration.url:
        lines.lock(tx, [platform_id])
        lines.begin_era(tx, platform_id)
        deliveries.restart(tx, platform_id)
    return _write(tx, after, event)


def rotate(tx: Tx, actor: Principal, platform_id: str, *, overlap: timedelta) -> View:
    """Give a platform another secret and another key; the old ones sign as well for a while.

    A rotation during another's overlap ends that: at most two of each sign. An overlap of nothing
    is for a secret that others know.

    Raises:
        RightsError: CONFLICT, when it is closed.
    """
    platform = _lock(tx, actor, platform_id, admin=False)
    assert timedelta() <= overlap <= OVERLAP_MAX
    secret = secrets.token_bytes(webhook.SECRET_BYTES)
    rotated = platform.secrets.rotated(secret, tx.now + overlap)
    facts = domain.facts(platform.account_id, platform.integration)
    facts |= {"key_number": rotated.key_number}
    event = Event("platform.changed", platform_id, tx.now, facts)
    return _write(tx, domain.evolve(platform, event, secrets=rotated), event)


def disable(tx: Tx, actor: Principal, platform_id: str) -> View:
    """Send nothing more, until it is enabled; what is so still is told then."""
    platform = _lock(tx, actor, platform_id)
    event = Event("platform.disabled", platform_id, tx.now, {"because": Because.ASKED})
    return _end_sending(tx, domain.evolve(platform, event), event)


def enable(tx: Tx, actor: Principal, platform_id: str) -> View:
    """Send again what happens; what was missed and is so still, a worker makes due."""
    platform = _lock(tx, actor, platform_id)
    event = Event("platform.enabled", platform_id, tx.now, {})
    after = domain.evolve(platform, event)
    lines.lock(tx, [platform_id])
    lines.begin_era(tx, platform_id)
    return _write(tx, after, event)


def close(tx: Tx, actor: Principal, platform_id: str) -> View:
    """End an integration for good: endpoint, contact and secrets are forgotten."""
    platform = _lock(tx, actor, platform_id)
    event = Event("platform.closed", platform_id, tx.now, {})
    return _end_sending(tx, domain.evolve(platform, event), event)


def view(tx: Tx, actor: Principal, platform_id: str) -> View:
    """Return a platform, to its account or an admin."""
    return _view(tx, _owned(actor, platforms.find(tx, platform_id)))


def newest(tx: Tx, actor: Principal) -> list[View]:
    """Return an account's own platforms, or all to an admin, the newest first."""
    actor.require(Role.PLATFORM, Role.ADMIN)
    account_id = None if actor.role is Role.ADMIN else actor.account_id
    return _views(tx, platforms.newest(tx, account_id=account_id, limit=LISTED_MAX))


def replay(
    tx: Tx, actor: Principal, platform_id: str, *, since: datetime | None, after: int
) -> tuple[int, int]:
    """Send deliveries again, REPLAY_MAX at most; return how many, and how far that went.

    Raises:
        RightsError: CONFLICT, when nothing is sent to the platform now.
    """
    platform = _lock(tx, actor, platform_id)
    if platform.state is not State.REGISTERED:
        detail = f"nothing is sent to this platform, since it is {platform.state}; enable it first"
        raise RightsError(Code.CONFLICT, detail)
    lines.lock(tx, [platform_id])
    return deliveries.replay(tx, platform_id, since=since, after=after, limit=REPLAY_MAX)


def page(
    rt: Runtime, tx: Tx, actor: Principal, platform_id: str, *, after: int, limit: int
) -> list[Signed]:
    """Return deliveries behind a position as they would be sent now, in the log's order."""
    platform = _owned(actor, platforms.find(tx, platform_id))
    if platform.state is State.CLOSED:
        raise RightsError(Code.CONFLICT, "this platform is closed: nothing is signed for it")
    found = deliveries.page(tx, platform_id, after=after, limit=min(limit, PAGE_MAX))
    return [Signed(one, rt.webhook_headers(platform, one.id, one.body, tx.now)) for one in found]


def told(
    tx: Tx, actor: Principal, platform_id: str, *, below: int = merkle.SIZE_MAX, limit: int
) -> list[Told]:
    """Return what a platform is told of and has answered, the newest first, below an index."""
    _owned(actor, platforms.find(tx, platform_id))
    return acknowledgements.told(tx, platform_id, below=below, limit=limit)


def ping(rt: Runtime, actor: Principal, platform_id: str) -> Attempt:
    """Send a signed test event to a platform's endpoint, and return what came of it.

    Raises:
        RightsError: CONFLICT, when it is closed. TOO_MANY.
    """
    with rt.transaction() as tx:
        platform = _owned(actor, platforms.find(tx, platform_id))
        if platform.state is State.CLOSED:
            raise RightsError(Code.CONFLICT, "this platform is closed")
        if not platforms.take_ping(tx, platform_id, before=tx.now - PING_PAUSE):
            seconds = int(PING_PAUSE.total_seconds())
            detail = f"an endpoint is tried once in {seconds} seconds; wait a moment"
            raise RightsError(Code.TOO_MANY, detail)
        now = tx.now
    ping_id = ids.new("png")
    body = webhook.body(webhook.PING, now, {"delivery_id": ping_id, "platform_id": platform_id})
    headers = rt.webhook_headers(platform, ping_id, body, now)
    url = platform.integration.url
    return webhooks.post(url, body, headers, guard=rt.webhook_guard, now=now)


def _end_sending(tx: Tx, after: Platform, event: Event) -> View:
    lines.lock(tx, [after.id])
    deliveries.drop(tx, after.id)
    return _write(tx, after, event)


def _write(tx: Tx, after: Platform, event: Event) -> View:
    platforms.update(tx, after)
    tx.record(event)
    return _view(tx, after)


def _view(tx: Tx, platform: Platform) -> View:
    (view,) = _views(tx, [platform])
    return view


def _views(tx: Tx, found: Sequence[Platform]) -> list[View]:
    """Return platforms with what is said of each, however many they are, by two statements."""
    ids = [one.id for one in found]
    sending, overdue = platforms.sending(tx, ids), escalations.overdue(tx, ids)
    return [View(one, sending[one.id], overdue[one.id]) for one in found]


def _lock(tx: Tx, actor: Principal, platform_id: str, *, admin: bool = True) -> Platform:
    return _owned(actor, platforms.lock(tx, platform_id), admin=admin)


def _owned(actor: Principal, platform: Platform | None, *, admin: bool = True) -> Platform:
    """Return a platform to whoever may ask for it: its account, or where that is so an admin."""
    actor.require(Role.PLATFORM, *((Role.ADMIN,) if admin else ()))
    if platform is None:
        raise RightsError(Code.NOT_FOUND, "there is no such platform")
    if actor.role is not Role.ADMIN:
        actor.require_owner(platform.account_id, "platform")
    return platform
