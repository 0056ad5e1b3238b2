"""How long after a fingerprint is added, or withdrawn, until a search of another process knows it.

The other process has an index of its own, with more in it, and connections of its own. It is asked
as soon as the commit has answered, again and again until it knows; and once by the watermark of
what was written, which its first answer has to know.
"""

import contextlib
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from fingerprint import descriptor, features
from fingerprint.bundle import Fingerprint
from fingerprint.descriptor import Descriptors
from fingerprint.features import Features
from rightsd import bootstrap
from rightsd.adapters.fingerprints import Shown
from rightsd.adapters.recall import Among
from rightsd.db import fingerprints
from rightsd.domain.principal import Principal, Role
from rightsd.domain.staydown import Kind
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import staydowns
from tests import people, pictures
from tests.bench.servers import running
from tests.bench.table import Row
from tests.fingerprint import clips
from tests.processes import APART

ROUNDS = 200
BY_POINTS = 5  # Of so many rounds one: each of these costs several times as much.
ASSETS = 300  # That are known before, each with
CODES, FRAMES, POINTS = 100, 10, 200  # of what it shows.
QUICK = {"rounds": 2, "assets": 2}
SECONDS = 3.0
TIMEOUT_SECONDS = 60.0
FRAMES_WAY, POINTS_WAY = "by whole frames", "by points"


def run(folder: Path, *, rounds: int = ROUNDS, assets: int = ASSETS) -> list[Row]:
    with running(folder) as (settings, rt):
        with rt.transaction() as tx:
            reviewer = people.account(tx, Role.REVIEWER)
        shown, query = _clip()
        writer = _Writer(rt, reviewer)
        for number in range(assets):
            writer.add(replace(shown, sha256=f"{number:064x}", whole=_drawn(number)))
        with _another(settings, query) as ask:
            rows = [
                *_seen(writer, shown, ask, FRAMES_WAY, rounds, f"{assets * CODES:,} codes"),
                *_seen(
                    writer,
                    shown,
                    ask,
                    POINTS_WAY,
                    -(-rounds // BY_POINTS),
                    f"{assets * POINTS:,} points",
                ),
                *_read_back(writer, shown, ask, rounds),
            ]
    return rows


# Takes the way and the least watermark; returns what was found, and the answer's watermark.
Ask = Callable[[str, int | None], tuple[list[str], int]]


@contextmanager
def _another(settings: Settings, query: Fingerprint) -> Generator[Ask]:
    """Run another process; yield what asks it what a clip shows."""
    here, there = APART.Pipe()
    other = APART.Process(target=answer, args=(there, settings, query))
    other.start()
    there.close()  # Else nobody would notice that it has ended.

    def ask(way: str, watermark: int | None) -> tuple[list[str], int]:
        here.send((way, watermark))
        return here.recv()

    try:
        for way in (FRAMES_WAY, POINTS_WAY):
            ask(way, None)  # Reads all there is.
        yield ask
    finally:
        here.close()
        other.join()


def answer(asked: Connection, settings: Settings, query: Fingerprint) -> None:
    """Search until nobody asks any more: what the other process does."""
    assert query.frames is not None
    points = Fingerprint(features=query.features)
    with bootstrap.running(settings) as rt, contextlib.suppress(EOFError):
        while True:
            way, watermark = asked.recv()
            if way == POINTS_WAY:
                found = rt.find(points, Among.REFERENCES).verdicts
                asked.send(([each.asset_id for each in found], 0))
                continue
            found = rt.compare(query.frames, min_watermark=watermark)
            asked.send(([each.asset_id for each in found.references], found.horizon))


@dataclass(slots=True)
class _Writer:
    """Adds and withdraws what is to stay down, in this process.

    Attributes:
        written: The watermark of what was written last.
    """

    rt: Runtime
    reviewer: Principal
    written: int = field(default=0, init=False)

    def add(self, shown: Shown) -> str:
        with self.rt.transaction() as tx:
            added = staydowns.add(
                tx, self.reviewer, kind=Kind.PRIVACY, shown=shown, reason="Private."
            )
            self.written = fingerprints.watermark(tx)
        return added.id

    def end(self, staydown_id: str) -> None:
        with self.rt.transaction() as tx:
            staydowns.end(tx, self.reviewer, staydown_id)
            self.written = fingerprints.watermark(tx)


def _seen(
    writer: _Writer, shown: Shown, ask: Ask, way: str, rounds: int, among: str
) -> Iterator[Row]:
    """Yield how long it takes until the other process sees both, and after how many searches."""
    bare, added, ended = list[float](), list[float](), list[float]()
    most = 0

    def until(wanted: list[str]) -> float:
        nonlocal most
        begun = time.perf_counter()
        searches = 1
        while ask(way, None)[0] != wanted:
            assert time.perf_counter() - begun < TIMEOUT_SECONDS, f"never seen: {wanted}"
            searches += 1
        most = max(most, searches)
        return (time.perf_counter() - begun) * 1e3

    for _ in range(rounds):
        bare.append(_milliseconds(lambda: ask(way, None)))
        entry = writer.add(shown)
        added.append(until([entry]))
        writer.end(entry)
        ended.append(until([]))
    for what, times in (
        (f"added until found elsewhere, {way} among {among}", added),
        (f"withdrawn until not found elsewhere, {way}", ended),
    ):
        yield from _quantiles(what, times, "a search of that process before", bare, "≤ 2 s")
    yield Row(f"searches elsewhere until it was seen, {way}, at most", most, "", "one", 1)


def _read_back(writer: _Writer, shown: Shown, ask: Ask, rounds: int) -> Iterator[Row]:
    """Yield how long an answer takes that has to know what was just written, by its watermark."""
    known, fresh = list[float](), list[float]()
    _, horizon = ask(FRAMES_WAY, None)
    for _ in range(rounds):
        before = horizon
        known.append(_milliseconds(lambda before=before: ask(FRAMES_WAY, before)))
        entry = writer.add(shown)
        begun = time.perf_counter()
        found, horizon = ask(FRAMES_WAY, writer.written)
        fresh.append((time.perf_counter() - begun) * 1e3)
        assert found == [entry], "the answer does not know what its watermark says"
        writer.end(entry)
        found, horizon = ask(FRAMES_WAY, writer.written)
        assert found == [], "the answer knows what was withdrawn"
    what = "an answer elsewhere that knows what was written, by its min_watermark"
    yield from _quantiles(what, fresh, "one by a watermark that it has", known, "≤ 2 s")


def _quantiles(
    what: str, times: list[float], reference: str, others: list[float], goal: str
) -> Iterator[Row]:
    for name, part in (("p50", 0.5), ("p99", 0.99)):
        reached, other = (sorted(each)[int(len(each) * part)] for each in (times, others))
        yield Row(f"{what}, {name}", reached, "ms", reference, other, goal * (name == "p99"))


def _milliseconds(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return (time.perf_counter() - begun) * 1e3


def _clip() -> tuple[Shown, Fingerprint]:
    """Return what is kept of a clip, and what is asked of a copy of it."""
    frames = clips.textured(1, seconds=SECONDS)
    content = descriptor.describe(clips.chunks(frames))
    kept, asked = features.Watcher(), features.for_query()
    for watcher in (kept, asked):
        for some, seconds in clips.chunks(frames):
            watcher.look(some, seconds)
    whole = Fingerprint(content, kept.features())
    shown = replace(pictures.shown(frames[0]), still=False, seconds=SECONDS, whole=whole, pdq=[])
    return shown, Fingerprint(content, asked.features())


def _drawn(number: int) -> Fingerprint:
    """Return an asset like no other."""
    rng = np.random.default_rng(number)

    def codes(count: int) -> np.ndarray:
        return rng.integers(0, 256, (count, descriptor.CODE_BYTES), np.uint8)

    seconds = np.arange(CODES) / 3
    content = Descriptors(seconds, codes(CODES), np.full(CODES, 90, np.uint8))
    points = Features(
        seconds=np.arange(FRAMES, dtype=np.float64),
        frame=np.repeat(np.arange(FRAMES, dtype=np.int32), POINTS // FRAMES),
        places=rng.uniform(-0.25, 0.25, (POINTS, 2)).astype(np.float32),
        scales=rng.uniform(0.01, 0.1, POINTS).astype(np.float32),
        angles=rng.uniform(0, 6, POINTS).astype(np.float32),
        codes=codes(POINTS),
        aspect=16 / 9,
    )
    return Fingerprint(content, points)
