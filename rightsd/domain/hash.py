"""Hash: what others look for to find what is to stay down, and the words in which they answer."""

from dataclasses import dataclass
from enum import StrEnum


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


# After these the feed shows their thing anew, if it ever stayed down. Decisions on a notice may
# leave it as it was: then it is shown once more, the same. A test holds every event against this.
BEGINNING = frozenset({"notice.upheld", "notice.reversed", "staydown.added"})
CHANGING = BEGINNING | {
    "notice.rejected",
    "notice.retracted",
    "notice.restored",
    "staydown.ended",
}
