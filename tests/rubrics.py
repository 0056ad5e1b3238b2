"""The rubrics of the C2PA conformance programme, if at hand, and what they say of crJSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.jsonformula import Formulas

STANDARDS = Path(__file__).parents[2] / "shared/standards/data/c2pa"
FOLDER = STANDARDS / "conformance-public/asset-rubrics"
VECTORS = STANDARDS / "rubric-vectors"
CONFORMANCE = FOLDER / "asset-rubric-conformance0.2-spec2.4.yml"
TRUST = FOLDER / "asset-rubric-integrity.yml"
SIGNALS = FOLDER / "asset-rubric-signals-local.yml"


@dataclass(frozen=True)
class Trait:
    """What a rubric says of one thing.

    Attributes:
        warns: It is only advised against.
        matches: What was found.
    """

    name: str
    holds: bool
    warns: bool
    matches: Any


def judge(rubric: Path, document: Any, *, spec_version: str = "2.4") -> Iterator[Trait]:
    """Yield what a rubric says of a document: crJSON, or one manifest of it for signals."""
    head, traits = yaml.safe_load_all(rubric.read_text())
    variables = head["variables"] | {"$expected_spec_version": spec_version}
    formulas = Formulas(variables, head["expressions"])
    for trait in traits:
        value = formulas.evaluate(trait["expression"], document)
        warns = trait.get("warnIfMatched", False)
        matched = bool(value)
        holds = not matched if trait.get("failIfMatched") or warns else matched
        yield Trait(trait["id"].rsplit(":", 1)[-1], holds, warns, value)


def failed(rubric: Path, document: Any) -> list[str]:
    """Return which traits do not hold."""
    return [trait.name for trait in judge(rubric, document) if not trait.holds]
