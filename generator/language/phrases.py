"""How the spans of a passage belong together: colours and numbers to nouns, garments to figures."""

from generator.language.reading import Kind, Span

MODIFIERS = frozenset({Kind.COLOUR, Kind.NUMBER})
_NOUN_SLOTS = frozenset({"prop", "body", "wear", "hair"})
_WORN_NEAR = 4  # Spans between a garment and who wears it, where the garment comes first.


def wearer_first(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return spans with figures before what they wear: Japanese says the garment first."""
    order = list(spans)
    for index, span in enumerate(spans):
        if not _is_slot(span, "wear", "hair"):
            continue
        joined = not span.text.isascii()  # No English sentence has the garment before its wearer.
        for ahead in range(index + 1, min(index + _WORN_NEAR, len(spans))) if joined else ():
            if _is_slot(spans[ahead], "body"):
                first = order.index(span)
                while first > 0 and order[first - 1].kind in MODIFIERS:
                    first -= 1
                order.remove(spans[ahead])
                order.insert(first, spans[ahead])
                break
    return tuple(order)


def _is_slot(span: Span, *slots: str) -> bool:
    return span.kind is Kind.CONCEPT and span.concept is not None and span.concept.slot in slots


def next_noun(spans: tuple[Span, ...], index: int) -> int | None:
    """Return the index of the noun that a colour or a number belongs to, if one follows closely."""
    for ahead in range(index + 1, min(index + 4, len(spans))):
        span = spans[ahead]
        if span.kind is Kind.CONCEPT and span.concept and span.concept.slot in _NOUN_SLOTS:
            return ahead
        if span.kind not in MODIFIERS and span.kind not in (Kind.UNKNOWN, Kind.GRAMMAR):
            return None
    return None


def modifiers(spans: tuple[Span, ...], index: int) -> list[Span]:
    """Return the colours and numbers that belong to the noun at an index."""
    concept = spans[index].concept
    if concept is None or concept.slot not in _NOUN_SLOTS:
        return []
    return [
        span
        for at, span in enumerate(spans[max(0, index - 3) : index], start=max(0, index - 3))
        if span.kind in MODIFIERS and next_noun(spans, at) == index
    ]
