"""What of a prompt is compared, from what scores on it counts, and how Japanese is read."""

import pytest

from rightsd.domain import describing, gloss, neutral
from rightsd.domain.describing import SENTENCES_MAX
from rightsd.errors import Code, RightsError

GIANT = "A lonely giant passes with a tree on his back and a village upon his shoulders"


def texts(prompt: str) -> list[str]:
    return [prompt[each.start : each.end].strip() for each in describing.passages(prompt)]


def test_a_prompt_is_compared_by_sentences_by_neighbours_and_as_a_whole() -> None:
    prompt = f"Shot 1: dunes. Shot 2: {GIANT}. Rain."

    assert texts(prompt) == [
        f"{GIANT}.",
        f"dunes. Shot 2: {GIANT}.",
        f"Shot 2: {GIANT}. Rain."[len("Shot 2: ") :],
        prompt.removeprefix("Shot 1: "),
    ]


def test_one_sentence_is_compared_once() -> None:
    assert texts(GIANT) == [GIANT]


def test_a_sentence_without_an_end_is_compared_by_stretches() -> None:
    rain = "rain falls on a city street at night as people with umbrellas walk past bright shops"
    cook = "a cook in a small kitchen fries eggs while the radio plays and the cat sleeps"
    japanese = "夜の街に雨が降り、傘をさした人々が店の前を歩く、小さな台所で料理人が卵を焼く、"
    japanese += "背中に木が生えた孤独な巨人が、果てしない砂漠を歩く、猫が椅子で眠り、音楽が流れる"

    found, found_japanese = texts(f"{rain}, {GIANT}, {cook}"), texts(japanese)

    assert any(GIANT in text and len(text.split()) <= 30 for text in found)
    giant = "孤独な巨人が、果てしない砂漠"
    assert any(giant in text and len(text) <= 80 for text in found_japanese)


def test_few_words_describe_nothing() -> None:
    assert texts("a cat and a dog play on the big bed") == []


def test_a_very_long_prompt_has_few_passages_and_none_of_it_is_left_out() -> None:
    prompt = " ".join(f"{GIANT} for the time number {number}." for number in range(300))

    found = describing.passages(prompt)

    assert len(found) <= 2 * SENTENCES_MAX
    ends = [0, *(each.end for each in found[:SENTENCES_MAX])]
    assert [each.start for each in found[:SENTENCES_MAX]] == ends[:-1]
    assert ends[-1] == len(prompt)


def test_japanese_is_read_word_by_word() -> None:
    read = gloss.english("背中に木が生えた孤独な巨人が、砂漠を歩く。Shot 2")

    assert read == "back wood grow lonely giant , desert walk .Shot 2"


def test_what_is_not_known_is_left_out() -> None:
    assert gloss.english("鬱蒼とした森") == "forest"


def test_a_description_that_ordinary_prompts_come_near_to_counts_from_higher_on() -> None:
    usual, near = describing.thresholds(0.3), describing.thresholds(0.6)

    assert usual == (describing.DESCRIBED_MIN, describing.RESEMBLES_MIN)
    assert near == pytest.approx((0.68, 0.63))


def test_a_description_has_enough_words_of_its_own() -> None:
    with pytest.raises(RightsError) as caught:
        describing.require_words("a big dog that is in the big house")
    assert caught.value.code is Code.INVALID
    describing.require_words(GIANT)


def test_ordinary_prompts_are_many_and_always_the_same() -> None:
    prompts = neutral.prompts()

    assert prompts == neutral.prompts()
    assert len(set(prompts)) == len(prompts) >= 1_000
