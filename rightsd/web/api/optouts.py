"""/v1/optouts."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from fastapi import APIRouter
from fastapi.responses import JSONResponse, StreamingResponse

from rightsd.db.tx import Tx
from rightsd.domain.optout import Optout, State
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import optouts
from rightsd.workflows.optouts import Effect

router = APIRouter(prefix="/v1/optouts", tags=["optouts"])


class OptoutIn(Body):
    """Which work is opted out."""

    work_id: Id


class Status(StrEnum):
    """What a standing opt-out does: all it says, or not yet."""

    EFFECTIVE = "effective"
    WAITING = "waiting"
    CONTESTED = "contested"
    LIFTED = "lifted"


class OptoutOut(Out):
    """An opt-out. `evidence_id`: what it was imported from, if it was.

    `status`: `waiting` while a reviewer is asked about names that would refuse very much, and
    `contested` while others claim a name. The names are `waiting`, `contested` or `lost`: all
    others of the work refuse.
    """

    id: str
    work_id: str
    evidence_id: str | None
    state: State
    registered_at: datetime
    ended_at: datetime | None
    status: Status
    waiting: tuple[str, ...]
    contested: tuple[str, ...]
    lost: tuple[str, ...]


@router.post("", status_code=201, response_model=OptoutOut)
def register_optout(actor: Actor, rt: Rt, sent: Sent, body: OptoutIn) -> JSONResponse:
    """Opt a work out, from now on and for what is published already."""

    def command(tx: Tx) -> Answer:
        optout = optouts.register(tx, actor, work_id=body.work_id, cap=rt.claim_cap)
        return Answer(201, _out(tx, [optout])[0].model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_optouts(actor: Actor, rt: Rt) -> list[OptoutOut]:
    """List the account's opt-outs."""
    with rt.transaction() as tx:
        return _out(tx, optouts.mine(tx, actor))


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
        return Answer(200, _out(tx, [optout])[0].model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, "", command)


def _out(tx: Tx, found: Sequence[Optout]) -> list[OptoutOut]:
    effects = optouts.effects(tx, found)
    return [
        OptoutOut(
            id=optout.id,
            work_id=optout.work_id,
            evidence_id=optout.evidence_id,
            state=optout.state,
            registered_at=optout.registered_at,
            ended_at=optout.ended_at,
            status=_status(optout, effects[optout.work_id]),
            waiting=effects[optout.work_id].waiting,
            contested=effects[optout.work_id].contested,
            lost=effects[optout.work_id].lost,
        )
        for optout in found
    ]


def _status(optout: Optout, effect: Effect) -> Status:
    if optout.state is State.LIFTED:
        return Status.LIFTED
    if effect.waiting:
        return Status.WAITING
    return Status.CONTESTED if effect.contested else Status.EFFECTIVE
