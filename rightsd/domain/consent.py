"""Consent: a subject lets one creator cast their likeness."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine


class State(StrEnum):
    """Where a consent stands."""

    GRANTED = "granted"
    REVOKED = "revoked"
    EXPIRED = "expired"


MACHINE: Machine[State] = Machine(
    {
        (None, "consent.granted"): State.GRANTED,
        (State.GRANTED, "consent.revoked"): State.REVOKED,
        (State.GRANTED, "consent.expired"): State.EXPIRED,
    }
)


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent, as it stands now.

    Attributes:
        account_id: The account that granted it.
        grantee_id: The account that may cast the subject.
        expires_at: From this moment it no longer permits anything; None: until revoked.
    """

    id: str
    subject_id: str
    account_id: str
    grantee_id: str
    state: State
    granted_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None

    def permits(self, grantee_id: str, now: datetime) -> bool:
        """Say whether this account may cast the subject now."""
        return (
            self.state is State.GRANTED
            and self.grantee_id == grantee_id
            and (self.expires_at is None or now < self.expires_at)
        )


def evolve(consent: Consent | None, event: Event) -> Consent:
    """Return the consent after an event. Live changes and the replay of the ledger both use it.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(consent and consent.state, event.kind)
    if consent is None:
        expires_at = event.data["expires_at"]
        return Consent(
            id=event.subject,
            subject_id=str(event.data["subject_id"]),
            account_id=str(event.data["account_id"]),
            grantee_id=str(event.data["grantee_id"]),
            state=state,
            granted_at=event.at,
            expires_at=None if expires_at is None else datetime.fromisoformat(str(expires_at)),
            ended_at=None,
        )
    assert consent.id == event.subject
    return replace(consent, state=state, ended_at=event.at)
