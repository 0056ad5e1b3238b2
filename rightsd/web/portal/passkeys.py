"""One's passkeys: adding, naming and removing them."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from rightsd.db.tx import Tx
from rightsd.domain import passkey as domain
from rightsd.domain.member import Member
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, render
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.visitors import Anyone
from rightsd.workflows import passkeys

router = APIRouter(include_in_schema=False)

PATH = "/account/passkeys"


class PasskeyForm(forms.Form):
    """What a device has answered, JSON, and what its owner calls the passkey."""

    name: Said = ""
    answer: Annotated[str, forms.Field(max_length=domain.ANSWER_CHARS_MAX)] = ""


class NameForm(forms.Form):
    """What a passkey is called."""

    name: Said = ""


@router.post(PATH + "/options")
def offer(rt: Rt, visitor: Anyone, form: Annotated[forms.Form, Form()]) -> Response:
    """Return what a device is asked to make a passkey by, as JSON."""
    member = visitor.require()
    forms.check(visitor, form)
    with rt.transaction() as tx:
        options = passkeys.offer(tx, member, visitor.party, asker=visitor.asker)
    return Response(options, media_type="application/json", headers=render.headers(visitor.nonce))


@router.post(PATH)
def add(rt: Rt, visitor: Anyone, form: Annotated[PasskeyForm, Form()]) -> Response:
    """Add the passkey that a device has made."""

    def command(tx: Tx, member: Member) -> Done:
        passkeys.add(
            tx, member, visitor.party, asker=visitor.asker, answer=form.answer, name=form.name
        )
        return Done("/account", "account.flash.passkey_added")

    return forms.run(rt, visitor, form, command)


@router.post(PATH + "/{passkey_id}/rename")
def rename(rt: Rt, visitor: Anyone, passkey_id: str, form: Annotated[NameForm, Form()]) -> Response:
    """Call a passkey something else."""

    def command(tx: Tx, member: Member) -> Done:
        passkeys.rename(tx, member, passkey_id, name=form.name)
        return Done("/account", "account.flash.passkey_renamed")

    return forms.run(rt, visitor, form, command)


@router.post(PATH + "/{passkey_id}/remove")
def remove(
    rt: Rt, visitor: Anyone, passkey_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Remove a passkey."""

    def command(tx: Tx, member: Member) -> Done:
        passkeys.remove(tx, member, passkey_id)
        return Done("/account", "account.flash.passkey_removed")

    return forms.run(rt, visitor, form, command)
