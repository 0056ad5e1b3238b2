"""/v1/optouts."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse, StreamingResponse

from rightsd.db.tx import Tx
from rightsd.domain.optout import State
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import optouts

router = APIRouter(prefix="/v1/optouts", tags=["optouts"])


class OptoutIn(Body):
    """Which work is opted out."""

    work_id: Id


class OptoutOut(Out):
    """An opt-out. `evidence_id`: what it was imported from, if it was."""

    id: str
    work_id: str
    evidence_id: str | None
    state: State
    registered_at: datetime
    ended_at: datetime | None


@router.post("", status_code=201, response_model=OptoutOut)
def register_optout(actor: Actor, rt: Rt, sent: Sent, body: OptoutIn) -> JSONResponse:
    """Opt a work out, from now on and for what is published already."""

    def command(tx: Tx) -> Answer:
        optout = optouts.register(tx, actor, work_id=body.work_id)
        return Answer(201, OptoutOut.model_validate(optout).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_optouts(actor: Actor, rt: Rt) -> list[OptoutOut]:
    """List the account's opt-outs."""
    with rt.transaction() as tx:
        return [OptoutOut.model_validate(optout) for optout in optouts.mine(tx, actor)]


@router.get("/export.csv", response_class=StreamingResponse)
def export_optouts(actor: Actor, rt: Rt) -> StreamingResponse:
    """Write the account's works, names and opt-outs as a table that can be imported again."""
    headers = {"Content-Disposition": 'attachment; filename="optouts.csv"'}
    lines = optouts.table(rt, actor)
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/{optout_id}/lift", response_model=OptoutOut)
def lift_optout(actor: Actor, rt: Rt, sent: Sent, optout_id: Id) -> JSONResponse:
    """Lift an opt-out."""

    def command(tx: Tx) -> Answer:
        optout = optouts.lift(tx, actor, optout_id)
        return Answer(200, OptoutOut.model_validate(optout).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, "", command)
