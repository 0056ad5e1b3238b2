"""The rules that decide requests: public, versioned, cited in every decision.

The rules are data, in `rules/*.toml`; `versions.toml` is the changelog. What a released version of
a rule says is never edited: a new version stands beside it, since decisions cite the old one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rightsd.domain.rulebook import books
from rightsd.domain.rulebook.books import Book, Effect, Rule

__all__ = ["BOOKS", "CURRENT", "RULES", "VERSION", "Book", "Effect", "Reason", "Rule", "reason"]

BOOKS: Mapping[str, Book] = books.load()
CURRENT = next(book for book in BOOKS.values() if book.standing is books.Standing.LIVE)
# Decides beside the live one, if there is one; what it says is counted and never applied.
SHADOW = next((book for book in BOOKS.values() if book.standing is books.Standing.SHADOW), None)
VERSION = CURRENT.version
RULES = tuple(CURRENT.rules.values())
# The evidence that says what a reason is about.
_MATTERS = (
    *("work_id", "reference_id", "request_reference_id", "description_id"),
    *("subject_id", "person", "kind", "found", "generation_id", "staydown_id"),
)
_BY_KEY = {rule.key: rule for book in BOOKS.values() for rule in book.rules.values()}


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

    @property
    def matter(self) -> str:
        """The rule in its version, and what it is cited for: a reviewer clears this, and no more.

        How near or how often is left out, which may change from one look to the next.
        """
        cited = [f"{name}={self.evidence[name]}" for name in _MATTERS if name in self.evidence]
        return " ".join([self.key, *cited])


def effect_of(reason: Reason) -> Effect:
    """Return what the rule does that a reason cites, in the version that it cites."""
    return _BY_KEY[reason.key].effect


def is_about_words(reason: Reason) -> bool:
    """Say whether a reason cites a rule about words; a rule that no book has is not known to."""
    return reason.key in _BY_KEY and bool(_BY_KEY[reason.key].patterns)


def reason(rule: Rule, detail: str, evidence: Mapping[str, str | int]) -> Reason:
    """Return a reason that cites a rule."""
    return Reason(rule.id, rule.version, detail, evidence)


# What the code cites by name.
CAMEO_UNKNOWN = CURRENT.rules["cameo.unknown"]
CAMEO_PAUSED = CURRENT.rules["cameo.paused"]
CAMEO_CONSENT = CURRENT.rules["cameo.consent"]
CAMEO_WINDOW = CURRENT.rules["cameo.window"]
CAMEO_PURPOSE = CURRENT.rules["cameo.purpose"]
CAMEO_TERRITORY = CURRENT.rules["cameo.territory"]
CAMEO_PLATFORM = CURRENT.rules["cameo.platform"]
CAMEO_LANGUAGE = CURRENT.rules["cameo.language"]
CAMEO_TOPIC = CURRENT.rules["cameo.topic"]
CAMEO_STRICT = CURRENT.rules["cameo.strict"]
CAMEO_RESTRICTION = CURRENT.rules["cameo.restriction"]
CAMEO_QUOTA = CURRENT.rules["cameo.quota"]
CAMEO_PRICE = CURRENT.rules["cameo.price"]
CAMEO_APPROVAL = CURRENT.rules["cameo.approval"]
CAMEO_OBJECTION = CURRENT.rules["cameo.objection"]
CAMEO_UNANSWERED = CURRENT.rules["cameo.unanswered"]
WORK_OPTED_OUT = CURRENT.rules["work.opted_out"]
WORK_DESCRIBED = CURRENT.rules["work.described"]
WORK_RESEMBLES = CURRENT.rules["work.resembles"]
WORK_UNCHECKED = CURRENT.rules["work.unchecked"]
WORK_CONTESTED = CURRENT.rules["work.contested"]
REVIEW_REFUSED = CURRENT.rules["review.refused"]
REVIEW_UNANSWERED = CURRENT.rules["review.unanswered"]
WORK_OPT_IN = CURRENT.rules["work.opt_in"]
WORK_LICENSED_ONLY = CURRENT.rules["work.licensed_only"]
LICENCE_WINDOW = CURRENT.rules["licence.window"]
LICENCE_PURPOSE = CURRENT.rules["licence.purpose"]
LICENCE_TERRITORY = CURRENT.rules["licence.territory"]
LICENCE_PLATFORM = CURRENT.rules["licence.platform"]
LICENCE_LANGUAGE = CURRENT.rules["licence.language"]
LICENCE_TOPIC = CURRENT.rules["licence.topic"]
LICENCE_QUOTA = CURRENT.rules["licence.quota"]
OUTPUT_TAKEN_DOWN = CURRENT.rules["output.taken_down"]
OUTPUT_RESEMBLES_TAKEN_DOWN = CURRENT.rules["output.resembles_taken_down"]
OUTPUT_LIKENESS = CURRENT.rules["output.likeness"]
OUTPUT_LOOKALIKE = CURRENT.rules["output.lookalike"]
OUTPUT_UNCHECKED = CURRENT.rules["output.unchecked"]
OUTPUT_UNHEARD = CURRENT.rules["output.unheard"]
REFERENCE_OPTED_OUT = CURRENT.rules["reference.opted_out"]
REFERENCE_RESEMBLES = CURRENT.rules["reference.resembles"]
REFERENCE_LIKENESS = CURRENT.rules["reference.likeness"]
REFERENCE_LOOKALIKE = CURRENT.rules["reference.lookalike"]
REFERENCE_UNCHECKED = CURRENT.rules["reference.unchecked"]
REFERENCE_UNHEARD = CURRENT.rules["reference.unheard"]
OUTPUT_OPTED_OUT = CURRENT.rules["output.opted_out"]
OUTPUT_RESEMBLES = CURRENT.rules["output.resembles"]
REVOCATION_STANDS = CURRENT.rules["revocation.stands"]
REMIX_ENDED = CURRENT.rules["remix.ended"]
