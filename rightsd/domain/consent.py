"""Consent: a subject lets some creators cast their likeness, on terms."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.consenttext import Shown
from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.domain.terms import Audience, Terms


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
        account_id: The account of the person, whoever granted it for them.
        terms_version: Which terms of this consent these are, counted from 1.
        salt: SALT_BYTES that open the ledger's commitment to the terms; empty: there is none.
        text: What was shown to whoever granted it; None: nobody said, or it was erased.
    """

    id: str
    subject_id: str
    account_id: str
    terms: Terms
    terms_version: int
    salt: bytes
    state: State
    granted_at: datetime
    ended_at: datetime | None
    text: Shown | None = None

    @property
    def grantee_id(self) -> str | None:
        """The first account that may cast the subject, if accounts are named."""
        return self.terms.grantees[0] if self.terms.grantees else None

    @property
    def expires_at(self) -> datetime | None:
        """From this moment it no longer permits anything; None: until revoked."""
        return self.terms.expires_at

    def reaches(self, creator_id: str, now: datetime, *, mutual: bool) -> bool:
        """Say whether it stands and is meant for this account, whatever it allows them.

        Args:
            creator_id: Who wants to cast the subject.
            now: The time; that it has not begun yet is another matter.
            mutual: Whether the two follow one another.
        """
        terms = self.terms
        if self.state is not State.GRANTED or creator_id in terms.blocked:
            return False
        if terms.expires_at is not None and now >= terms.expires_at:
            return False
        match terms.audience:
            case Audience.ONLY_ME:
                return creator_id == self.account_id
            case Audience.APPROVED:
                return creator_id in terms.grantees
            case Audience.MUTUALS:
                return mutual
            case Audience.EVERYONE:
                return True


def evolve(
    consent: Consent | None,
    event: Event,
    *,
    terms: Terms | None = None,
    salt: bytes = b"",
    text: Shown | None = None,
) -> Consent:
    """Return the consent after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    state = MACHINE.next(consent and consent.state, event.kind)
    if consent is None:
        assert terms is not None
        return Consent(
            id=event.subject,
            subject_id=str(event.data["subject_id"]),
            account_id=str(event.data["account_id"]),
            terms=terms,
            terms_version=1,
            salt=salt,
            state=state,
            granted_at=event.at,
            ended_at=None,
            text=text,
        )
    assert consent.id == event.subject
    return replace(consent, state=state, ended_at=event.at)
