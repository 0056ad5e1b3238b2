"""Review: the queue, taking a case, looking at its evidence, deciding it and taking the next.

Only who has a case sees its evidence. Whoever lost it meanwhile is told so, and what they have
typed is given back, to be sent once they have it again.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from rightsd.db.tx import Tx
from rightsd.domain import review as domain
from rightsd.domain.member import Member
from rightsd.domain.principal import Principal, Role
from rightsd.domain.review import Finding, Kind, Review, Right
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, paging, render
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.render import Crumb
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.web.portal.wording import of as wording_of
from rightsd.workflows import references, reviews

router = APIRouter(include_in_schema=False)

PATH = "/reviews"
PAGE_MAX = 25
REASON_LENGTH_MAX = 4000  # As the API has it.
# Of evidence, what has a place of its own on the page; the rest is listed as it is.
PLACED = frozenset({"prompt", "cameos", "use", "reasons"})


class FindingForm(forms.Form):
    """What a reviewer finds, and why. `then`: what is to be shown afterwards."""

    finding: Said = ""
    right: Said = ""
    reason: Said = ""
    then: Said = ""


EMPTY = FindingForm()


@router.get(PATH)
def show_queue(rt: Rt, visitor: Anyone, behind: str = "") -> HTMLResponse:
    """Show what waits, what is due first."""
    return _queue(rt, visitor, behind)


@router.post(PATH + "/next")
def take_next(rt: Rt, visitor: Anyone, form: Annotated[forms.Form, Form()]) -> Response:
    """Take the case that is due first of those that nobody has."""

    def command(tx: Tx, member: Member) -> Done:
        return _next(tx, member.principal)

    return forms.run(rt, visitor, form, command, refused=_told(rt, visitor))


@router.get(PATH + "/{review_id}")
def show_review(rt: Rt, visitor: Anyone, review_id: str) -> HTMLResponse:
    """Show a case to the reviewer who has it, or decided it."""
    return _case(rt, visitor, review_id, EMPTY)


@router.post(PATH + "/{review_id}/claim")
def claim(
    rt: Rt, visitor: Anyone, review_id: str, form: Annotated[FindingForm, Form()]
) -> Response:
    """Take a case, or have it for longer; with what was typed about it before."""

    def command(tx: Tx, member: Member) -> Done:
        reviews.claim(tx, member.principal, review_id)
        return Done(f"{PATH}/{review_id}")

    def refused(error: RightsError) -> Response:
        if form.reason:
            return _lost(visitor, review_id, form, error)
        return _queue(rt, visitor, "", error=error)

    done = forms.run(rt, visitor, form, command, refused=refused)
    if form.reason and done.status_code == render.LED:
        return _case(rt, visitor, review_id, form)
    return done


@router.post(PATH + "/{review_id}/release")
def release(
    rt: Rt, visitor: Anyone, review_id: str, form: Annotated[forms.Form, Form()]
) -> Response:
    """Give a case back."""

    def command(tx: Tx, member: Member) -> Done:
        reviews.release(tx, member.principal, review_id)
        return Done(PATH, "reviews.flash.released")

    return forms.run(rt, visitor, form, command, refused=_told(rt, visitor))


@router.post(PATH + "/{review_id}/decide")
def decide(
    rt: Rt, visitor: Anyone, review_id: str, form: Annotated[FindingForm, Form()]
) -> Response:
    """Decide a case that one has, and go on to the next if that is asked for."""

    def command(tx: Tx, member: Member) -> Done:
        if form.finding not in set(Finding):
            raise RightsError(Code.INVALID, "say what you found")
        right = Right(form.right) if form.right in set(Right) else None
        reason = forms.text(form.reason, what="reason", limit=REASON_LENGTH_MAX)
        reviews.decide(
            tx,
            member.principal,
            review_id,
            finding=Finding(form.finding),
            right=right if form.finding == Finding.REFUSE else None,
            reason=reason,
        )
        if form.then == "next":
            return _next(tx, member.principal)
        return Done(PATH, "reviews.flash.decided")

    def refused(error: RightsError) -> Response:
        if error.code is Code.CONFLICT:
            return _lost(visitor, review_id, form, error)
        return _case(rt, visitor, review_id, form, error=error)

    return forms.run(rt, visitor, form, command, refused=refused)


@router.get(PATH + "/{review_id}/thumbnail")
def show_thumbnail(rt: Rt, visitor: Anyone, review_id: str) -> Response:
    """Show a small picture of the clip that a case is about."""
    return _picture(rt, visitor, lambda tx, actor: reviews.thumbnail(tx, actor, review_id))


@router.get(PATH + "/{review_id}/sent/{sent_id}")
def show_sent(
    rt: Rt, visitor: Anyone, review_id: str, sent_id: str, *, sharp: bool = False
) -> Response:
    """Show a small picture of what came with a request, blurred unless it is to be `sharp`."""
    return _picture(
        rt,
        visitor,
        lambda tx, actor: reviews.reference(tx, actor, review_id, sent_id, sharp=sharp),
    )


@router.get(PATH + "/{review_id}/references/{reference_id}")
def show_reference(rt: Rt, visitor: Anyone, review_id: str, reference_id: str) -> Response:
    """Show a small picture of a work's reference that a doubt names."""

    def look(tx: Tx, actor: Principal) -> bytes:
        reviews.view(tx, actor, review_id)
        return references.thumbnail(tx, actor, reference_id)

    return _picture(rt, visitor, look)


def _next(tx: Tx, actor: Principal) -> Done:
    taken = reviews.take_next(tx, actor)
    if taken is None:
        return Done(PATH, "reviews.flash.nothing")
    return Done(f"{PATH}/{taken.id}")


def _picture(rt: Runtime, visitor: Visitor, look: Callable[[Tx, Principal], bytes]) -> Response:
    actor = visitor.actor(Role.REVIEWER)
    with rt.transaction() as tx:
        jpeg = look(tx, actor)
    return Response(jpeg, media_type="image/jpeg", headers=render.headers(visitor.nonce))


def _told(rt: Runtime, visitor: Visitor) -> Callable[[RightsError], Response]:
    return lambda error: _queue(rt, visitor, "", error=error)


def _queue(
    rt: Runtime, visitor: Visitor, behind: str, *, error: RightsError | None = None
) -> HTMLResponse:
    actor = visitor.actor(Role.REVIEWER)
    with rt.transaction() as tx:
        found = reviews.queue(tx, actor, behind=paging.read(behind), limit=PAGE_MAX + 1)
        now = tx.now
    shown = found[:PAGE_MAX]
    last = shown[-1] if len(found) > PAGE_MAX else None
    return render.page(
        visitor,
        "reviews.html",
        _status(error),
        reviews=[(each, _whose(each, actor, now), each.due_at <= now) for each in shown],
        first=not behind,
        next=last and paging.mark(last.due_at, last.id),
        error=error and error.detail,
    )


def _case(
    rt: Runtime,
    visitor: Visitor,
    review_id: str,
    typed: FindingForm,
    *,
    error: RightsError | None = None,
) -> HTMLResponse:
    actor = visitor.actor(Role.REVIEWER)
    with rt.transaction() as tx:
        review = reviews.view(tx, actor, review_id)
        pictured = reviews.is_pictured(tx, review)
        mine = review.holder(tx.now) == actor.account_id
    evidence = dict(review.evidence or {})
    return render.page(
        visitor,
        "review.html",
        _status(error),
        crumbs=[_crumb(visitor)],
        review=review,
        mine=mine and review.state in domain.WAITING,
        pictured=pictured,
        evidence=evidence,
        others={name: value for name, value in evidence.items() if name not in PLACED},
        findings=domain.FINDINGS[review.kind],
        rights=list(Right) if review.kind is Kind.SAMPLE else (),
        typed=typed,
        limit=REASON_LENGTH_MAX,
        error=error and error.detail,
    )


def _lost(visitor: Visitor, review_id: str, typed: FindingForm, error: RightsError) -> HTMLResponse:
    visitor.actor(Role.REVIEWER)
    return render.page(
        visitor,
        "review_lost.html",
        _status(error),
        crumbs=[_crumb(visitor)],
        review_id=review_id,
        typed=typed,
        error=error.detail,
    )


def _whose(review: Review, actor: Principal, now: datetime) -> str:
    """Return who has a case: "nobody", "you" or "another"."""
    holder = review.holder(now)
    if holder is None:
        return "nobody"
    return "you" if holder == actor.account_id else "another"


def _status(error: RightsError | None) -> int:
    return 200 if error is None else problems.STATUS[error.code].value


def _crumb(visitor: Visitor) -> Crumb:
    return Crumb(PATH, wording_of(visitor.language).say("nav.reviews"))
