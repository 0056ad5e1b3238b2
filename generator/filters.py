"""The filters that sound is made with: SciPy's, which ship no types, behind types of our own.

They are imported once a sound is made. That takes as long as all else that a process imports, and
most processes make none.
"""

import importlib
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_DESIGNS = 256  # Designing a filter takes longer than using it; so many are kept.


def recursive(ahead: list[float] | Array, back: list[float] | Array, sound: Array) -> Array:
    """Return a sound filtered along its first axis, from rest; `back[0]` is 1."""
    return np.asarray(_scipy("signal").lfilter(ahead, back, sound, axis=0), np.float64)


def sections(cascade: Array, sound: Array) -> Array:
    """Return a sound (N, ...) after sections of order two (S, 6)."""
    return np.asarray(_scipy("signal").sosfilt(cascade, sound, axis=0), np.float64)


def sections_from(cascade: Array, sound: Array, state: Array) -> tuple[Array, Array]:
    """Return a sound (N,) after sections (S, 6) from a state (S, 2), and the state after it."""
    made, after = _scipy("signal").sosfilt(cascade, sound, zi=state)
    return np.asarray(made, np.float64), np.asarray(after, np.float64)


@lru_cache(_DESIGNS)
def band(low: float, high: float, rate: int, *, order: int = 2) -> Array:
    """Return the sections of a Butterworth band pass between two frequencies in hertz."""
    edges = [low, min(high, 0.49 * rate)]
    return np.asarray(
        _scipy("signal").butter(order, edges, "band", fs=rate, output="sos"), np.float64
    )


@lru_cache(_DESIGNS)
def low_pass(hertz: float, rate: int, *, order: int = 2) -> Array:
    """Return the sections of a Butterworth low pass."""
    corner = min(hertz, 0.49 * rate)
    return np.asarray(
        _scipy("signal").butter(order, corner, "low", fs=rate, output="sos"), np.float64
    )


def resampled(sound: Array, up: int, down: int) -> Array:
    """Return a sound at `up`/`down` of its rate, float64, along its first axis."""
    return np.asarray(_scipy("signal").resample_poly(sound, up, down, axis=0), np.float64)


def convolved(sound: Array, responses: Array) -> Array:
    """Return a sound (N,) after each of some impulse responses (M, K), as long as it: (N, K)."""
    size = int(_scipy("fft").next_fast_len(len(sound) + len(responses), real=True))
    spectrum = np.fft.rfft(sound, size)[:, None] * np.fft.rfft(responses, size, axis=0)
    return np.asarray(np.fft.irfft(spectrum, size, axis=0)[: len(sound)], np.float64)


def predictor(spread: Array) -> Array:
    """Return the weights of linear prediction for an autocorrelation of one lag more."""
    return np.asarray(_scipy("linalg").solve_toeplitz(spread[:-1], spread[1:]), np.float64)


@lru_cache
def _scipy(module: str) -> Any:
    return importlib.import_module(f"scipy.{module}")
