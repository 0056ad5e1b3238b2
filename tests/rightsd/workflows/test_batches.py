"""Batches of files: whose turn it is, what is tried again, and what nobody else sees."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from socket import socket

import pytest

from rightsd import worker
from rightsd.adapters.http import Guard
from rightsd.db.tx import Tx
from rightsd.domain import batch as domain
from rightsd.domain.batch import Answer, State
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows.verifications import Layers, batches
from tests import people, pictures
from tests.conftest import create_database, runtime
from tests.indexes import FullIndex
from tests.races import race
from tests.rightsd.adapters.loopback import Behaviour, Host, reply, replying, serving

OPEN = Guard(allow_private=True)
PICTURE = reply(200, pictures.file(pictures.clouds(1)))
AWAY = reply(503)


class Clock:
    """A clock that is turned by hand; far enough from now that no lease runs by itself."""

    def __init__(self, rt: Runtime) -> None:
        self.now = rt.clock()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def built(
    server: str, template: str, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Runtime]:
    blobs = (tmp_path_factory.mktemp("batches") / "blobs").as_uri()
    with (
        create_database(server, template) as dsn,
        runtime(Settings(home=home, database_url=dsn, blobs_url=blobs)) as rt,
    ):
        yield rt


@pytest.fixture
def clock(built: Runtime) -> Clock:
    return Clock(built)


@pytest.fixture
def daemon(built: Runtime, clock: Clock) -> Runtime:
    """May fetch from loopback, has the time that the test says, and no batches of other tests."""
    with built.transaction() as tx:
        tx.conn.execute("DELETE FROM rights.batch")
    return replace(built, reference_guard=OPEN, clock=clock)


@pytest.fixture
def platform(daemon: Runtime) -> Principal:
    with daemon.transaction() as tx:
        return people.account(tx, Role.PLATFORM)


def start(
    rt: Runtime, actor: Principal, urls: Sequence[str], layers: Layers = Layers.MANIFEST
) -> str:
    with rt.transaction() as tx:
        return batches.start(tx, actor, urls=urls, layers=layers, guard=OPEN).batch.id


def progress(rt: Runtime, actor: Principal, batch_id: str) -> batches.Progress:
    with rt.transaction() as tx:
        return batches.find(tx, actor, batch_id)


def answers(rt: Runtime, actor: Principal, batch_id: str, after: int = 0) -> list[Answer]:
    return list(batches.answers(rt, actor, batch_id, after=after))


def work(rt: Runtime) -> int:
    """Verify what is due; return how many files were taken."""
    taken = 0
    while batches.verify_next(rt):
        taken += 1
    return taken


def refused(call: Callable[[], object]) -> Code:
    with pytest.raises(RightsError) as caught:
        call()
    return caught.value.code


def test_every_file_gets_its_answer(daemon: Runtime, platform: Principal) -> None:
    with serving(replying(PICTURE, reply(404), PICTURE)) as host:
        urls = [f"{host.url}/{name}" for name in "abc"]
        batch_id = start(daemon, platform, urls, Layers.ALL)
        assert progress(daemon, platform, batch_id).batch.done == 0
        assert work(daemon) == 3

    done = progress(daemon, platform, batch_id)
    assert (done.batch.state, done.batch.done) == (State.FINISHED, 3)
    assert (done.verdicts, done.problems) == ({"unknown": 2}, 1)
    first, second, third = answers(daemon, platform, batch_id)
    assert [each.url for each in (first, second, third)] == urls
    assert first.verification is not None
    assert (first.verification["verdict"], first.verification["compared"]) == ("unknown", True)
    assert second.verification is None
    assert second.problem is not None
    assert second.problem[0] is Code.INVALID
    assert "404" in second.problem[1]
    assert answers(daemon, platform, batch_id, after=2) == [third]


def test_the_batch_that_has_waited_longest_is_served(
    daemon: Runtime, platform: Principal, clock: Clock
) -> None:
    def paths(host: Host) -> list[str]:
        return [request.split(b" ")[1].decode() for request in host.requests]

    with serving(replying(PICTURE)) as host:
        for name in "ab":
            start(daemon, platform, [f"{host.url}/{name}{number}" for number in range(3)])
        for _ in range(6):
            assert batches.verify_next(daemon)
            clock.now += timedelta(seconds=1)

        found = paths(host)

    assert [path[1] for path in found] in (list("ababab"), list("bababa"))
    assert [path[2] for path in found] == list("001122")


def test_a_server_that_is_away_for_a_moment_is_asked_again(
    daemon: Runtime, platform: Principal, clock: Clock
) -> None:
    with serving(replying(AWAY, PICTURE)) as host:
        batch_id = start(daemon, platform, [host.url])
        assert work(daemon) == 1
        assert progress(daemon, platform, batch_id).batch.done == 0
        clock.now += domain.PAUSE
        assert work(daemon) == 1

    assert progress(daemon, platform, batch_id).batch.state is State.FINISHED
    assert answers(daemon, platform, batch_id)[0].verification is not None


def test_a_server_that_stays_away_is_given_up(
    daemon: Runtime, platform: Principal, clock: Clock
) -> None:
    with serving(replying(AWAY)) as host:
        batch_id = start(daemon, platform, [host.url])
        for _ in range(domain.TRIES_MAX):
            assert work(daemon) == 1
            clock.now += domain.PAUSE * domain.TRIES_MAX
        assert work(daemon) == 0

    problem = answers(daemon, platform, batch_id)[0].problem
    assert problem is not None
    assert (problem[0], len(host.requests)) == (Code.UNAVAILABLE, domain.TRIES_MAX)


def test_a_file_is_looked_at_again_while_nothing_can_be_compared(
    daemon: Runtime, platform: Principal, clock: Clock
) -> None:
    with serving(replying(PICTURE)) as host:
        batch_id = start(daemon, platform, [host.url], Layers.ALL)
        assert work(replace(daemon, index=FullIndex())) == 1
        assert progress(daemon, platform, batch_id).batch.done == 0
        clock.now += domain.PAUSE
        assert work(daemon) == 1

    assert progress(daemon, platform, batch_id).verdicts == {"unknown": 1}


def test_a_file_is_leased_and_taken_over_when_the_lease_is_over(
    daemon: Runtime, platform: Principal, clock: Clock
) -> None:
    batch_id = start(daemon, platform, ["http://127.0.0.1:9/"])
    for _ in range(domain.TRIES_MAX):  # Workers that die of it.
        with daemon.transaction() as tx:
            assert batches.batches.take(tx, until=tx.now + batches.TAKEN) is not None
        assert work(daemon) == 0
        clock.now += batches.TAKEN

    assert work(daemon) == 1
    problem = answers(daemon, platform, batch_id)[0].problem
    assert problem is not None
    assert "again and again" in problem[1]


def during(clock: Clock, do: Callable[[], object], *, passes: timedelta) -> Behaviour:
    """Do something while the first request waits for its answer."""
    asked = threading.Event()

    def behave(_: Host, connection: socket) -> None:
        if not asked.is_set():
            asked.set()
            clock.now += passes
            do()
        connection.sendall(PICTURE)

    return behave


def test_who_was_too_slow_changes_nothing(
    daemon: Runtime, platform: Principal, clock: Clock
) -> None:
    other = during(clock, lambda: work(daemon), passes=batches.TAKEN)
    with serving(other) as host:
        batch_id = start(daemon, platform, [host.url])
        assert batches.verify_next(daemon)

    assert len(host.requests) == 2
    assert progress(daemon, platform, batch_id).batch.done == 1
    assert [each.place for each in answers(daemon, platform, batch_id)] == [1]


def test_nothing_is_told_of_what_was_cancelled_meanwhile(
    daemon: Runtime, platform: Principal, clock: Clock
) -> None:
    def cancel() -> None:
        with daemon.transaction() as tx:
            batches.cancel(tx, platform, batch_id)

    with (
        serving(replying(PICTURE)) as good,
        serving(during(clock, cancel, passes=timedelta())) as slow,
    ):
        batch_id = start(daemon, platform, [good.url, slow.url, good.url])
        assert work(daemon) == 2

    ended = progress(daemon, platform, batch_id)
    assert (ended.batch.state, ended.batch.done) == (State.CANCELLED, 1)
    assert [each.number for each in answers(daemon, platform, batch_id)] == [0]
    with daemon.transaction() as tx:
        assert refused(lambda: batches.cancel(tx, platform, batch_id)) is Code.CONFLICT


def test_several_workers_take_each_file_once(daemon: Runtime, platform: Principal) -> None:
    with serving(replying(PICTURE)) as host:
        urls = [f"{host.url}/{number}" for number in range(12)]
        ids = [start(daemon, platform, urls[:6]), start(daemon, platform, urls[6:])]
        with ThreadPoolExecutor(3) as pool:
            taken = [each.result() for each in [pool.submit(work, daemon) for _ in range(3)]]
        work(daemon)  # What one had locked when another looked.

    assert sum(taken) <= len(urls)
    assert len(host.requests) == len(urls)
    for batch_id in ids:
        found = answers(daemon, platform, batch_id)
        assert [each.place for each in found] == [1, 2, 3, 4, 5, 6]
        assert sorted(each.number for each in found) == [0, 1, 2, 3, 4, 5]


def test_a_worker_that_stops_takes_nothing_more(daemon: Runtime, platform: Principal) -> None:
    start(daemon, platform, ["https://127.0.0.1/"])
    daemon.stopping.set()

    worker._verify_batches(daemon)

    daemon.stopping.clear()
    assert work(daemon) == 1


def test_batches_are_nobody_elses(daemon: Runtime, platform: Principal) -> None:
    with daemon.transaction() as tx:
        stranger = people.account(tx, Role.PLATFORM)
    batch_id = start(daemon, platform, ["https://a.example/"])

    with daemon.transaction() as tx:
        assert refused(lambda: batches.find(tx, stranger, batch_id)) is Code.NOT_FOUND
        assert refused(lambda: batches.cancel(tx, stranger, batch_id)) is Code.NOT_FOUND
        assert batches.page(tx, stranger) == []
        assert [each.batch.id for each in batches.page(tx, platform)] == [batch_id]
    missing = refused(lambda: batches.answers(daemon, stranger, batch_id, after=0))
    assert missing is Code.NOT_FOUND


def test_neither_addresses_nor_answers_lie_in_the_clear(
    daemon: Runtime, platform: Principal
) -> None:
    with serving(replying(PICTURE)) as host:
        start(daemon, platform, [f"{host.url}/alice"])
        work(daemon)

    with daemon.transaction() as tx:
        row = tx.conn.execute("SELECT sealed, told FROM rights.batch_item").fetchone()
    assert row is not None
    assert not any(word in row[0] + row[1] for word in (b"alice", b"verdict", b"unknown"))


def test_an_account_has_so_many_batches(
    daemon: Runtime, platform: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "RUNNING_MAX", 2)
    monkeypatch.setattr(batches, "KEPT_MAX", 3)
    urls = ["https://a.example/"]

    def end(batch_id: str) -> None:
        with daemon.transaction() as tx:
            batches.cancel(tx, platform, batch_id)

    ids = [start(daemon, platform, urls), start(daemon, platform, urls)]
    assert refused(lambda: start(daemon, platform, urls)) is Code.TOO_MANY
    end(ids[0])
    end(start(daemon, platform, urls))
    assert refused(lambda: start(daemon, platform, urls)) is Code.TOO_MANY

    with daemon.transaction() as tx:
        other = people.account(tx, Role.PLATFORM)
    assert start(daemon, other, urls)


def test_batches_that_are_started_at_once_are_counted_one_by_one(
    daemon: Runtime, platform: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "RUNNING_MAX", 1)
    codes: list[Code] = []

    def begin(tx: Tx) -> None:
        urls = ["https://a.example/"]
        batches.start(tx, platform, urls=urls, layers=Layers.ALL, guard=OPEN)

    order = race(daemon, begin, lambda tx: codes.append(refused(lambda: begin(tx))))

    assert (order, codes) == (["released", "ended"], [Code.TOO_MANY])


@pytest.mark.parametrize(
    ("urls", "code"),
    [
        ([], Code.INVALID),
        (["https://a.example/"] * (domain.FILES_MAX + 1), Code.TOO_LARGE),
        (["https://a.example/", "ftp://a.example/"], Code.INVALID),
        (["https://a.example/", "https://user@a.example/"], Code.INVALID),
    ],
)
def test_a_batch_is_refused_as_a_whole(
    daemon: Runtime, platform: Principal, urls: list[str], code: Code
) -> None:
    assert refused(lambda: start(daemon, platform, urls)) is code
    with daemon.transaction() as tx:
        assert batches.page(tx, platform) == []


def test_a_batch_is_forgotten_after_a_while(
    daemon: Runtime, platform: Principal, clock: Clock
) -> None:
    with serving(replying(PICTURE)) as host:
        batch_id = start(daemon, platform, [host.url])
        work(daemon)
    clock.now += domain.KEPT - timedelta(seconds=1)
    assert batches.forget_old(daemon) == 0
    clock.now += timedelta(seconds=1)

    assert batches.forget_old(daemon) == 1

    assert refused(lambda: progress(daemon, platform, batch_id)) is Code.NOT_FOUND
    with daemon.transaction() as tx:
        assert tx.conn.execute("SELECT FROM rights.batch_item").fetchone() is None
