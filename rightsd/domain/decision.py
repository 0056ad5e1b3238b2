"""Decision: what the gate says of one wish, why, and on what that rests."""

from dataclasses import dataclass
from enum import StrEnum

from rightsd.domain.events import Value
from rightsd.domain.rulebook import Reason


class Outcome(StrEnum):
    """What the gate says."""

    ALLOW = "allow"
    REFUSE = "refuse"
    HOLD = "hold"  # Until everyone who wants to see it first has said yes.


RANK = {Outcome.ALLOW: 0, Outcome.HOLD: 1, Outcome.REFUSE: 2}


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate says, why, and on what it relies.

    Attributes:
        consents: Ids of the consents that an allowance rests on, or will once it is approved.
        terms_versions: Of these consents, in their order.
        licences: Ids of the licences that it rests on, in order.
    """

    outcome: Outcome
    rulebook: str
    reasons: tuple[Reason, ...]
    consents: tuple[str, ...]
    terms_versions: tuple[int, ...] = ()
    licences: tuple[str, ...] = ()

    def facts(self) -> dict[str, Value]:
        """Return what the ledger says of it: no words, and nobody's data."""
        return {
            "outcome": self.outcome.value,
            "rulebook": self.rulebook,
            "rules": sorted({reason.key for reason in self.reasons}),
            "consents": list(self.consents),
            "terms_versions": [str(version) for version in self.terms_versions],
            "licences": list(self.licences),
        }
