"""/v1/reviews."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from rightsd.db.tx import Tx
from rightsd.domain import review as domain
from rightsd.domain.rates import By
from rightsd.domain.review import Finding, Kind, Review, Right, State
from rightsd.web import commands
from rightsd.web.api.fields import PRIVATE, Body, Id, Out, Text
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import reviews
from rightsd.workflows.generations import reviewing

router = APIRouter(prefix="/v1/reviews", tags=["reviews"])


class QueuedOut(Out):
    """A review in the queue: what it is about is shown to whoever claims it.

    `late`: it should have been answered by now. `held_until`: until then a reviewer has it;
    `mine`: you do.
    """

    id: str
    kind: Kind
    state: State
    rules: list[str]
    opened_at: datetime
    due_at: datetime
    late: bool
    held_until: datetime | None
    mine: bool


class ReviewOut(QueuedOut):
    """A review as the reviewer sees it who has it, or decided it: api-specs/reviews.md.

    `evidence`: null once someone whom it was about was erased.
    """

    findings: list[Finding]
    evidence: dict[str, Any] | None
    finding: Finding | None
    objection: str | None


class OwnReviewOut(Out):
    """A review as an account sees it that it can go against.

    `things`: what it is about: a generation, a work, the works of two claimants, or an output and
    the likeness that it was withdrawn for.
    """

    id: str
    kind: Kind
    state: State
    things: list[str]
    opened_at: datetime
    due_at: datetime
    late: bool
    finding: Finding | None
    reason: str | None
    against_you: bool
    appealable_until: datetime | None


class ReviewIn(Body):
    """An output of one's own that was withdrawn for showing or sounding like someone enrolled."""

    generation_id: Id


class FindingIn(Body):
    """What a reviewer found, and why. `right`: what a sample is against that should be refused."""

    finding: Finding
    right: Right | None = None
    reason: Text


class AppealIn(Body):
    """Why the decision is wrong."""

    objection: Text


class RateOut(Out):
    """A share, between which shares the true one is at 95 %, and out of how many samples.

    `share` is null when there are no data.
    """

    wrong: int
    of: int
    share: float | None
    low: float
    high: float


class MeasuredOut(Out):
    """How often the gate is wrong about one kind of request: api-specs/reviews.md."""

    by: By
    value: str
    false_positive: RateOut
    false_negative: RateOut | None


@router.get("")
def list_queue(actor: Actor, rt: Rt) -> list[QueuedOut]:
    """List what waits for a reviewer, what is due first. Reviewers only."""
    with rt.transaction() as tx:
        return [
            QueuedOut(**_queued(review, actor.account_id, tx.now))
            for review in reviews.queue(tx, actor)
        ]


@router.post("", status_code=201, response_model=OwnReviewOut)
def ask_reviewer(actor: Actor, rt: Rt, sent: Sent, body: ReviewIn) -> JSONResponse:
    """Have a person look at an output that the daemon withdrew as someone's likeness.

    It stays withdrawn until a reviewer finds that it is someone else.
    """

    def command(tx: Tx) -> Answer:
        review = reviewing.ask_about_likeness(tx, actor, body.generation_id)
        own = _own(review, actor.account_id, tx.now)
        return Answer(201, own.model_dump(mode="json"), about=review.about)

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("/mine")
def list_own(actor: Actor, rt: Rt) -> list[OwnReviewOut]:
    """List the reviews that can go against the account, and what came of them."""
    with rt.transaction() as tx:
        return [_own(review, actor.account_id, tx.now) for review in reviews.mine(tx, actor)]


@router.get("/rates")
def show_rates(rt: Rt) -> list[MeasuredOut]:
    """Show how often the gate is wrong, as reviewers found who were not told what it said."""
    with rt.transaction() as tx:
        return [MeasuredOut.model_validate(each) for each in reviews.rates(tx)]


@router.get("/{review_id}")
def show_review(actor: Actor, rt: Rt, review_id: Id) -> ReviewOut:
    """Show a review to the reviewer who has it, or decided it."""
    with rt.transaction() as tx:
        review = reviews.view(tx, actor, review_id)
        return _out(review, actor.account_id, tx.now)


@router.get(
    "/{review_id}/thumbnail",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}},
)
def show_review_thumbnail(actor: Actor, rt: Rt, review_id: Id) -> Response:
    """Show a small picture of the clip to the reviewer who has the review, or decided it."""
    with rt.transaction() as tx:
        jpeg = reviews.thumbnail(tx, actor, review_id)
    return Response(jpeg, media_type="image/jpeg", headers=PRIVATE)


@router.get(
    "/{review_id}/references/{reference_id}/thumbnail",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}},
)
def show_reviewed_reference(
    actor: Actor, rt: Rt, review_id: Id, reference_id: Id, *, sharp: bool = False
) -> Response:
    """Show a small picture of what came with the request to the reviewer who has the review.

    It is blurred, unless they ask for it `sharp`.
    """
    with rt.transaction() as tx:
        jpeg = reviews.reference(tx, actor, review_id, reference_id, sharp=sharp)
    return Response(jpeg, media_type="image/jpeg", headers=PRIVATE)


@router.post("/{review_id}/claim", response_model=ReviewOut)
def claim_review(actor: Actor, rt: Rt, sent: Sent, review_id: Id) -> JSONResponse:
    """Take a review for half an hour, or for half an hour more."""

    def command(tx: Tx) -> Answer:
        return _answer(tx, reviews.claim(tx, actor, review_id), actor.account_id)

    return commands.run(rt, sent, actor.account_id, "", command)


@router.post("/{review_id}/release", response_model=QueuedOut)
def release_review(actor: Actor, rt: Rt, sent: Sent, review_id: Id) -> JSONResponse:
    """Give a review back."""

    def command(tx: Tx) -> Answer:
        review = reviews.release(tx, actor, review_id)
        queued = QueuedOut(**_queued(review, actor.account_id, tx.now))
        return Answer(200, queued.model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, "", command)


@router.post("/{review_id}/decide", response_model=ReviewOut)
def decide_review(actor: Actor, rt: Rt, sent: Sent, review_id: Id, body: FindingIn) -> JSONResponse:
    """Decide a review that one has. Of an appeal: the same finding affirms, another overturns."""

    def command(tx: Tx) -> Answer:
        decided = reviews.decide(
            tx, actor, review_id, finding=body.finding, right=body.right, reason=body.reason
        )
        return _answer(tx, decided, actor.account_id)

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/{review_id}/appeal", response_model=OwnReviewOut)
def appeal_review(actor: Actor, rt: Rt, sent: Sent, review_id: Id, body: AppealIn) -> JSONResponse:
    """Appeal a decision that went against the account, once: another reviewer decides."""

    def command(tx: Tx) -> Answer:
        review = reviews.appeal(tx, actor, review_id, objection=body.objection)
        own = _own(review, actor.account_id, tx.now)
        return Answer(200, own.model_dump(mode="json"), about=review.about)

    return commands.run(rt, sent, actor.account_id, body, command)


def _answer(tx: Tx, review: Review, reviewer_id: str) -> Answer:
    out = _out(review, reviewer_id, tx.now)
    return Answer(200, out.model_dump(mode="json"), about=review.about)


def _queued(review: Review, reviewer_id: str, now: datetime) -> dict[str, Any]:
    holder = review.holder(now)
    return {
        "id": review.id,
        "kind": review.kind,
        "state": review.state,
        "rules": list(review.rules),
        "opened_at": review.opened_at,
        "due_at": review.due_at,
        "late": _is_late(review, now),
        "held_until": None if holder is None else review.held_until,
        "mine": holder == reviewer_id,
    }


def _out(review: Review, reviewer_id: str, now: datetime) -> ReviewOut:
    return ReviewOut(
        **_queued(review, reviewer_id, now),
        findings=list(domain.FINDINGS[review.kind]),
        evidence=None if review.evidence is None else dict(review.evidence),
        finding=review.finding,
        objection=review.objection,
    )


def _own(review: Review, account_id: str, now: datetime) -> OwnReviewOut:
    ruling = review.last or review.first
    against = review.against() == account_id
    appealable = against and review.state is State.DECIDED
    return OwnReviewOut(
        id=review.id,
        kind=review.kind,
        state=review.state,
        things=list(review.things),
        opened_at=review.opened_at,
        due_at=review.due_at,
        late=_is_late(review, now),
        finding=review.finding,
        reason=ruling and ruling.reason,
        against_you=against != (review.state is State.OVERTURNED) and review.first is not None,
        appealable_until=review.appealable_until() if appealable else None,
    )


def _is_late(review: Review, now: datetime) -> bool:
    return review.state in domain.WAITING and review.due_at <= now
