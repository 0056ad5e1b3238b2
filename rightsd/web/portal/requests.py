"""Requests: notices and what was taken back, step by step, with what is due and what follows."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from rightsd.db.tx import Tx
from rightsd.domain import location, noticesteps, regime
from rightsd.domain.member import Member
from rightsd.domain.notice import Notice, Party
from rightsd.domain.notice import State as NoticeState
from rightsd.domain.principal import Principal, Role
from rightsd.domain.regime import LENGTHS
from rightsd.domain.revocation import State as RevocationState
from rightsd.domain.stopwatch import Stopwatch
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, noticetroubles, paging, render
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.matches import ClaimForm
from rightsd.web.portal.noticewords import KINDS, WORDS
from rightsd.web.portal.render import Crumb
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.web.portal.wording import of as wording_of
from rightsd.workflows import notices, revocations, stopwatches
from rightsd.workflows.notices import showing

router = APIRouter(include_in_schema=False)

PATH = "/requests"
PAGE_MAX = 25  # What someone looks through at a time.
REVOCATIONS_MAX = 25  # The latest, beside the notices.
REVOCATION = "rvk_"  # How ids of revocations begin.
TONES: Mapping[NoticeState, str] = {
    NoticeState.RECEIVED: "warn",
    NoticeState.DEFICIENT: "bad",
    NoticeState.UPHELD: "good",
    NoticeState.COUNTERED: "bad",
    NoticeState.KEPT: "good",
    NoticeState.APPEALED: "warn",
}
# Of these nothing is left to be taken back.
OVER = frozenset(
    {NoticeState.REJECTED, NoticeState.RETRACTED, NoticeState.RESTORED, NoticeState.CLOSED}
)
APPEALABLE = frozenset(
    {
        NoticeState.REJECTED,
        NoticeState.REVERSED,
        NoticeState.AFFIRMED,
        NoticeState.APPEALED,
    }
)


class WordsForm(forms.Form):
    """Why something is contested."""

    reason: Said = ""


NOTHING = forms.Form()


@router.get(PATH)
def show_requests(rt: Rt, visitor: Anyone, before: str = "") -> HTMLResponse:
    """Show the notices that the account gave, newest first, and what it has taken back."""
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        found = showing.given(tx, actor, before=paging.read(before), limit=PAGE_MAX + 1)
        made = [] if before else revocations.mine(tx, actor)
        now = tx.now
    shown, last = paging.cut(found, PAGE_MAX)
    return render.page(
        visitor,
        "requests.html",
        notices=[(each, noticesteps.next_at(each)) for each in shown],
        made=made[:REVOCATIONS_MAX],
        kinds=KINDS[visitor.language],
        tones=TONES,
        now=now,
        first=not before,
        next=last and paging.mark(last.received_at, last.id),
    )


@router.get(PATH + "/{request_id}")
def show_request(rt: Rt, visitor: Anyone, request_id: str) -> HTMLResponse:
    """Show one request: its steps, what is due next, and what happens if nobody acts."""
    if request_id.startswith(REVOCATION):
        return _revocation(rt, visitor, request_id)
    return _notice(rt, visitor, request_id)


@router.post(PATH + "/{notice_id}/retract")
def retract(
    rt: Rt, visitor: Anyone, notice_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Take a notice back."""

    def change(tx: Tx, actor: Principal) -> Notice:
        return notices.retract(tx, notice_id, actor=actor)

    return _change(rt, visitor, notice_id, form, change, "requests.flash.retracted")


@router.post(PATH + "/{notice_id}/complete")
def complete(
    rt: Rt, visitor: Anyone, notice_id: str, form: Annotated[ClaimForm, Form()]
) -> Response:
    """Add what is missing in a notice."""
    said, target = form.fields(), location.output_at(form.location, rt.issuer.url)

    def change(tx: Tx, actor: Principal) -> Notice:
        return notices.complete(tx, notice_id, said=said | {"generation_id": target}, actor=actor)

    return _change(rt, visitor, notice_id, form, change, "requests.flash.completed")


@router.post(PATH + "/{notice_id}/file-action")
def file_action(
    rt: Rt, visitor: Anyone, notice_id: str, form: Annotated[WordsForm, Form()]
) -> Response:
    """Say that an action was filed in court: the clip stays down."""

    def change(tx: Tx, actor: Principal) -> Notice:
        return notices.file_action(tx, notice_id, words=forms.why(form.reason), actor=actor)

    return _change(rt, visitor, notice_id, form, change, "requests.flash.kept")


@router.post(PATH + "/{notice_id}/appeal")
def appeal(rt: Rt, visitor: Anyone, notice_id: str, form: Annotated[WordsForm, Form()]) -> Response:
    """Appeal a decision."""

    def change(tx: Tx, actor: Principal) -> Notice:
        notices.look_up(tx, notice_id, actor=actor)  # Here, nobody appeals what others gave.
        return notices.appeal(tx, notice_id, words=forms.why(form.reason), actor=actor)

    return _change(rt, visitor, notice_id, form, change, "requests.flash.appealed")


@router.post(PATH + "/{revocation_id}/lift")
def lift(
    rt: Rt, visitor: Anyone, revocation_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Lift what was taken back for now."""

    def command(tx: Tx, member: Member) -> Done:
        member.principal.require(Role.RIGHTS_HOLDER)
        revocations.lift(tx, member.principal, revocation_id)
        return Done(f"{PATH}/{revocation_id}", "revocations.flash.lifted")

    return forms.run(rt, visitor, form, command)


@router.post(PATH + "/{revocation_id}/final")
def make_final(
    rt: Rt, visitor: Anyone, revocation_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Make final what was taken back for now."""

    def command(tx: Tx, member: Member) -> Done:
        member.principal.require(Role.RIGHTS_HOLDER)
        revocations.revoke(tx, member.principal, revocation_id)
        return Done(f"{PATH}/{revocation_id}", "revocations.flash.revoked")

    return forms.run(rt, visitor, form, command)


def _change(
    rt: Runtime,
    visitor: Visitor,
    notice_id: str,
    form: forms.Form,
    change: Callable[[Tx, Principal], Notice],
    flash: str,
) -> Response:
    def command(tx: Tx, member: Member) -> Done:
        member.principal.require(Role.RIGHTS_HOLDER)
        change(tx, member.principal)
        return Done(f"{PATH}/{notice_id}", flash)

    return forms.run(
        rt,
        visitor,
        form,
        command,
        refused=lambda error: _notice(rt, visitor, notice_id, form, error),
    )


def _notice(
    rt: Runtime,
    visitor: Visitor,
    notice_id: str,
    typed: forms.Form = NOTHING,
    error: RightsError | None = None,
) -> HTMLResponse:
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        shown = showing.own(tx, actor, notice_id)
        prevented = showing.prevented(tx, actor, notice_id)
        watch = _watch(tx, actor, notice_id)
        now = tx.now
    notice, language = shown.notice, visitor.language
    appeals = notice.state in APPEALABLE and Party.CLAIMANT in notice.appealable_by()
    return render.page(
        visitor,
        "request.html",
        200 if error is None else problems.STATUS[error.code].value,
        crumbs=_crumbs(visitor),
        notice=notice,
        claim=asdict(notice.claim) | (typed.fields() if isinstance(typed, ClaimForm) else {}),
        steps=noticesteps.of(notice, shown.statements),
        next_at=noticesteps.next_at(notice),
        statements=[each.render(language) for each in shown.statements],
        missing=[each.words[language] for each in regime.missing(notice.claim)],
        appeals=appeals and now <= (notice.appealable_until() or now),
        over=notice.state in OVER,
        prevented=prevented,
        watch=watch,
        tones=TONES,
        now=now,
        reason=typed.reason if isinstance(typed, WordsForm) else "",
        kinds=KINDS[language],
        words=WORDS[language],
        limits=LENGTHS,
        error=error and noticetroubles.say(error, language, notice.kind),
    )


def _revocation(rt: Runtime, visitor: Visitor, revocation_id: str) -> HTMLResponse:
    actor = visitor.actor(Role.RIGHTS_HOLDER)
    with rt.transaction() as tx:
        made = revocations.view(tx, actor, revocation_id)
        watch = _watch(tx, actor, revocation_id)
    return render.page(
        visitor,
        "taken_back.html",
        crumbs=_crumbs(visitor),
        made=made,
        watch=watch,
        open=made.state is RevocationState.SUSPENDED and not made.by_staff,
    )


def _watch(tx: Tx, actor: Principal, cause_id: str) -> Stopwatch | None:
    """Return how long what followed took; None: nothing has, so far."""
    try:
        return stopwatches.show(tx, actor, cause_id)
    except RightsError as error:
        if error.code is not Code.NOT_FOUND:
            raise
        return None


def _crumbs(visitor: Visitor) -> list[Crumb]:
    return [Crumb(PATH, wording_of(visitor.language).say("nav.requests"))]
