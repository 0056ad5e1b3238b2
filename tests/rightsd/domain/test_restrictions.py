"""Restrictions are understood as they were meant, or refused with the words that were not."""

import pytest

from rightsd.domain import restrictions, wording
from rightsd.domain.topics import Topic
from rightsd.errors import Code, RightsError


def broken(text: str, prompt: str, *others: str) -> bool:
    reading = wording.read(prompt)
    clauses = restrictions.parse(text)
    return any(restrictions.broken(clause, reading, others)[0] for clause in clauses)


@pytest.mark.parametrize(
    ("text", "breaks", "keeps"),
    [
        ("no snakes", "a snake in the grass", "a park"),
        ("No politics.", "at a polling station to vote", "at a station"),
        ("no political content", "an election", "a park"),
        ("never say “buy now”", "she says: buy now!", "she may now buy"),
        ("please do not show spiders", "spiders everywhere", "a park"),
        ("without alcohol and cigarettes", "a cigarette", "a glass of milk"),
        ("not with Eve Miller", "with eve miller", "with eve"),
        ("only weddings or birthday parties", "a park", "a wedding in a park"),
        ("no snakes; only weddings", "a wedding with snakes", "a wedding"),
        ("no snakes, and no spiders", "a spider", "a park"),
        ("no kissing in bars", "they kiss in a bar, kissing in bars", "in a bar"),
        ("ヘビは禁止", "庭にヘビがいる", "庭にいる"),
        ("政治と宗教は禁止", "選挙の日", "公園"),
        ("結婚式のみ", "公園", "公園の結婚式"),
    ],
)
def test_a_restriction_is_kept_or_broken(text: str, breaks: str, keeps: str) -> None:
    assert broken(text, breaks)
    assert not broken(text, keeps)


@pytest.mark.parametrize("text", ["not with @bob", "no @bob", "@bobとの共演NG"])
def test_someone_who_is_cast_counts_also_when_the_prompt_does_not_name_them(text: str) -> None:
    assert broken(text, "two friends", "bob")
    assert broken(text, "with @bob", "bob")
    assert not broken(text, "two friends", "eve")


def test_only_with_someone_is_kept_when_they_are_cast() -> None:
    assert broken("only with @bob", "alone")
    assert not broken("only with @bob", "two friends", "bob")


def test_a_topic_by_its_name_brings_its_words() -> None:
    (clause,) = restrictions.parse("no politics, no drinking")[:1]

    assert clause.topics == (Topic.POLITICS,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no alcohol unless at a party", "“unless”"),
        ("no other people", "“other”"),
        ("no one who shouts", "“one”"),
        ("I hate dogs", "“I hate dogs”"),
        ("(a+)+$", "“(a+)+$”"),
        ("no (a|a)*b", "“(a|a)*b”"),
        ("no", "“no”"),
        ("only", "“only”"),
        ("no the", "“no”"),
        ("no snakes, dogs that bark", "“that”"),
        ("no a long list of words without any comma", "“list”"),
        ("ヘビが嫌い", "“ヘビが嫌い”"),
        ("no %s' OR 1=1", "“%s'”"),
    ],
)
def test_what_is_not_understood_is_named(text: str, words: str) -> None:
    with pytest.raises(RightsError, match="not understood") as caught:
        restrictions.parse(text)
    assert caught.value.code is Code.INVALID
    assert words.strip("“”").split()[0] in caught.value.detail


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1001,
        "; ".join(f"no snake{number}" for number in range(21)),
        "no " + ", ".join(f"snake{number}" for number in range(61)),
    ],
)
def test_there_is_a_limit(text: str) -> None:
    with pytest.raises(RightsError, match="at most"):
        restrictions.parse(text)


def test_nothing_said_is_nothing_restricted() -> None:
    assert restrictions.parse("") == restrictions.parse(" .\n ") == ()
