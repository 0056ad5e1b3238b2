"""The examples of the rules about words are tests: of each rule, in each book that decides."""

import re

import pytest

from rightsd.domain import examples, rulebook
from rightsd.domain.policy import Outcome
from rightsd.domain.rulebook import Rule
from rightsd.domain.rulebook.books import ELSEWHERE, Case, Examples, Standing

DECIDING = [book for book in rulebook.BOOKS.values() if book.standing is not Standing.PAST]
RULES = [(book, rule) for book in DECIDING for rule in book.rules.values() if rule.patterns]
_EAST = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.mark.parametrize(("book", "rule"), RULES, ids=lambda value: getattr(value, "key", ""))
def test_what_a_rule_says_that_it_does_it_does(book: rulebook.Book, rule: Rule) -> None:
    assert examples.failures(rule, book) == []


@pytest.mark.parametrize(("book", "rule"), RULES, ids=lambda value: getattr(value, "key", ""))
def test_a_rule_has_examples_on_both_sides_in_both_languages(
    book: rulebook.Book, rule: Rule
) -> None:
    stopped = (*rule.examples.refused, *rule.examples.held)

    for prompts in (stopped, rule.examples.allowed):
        assert any(_EAST.search(prompt) for prompt in prompts), rule.key
        assert any(prompt.isascii() for prompt in prompts), rule.key


@pytest.mark.parametrize("book", DECIDING, ids=lambda book: book.version)
def test_where_places_differ_there_are_cases_that_show_it(book: rulebook.Book) -> None:
    for rule in book.rules.values():
        differing = {pack for pack, effect in rule.effects.items() if effect is not rule.effect}
        shown = {pack for case in rule.examples.cases for pack in case.outcomes}
        assert differing <= shown, rule.key


def test_a_wrong_example_is_found() -> None:
    rule = rulebook.CURRENT.rules["drugs.cannabis"]
    wrong = Examples(
        refused=("a red ball",),
        allowed=("friends smoke weed on a roof",),
        cases=(Case("friends smoke weed on a roof", {"US": "refuse"}),),
    )

    failed = examples.failures(rule, rulebook.CURRENT, wrong)

    assert [(each.place, each.expected, each.found) for each in failed] == [
        ("everywhere", Outcome.REFUSE, Outcome.ALLOW),
        ("everywhere", Outcome.ALLOW, Outcome.REFUSE),
        ("US", Outcome.REFUSE, Outcome.ALLOW),
    ]


def test_no_territory_is_every_territory_so_the_strictest_decides() -> None:
    places = rulebook.CURRENT.places(())

    assert set(places) == {"JP", "EU", "US", ELSEWHERE}
    assert rulebook.CURRENT.places(["DE", "FR", "BR"]) == ("EU", ELSEWHERE)
