"""Preparing sound for a network that listens to voices: 16 kHz, one channel, no silence."""

import math

import numpy as np
import numpy.typing as npt

from rightsd.errors import Code, RightsError
from rightsd.ports import Samples

RATE = 16_000
RATE_MIN, RATE_MAX = 8_000, 192_000
SECONDS_MAX = 600.0  # As media is decoded at most.
TAPS_HALF = 16  # Zero crossings of the low-pass on either side.
FRAME = 480  # 30 ms at RATE.
QUIET_DB = 35.0  # Below the loud parts: what is quieter is a pause.
SILENT_DB = -60.0  # Of full scale.
LOUDNESS_DB = -30.0  # What the voices were at that the network learnt from.
PAUSE_FRAMES = 6  # Pauses up to 180 ms belong to the speech around them.


def require(samples: Samples, rate: int) -> npt.NDArray[np.float32]:
    """Return sound as one channel, (N,).

    Raises:
        RightsError: INVALID, or TOO_LARGE.
    """
    if samples.ndim not in {1, 2} or not samples.size or not RATE_MIN <= rate <= RATE_MAX:
        raise RightsError(Code.INVALID, f"that is not sound at {RATE_MIN} to {RATE_MAX} Hz")
    if len(samples) > SECONDS_MAX * rate:
        raise RightsError(Code.TOO_LARGE, f"the sound is longer than {SECONDS_MAX:g} s")
    if not np.isfinite(samples).all():
        raise RightsError(Code.INVALID, "the sound holds values that are no numbers")
    mono = samples if samples.ndim == 1 else samples.mean(axis=1)
    return np.clip(mono, -1, 1).astype(np.float32)


def resample(mono: npt.NDArray[np.float32], rate: int) -> npt.NDArray[np.float32]:
    """Return sound at RATE: a windowed-sinc low-pass, one set of taps for each phase.

    Source: Smith, "Digital Audio Resampling", section on bandlimited interpolation.
    """
    if rate == RATE:
        return mono
    common = math.gcd(rate, RATE)
    phases, step = RATE // common, rate // common  # Output n lies at n * step / phases.
    widest = max(1.0, rate / RATE)
    half = math.ceil(TAPS_HALF * widest)
    count = len(mono) * phases // step
    padded = np.pad(mono, half)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half)
    out = np.empty(count, np.float32)
    offsets = np.arange(-half, half) + 1
    for phase in range(min(phases, count)):
        at = np.arange(phase, count, phases, dtype=np.int64) * step
        whole, part = at // phases, float(at[0] % phases) / phases
        distance = (offsets - part) / widest
        taps = np.sinc(distance) * np.cos(np.pi * np.clip(distance / (2 * TAPS_HALF), -0.5, 0.5))
        # Row w of the windows begins `half` before sample w: its middle offsets are 0 and 1.
        out[phase::phases] = windows[whole + 1] @ (taps / taps.sum()).astype(np.float32)
    return out


def speech(mono: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.intp]]:
    """Return sound at RATE at the usual loudness without its pauses, and where each frame was.

    Returns:
        float32, (frames * FRAME,); and of each frame, its number in the sound that came.
    """
    frames = mono[: len(mono) // FRAME * FRAME].reshape(-1, FRAME)
    if not len(frames):
        return np.zeros(0, np.float32), np.zeros(0, np.intp)
    level = 10 * np.log10((frames.astype(np.float64) ** 2).mean(axis=1) + 1e-12)
    loud = float(np.quantile(level, 0.95))
    sounding = (level > loud - QUIET_DB) & (level > SILENT_DB)
    spread = np.convolve(sounding, np.ones(2 * PAUSE_FRAMES + 1))
    near = spread[PAUSE_FRAMES:][: len(frames)] > 0.5
    kept = np.flatnonzero(near) if sounding.any() else np.zeros(0, np.intp)
    voice = frames[kept].reshape(-1)
    if not len(voice):
        return voice, kept
    gain = LOUDNESS_DB - 10 * math.log10(float((voice.astype(np.float64) ** 2).mean()) + 1e-12)
    return (voice * np.float32(10 ** (max(0.0, gain) / 20))).astype(np.float32), kept
