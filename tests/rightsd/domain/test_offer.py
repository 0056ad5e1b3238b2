"""What an offer can say, to whom it is open, and what its digest commits to."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from rightsd.domain import offer as domain
from rightsd.domain import terms as terms_domain
from rightsd.domain.offer import Share, State
from rightsd.domain.price import Per, Price
from rightsd.domain.terms import Audience, Purpose, Terms, checked
from rightsd.domain.topics import Topic
from rightsd.errors import Code, RightsError
from tests.rightsd.domain.licences import offer
from tests.rightsd.domain.terms import CREATOR, NOW

EVERYTHING = Terms(
    audience=Audience.APPROVED,
    grantees=(CREATOR,),
    blocked=("acc_other",),
    purposes=(Purpose.EDITORIAL,),
    denied_topics=(Topic.POLITICS,),
    territories=("JP",),
    platforms=("tube.example",),
    languages=("en",),
    starts_at=NOW,
    expires_at=NOW + timedelta(days=1),
    quota_total=5,
    quota_30_days=2,
    strict=True,
    per_use_approval=True,
    restrictions="no snakes; only waves, weddings",
    price=Price(5, "EUR", Per.SECOND),
)


def test_terms_are_read_as_they_were_written() -> None:
    terms = checked(EVERYTHING)

    said = json.loads(json.dumps(terms_domain.written(terms)))

    assert terms_domain.of_written(said) == terms
    assert terms_domain.of_written(terms_domain.written(Terms())) == Terms()


def test_terms_without_a_price_are_written_as_before_there_were_prices() -> None:
    assert "price" not in terms_domain.written(Terms())


@pytest.mark.parametrize(
    "limits",
    [
        {"strict": True},
        {"per_use_approval": True},
        {"restrictions": "no snakes"},
        {"blocked": (CREATOR,)},
        {"price": Price(5, "EUR", Per.CLIP)},
        {"audience": Audience.MUTUALS},
        {"audience": Audience.ONLY_ME},
    ],
)
def test_works_have_no_terms_that_are_for_people(limits: dict) -> None:
    with pytest.raises(RightsError) as caught:
        domain.checked_terms(Terms(**{"audience": Audience.EVERYONE} | limits))
    assert caught.value.code is Code.INVALID


def test_nobody_asks_themselves_a_price() -> None:
    with pytest.raises(RightsError, match="nobody to pay"):
        checked(Terms(audience=Audience.ONLY_ME, price=Price(5, "EUR", Per.CLIP)))


def test_an_offer_is_open_to_those_it_names_until_it_runs_out() -> None:
    named = offer(grantees=(CREATOR,), expires_at=NOW + timedelta(days=1))

    assert named.is_open_to(CREATOR, NOW)
    assert not named.is_open_to("acc_other", NOW)
    assert not named.is_open_to(CREATOR, NOW + timedelta(days=1))
    for state in (State.PROPOSED, State.WITHDRAWN):
        assert not replace(named, state=state).is_open_to(CREATOR, NOW)


def test_whoever_makes_an_offer_has_agreed_and_the_others_have_not() -> None:
    shares = domain.checked_shares([Share("acc_b", 4000), Share("acc_a", 6000)], "acc_b")

    assert shares == (Share("acc_a", 6000), Share("acc_b", 4000, accepted=True))
    joined = domain.joined(replace(offer(), shares=shares), "acc_a")
    assert all(share.accepted for share in joined)


def test_the_digest_is_of_all_that_a_creator_is_shown_and_of_nothing_else() -> None:
    one = offer()
    changed = [
        replace(one, id="off_2"),
        replace(one, work_id="wrk_owl"),
        replace(one, price=Price(501, "EUR", Per.CLIP)),
        replace(one, stays_after=()),
        offer(territories=("JP",)),
        offer(quota_total=3),
    ]
    hidden = [offer(grantees=(CREATOR,)), replace(one, shares=(Share("acc_x", 10_000),))]

    texts = {domain.shown(each, each.terms) for each in [one, *changed]}
    assert len(texts) == 1 + len(changed)
    assert {domain.shown(each, each.terms) for each in hidden} == {domain.shown(one, one.terms)}
