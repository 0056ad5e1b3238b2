"""The examples that rules about words come with, put to the rules."""

from collections.abc import Iterator
from dataclasses import dataclass

from rightsd.domain import safety, wording
from rightsd.domain.policy import MENTION, Outcome
from rightsd.domain.rulebook.books import Book, Effect, Examples, Rule

EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that the rules judge otherwise.

    Attributes:
        place: The pack, or EVERYWHERE.
        cites: Whether the decision rests on the rule whose example it is.
    """

    prompt: str
    place: str
    expected: Outcome
    found: Outcome
    cites: bool


def failures(rule: Rule, book: Book, examples: Examples | None = None) -> list[Failure]:
    """Return the examples of a rule that a book judges otherwise; its own, if not others.

    An example that is to be stopped has to be stopped by this very rule; one that is to pass has
    to pass all rules about words.
    """
    asked = rule.examples if examples is None else examples
    return [
        failure
        for prompt, place, expected in _asked(asked)
        if (failure := _failure(rule, book, prompt, place, expected)) is not None
    ]


def _asked(examples: Examples) -> Iterator[tuple[str, str, Outcome]]:
    for prompts, expected in (
        (examples.refused, Outcome.REFUSE),
        (examples.held, Outcome.HOLD),
        (examples.allowed, Outcome.ALLOW),
    ):
        for prompt in prompts:
            yield prompt, EVERYWHERE, expected
    for case in examples.cases:
        for place, outcome in case.outcomes.items():
            yield case.prompt, place, Outcome(outcome)


def _failure(rule: Rule, book: Book, prompt: str, place: str, expected: Outcome) -> Failure | None:
    territories = () if place == EVERYWHERE else tuple(sorted(book.packs[place].countries))[:1]
    found = safety.breaches(
        wording.read(prompt),
        book,
        territories=territories,
        cast=MENTION.search(prompt) is not None,
        banked={},
    )
    refused = any(breach.effect is Effect.REFUSE for breach in found)
    outcome = Outcome.REFUSE if refused else Outcome.HOLD if found else Outcome.ALLOW
    cites = any(breach.rule.id == rule.id for breach in found)
    if outcome is expected and cites == (expected is not Outcome.ALLOW):
        return None
    return Failure(prompt, place, expected, outcome, cites)
