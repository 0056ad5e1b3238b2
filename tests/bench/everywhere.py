"""How long after an opt-out is asked for another process refuses: by name, and by description.

The other process has its own memory of descriptions and its own connections; it is asked as soon as
the opt-out is acknowledged, and its first answer has to be the refusal.
"""

import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from rightsd import bootstrap
from rightsd.domain.policy import Outcome, wish_of
from rightsd.domain.principal import Principal, Role
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import optouts
from rightsd.workflows.generations import deciding
from tests import meanings, people
from tests.bench.servers import running
from tests.bench.table import Row
from tests.processes import APART

ROUNDS = 300
DESCRIPTION = (
    "An umbrella with {} silver teeth that eats rain and rides on a carousel of sleeping foxes."
)
PROMPT = "an umbrella with {} silver teeth rides the carousel of sleeping foxes and eats the rain"


def run(folder: Path, *, rounds: int = ROUNDS) -> list[Row]:
    with running(folder) as (settings, rt):
        here, there = APART.Pipe()
        other = APART.Process(target=answer, args=(there, settings))
        other.start()
        try:
            rows = _measure(rt, here, rounds)
        finally:
            here.send(None)
            other.join()
    return rows


def answer(asked: Connection, settings: Settings) -> None:
    """Decide on prompts until there is none: what the other process does."""
    with bootstrap.running(settings) as rt:
        while (prompt := asked.recv()) is not None:
            with rt.transaction() as tx:
                asked.send(deciding.decide(tx, wish_of("acc_b", prompt, ())).outcome)


def _measure(rt: Runtime, other: Connection, rounds: int) -> list[Row]:
    with rt.transaction() as tx:
        brand = people.account(tx, Role.RIGHTS_HOLDER)

    def refuses(prompt: str) -> bool:
        other.send(prompt)
        return other.recv() is Outcome.REFUSE

    rows: list[Row] = []
    ways: dict[str, Callable[[int], tuple[str, str]]] = {
        "name": partial(_named, rt, brand),
        "description": partial(_described, rt, brand),
    }
    for way, prepare in ways.items():
        times, bare = list[float](), list[float]()
        for number in range(rounds):
            work_id, prompt = prepare(number)
            begun = time.perf_counter()
            assert not refuses(prompt)
            bare.append((time.perf_counter() - begun) * 1e3)
            begun = time.perf_counter()
            with rt.transaction() as tx:
                optout = optouts.register(tx, brand, work_id=work_id)
            assert refuses(prompt), "the other process did not know"
            times.append((time.perf_counter() - begun) * 1e3)
            with rt.transaction() as tx:
                optouts.lift(tx, brand, optout.id)
        for name, part in (("p50", 0.5), ("p99", 0.99)):
            reference = "a decision of that process before", _quantile(bare, part)
            goal = "≤ 1 s" if name == "p99" else ""
            what = f"opted out until refused elsewhere, by {way}, {name}"
            rows.append(Row(what, _quantile(times, part), "ms", *reference, goal))
    return rows


def _named(rt: Runtime, brand: Principal, number: int) -> tuple[str, str]:
    name = "Vex" + "".join("abcdefghij"[int(digit)] for digit in f"{number:04}") + "wing"
    with rt.transaction() as tx:
        return people.work(tx, brand, name).id, f"a poster of {name} in a street"


def _described(rt: Runtime, brand: Principal, number: int) -> tuple[str, str]:
    with rt.transaction() as tx:
        work = meanings.work(tx, brand, DESCRIPTION.format(number), title="Parapluie")
    return work.id, PROMPT.format(number)


def _quantile(times: list[float], part: float) -> float:
    return sorted(times)[int(len(times) * part)]
