"""Licences let works pass, are counted, metered and ended; what rests on them goes or stays."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from rightsd.db import standing, usages
from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation, State
from rightsd.domain.licence import State as LicenceState
from rightsd.domain.offer import Ending, Share
from rightsd.domain.price import Per, Price
from rightsd.domain.principal import Principal, Role
from rightsd.domain.statement import Statement
from rightsd.domain.subject import Subject
from rightsd.domain.terms import Audience, Use
from rightsd.domain.work import Work
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import licences, offers, optouts
from rightsd.workflows.generations import deciding, metering, requests, uses, withdrawals
from tests import people
from tests.daemon import settle

PROMPT = "nebula fox in a park"
DAY = timedelta(days=1)


@pytest.fixture
def brand(tx: Tx) -> Principal:
    return people.account(tx, Role.RIGHTS_HOLDER)


@pytest.fixture
def fox(tx: Tx, brand: Principal) -> Work:
    work = people.work(tx, brand)
    people.optout(tx, brand, work)
    return work


def rules(tx: Tx, creator: Principal, prompt: str = PROMPT, **use: object) -> list[str]:
    asked = requests.preflight(tx, creator, prompt=prompt, cameos=(), use=Use(**use))
    return [reason.rule for reason in asked.reasons]


def ask(tx: Tx, creator: Principal, prompt: str = PROMPT, **fields: object) -> Generation:
    return requests.request(tx, creator, wanted=people.wanted(prompt, **fields))


def statement(
    tx: Tx, actor: Principal, begins: datetime | None = None, ends: datetime | None = None
) -> Statement:
    return licences.statement(tx, actor, begins=begins or tx.now - DAY, ends=ends or tx.now + DAY)


def shown(tx: Tx, generation: Generation) -> bool:
    return generation.id not in standing.why_not(tx, [generation])


def test_a_licence_lifts_an_optout_for_who_has_it_and_for_nobody_else(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    stranger = people.account(tx, Role.CREATOR)
    assert rules(tx, creator) == ["work.opted_out"]

    licence = people.licence(tx, creator, people.offer(tx, brand, fox))

    asked = ask(tx, creator)
    assert asked.state is State.REQUESTED
    assert asked.decision.licences == (licence.id,)
    assert tx.events[-1].data["licences"] == [licence.id]
    assert requests.view(tx, creator, asked.id).generation.decision.licences == (licence.id,)
    assert rules(tx, stranger) == ["work.opted_out"]


def test_a_refusal_cites_the_term_that_fails(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    people.licence(tx, creator, people.offer(tx, brand, fox, territories=("JP",)))

    assert rules(tx, creator) == ["work.opted_out", "licence.territory"]
    assert rules(tx, creator, territories=("JP",)) == []


def test_uses_are_metered_at_release_once_and_at_the_price_that_was_accepted(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    price = Price(7, "EUR", Per.SECOND)
    licence = people.licence(tx, creator, people.offer(tx, brand, fox, price))
    ask(tx, creator)  # Under way: not metered.
    made = people.published(tx, creator, PROMPT, seconds=5)

    for _ in range(2):  # However often the job runs.
        metering.meter(tx, made, made.decision)

    (line,) = statement(tx, creator).lines
    assert (line.entry.licence_id, line.entry.uses) == (licence.id, 1)
    assert (line.entry.seconds, line.entry.amount) == (5, 35)


def test_what_fails_or_is_refused_is_neither_metered_nor_counted(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    people.licence(tx, creator, people.offer(tx, brand, fox, quota_total=1))
    failed = ask(tx, creator)
    assert rules(tx, creator) == ["work.opted_out", "licence.quota"]
    assert ask(tx, creator).state is State.REFUSED

    tx.conn.execute(
        "UPDATE rights.generation SET state = 'failed', ended_at = requested_at WHERE id = %s",
        (failed.id,),
    )

    assert rules(tx, creator) == []
    assert statement(tx, creator).lines == ()


def test_the_last_use_exhausts_a_licence_and_what_is_out_stays(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    people.licence(tx, creator, people.offer(tx, brand, fox, quota_total=2))
    first = people.published(tx, creator, PROMPT)
    assert "licence.exhausted" not in [event.kind for event in tx.events]

    last = people.published(tx, creator, PROMPT)

    (event,) = [event for event in tx.events if event.kind == "licence.exhausted"]
    assert event.data == {"generation_id": last.id}
    (licence,) = licences.mine(tx, brand)
    assert licence.state is LicenceState.EXHAUSTED
    assert shown(tx, first)
    assert shown(tx, last)
    assert rules(tx, creator) == ["work.opted_out"]


def test_a_quota_for_thirty_days_is_open_again_after_thirty_days(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    people.licence(tx, creator, people.offer(tx, brand, fox, quota_30_days=1))
    asked = ask(tx, creator)

    assert deciding.recheck(tx, asked.id) is not None  # It does not stand in its own way.
    assert rules(tx, creator) == ["work.opted_out", "licence.quota"]
    assert rules(replace(tx, now=tx.now + 30 * DAY), creator) == []


@pytest.mark.parametrize(
    ("stays_after", "end", "state"),
    [
        ((Ending.EXPIRED,), "revoked", State.WITHDRAWN),
        ((Ending.EXPIRED,), "expired", State.PUBLISHED),
        ((), "expired", State.WITHDRAWN),
        ((Ending.REVOKED,), "revoked", State.PUBLISHED),
        ((Ending.REVOKED,), "expired", State.WITHDRAWN),
    ],
)
def test_what_was_published_goes_or_stays_as_the_terms_say(
    rt: Runtime, stays_after: tuple[Ending, ...], end: str, state: State
) -> None:
    with rt.transaction() as tx:
        brand, creator = people.account(tx, Role.RIGHTS_HOLDER), people.account(tx, Role.CREATOR)
        work = people.work(tx, brand)
        people.optout(tx, brand, work)
        ends = tx.now + DAY
        made = people.offer(tx, brand, work, expires_at=ends, stays_after=stays_after)
        licence = people.licence(tx, creator, made)
        out, under_way = people.published(tx, creator, PROMPT), ask(tx, creator)
    later = replace(rt, clock=lambda: ends if end == "expired" else tx.now)
    if end == "revoked":
        with rt.transaction() as tx:
            licences.revoke(tx, brand, licence.id)
    with later.transaction() as tx:
        # Nothing has been sequenced, and no job has run.
        assert shown(tx, out) is (state is State.PUBLISHED)

    if end == "expired":
        assert licences.expire_due(later) == 1
    settle(later)
    withdrawals.end_under(later, licence.id)  # A job may be done twice.

    with later.transaction() as tx:
        views = {each: requests.view(tx, creator, each) for each in (out.id, under_way.id)}
        assert views[under_way.id].generation.state is State.REFUSED
        assert views[out.id].generation.state is state
        assert usages.count(tx, licence.id) == 1


def test_another_licence_carries_what_is_under_way(rt: Runtime) -> None:
    with rt.transaction() as tx:
        brand, creator = people.account(tx, Role.RIGHTS_HOLDER), people.account(tx, Role.CREATOR)
        work = people.work(tx, brand)
        people.optout(tx, brand, work)
        two = [people.licence(tx, creator, people.offer(tx, brand, work)) for _ in range(2)]
        asked = ask(tx, creator)
        (relied,) = asked.decision.licences
        licences.revoke(tx, brand, relied)
    withdrawals.end_under(rt, relied)

    with rt.transaction() as tx:
        view = requests.view(tx, creator, asked.id)
        assert view.generation.state is State.REQUESTED
        made = people.published(tx, creator, PROMPT)
        assert {relied, *made.decision.licences} == {licence.id for licence in two}


def test_an_optout_after_the_fact_is_not_healed_by_a_licence_that_was_not_relied_on(
    tx: Tx, brand: Principal, creator: Principal
) -> None:
    work = people.work(tx, brand)
    people.licence(tx, creator, people.offer(tx, brand, work))
    before = people.published(tx, creator, PROMPT)
    assert before.decision.licences == ()

    optouts.register(tx, brand, work_id=work.id)

    assert not shown(tx, before)
    assert shown(tx, people.published(tx, creator, PROMPT))


def test_an_output_names_a_second_work_that_is_opted_out_later(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    owl = people.work(tx, brand, "Orbit Owl")
    people.licence(tx, creator, people.offer(tx, brand, fox))
    both = people.published(tx, creator, "nebula fox and orbit owl")
    assert shown(tx, both)

    people.optout(tx, brand, owl)

    assert not shown(tx, both)


def test_people_are_not_told_what_the_creator_has_licensed(
    tx: Tx, brand: Principal, person: Principal, creator: Principal, ada: Subject, fox: Work
) -> None:
    people.consent(tx, person, ada, creator)
    people.licence(tx, creator, people.offer(tx, brand, fox, territories=("JP",)))
    refused = ask(tx, creator, "@ada meets nebula fox")
    assert refused.reason is not None
    assert "JP" in refused.reason

    (use,) = uses.mine(tx, person, before=None)

    assert use.reason is not None
    assert "JP" not in use.reason
    assert uses.UNLICENSED in use.reason


def test_only_who_made_the_offer_revokes(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    other = people.account(tx, Role.PERSON)
    shares = [Share(brand.account_id, 9000), Share(other.account_id, 1000)]
    made = people.offer(tx, brand, fox, shares=shares)
    offers.join(tx, other, made.id)
    licence = people.licence(tx, creator, made)

    for someone in (other, people.account(tx, Role.RIGHTS_HOLDER)):
        with pytest.raises(RightsError) as caught:
            licences.revoke(tx, someone, licence.id)
        assert caught.value.code is Code.NOT_FOUND
    assert licences.revoke(tx, brand, licence.id).state is LicenceState.REVOKED
    with pytest.raises(RightsError) as caught:
        licences.revoke(tx, brand, licence.id)
    assert caught.value.code is Code.CONFLICT


def test_a_clip_under_a_priced_consent_is_metered_for_the_person(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    price = Price(300, "JPY", Per.CLIP)
    given = people.consent(tx, person, ada, audience=Audience.EVERYONE, price=price)
    assert rules(tx, creator, "@ada waves") == ["cameo.price"]
    made = offers.make_on_consent(tx, person, given.id).offer

    licence = people.licence(tx, creator, made)
    clip = people.published(tx, creator, "@ada waves")

    assert (clip.decision.consents, clip.decision.licences) == ((given.id,), (licence.id,))
    assert statement(tx, person).totals == {"JPY": 300}
    assert statement(tx, creator).totals == {"JPY": 300}
    licences.revoke(tx, person, licence.id)
    assert not shown(tx, clip)
    assert rules(tx, creator, "@ada waves") == ["cameo.price"]


def test_nobody_pays_themselves_and_people_license_works_too(
    tx: Tx, brand: Principal, person: Principal, ada: Subject, fox: Work
) -> None:
    price = Price(300, "JPY", Per.CLIP)
    given = people.consent(tx, person, ada, audience=Audience.EVERYONE, price=price)
    offers.make_on_consent(tx, person, given.id)
    licence = people.licence(tx, person, people.offer(tx, brand, fox))

    asked = ask(tx, person, "@ada meets nebula fox")

    assert asked.state is State.REQUESTED
    assert (asked.decision.consents, asked.decision.licences) == ((given.id,), (licence.id,))
    assert [view.offer.consent_id for view in offers.open_now(tx, person)] == [None]


def test_a_statement_has_what_was_used_in_its_period_and_concerns_the_account(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    other, rival = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
    shares = [Share(brand.account_id, 6667), Share(other.account_id, 3333)]
    made = people.offer(tx, brand, fox, Price(100, "EUR", Per.CLIP), shares=shares)
    offers.join(tx, other, made.id)
    people.licence(tx, creator, made)
    people.licence(tx, rival, made)
    people.published(tx, creator, PROMPT)
    people.published(replace(tx, now=tx.now + 40 * DAY), creator, PROMPT)
    people.published(tx, rival, PROMPT)

    assert statement(tx, creator).totals == {"EUR": 100}
    assert statement(tx, brand).totals == {"EUR": 67 + 67}
    assert statement(tx, other).totals == {"EUR": 33 + 33}
    whole = statement(tx, brand, ends=tx.now + 50 * DAY)
    assert sorted(line.entry.uses for line in whole.lines) == [1, 2]
    assert statement(tx, people.account(tx, Role.RIGHTS_HOLDER)).lines == ()
    assert statement(tx, brand, begins=tx.now + DAY, ends=tx.now + 2 * DAY).lines == ()


def test_a_flat_fee_is_owed_once_in_the_period_of_the_acceptance(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    people.licence(tx, creator, people.offer(tx, brand, fox, Price(5000, "EUR", Per.FLAT)))
    people.published(tx, creator, PROMPT)
    people.published(replace(tx, now=tx.now + 40 * DAY), creator, PROMPT)

    assert statement(tx, creator).totals == {"EUR": 5000}
    late = statement(tx, creator, begins=tx.now + DAY, ends=tx.now + 50 * DAY)
    assert [(line.entry.uses, line.entry.amount) for line in late.lines] == [(1, 0)]


def test_a_period_ends_after_it_begins(tx: Tx, creator: Principal) -> None:
    with pytest.raises(RightsError) as caught:
        statement(tx, creator, begins=tx.now, ends=tx.now)
    assert caught.value.code is Code.INVALID


def test_a_creator_has_so_many_licences_on_one_thing(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    made = [people.offer(tx, brand, fox) for _ in range(licences.ALIKE_MAX)]
    for each in made:
        people.licence(tx, creator, each)
    offers.withdraw(tx, brand, made[0].id)

    with pytest.raises(RightsError) as caught:
        people.licence(tx, creator, people.offer(tx, brand, fox))
    assert caught.value.code is Code.TOO_MANY
