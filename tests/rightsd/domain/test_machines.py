"""Every machine, every state, every event."""

import importlib
import pkgutil
from enum import StrEnum
from typing import Any

import pytest

from rightsd import domain
from rightsd.domain.machine import Machine
from rightsd.domain.replay import MACHINES as REPLAYED
from rightsd.errors import Code, RightsError

MODULES = [
    importlib.import_module(f"rightsd.domain.{name}")
    for _, name, _ in pkgutil.iter_modules(domain.__path__)
]
MACHINES: dict[str, Machine[Any]] = {
    module.__name__.rpartition(".")[2]: module.MACHINE
    for module in MODULES
    if hasattr(module, "MACHINE")
}


def test_there_are_machines_and_the_auditor_replays_them_all() -> None:
    assert len(MACHINES) >= 7
    assert dict(REPLAYED) == MACHINES


@pytest.mark.parametrize("name", MACHINES)
def test_only_the_edges_in_the_table_exist(name: str) -> None:
    machine = MACHINES[name]
    states: set[StrEnum | None] = {None, *machine.edges.values()}
    kinds = {kind for _, kind in machine.edges}
    for state in states:
        for kind in kinds:
            if (state, kind) in machine.edges:
                assert machine.next(state, kind) is machine.edges[state, kind]
            else:
                with pytest.raises(RightsError) as caught:
                    machine.next(state, kind)
                assert caught.value.code is Code.CONFLICT


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_can_be_reached(name: str) -> None:
    edges = MACHINES[name].edges
    reached: set[StrEnum | None] = {None}
    while more := {after for (state, _), after in edges.items() if state in reached} - reached:
        reached |= more
    assert reached - {None} == set(type(next(iter(edges.values()))))


@pytest.mark.parametrize("name", MACHINES)
def test_events_are_named_after_the_machine(name: str) -> None:
    assert all(kind.startswith(f"{name}.") for _, kind in MACHINES[name].edges)
