"""Tells speech from noise and tones, before anyone asks whose voice it is.

Speech is periodic for much of the time, its resonances move, and it is loud and soft by turns.
Noise is not periodic, a tone's resonances stand still, and a chord or a hum stays as loud. What
passes as well, such as a melody on a plucked string, is left to the likeness of voices to tell.

Source: the autocorrelation of a windowed frame over that of the window is Boersma's, "Accurate
short-term analysis of the fundamental frequency" (1993). The bounds are ours, between what made
voices had, with and without hiss, and what noise, tones and chords had: `test_voicing.py`.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from rightsd.adapters.likenesses import sound

FRAME = 640  # 40 ms at sound.RATE: two periods of the lowest pitch and more.
HOP = 160
PITCH_MIN_HZ, PITCH_MAX_HZ = 62, 400
PERIODIC_MIN = 0.5  # Of a frame's autocorrelation, from where on it has a pitch.
VOICED_MIN = 0.2  # Share of the frames. Words between pauses have 0.23 and more, noise 0.04.
LOUDNESS_FRAME = 320
LOUDNESS_SPREAD_DB_MIN = 4.0  # Speech has 7 and more, music under it 4.5, melodies 3.
BANDS_FRAME = 512
BANDS = (1, 6, 12, 20, 32, 48, 64, 96)  # Where bands begin, in bins of 31 Hz.
BANDS_SPREAD_MIN = 0.65  # Nepers. Speech has 1.1 and more, even noise and tones 0.55.

Floats = npt.NDArray[np.floating[Any]]


def is_speech(window: Floats) -> bool:
    """Say whether a second or two of sound at RATE, mono, may be somebody speaking."""
    return (
        len(window) >= BANDS_FRAME
        and _loudness_spread(window) >= LOUDNESS_SPREAD_DB_MIN
        and _bands_spread(window) >= BANDS_SPREAD_MIN
        and _voiced(window) >= VOICED_MIN
    )


def _voiced(window: Floats) -> float:
    """Return the share of frames that have a pitch."""
    frames = np.lib.stride_tricks.sliding_window_view(window.astype(np.float64), FRAME)[::HOP]
    taper = np.hanning(FRAME)
    of_frames = _autocorrelation((frames - frames.mean(axis=1, keepdims=True)) * taper)
    of_taper = _autocorrelation(taper[None])
    relative = of_frames / (of_frames[:, :1] + 1e-12) / (of_taper / of_taper[:, :1])
    lags = slice(sound.RATE // PITCH_MAX_HZ, sound.RATE // PITCH_MIN_HZ)
    return float((relative[:, lags].max(axis=1) > PERIODIC_MIN).mean())


def _autocorrelation(frames: Floats) -> Floats:
    """Return the first FRAME / 2 lags of each."""
    power = np.abs(np.fft.rfft(frames, 2 * FRAME, axis=1)) ** 2
    return np.fft.irfft(power, axis=1)[:, : FRAME // 2]


def _loudness_spread(window: Floats) -> float:
    """Return the standard deviation of the level, in decibels."""
    power = (_cut(window, LOUDNESS_FRAME) ** 2).mean(axis=1)
    return float((10 * np.log10(power + 1e-10)).std())


def _bands_spread(window: Floats) -> float:
    """Return how much the shares of eight bands differ over time, whatever the loudness."""
    power = np.abs(np.fft.rfft(_cut(window, BANDS_FRAME) * np.hanning(BANDS_FRAME), axis=1)) ** 2
    bands = np.log(np.add.reduceat(power, BANDS, axis=1) + 1e-9)
    shares = bands - bands.mean(axis=1, keepdims=True)
    return float(shares.std(axis=0).mean())


def _cut(window: Floats, size: int) -> Floats:
    return window[: len(window) // size * size].astype(np.float64).reshape(-1, size)
