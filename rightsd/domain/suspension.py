"""Suspension: notices of a claimant are not taken for a while, since several were abusive.

Source: Regulation (EU) 2022/2065, Article 23(2) to (4): after a warning, for a reasonable time, by
what was found in single cases. Notices about intimate pictures are taken all the same: the duty to
act on those knows no exception, and someone else may have used the address.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.domain.regime import Kind

STRIKES_MAX = 3  # Notices rejected as abusive within WINDOW; the one before is the warning.
WINDOW = timedelta(days=180)
LENGTH = timedelta(days=90)
EXEMPT = frozenset({Kind.INTIMATE})


class State(StrEnum):
    """Where a suspension stands; that its time is over is no state."""

    IMPOSED = "imposed"
    APPEALED = "appealed"
    AFFIRMED = "affirmed"
    LIFTED = "lifted"


MACHINE: Machine[State] = Machine(
    {
        (None, "suspension.imposed"): State.IMPOSED,
        (State.IMPOSED, "suspension.appealed"): State.APPEALED,
        (State.APPEALED, "suspension.affirmed"): State.AFFIRMED,
        (State.APPEALED, "suspension.lifted"): State.LIFTED,
    }
)


@dataclass(frozen=True, slots=True)
class Suspension:
    """One suspension.

    Attributes:
        notice_id: The last of the notices that led to it.
        reviewer_id: Who found that one abusive.
        objection: What the appeal says.
        reason: What its decision says.
    """

    id: str
    notice_id: str
    reviewer_id: str
    state: State
    imposed_at: datetime
    until_at: datetime
    objection: str | None = None
    reason: str | None = None

    def holds(self, now: datetime) -> bool:
        """Return whether notices are not taken because of it."""
        return self.state is not State.LIFTED and now < self.until_at


def imposed(event: Event) -> Suspension:
    """Return a suspension that begins."""
    return Suspension(
        id=event.subject,
        notice_id=str(event.data["notice_id"]),
        reviewer_id=str(event.data["reviewer_id"]),
        state=MACHINE.next(None, event.kind),
        imposed_at=event.at,
        until_at=event.at + LENGTH,
    )


def evolve(suspension: Suspension, event: Event, *, words: str) -> Suspension:
    """Return the suspension after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    turned = replace(suspension, state=MACHINE.next(suspension.state, event.kind))
    if turned.state is State.APPEALED:
        return replace(turned, objection=words)
    return replace(turned, reason=words)
