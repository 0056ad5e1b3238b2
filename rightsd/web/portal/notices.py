"""The form of a notice, and the page behind its link. Looking changes nothing.

Whoever made an output contests with their account: there are no sessions here, so by the API.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from rightsd.db.tx import Tx
from rightsd.domain import location, regime
from rightsd.domain.letter import Language
from rightsd.domain.notice import SALT_BYTES, Notice, Party, State
from rightsd.domain.regime import LENGTHS, Claim, Kind
from rightsd.errors import RightsError
from rightsd.web import commands, problems
from rightsd.web.auth import Rt
from rightsd.web.commands import PUBLIC, Answer, Sent
from rightsd.web.portal import forms, noticetroubles, render
from rightsd.web.portal.noticewords import KINDS, STATES, WORDS
from rightsd.web.portal.visitors import Anyone, Visitor
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
        texts = {name: forms.written(getattr(self, name)) for name in LENGTHS}
        return texts | {name: getattr(self, name) for name in STATEMENTS}


class WordsForm(BaseModel):
    """Why something is contested."""

    reason: Annotated[str, Field(max_length=FIELD_MAX)] = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a form of a notice's page: by the fields of a claim, or as words."""

    said: Mapping[str, Any] = field(default_factory=dict[str, Any])
    reason: str = ""


NOTHING = Typed()


@router.get(FORM)
def show_form(visitor: Anyone) -> HTMLResponse:
    """Show the empty form."""
    return _form(visitor, replace(EMPTY, language=visitor.language))


@router.post(FORM)
def give_notice(
    request: Request, visitor: Anyone, rt: Rt, sent: Sent, form: Annotated[NoticeForm, Form()]
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
        said = noticetroubles.say(error, claim.language, claim.kind)
        return _form(visitor, claim, said, problems.STATUS[error.code].value)
    # A retry under an Idempotency-Key, which no browser sends, is not shown the link again.
    notice, token = shown[-1] if shown else (None, "")
    return render.page(
        visitor,
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
def show_notice(visitor: Anyone, rt: Rt, notice_id: str, token: str) -> HTMLResponse:
    """Show a notice, how it stands, and what can be done about it."""
    return _page(visitor, rt, notice_id, token)


@router.post(PAGE + "/confirm")
def confirm_notice(visitor: Anyone, rt: Rt, sent: Sent, notice_id: str, token: str) -> Response:
    """Confirm the claimant's address, and lead back to the page."""

    def change(tx: Tx) -> Notice:
        return notices.confirm(tx, notice_id, token=token)

    return _run(visitor, rt, sent, notice_id, token, change)


@router.post(PAGE + "/retract")
def retract_notice(visitor: Anyone, rt: Rt, sent: Sent, notice_id: str, token: str) -> Response:
    """Take the notice back, and lead back to the page."""

    def change(tx: Tx) -> Notice:
        return notices.retract(tx, notice_id, token=token)

    return _run(visitor, rt, sent, notice_id, token, change)


@router.post(PAGE + "/complete")
def complete_notice(
    visitor: Anyone,
    rt: Rt,
    sent: Sent,
    notice_id: str,
    token: str,
    form: Annotated[NoticeForm, Form()],
) -> Response:
    """Add what is missing, and lead back to the page."""
    said = form.said()
    target = location.output_at(said["location"], rt.issuer.url)

    def change(tx: Tx) -> Notice:
        return notices.complete(tx, notice_id, said=said | {"generation_id": target}, token=token)

    return _run(visitor, rt, sent, notice_id, token, change, Typed(said))


@router.post(PAGE + "/file-action")
def file_action(
    visitor: Anyone,
    rt: Rt,
    sent: Sent,
    notice_id: str,
    token: str,
    form: Annotated[WordsForm, Form()],
) -> Response:
    """Say that an action was filed in court, and lead back to the page."""

    def change(tx: Tx) -> Notice:
        return notices.file_action(tx, notice_id, words=forms.why(form.reason), token=token)

    return _run(visitor, rt, sent, notice_id, token, change, Typed(reason=form.reason))


@router.post(PAGE + "/appeal")
def appeal_decision(
    visitor: Anyone,
    rt: Rt,
    sent: Sent,
    notice_id: str,
    token: str,
    form: Annotated[WordsForm, Form()],
) -> Response:
    """Appeal the decision, and lead back to the page."""

    def change(tx: Tx) -> Notice:
        return notices.appeal(tx, notice_id, words=forms.why(form.reason), token=token)

    return _run(visitor, rt, sent, notice_id, token, change, Typed(reason=form.reason))


def _run(
    visitor: Anyone,
    rt: Rt,
    sent: Sent,
    notice_id: str,
    token: str,
    change: Callable[[Tx], Notice],
    typed: Typed = NOTHING,
) -> Response:
    """Change a notice, or give its page back with what was typed and what is wrong with it."""

    def command(tx: Tx) -> Answer:
        changed = change(tx)
        return Answer(200, {"id": changed.id}, about=(changed.id,))

    written = json.dumps([token, dict(typed.said), typed.reason], sort_keys=True)
    try:
        commands.run(rt, sent, PUBLIC, written, command)
    except RightsError as error:
        return _page(visitor, rt, notice_id, token, typed, error)
    return RedirectResponse(f"/notices/{notice_id}/{token}", status_code=303)


def _page(
    visitor: Anyone,
    rt: Rt,
    notice_id: str,
    token: str,
    typed: Typed = NOTHING,
    refused: RightsError | None = None,
) -> HTMLResponse:
    try:
        with rt.transaction() as tx:
            shown = showing.statements(tx, notice_id, token=token)
            now = tx.now
    except RightsError as error:
        return _trouble(visitor, refused or error)
    notice, language = shown.notice, shown.notice.claim.language
    return render.page(
        visitor,
        "notice.html",
        200 if refused is None else problems.STATUS[refused.code].value,
        notice=notice,
        claim=replace(notice.claim, **typed.said),
        reason=typed.reason,
        error=refused and noticetroubles.say(refused, language, notice.kind),
        statements=[each.render(language) for each in shown.statements],
        missing=_missing(notice),
        confirmable=shown.mailed and notice.claimant.confirmed_at is None,
        state=STATES[language][notice.state],
        kinds=KINDS[language],
        limits=LENGTHS,
        action=_action(notice, now),
        retractable=notice.state
        not in {State.REJECTED, State.RETRACTED, State.RESTORED, State.CLOSED},
        path=f"/notices/{notice_id}/{token}",
        words=WORDS[language],
        hint=regime.NO_ADVICE[language],
        language=language.value,
    )


def _action(notice: Notice, now: datetime) -> str | None:
    """Return what the claimant can do beside taking the notice back, as the path names it."""
    appealable = (
        notice.state in {State.REJECTED, State.REVERSED, State.AFFIRMED, State.APPEALED}
        and Party.CLAIMANT in notice.appealable_by()
        and now <= (notice.appealable_until() or now)
    )
    edges = {State.DEFICIENT: "complete", State.COUNTERED: "file-action"}
    return "appeal" if appealable else edges.get(notice.state)


def _missing(notice: Notice | None) -> list[str]:
    if notice is None or notice.state is not State.DEFICIENT:
        return []
    return [each.words[notice.claim.language] for each in regime.missing(notice.claim)]


def _form(
    visitor: Visitor, claim: Claim, error: str | None = None, status: int = 200
) -> HTMLResponse:
    language = claim.language
    needs: Mapping[str, list[str]] = {
        KINDS[language][kind]: [each.words[language] for each in regime.governing(kind).elements]
        for kind in Kind
    }
    return render.page(
        visitor,
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
    )


def _trouble(visitor: Visitor, error: RightsError) -> HTMLResponse:
    language = visitor.language
    return render.page(
        visitor,
        "notice.html",
        problems.STATUS[error.code].value,
        notice=None,
        error=noticetroubles.say(error, language),
        words=WORDS[language],
        language=language.value,
    )
