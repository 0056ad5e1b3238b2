"""A murmured voice: harmonics of a pitch under the formants of a vowel, one syllable at a time.

Source: the source-filter model of speech; formant frequencies after Peterson and Barney, "Control
methods used in a study of the vowels", JASA 24 (1952), scaled with the pitch of the speaker.
"""

import numpy as np
from numpy.typing import NDArray

from generator.simulate.speech import Syllable

_FORMANTS: dict[str, tuple[float, float, float]] = {  # Hertz, of a man's voice.
    "a": (730.0, 1090.0, 2440.0),
    "e": (530.0, 1840.0, 2480.0),
    "i": (270.0, 2290.0, 3010.0),
    "o": (570.0, 840.0, 2410.0),
    "u": (300.0, 870.0, 2240.0),
}
_WIDTHS = (80.0, 110.0, 160.0)  # Hertz of each formant's bandwidth.
_GAINS = (1.0, 0.8, 0.35)
_TOP_HZ = 4500.0  # Harmonics above this add nothing to a murmur.
_MAN_HZ = 120.0
_HISS_SECONDS = 0.05

Samples = NDArray[np.float64]


def murmur(
    syllables: tuple[Syllable, ...], *, voice_hz: float, rate: int, count: int, seed: int
) -> Samples:
    """Return a voice saying syllables, float64 (count,), at most about 0.5 in size.

    Args:
        syllables: Times are seconds of the clip.
        voice_hz: The speaker's pitch.
        rate: Samples a second.
        count: Samples of the clip.
        seed: Hiss.
    """
    voice = np.zeros(count)
    rng = np.random.default_rng((seed, 20))
    # A short vocal tract sounds higher: formants rise with about the cube root of the pitch.
    tract = (voice_hz / _MAN_HZ) ** 0.33
    for index, syllable in enumerate(syllables):
        first = round(syllable.start * rate)
        size = min(round(syllable.seconds * rate), count - first)
        if size <= 0:
            continue
        share = np.arange(size) / size
        # The pitch falls over the line and within each syllable.
        fall = 1.08 - 0.16 * index / max(len(syllables), 1) - 0.05 * share
        phase = 2 * np.pi * np.cumsum(voice_hz * fall) / rate
        tone = np.zeros(size)
        for harmonic in range(1, int(_TOP_HZ / voice_hz) + 1):
            level = _level(harmonic * voice_hz, syllable.vowel, tract) / harmonic**0.6
            if level > 0.004:
                tone += level * np.sin(harmonic * phase)
        envelope = np.minimum(1, share / 0.12) * np.minimum(1, (1 - share) / 0.3)
        voice[first : first + size] += 0.16 * tone * envelope
        if syllable.hissing:
            voice[first : first + size] += _hiss(rng, size, rate)
    return voice


def _level(hertz: float, vowel: str, tract: float) -> float:
    """Return how strongly a vowel passes a frequency: a sum of resonances."""
    return sum(
        gain / (1 + ((hertz - formant * tract) / width) ** 2)
        for formant, width, gain in zip(_FORMANTS[vowel], _WIDTHS, _GAINS, strict=True)
    )


def _hiss(rng: np.random.Generator, size: int, rate: int) -> Samples:
    """Return the noise of a sibilant at the start of a syllable."""
    noise = np.diff(rng.standard_normal(size + 1))  # The difference leaves the high part.
    envelope = np.exp(-np.arange(size) / (_HISS_SECONDS * rate / 2))
    return 0.02 * noise * envelope
