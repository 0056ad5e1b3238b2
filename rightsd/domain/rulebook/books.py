"""Reads the rulebook's data: the rules in all their versions, and which book has which.

A book is made of the newest version of each rule that is not newer than the book.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

LANGUAGES = ("en", "ja")


class Effect(StrEnum):
    """What a rule does to a request that it matches."""

    REFUSE = "refuse"
    HOLD = "hold"


class Standing(StrEnum):
    """What a version of the rulebook is for."""

    PAST = "past"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in one version.

    Attributes:
        id: Name of the rule, "area.rule".
        version: Raised whenever the rule could decide otherwise than before.
        since: The version of the rulebook that it came with.
        texts: What it says, in words for the person who is refused, by language.
    """

    id: str
    version: int
    effect: Effect
    since: str
    texts: Mapping[str, str]

    @property
    def text(self) -> str:
        """What it says, in English."""
        return self.texts["en"]

    @property
    def key(self) -> str:
        """The rule in its version, as the ledger cites it."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Book:
    """One version of the rulebook.

    Attributes:
        changes: What is new in it, by language.
        rules: By id, in the order of the files.
    """

    version: str
    date: date
    standing: Standing
    changes: Mapping[str, tuple[str, ...]]
    rules: Mapping[str, Rule]


def load() -> Mapping[str, Book]:
    """Return the books by version, the oldest first.

    Raises:
        ValueError: The data contradict themselves.
    """
    folder = files("rightsd") / "domain" / "rulebook"
    written = tomllib.loads((folder / "versions.toml").read_text("utf-8"))["version"]
    order = [str(each["number"]) for each in written]
    rules = [rule for file in _files(folder / "rules") for rule in _rules(file)]
    _check(rules, order)
    return {
        str(each["number"]): Book(
            version=str(each["number"]),
            date=each["date"],
            standing=Standing(each["standing"]),
            changes={language: tuple(each["changes"][language]) for language in LANGUAGES},
            rules=_as_of(rules, order[: order.index(str(each["number"])) + 1]),
        )
        for each in written
    }


def _files(folder: Traversable) -> Iterator[Mapping[str, Any]]:
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield tomllib.loads(file.read_text("utf-8"))


def _rules(file: Mapping[str, Any]) -> Iterator[Rule]:
    for each in file["rule"]:
        yield Rule(
            id=each["id"],
            version=each["version"],
            effect=Effect(each["effect"]),
            since=each["since"],
            texts={language: each["text"][language] for language in LANGUAGES},
        )


def _check(rules: Iterable[Rule], order: list[str]) -> None:
    """Refuse rules whose versions do not follow one another as those of the books do."""
    newest: dict[str, Rule] = {}
    for rule in rules:
        before = newest.get(rule.id)
        expected = 1 if before is None else before.version + 1
        if rule.version != expected:
            raise ValueError(f"{rule.key} stands where version {expected} should")
        if before is not None and order.index(rule.since) <= order.index(before.since):
            raise ValueError(f"{rule.key} came no later than {before.key}")
        newest[rule.id] = rule


def _as_of(rules: Iterable[Rule], known: list[str]) -> Mapping[str, Rule]:
    return {rule.id: rule for rule in rules if rule.since in known}
