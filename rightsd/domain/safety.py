"""Finds what rules about words speak against in a text, and what they do about it where.

The rules and their words are data: rightsd/domain/rulebook/rules/. Words are read as `wording`
reads them, so forms and usual disguises count; a paraphrase does not.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rightsd.domain import wording
from rightsd.domain.rulebook import Reason
from rightsd.domain.rulebook.books import ELSEWHERE, Book, Effect, Rule
from rightsd.domain.rulebook.words import Pattern, Term
from rightsd.domain.wording import Phrase, Reading

_MARK = re.compile(r"[.,;:!?。、！？\n]")  # "Nude, lipstick" is not "nude lipstick".
_RANK = {None: 0, Effect.HOLD: 1, Effect.REFUSE: 2}


@dataclass(frozen=True, slots=True)
class Breach:
    """What a rule has against a text.

    Attributes:
        effect: What it does, in the strictest of the places.
        places: Where it does that: ids of packs, or ELSEWHERE.
        found: The words, in their order: where each begins and ends, in characters.
    """

    rule: Rule
    effect: Effect
    places: tuple[str, ...]
    found: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry of a list in a text."""

    start: int
    end: int
    list: str


@dataclass(frozen=True, slots=True)
class _Hits:
    """What a text holds of the lists.

    Attributes:
        counted: By their places.
        lists: All lists of which there is an entry.
    """

    counted: tuple[Hit, ...]
    lists: frozenset[str]


def breaches(
    reading: Reading,
    book: Book,
    *,
    territories: Sequence[str],
    cast: bool,
    banked: Mapping[str, Sequence[Phrase]],
) -> list[Breach]:
    """Return what the rules about words have against a text, in the order of the book.

    Args:
        reading: The text.
        book: The rules.
        territories: Where it will be shown; none: everywhere, so the strictest place decides.
        cast: Whether someone is cast.
        banked: Phrases in which a rule does not count, by its id.
    """
    hits = _hits(reading, book)
    if not hits.counted:
        return []
    places = book.places(territories)
    found: list[Breach] = []
    for rule in book.rules.values():
        phrases = banked.get(rule.id, ())
        counted = _outside(hits.counted, _spans(reading, phrases)) if phrases else hits.counted
        words = _first(rule, counted, hits.lists, cast=cast)
        effect, where = _strictest(rule, places) if words else (None, ())
        if effect is not None:
            found.append(Breach(rule, effect, where, words))
    return found


def words_of(reading: Reading, book: Book, rule: Rule) -> set[tuple[int, int]]:
    """Return where the words stand in a text that a rule looks for, whatever is near them."""
    looked_for = {name for pattern in rule.patterns for name in pattern.all}
    return {(hit.start, hit.end) for hit in _hits(reading, book).counted if hit.list in looked_for}


def reason(breach: Breach, text: str) -> Reason:
    """Return the reason that a breach is."""
    found = " … ".join(text[start:end] for start, end in breach.found)
    detail = f"“{found}”: {breach.rule.text.rstrip('.')}"
    evidence: dict[str, str | int] = {
        "found": found,
        "start": breach.found[0][0],
        "places": ", ".join(breach.places),
    }
    return Reason(breach.rule.id, breach.rule.version, detail, evidence)


def _strictest(rule: Rule, places: Iterable[str]) -> tuple[Effect | None, tuple[str, ...]]:
    by_place = {
        place: rule.effect if place == ELSEWHERE else rule.effects.get(place, rule.effect)
        for place in places
    }
    strictest = max(by_place.values(), key=_RANK.__getitem__)
    return strictest, tuple(place for place, effect in by_place.items() if effect is strictest)


def _first(
    rule: Rule, counted: Sequence[Hit], lists: frozenset[str], *, cast: bool
) -> tuple[tuple[int, int], ...]:
    """Return where the words stand that make a rule speak; nothing when none do."""
    for pattern in rule.patterns:
        if pattern.cast and not cast:
            continue
        if lists.issuperset(pattern.all) and lists.isdisjoint(pattern.unless):
            words = _near(pattern, counted)
            if words:
                return words
    return ()


def _near(pattern: Pattern, counted: Sequence[Hit]) -> tuple[tuple[int, int], ...]:
    """Return a word of each list of a pattern, the first that are near enough to one another.

    No two of them overlap: one word is no company to itself, whatever lists it is in.
    """
    before: dict[str, list[Hit]] = {name: [] for name in pattern.all}
    for hit in counted:
        if hit.list not in before:
            continue
        before[hit.list].append(hit)
        words = [hit]
        for name in pattern.all:
            if name != hit.list:
                words += _last_beside(words, before[name])
        near = hit.start - min(word.start for word in words) <= pattern.within
        if len(words) == len(pattern.all) and near:
            return tuple(sorted((word.start, word.end) for word in words))
    return ()


def _last_beside(words: Sequence[Hit], hits: Sequence[Hit]) -> list[Hit]:
    """Return the last of some hits that overlaps none of some words; empty if all do."""
    beside = (
        hit
        for hit in reversed(hits)
        if all(hit.end <= word.start or word.end <= hit.start for word in words)
    )
    return list(islice(beside, 1))


def _hits(reading: Reading, book: Book) -> _Hits:
    """Return the entries of the book's lists in a text, but those in phrases that spare them."""
    counted: list[Hit] = []
    spared: dict[str, list[tuple[int, int]]] = {}
    for start, end, term in _terms(reading, book):
        counted += [Hit(start, end, name) for name in term.lists]
        for name in term.spares if _MARK.search(reading.text, start, end) is None else ():
            spared.setdefault(name, []).append((start, end))
    left = [
        hit
        for hit in counted
        if not any(start <= hit.start and hit.end <= end for start, end in spared.get(hit.list, ()))
    ]
    left.sort(key=lambda hit: (hit.start, hit.end, hit.list))
    return _Hits(tuple(left), frozenset(hit.list for hit in left))


def _terms(reading: Reading, book: Book) -> Iterator[tuple[int, int, Term]]:
    """Yield where the entries of lists begin and end."""
    text, words = reading.text, reading.words
    for place, word in enumerate(words):
        for first in word.stems:
            for term in book.index.get(first, ()):
                row = words[place : place + len(term.phrase)]
                if _stands(row, term, text) and not _is_cut(text, word.start):
                    yield word.start, row[-1].end, term
    for word in reading.joined:
        for first in word.stems:
            for term in book.index.get(first, ()):
                if len(term.phrase) == 1 and term.literal in (None, (first,)):
                    yield word.start, word.end, term


def _stands(row: Sequence[wording.Word], term: Term, text: str) -> bool:
    if len(row) < len(term.phrase):
        return False
    if not all(stem in word.stems for stem, word in zip(term.phrase, row, strict=True)):
        return False
    if term.literal is None:
        return True
    return term.literal == tuple(_folded(text[word.start : word.end]) for word in row)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _is_cut(text: str, start: int) -> bool:
    """Say whether what begins here is the rest of a word in katakana: エロ in ピエロ."""
    return start > 0 and _is_katakana(text[start]) and _is_katakana(text[start - 1])


def _is_katakana(letter: str) -> bool:
    return "ァ" <= letter <= "ヺ" or letter == "ー" or "ｦ" <= letter <= "ﾟ"


def _spans(reading: Reading, phrases: Sequence[Phrase]) -> list[tuple[int, int]]:
    """Return every place of some phrases in a text."""
    by_first = wording.index(phrases)
    return [
        (word.start, reading.words[place + len(phrase) - 1].end)
        for place, word in enumerate(reading.words)
        for first in word.stems
        for phrase in by_first.get(first, ())
        if wording.stands(reading.words, place, phrase)
    ]


def _outside(counted: Sequence[Hit], spans: Sequence[tuple[int, int]]) -> Sequence[Hit]:
    return [
        hit
        for hit in counted
        if not any(start <= hit.start and hit.end <= end for start, end in spans)
    ]
