"""The form of a notice, and the page behind its link. Looking changes nothing.

Whoever made an output contests with their account: there are no sessions here, so by the API.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from rightsd.db.tx import Tx
from rightsd.domain import location, regime
from rightsd.domain.letter import Language
from rightsd.domain.notice import SALT_BYTES, Notice, Party, State
from rightsd.domain.regime import LENGTHS, Claim, Kind
from rightsd.errors import Code, RightsError
from rightsd.web import commands, problems
from rightsd.web.auth import Rt
from rightsd.web.commands import PUBLIC, Answer, Sent
from rightsd.web.portal import render
from rightsd.web.portal.noticewords import KINDS, STATES, WORDS
from rightsd.workflows import notices
from rightsd.workflows.notices import showing

router = APIRouter(include_in_schema=False)

FORM = "/notices/new"
PAGE = "/notices/{notice_id}/{token}"
FIELD_MAX = 8_000  # Characters; what is too long for us, but not for this, comes back to be mended.
STATEMENTS = ("good_faith", "accurate", "authorised", "not_consented", "offence_against_child")
EMPTY = Claim(Kind.COPYRIGHT, "", "", "", bytes(SALT_BYTES))

Said = Annotated[str, Field(max_length=FIELD_MAX)]


class NoticeForm(BaseModel):
    """The fields of the form, as they come; what is missing in them is said afterwards."""

    language: Language = Language.EN
    kind: Kind = Kind.COPYRIGHT
    location: Said = ""
    name: Said = ""
    email: Said = ""
    telephone: Said = ""
    address: Said = ""
    signature: Said = ""
    work: Said = ""
    statement: Said = ""
    good_faith: bool = False
    accurate: bool = False
    authorised: bool = False
    not_consented: bool = False
    offence_against_child: bool = False

    def said(self) -> dict[str, Any]:
        """Return what was said, by the fields of a claim."""
        texts = {name: getattr(self, name).strip() for name in LENGTHS}
        return texts | {name: getattr(self, name) for name in STATEMENTS}


class WordsForm(BaseModel):
    """Why something is contested."""

    reason: Annotated[str, Field(max_length=FIELD_MAX)] = ""


@router.get(FORM)
def show_form(lang: str = "") -> HTMLResponse:
    """Show the empty form."""
    return _form(replace(EMPTY, language=Language.JA if lang == Language.JA else Language.EN))


@router.post(FORM)
def give_notice(
    request: Request, rt: Rt, sent: Sent, form: Annotated[NoticeForm, Form()]
) -> HTMLResponse:
    """Take a notice in, or give the form back with what is wrong with it."""
    salt = secrets.token_bytes(SALT_BYTES)
    claim = Claim(kind=form.kind, salt=salt, language=form.language, **form.said())
    address = request.client.host if request.client else ""
    shown: list[tuple[Notice, str]] = []

    def command(tx: Tx) -> Answer:
        target = location.output_at(claim.location, rt.issuer.url)
        made = notices.receive(tx, claim=claim, generation_id=target, address=address)
        shown.append((made.notice, made.token))
        return Answer(202, {"id": made.notice.id}, about=(made.notice.id,))

    try:
        commands.run(rt, sent, PUBLIC, form, command)
    except RightsError as error:
        return _form(claim, error.detail, problems.STATUS[error.code].value)
    # A retry under an Idempotency-Key, which no browser sends, is not shown the link again.
    notice, token = shown[-1] if shown else (None, "")
    return render.page(
        "noticed.html",
        202,
        notice=notice,
        path="" if notice is None else f"/notices/{notice.id}/{token}",
        missing=_missing(notice),
        words=WORDS[form.language],
        hint=regime.NO_ADVICE[form.language],
        language=form.language.value,
    )


@router.get(PAGE)
def show_notice(rt: Rt, notice_id: str, token: str) -> HTMLResponse:
    """Show a notice, how it stands, and what can be done about it."""
    return _page(rt, notice_id, token)


@router.post(PAGE + "/confirm")
def confirm_notice(rt: Rt, sent: Sent, notice_id: str, token: str) -> Response:
    """Confirm the claimant's address, and lead back to the page."""
    return _run(
        rt, sent, notice_id, token, "", lambda tx: notices.confirm(tx, notice_id, token=token)
    )


@router.post(PAGE + "/retract")
def retract_notice(rt: Rt, sent: Sent, notice_id: str, token: str) -> Response:
    """Take the notice back, and lead back to the page."""
    return _run(
        rt, sent, notice_id, token, "", lambda tx: notices.retract(tx, notice_id, token=token)
    )


@router.post(PAGE + "/complete")
def complete_notice(
    rt: Rt, sent: Sent, notice_id: str, token: str, form: Annotated[NoticeForm, Form()]
) -> Response:
    """Add what is missing, and lead back to the page."""

    def change(tx: Tx) -> Notice:
        said = form.said()
        said |= {"generation_id": location.output_at(said["location"], rt.issuer.url)}
        return notices.complete(tx, notice_id, said=said, token=token)

    return _run(rt, sent, notice_id, token, form.model_dump_json(), change)


@router.post(PAGE + "/file-action")
def file_action(
    rt: Rt, sent: Sent, notice_id: str, token: str, form: Annotated[WordsForm, Form()]
) -> Response:
    """Say that an action was filed in court, and lead back to the page."""

    def change(tx: Tx) -> Notice:
        return notices.file_action(tx, notice_id, words=_words(form), token=token)

    return _run(rt, sent, notice_id, token, form.reason, change)


@router.post(PAGE + "/appeal")
def appeal_decision(
    rt: Rt, sent: Sent, notice_id: str, token: str, form: Annotated[WordsForm, Form()]
) -> Response:
    """Appeal the decision, and lead back to the page."""

    def change(tx: Tx) -> Notice:
        return notices.appeal(tx, notice_id, words=_words(form), token=token)

    return _run(rt, sent, notice_id, token, form.reason, change)


def _run(
    rt: Rt, sent: Sent, notice_id: str, token: str, written: str, change: Callable[[Tx], Notice]
) -> Response:
    def command(tx: Tx) -> Answer:
        changed = change(tx)
        return Answer(200, {"id": changed.id}, about=(changed.id,))

    try:
        commands.run(rt, sent, PUBLIC, f"{token} {written}", command)
    except RightsError as error:
        return _page(rt, notice_id, token, error)
    return RedirectResponse(f"/notices/{notice_id}/{token}", status_code=303)


def _page(rt: Rt, notice_id: str, token: str, refused: RightsError | None = None) -> HTMLResponse:
    try:
        with rt.transaction() as tx:
            shown = showing.statements(tx, notice_id, token=token)
            now = tx.now
    except RightsError as error:
        return _trouble(refused or error)
    notice, language = shown.notice, shown.notice.claim.language
    edges = {State.DEFICIENT: "complete", State.COUNTERED: "file-action"}
    appealable = (
        notice.state in {State.REJECTED, State.REVERSED, State.AFFIRMED}
        and Party.CLAIMANT in notice.appealable_by()
        and now <= (notice.appealable_until() or now)
    )
    return render.page(
        "notice.html",
        200 if refused is None else problems.STATUS[refused.code].value,
        notice=notice,
        error=refused and refused.detail,
        statements=[each.render(language) for each in shown.statements],
        missing=_missing(notice),
        confirmable=shown.mailed and notice.claimant.confirmed_at is None,
        state=STATES[language][notice.state],
        kinds=KINDS[language],
        limits=LENGTHS,
        action="appeal" if appealable else edges.get(notice.state),
        retractable=notice.state
        not in {State.REJECTED, State.RETRACTED, State.RESTORED, State.CLOSED},
        path=f"/notices/{notice_id}/{token}",
        words=WORDS[language],
        hint=regime.NO_ADVICE[language],
        language=language.value,
    )


def _words(form: WordsForm) -> str:
    reason = form.reason.strip()
    if not reason or len(reason) > LENGTHS["statement"] or "\0" in reason:
        most = LENGTHS["statement"]
        raise RightsError(Code.INVALID, f"say why, in at most {most:,} characters")
    return reason


def _missing(notice: Notice | None) -> list[str]:
    if notice is None or notice.state is not State.DEFICIENT:
        return []
    return [each.words[notice.claim.language] for each in regime.missing(notice.claim)]


def _form(claim: Claim, error: str | None = None, status: int = 200) -> HTMLResponse:
    language = claim.language
    needs: Mapping[str, list[str]] = {
        KINDS[language][kind]: [each.words[language] for each in regime.governing(kind).elements]
        for kind in Kind
    }
    return render.page(
        "notice_form.html",
        status,
        claim=claim,
        error=error,
        needs=needs,
        words=WORDS[language],
        kinds=KINDS[language],
        limits=LENGTHS,
        hint=regime.NO_ADVICE[language],
        language=language.value,
        other=(Language.EN if language is Language.JA else Language.JA).value,
    )


def _trouble(error: RightsError) -> HTMLResponse:
    return render.page(
        "notice.html",
        problems.STATUS[error.code].value,
        notice=None,
        error=error.detail,
        words=WORDS[Language.EN],
        language=Language.EN.value,
    )
