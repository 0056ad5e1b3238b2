"""What is heard all along: the air of a place, weather, birds, traffic, waves, and a quiet pad."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

# Cues every place brings by itself.
AIRS: dict[str, tuple[str, ...]] = {
    "court": ("wind",), "park": ("wind", "birds"), "room": ("hum",), "street": ("traffic",),
    "beach": ("waves",), "forest": ("wind", "birds"), "snowfield": ("wind",), "desert": ("wind",),
    "studio": ("hum",), "cafe": ("hum",), "harbour": ("waves", "wind"), "kitchen": ("hum",),
    "library": ("hum",), "meadow": ("wind", "birds"), "rooftop": ("wind", "traffic"),
    "temple": ("wind", "birds"), "theatre": ("hum",),
}  # fmt: skip
_SHAPES: dict[str, tuple[float, float, float]] = {  # Noise between two frequencies, and its level.
    "wind": (90.0, 700.0, 0.012), "traffic": (40.0, 240.0, 0.012), "waves": (120.0, 1800.0, 0.016),
    "rain": (900.0, 7500.0, 0.018), "hum": (40.0, 160.0, 0.004),
}  # fmt: skip
_CHORDS = ((0, 4, 7, 11), (-3, 0, 4, 7), (-7, -3, 0, 4), (-5, -1, 2, 5))
_CHORD_SECONDS = 2.6


def bed(cues: tuple[str, ...], *, count: int, rate: int, seed: int) -> Samples:
    """Return the sum of some cues, float64 (count, 2), quiet: a few hundredths in size.

    Args:
        cues: wind, traffic, waves, rain, hum, birds or music; others are silent.
        count: Samples.
        rate: Samples a second.
        seed: Of noise and birds.
    """
    sound = np.zeros((count, 2))
    for number, cue in enumerate(cues):
        rng = np.random.default_rng((seed, 22, number))
        if cue in _SHAPES:
            low, high, level = _SHAPES[cue]
            noise = band(rng, count, rate, low=low, high=high)
            sound += level * noise * _swell(cue, count, rate, rng)[:, None]
        elif cue == "birds":
            sound += _birds(rng, count, rate)
        elif cue == "music":
            sound += _pad(rng, count, rate)[:, None]
    return sound


def band(rng: np.random.Generator, count: int, rate: int, *, low: float, high: float) -> Samples:
    """Return noise between two frequencies, float64 (count, 2), with a root mean square of one."""
    spectrum = np.fft.rfft(rng.standard_normal((count, 2)), axis=0)
    hertz = np.fft.rfftfreq(count, 1 / rate)
    gain = 1 / (1 + (low / np.maximum(hertz, 1)) ** 4) / (1 + (hertz / high) ** 2)
    noise = np.fft.irfft(spectrum * gain[:, None], n=count, axis=0)
    return noise / max(float(np.sqrt((noise**2).mean())), 1e-12)


def _swell(cue: str, count: int, rate: int, rng: np.random.Generator) -> Samples:
    """Return how loud a cue is over time, about one: waves roll in, wind gusts."""
    depth, hertz = {"waves": (0.75, 0.14), "wind": (0.5, 0.19), "traffic": (0.4, 0.11)}.get(
        cue, (0.0, 0.1)
    )
    time = np.arange(count) / rate
    start = float(rng.uniform(0, 2 * np.pi))
    return 1 + depth * np.sin(2 * np.pi * hertz * time + start) * np.cos(0.37 * time + start)


def _birds(rng: np.random.Generator, count: int, rate: int) -> Samples:
    sound = np.zeros((count, 2))
    size = round(0.075 * rate)
    time = np.arange(size) / rate
    for _ in range(round(count / rate * 1.1)):
        start, low = int(rng.integers(0, max(count, 1))), float(rng.uniform(2700, 4600))
        side, rise = float(rng.uniform(0.1, 0.9)), float(rng.uniform(3e3, 1.3e4))
        for chirp in range(int(rng.integers(2, 6))):
            at = start + chirp * round(0.11 * rate)
            if at + size > count:
                break
            tone = np.sin(2 * np.pi * (low * time + rise * time * time)) * np.hanning(size)
            sound[at : at + size] += 0.008 * tone[:, None] * np.array([1 - side, side])
    return sound


def _pad(rng: np.random.Generator, count: int, rate: int) -> Samples:
    """Return slow chords of soft tones."""
    sound = np.zeros(count)
    root = 220.0 * 2 ** (int(rng.integers(-4, 4)) / 12)
    size = round(_CHORD_SECONDS * rate)
    for number, first in enumerate(range(0, count, size)):
        span = min(size + rate // 2, count - first)
        time = np.arange(span) / rate
        envelope = np.minimum(1, time / 0.7) * np.clip((_CHORD_SECONDS + 0.5 - time) / 0.5, 0, 1)
        for note in _CHORDS[number % len(_CHORDS)]:
            hertz = root * 2 ** (note / 12)
            tone = np.sin(2 * np.pi * hertz * time + 0.5 * np.sin(2 * np.pi * hertz * time))
            sound[first : first + span] += 0.007 * envelope * tone
    return sound
