import sys

import pytest

from generator import likeness, registry
from generator.procedural import WITH_ESPEAK
from generator.simulate import world as worlds
from generator.sound import mixes
from generator.speech import espeak, listening, mouths
from generator.speech.listening import Timbre
from tests.generator.requests import request

WOMAN = Timbre(205.0, 1.17)
LINE = "Good morning to all of you."
installed = pytest.mark.skipif(not espeak.available(), reason="the extra voice is not installed")


@installed
@pytest.mark.parametrize("text", [LINE, "こんにちは、きょうはいいてんきです。"])
def test_a_line_is_said_in_the_speakers_voice_and_the_same_every_time(text: str) -> None:
    first, again = (espeak.speak(text, WOMAN, start=1.0, end=9.0) for _ in range(2))

    assert first is not None
    assert again is not None
    assert first.samples.tobytes() == again.samples.tobytes()
    heard = listening.timbre(first.samples, first.rate)
    assert heard is not None
    assert heard.hertz == pytest.approx(WOMAN.hertz, rel=0.05)
    assert heard.tract == pytest.approx(WOMAN.tract, rel=0.05)
    assert "espeakng_loader" not in sys.modules


@installed
def test_its_phones_move_the_lips() -> None:
    said = espeak.speak("Mama, papa.", WOMAN, start=1.0, end=9.0)

    assert said is not None
    lips = [phone for phone in said.utterance.phones if phone.phone in ("M", "P")]
    assert len(lips) == 4
    for phone in lips:
        middle = (phone.start + phone.release) / 2
        assert mouths.at_time(said.utterance.keys, middle).press > 0.9


@installed
def test_an_engine_speaks_with_it_in_the_time_there_is() -> None:
    asked = request('a woman says "Good morning to you." Single take.', seconds=4.0)
    engine = registry.engine(WITH_ESPEAK)
    board = engine.plan(asked)
    looks = likeness.looks(board.shots, (), seed=asked.seed)
    world = worlds.build(board, looks, seconds=4.0, espeak_ng=True)

    assert board.engine == WITH_ESPEAK
    assert world.lines[0].recording is not None
    assert world.lines[0].utterance.end < 4.0
    assert mixes.mix(world, seconds=4.0, aspect=1.6).shape == (4 * mixes.RATE, 2)


@pytest.mark.parametrize("text", ["天気", "...", "今日はいい"])
def test_what_it_would_read_otherwise_is_left_to_our_own_voice(text: str) -> None:
    assert espeak.speak(text, WOMAN, start=0.0, end=9.0) is None


def test_a_line_without_time_is_left_to_our_own_voice() -> None:
    assert espeak.speak(LINE, WOMAN, start=0.0, end=0.3) is None
