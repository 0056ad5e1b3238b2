"""The words of the pages, in every language: one catalogue, `words/<language>.toml`.

A key is a path into the file, "signin.title". All catalogues have the same keys, with the same
places to fill in; a test compares them, and finds what no page says.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, cast

from rightsd.domain.letter import Language

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class Wording:
    """What pages say in one language."""

    language: Language
    _texts: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """Return a text with its places filled in. Plain text: the page escapes it.

        Raises:
            KeyError: There is no such text, or a place stays empty.
        """
        text = self._texts[key]
        return text.format(**values) if values else text

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the text for one or for many: "key.one", or "key.other" with its `n`."""
        form = "one" if number == 1 else "other"
        return self.say(f"{key}.{form}", n=self.number(number), **values)

    def knows(self, key: str) -> bool:
        """Say whether there is a text."""
        return key in self._texts

    def number(self, number: float) -> str:
        """Return a whole number with its thousands apart, or another with two decimals."""
        return f"{number:,}" if isinstance(number, int) else f"{number:,.2f}"

    def day(self, at: datetime) -> str:
        """Return a day, UTC."""
        if self.language is Language.JA:
            return f"{at.year}年{at.month}月{at.day}日"
        return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"

    def moment(self, at: datetime) -> str:
        """Return a day and its time, UTC, to the minute."""
        return f"{self.day(at)} {at:%H:%M} UTC"

    def names(self) -> Mapping[str, Callable[..., str]]:
        """Return what templates call."""
        return {
            "t": self.say,
            "tn": self.count,
            "number": self.number,
            "day": self.day,
            "moment": self.moment,
        }


@cache
def of(language: Language) -> Wording:
    """Return what pages say in a language."""
    read = (files("rightsd.web.portal") / "words" / f"{language.value}.toml").read_text("utf-8")
    return Wording(language, dict(_flat("", tomllib.loads(read))))


def _flat(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            found += _flat(f"{prefix}{name}.", cast("dict[str, Any]", value))
        else:
            found.append((prefix + name, str(value)))
    return found
