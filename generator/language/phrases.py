"""How the spans of a passage belong together: colours and numbers to nouns, deeds to who does them.

Nothing here is grammar proper: a few rules about neighbours, and punctuation ends a phrase.
"""

import re
from collections.abc import Iterator

from generator.language import persons
from generator.language.reading import Kind, Span

MODIFIERS = frozenset({Kind.COLOUR, Kind.NUMBER})
_NOUN_SLOTS = frozenset({"prop", "body", "wear", "hair"})
_WORN_NEAR = 4  # Spans between a garment and who wears it, where the garment comes first.
_NOUN_NEAR = 4  # Spans between a colour or a number and its noun.
_DEED_NEAR = 14  # Spans between who does something and what is done.
_ENDS = re.compile(r"[.!?;。！？]")
_JOINS = frozenset({"and", "&", "or", "と", "の", "くて", "な", "や", "い"})  # Red and blue balls.
_INDEFINITE = frozenset({"a", "an", "another", "one", "もう"})
_DRESSED = frozenset({"in", "wearing", "wears", "dressed", "clad"})
_BEING = frozenset({"is", "are", "was", "were", "being", "turns", "painted"})
_BESIDES = frozenset(  # What stands after these is not who does it.
    [
        "to",
        "at",
        "with",
        "beside",
        "behind",
        "near",
        "by",
        "for",
        "of",
        "next",
        "from",
        "around",
        "toward",
        "towards",
        "past",
        "like",
    ]
)
_AND_DOES = frozenset({"and", "then", "or", "but"})


def wearer_first(spans: tuple[Span, ...]) -> tuple[int, ...]:
    """Return indices of spans, figures before what they wear: Japanese says the garment first."""
    order = list(range(len(spans)))
    for index, span in enumerate(spans):
        if not is_slot(span, "wear", "hair"):
            continue
        joined = not span.text.isascii()  # No English sentence has the garment before its wearer.
        for ahead in range(index + 1, min(index + _WORN_NEAR, len(spans))) if joined else ():
            if is_slot(spans[ahead], "body"):
                first = order.index(index)
                while first > 0 and spans[order[first - 1]].kind in MODIFIERS:
                    first -= 1
                order.remove(ahead)
                order.insert(first, ahead)
                break
    return tuple(order)


def is_slot(span: Span, *slots: str) -> bool:
    """Say whether a span is a concept of one of some slots."""
    return span.kind is Kind.CONCEPT and span.concept is not None and span.concept.slot in slots


def is_noun(span: Span) -> bool:
    """Say whether a span may have a colour or a number."""
    return is_slot(span, *_NOUN_SLOTS)


def word(span: Span) -> str:
    """Return the text of a span in lower case."""
    return span.text.lower()


def owners(spans: tuple[Span, ...]) -> dict[int, int]:
    """Return, by the index of each colour and number, the index of the noun it belongs to."""
    found: dict[int, int] = {}
    for index, span in enumerate(spans):
        if span.kind in MODIFIERS:
            noun = _noun_ahead(spans, index)
            if noun is None:
                noun = _noun_behind(spans, index)
            if noun is not None:
                found[index] = noun
    return found


def _noun_ahead(spans: tuple[Span, ...], index: int) -> int | None:
    for ahead in range(index + 1, min(index + _NOUN_NEAR, len(spans))):
        # A comma between adjectives goes: "a big, red ball"; elsewhere it ends the phrase.
        if spans[ahead - 1].mark and spans[ahead].kind not in MODIFIERS:
            return None
        span = spans[ahead]
        if is_noun(span):
            return ahead
        joins = span.kind is Kind.GRAMMAR and word(span) in _JOINS
        if span.kind is not Kind.UNKNOWN and span.kind not in MODIFIERS and not joins:
            return None
    return None


def _noun_behind(spans: tuple[Span, ...], index: int) -> int | None:
    """Return the noun of "in red", "is red" and of the Japanese "猫が三匹"."""
    if index == 0:
        return None
    before = spans[index - 1]
    if spans[index].kind is Kind.NUMBER:
        counted = (
            word(before) in ("が", "を", "は", "も") and index > 1 and is_noun(spans[index - 2])
        )
        return index - 2 if counted else None
    if word(before) in _DRESSED:
        return next((at for at in _back(spans, index) if is_slot(spans[at], "body")), None)
    if word(before) in _BEING and index > 1 and is_noun(spans[index - 2]):
        return index - 2
    joins = word(before) in _JOINS and index > 1 and spans[index - 2].kind is Kind.COLOUR
    return _noun_behind(spans, index - 2) if joins else None


def _back(spans: tuple[Span, ...], index: int) -> Iterator[int]:
    """Yield the indices before one in its sentence, the nearest first."""
    for at in range(index - 1, max(index - 1 - _DEED_NEAR, -1), -1):
        if _ENDS.search(spans[at].mark):
            return
        yield at


def _phrase_start(spans: tuple[Span, ...], noun: int) -> int:
    first = noun
    while first > 0 and not spans[first - 1].mark and spans[first - 1].kind in (
        *MODIFIERS, Kind.UNKNOWN
    ):  # fmt: skip
        first -= 1
    return first


def _before(spans: tuple[Span, ...], noun: int) -> str:
    """Return the word before a noun and all that belongs to it, its article."""
    first = _phrase_start(spans, noun)
    return word(spans[first - 1]) if first > 0 and not spans[first - 1].mark else ""


def is_new(spans: tuple[Span, ...], noun: int) -> bool:
    """Say whether a noun is introduced: "a man", not "the man"."""
    if _before(spans, noun) == "と":
        return True  # "AとB" are two, be they called alike.
    first = _phrase_start(spans, noun)
    inside = (word(spans[at]) for at in range(first, noun))
    return _before(spans, noun) in _INDEFINITE or any(each in _INDEFINITE for each in inside)


def is_definite(spans: tuple[Span, ...], noun: int) -> bool:
    """Say whether a noun points back: "the kid"."""
    return _before(spans, noun) in ("the", "this", "that", "その", "この")


def joined(spans: tuple[Span, ...], noun: int) -> int | None:
    """Return the index of the figure that "and" joins to a figure: they do things together."""
    first = _phrase_start(spans, noun)
    while first > 0 and word(spans[first - 1]) in ("a", "an", "the", "his", "her", "another"):
        first -= 1
    if first < 2 or word(spans[first - 1]) not in ("and", "&", "と", "や"):
        return None
    return first - 2 if is_slot(spans[first - 2], "body") else None


def doers(spans: tuple[Span, ...], deed: int) -> Iterator[int]:
    """Yield the indices of those who may do a deed, the likeliest first.

    Japanese marks who does it; in English it is the nearest before that no preposition precedes.
    """
    if deed > 0 and word(spans[deed - 1]) in _AND_DOES:
        before = (at for at in _back(spans, deed) if is_slot(spans[at], "action"))
        deed = next(before, deed)  # "Walks and waves": whoever walks.
    near = [
        at
        for at in _back(spans, deed)
        if (_can_do(spans[at]) or is_name(spans, at)) and word(spans[at + 1]) not in ("を", "に")
    ]
    marked = [at for at in near if word(spans[at + 1])[0] in "がはも" and not spans[at].mark]
    free = [at for at in near if _before(spans, _head(spans, at)) not in _BESIDES]
    yield from dict.fromkeys((*marked, *free, *near))


def _head(spans: tuple[Span, ...], at: int) -> int:
    """Return where to look for the preposition of a noun: before its article."""
    first = _phrase_start(spans, at)
    articles = ("a", "an", "the", "his", "her", "their", "another")
    return first - 1 if first > 0 and word(spans[first - 1]) in articles else at


def _can_do(span: Span) -> bool:
    return is_slot(span, "body", "prop") or span.kind is Kind.CAMEO or is_pronoun(span)


def is_pronoun(span: Span) -> bool:
    """Say whether a span stands for figures that were named before."""
    return word(span) in persons.PRONOUNS or word(span) in persons.GROUPS


def speaker(spans: tuple[Span, ...], quote: int) -> int | None:
    """Return the index of who says a quote: before it, or after it as in "Hi," says the man."""
    before = list(_back(spans, quote))
    # What ends with a quote has had its say: "A," says one, "B".
    told = next((n for n, at in enumerate(before) if spans[at].kind is Kind.QUOTE), len(before))
    before = before[:told]
    if before and (_can_say(spans, before[0]) or any(is_talk(spans[at]) for at in before)):
        told_by = next((at for at in before if is_talk(spans[at])), before[0] + 1)
        near = [at for at in doers(spans, told_by) if _can_say(spans, at)]
        near += [at for at in before if _can_say(spans, at)]
        if near and (near[0] in before or told == len(before)):
            return near[0]
    after = range(quote + 1, min(quote + 1 + _DEED_NEAR, len(spans)))
    says, who = False, None
    for at in after:
        if spans[at].kind is Kind.QUOTE:
            break
        says = says or is_talk(spans[at])
        who = at if who is None and _can_say(spans, at) else who
        if _ENDS.search(spans[at].mark):
            break
    if says and who is None:  # 男性が女性に「…」と言う: whom が marks.
        who = next((at for at in doers(spans, quote) if _can_say(spans, at)), None)
    return who if says else None


def is_name(spans: tuple[Span, ...], index: int) -> bool:
    """Say whether an unknown word is the name of who says something: Mary says, asks Jo."""
    text = spans[index].text
    if not (text.isascii() and text.isalpha() and text.istitle()):
        return False
    before = index > 1 and is_talk(spans[index - 1]) and spans[index - 2].kind is Kind.QUOTE
    after = not spans[index].mark and index + 1 < len(spans) and is_talk(spans[index + 1])
    colon = ":" in spans[index].mark and index + 1 < len(spans)
    quoted = colon and spans[index + 1].kind is Kind.QUOTE
    return before or (after and not text.endswith("ly")) or quoted


def is_talk(span: Span) -> bool:
    """Say whether a span is a verb of saying."""
    return is_slot(span, "action") and span.concept is not None and span.concept.name == "talk"


def _can_say(spans: tuple[Span, ...], at: int) -> bool:
    named = is_slot(spans[at], "body") or spans[at].kind is Kind.CAMEO or is_pronoun(spans[at])
    return named or is_name(spans, at)
