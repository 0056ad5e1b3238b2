"""Offers: who makes them, who has to agree, who sees them, and who may accept."""

from datetime import timedelta

import pytest

from ledger import entry
from rightsd.db import offers as rows
from rightsd.db.tx import Tx
from rightsd.domain import offer as domain
from rightsd.domain.licence import State as LicenceState
from rightsd.domain.offer import Ending, Offer, Share, State
from rightsd.domain.price import Per, Price
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import Subject
from rightsd.domain.terms import Audience, Purpose, Terms
from rightsd.domain.topics import Topic
from rightsd.domain.work import Work
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import consents, follows, licences, offers, subjects
from tests import people
from tests.daemon import settle
from tests.races import race

PRICE = Price(500, "JPY", Per.CLIP)


@pytest.fixture
def brand(tx: Tx) -> Principal:
    return people.account(tx, Role.RIGHTS_HOLDER)


@pytest.fixture
def fox(tx: Tx, brand: Principal) -> Work:
    return people.work(tx, brand)


def seen(tx: Tx, actor: Principal) -> list[Offer]:
    shown = offers.open_now if actor.role is Role.CREATOR else offers.mine
    return [view.offer for view in shown(tx, actor)]


def kinds(tx: Tx) -> list[str]:
    return [event.kind for event in tx.events]


def test_an_offer_is_read_back_as_it_was_made(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    made = people.offer(
        tx,
        brand,
        fox,
        grantees=(creator.account_id,),
        purposes=(Purpose.EDITORIAL,),
        denied_topics=(Topic.POLITICS,),
        territories=("jp",),
        expires_at=tx.now + timedelta(days=1),
        quota_total=3,
        stays_after=(Ending.REVOKED, Ending.EXPIRED),
    )

    assert (made.state, made.title) == (State.OFFERED, "Nebula Fox")
    assert made.terms.territories == ("JP",)
    assert seen(tx, brand) == [made]
    assert seen(tx, creator) == [made]
    (licence,) = [people.licence(tx, creator, made)]
    assert licences.mine(tx, creator) == [licence]
    assert licence.offer == made


def test_the_ledger_commits_to_what_is_shown_and_names_no_holder(
    tx: Tx, brand: Principal, fox: Work
) -> None:
    other = people.account(tx, Role.PERSON)
    shares = [Share(brand.account_id, 9000), Share(other.account_id, 1000)]
    made = people.offer(tx, brand, fox, shares=shares)

    facts = tx.events[-1].data
    assert facts["terms"] == entry.commit(made.salt, domain.shown(made, made.terms)).hex()
    assert other.account_id not in str([event.body() for event in tx.events[-1:]])


def test_an_offer_is_open_once_everyone_who_shares_in_it_has_agreed(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    two = [people.account(tx, role) for role in (Role.PERSON, Role.RIGHTS_HOLDER)]
    shares = [Share(brand.account_id, 5000), *(Share(each.account_id, 2500) for each in two)]
    made = people.offer(tx, brand, fox, shares=shares)
    assert made.state is State.PROPOSED
    assert seen(tx, creator) == []
    with pytest.raises(RightsError) as caught:
        people.licence(tx, creator, made)
    assert caught.value.code is Code.NOT_FOUND

    assert offers.join(tx, two[0], made.id).offer.state is State.PROPOSED
    with pytest.raises(RightsError, match="others are still asked") as caught:
        offers.join(tx, two[0], made.id)
    assert caught.value.code is Code.CONFLICT
    assert offers.join(tx, two[1], made.id).offer.state is State.OFFERED

    assert kinds(tx)[-3:] == ["offer.proposed", "offer.joined", "offer.opened"]
    (opened,) = seen(tx, creator)
    assert all(share.accepted for share in opened.shares)


def test_whoever_is_to_share_in_an_offer_may_decline(tx: Tx, brand: Principal, fox: Work) -> None:
    other = people.account(tx, Role.PERSON)
    shares = [Share(brand.account_id, 9000), Share(other.account_id, 1000)]
    made = people.offer(tx, brand, fox, shares=shares)

    assert offers.withdraw(tx, other, made.id).offer.state is State.WITHDRAWN
    with pytest.raises(RightsError) as caught:
        offers.join(tx, other, made.id)
    assert caught.value.code is Code.CONFLICT


def test_nobody_else_touches_or_sees_an_offer(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    named = people.offer(tx, brand, fox, grantees=(creator.account_id,))
    stranger, rival = people.account(tx, Role.CREATOR), people.account(tx, Role.RIGHTS_HOLDER)

    assert seen(tx, stranger) == seen(tx, rival) == []
    for attempt in (
        lambda: offers.join(tx, rival, named.id),
        lambda: offers.withdraw(tx, rival, named.id),
        lambda: people.licence(tx, stranger, named),
        lambda: people.offer(tx, rival, fox),
        lambda: offers.make_on_consent(tx, people.account(tx, Role.PERSON), "con_" + "0" * 32),
    ):
        with pytest.raises(RightsError) as caught:
            attempt()
        assert caught.value.code is Code.NOT_FOUND


@pytest.mark.parametrize(
    "made",
    [
        {"shares": [Share("acc_" + "0" * 32, 10_000)]},
        {"grantees": ("acc_" + "0" * 32,)},
        {"price": Price(5, "XXX", Per.CLIP)},
        {"territories": ("XX",)},
    ],
)
def test_offers_that_cannot_be_are_refused(tx: Tx, brand: Principal, fox: Work, made: dict) -> None:
    with pytest.raises(RightsError) as caught:
        people.offer(tx, brand, fox, **made)
    assert caught.value.code is Code.INVALID


def test_terms_that_have_run_out_are_not_offered(tx: Tx, brand: Principal, fox: Work) -> None:
    with pytest.raises(RightsError, match="run out"):
        people.offer(tx, brand, fox, expires_at=tx.now)


def test_creators_take_no_share(tx: Tx, brand: Principal, creator: Principal, fox: Work) -> None:
    with pytest.raises(RightsError, match="persons and rights holders"):
        people.offer(tx, brand, fox, shares=[Share(creator.account_id, 10_000)])


def test_a_work_has_so_many_offers_at_a_time(tx: Tx, brand: Principal, fox: Work) -> None:
    for _ in range(offers.OFFERS_MAX):
        last = people.offer(tx, brand, fox)

    with pytest.raises(RightsError) as caught:
        people.offer(tx, brand, fox)
    assert caught.value.code is Code.TOO_MANY
    offers.withdraw(tx, brand, last.id)
    people.offer(tx, brand, fox)


def test_what_was_not_shown_is_not_accepted(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    made, other = people.offer(tx, brand, fox), people.offer(tx, brand, fox)

    with pytest.raises(RightsError, match="look at it again") as caught:
        licences.accept(tx, creator, made.id, digest=other.digest)
    assert caught.value.code is Code.CONFLICT


def test_an_offer_is_accepted_once_at_a_time(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    made = people.offer(tx, brand, fox)
    first = people.licence(tx, creator, made)

    with pytest.raises(RightsError) as caught:
        people.licence(tx, creator, made)
    assert caught.value.code is Code.CONFLICT
    licences.revoke(tx, brand, first.id)
    assert people.licence(tx, creator, made).id != first.id


def test_a_withdrawn_offer_is_accepted_no_more_and_its_licences_stay(
    tx: Tx, brand: Principal, creator: Principal, fox: Work
) -> None:
    made = people.offer(tx, brand, fox)
    licence = people.licence(tx, creator, made)
    late = people.account(tx, Role.CREATOR)

    offers.withdraw(tx, brand, made.id)

    with pytest.raises(RightsError) as caught:
        people.licence(tx, late, made)
    assert caught.value.code is Code.NOT_FOUND
    (still,) = licences.mine(tx, creator)
    assert (still.id, still.state) == (licence.id, LicenceState.ACTIVE)


def test_nobody_accepts_what_they_have_a_part_in(
    tx: Tx, brand: Principal, person: Principal, fox: Work
) -> None:
    shares = [Share(brand.account_id, 9000), Share(person.account_id, 1000)]
    made = people.offer(tx, brand, fox, shares=shares)
    offers.join(tx, person, made.id)

    assert offers.open_now(tx, person) == []
    with pytest.raises(RightsError) as caught:
        people.licence(tx, person, made)
    assert caught.value.code is Code.CONFLICT


def test_withdrawing_waits_for_whoever_is_accepting(rt: Runtime) -> None:
    with rt.transaction() as tx:
        brand, creator = people.account(tx, Role.RIGHTS_HOLDER), people.account(tx, Role.CREATOR)
        made = people.offer(tx, brand, people.work(tx, brand))

    order = race(
        rt,
        lambda tx: people.licence(tx, creator, made),
        lambda tx: offers.withdraw(tx, brand, made.id),
    )

    assert order == ["released", "ended"]


def offer_of(tx: Tx, person: Principal, of: Subject, **terms: object) -> Offer:
    named = {"audience": Audience.EVERYONE} if "grantees" not in terms else {}
    given = people.consent(tx, person, of, price=PRICE, **named | terms)
    return offers.make_on_consent(tx, person, given.id).offer


def test_an_offer_on_a_likeness_has_the_consent_s_price_and_terms(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    made = offer_of(tx, person, ada, territories=("JP",), restrictions="no snakes")

    (view,) = offers.open_now(tx, creator)
    assert view.offer.id == made.id
    assert (view.offer.price, view.subject_id) == (PRICE, ada.id)
    assert (view.terms.territories, view.terms.restrictions) == (("JP",), "no snakes")


@pytest.mark.parametrize(
    "terms",
    [
        {"blocked": "creator"},
        {"audience": Audience.MUTUALS},
        {"grantees": "other"},
    ],
)
def test_offers_on_consents_that_are_not_meant_for_a_creator_are_not_there_for_them(
    tx: Tx, person: Principal, creator: Principal, ada: Subject, terms: dict
) -> None:
    who = {"creator": creator.account_id, "other": people.account(tx, Role.CREATOR).account_id}
    terms = {n: value if n == "audience" else (who[value],) for n, value in terms.items()}
    made = offer_of(tx, person, ada, **terms)

    assert seen(tx, creator) == []
    with pytest.raises(RightsError) as caught:
        people.licence(tx, creator, made)
    assert caught.value.code is Code.NOT_FOUND


def test_mutuals_see_and_accept_what_is_for_mutuals(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    made = offer_of(tx, person, ada, audience=Audience.MUTUALS)
    follows.follow(tx, creator, person.account_id)
    assert seen(tx, creator) == []

    follows.follow(tx, person, creator.account_id)

    assert [each.id for each in seen(tx, creator)] == [made.id]
    people.licence(tx, creator, made)


def test_a_consent_that_asks_nothing_needs_no_offer(
    tx: Tx, person: Principal, creator: Principal, ada: Subject
) -> None:
    given = people.consent(tx, person, ada, creator)

    with pytest.raises(RightsError) as caught:
        offers.make_on_consent(tx, person, given.id)
    assert caught.value.code is Code.CONFLICT


def test_a_consent_that_ends_takes_its_offers_and_licences_along(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        given = people.consent(
            tx, person, people.subject(tx, person), audience=Audience.EVERYONE, price=PRICE
        )
        made = offers.make_on_consent(tx, person, given.id).offer
        licence = people.licence(tx, creator, made)
    with rt.transaction() as tx:
        consents.revoke(tx, person, given.id)
        with pytest.raises(RightsError):
            people.licence(tx, creator, made)

    settle(rt)
    licences.end_under_consent(rt, given.id)  # A job may be done twice.

    with rt.transaction() as tx:
        (ended,) = licences.mine(tx, creator)
        assert (ended.id, ended.state) == (licence.id, LicenceState.REVOKED)
        assert ended.offer.state is State.WITHDRAWN


def test_revoking_a_consent_waits_for_whoever_is_accepting_an_offer_on_it(rt: Runtime) -> None:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        made = offer_of(tx, person, ada)
        assert made.consent_id is not None

    order = race(
        rt,
        lambda tx: people.licence(tx, creator, made),
        lambda tx: consents.revoke(tx, person, made.consent_id),
    )

    assert order == ["released", "ended"]


def test_nothing_opens_the_digest_once_the_person_is_erased(
    tx: Tx, person: Principal, ada: Subject
) -> None:
    offer_of(tx, person, ada)
    subjects.unenrol(tx, person, ada.id)
    assert subjects._erase(tx, ada.id)

    rows.clear_about(tx, ada.id)

    (view,) = offers.mine(tx, person)
    assert view.offer.salt == b""
    assert view.terms == Terms(audience=Audience.EVERYONE, price=PRICE)
