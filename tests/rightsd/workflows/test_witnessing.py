"""Asking witnesses: whatever some of them do, a quorum of the others publishes."""

import logging
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from ledger import checkpoint, cosigning, log, note, policy, sequencing
from ledger.cosignature import WitnessKey
from ledger.policy import Policy
from rightsd.adapters.witness import Trouble
from rightsd.db import witnessing as turns
from rightsd.db.tx import Tx
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import checkpoints, witnessing
from rightsd.workflows.witnessing import Calls, Standing
from tests.conftest import create_database, runtime
from tests.ledger.cosigned import quorum
from tests.ledger.witnessed import Memory
from tests.rightsd.adapters.loopback import Behaviour, Host, reply, replying, serving, silent
from tests.rightsd.witnesses import Clock, Gate, closed_port, honest, told, witnessed

SOON = 0.3  # Seconds that a round waits here.


@pytest.fixture
def calls() -> Iterator[Calls]:
    calls = Calls()
    yield calls
    calls.close()


def grow(rt: Runtime, to: int, what: str = "number") -> None:
    """Make the log `to` entries long."""
    with rt.transaction() as tx:
        row = tx.conn.execute("SELECT size FROM ledger.head").fetchone()
        assert row is not None
        for number in range(row[0], to):
            body = b'{"%s":%d}' % (what.encode(), number)
            event_id = f"evt_{what}_{number}"
            log.record(tx.conn, event_id=event_id, kind="k.done", subject="num_1", body=body)
    with rt.transaction() as tx:
        sequencing.sequence(tx.conn, signers=rt.log_signers(tx))


def published(rt: Runtime) -> int | None:
    """Return how much everyone sees, having checked that it meets the policy."""
    with rt.transaction() as tx:
        signed = checkpoints.published(tx, rt.witness_policy)
    if signed is None:
        return None
    key = note.parse_vkey(rt.log_keys.make(1).vkey)
    if rt.witness_policy is not None:
        policy.verify(signed, rt.witness_policy, logs=[key])
    return checkpoint.verify(signed, key).size


def standings(rt: Runtime) -> dict[str, Standing]:
    with rt.transaction() as tx:
        found = witnessing.status(tx, rt.witness_policy)
    return {standing.witness.name: standing for standing in found.witnesses}


def troubles(rt: Runtime) -> list[str]:
    """Return all troubles that were ever kept."""
    with rt.transaction() as tx:
        rows = tx.conn.execute("SELECT trouble FROM rights.witness_trouble ORDER BY id").fetchall()
    return [row[0] for row in rows]


@contextmanager
def asking(threshold: int, **behaviours: Behaviour) -> Iterator[tuple[Policy, dict[str, Host]]]:
    """Serve some of the witnesses w1 to w3; yield a policy of these, and their hosts."""
    with ExitStack() as stack:
        hosts = {name: stack.enter_context(serving(how)) for name, how in behaviours.items()}
        witnesses = [told(name, host.url) for name, host in hosts.items()]
        yield quorum(threshold, witnesses), hosts


def test_a_quorum_publishes_whatever_the_dead_one_does(rt: Runtime, calls: Calls) -> None:
    behaviours = {"w1": honest(rt, "w1"), "w2": honest(rt, "w2"), "w3": silent}
    with asking(2, **behaviours) as (asked, _):
        rt = witnessed(rt, asked)
        for size in (0, 5, 300):
            grow(rt, size)
            assert published(rt) != size

            assert witnessing.update(rt, calls, round_seconds_max=SOON)

            assert published(rt) == size


def test_a_slow_witness_completes_the_quorum_when_it_answers(rt: Runtime, calls: Calls) -> None:
    slow = Gate(honest(rt, "w2"))
    with asking(2, w1=honest(rt, "w1"), w2=slow, w3=silent) as (asked, _):
        rt = witnessed(rt, asked)
        grow(rt, 5)
        witnessing.update(rt, calls, round_seconds_max=SOON)
        assert published(rt) is None
        assert standings(rt)["w1"].size == 5

        slow.opened.set()
        wait([calls.open[told("w2", "").key]])

        assert published(rt) == 5


def test_rounds_go_on_while_a_slow_witness_is_still_at_the_first(rt: Runtime, calls: Calls) -> None:
    slow = Gate(honest(rt, "w3"))
    with asking(2, w1=honest(rt, "w1"), w2=honest(rt, "w2"), w3=slow) as (asked, hosts):
        rt = witnessed(rt, asked)
        for size in (5, 8, 13):
            grow(rt, size)
            witnessing.update(rt, calls, round_seconds_max=SOON)
            assert published(rt) == size
        assert [len(host.requests) for host in hosts.values()] == [3, 3, 1]

        slow.opened.set()
        wait(calls.open.values())
        assert standings(rt)["w3"].size == 5
        witnessing.update(rt, calls)

        assert {name: one.size for name, one in standings(rt).items()} == dict.fromkeys(hosts, 13)
        assert troubles(rt) == []


def test_witnesses_that_are_free_at_different_times_cosign_the_same(
    rt: Runtime, calls: Calls
) -> None:
    slow, late = Gate(honest(rt, "w1")), told("w2", "").key
    with asking(2, w1=slow, w2=honest(rt, "w2")) as (asked, hosts):
        rt = witnessed(rt, asked)
        grow(rt, 5)
        calls.resting[late] = rt.clock() + timedelta(hours=1)
        witnessing.update(rt, calls, round_seconds_max=SOON)
        grow(rt, 8)
        del calls.resting[late]
        witnessing.update(rt, calls, round_seconds_max=SOON)
        witnessing.update(rt, calls, round_seconds_max=SOON)
        assert [len(host.requests) for host in hosts.values()] == [1, 1]

        slow.opened.set()
        wait(calls.open.values())

        assert published(rt) == 5
        witnessing.update(rt, calls)
        assert published(rt) == 8


def test_a_witness_is_asked_once_about_a_checkpoint(rt: Runtime, calls: Calls) -> None:
    with asking(1, w1=honest(rt, "w1")) as (asked, hosts):
        rt = witnessed(rt, asked)
        assert witnessing.update(rt, calls)
        assert hosts["w1"].requests == []
        grow(rt, 5)

        for _ in range(3):
            assert witnessing.update(rt, calls)

        assert len(hosts["w1"].requests) == 1
        assert published(rt) == 5


def test_without_a_policy_no_one_is_asked_and_the_newest_is_published(
    rt: Runtime, calls: Calls
) -> None:
    grow(rt, 5)

    assert not witnessing.update(rt, calls)
    assert published(rt) == 5


SIZE = {"Content_Type": "text/x.tlog.size"}


ANSWERS = [
    (reply(404), Trouble.UNKNOWN_LOG),
    (reply(403), Trouble.UNTRUSTED),
    (reply(400), Trouble.BROKEN),
    (reply(409, b"nonsense\n", **SIZE), Trouble.BROKEN),
    (reply(409, b"9\n", **SIZE), Trouble.AHEAD),
    (reply(409, b"9\n"), Trouble.BROKEN),
    (reply(422, b"no\n"), Trouble.FORKED),
    (reply(200, b"garbage"), Trouble.BROKEN),
    (reply(200), Trouble.BROKEN),
    (reply(500), Trouble.UNREACHABLE),
    (b"\x1b[31mgarbage\r\n\r\n", Trouble.UNREACHABLE),
    (b"", Trouble.UNREACHABLE),
]


def test_witnesses_in_trouble_are_told_apart_and_publish_nothing(
    rt: Runtime, calls: Calls, caplog: pytest.LogCaptureFixture
) -> None:
    with ExitStack() as stack:
        hosts = [stack.enter_context(serving(replying(answer))) for answer, _ in ANSWERS]
        keys = [WitnessKey(f"v{number}", bytes([number]) * 32) for number in range(len(hosts))]
        witnesses = [
            policy.Witness(key.name, key, host.url) for key, host in zip(keys, hosts, strict=True)
        ]
        rt = witnessed(rt, quorum(1, witnesses))
        grow(rt, 5)
        witnessing.update(rt, calls, round_seconds_max=30)

    said = {message: level for _, level, message in caplog.record_tuples}
    assert len(said) == len(ANSWERS)
    assert published(rt) is None
    for standing, (_, trouble) in zip(standings(rt).values(), ANSWERS, strict=True):
        kept = standing.trouble
        assert kept is not None
        assert (standing.size, kept.trouble, kept.size) == (None, trouble, 5)
        assert kept.detail.isprintable()
        alarming = trouble in {Trouble.FORKED, Trouble.AHEAD}
        assert standing.is_alarming == alarming
        (message,) = [message for message in said if kept.detail in message]
        assert said[message] == (logging.ERROR if alarming else logging.WARNING)
        assert ("may have two histories" in message) == alarming


def test_a_witness_that_never_answers_is_told(
    rt: Runtime, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witnessing, "CALL_SECONDS_MAX", SOON)
    with asking(1, w1=silent) as (asked, _):
        rt = witnessed(rt, asked)
        grow(rt, 5)
        witnessing.update(rt, calls)

    assert troubles(rt) == [Trouble.UNREACHABLE]


def test_an_address_that_the_guard_does_not_allow_is_told(rt: Runtime, calls: Calls) -> None:
    rt = replace(rt, witness_policy=quorum(1, [told("w1", "https://127.0.0.1:1/")]))
    grow(rt, 5)

    witnessing.update(rt, calls)

    trouble = standings(rt)["w1"].trouble
    assert trouble is not None
    assert trouble.trouble == Trouble.UNREACHABLE
    assert "public" in trouble.detail


def test_a_trouble_is_kept_once_while_it_lasts_and_its_witness_rests(
    rt: Runtime, calls: Calls
) -> None:
    clock = Clock()
    with closed_port() as url:
        rt = witnessed(rt, quorum(1, [told("w1", url)]), clock)
        for size in range(1, 4):
            grow(rt, size)
            witnessing.update(rt, calls)
            clock.ahead += witnessing.REST + timedelta(seconds=1)
        assert troubles(rt) == [Trouble.UNREACHABLE]
    with asking(1, w1=honest(rt, "w1")) as (asked, hosts):
        rt = witnessed(rt, asked, clock)
        witnessing.update(rt, calls)
        assert published(rt) == 3
        assert standings(rt)["w1"].trouble is None
        assert len(hosts["w1"].requests) == 1
    with closed_port() as url:
        rt = witnessed(rt, quorum(1, [told("w1", url)]), clock)
        grow(rt, 4)
        witnessing.update(rt, calls)
    with asking(1, w1=honest(rt, "w1")) as (asked, hosts):
        witnessing.update(witnessed(rt, asked, clock), calls)

        assert hosts["w1"].requests == []
    assert troubles(rt) == [Trouble.UNREACHABLE] * 2


def test_a_restored_backup_that_goes_on_is_caught_and_nothing_new_is_published(
    server: str,
    settings: Settings,
    calls: Calls,
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, memory = Clock(), Memory()
    name = str(psycopg.conninfo.conninfo_to_dict(settings.database_url or "")["dbname"])
    with ExitStack() as stack:
        with runtime(settings) as first:
            host = stack.enter_context(serving(honest(first, "w1", memory)))
            asked = quorum(1, [told("w1", host.url)])
            rt = witnessed(first, asked, clock)
            grow(rt, 5)
            witnessing.update(rt, calls)
        older = stack.enter_context(create_database(server, name))
        with runtime(settings) as first:
            rt = witnessed(first, asked, clock)
            grow(rt, 8)
            witnessing.update(rt, calls)
            assert published(rt) == 8
        restored = settings.model_copy(update={"database_url": older})
        rt = witnessed(stack.enter_context(runtime(restored)), asked, clock)
        for size in (6, 8, 9, 20):
            clock.ahead += witnessing.ALARM_REST
            grow(rt, size, "other")
            witnessing.update(rt, calls)

            assert published(rt) == 5
            assert standings(rt)["w1"].is_alarming

        assert troubles(rt) == [Trouble.AHEAD, Trouble.FORKED]
        errors = [said for _, level, said in caplog.record_tuples if level == logging.ERROR]
        assert len(errors) == 4
        assert all(said.startswith("The log may have two histories.") for said in errors)


def test_a_witness_that_was_rolled_back_goes_on_in_sight_of_everyone(
    rt: Runtime, calls: Calls, caplog: pytest.LogCaptureFixture
) -> None:
    memory = Memory()
    with asking(1, w1=honest(rt, "w1", memory)) as (asked, hosts):
        rt = witnessed(rt, asked)
        grow(rt, 5)
        witnessing.update(rt, calls)
        memory.kept.clear()
        grow(rt, 8)

        witnessing.update(rt, calls)

        assert published(rt) == 8
        assert len(hosts["w1"].requests) == 3
    assert troubles(rt) == [Trouble.ROLLED_BACK]
    assert standings(rt)["w1"].is_alarming
    assert any("remembers 0" in said for _, level, said in caplog.record_tuples if level == 40)


def test_a_witness_that_changes_its_excuse_fills_no_table(rt: Runtime, calls: Calls) -> None:
    clock, answers = Clock(), [reply(503), reply(404)]

    def behave(host: Host, connection: socket.socket) -> None:
        connection.sendall(answers[len(host.requests) % 2])

    with asking(1, w1=behave) as (asked, _):
        rt = witnessed(rt, asked, clock)
        grow(rt, 5)
        for _ in range(10):
            witnessing.update(rt, calls)
            clock.ahead += witnessing.REST + timedelta(seconds=1)
        assert len(troubles(rt)) == 2 * witnessing.TROUBLES_MAX
        clock.ahead += witnessing.TROUBLES_PERIOD
        for _ in range(2):
            witnessing.update(rt, calls)
            clock.ahead += witnessing.REST + timedelta(seconds=1)

    assert len(troubles(rt)) > 2 * witnessing.TROUBLES_MAX


def test_of_two_processes_one_has_the_turn(rt: Runtime, calls: Calls) -> None:
    with asking(1, w1=honest(rt, "w1")) as (asked, hosts):
        rt = witnessed(rt, asked)
        grow(rt, 5)
        with rt.transaction() as tx:
            assert turns.lock(tx)

            assert not witnessing.update(rt, calls)
            assert hosts["w1"].requests == []

        assert witnessing.update(rt, calls)
        assert published(rt) == 5


def test_two_processes_at_once_publish_everything_and_alarm_no_one(rt: Runtime) -> None:
    names = ("w1", "w2", "w3")
    with asking(2, **{name: honest(rt, name) for name in names}) as (asked, _):
        rt = witnessed(rt, asked)

        def work(worker: str) -> None:
            calls = Calls()
            for number in range(8):
                with rt.transaction() as tx:
                    event_id = f"evt_{worker}_{number}"
                    log.record(tx.conn, event_id=event_id, kind="k", subject="s", body=b"{}")
                with rt.transaction() as tx:
                    sequencing.sequence(tx.conn, signers=rt.log_signers(tx))
                witnessing.update(rt, calls, round_seconds_max=0.01)
            calls.close()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(work, ("a", "b")))
        with rt.transaction() as tx:
            sequencing.sequence(tx.conn, signers=rt.log_signers(tx))
        calls = Calls()
        witnessing.update(rt, calls)
        calls.close()

        assert published(rt) == 16
        assert troubles(rt) == []


def test_a_call_that_another_process_has_overtaken_is_no_alarm(
    rt: Runtime, calls: Calls, caplog: pytest.LogCaptureFixture
) -> None:
    memory = Memory()
    late = Gate(honest(rt, "w1", memory))
    with serving(late) as slow, serving(honest(rt, "w1", memory)) as direct:
        here = witnessed(rt, quorum(1, [told("w1", slow.url)]))
        there = witnessed(rt, quorum(1, [told("w1", direct.url)]))
        grow(rt, 5)
        witnessing.update(here, calls, round_seconds_max=0.01)
        grow(rt, 8)
        others = Calls()
        witnessing.update(there, others)
        others.close()
        late.opened.set()
        wait(calls.open.values())
        calls.settle(rt.clock())

        assert published(there) == 8
        assert (troubles(rt), caplog.messages) == ([], [])
        grow(rt, 9)
        witnessing.update(here, calls)
        assert published(here) == 9


def test_a_cosignature_that_could_not_be_stored_is_asked_for_again(
    rt: Runtime, calls: Calls
) -> None:
    memory = Memory()
    with asking(1, w1=honest(rt, "w1", memory)) as (asked, hosts):
        rt = witnessed(rt, asked)
        grow(rt, 5)
        witnessing._ask(rt, asked.witnesses[0], _latest(rt), 0)
        with rt.transaction() as tx:  # As after a crash between the answer and the commit.
            tx.conn.execute("ALTER TABLE ledger.cosignature DISABLE TRIGGER append_only")
            tx.conn.execute("DELETE FROM ledger.cosignature")
        assert published(rt) is None

        witnessing.update(rt, calls)

        assert published(rt) == 5
        assert len(hosts["w1"].requests) == 3


def _latest(rt: Runtime) -> bytes:
    with rt.transaction() as tx:
        signed = log.latest(tx.conn)
    assert signed is not None
    return signed


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rights.witness_trouble SET detail = ''",
        "DELETE FROM rights.witness_trouble",
        "TRUNCATE rights.witness_trouble",
    ],
)
def test_troubles_are_kept_for_good(tx: Tx, statement: str) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match=r"rights\.witness_trouble"):
        tx.conn.execute(statement)


def test_the_database_knows_every_trouble(tx: Tx) -> None:
    row = tx.conn.execute(
        """
        SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'witness_trouble_kind'
        """
    ).fetchone()

    assert row is not None
    assert set(re.findall(r"'([a-z-]+)'", row[0])) == set(Trouble)


def test_nothing_waits_while_witnesses_are_asked(rt: Runtime, calls: Calls) -> None:
    """A round is under way in another thread: the log grows, and its cosignatures are read."""
    slow = Gate(honest(rt, "w1"))
    with asking(1, w1=slow) as (asked, hosts), ThreadPoolExecutor(1) as pool:
        rt = witnessed(rt, asked)
        grow(rt, 5)
        under_way = pool.submit(witnessing.update, rt, calls, round_seconds_max=30)
        while not hosts["w1"].requests:
            assert not under_way.done()
        with rt.transaction() as tx:
            tx.conn.execute("SET LOCAL lock_timeout = '1ms'")
            body = b'{"number":5}'
            log.record(tx.conn, event_id="evt_5", kind="k.done", subject="num_1", body=body)
        with rt.transaction() as tx:
            tx.conn.execute("SET LOCAL lock_timeout = '1ms'")
            assert sequencing.sequence(tx.conn, signers=rt.log_signers(tx))
            assert cosigning.last_sizes(tx.conn) == {}
        slow.opened.set()

        assert under_way.result()
        assert published(rt) == 5
