import pytest

from generator.speech import english, letters, numbers
from generator.speech.english import Word
from generator.speech.phones import PHONES


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("light", "L AY T"), ("make", "M EY K"), ("phone", "F OW N"), ("nation", "N EY SH AX N"),
        ("running", "R AH N IH NG"), ("knight", "N AY T"), ("question", "K W EH S CH AX N"),
        ("stopped", "S T AA P T"), ("bottle", "B AA T AX L"), ("wrong", "R AO NG"),
        ("benches", "B EH N CH IH Z"), ("judge", "JH AH JH"), ("catch", "K AE CH"),
    ],
)  # fmt: skip
def test_spelling_is_sounded_out_by_rule(word: str, phones: str) -> None:
    assert letters.sound_out(word) == tuple(phones.split())


def test_every_phone_that_rules_and_exceptions_name_is_one_that_can_be_said() -> None:
    ruled = {
        phone
        for rules in letters.RULES.values()
        for rule in rules.split()
        for phone in rule.rpartition("=")[2].split(".")
    }
    listed = {phone.rstrip("1") for phones in english.EXCEPTIONS.values() for phone in phones}

    assert (ruled | listed) - {""} <= set(PHONES)


@pytest.mark.parametrize(
    ("word", "stressed"),
    [
        ("banana", 1), ("photography", 1), ("station", 0), ("engineer", 2), ("ability", 1),
        ("today", 1), ("table", 0), ("explosion", 1), ("the", None),
    ],
)  # fmt: skip
def test_stress_falls_on_a_vowel(word: str, stressed: int | None) -> None:
    said = english.pronounce(word)
    vowels = [
        mark for phone, mark in zip(said.phones, said.stress, strict=True) if phone[0] in "AEIOU"
    ]

    assert vowels == [int(at == stressed) for at in range(len(vowels))]


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("0", "zero"), ("14", "fourteen"), ("21", "twenty one"), ("110", "one hundred and ten"),
        ("1984", "nineteen eighty four"), ("2026", "two thousand twenty six"), ("3.05",
         "three point zero five"), ("1,000,000", "one million"), ("42nd", "forty second"),
        ("20th", "twentieth"), ("007", "zero zero seven"), ("1" * 16, " ".join(["one"] * 16)),
    ],
)  # fmt: skip
def test_numbers_are_read_as_words(digits: str, words: str) -> None:
    assert numbers.english(digits) == words


def test_abbreviations_are_spelt_and_names_with_vowels_are_read() -> None:
    (spelt, _) = english.words("BBC")
    (read, _) = english.words("NASA")

    assert [word.phones for word in spelt if isinstance(word, Word)] == [
        ("B", "IY"), ("B", "IY"), ("S", "IY"),
    ]  # fmt: skip
    assert len(read) == 1


def test_a_genitive_ends_in_the_sound_that_the_name_asks_for() -> None:
    assert english.pronounce("John's").phones[-1] == "Z"
    assert english.pronounce("Kate's").phones[-1] == "S"


def test_what_is_no_english_is_named_and_punctuation_becomes_pauses() -> None:
    said, unspoken = english.words("Stop, 猫! Ready?")

    assert [item for item in said if isinstance(item, str)] == [",", "!", "?"]
    assert unspoken == ("猫",)
