"""Finds names in prompts, also when they are disguised.

A text is folded (compatibility forms, case, accents, invisible characters, look-alike letters) and
cut into tokens; a *run* is the concatenation of neighbouring tokens. An alias is found when a run
spells it: so "M i c k-E-y" spells "mickey", while "banana" never matches "ana". Runs are looked up
by a key that both sides share, so the cost does not grow with the number of aliases.

Source of the folding: Unicode UAX #15 (NFKC) and UTS #39 section 4 (confusables), of which the
letters that look like Latin ones stand here.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from rightsd.errors import Code, RightsError

RUN_LENGTH_MAX = 64  # Characters in one alias's folded form, and so tokens in one run.
TOKENS_MAX = 1_500  # Of one text: words, or single kana and ideographs.

# Letters of other scripts that are drawn like a Latin one (UTS #39, confusables.txt).
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏкмтвнгпԛԝαβεικνορτυχγωϲ",
    "aeopcyxijsdhlkmtbhrnqwabeiknoptuxywc",
)
# What a digit or sign can stand for inside a word.
_SPELLINGS = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "il", "|": "il", "+": "t", "€": "e", "£": "l", "¥": "y",
}  # fmt: skip
# The key merges all that one sign can mean, so that both readings have the same key.
_KEY = str.maketrans({sign: letters[0] for sign, letters in _SPELLINGS.items()} | {"l": "i"})
_KEY_MERGE = str.maketrans("b", "g")
_TOKEN = re.compile(r"[\w@$!|+€£¥\u3099\u309a]+")
_VOICING_MARKS = "\u3099\u309a\uff9e\uff9f"


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring tokens as one folded word, and where they stand in the original text."""

    folded: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """What the aliases that this run may spell are looked up by."""
        return key(self.folded)


def fold(text: str) -> str:
    """Return a text's folded form without spaces and signs; empty when nothing is left."""
    return "".join(token for token, _, _ in _tokens(text))


def key(folded: str) -> str:
    """Return the key of a folded form: equal for all forms that can spell one another."""
    return folded.translate(_KEY).translate(_KEY_MERGE)


def spells(run: str, alias: str) -> bool:
    """Say whether a folded run can be read as a folded alias of the same key.

    A digit or sign may stand for a letter only in a run that has letters: "51" is not "si".
    """
    if run == alias:
        return True
    return (
        len(run) == len(alias)
        and any(character.isalpha() for character in run)
        and all(
            mine == theirs or theirs in _SPELLINGS.get(mine, "")
            for mine, theirs in zip(run, alias, strict=True)
        )
    )


def runs(text: str) -> Iterator[Run]:
    """Yield every run of a text, of at most RUN_LENGTH_MAX characters.

    Raises:
        RightsError: TOO_LARGE, when the text has more than TOKENS_MAX tokens.
    """
    tokens = list(itertools.islice(_tokens(text), TOKENS_MAX + 1))
    if len(tokens) > TOKENS_MAX:
        raise RightsError(Code.TOO_LARGE, f"the text has more than {TOKENS_MAX} words")
    for first, (_, start, _) in enumerate(tokens):
        folded = ""
        for token, _, end in tokens[first : first + RUN_LENGTH_MAX]:
            folded += token
            if len(folded) > RUN_LENGTH_MAX:
                break
            yield Run(folded, start, end)


def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (folded, start, end) of each token; a kana or ideograph is a token of its own."""
    folded, places = _fold_characters(text)
    for match in _TOKEN.finditer(folded):
        word = match.group()
        if not any(character.isalnum() for character in word):
            continue
        begin = match.start()
        # A sentence's last "!" is no letter; one inside a word may be.
        end = begin + len(word.rstrip("!|+")) if word[-1] in "!|+" else match.end()
        for start, stop in _split_ideographs(folded, begin, end):
            yield folded[start:stop].replace("_", ""), places[start][0], places[stop - 1][1]


def _fold_characters(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the folded text, and for each of its characters where in the text it came from."""
    folded: list[str] = []
    places: list[tuple[int, int]] = []
    place = 0
    while place < len(text):
        length = 1
        while place + length < len(text) and _joins(text[place + length]):
            length += 1
        composed = unicodedata.normalize("NFKC", text[place : place + length])
        for character in composed:
            for letter in _letters(character):
                folded.append(letter)
                places.append((place, place + length))
        place += length
    return "".join(folded), places


def _joins(character: str) -> bool:
    """Say whether a character is drawn as part of the one before it: marks, vowels of Hangul."""
    return (
        character in _VOICING_MARKS
        or "\u1160" <= character <= "\u11ff"
        or unicodedata.category(character) in {"Mn", "Me"}
    )


def _letters(character: str) -> str:
    """Return what one composed character folds to: nothing for accents and invisible ones."""
    if "ァ" <= character <= "ヶ":
        return chr(ord(character) - 0x60)  # Katakana and hiragana are the same sounds.
    if character >= "\u3040":
        return character
    parts = unicodedata.normalize("NFKD", character)
    kept = [part for part in parts if unicodedata.category(part) not in {"Mn", "Me", "Cf"}]
    return "".join(kept).casefold().translate(_LOOKALIKES)


def _split_ideographs(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a token before and after every kana and ideograph, since these write no spaces."""
    begin = start
    for place in range(start, end):
        if folded[place] >= "\u3040":
            if begin < place:
                yield begin, place
            yield place, place + 1
            begin = place + 1
    if begin < end:
        yield begin, end
