"""References of a work: files that are sent once, looked at, and by which it is recognised."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import JSONResponse, Response

from rightsd.db.tx import Tx
from rightsd.domain.member import Member
from rightsd.domain.principal import Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import uploads
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, render, troubles, works
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.workflows import references

router = APIRouter(include_in_schema=False)


class FileForm(forms.Form):
    """A file as it was looked at: what is sent twice is one reference."""

    sha256: Said = ""
    grey_copy: bool = False


@router.post(works.PATH + "/{work_id}/references")
def register(  # noqa: PLR0913 -- Each is a field of the form.
    request: Request,
    rt: Rt,
    visitor: Anyone,
    work_id: str,
    *,
    csrf: Annotated[str, Form(max_length=forms.TOKEN_CHARS_MAX)] = "",
    token: Annotated[str, Form(max_length=forms.TOKEN_CHARS_MAX)] = "",
    grey_copy: Annotated[bool, Form()] = False,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Make a file a reference; to the module that shows how far it is, say where to go on."""
    sent = FileForm(csrf=csrf, token=token, grey_copy=grey_copy)
    pages = troubles.reads_pages(request)
    if not pages:
        visitor.actor(Role.RIGHTS_HOLDER)
        forms.check(visitor, sent)
    elif (back := forms.unsent(visitor, sent)) is not None:
        return back
    try:
        answer = _register(rt, visitor, work_id, sent, file)
    except RightsError as error:
        if not pages:
            raise
        return works.page_of(rt, visitor, work_id, error=error)
    if pages:
        return answer
    told = JSONResponse({"next": answer.headers["location"]}, 201)
    for cookie in answer.headers.getlist("set-cookie"):
        told.headers.append("set-cookie", cookie)
    return told


@router.post(works.PATH + "/{work_id}/references/{reference_id}/remove")
def remove(
    rt: Rt,
    visitor: Anyone,
    work_id: str,
    reference_id: str,
    form: Annotated[forms.Form, Form()],
) -> Response:
    """Take a reference back: what was kept of it is deleted."""

    def command(tx: Tx, member: Member) -> Done:
        references.remove(tx, member.principal, work_id, reference_id)
        return Done(f"{works.PATH}/{work_id}", "works.flash.removed")

    return forms.run(rt, visitor, form, command)


@router.get("/references/{reference_id}/thumbnail")
def show_thumbnail(rt: Rt, visitor: Anyone, reference_id: str) -> Response:
    """Show a small picture of a reference to its owner."""
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        jpeg = references.thumbnail(tx, actor, reference_id)
    return Response(jpeg, media_type="image/jpeg", headers=render.headers(visitor.nonce))


def _register(
    rt: Runtime, visitor: Visitor, work_id: str, sent: FileForm, file: UploadFile | None
) -> Response:
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    if file is None or not file.filename:
        raise RightsError(Code.INVALID, "choose a file first")
    with uploads.looked_at(rt, file) as path:
        shown = references.describe(rt, actor, work_id, path)
        found = references.compare(rt, shown)

    def command(tx: Tx, member: Member) -> Done:
        references.register(
            tx,
            member.principal,
            work_id=work_id,
            shown=shown,
            found=found,
            grey_copy=sent.grey_copy,
        )
        return Done(f"{works.PATH}/{work_id}", "works.flash.referenced")

    return forms.run(rt, visitor, sent.model_copy(update={"sha256": shown.sha256}), command)
