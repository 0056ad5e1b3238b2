"""Put a mark into a sound."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from watermark import ecc, payload
from watermark.errors import WatermarkError
from watermark.keys import derive
from watermark.sound import grid
from watermark.sound.analysis import (
    OVERLAP,
    SECONDS_MAX,
    SILENCE,
    WINDOW_POWER,
    Samples,
    check,
    check_rate,
    hop_of,
    listen,
    window_of,
)
from watermark.sound.masking import thresholds

STRENGTH: Final = 1.0
STRENGTH_MAX: Final = 1.6

_CHANGE_MAX: Final = 0.5  # Natural logarithm of power, 2.2 dB: of a noise, which hides more.
_BATCH: Final = 256  # Windows that are transformed at once.


def mark(
    samples: Samples, *, rate: int, secret: bytes, payload_id: int, strength: float = STRENGTH
) -> Samples:
    """Return a sound with the mark in its levels; silence stays silence.

    All channels are changed alike, so the mark is in each of them and in their sum.

    Args:
        samples: float32, (N, C), -1..1, at most SECONDS_MAX long.
        rate: Samples a second.
        secret: 32 bytes; only its holder can find and read the mark.
        payload_id: What the mark says, 0 <= payload_id < 2**60.
        strength: Factor on the largest change, 0 < strength <= STRENGTH_MAX.

    Raises:
        WatermarkError: An argument is outside its range.
    """
    check(samples)
    check_rate(rate)
    if len(samples) > SECONDS_MAX * rate:
        raise WatermarkError(f"a sound of more than {SECONDS_MAX:.0f} seconds is marked in parts")
    if not 0.0 < strength <= STRENGTH_MAX:
        raise WatermarkError(f"the strength must be above 0 and at most {STRENGTH_MAX}")
    keys = derive(secret)
    word = ecc.encode(payload.encode(payload.Payload(payload_id, grid.VERSION), keys.mac))
    directions = grid.modulate(grid.lay_out(keys.layout), word)
    hop = hop_of(rate)
    padded = _pad(samples, hop)
    changes = _plan(padded, rate, directions, strength * _CHANGE_MAX)
    for channel in range(samples.shape[1]):
        _change(padded[:, channel], changes, rate)
    start = (OVERLAP - 1) * hop
    return np.clip(padded[start : start + len(samples)], -1.0, 1.0)


def _pad(samples: Samples, hop: int) -> Samples:
    """Return a sound in silence, so that each sample lies in OVERLAP windows, all of them whole."""
    before = (OVERLAP - 1) * hop
    behind = before + -(len(samples) + before) % hop + hop
    return np.pad(samples, ((before, behind), (0, 0)))


def _plan(
    padded: Samples, rate: int, directions: NDArray[np.float64], most: float
) -> NDArray[np.float64]:
    """Return the change of every band in every window, (T, BANDS), in logarithms of power."""
    heard = listen(padded, rate)
    powers = heard.powers()
    hidden = np.sqrt(thresholds(powers) / np.maximum(powers, SILENCE))
    room = np.minimum(2.0 * np.log1p(hidden), most)
    room[powers < SILENCE] = 0.0
    steps = np.arange(len(powers)) * (heard.hop_seconds / grid.PERIOD_SECONDS * grid.STEPS)
    return directions[steps.astype(np.int64) % grid.STEPS] * room


def _change(channel: Samples, changes: NDArray[np.float64], rate: int) -> None:
    """Make the bands of a channel, (N,), louder and softer, in place."""
    hop = hop_of(rate)
    window = window_of(hop)
    hertz = np.fft.rfftfreq(len(window), 1.0 / rate)
    band = np.searchsorted(grid.EDGES, hertz, side="right") - 1
    within = (band >= 0) & (band < grid.BANDS)
    rows = channel[: len(channel) // hop * hop].reshape(-1, hop)
    added = np.zeros_like(rows)
    for first in range(0, len(changes), _BATCH):
        part = changes[first : first + _BATCH]
        at = np.arange(first, first + len(part))[:, np.newaxis] + np.arange(OVERLAP)
        spectra = np.fft.rfft(rows[at].reshape(len(part), -1) * window, axis=1)
        spectra[:, ~within] = 0.0
        spectra[:, within] *= np.expm1(part[:, band[within]] / 2.0)
        pieces = np.fft.irfft(spectra, n=len(window), axis=1) * (window / WINDOW_POWER)
        pieces = pieces.reshape(-1, OVERLAP, hop).astype(np.float32)
        for number in range(OVERLAP):
            added[first + number : first + number + len(part)] += pieces[:, number]
    rows += added
