"""What a line sounds and looks like, syllable by syllable: a murmur, not words.

A syllable is a vowel with what stands before it. Latin letters and kana give their vowels; a kanji
gives two syllables whose vowels hang on its code point, which keeps the rhythm right and claims
nothing about the reading.
"""

import unicodedata
from dataclasses import dataclass

SYLLABLE_SECONDS = 0.165
PAUSE_SECONDS = 0.16
LEAD_SECONDS = 0.25  # A speaker breathes in after a cut.
FASTEST = 0.6  # A line that does not fit is spoken so much faster before it is cut off.

_OPENNESS = {"a": 1.0, "e": 0.65, "i": 0.4, "o": 0.75, "u": 0.35}
_PAUSES = frozenset(",.!?;:、。！？…")
_SIBILANTS = frozenset("scztxj")


@dataclass(frozen=True, slots=True)
class Syllable:
    """`start` in seconds of the clip; `vowel` is one of a, e, i, o, u."""

    start: float
    seconds: float
    vowel: str
    hissing: bool


def speak(text: str, *, start: float, end: float) -> tuple[Syllable, ...]:
    """Return the syllables of a line between two times of the clip; what does not fit is left out.

    Args:
        text: What is said.
        start: Seconds of the clip at which the mouth opens.
        end: Seconds of the clip by which it is closed.
    """
    units = _units(text)
    if not units or end - start < SYLLABLE_SECONDS:
        return ()
    wanted = sum(PAUSE_SECONDS if vowel == " " else SYLLABLE_SECONDS for vowel, _ in units)
    pace = min(1.0, max((end - start) / wanted, FASTEST))
    syllables: list[Syllable] = []
    now = start
    for vowel, hissing in units:
        seconds = pace * (PAUSE_SECONDS if vowel == " " else SYLLABLE_SECONDS)
        if now + seconds > end + 1e-9:
            break
        if vowel != " ":
            syllables.append(Syllable(now, seconds, vowel, hissing))
        now += seconds
    return tuple(syllables)


def openness(syllables: tuple[Syllable, ...], at: float) -> float:
    """Return how far the mouth is open at a time, 0..1."""
    for syllable in syllables:
        share = (at - syllable.start) / syllable.seconds
        if 0 <= share < 1:
            # A parabola: closed at both ends, open in the middle.
            return _OPENNESS[syllable.vowel] * 4 * share * (1 - share)
    return 0.0


def _units(text: str) -> list[tuple[str, bool]]:
    """Return (vowel or a blank for a pause, whether it starts with a hiss) for each unit."""
    units: list[tuple[str, bool]] = []
    hissing = inside = False
    for char in unicodedata.normalize("NFKC", text).lower():
        if char in _PAUSES:
            units.append((" ", False))
            hissing = inside = False
            continue
        vowel = _vowel(char)
        if vowel and len(char.encode()) == 1:
            if not inside:  # "ea" and "ou" are one syllable.
                units.append((vowel, hissing))
            hissing, inside = False, True
        elif vowel:
            units.append((vowel, char in "さしすせそサシスセソつツちチ"))
            if "\u4e00" <= char <= "\u9fff":
                units.append(("aiueo"[(ord(char) // 5) % 5], False))
        else:
            inside = False
            hissing = char in _SIBILANTS or (hissing and char.isalpha())
    return units


def _vowel(char: str) -> str:
    if char in _OPENNESS:
        return char
    if "\u4e00" <= char <= "\u9fff":
        return "aiueo"[ord(char) % 5]
    name = unicodedata.name(char, "")
    if name.startswith(("HIRAGANA LETTER", "KATAKANA LETTER")) and "SMALL" not in name:
        last = name[-1].lower()
        return last if last in _OPENNESS else "u"
    return ""
