"""/v1/flaggers and /v1/suspensions: whose notices come first, and whose are not taken."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from rightsd.db.tx import Tx
from rightsd.domain.flagger import State as FlaggerState
from rightsd.domain.notice import EMAIL_LENGTH_MAX
from rightsd.domain.suspension import State as SuspensionState
from rightsd.domain.suspension import Suspension
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Line, Out, Text
from rightsd.web.api.noticefields import ReasonIn
from rightsd.web.api.notices import Token, scope_of
from rightsd.web.auth import Actor, Caller, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import flaggers
from rightsd.workflows.notices import suspending

router = APIRouter(tags=["notices"])


class FlaggerIn(Body):
    """Whom to trust: an account, or whoever answers mail to an address. The name is published."""

    name: Line
    account_id: Id | None = None
    email: Annotated[Line, Field(max_length=EMAIL_LENGTH_MAX)] | None = None


class FlaggerOut(Out):
    """A trusted flagger."""

    id: str
    name: str
    state: FlaggerState
    granted_at: datetime
    ended_at: datetime | None


class SuspensionOut(Out):
    """A suspension."""

    id: str
    notice_id: str
    state: SuspensionState
    imposed_at: datetime
    until_at: datetime
    objection: str | None
    reason: str | None


class SuspensionDecisionIn(Body):
    """What was found on the appeal, and why."""

    lift: bool
    reason: Text


@router.post("/v1/flaggers", status_code=201, response_model=FlaggerOut)
def grant_trust(actor: Actor, rt: Rt, sent: Sent, body: FlaggerIn) -> JSONResponse:
    """Trust a claimant: their notices are decided first. Admins only."""

    def command(tx: Tx) -> Answer:
        made = flaggers.grant(
            tx, actor, name=body.name, account_id=body.account_id, email=body.email
        )
        return Answer(201, FlaggerOut.model_validate(made).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("/v1/flaggers")
def list_flaggers(rt: Rt) -> list[FlaggerOut]:
    """List the trusted flaggers, former ones too, the newest first."""
    with rt.transaction() as tx:
        return [FlaggerOut.model_validate(each) for each in flaggers.published(tx)]


@router.post("/v1/flaggers/{flagger_id}/end", response_model=FlaggerOut)
def end_trust(actor: Actor, rt: Rt, sent: Sent, flagger_id: Id) -> JSONResponse:
    """Take trust back. Admins only."""

    def command(tx: Tx) -> Answer:
        ended = flaggers.end(tx, actor, flagger_id)
        return Answer(200, FlaggerOut.model_validate(ended).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, "", command)


@router.post("/v1/notices/{notice_id}/appeal-suspension", response_model=SuspensionOut)
def appeal_suspension(
    caller: Caller, rt: Rt, sent: Sent, notice_id: Id, body: ReasonIn, notice_token: Token = None
) -> JSONResponse:
    """Appeal the suspension that a notice led to, as whoever gave it."""

    def command(tx: Tx) -> Answer:
        found = suspending.appeal(
            tx, notice_id, words=body.reason, token=notice_token, actor=caller
        )
        return _answer(found)

    written = f"{notice_token} {body.model_dump_json()}"
    return commands.run(rt, sent, scope_of(caller), written, command)


@router.get("/v1/suspensions")
def list_appealed_suspensions(actor: Actor, rt: Rt) -> list[SuspensionOut]:
    """List the suspensions that were appealed, the oldest first. Reviewers only."""
    with rt.transaction() as tx:
        return [SuspensionOut.model_validate(each) for each in suspending.queue(tx, actor)]


@router.post("/v1/suspensions/{suspension_id}/decide", response_model=SuspensionOut)
def decide_suspension(
    actor: Actor, rt: Rt, sent: Sent, suspension_id: Id, body: SuspensionDecisionIn
) -> JSONResponse:
    """Lift a suspension or leave it, on appeal. Another reviewer than the one who imposed it."""

    def command(tx: Tx) -> Answer:
        return _answer(
            suspending.decide(tx, actor, suspension_id, lift=body.lift, reason=body.reason)
        )

    return commands.run(rt, sent, actor.account_id, body, command)


def _answer(suspension: Suspension) -> Answer:
    body = SuspensionOut.model_validate(suspension).model_dump(mode="json")
    return Answer(200, body, about=(suspension.notice_id,))
