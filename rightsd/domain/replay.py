"""What an auditor runs: from the entries of the ledger alone to where everything stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rightsd.domain import (
    account,
    acknowledgement,
    allowance,
    certificate,
    client,
    consent,
    copy,
    delegation,
    deposit,
    enrolment,
    evidence,
    exemption,
    flagger,
    generation,
    incident,
    key,
    licence,
    manifest,
    notice,
    offer,
    optout,
    platform,
    reference,
    reservation,
    review,
    revocation,
    staydown,
    subject,
    suspension,
    work,
)
from rightsd.domain.machine import Machine
from rightsd.errors import RightsError

MACHINES: Mapping[str, Machine[Any]] = {
    "account": account.MACHINE,
    "subject": subject.MACHINE,
    "consent": consent.MACHINE,
    "delegation": delegation.MACHINE,
    "enrolment": enrolment.MACHINE,
    "work": work.MACHINE,
    "reference": reference.MACHINE,
    "optout": optout.MACHINE,
    "reservation": reservation.MACHINE,
    "evidence": evidence.MACHINE,
    "offer": offer.MACHINE,
    "licence": licence.MACHINE,
    "generation": generation.MACHINE,
    "manifest": manifest.MACHINE,
    "notice": notice.MACHINE,
    "flagger": flagger.MACHINE,
    "suspension": suspension.MACHINE,
    "review": review.MACHINE,
    "staydown": staydown.MACHINE,
    "exemption": exemption.MACHINE,
    "platform": platform.MACHINE,
    "incident": incident.MACHINE,
    "key": key.MACHINE,
    "certificate": certificate.MACHINE,
    "allowance": allowance.MACHINE,
    "acknowledgement": acknowledgement.MACHINE,
    "copy": copy.MACHINE,
    "client": client.MACHINE,
    "deposit": deposit.MACHINE,
    "revocation": revocation.MACHINE,
}


class ReplayError(Exception):
    """The entries cannot have happened in this order.

    Attributes:
        index: The first entry that cannot follow; one beyond the log's size is a pending event.
    """

    def __init__(self, index: int, detail: str) -> None:
        super().__init__(detail)
        self.index = index


@dataclass(frozen=True, slots=True)
class Happened:
    """What the replay needs of one entry.

    Attributes:
        index: Its index; from the log's size on, those of events without a place yet.
        kind: The event's kind.
        facts: See `domain.dossier.facts_of`; JSON, or None.
    """

    index: int
    kind: str
    facts: str | None = None


def noun_of(happened: Sequence[Happened]) -> str:
    """Return what kind of thing events are about: a key of MACHINES.

    Raises:
        ReplayError: There is no such kind of thing, or the events are about several.
    """
    noun = happened[0].kind.partition(".")[0]
    for event in happened:
        if event.kind.partition(".")[0] != noun or noun not in MACHINES:
            raise ReplayError(event.index, f"{event.kind} is no kind of event that can be here")
    return noun


def state_after(happened: Sequence[Happened]) -> str:
    """Return where a thing stands after all that happened to it, at least one event.

    Raises:
        ReplayError: It cannot have happened in this order.
    """
    machine = MACHINES[noun_of(happened)]
    state: StrEnum | None = None
    for event in happened:
        try:
            state = machine.next(state, event.kind)
        except RightsError as error:
            detail = error.detail if state else f"{event.kind} cannot be what happens first"
            raise ReplayError(event.index, detail) from error
    return str(state)


def states_after_some(happened: Sequence[Happened]) -> frozenset[str]:
    """Return where a thing can stand now, of which only some consecutive events are known.

    Anything may have happened to it before and after them that its machine lets happen.

    Raises:
        ReplayError: They cannot have happened in this order, whatever came before.
    """
    edges = MACHINES[noun_of(happened)].edges
    states: set[StrEnum | None] = {None, *edges.values()}
    for event in happened:
        states = {edges[state, event.kind] for state in states if (state, event.kind) in edges}
        if not states:
            raise ReplayError(event.index, f"{event.kind} cannot follow what came before it")
    while more := {after for (state, _), after in edges.items() if state in states} - states:
        states |= more
    return frozenset(str(state) for state in states)
