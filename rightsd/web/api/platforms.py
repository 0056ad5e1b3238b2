"""/v1/platforms, and the webhooks that they are sent."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field, StringConstraints

from rightsd.db.tx import Tx
from rightsd.domain import webhook
from rightsd.domain.delivery import State as DeliveryState
from rightsd.domain.delivery import Trouble
from rightsd.domain.platform import (
    HOURS_MAX,
    OVERLAP_MAX,
    Because,
    Capability,
    Integration,
    State,
)
from rightsd.domain.webhook import Scheme
from rightsd.runtime import Runtime
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Line, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import platforms
from rightsd.workflows.platforms import PAGE_MAX, View

router = APIRouter(prefix="/v1/platforms", tags=["platforms"])
webhooks = APIRouter()

Hours = Annotated[int, Field(ge=1, le=HOURS_MAX)]
Url = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
PublicKey = Annotated[str, StringConstraints(pattern=r"^whpk_[A-Za-z0-9+/]{43}=$")]
Position = Annotated[int, Field(ge=-1, lt=2**63)]
OVERLAP_HOURS_MAX = OVERLAP_MAX // timedelta(hours=1)


class PlatformIn(Body):
    """What a platform says of itself.

    `url`: where webhooks are sent to, https. `schemes`: how they are signed, `v1` (HMAC-SHA256)
    and `v1a` (Ed25519). `acknowledge_hours`, `remove_hours`: its service level, from the event on.
    `acknowledgement_key`: the Ed25519 key that it signs acknowledgements with, `whpk_…`.
    """

    name: Line
    url: Url
    contact: Line
    types: Annotated[tuple[str, ...], Field(max_length=16)] = tuple(sorted(webhook.TYPES))
    schemes: Annotated[tuple[Scheme, ...], Field(max_length=2)] = (Scheme.HMAC,)
    capabilities: Annotated[tuple[Capability, ...], Field(max_length=8)] = ()
    acknowledge_hours: Hours
    remove_hours: Hours
    acknowledgement_key: PublicKey | None = None

    def integration(self) -> Integration:
        """Return what was sent, as it was sent."""
        return Integration(**self.model_dump())


class RotateIn(Body):
    """For how many hours the old secret and key sign beside the new ones; 0 if others know them."""

    overlap_hours: Annotated[int, Field(ge=0, le=OVERLAP_HOURS_MAX)] = 24


class ReplayIn(Body):
    """What to send again: events from a moment on, behind a position of the log, or both."""

    since: AwareDatetime | None = None
    after: Position = -1


class SendingOut(Out):
    """How sending goes.

    `permits`: how many deliveries may be under way at once. `failures`: how often in a row nothing
    was taken. `trouble`: what went wrong last, `status_` and a number, `unanswered`, `address` if
    the endpoint leads to an address that is not public, or `fault` if something of ours broke.
    `waiting`: deliveries to be sent, and since when.
    """

    permits: int
    failures: int
    rests_until: datetime | None
    trouble: str | None
    trouble_at: datetime | None
    taken_at: datetime | None
    waiting: int
    waiting_since: datetime | None


class OverdueOut(Out):
    """Withdrawals that were not answered for in time, and when it was told of the oldest.

    `receipt`: not acknowledged. `removal`: acknowledged as received, and neither removed nor
    refused. Each is sent again, then the contact is written to, then the operator looks at it.
    """

    receipt: int
    removal: int
    since: datetime | None


class PlatformOut(Out):
    """A platform. `secret` is shown once, in the first answer that has it and to no retry.

    `public_keys`: what verifies `v1a`, the current one first.
    """

    id: str
    account_id: str
    name: str
    url: str
    contact: str
    types: list[str]
    schemes: list[Scheme]
    capabilities: list[Capability]
    acknowledge_hours: int
    remove_hours: int
    acknowledgement_key: str | None
    public_keys: list[str]
    overlap_until: datetime | None
    state: State
    disabled_because: Because | None
    registered_at: datetime
    ended_at: datetime | None
    sending: SendingOut
    overdue: OverdueOut
    secret: str | None = None


class DeliveryOut(Out):
    """A delivery: where it stands, and the request that it is sent with, signed just now."""

    id: str
    position: int
    event_id: str
    state: DeliveryState
    attempts: int
    event_at: datetime
    due_at: datetime | None
    first_attempt_at: datetime | None
    sent_at: datetime | None
    acknowledged_at: datetime | None
    headers: dict[str, str]
    body: str


class DeliveriesOut(Out):
    """Deliveries in the log's order. `next` is the `after` of the next page."""

    deliveries: list[DeliveryOut]
    next: int


class ReplayOut(Out):
    """How many deliveries are due again; `after`: behind which to go on, until that is 0."""

    replayed: int
    after: int


class PingOut(Out):
    """What came of a test event: the HTTP status, and what was wrong, if anything was."""

    status: int | None
    trouble: Trouble | None


class ToldOut(Out):
    """What an event is about. `cause`: what kind of thing stands behind it."""

    delivery_id: str
    event_id: str
    generation_id: str
    output_sha256: str
    manifest_id: str
    cause: str


class WithdrawnOut(Out):
    """An output may not be shown any more."""

    type: Literal["generation.withdrawn"]
    timestamp: datetime
    data: ToldOut


class RestoredOut(Out):
    """An output that was withdrawn may be shown again."""

    type: Literal["generation.restored"]
    timestamp: datetime
    data: ToldOut


class PingedOut(Out):
    """What a test event is about."""

    delivery_id: str
    platform_id: str


class PingWebhook(Out):
    """A test event, which the platform asked for."""

    type: Literal["platform.pinged"]
    timestamp: datetime
    data: PingedOut


@router.post("", status_code=201, response_model=PlatformOut)
def register_platform(actor: Actor, rt: Rt, sent: Sent, body: PlatformIn) -> JSONResponse:
    """Register the platform of the account. Platform accounts only, one each."""
    platforms.require_endpoint(rt, actor, body.url)

    def command(tx: Tx) -> Answer:
        view = platforms.register(tx, actor, body.integration())
        return _answer(rt, 201, view, secret=True)

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_platforms(actor: Actor, rt: Rt) -> list[PlatformOut]:
    """List the account's platforms, or all to an admin, the newest first, 200 at most."""
    with rt.transaction() as tx:
        return [_out(rt, view) for view in platforms.newest(tx, actor)]


@router.get("/{platform_id}")
def show_platform(actor: Actor, rt: Rt, platform_id: Id) -> PlatformOut:
    """Show a platform and how sending to it goes, to its account or an admin."""
    with rt.transaction() as tx:
        return _out(rt, platforms.view(tx, actor, platform_id))


@router.put("/{platform_id}", response_model=PlatformOut)
def change_platform(
    actor: Actor, rt: Rt, sent: Sent, platform_id: Id, body: PlatformIn
) -> JSONResponse:
    """Replace what a platform says of itself."""
    platforms.require_endpoint(rt, actor, body.url)

    def command(tx: Tx) -> Answer:
        return _answer(rt, 200, platforms.change(tx, actor, platform_id, body.integration()))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/{platform_id}/rotate", response_model=PlatformOut)
def rotate_platform(
    actor: Actor, rt: Rt, sent: Sent, platform_id: Id, body: RotateIn
) -> JSONResponse:
    """Make another secret and another key. The old ones sign as well until the overlap is over."""

    def command(tx: Tx) -> Answer:
        overlap = timedelta(hours=body.overlap_hours)
        view = platforms.rotate(tx, actor, platform_id, overlap=overlap)
        return _answer(rt, 200, view, secret=True)

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/{platform_id}/disable", response_model=PlatformOut)
def disable_platform(actor: Actor, rt: Rt, sent: Sent, platform_id: Id) -> JSONResponse:
    """Send nothing more, until it is enabled. An admin may as well."""

    def command(tx: Tx) -> Answer:
        return _answer(rt, 200, platforms.disable(tx, actor, platform_id))

    return commands.run(rt, sent, actor.account_id, "", command)


@router.post("/{platform_id}/enable", response_model=PlatformOut)
def enable_platform(actor: Actor, rt: Rt, sent: Sent, platform_id: Id) -> JSONResponse:
    """Send again what happens, and what was missed and is so still. An admin may as well."""

    def command(tx: Tx) -> Answer:
        return _answer(rt, 200, platforms.enable(tx, actor, platform_id))

    return commands.run(rt, sent, actor.account_id, "", command)


@router.post("/{platform_id}/close", response_model=PlatformOut)
def close_platform(actor: Actor, rt: Rt, sent: Sent, platform_id: Id) -> JSONResponse:
    """End the integration for good. An admin may as well."""

    def command(tx: Tx) -> Answer:
        return _answer(rt, 200, platforms.close(tx, actor, platform_id))

    return commands.run(rt, sent, actor.account_id, "", command)


@router.post("/{platform_id}/ping")
def ping_platform(actor: Actor, rt: Rt, platform_id: Id) -> PingOut:
    """Send a signed test event to the endpoint, once in 10 seconds, and say what came of it."""
    return PingOut.model_validate(platforms.ping(rt, actor, platform_id))


@router.get("/{platform_id}/deliveries")
def list_deliveries(
    actor: Actor,
    rt: Rt,
    platform_id: Id,
    after: Position = -1,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE_MAX,
) -> DeliveriesOut:
    """List deliveries as they are sent, behind a position of the log, in the log's order."""
    with rt.transaction() as tx:
        found = platforms.page(rt, tx, actor, platform_id, after=after, limit=limit)
    listed = [
        DeliveryOut(
            **{name: getattr(one.delivery, name) for name in _SHOWN},
            headers=one.headers,
            body=one.delivery.body.decode(),
        )
        for one in found
    ]
    return DeliveriesOut(deliveries=listed, next=listed[-1].position if listed else after)


@router.post("/{platform_id}/replay", response_model=ReplayOut)
def replay_deliveries(
    actor: Actor, rt: Rt, sent: Sent, platform_id: Id, body: ReplayIn
) -> JSONResponse:
    """Send deliveries again, dropped ones too, in the log's order, 10,000 at most in one call."""

    def command(tx: Tx) -> Answer:
        replayed, after = platforms.replay(
            tx, actor, platform_id, since=body.since, after=body.after
        )
        return Answer(200, {"replayed": replayed, "after": after})

    return commands.run(rt, sent, actor.account_id, body, command)


@webhooks.post("generation.withdrawn", status_code=204)
def tell_withdrawn(body: WithdrawnOut) -> None:
    """Stop showing an output and every copy of it, and acknowledge that."""


@webhooks.post("generation.restored", status_code=204)
def tell_restored(body: RestoredOut) -> None:
    """Show an output again that was withdrawn, if you like, and acknowledge that."""


@webhooks.post("platform.pinged", status_code=204)
def tell_pinged(body: PingWebhook) -> None:
    """Answer with 2xx: it is the test event that you asked for."""


_SHOWN = tuple(name for name in DeliveryOut.model_fields if name not in {"headers", "body"})


def _answer(rt: Runtime, status: int, view: View, *, secret: bool = False) -> Answer:
    out = _out(rt, view)
    if secret:
        shown = webhook.write_secret(view.platform.secrets.secret)
        out = out.model_copy(update={"secret": shown})
    body: dict[str, Any] = out.model_dump(mode="json")
    return Answer(status, body, about=(view.platform.account_id,), once=("secret",))


def _out(rt: Runtime, view: View) -> PlatformOut:
    platform, said = view.platform, view.platform.integration
    signs = platform.secrets.all(rt.clock()) if Scheme.ED25519 in said.schemes else []
    return PlatformOut(
        id=platform.id,
        account_id=platform.account_id,
        name=said.name,
        url=said.url,
        contact=said.contact,
        types=list(said.types),
        schemes=list(said.schemes),
        capabilities=list(said.capabilities),
        acknowledge_hours=said.acknowledge_hours,
        remove_hours=said.remove_hours,
        acknowledgement_key=said.acknowledgement_key,
        public_keys=[rt.webhook_keys.public_key(platform.id, number) for _, number in signs],
        overlap_until=platform.secrets.overlap_until,
        state=platform.state,
        disabled_because=platform.disabled_because,
        registered_at=platform.registered_at,
        ended_at=platform.ended_at,
        sending=SendingOut.model_validate(view.sending),
        overdue=OverdueOut.model_validate(view.overdue),
    )
