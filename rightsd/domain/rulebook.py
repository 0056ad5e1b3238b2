"""The rules that decide requests: public, versioned, cited in every decision."""

from dataclasses import dataclass
from enum import StrEnum

VERSION = "1"


class Effect(StrEnum):
    """What a rule does to a request that it matches."""

    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        id: Name of the rule, "area.rule".
        version: Raised whenever the rule could decide otherwise than before.
        text: What it says, in words for the person who is refused.
    """

    id: str
    version: int
    effect: Effect
    text: str


CAMEO_UNKNOWN = Rule(
    "cameo.unknown", 1, Effect.REFUSE, "Only people who have enrolled can be cast."
)
CAMEO_CONSENT = Rule(
    "cameo.consent", 1, Effect.REFUSE, "Casting a person needs that person's standing consent."
)
WORK_OPTED_OUT = Rule(
    "work.opted_out", 1, Effect.REFUSE, "Works that their owner has opted out are not generated."
)
OUTPUT_TAKEN_DOWN = Rule(
    "output.taken_down", 1, Effect.REFUSE, "What was taken down on notice stays down."
)

RULES = (CAMEO_UNKNOWN, CAMEO_CONSENT, WORK_OPTED_OUT, OUTPUT_TAKEN_DOWN)
