"""Tells spoken digits apart by someone's own readings of them, whatever language they speak.

Each slot of a recording is reduced to mel-frequency cepstra and compared with the readings by
dynamic time warping. Nothing is learnt, and nothing but the recording itself is needed.

Sources: Davis and Mermelstein 1980 for the cepstra; Sakoe and Chiba 1978 for the warping. The
version of the measure is ALGORITHM.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

ALGORITHM = "mfcc-dtw-1"
RATE_MIN = 8000
FRAME_SECONDS = 0.025
HOP_SECONDS = 0.010
BANDS = 26
LOW_HZ, HIGH_HZ = 100.0, 3800.0  # What any microphone and any telephone passes.
CEPSTRA = 13
EMPHASIS = 0.97
LOUDNESS_WEIGHT = 0.3  # Of the first cepstrum, which tells how loud it is more than what is said.
DELTA_WEIGHT = 2.0
TRIM_SHARE = 0.04  # Of a slot's loudest moment: what is quieter at either end is not the digit.
PEAK_MIN = 1e-3  # -60 dB of full scale: quieter is silence.
OVER_NOISE_MIN = 4.0  # How much louder the loudest moment is than the quietest tenth of the slot.
SPOKEN_FRAMES_MIN = 8
SPOKEN_FRAMES_MAX = 150

Samples = npt.NDArray[np.float32]
Features = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said in a slot.

    Attributes:
        samples: float32, (N,): the digit, without the silence around it.
        features: float64, (T, 2 * CEPSTRA), normalised over the slot.
    """

    samples: Samples
    features: Features


def listen(slot: Samples, rate: int) -> Spoken | None:
    """Return what is said in a slot of a recording, or None when nothing is.

    Args:
        slot: float32, (N,), one channel.
        rate: Hz, RATE_MIN at least.
    """
    said = _trim(slot, rate)
    if said is None:
        return None
    features = _features(said, rate)
    return None if len(features) < SPOKEN_FRAMES_MIN else Spoken(said, features)


def recognise(spoken: Spoken, readings: Sequence[Sequence[Spoken]]) -> int:
    """Return which reading something sounds like: the index of the nearest.

    Args:
        spoken: What was said.
        readings: By what they are, one or more of each.
    """
    distances = [
        min(_distance(spoken.features, reading.features) for reading in alike) for alike in readings
    ]
    return int(np.argmin(distances))


def _trim(slot: Samples, rate: int) -> Samples | None:
    """Return the part of a slot that is loud, with a little around it."""
    window = max(1, int(FRAME_SECONDS * rate))
    if len(slot) < 2 * window:
        return None
    centred = slot - slot.mean(dtype=np.float64).astype(np.float32)
    power = np.convolve(centred.astype(np.float64) ** 2, np.ones(window) / window, "same")
    loudness = np.sqrt(power)
    peak, quiet = float(loudness.max()), float(np.quantile(loudness, 0.1))
    if peak < PEAK_MIN or peak < OVER_NOISE_MIN * quiet:
        return None
    loud = np.flatnonzero(loudness > max(TRIM_SHARE * peak, 2 * quiet))
    start, end = max(0, int(loud[0]) - window), int(loud[-1]) + window
    return centred[start:end] / np.float32(peak)


def _features(samples: Samples, rate: int) -> Features:
    emphasised = np.append(samples[:1], samples[1:] - EMPHASIS * samples[:-1])
    length, hop = int(FRAME_SECONDS * rate), int(HOP_SECONDS * rate)
    count = min(SPOKEN_FRAMES_MAX, 1 + (len(emphasised) - length) // hop)
    if count < 3:
        return np.zeros((0, 2 * CEPSTRA))
    frames = np.lib.stride_tricks.sliding_window_view(emphasised, length)[::hop][:count]
    size = 1 << (length - 1).bit_length()
    spectra = np.abs(np.fft.rfft(frames * np.hamming(length), size)) ** 2
    bands, cosines = _filters(rate, size)
    cepstra = np.log(spectra @ bands.T + 1e-6) @ cosines.T
    cepstra[:, 0] *= LOUDNESS_WEIGHT
    features = np.hstack([cepstra, DELTA_WEIGHT * np.gradient(cepstra, axis=0)])
    return (features - features.mean(0)) / (features.std(0) + 0.5)


@cache
def _filters(rate: int, size: int) -> tuple[Features, Features]:
    """Return triangles on the mel scale, (BANDS, bins), and cosines, (CEPSTRA, BANDS)."""
    low, high = (2595 * math.log10(1 + hz / 700) for hz in (LOW_HZ, HIGH_HZ))
    hertz: Features = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    steps = np.diff(hertz)
    bins = np.fft.rfftfreq(size, 1 / rate)
    rising = (bins - hertz[:-2, None]) / steps[:-1, None]
    falling = (hertz[2:, None] - bins) / steps[1:, None]
    bands = np.maximum(0, np.minimum(rising, falling))
    place = np.arange(BANDS) + 0.5
    cosines = np.sqrt(2 / BANDS) * np.cos(np.pi / BANDS * np.outer(np.arange(CEPSTRA), place))
    cosines[0] /= np.sqrt(2)
    return bands, cosines


def _distance(one: Features, other: Features) -> float:
    """Return how far apart two are, along the best way of warping one onto the other.

    All places of one diagonal depend only on the two before it, so each is computed at once.
    """
    squares = (one**2).sum(1)[:, None] + (other**2).sum(1) - 2 * one @ other.T
    costs = np.sqrt(np.maximum(squares, 0))
    rows, columns = costs.shape
    before = np.full(rows + 1, np.inf)  # By row: the sums on the diagonal before last.
    last = np.full(rows + 1, np.inf)
    before[0] = 0.0
    for diagonal in range(rows + columns - 1):
        first, final = max(0, diagonal - columns + 1), min(rows - 1, diagonal)
        row = np.arange(first, final + 1, dtype=np.intp)
        best = np.minimum(np.minimum(last[row], last[row + 1]), before[row])
        now = np.full(rows + 1, np.inf)
        now[row + 1] = costs[row, diagonal - row] + best
        before, last = last, now
        before[0] = np.inf
    return float(last[rows] / (rows + columns))
