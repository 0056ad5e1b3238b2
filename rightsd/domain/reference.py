"""Reference: a picture, clip or recording of a work: outputs and requests are compared with it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine


class Kind(StrEnum):
    """What it is. Works that are voices have recordings and no pictures, others the reverse."""

    PICTURE = "picture"
    VIDEO = "video"
    VOICE = "voice"


class State(StrEnum):
    """Where a reference stands."""

    STANDING = "standing"
    REMOVED = "removed"


MACHINE: Machine[State] = Machine(
    {
        (None, "reference.registered"): State.STANDING,
        (State.STANDING, "reference.removed"): State.REMOVED,
    }
)


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference.

    Attributes:
        sha256: Of the file that was sent, which is not kept.
        seconds: Length; 0 of a picture.
        grey_copy: A small grey copy is kept, from which more can be told than how it moves.
    """

    id: str
    work_id: str
    account_id: str
    kind: Kind
    sha256: str
    seconds: float
    grey_copy: bool
    state: State
    registered_at: datetime
    ended_at: datetime | None


def evolve(
    reference: Reference | None, event: Event, *, seconds: float = 0.0, grey_copy: bool = False
) -> Reference:
    """Return the reference after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(reference and reference.state, event.kind)
    if reference is None:
        return Reference(
            id=event.subject,
            work_id=str(event.data["work_id"]),
            account_id=str(event.data["account_id"]),
            kind=Kind(str(event.data["kind"])),
            sha256=str(event.data["sha256"]),
            seconds=seconds,
            grey_copy=grey_copy,
            state=state,
            registered_at=event.at,
            ended_at=None,
        )
    assert reference.id == event.subject
    return replace(reference, state=state, ended_at=event.at, grey_copy=False)
