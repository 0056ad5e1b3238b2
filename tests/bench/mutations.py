"""What is said of 1,200 changed outputs, and what becomes of the daemon over them.

The daemon is this process: had it died, there would be no table. The files are made, and answers
judged, by `tests/mutants`. A file is called genuine rightly if all that its signature covers is as
it was, by a reading of the standard of our own, and its pictures are, pixel by pixel.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
from fastapi.testclient import TestClient

from rightsd.runtime import Runtime
from rightsd.web.app import create_app
from tests.bench.servers import running
from tests.bench.table import Row
from tests.conftest import UNPACED
from tests.mutants import changes, hostile, outputs
from tests.mutants.outputs import Tally

COUNT = 1200
MEGABYTE = 1024**2
Case = Callable[[], bytes]


def run(folder: Path, *, count: int = COUNT, cases: Sequence[Case] = hostile.CASES) -> list[Row]:
    with running(folder) as (_, rt):
        return list(_measure(rt, folder, count, cases))


def _measure(rt: Runtime, folder: Path, count: int, cases: Sequence[Case]) -> Iterator[Row]:
    originals = outputs.make(rt, folder)
    client = TestClient(create_app(rt, looked_at_per_minute=UNPACED), raise_server_exceptions=False)
    for original in originals:  # Warm, so that what is held before is what is held anyway.
        found = client.post("/v1/verifications", files={"file": ("a", original.data)}).json()
        assert found["verdict"] == "genuine", found
    process = psutil.Process()
    memory, files = process.memory_info().rss, process.num_fds()
    tally, by_way, seconds = Tally(folder), defaultdict[str, Counter[str]](Counter), list[float]()
    for mutant in changes.mutants(originals, count):
        before = tally.said.copy()
        start = time.perf_counter()
        answer = outputs.ask(client, mutant)
        seconds.append(time.perf_counter() - start)
        tally.take(mutant, answer)
        by_way[mutant.way] += tally.said - before
    assert not tally.unclear, tally.unclear
    assert not tally.falsely, tally.falsely
    for what, number in sorted(tally.said.items()):
        yield Row(f"{what}: answers", number, "", "changed files", count)
    yield _none("neither a verdict nor a problem document", len(tally.unclear), count)
    yield _none("genuine, and something that is covered was changed", len(tally.falsely), count)
    yield Row("genuine, and nothing was that is covered", tally.rightly, "", "changed files", count)
    for way, said in by_way.items():
        told = ", ".join(f"{number} {what}" for what, number in said.most_common())
        yield Row(f"{way.replace('_', ' ')}: {told}", said["genuine"], "", "files", said.total())
    yield _none("files left in the work folder", len(list(outputs.leftovers(rt))), count)
    more = max(0, process.num_fds() - files)
    yield Row("files open afterwards that were not before", more, "", "open before", files)
    grown = max(0, process.memory_info().rss - memory) / MEGABYTE
    yield Row("memory that the daemon grew by", grown, "MB", "before", memory / MEGABYTE)
    yield Row("an answer", sorted(seconds)[count // 2], "s", "the slowest", max(seconds))
    yield from _hostile(client, cases)


def _hostile(client: TestClient, cases: Sequence[Case]) -> Iterator[Row]:
    """Measure what credentials cost that were made to hurt."""
    for case in cases:
        file = case()
        start = time.perf_counter()
        answer = client.post("/v1/verifications?layers=manifest", files={"file": ("a.png", file)})
        taken = time.perf_counter() - start
        state = answer.json()["manifest"]["state"]
        what = f"{case.__name__.replace('_', ' ')}, {len(file) / MEGABYTE:.2g} MB: {state}"
        yield Row(what, taken, "s", "allowed", 20.0)


def _none(what: str, number: int, count: int) -> Row:
    return Row(what, number, "", "changed files", count, "0")
