"""When matches are too many, and how sure a share of right ones is."""

from datetime import UTC, datetime, timedelta

import pytest

from rightsd.domain import flood
from rightsd.domain.flood import FLOOR, Matched

NOW = datetime(2030, 1, 2, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=90)


@pytest.mark.parametrize(
    ("recent", "before", "first_at", "flooded"),
    [
        (FLOOR - 1, 0, NOW, False),  # However new, so few are none.
        (FLOOR, 0, NOW, True),
        (FLOOR, 0, LONG_AGO, True),
        (FLOOR, 2 * 719, LONG_AGO, False),  # Two an hour are usual: ten times as many is the limit.
        (FLOOR + 1, 2 * 719, LONG_AGO, True),
        (200, 24 * 30 * 30, LONG_AGO, False),  # What matches a lot always does.
        (FLOOR, 2, NOW - timedelta(hours=2), False),  # Two in the one hour before.
        (FLOOR + 1, 2, NOW - timedelta(hours=2), True),
    ],
)
def test_a_flood_is_many_by_its_own_measure(
    recent: int, before: int, first_at: datetime, *, flooded: bool
) -> None:
    assert flood.is_flood(Matched(recent, before, first_at), NOW) is flooded


def test_precision_says_how_sure_it_is() -> None:
    unknown = flood.precision(5, confirmed=0, overturned=0)
    some = flood.precision(50, confirmed=9, overturned=1)
    more = flood.precision(500, confirmed=90, overturned=10)

    assert (unknown.right.share, unknown.right.low, unknown.right.high) == (None, 0.0, 1.0)
    assert some.right.share == more.right.share == 0.9
    # Wilson's interval for 9 of 10 at 95 %, from Newcombe 1998.
    assert some.right.low == pytest.approx(0.596, abs=0.001)
    assert some.right.high == pytest.approx(0.982, abs=0.001)
    assert some.right.low < more.right.low < 0.9 < more.right.high < some.right.high
