"""Signing in, by link or by passkey, and signing out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from rightsd.domain import passkey as passkey_domain
from rightsd.domain.letter import ADDRESS_LENGTH_MAX
from rightsd.domain.session import Way
from rightsd.domain.signin import WITHIN
from rightsd.errors import RightsError
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, render
from rightsd.web.portal.forms import Said
from rightsd.web.portal.visitors import SESSION, Anyone, Visitor
from rightsd.workflows import passkeys, sessions, signins

router = APIRouter(include_in_schema=False)

MINUTES = int(WITHIN.total_seconds() // 60)


class AddressForm(forms.Form):
    """To whom a link is to be sent."""

    address: Said = ""


class LinkForm(forms.Form):
    """As whom to sign in, where the address is that of several members."""

    member_id: Said = ""


class AnswerForm(forms.Form):
    """What a device answers, JSON."""

    answer: Annotated[str, forms.Field(max_length=passkey_domain.ANSWER_CHARS_MAX)] = ""


@router.get("/sign-in")
def show_form(visitor: Anyone) -> Response:
    """Show how one signs in; who is signed in is led on."""
    if visitor.member is not None:
        return render.lead(visitor, visitor.next_path)
    return _form(visitor)


@router.post("/sign-in")
def ask(rt: Rt, visitor: Anyone, form: Annotated[AddressForm, Form()]) -> Response:
    """Send a link, and say the same whether or not there is such a member."""
    if (back := forms.strange(visitor, form)) is not None:
        return back
    try:
        with rt.transaction() as tx:
            signins.ask(
                tx,
                address=form.address,
                browser=visitor.browser.encode(),
                language=visitor.language,
            )
    except RightsError as error:
        return _form(visitor, form.address, error)
    return render.lead(visitor, "/sign-in/sent")


@router.get("/sign-in/sent")
def show_sent(visitor: Anyone) -> HTMLResponse:
    """Say that a letter is on its way, if there is someone to get it."""
    return render.page(visitor, "signin_sent.html", minutes=MINUTES)


@router.post("/sign-in/passkey/options")
def ask_passkey(rt: Rt, visitor: Anyone, form: Annotated[forms.Form, Form()]) -> Response:
    """Return what a device is asked to sign in by, as JSON."""
    forms.check(visitor, form)
    with rt.transaction() as tx:
        options = passkeys.ask(tx, visitor.party, asker=visitor.asker)
    return Response(options, media_type="application/json", headers=render.headers(visitor.nonce))


@router.post("/sign-in/passkey")
def use_passkey(
    request: Request, rt: Rt, visitor: Anyone, form: Annotated[AnswerForm, Form()]
) -> Response:
    """Sign in by what a device has answered."""
    forms.check(visitor, form)
    try:
        with rt.transaction() as tx:
            member = passkeys.use(tx, visitor.party, asker=visitor.asker, answer=form.answer)
            token = sessions.begin(tx, member, way=Way.PASSKEY, agent=_agent(request))
    except RightsError as error:
        return _form(visitor, "", error)
    return _signed_in(visitor, token)


@router.get("/sign-in/{sign_in_id}/{token}")
def show_link(rt: Rt, visitor: Anyone, sign_in_id: str, token: str) -> HTMLResponse:
    """Show whom a link signs in; only its button does."""
    with rt.transaction() as tx:
        asked = signins.look_up(tx, sign_in_id, token=token, browser=visitor.browser.encode())
    return render.page(
        visitor,
        "signin_link.html",
        200 if asked.is_here else 403,
        is_here=asked.is_here,
        members=asked.members if asked.is_here else (),
        remembers=True,
    )


@router.post("/sign-in/{sign_in_id}/{token}")
def use_link(
    request: Request,
    rt: Rt,
    visitor: Anyone,
    sign_in_id: str,
    token: str,
    form: Annotated[LinkForm, Form()],
) -> Response:
    """Sign in by a link."""
    forms.check(visitor, form)
    with rt.transaction() as tx:
        member = signins.use(
            tx,
            sign_in_id,
            token=token,
            browser=visitor.browser.encode(),
            member_id=form.member_id or None,
        )
        session = sessions.begin(tx, member, way=Way.LINK, agent=_agent(request))
    return _signed_in(visitor, session)


@router.post("/sign-out")
def sign_out(rt: Rt, visitor: Anyone, form: Annotated[forms.Form, Form()]) -> Response:
    """End this session."""
    if visitor.member is not None and visitor.session_id is not None:
        forms.check(visitor, form)
        with rt.transaction() as tx:
            sessions.end(tx, visitor.member, visitor.session_id)
    response = render.lead(visitor, "/sign-in", flash="signin.flash.out")
    visitor.clear(response, SESSION)
    return response


def _form(visitor: Visitor, address: str = "", error: RightsError | None = None) -> HTMLResponse:
    return render.page(
        visitor,
        "signin.html",
        200 if error is None else problems.STATUS[error.code].value,
        address=address,
        error=error and error.detail,
        limit=ADDRESS_LENGTH_MAX,
        remembers=True,
    )


def _signed_in(visitor: Visitor, token: str) -> Response:
    response = render.lead(visitor, visitor.next_path)
    visitor.sign_in(response, token)
    return response


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")
