"""/v1/copies."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, StringConstraints, model_validator

from rightsd.db.tx import Tx
from rightsd.domain.copy import URL_LENGTH_MAX, Copy, State
from rightsd.web import commands
from rightsd.web.api.fields import Body, Id, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import copies

router = APIRouter(prefix="/v1/copies", tags=["copies"])

Url = Annotated[str, StringConstraints(min_length=1, max_length=URL_LENGTH_MAX)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class CopyIn(Body):
    """Where an output is shown, named by its id or by the SHA-256 of its file, and since when.

    Who has a file and not its digest asks `POST /v1/verifications` for the id.
    """

    generation_id: Id | None = None
    sha256: Digest | None = None
    url: Url
    published_at: AwareDatetime

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if (self.generation_id is None) == (self.sha256 is None):
            raise ValueError("name the output by generation_id or by sha256, and by one of them")
        return self


class CopyOut(Out):
    """A copy. `withdrawn`: its output may not be shown, so it has to go; only when it is noted."""

    id: str
    platform_id: str
    generation_id: str
    url: str
    published_at: datetime
    state: State
    noted_at: datetime
    removed_at: datetime | None
    acknowledgement_id: str | None
    withdrawn: bool | None = None


@router.post("", status_code=201, response_model=CopyOut)
def note_copy(actor: Actor, rt: Rt, sent: Sent, body: CopyIn) -> JSONResponse:
    """Note where a copy of an output is shown. Platforms only; once more changes nothing."""

    def command(tx: Tx) -> Answer:
        noted = copies.note(tx, actor, **body.model_dump())
        return _answer(201 if noted.is_new else 200, noted.copy, withdrawn=noted.is_withdrawn)

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_copies(
    actor: Actor,
    rt: Rt,
    generation_id: Annotated[Id | None, Query(description="Only of this output")] = None,
    after: Annotated[Id | None, Query(description="Behind this copy")] = None,
) -> list[CopyOut]:
    """List copies as they were noted, 100 at a time: a platform's own, or all to reviewers."""
    with rt.transaction() as tx:
        found = copies.page(tx, actor, generation_id=generation_id, after=after)
        return [CopyOut.model_validate(one) for one in found]


@router.post("/{copy_id}/remove", response_model=CopyOut)
def remove_copy(actor: Actor, rt: Rt, sent: Sent, copy_id: Id) -> JSONResponse:
    """Say that a copy is gone. Its platform only."""

    def command(tx: Tx) -> Answer:
        return _answer(200, copies.remove(tx, actor, copy_id))

    return commands.run(rt, sent, actor.account_id, "", command)


def _answer(status: int, copy: Copy, *, withdrawn: bool | None = None) -> Answer:
    out = CopyOut.model_validate(copy).model_copy(update={"withdrawn": withdrawn})
    return Answer(status, out.model_dump(mode="json"))
