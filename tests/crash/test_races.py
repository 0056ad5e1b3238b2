"""A permission ends while other processes make, release, serve and judge what rests on it.

Nothing is released, served or called genuine after the commit that ends it. What "after" means is
Postgres's word: a release is late if the transaction that ended the permission, with its locks
held, did not see it; and whoever began with a snapshot that has the end in it must say no.

In each race one process comes to one of its statements, and the permission ends there. First every
statement of every act has its turn, and the process stops before it until the end has committed or
waits for a lock. Then points are drawn, two others are at work as well, and nobody waits.
`RACES_SEED` repeats the orders of a run; the machine's timing it cannot repeat.
"""

import itertools
import os
import random
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

import psycopg
import pytest

from rightsd.db.tx import Tx
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from tests.conftest import runtime
from tests.crash import scenes, storm
from tests.crash.racer import REVOKER, Order, Reply, Signals, race
from tests.crash.scenes import CAUSES, Cast, Scene
from tests.processes import APART

pytestmark = pytest.mark.slow

RACES = 1_000
RACERS = 3
REQUESTS = 100  # Ten thousand: tests/bench/revocations.py.
SECONDS_MAX = 60.0  # For anything to happen at all.
NEVER = 1_000_000  # A statement that no act comes to.


@dataclass(frozen=True, slots=True)
class Point:
    """Where a permission ends: before which statement of which act; see `Order`."""

    cause: str
    act: str
    stop_at: int
    wait: bool


@dataclass(slots=True)
class Track:
    """Racers, and who ends permissions: each in a process of its own.

    Attributes:
        statements: Of how many each act consists, at most, by cause and act.
        races: In how many someone was stopped in the middle of something.
        happened: What came of what, by cause and act.
        late: What should not have happened.
    """

    revoker: Runtime
    cast: Cast
    racers: list[Connection]
    signals: Signals
    chance: random.Random
    scenes: int = 0
    races: int = 0
    statements: Counter[tuple[str, str]] = field(default_factory=Counter)
    happened: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    late: list[str] = field(default_factory=list)

    def play(self, point: Point) -> None:
        """Run one race, and judge it."""
        self.scenes += 1
        with self.revoker.transaction() as tx:
            scene, end = CAUSES[point.cause].prepare(tx, self.cast, self.scenes)
        self.signals.here.clear()
        self.signals.over.clear()
        at_work = list(zip(self.racers, self._orders(point, scene), strict=False))
        for racer, order in at_work:
            racer.send(order)
        assert self.signals.here.wait(SECONDS_MAX), point
        with self.revoker.transaction() as tx:
            end(tx)
            before, ending = _released(tx, scene), _transaction_id(tx)
        self.signals.over.set()
        replies = [self._reply(racer) for racer, _ in at_work]
        with self.revoker.transaction() as tx:
            after = _released(tx, scene)
        if "make" in CAUSES[point.cause].forbids:
            self.late += [f"{each} was released after {point}" for each in after - before]
        self.happened[point.cause, "make", "released"] += len(after)
        self.happened[point.cause, "make", "never"] += len(set(scene.asked) - after)
        self.races += any(reply.stopped for reply in replies)
        for reply in replies:
            self._judge(point, reply, ending)

    def points(self) -> Iterator[Point]:
        """Yield where to stop: everywhere once, then anywhere, without end."""
        for cause, act in [key for key in self.statements if CAUSES[key[0]].swept]:
            for statement in range(1, self.statements[cause, act] + 1):
                yield Point(cause, act, statement, wait=True)
        acts = list(self.statements)
        while True:
            cause, act = self.chance.choice(acts)
            statement = self.chance.randint(1, self.statements[cause, act])
            yield Point(cause, act, statement, wait=False)

    def _orders(self, point: Point, scene: Scene) -> list[Order]:
        number = self.chance.randrange(scenes.ASKED)
        first = Order(point.act, scene, number, point.stop_at, point.wait)
        if point.wait:
            return [first]
        acts = CAUSES[point.cause].forbids
        loop = Order(self.chance.choice(acts), scene, self.chance.randrange(scenes.ASKED))
        return [first, Order("make", scene, 1 - number), loop]

    def _reply(self, racer: Connection) -> Reply:
        assert racer.poll(SECONDS_MAX), "a racer has died, or waits for ever"
        return racer.recv()

    def _judge(self, point: Point, reply: Reply, ending: int) -> None:
        key = point.cause, reply.act
        self.statements[key] = max(self.statements[key], reply.statements)
        for answer in reply.answers:
            late = _shows(answer.snapshot, ending)
            self.happened[*key, f"{'after' if late else 'before'}: {answer.given}"] += 1
            if late and answer.given and reply.act in CAUSES[point.cause].forbids:
                self.late.append(f"{reply.act} said yes after {point}")


@pytest.fixture
def track(settings: Settings) -> Iterator[Track]:
    named = psycopg.conninfo.make_conninfo(settings.database_url, application_name=REVOKER)
    seed = int(os.environ.get("RACES_SEED") or secrets.randbits(32))
    print(f"RACES_SEED={seed}")
    with ExitStack() as stack:
        revoker = stack.enter_context(runtime(settings.model_copy(update={"database_url": named})))
        signals = Signals()
        racers = [stack.enter_context(_racer(settings, signals)) for _ in range(RACERS)]
        for racer in racers:
            assert racer.poll(SECONDS_MAX)
            racer.recv()
        with revoker.transaction() as tx:
            cast = scenes.cast(tx)
        yield Track(revoker, cast, racers, signals, random.Random(seed))


@pytest.mark.timeout(900)  # A minute where nothing else runs.
def test_whatever_ends_comes_before_or_after_whatever_rests_on_it(track: Track) -> None:
    for cause in CAUSES:
        for act in CAUSES[cause].forbids:
            track.play(Point(cause, act, NEVER, wait=False))
    assert track.races == 0

    for point in itertools.takewhile(lambda _: track.races < RACES, track.points()):
        track.play(point)

    assert track.late == []
    for name, cause in CAUSES.items():  # Neither side has always won.
        assert track.happened[name, "make", "released"]
        assert not cause.swept or track.happened[name, "make", "never"]
        for act in cause.forbids:
            assert track.happened[name, act, "before: True"]
            assert act == "make" or track.happened[name, act, "after: False"]


@contextmanager
def _racer(settings: Settings, signals: Signals) -> Iterator[Connection]:
    here, there = APART.Pipe()
    process = APART.Process(target=race, args=(there, settings, signals))
    process.start()
    try:
        yield here
        here.send(None)
        process.join(SECONDS_MAX)
    finally:
        process.kill()
        process.join()


def _released(tx: Tx, scene: Scene) -> set[str]:
    rows = tx.conn.execute(
        """
        SELECT id FROM rights.generation
        WHERE id = ANY(%s) AND state IN ('published', 'withdrawn')
        """,
        (list(scene.asked),),
    )
    return {row[0] for row in rows}


def _transaction_id(tx: Tx) -> int:
    row = tx.conn.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    assert row is not None
    return row[0]


def _shows(snapshot: str, transaction_id: int) -> bool:
    """Say whether what a transaction did shows in a snapshot, given that it has committed."""
    _, next_, running = snapshot.split(":")
    under_way = {int(each) for each in running.split(",") if each}
    return transaction_id < int(next_) and transaction_id not in under_way


def test_a_storm_of_requests_ends_with_the_consent(rt: Runtime, settings: Settings) -> None:
    stormed = storm.run(settings, rt, REQUESTS)

    assert REQUESTS // 2 <= stormed.released < REQUESTS
    assert stormed.late == 0
    assert stormed.refused == REQUESTS - stormed.released
