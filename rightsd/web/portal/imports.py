"""Imports: works and opt-outs by the table or from a site, shown before anything is written."""

from contextlib import AbstractContextManager
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import HTMLResponse, Response

from rightsd.db.importdrafts import Draft
from rightsd.db.tx import Tx
from rightsd.domain.catalogue import COLUMNS
from rightsd.domain.member import Member
from rightsd.domain.principal import Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import problems, uploads
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, render, works
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.render import Crumb
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.web.portal.wording import of as wording_of
from rightsd.workflows.imports import applying, drafting

router = APIRouter(include_in_schema=False)

PATH = works.PATH + "/import"
EARLIER_MAX = 20  # Imports that are shown below the forms.


class SiteForm(forms.Form):
    """A site that is to be asked what it reserves."""

    url: Said = ""
    names: Said = ""  # One a line.
    lift: bool = False


class ApplyForm(forms.Form):
    """That someone has seen what an import would change, and wants it."""

    seen: Said = ""


EMPTY = SiteForm()


@router.get(PATH)
def show_forms(rt: Rt, visitor: Anyone) -> HTMLResponse:
    """Show how works are imported, and what was."""
    return _forms(rt, visitor, EMPTY)


@router.post(PATH + "/table")
def send_table(
    rt: Rt,
    visitor: Anyone,
    *,
    csrf: Annotated[str, Form(max_length=forms.TOKEN_CHARS_MAX)] = "",
    token: Annotated[str, Form(max_length=forms.TOKEN_CHARS_MAX)] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keep a table, and lead on to what it would change."""
    sent = forms.Form(csrf=csrf, token=token)
    if (back := forms.unsent(visitor, sent)) is not None:
        return back
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    try:
        source, content = _read(file)
        with rt.transaction() as tx:
            draft = drafting.keep_table(tx, actor, source=source, content=content)
    except RightsError as error:
        return _forms(rt, visitor, EMPTY, error)
    return render.lead(visitor, f"{PATH}/{draft.id}")


@router.post(PATH + "/site")
def name_site(rt: Rt, visitor: Anyone, form: Annotated[SiteForm, Form()]) -> Response:
    """Note a site, and lead on to what it reserves."""

    def command(tx: Tx, member: Member) -> Done:
        names = [line.strip() for line in form.names.splitlines() if line.strip()]
        url = form.url.strip()
        draft = drafting.keep_site(tx, member.principal, url=url, names=names, lift=form.lift)
        return Done(f"{PATH}/{draft.id}")

    return forms.run(
        rt, visitor, form, command, refused=lambda error: _forms(rt, visitor, form, error)
    )


@router.get(PATH + "/{draft_id}")
def show_changes(rt: Rt, visitor: Anyone, draft_id: str) -> HTMLResponse:
    """Show what an import would change; nothing is written."""
    return _changes(rt, visitor, draft_id)


@router.post(PATH + "/{draft_id}")
def apply(rt: Rt, visitor: Anyone, draft_id: str, form: Annotated[ApplyForm, Form()]) -> Response:
    """Write what was shown, all or nothing; what has changed meanwhile is shown first."""
    if (back := forms.unsent(visitor, form)) is not None:
        return back
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    try:
        with rt.transaction() as tx:
            draft = drafting.find(tx, actor, draft_id)
    except RightsError as missing:
        # It may be this very form that was sent before, which is answered as it was then.
        return forms.run(rt, visitor, form, _raising(missing))
    try:
        with _turn(draft, visitor), drafting.prepared(rt, actor, draft) as prepared:
            drafting.require_seen(prepared, form.seen)
            applying.keep(rt, prepared)

            def command(tx: Tx, member: Member) -> Done:
                applying.apply(tx, member.principal, prepared, lift=draft.lift, cap=rt.claim_cap)
                drafting.drop(tx, member.principal)
                return Done(PATH, "imports.flash.applied")

            return forms.run(rt, visitor, form, command)
    except RightsError as error:
        return _changes(rt, visitor, draft_id, error)


@router.post(PATH + "/{draft_id}/drop")
def drop(rt: Rt, visitor: Anyone, draft_id: str, form: Annotated[forms.Form, Form()]) -> Response:
    """Drop an import that was shown."""

    def command(tx: Tx, member: Member) -> Done:
        drafting.find(tx, member.principal, draft_id)
        drafting.drop(tx, member.principal)
        return Done(PATH, "imports.flash.dropped")

    return forms.run(rt, visitor, form, command)


def _raising(error: RightsError) -> forms.Command:
    def command(tx: Tx, member: Member) -> Done:
        del tx, member
        raise error

    return command


def _read(file: UploadFile | None) -> tuple[str, bytes]:
    """Return the name of a table, and it, or one byte more than it may have."""
    if file is None or not file.filename:
        raise RightsError(Code.INVALID, "choose a file first")
    return file.filename, file.file.read(drafting.TABLE_BYTES_MAX + 1)


def _turn(draft: Draft, visitor: Visitor) -> AbstractContextManager[None]:
    if draft.content is not None:
        return uploads.turn()
    return uploads.fetching(visitor.require().account_id)


def _forms(
    rt: Runtime, visitor: Visitor, typed: SiteForm, error: RightsError | None = None
) -> HTMLResponse:
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        earlier = applying.mine(tx, actor)
    return render.page(
        visitor,
        "imports.html",
        200 if error is None else problems.STATUS[error.code].value,
        crumbs=works.crumbs(visitor),
        earlier=earlier[:EARLIER_MAX],
        columns=",".join(COLUMNS),
        bytes_max=drafting.TABLE_BYTES_MAX,
        typed=typed,
        error=error and error.detail,
    )


def _changes(
    rt: Runtime, visitor: Visitor, draft_id: str, error: RightsError | None = None
) -> HTMLResponse:
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        draft = drafting.find(tx, actor, draft_id)
    imported, seen = None, ""
    try:
        with _turn(draft, visitor), drafting.prepared(rt, actor, draft) as prepared:
            imported = applying.preview(rt, actor, prepared, lift=draft.lift, cap=rt.claim_cap)
            seen = drafting.digest(prepared)
    except RightsError as trouble:
        error = trouble
    above = Crumb(PATH, wording_of(visitor.language).say("imports.title"))
    return render.page(
        visitor,
        "import.html",
        200 if error is None else problems.STATUS[error.code].value,
        crumbs=[*works.crumbs(visitor), above],
        draft=draft,
        imported=imported,
        seen=seen,
        faults=error.extra.get("faults", ()) if error else (),
        error=error and error.detail,
    )
