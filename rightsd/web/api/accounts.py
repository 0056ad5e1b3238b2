"""/v1/accounts."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from rightsd.db.tx import Tx
from rightsd.domain.principal import Role
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Line, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import accounts

router = APIRouter(prefix="/v1/accounts", tags=["accounts"])


class AccountIn(Body):
    """Who gets an account."""

    role: Role
    name: Line


class AccountOut(Out):
    """An account. `api_key` is shown once, in the first answer and to no retry."""

    id: str
    role: Role
    name: str
    opened_at: datetime
    api_key: str | None = None


class KeyIn(Body):
    """Nothing needs to be said for a key."""


class KeyOut(Out):
    """An API key, shown once, and to no retry."""

    api_key: str | None = None


class Me(Out):
    """Who the API key belongs to."""

    account_id: str
    role: Role


@router.post("", status_code=201, response_model=AccountOut)
def open_account(actor: Actor, rt: Rt, sent: Sent, body: AccountIn) -> JSONResponse:
    """Open an account and give it an API key. Admins only."""

    def command(tx: Tx) -> Answer:
        opened = accounts.open_account(tx, actor, role=body.role, name=body.name)
        out = AccountOut.model_validate(opened.account).model_copy(
            update={"api_key": opened.api_key}
        )
        about = (opened.account.id,)
        return Answer(201, out.model_dump(mode="json"), about=about, once=("api_key",))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/{account_id}/keys", status_code=201, response_model=KeyOut)
def add_key(actor: Actor, rt: Rt, sent: Sent, account_id: Id, body: KeyIn) -> JSONResponse:
    """Make a further API key for one's own account; an admin for any."""

    def command(tx: Tx) -> Answer:
        api_key = accounts.add_key(tx, actor, account_id=account_id)
        return Answer(201, {"api_key": api_key}, once=("api_key",))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("/me")
def show_me(actor: Actor) -> Me:
    """Say whose API key this is."""
    return Me.model_validate(actor)
