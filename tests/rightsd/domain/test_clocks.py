"""Clocks against calendars that were worked out by hand, and against what must hold of any."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.domain import clocks
from rightsd.domain.clocks import Calendar, Clock, SetBy, What

NEW_YORK, BRUSSELS = ZoneInfo("America/New_York"), ZoneInfo("Europe/Brussels")
US = Calendar(NEW_YORK, clocks.us_federal)
EU = Calendar(BRUSSELS, clocks.target)
MOMENTS = st.dates(date(2022, 1, 1), date(2060, 12, 31)).flatmap(
    lambda day: st.times().map(lambda time: datetime.combine(day, time, tzinfo=UTC))
)


def new_york(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=NEW_YORK).astimezone(UTC)


def brussels(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=BRUSSELS).astimezone(UTC)


# As the Office of Personnel Management publishes them.
@pytest.mark.parametrize(
    ("year", "days"),
    [
        (
            2026,
            "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
        ),
        (
            2027,  # New Year's Day of 2028 is a Saturday: its Friday is in 2027.
            "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
        ),
        (2028, "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25"),
        (
            2023,  # New Year's Day was a Sunday.
            "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
        ),
    ],
)
def test_federal_holidays_are_observed_on_these_days(year: int, days: str) -> None:
    assert sorted(f"{day:%m-%d}" for day in clocks.us_federal(year)) == days.split()


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25), (2285, 3, 22)],
)
def test_easter(year: int, month: int, day: int) -> None:
    assert clocks.easter_sunday(year) == date(year, month, day)


def test_target_is_closed_on_six_days() -> None:
    assert sorted(clocks.target(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ]


@pytest.mark.parametrize(
    ("countered", "opens", "closes"),
    [
        # Monday; ten business days later is Monday again, and no holiday lies between.
        ((2026, 3, 2, 9), (2026, 3, 17), (2026, 3, 21)),
        # Over Christmas and New Year: 25 December and 1 January do not count.
        ((2026, 12, 18, 12), (2027, 1, 6), (2027, 1, 12)),
        # Thanksgiving 2026, and received on a Sunday, which does not count either.
        ((2026, 11, 22, 12), (2026, 12, 8), (2026, 12, 12)),
        # The last day of 2027 is New Year's Day of 2028, observed.
        ((2027, 12, 23, 12), (2028, 1, 11), (2028, 1, 15)),
        # The 29th of February 2028 is a Tuesday like any other.
        ((2028, 2, 25, 12), (2028, 3, 11), (2028, 3, 17)),
    ],
)
def test_the_putback_window(
    countered: tuple[int, ...], opens: tuple[int, ...], closes: tuple[int, ...]
) -> None:
    window = clocks.putback(new_york(*countered), 10, 14, US)

    assert (window.opens_at, window.closes_at) == (new_york(*opens), new_york(*closes))


def test_the_day_of_receipt_is_that_of_the_zone() -> None:
    # Monday evening in New York, Tuesday already in London and Brussels.
    received = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)

    assert clocks.after_business_days(received, 1, US) == new_york(2026, 3, 4)
    assert clocks.after_business_days(received, 1, EU) == brussels(2026, 3, 5)


def test_a_day_ends_at_midnight_of_its_zone_in_summer_and_winter() -> None:
    # Clocks go forward on 8 March 2026 in New York, and on 29 March in Brussels.
    assert US.end_of(date(2026, 3, 7)) == datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert US.end_of(date(2026, 3, 8)) == datetime(2026, 3, 9, 4, tzinfo=UTC)
    assert EU.end_of(date(2026, 3, 29)) == datetime(2026, 3, 29, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "days", "ends"),
    [
        # Seven days from a Wednesday end with the next Wednesday.
        ((2026, 3, 4, 9), 7, (2026, 3, 11)),
        # The last day would be a Saturday: the following working day is Monday. Article 3(4).
        ((2026, 3, 7, 9), 7, (2026, 3, 16)),
        # It would be Good Friday: Easter Monday is closed too, so it is Tuesday.
        ((2026, 3, 27, 9), 7, (2026, 4, 7)),
        # Two days from a Friday have two working days: Monday and Tuesday. Article 3(5).
        ((2026, 3, 6, 9), 2, (2026, 3, 10)),
        # Three from the day before Christmas Eve: 24 counts, 25 to 27 do not; Monday is the second.
        ((2026, 12, 23, 9), 3, (2026, 12, 28)),
        # The leap day is a day.
        ((2028, 2, 28, 9), 1, (2028, 2, 29)),
    ],
)
def test_periods_of_days_in_the_union(
    received: tuple[int, ...], days: int, ends: tuple[int, ...]
) -> None:
    found = clocks.after_days(brussels(*received), days, EU)

    assert found == EU.end_of(date(*ends))


def test_holidays_are_added_as_dates() -> None:
    with_more = Calendar(BRUSSELS, clocks.target, frozenset({date(2026, 7, 21)}))

    assert EU.is_business_day(date(2026, 7, 21))
    assert not with_more.is_business_day(date(2026, 7, 21))


def test_hours_are_hours_when_the_clocks_change() -> None:
    received = new_york(2026, 3, 7, 12)  # The next night has 23 hours.

    due = clocks.after_hours(received, 48)

    assert due - received == timedelta(hours=48)
    assert due == new_york(2026, 3, 9, 13)


def test_the_shortest_clock_wins() -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    running = [
        Clock(What.ACT, f"regime-{hours}", SetBy.LAW, start, clocks.after_hours(start, hours))
        for hours in (168, 2, 48)
    ]

    first = clocks.shortest(running)

    assert first is not None
    assert first.regime == "regime-2"
    assert first.overdue(start + timedelta(hours=3))
    assert not first.overdue(start + timedelta(hours=2))
    assert clocks.shortest([]) is None


@given(MOMENTS, st.integers(1, 30))
def test_business_days_are_counted_one_by_one(start: datetime, number: int) -> None:
    for calendar in (US, EU):
        received = calendar.day_of(start)
        last = calendar.business_day(received, number)
        between = (received + timedelta(days=n) for n in range(1, (last - received).days + 1))

        assert sum(map(calendar.is_business_day, between)) == number
        assert calendar.is_business_day(last)


@given(MOMENTS)
def test_the_window_opens_after_ten_whole_business_days_and_is_four_long(start: datetime) -> None:
    window = clocks.putback(start, 10, 14, US)

    assert start < window.opens_at < window.closes_at
    assert window.opens_at.astimezone(NEW_YORK).time() == datetime.min.time()
    # Between what opens it and what closes it lie four business days and nothing else that counts.
    first, end = (
        moment.astimezone(NEW_YORK).date() for moment in (window.opens_at, window.closes_at)
    )
    days = [first + timedelta(days=n) for n in range((end - first).days)]
    assert sum(map(US.is_business_day, days)) == 4


@given(MOMENTS, st.integers(1, 400))
def test_a_period_of_days_is_never_shorter_than_it_says(start: datetime, number: int) -> None:
    end = clocks.after_days(start, number, EU)

    last = EU.day_of(end - timedelta(seconds=1))
    assert EU.is_business_day(last)
    assert (last - EU.day_of(start)).days >= number


@given(MOMENTS)
def test_a_later_receipt_is_never_due_earlier(start: datetime) -> None:
    later = start + timedelta(hours=7)

    for calendar in (US, EU):
        for number in (1, 3, 10):
            assert clocks.after_business_days(start, number, calendar) <= (
                clocks.after_business_days(later, number, calendar)
            )
            assert clocks.after_days(start, number, calendar) <= (
                clocks.after_days(later, number, calendar)
            )


@given(st.integers(2022, 2200))
def test_every_year_has_its_eleven_holidays_on_business_days(year: int) -> None:
    # Those of this year, less a New Year's Day that was observed before, with one that will be.
    moved_in = date(year + 1, 1, 1).weekday() == clocks.SATURDAY
    moved_out = date(year, 1, 1).weekday() == clocks.SATURDAY

    days = clocks.us_federal(year)

    assert len(days) == 11 + moved_in - moved_out
    assert all(day.weekday() < clocks.SATURDAY for day in days)
