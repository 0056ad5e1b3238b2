"""Ending sessions: one, or all of one's own."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from rightsd.db.tx import Tx
from rightsd.domain.member import Member
from rightsd.web.auth import Rt
from rightsd.web.portal import forms
from rightsd.web.portal.forms import Done
from rightsd.web.portal.visitors import Anyone
from rightsd.workflows import sessions

router = APIRouter(include_in_schema=False)


@router.post("/account/sessions/end-all")
def end_all(rt: Rt, visitor: Anyone, form: Annotated[forms.Form, Form()]) -> Response:
    """Sign out everywhere, here too."""

    def command(tx: Tx, member: Member) -> Done:
        sessions.end_all(tx, member)
        return Done("/sign-in", "signin.flash.out_everywhere")

    return forms.run(rt, visitor, form, command)


@router.post("/account/sessions/{session_id}/end")
def end(rt: Rt, visitor: Anyone, session_id: str, form: Annotated[forms.Form, Form()]) -> Response:
    """Sign out somewhere."""

    def command(tx: Tx, member: Member) -> Done:
        sessions.end(tx, member, session_id)
        return Done("/account", "account.flash.session_ended")

    return forms.run(rt, visitor, form, command)
