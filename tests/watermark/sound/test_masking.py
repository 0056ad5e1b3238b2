import numpy as np

from watermark.sound import analysis, masking
from watermark.sound.grid import EDGES

RATE = 48_000
TIME = np.arange(2 * RATE) / RATE


def powers(sound: np.ndarray) -> np.ndarray:
    listener = analysis.Listener(RATE)
    listener.add(sound.astype(np.float32)[:, np.newaxis])
    return listener.heard().powers()


def room(sound: np.ndarray, hertz: float) -> float:
    """Return what a band hides, in decibels of what is in it."""
    band = int(np.searchsorted(EDGES, hertz)) - 1
    inside = powers(sound)
    hidden = masking.thresholds(inside)
    return float(np.median(10.0 * np.log10(hidden[:, band] / inside[:, band])))


def test_a_noise_hides_more_than_a_tone() -> None:
    noise = 0.1 * np.random.default_rng(1).standard_normal(len(TIME))
    tone = 0.1 * np.sin(2.0 * np.pi * 1000.0 * TIME)

    assert room(noise, 1000.0) > -13.0
    assert room(tone, 1000.0) < -20.0


def test_a_loud_band_hides_something_in_the_next_and_more_above_than_below() -> None:
    noise = 1e-4 * np.random.default_rng(1).standard_normal(len(TIME))
    tone = 0.3 * np.sin(2.0 * np.pi * 1000.0 * TIME)

    assert room(noise + tone, 1250.0) > room(noise, 1250.0) + 10.0
    assert room(noise + tone, 1250.0) > room(noise + tone, 760.0) + 10.0


def test_what_is_too_soft_to_be_heard_may_change() -> None:
    hiss = 1e-6 * np.random.default_rng(1).standard_normal(len(TIME))

    assert room(hiss, 1000.0) > 0.0


def test_a_sound_hides_something_for_a_tenth_of_a_second_after_it_ends() -> None:
    noise = 0.1 * np.random.default_rng(1).standard_normal(len(TIME))
    noise[RATE:] *= 1e-3
    hidden = masking.thresholds(powers(noise))[:, 10]
    end = analysis.HOPS_PER_SECOND

    assert hidden[end + 5] > 30.0 * hidden[end + 40]
    assert hidden[end + 5] < 0.2 * hidden[end - 20]
