"""Where the demo plays, and who is there."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rightsd.cli.client import Client


class Report(Protocol):
    """Where the steps are told."""

    def step(self, what: str) -> AbstractContextManager[list[str]]:
        """Time a step, and note what came of it."""
        ...

    def watch(self) -> Callable[[str, float], None]:
        """Return what shows how far a generation has come."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """Who is there, and what they have."""

    report: Report
    people: dict[str, Client]
    ids: dict[str, str]
    output: Path
