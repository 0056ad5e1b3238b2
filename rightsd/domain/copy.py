"""Copy: one place where a platform shows an output, by the platform's word."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.errors import Code, RightsError

URL_LENGTH_MAX = 2000
# RFC 3986, with an authority, and without a user: a password has no place in a list of copies.
_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,300}(?:[/?#][\x21-\x7e]*)?")


class State(StrEnum):
    """Where a copy stands."""

    NOTED = "noted"
    REMOVED = "removed"


MACHINE: Machine[State] = Machine(
    {
        (None, "copy.noted"): State.NOTED,
        (State.NOTED, "copy.removed"): State.REMOVED,
    }
)


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy. Its URL may name whoever uploaded it: the ledger holds a commitment.

    Attributes:
        salt: 32 bytes that open the commitment.
        published_at: Since when it is there, by the platform's word.
        acknowledgement_id: What removed it, unless the platform said so of this copy alone.
    """

    id: str
    platform_id: str
    generation_id: str
    url: str
    salt: bytes
    published_at: datetime
    state: State
    noted_at: datetime
    removed_at: datetime | None
    acknowledgement_id: str | None


def require_url(url: str) -> None:
    """Check that this is an address of the web.

    Raises:
        RightsError: INVALID.
    """
    if len(url) > URL_LENGTH_MAX or not _URL.fullmatch(url):
        detail = f"a copy is at an http or https URL of at most {URL_LENGTH_MAX} characters"
        raise RightsError(Code.INVALID, detail)


def note(event: Event, *, url: str, salt: bytes, published_at: datetime) -> Copy:
    """Return the copy that an event notes."""
    return Copy(
        id=event.subject,
        platform_id=str(event.data["platform_id"]),
        generation_id=str(event.data["generation_id"]),
        url=url,
        salt=salt,
        published_at=published_at,
        state=MACHINE.next(None, event.kind),
        noted_at=event.at,
        removed_at=None,
        acknowledgement_id=None,
    )


def evolve(copy: Copy, event: Event) -> Copy:
    """Return the copy after an event.

    Raises:
        RightsError: CONFLICT, when the event cannot follow.
    """
    assert copy.id == event.subject
    cause = event.data["acknowledgement_id"]
    return replace(
        copy,
        state=MACHINE.next(copy.state, event.kind),
        removed_at=event.at,
        acknowledgement_id=None if cause is None else str(cause),
    )
