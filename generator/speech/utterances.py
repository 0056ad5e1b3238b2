"""A line in time: which phone is said when, at what pitch, with which shape of the mouth.

Pitch falls over a phrase, rises on what is stressed, and ends as the punctuation says.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from generator.speech import durations, english, kana, mouths
from generator.speech.durations import Timed
from generator.speech.phones import PHONES, SILENCE, Manner, Mouth

PAUSES: dict[str, float] = {",": 0.17, ".": 0.30, "!": 0.28, "?": 0.30}  # Seconds.
LEAD_SECONDS = 0.25  # A speaker breathes in after a cut.
FASTEST = 0.35  # Of what a phone may lose to haste, so much is left at the fastest.
GAP_SECONDS = 0.2  # Between two lines.
END_SECONDS = 0.05  # No line runs into a cut.
_TEXT_KANA = re.compile(r"[\u3041-\u309f\u30a1-\u30fa]")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’ \-]*")


@dataclass(frozen=True, slots=True)
class Utterance:
    """A line said.

    Attributes:
        text: What is to be said.
        phones: In order of time, pauses among them.
        pitch: (seconds of the clip, factor on the speaker's pitch), in order.
        unspoken: Stretches of the text that have no reading.
        share: Of what has a reading, how much there was time for, 0..1.
        keys: (seconds of the clip, mouth), in order; between two, the mouth moves evenly.
    """

    text: str
    phones: tuple[Timed, ...]
    pitch: tuple[tuple[float, float], ...]
    unspoken: tuple[str, ...]
    share: float
    keys: tuple[tuple[float, Mouth], ...]

    @property
    def start(self) -> float:
        """When it begins, in seconds of the clip; 0 if nothing is said."""
        return self.phones[0].start if self.phones else 0.0

    @property
    def end(self) -> float:
        """When it ends, in seconds of the clip; 0 if nothing is said."""
        return self.phones[-1].end if self.phones else 0.0

    def says(self, at: float) -> bool:
        """Say whether the mouth moves for this line at a time of the clip."""
        return bool(self.keys) and self.keys[0][0] <= at <= self.keys[-1][0]


@dataclass(slots=True)
class _Unit:
    """A word or a mora on its way to being timed; an empty one is a pause by its `mark`."""

    phones: list[Timed]
    mark: str = ""
    japanese: bool = False


def speak(text: str, *, start: float, end: float) -> Utterance:
    """Return a line said between two times of the clip.

    Args:
        text: What is said, in English or kana.
        start: Seconds of the clip at which it begins.
        end: Seconds by which it is over: haste shortens it, and whole words are left out at its
            end if that is not enough.
    """
    units, unspoken = _read(text)
    count = sum(not unit.mark for unit in units)
    while units and units[-1].mark:
        units.pop()
    mark = _last_mark(text)
    _shape(units, mark)
    haste = _haste(units, end - start)
    while units and _length(units, haste) > end - start:
        units.pop()
        while units and units[-1].mark:
            units.pop()
        haste = FASTEST
    if not units:
        return Utterance(text, (), (), unspoken, 0.0 if count else 1.0, ())
    phones, pitch = _lay(units, haste, start, mark)
    share = sum(not unit.mark for unit in units) / count
    return Utterance(text, phones, pitch, unspoken, share, mouths.keys(phones))


def converse(texts: Sequence[str], *, start: float, end: float) -> tuple[Utterance, ...]:
    """Return the lines of a shot, said in turn; if they do not fit, each gets its share of time.

    Args:
        texts: What is said, line by line.
        start: Seconds of the clip at which the shot begins.
        end: Seconds at which it ends.
    """
    said: list[Utterance] = []
    now = start + min(LEAD_SECONDS, (end - start) / 4)
    wanted = [seconds(text) for text in texts]
    for number, text in enumerate(texts):
        share = wanted[number] / max(sum(wanted[number:]), 1e-6)
        gaps = GAP_SECONDS * (len(texts) - 1 - number)
        room = max(end - END_SECONDS - now - gaps, 0.0)
        line = speak(text, start=now, end=now + room * share)
        said.append(line)
        now = line.end + GAP_SECONDS if line.phones else now
    return tuple(said)


def seconds(text: str) -> float:
    """Return how long a line takes at ease, in seconds."""
    said = speak(text, start=0.0, end=float("inf"))
    return said.end


def is_japanese(text: str) -> bool:
    """Say whether a line holds kana, and so is read as Japanese."""
    return _TEXT_KANA.search(unicodedata.normalize("NFKC", text)) is not None


def _read(text: str) -> tuple[list[_Unit], tuple[str, ...]]:
    """Return the words and morae of a text, each script read by its own rules."""
    plain = unicodedata.normalize("NFKC", text)
    if not is_japanese(plain):
        return _english(plain)
    units: list[_Unit] = []
    unspoken: list[str] = []
    at = 0
    for match in [*_LATIN.finditer(plain), None]:
        for read, piece in (
            (_japanese, plain[at : match.start() if match else len(plain)]),
            (_english, match[0] if match else ""),
        ):
            more, missing = read(piece)
            units += more
            unspoken += missing
        at = match.end() if match else at
    return units, tuple(unspoken)


def _english(text: str) -> tuple[list[_Unit], tuple[str, ...]]:
    said, unspoken = english.words(text)
    units: list[_Unit] = []
    for item in said:
        if isinstance(item, str):
            units.append(_Unit([], mark=item))
            continue
        word = [
            Timed(phone, 0.0, 0.0, stressed=bool(stress))
            for phone, stress in zip(item.phones, item.stress, strict=True)
        ]
        if word:
            units.append(_Unit(word))
    return units, unspoken


def _japanese(text: str) -> tuple[list[_Unit], tuple[str, ...]]:
    beats, unspoken = kana.morae(text)
    units: list[_Unit] = []
    for beat in beats:
        if isinstance(beat, str):
            units.append(_Unit([], mark=beat, japanese=True))
            continue
        last = len(beat.phones) - 1
        said = [
            Timed(phone, 0.0, 0.0, whispered=beat.whispered and at == last)
            for at, phone in enumerate(beat.phones)
        ]
        units.append(_Unit(said, japanese=True))
    return units, unspoken


def _last_mark(text: str) -> str:
    """Return how the line ends: `?`, `!`, or else `.`."""
    ending = unicodedata.normalize("NFKC", text).rstrip(" 」』\"'")[-1:]
    return ending if ending in ("?", "!") else "."


def _shape(units: list[_Unit], mark: str) -> None:
    """Give every phone its length at ease."""
    marks = [*(unit.mark for unit in units[1:]), mark][: len(units)]
    for unit, ahead in zip(units, marks, strict=True):
        if unit.mark:
            unit.phones = [Timed(SILENCE, 0.0, PAUSES[unit.mark])]
        elif unit.japanese:
            unit.phones = [durations.even(said) for said in unit.phones]
            if ahead:
                last = unit.phones[-1]
                unit.phones[-1] = replace(last, seconds=1.25 * last.seconds)
        else:
            unit.phones = durations.worded(unit.phones, final=bool(ahead))


def _length(units: list[_Unit], haste: float) -> float:
    return sum(_hurried(said, haste) for unit in units for said in unit.phones)


def _hurried(said: Timed, haste: float) -> float:
    """Return the seconds of a phone when so much of what it may lose is left, 0..1."""
    least = min(0.55 * PHONES[said.phone].shortest, said.seconds)
    return least + haste * (said.seconds - least)


def _haste(units: list[_Unit], room: float) -> float:
    """Return how much of each phone is left so that the line fits: 1 at ease, FASTEST at least."""
    ease, least = _length(units, 1.0), _length(units, 0.0)
    if ease <= room or ease - least < 1e-9:
        return 1.0
    return min(max((room - least) / (ease - least) - 1e-9, FASTEST), 1.0)


def _lay(
    units: list[_Unit], haste: float, start: float, mark: str
) -> tuple[tuple[Timed, ...], tuple[tuple[float, float], ...]]:
    """Return the phones one after the other, and the pitch over them, phrase by phrase."""
    phones: list[Timed] = []
    pitch: list[tuple[float, float]] = []
    now = start
    phrase: list[Timed] = []
    spoken = [unit.japanese for unit in units if not unit.mark]
    japanese = sum(spoken) * 2 > len(spoken)
    for unit in units:
        for said in unit.phones:
            length = _hurried(said, haste)
            placed = replace(said, start=now, seconds=length, breath=min(said.breath, length / 2))
            now += length
            phones.append(placed)
            if not unit.mark:
                phrase.append(placed)
        if unit.mark and phrase:
            pitch += _melody(phrase, unit.mark, japanese=japanese)
            phrase = []
    if phrase:
        pitch += _melody(phrase, mark, japanese=japanese)
    return tuple(phones), tuple(pitch)


def _melody(phrase: list[Timed], mark: str, *, japanese: bool) -> list[tuple[float, float]]:
    """Return the pitch over one phrase as points."""
    start, end = phrase[0].start, phrase[-1].end
    lively = 1.5 if mark == "!" else 1.0
    points: dict[float, float] = {start: 0.94 if japanese else 1.02}
    if japanese:
        # Low on the first beat, high from the second, then falling slowly.
        points[start + min(0.16, 0.3 * (end - start))] = 1 + 0.13 * lively
        points[start + 0.75 * (end - start)] = 0.95
    else:
        first = True
        for said in phrase:
            if not said.stressed:
                continue
            passed = (said.start - start) / max(end - start, 1e-6)
            base = 1.06 - 0.16 * passed
            points[said.start] = base
            points[said.start + 0.5 * said.seconds] = base + lively * (0.16 if first else 0.11)
            points[said.end] = base - 0.01
            first = False
    vowels = [said for said in phrase if PHONES[said.phone].manner is Manner.VOWEL] or phrase
    last = vowels[-1]
    if mark == "?":
        points[last.start + 0.2 * last.seconds] = 0.95
        points[end] = 1.38
    elif mark == ",":
        points[end] = 1.0
    else:
        points[end] = 0.78
    return sorted(points.items())
