"""/v1/revocations."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from rightsd.db.tx import Tx
from rightsd.domain import revocation as domain
from rightsd.domain.revocation import Mode, Opening, Revocation, Scope, State, Target
from rightsd.web import commands
from rightsd.web.api.fields import Body, Code, Id, Out, Text
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.web.pace import Pace
from rightsd.workflows import closures, revocations

router = APIRouter(prefix="/v1/revocations", tags=["revocations"])

PREVIEWS_A_MINUTE = 20  # Each may open OPENED_MAX requests; who makes up their mind needs fewer.

previews = Pace("previews of revocations", per_minute=PREVIEWS_A_MINUTE)


class TargetIn(Body):
    """What is taken back, and how: for now, or for good.

    The scope says what to name: `generation_id`, `consent_id`, `licence_id`, `subject_id` or
    `work_id`; or `requester_id` or `platform`, with the `subject_id` or `work_id` whose uses it is.
    """

    scope: Scope
    mode: Mode
    generation_id: Id | None = None
    requester_id: Id | None = None
    platform: Code | None = None
    consent_id: Id | None = None
    licence_id: Id | None = None
    subject_id: Id | None = None
    work_id: Id | None = None

    def target(self) -> Target:
        """Return what is taken back.

        Raises:
            RightsError: INVALID.
        """
        named = self.model_dump(exclude={"scope", "mode", "reason"})
        return domain.target(self.scope, named)


class RevocationIn(TargetIn):
    """What is taken back, and how. `reason`: of staff, in an emergency, and of nobody else."""

    reason: Text | None = None


class OpeningOut(Out):
    """What opens a commitment of the ledger: `said`, as bytes, and `commitment_salt` (hex)."""

    said: str
    commitment_salt: str


class RevocationOut(Out):
    """A revocation. `turned_at`: since when it stands as it does.

    `opening`: of what `said` in the event that made it is a commitment to; `turning`: of the one
    that lifted it or made it final. Null: there is none, or it was erased.
    """

    id: str
    scope: Scope
    state: State
    generation_id: str | None
    requester_id: str | None
    platform: str | None
    consent_id: str | None
    licence_id: str | None
    subject_id: str | None
    work_id: str | None
    by_staff: bool
    made_at: datetime
    turned_at: datetime
    reason: str | None
    opening: OpeningOut | None
    turning: OpeningOut | None


class SomeOut(Out):
    """How many there are, and the first of them."""

    count: int
    first: Annotated[list[str], Field(max_length=closures.FIRST_MAX)]


class ClosureOut(Out):
    """What a revocation would end. `whole`: all of it was counted.

    `in_flight`: being made, or waiting for their turn; `held`: waiting for approval or review;
    `drafts`: waiting likewise, drawn already; `remixes`: made of any of these, at any remove;
    `delisted`: taken from the one platform, and out on others; `copies`: of these outputs and
    remixes, noted by platforms, or by the one platform.
    """

    in_flight: SomeOut
    held: SomeOut
    drafts: SomeOut
    published: SomeOut
    delisted: SomeOut
    remixes: SomeOut
    copies: SomeOut
    whole: bool


@router.post("/preview")
def preview(actor: Actor, rt: Rt, body: TargetIn) -> ClosureOut:
    """Show what a revocation would end. Nothing is kept, and no revocation needs it."""
    with rt.transaction() as tx:
        previews.step(actor.account_id, tx.now)
        closure = closures.preview(tx, actor, of=body.target(), mode=body.mode)
    return ClosureOut.model_validate(closure)


@router.post("", status_code=201, response_model=RevocationOut)
def take_back(actor: Actor, rt: Rt, sent: Sent, body: RevocationIn) -> JSONResponse:
    """Suspend or revoke. When this has answered, nothing that rests on it is made or shown."""

    def command(tx: Tx) -> Answer:
        made = revocations.make(tx, actor, of=body.target(), mode=body.mode, reason=body.reason)
        return Answer(201, _out(made).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_revocations(actor: Actor, rt: Rt) -> list[RevocationOut]:
    """List the revocations of one's people and works, newest first; to staff, those of staff."""
    with rt.transaction() as tx:
        return [_out(each) for each in revocations.mine(tx, actor)]


@router.get("/{revocation_id}")
def show_revocation(actor: Actor, rt: Rt, revocation_id: Id) -> RevocationOut:
    """Show a revocation to those whose it is, to staff and to auditors."""
    with rt.transaction() as tx:
        return _out(revocations.view(tx, actor, revocation_id))


@router.post("/{revocation_id}/lift", response_model=RevocationOut)
def lift_revocation(actor: Actor, rt: Rt, sent: Sent, revocation_id: Id) -> JSONResponse:
    """Lift a suspension. What nothing else stands against is shown again shortly after."""

    def command(tx: Tx) -> Answer:
        return Answer(200, _out(revocations.lift(tx, actor, revocation_id)).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, "", command)


@router.post("/{revocation_id}/revoke", response_model=RevocationOut)
def make_final(actor: Actor, rt: Rt, sent: Sent, revocation_id: Id) -> JSONResponse:
    """Make a suspension final."""

    def command(tx: Tx) -> Answer:
        turned = revocations.revoke(tx, actor, revocation_id)
        return Answer(200, _out(turned).model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, "", command)


def _out(revocation: Revocation) -> RevocationOut:
    of = revocation.target
    return RevocationOut(
        id=revocation.id,
        scope=of.scope,
        state=revocation.state,
        generation_id=of.generation_id,
        requester_id=of.requester_id,
        platform=of.platform,
        consent_id=of.consent_id,
        licence_id=of.licence_id,
        subject_id=of.subject_id,
        work_id=of.work_id,
        by_staff=revocation.by_staff,
        made_at=revocation.made_at,
        turned_at=revocation.turned_at,
        reason=revocation.reason,
        opening=_opening(revocation.opening),
        turning=_opening(revocation.turning),
    )


def _opening(opening: Opening | None) -> OpeningOut | None:
    if opening is None:
        return None
    return OpeningOut(said=opening.said, commitment_salt=opening.salt.hex())
