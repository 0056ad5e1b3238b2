"""What another version of the rulebook would have said of a request.

Only the rules about words are asked again: their words, and those of the request, are all on
record. Everything else in a decision rests on rows as they stood then, and is taken as it was.
What a decision does not cite, because something stronger spoke, is not on record either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rightsd.domain import rulebook, safety
from rightsd.domain.policy import RANK, Decision, Outcome, Wish
from rightsd.domain.rulebook import Book, Effect, Reason
from rightsd.domain.wording import Phrase

Banked = Mapping[str, Sequence[Phrase]]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a book says.

    Attributes:
        reasons: Of the rules about words, those that decide, or would if nothing else did.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...]


def judge(wish: Wish, decision: Decision, *, book: Book, banked: Banked) -> Judged:
    """Return what a book says of a request, with all else as it was decided."""
    found = safety.breaches(
        wish.reading,
        book,
        territories=wish.use.territories,
        cast=bool(wish.cameos),
        banked=banked,
    )
    refused = [breach for breach in found if breach.effect is Effect.REFUSE]
    outcome = Outcome.REFUSE if refused else Outcome.HOLD if found else Outcome.ALLOW
    reasons = tuple(safety.reason(breach, wish.prompt) for breach in refused or found)
    other = any(not rulebook.is_about_words(reason) for reason in decision.reasons)
    if other:
        outcome = max(outcome, decision.outcome, key=RANK.__getitem__)
    return Judged(outcome, reasons)


def touched(wish: Wish, *books: Book) -> set[str]:
    """Return the ids of rules about words that speak against a wish when the bank is empty."""
    return {
        breach.rule.id
        for book in books
        for breach in safety.breaches(
            wish.reading,
            book,
            territories=wish.use.territories,
            cast=bool(wish.cameos),
            banked={},
        )
    }
