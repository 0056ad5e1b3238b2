"""What holds for works that are registered and not opted out, by place and by owner."""

from dataclasses import replace
from datetime import timedelta

import pytest

from rightsd.db import works
from rightsd.db.tx import Tx
from rightsd.domain import policy, rulebook
from rightsd.domain.naming import Tier
from rightsd.domain.policy import Decision, Facts, Outcome, Reserved
from rightsd.domain.principal import Principal, Role
from rightsd.domain.rulebook import Book
from rightsd.domain.rulebook.books import Default
from rightsd.errors import Code, RightsError
from rightsd.workflows import optouts, reservations
from rightsd.workflows.generations import requests
from tests import people
from tests.conftest import NOW

PROMPT = "nebula fox runs"


def asked(tx: Tx, prompt: str = PROMPT) -> Decision:
    creator = people.account(tx, Role.CREATOR)
    return requests.preflight(tx, creator, prompt=prompt, cameos=())


def rules(decision: Decision) -> list[str]:
    return [reason.rule for reason in decision.reasons]


@pytest.fixture
def brand(tx: Tx) -> Principal:
    return people.account(tx, Role.RIGHTS_HOLDER)


def state(
    tx: Tx, brand: Principal, work_id: str, least: Default, *, opted_in: bool = False
) -> None:
    reservations.state(tx, brand, work_id=work_id, least=least, opted_in=opted_in)


def test_a_work_of_which_nothing_is_said_is_free_where_the_default_is_opting_out(
    tx: Tx, brand: Principal
) -> None:
    people.work(tx, brand)

    assert asked(tx).outcome is Outcome.ALLOW


def test_an_owner_can_ask_for_more_than_the_place_does(tx: Tx, brand: Principal) -> None:
    work = people.work(tx, brand)

    state(tx, brand, work.id, Default.OPT_IN)
    unless_opted_in = asked(tx, "a neblua fox runs")
    state(tx, brand, work.id, Default.OPT_IN, opted_in=True)
    opted_in = asked(tx)
    state(tx, brand, work.id, Default.LICENSED_ONLY)
    licensed_only = asked(tx)
    state(tx, brand, work.id, Default.OPT_OUT)

    assert rules(unless_opted_in) == ["work.opt_in"]
    assert unless_opted_in.reasons[0].evidence["found"] == "neblua fox"
    assert opted_in.outcome is Outcome.ALLOW
    assert rules(licensed_only) == ["work.licensed_only"]
    assert asked(tx).outcome is Outcome.ALLOW


def test_an_opt_out_stands_whatever_else_is_said(tx: Tx, brand: Principal) -> None:
    work = people.work(tx, brand)
    state(tx, brand, work.id, Default.OPT_IN, opted_in=True)
    optouts.register(tx, brand, work_id=work.id)

    assert rules(asked(tx)) == ["work.opted_out"]


def test_a_work_that_only_licences_open_cannot_be_opted_in(tx: Tx, brand: Principal) -> None:
    work = people.work(tx, brand)

    with pytest.raises(RightsError) as caught:
        state(tx, brand, work.id, Default.LICENSED_ONLY, opted_in=True)

    assert caught.value.code is Code.INVALID


def test_only_its_owner_speaks_for_a_work(tx: Tx, brand: Principal) -> None:
    work = people.work(tx, brand)

    for other, code in ((Role.RIGHTS_HOLDER, Code.NOT_FOUND), (Role.CREATOR, Code.FORBIDDEN)):
        with pytest.raises(RightsError) as caught:
            state(tx, people.account(tx, other), work.id, Default.OPT_IN)
        assert caught.value.code is code
    with pytest.raises(RightsError):
        reservations.show(tx, brand, work.id)


def test_works_of_a_strict_kind_are_found_though_nothing_is_said_of_them(
    tx: Tx, brand: Principal
) -> None:
    work = people.work(tx, brand)

    assert works.named(tx, PROMPT, strict_kinds=["mark"]) == []
    (named,) = works.named(tx, PROMPT, strict_kinds=["character"])

    assert (named.work_id, named.optout_id) == (work.id, "")
    assert works.named_in(tx, PROMPT) == []


def stricter() -> Book:
    """Return the rulebook as it would be if Japan asked for an opt-in of characters."""
    japan = rulebook.CURRENT.packs["JP"]
    packs = dict(rulebook.CURRENT.packs) | {
        "JP": replace(japan, kinds={"character": Default.OPT_IN})
    }
    return replace(rulebook.CURRENT, packs=packs)


def test_the_strictest_place_decides_what_holds_for_a_kind() -> None:
    book = stricter()

    assert book.default_of("character", book.places(["JP", "US"])) is Default.OPT_IN
    assert book.default_of("character", book.places([])) is Default.OPT_IN
    assert book.default_of("character", book.places(["US", "DE"])) is Default.OPT_OUT
    assert book.default_of("mark", book.places(["JP"])) is Default.OPT_OUT


@pytest.mark.parametrize(
    ("default", "opted_in", "licensed", "rule"),
    [
        (Default.OPT_OUT, False, False, None),
        (Default.OPT_IN, False, False, "work.opt_in"),
        (Default.OPT_IN, True, False, None),
        (Default.OPT_IN, False, True, None),
        (Default.LICENSED_ONLY, False, False, "work.licensed_only"),
        (Default.LICENSED_ONLY, True, False, "work.licensed_only"),
        (Default.LICENSED_ONLY, False, True, None),
    ],
)
def test_what_opens_a_reserved_work(
    default: Default, *, opted_in: bool, licensed: bool, rule: str | None
) -> None:
    named = Reserved("wrk_1", "Nebula Fox", "nebula fox", 0, Tier.EXACT, default, opted_in)
    facts = Facts(
        consents={}, opted_out=(), reserved=[named], licensed=["wrk_1"] if licensed else ()
    )

    decision = policy.decide(policy.wish_of("acc_1", PROMPT, []), facts, NOW)

    assert rules(decision) == ([] if rule is None else [rule])


def test_works_that_are_free_do_not_crowd_out_one_that_is_not(tx: Tx, brand: Principal) -> None:
    crowd = people.account(tx, Role.RIGHTS_HOLDER)
    for _ in range(works.SHARED_MAX + 1):
        free = people.work(tx, crowd)
        state(tx, crowd, free.id, Default.OPT_IN, opted_in=True)
    later = replace(tx, now=tx.now + timedelta(seconds=1))  # Who was first has the better claim.
    state(later, brand, people.work(later, brand).id, Default.LICENSED_ONLY)

    assert rules(asked(tx)) == ["work.contested"]
