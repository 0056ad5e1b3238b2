"""Hash: what others look for to find what is to stay down, and the words in which they answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rightsd.domain import notice, staydown
from rightsd.domain.machine import Machine


class Status(StrEnum):
    """Whether an entry of the feed holds, in the words of StopNCII's exchange."""

    ACTIVE = "Active"
    WITHDRAWN = "Withdrawn"  # The takedown has ended.
    DELETED = "Deleted"  # The entry has ended, and what was kept of it is gone.


class Feedback(StrEnum):
    """What a platform did with a match, in the same words: it confirms, or it does not."""

    BLOCKED = "Blocked"
    NOT_BLOCKED = "NotBlocked"


@dataclass(frozen=True, slots=True)
class Change:
    """Something whose status changed.

    Attributes:
        index: The log entry of its last change.
        thing: The output or the stay-down entry.
    """

    index: int
    thing: str


def _crossings(machine: Machine[Any], standing: frozenset[StrEnum]) -> Mapping[str, bool]:
    """Return the kinds of events that begin or end a takedown, and whether they begin it.

    One that does both, from different states, counts as beginning.
    """
    found: dict[str, bool] = {}
    for (before, kind), after in machine.edges.items():
        if (before in standing) != (after in standing):
            found[kind] = found.get(kind, False) or after in standing
    return found


_CROSSINGS = {
    **_crossings(notice.MACHINE, frozenset(notice.TAKEN_DOWN)),
    **_crossings(staydown.MACHINE, frozenset({staydown.State.STANDING})),
}
# The events after which the feed shows their thing anew. Derived, so that none is forgotten.
CHANGING = frozenset(_CROSSINGS)
BEGINNING = frozenset(kind for kind, begins in _CROSSINGS.items() if begins)
