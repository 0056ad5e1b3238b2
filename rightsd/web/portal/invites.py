"""Accepting an invite; and, for staff, who let whom in."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from rightsd.domain.account import NAME_LENGTH_MAX
from rightsd.domain.invite import Invite
from rightsd.domain.member import Duty
from rightsd.domain.principal import Role
from rightsd.domain.session import Way
from rightsd.errors import RightsError
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, render
from rightsd.web.portal.forms import Said
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.workflows import accounts, invites, members, sessions

router = APIRouter(include_in_schema=False)

PATH = "/invites/{invite_id}/{token}"


class AcceptForm(forms.Form):
    """What the account is to be called that an invite opens."""

    name: Said = ""


@router.get("/invites")
def show_tree(rt: Rt, visitor: Anyone) -> HTMLResponse:
    """Show who let whom in. Staff only."""
    actor = visitor.actor(Role.ADMIN, Role.REVIEWER)
    with rt.transaction() as tx:
        tree = invites.tree(tx, actor)
        ids = [each for branch in tree for each in (branch.account_id, branch.invited_by)]
        names = accounts.names(tx, actor, ids)
    return render.page(visitor, "invites.html", tree=tree, names=names)


@router.get(PATH)
def show_invite(rt: Rt, visitor: Anyone, invite_id: str, token: str) -> HTMLResponse:
    """Show what an invite is for; only its button accepts it."""
    with rt.transaction() as tx:
        found = invites.look_up(tx, invite_id, token=token)
        host = invites.host(tx, found)
    return _page(visitor, found, host)


@router.post(PATH)
def accept(
    request: Request,
    rt: Rt,
    visitor: Anyone,
    invite_id: str,
    token: str,
    form: Annotated[AcceptForm, Form()],
) -> Response:
    """Accept an invite, and be signed in."""
    forms.check(visitor, form)
    with rt.transaction() as tx:
        found = invites.look_up(tx, invite_id, token=token)
        host = invites.host(tx, found)
    try:
        with rt.transaction() as tx:
            used = invites.use(tx, invite_id, token=token)
            account_id, duty = used.account_id, Duty.MEMBER
            if used.opens is not None:
                account_id, duty = accounts.open_for(tx, used.opens, form.name).id, Duty.OWNER
                invites.note_opened(tx, used, account_id)
            member = members.join(
                tx, account_id, address=used.address, duty=duty, language=visitor.language
            )
            session = sessions.begin(
                tx, member, way=Way.INVITE, agent=request.headers.get("user-agent", "")
            )
    except RightsError as error:
        return _page(visitor, found, host, form.name, error)
    response = render.lead(visitor, "/home", flash="invites.flash.accepted")
    visitor.sign_in(response, session)
    return response


def _page(
    visitor: Visitor,
    invite: Invite,
    host: str,
    name: str = "",
    error: RightsError | None = None,
) -> HTMLResponse:
    return render.page(
        visitor,
        "invite.html",
        200 if error is None else problems.STATUS[error.code].value,
        invite=invite,
        host=host,
        name=name,
        limit=NAME_LENGTH_MAX,
        error=error and error.detail,
        remembers=True,
    )
