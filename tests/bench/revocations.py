"""A revocation: until nothing serves what it ends, until all of it is withdrawn, and a storm.

API, worker and whoever asks are a process each, over HTTP on loopback; so on two cores what the
worker does is taken from the others. What a revocation ends is asked for as soon as the call is
answered, and has to be gone.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import LiteralString

import httpx
import uvicorn

from rightsd import bootstrap, worker
from rightsd.db.tx import Tx
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.web.app import create_app
from rightsd.workflows import accounts
from tests import crowds, people, telling
from tests.bench.servers import running
from tests.bench.table import Row
from tests.crash import storm
from tests.fakes import platform as fake
from tests.fakes.platform import Receiver
from tests.processes import APART

ROUNDS = 500
OUTPUTS = 10_000
PLATFORMS = 2
REQUESTS = 10_000
IDLE_SECONDS = 10.0
SECONDS_MAX = 600.0
START_SECONDS_MAX = 60.0
LOOK_AGAIN_SECONDS = 0.05
FOLLOWED = """
    SELECT (SELECT count(*) FROM ledger.intake)
        + (SELECT count(*) FROM ledger.entry, rights.delivery_cursor WHERE "index" >= next)
"""
BARE = "UPDATE of one row and COMMIT"
PROMPT = "@ada waves beside a bouncing red ball in a park while the sun goes down"


def run(
    folder: Path,
    *,
    rounds: int = ROUNDS,
    outputs: int = OUTPUTS,
    requests: int = REQUESTS,
    idle_seconds: float = IDLE_SECONDS,
) -> list[Row]:
    with (
        running(folder, "daemon", webhook_private=True) as (settings, rt),
        daemon(settings) as url,
        fake.running() as receiver,
    ):
        people_ = _People(rt, url)
        rows = _calls(rt, people_, rounds) + _many(rt, people_, receiver, outputs, idle_seconds)
    with running(folder, "storm", webhook_private=True) as (settings, rt):
        return rows + _storm(settings, rt, requests)


@contextmanager
def daemon(settings: Settings) -> Iterator[str]:
    """Run API and worker, a process each; yield the address of the API."""
    here, there = APART.Pipe()
    with ExitStack() as stack:
        stack.enter_context(_process(_serve, settings, there))
        stack.enter_context(_process(_work, settings))
        assert here.poll(START_SECONDS_MAX)
        yield f"http://127.0.0.1:{here.recv()}"


@contextmanager
def _process(target: Callable[..., None], *args: object) -> Iterator[None]:
    process = APART.Process(target=target, args=args)
    process.start()
    try:
        yield
    finally:
        assert process.pid is not None
        os.kill(process.pid, signal.SIGTERM)
        process.join()


def _serve(settings: Settings, ready: Connection) -> None:
    # As the daemon's own: of a socket whose protocol is not said, asyncio leaves Nagle's algorithm
    # on, and answers of two pieces wait 40 ms for the acknowledgement of the first.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    with bootstrap.running(settings) as rt:
        server = uvicorn.Server(uvicorn.Config(create_app(rt), log_level="warning"))
        ready.send(listening.getsockname()[1])
        server.run(sockets=[listening])


def _work(settings: Settings) -> None:
    with bootstrap.running(settings) as rt:
        worker.run(rt)


class _People:
    """A person and a creator, and what they ask the API with."""

    def __init__(self, rt: Runtime, url: str) -> None:
        self.url = url
        with rt.transaction() as tx:
            person, creator = (
                accounts.open_account(tx, people.ADMIN, role=role, name="someone")
                for role in (Role.PERSON, Role.CREATOR)
            )
            self.person = people.Principal(person.account.id, Role.PERSON)
            self.creator = people.Principal(creator.account.id, Role.CREATOR)
            self.subject = people.subject(tx, self.person)
        self._keys = {Role.PERSON: person.api_key, Role.CREATOR: creator.api_key}

    def client(self, role: Role) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self._keys[role]}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=SECONDS_MAX)

    def publish(self, tx: Tx, count: int) -> tuple[str, list[str]]:
        """Grant a consent, and publish so many clips under it; return its id, and theirs."""
        given = people.consent(tx, self.person, self.subject, self.creator)
        return given.id, crowds.published(tx, self.creator, PROMPT, ["ada"], count)


def _calls(rt: Runtime, people_: _People, rounds: int) -> list[Row]:
    """Revoke consents one after another, each with one clip out."""
    times, bare = list[float](), list[float]()
    with (
        people_.client(Role.PERSON) as person,
        people_.client(Role.CREATOR) as creator,
        rt.pool.connection() as conn,
    ):
        conn.execute("CREATE TABLE bare (id integer PRIMARY KEY, state text)")
        conn.execute(
            "INSERT INTO bare SELECT n, 'granted' FROM generate_series(1, %s) n", (rounds,)
        )
        conn.commit()
        for number in range(1, rounds + 1):
            with rt.transaction() as tx:
                consent_id, (out,) = people_.publish(tx, 1)
            begun = time.perf_counter()
            answer = person.post(f"/v1/consents/{consent_id}/revoke")
            times.append(time.perf_counter() - begun)
            assert answer.status_code == 200, answer.text
            gone = creator.get(f"/v1/generations/{out}/file")
            assert gone.status_code == 410, gone.text
            begun = time.perf_counter()
            conn.execute("UPDATE bare SET state = 'revoked' WHERE id = %s", (number,))
            conn.commit()
            bare.append(time.perf_counter() - begun)
    return [
        Row(
            f"revoke call until nothing serves what it ends, {name}",
            *(_quantile(times, part) * 1e3, "ms", BARE, _quantile(bare, part) * 1e3, goal),
        )
        for name, part, goal in (("p50", 0.5, ""), ("p99", 0.99, "≤ 50 ms"))
    ]


def _many(
    rt: Runtime, people_: _People, receiver: Receiver, outputs: int, idle_seconds: float
) -> list[Row]:
    """Revoke one consent under which so many clips are out, while others ask the API.

    Platforms are told of each clip, and take what they are sent; that goes on meanwhile.
    """
    _await(rt, "SELECT count(*) FROM rights.generation WHERE state = 'published'")
    _await(rt, FOLLOWED)  # So that platforms are told of these clips alone.
    for number in range(PLATFORMS):
        telling.registered(rt, receiver, name=f"Platform {number}")
    with rt.transaction() as tx:
        consent_id, ids = people_.publish(tx, outputs)
    _await(rt, "SELECT count(*) FROM ledger.intake")
    with rt.pool.connection() as conn:
        conn.execute("ANALYZE")
    with people_.client(Role.PERSON) as person, _asking(people_, ids[0]) as asked:
        idle = asked(idle_seconds)
        begun = time.perf_counter()
        assert person.post(f"/v1/consents/{consent_id}/revoke").status_code == 200
        stop = threading.Event()
        under = list[float]()
        asking = threading.Thread(target=lambda: under.extend(asked(SECONDS_MAX, stop)))
        asking.start()
        _await(rt, "SELECT count(*) FROM rights.generation WHERE state = 'published'")
        withdrawn = time.perf_counter() - begun
        _await(rt, "SELECT count(*) FROM ledger.intake")
        recorded = time.perf_counter() - begun
        due = outputs * PLATFORMS
        _await(rt, "SELECT count(*) FROM rights.delivery", due)
        queued = time.perf_counter() - begun
        stop.set()
        asking.join()
    what = f"revoked with {outputs:,} outputs"
    goal = "the goal", 30.0
    return [
        Row(f"{what}, until all are withdrawn", withdrawn, "s", *goal, "≤ 30 s"),
        Row(f"{what}, until the log has every event", recorded, "s", *goal, "≤ 30 s"),
        Row(f"{what}, until {due:,} webhooks are queued", queued, "s", *goal, "≤ 30 s"),
        *(
            Row(
                f"API meanwhile, {name}",
                *(_quantile(under, part) * 1e3, "ms", "idle", _quantile(idle, part) * 1e3, goal),
            )
            for name, part, goal in (("p50", 0.5, ""), ("p95", 0.95, "ratio ≤ 2"))
        ),
    ]


Asked = Callable[..., list[float]]


@contextmanager
def _asking(people_: _People, generation_id: str) -> Iterator[Asked]:
    """Yield what asks the API, now for a clip, now for a decision, and returns how long each took.

    It begins with the next one as soon as it has an answer.
    """
    with people_.client(Role.CREATOR) as creator:

        def asked(seconds: float, stop: threading.Event | None = None) -> list[float]:
            stop = stop or threading.Event()
            times, end = list[float](), time.monotonic() + seconds
            while time.monotonic() < end and not stop.is_set():
                begun = time.perf_counter()
                if len(times) % 2:
                    answer = creator.get(f"/v1/generations/{generation_id}")
                else:
                    body = {"prompt": "a red ball bounces in a park at night"}
                    answer = creator.post("/v1/generations/preflight", json=body)
                assert answer.status_code == 200, answer.text
                times.append(time.perf_counter() - begun)
            return times

        asked(0.2)  # The first ones load what later ones have.
        yield asked


def _storm(settings: Settings, rt: Runtime, requests: int) -> list[Row]:
    stormed = storm.run(settings, rt, requests)
    what = f"storm of {requests:,} requests, revoked half way"
    done = float(stormed.released)
    return [
        Row(f"{what}, released after it", stormed.late, "", "before it", done, "0"),
        Row(f"{what}, refused", stormed.refused, "", "released before it", done),
        Row(f"{what}, until the last is dead", stormed.seconds, "s", "the goal", 30.0, "≤ 30 s"),
    ]


def _await(rt: Runtime, count: LiteralString, wanted: int = 0) -> None:
    """Wait until a statement counts so many, or nothing any more."""
    deadline = time.monotonic() + SECONDS_MAX
    while True:
        with rt.transaction() as tx:
            left = tx.conn.execute(count).fetchone()
        if left == (wanted,):
            return
        assert time.monotonic() < deadline, left
        time.sleep(LOOK_AGAIN_SECONDS)


def _quantile(times: list[float], part: float) -> float:
    return sorted(times)[int(len(times) * part)]
