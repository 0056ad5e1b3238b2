"""What everyone is told of notices: that there was one, of what kind, and what became of it.

Never who gave it or whom it is about. What a claimant wrote is told only where it is about a work,
once somebody has decided on it, and without whom it names (`domain/withholding.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

MONTHS_MAX = 24
PAGE_MAX = 50

# By the kind of notice: whether its words, and the output that it is against, are published. What
# says that it shows a person, or worse, is not made easier to find.
PUBLISHED: Mapping[str, bool] = {
    "copyright": True,
    "trademark": True,
    "likeness": False,
    "intimate": False,
    "privacy": False,
    "illegal": False,
}
# By the state of a notice: whether somebody has decided on it. What was only claimed is not told.
DECIDED: Mapping[str, bool] = {
    "received": False,
    "deficient": False,
    "upheld": True,
    "rejected": True,
    "retracted": False,
    "countered": True,
    "kept": True,
    "restored": True,
    "appealed": True,
    "affirmed": True,
    "reversed": True,
    "closed": False,  # By then it may be one that was retracted.
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is published of a notice.

    Attributes:
        down: The output is down because of it.
        generation_id: The output that it is against; None where that is not published.
        text: What the claimant wrote, as far as it is published.
        withheld: How often something was taken out of it.
    """

    id: str
    kind: str
    state: str
    down: bool
    received_on: date
    decided_on: date | None
    generation_id: str | None
    text: str | None
    withheld: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many notices of a kind were received in a month, and stand where they do now."""

    month: date
    kind: str
    state: str
    notices: int


def has_text(kind: str, state: str) -> bool:
    """Say whether what the claimant wrote is published."""
    return PUBLISHED.get(kind, False) and DECIDED.get(state, False)
