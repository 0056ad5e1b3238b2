"""Likeness: someone enrolled who was found in an output that was out, without being cast."""

from dataclasses import dataclass
from datetime import datetime

from rightsd.domain.generation import State
from rightsd.domain.template import Kind

# How the log names one, as the cause of a withdrawal, and in no entry of its own: nobody but the
# daemon can tell whose it is, and when they leave, it cannot either.
PREFIX = "lik_"


@dataclass(frozen=True, slots=True)
class Found:
    """A likeness that was certain enough to withdraw an output.

    Attributes:
        at_seconds: Where in the output it is first.
        withdrawn_at: When the output was withdrawn because of it.
        state: Where the output stands now.
    """

    id: str
    subject_id: str
    generation_id: str
    kind: Kind
    at_seconds: float
    withdrawn_at: datetime
    state: State
