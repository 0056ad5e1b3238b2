"""Restrictions in people's own words, made into rules that can be tested.

The grammar is small on purpose: "no X", "not with Y", "only Z", in lists, one sentence after
another, and the same in Japanese ("Xは禁止", "Yとの共演NG", "Zのみ"). What does not fit is refused
with the words that were not understood, so that nobody believes in a rule that there is not.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rightsd.domain import topics, wording
from rightsd.domain.topics import Topic
from rightsd.domain.wording import Found, Phrase, Reading
from rightsd.errors import Code, RightsError

TEXT_LENGTH_MAX = 1000
CLAUSES_MAX = 20
PHRASES_MAX = 60  # Of one text; a prompt is read once for all of them.
ENGLISH_WORDS_MAX = 4
EASTERN_LENGTH_MAX = wording.PHRASE_WORDS_MAX


class Kind(StrEnum):
    """What a clause asks."""

    NO = "no"  # None of its phrases stands in the prompt, nor names someone else who is cast.
    ONLY = "only"  # One of them does.


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule.

    Attributes:
        phrases: As they were written, without articles.
        topics: The topics that phrases of it name; their words count as its phrases.
    """

    kind: Kind
    phrases: tuple[str, ...]
    topics: tuple[Topic, ...]

    def stems(self) -> frozenset[Phrase]:
        """Return what is looked for in a prompt."""
        return frozenset(map(wording.phrase, self.phrases)) | topics.phrases_of(self.topics)


_OPENERS: tuple[tuple[tuple[str, ...], Kind], ...] = (
    (("not", "with"), Kind.NO),
    (("never", "with"), Kind.NO),
    (("nothing", "with"), Kind.NO),
    (("nothing", "about"), Kind.NO),
    (("only", "with"), Kind.ONLY),
    (("do", "not"), Kind.NO),
    (("don't",), Kind.NO),
    (("no",), Kind.NO),
    (("not",), Kind.NO),
    (("never",), Kind.NO),
    (("without",), Kind.NO),
    (("only",), Kind.ONLY),
)
# Before or behind a thing, they leave it what it is.
_FILLER_WORDS = """
    a an the any please say saying show showing mention mentioning depict depicting use using
    content scene scenes clip clips video videos stuff material of about in"""
_FILLERS = frozenset(_FILLER_WORDS.split())
# They make a condition or a reference out of a list, which these rules could not keep.
_STRANGE_WORDS = """
    unless except if when while until before after but than other others who whom whose which
    that this these those one ones someone anyone everyone anybody somebody else is are am be
    been being was were i me my mine we us our you your he she they them their his her it its
    more most less least too very may might must should can could would will shall have has had
    do does not no never only for from at by as to on so because though like similar such"""
_NOT_UNDERSTOOD = frozenset(_STRANGE_WORDS.split())
_EASTERN = (
    ("との共演は禁止", Kind.NO),
    ("との共演禁止", Kind.NO),
    ("との共演はNG", Kind.NO),
    ("との共演NG", Kind.NO),
    ("は禁止", Kind.NO),
    ("禁止", Kind.NO),
    ("は不可", Kind.NO),
    ("不可", Kind.NO),
    ("はなし", Kind.NO),
    ("なし", Kind.NO),
    ("はNG", Kind.NO),
    ("NG", Kind.NO),
    ("のみ", Kind.ONLY),
    ("だけ", Kind.ONLY),
)
_SENTENCE_END = re.compile(r"[.;!\n。；！]+")
_LIST = re.compile(
    r"\s*[,、・/]\s*(?:(?:and|or|nor)\s+)?|\s+(?:and|or|nor)\s+"
    r"|(?<=[\u30a0-\u30ff\u3400-\u9fff])と(?=[\u30a0-\u30ff\u3400-\u9fff])"
)
_QUOTES = str.maketrans(dict.fromkeys('"“”„«»「」『』‘', " ") | {"’": "'"})
_WORD = re.compile(r"@?[^\W_]+(?:['_-][^\W_]+)*")
_IS_EASTERN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def parse(text: str) -> tuple[Clause, ...]:
    """Return the rules that a text says.

    Raises:
        RightsError: INVALID, with the words that were not understood.
    """
    if len(text) > TEXT_LENGTH_MAX:
        detail = f"restrictions have at most {TEXT_LENGTH_MAX} characters"
        raise RightsError(Code.INVALID, detail)
    clauses: list[Clause] = []
    strange: list[str] = []
    for sentence in _SENTENCE_END.split(text.translate(_QUOTES)):
        if sentence.strip():
            clauses += _sentence(sentence.strip(), strange)
    if strange:
        words = ", ".join(f"“{each[:60]}”" for each in dict.fromkeys(strange))
        detail = (
            f"these words were not understood: {words}; write “no X”, “not with Y” or “only Z”, "
            "in lists of things, one sentence after another"
        )
        raise RightsError(Code.INVALID, detail)
    if len(clauses) > CLAUSES_MAX or sum(len(clause.phrases) for clause in clauses) > PHRASES_MAX:
        detail = f"restrictions have at most {CLAUSES_MAX} rules with {PHRASES_MAX} things in all"
        raise RightsError(Code.INVALID, detail)
    return tuple(clauses)


def broken(clause: Clause, reading: Reading, others: Collection[str]) -> tuple[bool, Found | None]:
    """Say whether a prompt breaks a rule, and where; a missing word is nowhere.

    Args:
        clause: The rule.
        reading: The prompt.
        others: Handles of the other people whom it casts.
    """
    stems = clause.stems()
    found = wording.find(reading, wording.index(stems), but=topics.INNOCENT)
    there = found is not None or any(wording.phrase(handle) in stems for handle in others)
    return (not there, None) if clause.kind is Kind.ONLY else (there, found)


def _sentence(sentence: str, strange: list[str]) -> Iterator[Clause]:
    """Yield the clauses of a sentence; what is not understood is added to `strange`."""
    if _IS_EASTERN.search(sentence):
        for ending, kind in _EASTERN:
            if sentence.endswith(ending) and sentence != ending:
                things = _LIST.split(sentence.removesuffix(ending))
                yield from _clause(kind, [[thing] for thing in things if thing], strange)
                return
        strange.append(sentence)
        return
    kind: Kind | None = None
    items: list[list[str]] = []
    for part in _LIST.split(sentence.lower()):
        words = [word for word in part.split() if word != "please"]
        opener = _opener(words)
        if opener is not None:
            if kind is not None:
                yield from _clause(kind, items, strange)
            kind, items, words = opener[1], [], words[len(opener[0]) :]
        if kind is None:
            strange.append(sentence)
            return
        items.append(words)
    assert kind is not None
    yield from _clause(kind, items, strange)


def _opener(words: Sequence[str]) -> tuple[tuple[str, ...], Kind] | None:
    for opener, kind in _OPENERS:
        if tuple(words[: len(opener)]) == opener:
            return opener, kind
    return None


def _clause(kind: Kind, items: Sequence[Sequence[str]], strange: list[str]) -> Iterator[Clause]:
    """Yield the clause of a list of things, if they are things."""
    phrases: list[str] = []
    for item in items:
        kept = _without_fillers(item)
        odd = [word for word in kept if word in _NOT_UNDERSTOOD or not _WORD.fullmatch(word)]
        strange += odd
        phrase = " ".join(kept)
        length = len(wording.phrase(phrase))
        if not odd and (
            not 1 <= length <= EASTERN_LENGTH_MAX
            or (len(kept) > ENGLISH_WORDS_MAX or (phrase.isascii() and length > ENGLISH_WORDS_MAX))
        ):
            strange.append(" ".join(item) or kind.value.replace("_", " "))
        phrases.append(phrase)
    if not strange:
        found = (topics.named(wording.phrase(phrase)) for phrase in phrases)
        named = tuple(dict.fromkeys(topic for topic in found if topic is not None))
        yield Clause(kind, tuple(dict.fromkeys(phrases)), named)


def _without_fillers(words: Sequence[str]) -> list[str]:
    kept = list(words)
    while kept and kept[0] in _FILLERS:
        del kept[0]
    while kept and kept[-1] in _FILLERS:
        del kept[-1]
    return kept
