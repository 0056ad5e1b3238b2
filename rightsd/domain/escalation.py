"""Escalation: what is done, step by step, about a platform that does not answer for a withdrawal.

A platform has two service levels: within which it says that it knows, and within which it has
removed what was withdrawn. Both are counted from when it was first told. Each begins a ladder.
"""

from datetime import timedelta
from enum import StrEnum


class Of(StrEnum):
    """What a platform owes."""

    RECEIPT = "receipt"
    REMOVAL = "removal"


class Step(StrEnum):
    """What is done about it."""

    RESENT = "resent"  # It is sent again.
    MAILED = "mailed"  # Its contact is written to.
    LISTED = "listed"  # It is on the list of those who look after platforms.


# When each step is due, in service levels since the platform was first told.
LADDER: tuple[tuple[Step, float], ...] = (
    (Step.RESENT, 1.0),
    (Step.MAILED, 1.5),
    (Step.LISTED, 2.0),
)


def due_after(taken: int, hours: int) -> timedelta:
    """Return how long after it was first told a platform has the next step coming.

    Args:
        taken: How many steps were taken, fewer than the ladder has.
        hours: The platform's service level.
    """
    return timedelta(hours=hours) * LADDER[taken][1]
