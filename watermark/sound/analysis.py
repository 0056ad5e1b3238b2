"""What a detector listens to: how loud each band is at each moment, against its surroundings."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.errors import WatermarkError
from watermark.sound.grid import EDGES

RATE_MIN: Final = 8_000
RATE_MAX: Final = 384_000
CHANNELS_MAX: Final = 8
SECONDS_MAX: Final = 120.0  # Of a sound that are listened to: 18 MB of levels.
HOPS_PER_SECOND: Final = 100
OVERLAP: Final = 4  # Windows of 40 ms: what is at most heard as one event.
WINDOW_POWER: Final = 1.5  # Sum of the squares of all windows at any sample.
HERTZ_MAX: Final = 1.3 * float(EDGES[-1])  # The highest band of a sound that is played faster.

SILENCE: Final = 1e-11  # Power of a band, -110 dB of full scale: below, 16 bits say nothing.

_SURROUNDING: Final = (25, 3)  # Windows by bands: a quarter of a second, and a band to each side.
_DEVIATION_MIN: Final = 0.05  # In natural logarithms of power: 0.2 dB.
_OUTLIER: Final = 2.5  # In deviations.
_WHITENING_HERTZ: Final = 1.0  # Of the spectrum of levels over time.
_WHITENING_BANDS: Final = 3
_WHITENING_FLOOR: Final = 0.02
_TINY: Final = 1e-9
_BATCH: Final = 256  # Windows that are transformed at once.

Samples: TypeAlias = NDArray[np.float32]
Levels: TypeAlias = NDArray[np.float32]


def check(samples: Samples) -> None:
    """Refuse what is not sound.

    Raises:
        WatermarkError: `samples` is not float32 of shape (N, C), 1 <= C <= CHANNELS_MAX, finite.
    """
    if samples.dtype != np.float32 or samples.ndim != 2:
        raise WatermarkError(f"sound must be float32 (N, C), not {samples.dtype} {samples.shape}")
    if not 1 <= samples.shape[1] <= CHANNELS_MAX:
        raise WatermarkError(f"sound has 1 to {CHANNELS_MAX} channels, not {samples.shape[1]}")
    if not np.isfinite(samples).all():
        raise WatermarkError("sound must be finite")


def check_rate(rate: int) -> None:
    """Refuse a rate that is too low to tell the bands apart, or a mistake.

    Raises:
        WatermarkError: It is.
    """
    if not RATE_MIN <= rate <= RATE_MAX:
        raise WatermarkError(f"sound has {RATE_MIN} to {RATE_MAX} samples a second, not {rate}")


def hop_of(rate: int) -> int:
    """Return from one window to the next, in samples."""
    return round(rate / HOPS_PER_SECOND)


def window_of(hop: int) -> Samples:
    """Return a window, float32, (OVERLAP * hop,), raised cosine."""
    size = OVERLAP * hop
    return (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(size) / size)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Heard:
    """The power of a stretch of sound.

    Attributes:
        sums: float64, (T, F + 1), of each window the power below k * width hertz, full scale 1.
        width: Hertz.
        hop_seconds: From one window to the next.
    """

    sums: NDArray[np.float64]
    width: float
    hop_seconds: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.sums) * self.hop_seconds

    def between(self, start: float, end: float) -> "Heard":
        """Return a part, in seconds from the start of this."""
        first = round(start / self.hop_seconds)
        behind = min(round(min(end, self.seconds) / self.hop_seconds), len(self.sums))
        return Heard(self.sums[first:behind], self.width, self.hop_seconds)

    def powers(self, pitch: float = 1.0) -> NDArray[np.float64]:
        """Return the power in every band, (T, BANDS), if all was made so many times higher."""
        at = np.minimum(EDGES * pitch / self.width, self.sums.shape[1] - 1)
        left = np.minimum(at.astype(np.int64), self.sums.shape[1] - 2)
        share = at - left
        below = self.sums[:, left] * (1.0 - share) + self.sums[:, left + 1] * share
        return np.diff(below, axis=1)


class Listener:
    """Takes in a sound, piece by piece; what it keeps is bounded by SECONDS_MAX."""

    def __init__(self, rate: int) -> None:
        """Begin.

        Args:
            rate: Samples a second, RATE_MIN to RATE_MAX.

        Raises:
            WatermarkError: The rate is outside.
        """
        check_rate(rate)
        self._hop = hop_of(rate)
        self._rate = rate
        self._window = window_of(self._hop)
        self._rest: Samples | None = None
        self._powers: list[Levels] = []
        self._count = 0

    def add(self, samples: Samples) -> None:
        """Take in the next samples, float32, (N, C), -1..1; beyond SECONDS_MAX, nothing.

        Raises:
            WatermarkError: They are no sound, or have another number of channels than before.
        """
        check(samples)
        if self._rest is not None and self._rest.shape[1] != samples.shape[1]:
            raise WatermarkError("a sound must keep its number of channels")
        held = samples if self._rest is None else np.concatenate([self._rest, samples])
        size, limit = len(self._window), int(SECONDS_MAX * HOPS_PER_SECOND)
        count = min(max(0, (len(held) - size) // self._hop + 1), limit - self._count)
        for first in range(0, count, _BATCH):
            starts = np.arange(first, min(first + _BATCH, count)) * self._hop
            self._powers.append(self._transform(held, starts))
        self._count += count
        self._rest = held[-size:] if self._count == limit else held[count * self._hop :]

    def heard(self) -> Heard:
        """Return all that was taken in."""
        bins = self._bins()
        sums = np.zeros((self._count, bins + 1))
        if self._count:
            np.cumsum(np.concatenate(self._powers), axis=1, out=sums[:, 1:], dtype=np.float64)
        return Heard(sums, self._rate / len(self._window), self._hop / self._rate)

    def _bins(self) -> int:
        size = len(self._window)
        return min(size // 2 + 1, int(HERTZ_MAX * size / self._rate) + 2)

    def _transform(self, held: Samples, starts: NDArray[np.int64]) -> Levels:
        """Return the power of every window, (T, F): the sum over channels, whatever their phase."""
        size = len(self._window)
        pieces = held[starts[:, np.newaxis] + np.arange(size)]  # (T, size, C)
        spectra = np.fft.rfft(pieces * self._window[:, np.newaxis], axis=1)[:, : self._bins()]
        power = (np.square(spectra.real) + np.square(spectra.imag)).sum(axis=2)
        return (power / (float(self._window.sum()) ** 2 / 4.0)).astype(np.float32)


def listen(samples: Samples, rate: int) -> Heard:
    """Return what is heard of a sound that is there as a whole, float32, (N, C), -1..1.

    Raises:
        WatermarkError: It is no sound.
    """
    listener = Listener(rate)
    listener.add(samples)
    return listener.heard()


def flatten(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far the level of each cell stands out from what its surroundings lead to expect.

    What music and speech do to levels, they do to many bands, again and again: rhythm and melody
    show as peaks in the spectrum of the levels over time and bands, and are cut down to what is
    usual around them. A mark has no such peaks.

    Args:
        powers: float64, (T, BANDS), as `Heard.powers` gives them, T >= 1.

    Returns:
        float64, (T, BANDS), with a deviation of 1 but where nothing sounds.
    """
    levels = np.log(powers + SILENCE).astype(np.float32)
    out = levels - _blur(levels, *_SURROUNDING)
    variance = np.maximum(_blur(np.square(out), *_SURROUNDING), 0.0)
    out /= np.sqrt(variance) + np.float32(_DEVIATION_MIN)
    flat = _whiten(np.clip(out, -_OUTLIER, _OUTLIER))
    flat[powers < SILENCE] = 0.0
    return flat


def _whiten(levels: Levels) -> NDArray[np.float64]:
    """Divide the spectrum of levels, over time and bands, by its local magnitude."""
    size = len(levels)
    spectrum = np.fft.fft(np.fft.rfft(levels, axis=0), axis=1)
    power = (np.square(spectrum.real) + np.square(spectrum.imag)).astype(np.float32)
    around = round(_WHITENING_HERTZ * size / HOPS_PER_SECOND) | 1
    wrapped = np.concatenate([power[:, -1:], power, power[:, :1]], axis=1)
    local = _blur(wrapped, around, _WHITENING_BANDS)[:, 1:-1]
    spectrum /= np.sqrt(np.maximum(local, 0.0) + (power.mean() * _WHITENING_FLOOR + _TINY))
    white = np.fft.irfft(np.fft.ifft(spectrum, axis=1), n=size, axis=0)
    deviation = float(white.std()) + _TINY
    return np.clip(white / deviation, -_OUTLIER, _OUTLIER).astype(np.float64)


def _blur(levels: Levels, time: int, bands: int) -> Levels:
    blurred = cv2.blur(levels, (bands, time), borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, dtype=np.float32)
