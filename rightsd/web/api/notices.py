"""/v1/notices."""

import secrets
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse
from pydantic import Field

from rightsd.db.tx import Tx
from rightsd.domain.notice import EMAIL_LENGTH_MAX, SALT_BYTES, Claim, Kind, Notice, State
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Line, Out, Text
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import PUBLIC, Answer, Sent
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
def give_notice(rt: Rt, sent: Sent, body: NoticeIn) -> JSONResponse:
    """Ask for an output to be taken down. No account is needed."""

    def command(tx: Tx) -> Answer:
        salt = secrets.token_bytes(SALT_BYTES)
        claim = Claim(body.kind, body.name, body.email, body.statement, salt)
        received = notices.receive(tx, generation_id=body.generation_id, claim=claim)
        out = NoticeOut.model_validate(received.notice).model_copy(update={"token": received.token})
        about = (received.notice.id,)
        return Answer(201, out.model_dump(mode="json"), about=about, once=("token",))

    return commands.run(rt, sent, PUBLIC, body, command)


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


@router.post("/{notice_id}/retract", response_model=NoticeOut)
def retract_notice(rt: Rt, sent: Sent, notice_id: Id, notice_token: Token) -> JSONResponse:
    """Take a notice back, as whoever gave it."""

    def command(tx: Tx) -> Answer:
        return _answer(notices.retract(tx, notice_id, token=notice_token))

    return commands.run(rt, sent, PUBLIC, notice_token, command)


@router.post("/{notice_id}/uphold", response_model=NoticeOut)
def uphold_notice(
    actor: Actor, rt: Rt, sent: Sent, notice_id: Id, body: DecisionIn
) -> JSONResponse:
    """Uphold a notice. When this has answered, the output is not shown any more."""

    def command(tx: Tx) -> Answer:
        return _answer(notices.uphold(tx, actor, notice_id, reason=body.reason))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/{notice_id}/reject", response_model=NoticeOut)
def reject_notice(
    actor: Actor, rt: Rt, sent: Sent, notice_id: Id, body: DecisionIn
) -> JSONResponse:
    """Reject a notice."""

    def command(tx: Tx) -> Answer:
        return _answer(notices.reject(tx, actor, notice_id, reason=body.reason))

    return commands.run(rt, sent, actor.account_id, body, command)


def _answer(notice: Notice) -> Answer:
    body = NoticeOut.model_validate(notice).model_dump(mode="json")
    return Answer(200, body, about=(notice.id,))
