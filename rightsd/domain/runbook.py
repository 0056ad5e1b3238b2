"""The runbook: what is done in an incident, by which strand, and until when. Data, in versions."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from importlib import resources


class Strand(StrEnum):
    """What side of a compound case something belongs to."""

    CONSENT = "consent"
    COPYRIGHT = "copyright"
    SAFETY = "safety"
    COMMUNICATION = "communication"


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        within: From the opening of the incident.
        title: What to do, by language ("en", "ja").
        how: The call or command that does it or shows it.
    """

    id: str
    strand: Strand
    within: timedelta
    title: Mapping[str, str]
    how: str


@dataclass(frozen=True, slots=True)
class Runbook:
    """All steps of one version, in order."""

    version: int
    steps: tuple[Step, ...]

    def step(self, step_id: str) -> Step | None:
        """Return a step by its id."""
        return next((step for step in self.steps if step.id == step_id), None)


def load(text: str) -> Runbook:
    """Return the runbook that is written in a text.

    Raises:
        ValueError: It is not written as one, or two steps have one id.
    """
    try:
        read = tomllib.loads(text)
        steps = tuple(
            Step(
                id=str(step["id"]),
                strand=Strand(step["strand"]),
                within=timedelta(minutes=int(step["minutes"])),
                title={language: str(step[language]) for language in ("en", "ja")},
                how=str(step["how"]),
            )
            for step in read["step"]
        )
        version = int(read["version"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"a runbook has a version and whole steps: {error}") from error
    if len({step.id for step in steps}) < len(steps):
        raise ValueError("two steps of the runbook have one id")
    return Runbook(version, steps)


CURRENT = load(resources.files("rightsd.domain").joinpath("runbook.toml").read_text("utf-8"))
RUNBOOKS: Mapping[int, Runbook] = {CURRENT.version: CURRENT}  # Incidents keep theirs.
