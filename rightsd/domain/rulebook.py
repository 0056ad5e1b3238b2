"""The rules that decide requests: public, versioned, cited in every decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

VERSION = "3"


class Effect(StrEnum):
    """What a rule does to a request that it matches."""

    REFUSE = "refuse"
    HOLD = "hold"


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


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the rule in its version, and the evidence."""

    rule: str
    version: int
    detail: str
    evidence: Mapping[str, str | int]

    @property
    def key(self) -> str:
        """The rule in its version, as the ledger cites it."""
        return f"{self.rule}@{self.version}"


def effect_of(reason: Reason) -> Effect:
    """Return what the rule does that a reason cites."""
    return _EFFECTS[reason.rule]


def reason(rule: Rule, detail: str, evidence: Mapping[str, str | int]) -> Reason:
    """Return a reason that cites a rule."""
    return Reason(rule.id, rule.version, detail, evidence)


CAMEO_UNKNOWN = Rule(
    "cameo.unknown", 1, Effect.REFUSE, "Only people who have enrolled can be cast."
)
CAMEO_PAUSED = Rule("cameo.paused", 1, Effect.REFUSE, "People who pause are not cast meanwhile.")
CAMEO_CONSENT = Rule(
    "cameo.consent", 1, Effect.REFUSE, "Casting a person needs that person's standing consent."
)
CAMEO_WINDOW = Rule("cameo.window", 1, Effect.REFUSE, "A consent permits nothing before it begins.")
CAMEO_PURPOSE = Rule(
    "cameo.purpose", 1, Effect.REFUSE, "People are cast for the purposes that they consented to."
)
CAMEO_TERRITORY = Rule(
    "cameo.territory", 1, Effect.REFUSE, "Clips are shown in the countries consented to."
)
CAMEO_PLATFORM = Rule(
    "cameo.platform", 1, Effect.REFUSE, "Clips are published on the platforms consented to."
)
CAMEO_LANGUAGE = Rule(
    "cameo.language", 1, Effect.REFUSE, "People speak the languages that they consented to."
)
CAMEO_TOPIC = Rule(
    "cameo.topic", 1, Effect.REFUSE, "People are not cast in scenes about what they denied."
)
CAMEO_STRICT = Rule(
    "cameo.strict",
    1,
    Effect.REFUSE,
    "In strict mode nobody is made to look like someone else, or made a fool of.",
)
CAMEO_RESTRICTION = Rule(
    "cameo.restriction", 1, Effect.REFUSE, "What people restricted in their own words holds."
)
CAMEO_QUOTA = Rule(
    "cameo.quota", 1, Effect.REFUSE, "No more clips rest on a consent than it allows."
)
CAMEO_APPROVAL = Rule(
    "cameo.approval", 1, Effect.HOLD, "A use that the person wants to see first waits for them."
)
CAMEO_OBJECTION = Rule(
    "cameo.objection", 1, Effect.REFUSE, "A person can object to any use of their likeness."
)
CAMEO_UNANSWERED = Rule(
    "cameo.unanswered", 1, Effect.REFUSE, "Silence is not consent: what nobody approves, lapses."
)
WORK_OPTED_OUT = Rule(
    "work.opted_out", 1, Effect.REFUSE, "Works that their owner has opted out are not generated."
)
WORK_CONTESTED = Rule(
    "work.contested",
    1,
    Effect.HOLD,
    "While two claim a name, the claim with less evidence, or else the later one, does not refuse"
    " what names it: a reviewer decides.",
)
REVIEW_REFUSED = Rule(
    "review.refused", 1, Effect.REFUSE, "What rules doubt and a reviewer refuses is not generated."
)
REVIEW_UNANSWERED = Rule(
    "review.unanswered", 1, Effect.REFUSE, "What rules doubt and nobody reviews in time, lapses."
)
OUTPUT_TAKEN_DOWN = Rule(
    "output.taken_down", 1, Effect.REFUSE, "What was taken down on notice stays down."
)

RULES = (
    CAMEO_UNKNOWN,
    CAMEO_PAUSED,
    CAMEO_CONSENT,
    CAMEO_WINDOW,
    CAMEO_PURPOSE,
    CAMEO_TERRITORY,
    CAMEO_PLATFORM,
    CAMEO_LANGUAGE,
    CAMEO_TOPIC,
    CAMEO_STRICT,
    CAMEO_RESTRICTION,
    CAMEO_QUOTA,
    CAMEO_APPROVAL,
    CAMEO_OBJECTION,
    CAMEO_UNANSWERED,
    WORK_OPTED_OUT,
    WORK_CONTESTED,
    REVIEW_REFUSED,
    REVIEW_UNANSWERED,
    OUTPUT_TAKEN_DOWN,
)
_EFFECTS = {rule.id: rule.effect for rule in RULES}
