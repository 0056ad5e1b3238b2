"""Voices of people who do not exist: a buzz through the resonances of a throat.

A speaker has a pitch and a length of throat; what is said is drawn from a seed. No recording of
anyone is needed, and none is kept.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RATE = 16_000
SYLLABLE_SECONDS = 0.22
# First three resonances of vowels, Hz (Peterson and Barney, 1952).
VOWELS = np.array(
    [[730, 1090, 2440], [530, 1840, 2480], [270, 2290, 3010], [570, 840, 2410], [300, 870, 2240],
     [640, 1190, 2390], [490, 1350, 1690]]
)  # fmt: skip
BANDWIDTHS = np.array([80.0, 100.0, 140.0, 200.0])

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Speaker:
    """Someone.

    Attributes:
        pitch: Hz.
        throat: 1 for an average one; longer ones have lower resonances.
    """

    pitch: float
    throat: float


ADA = Speaker(220, 0.85)
BOB = Speaker(95, 1.15)
EVE = Speaker(300, 0.72)


def say(speaker: Speaker, *, seed: int = 0, seconds: float = 6.0) -> Samples:
    """Return someone saying nothing in particular, mono at RATE."""
    pitch, throat = speaker.pitch, speaker.throat
    chance = np.random.default_rng(seed)
    pieces: list[Samples] = []
    while sum(map(len, pieces)) < seconds * RATE:
        count = int(RATE * SYLLABLE_SECONDS * chance.uniform(0.7, 1.4))
        hertz = pitch * chance.uniform(0.9, 1.12) * np.linspace(1.04, 0.96, count)
        phase = np.cumsum(hertz / RATE) + chance.uniform()
        buzz = (np.diff(np.floor(phase), prepend=0) > 0).astype(float)
        buzz += 0.02 * chance.standard_normal(count)
        formants = np.append(VOWELS[chance.integers(len(VOWELS))], 3500) / throat
        sound = buzz
        for hertz_, width in zip(formants, BANDWIDTHS, strict=True):
            sound = _resonate(sound, hertz_, width)
        sound = _resonate(sound, 250 / throat, 400)
        sound *= np.hanning(count) ** 0.5
        pieces.append((sound / (np.abs(sound).max() + 1e-9) * 0.3).astype(np.float32))
        pieces.append(np.zeros(int(RATE * chance.uniform(0.02, 0.08)), np.float32))
    return np.concatenate(pieces)[: int(seconds * RATE)]


def _resonate(
    sound: npt.NDArray[np.float64], hertz: float, width: float
) -> npt.NDArray[np.float64]:
    """Return sound through one resonance, by its impulse response."""
    at = np.arange(int(RATE * 0.03)) / RATE
    response = np.exp(-np.pi * width * at) * np.sin(2 * np.pi * hertz * at)
    return np.convolve(sound, response)[: len(sound)]
