"""Reservation: what the owner of a work says of it beyond opting it out.

Where a work is shown, some default holds for those whose owner has said nothing (`rulebook.books`,
`Default`). The owner can ask for a stricter one everywhere, and can opt the work in, which permits
it to all where the default is OPT_IN.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.domain.rulebook.books import Default


class State(StrEnum):
    """Where a reservation stands."""

    STATED = "stated"


MACHINE: Machine[State] = Machine(
    {
        (None, "reservation.stated"): State.STATED,
        (State.STATED, "reservation.stated"): State.STATED,
    }
)


@dataclass(frozen=True, slots=True)
class Reservation:
    """What an owner says of a work now.

    Attributes:
        least: The default that holds at least, wherever the work is shown.
        opted_in: Whether the owner permits it to all, where the default is OPT_IN.
    """

    id: str
    work_id: str
    account_id: str
    least: Default
    opted_in: bool
    state: State
    stated_at: datetime


def evolve(reservation: Reservation | None, event: Event) -> Reservation:
    """Return the reservation after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(reservation and reservation.state, event.kind)
    least, opted_in = Default(str(event.data["least"])), bool(event.data["opted_in"])
    if reservation is None:
        work_id, account_id = str(event.data["work_id"]), str(event.data["account_id"])
        return Reservation(event.subject, work_id, account_id, least, opted_in, state, event.at)
    return replace(reservation, least=least, opted_in=opted_in, state=state, stated_at=event.at)
