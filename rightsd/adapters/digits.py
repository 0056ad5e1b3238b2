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
FLOOR = 1e-6  # Added to the power of a band, against the logarithm of nothing.
PEAK_MIN = 1e-3  # -60 dB of full scale: quieter is silence.
QUIET_QUANTILE = 0.2  # Of the frames of a slot, at least this share holds no speech.
OVER_NOISE_MIN = 1.0  # Nepers of power by which a digit stands out of the rest, band by band.
TRIM_SHARE = 0.16  # Of that: what stands out less at either end is not the digit.
SMOOTHED_FRAMES = 5
SLOT_FRAMES_MIN = 30
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
    if len(slot) < SLOT_FRAMES_MIN * HOP_SECONDS * rate:
        return None
    centred = slot - slot.mean(dtype=np.float64).astype(np.float32)
    if np.abs(centred).max() < PEAK_MIN:
        return None
    loudness = _loudness(centred / np.abs(centred).max(), rate)  # How loud it is, does not matter.
    first, last = _ends(loudness)
    if not SPOKEN_FRAMES_MIN <= last - first <= SPOKEN_FRAMES_MAX:
        return None
    hop = int(HOP_SECONDS * rate)
    samples = centred[first * hop : last * hop + int(FRAME_SECONDS * rate)]
    return Spoken(samples / np.abs(samples).max(), _features(loudness[first:last]))


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


def _loudness(samples: Samples, rate: int) -> Features:
    """Return the natural logarithm of the power in each band, (T, BANDS), a frame every hop."""
    emphasised = np.append(samples[:1], samples[1:] - EMPHASIS * samples[:-1])
    length, hop = int(FRAME_SECONDS * rate), int(HOP_SECONDS * rate)
    frames = np.lib.stride_tricks.sliding_window_view(emphasised, length)[::hop]
    size = 1 << (length - 1).bit_length()
    spectra = np.abs(np.fft.rfft(frames * np.hamming(length), size)) ** 2
    return np.log(spectra @ _bands(rate, size).T + FLOOR)


def _ends(loudness: Features) -> tuple[int, int]:
    """Return the first frame in which something is said, and the one after the last.

    What is said stands out from what the slot holds most of the time, band by band, so that neither
    hum nor hiss is taken for it. Both are 0 when nothing stands out.
    """
    over = np.maximum(loudness - np.quantile(loudness, QUIET_QUANTILE, axis=0), 0).mean(1)
    over = np.convolve(over, np.ones(SMOOTHED_FRAMES) / SMOOTHED_FRAMES, "same")
    base, peak = float(np.quantile(over, QUIET_QUANTILE)), float(over.max())
    if peak - base < OVER_NOISE_MIN:
        return 0, 0
    said = np.flatnonzero(over > base + TRIM_SHARE * (peak - base))
    return int(said[0]), int(said[-1]) + 1


def _features(loudness: Features) -> Features:
    cepstra = loudness @ _cosines().T
    cepstra[:, 0] *= LOUDNESS_WEIGHT
    features = np.hstack([cepstra, DELTA_WEIGHT * np.gradient(cepstra, axis=0)])
    return (features - features.mean(0)) / (features.std(0) + 0.5)


@cache
def _bands(rate: int, size: int) -> Features:
    """Return triangles on the mel scale, (BANDS, bins of a spectrum)."""
    low, high = (2595 * math.log10(1 + hz / 700) for hz in (LOW_HZ, HIGH_HZ))
    hertz: Features = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    steps = np.diff(hertz)
    bins = np.fft.rfftfreq(size, 1 / rate)
    rising = (bins - hertz[:-2, None]) / steps[:-1, None]
    falling = (hertz[2:, None] - bins) / steps[1:, None]
    return np.maximum(0, np.minimum(rising, falling))


@cache
def _cosines() -> Features:
    """Return the orthonormal DCT-II that makes cepstra of bands, (CEPSTRA, BANDS)."""
    place = np.arange(BANDS) + 0.5
    cosines = np.sqrt(2 / BANDS) * np.cos(np.pi / BANDS * np.outer(np.arange(CEPSTRA), place))
    cosines[0] /= np.sqrt(2)
    return cosines


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
