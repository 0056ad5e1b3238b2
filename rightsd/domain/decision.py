"""Decision: what the gate says of one wish, why, and on what that rests."""

from dataclasses import dataclass
from enum import StrEnum

from rightsd.domain import rulebook
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

    @property
    def doubts(self) -> tuple[Reason, ...]:
        """The reasons that wait for a reviewer, and not for someone who is cast.

        What a rule about words does depends on the place, so the outcome says what they do.
        """
        held = self.reasons if self.outcome is Outcome.HOLD else ()
        return tuple(each for each in held if each.rule != rulebook.CAMEO_APPROVAL.id)

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


def objected(handle: str, detail: str) -> Decision:
    """Return the refusal that a person's objection is."""
    reason = rulebook.reason(rulebook.CAMEO_OBJECTION, detail, {"cameo": handle})
    return Decision(Outcome.REFUSE, rulebook.VERSION, (reason,), ())


def unanswered(days: int) -> Decision:
    """Return the refusal of what waited for approval in vain."""
    detail = f"it waited for approval for {days} days"
    reason = rulebook.reason(rulebook.CAMEO_UNANSWERED, detail, {"days": days})
    return Decision(Outcome.REFUSE, rulebook.VERSION, (reason,), ())
