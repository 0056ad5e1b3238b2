"""A line as it is heard: a synthetic voice of the speaker's pitch and vocal tract."""

import numpy as np
from numpy.typing import NDArray

from generator import filters, likeness
from generator.base import Look
from generator.speech import klatt, tracks
from generator.speech.espeak import Recording
from generator.speech.utterances import Utterance

_PAUSES = 0.7  # A line's mean level lies so far under that of what is voiced in it.
TAIL_SECONDS = 0.06  # A resonance dies away in so long.

Samples = NDArray[np.float64]


def play(recording: Recording, *, rate: int) -> Samples:
    """Return a recorded line at another rate and as loud as our own voice, float64 (N,)."""
    loud = float(np.sqrt((recording.samples**2).mean()))
    made = filters.resampled(recording.samples, rate, recording.rate)
    return made * (klatt.LEVEL / max(loud, 1e-9)) * _PAUSES


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
    made = klatt.synthesise(
        tracks.track(utterance, tail=TAIL_SECONDS), likeness.voice(look), seed=seed
    )
    return filters.resampled(made, rate // klatt.RATE, 1)
