"""/v1/delegations."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field

from rightsd.db.tx import Tx
from rightsd.domain.ceiling import DAYS_MAX, Ceiling
from rightsd.domain.delegation import Delegation, Kind, Scope, State, Verb
from rightsd.domain.terms import CODES_MAX, QUOTA_MAX, Audience, Purpose
from rightsd.domain.topics import Topic
from rightsd.web import commands
from rightsd.web.api.fields import Body, Code, Id, Out, Text
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import delegations

router = APIRouter(prefix="/v1/delegations", tags=["delegations"])

Codes = Annotated[tuple[Code, ...], Field(max_length=CODES_MAX)]


class CeilingIn(Body):
    """The widest terms that the delegate may grant; what is left out does not limit.

    `audience`: the widest of only_me, approved, mutuals, everyone. `days`: a consent runs out
    within so many days. `denied_topics`, `strict` and `per_use_approval`: in every consent.
    """

    audience: Audience = Audience.APPROVED
    purposes: tuple[Purpose, ...] = ()
    denied_topics: tuple[Topic, ...] = ()
    territories: Codes = ()
    platforms: Codes = ()
    languages: Codes = ()
    days: Annotated[int, Field(ge=1, le=DAYS_MAX)] | None = None
    quota_total: Annotated[int, Field(ge=1, le=QUOTA_MAX)] | None = None
    strict: bool = False
    per_use_approval: bool = False


class DelegationIn(Body):
    """Who is to act for which subject, as what, and what they may do.

    Only a guardian can `enrol`, and only a guardian or an estate can `unenrol`.
    """

    subject_id: Id
    delegate_id: Id
    kind: Kind
    verbs: Annotated[tuple[Verb, ...], Field(min_length=1, max_length=len(Verb))]
    ceiling: CeilingIn = CeilingIn()
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None


class EvidenceIn(Body):
    """What a reviewer has seen of the person's death, and where it is kept."""

    evidence: Text


class CeilingOut(Out):
    """The widest terms that the delegate may grant."""

    audience: Audience
    purposes: list[Purpose]
    denied_topics: list[Topic]
    territories: list[str]
    platforms: list[str]
    languages: list[str]
    days: int | None
    quota_total: int | None
    strict: bool
    per_use_approval: bool


class ScopeOut(Out):
    """What a delegate may do."""

    kind: Kind
    verbs: list[Verb]
    ceiling: CeilingOut
    starts_at: datetime | None
    ends_at: datetime | None


class DelegationOut(Out):
    """A delegation. `scope` is null once the person is erased.

    `in_force`: it can be acted under now. `commitment_salt`: with the scope it opens the commitment
    in the ledger (hexadecimal).
    """

    id: str
    subject_id: str
    account_id: str
    delegate_id: str
    state: State
    in_force: bool
    scope: ScopeOut | None
    offered_at: datetime
    ended_at: datetime | None
    commitment_salt: str


@router.post("", status_code=201, response_model=DelegationOut)
def offer_delegation(actor: Actor, rt: Rt, sent: Sent, body: DelegationIn) -> JSONResponse:
    """Offer an account to act for one's subject. It may once it has accepted."""

    def command(tx: Tx) -> Answer:
        scope = Scope(
            kind=body.kind,
            verbs=body.verbs,
            ceiling=Ceiling(**body.ceiling.model_dump()),
            starts_at=body.starts_at,
            ends_at=body.ends_at,
        )
        made = delegations.offer(
            tx, actor, subject_id=body.subject_id, delegate_id=body.delegate_id, scope=scope
        )
        return _answer(201, made, tx)

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_delegations(actor: Actor, rt: Rt) -> list[DelegationOut]:
    """List the delegations that the account offered, or was offered, newest first."""
    with rt.transaction() as tx:
        return [_out(each, tx.now) for each in delegations.mine(tx, actor)]


@router.post("/{delegation_id}/accept", response_model=DelegationOut)
def accept_delegation(actor: Actor, rt: Rt, sent: Sent, delegation_id: Id) -> JSONResponse:
    """Accept to act for someone. An estate acts once a reviewer has activated it."""

    def command(tx: Tx) -> Answer:
        return _answer(200, delegations.accept(tx, actor, delegation_id), tx)

    return commands.run(rt, sent, actor.account_id, "", command)


@router.post("/{delegation_id}/decline", response_model=DelegationOut)
def decline_delegation(actor: Actor, rt: Rt, sent: Sent, delegation_id: Id) -> JSONResponse:
    """Decline to act for someone."""

    def command(tx: Tx) -> Answer:
        return _answer(200, delegations.decline(tx, actor, delegation_id), tx)

    return commands.run(rt, sent, actor.account_id, "", command)


@router.post("/{delegation_id}/end", response_model=DelegationOut)
def end_delegation(actor: Actor, rt: Rt, sent: Sent, delegation_id: Id) -> JSONResponse:
    """End a delegation, from either side. When this has answered, nothing is done under it.

    A minor does not end the delegation of their guardian; the guardian or a reviewer does.
    """

    def command(tx: Tx) -> Answer:
        return _answer(200, delegations.end(tx, actor, delegation_id), tx)

    return commands.run(rt, sent, actor.account_id, "", command)


@router.post("/{delegation_id}/activate", response_model=DelegationOut)
def activate_delegation(
    actor: Actor, rt: Rt, sent: Sent, delegation_id: Id, body: EvidenceIn
) -> JSONResponse:
    """Let an estate act, on evidence that the person has died. Reviewers only."""

    def command(tx: Tx) -> Answer:
        made = delegations.activate(tx, actor, delegation_id, evidence=body.evidence)
        return _answer(200, made, tx)

    return commands.run(rt, sent, actor.account_id, body, command)


def _answer(status: int, delegation: Delegation, tx: Tx) -> Answer:
    shown = _out(delegation, tx.now).model_dump(mode="json")
    return Answer(status, shown, about=(delegation.subject_id,))


def _out(delegation: Delegation, now: datetime) -> DelegationOut:
    return DelegationOut(
        id=delegation.id,
        subject_id=delegation.subject_id,
        account_id=delegation.account_id,
        delegate_id=delegation.delegate_id,
        state=delegation.state,
        in_force=delegation.is_in_force(now),
        scope=delegation.scope and ScopeOut.model_validate(delegation.scope),
        offered_at=delegation.offered_at,
        ended_at=delegation.ended_at,
        commitment_salt=delegation.salt.hex(),
    )
