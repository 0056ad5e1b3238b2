"""Opt-out: a rights holder's reservation over a work."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine


class State(StrEnum):
    """Where an opt-out stands."""

    STANDING = "standing"
    LIFTED = "lifted"


MACHINE: Machine[State] = Machine(
    {
        (None, "optout.registered"): State.STANDING,
        # One of many that came in an import, whose evidence sets off what follows: once for all.
        (None, "optout.imported"): State.STANDING,
        (State.STANDING, "optout.lifted"): State.LIFTED,
    }
)


@dataclass(frozen=True, slots=True)
class Optout:
    """One opt-out, as it stands now.

    Attributes:
        evidence_id: What it was imported from; None when its owner said so here.
    """

    id: str
    work_id: str
    account_id: str
    state: State
    registered_at: datetime
    ended_at: datetime | None
    evidence_id: str | None = None


def evolve(optout: Optout | None, event: Event) -> Optout:
    """Return the opt-out after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(optout and optout.state, event.kind)
    if optout is None:
        evidence_id = event.data.get("evidence_id")
        return Optout(
            id=event.subject,
            work_id=str(event.data["work_id"]),
            account_id=str(event.data["account_id"]),
            state=state,
            registered_at=event.at,
            ended_at=None,
            evidence_id=None if evidence_id is None else str(evidence_id),
        )
    assert optout.id == event.subject
    return replace(optout, state=state, ended_at=event.at)
