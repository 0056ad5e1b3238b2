"""/v1/exemptions: who may show copies of something that stays down for all others."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from rightsd.db.tx import Tx
from rightsd.domain.exemption import Exemption, Ground, State, Terms
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Out, Text
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import exemptions

router = APIRouter(prefix="/v1/exemptions", tags=["staydowns"])


class ExemptionIn(Body):
    """Whose copies of which output or stay-down entry may be shown, why, and until when.

    `account_id` (a platform's, too) or `licence_id`, whose holder is meant while it is active.
    """

    thing: Id
    account_id: Id | None = None
    licence_id: Id | None = None
    ground: Ground
    reason: Text
    expires_at: AwareDatetime


class ExemptionOut(Out):
    """An exemption. It counts while it is `granted`, until `expires_at`."""

    id: str
    thing: str
    account_id: str | None
    licence_id: str | None
    ground: Ground
    reason: str
    granted_by: str
    state: State
    granted_at: datetime
    expires_at: datetime
    ended_at: datetime | None


@router.post("", status_code=201, response_model=ExemptionOut)
def grant_exemption(actor: Actor, rt: Rt, sent: Sent, body: ExemptionIn) -> JSONResponse:
    """Let an account show copies of what stays down for others. Reviewers only."""

    def command(tx: Tx) -> Answer:
        terms = Terms(
            body.thing,
            body.account_id,
            body.licence_id,
            body.ground,
            body.reason,
            body.expires_at,
        )
        return _answer(201, exemptions.grant(tx, actor, terms))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_exemptions(actor: Actor, rt: Rt) -> list[ExemptionOut]:
    """List exemptions, ended ones too, the newest first."""
    with rt.transaction() as tx:
        return [ExemptionOut.model_validate(each) for each in exemptions.newest(tx, actor)]


@router.post("/{exemption_id}/end", response_model=ExemptionOut)
def end_exemption(actor: Actor, rt: Rt, sent: Sent, exemption_id: Id) -> JSONResponse:
    """End an exemption: what it let be shown is not shown any more."""

    def command(tx: Tx) -> Answer:
        return _answer(200, exemptions.end(tx, actor, exemption_id))

    return commands.run(rt, sent, actor.account_id, "", command)


def _answer(status: int, exemption: Exemption) -> Answer:
    return Answer(status, ExemptionOut.model_validate(exemption).model_dump(mode="json"))
