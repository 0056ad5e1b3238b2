"""Incident: a compound case, in which consent, copyright, safety and communication meet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.domain.principal import Role
from rightsd.domain.runbook import Strand
from rightsd.errors import Code, RightsError

SALT_BYTES = 32
STAFF = (Role.REVIEWER, Role.ADMIN)
LINKS_MAX = 200  # Of one incident: its timeline is read whole.
NOTES_MAX = 500
# What can be linked: things that the log tells of, by the prefix of their ids.
LINKABLE = re.compile(r"(?:ack|con|cpy|del|evd|gen|lic|ntc|off|opt|plt|ref|rev|rvk|sub|wrk)_.*")


class State(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    CONTAINED = "contained"  # It does no more harm, and is not understood yet.
    RESOLVED = "resolved"
    CLOSED = "closed"  # What was learnt is written down.


class Severity(StrEnum):
    """How bad it is, the worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"


class Part(StrEnum):
    """What someone does in an incident."""

    LEAD = "lead"
    CONSENT = "consent"
    COPYRIGHT = "copyright"
    SAFETY = "safety"
    COMMUNICATION = "communication"
    SCRIBE = "scribe"


_LIVE = (State.OPEN, State.CONTAINED, State.RESOLVED)
_KEEPING = ("linked", "unlinked", "assigned", "noted", "advanced")

MACHINE: Machine[State] = Machine(
    {
        (None, "incident.opened"): State.OPEN,
        **{(state, f"incident.{what}"): state for state in _LIVE for what in _KEEPING},
        (State.OPEN, "incident.contained"): State.CONTAINED,
        (State.OPEN, "incident.resolved"): State.RESOLVED,
        (State.CONTAINED, "incident.resolved"): State.RESOLVED,
        (State.CONTAINED, "incident.reopened"): State.OPEN,
        (State.RESOLVED, "incident.reopened"): State.OPEN,
        (State.RESOLVED, "incident.closed"): State.CLOSED,
    }
)


@dataclass(frozen=True, slots=True)
class Lessons:
    """What was learnt: staff's words, which stay out of the ledger."""

    impact: str
    cause: str
    worked: str
    changes: str


@dataclass(frozen=True, slots=True)
class Link:
    """That a thing belongs to an incident, and to which side of it."""

    thing_id: str
    strand: Strand
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """What someone of the staff wrote.

    Attributes:
        event_id: The event that has the commitment to it.
        text: None when the incident's words were erased.
        salt: SALT_BYTES that open that commitment, and no other.
    """

    event_id: str
    account_id: str
    strand: Strand
    text: str | None
    salt: bytes
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """That a step of the runbook was done."""

    step_id: str
    account_id: str
    done_at: datetime


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident, as it stands now.

    Attributes:
        title: What it is called; staff's words, which stay out of the ledger.
        salt: SALT_BYTES that open the ledger's commitment to the title.
        lessons_salt: SALT_BYTES that open that to the lessons; empty until there are any.
        runbook: The version of the runbook that it was opened under.
        detected_at: When somebody first knew, which can be before it was opened.
    """

    id: str
    account_id: str
    severity: Severity
    title: str
    salt: bytes
    runbook: int
    state: State
    detected_at: datetime
    opened_at: datetime
    contained_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    lessons: Lessons | None = None
    lessons_salt: bytes = b""


def evolve(
    incident: Incident | None,
    event: Event,
    *,
    title: str = "",
    salt: bytes = b"",
    lessons: Lessons | None = None,
) -> Incident:
    """Return the incident after an event.

    Args:
        incident: As it was.
        event: What happens.
        title: Of one that is opened.
        lessons: Of one that is closed.
        salt: That opens the commitment to either.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(incident and incident.state, event.kind)
    if incident is None:
        return Incident(
            id=event.subject,
            account_id=str(event.data["by"]),
            severity=Severity(str(event.data["severity"])),
            title=title,
            salt=salt,
            runbook=int(str(event.data["runbook"])),
            state=state,
            detected_at=datetime.fromisoformat(str(event.data["detected_at"])),
            opened_at=event.at,
        )
    assert incident.id == event.subject
    if state is incident.state:
        return incident
    turned = replace(incident, state=state, **_times(incident, state, event.at))
    return turned if lessons is None else replace(turned, lessons=lessons, lessons_salt=salt)


def require_linkable(thing_id: str) -> None:
    """Check that a thing is of a kind that can belong to an incident.

    Raises:
        RightsError: INVALID.
    """
    if not LINKABLE.fullmatch(thing_id):
        detail = "an incident links people, works, clips, consents, notices and what follows them"
        raise RightsError(Code.INVALID, detail)


def _times(incident: Incident, state: State, at: datetime) -> Mapping[str, datetime | None]:
    match state:
        case State.OPEN:  # Whatever was thought to be over is not.
            return {"contained_at": None, "resolved_at": None}
        case State.CONTAINED:
            return {"contained_at": at}
        case State.RESOLVED:
            return {"contained_at": incident.contained_at or at, "resolved_at": at}
        case State.CLOSED:
            return {"closed_at": at}
