"""A process that makes, serves and judges clips, and can be stopped between any two statements.

Everything but the pictures is real: the transactions are those of a worker and of the API.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import psycopg

from fingerprint.bundle import Fingerprint as Content
from fingerprint.descriptor import Descriptors
from fingerprint.parts import Explanation, Part
from rightsd import bootstrap, comparing
from rightsd.adapters import fingerprints
from rightsd.adapters.c2pa_credential import Credential
from rightsd.adapters.c2pa_credential import State as CredentialState
from rightsd.db.certificates import Signing
from rightsd.db.generations import Progress
from rightsd.db.picturemarks import PictureMark
from rightsd.db.tx import Tx
from rightsd.domain import ids, policy
from rightsd.domain.generation import Output
from rightsd.domain.policy import Outcome
from rightsd.domain.recognition import Seen
from rightsd.domain.verdict import Kind as Verdict
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows.generations import deciding, production, requests
from rightsd.workflows.verifications import Look, judging
from tests.crash.scenes import Scene, content
from tests.processes import APART
from watermark.detect import Detection

REVOKER = "revoker"  # What the session calls itself that takes the permission away.
LOOK_AGAIN_SECONDS = 0.001
ASK_AGAIN_SECONDS = 0.005
BLANK = Detection(payload_id=None, log10_p=0.0, z=0.0, frames=1, geometry=None)
JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Signals:
    """What a racer and the revoker tell each other.

    Attributes:
        here: The racer that is to stop has come to where it stops, or to its end.
        over: The permission has ended, and that is committed.
    """

    here: Event = field(default_factory=APART.Event)
    over: Event = field(default_factory=APART.Event)


@dataclass(frozen=True, slots=True)
class Order:
    """What a racer is to do.

    Attributes:
        act: One of ACTS; what is no making is done again and again until it is over, and once more.
        number: Which of the clips is to be made.
        stop_at: Before which of its statements, from 1, the permission is to end, if at any. A
            commit counts as one.
        wait: Stay there until the permission has ended, or waits for a lock.
    """

    act: str
    scene: Scene
    number: int = 0
    stop_at: int | None = None
    wait: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an act.

    Attributes:
        snapshot: What had committed when it began, as Postgres writes it.
        given: The clip was released, served, called genuine, or would be made.
    """

    snapshot: str
    given: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What a racer has done.

    Attributes:
        statements: In how many each time, at most.
        stopped: Whether it came to where it was to stop.
    """

    act: str
    answers: tuple[Answer, ...]
    statements: int
    stopped: bool


@dataclass(slots=True)
class Stops:
    """Where a racer stops.

    Attributes:
        watch: A session of its own, to look at the revoker's.
        statements: How many there were since the act began.
        stopped: Whether it came to where it was to stop.
    """

    signals: Signals
    watch: psycopg.Connection[Any]
    order: Order | None = None
    statements: int = 0
    stopped: bool = False

    def step(self) -> None:
        """Count a statement that comes now, and stop before it if that is the order."""
        self.statements += 1
        if self.order is None or self.stopped or self.statements != self.order.stop_at:
            return
        self.stopped = True
        self.signals.here.set()
        while self.order.wait and not self.signals.over.wait(LOOK_AGAIN_SECONDS):
            if self._revoker_waits():
                return

    def _revoker_waits(self) -> bool:
        waits = self.watch.execute(
            """
            SELECT EXISTS (SELECT FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = %s
                    AND wait_event_type = 'Lock')
            """,
            (REVOKER,),
        )
        return waits.fetchone() == (True,)


class Racing(Runtime):
    """A runtime whose statements are counted."""

    __slots__ = ("stops",)
    stops: Stops

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        with Runtime.transaction(self) as tx:
            tx.conn.cursor_factory = _stepping(self.stops)
            yield tx
            self.stops.step()


def _stepping(stops: Stops) -> type[psycopg.Cursor[Any]]:
    """Return cursors whose statements are counted."""

    class Stepping(psycopg.Cursor[Any]):
        def execute(self, *args: Any, **kwargs: Any) -> "Stepping":
            stops.step()
            return super().execute(*args, **kwargs)

        def executemany(self, *args: Any, **kwargs: Any) -> None:
            stops.step()
            super().executemany(*args, **kwargs)

    return Stepping


def race(orders: Connection, settings: Settings, signals: Signals) -> None:
    """Carry out orders until there are none."""
    assert settings.database_url is not None
    with (
        bootstrap.running(settings) as built,
        psycopg.connect(settings.database_url, autocommit=True) as watch,
    ):
        rt = Racing(**{name: getattr(built, name) for name in Runtime.__dataclass_fields__})
        stops = Stops(signals, watch)
        object.__setattr__(rt, "stops", stops)  # Runtimes are frozen.
        orders.send(None)
        while (order := orders.recv()) is not None:
            stops.order, stops.stopped = order, False
            orders.send(_obey(rt, stops, order))


def _obey(rt: Runtime, stops: Stops, order: Order) -> Reply:
    answers, statements = list[Answer](), 0
    while True:
        over, stops.statements = stops.signals.over.is_set(), 0
        answers.append(ACTS[order.act](rt, order))
        statements = max(statements, stops.statements)
        if order.stop_at is not None:
            stops.signals.here.set()
        if over or order.act == "make":
            return Reply(order.act, tuple(answers), statements, stops.stopped)
        stops.signals.over.wait(ASK_AGAIN_SECONDS)


def make(rt: Runtime, generation_id: str, content: Descriptors) -> Answer:
    """Do what a worker does for one clip, but for the pictures and the file."""
    with rt.transaction() as tx:
        snapshot = _snapshot(tx)
    try:
        production._report(rt, generation_id, Progress("releasing", 0.98))
    except production.EndedError:
        return Answer(snapshot, given=False)
    finished = production._Finished(
        path=Path(),
        md5="0" * 32,
        manifest_id=f"urn:c2pa:made:{generation_id}",
        store=b"store",
        shots=(),
        whole=Content(content),
        packed=[fingerprints.pack(content)],
        storyboard={"shots": []},
        assets=[],
        lines=(),
        thumbnail=JPEG,
        event_id=ids.new("evt"),
        seen=Seen(frozenset(), ()),
        signing=Signing(rt.credentials.certificate(), rt.credentials.anchors, None),
        picture_mark=PictureMark("acc_1", 1.0, -20.0, 9.0, -12.0, 1.5),
        sound_mark=None,
    )
    shows = comparing.compare(rt, finished.whole)
    output = Output("1" * 64, 1, finished.manifest_id, finished.event_id)
    with rt.transaction() as tx:
        snapshot = _snapshot(tx)
        released = production._release(tx, generation_id, output, finished, shows)
    return Answer(snapshot, given=released)


def _make(rt: Runtime, order: Order) -> Answer:
    scene = order.scene
    seed = scene.seed if scene.copies else _another(order)
    return make(rt, scene.asked[order.number], content(seed))


def _another(order: Order) -> int:
    """Return a seed that no scene has."""
    return (order.scene.seed << 8) + order.number + 1 << 32


def _download(rt: Runtime, order: Order) -> Answer:
    with rt.transaction() as tx:
        snapshot = _snapshot(tx)
        try:
            requests.download(tx, order.scene.creator, order.scene.out)
        except RightsError as error:
            if error.code is not Code.WITHDRAWN:
                raise
            return Answer(snapshot, given=False)
    return Answer(snapshot, given=True)


def _verify(rt: Runtime, order: Order) -> Answer:
    """Judge the published file by its credential, or by its content when that is gone."""
    credential = Credential(
        CredentialState.TRUSTED, f"urn:c2pa:{order.scene.out}", claim_signature_ours=True
    )
    if order.number:
        credential = Credential(CredentialState.NONE)
    shown = content(order.scene.seed)
    matches = [match for match in rt.match(shown) if match.asset_id == order.scene.out]
    assert matches
    entries = rt.match_references(shown)
    part = Part(tuple(matches), (matches[0].query,))
    look = Look(
        pictures=True,
        still=False,
        seconds=part.end,
        mark=BLANK,
        compared=True,
        gone=False,
        explanation=Explanation((part,), 0.0),
        marks=(BLANK,),
        doubted=(False,),
        proved=(None,),
        entries=tuple(entries),
        sound=None,
    )
    with rt.transaction() as tx:
        snapshot = _snapshot(tx)
        verdict = judging._conclude(tx, credential, None, look).verdict
    assert verdict.generation_id == order.scene.out
    return Answer(snapshot, given=verdict.kind is not Verdict.WITHDRAWN)


def _decide(rt: Runtime, order: Order) -> Answer:
    scene = order.scene
    copies = (scene.out,) if scene.copies else ()
    with rt.transaction() as tx:
        snapshot = _snapshot(tx)
        wish = policy.wish_of(scene.creator.account_id, scene.prompt, ())
        decision = deciding.decide(tx, wish, shown=deciding.Shown(copies))
    return Answer(snapshot, given=decision.outcome is Outcome.ALLOW)


def _snapshot(tx: Tx) -> str:
    row = tx.conn.execute("SELECT pg_current_snapshot()::text").fetchone()
    assert row is not None
    return row[0]


ACTS: Mapping[str, Callable[[Runtime, Order], Answer]] = {
    "make": _make,
    "download": _download,
    "verify": _verify,
    "decide": _decide,
}
