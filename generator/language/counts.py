"""How many are asked for: English number words, digits, and Japanese counters."""

import re

_ONES = (  # noqa: SIM905 - a word list is prose.
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LOOSE = {  # What is said without a number; several are three, many are all that fit.
    "a few": 3, "several": 3, "a pair of": 2, "pair of": 2, "a couple of": 2, "couple of": 2,
    "both": 2, "many": 5, "lots of": 5, "a lot of": 5, "dozens of": 24, "hundreds of": 200,
    "a dozen": 12, "dozen": 12, "a hundred": 100, "hundred": 100, "a thousand": 1000,
    "thousand": 1000, "thousands of": 2000, "countless": 1000,
}  # fmt: skip
_KANJI = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_COUNTERS = "人匹頭羽台本個枚冊軒杯つ隻艘輪皿体株"
_WHOLE = "|".join(sorted((*_ONES[1:], *_TENS), key=len, reverse=True))

PATTERN = re.compile(
    rf"(?<![\w.,:/$-])(?:{'|'.join(sorted(_LOOSE, key=len, reverse=True))}|\d{{1,4}}"
    rf"|(?:{'|'.join(_TENS)})[ -](?:{'|'.join(_ONES[1:10])})|{_WHOLE})(?![\w:/%-]|\.\d)"
    rf"|(?<![\d.\u4e00-\u9fff])(?:\d{{1,4}}|[一二三四五六七八九十百]{{1,4}})[{_COUNTERS}](?![\u4e00-\u9fff])の?"
    r"|たくさんの|大勢の|数人の|数匹の|いくつかの"
)


def value(text: str) -> int:
    """Return the number that a match of PATTERN says, at least 1."""
    if text in _LOOSE:
        return _LOOSE[text]
    if text[0] in "た大":
        return 5
    if text[0] in "数い":
        return 3
    parts = re.split(r"[ -]", text)
    if parts[-1] in _ONES or parts[-1] in _TENS:
        return sum(_ONES.index(p) if p in _ONES else 10 * (_TENS.index(p) + 2) for p in parts)
    digits = re.match(r"\d+", text)
    return max(int(digits[0]) if digits else _kanji(text.rstrip("の")[:-1]), 1)


def _kanji(text: str) -> int:
    """Return a number below a thousand written in kanji."""
    total, last = 0, 0
    for char in text:
        if char in "十百":
            total += max(last, 1) * (10 if char == "十" else 100)
            last = 0
        else:
            last = _KANJI[char]
    return total + last
