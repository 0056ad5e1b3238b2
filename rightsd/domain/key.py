"""A key of the log: introduced by the one before it, signing beside it, and retired."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine


class State(StrEnum):
    """Where a key of the log stands."""

    INTRODUCED = "introduced"
    RETIRED = "retired"


MACHINE: Machine[State] = Machine(
    {
        (None, "key.introduced"): State.INTRODUCED,
        (State.INTRODUCED, "key.retired"): State.RETIRED,
    }
)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the log, as it stands now. The private key is elsewhere.

    Attributes:
        number: Its place among the log's keys, from 1; what its private key is found by.
        vkey: The public key.
        introduced_at: When the log first named it; later than its first use for key 1.
    """

    id: str
    number: int
    vkey: str
    state: State
    introduced_at: datetime
    retired_at: datetime | None


def evolve(key: Key | None, event: Event) -> Key:
    """Return the key after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(key and key.state, event.kind)
    if key is None:
        number = event.data["number"]
        assert isinstance(number, int)
        return Key(
            id=event.subject,
            number=number,
            vkey=str(event.data["new_vkey"]),
            state=state,
            introduced_at=event.at,
            retired_at=None,
        )
    assert key.id == event.subject
    return replace(key, state=state, retired_at=event.at)
