"""Reads words, for rules about words: a phrase is found in its forms and in the usual disguises.

A text is cut into words (a kana or ideograph is one), each folded as names are and reduced to a
stem, so that "Smoking", "smokes" and "sm0ked" are one. A phrase is a row of stems. There are no
patterns and no regular expressions in a rule, so none can be slow, and none can come from a user.

Japanese has no spaces, so a phrase is found within words too. Hence a phrase of few katakana counts
in katakana only ("キス", and not in "大きすぎる"), and whoever looks can name phrases to pass over,
in which it means nothing ("テキスト").
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rightsd.domain import matching

Phrase = tuple[str, ...]
Index = Mapping[str, tuple[Phrase, ...]]  # Phrases by the stem that they begin with.
PHRASE_WORDS_MAX = 12  # Ideographs count as words.
NO_PHRASES: Index = {}
KATAKANA_LENGTH_MAX = 3  # Of a phrase that counts in katakana only.

_EAST = "\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9d"
_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
_PIECE = re.compile(rf"[{_EAST}][\u3099\u309a\uff9e\uff9f]?|(?:(?![{_EAST}_])[\w@${_INVISIBLE}])+")
_GLUE = frozenset("-_.*·・'’")  # What can stand inside a word to hide it.
_SIGNS = str.maketrans("034578@$", "oeastbas")
_LETTERS_SPACED_MIN = 3
_ARTICLES = frozenset({"a", "i"})
_VOWELS = frozenset("aeiouy")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text.

    Attributes:
        stems: What it can be read as.
        start: Where it begins in the text, in characters.
        end: Where it ends.
    """

    stems: frozenset[str]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as rules see it.

    Attributes:
        joined: Words that were taken apart, as in "s-m-o-k-e" or "s m o k e", put together.
    """

    text: str
    words: tuple[Word, ...]
    joined: tuple[Word, ...]


NOTHING = Reading("", (), ())


@dataclass(frozen=True, slots=True)
class Found:
    """The place of a phrase in a text: the words as they were written, and where they begin."""

    words: str
    start: int


def read(text: str) -> Reading:
    """Return a text as rules see it."""
    pieces = list(_pieces(text))
    words = tuple(
        Word(_stems(folded) | _katakana(text[start:end]), start, end)
        for folded, start, end in pieces
    )
    return Reading(text, words, tuple(_joined(text, pieces)))


def phrase(text: str) -> Phrase:
    """Return the phrase that a text is; empty when it holds no words."""
    pieces = list(_pieces(text))
    katakana = [letter for _, start, end in pieces for letter in _katakana(text[start:end])]
    if len(katakana) == len(pieces) <= KATAKANA_LENGTH_MAX:
        return tuple(katakana)
    return tuple(stem(folded) for folded, _, _ in pieces)


def index(phrases: Iterable[Phrase]) -> Index:
    """Return phrases as they are looked for."""
    by_first: dict[str, tuple[Phrase, ...]] = {}
    for each in phrases:
        by_first[each[0]] = (*by_first.get(each[0], ()), each)
    return by_first


def find(reading: Reading, by_first: Index, *, but: Index = NO_PHRASES) -> Found | None:
    """Return the first place where one of some phrases stands, or None.

    Args:
        reading: The text.
        by_first: The phrases.
        but: Longer phrases, within which these do not count.
    """
    for place, word in enumerate(reading.words):
        for first in word.stems:
            for each in by_first.get(first, ()):
                if stands(reading.words, place, each) and not _is_within(
                    reading.words, place, place + len(each), but
                ):
                    end = reading.words[place + len(each) - 1].end
                    return Found(reading.text[word.start : end], word.start)
    for word in reading.joined:
        if any((first,) in by_first.get(first, ()) for first in word.stems):
            return Found(reading.text[word.start : word.end], word.start)
    return None


def contains(outer: Phrase, inner: Phrase) -> bool:
    """Say whether a phrase stands in another."""
    return any(
        outer[place : place + len(inner)] == inner for place in range(len(outer) - len(inner) + 1)
    )


def stands(words: tuple[Word, ...], place: int, each: Phrase) -> bool:
    """Say whether a phrase stands at a place in the words of a text."""
    return place + len(each) <= len(words) and all(
        each[offset] in words[place + offset].stems for offset in range(1, len(each))
    )


def stem(word: str) -> str:
    """Return what a folded word shares with its other forms; rough, and the same for both sides."""
    if not word.isascii() or len(word) < 4:
        return word
    if word.endswith("ies") and len(word) > 4:
        word = f"{word[:-3]}y"
    elif word.endswith("es") and word[:-2].endswith(("s", "x", "z", "ch", "sh")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if len(rest) >= 4 and rest != word and _VOWELS & set(rest):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    if word.endswith("ie") and len(word) > 3:
        return f"{word[:-2]}y"  # As "zombies" has become already.
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _is_within(words: tuple[Word, ...], start: int, end: int, phrases: Index) -> bool:
    """Say whether words stand within a longer phrase, one of some."""
    return any(
        place + len(each) >= end and len(each) > end - start and stands(words, place, each)
        for place in range(max(0, end - PHRASE_WORDS_MAX), start + 1)
        for first in (words[place].stems if phrases else ())
        for each in phrases.get(first, ())
    )


def _katakana(piece: str) -> frozenset[str]:
    """Return a piece as one katakana, if it is one; folded it is a hiragana."""
    letter = unicodedata.normalize("NFKC", piece) if piece[:1] >= "\u30a0" else ""
    return frozenset({letter}) if len(letter) == 1 and "ァ" <= letter <= "ー" else frozenset()


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (folded, start, end) of each word."""
    for match in _PIECE.finditer(text):
        piece = match.group().lstrip("@")
        plain = piece.isascii() and piece.isalnum()  # Most are, and folding them is much faster.
        folded = piece.lower() if plain else matching.fold(piece)
        if folded:
            yield folded, match.start(), match.end()


def _stems(folded: str) -> frozenset[str]:
    """Return what a folded word can be read as: signs may stand for letters beside letters."""
    if folded.isalpha() or not any(character.isalpha() for character in folded):
        return frozenset({stem(folded)})
    plain = folded.translate(_SIGNS)
    return frozenset({stem(folded), *(stem(plain.replace("1", letter)) for letter in "il")})


def _joined(text: str, pieces: list[tuple[str, int, int]]) -> Iterator[Word]:
    """Yield the words that neighbouring pieces make: glued ones, and rows of single letters."""
    row: list[tuple[str, int, int]] = []
    for piece in [*pieces, ("", len(text) + 2, len(text) + 2)]:
        between = text[row[-1][2] : piece[1]] if row else ""
        single = bool(row) and len(row[-1][0]) == 1 == len(piece[0])
        if row and (between in _GLUE or (single and len(between) <= 2)):
            row.append(piece)
            continue
        if len(row) >= _LETTERS_SPACED_MIN or (len(row) > 1 and not text[row[0][2]].isspace()):
            # An article before a row of letters looks like its first: "a s m o k e".
            begins = (0, 1) if row[0][0] in _ARTICLES and len(row) > _LETTERS_SPACED_MIN else (0,)
            for begin in begins:
                whole = "".join(folded for folded, _, _ in row[begin:])
                yield Word(_stems(whole), row[begin][1], row[-1][2])
        row = [piece]
