"""Splits sum exactly, whatever the amount and the shares."""

import csv
import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.domain import price as prices
from rightsd.domain import statement
from rightsd.domain.offer import WHOLE, Share, checked_shares
from rightsd.domain.price import Per, Price
from rightsd.domain.statement import Entry
from rightsd.errors import Code, RightsError
from tests.rightsd.domain.terms import NOW


@st.composite
def splits(draw: st.DrawFn) -> list[Share]:
    cuts = draw(st.sets(st.integers(1, WHOLE - 1), max_size=19))
    edges = [0, *sorted(cuts), WHOLE]
    return [
        Share(f"acc_{place:02}", end - start)
        for place, (start, end) in enumerate(itertools.pairwise(edges))
    ]


@given(st.integers(0, 10**15), splits())
def test_parts_sum_to_the_amount_and_each_is_within_one_unit_of_its_share(
    amount: int, shares: list[Share]
) -> None:
    parts = statement.split(amount, shares)

    assert sum(parts) == amount
    for part, share in zip(parts, shares, strict=True):
        assert abs(part * WHOLE - amount * share.basis_points) < WHOLE


@given(st.integers(0, 10**6), splits(), st.randoms())
def test_the_order_of_the_shares_changes_nothing(
    amount: int, shares: list[Share], order: random.Random
) -> None:
    shuffled = order.sample(shares, len(shares))

    one = dict(zip(shares, statement.split(amount, shares), strict=True))
    assert one == dict(zip(shuffled, statement.split(amount, shuffled), strict=True))


@pytest.mark.parametrize(
    ("amount", "points", "parts"),
    [
        (100, (3333, 3333, 3334), (33, 33, 34)),
        (10, (5000, 5000), (5, 5)),
        (1, (5000, 5000), (1, 0)),
        (1, (4000, 6000), (0, 1)),
        (0, (1, 9999), (0, 0)),
        (7, (10_000,), (7,)),
    ],
)
def test_the_units_that_are_left_go_to_those_who_lost_most(
    amount: int, points: tuple[int, ...], parts: tuple[int, ...]
) -> None:
    shares = [Share(f"acc_{place}", each) for place, each in enumerate(points)]

    assert statement.split(amount, shares) == parts


SHARES = (Share("acc_a", 2500), Share("acc_b", 7500))
ENTRY = Entry("lic_1", "off_1", "acc_c", Price(99, "EUR", Per.CLIP), SHARES, 3, 12, 297)
PERIOD = {"begins": NOW, "ends": NOW.replace(year=2031)}


def test_a_holder_is_told_their_share_and_the_creator_the_whole() -> None:
    yen = replace(ENTRY, licence_id="lic_2", price=Price(7, "JPY", Per.SECOND), amount=84)

    holder = statement.state([ENTRY, yen], "acc_a", **PERIOD)
    creator = statement.state([ENTRY, yen], "acc_c", **PERIOD)

    assert [(line.basis_points, line.share_amount) for line in holder.lines] == [
        (2500, 74),
        (2500, 21),
    ]
    assert holder.totals == {"EUR": 74, "JPY": 21}
    assert [line.share_amount for line in creator.lines] == [None, None]
    assert creator.totals == {"EUR": 297, "JPY": 84}


def test_the_table_says_the_same() -> None:
    lines = "".join(statement.table(statement.state([ENTRY], "acc_b", **PERIOD)))

    (row,) = csv.DictReader(lines.splitlines())
    assert (row["licence_id"], row["uses"], row["seconds"]) == ("lic_1", "3", "12")
    assert (row["amount"], row["share_basis_points"], row["share_amount"]) == ("297", "7500", "223")


@pytest.mark.parametrize(
    "points", [(5000, 4999), (5000, 5001), (10_001,), (0, 10_000), (-1, 10_001)]
)
def test_shares_that_are_not_the_whole_are_refused(points: tuple[int, ...]) -> None:
    shares = [Share(f"acc_{place}", each) for place, each in enumerate(points)]

    with pytest.raises(RightsError) as caught:
        checked_shares(shares, "acc_0")
    assert caught.value.code is Code.INVALID


def test_nobody_has_two_shares() -> None:
    with pytest.raises(RightsError, match="named once"):
        checked_shares([Share("acc_0", 5000), Share("acc_0", 5000)], "acc_0")


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (Price(500, "EUR", Per.CLIP), "5.00 EUR a clip"),
        (Price(5, "usd", Per.SECOND), "0.05 USD a second"),
        (Price(500, "JPY", Per.FLAT), "500 JPY once"),
        (Price(1234, "KWD", Per.CLIP), "1.234 KWD a clip"),
    ],
)
def test_prices_are_in_minor_units(price: Price, words: str) -> None:
    assert str(prices.checked(price)) == words


@pytest.mark.parametrize(
    ("amount", "currency"), [(1, "XYZ"), (-1, "EUR"), (prices.AMOUNT_MAX + 1, "EUR")]
)
def test_prices_that_cannot_be_are_refused(amount: int, currency: str) -> None:
    with pytest.raises(RightsError) as caught:
        prices.checked(Price(amount, currency, Per.CLIP))
    assert caught.value.code is Code.INVALID


@given(st.integers(1, 60))
def test_what_a_clip_costs(seconds: int) -> None:
    due = {
        per: (Price(7, "EUR", per).of_clip(seconds), Price(7, "EUR", per).of_licence())
        for per in Per
    }

    assert due == {Per.CLIP: (7, 0), Per.SECOND: (7 * seconds, 0), Per.FLAT: (0, 7)}
