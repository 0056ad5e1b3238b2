"""Subject: a person whose likeness can be cast."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.age import Age
from rightsd.domain.consenttext import Shown
from rightsd.domain.enrolment import Assurance
from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.errors import Code, RightsError

HANDLE = re.compile(r"^[a-z][a-z0-9_]{2,31}$")
Colour = tuple[int, int, int]
SALT_BYTES = 32


class State(StrEnum):
    """Where an enrolment stands."""

    ENROLLED = "enrolled"
    PAUSED = "paused"  # Cast by nobody until they resume; their consents stay as they are.
    UNENROLLED = "unenrolled"  # Cast no more, and to be erased as soon as nothing holds it.
    ERASED = "erased"


MACHINE: Machine[State] = Machine(
    {
        (None, "subject.enrolled"): State.ENROLLED,
        (State.ENROLLED, "subject.paused"): State.PAUSED,
        (State.PAUSED, "subject.resumed"): State.ENROLLED,
        (State.ENROLLED, "subject.unenrolled"): State.UNENROLLED,
        (State.PAUSED, "subject.unenrolled"): State.UNENROLLED,
        (State.UNENROLLED, "subject.erased"): State.ERASED,
    }
)
PRESENT = frozenset({State.ENROLLED, State.PAUSED})  # Those who have not left.


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
class Person:
    """Who a subject is: personal data, which end with the subject's key.

    Attributes:
        handle: What prompts call them by, after the "@".
        salt: SALT_BYTES that open the ledger's commitment to the likeness.
        age: What was declared of it; None: nothing.
        text: What they were shown when they enrolled; None: nobody said.
        assurance: How much speaks for the templates being theirs.
    """

    handle: str
    likeness: Likeness
    salt: bytes
    age: Age | None = None
    text: Shown | None = None
    assurance: Assurance = Assurance.L0


@dataclass(frozen=True, slots=True)
class Subject:
    """The enrolment of a person.

    Attributes:
        ended_at: When they left; from then on no one casts them.
    """

    id: str
    account_id: str
    state: State
    enrolled_at: datetime
    ended_at: datetime | None


def evolve(subject: Subject | None, event: Event) -> Subject:
    """Return the subject after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(subject and subject.state, event.kind)
    if subject is None:
        return Subject(event.subject, str(event.data["account_id"]), state, event.at, None)
    assert subject.id == event.subject
    ended_at = None if state in PRESENT else subject.ended_at or event.at
    return replace(subject, state=state, ended_at=ended_at)


def require_handle(handle: str) -> None:
    """Check that a handle can be mentioned in a prompt.

    Raises:
        RightsError: INVALID.
    """
    if not HANDLE.match(handle):
        detail = "a handle has 3 to 32 characters a-z, 0-9 and _, and begins with a letter"
        raise RightsError(Code.INVALID, detail)
