"""Made sounds, the same each time: what is noise, what is speech, and what is music of tones."""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from watermark.sound.analysis import Samples
from watermark.sound.embed import mark

RATE = 48_000
SECONDS = 8.0
SECRET = bytes(range(32))
PAYLOAD_ID = 0x123456789ABCDEF


def rain(seconds: float) -> np.ndarray:
    """Noise that falls by 3 dB an octave, and swells."""
    count = round(seconds * RATE)
    rng = np.random.default_rng(1)
    spectrum = np.fft.rfft(rng.standard_normal((count, 2)), axis=0)
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 20.0))[:, np.newaxis]
    noise = np.fft.irfft(spectrum, n=count, axis=0)
    swell = 1.0 + 0.4 * np.sin(2.0 * np.pi * 0.3 * np.arange(count) / RATE)
    return 0.05 * swell[:, np.newaxis] * noise / noise.std()


def speech(seconds: float) -> np.ndarray:
    """A buzz through moving resonances, in syllables with gaps, in a quiet room."""
    count = round(seconds * RATE)
    rng = np.random.default_rng(2)
    time = np.arange(count) / RATE
    pitch = 120.0 * (1.0 + 0.15 * np.sin(2.0 * np.pi * 0.7 * time))
    phase = 2.0 * np.pi * np.cumsum(pitch) / RATE
    syllables = np.arange(0.0, seconds, 0.21)
    voice = np.zeros(count)
    vowels = rng.uniform((300, 900, 2200), (800, 2000, 3200), (len(syllables) + 1, 3))
    formants = np.stack([np.interp(time, [*syllables, seconds], column) for column in vowels.T])
    for harmonic in range(1, 50):
        hertz = harmonic * pitch
        level = sum(np.exp(-np.square((hertz - formant) / 300.0)) for formant in formants)
        voice += np.sin(harmonic * phase) * (0.1 / np.sqrt(harmonic) + level)
    beat = np.interp(time, np.append(syllables, seconds), rng.uniform(0.0, 1.0, len(syllables) + 1))
    said = 0.08 * voice * np.square(np.sin(np.pi * time / 0.21)) * beat
    quiet = 0.001 * rng.standard_normal((count, 2))
    return said[:, np.newaxis] * np.array([0.9, 0.6]) + quiet


def music(seconds: float) -> np.ndarray:
    """Chords of decaying strings over a drum and a cymbal."""
    count = round(seconds * RATE)
    rng = np.random.default_rng(3)
    total = np.zeros((count, 2))
    for number, start in enumerate(np.arange(0.0, seconds, 0.5)):
        first = round(start * RATE)
        after = np.arange(count - first) / RATE
        for step in (0, 4, 7):
            hertz = 220.0 * 2.0 ** ((step + (0, 5, 7, 3)[number % 4]) / 12.0)
            for harmonic in range(1, 9):
                tone = np.sin(2.0 * np.pi * harmonic * hertz * after + rng.uniform(0.0, 6.0))
                total[first:, step % 2] += 0.05 / harmonic * tone * np.exp(-2.0 * harmonic * after)
        hit = rng.standard_normal(len(after)) * np.exp(-30.0 * after)
        total[first:] += 0.05 * hit[:, np.newaxis]
    return 0.5 * total + 0.0005 * rng.standard_normal((count, 2))


KINDS: Mapping[str, Callable[[float], np.ndarray]] = {
    "rain": rain,
    "speech": speech,
    "music": music,
}


@cache
def made(kind: str, seconds: float = SECONDS) -> Samples:
    samples = KINDS[kind](seconds).astype(np.float32)
    samples.flags.writeable = False
    return samples


@cache
def marked(kind: str, seconds: float = SECONDS) -> Samples:
    samples = mark(made(kind, seconds), rate=RATE, secret=SECRET, payload_id=PAYLOAD_ID)
    samples.flags.writeable = False
    return samples
