"""A voice that was recorded, and what the engine makes of it."""

from dataclasses import replace

import numpy as np
import pytest

from generator.sound import voices
from generator.speech import bending, klatt, listening, tracks, utterances
from generator.speech.klatt import Voice
from generator.speech.listening import Timbre
from tests.generator.requests import LOOK

ENROLLED = "Once upon a time there was an old lion, and he lived all alone by a quiet river."
SPOKEN = "Good morning to all of you. The light is perfect today, and the ball keeps rolling."
RATE = 48_000


def recorded(voice: Voice) -> np.ndarray:
    """Return somebody who reads, in a room with a little noise."""
    line = utterances.speak(ENROLLED, start=0.0, end=60.0)
    sound = klatt.synthesise(tracks.track(line, tail=0.05), voice, seed=9)
    return sound + 0.001 * np.random.default_rng(1).standard_normal(len(sound))


@pytest.mark.parametrize(("hertz", "tract"), [(92.0, 1.04), (131.0, 0.93), (230.0, 1.2)])
def test_a_cameo_speaks_with_the_pitch_and_the_formants_of_the_enrolment(
    hertz: float, tract: float
) -> None:
    heard = listening.timbre(recorded(Voice(hertz, tract, 0.1)), klatt.RATE)
    assert heard is not None
    look = replace(LOOK, voice_hz=heard.hertz, voice_tract=heard.tract)

    said = voices.say(utterances.speak(SPOKEN, start=0.0, end=60.0), look, rate=RATE, seed=1)

    again = listening.timbre(said, RATE)
    assert again is not None
    assert again.hertz == pytest.approx(hertz, rel=0.03)
    assert again.tract == pytest.approx(tract, rel=0.05)


@pytest.mark.parametrize("wished", [Timbre(95.0, 0.95), Timbre(205.0, 1.17), Timbre(260.0, 1.25)])
def test_a_recording_is_bent_to_another_voice_and_lasts_as_long(wished: Timbre) -> None:
    sound = recorded(Voice(150.0, 1.05, 0.0))

    bent = bending.bend(sound, klatt.RATE, wished)

    heard = listening.timbre(bent, klatt.RATE)
    assert heard is not None
    assert len(bent) == len(sound)
    assert heard.hertz == pytest.approx(wished.hertz, rel=0.03)
    assert heard.tract == pytest.approx(wished.tract, rel=0.05)


def test_noise_is_not_bent() -> None:
    noise = np.random.default_rng(2).standard_normal(klatt.RATE)

    assert bending.bend(noise, klatt.RATE, Timbre(120.0, 1.0)) is noise
