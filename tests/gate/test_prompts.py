"""The gate over a labelled set: invented works, and prompts that name them or only seem to.

`prompts.ndjson` says of each prompt its class and the works that it names. Whoever wrote the rules
wrote the prompts, so the numbers are kind; paraphrases are counted, though no rule here finds them.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from rightsd.db import works
from rightsd.db.tx import Tx
from rightsd.domain.principal import Role
from rightsd.domain.work import Alias, Kind
from rightsd.workflows import optouts
from rightsd.workflows import works as workflows
from tests import people

HERE = Path(__file__).parent
RECALL_MIN = 0.99
FALSE_BLOCKS_MAX = 0.01
MISSPELLED_RECALL_MIN = 0.9  # Of what people mistype; a slip that makes another word stays one.
JAPANESE_RECALL_MIN = 0.95
Labelled = dict[str, list[tuple[str, set[str], set[str]]]]


def register(tx: Tx) -> None:
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    for work in json.loads((HERE / "registry.json").read_text())["works"]:
        aliases = [
            Alias(name["name"], tuple(name["excluded"])) if isinstance(name, dict) else name
            for name in work["aliases"]
        ]
        kind, title = Kind(work["kind"]), work["title"]
        registered = workflows.register(tx, brand, kind=kind, title=title, aliases=aliases)
        optouts.register(tx, brand, work_id=registered.id)


@pytest.fixture
def judged(tx: Tx) -> Labelled:
    """Return by class: each prompt, the works that it names, and those that were found."""
    register(tx)
    by_class: Labelled = {}
    for line in (HERE / "prompts.ndjson").read_text().splitlines():
        labelled = json.loads(line)
        found = {named.title for named in works.named_in(tx, labelled["prompt"])}
        row = (labelled["prompt"], set(labelled["names"]), found)
        by_class.setdefault(labelled["class"], []).append(row)
    return by_class


def test_what_is_found_in_the_labelled_prompts(judged: Labelled) -> None:
    assert sum(map(len, judged.values())) >= 300
    print(table(judged))

    assert recall(judged, "direct", "obfuscated") >= RECALL_MIN, "\n".join(missed(judged))
    assert recall(judged, "japanese", "other_script") >= JAPANESE_RECALL_MIN, "\n".join(
        missed(judged)
    )
    assert recall(judged, "misspelled") >= MISSPELLED_RECALL_MIN, "\n".join(missed(judged))
    negatives = judged["negative"]
    false = [(prompt, found) for prompt, _, found in negatives if found]
    assert len(false) / len(negatives) <= FALSE_BLOCKS_MAX, false


def test_no_prompt_is_taken_for_another_work(judged: Labelled) -> None:
    rows = [row for each in judged.values() for row in each]

    wrong = [(prompt, found - names) for prompt, names, found in rows if names and found - names]

    assert wrong == []


def recall(judged: Labelled, *classes: str) -> float:
    rows = [row for name in classes for row in judged[name]]
    return sum(names <= found for _, names, found in rows) / len(rows)


def missed(judged: Labelled) -> list[str]:
    rows = [(name, row) for name, each in judged.items() for row in each]
    return [f"{name}: {row[0]}" for name, row in rows if row[1] - row[2]]


def table(judged: Labelled) -> str:
    """Return the confusion by class, as Markdown."""
    lines = [
        "",
        "| class | prompts | all found | some missed | wrong found |",
        "|---|---|---|---|---|",
    ]
    for name, rows in judged.items():
        counts = Counter[str]()
        for _, names, found in rows:
            counts["found"] += names <= found
            counts["missed"] += bool(names - found)
            counts["wrong"] += bool(found - names)
        lines.append(
            f"| {name} | {len(rows)} | {counts['found'] if name != 'negative' else '–'} "
            f"| {counts['missed']} | {counts['wrong']} |"
        )
    return "\n".join(lines)
