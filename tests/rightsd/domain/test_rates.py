"""Rates with Wilson's intervals, from what reviewers found who did not know what the gate said."""

import itertools
import random

import pytest

from rightsd.domain import locales, rates, rulebook
from rightsd.domain.policy import Outcome
from rightsd.domain.rates import Answered, By, Measured, Rate, Sample, Sampling
from rightsd.domain.review import Finding, Right


def answered(
    outcome: str,
    finding: str,
    *,
    right: Right | None = None,
    rules: tuple[str, ...] = (),
    language: str = "und-Latn",
    territories: tuple[str, ...] = (),
    probability: float = 0.5,
) -> Answered:
    sample = Sample(Outcome(outcome), rules, language, territories, probability)
    return Answered(sample, Finding(finding), right)


def measured(answers: list[Answered], by: By, value: str = "") -> Measured:
    (found,) = [each for each in rates.measure(answers) if (each.by, each.value) == (by, value)]
    return found


# (wrong, of, low, high), from Newcombe, "Two-sided confidence intervals for the single proportion",
# Statistics in Medicine 17, 1998, table I, method 3.
@pytest.mark.parametrize(
    ("wrong", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_are_those_that_are_published(
    wrong: int, of: int, low: float, high: float
) -> None:
    found = rates.wilson(wrong / of, of)

    assert found == pytest.approx((low, high), abs=5e-5)


def test_an_interval_holds_what_is_true_about_as_often_as_it_says() -> None:
    draws = random.Random(7)
    trials, count, truth = 2_000, 30, 0.08

    held = 0
    for _ in range(trials):
        wrong = sum(draws.random() < truth for _ in range(count))
        low, high = rates.wilson(wrong / count, count)
        held += low <= truth <= high

    assert 0.93 <= held / trials <= 0.98


def test_without_data_nothing_is_known() -> None:
    assert rates.rate([], lambda _: True) == Rate(0, 0, None, 0.0, 1.0)
    assert measured([], By.ALL).false_positive.share is None
    assert [each.value for each in rates.measure([]) if each.by is By.RIGHT] == list(Right)


def test_wrong_blocks_and_wrong_passes_are_told_apart() -> None:
    answers = [answered("refuse", "allow", rules=("work.opted_out@1",))]
    answers += [answered("allow", "allow")] * 3
    answers += [answered("allow", "refuse", right=Right.WORK)]
    answers += [answered("refuse", "refuse", right=Right.WORK, rules=("work.opted_out@1",))]

    found = measured(answers, By.ALL)

    assert (found.false_positive.wrong, found.false_positive.of) == (1, 4)
    assert (found.false_negative and found.false_negative.wrong) == 1
    assert (found.false_negative and found.false_negative.of) == 2


def test_who_is_drawn_seldom_counts_for_many() -> None:
    answers = [answered("refuse", "allow", probability=0.5)] * 2
    answers += [answered("allow", "allow", probability=0.01)] * 10

    found = measured(answers, By.ALL).false_positive

    assert (found.wrong, found.of) == (2, 12)
    assert found.share == pytest.approx(4 / 1004)
    # As many as (4 + 1000)² / (2 · 2² + 10 · 100²) equal ones would tell.
    assert (found.low, found.high) == rates.wilson(4 / 1004, 1004**2 / 100_008)


def test_the_estimate_comes_close_to_what_is_true_of_all() -> None:
    draws = random.Random(11)
    sampling = Sampling(allowed=0.02, refused=0.2)
    answers: list[Answered] = []
    for _ in range(60_000):
        outcome = Outcome.REFUSE if draws.random() < 0.1 else Outcome.ALLOW
        probability = sampling.probability(outcome)
        if draws.random() < probability:
            answers.append(answered(outcome, "allow", probability=probability))

    found = measured(answers, By.ALL).false_positive

    assert found.low < 0.1 < found.high
    assert found.share == pytest.approx(0.1, abs=0.03)


def test_a_request_that_was_refused_for_another_right_was_missed_for_this_one() -> None:
    answers = [
        answered("refuse", "refuse", right=Right.LIKENESS, rules=("work.opted_out@1",)),
        answered("refuse", "refuse", right=Right.LIKENESS, rules=("cameo.consent@1",)),
    ]

    found = measured(answers, By.RIGHT, "likeness").false_negative

    assert found is not None
    assert (found.wrong, found.of) == (1, 2)
    assert measured(answers, By.RIGHT, "work").false_negative == Rate(0, 0, None, 0.0, 1.0)


def test_a_rule_is_blamed_for_its_own_blocks_alone() -> None:
    answers = [answered("refuse", "allow", rules=("a.b@1", "work.opted_out@1"))]
    answers += [
        answered("refuse", "allow", rules=("work.opted_out@1",)),
        answered("allow", "allow"),
    ]

    both = measured(answers, By.RULE, "work.opted_out@1")

    assert (both.false_positive.wrong, both.false_positive.of) == (2, 3)
    assert both.false_negative is None
    assert measured(answers, By.RULE, "a.b@1").false_positive.wrong == 1
    assert rates.right_of("a.b@1") is Right.SAFETY


def test_every_rule_protects_the_right_that_it_is_about() -> None:
    found = {rule.id: rates.right_of(rule.key) for rule in rulebook.RULES}

    areas = {
        right: {rule.partition(".")[0] for rule in found if found[rule] is right} for right in Right
    }
    assert areas[Right.LIKENESS] == {"cameo", "output", "revocation", "remix"}
    assert areas[Right.WORK] == {"work", "licence", "reference", "output"}
    assert areas[Right.SAFETY] == {
        *("sexual", "violence", "extremism", "self_harm", "drugs"),
        "review",  # Of no right; it refuses nothing at once, so no sample cites it.
    }
    assert found["output.likeness"] is Right.LIKENESS
    assert found["output.opted_out"] is Right.WORK


def test_rates_are_given_by_language_and_territory() -> None:
    answers = [answered("refuse", "allow", language="ja", territories=("JP", "DE"))]
    answers += [answered("allow", "allow", language="ja"), answered("allow", "allow")]

    assert measured(answers, By.LANGUAGE, "ja").false_positive.of == 2
    assert measured(answers, By.TERRITORY, "DE").false_positive.wrong == 1
    assert measured(answers, By.TERRITORY, rates.WORLD).false_positive.of == 2


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("a red ball", "und-Latn"),
        ("東京の夜景", "ja"),
        ("ﾈﾌﾞﾗ", "ja"),
        ("北京的夜景", "und-Hani"),
        ("서울의 밤", "ko"),
        ("красный мяч", "und-Cyrl"),
        ("123 !?", "und"),
        ("", "und"),
        ("ネビュラ fox", "ja"),
    ],
)
def test_the_letters_say_which_language(text: str, language: str) -> None:
    assert locales.language_of(text) == language


def test_drawing_is_by_what_the_gate_said() -> None:
    sampling = Sampling(allowed=0.1, refused=0.4)

    found = [sampling.probability(outcome) for outcome in Outcome]

    assert dict(zip(Outcome, found, strict=True)) == {
        Outcome.ALLOW: 0.1,
        Outcome.REFUSE: 0.4,
        Outcome.HOLD: 0.0,
    }
    assert all(rates.NEVER.probability(each) == 0 for each in itertools.chain(Outcome))
