"""/v1/uses."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime

from rightsd.db.tx import Tx
from rightsd.domain.generation import State
from rightsd.domain.terms import Purpose
from rightsd.web import commands
from rightsd.web.api.fields import PRIVATE, Id, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows.generations import uses
from rightsd.workflows.generations.uses import Use

router = APIRouter(prefix="/v1/uses", tags=["uses"])

SUMMARY_LENGTH_MAX = 200


class RestsOnOut(Out):
    """A consent on which a use rests, in which version of its terms."""

    consent_id: str
    terms_version: int


class UseOut(Out):
    """A use of one's likeness: a generation that would cast it, whatever became of it.

    `summary`: how the prompt begins; empty once someone whom it was about is erased.
    """

    id: str
    requester_id: str
    subject_ids: list[str]
    state: State
    summary: str
    purpose: Purpose
    territories: list[str]
    platforms: list[str]
    rests_on: list[RestsOnOut]
    requested_at: datetime
    ended_at: datetime | None
    reason: str | None


@router.get("")
def list_uses(actor: Actor, rt: Rt, before: AwareDatetime | None = None) -> list[UseOut]:
    """List the uses of one's likeness, drafts and refusals too, newest first.

    At most 200; `before` the last one's `requested_at` gets the next.
    """
    with rt.transaction() as tx:
        return [_out(use) for use in uses.mine(tx, actor, before=before)]


@router.get(
    "/{generation_id}/thumbnail",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}},
)
def show_thumbnail(actor: Actor, rt: Rt, generation_id: Id) -> Response:
    """Show a small picture of a use of one's likeness, once it has been made."""
    with rt.transaction() as tx:
        jpeg = uses.thumbnail(tx, actor, generation_id)
    return Response(jpeg, media_type="image/jpeg", headers=PRIVATE)


@router.post("/{generation_id}/approve", response_model=UseOut)
def approve_use(actor: Actor, rt: Rt, sent: Sent, generation_id: Id) -> JSONResponse:
    """Approve a use that waits for it."""

    def command(tx: Tx) -> Answer:
        return _answer(uses.approve(tx, actor, generation_id))

    return commands.run(rt, sent, actor.account_id, "", command)


@router.post("/{generation_id}/object", response_model=UseOut)
def object_to_use(actor: Actor, rt: Rt, sent: Sent, generation_id: Id) -> JSONResponse:
    """Object to a use: it is not made, or withdrawn if it is out."""

    def command(tx: Tx) -> Answer:
        return _answer(uses.object_to(tx, actor, generation_id))

    return commands.run(rt, sent, actor.account_id, "", command)


def _answer(use: Use) -> Answer:
    return Answer(200, _out(use).model_dump(mode="json"), about=use.generation.about)


def _out(use: Use) -> UseOut:
    generation = use.generation
    wanted = generation.wanted
    return UseOut(
        id=generation.id,
        requester_id=generation.account_id,
        subject_ids=list(use.people),
        state=generation.state,
        summary=wanted.prompt[:SUMMARY_LENGTH_MAX],
        purpose=wanted.use.purpose,
        territories=list(wanted.use.territories),
        platforms=list(wanted.use.platforms),
        rests_on=[RestsOnOut.model_validate(each) for each in use.rests_on],
        requested_at=generation.requested_at,
        ended_at=generation.ended_at,
        reason=use.reason,
    )
