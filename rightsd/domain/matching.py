"""Reads texts so that a name is found also when it is disguised.

A text is folded (compatibility forms, case, accents, invisible characters, look-alike letters) and
cut into tokens; a *run* is the concatenation of neighbouring tokens. So "M i c k-E-y" spells
"mickey", while "banana" never spells "ana". What runs and names share is their *skeleton*: in it,
signs that can stand for letters, repeated letters and long vowels are merged. Names are looked
up by it, and only then compared: see rightsd/domain/naming.py.

Source of the folding: Unicode UAX #15 (NFKC) and UTS #39 section 4 (confusables), of which the
letters that look like Latin ones stand here.
"""

import bisect
import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rightsd.errors import Code, RightsError

RUN_LENGTH_MAX = 64  # Characters in one alias's folded form, and so tokens in one run.
NAME_LENGTH_MIN = 3  # Of a name in Latin letters; two in other scripts, which say more in one.
NEAR_LENGTH_MIN = 6  # Shorter words are one slip away from too many others.
NEAR_LENGTH_MAX = RUN_LENGTH_MAX + 2
TOKENS_MAX = 1_500  # Of one text: words, or single kana and ideographs.

# Letters of other scripts that are drawn like a Latin one (UTS #39, confusables.txt).
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏкмтвнгпԛԝαβεικνορτυχγωϲ",
    "aeopcyxijsdhlkmtbhrnqwabeiknoptuxywc",
)
# More of them: rows keep the form without these, and rights.skeleton() has them too.
MORE_LOOKALIKES = (
    "ıłøđðþŧħɑɡɩʀʟᴀʙᴄᴅᴇꜰɢʜɪᴊᴋᴍɴᴏᴘꜱᴛᴜᴠᴡʏᴢσημθбзичшщьєґօոսհց",
    "iloddpthagirlabcdefghijkmnopstuvwyzonuobeuawwberonuhg",
)
_MORE_LOOKALIKES = str.maketrans(*MORE_LOOKALIKES)
# Scripts that people borrow because their letters look like Latin ones: syllabics and Cherokee.
_BORROWED = str.maketrans(
    "ᗩᗷᑕᗪᖴᕼᒍᒪᗰᑎᑭᑫᖇᔕᑌᐯᗯ᙭ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᏃəǝɘɛɐƒ",
    "abcdfhjlmnpqrsuvwxabcdeghjklmprstvwzeeeeaf",
)
# Letters and a sign that show nothing: fillers of Hangul, the empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Letters in squares and circles, which have no compatibility form.
_BOXED = {
    first + place: chr(ord("a") + place)
    for first in (0x1F150, 0x1F170, 0x1F1E6)
    for place in range(26)
}
# What a digit or sign can stand for inside a word.
_SPELLINGS = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "il", "|": "il", "+": "t", "€": "e", "£": "l", "¥": "y",
}  # fmt: skip
# The key merges all that one sign can mean, so that both readings have the same key.
_MERGED = {"b": "g", "l": "i"}
_KEY = str.maketrans(
    {sign: _MERGED.get(letters[0], letters[0]) for sign, letters in _SPELLINGS.items()} | _MERGED
)
_TOKEN = re.compile(r"[\w@$!|+€£¥\u3099\u309a]+")
_APOSTROPHES = {"'", "’", "ʼ", "＇"}
_VOICING_MARKS = "\u3099\u309a\uff9e\uff9f"
_LATIN = re.compile("[a-z]+")
_REPEATED = re.compile(r"([a-z])\1+")
_LONG_AFTER = "おこそとのほもよろごぞどぼぽょうくすつぬふむゆるぐずづぶぷゅ"
_LONG = re.compile(f"([{_LONG_AFTER}])う+")
# How Russian and Greek letters are written in Latin ones, after those that join.
_SOUNDS = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфыэіґ", "abvgdeeziyklmnoprstufyeig", strict=True))
    | dict(zip("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": ""}
    | {"ю": "yu", "я": "ya", "ї": "yi", "є": "ye", "θ": "th", "χ": "ch", "ψ": "ps"}
)
_SOUNDED = re.compile("[а-яёіїєґα-ως]+")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, kana or ideograph of a text.

    Attributes:
        folded: What it folds to.
        skeleton: The skeleton of that.
        start: Where it begins in the text, in characters.
        end: Where it ends.
        word: It as an English word in lower case; empty when it is written in other letters.
        follows: Whether it is what an apostrophe adds to the word before: the s of "fox's".
    """

    folded: str
    skeleton: str
    start: int
    end: int
    word: str
    follows: bool


@dataclass(frozen=True, slots=True)
class Start:
    """All runs that begin at one token.

    Attributes:
        first: The token's number.
        last: The number of the last token that the longest of the runs has.
        skeleton: Of the longest of the runs.
    """

    first: int
    last: int
    skeleton: str


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of some tokens.

    Attributes:
        starts: For every token that can begin a name, the runs that do, RUN_LENGTH_MAX at most.
        ends: Where the skeleton of each token ends in that of all tokens.
        letters: How many letters the tokens have, up to and with each.
    """

    tokens: Sequence[Token]
    starts: Sequence[Start]
    ends: Sequence[int]
    letters: Sequence[int]

    def skeleton(self, start: Start, last: int) -> str:
        """Return the skeleton of the run from a start to a token."""
        return start.skeleton[: self._length(start, last)]

    def lasts(self, start: Start, length: int, letters: int) -> set[int]:
        """Return the last tokens of runs from a start whose skeletons have a length.

        There can be many, since "n o o o" has the skeleton of "n o": these are the first of them,
        and the one with so many letters.
        """
        end = self.ends[start.first] + length - len(self.tokens[start.first].skeleton)
        first = bisect.bisect_left(self.ends, end, start.first, start.last + 1)
        before = self.letters[start.first] - len(self.tokens[start.first].folded)
        exact = bisect.bisect_left(self.letters, before + letters, start.first, start.last + 1)
        return {
            place for place in (first, exact) if place <= start.last and self.ends[place] == end
        }

    def _length(self, start: Start, last: int) -> int:
        own = len(self.tokens[start.first].skeleton)
        return own + self.ends[last] - self.ends[start.first]


def fold(text: str) -> str:
    """Return a text's folded form without spaces and signs; empty when nothing is left."""
    return "".join(token for token, _, _ in _tokens(text))


def key(folded: str) -> str:
    """Return the key of a folded form: equal for all forms that can spell one another."""
    return folded.translate(_KEY)


def is_too_short(folded: str) -> bool:
    """Say whether a folded name is too short to be registered: it would be found in every text."""
    return len(folded) < (NAME_LENGTH_MIN if folded.isascii() else 2) or not skeleton(folded)


def skeleton(folded: str) -> str:
    """Return what all ways to write a name have in common; rights.skeleton() says the same."""
    if folded.isascii():
        return _REPEATED.sub(r"\1", key(folded))
    bare = key(plain(folded)).replace("ー", "")
    return _REPEATED.sub(r"\1", _LONG.sub(r"\1", bare))


def near(skeleton: str) -> list[str]:
    """Return what two skeletons that are a slip apart share one of; rights.near() says the same."""
    if not NEAR_LENGTH_MIN <= len(skeleton) <= NEAR_LENGTH_MAX or not _LATIN.fullmatch(skeleton):
        return []
    places = range(len(skeleton))
    return [skeleton, *(skeleton[:place] + skeleton[place + 1 :] for place in places)]


def plain(folded: str) -> str:
    """Return a folded form with the look-alike letters that rows are kept without."""
    return folded if folded.isascii() else folded.translate(_MORE_LOOKALIKES)


def spells(run: str, alias: str) -> bool:
    """Say whether a folded run can be read as a folded alias, letter by letter.

    A digit or sign may stand for a letter only in a run that has letters: "51" is not "si".
    """
    if run == alias:
        return True
    return (
        len(run) == len(alias)
        and any(character.isalpha() for character in run)
        and all(_reads(mine, theirs) for mine, theirs in zip(run, alias, strict=True))
    )


def squeezed(folded: str) -> str:
    """Return a folded form in which no letter follows itself."""
    return "".join(letter for letter, _ in itertools.groupby(folded))


def lengthened(folded: str) -> str:
    """Return a folded form without what only makes vowels of kana long."""
    return _LONG.sub(r"\1", folded.replace("ー", ""))


def slips(run: str, alias: str) -> bool:
    """Say whether one letter too many, too few, wrong or swapped makes a run of an alias."""
    if abs(len(run) - len(alias)) > 1:
        return False
    begin, least = 0, min(len(run), len(alias))
    while begin < least and _reads(run[begin], alias[begin]):
        begin += 1
    end = 0
    while end < least - begin and _reads(run[-1 - end], alias[-1 - end]):
        end += 1
    mine, theirs = run[begin : len(run) - end], alias[begin : len(alias) - end]
    if max(len(mine), len(theirs)) <= 1:
        return True
    return (
        len(mine) == len(theirs) == 2 and _reads(mine[0], theirs[1]) and _reads(mine[1], theirs[0])
    )


def read(text: str) -> list[Token]:
    """Return the tokens of a text.

    Raises:
        RightsError: TOO_LARGE, when the text has more than TOKENS_MAX tokens.
    """
    tokens: list[Token] = []
    for folded, start, end in itertools.islice(_tokens(text), TOKENS_MAX + 1):
        shown = text[start:end]
        follows = bool(tokens) and end - start == 1 and text[tokens[-1].end : start] in _APOSTROPHES
        tokens.append(
            Token(
                plain(folded),
                skeleton(folded),
                start,
                end,
                shown.lower() if shown.isascii() and shown.isalpha() else "",
                follows and folded == "s",
            )
        )
    if len(tokens) > TOKENS_MAX:
        raise RightsError(Code.TOO_LARGE, f"the text has more than {TOKENS_MAX} words")
    return tokens


def sounded(text: str, tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with Russian and Greek words in Latin letters; empty without such words."""
    found = False
    written: list[Token] = []
    for token in tokens:
        shown = text[token.start : token.end].lower()
        if _SOUNDED.fullmatch(shown):
            found = True
            spelt = shown.translate(_SOUNDS).replace("ks", "x")
            written.append(replace(token, folded=spelt, skeleton=skeleton(spelt)))
        else:
            written.append(token)
    return [token for token in written if token.folded] if found else []


def runs(tokens: Sequence[Token]) -> Runs:
    """Return the runs of tokens, in time that grows with their number."""
    joined, ends, letters = list[str](), list[int](), list[int]()
    before, end, folded_end = "", 0, 0
    for token in tokens:
        # What a token adds depends on the one before alone, wherever the run begins.
        adds = _join(before, token.skeleton)[len(before) :]
        before = token.skeleton[-1:] or before
        joined.append(adds)
        end += len(adds)
        folded_end += len(token.folded)
        ends.append(end)
        letters.append(folded_end)
    text, starts = "".join(joined), list[Start]()
    for first, token in enumerate(tokens):
        if token.follows or not token.skeleton or len(token.folded) > RUN_LENGTH_MAX:
            continue
        limit = letters[first] - len(token.folded) + RUN_LENGTH_MAX
        last = bisect.bisect_right(letters, limit) - 1
        starts.append(Start(first, last, token.skeleton + text[ends[first] : ends[last]]))
    return Runs(tokens, starts, ends, letters)


def _reads(mine: str, theirs: str) -> bool:
    return mine == theirs or theirs in _SPELLINGS.get(mine, "")


def _join(before: str, after: str) -> str:
    """Return the skeleton of two neighbours together."""
    if not before or not after:
        return before + after
    if before[-1] == after[0] and "a" <= after[0] <= "z":
        return before + after[1:]
    return before if after == "う" and before[-1] in _LONG_AFTER else before + after


def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (folded, start, end) of each token; a kana or ideograph is a token of its own."""
    text_is_ascii = text.isascii()
    folded, places = (text.lower(), []) if text_is_ascii else _fold_characters(text)
    for match in _TOKEN.finditer(folded):
        word = match.group()
        if not word.isalnum() and not any(character.isalnum() for character in word):
            continue
        begin = match.start()
        # A sentence's last "!" is no letter; one inside a word may be.
        end = begin + len(word.rstrip("!|+")) if word[-1] in "!|+" else match.end()
        if text_is_ascii:
            yield folded[begin:end].replace("_", ""), begin, end
            continue
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


@functools.lru_cache(maxsize=4096)
def _letters(character: str) -> str:
    """Return what one composed character folds to: nothing for accents and invisible ones."""
    if character in _BLANK:
        return ""
    if "ァ" <= character <= "ヶ":
        return chr(ord(character) - 0x60)  # Katakana and hiragana are the same sounds.
    if character >= "\u3040":
        return _BOXED.get(ord(character), character)
    parts = unicodedata.normalize("NFKD", character)
    kept = [part for part in parts if unicodedata.category(part) not in {"Mn", "Me", "Cf"}]
    return "".join(kept).casefold().translate(_LOOKALIKES).translate(_BORROWED)


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
