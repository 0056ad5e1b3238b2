import json

from rightsd.domain import rulebook
from rightsd.domain.rulebook import books
from rightsd.domain.rulebook.books import Standing
from tests.rightsd.domain.rulebook import pinned as pins


def test_one_version_is_live_and_decisions_cite_it() -> None:
    live = [book.version for book in rulebook.BOOKS.values() if book.standing is Standing.LIVE]

    assert live == [rulebook.VERSION]


def test_a_book_has_the_newest_version_of_each_rule_that_is_not_newer() -> None:
    cited = {version: book.rules["work.opted_out"] for version, book in rulebook.BOOKS.items()}

    assert [cited[version].key for version in ("1", "2", "3")] == [
        "work.opted_out@1",
        "work.opted_out@1",
        "work.opted_out@2",
    ]
    assert cited["1"].text == "Works that their owner has opted out are not generated."


def test_a_reason_of_an_old_version_still_says_what_it_did() -> None:
    old = rulebook.reason(rulebook.BOOKS["1"].rules["work.opted_out"], "so", {})

    assert old.key == "work.opted_out@1"
    assert rulebook.effect_of(old) is rulebook.Effect.REFUSE


def test_everything_is_said_in_every_language() -> None:
    for book in rulebook.BOOKS.values():
        assert all(book.changes[language] for language in books.LANGUAGES)
        for rule in book.rules.values():
            assert all(rule.texts[language] for language in books.LANGUAGES)


def test_what_is_pinned_is_not_edited() -> None:
    pinned = json.loads(pins.FILE.read_text())
    made = pins.made()

    assert {key for key in pinned if made.get(key) != pinned[key]} == set()
    past = [book for book in rulebook.BOOKS.values() if book.standing is Standing.PAST]
    assert {rule.key for book in past for rule in book.rules.values()} <= set(pinned)
