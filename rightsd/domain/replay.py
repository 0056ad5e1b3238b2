"""What an auditor runs: from the entries of the ledger alone to where everything stands."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from rightsd.domain import (
    account,
    consent,
    evidence,
    generation,
    key,
    notice,
    optout,
    subject,
    work,
)
from rightsd.domain.events import Event
from rightsd.domain.machine import Machine
from rightsd.errors import RightsError

MACHINES: Mapping[str, Machine[Any]] = {
    "account": account.MACHINE,
    "subject": subject.MACHINE,
    "consent": consent.MACHINE,
    "work": work.MACHINE,
    "optout": optout.MACHINE,
    "evidence": evidence.MACHINE,
    "generation": generation.MACHINE,
    "notice": notice.MACHINE,
    "key": key.MACHINE,
}


class ReplayError(Exception):
    """The entries cannot have happened in this order."""


class Replay:
    """Where everything stands after the events so far."""

    def __init__(self) -> None:
        self._states: dict[str, StrEnum] = {}

    def apply(self, event: Event) -> None:
        """Let an event happen.

        Raises:
            ReplayError: It cannot follow what came before it.
        """
        machine = MACHINES.get(event.kind.partition(".")[0])
        if machine is None:
            raise ReplayError(f"{event.kind} is no kind of event that is known")
        before = self._states.get(event.subject)
        try:
            self._states[event.subject] = machine.next(before, event.kind)
        except RightsError as error:
            raise ReplayError(f"{event.subject}: {error.detail}") from error

    def states(self) -> dict[str, str]:
        """Return the state of every thing, by id."""
        return {name: str(state) for name, state in self._states.items()}
