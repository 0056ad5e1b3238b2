"""How long a phone lasts where it stands.

Source: D. H. Klatt, "Synthesis by rule of segmental durations in English sentences", in Lindblom
and Öhman (eds.), Frontiers of Speech Communication Research (1979), in part: a phone shrinks
towards its shortest when it is unstressed or in a cluster, and the last syllable of a phrase is
drawn out.
"""

from dataclasses import dataclass, replace

from generator.speech.phones import AFFRICATES, PHONES, Manner

BURST_SECONDS = 0.012  # A stop lets go so quickly.
AFFRICATE_SHARE = 0.55  # Of an affricate that is hiss.
_BREATH_SECONDS = 0.032  # After p, t, k before a stressed vowel.
_EVEN_MAX = 0.125  # Seconds of a Japanese phone at most.


@dataclass(frozen=True, slots=True)
class Timed:
    """A phone in time.

    Attributes:
        phone: Its name in `phones.PHONES`.
        start: Seconds of the clip.
        seconds: How long it lasts; `breath` seconds at its end are the breath after a stop.
        breath: See `seconds`.
        stressed: Whether it carries the stress of its word.
        whispered: Whether it is devoiced.
    """

    phone: str
    start: float
    seconds: float
    breath: float = 0.0
    stressed: bool = False
    whispered: bool = False

    @property
    def end(self) -> float:
        """When it ends, in seconds of the clip."""
        return self.start + self.seconds

    @property
    def release(self) -> float:
        """When a stop lets go, in seconds of the clip; its end if it is none."""
        if PHONES[self.phone].manner is not Manner.STOP or self.phone == "Q":
            return self.end
        if self.phone in AFFRICATES:
            return self.end - AFFRICATE_SHARE * self.seconds
        return max(self.end - self.breath - BURST_SECONDS, self.start)


def even(said: Timed) -> Timed:
    """Return a Japanese phone, whose length hangs on nothing but itself."""
    length = PHONES[said.phone].seconds * (0.6 if said.whispered else 1.0)
    return replace(said, seconds=min(length, _EVEN_MAX))


def worded(word: list[Timed], *, final: bool) -> list[Timed]:
    """Return the phones of an English word; `final` before a pause."""
    nuclei = [at for at, said in enumerate(word) if PHONES[said.phone].manner is Manner.VOWEL]
    lean = not any(said.stressed for said in word)
    shaped: list[Timed] = []
    for at, said in enumerate(word):
        phone = PHONES[said.phone]
        factor = 1.0
        if phone.manner is Manner.VOWEL:
            factor = 0.62 if not said.stressed else 1.0 if len(nuclei) == 1 else 0.85
            if final and nuclei and at == nuclei[-1]:
                factor = max(factor, 0.8) * 1.35
            after = word[at + 1] if at + 1 < len(word) else None
            if (
                after
                and not PHONES[after.phone].voiced
                and PHONES[after.phone].manner is not Manner.VOWEL
            ):
                factor *= 0.82  # Before p, t, k a vowel is cut short.
        else:
            beside = [word[n].phone for n in (at - 1, at + 1) if 0 <= n < len(word)]
            if any(PHONES[name].manner is not Manner.VOWEL for name in beside):
                factor = 0.75
            if final and nuclei and at > nuclei[-1]:
                factor *= 1.25
        if lean:
            factor *= 0.85
        breath = 0.0
        if said.phone in ("P", "T", "K") and not (at and word[at - 1].phone == "S"):
            ahead = word[at + 1] if at + 1 < len(word) else None
            breath = _BREATH_SECONDS * (1.0 if ahead and ahead.stressed else 0.45)
        floor = phone.shortest * (0.7 if lean or not said.stressed else 1.0)
        length = max(phone.seconds * factor, floor) + breath
        shaped.append(replace(said, seconds=length, breath=breath))
    return shaped
