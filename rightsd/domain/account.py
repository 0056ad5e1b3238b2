"""Account: someone who can hold keys and act in one role."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.domain.principal import Role

NAME_LENGTH_MAX = 200


class State(StrEnum):
    """Where an account stands."""

    OPEN = "open"
    CLOSED = "closed"  # Nobody acts for it any more; what it has done stands.


MACHINE: Machine[State] = Machine(
    {
        (None, "account.opened"): State.OPEN,
        (State.OPEN, "account.closed"): State.CLOSED,
    }
)


@dataclass(frozen=True, slots=True)
class Account:
    """One account; its name is personal data and stays out of the ledger."""

    id: str
    role: Role
    name: str
    state: State
    opened_at: datetime


def evolve(account: Account | None, event: Event, *, name: str) -> Account:
    """Return the account after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(account and account.state, event.kind)
    if account is not None:
        return replace(account, state=state)
    return Account(event.subject, Role(str(event.data["role"])), name, state, event.at)
