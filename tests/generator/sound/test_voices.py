from dataclasses import replace

import numpy as np
import pytest

from generator import likeness
from generator.sound import voices
from generator.speech import listening, utterances
from tests.generator.requests import LOOK

RATE = 48_000
LINE = utterances.speak("Good morning, where are we going all alone?", start=0.5, end=9.0)


@pytest.mark.parametrize("hertz", [95.0, 160.0, 275.0])
def test_a_line_is_said_at_the_pitch_of_its_speaker(hertz: float) -> None:
    sound = voices.say(LINE, replace(LOOK, voice_hz=hertz), rate=RATE, seed=1)

    heard = listening.pitch(sound, RATE)
    assert np.median(heard[heard > 0]) == pytest.approx(hertz, rel=0.03)


def test_a_tract_that_was_listened_to_counts_and_not_the_guess() -> None:
    low = replace(LOOK, voice_tract=0.95)

    assert likeness.voice(low).tract == 0.95
    assert likeness.voice(LOOK).tract > 1.1


def test_a_line_starts_with_its_utterance_and_lasts_as_long() -> None:
    sound = voices.say(LINE, LOOK, rate=RATE, seed=1)

    seconds = len(sound) / RATE
    assert seconds == pytest.approx(LINE.end - LINE.start + voices.TAIL_SECONDS, abs=0.01)


def test_nothing_said_is_nothing_heard() -> None:
    silence = utterances.speak("...", start=0.0, end=1.0)

    assert len(voices.say(silence, LOOK, rate=RATE, seed=1)) == 0
