"""One's account: what it is, in which language it is read, and closing it."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from rightsd.db.tx import Tx
from rightsd.domain.letter import Language
from rightsd.domain.member import Member
from rightsd.errors import RightsError
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, render
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.render import Crumb
from rightsd.web.portal.visitors import LANGUAGE, SESSION, Anyone, Visitor
from rightsd.web.portal.wording import of as wording_of
from rightsd.workflows import accounts, members, passkeys, sessions

router = APIRouter(include_in_schema=False)

PATH = "/account"


class LanguageForm(forms.Form):
    """The language in which one reads; empty: as the browser asks for."""

    language: Said = ""


class CloseForm(forms.Form):
    """That the account is to be closed: its name, typed once more."""

    name: Said = ""


@router.get(PATH)
def show_account(rt: Rt, visitor: Anyone) -> HTMLResponse:
    """Show the account, where one is signed in, and by which passkeys one can be."""
    member = visitor.require()
    with rt.transaction() as tx:
        account = accounts.view(tx, member.principal)
        signed_in = sessions.mine(tx, member)
        known = passkeys.mine(tx, member)
    return render.page(
        visitor,
        "account.html",
        account=account,
        sessions=signed_in,
        passkeys=known,
        passkeys_here=visitor.party is not None,
    )


@router.post(PATH + "/language")
def set_language(rt: Rt, visitor: Anyone, form: Annotated[LanguageForm, Form()]) -> Response:
    """Note in which language one reads, here and in letters."""

    def command(tx: Tx, member: Member) -> Done:
        chosen = Language(form.language) if form.language in set(Language) else None
        members.set_language(tx, member, chosen)
        return Done(PATH, "account.flash.language")

    response = forms.run(rt, visitor, form, command)
    visitor.clear(response, LANGUAGE)
    return response


@router.get(PATH + "/close")
def show_closing(rt: Rt, visitor: Anyone) -> HTMLResponse:
    """Say what ends with the account, before anything does."""
    return _closing(rt, visitor)


@router.post(PATH + "/close")
def close(rt: Rt, visitor: Anyone, form: Annotated[CloseForm, Form()]) -> Response:
    """Close the account."""
    if (back := forms.unsent(visitor, form)) is not None:
        return back
    member = visitor.require()
    try:
        with rt.transaction() as tx:
            accounts.close(tx, member, name=form.name.strip())
    except RightsError as error:
        return _closing(rt, visitor, form.name, error)
    response = render.lead(visitor, "/sign-in", flash="account.flash.closed")
    visitor.clear(response, SESSION)
    return response


def crumbs(visitor: Visitor) -> list[Crumb]:
    """Return the way to the pages below the account."""
    return [Crumb(PATH, wording_of(visitor.language).say("nav.account"))]


def _closing(
    rt: Rt, visitor: Visitor, typed: str = "", error: RightsError | None = None
) -> HTMLResponse:
    member = visitor.require()
    with rt.transaction() as tx:
        account, ends = accounts.view(tx, member.principal), accounts.ends(tx, member)
    return render.page(
        visitor,
        "account_close.html",
        200 if error is None else problems.STATUS[error.code].value,
        crumbs=crumbs(visitor),
        account=account,
        ends=ends,
        typed=typed,
        error=error and error.detail,
    )
