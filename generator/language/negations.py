"""What a prompt says is not there: "no dog", "does not wave", 犬のいない."""

import re
from collections.abc import Iterator

from generator.language import phrases
from generator.language.reading import Kind, Span

_NO = frozenset({"no", "without", "neither", "nor", "minus", "lacking"})
_NOT = frozenset({"not", "never", "cannot", "hardly"})
NOBODY = frozenset({"nobody", "noone"})  # Denies only that someone does something.
_STILL = frozenset({"only", "just", "longer", "far", "stop", "help", "until"})  # Not only, not far.
_PLACED = frozenset({"in", "on", "at", "of", "with", "from", "to"})
_ENDS_REACH = frozenset({"but", "and", "then", "while", "instead"})
_REACH = 5  # Spans after the word that denies.
_REACH_JA = 4  # Spans before it.
_ABSENT_JA = re.compile(
    r"^(?:(?:には|では|が|は|も|の|に|を|と)?(?:ひとつ|ひとり|だれも)?"
    r"(?:い|居|無)?(?:ない|ません|なし|無し|なく|なかった)|(?:で|じゃ)は?(?:ない|なく|ありません)"
    r"|(?:が|は|も|の)?ありません|(?:が|は)?いません)"
)
_DENIED_JA = re.compile(r"(?:ない|ません|なかった|ず|ないで|なくて)(?:で|に|の|が|と)?$")
_SLOTS = ("prop", "body", "wear", "hair", "action", "motion", "weather", "light", "place", "cue",
          "effect", "move", "angle")  # fmt: skip


def denied(spans: tuple[Span, ...]) -> frozenset[int]:
    """Return the indices of spans that are said not to be there, and of the words that say so."""
    found: set[int] = set()
    for index, span in enumerate(spans):
        if span.kind in (Kind.GRAMMAR, Kind.UNKNOWN):
            found |= _english(spans, index) if span.text.isascii() else _japanese(spans, index)
    return frozenset(found)


def _english(spans: tuple[Span, ...], index: int) -> set[int]:
    text = phrases.word(spans[index]).replace("’", "'")
    noun_only = text in _NO
    if not (noun_only or text in _NOT or text in NOBODY or text.endswith("n't")):
        return set()
    found = {index}
    for at in _after(spans, index):
        span = spans[at]
        if phrases.word(span) in _STILL:
            return set()
        if text in NOBODY and not phrases.is_slot(span, "action"):
            return found
        if phrases.is_slot(span, *_SLOTS):
            return found | _phrase(spans, at) | _alternatives(spans, at)
        if phrases.word(span) == "one" and at == index + 1:
            found.add(at)  # No one.
        passed = noun_only or phrases.word(span) in _PLACED
        if span.kind is Kind.CAMEO or (passed and span.kind is Kind.GRAMMAR and at > index + 1):
            return found
    return found


def _after(spans: tuple[Span, ...], index: int) -> Iterator[int]:
    """Yield the indices that a word of denial reaches."""
    for at in range(index + 1, min(index + 1 + _REACH, len(spans))):
        if spans[at - 1].mark or phrases.word(spans[at]) in _ENDS_REACH:
            return
        yield at


def _alternatives(spans: tuple[Span, ...], at: int) -> set[int]:
    """Return what "or" and "nor" add: no dog or cat."""
    found: set[int] = set()
    ahead = at + 1
    while ahead < len(spans) and phrases.word(spans[ahead]) in ("or", "nor"):
        more = next((n for n in _after(spans, ahead) if phrases.is_slot(spans[n], *_SLOTS)), None)
        if more is None:
            break
        found |= _phrase(spans, more)
        ahead = more + 1
    return found


def _phrase(spans: tuple[Span, ...], noun: int) -> set[int]:
    return {noun, *(at for at, owner in phrases.owners(spans).items() if owner == noun)}


def _japanese(spans: tuple[Span, ...], index: int) -> set[int]:
    """Return the thing or the deed before a word that denies it."""
    text = spans[index].text
    near: list[int] = []
    for at in range(index - 1, max(index - 1 - _REACH_JA, -1), -1):
        if spans[at].mark:
            break
        near.append(at)
    first = next((at for at in near if phrases.is_slot(spans[at], *_SLOTS)), None)
    if first is None:
        return set()
    between = spans[first + 1 : index]
    if not between and (_ABSENT_JA.match(text) or _with_object(text)):
        return {index} | _phrase(spans, first)
    if not between or not _DENIED_JA.search(text):
        return set()
    # "帽子を着ていない", "雨は降っていない": the deed is not known, what it is about is.
    about = between[0].text == "を" or phrases.is_slot(spans[first], "weather")
    return {index} | _phrase(spans, first) if about else set()


def _with_object(text: str) -> bool:
    return text.startswith("を") and _DENIED_JA.search(text) is not None
