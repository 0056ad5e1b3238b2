"""/v1/clients: programs that may ask the Soft Binding Resolution API. api-specs/resolution.md."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from rightsd.db.tx import Tx
from rightsd.domain.client import Scope, State
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import clients

router = APIRouter(prefix="/v1/clients", tags=["clients"])


class ClientIn(Body):
    """What a client may do at most."""

    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]


class ClientOut(Out):
    """A client. `secret` is shown once, in the first answer and to no retry."""

    id: str
    scopes: list[Scope]
    state: State
    registered_at: datetime
    closed_at: datetime | None
    secret: str | None = None


@router.post("", status_code=201, response_model=ClientOut)
def register_client(actor: Actor, rt: Rt, sent: Sent, body: ClientIn) -> JSONResponse:
    """Register a client of one's own. Platforms and admins only."""

    def command(tx: Tx) -> Answer:
        made = clients.register(tx, actor, scopes=body.scopes)
        out = ClientOut.model_validate(made.client).model_copy(update={"secret": made.secret})
        return Answer(201, out.model_dump(mode="json"), once=("secret",))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_clients(actor: Actor, rt: Rt) -> list[ClientOut]:
    """List one's own clients, closed ones too, the newest first."""
    with rt.transaction() as tx:
        return [ClientOut.model_validate(client) for client in clients.of_account(tx, actor)]


@router.post("/{client_id}/close", response_model=ClientOut)
def close_client(actor: Actor, rt: Rt, sent: Sent, client_id: Id) -> JSONResponse:
    """Close a client: its secret and its tokens are worth nothing any more. An admin may any."""

    def command(tx: Tx) -> Answer:
        closed = clients.close(tx, actor, client_id)
        return Answer(200, ClientOut.model_validate(closed).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, "", command)
