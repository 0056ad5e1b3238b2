"""Subject: a person whose likeness can be cast."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.errors import Code, RightsError

HANDLE = re.compile(r"^[a-z][a-z0-9_]{2,31}$")
Colour = tuple[int, int, int]


class State(StrEnum):
    """Where an enrolment stands."""

    ENROLLED = "enrolled"


MACHINE: Machine[State] = Machine({(None, "subject.enrolled"): State.ENROLLED})


@dataclass(frozen=True, slots=True)
class Likeness:
    """What the generator needs to draw and voice a person: personal data, never in the ledger.

    Attributes:
        skin: sRGB, 0..255.
        hair: sRGB, 0..255.
        clothes: sRGB, 0..255.
        height_m: Metres, 0.8..2.3.
        voice_hz: Mean pitch of the voice, 60..400 Hz.
    """

    skin: Colour
    hair: Colour
    clothes: Colour
    height_m: float
    voice_hz: float


@dataclass(frozen=True, slots=True)
class Subject:
    """One enrolled person."""

    id: str
    account_id: str
    handle: str
    likeness: Likeness
    state: State
    enrolled_at: datetime


def evolve(subject: Subject | None, event: Event, *, handle: str, likeness: Likeness) -> Subject:
    """Return the subject after an event.

    Raises:
        RightsError: INVALID handle; CONFLICT, when the event cannot follow.
    """
    if not HANDLE.match(handle):
        detail = "a handle has 3 to 32 characters a-z, 0-9 and _, and begins with a letter"
        raise RightsError(Code.INVALID, detail)
    state = MACHINE.next(subject and subject.state, event.kind)
    account_id = str(event.data["account_id"])
    return Subject(event.subject, account_id, handle, likeness, state, event.at)
