"""How long it took from a commit until nothing rested on what it ended."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from rightsd.db import notices as notice_rows
from rightsd.db.tx import Tx
from rightsd.domain import notice as domain
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.domain.revocation import Mode, Scope, Target
from rightsd.domain.stopwatch import Stage
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import consents, notices, revocations, stopwatches
from rightsd.workflows.generations import requests
from rightsd.workflows.notices import contesting, deciding
from tests import people
from tests.daemon import settle
from tests.rightsd.domain.test_regime import COUNTER

REVIEWER = Principal("acc_reviewer", Role.REVIEWER)


def test_what_followed_is_timed_from_the_commit(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        subject = people.subject(tx, person)
        people.consent(tx, person, subject, creator)
        people.published(tx, creator, "@ada waves")
        people.published(tx, creator, "@ada runs")
        requests.request(tx, creator, wanted=people.wanted("@ada sings", cameos=("ada",)))
        of = Target(Scope.SUBJECT, subject_id=subject.id)
        made = revocations.make(tx, person, of=of, mode=Mode.SUSPEND)
        before = stopwatches.show(tx, person, made.id)
    settle(rt)
    with rt.transaction() as tx:
        after = stopwatches.show(tx, person, made.id)
        revocations.lift(tx, person, made.id)
    settle(rt)

    assert (before.committed_at, before.dead.count, before.withdrawn.count) == (made.made_at, 0, 0)
    assert before.dead.seconds is None
    assert (after.dead.count, after.withdrawn.count) == (1, 2)
    for lap in (after.dead, after.withdrawn):
        assert lap.last_at is not None
        assert lap.seconds == pytest.approx((lap.last_at - made.made_at).total_seconds())
    with rt.transaction() as tx:
        assert stopwatches.show(tx, REVIEWER, made.id) == after  # Whatever became of it later.
        spreads = stopwatches.spreads(
            tx, REVIEWER, begins=made.made_at, ends=made.made_at + timedelta(hours=1)
        )
    assert [(spread.stage, spread.causes) for spread in spreads] == [
        (Stage.DEAD, 1),
        (Stage.WITHDRAWN, 1),
        (Stage.DELISTED, 0),
    ]
    assert spreads[0].p50 == spreads[0].p99 == pytest.approx(after.dead.seconds)


def test_what_a_final_revocation_takes_along_counts_with_it(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        given = people.consent(tx, person, people.subject(tx, person), creator)
        people.published(tx, creator, "@ada waves")
        of = Target(Scope.CONSENT, consent_id=given.id)
        made = revocations.make(tx, person, of=of, mode=Mode.REVOKE)
    settle(rt)

    with rt.transaction() as tx:
        assert stopwatches.show(tx, person, made.id).withdrawn.count == 1
        assert stopwatches.show(tx, person, given.id).withdrawn.count == 1
        spreads = stopwatches.spreads(
            tx, REVIEWER, begins=made.made_at, ends=made.made_at + timedelta(hours=1)
        )
    assert spreads[1].causes == 1


def test_a_consent_that_was_revoked_itself_has_one_for_those_whose_it_is(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        stranger = people.account(tx, Role.PERSON)
        given = people.consent(tx, person, people.subject(tx, person), creator)
        with pytest.raises(RightsError, match="not taken effect"):
            stopwatches.show(tx, person, given.id)
        consents.revoke(tx, person, given.id)

        assert stopwatches.show(tx, person, given.id).committed_at == tx.now
        with pytest.raises(RightsError) as caught:
            stopwatches.show(tx, stranger, given.id)
    assert caught.value.code is Code.NOT_FOUND


def test_a_notice_keeps_its_moment_whatever_becomes_of_it(tx: Tx) -> None:
    creator = people.account(tx, Role.CREATOR)
    output = people.published(tx, creator)
    received = notices.receive(tx, generation_id=output.id, claim=people.claim()).notice

    def moment() -> datetime:
        return stopwatches.show(tx, REVIEWER, received.id).committed_at

    with pytest.raises(RightsError, match="not taken effect"):
        moment()
    notices.uphold(tx, people.account(tx, Role.REVIEWER), received.id, reason="So.")
    upheld_at = tx.now
    for hours, turn in enumerate((_counter, _file_action, _restore), 1):
        assert moment() == upheld_at
        later = replace(tx, now=upheld_at + timedelta(hours=hours))
        turn(later, creator, received.id)
    assert moment() == upheld_at


def test_a_notice_that_takes_down_on_appeal_is_timed_from_then(tx: Tx) -> None:
    output = people.published(tx, people.account(tx, Role.CREATOR))
    received = notices.receive(tx, generation_id=output.id, claim=people.claim()).notice
    notices.reject(tx, people.account(tx, Role.REVIEWER), received.id, reason="No.")
    appeal = people.account(tx, Role.PERSON)
    contesting.appeal(tx, received.id, words="It is wrong.", actor=appeal)
    later = replace(tx, now=tx.now + timedelta(hours=1))
    deciding.reverse(later, people.account(tx, Role.REVIEWER), received.id, reason="So it is.")

    assert stopwatches.show(tx, REVIEWER, received.id).committed_at == later.now


def _counter(tx: Tx, creator: Principal, notice_id: str) -> None:
    contesting.counter(tx, creator, notice_id, said=COUNTER)


def _file_action(tx: Tx, creator: Principal, notice_id: str) -> None:
    del creator
    notice = notice_rows.find(tx, notice_id)
    assert notice is not None
    filed = Event("notice.action_filed", notice_id, tx.now, {})
    notice_rows.update(tx, domain.evolve(notice, filed, words="A court has it."))


def _restore(tx: Tx, creator: Principal, notice_id: str) -> None:
    del creator
    deciding.restore(tx, people.account(tx, Role.REVIEWER), notice_id, reason="It was lost.")


def test_a_period_ends_after_it_begins(rt: Runtime) -> None:
    with rt.transaction() as tx, pytest.raises(RightsError, match="ends after it begins"):
        stopwatches.spreads(tx, REVIEWER, begins=tx.now, ends=tx.now)
