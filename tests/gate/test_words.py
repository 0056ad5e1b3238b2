"""The rules about words over a labelled set, and over the ordinary prompts of the names.

`words.ndjson` says of each prompt what the rules do when it is shown everywhere. Whoever wrote the
rules wrote the prompts, and widened the lists by what they taught, so the numbers here are kind.
What the rules did at first sight of the second half, before that: of 162 ordinary prompts one was
refused and one held; of 55 that are to be stopped 40 were.
"""

import json
from pathlib import Path

import pytest

from rightsd.domain import rulebook, safety, wording
from rightsd.domain.policy import MENTION, Outcome
from rightsd.domain.rulebook.books import Effect

HERE = Path(__file__).parent
FALSE_BLOCKS_MAX = 0.01
FALSE_HOLDS_MAX = 0.05
RECALL_MIN = 0.99
ORDINARY_MIN = 200


def judge(prompt: str) -> Outcome:
    cast = MENTION.search(prompt) is not None
    found = safety.breaches(
        wording.read(prompt), rulebook.CURRENT, territories=(), cast=cast, banked={}
    )
    if any(breach.effect is Effect.REFUSE for breach in found):
        return Outcome.REFUSE
    return Outcome.HOLD if found else Outcome.ALLOW


def lines(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (HERE / name).read_text().splitlines()]


WORDS = lines("words.ndjson")
CLASSES = sorted({line["class"] for line in WORDS} - {"ordinary"})


def test_ordinary_prompts_pass() -> None:
    ordinary = [line["prompt"] for line in WORDS if line["class"] == "ordinary"]
    assert len(ordinary) >= ORDINARY_MIN

    judged = {prompt: judge(prompt) for prompt in ordinary}

    refused = [prompt for prompt, outcome in judged.items() if outcome is Outcome.REFUSE]
    held = [prompt for prompt, outcome in judged.items() if outcome is Outcome.HOLD]
    assert len(refused) / len(ordinary) <= FALSE_BLOCKS_MAX, refused
    assert len(held) / len(ordinary) <= FALSE_HOLDS_MAX, held


def test_prompts_about_works_pass_the_rules_about_words() -> None:
    stopped = [
        line["prompt"]
        for line in lines("prompts.ndjson")
        if judge(line["prompt"]) is not Outcome.ALLOW
    ]

    assert stopped == []


@pytest.mark.parametrize("name", CLASSES)
def test_what_is_to_be_stopped_is_stopped_as_far(name: str) -> None:
    rows = [line for line in WORDS if line["class"] == name]

    missed = [row["prompt"] for row in rows if judge(row["prompt"]) != row["outcome"]]

    assert len(missed) / len(rows) <= 1 - RECALL_MIN, missed
