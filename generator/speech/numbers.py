"""Numbers as words: English words, Japanese kana."""

DIGITS_MAX = 15  # A longer run of digits is read digit by digit, as a telephone number is.

_ONES = (  # noqa: SIM905 - a word list is prose.
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_THOUSANDS = ("", "thousand", "million", "billion", "trillion")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_KANA = ("ぜろ", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう")
_KANA_HUNDREDS = {1: "ひゃく", 3: "さんびゃく", 6: "ろっぴゃく", 8: "はっぴゃく"}
_KANA_THOUSANDS = {1: "せん", 3: "さんぜん", 8: "はっせん"}
_KANA_GREAT = ("", "まん", "おく", "ちょう")


def english(digits: str) -> str:
    """Return a number in English words.

    Args:
        digits: `12`, `3.5`, `1,000` or `4th`: digits, commas between thousands, at most one point,
            perhaps an ordinal's ending.
    """
    text = digits.replace(",", "")
    ordinal = text[-2:] in ("st", "nd", "rd", "th")
    whole, _, part = (text[:-2] if ordinal else text).partition(".")
    words = _whole(whole) if _is_count(whole) else [_ONES[int(digit)] for digit in whole]
    if part:
        words += ["point", *(_ONES[int(digit)] for digit in part)]
    if ordinal:
        last = words[-1]
        plain = last[:-1] + "ie" if last.endswith("y") else last
        words[-1] = _ORDINALS.get(last, plain + "th")
    return " ".join(words)


def _is_count(digits: str) -> bool:
    """Say whether digits are a count, not a code: short, and with no nought in front."""
    return len(digits) <= DIGITS_MAX and (digits == "0" or not digits.startswith("0"))


def _whole(digits: str) -> list[str]:
    value = int(digits or "0")
    if value == 0:
        return [_ONES[0]]
    if len(digits) == 4 and 1100 <= value < 2000 and value % 100:
        # A year: nineteen eighty-four.
        low = value % 100
        tail = _below_thousand(low) if low >= 10 else ["oh", _ONES[low]]
        return [*_below_thousand(value // 100), *tail]
    words: list[str] = []
    for power in range(len(_THOUSANDS) - 1, -1, -1):
        group = value // 1000**power % 1000
        if group:
            words += [*_below_thousand(group), *filter(None, [_THOUSANDS[power]])]
    return words


def _below_thousand(value: int) -> list[str]:
    words: list[str] = []
    if value >= 100:
        words += [_ONES[value // 100], "hundred"]
        value %= 100
        if value:
            words.append("and")
    if value >= 20:
        words.append(_TENS[value // 10 - 2])
        value %= 10
    if value or not words:
        words.append(_ONES[value])
    return words if words[-1] != "zero" or len(words) == 1 else words[:-1]


def japanese(digits: str) -> str:
    """Return a number in hiragana: `12`, `3.5` or `1,000`."""
    whole, _, part = digits.replace(",", "").partition(".")
    counted = _kana_whole(int(whole)) if _is_count(whole) else "".join(_KANA[int(d)] for d in whole)
    return counted + ("てん" + "".join(_KANA[int(digit)] for digit in part) if part else "")


def _kana_whole(value: int) -> str:
    if value == 0:
        return _KANA[0]
    said = ""
    for power in range(len(_KANA_GREAT) - 1, -1, -1):
        group = value // 10_000**power % 10_000
        if group:
            said += _kana_group(group, alone=power > 0) + _KANA_GREAT[power]
    return said


def _kana_group(value: int, *, alone: bool) -> str:
    """Return a number below ten thousand; `alone`: いちまん, but じゅう."""
    thousands, hundreds, tens, ones = (value // unit % 10 for unit in (1000, 100, 10, 1))
    said = ""
    if thousands:
        said += _KANA_THOUSANDS.get(thousands, _KANA[thousands] + "せん")
    if hundreds:
        said += _KANA_HUNDREDS.get(hundreds, _KANA[hundreds] + "ひゃく")
    if tens:
        said += ("" if tens == 1 else _KANA[tens]) + "じゅう"
    if ones and (ones > 1 or value > 1 or alone or not said):
        said += _KANA[ones]
    return said
