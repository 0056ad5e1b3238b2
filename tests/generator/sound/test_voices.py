import numpy as np
import pytest

from generator.simulate import speech
from generator.sound import voices

RATE = 48_000


@pytest.mark.parametrize("hertz", [95.0, 160.0, 275.0])
def test_a_voice_has_the_pitch_of_its_speaker(hertz: float) -> None:
    said = speech.speak("a a a a", start=0.0, end=2.0)
    sound = voices.murmur(said, voice_hz=hertz, rate=RATE, count=2 * RATE, seed=1)

    part = sound[2000:6800]
    part = part - part.mean()
    match = np.correlate(part, part, "full")[len(part) - 1 :]
    low, high = int(RATE / 450), int(RATE / 60)
    lag = low + int(np.argmax(match[low:high]))
    assert hertz * 0.88 < RATE / lag < hertz * 1.12


def test_it_is_silent_where_the_mouth_is_closed_and_sounds_where_it_is_open() -> None:
    said = speech.speak("ba, ba", start=0.5, end=3.0)
    sound = voices.murmur(said, voice_hz=120.0, rate=RATE, count=3 * RATE, seed=1)

    loud = [bool(np.abs(chunk).max() > 0.01) for chunk in sound.reshape(-1, 480)]
    for index, heard in enumerate(loud):
        middle = (index + 0.5) * 0.01
        if speech.openness(said, middle) > 0.5:
            assert heard, middle
        if all(abs(middle - s.start - s.seconds / 2) > s.seconds / 2 + 0.01 for s in said):
            assert not heard, middle


def test_vowels_differ() -> None:
    spectra = []
    for vowel in "aiu":
        said = speech.speak(vowel, start=0.0, end=1.0)
        sound = np.abs(
            np.fft.rfft(voices.murmur(said, voice_hz=120.0, rate=RATE, count=RATE, seed=1))
        )
        spectra.append(sound / np.linalg.norm(sound))

    for index, one in enumerate(spectra):
        for other in spectra[:index]:
            assert float(one @ other) < 0.9
