"""Reads the rulebook's data: the rules in all their versions, and which book has which.

A book is made of the newest version of each rule that is not newer than the book.
"""

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from rightsd.domain.rulebook import words
from rightsd.domain.rulebook.words import Index, Pattern, WordList

LANGUAGES = ("en", "ja")
ELSEWHERE = "elsewhere"  # Where no pack applies.
ALLOW = "allow"


class Effect(StrEnum):
    """What a rule does to a request that it matches."""

    REFUSE = "refuse"
    HOLD = "hold"


class Standing(StrEnum):
    """What a version of the rulebook is for.

    SHADOW: it decides beside the live one; what it says is counted and never applied.
    """

    PAST = "past"
    LIVE = "live"
    SHADOW = "shadow"


class Default(StrEnum):
    """What holds for registered works whose owner has said nothing, the mildest first."""

    OPT_OUT = "opt_out"  # Allowed unless the owner opted out.
    OPT_IN = "opt_in"  # Refused unless the owner opted in, or a licence covers the use.
    LICENSED_ONLY = "licensed_only"  # Refused unless a licence covers the use.


@dataclass(frozen=True, slots=True)
class Case:
    """A prompt that different places judge differently.

    Attributes:
        outcomes: "allow", "hold" or "refuse", by pack.
    """

    prompt: str
    outcomes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Examples:
    """Prompts that a rule about words refuses, holds or lets pass, wherever they are shown.

    Attributes:
        withheld: What the rule stops is not to be read by everyone, so it is not published.
    """

    refused: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    withheld: bool = False

    @property
    def public(self) -> "Examples":
        """Those that everyone may read."""
        return Examples(allowed=self.allowed, withheld=True) if self.withheld else self


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in one version.

    Attributes:
        id: Name of the rule, "area.rule".
        version: Raised whenever the rule could decide otherwise than before.
        effect: What it does where no pack says otherwise.
        since: The version of the rulebook that it came with.
        texts: What it says, in words for the person who is refused, by language.
        patterns: The words that make it speak; none, when it is about facts and checked by code.
        effects: What it does in the territories of a pack, by pack; None: nothing.
    """

    id: str
    version: int
    effect: Effect
    since: str
    texts: Mapping[str, str]
    patterns: tuple[Pattern, ...] = ()
    examples: Examples = Examples()
    effects: Mapping[str, Effect | None] = field(default_factory=dict[str, Effect | None])

    @property
    def text(self) -> str:
        """What it says, in English."""
        return self.texts["en"]

    @property
    def key(self) -> str:
        """The rule in its version, as the ledger cites it."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Pack:
    """What differs in some countries.

    Attributes:
        default: What holds there for registered works whose owner has said nothing.
        kinds: The same for some kinds of works, where it differs.
    """

    id: str
    countries: frozenset[str]
    names: Mapping[str, str]
    default: Default
    kinds: Mapping[str, Default]


@dataclass(frozen=True, slots=True)
class Book:
    """One version of the rulebook.

    Attributes:
        changes: What is new in it, by language.
        rules: By id, in the order of the files.
        packs: By id.
        lists: By name, those that rules name.
        index: The entries of these lists.
    """

    version: str
    date: date
    standing: Standing
    changes: Mapping[str, tuple[str, ...]]
    rules: Mapping[str, Rule]
    packs: Mapping[str, Pack]
    lists: Mapping[str, WordList]
    index: Index

    def places(self, territories: Collection[str]) -> tuple[str, ...]:
        """Return the packs that apply to countries; no countries are all that there are."""
        if not territories:
            return (*self.packs, ELSEWHERE)
        by_country = {code: pack.id for pack in self.packs.values() for code in pack.countries}
        return tuple(sorted({by_country.get(code, ELSEWHERE) for code in territories}))

    def default_of(self, kind: str, places: Iterable[str]) -> Default:
        """Return the strictest default for a kind of work in places."""
        applying = [self.packs[place] for place in places if place in self.packs]
        defaults = [pack.kinds.get(kind, pack.default) for pack in applying]
        return strictest(*defaults)


def strictest(*defaults: Default) -> Default:
    """Return the strictest of some defaults."""
    return max(defaults, key=list(Default).index, default=Default.OPT_OUT)


def load() -> Mapping[str, Book]:
    """Return the books by version, the oldest first.

    Raises:
        ValueError: The data contradict themselves.
    """
    folder = files("rightsd") / "domain" / "rulebook"
    written = tomllib.loads((folder / "versions.toml").read_text("utf-8"))["version"]
    order = [str(each["number"]) for each in written]
    contents = list(_files(folder / "rules"))
    packs = list(_files(folder / "packs"))
    effects = {pack["id"]: pack["effects"] for pack in packs}
    rules = [rule for content in contents for rule in _rules(content, effects)]
    lists = _lists(contents)
    _check(rules, order)
    _check_effects(rules, effects)
    books: dict[str, Book] = {}
    for place, each in enumerate(written):
        known = order[: place + 1]
        books[order[place]] = _book(
            version=order[place],
            date=each["date"],
            standing=Standing(each["standing"]),
            changes={language: tuple(each["changes"][language]) for language in LANGUAGES},
            rules={rule.id: rule for rule in rules if rule.since in known},
            packs={pack["id"]: _pack(pack, known) for pack in packs},
            lists=lists,
        )
    return books


def candidate(base: Book, text: str) -> Book:
    """Return a book with the rules, lists and `[effects.PACK]` of a TOML text over another's.

    Raises:
        ValueError: The text is not TOML, lacks something or contradicts the book.
    """
    written = tomllib.loads(text)
    effects = written.get("effects", {})
    try:
        rules = {rule.id: rule for rule in _rules(written, effects)}
    except KeyError as error:
        raise ValueError(f"a rule lacks {error}") from error
    for rule in rules.values():
        if rule.id in base.rules and rule.version <= base.rules[rule.id].version:
            raise ValueError(f"{rule.key} is in the rulebook already: raise its version")
    if unknown := set(effects) - set(base.packs):
        raise ValueError(f"there is no pack {min(unknown)}")
    book = _book(
        version=f"{base.version}+candidate",
        date=base.date,
        standing=Standing.SHADOW,
        changes=dict.fromkeys(LANGUAGES, ()),
        rules={**base.rules, **rules},
        packs=base.packs,
        lists=_lists([written], over=base.lists),
    )
    _check_effects(list(book.rules.values()), effects)
    return book


def _book(
    *,
    version: str,
    date: date,
    standing: Standing,
    changes: Mapping[str, tuple[str, ...]],
    rules: Mapping[str, Rule],
    packs: Mapping[str, Pack],
    lists: Mapping[str, WordList],
) -> Book:
    patterns = [pattern for rule in rules.values() for pattern in rule.patterns]
    index = words.index(lists, patterns)
    return Book(version, date, standing, changes, rules, packs, lists, index)


def _files(folder: Traversable) -> Iterator[Mapping[str, Any]]:
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield tomllib.loads(file.read_text("utf-8"))


def _lists(
    contents: Iterable[Mapping[str, Any]], over: Mapping[str, WordList] | None = None
) -> Mapping[str, WordList]:
    found = dict(over or {})
    for content in contents:
        for name, each in words.lists_of(content).items():
            if name in found:
                raise ValueError(f"two lists are called {name}: successors have another name")
            found[name] = each
    return found


def _rules(content: Mapping[str, Any], effects: Mapping[str, Mapping[str, str]]) -> Iterator[Rule]:
    for each in content.get("rule", ()):
        rule = Rule(
            id=each["id"],
            version=each["version"],
            effect=Effect(each["effect"]),
            since=each["since"],
            texts={language: each["text"][language] for language in LANGUAGES},
            patterns=tuple(map(words.pattern_of, each.get("find", ()))),
            examples=_examples(each),
        )
        differing = {
            pack: None if said[rule.key] == "none" else Effect(said[rule.key])
            for pack, said in effects.items()
            if rule.key in said
        }
        yield replace(rule, effects=differing)


def _examples(written: Mapping[str, Any]) -> Examples:
    said = written.get("examples", {})
    cases = [
        Case(each["prompt"], {pack: each[pack] for pack in each if pack != "prompt"})
        for each in written.get("cases", ())
    ]
    refused, held, allowed = (tuple(said.get(name, ())) for name in ("refused", "held", "allowed"))
    return Examples(refused, held, allowed, tuple(cases), said.get("withheld", False))


def _pack(written: Mapping[str, Any], known: Sequence[str]) -> Pack:
    default, kinds = Default.OPT_OUT, dict[str, Default]()
    for each in written["works"]:
        if each["since"] in known:
            default = Default(each["default"])
            kinds = {kind: Default(said) for kind, said in each.get("kinds", {}).items()}
    countries = frozenset(written["countries"])
    names = {language: written["name"][language] for language in LANGUAGES}
    return Pack(written["id"], countries, names, default, kinds)


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


def _check_effects(rules: Sequence[Rule], effects: Mapping[str, Mapping[str, str]]) -> None:
    """Refuse packs that speak of rules which are not there, or are not about words."""
    about_words = {rule.key for rule in rules if rule.patterns}
    for pack, said in effects.items():
        if unknown := set(said) - about_words:
            raise ValueError(f"{pack} speaks of {min(unknown)}, which is no rule about words")
