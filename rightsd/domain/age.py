"""Age: what people declare of it, and who is a minor by that.

Nobody's age is verified here. Sources: UN Convention on the Rights of the Child, article 1, for
eighteen; the civil codes of the countries below, as of 2025, for where majority comes later. Where
it differs inside a country, it is the age of most of its people.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rightsd.domain import places
from rightsd.errors import Code, RightsError

MAJORITY_YEARS = 18
LATER: Mapping[str, int] = {
    "BH": 21,
    "CM": 21,
    "EG": 21,
    "HN": 21,
    "KR": 19,
    "KW": 21,
    "NZ": 20,
    "SG": 21,
    "TH": 20,
}
YEARS_MAX = 130
MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Age:
    """What someone declares of their age: personal data.

    Attributes:
        born: Year and month of birth, "YYYY-MM"; None: they declare that they are of age.
        territory: Where they live, ISO 3166-1 alpha-2, which says when one is of age; None: not
            said, so eighteen.
    """

    born: str | None
    territory: str | None


def checked(age: Age, now: datetime) -> Age:
    """Return a declaration with its codes in order.

    Raises:
        RightsError: INVALID.
    """
    territory = age.territory and age.territory.upper()
    if territory is not None and not places.is_country(territory):
        detail = f"“{territory[:64]}” is no code of a country (ISO 3166-1 alpha-2), such as JP"
        raise RightsError(Code.INVALID, detail)
    if age.born is not None:
        if not MONTH.fullmatch(age.born):
            detail = "a month of birth is written YYYY-MM, such as 2012-05"
            raise RightsError(Code.INVALID, detail)
        if not 0 <= _months(age.born, now) <= YEARS_MAX * 12:
            raise RightsError(Code.INVALID, f"nobody alive was born in {age.born}")
    return Age(age.born, territory)


def is_minor(age: Age | None, now: datetime) -> bool:
    """Say whether someone is a minor by what they declared; whoever declared nothing is not.

    Whoever comes of age in a month is a minor until the month is over: the day is not asked for.
    """
    if age is None or age.born is None:
        return False
    years = LATER.get(age.territory or "", MAJORITY_YEARS)
    return _months(age.born, now) <= years * 12


def _months(born: str, now: datetime) -> int:
    """Return how many months have begun since the month of birth."""
    year, month = born.split("-")
    return (now.year - int(year)) * 12 + now.month - int(month)
