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


MACHINE: Machine[State] = Machine({(None, "certificate.revoked"): State.REVOKED})


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
    certificate: Certificate, event: Event, *, reason: Reason, revoked_from: datetime
) -> Revocation:
    """Return the revocation of a certificate that was good.

    Raises:
        RightsError: INVALID, when it begins in the future.
    """
    assert certificate.sha256 == event.subject
    if revoked_from > event.at:
        raise RightsError(Code.INVALID, "A certificate is revoked from now on, or from earlier.")
    return Revocation(
        certificate.sha256,
        certificate.serial,
        MACHINE.next(None, event.kind),
        reason,
        revoked_from,
        event.at,
    )
