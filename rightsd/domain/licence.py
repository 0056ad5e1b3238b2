"""Licence: a creator has accepted an offer, at the price and on the terms that they were shown."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.domain.offer import Offer


class State(StrEnum):
    """Where a licence stands."""

    ACTIVE = "active"
    REVOKED = "revoked"  # By who made the offer; what was published goes, unless the terms say no.
    EXPIRED = "expired"  # By time; what was published stays, unless the terms say no.
    EXHAUSTED = "exhausted"  # Its quota was used up; what was published stays.


MACHINE: Machine[State] = Machine(
    {
        (None, "licence.issued"): State.ACTIVE,
        (State.ACTIVE, "licence.revoked"): State.REVOKED,
        (State.ACTIVE, "licence.expired"): State.EXPIRED,
        (State.ACTIVE, "licence.exhausted"): State.EXHAUSTED,
    }
)


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence, as it stands now.

    Attributes:
        offer: What was accepted. Offers do not change, so it says the price and the terms for good.
        creator_id: Who accepted it; nobody else may rely on it.
    """

    id: str
    offer: Offer
    creator_id: str
    state: State
    issued_at: datetime
    ended_at: datetime | None

    def stands(self, now: datetime) -> bool:
        """Say whether it permits anything still, whatever that is."""
        return self.state is State.ACTIVE and not self.offer.has_run_out(now)


def evolve(licence: Licence | None, event: Event, *, offer: Offer | None = None) -> Licence:
    """Return the licence after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(licence and licence.state, event.kind)
    if licence is None:
        assert offer is not None
        creator_id = str(event.data["account_id"])
        return Licence(event.subject, offer, creator_id, state, event.at, None)
    assert licence.id == event.subject
    return replace(licence, state=state, ended_at=event.at)
