"""Where the demo plays, and who is there."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rightsd.cli.client import Client

EFFECT_SECONDS_MAX = 30.0
POLL_SECONDS = 0.02


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


def verify_offline(bundle: Path) -> tuple[int, str]:
    """Run the verifier where no database could be reached; return how it ends and what it says."""
    done = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, "-m", "rightsd", "audit", "verify", str(bundle)],
        env={"RIGHTSD_DATABASE_URL": "host=/nonexistent", "RIGHTSD_HOME": "/nonexistent"},
        capture_output=True,
        check=False,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def until(holds: Callable[[], bool], otherwise: str) -> None:
    """Wait for something to hold, as long as an effect may take."""
    deadline = time.monotonic() + EFFECT_SECONDS_MAX
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(POLL_SECONDS)


def ms(since: float) -> str:
    """Return how long ago that was, in words."""
    return f"{1000 * (time.monotonic() - since):.0f} ms"
