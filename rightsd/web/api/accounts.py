"""/v1/accounts."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import StringConstraints

from rightsd.db.tx import Tx
from rightsd.domain.apikey import NAME_LENGTH_MAX
from rightsd.domain.principal import Role
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Line, Out, Words
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import accounts, apikeys

router = APIRouter(prefix="/v1/accounts", tags=["accounts"])

KeyId = Annotated[str, StringConstraints(pattern=r"^key_[0-9a-f]{16}$")]


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
    """What its owner calls a key, if anything."""

    name: Annotated[Words, StringConstraints(max_length=NAME_LENGTH_MAX)] = ""


class KeyOut(Out):
    """An API key, shown once, and to no retry."""

    id: str
    api_key: str | None = None


class StandingKeyOut(Out):
    """An API key that stands. `used_at`: when it was used last, to the minute."""

    id: str
    name: str
    created_at: datetime
    used_at: datetime | None


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
        fresh = apikeys.make(tx, actor, account_id=account_id, name=body.name)
        return Answer(201, {"id": fresh.id, "api_key": fresh.text}, once=("api_key",))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("/{account_id}/keys")
def list_keys(actor: Actor, rt: Rt, account_id: Id) -> list[StandingKeyOut]:
    """List the API keys that stand of one's own account; to an admin those of any."""
    with rt.transaction() as tx:
        found = apikeys.of_account(tx, actor, account_id)
    return [StandingKeyOut.model_validate(each) for each in found]


@router.post("/{account_id}/keys/{key_id}/revoke", response_model=KeyOut)
def revoke_key(actor: Actor, rt: Rt, sent: Sent, account_id: Id, key_id: KeyId) -> JSONResponse:
    """Revoke an API key of one's own account; an admin of any. It opens nothing any more."""

    def command(tx: Tx) -> Answer:
        apikeys.revoke(tx, actor, account_id=account_id, key_id=key_id)
        return Answer(200, {"id": key_id, "api_key": None})

    return commands.run(rt, sent, actor.account_id, "", command)


@router.get("/me")
def show_me(actor: Actor) -> Me:
    """Say whose API key this is."""
    return Me.model_validate(actor)
