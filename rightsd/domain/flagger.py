"""Trusted flagger: a claimant whose notices are decided first, since an admin says so.

Source: Regulation (EU) 2022/2065, Article 22: status is awarded to entities, and published.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.domain.rates import wilson


class State(StrEnum):
    """Where the trust stands."""

    GRANTED = "granted"
    ENDED = "ended"


MACHINE: Machine[State] = Machine(
    {
        (None, "flagger.granted"): State.GRANTED,
        (State.GRANTED, "flagger.ended"): State.ENDED,
    }
)


@dataclass(frozen=True, slots=True)
class Flagger:
    """One trusted flagger. Who it is, is known by a MAC of the account or mailbox.

    Attributes:
        name: Public.
    """

    id: str
    name: str
    state: State
    granted_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How often a claimant, or all without a name, were right.

    Attributes:
        flagger: The name of a trusted flagger; None for everyone else together.
        decided: Notices that a reviewer has decided on, appeals included, and that do not wait.
        upheld: Those of them whose takedown stands by now.
    """

    flagger: str | None
    decided: int
    upheld: int

    @property
    def share(self) -> float | None:
        """The share of those upheld; None of none."""
        return self.upheld / self.decided if self.decided else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's interval of the share, 95 %."""
        share = self.share
        return None if share is None else wilson(share, self.decided)


def evolve(flagger: Flagger | None, event: Event, *, name: str = "") -> Flagger:
    """Return the flagger after an event; the name comes with the first.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(flagger and flagger.state, event.kind)
    if flagger is None:
        return Flagger(event.subject, name, state, event.at, None)
    return replace(flagger, state=state, ended_at=event.at)
