"""Speech passes, and what is none does not."""

from collections.abc import Callable

import numpy as np
import pytest

from generator import filters
from generator.sound import beds, tones
from rightsd.adapters.likenesses import sound, voicing
from tests import enrolling
from tests.voices import ADA, BOB, EVE, RATE, Samples, Speaker, say

SECONDS = 6
COUNT = SECONDS * RATE
WINDOW = 16 * RATE // 10


def shares(samples: np.ndarray) -> float:
    """Of how many windows it says that they are speech, pauses left out as for the network."""
    spoken, _ = sound.speech(samples.astype(np.float32))
    starts = range(0, max(1, len(spoken) - 3 * WINDOW // 4), WINDOW // 2)
    found = [voicing.is_speech(spoken[start : start + WINDOW]) for start in starts]
    return sum(found) / len(found)


def noise(slope: float) -> np.ndarray:
    """Noise that falls by a power of the frequency: 0 is white, 1 is brown."""
    spectrum = np.fft.rfft(np.random.default_rng(5).standard_normal(COUNT))
    made = np.fft.irfft(spectrum / np.maximum(1, np.arange(len(spectrum))) ** slope)
    return made / made.std() * 0.1


def melody(*intervals: float) -> np.ndarray:
    """Notes of a scale, each with seven harmonics that fade, and notes above it."""
    rng = np.random.default_rng(6)
    at = np.arange(round(0.4 * RATE)) / RATE
    notes = []
    for step in rng.choice((0, 2, 4, 5, 7, 9, 11), round(SECONDS / 0.4)):
        hertz = 220 * 2 ** (step / 12)
        tones = sum(
            np.sin(2 * np.pi * hertz * ratio * harmonic * at) / harmonic
            for ratio in (1.0, *intervals)
            for harmonic in range(1, 8)
        )
        notes.append(tones * np.minimum(1, at / 0.01) * np.exp(-2 * at))
    return np.concatenate(notes) * 0.05


def tone(hertz: float) -> np.ndarray:
    return 0.3 * np.sin(2 * np.pi * hertz * np.arange(COUNT) / RATE)


def bed(cue: str) -> np.ndarray:
    times = tones.RATE // RATE
    made = beds.bed((cue,), count=times * COUNT, seed=1).mean(axis=1)
    return filters.resampled(made, 1, times)


@pytest.mark.parametrize("speaker", [ADA, BOB, EVE])
@pytest.mark.parametrize("hiss", [0.0, 0.01])
def test_somebody_who_speaks_is_heard(speaker: Speaker, hiss: float) -> None:
    said: Samples = say(speaker, seed=7)
    hissing = hiss * np.random.default_rng(8).standard_normal(len(said))

    assert shares(said + hissing) == 1


@pytest.mark.parametrize("pitch", [110.0, 200.0])
def test_words_between_pauses_are_heard(pitch: float) -> None:
    assert shares(enrolling.recording(range(8), pitch=pitch)) >= 0.9


def test_a_voice_over_music_is_heard() -> None:
    said = say(ADA, seed=9, seconds=SECONDS)

    assert shares(said + 0.5 * melody()[: len(said)]) >= 0.9


@pytest.mark.parametrize(
    "made",
    [
        *(pytest.param(lambda slope=slope: noise(slope), id=f"noise {slope}") for slope in
          (0.0, 0.5, 1.0)),
        *(pytest.param(lambda hertz=hertz: tone(hertz), id=f"{hertz} Hz") for hertz in (110, 440)),
        pytest.param(melody, id="melody"),
        pytest.param(lambda: melody(1.26, 1.5), id="chords"),
        *(pytest.param(lambda cue=cue: bed(cue), id=cue) for cue in
          ("wind", "rain", "waves", "traffic", "hum")),
    ],
)  # fmt: skip
def test_what_is_no_speech_is_not_heard(made: Callable[[], np.ndarray]) -> None:
    assert shares(made()) == 0
