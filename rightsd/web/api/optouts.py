"""/v1/optouts."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from rightsd.db.tx import Tx
from rightsd.domain.optout import State
from rightsd.web import idempotency
from rightsd.web.api.fields import Body, Id, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.idempotency import Answer, Once
from rightsd.workflows import optouts

router = APIRouter(prefix="/v1/optouts", tags=["optouts"])


class OptoutIn(Body):
    """Which work is opted out."""

    work_id: Id


class OptoutOut(Out):
    """An opt-out."""

    id: str
    work_id: str
    state: State
    registered_at: datetime
    ended_at: datetime | None


@router.post("", status_code=201, response_model=OptoutOut)
def register_optout(actor: Actor, rt: Rt, once: Once, body: OptoutIn) -> JSONResponse:
    """Opt a work out, from now on and for what is published already."""

    def make(tx: Tx) -> Answer:
        optout = optouts.register(tx, actor, work_id=body.work_id)
        return Answer(201, OptoutOut.model_validate(optout).model_dump(mode="json"))

    return idempotency.create(rt, once, actor.account_id, body, make)


@router.get("")
def list_optouts(actor: Actor, rt: Rt) -> list[OptoutOut]:
    """List the account's opt-outs."""
    with rt.transaction() as tx:
        return [OptoutOut.model_validate(optout) for optout in optouts.mine(tx, actor)]


@router.post("/{optout_id}/lift")
def lift_optout(actor: Actor, rt: Rt, optout_id: Id) -> OptoutOut:
    """Lift an opt-out."""
    with rt.transaction() as tx:
        optout = optouts.lift(tx, actor, optout_id)
    return OptoutOut.model_validate(optout)
