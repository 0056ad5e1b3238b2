"""The gate: one decision per wish, from facts that were read in the same transaction."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rightsd.domain import rulebook
from rightsd.domain.consent import Consent
from rightsd.domain.naming import Tier
from rightsd.domain.rulebook import Rule
from rightsd.errors import Code, RightsError

CAMEOS_MAX = 4
OPTED_OUT_MAX = 20  # Works cited in one refusal; more help nobody.
_NAMES = {
    Tier.EXACT: "names",
    Tier.DISGUISED: "is another spelling of a name of",
    Tier.MISSPELT: "is a letter away from a name of",
    Tier.IN_CONTEXT: "here names",
}
_MENTION = re.compile(r"(?<![\w@])@([a-z][a-z0-9_]{2,31})\b", re.IGNORECASE)


class Outcome(StrEnum):
    """What the gate says."""

    ALLOW = "allow"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Wish:
    """What someone wants to generate.

    Attributes:
        creator_id: The account that asks.
        prompt: The words, as they came.
        cameos: Handles of the people to cast, from the request and from "@handle" in the prompt.
    """

    creator_id: str
    prompt: str
    cameos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OptedOut:
    """An opted-out work that the prompt names.

    Attributes:
        found: The words of the prompt that name it, as they were written.
        start: Where they begin in the prompt, in characters.
        tier: How the name was found: see rightsd/domain/naming.py.
    """

    optout_id: str
    work_id: str
    title: str
    found: str
    start: int
    tier: Tier = Tier.EXACT


@dataclass(frozen=True, slots=True)
class Facts:
    """All that bears on a wish.

    Attributes:
        consents: By handle of each person cast: their consents towards the creator; None for a
            handle that nobody has.
        opted_out: The opted-out works that the prompt names.
        taken_down: Outputs, taken down on notice, of which the finished picture is a copy.
    """

    consents: Mapping[str, Sequence[Consent] | None]
    opted_out: Sequence[OptedOut]
    taken_down: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the rule in its version, and the evidence."""

    rule: str
    version: int
    detail: str
    evidence: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate says, why, and on what it relies.

    Attributes:
        consents: Ids of the consents that an allowance rests on.
    """

    outcome: Outcome
    rulebook: str
    reasons: tuple[Reason, ...]
    consents: tuple[str, ...]


def wish_of(creator_id: str, prompt: str, cameos: Sequence[str]) -> Wish:
    """Return the wish, with everyone whom the request or the prompt casts, each once.

    Raises:
        RightsError: INVALID, when it casts too many.
    """
    mentioned = [handle.lower() for handle in _MENTION.findall(prompt)]
    handles = dict.fromkeys([*(handle.lower().removeprefix("@") for handle in cameos), *mentioned])
    if len(handles) > CAMEOS_MAX:
        raise RightsError(Code.INVALID, f"a clip casts at most {CAMEOS_MAX} people")
    return Wish(creator_id, prompt, tuple(handles))


def decide(wish: Wish, facts: Facts, now: datetime) -> Decision:
    """Return the decision: refuse if any rule refuses, and then every rule that does."""
    reasons: list[Reason] = []
    relied: list[str] = []
    for handle in wish.cameos:
        consents = facts.consents[handle]
        if consents is None:
            detail = f"nobody is enrolled as @{handle}"
            reasons.append(_reason(rulebook.CAMEO_UNKNOWN, detail, {"cameo": handle}))
            continue
        standing = [consent for consent in consents if consent.permits(wish.creator_id, now)]
        if standing:
            relied.append(min(standing, key=lambda consent: consent.id).id)
        else:
            detail = f"@{handle} has not consented to being cast by you, or no longer does"
            reasons.append(_reason(rulebook.CAMEO_CONSENT, detail, {"cameo": handle}))
    for work in facts.opted_out[:OPTED_OUT_MAX]:
        detail = f"“{work.found}” {_NAMES[work.tier]} a work that its owner has opted out"
        evidence: dict[str, str | int] = {
            "work_id": work.work_id,
            "optout_id": work.optout_id,
            "title": work.title,
            "found": work.found,
            "start": work.start,
            "tier": work.tier.value,
        }
        reasons.append(_reason(rulebook.WORK_OPTED_OUT, detail, evidence))
    for generation_id in facts.taken_down:
        detail = "the finished clip is a copy of one that was taken down"
        evidence = {"generation_id": generation_id}
        reasons.append(_reason(rulebook.OUTPUT_TAKEN_DOWN, detail, evidence))
    outcome = Outcome.REFUSE if reasons else Outcome.ALLOW
    return Decision(outcome, rulebook.VERSION, tuple(reasons), () if reasons else tuple(relied))


def _reason(rule: Rule, detail: str, evidence: Mapping[str, str | int]) -> Reason:
    return Reason(rule.id, rule.version, detail, evidence)
