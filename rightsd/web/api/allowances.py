"""/v1/allowances."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from rightsd.db.tx import Tx
from rightsd.domain.allowance import Allowance, State
from rightsd.web import commands
from rightsd.web.api.fields import Body, Code, Id, Line, Out, Text
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import allowances

router = APIRouter(prefix="/v1/allowances", tags=["rulebook"])


class AllowanceIn(Body):
    """A phrase in which a rule about words does not count, and why."""

    rule: Code
    phrase: Line
    reason: Text


class AllowanceOut(Out):
    """An allowance.

    `commitment_salt`: with the phrase it opens the commitment in the ledger (hexadecimal).
    """

    id: str
    account_id: str
    rule: str
    phrase: str
    reason: str
    commitment_salt: str
    state: State
    added_at: datetime
    ended_at: datetime | None


@router.post("", status_code=201, response_model=AllowanceOut)
def add_allowance(actor: Actor, rt: Rt, sent: Sent, body: AllowanceIn) -> JSONResponse:
    """Put a phrase in the bank. Reviewers and admins only; it counts from the next decision on."""

    def command(tx: Tx) -> Answer:
        added = allowances.add(tx, actor, rule=body.rule, phrase=body.phrase, reason=body.reason)
        return Answer(201, _out(added).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_allowances(actor: Actor, rt: Rt) -> list[AllowanceOut]:
    """List what was put in the bank, lifted phrases too, the newest first."""
    with rt.transaction() as tx:
        return [_out(allowance) for allowance in allowances.newest(tx, actor)]


@router.post("/{allowance_id}/lift", response_model=AllowanceOut)
def lift_allowance(actor: Actor, rt: Rt, sent: Sent, allowance_id: Id) -> JSONResponse:
    """Take a phrase out of the bank. The rule counts in it again from the next decision on."""

    def command(tx: Tx) -> Answer:
        lifted = allowances.lift(tx, actor, allowance_id)
        return Answer(200, _out(lifted).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, "", command)


def _out(allowance: Allowance) -> AllowanceOut:
    return AllowanceOut(
        id=allowance.id,
        account_id=allowance.account_id,
        rule=allowance.rule,
        phrase=allowance.phrase,
        reason=allowance.reason,
        commitment_salt=allowance.salt.hex(),
        state=allowance.state,
        added_at=allowance.added_at,
        ended_at=allowance.ended_at,
    )
