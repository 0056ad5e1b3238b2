"""Acknowledging beside what the sender, the platform and the ladder do at the same time."""

from datetime import timedelta

from rightsd.db import deliveries as rows
from rightsd.db.tx import Tx
from rightsd.domain import events
from rightsd.domain.acknowledgement import Outcome
from rightsd.runtime import Runtime
from rightsd.workflows import escalations, platforms
from tests import acknowledging, races, telling
from tests.acknowledging import OTHER_KEY, Platform, Told, answer, state_of


def told(rt: Runtime) -> tuple[Platform, Told]:
    with rt.transaction() as tx:
        platform = acknowledging.register(tx)
        return platform, acknowledging.tell(tx, platform, state="due")


def test_an_answer_that_comes_before_the_attempt_is_settled_stays(rt: Runtime) -> None:
    for settle in (
        rows.settle_sent,
        lambda tx, leased: rows.settle_failed(tx, dict.fromkeys(leased)),
        lambda tx, leased: rows.settle_failed(tx, {leased[0]: tx.now + timedelta(minutes=5)}),
    ):
        platform, one = told(rt)
        with rt.transaction() as tx:
            until = tx.now + timedelta(minutes=1)
            leased = rows.take(tx, [platform.id], leased_until=until, limit=1)
        with rt.transaction() as tx:
            answer(tx, platform, one, Outcome.REMOVED)

        with rt.transaction() as tx:
            settle(tx, leased)

        with rt.transaction() as tx:
            assert state_of(tx, one) == "acknowledged"
            again = tx.now + timedelta(days=1)
            assert rows.take(tx, [platform.id], leased_until=again, limit=1) == []


def test_a_key_is_what_it_was_until_the_answer_is_in_the_log(rt: Runtime) -> None:
    platform, one = told(rt)
    changed = telling.integration(acknowledgement_key=acknowledging.public(OTHER_KEY))

    def acknowledge(tx: Tx) -> None:
        answer(tx, platform, one, Outcome.REMOVED)

    def change(tx: Tx) -> None:
        platforms.change(tx, platform.actor, platform.id, changed)

    assert races.race(rt, acknowledge, change) == ["released", "ended"]
    with rt.transaction() as tx:
        kinds = tx.conn.execute("SELECT kind FROM ledger.intake ORDER BY position").fetchall()
    assert [kind for (kind,) in kinds[-2:]] == ["acknowledgement.received", "platform.changed"]


def test_the_same_answer_twice_at_a_time_is_one(rt: Runtime) -> None:
    platform, one = told(rt)
    with rt.transaction() as tx:
        at = events.written(tx.now)

    def acknowledge(tx: Tx) -> None:
        answer(tx, platform, one, Outcome.REMOVED, at=at)

    assert races.race(rt, acknowledge, acknowledge) == ["released", "ended"]
    with rt.transaction() as tx:
        assert tx.conn.execute("SELECT count(*) FROM rights.acknowledgement").fetchone() == (1,)


def test_who_answers_while_the_ladder_is_climbed_is_left_alone(rt: Runtime) -> None:
    platform, one = told(rt)
    with rt.transaction() as tx:
        tx.conn.execute(
            "UPDATE rights.delivery SET first_attempt_at = %s", (tx.now - timedelta(days=9),)
        )

    def climb(tx: Tx) -> None:
        del tx
        escalations.climb(rt)

    assert races.race(rt, lambda tx: answer(tx, platform, one), climb) == ["released", "ended"]
    with rt.transaction() as tx:
        assert state_of(tx, one) == "acknowledged"
        assert tx.conn.execute("SELECT count(*) FROM rights.escalation").fetchone() == (0,)
