"""A recorded voice at another pitch and with another vocal tract.

Pitch: periods are cut out with a window and laid down at new distances, E. Moulines and F.
Charpentier, "Pitch-synchronous waveform processing techniques for text-to-speech synthesis using
diphones", Speech Communication 9 (1990). Tract: the whole is played faster or slower, which moves
formants and pitch alike, after its pitch and length were moved the other way.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from generator import filters
from generator.speech import listening
from generator.speech.listening import Timbre

_HOP_SECONDS = 0.010  # Of `listening.pitch`.
_UNVOICED_SECONDS = 0.006  # Pieces of what has no period.
_MEASURED_SECONDS = 4.0  # So much of a line says what its voice is like.
_PARTS_MAX = 80  # Denominator of a change of rate.
_ROUNDS = 3  # What is measured after one is put right in the next, from the same start.

Samples = NDArray[np.float64]


def bend(samples: Samples, rate: int, wished: Timbre) -> Samples:
    """Return a voice as long as it was, with another pitch and tract.

    Args:
        samples: float64 (N,), one person speaking.
        rate: Samples a second.
        wished: What `listening.timbre` is to find in it; if nothing is found now, nothing changes.
    """
    measured = round(_MEASURED_SECONDS * rate)
    found = listening.timbre(samples[:measured], rate)
    if found is None:
        return samples
    higher, shorter = wished.hertz / found.hertz, wished.tract / found.tract
    made = samples
    for _ in range(_ROUNDS):
        made = _bent(samples, rate, higher, shorter)
        heard = listening.timbre(made[:measured], rate)
        if heard is None:
            break
        higher *= wished.hertz / heard.hertz
        shorter *= wished.tract / heard.tract
    return np.pad(made, (0, max(len(samples) - len(made), 0)))[: len(samples)]


def _bent(samples: Samples, rate: int, higher: float, shorter: float) -> Samples:
    """Return a voice `higher` times as high, its formants `shorter` times as high."""
    part = Fraction(1 / shorter).limit_denominator(_PARTS_MAX)
    moved = float(1 / part)
    laid = _lay(samples, rate, higher / moved, moved)
    return filters.resampled(laid, part.numerator, part.denominator)


def _lay(samples: Samples, rate: int, higher: float, longer: float) -> Samples:
    """Return the periods of a voice laid down anew: higher, and over a longer time."""
    marks = _marks(samples, rate)
    places = np.array([mark for mark, _, _ in marks])
    size = round(len(samples) * longer)
    made, weight = np.zeros(size + rate), np.zeros(size + rate)
    now = 0.0
    while now < size and len(marks):
        mark, period, voiced = marks[int(np.argmin(np.abs(places * longer - now)))]
        begin, end = mark - period, mark + period
        start = round(now) - period
        if begin >= 0 and end <= len(samples) and start >= 0:
            window = np.hanning(2 * period)
            made[start : start + 2 * period] += samples[begin:end] * window
            weight[start : start + 2 * period] += window
        now += period / higher if voiced else period
    return made[:size] / np.maximum(weight[:size], 0.35)


def _marks(samples: Samples, rate: int) -> list[tuple[int, int, bool]]:
    """Return (sample, period in samples, voiced) of each period, at its largest peak."""
    pitch = listening.pitch(samples, rate)
    marks: list[tuple[int, int, bool]] = []
    at = 0
    shift = round(0.0225 * rate)  # A frame's middle is so long after its start.
    while at < len(samples):
        frame = min(max((at - shift) // round(_HOP_SECONDS * rate), 0), max(len(pitch) - 1, 0))
        hertz = float(pitch[frame]) if len(pitch) else 0.0
        if hertz <= 0:
            period = round(_UNVOICED_SECONDS * rate)
            marks.append((at, period, False))
            at += period
            continue
        period = round(rate / hertz)
        follows = bool(marks) and marks[-1][2]
        reach = period // 4 if follows else period // 2
        low, high = max(at - reach, 0), min(at + reach + 1, len(samples))
        peak = low + int(np.argmax(np.abs(samples[low:high])))
        if marks and peak <= marks[-1][0]:
            peak = marks[-1][0] + period // 2
        marks.append((peak, period, True))
        at = peak + period
    return marks
