"""Delegation: someone lets another account act for a subject, within a scope."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.ceiling import Ceiling
from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.domain.principal import Role
from rightsd.errors import Code, RightsError

SALT_BYTES = 32
NO_CEILING = Ceiling()  # But for the audience, which is the people who are approved.
# Who can act for others. Not creators: whoever casts people does not consent for them.
ROLES = (Role.PERSON, Role.RIGHTS_HOLDER)


class Kind(StrEnum):
    """What the one who acts is to the person."""

    AGENT = "agent"
    GUILD = "guild"
    GUARDIAN = "guardian"
    ESTATE = "estate"


class Verb(StrEnum):
    """What can be done for a person."""

    ENROL = "enrol"
    GRANT = "grant"
    REVOKE = "revoke"
    SEE = "see"
    APPROVE = "approve"
    OBJECT = "object"
    PAUSE = "pause"
    RESUME = "resume"
    UNENROL = "unenrol"


class State(StrEnum):
    """Where a delegation stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    ACTIVE = "active"  # Of an estate: a reviewer has seen evidence of the person's death.
    DECLINED = "declined"
    ENDED = "ended"


MACHINE: Machine[State] = Machine(
    {
        (None, "delegation.offered"): State.OFFERED,
        (State.OFFERED, "delegation.accepted"): State.ACCEPTED,
        (State.OFFERED, "delegation.declined"): State.DECLINED,
        (State.OFFERED, "delegation.ended"): State.ENDED,
        (State.ACCEPTED, "delegation.activated"): State.ACTIVE,
        (State.ACCEPTED, "delegation.ended"): State.ENDED,
        (State.ACTIVE, "delegation.ended"): State.ENDED,
    }
)
STANDING = frozenset({State.OFFERED, State.ACCEPTED, State.ACTIVE})
# What only some can be let do: what cannot be undone, and what a face is measured for.
ONLY: Mapping[Verb, frozenset[Kind]] = {
    Verb.ENROL: frozenset({Kind.GUARDIAN}),
    Verb.UNENROL: frozenset({Kind.GUARDIAN, Kind.ESTATE}),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What the one who acts may do. Personal data: that someone has a guardian tells their age.

    Attributes:
        verbs: In order, each once.
        ceiling: How far the consents may go that they grant.
        starts_at: Before this moment they may do nothing.
        ends_at: From this moment they may do nothing any more; None: until it is ended.
    """

    kind: Kind
    verbs: tuple[Verb, ...]
    ceiling: Ceiling = NO_CEILING
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delegation:
    """One delegation, as it stands now.

    Attributes:
        account_id: The account that the subject belongs to.
        delegate_id: The account that may act.
        scope: None once the subject is erased.
        salt: SALT_BYTES that open the ledger's commitment to the scope.
        evidence: Of the person's death, in the reviewer's words; empty before.
    """

    id: str
    subject_id: str
    account_id: str
    delegate_id: str
    scope: Scope | None
    salt: bytes
    evidence: str
    state: State
    offered_at: datetime
    ended_at: datetime | None

    def is_in_force(self, now: datetime) -> bool:
        """Say whether anything may be done under it now."""
        if self.scope is None:
            return False
        estate = self.scope.kind is Kind.ESTATE
        if self.state is not (State.ACTIVE if estate else State.ACCEPTED):
            return False
        begins, ends = self.scope.starts_at, self.scope.ends_at
        return (begins is None or begins <= now) and (ends is None or now < ends)

    def is_of(self, kind: Kind) -> bool:
        """Say whether the one who acts is this to the person."""
        return self.scope is not None and self.scope.kind is kind


def evolve(
    delegation: Delegation | None,
    event: Event,
    *,
    scope: Scope | None = None,
    salt: bytes = b"",
    evidence: str = "",
) -> Delegation:
    """Return the delegation after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(delegation and delegation.state, event.kind)
    if delegation is None:
        assert scope is not None
        return Delegation(
            id=event.subject,
            subject_id=str(event.data["subject_id"]),
            account_id=str(event.data["account_id"]),
            delegate_id=str(event.data["delegate_id"]),
            scope=scope,
            salt=salt,
            evidence="",
            state=state,
            offered_at=event.at,
            ended_at=None,
        )
    assert delegation.id == event.subject
    if state is State.ACTIVE and not delegation.is_of(Kind.ESTATE):
        raise RightsError(Code.CONFLICT, "only the delegation of an estate is activated")
    return replace(
        delegation,
        state=state,
        evidence=evidence or delegation.evidence,
        ended_at=None if state in STANDING else event.at,
    )


def checked(scope: Scope, now: datetime) -> Scope:
    """Return a scope that can be offered, with its verbs in order.

    Raises:
        RightsError: INVALID.
    """
    if not scope.verbs:
        raise RightsError(Code.INVALID, "say what the delegate may do: name a verb")
    for verb in scope.verbs:
        if scope.kind not in ONLY.get(verb, frozenset(Kind)):
            who = " or ".join(sorted(ONLY[verb]))
            raise RightsError(Code.INVALID, f"only a delegate who is {who} can be let {verb}")
    begins, ends = scope.starts_at, scope.ends_at
    if ends is not None and ends <= max(now, begins or now):
        raise RightsError(Code.INVALID, "this delegation ends before it begins")
    verbs = tuple(verb for verb in Verb if verb in scope.verbs)
    return replace(scope, verbs=verbs, ceiling=scope.ceiling.checked())
