"""A line as it is heard: a synthetic voice of the speaker's pitch and vocal tract."""

import numpy as np
from numpy.typing import NDArray

from generator import filters
from generator.base import Look
from generator.speech import klatt, tracks
from generator.speech.klatt import Voice
from generator.speech.utterances import Utterance

TAIL_SECONDS = 0.06  # A resonance dies away in so long.
_MAN_HZ = 120.0
_TRACT_MIN, _TRACT_MAX = 0.85, 1.35  # From the longest vocal tract of an adult to a child's.

Samples = NDArray[np.float64]


def voice(look: Look) -> Voice:
    """Return the voice of a look."""
    # A high voice mostly comes from a small body: formants of women lie a sixth above men's.
    guess = (look.voice_hz / _MAN_HZ) ** 0.3
    tract = look.voice_tract if look.voice_tract is not None else guess
    airy = float(np.clip((look.voice_hz - 140) / 240, 0, 0.35))
    return Voice(look.voice_hz, float(np.clip(tract, _TRACT_MIN, _TRACT_MAX)), airy)


def say(utterance: Utterance, look: Look, *, rate: int, seed: int) -> Samples:
    """Return a line said, float64 (N,); its first sample is the utterance's start.

    Args:
        utterance: What is said when; it may be empty.
        look: Who says it.
        rate: Samples a second, a multiple of `klatt.RATE`.
        seed: Of breath and noise.
    """
    if not utterance.phones:
        return np.zeros(0)
    made = klatt.synthesise(tracks.track(utterance, tail=TAIL_SECONDS), voice(look), seed=seed)
    return filters.resampled(made, rate // klatt.RATE, 1)
