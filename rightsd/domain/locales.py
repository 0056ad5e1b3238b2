"""Which language a text is in, as far as its letters tell: BCP 47, without guessing."""

import unicodedata
from collections import Counter

# Kana and Hangul each belong to one language. Other letters are those of many: "und" is BCP 47's
# word for a language that is not known, and what follows it the script (ISO 15924).
_SCRIPTS = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CJK": "und-Hani",
    "LATIN": "und-Latn",
    "CYRILLIC": "und-Cyrl",
    "GREEK": "und-Grek",
    "ARABIC": "und-Arab",
    "HEBREW": "und-Hebr",
    "THAI": "und-Thai",
    "DEVANAGARI": "und-Deva",
}
UNKNOWN = "und"


def language_of(text: str) -> str:
    """Return the language of a text, or of which script it is: of what it has most letters of.

    Ideographs beside kana are Japanese.
    """
    counts = Counter(
        _SCRIPTS.get(unicodedata.name(letter, "").split(" ")[0].split("-")[0], UNKNOWN)
        for letter in unicodedata.normalize("NFKC", text)
        if letter.isalpha()
    )
    if counts["ja"]:
        counts["ja"] += counts.pop("und-Hani", 0)
    return max(counts, key=lambda language: (counts[language], language), default=UNKNOWN)
