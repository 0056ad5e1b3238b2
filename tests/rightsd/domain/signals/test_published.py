"""The specifications' own examples, where someone has put them beside the repository."""

import json
from pathlib import Path

import pytest

from rightsd.domain.signals import aipref, robots, rsl, tdmrep
from rightsd.domain.signals.reservation import Stance, Use, combine

FOLDER = Path(__file__).parents[5] / "shared/standards/data/optout/examples"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the standards' examples are not here")

WORDS = {"allowed": Stance.ALLOW, "disallowed": Stance.DENY}


def stated(out: dict[str, str]) -> dict[Use, Stance]:
    return {aipref.VOCABULARY[label]: WORDS[word] for label, word in out.items() if word in WORDS}


def test_preferences_are_read_as_in_the_drafts_vectors() -> None:
    vectors = json.loads((FOLDER / "aipref-parse-vectors.json").read_text())
    for vector in vectors["vectors"]:
        assert aipref.preferences(vector["in"]) == stated(vector["out"]), vector["in"]
    for vector in vectors["combine"]:
        found = combine(map(aipref.preferences, vector["in"]))
        assert found == stated(vector["out"]), vector["in"]


def test_the_drafts_robots_txt_is_read() -> None:
    found = robots.parse((FOLDER / "robots-aipref.txt").read_bytes()).reservations

    assert [(each.scope, dict(each.uses), each.agents) for each in found] == [
        ("/", {Use.TRAIN: Stance.DENY}, ()),
        ("/ai-ok/", {Use.TRAIN: Stance.ALLOW}, ()),
        ("/", {Use.TRAIN: Stance.ALLOW}, ("examplebot",)),
    ]


def test_the_rsl_document_is_read() -> None:
    first, second = rsl.parse((FOLDER / "rsl-1.0.xml").read_bytes())

    assert first.scope == "/"
    assert first.uses == {Use.SEARCH: Stance.ALLOW, Use.TRAIN: Stance.DENY, Use.INPUT: Stance.DENY}
    assert second.holder == "Example Publisher"
    assert second.uses == {Use.INPUT: Stance.CONSTRAINED}


def test_the_tdmrep_file_is_read() -> None:
    found = tdmrep.file((FOLDER / "tdmrep.json").read_bytes())

    assert [each.reserves for each in found] == [True, True, False]
