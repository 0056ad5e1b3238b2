"""Word lists of the rulebook, and the patterns of lists that rules look for.

A list is a text of entries between commas, found in their forms and disguises by `wording`. An
entry "=word" is found as it is written and in no other form, since some forms are other words
("rape", "rap"); "{0-17} year old" stands for one entry a number.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rightsd.domain import wording
from rightsd.domain.wording import Phrase

WITHIN = 100  # Characters between the words of a pattern, where a rule says nothing else.
_NUMBERS = re.compile(r"\{(\d+)-(\d+)\}")


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a list.

    Attributes:
        literal: Its words as they must be written; None: any form will do.
        lists: Names of the lists that it is an entry of.
        spares: Names of the lists whose entries do not count inside it.
    """

    phrase: Phrase
    literal: tuple[str, ...] | None
    lists: frozenset[str]
    spares: frozenset[str]


Index = Mapping[str, tuple[Term, ...]]  # Terms by the stem that they begin with.


@dataclass(frozen=True, slots=True)
class WordList:
    """A list as it is written: its entries, and the phrases in which they do not count."""

    find: tuple[str, ...]
    but: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What makes a rule speak: a word of each of some lists, near one another.

    Attributes:
        all: Names of the lists.
        within: Characters from the beginning of the first word to that of the last, at most.
        unless: Names of lists; a word of one anywhere in the text silences the pattern.
        cast: Whether it speaks only of wishes that cast someone.
    """

    all: tuple[str, ...]
    within: int
    unless: tuple[str, ...]
    cast: bool


def lists_of(file: Mapping[str, Any]) -> dict[str, WordList]:
    """Return the lists of a file by name."""
    return {
        name: WordList(_entries(each["find"]), _entries(each.get("but", "")))
        for name, each in file.get("words", {}).items()
    }


def pattern_of(written: Mapping[str, Any]) -> Pattern:
    """Return a pattern."""
    return Pattern(
        tuple(written["all"]),
        written.get("within", WITHIN),
        tuple(written.get("unless", ())),
        written.get("cast", False),
    )


def index(lists: Mapping[str, WordList], patterns: Iterable[Pattern]) -> Index:
    """Return the entries of all lists that patterns name, as they are looked for.

    Raises:
        ValueError: A pattern names a list that is not there.
    """
    named = {name for each in patterns for name in (*each.all, *each.unless)}
    if missing := named - set(lists):
        raise ValueError(f"no list is called {min(missing)}")
    found: dict[tuple[Phrase, tuple[str, ...] | None], tuple[set[str], set[str]]] = {}
    for name in sorted(named):
        for entries, place in ((lists[name].find, 0), (lists[name].but, 1)):
            for entry in entries:
                found.setdefault(_read(entry), (set(), set()))[place].add(name)
    by_first: dict[str, list[Term]] = {}
    for (phrase, literal), (listed, spared) in found.items():
        term = Term(phrase, literal, frozenset(listed), frozenset(spared))
        by_first.setdefault(phrase[0], []).append(term)
    return {first: tuple(terms) for first, terms in by_first.items()}


def _entries(text: str) -> tuple[str, ...]:
    written = (" ".join(entry.split()) for entry in text.split(","))
    return tuple(entry for each in written if each for entry in _expanded(each))


def _expanded(entry: str) -> Iterator[str]:
    numbers = _NUMBERS.search(entry)
    if numbers is None:
        yield entry
        return
    for number in range(int(numbers[1]), int(numbers[2]) + 1):
        yield f"{entry[: numbers.start()]}{number}{entry[numbers.end() :]}"


def _read(entry: str) -> tuple[Phrase, tuple[str, ...] | None]:
    text = entry.removeprefix("=")
    phrase = wording.phrase(text)
    if not phrase:
        raise ValueError(f"“{entry}” holds no words")
    literal = None
    if entry != text:
        literal = tuple(text[w.start : w.end].casefold() for w in wording.read(text).words)
    return phrase, literal
