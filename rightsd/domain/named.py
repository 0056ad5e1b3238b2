"""Works that a prompt names, and what that says against it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rightsd.domain import rulebook
from rightsd.domain.naming import Tier
from rightsd.domain.rulebook import Reason
from rightsd.domain.rulebook.books import Default
from rightsd.domain.work import Ownership

OPTED_OUT_MAX = 20  # Works cited in one refusal; more help nobody.
_NAMES = {
    Tier.EXACT: "names",
    Tier.DISGUISED: "is another spelling of a name of",
    Tier.MISSPELT: "is a letter away from a name of",
    Tier.IN_CONTEXT: "here names",
}


@dataclass(frozen=True, slots=True)
class OptedOut:
    """An opted-out work that the prompt names.

    Attributes:
        found: The words of the prompt that name it, as they were written.
        start: Where they begin in the prompt, in characters.
        tier: How the name was found: see rightsd/domain/naming.py.
        ownership: What the owner's claim rests on.
        contested: Someone else claims the name, with more right until a reviewer has decided.
    """

    optout_id: str
    work_id: str
    title: str
    found: str
    start: int
    tier: Tier = Tier.EXACT
    ownership: Ownership = Ownership.ASSERTED
    contested: bool = False


@dataclass(frozen=True, slots=True)
class Reserved:
    """A work that the prompt names, that is not opted out, and not simply free either.

    Attributes:
        default: What holds for it where the clip will be shown, by the place and by its owner.
        opted_in: The owner permits it to all, where the default is OPT_IN.
        contested: As of an opted-out work.
    """

    work_id: str
    title: str
    found: str
    start: int
    tier: Tier
    default: Default
    opted_in: bool
    contested: bool = False

    @property
    def is_free(self) -> bool:
        """Whether it needs no licence after all."""
        return self.default is Default.OPT_OUT or (self.default is Default.OPT_IN and self.opted_in)


def refused(works: Sequence[OptedOut]) -> Iterator[Reason]:
    """Yield what speaks against a prompt that names opted-out works."""
    for work in works:
        whose = "someone claims as well" if work.contested else "its owner has opted out"
        detail = f"“{work.found}” {_NAMES[work.tier]} a work that {whose}"
        evidence: dict[str, str | int] = {
            "work_id": work.work_id,
            "optout_id": work.optout_id,
            "title": work.title,
            "found": work.found,
            "start": work.start,
            "tier": work.tier.value,
            "ownership": work.ownership.value,
        }
        rule = rulebook.WORK_CONTESTED if work.contested else rulebook.WORK_OPTED_OUT
        yield rulebook.reason(rule, detail, evidence)


def unlicensed(works: Sequence[Reserved]) -> Iterator[Reason]:
    """Yield what speaks against a prompt that names works under a stricter default."""
    for work in works[:OPTED_OUT_MAX]:
        if work.is_free:
            continue
        rule, why = rulebook.WORK_OPT_IN, "whose owner has not opted in"
        if work.default is Default.LICENSED_ONLY:
            rule, why = rulebook.WORK_LICENSED_ONLY, "that needs a licence"
        if work.contested:
            rule, why = rulebook.WORK_CONTESTED, "that someone claims as well"
        detail = f"“{work.found}” {_NAMES[work.tier]} a work {why}"
        evidence: dict[str, str | int] = {
            "work_id": work.work_id,
            "title": work.title,
            "found": work.found,
            "start": work.start,
            "tier": work.tier.value,
        }
        yield rulebook.reason(rule, detail, evidence)
