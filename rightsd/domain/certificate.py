"""A certificate under which claims are signed, and what its revocation means."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.errors import Code, RightsError


class State(StrEnum):
    """Where a certificate stands that is not simply good."""

    REVOKED = "revoked"


MACHINE: Machine[State] = Machine(
    {
        (None, "certificate.revoked"): State.REVOKED,
        # The key was in wrong hands even earlier than we knew.
        (State.REVOKED, "certificate.revoked"): State.REVOKED,
    }
)


class Reason(StrEnum):
    """Why a certificate is not good any more, in words of RFC 5280."""

    KEY_COMPROMISE = "keyCompromise"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessationOfOperation"
    PRIVILEGE_WITHDRAWN = "privilegeWithdrawn"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate, as it is known by.

    Attributes:
        sha256: Of its DER, hexadecimal.
        serial: Its serial number, hexadecimal, without zeros before it.
        subject: Its subject, as RFC 4514 writes it.
    """

    sha256: str
    serial: str
    subject: str


@dataclass(frozen=True, slots=True)
class Revocation:
    """The revocation of a certificate.

    Attributes:
        revoked_from: From when on nothing that it signed is good; earlier than `revoked_at` when
            the key was in wrong hands before we knew.
    """

    sha256: str
    serial: str
    state: State
    reason: Reason
    revoked_from: datetime
    revoked_at: datetime


def revoke(
    certificate: Certificate,
    event: Event,
    *,
    reason: Reason,
    revoked_from: datetime,
    before: Revocation | None,
) -> Revocation:
    """Return the revocation of a certificate.

    Args:
        certificate: The certificate.
        event: That it is revoked.
        reason: Why.
        revoked_from: From when on it is not good.
        before: Its revocation, if it was revoked before.

    Raises:
        RightsError: INVALID, when it begins in the future. CONFLICT, when it was revoked before,
            and not from later on.
    """
    assert certificate.sha256 == event.subject
    if revoked_from > event.at:
        raise RightsError(Code.INVALID, "A certificate is revoked from now on, or from earlier.")
    if before is not None and revoked_from >= before.revoked_from:
        detail = f"This certificate is revoked from {before.revoked_from:%Y-%m-%dT%H:%M:%SZ} on."
        raise RightsError(Code.CONFLICT, f"{detail} Only an earlier time changes that.")
    return Revocation(
        certificate.sha256,
        certificate.serial,
        MACHINE.next(before and before.state, event.kind),
        reason,
        revoked_from,
        event.at,
    )
