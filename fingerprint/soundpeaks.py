"""The moments and tones that stand out of a sound: peaks of its spectrum over time.

Whatever the rate, the spectrum is taken at the same moments and on one scale of tones: even in
hertz where the window cannot tell tones apart any closer, even in ratios above. So a sound that is
played at another speed or pitch has its peaks moved, and nothing else.

Source: Wang, "An Industrial-Strength Audio Search Algorithm" (ISMIR 2003), section 2.1; the scale,
the floors and the ranking are ours.
"""

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from fingerprint.errors import SamplesError

RATE_MIN: Final = 8_000
RATE_MAX: Final = 384_000
CHANNELS_MAX: Final = 8
LOWEST_HERTZ: Final = 180.0
HIGHEST_HERTZ: Final = 4_500.0
PEAKS_PER_SECOND: Final = 30  # At most, of any second of sound.

_WINDOW_SECONDS: Final = 0.128
_HOP_SECONDS: Final = 0.016
_BEND_HERTZ: Final = 700.0
_TONES: Final = 50.0  # A tone is 1/50 of 700 Hz + its frequency: 18 Hz at the low end, 2 % above.
_POINTS_PER_TONE: Final = 2
# Sound is thinned to no less than this, by a low pass of so many coarse samples.
_RATE: Final = 12_000
_CUT_HERTZ: Final = 6_000.0
_TAPS: Final = 16

# In natural logarithms of power; a sine of full scale is 0.
_FLOOR: Final = -17.3  # -75 dB: below this lie the noise of codecs and of 16 bits.
_DEPTH: Final = 10.4  # 45 dB below the loudest around: what masking lets codecs throw away.
_PROMINENCE: Final = 0.7  # 3 dB over what is around.
_CHANGE: Final = 0.5  # 2 dB over the same tone before and after: a hum is no event.

# Windows to each side, and points of the scale.
_APART: Final = (6, 5)
_AROUND: Final = (31, 10)
_BEFORE: Final = 15
_LOUD: Final = 94
_BLOCK: Final = 256  # Windows whose peaks are looked for at once: 4 s.
_AT_ONCE: Final = 64  # Windows that are transformed at once: more are slower, for want of cache.
_RANKED_SECONDS: Final = 0.5

Samples = NDArray[np.float32]


def tone_of(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where frequencies lie on the scale of tones."""
    return _TONES * np.log1p(hertz / _BEND_HERTZ)


def hertz_of(tones: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the frequencies of tones."""
    return _BEND_HERTZ * np.expm1(tones / _TONES)


LOWEST: Final = _TONES * math.log1p(LOWEST_HERTZ / _BEND_HERTZ)
HIGHEST: Final = _TONES * math.log1p(HIGHEST_HERTZ / _BEND_HERTZ)
_POINTS: Final = int((HIGHEST - LOWEST) * _POINTS_PER_TONE)


@dataclass(frozen=True, slots=True, eq=False)
class _Scale:
    """What turns powers of frequencies into those of the points of the scale, a few each.

    Attributes:
        size: How many frequencies there are.
        frequencies: int64, (N,), those of the first point, then of the next, and so on.
        shares: float32, (N,), how much each counts.
        firsts: int64, (P,), where those of each point begin.
    """

    size: int
    frequencies: NDArray[np.int64]
    shares: Samples
    firsts: NDArray[np.int64]

    def apply(self, power: Samples) -> Samples:
        """Return the powers of points, (W, P), given those of frequencies, (W, F)."""
        parts = power[:, self.frequencies] * self.shares
        return np.add.reduceat(parts, self.firsts, axis=1)


class Listener:
    """Takes in a sound piece by piece, and remembers its peaks; of the sound itself, seconds."""

    def __init__(self, rate: int) -> None:
        """Begin.

        Args:
            rate: Samples a second, RATE_MIN to RATE_MAX.

        Raises:
            SamplesError: The rate is outside.
        """
        if not RATE_MIN <= rate <= RATE_MAX:
            raise SamplesError(f"Sound has {RATE_MIN} to {RATE_MAX} samples a second, not {rate}.")
        self._rate = rate
        self._thin = max(1, rate // _RATE)
        coarse = rate / self._thin
        self._hop = round(coarse * _HOP_SECONDS)
        self._window = _window(_smooth(round(coarse * _WINDOW_SECONDS)))
        self._low_pass = _low_pass(self._thin, rate)
        self._scale = _scale_of(len(self._window), coarse)
        # Half of the low pass lies before the first sample.
        self._lead = self._thin * _TAPS // 2 if self._thin > 1 else 0
        self._pieces: list[Samples] = []
        self._held = 0
        self._count = 0
        self._levels = np.zeros((0, _POINTS), np.float32)
        self._first = 0  # Of the windows in `_levels`.
        self._picked = 0  # Windows whose peaks were picked.
        self._peaks: list[NDArray[np.float64]] = []

    @property
    def seconds(self) -> float:
        """How much was taken in."""
        return self._count / self._rate

    def add(self, samples: Samples) -> None:
        """Take in the next samples.

        Args:
            samples: float32, (N,) or (N, channels), -1 to 1; the channels count together.

        Raises:
            SamplesError: They are no such thing, or have another number of channels than before.
        """
        sound = samples[:, None] if samples.ndim == 1 else samples
        if sound.dtype != np.float32 or sound.ndim != 2 or not 1 <= sound.shape[1] <= CHANNELS_MAX:
            raise SamplesError(f"Sound is float32 of shape (N, C), not {samples.shape}.")
        if not np.isfinite(sound).all():
            raise SamplesError("Sound is finite.")
        if not self._pieces:
            self._keep(np.zeros((self._lead, sound.shape[1]), np.float32))
        if self._pieces[0].shape[1] != sound.shape[1]:
            raise SamplesError("A sound keeps its number of channels.")
        self._count += len(sound)
        # In steps, so that a long piece is not held twice.
        step = _BLOCK * self._hop * self._thin
        for start in range(0, len(sound), step):
            self._keep(sound[start : start + step])
            while self._held >= self._needs(_BLOCK):
                self._transform(_BLOCK)

    def peaks(self) -> NDArray[np.float64]:
        """Return the peaks of all that was taken in; nothing can be added after this.

        Returns:
            float64, (N, 2), seconds and tones (see `tone_of`), ordered by time.
        """
        if self._pieces:
            self._keep(np.zeros((self._lead, self._pieces[0].shape[1]), np.float32))
            coarse = self._held // self._thin - self._margin()
            rest = (coarse - len(self._window)) // self._hop + 1
            if rest > 0:
                self._transform(rest)
        self._pick(len(self._levels))
        self._levels = self._levels[:0]
        found = np.concatenate([np.zeros((0, 3)), *self._peaks])
        return found[_rank(found[:, 0], found[:, 2])][:, :2]

    def _keep(self, piece: Samples) -> None:
        self._pieces.append(piece)
        self._held += len(piece)

    def _margin(self) -> int:
        return _TAPS - 1 if self._thin > 1 else 0

    def _needs(self, windows: int) -> int:
        """Return how many samples so many windows are made of."""
        coarse = (windows - 1) * self._hop + len(self._window) + self._margin()
        return coarse * self._thin

    def _transform(self, windows: int) -> None:
        """Turn the first samples that are held into levels of so many windows."""
        held = np.concatenate(self._pieces)
        part = held[: self._needs(windows)]
        power = np.zeros((windows, self._scale.size), np.float32)
        for channel in range(held.shape[1]):
            thinned = self._thinned(part[:, channel])
            views = np.lib.stride_tricks.sliding_window_view(thinned, len(self._window))
            views = views[:: self._hop][:windows]
            for start in range(0, windows, _AT_ONCE):
                few = slice(start, start + _AT_ONCE)
                spectra = np.fft.rfft(views[few] * self._window, axis=1)
                low = spectra[:, : self._scale.size]
                power[few] += np.square(low.real) + np.square(low.imag)
        power /= held.shape[1]
        levels = np.log(self._scale.apply(power) + np.float32(1e-12)).astype(np.float32)
        self._levels = np.concatenate([self._levels, levels])
        gone = windows * self._hop * self._thin
        # A copy, so that the piece it came from is not kept as a whole.
        self._pieces, self._held = [held[gone:].copy()], max(0, len(held) - gone)
        if len(self._levels) >= self._picked - self._first + _BLOCK + _LOUD:
            self._pick(len(self._levels) - _LOUD)

    def _thinned(self, samples: Samples) -> Samples:
        """Return samples without what is above the scale, at a lower rate."""
        if self._thin == 1:
            return samples
        views = np.lib.stride_tricks.sliding_window_view(samples, len(self._low_pass))
        return np.vecdot(views[:: self._thin], self._low_pass)

    def _pick(self, behind: int) -> None:
        """Remember the peaks of the windows before `behind`, and forget what no other needs."""
        begin = self._picked - self._first
        if behind > begin:
            found = _peaks(self._levels, begin, behind)
            # A window stands for its middle.
            middle = len(self._window) / 2
            at = ((found[:, 0] + self._first) * self._hop + middle) * self._thin / self._rate
            self._peaks.append(np.column_stack([at, found[:, 1:]]))
            self._picked += behind - begin
        gone = max(0, self._picked - self._first - _LOUD)
        self._levels = self._levels[gone:]
        self._first += gone


def _peaks(levels: Samples, begin: int, behind: int) -> NDArray[np.float64]:
    """Return the peaks in some windows: (N, 3), window, tone, and how far it stands out."""
    highest = np.asarray(cv2.dilate(levels, _box(*_APART)))
    out = levels - _mean(levels, *_AROUND)
    change = levels - _mean(levels, _BEFORE, 0)
    loudest = np.asarray(cv2.dilate(levels.max(axis=1, keepdims=True), _box(_LOUD, 0)))
    floor = np.maximum(loudest.reshape(-1, 1) - _DEPTH, _FLOOR)
    peak = (levels >= highest) & (levels > floor) & (out > _PROMINENCE) & (change > _CHANGE)
    # The places between windows and points need neighbours.
    peak[:, [0, -1]] = False
    peak[[0, -1]] = False
    rows, points = np.nonzero(peak[begin:behind])
    rows += begin
    middle = levels[rows, points]
    window = rows + _vertex(levels[rows - 1, points], middle, levels[rows + 1, points])
    point = points + _vertex(levels[rows, points - 1], middle, levels[rows, points + 1])
    tone = LOWEST + point / _POINTS_PER_TONE
    return np.column_stack([window, tone, out[rows, points].astype(np.float64)])


def _vertex(left: Samples, middle: Samples, right: Samples) -> NDArray[np.float64]:
    """Return where parabolas through three points are highest, -0.5 to 0.5 from the middle."""
    low, high = left.astype(np.float64), right.astype(np.float64)
    bend = np.minimum(low - 2.0 * middle + high, -1e-6)
    return np.clip((low - high) / (2.0 * bend), -0.5, 0.5).astype(np.float64)


def _rank(seconds: NDArray[np.float64], outs: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the peaks that are among the clearest of the second around them, in order of time."""
    order = np.lexsort((-outs, seconds))
    at, out = seconds[order], outs[order]
    above = np.zeros(len(at), np.int64)
    for step in range(1, len(at)):
        near = at[step:] - at[:-step] <= _RANKED_SECONDS
        if not near.any():
            break
        higher = out[step:] > out[:-step]
        above[:-step] += near & higher
        above[step:] += near & ~higher
    return order[above < PEAKS_PER_SECOND * 2 * _RANKED_SECONDS]


def _window(size: int) -> Samples:
    """Return a raised cosine under which a sine of full scale has a power of 1."""
    cosine = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(size) / size)
    return (cosine * 2.0 / cosine.sum()).astype(np.float32)


def _smooth(size: int) -> int:
    """Return the least size from here on that transforms fast: without factors above 5."""
    while True:
        rest = size
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return size
        size += 1


def _low_pass(thin: int, rate: int) -> Samples:
    """Return the low pass, (_TAPS * thin,)."""
    count = _TAPS * thin
    at = np.arange(count) - (count - 1) / 2.0
    taps = np.sinc(2.0 * _CUT_HERTZ / rate * at) * np.hanning(count + 2)[1:-1]
    return (taps / taps.sum()).astype(np.float32)


def _scale_of(size: int, rate: float) -> _Scale:
    """Return the scale for windows of so many samples.

    Where points are closer than frequencies, powers are interpolated, else those around are added.
    """
    hertz = np.arange(size // 2 + 1) * rate / size
    hertz = hertz[: int(np.searchsorted(hertz, HIGHEST_HERTZ * 1.05))]
    points = LOWEST + np.arange(_POINTS) / _POINTS_PER_TONE
    middle = hertz_of(points)
    reach = np.maximum(hertz_of(points + 1.0 / _POINTS_PER_TONE) - middle, rate / size)
    away = np.abs(hertz[None, :] - middle[:, None]) / reach[:, None]
    shares = np.maximum(0.0, 1.0 - away).astype(np.float32)
    counts = shares > 0
    counts[:, 0] = True  # With no share, so that there is one where the sound has nothing so high.
    point, frequencies = np.nonzero(counts)
    firsts = np.searchsorted(point, np.arange(_POINTS))
    return _Scale(len(hertz), frequencies, shares[counts], firsts)


def _box(windows: int, points: int) -> NDArray[np.uint8]:
    return np.ones((2 * windows + 1, 2 * points + 1), np.uint8)


def _mean(levels: Samples, windows: int, points: int) -> Samples:
    size = (2 * points + 1, 2 * windows + 1)
    return np.asarray(cv2.blur(levels, size, borderType=cv2.BORDER_REPLICATE), np.float32)
