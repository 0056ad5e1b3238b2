"""Uses: every clip that would cast someone, drafts and refusals too; approving and objecting."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from rightsd.db.tx import Tx
from rightsd.domain.generation import State
from rightsd.domain.member import Member
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, render
from rightsd.web.portal.forms import Done
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.workflows import subjects
from rightsd.workflows.generations import uses
from rightsd.workflows.generations.uses import Use

router = APIRouter(include_in_schema=False)

PATH = "/uses"
PAGE_MAX = 25  # What someone looks through at a time.
TONES = {
    State.HELD: "warn",
    State.REQUESTED: "",
    State.REFUSED: "",
    State.FAILED: "",
    State.PUBLISHED: "good",
    State.WITHDRAWN: "",
}
# What can still be objected to: all that is out, or may come out.
OPEN = frozenset({State.HELD, State.REQUESTED, State.PUBLISHED})


@router.get(PATH)
def show_uses(rt: Rt, visitor: Anyone, before: str = "") -> HTMLResponse:
    """Show uses, newest first."""
    actor = visitor.actor(Role.PERSON)
    with rt.transaction() as tx:
        found = uses.mine(tx, actor, before=_moment(before))
        shown = found[:PAGE_MAX]
        pictured = uses.pictured(tx, shown)
        handles = {
            subject.id: person.handle for subject, person in subjects.mine(tx, actor) if person
        }
    more = len(found) > PAGE_MAX
    return render.page(
        visitor,
        "uses.html",
        uses=shown,
        pictured=pictured,
        handles=handles,
        tones=TONES,
        open=OPEN,
        first=not before,
        next=shown[-1].generation.requested_at.isoformat() if more else None,
    )


@router.get(PATH + "/{generation_id}/thumbnail")
def show_thumbnail(rt: Rt, visitor: Anyone, generation_id: str) -> Response:
    """Show a small picture of a use, once it has been made."""
    actor = visitor.actor(Role.PERSON)
    with rt.transaction() as tx:
        jpeg = uses.thumbnail(tx, actor, generation_id)
    headers = render.headers(visitor.nonce)
    return Response(jpeg, media_type="image/jpeg", headers=headers)


@router.post(PATH + "/{generation_id}/approve")
def approve(
    rt: Rt, visitor: Anyone, generation_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Approve a use that waits for it."""
    return _turn(rt, visitor, generation_id, form, uses.approve, "uses.flash.approved")


@router.post(PATH + "/{generation_id}/object")
def object_to(
    rt: Rt, visitor: Anyone, generation_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Object to a use: it is not made, or withdrawn if it is out."""
    return _turn(rt, visitor, generation_id, form, uses.object_to, "uses.flash.objected")


def _turn(
    rt: Rt,
    visitor: Visitor,
    generation_id: str,
    form: forms.Form,
    turn: Callable[[Tx, Principal, str], Use],
    flash: str,
) -> Response:
    def command(tx: Tx, member: Member) -> Done:
        member.principal.require(Role.PERSON)
        turn(tx, member.principal, generation_id)
        return Done(PATH, flash)

    return forms.run(rt, visitor, form, command)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise RightsError(Code.NOT_FOUND, "there is no such page of this list")
    return at
