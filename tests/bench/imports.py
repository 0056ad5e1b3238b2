"""Opt-outs from a table against opt-outs one by one, what follows, and a million names in one."""

import random
import resource
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rightsd import bootstrap
from rightsd.domain.principal import Principal, Role
from rightsd.errors import RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import checkpoints
from rightsd.workflows.generations import requests, withdrawals
from rightsd.workflows.imports import applying, preparing
from tests import people
from tests.bench.gate import invented
from tests.bench.table import Row

ROWS = 10_000
NAMES = 1_000_000
NAMES_OF_A_WORK = 10  # Beside the title.
SINGLES = 300
OUTPUTS = 500


def run(
    folder: Path,
    *,
    count: int = ROWS,
    singles: int = SINGLES,
    outputs: int = OUTPUTS,
    names: int = NAMES,
) -> list[Row]:
    settings = Settings(home=folder / "home", blobs_url=(folder / "blobs").as_uri())
    with bootstrap.running(settings) as rt:
        with rt.transaction() as tx:
            brand, creator = (
                people.account(tx, role) for role in (Role.RIGHTS_HOLDER, Role.CREATOR)
            )
            for n in range(outputs):
                people.published(tx, creator, f"a red ball number {n} bounces")
        single = singles / _seconds(lambda: _one_by_one(rt, brand, singles))
        _sequence(rt)
        table = folder / "table.csv"
        lines = (f"Nebula {n:06},Fox of {n:06}\n" for n in range(count))
        table.write_text("title,aliases\n" + "".join(lines))
        with preparing.from_table(rt, brand, table, source="table.csv") as prepared:
            read = count / _seconds(lambda: _read(rt, brand, table))
            written = count / _seconds(lambda: _write(rt, brand, prepared))
        before = time.perf_counter()
        entries = _sequence(rt)
        sequenced = entries / (time.perf_counter() - before)
        with rt.transaction() as tx:
            (evidence,) = applying.mine(tx, brand)
        checked = outputs / _seconds(lambda: withdrawals.recheck_for_optout(rt, evidence.id))
        decided = _seconds(lambda: _decide(rt, creator)) * 1000
        many = _many(rt, brand, folder / "many.csv", names, single)
    reference = f"registered and opted out one by one, {singles}"
    return [
        Row(f"rows read and checked, of {count}", read, "1/s", reference, single),
        Row(f"rows written, one transaction of {count}", written, "1/s", reference, single),
        Row(f"entries sequenced, {entries}", sequenced, "1/s", reference, single),
        Row(f"outputs rechecked, once for {count}", checked, "1/s", reference, single),
        Row("decision right after the commit", decided, "ms", "the goal", 1000.0, "≤ 1 s"),
        *many,
    ]


def _many(rt: Runtime, brand: Principal, table: Path, count: int, single: float) -> list[Row]:
    """Import a table of so many names, ten a line, after one that is wrong in its last line."""
    reference = "registered and opted out one by one"
    chance = random.Random(count)
    lines = count // NAMES_OF_A_WORK
    with table.open("w") as file:
        file.write("title,aliases\n")
        for line in range(lines):
            names = (f"{invented(chance)} {invented(chance)}" for _ in range(NAMES_OF_A_WORK))
            file.write(f"{invented(chance)} {line},{'|'.join(names)}\n")
    broken = table.with_name("broken.csv")
    shutil.copy(table, broken)
    with broken.open("a") as file:
        file.write("!?,\n,nameless\n")
    faulty = _seconds(lambda: _fault(rt, brand, broken, lines))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    with preparing.from_table(rt, brand, table, source="many.csv") as prepared:
        read = time.perf_counter() - begun
        written = _seconds(lambda: _write(rt, brand, prepared))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    sequenced = _seconds(lambda: _sequence(rt))
    what, size = f"{count:,} names in one table", table.stat().st_size / 1e6
    return [
        Row(f"{what}, read to a fault in its last line", lines / faulty, "1/s", reference, single),
        Row(f"{what}, rows read and checked", lines / read, "1/s", reference, single),
        Row(f"{what}, rows written in one transaction", lines / written, "1/s", reference, single),
        Row(f"{what}, entries sequenced", 2 * lines / sequenced, "1/s", reference, single),
        Row(f"{what}, memory that it took", grown, "MB", "the table", size),
    ]


def _fault(rt: Runtime, brand: Principal, table: Path, lines: int) -> None:
    with (
        pytest.raises(RightsError) as caught,
        preparing.from_table(rt, brand, table, source="broken.csv"),
    ):
        pass
    faults = caught.value.extra["faults"]
    assert isinstance(faults, list)
    assert [fault["line"] for fault in faults] == [lines + 2, lines + 3]


def _one_by_one(rt: Runtime, brand: Principal, count: int) -> None:
    for n in range(count):
        with rt.transaction() as tx:
            people.optout(tx, brand, people.work(tx, brand, f"Comet {n:06}"))


def _read(rt: Runtime, brand: Principal, table: Path) -> None:
    with preparing.from_table(rt, brand, table, source="table.csv"):
        pass


def _write(rt: Runtime, brand: Principal, prepared: preparing.Prepared) -> None:
    applying.keep(rt, prepared)
    with rt.transaction() as tx:
        applying.apply(tx, brand, prepared, lift=False)


def _decide(rt: Runtime, creator: Principal) -> None:
    with rt.transaction() as tx:
        prompt = f"the fox of {ROWS - 1:06} jumps"
        assert requests.preflight(tx, creator, prompt=prompt, cameos=()).reasons


def _sequence(rt: Runtime) -> int:
    done = 0
    while count := checkpoints.sequence(rt):
        done += count
    return done


def _seconds(do: Callable[[], object]) -> float:
    before = time.perf_counter()
    do()
    return time.perf_counter() - before
