"""What sounds are put together from: noise in a band, damped modes, gliding tones, grains."""

import numpy as np
from numpy.typing import NDArray

from generator import filters

RATE = 48_000  # Samples a second of everything that is mixed.

_FAINT = 8.0  # Decays after which a mode is 70 dB down, and left out.

Samples = NDArray[np.float64]
Mode = tuple[float, float, float]  # Hertz, seconds of decay to 1/e, level.


def span(seconds: float) -> Samples:
    """Return the times of so many seconds of samples, from 0."""
    return np.arange(max(round(seconds * RATE), 1)) / RATE


def noise(rng: np.random.Generator, seconds: float, low: float, high: float) -> Samples:
    """Return noise between two frequencies in hertz, with a root mean square of one."""
    white = rng.standard_normal(len(span(seconds)))
    made = filters.sections(filters.band(low, high, RATE), white)
    return made / max(float(np.sqrt((made**2).mean())), 1e-12)


def rung(modes: tuple[Mode, ...], seconds: float) -> Samples:
    """Return modes struck at once: cosines, so that the first sample is the blow."""
    time = span(seconds)
    sound = np.zeros(len(time))
    for hertz, decay, level in modes:
        if hertz < 0.45 * RATE:
            part = time[: round(_FAINT * decay * RATE)]
            sound[: len(part)] += level * np.exp(-part / decay) * np.cos(2 * np.pi * hertz * part)
    return sound


def glide(hertz: Samples) -> Samples:
    """Return a sine whose frequency is given for every sample, hertz."""
    return np.sin(2 * np.pi * np.cumsum(hertz) / RATE)


def buzz(hertz: Samples, *, soft: float = 1.0, top: float = 9000.0) -> Samples:
    """Return a tone with all harmonics up to `top` hertz, each `number ** -soft` strong."""
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    count = max(int(top / max(float(hertz.max()), 1.0)), 1)
    return sum(
        (np.sin(number * phase) / number**soft for number in range(1, count + 1)),
        np.zeros(len(hertz)),
    )


def pulses(hertz: Samples) -> Samples:
    """Return one impulse a period of a frequency that is given for every sample, hertz."""
    return np.diff(np.floor(np.cumsum(hertz) / RATE), prepend=0.0)


def curve(seconds: float, *points: tuple[float, float]) -> Samples:
    """Return values over time that run evenly from point to point: (seconds, value)."""
    times, values = zip(*points, strict=True)
    return np.interp(span(seconds), times, values)


def swelled(seconds: float, rise: float, fall: float) -> Samples:
    """Return an envelope that rises for some seconds, holds at one, and falls for some."""
    time = span(seconds)
    return np.clip(np.minimum(time / rise, (seconds - time) / fall), 0, 1)


def struck(seconds: float, decay: float) -> Samples:
    """Return an envelope that starts at one and falls to 1/e in `decay` seconds."""
    return np.exp(-span(seconds) / decay)


def add(into: Samples, sound: Samples, at: float, level: float = 1.0) -> None:
    """Add a sound to a longer one at a time in seconds; what lies outside is left out."""
    first = round(at * RATE)
    skip = max(-first, 0)
    size = min(len(sound) - skip, len(into) - first - skip)
    if size > 0:
        into[first + skip : first + skip + size] += level * sound[skip : skip + size]


def levelled(sound: Samples, peak: float = 1.0) -> Samples:
    """Return a sound whose largest sample is `peak`."""
    largest = float(np.abs(sound).max(initial=0.0))
    return sound * (peak / largest) if largest > 0 else sound
