"""Enrolment: a session in which someone's face and voice are measured, after a challenge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rightsd.domain.challenge import Challenge
from rightsd.domain.consenttext import Shown
from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.errors import Code, RightsError

LIFETIME = timedelta(minutes=15)  # To record and send; longer, and what was drawn is stale.
CHECKING = timedelta(hours=1)  # Whatever could not be checked by then is given up.
SESSIONS_MAX = 5  # Of one subject in WINDOW: each guess at a challenge costs one.
WINDOW = timedelta(hours=24)
PHOTOS_MIN = 3
PHOTOS_MAX = 5
SALT_BYTES = 32


class State(StrEnum):
    """Where a session stands."""

    OPEN = "open"
    SUBMITTED = "submitted"
    PASSED = "passed"
    FAILED = "failed"
    EXPIRED = "expired"


MACHINE: Machine[State] = Machine(
    {
        (None, "enrolment.opened"): State.OPEN,
        (State.OPEN, "enrolment.submitted"): State.SUBMITTED,
        (State.OPEN, "enrolment.expired"): State.EXPIRED,
        (State.SUBMITTED, "enrolment.passed"): State.PASSED,
        (State.SUBMITTED, "enrolment.failed"): State.FAILED,
        (State.SUBMITTED, "enrolment.expired"): State.EXPIRED,
    }
)
ENDED = frozenset({State.PASSED, State.FAILED, State.EXPIRED})


class Assurance(StrEnum):
    """How much speaks for a template being of the person who enrolled."""

    L0 = "L0"  # What they say of themselves.
    L1 = "L1"  # Photographs of one person.
    L2 = "L2"  # A clip of that person, who turned their head as was drawn for the session.
    L3 = "L3"  # The same, and a voice that said the digits that were drawn for it.


class Kind(StrEnum):
    """What was sent."""

    CLIP = "clip"
    PHOTO = "photo"
    VOICE = "voice"


class Fault(StrEnum):
    """Why a session failed."""

    UNREADABLE = "unreadable"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    OTHER_FACE = "other_face"
    TURNS = "turns"
    LENGTH = "length"
    SILENCE = "silence"
    DIGITS = "digits"
    OTHER_VOICE = "other_voice"
    LEFT = "left"


Number = int | float | str
Evidence = Mapping[str, Number | Sequence[Number]]
Measured = dict[str, Number | Sequence[Number]]


@dataclass(frozen=True, slots=True)
class Medium:
    """A file that was sent; `sha256` is that of the sealed file, its name in the blob store."""

    kind: Kind
    sha256: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a session.

    Attributes:
        assurance: What was reached; None when it failed.
        fault: Why it failed; None when it did not.
        detail: That in a sentence, for the person.
        evidence: What was measured: numbers, no media.
    """

    assurance: Assurance | None
    fault: Fault | None
    detail: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One session, as it stands now.

    Attributes:
        account_id: Who opened it: the person, or their guardian.
        challenge: None once the subject is erased, as is all that follows.
        keep_media: What was sent is kept, sealed, if the session is passed.
        text: What they were shown.
        salt: SALT_BYTES that open the ledger's commitments to the challenge and to the evidence.
    """

    id: str
    subject_id: str
    account_id: str
    state: State
    opened_at: datetime
    expires_at: datetime
    submitted_at: datetime | None
    ended_at: datetime | None
    keep_media: bool
    challenge: Challenge | None
    text: Shown | None
    salt: bytes
    media: tuple[Medium, ...]
    outcome: Outcome | None


def evolve(enrolment: Enrolment, event: Event, *, outcome: Outcome | None = None) -> Enrolment:
    """Return the session after an event that is not its first.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(enrolment.state, event.kind)
    assert enrolment.id == event.subject
    return replace(
        enrolment,
        state=state,
        submitted_at=event.at if state is State.SUBMITTED else enrolment.submitted_at,
        ended_at=event.at if state in ENDED else None,
        outcome=outcome or enrolment.outcome,
    )


def reached(kinds: set[Kind]) -> Assurance:
    """Return what is reached when everything that was sent holds.

    Raises:
        RightsError: INVALID: it is too little, or goes with nothing.
    """
    if Kind.CLIP in kinds:
        return Assurance.L3 if Kind.VOICE in kinds else Assurance.L2
    if Kind.VOICE in kinds:
        raise RightsError(Code.INVALID, "a voice is enrolled together with a clip of the face")
    if Kind.PHOTO not in kinds:
        raise RightsError(Code.INVALID, "send a clip, or photographs")
    return Assurance.L1


def require_photos(count: int) -> None:
    """Check how many photographs were sent.

    Raises:
        RightsError: INVALID.
    """
    if count and not PHOTOS_MIN <= count <= PHOTOS_MAX:
        detail = f"send {PHOTOS_MIN} to {PHOTOS_MAX} photographs, or none with a clip"
        raise RightsError(Code.INVALID, detail)
