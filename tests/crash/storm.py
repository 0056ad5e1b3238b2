"""Everybody wants clips of one person, who takes their consent back while workers are at it."""

import hashlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from rightsd import bootstrap, worker
from rightsd.db.tx import Tx
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import consents
from tests import crowds, people
from tests.crash.racer import make
from tests.crash.scenes import content
from tests.processes import APART

WORKERS = 2
LOOK_AGAIN_SECONDS = 0.05
SECONDS_MAX = 1_800.0


@dataclass(frozen=True, slots=True)
class Storm:
    """What became of the requests.

    Attributes:
        released: Before the consent ended.
        late: Afterwards.
        refused: All others, if nothing is left under way.
        seconds: From the end of the consent until nothing was under way any more.
    """

    released: int
    late: int
    refused: int
    seconds: float


def run(settings: Settings, rt: Runtime, count: int) -> Storm:
    """Ask for so many clips, and revoke when half of them are out."""
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        given = people.consent(tx, person, people.subject(tx, person), creator)
        crowds.requested(tx, creator, "@ada waves", ["ada"], count)
    with ExitStack() as stack:
        for _ in range(WORKERS):
            stack.enter_context(_working(settings))
        _await(rt, lambda found: found.get("published", 0) >= count // 2)
        with rt.transaction() as tx:
            consents.revoke(tx, person, given.id)
            released = _states(tx).get("published", 0)
        begun = time.perf_counter()
        # Outputs are withdrawn one batch after another, long after nothing shows them any more.
        _await(rt, lambda found: set(found) <= {"refused", "withdrawn"})
        seconds = time.perf_counter() - begun
        with rt.transaction() as tx:
            found = _states(tx)
    late = found.get("withdrawn", 0) - released
    return Storm(released, late, found.get("refused", 0), seconds)


def _work(settings: Settings) -> None:
    """Be a worker, but for the pictures."""
    worker.HANDLERS = dict(worker.HANDLERS) | {"generation.produce": _produce}
    with bootstrap.running(settings) as rt:
        worker.run(rt)


def _produce(rt: Runtime, generation_id: str) -> None:
    digest = hashlib.sha256(generation_id.encode()).digest()
    make(rt, generation_id, content(int.from_bytes(digest[:8])))


@contextmanager
def _working(settings: Settings) -> Iterator[None]:
    process = APART.Process(target=_work, args=(settings,))
    process.start()
    try:
        yield
    finally:
        assert process.pid is not None
        os.kill(process.pid, signal.SIGTERM)
        process.join()
    assert process.exitcode == 0


def _await(rt: Runtime, enough: Callable[[dict[str, int]], bool]) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while True:
        with rt.transaction() as tx:
            found = _states(tx)
        if enough(found):
            return
        assert time.monotonic() < deadline, found
        time.sleep(LOOK_AGAIN_SECONDS)


def _states(tx: Tx) -> dict[str, int]:
    rows = tx.conn.execute("SELECT state, count(*) FROM rights.generation GROUP BY state")
    return dict(rows.fetchall())
