"""/v1/works."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from rightsd.db.tx import Tx
from rightsd.domain.work import ALIASES_MAX, Kind, State
from rightsd.web import commands
from rightsd.web.api.fields import Body, Line, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import works

router = APIRouter(prefix="/v1/works", tags=["works"])


class WorkIn(Body):
    """A work, and the names it goes by in any script."""

    kind: Kind
    title: Line
    aliases: Annotated[tuple[Line, ...], Field(max_length=ALIASES_MAX)] = ()


class WorkOut(Out):
    """A work."""

    id: str
    kind: Kind
    title: str
    state: State
    registered_at: datetime


@router.post("", status_code=201, response_model=WorkOut)
def register_work(actor: Actor, rt: Rt, sent: Sent, body: WorkIn) -> JSONResponse:
    """Register a work. Rights holders only."""

    def command(tx: Tx) -> Answer:
        work = works.register(tx, actor, kind=body.kind, title=body.title, aliases=body.aliases)
        return Answer(201, WorkOut.model_validate(work).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_works(actor: Actor, rt: Rt) -> list[WorkOut]:
    """List the account's works."""
    with rt.transaction() as tx:
        return [WorkOut.model_validate(work) for work in works.mine(tx, actor)]
