"""Exemption: who may show copies of something that stays down for all others, and until when."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rightsd.domain.events import Event, Value
from rightsd.domain.machine import Machine

DAYS_MAX = 366  # Then someone looks again.
SPAN_MAX = timedelta(days=DAYS_MAX)


class Ground(StrEnum):
    """Why they may."""

    OWN_RELEASE = "own_release"  # Whoever gave notice, or made it, shows it themselves.
    NEWS = "news"
    LICENSED = "licensed"
    ERROR = "error"  # It matches what is another thing.


class State(StrEnum):
    """Where an exemption stands. It counts no more once its time is over: a worker ends it then."""

    GRANTED = "granted"
    ENDED = "ended"


MACHINE: Machine[State] = Machine(
    {
        (None, "exemption.granted"): State.GRANTED,
        (State.GRANTED, "exemption.ended"): State.ENDED,
    }
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is granted, to whom, why, and until when: see `Exemption`."""

    thing: str
    account_id: str | None
    licence_id: str | None
    ground: Ground
    reason: str
    expires_at: datetime

    def facts(self) -> dict[str, Value]:
        """Return what the ledger says of it: not the reason."""
        return {
            "thing": self.thing,
            "account_id": self.account_id,
            "licence_id": self.licence_id,
            "ground": self.ground.value,
            "expires_at": self.expires_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Exemption:
    """One of them.

    Attributes:
        thing: The output or the entry whose copies may be shown.
        account_id: Whose copies; a platform is told of no match there.
        licence_id: Or: those of the holder of this licence, while it is active.
        granted_by: The reviewer.
        reason: Why, in their words.
    """

    id: str
    thing: str
    account_id: str | None
    licence_id: str | None
    ground: Ground
    reason: str
    granted_by: str
    state: State
    granted_at: datetime
    expires_at: datetime
    ended_at: datetime | None


def evolve(exemption: Exemption | None, event: Event, *, terms: Terms | None = None) -> Exemption:
    """Return the exemption after an event; its terms come with the first.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(exemption and exemption.state, event.kind)
    if exemption is None:
        assert terms is not None
        return Exemption(
            id=event.subject,
            thing=terms.thing,
            account_id=terms.account_id,
            licence_id=terms.licence_id,
            ground=terms.ground,
            reason=terms.reason,
            granted_by=str(event.data["reviewer_id"]),
            state=state,
            granted_at=event.at,
            expires_at=terms.expires_at,
            ended_at=None,
        )
    assert exemption.id == event.subject
    return replace(exemption, state=state, ended_at=event.at)
