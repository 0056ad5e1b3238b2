# ruff: noqa: SIM905 - a word list is prose.
"""Words that mean several things, told apart by their neighbours.

A camera follows, and so does a dog; a room is dark, and so is a coat. A word that here means what
the engine does not draw becomes an unknown one: what is not meant is not claimed.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

from generator.base import Colour
from generator.language import lexicon, phrases
from generator.language.reading import Kind, Span

Spans: TypeAlias = tuple[Span, ...]
_CAMERA = frozenset("camera shot lens view frame カメラ ショット 画面".split())
_MOVED = frozenset(  # What a camera does as well as anyone.
    "follows following follow tracks tracking orbits orbit orbiting tilts tilt pans panning pan "
    "crane static 追う 追いかける 固定 周りを回る 近づいていく 回り込み".split()
) | {"moves closer", "circles around", "arcs around", "rises up"}
_OBJECT_JA = frozenset("をがとやの")
_ARTICLES = frozenset("a an the his her their its my your some this that".split())
_FRAMED = frozenset("shot angle view lens frame framing".split())
_ASKS_VERB = frozenset(
    "to will can would could must should does do did they we i you he she who".split()
)
_AS_VERB = frozenset(  # Things and places that are deeds after these and before an article.
    "painting park parks plant plants book train sign signs duck ducks fish drum drums rocks rock "
    "bridges fences stone houses rose well boxes box bow horse phones present field table cup pot "
    "bus kites glass bottle bottles shore fire hedge bell bells".split()
)
_NO_DEED = frozenset("waves wave point points steps looks races trips cheers shoots toss".split())


def told_apart(spans: Spans) -> Spans:
    """Return the spans of a passage with each word in the sense that its neighbours give it."""
    return tuple(_told(spans, index) for index in range(len(spans)))


def _told(spans: Spans, index: int) -> Span:
    span = spans[index]
    if span.kind is not Kind.CONCEPT or span.concept is None:
        return span
    if phrases.word(span) == "an orange" and _next(spans, index) is not None:
        return replace(span, kind=Kind.COLOUR, concept=None, colour=_ORANGE)
    other = _OTHER.get(span.concept.slot)
    if other is not None and other(spans, index):
        return replace(span, kind=Kind.UNKNOWN, concept=None)
    return span


def _next(spans: Spans, index: int) -> Span | None:
    """Return what follows in the same phrase, if it is part of it."""
    if spans[index].mark or index + 1 == len(spans):
        return None
    ahead = spans[index + 1]
    return ahead if phrases.is_noun(ahead) or ahead.kind in _ADJECTIVES else None


def _previous(spans: Spans, index: int) -> str:
    return phrases.word(spans[index - 1]) if index and not spans[index - 1].mark else ""


def _is_someones_move(spans: Spans, index: int) -> bool:
    """Say whether a move is a figure's or a thing's: who is named last before it does it."""
    if phrases.word(spans[index]) == "パン":
        return _word(spans, index + 1)[:1] in _OBJECT_JA  # It is bread.
    if phrases.word(spans[index]) not in _MOVED:
        return False
    for at in range(index - 1, -1, -1):
        if spans[at].mark or phrases.word(spans[at]) in _CAMERA:
            return False
        if phrases.is_slot(spans[at], "body", "prop", "light") or spans[at].kind is Kind.CAMEO:
            return True
    return False


def _is_of_a_thing(spans: Spans, index: int) -> bool:
    """Say whether a light is a thing's shade: a dark coat, bright red."""
    if phrases.word(spans[index]) not in ("dark", "bright"):
        return False
    return _next(spans, index) is not None


def _is_no_framing(spans: Spans, index: int) -> bool:
    """Say whether a size is a thing's: a wide river, a medium coffee."""
    if phrases.word(spans[index]) not in ("wide", "medium", "アップ"):
        return False
    if spans[index].mark or index + 1 == len(spans):
        return False
    ahead = spans[index + 1]
    if phrases.word(ahead) in _FRAMED:
        return False
    return _next(spans, index) is not None or phrases.is_slot(ahead, "place", "cue")


def _is_other_place(spans: Spans, index: int) -> bool:
    """Say whether a place is something else here: a coat, or a deed."""
    if spans[index].text == "コート":
        return _word(spans, index + 1) == "を" or (
            index > 0 and spans[index - 1].kind is Kind.COLOUR
        )
    return _is_deed(spans, index)


def _is_deed(spans: Spans, index: int) -> bool:
    """Say whether a thing's name is a verb here: a man painting a fence."""
    if phrases.word(spans[index]) in ("bunches", "palm", "palms", "curls"):
        return not spans[index].mark and _word(spans, index + 1) == "of"
    if phrases.word(spans[index]) not in _AS_VERB or spans[index].mark:
        return False
    before = _previous(spans, index)
    asked = before in _ASKS_VERB or (index > 0 and phrases.is_slot(spans[index - 1], "body"))
    return asked and (_word(spans, index + 1) in _ARTICLES or before in _ASKS_VERB)


def _is_noun(spans: Spans, index: int) -> bool:
    """Say whether a deed's name is a thing here: the waves, at this point."""
    if phrases.word(spans[index]) not in _NO_DEED:
        return False
    before = spans[index - 1] if index and not spans[index - 1].mark else None
    if before is None:
        return False
    big = before.kind is Kind.UNKNOWN and _previous(spans, index - 1) in _ARTICLES
    return phrases.word(before) in _ARTICLES or big or phrases.word(before) in ("on", "of", "with")


def _word(spans: Spans, index: int) -> str:
    return phrases.word(spans[index]) if index < len(spans) else ""


_ADJECTIVES = frozenset({Kind.COLOUR, Kind.UNKNOWN})
_ORANGE: Colour = next(colour for name, colour, *_ in lexicon.COLOURS if name == "orange")
_OTHER: Mapping[str, Callable[[Spans, int], bool]] = MappingProxyType(
    {
        "move": _is_someones_move,
        "light": _is_of_a_thing,
        "size": _is_no_framing,
        "prop": _is_deed,
        "place": _is_other_place,
        "hair": _is_deed,
        "action": _is_noun,
    }
)
