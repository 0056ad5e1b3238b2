"""Platforms: how sending to each goes, what it was told and answered, and how fast it is."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from ledger import merkle
from rightsd.db.tx import Tx
from rightsd.domain.delivery import Attempt, State
from rightsd.domain.member import Member
from rightsd.domain.platform import State as PlatformState
from rightsd.domain.principal import Principal, Role
from rightsd.domain.webhook import Scheme
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, render
from rightsd.web.portal.forms import Done
from rightsd.web.portal.render import Crumb
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.web.portal.wording import of as wording_of
from rightsd.workflows import escalations, platforms, turnarounds
from rightsd.workflows.platforms import View

router = APIRouter(include_in_schema=False)

PATH = "/platforms"
PAGE_MAX = 25
LOOKERS = (Role.PLATFORM, Role.REVIEWER, Role.ADMIN)
TONES = {
    State.DUE: "warn",
    State.SENT: "",
    State.ESCALATED: "bad",
    State.ACKNOWLEDGED: "good",
    State.REFUSED: "bad",
    State.DROPPED: "bad",
}
STANDS = {
    PlatformState.REGISTERED: "good",
    PlatformState.DISABLED: "warn",
    PlatformState.CLOSED: "",
}


@router.get(PATH)
def show_platforms(rt: Rt, visitor: Anyone) -> HTMLResponse:
    """Show the platforms, what was never answered, and how fast each is."""
    actor = visitor.actor(*LOOKERS)
    with rt.transaction() as tx:
        found = [] if actor.role is Role.REVIEWER else platforms.newest(tx, actor)
        unanswered = [] if actor.role is Role.PLATFORM else escalations.listed(tx, actor)
        table = turnarounds.table(tx)
    return render.page(
        visitor,
        "platforms.html",
        platforms=found,
        unanswered=unanswered,
        table=table,
        window=turnarounds.WINDOW.days,
        stands=STANDS,
    )


@router.get(PATH + "/{platform_id}")
def show_platform(rt: Rt, visitor: Anyone, platform_id: str, below: str = "") -> HTMLResponse:
    """Show a platform to its account or an admin."""
    return _platform(rt, visitor, platform_id, below=below)


@router.post(PATH + "/{platform_id}/disable")
def disable(
    rt: Rt, visitor: Anyone, platform_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Send nothing more."""
    return _turn(rt, visitor, platform_id, form, platforms.disable, "platforms.flash.disabled")


@router.post(PATH + "/{platform_id}/enable")
def enable(
    rt: Rt, visitor: Anyone, platform_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Send again."""
    return _turn(rt, visitor, platform_id, form, platforms.enable, "platforms.flash.enabled")


@router.post(PATH + "/{platform_id}/replay")
def replay(
    rt: Rt, visitor: Anyone, platform_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Send again all that was sent, as far as one call goes."""

    def again(tx: Tx, actor: Principal, platform_id: str) -> object:
        return platforms.replay(tx, actor, platform_id, since=None, after=-1)

    return _turn(rt, visitor, platform_id, form, again, "platforms.flash.replayed")


@router.post(PATH + "/{platform_id}/ping")
def ping(
    rt: Rt, visitor: Anyone, platform_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Send a test event, and show what came of it."""
    if (back := forms.unsent(visitor, form)) is not None:
        return back
    actor = visitor.actor(Role.PLATFORM, Role.ADMIN)
    try:
        return _platform(rt, visitor, platform_id, pinged=platforms.ping(rt, actor, platform_id))
    except RightsError as error:
        if error.code is Code.NOT_FOUND:
            raise
        return _platform(rt, visitor, platform_id, error=error)


def _turn(
    rt: Runtime,
    visitor: Visitor,
    platform_id: str,
    form: forms.Form,
    turn: Callable[[Tx, Principal, str], object],
    flash: str,
) -> Response:
    def command(tx: Tx, member: Member) -> Done:
        turn(tx, member.principal, platform_id)
        return Done(f"{PATH}/{platform_id}", flash)

    def refused(error: RightsError) -> Response:
        if error.code is not Code.CONFLICT:
            raise error
        return _platform(rt, visitor, platform_id, error=error)

    return forms.run(rt, visitor, form, command, refused=refused)


def _platform(
    rt: Runtime,
    visitor: Visitor,
    platform_id: str,
    *,
    below: str = "",
    error: RightsError | None = None,
    pinged: Attempt | None = None,
) -> HTMLResponse:
    actor = visitor.actor(Role.PLATFORM, Role.ADMIN)
    if below and not (below.isascii() and below.isdecimal() and int(below) <= merkle.SIZE_MAX):
        raise RightsError(Code.NOT_FOUND, "there is no such page of this list")
    with rt.transaction() as tx:
        view = platforms.view(tx, actor, platform_id)
        found = platforms.told(
            tx,
            actor,
            platform_id,
            below=int(below) if below else merkle.SIZE_MAX,
            limit=PAGE_MAX + 1,
        )
    return render.page(
        visitor,
        "platform.html",
        200 if error is None else problems.STATUS[error.code].value,
        crumbs=[Crumb(PATH, wording_of(visitor.language).say("nav.platforms"))],
        view=view,
        platform=view.platform,
        said=view.platform.integration,
        keys=_public_keys(rt, view),
        told=found[:PAGE_MAX],
        tones=TONES,
        stands=STANDS,
        first=not below,
        further=found[PAGE_MAX - 1].position if len(found) > PAGE_MAX else None,
        pinged=pinged,
        error=error and error.detail,
    )


def _public_keys(rt: Runtime, view: View) -> list[str]:
    """Return what verifies what the platform is sent, the current one first."""
    platform = view.platform
    if Scheme.ED25519 not in platform.integration.schemes:
        return []
    signing = platform.secrets.all(rt.clock())
    return [rt.webhook_keys.public_key(platform.id, number) for _, number in signing]
