"""Whom we trust, and whom we trusted when."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Stamping(StrEnum):
    """Whether what is signed is time-stamped."""

    REQUIRED = "required"  # Without a trusted time-stamp nothing is signed.
    PREFERRED = "preferred"  # Signed without one, if there is none to be had.
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Anchors:
    """The certificates that are trusted, as PEM.

    Attributes:
        claims_pem: Whom we believe what a claim signer is called.
        time_stamps_pem: Whom we believe what time it was. Neither counts for the other.
    """

    claims_pem: str
    time_stamps_pem: str = ""

    @property
    def sha256(self) -> str:
        """What these anchors are known by, hexadecimal."""
        # No PEM has a zero byte, so nothing can move from one to the other.
        return hashlib.sha256(f"{self.claims_pem}\0{self.time_stamps_pem}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Whom we trusted from a time on, until the next snapshot."""

    since: datetime
    anchors: Anchors


def in_force(history: Sequence[Snapshot], at: datetime) -> Anchors | None:
    """Return whom we trusted at a time; None when that was before we kept track.

    Args:
        history: Oldest first.
        at: When.
    """
    return next((each.anchors for each in reversed(history) if each.since <= at), None)
