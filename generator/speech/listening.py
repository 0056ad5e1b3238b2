"""What a voice is like: its pitch, its resonances, the length of its tract.

Pitch is the lag at which speech is most like itself: P. Boersma, "Accurate short-term analysis of
the fundamental frequency", Proc. Institute of Phonetic Sciences 17 (1993), without its path.
Resonances are the poles of linear prediction: B. S. Atal and S. L. Hanauer, "Speech analysis and
synthesis by linear prediction of the speech wave", JASA 50 (1971). The length of the tract is read
from the spacing of the resonances, as by D. Reby and K. McComb (Animal Behaviour 65, 2003).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator import filters

PITCH_MIN, PITCH_MAX = 55.0, 450.0
SECONDS_MAX = 60.0  # More of a voice says nothing new.
FORMANTS = 4
_HOP_SECONDS = 0.010
_PITCH_SECONDS = 0.045  # Nearly three periods of the lowest voice.
_FORMANT_SECONDS = 0.030
_SURE = 0.55  # How like itself a frame is that is voiced.
_QUIET = 0.02  # Of the loudest frame's energy; below it nobody speaks.
_CEILING_HZ = 5500.0
_ORDER = 12
_NARROW_HZ = 450.0  # A wider pole is no resonance of a tract.
_MAN_SPACING = 972.0  # Hertz between the resonances of this generator's voice at a tract of 1.

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Timbre:
    """A voice: median pitch in hertz, and `tract`, the factor of its formants on a man's."""

    hertz: float
    tract: float


def pitch(samples: Array, rate: int) -> Array:
    """Return the pitch of each 10 ms, float64 (T,), hertz; 0 where nothing is voiced.

    Args:
        samples: float64 (N,), one channel; what lies past SECONDS_MAX is not looked at.
        rate: Samples a second.
    """
    size, hop = round(_PITCH_SECONDS * rate), round(_HOP_SECONDS * rate)
    frames = _frames(samples, rate, size, hop)
    if not len(frames):
        return np.zeros(0)
    window = np.hanning(size)
    shaped = (frames - frames.mean(axis=1, keepdims=True)) * window
    match = _autocorrelation(shaped, size)
    own = _autocorrelation(window[None], size)[0]
    match /= np.maximum(match[:, :1], 1e-12)
    match /= np.maximum(own / own[0], 1e-3)
    low, high = int(rate / PITCH_MAX), min(int(rate / PITCH_MIN), size // 2 + size // 4)
    # A multiple of the period fits as well as the period: the shortest good one is taken.
    lags = np.arange(low, high)
    score = match[:, low:high] - 0.02 * np.log2(lags / low)
    best = np.argmax(score, axis=1)
    centre = np.clip(low + best, 1, size - 2)
    row = np.arange(len(frames))
    before, here, after = (match[row, centre + step] for step in (-1, 0, 1))
    bend = np.minimum(before - 2 * here + after, -1e-9)
    lag = centre + np.clip(0.5 * (before - after) / bend, -0.5, 0.5)
    loud = (shaped**2).sum(axis=1)
    voiced = (here > _SURE) & (loud > _QUIET * loud.max())
    return np.where(voiced, rate / lag, 0.0)


def formants(samples: Array, rate: int, *, ceiling: float = _CEILING_HZ) -> Array:
    """Return the first resonances of each voiced 10 ms, float64 (T, FORMANTS), hertz, rising.

    Args:
        samples: float64 (N,), one channel.
        rate: Samples a second, at least twice `ceiling`.
        ceiling: Hertz below which all of them lie: about 5000 for a man, 6500 for a child.
    """
    voiced = pitch(samples, rate)
    target = round(2 * ceiling)
    fewer = filters.resampled(np.asarray(samples[: round(SECONDS_MAX * rate)]), target, rate)
    size, hop = round(_FORMANT_SECONDS * target), round(_HOP_SECONDS * target)
    sharp = np.append(fewer[:1], fewer[1:] - 0.97 * fewer[:-1])
    # Frames are centred as those of the pitch are.
    shift = round((_PITCH_SECONDS - _FORMANT_SECONDS) / 2 * target)
    frames = _frames(sharp[shift:], target, size, hop)[: len(voiced)]
    found: list[Array] = []
    for frame, hertz in zip(frames, voiced, strict=False):
        if hertz > 0:
            poles = _poles(frame * np.hamming(size), target)
            if len(poles) >= FORMANTS:
                found.append(poles[:FORMANTS])
    return np.array(found).reshape(-1, FORMANTS)


def timbre(samples: Array, rate: int) -> Timbre | None:
    """Return what the voice in a recording is like; None when nobody speaks in it.

    Args:
        samples: float64 (N,), one channel, of one person; a few seconds at least.
        rate: Samples a second, 11,000 or more.
    """
    heard = pitch(samples, rate)
    if (heard > 0).sum() < 20:
        return None
    hertz = float(np.median(heard[heard > 0]))
    spacing = _MAN_SPACING
    for _ in range(3):  # The ceiling hangs on the tract that is looked for.
        resonances = formants(samples, rate, ceiling=min(5.0 * spacing, rate / 2))
        if len(resonances) < 10:
            return None
        middle = np.median(resonances, axis=0)
        steps = np.arange(FORMANTS) + 0.5
        spacing = float(middle @ steps / (steps @ steps))
    return Timbre(hertz, spacing / _MAN_SPACING)


def _frames(samples: Array, rate: int, size: int, hop: int) -> Array:
    kept = np.asarray(samples[: round(SECONDS_MAX * rate)], np.float64)
    if len(kept) < size:
        return np.zeros((0, size))
    return np.lib.stride_tricks.sliding_window_view(kept, size)[::hop]


def _autocorrelation(frames: Array, size: int) -> Array:
    length = 1 << (2 * size - 1).bit_length()
    return np.fft.irfft(np.abs(np.fft.rfft(frames, length, axis=1)) ** 2, axis=1)[:, :size]


def _poles(frame: Array, rate: int) -> Array:
    """Return the narrow poles of a frame's linear prediction, hertz, rising."""
    spread = np.correlate(frame, frame, "full")[len(frame) - 1 : len(frame) + _ORDER]
    if spread[0] <= 0:
        return np.zeros(0)
    spread[0] *= 1 + 1e-7  # A frame without any noise has no unique predictor.
    weights = filters.predictor(spread)
    roots = np.roots(np.append(1.0, -weights))
    roots = roots[roots.imag > 0.01]
    hertz = np.angle(roots) * rate / (2 * np.pi)
    width = -np.log(np.abs(roots)) * rate / np.pi
    kept = hertz[(width < _NARROW_HZ) & (hertz > 150)]
    return np.sort(np.asarray(kept, np.float64))
