"""The sounds a voice makes: what each is like, how long it lasts, and how the lips look.

Phones are ARPABET, with a few for Japanese in lower case. Formant frequencies, bandwidths and the
levels of the noise branch follow D. H. Klatt, "Software for a cascade/parallel formant
synthesizer", JASA 67 (1980), tables II and III (a man's voice); durations follow the same author's
"Synthesis by rule of segmental durations in English sentences" (1979); the Japanese vowels lie
where published means of men's voices do. Mouth shapes are ours.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Three: TypeAlias = tuple[float, float, float]


class Manner(StrEnum):
    """How a phone is made."""

    VOWEL = "vowel"
    GLIDE = "glide"
    NASAL = "nasal"
    FRICATIVE = "fricative"
    STOP = "stop"
    BREATH = "breath"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Mouth:
    """A shape of the lips.

    Attributes:
        open: How far the jaw is open, 0..1.
        width: From -1 (rounded, drawn together) to 1 (spread).
        press: How firmly the lips touch, 0..1; above 0.5 they are closed.
    """

    open: float
    width: float
    press: float


@dataclass(frozen=True, slots=True)
class Phone:
    """A sound.

    Attributes:
        manner: How it is made.
        voiced: Whether the folds swing.
        seconds: How long it lasts at ease; `shortest` is what haste leaves of it.
        formants: Hertz of the first three resonances at its start; `glide` is where they end.
        widths: Hertz of their bandwidths.
        noise: Decibels of hiss at the resonators 2 to 6, then past them all.
        locus: How much of the vowel beside it shows in its own second formant, 0..1.
        mouth: The lips.
    """

    manner: Manner
    voiced: bool
    seconds: float
    shortest: float
    formants: Three
    widths: Three
    glide: Three
    noise: tuple[float, float, float, float, float, float]
    locus: float
    mouth: Mouth


_QUIET = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
SILENCE = "_"


def _vowel(
    milliseconds: tuple[int, int], start: Three, widths: Three, mouth: Three, end: Three = (0, 0, 0)
) -> Phone:
    seconds, shortest = milliseconds[0] / 1000, milliseconds[1] / 1000
    glide = end if end[0] else start
    row = (seconds, shortest, start, widths, glide, _QUIET, 1.0, Mouth(*mouth))
    return Phone(Manner.VOWEL, True, *row)  # noqa: FBT003 - every vowel is voiced.


def _consonant(  # noqa: PLR0913, PLR0917 - one row of the table.
    manner: Manner,
    voicing: str,
    milliseconds: tuple[int, int],
    formants: Three,
    widths: Three,
    mouth: Three,
    noise: tuple[float, float, float, float, float, float] = _QUIET,
    locus: float = 0.4,
) -> Phone:
    seconds, shortest = milliseconds[0] / 1000, milliseconds[1] / 1000
    return Phone(
        manner,
        voicing == "+",
        seconds,
        shortest,
        formants,
        widths,
        formants,
        noise,
        locus,
        Mouth(*mouth),
    )


_GLIDE, _NASAL, _FRICATIVE, _STOP = Manner.GLIDE, Manner.NASAL, Manner.FRICATIVE, Manner.STOP
_LABIAL: tuple[float, float, float, float, float, float] = (0, 0, 0, 0, 0, 54)
_T_BURST: tuple[float, float, float, float, float, float] = (0, 30, 45, 57, 63, 0)
_K_BURST: tuple[float, float, float, float, float, float] = (60, 57, 48, 42, 40, 0)
_S_HISS: tuple[float, float, float, float, float, float] = (0, 0, 30, 52, 60, 0)
_SH_HISS: tuple[float, float, float, float, float, float] = (0, 57, 52, 48, 44, 0)
_CLOSED: Three = (0.0, 0.0, 1.0)
_TEETH: Three = (0.15, 0.3, 0.0)

PHONES: dict[str, Phone] = {
    SILENCE: _consonant(
        Manner.SILENCE, "-", (120, 40), (500, 1400, 2500), (80, 100, 150), (0, 0, 0.2), locus=1.0
    ),
    "IY": _vowel((155, 55), (310, 2020, 2960), (45, 200, 300), (0.28, 0.9, 0), (290, 2070, 2960)),
    "IH": _vowel((135, 40), (400, 1800, 2570), (50, 100, 140), (0.36, 0.6, 0)),
    "EY": _vowel((190, 70), (480, 1720, 2520), (70, 100, 200), (0.48, 0.7, 0), (330, 2020, 2600)),
    "EH": _vowel((150, 70), (530, 1680, 2500), (60, 90, 200), (0.58, 0.5, 0)),
    "AE": _vowel((230, 80), (630, 1650, 2430), (70, 150, 250), (0.78, 0.45, 0)),
    "AA": _vowel((240, 100), (700, 1220, 2600), (110, 70, 160), (0.92, 0.1, 0)),
    "AO": _vowel((240, 100), (600, 990, 2570), (90, 90, 80), (0.72, -0.5, 0)),
    "AH": _vowel((140, 60), (620, 1220, 2550), (80, 60, 140), (0.6, 0.1, 0)),
    "OW": _vowel((220, 80), (540, 1100, 2300), (80, 70, 90), (0.56, -0.7, 0), (450, 900, 2300)),
    "UH": _vowel((160, 60), (450, 1100, 2350), (80, 100, 80), (0.36, -0.6, 0)),
    "UW": _vowel((210, 70), (350, 1250, 2200), (65, 110, 140), (0.26, -1.0, 0), (320, 900, 2200)),
    "ER": _vowel((180, 80), (470, 1270, 1540), (90, 60, 110), (0.42, -0.3, 0)),
    "AX": _vowel((110, 50), (500, 1400, 2500), (70, 80, 150), (0.42, 0.1, 0)),
    "AY": _vowel((250, 130), (660, 1200, 2550), (90, 70, 200), (0.8, 0.3, 0), (400, 1880, 2500)),
    "AW": _vowel((260, 110), (640, 1230, 2550), (80, 70, 140), (0.8, -0.4, 0), (420, 940, 2350)),
    "OY": _vowel((280, 140), (550, 960, 2400), (80, 60, 130), (0.6, -0.3, 0), (360, 1820, 2450)),
    "a": _vowel((105, 50), (720, 1200, 2550), (90, 70, 160), (0.82, 0.2, 0)),
    "i": _vowel((95, 40), (300, 2150, 2950), (50, 150, 250), (0.28, 0.8, 0)),
    "u": _vowel((95, 40), (330, 1300, 2300), (60, 100, 140), (0.26, -0.3, 0)),
    "e": _vowel((100, 45), (480, 1850, 2550), (60, 100, 200), (0.5, 0.55, 0)),
    "o": _vowel((105, 50), (480, 830, 2450), (75, 80, 100), (0.5, -0.7, 0)),
    "W": _consonant(_GLIDE, "+", (80, 60), (290, 700, 2150), (50, 80, 60), (0.16, -1.0, 0)),
    "Y": _consonant(_GLIDE, "+", (70, 40), (260, 2070, 3020), (40, 200, 300), (0.22, 0.8, 0)),
    "R": _consonant(_GLIDE, "+", (75, 30), (310, 1060, 1380), (70, 100, 120), (0.24, -0.4, 0)),
    "L": _consonant(_GLIDE, "+", (75, 40), (330, 1050, 2880), (50, 100, 280), (0.28, 0.2, 0)),
    # The Japanese r: one quick tap of the tongue.
    "r": _consonant(_GLIDE, "+", (38, 26), (330, 1500, 2500), (80, 120, 200), (0.3, 0.1, 0)),
    "M": _consonant(_NASAL, "+", (70, 55), (480, 1100, 2130), (40, 200, 200), _CLOSED),
    "N": _consonant(_NASAL, "+", (62, 45), (480, 1500, 2470), (40, 250, 300), (0.2, 0.2, 0)),
    "NG": _consonant(
        _NASAL, "+", (90, 55), (480, 1900, 2600), (60, 200, 300), (0.24, 0.2, 0), locus=0.7
    ),
    # The Japanese moraic nasal, as long as a syllable.
    "N:": _consonant(
        _NASAL, "+", (115, 60), (480, 1600, 2470), (60, 200, 300), (0.18, 0.1, 0), locus=0.6
    ),
    "F": _consonant(
        _FRICATIVE, "-", (100, 70), (340, 1100, 2080), (200, 120, 150), (0.08, 0.2, 0.35),
        (0, 0, 0, 0, 36, 48),
    ),
    "V": _consonant(
        _FRICATIVE, "+", (62, 40), (260, 1100, 2080), (60, 90, 120), (0.08, 0.2, 0.35),
        (0, 0, 0, 0, 34, 46),
    ),
    "TH": _consonant(
        _FRICATIVE, "-", (90, 60), (320, 1290, 2540), (200, 90, 200), _TEETH,
        (0, 0, 0, 30, 46, 48),
    ),
    "DH": _consonant(
        _FRICATIVE, "+", (52, 30), (270, 1290, 2540), (60, 80, 170), _TEETH,
        (0, 0, 0, 24, 40, 42),
    ),
    "S": _consonant(
        _FRICATIVE, "-", (108, 60), (320, 1550, 2530), (200, 80, 200), (0.12, 0.6, 0), _S_HISS
    ),
    "Z": _consonant(
        _FRICATIVE, "+", (78, 45), (260, 1550, 2530), (70, 70, 180), (0.12, 0.6, 0), _S_HISS
    ),
    "SH": _consonant(
        _FRICATIVE, "-", (108, 70), (300, 1840, 2750), (200, 100, 300), (0.2, -0.6, 0), _SH_HISS,
        0.3,
    ),
    "ZH": _consonant(
        _FRICATIVE, "+", (75, 45), (270, 1840, 2750), (70, 80, 250), (0.2, -0.6, 0), _SH_HISS, 0.3
    ),
    # The Japanese f, between the lips, and the hiss before i.
    "f": _consonant(
        _FRICATIVE, "-", (80, 50), (350, 1200, 2200), (200, 150, 200), (0.12, -0.5, 0),
        (36, 30, 30, 30, 30, 50), 0.7,
    ),
    "hy": _consonant(
        _FRICATIVE, "-", (80, 50), (320, 2050, 2900), (200, 150, 300), (0.24, 0.6, 0),
        (44, 54, 48, 40, 36, 0), 0.3,
    ),
    "HH": _consonant(
        Manner.BREATH, "-", (75, 35), (500, 1500, 2500), (300, 160, 300), (0.4, 0.1, 0), locus=1.0
    ),
    "P": _consonant(
        _STOP, "-", (95, 60), (300, 900, 2150), (200, 150, 220), _CLOSED, _LABIAL, 0.5
    ),
    "B": _consonant(_STOP, "+", (85, 55), (200, 900, 2150), (60, 110, 130), _CLOSED, _LABIAL, 0.5),
    "T": _consonant(_STOP, "-", (85, 55), (300, 1700, 2600), (200, 120, 250), _TEETH, _T_BURST),
    "D": _consonant(_STOP, "+", (75, 45), (200, 1700, 2600), (60, 100, 170), _TEETH, _T_BURST),
    "K": _consonant(
        _STOP, "-", (90, 60), (300, 1990, 2850), (200, 160, 330), (0.25, 0.1, 0), _K_BURST, 0.75
    ),
    "G": _consonant(
        _STOP, "+", (80, 55), (200, 1990, 2850), (60, 150, 280), (0.25, 0.1, 0), _K_BURST, 0.75
    ),
    "CH": _consonant(
        _STOP, "-", (125, 80), (300, 1800, 2820), (200, 90, 300), (0.2, -0.6, 0), _SH_HISS, 0.3
    ),
    "JH": _consonant(
        _STOP, "+", (105, 65), (220, 1800, 2820), (60, 80, 270), (0.2, -0.6, 0), _SH_HISS, 0.3
    ),
    "TS": _consonant(
        _STOP, "-", (115, 75), (300, 1600, 2600), (200, 100, 250), (0.14, 0.3, 0), _S_HISS
    ),
    # The Japanese long stop: a held breath before the consonant.
    "Q": _consonant(
        _STOP, "-", (100, 60), (300, 1600, 2500), (200, 150, 250), (0.12, 0.2, 0), locus=0.8
    ),
}  # fmt: skip

AFFRICATES = frozenset({"CH", "JH", "TS"})
