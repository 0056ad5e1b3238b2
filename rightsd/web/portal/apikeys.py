"""API keys: made, shown once, listed and revoked."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from rightsd.db.tx import Tx
from rightsd.domain.apikey import NAME_LENGTH_MAX
from rightsd.domain.member import Member
from rightsd.errors import RightsError
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.portal import accounts, forms, render
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.workflows import apikeys

router = APIRouter(include_in_schema=False)

PATH = "/account/keys"


class KeyForm(forms.Form):
    """What a key is called."""

    name: Said = ""


@router.get(PATH)
def show_keys(rt: Rt, visitor: Anyone) -> HTMLResponse:
    """Show the keys that stand."""
    return _page(rt, visitor)


@router.post(PATH)
def make_key(rt: Rt, visitor: Anyone, form: Annotated[KeyForm, Form()]) -> Response:
    """Make a key and show it this once; what is sent twice makes one key, and shows it once."""
    made: list[str] = []

    def command(tx: Tx, member: Member) -> Done:
        actor = member.principal
        fresh = apikeys.make(tx, actor, account_id=actor.account_id, name=form.name)
        made.append(fresh.text)
        return Done(PATH, "keys.flash.shown_before")

    response = forms.run(
        rt, visitor, form, command, refused=lambda error: _page(rt, visitor, form.name, error)
    )
    return _page(rt, visitor, fresh=made[0]) if made and response.status_code == 303 else response


@router.post(PATH + "/{key_id}/revoke")
def revoke_key(
    rt: Rt, visitor: Anyone, key_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Revoke a key."""

    def command(tx: Tx, member: Member) -> Done:
        actor = member.principal
        apikeys.revoke(tx, actor, account_id=actor.account_id, key_id=key_id)
        return Done(PATH, "keys.flash.revoked")

    return forms.run(rt, visitor, form, command)


def _page(
    rt: Rt,
    visitor: Visitor,
    typed: str = "",
    error: RightsError | None = None,
    fresh: str | None = None,
) -> HTMLResponse:
    actor = visitor.actor()
    with rt.transaction() as tx:
        keys = apikeys.of_account(tx, actor, actor.account_id)
    return render.page(
        visitor,
        "keys.html",
        200 if error is None else problems.STATUS[error.code].value,
        crumbs=accounts.crumbs(visitor),
        keys=keys,
        typed=typed,
        error=error and error.detail,
        fresh=fresh,
        limit=NAME_LENGTH_MAX,
    )
