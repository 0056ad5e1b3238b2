"""/v1/notices."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse
from pydantic import Field

from rightsd.db.tx import Tx
from rightsd.domain.notice import EMAIL_LENGTH_MAX, Claim, Kind, State
from rightsd.web import idempotency
from rightsd.web.api.fields import Body, Id, Line, Out, Text
from rightsd.web.auth import Actor, Rt
from rightsd.web.idempotency import PUBLIC, Answer, Once
from rightsd.workflows import notices

router = APIRouter(prefix="/v1/notices", tags=["notices"])

Token = Annotated[str, Header(alias="Notice-Token", min_length=1, max_length=100)]


class NoticeIn(Body):
    """A notice. Both statements must be made, in good faith and under penalty of perjury."""

    generation_id: Id
    kind: Kind
    name: Line
    email: Annotated[Line, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=EMAIL_LENGTH_MAX)]
    statement: Text
    good_faith: Literal[True]
    accurate: Literal[True]


class NoticeOut(Out):
    """A notice. `token` is shown once: with it the claimant comes back."""

    id: str
    generation_id: str
    kind: Kind
    state: State
    received_at: datetime
    decided_at: datetime | None
    reason: str | None
    token: str | None = None


class NoticeForReview(NoticeOut):
    """A notice as a reviewer sees it."""

    claimant_name: str
    claimant_email: str
    statement: str


class DecisionIn(Body):
    """Why the notice is upheld or rejected."""

    reason: Text


@router.post("", status_code=201, response_model=NoticeOut)
def give_notice(rt: Rt, once: Once, body: NoticeIn) -> JSONResponse:
    """Ask for an output to be taken down. No account is needed."""

    def make(tx: Tx) -> Answer:
        claim = Claim(body.kind, body.name, body.email, body.statement)
        received = notices.receive(tx, generation_id=body.generation_id, claim=claim)
        out = NoticeOut.model_validate(received.notice).model_copy(update={"token": received.token})
        return Answer(201, out.model_dump(mode="json"), once=("token",))

    return idempotency.create(rt, once, PUBLIC, body, make)


@router.get("")
def list_queue(actor: Actor, rt: Rt) -> list[NoticeForReview]:
    """List the notices that wait for a decision. Reviewers only."""
    with rt.transaction() as tx:
        return [NoticeForReview.model_validate(notice) for notice in notices.queue(tx, actor)]


@router.get("/{notice_id}")
def show_notice(rt: Rt, notice_id: Id, notice_token: Token) -> NoticeOut:
    """Show a notice to whoever gave it."""
    with rt.transaction() as tx:
        return NoticeOut.model_validate(notices.look_up(tx, notice_id, token=notice_token))


@router.post("/{notice_id}/retract")
def retract_notice(rt: Rt, notice_id: Id, notice_token: Token) -> NoticeOut:
    """Take a notice back, as whoever gave it."""
    with rt.transaction() as tx:
        notice = notices.retract(tx, notice_id, token=notice_token)
    return NoticeOut.model_validate(notice)


@router.post("/{notice_id}/uphold")
def uphold_notice(actor: Actor, rt: Rt, notice_id: Id, body: DecisionIn) -> NoticeOut:
    """Uphold a notice. When this has answered, the output is not shown any more."""
    with rt.transaction() as tx:
        notice = notices.uphold(tx, actor, notice_id, reason=body.reason)
    return NoticeOut.model_validate(notice)


@router.post("/{notice_id}/reject")
def reject_notice(actor: Actor, rt: Rt, notice_id: Id, body: DecisionIn) -> NoticeOut:
    """Reject a notice."""
    with rt.transaction() as tx:
        notice = notices.reject(tx, actor, notice_id, reason=body.reason)
    return NoticeOut.model_validate(notice)
