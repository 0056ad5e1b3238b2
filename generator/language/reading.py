"""A prompt cut into passages (one a shot) and spans: every character that is a word is in one.

Spans are found in this order, and what is found first is not read again: quotes, cameos,
quantities (lens, f-number, seconds), known words (longest first), and what is left over.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from generator.base import PROMPT_CHARS_MAX, SHOTS_MAX, Colour
from generator.errors import GeneratorError
from generator.language import counts, lexicon
from generator.language.lexicon import Concept

QUOTE_CHARS_MAX = 300  # About as much as can be said in twenty seconds.

_SHOT = re.compile(
    r"(?:^|(?<=[\s.。]))(?:shot|scene|ショット|カット|シーン)\s*\d{1,4}\s*[:.)\-—]", re.IGNORECASE
)
_CUT = re.compile(r"(?<![a-z])(?:smash\s)?cut to\s*:?|場面転換|カットして", re.IGNORECASE)
_QUOTE = re.compile(
    r'["“]([^"”]+)["”]|「([^」]+)」|『([^』]+)』|(?<!\w)‘([^‘’\n]+(?:’\w[^‘’\n]*)*)’(?!\w)'
    r"|(?<!\w)'((?:[^'\n]|(?<=\w)'(?=\w)){2,})'(?!\w)"
)
_CAMEO = re.compile(r"@([A-Za-z0-9_]{1,32})")
_QUANTITIES = (
    ("lens", re.compile(r"(\d{1,3})\s?(?:mm|ミリ)(?:\s?(?:lens|レンズ))?")),
    ("stop", re.compile(r"(?<![a-z])f\s?/?\s?(\d{1,2}(?:\.\d)?)(?!\w|\.\d)")),
    ("shutter", re.compile(r"(\d{1,3})\s?(?:°|degrees?|度)(?:\s?(?:の)?(?:shutter|シャッター))")),
    ("seconds", re.compile(r"(\d{1,3}(?:\.\d{1,2})?)\s?(?:seconds?|secs?|s(?![a-z])|秒(?:間)?)")),
)
_KANJI = "\u3005\u4e00-\u9fff"
_WORD = re.compile(
    rf"[a-z0-9][a-z0-9'’\-]*|[{_KANJI}]+|[\u30a0-\u30ff]+|[\u3041-\u309f]+|[^\W_]+|[^\w\s]|_+"
)
_PUNCTUATION = frozenset("PZ")
_MARKS = re.compile(r"[^\w\s'’\"“”‘\-]+")  # What parts one phrase from the next.
# A few words stand between kanji and still begin or end there.
_AFTER_KANJI = "達等内中前上下側横脇沿"
_PARTICLES = "をがはのにでともへやかだなら"


class Kind(StrEnum):
    """What a span is."""

    CONCEPT = "concept"
    COLOUR = "colour"
    NUMBER = "number"
    LENS = "lens"
    STOP = "stop"
    SHUTTER = "shutter"
    SECONDS = "seconds"
    QUOTE = "quote"
    CAMEO = "cameo"
    GRAMMAR = "grammar"
    POSITION = "position"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the prompt and what it was read as.

    `value` is a quantity or a count, `mark` the punctuation between it and the next span.
    """

    start: int
    end: int
    text: str
    kind: Kind
    concept: Concept | None = None
    colour: Colour | None = None
    value: float = 0.0
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """The spans of one shot in reading order, and its text as it was written.

    `shot` is None for what holds for all shots.
    """

    shot: int | None
    spans: tuple[Span, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """The words an engine knows, ready to be found in a prompt."""

    concepts: Mapping[str, Concept]  # By surface form.
    colours: Mapping[str, Colour]
    pattern: re.Pattern[str]


def words(concepts: Iterable[Concept]) -> Words:
    """Return the words of concepts and of all colours; of two concepts, the first holds."""
    by_form: dict[str, Concept] = {}
    for concept in concepts:
        for form in (*concept.english, *concept.japanese):
            by_form.setdefault(form, concept)
    colours = {
        form: colour
        for _, colour, english, japanese in lexicon.COLOURS
        for form in (*english, *japanese)
    }
    return Words(by_form, colours, _pattern([*by_form, *colours]))


def read(prompt: str, known: Words) -> tuple[Passage, ...]:
    """Return the passages of a prompt: at most one for all shots, then one a shot.

    Args:
        prompt: What was asked for.
        known: The words of the engine that will draw it.

    Raises:
        GeneratorError: The prompt asks for more than SHOTS_MAX shots, or unfolds into far more
            characters than it was written with.
    """
    text = unicodedata.normalize("NFKC", prompt)
    if len(text) > 2 * PROMPT_CHARS_MAX:
        raise GeneratorError("The prompt unfolds into too many characters; write it plainly.")
    # Lower case must not move any character, or spans would point beside their words.
    low = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    head, bodies = _cut(low)
    if len(bodies) > SHOTS_MAX:
        raise GeneratorError(f"The prompt asks for {len(bodies)} shots; at most {SHOTS_MAX} fit.")
    parts = [*([] if head is None else [(None, head)]), *enumerate(bodies)]
    return tuple(
        Passage(shot, _spans(text, low, part, known), text[part[0] : part[1]].strip())
        for shot, part in parts
    )


def _cut(low: str) -> tuple[tuple[int, int] | None, list[tuple[int, int]]]:
    """Return where the part for all shots lies (or None), and where each shot lies."""
    # A quote may say "cut to": what is said is no direction.
    masked = _QUOTE.sub(lambda match: "\0" * len(match[0]), low)
    marks = list(_SHOT.finditer(masked))
    if marks:
        ends = [mark.start() for mark in marks[1:]] + [len(low)]
        bodies = [(mark.end(), end) for mark, end in zip(marks, ends, strict=True)]
        head = (0, marks[0].start())
        return (head if low[: head[1]].strip() else None), bodies
    cuts = list(_CUT.finditer(masked))
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(low)]
    bodies = [(a, b) for a, b in zip(starts, ends, strict=True) if low[a:b].strip(" \n\t.,。、")]
    return None, bodies or [(0, len(low))]


def _spans(text: str, low: str, where: tuple[int, int], known: Words) -> tuple[Span, ...]:
    start, end = where
    taken = bytearray(end)
    spans: list[Span] = []
    for span in _candidates(text, low, where, known):
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            spans.append(span)
    for match in _WORD.finditer(low, start, end):
        # A word may be known in part: only the unknown parts are left over.
        for first, last in _free(taken, match.start(), match.end()):
            kind = _leftover(low[first:last])
            if kind is not None:
                spans.append(Span(first, last, text[first:last], kind))
    spans.sort(key=lambda span: span.start)
    following = [*(span.start for span in spans), end][1:]
    return tuple(
        replace(span, mark="".join(_MARKS.findall(low, span.end, ahead)))
        for span, ahead in zip(spans, following, strict=True)
    )


def _free(taken: bytearray, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches between two places that no span has taken."""
    first = start
    for place in range(start, end + 1):
        if place == end or taken[place]:
            if first < place:
                yield first, place
            first = place + 1


def _candidates(text: str, low: str, where: tuple[int, int], known: Words) -> Iterator[Span]:
    """Yield spans by rank: a later one holds only where no earlier one lies."""
    start, end = where
    for match in _QUOTE.finditer(text, start, end):
        said = next(group for group in match.groups() if group)[:QUOTE_CHARS_MAX]
        yield Span(match.start(), match.end(), said.strip(), Kind.QUOTE)
    for match in _CAMEO.finditer(text, start, end):
        yield Span(match.start(), match.end(), match[1], Kind.CAMEO)
    for name, pattern in _QUANTITIES:
        for match in pattern.finditer(low, start, end):
            value = float(match[1])
            yield Span(match.start(), match.end(), match[0].strip(), Kind(name), value=value)
    for match in counts.PATTERN.finditer(low, start, end):
        value = float(counts.value(match[0]))
        yield Span(match.start(), match.end(), match[0].strip(), Kind.NUMBER, value=value)
    for match in known.pattern.finditer(low, start, end):
        yield _known(text, match, known)


def _known(text: str, match: re.Match[str], known: Words) -> Span:
    where = (match.start(), match.end(), text[match.start() : match.end()])
    form = match[0]
    if form in known.concepts:
        return Span(*where, Kind.CONCEPT, concept=known.concepts[form])
    return Span(*where, Kind.COLOUR, colour=known.colours[form])


def _leftover(word: str) -> Kind | None:
    """Say what an unmatched word is; None for punctuation and other marks that say nothing."""
    if all(unicodedata.category(char)[0] in _PUNCTUATION for char in word):
        return None
    if unicodedata.category(word[0]) in ("Mn", "Cf"):  # Variation selectors and joiners.
        return None
    if word in lexicon.POSITIONS:
        return Kind.POSITION
    if word in lexicon.GRAMMAR or all(char in lexicon.GRAMMAR_JA for char in word):
        return Kind.GRAMMAR
    return Kind.UNKNOWN


def _pattern(forms: list[str]) -> re.Pattern[str]:
    """Return one pattern for all forms, longest first, each bounded as its script asks."""
    # What may stand before a form depends on its first character: it is asked once for all.
    groups: dict[str, list[str]] = {}
    for form in sorted(forms, key=len, reverse=True):
        before, after = _bounds(form)
        groups.setdefault(before, []).append(re.escape(form) + after)
    return re.compile(
        "|".join(f"{before}(?:{'|'.join(parts)})" for before, parts in sorted(groups.items()))
    )


def _bounds(form: str) -> tuple[str, str]:
    """Return the patterns of what must not stand before and after a form: it is a whole word."""
    if form.isascii():
        return "(?<![a-z0-9])", "(?![a-z0-9])"
    if re.fullmatch(r"[\u3041-\u309f]{1,3}", form):
        # Short words of kana are looked for where a word may begin and a particle follows.
        return (
            rf"(?<![\u3041-\u309f](?<![{_PARTICLES}い]))",
            rf"(?![\u3041-\u309f](?<![{_PARTICLES}]))",
        )
    before, after = "", ""
    if re.match(rf"[{_KANJI}]", form):
        before = rf"(?<![{_KANJI}])"
    elif re.match(r"[\u30a1-\u30fc]", form):
        before = r"(?<![\u30a1-\u30fc])"
    if re.search(rf"[{_KANJI}]$", form):
        after = rf"(?!(?![{_AFTER_KANJI}])[{_KANJI}])"
    elif re.search(r"[\u30a1-\u30fc]$", form):
        after = r"(?![\u30a1-\u30fc])"
    return before, after
