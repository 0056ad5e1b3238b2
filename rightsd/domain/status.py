"""Status: what a published list says of each consent, so that strangers need not ask about one.

Source: draft-ietf-oauth-status-list section 7.1 for the values. The daemon itself never reads the
list: where permission is used, it asks the consent's row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

BITS = 2  # Of one status; suspension needs the second.
LIST_SIZE = 131_072  # Also in migration 0012: enough that an index alone tells nothing.
NUMBER_MAX = 2**40  # Of a list; far above what a bigint of statuses is ever asked for.
# How long others may go without asking again; with the request's own time, how late they hear of a
# revocation. Seconds.
TTL_SECONDS = 5
# How long a list can be shown to someone who cannot ask: an old one would hide a revocation.
LIFETIME_SECONDS = 300


class Status(IntEnum):
    """What a list says of one token."""

    VALID = 0
    INVALID = 1
    SUSPENDED = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where a consent's status stands."""

    list_number: int
    index: int


_BY_STATE: Mapping[str, Status] = {"granted": Status.VALID, "suspended": Status.SUSPENDED}


def of_state(state: str) -> Status:
    """Return the status of a consent in a state: invalid, unless it is known to be better."""
    return _BY_STATE.get(state, Status.INVALID)


def place_of(number: int) -> Place:
    """Return where a consent's status stands, by the number that was drawn for it."""
    return Place(*divmod(number, LIST_SIZE))
