"""How loud a programme is, and how it is brought to a wished loudness without clipping.

Source: Recommendation ITU-R BS.1770-5 (2023), annex 1: K-weighting, blocks of 400 ms that overlap
by three quarters, an absolute gate of -70 LUFS and a relative one 10 LU under what passes it.
"""

import numpy as np
from numpy.typing import NDArray

from generator import filters
from generator.sound.tones import RATE

Samples = NDArray[np.float64]

CEILING = 0.89  # -1 dBFS.
_BLOCK_SECONDS, _OVERLAP = 0.4, 4
_ABSOLUTE_LUFS, _RELATIVE_LU = -70.0, -10.0
_OFFSET = -0.691
# Annex 1, tables 1 and 2: the shelf of a head, then the high pass, for 48 kHz.
_K = np.array([
    [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241,
     0.73248077421585],
    [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
])  # fmt: skip
_GAIN_DB_MAX = 30.0  # Silence is not made loud.
_ATTACK_SECONDS, _RELEASE_SECONDS = 0.004, 0.09


def measure(sound: Samples) -> float:
    """Return the integrated loudness of a sound in LUFS, -70 if all of it is gated away.

    Args:
        sound: float64 (N, channels), at 48 kHz, full scale 1; all channels weigh the same.
    """
    weighted = filters.sections(_K, sound) ** 2
    block = round(_BLOCK_SECONDS * RATE)
    hop = block // _OVERLAP
    if len(weighted) < block:
        weighted = np.pad(weighted, ((0, block - len(weighted)), (0, 0)))
    total = np.concatenate([np.zeros(1), np.cumsum(weighted.sum(axis=1))])
    starts = np.arange(0, len(weighted) - block + 1, hop)
    powers = (total[starts + block] - total[starts]) / block
    passed = powers[_lufs(powers) > _ABSOLUTE_LUFS]
    if not len(passed):
        return _ABSOLUTE_LUFS
    gate = _lufs(passed.mean(keepdims=True))[0] + _RELATIVE_LU
    return float(_lufs(passed[_lufs(passed) > gate].mean(keepdims=True))[0])


def bring(sound: Samples, wished: float) -> Samples:
    """Return a sound at about a wished loudness in LUFS, no sample beyond CEILING.

    Peaks are turned down for a moment, not cut off; what that takes from the loudness is given
    back once.
    """
    made = sound
    for _ in range(2):
        gain = min(wished - measure(made), _GAIN_DB_MAX)
        made = limit(made * 10 ** (gain / 20))
    return made


def limit(sound: Samples) -> Samples:
    """Return a sound whose peaks are turned down to CEILING, before they come, both sides alike."""
    peak = np.abs(sound).max(axis=1)
    if float(peak.max(initial=0.0)) <= CEILING:
        return sound
    # In steps of a millisecond: what each may be multiplied by, then the least nearby.
    step = RATE // 1000
    count = -(-len(peak) // step)
    steps = np.pad(peak, (0, count * step - len(peak))).reshape(count, step).max(axis=1)
    allowed = np.minimum(1.0, CEILING / np.maximum(steps, 1e-9))
    ahead = round(_ATTACK_SECONDS * 1000)
    padded = np.pad(allowed, (1, ahead), constant_values=1.0)
    held = np.lib.stride_tricks.sliding_window_view(padded, ahead + 2).min(axis=1)[:count]
    slow = np.exp(-1 / (_RELEASE_SECONDS * 1000))
    gains, now = np.empty(count), 1.0
    for index, least in enumerate(held):
        now = min(float(least), 1 - slow * (1 - now))
        gains[index] = now
    # Between two steps the gain runs evenly; it is never above either's.
    where = np.arange(len(peak)) / step
    smooth = np.interp(where, np.arange(count) + 0.5, np.minimum(gains, np.append(gains[1:], 1.0)))
    return np.clip(sound * smooth[:, None], -CEILING, CEILING)


def _lufs(powers: Samples) -> Samples:
    return _OFFSET + 10 * np.log10(np.maximum(powers, 1e-12))
