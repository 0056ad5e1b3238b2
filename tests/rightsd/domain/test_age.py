"""Who is a minor, by what was declared."""

from datetime import UTC, datetime

import pytest

from rightsd.domain import age
from rightsd.domain.age import Age
from rightsd.errors import Code, RightsError
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("born", "territory", "minor"),
    [
        ("2030-01", None, True),
        ("2012-02", None, True),
        ("2012-01", None, True),  # Eighteen this month: the day is not known.
        ("2011-12", None, False),
        ("2011-12", "KR", True),
        ("2010-12", "KR", False),
        ("2009-01", "SG", True),
        ("2008-12", "SG", False),
        ("2011-12", "JP", False),
        (None, "SG", False),
    ],
)
def test_minors_are_those_whose_month_of_majority_is_not_over(
    born: str | None, territory: str | None, *, minor: bool
) -> None:
    assert age.is_minor(Age(born, territory), NOW) is minor


def test_who_declared_nothing_is_no_minor() -> None:
    assert not age.is_minor(None, NOW)


def test_a_minor_comes_of_age_with_the_clock() -> None:
    declared = Age("2012-05", "JP")

    assert age.is_minor(declared, datetime(2030, 5, 31, 23, 59, tzinfo=UTC))
    assert not age.is_minor(declared, datetime(2030, 6, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "born", ["2030-02", "1899-01", "2010-13", "2010-00", "10-01", "２０１０-01"]
)
def test_months_that_nobody_was_born_in_are_refused(born: str) -> None:
    with pytest.raises(RightsError) as caught:
        age.checked(Age(born, None), NOW)
    assert caught.value.code is Code.INVALID


def test_countries_are_codes() -> None:
    assert age.checked(Age("2010-01", "jp"), NOW) == Age("2010-01", "JP")
    with pytest.raises(RightsError):
        age.checked(Age("2010-01", "Atlantis"), NOW)
