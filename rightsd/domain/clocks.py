"""Statutory time: hours, days and business days, in the zone and by the holidays of a regime.

A clock starts at receipt. Where the law counts in days, the day of receipt does not count; what is
due on a day is due by its end, at midnight in the regime's zone. Of several clocks the shortest
wins, whatever laws they come from.

Sources: 5 U.S.C. 6103 with Executive Order 11582 for federal holidays and the days on which they
are observed; Regulation (EEC, Euratom) No 1182/71, Article 3, for periods of days in the Union;
the closing days of TARGET, to which the holidays of a Member State are added as dates. Computus:
the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6
MONDAY, THURSDAY = 0, 3
LAST = -1


class What(StrEnum):
    """What is due."""

    ACT = "act"  # A decision on the notice.
    RESTORE = "restore"  # Putting back what was countered, unless an action is filed.
    ANSWER = "answer"  # A decision on an appeal.


class SetBy(StrEnum):
    """Who set the length of a clock."""

    LAW = "law"
    OPERATOR = "operator"  # The law says “expeditiously” or “in a timely manner”.


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock that runs.

    Attributes:
        regime: Id of the regime that it belongs to.
        not_before: Of a restore: the moment before which nothing is put back.
    """

    what: What
    regime: str
    set_by: SetBy
    starts_at: datetime
    due_at: datetime
    not_before: datetime | None = None

    def overdue(self, now: datetime) -> bool:
        """Return whether its time is over."""
        return now > self.due_at


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are business days somewhere.

    Attributes:
        zone: Where its days begin and end.
        of_year: The holidays that fall into a year, on the days on which they are observed.
        more: Holidays beside these, as dates.
    """

    zone: ZoneInfo
    of_year: Callable[[int], frozenset[date]]
    more: frozenset[date] = field(default_factory=frozenset[date])

    def is_business_day(self, day: date) -> bool:
        """Return whether it is neither on a weekend nor a holiday."""
        weekend = day.weekday() in {SATURDAY, SUNDAY}
        return not weekend and day not in self.of_year(day.year) and day not in self.more

    def day_of(self, moment: datetime) -> date:
        """Return the day that a moment falls on, here."""
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """Return the moment at which a day is over, in UTC."""
        return datetime.combine(day + DAY, time(), tzinfo=self.zone).astimezone(UTC)

    def business_day(self, after: date, number: int) -> date:
        """Return the business day of a number, counted from 1, after a day."""
        assert number >= 1
        day = after
        for _ in range(number):
            day += DAY
            while not self.is_business_day(day):
                day += DAY
        return day


@dataclass(frozen=True, slots=True)
class Window:
    """A span in which something must happen: not before it opens, and before it closes."""

    opens_at: datetime
    closes_at: datetime


def shortest(clocks: Iterable[Clock]) -> Clock | None:
    """Return the clock that runs out first, or None when none runs."""
    return min(clocks, key=lambda clock: (clock.due_at, clock.regime), default=None)


def after_hours(start: datetime, hours: int) -> datetime:
    """Return when so many hours are over. They are the same everywhere, whatever clocks do.

    Regulation 1182/71 would not count the hour of receipt; counting it is never late.
    """
    return start + timedelta(hours=hours)


def after_business_days(start: datetime, number: int, calendar: Calendar) -> datetime:
    """Return when so many whole business days are over, that of receipt not counted."""
    return calendar.end_of(calendar.business_day(calendar.day_of(start), number))


def after_days(start: datetime, number: int, calendar: Calendar) -> datetime:
    """Return when so many days are over by Regulation 1182/71, Article 3.

    The day of receipt is not counted (1); a period that would end on a day that is no business day
    ends with the next one that is (4); one of two days or more has two business days at least (5).
    """
    assert number >= 1
    received = calendar.day_of(start)
    last = received + number * DAY
    if number >= 2:
        last = max(last, calendar.business_day(received, 2))
    while not calendar.is_business_day(last):
        last += DAY
    return calendar.end_of(last)


def putback(start: datetime, least: int, most: int, calendar: Calendar) -> Window:
    """Return when what was countered is put back: from so many business days on, to so many.

    It opens when the last of the least is over, so that no reading of “not less than” is missed.
    """
    assert 1 <= least < most
    opens_at = after_business_days(start, least, calendar)
    return Window(opens_at, after_business_days(start, most, calendar))


@cache
def us_federal(year: int) -> frozenset[date]:
    """Return the days of a year on which a federal holiday of the United States is observed.

    A holiday on a Saturday is observed on the Friday before, one on a Sunday on the Monday after:
    so New Year's Day can be observed in the year before its own.
    """
    return frozenset(
        day for each in (year, year + 1) for day in map(_observed, _of_us(each)) if day.year == year
    )


@cache
def target(year: int) -> frozenset[date]:
    """Return the closing days of TARGET, the payment system of the euro, in a year."""
    easter = easter_sunday(year)
    return frozenset(
        {
            date(year, 1, 1),
            easter - 2 * DAY,
            easter + DAY,
            date(year, 5, 1),
            date(year, 12, 25),
            date(year, 12, 26),
        }
    )


def none(year: int) -> frozenset[date]:
    """Return no holidays: of places whose law counts in hours alone."""
    del year
    return frozenset()


def easter_sunday(year: int) -> date:
    """Return the date of Easter in the Gregorian calendar."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moon + 15) % 30
    quads, spare = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * quads - epact - spare) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _of_us(year: int) -> tuple[date, ...]:
    return (
        date(year, 1, 1),  # New Year's Day
        _nth(year, 1, MONDAY, 3),  # Birthday of Martin Luther King, Jr.
        _nth(year, 2, MONDAY, 3),  # Washington's Birthday
        _nth(year, 5, MONDAY, LAST),  # Memorial Day
        date(year, 6, 19),  # Juneteenth National Independence Day
        date(year, 7, 4),  # Independence Day
        _nth(year, 9, MONDAY, 1),  # Labor Day
        _nth(year, 10, MONDAY, 2),  # Columbus Day
        date(year, 11, 11),  # Veterans Day
        _nth(year, 11, THURSDAY, 4),  # Thanksgiving Day
        date(year, 12, 25),  # Christmas Day
    )


def _observed(holiday: date) -> date:
    shift = {SATURDAY: -DAY, SUNDAY: DAY}.get(holiday.weekday(), timedelta())
    return holiday + shift


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    """Return the first, second … weekday of a month, or its LAST."""
    if number == LAST:
        day = date(year + month // 12, month % 12 + 1, 1) - DAY
        return day - (day.weekday() - weekday) % 7 * DAY
    day = date(year, month, 1)
    return day + ((weekday - day.weekday()) % 7 + 7 * (number - 1)) * DAY
