"""Whatever ends a permission comes before a release or after it, never in between.

Each test stops a release between its decision and its commit, lets the other side try, and sees
that it waits. Removing a lock makes one of them fail.
"""

import pytest

from rightsd.db import generations
from rightsd.db.tx import Tx
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.workflows import consents, notices, optouts
from rightsd.workflows.generations import deciding, requests
from tests import people
from tests.races import race

NOTICE = people.claim()


@pytest.mark.parametrize("moment", ["request", "release"])
def test_a_revocation_waits_for_a_decision_that_rests_on_the_consent(
    rt: Runtime, moment: str
) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        given = people.consent(tx, person, people.subject(tx, person), creator)
        asked = requests.request(tx, creator, wanted=people.wanted("@ada waves"))

    def hold(tx: Tx) -> None:
        if moment == "request":
            requests.request(tx, creator, wanted=people.wanted("@ada waves"))
        else:
            decision = deciding.decide(tx, deciding.wish_of(asked), hold=True)
            assert decision.outcome is Outcome.ALLOW

    assert race(rt, hold, lambda tx: consents.revoke(tx, person, given.id)) == ["released", "ended"]


def test_an_optout_waits_for_a_decision(rt: Runtime) -> None:
    with rt.transaction() as tx:
        brand, creator = people.account(tx, Role.RIGHTS_HOLDER), people.account(tx, Role.CREATOR)
        work = people.work(tx, brand)
        asked = requests.request(tx, creator, wanted=people.wanted("nebula fox"))

    order = race(
        rt,
        lambda tx: deciding.decide(tx, deciding.wish_of(asked), hold=True),
        lambda tx: optouts.register(tx, brand, work_id=work.id),
    )

    assert order == ["released", "ended"]


def test_an_upheld_notice_waits_for_a_decision(rt: Runtime) -> None:
    with rt.transaction() as tx:
        creator, reviewer = people.account(tx, Role.CREATOR), people.account(tx, Role.REVIEWER)
        published = people.published(tx, creator)
        received = notices.receive(tx, generation_id=published.id, claim=NOTICE)
        asked = requests.request(tx, creator, wanted=people.wanted())

    order = race(
        rt,
        lambda tx: deciding.decide(
            tx, deciding.wish_of(asked), shown=deciding.Shown(copies=[published.id]), hold=True
        ),
        lambda tx: notices.uphold(tx, reviewer, received.notice.id, reason="so"),
    )

    assert order == ["released", "ended"]
    with rt.transaction() as tx:
        decision = deciding.decide(
            tx, deciding.wish_of(asked), shown=deciding.Shown(copies=[published.id])
        )
    assert [reason.rule for reason in decision.reasons] == ["output.taken_down"]


def test_a_second_consent_carries_what_rested_on_the_first(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        subject = people.subject(tx, person)
        given = [people.consent(tx, person, subject, creator) for _ in range(2)]
        asked = requests.request(tx, creator, wanted=people.wanted("@ada waves"))
        (relied,) = asked.decision.consents
        consents.revoke(tx, person, relied)

    with rt.transaction() as tx:
        still = deciding.recheck(tx, asked.id)
        decision = deciding.decide(tx, deciding.wish_of(asked), hold=True)
        generations.replace_reliances(tx, asked.id, decision.consents)
        live = generations.lock_live_under(tx, relied, limit=9)

    assert still is not None
    assert decision.consents == tuple({consent.id for consent in given} - {relied})
    assert live == []
