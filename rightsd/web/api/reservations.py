"""/v1/works/{work_id}/reservation."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from rightsd.db.tx import Tx
from rightsd.domain.rulebook.books import Default
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import reservations

router = APIRouter(prefix="/v1/works/{work_id}/reservation", tags=["works"])


class ReservationIn(Body):
    """What holds for a work, whatever a place's default is.

    `least`: at least this default holds everywhere. `opted_in`: where the default is `opt_in`, the
    work is permitted to all.
    """

    least: Default = Default.OPT_OUT
    opted_in: bool = False


class ReservationOut(Out):
    """What the owner of a work says of it."""

    id: str
    work_id: str
    least: Default
    opted_in: bool
    stated_at: datetime


@router.post("", response_model=ReservationOut)
def state_reservation(
    actor: Actor, rt: Rt, sent: Sent, work_id: Id, body: ReservationIn
) -> JSONResponse:
    """Say what holds for a work from now on. Its owner only."""

    def command(tx: Tx) -> Answer:
        stated = reservations.state(
            tx,
            actor,
            work_id=work_id,
            least=body.least,
            opted_in=body.opted_in,
            cap=rt.claim_cap,
        )
        return Answer(200, ReservationOut.model_validate(stated).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def show_reservation(actor: Actor, rt: Rt, work_id: Id) -> ReservationOut:
    """Show what is said of a work. Its owner only."""
    with rt.transaction() as tx:
        return ReservationOut.model_validate(reservations.show(tx, actor, work_id))
