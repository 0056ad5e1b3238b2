"""Notice: a request to take a published output down."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine

TEXT_LENGTH_MAX = 4000
SALT_BYTES = 32
NAME_LENGTH_MAX = 200
EMAIL_LENGTH_MAX = 254  # RFC 5321 section 4.5.3.1.3, less the angle brackets.


class Kind(StrEnum):
    """On what ground."""

    COPYRIGHT = "copyright"
    TRADEMARK = "trademark"
    LIKENESS = "likeness"
    PRIVACY = "privacy"


class State(StrEnum):
    """Where a notice stands."""

    RECEIVED = "received"
    UPHELD = "upheld"
    REJECTED = "rejected"
    RETRACTED = "retracted"


MACHINE: Machine[State] = Machine(
    {
        (None, "notice.received"): State.RECEIVED,
        (State.RECEIVED, "notice.upheld"): State.UPHELD,
        (State.RECEIVED, "notice.rejected"): State.REJECTED,
        (State.RECEIVED, "notice.retracted"): State.RETRACTED,
    }
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. Claimant and statement are personal data and stay out of the ledger.

    Attributes:
        salt: SALT_BYTES that open the ledger's commitment to the statement.
        reason: What the reviewer gave as the reason of the decision.
    """

    id: str
    generation_id: str
    kind: Kind
    claimant_name: str
    claimant_email: str
    statement: str
    salt: bytes
    state: State
    received_at: datetime
    decided_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """What the person who gives notice says."""

    kind: Kind
    name: str
    email: str
    statement: str
    salt: bytes


def evolve(
    notice: Notice | None, event: Event, *, claim: Claim | None = None, reason: str | None = None
) -> Notice:
    """Return the notice after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(notice and notice.state, event.kind)
    if notice is None:
        assert claim is not None
        return Notice(
            id=event.subject,
            generation_id=str(event.data["generation_id"]),
            kind=claim.kind,
            claimant_name=claim.name,
            claimant_email=claim.email,
            statement=claim.statement,
            salt=claim.salt,
            state=state,
            received_at=event.at,
            decided_at=None,
            reason=None,
        )
    assert notice.id == event.subject
    return replace(notice, state=state, decided_at=event.at, reason=reason)
