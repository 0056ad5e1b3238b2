"""Mark a sound as strongly as it needs, and no more, by listening to a bad copy of the result."""

import bisect
import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from watermark.sound import quality
from watermark.sound.analysis import Samples, listen
from watermark.sound.detect import SECONDS_MIN, Detector, measure_sounding
from watermark.sound.embed import STRENGTH_MAX, mark
from watermark.sound.quality import Quality

LOG10_P_MARGIN: Final = -8.0
"""Four decades of chance beyond what is claimed: twice the power of the pilots, 3 dB."""

AUDIBLE_SHARE_MAX: Final = 0.02
"""Of what sounds, the share that may change by more than the model of hearing allows."""

STRENGTHS: Final = (0.28, 0.4, 0.55, 0.75, 1.0, 1.3, STRENGTH_MAX)
STRETCH_SECONDS: Final = 5.0  # The excerpt that is to be recognised.

_COPY_HERTZ: Final = (300.0, 3_400.0)  # What a telephone keeps.
_COPY_NOISE: Final = 0.1  # Of the sound's amplitude: 20 dB.


@dataclass(frozen=True, slots=True)
class Stamped:
    """A marked sound and what is known of it.

    Attributes:
        samples: float32, (N, C).
        strength: With which it was marked.
        log10_p: Of the mark in a bad copy, in its worst stretch of STRETCH_SECONDS; 0 where it is
            not read there.
        quality: What the mark changed.
    """

    samples: Samples
    strength: float
    log10_p: float
    quality: Quality

    @property
    def ample(self) -> bool:
        """Whether the bad copy has the margin all along."""
        return self.log10_p <= LOG10_P_MARGIN


def stamp(samples: Samples, *, rate: int, secret: bytes, payload_id: int) -> Stamped | None:
    """Return a sound with the least mark that has a margin, or with the most that is allowed.

    Args:
        samples: float32, (N, C), -1..1.
        rate: Samples a second.
        secret: 32 bytes.
        payload_id: What the mark says, 0 <= payload_id < 2**60.

    Returns:
        None where no mark can be read even before anything happens to the sound: it is silent, too
        short, or too bare.

    Raises:
        WatermarkError: As for `embed.mark`.
    """
    if measure_sounding(listen(samples, rate)) < SECONDS_MIN:
        return None
    detector = Detector(secret)
    tried: dict[float, Stamped] = {}

    def try_out(strength: float) -> Stamped:
        if strength not in tried:
            marked = mark(
                samples, rate=rate, secret=secret, payload_id=payload_id, strength=strength
            )
            worst = _read_copy(detector, marked, rate, payload_id)
            changed = quality.measure(samples, marked, rate=rate)
            tried[strength] = Stamped(marked, strength, worst, changed)
        return tried[strength]

    # What is stronger is read better and heard more, so that a few tries find the one that will do.
    at = bisect.bisect_left(
        STRENGTHS[:-1], x=True, key=lambda each: try_out(each).ample or _is_heard(try_out(each))
    )
    best = try_out(STRENGTHS[at])
    if at and _is_heard(best):
        best = try_out(STRENGTHS[at - 1])
    found = detector.look(listen(best.samples, rate), effort="quick")
    return best if found.payload_id == payload_id else None


def _is_heard(stamped: Stamped) -> bool:
    return stamped.quality.audible_share > AUDIBLE_SHARE_MAX


def _read_copy(detector: Detector, marked: Samples, rate: int, payload_id: int) -> float:
    """Return how sure the mark is in the worst stretch of a bad copy, as log10 p."""
    original, copy = listen(marked, rate), listen(_copy(marked, rate), rate)
    worst = -math.inf
    for number in range(max(1, math.floor(copy.seconds / STRETCH_SECONDS))):
        start, end = number * STRETCH_SECONDS, (number + 1) * STRETCH_SECONDS
        if number and measure_sounding(original.between(start, end)) < STRETCH_SECONDS / 2.0:
            continue  # Who takes a silent part takes nothing.
        found = detector.look(copy.between(start, end), effort="quick")
        worst = max(worst, found.log10_p if found.payload_id == payload_id else 0.0)
    return worst


def _copy(marked: Samples, rate: int) -> Samples:
    """Return what a bad telephone makes of a sound, (N, 1); the same each time."""
    mixed = marked.mean(axis=1)
    spectrum = np.fft.rfft(mixed)
    hertz = np.fft.rfftfreq(len(mixed), 1.0 / rate)
    spectrum[(hertz < _COPY_HERTZ[0]) | (hertz > _COPY_HERTZ[1])] = 0.0
    narrow = np.fft.irfft(spectrum, n=len(mixed))
    noise = np.random.default_rng(0).standard_normal(len(mixed))
    noise *= _COPY_NOISE * np.sqrt(np.mean(np.square(narrow)))
    return (narrow + noise).astype(np.float32)[:, np.newaxis]
