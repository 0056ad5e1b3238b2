"""A Japanese line as phones: hiragana and katakana, mora by mora.

Digraphs, long vowels, the held consonant (sokuon) and the moraic nasal are read; between voiceless
sounds and at the end of a phrase, i and u are whispered, as in the standard language. Pitch accent
is not marked in kana and is not guessed. Kanji have no one reading and are not spoken.
"""

import re
import unicodedata
from dataclasses import dataclass

from generator.speech import numbers
from generator.speech.phones import PHONES, Manner

_VOWELS = "aiueo"
_ROWS: dict[str, tuple[str, ...]] = {  # Kana of a row in the order a i u e o, and their onsets.
    "あいうえお": ("", "", "", "", ""), "かきくけこ": ("K",) * 5, "がぎぐげご": ("G",) * 5,
    "さしすせそ": ("S", "SH", "S", "S", "S"), "ざじずぜぞ": ("Z", "JH", "Z", "Z", "Z"),
    "たちつてと": ("T", "CH", "TS", "T", "T"), "だぢづでど": ("D", "JH", "Z", "D", "D"),
    "なにぬねの": ("N",) * 5, "はひふへほ": ("HH", "hy", "f", "HH", "HH"),
    "ばびぶべぼ": ("B",) * 5, "ぱぴぷぺぽ": ("P",) * 5, "まみむめも": ("M",) * 5,
    "らりるれろ": ("r",) * 5,
}  # fmt: skip
_SINGLE: dict[str, tuple[str, ...]] = {
    kana: (*filter(None, [onset]), vowel)
    for row, onsets in _ROWS.items()
    for kana, onset, vowel in zip(row, onsets, _VOWELS, strict=True)
} | {
    "や": ("Y", "a"), "ゆ": ("Y", "u"), "よ": ("Y", "o"), "わ": ("W", "a"), "ゐ": ("i",),
    "ゑ": ("e",), "を": ("o",), "ゔ": ("B", "u"), "ん": ("N:",), "っ": ("Q",),
    "ぁ": ("a",), "ぃ": ("i",), "ぅ": ("u",), "ぇ": ("e",), "ぉ": ("o",), "ゃ": ("Y", "a"),
    "ゅ": ("Y", "u"), "ょ": ("Y", "o"), "ゎ": ("W", "a"), "ゕ": ("K", "a"), "ゖ": ("K", "e"),
}  # fmt: skip
_SMALL = {"ゃ": "a", "ゅ": "u", "ょ": "o", "ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o"}
_PALATAL = frozenset({"SH", "CH", "JH", "hy"})  # These hold the y of a digraph in themselves.
# は and へ as particles, where the script shows that they are: after what is no kana, at the end
# of a run of hiragana, and in greetings.
_GREETINGS = {
    "こんにちは": "こんにちわ",
    "こんばんは": "こんばんわ",
    "ではありません": "でわありません",
}
_PARTICLE = re.compile(
    r"(?<=[\u4e00-\u9fff\dA-Za-z])[はへ]|(?<=[ぁ-ゖァ-ヶー])[はへ](?=[^ぁ-ゖ]|$)"
)
_PAUSES = {
    "、": ",",
    ",": ",",
    "。": ".",
    ".": ".",
    "!": "!",
    "?": "?",
    "…": ".",
    ";": ",",
    ":": ",",
}
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Mora:
    """A beat of the line; `whispered` when its vowel is devoiced."""

    phones: tuple[str, ...]
    whispered: bool


def morae(text: str) -> tuple[tuple[Mora | str, ...], tuple[str, ...]]:
    """Return the morae of a Japanese line with its pauses, and what in it is not spoken.

    Args:
        text: NFKC text.

    Returns:
        Morae and pauses (`,` `.` `?` `!`) in order; then kanji and other characters without a
        reading, each run of them once.
    """
    plain = text
    for written, spoken in _GREETINGS.items():
        plain = plain.replace(written, spoken)
    plain = _PARTICLE.sub(lambda match: "わ" if match[0] == "は" else "え", plain)
    plain = _NUMBER.sub(lambda match: numbers.japanese(match[0]), plain)
    beats: list[tuple[str, ...] | str] = []
    unspoken: list[str] = []
    run = ""
    for char in _hiragana(plain):
        read = _read(char, beats)
        if not read and char.isalnum():
            run += char
        elif run:
            unspoken.append(run)
            run = ""
    return _whisper(beats), (*unspoken, *filter(None, [run]))


def _hiragana(text: str) -> str:
    """Return the text with katakana as hiragana."""
    return "".join(chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char for char in text)


def _read(char: str, beats: list[tuple[str, ...] | str]) -> bool:
    """Add a character to the beats; say whether it was read."""
    last = beats[-1] if beats else ""
    if char in _PAUSES:
        beats.append(_PAUSES[char])
    elif char in _SMALL and last and isinstance(last, tuple) and last[-1] in "iueo":
        beats[-1] = _joined(last, char)
    elif char in "ー〜~" and isinstance(last, tuple):
        vowel = last[-1]
        beats.append((vowel,) if vowel in _VOWELS else ())
    elif char in _SINGLE:
        beats.append(_long(_SINGLE[char], last))
    else:
        return unicodedata.category(char)[0] in "PZC"
    return True


def _joined(last: tuple[str, ...], small: str) -> tuple[str, ...]:
    """Return a digraph: きゃ, しゅ, ふぁ, てぃ, うぇ."""
    onset = {"u": "W", "i": "Y"}.get(last[0], last[0])
    if small in "ゃゅょ" and onset not in _PALATAL and last[-1] == "i":
        return onset, "Y", _SMALL[small]
    return onset, _SMALL[small]


def _long(phones: tuple[str, ...], last: tuple[str, ...] | str) -> tuple[str, ...]:
    """Return a mora, an う after o and an い after e being the second half of a long vowel."""
    before = last[-1] if isinstance(last, tuple) and last else ""
    if phones == ("u",) and before == "o":
        return ("o",)
    if phones == ("i",) and before == "e":
        return ("e",)
    return phones


def _whisper(beats: list[tuple[str, ...] | str]) -> tuple[Mora | str, ...]:
    """Mark the morae whose i or u is whispered, never two in a row."""
    said: list[Mora | str] = []
    for at, beat in enumerate(beats):
        if isinstance(beat, str):
            said.append(beat)
            continue
        if not beat:
            continue
        ahead = beats[at + 1] if at + 1 < len(beats) else "."
        before = said[-1] if said else ","
        hushed = (
            len(beat) > 1
            and beat[-1] in "iu"
            and _voiceless(beat[0])
            and (_voiceless(ahead[0]) if isinstance(ahead, tuple) and ahead else beat == ("S", "u"))
            and not (isinstance(before, Mora) and before.whispered)
            and not isinstance(before, str)
        )
        said.append(Mora(beat, hushed))
    return tuple(said)


def _voiceless(phone: str) -> bool:
    return phone in PHONES and not PHONES[phone].voiced and PHONES[phone].manner is not Manner.VOWEL
