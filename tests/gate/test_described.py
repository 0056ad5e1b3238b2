"""The gate over prompts that describe invented works without naming them, or only seem to.

`described.ndjson` was written before anything was measured. Its two halves have different works and
different near misses: the thresholds were set on one, and what is asserted here is the other.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from rightsd.adapters.minilm import MiniLM
from rightsd.db import descriptions
from rightsd.db.tx import Tx
from rightsd.db.vectors import Vectors
from rightsd.domain.principal import Role
from rightsd.domain.work import Kind
from rightsd.workflows import optouts, works
from tests import people

HERE = Path(__file__).parent
RECALL_MIN = 0.8
FALSE_BLOCKS_MAX = 0.01
FALSE_REVIEWS_MAX = 0.05
PARAPHRASES = ("paraphrase", "paraphrase_japanese", "paraphrase_long")
NEGATIVES = ("negative", "negative_japanese", "near_miss", "ordinary")


@dataclass(frozen=True, slots=True)
class Judged:
    """A prompt, the works that it describes, and those for which it is refused or looked at."""

    group: str
    half: str
    prompt: str
    describes: set[str]
    refused: set[str]
    held: set[str]

    @property
    def recalled(self) -> bool:
        return self.describes <= self.refused | self.held


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return Vectors(MiniLM())


@pytest.fixture
def judged(tx: Tx, vectors: Vectors) -> list[Judged]:
    tx.vectors = vectors
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    for work in json.loads((HERE / "registry.json").read_text())["works"]:
        registered = works.register(
            tx,
            brand,
            kind=Kind(work["kind"]),
            title=work["title"],
            aliases=(),
            described_as=work["descriptions"],
        )
        optouts.register(tx, brand, work_id=registered.id)
    lines = (HERE / "described.ndjson").read_text().splitlines()
    ordinary = (HERE / "prompts.ndjson").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    rows += [
        {"class": "ordinary", "half": "held_out", "prompt": row["prompt"], "describes": []}
        for row in map(json.loads, ordinary)
        if row["class"] == "negative"
    ]
    return [_judge(tx, row) for row in rows]


def _judge(tx: Tx, row: dict[str, object]) -> Judged:
    found, unchecked = descriptions.resembled(tx, str(row["prompt"]))
    assert not unchecked
    return Judged(
        group=str(row["class"]),
        half=str(row["half"]),
        prompt=str(row["prompt"]),
        describes=set(row["describes"]),
        refused={each.title for each in found if each.certain},
        held={each.title for each in found if not each.certain},
    )


@pytest.mark.slow
def test_what_is_found_in_prompts_that_were_held_out(judged: list[Judged]) -> None:
    print(table(judged))
    held_out = [each for each in judged if each.half == "held_out"]

    described = [each for each in held_out if each.group in PARAPHRASES]
    missed = [each.prompt for each in described if not each.recalled]
    assert len(missed) / len(described) <= 1 - RECALL_MIN, missed
    innocent = [each for each in held_out if each.group in NEGATIVES]
    blocked = [(each.prompt, each.refused) for each in innocent if each.refused]
    assert len(blocked) / len(innocent) <= FALSE_BLOCKS_MAX, blocked
    reviewed = [(each.prompt, each.held) for each in innocent if each.held and not each.refused]
    assert len(reviewed) / len(innocent) <= FALSE_REVIEWS_MAX, reviewed


def table(judged: list[Judged]) -> str:
    """Return the confusion by half and class, as Markdown."""
    lines = ["", "| half | class | prompts | refused | looked at | missed | another work |"]
    lines += ["|---|---|---|---|---|---|---|"]
    groups = dict.fromkeys((each.half, each.group) for each in judged)
    for half, group in sorted(groups, reverse=True):
        rows = [each for each in judged if (each.half, each.group) == (half, group)]
        counts = Counter[str]()
        for each in rows:
            wanted = each.describes
            counts["refused"] += bool(each.refused & wanted if wanted else each.refused)
            counts["held"] += bool(each.held and not each.refused)
            counts["missed"] += not each.recalled
            counts["wrong"] += bool((each.refused | each.held) - wanted)
        cells = (
            half,
            group,
            len(rows),
            *(counts[k] for k in ("refused", "held", "missed", "wrong")),
        )
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)
