"""Who signs in for the account, and whom it has invited."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from rightsd.db.tx import Tx
from rightsd.domain import invite as invite_domain
from rightsd.domain.letter import Language
from rightsd.domain.member import Duty, Member
from rightsd.domain.principal import Role
from rightsd.errors import RightsError
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.portal import accounts, forms, render
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.workflows import invites, members

router = APIRouter(include_in_schema=False)

PATH = "/account/members"
JOINS = "joins"  # What an invite does that opens no account.


class InviteForm(forms.Form):
    """Whom to invite, and to what: to join, or to open an account of a role."""

    address: Said = ""
    opens: Said = JOINS
    language: Said = Language.EN.value


EMPTY = InviteForm()


@router.get(PATH)
def show_members(rt: Rt, visitor: Anyone) -> HTMLResponse:
    """Show who signs in for the account, and whom it has invited."""
    return _page(rt, visitor, EMPTY.model_copy(update={"language": visitor.language.value}))


@router.post("/account/invites")
def invite(rt: Rt, visitor: Anyone, form: Annotated[InviteForm, Form()]) -> Response:
    """Invite someone."""

    def command(tx: Tx, member: Member) -> Done:
        opens = None if form.opens == JOINS else forms.chosen(Role, [form.opens])[0]
        language = Language(form.language) if form.language in set(Language) else visitor.language
        invites.make(tx, member, address=form.address, opens=opens, language=language)
        return Done(PATH, "members.flash.invited")

    return forms.run(
        rt, visitor, form, command, refused=lambda error: _page(rt, visitor, form, error)
    )


@router.post("/account/invites/{invite_id}/withdraw")
def withdraw(
    rt: Rt, visitor: Anyone, invite_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Withdraw an invite."""

    def command(tx: Tx, member: Member) -> Done:
        invites.withdraw(tx, member, invite_id)
        return Done(PATH, "members.flash.withdrawn")

    return forms.run(rt, visitor, form, command)


@router.post(PATH + "/{member_id}/remove")
def remove(
    rt: Rt, visitor: Anyone, member_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Let a member go."""

    def command(tx: Tx, member: Member) -> Done:
        members.remove(tx, member, member_id)
        here = member_id != member.id
        return (
            Done(PATH, "members.flash.removed") if here else Done("/sign-in", "members.flash.left")
        )

    return forms.run(rt, visitor, form, command)


@router.post(PATH + "/{member_id}/promote")
def promote(
    rt: Rt, visitor: Anyone, member_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Make a member an owner."""
    return _set_duty(rt, visitor, member_id, form, Duty.OWNER)


@router.post(PATH + "/{member_id}/demote")
def demote(
    rt: Rt, visitor: Anyone, member_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Make an owner a member."""
    return _set_duty(rt, visitor, member_id, form, Duty.MEMBER)


def _set_duty(rt: Rt, visitor: Visitor, member_id: str, form: forms.Form, duty: Duty) -> Response:
    def command(tx: Tx, member: Member) -> Done:
        members.set_duty(tx, member, member_id, duty)
        return Done(PATH, "members.flash.duty")

    return forms.run(rt, visitor, form, command)


def _page(
    rt: Rt, visitor: Visitor, typed: InviteForm, error: RightsError | None = None
) -> HTMLResponse:
    member = visitor.require()
    with rt.transaction() as tx:
        everyone = members.mine(tx, member)
        invited = invites.mine(tx, member)
        left = invites.left(tx, member)
        now = tx.now
    return render.page(
        visitor,
        "members.html",
        200 if error is None else problems.STATUS[error.code].value,
        crumbs=accounts.crumbs(visitor),
        members=everyone,
        owners=sum(each.duty is Duty.OWNER for each in everyone),
        invites=invited,
        now=now,
        left=left,
        most=invite_domain.CODES_MAX,
        opens=[JOINS, *(role.value for role in invite_domain.OPENS)],
        typed=typed,
        error=error and error.detail,
    )
