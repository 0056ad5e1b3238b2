"""/v1/works."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from rightsd.db.tx import Tx
from rightsd.domain.work import ALIASES_MAX, EXCLUDED_MAX, Alias, Kind, State, Work
from rightsd.web import commands
from rightsd.web.api.fields import Body, Line, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import works

router = APIRouter(prefix="/v1/works", tags=["works"])


class AliasIn(Body):
    """A name that does not count everywhere.

    It does not count inside the `excluded` phrases. A `common` one counts only where the words
    around it tell that it is a name; without `common`, a dictionary says which are.
    """

    name: Line
    excluded: Annotated[tuple[Line, ...], Field(max_length=EXCLUDED_MAX)] = ()
    common: bool | None = None


class WorkIn(Body):
    """A work, and the names it goes by in any script."""

    kind: Kind
    title: Line
    aliases: Annotated[tuple[Line | AliasIn, ...], Field(max_length=ALIASES_MAX)] = ()


class NameOut(Out):
    """A name, and why it counts only in context, if it does."""

    shown: str
    excluded: tuple[str, ...]
    why_in_context: str | None


class WorkOut(Out):
    """A work."""

    id: str
    kind: Kind
    title: str
    state: State
    registered_at: datetime
    names: tuple[NameOut, ...]


@router.post("", status_code=201, response_model=WorkOut)
def register_work(actor: Actor, rt: Rt, sent: Sent, body: WorkIn) -> JSONResponse:
    """Register a work. Rights holders only."""

    def command(tx: Tx) -> Answer:
        aliases = [
            Alias(alias.name, alias.excluded, common=alias.common)
            if isinstance(alias, AliasIn)
            else alias
            for alias in body.aliases
        ]
        work = works.register(tx, actor, kind=body.kind, title=body.title, aliases=aliases)
        return Answer(201, _out(tx, [work])[0].model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_works(actor: Actor, rt: Rt) -> list[WorkOut]:
    """List the account's works."""
    with rt.transaction() as tx:
        return _out(tx, works.mine(tx, actor))


def _out(tx: Tx, registered: Sequence[Work]) -> list[WorkOut]:
    names = works.names_of(tx, registered)
    return [
        WorkOut(
            id=work.id,
            kind=work.kind,
            title=work.title,
            state=work.state,
            registered_at=work.registered_at,
            names=tuple(NameOut.model_validate(name) for name in names[work.id]),
        )
        for work in registered
    ]
