"""How long it took from a commit until nothing rested on what it ended."""

from datetime import timedelta

import pytest

from rightsd.domain.principal import Principal, Role
from rightsd.domain.revocation import Mode, Scope, Target
from rightsd.domain.stopwatch import Stage
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import consents, revocations, stopwatches
from rightsd.workflows.generations import requests
from tests import people
from tests.daemon import settle

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


def test_a_period_ends_after_it_begins(rt: Runtime) -> None:
    with rt.transaction() as tx, pytest.raises(RightsError, match="ends after it begins"):
        stopwatches.spreads(tx, REVIEWER, begins=tx.now, ends=tx.now)
