"""Takes out of a text what tells who wrote it or whom it names, before it is published.

By rules, English and Japanese: it errs towards taking out more. What it cannot know is the name of
a third person that looks like any other word: so only texts about works are published at all.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rightsd.domain.vocabulary import Vocabulary

PART_LETTERS_MIN = 2  # Of a name in letters; an initial alone is every other word's as well.

_HAN = "一-鿿㐀-䶿々〆ヶ"
_KANA = "ぁ-ゖァ-ヺー"
# After NFKC no digit is wide, circled or raised; but some are words or ideographs.
_DIGIT = r"[\d〇零一二三四五六七八九]"
_WORD_DIGIT = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_BETWEEN = r"[\s().,/+\-–—‐−ー_]{0,5}"
_CAPITALS = r"[^\W\d_a-z][^\W\d_]{0,40}(?:[\s.\-'’]{1,3}[^\W\d_a-z][^\W\d_]{0,40}){0,3}"
_AT = r"(?:@|[(\[{<]\s*(?:at|@|アットマーク|アット)\s*[)\]}>]|アットマーク)"
_LABEL = r"[^\s<>()\[\]{}\"'、。,;]{1,64}"
_DOT = r"(?:\.|。|[(\[{<]\s*(?:dot|\.|ドット)\s*[)\]}>]|ドット|\s+dot\s+)"

_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "link",
        re.compile(r"(?<![a-z])[a-z][a-z0-9+.\-]{1,15}://\S*|(?<![a-z])www\.\S+", re.IGNORECASE),
    ),
    (
        "e-mail",
        re.compile(
            rf"[^\s<>()\[\]{{}}\"'「」、。:;,]{{1,64}}\s?{_AT}\s?{_LABEL}(?:\s?{_DOT}\s?{_LABEL}){{0,8}}",
            re.IGNORECASE,
        ),
    ),
    ("e-mail", re.compile(r"\S{1,64} at \S{1,64}(?: dot \S{1,64}){1,8}", re.IGNORECASE)),
    ("handle", re.compile(r"@\w[\w.]*")),
    ("link", re.compile(r"\b(?:[\w\-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z\d_])(?:[/?#]\S*)?")),
    (
        "address",
        re.compile(
            r"\b\d{1,5}\s(?:[^\W\d_][\w.'’\-]{0,40}\s){1,4}(?:street|st|road|rd|avenue|ave|lane|ln|drive"
            r"|dr|boulevard|blvd|court|ct|way|square|sq|place|pl|terrace|close)\b\.?",
            re.IGNORECASE,
        ),
    ),
    ("address", re.compile(rf"(?:東京都|北海道|京都府|大阪府|[{_HAN}]{{2,3}}県)[^\s、。]{{0,60}}")),
    ("address", re.compile(rf"[{_HAN}{_KANA}]{{1,12}}{_DIGIT}{{1,3}}丁目[^\s、。]{{0,40}}")),
    ("number", re.compile(rf"[〒+(]?{_DIGIT}(?:{_BETWEEN}{_DIGIT}){{5,}}")),
    ("number", re.compile(rf"\b{_WORD_DIGIT}(?:[\s,\-]+{_WORD_DIGIT}){{5,}}\b", re.IGNORECASE)),
    (
        "name",
        re.compile(
            rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Madam|Mme|Herr|Frau)\b\.?\s{_CAPITALS}"
        ),
    ),
    (
        "name",
        re.compile(
            rf"(?i:\b(?:my\s+name\s+is|my\s+name's|i\s+am\s+called|signed|signature|sincerely"
            rf"|regards|faithfully|yours|name))\s?[:,\-]{{0,3}}\s{_CAPITALS}"
        ),
    ),
    ("name", re.compile(rf"\bI(?:\s+am|'m|’m|,)\s+{_CAPITALS}")),
    (
        "name",
        re.compile(
            rf"(?:[{_HAN}]{{1,6}}|[ァ-ヺー・]{{2,16}}|[^\W\d_]{{2,20}})"
            r"\s?(?:さん|様|さま|氏|君|くん|ちゃん|先生|殿)(?!式)"
        ),
    ),
    (
        "name",
        re.compile(rf"[{_HAN}{_KANA}・\s]{{2,12}}(?:と申します|と申す|といいます|と言います)"),
    ),
    (
        "name",
        re.compile(rf"(?:氏名|名前|署名|代表者?|担当者?)\s*[:は]?\s*[{_HAN}{_KANA}・]{{2,12}}"),
    ),
)
_WORDS = re.compile(r"[^\W\d_][^\W\d_'’\-]*")
_JAPANESE = re.compile(rf"[{_HAN}{_KANA}]")
_NAME = "name"
_INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})


@dataclass(frozen=True, slots=True)
class Withheld:
    """A text that may be published, and how often something was taken out of it."""

    text: str
    times: int


def withhold(text: str, known: Collection[str], vocabulary: Vocabulary) -> Withheld:
    """Return a text without whom it names and how they are reached.

    Args:
        text: As somebody wrote it.
        known: What the parties are called, and their addresses; each is taken out, whole and in
            its parts, however it is written.
        vocabulary: By which given names are told from other words.
    """
    plain = _plain(text)
    marks: list[tuple[int, int, str]] = []
    folded = _folded(plain)
    for pattern in _known(known):
        marks += [(*found.span(1), _NAME) for found in pattern.finditer(folded)]
    for what, rule in _RULES:
        marks += [(*found.span(), what) for found in rule.finditer(plain)]
    marks += [(start, end, _NAME) for start, end in _given(plain, vocabulary)]
    return _without(plain, marks)


def _without(text: str, marks: Collection[tuple[int, int, str]]) -> Withheld:
    """Cut stretches out, those that overlap as one, and leave what each was."""
    pieces: list[str] = []
    at, times = 0, 0
    for start, end, what in sorted(marks):
        if end <= at:
            continue
        if start >= at:
            pieces += [text[at:start], f"[{what}]"]
            times += 1
        at = end
    return Withheld("".join([*pieces, text[at:]]), times)


def _plain(text: str) -> str:
    """Return a text in one way of writing it: NFKC, nothing invisible, one kind of space."""
    shown = (
        " " if letter.isspace() else letter
        for letter in unicodedata.normalize("NFKC", text)
        if letter.isspace() or unicodedata.category(letter) not in _INVISIBLE
    )
    return re.sub(r" {2,}", " ", "".join(shown)).strip()


def _folded(text: str) -> str:
    """Return a text without case and accents, letter by letter, so that places stay the same."""
    return "".join(_fold(letter) for letter in text)


def _fold(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0].casefold()
    return base if len(base) == 1 else letter


def _known(known: Collection[str]) -> Iterator[re.Pattern[str]]:
    """Yield what finds the names of parties in a folded text, each in its first group.

    Two patterns, however many names and parts there are: a stranger says how many. They take up no
    text, so that one name may begin within another.
    """
    parts: set[str] = set()
    for name in known:
        found = re.findall(r"[^\W_]+", _folded(_plain(name)))
        # Together, whatever stands between them; then each alone.
        parts |= {"".join(found), *found} - {""}
    # Japanese has no spaces: its names stand in the midst of other letters, and others beside them.
    japanese = {part for part in parts if _JAPANESE.search(part)}
    if japanese:
        yield re.compile(rf"(?=({_any_of(japanese)}))")
    others = {part for part in parts - japanese if len(part) >= PART_LETTERS_MIN}
    if others:
        beside = rf"[^\W_{_HAN}{_KANA}]"
        yield re.compile(rf"(?<!{beside})(?=((?:{_any_of(others)})(?:['’]?s)?(?!{beside})))")


def _any_of(parts: Collection[str]) -> str:
    """Return a pattern of any of these, the longest first, whatever stands between the letters."""
    ordered = sorted(sorted(parts), key=len, reverse=True)
    return "|".join(r"[\W_]{0,3}".join(map(re.escape, part)) for part in ordered)


def _given(text: str, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    """Yield where given names stand, with the names that follow them."""
    words = list(_WORDS.finditer(text))
    for place, word in enumerate(words):
        lower = word[0].lower()
        if not word[0][0].isupper() or lower not in vocabulary.called:
            continue
        end = word.end()
        for after in words[place + 1 : place + 3]:
            apart = text[end : after.start()].strip(" .")
            if apart or not after[0][0].isupper():
                break
            end = after.end()
        # A given name that is a common word as well counts where a name follows it.
        if end > word.end() or lower not in vocabulary.common:
            yield word.start(), end
