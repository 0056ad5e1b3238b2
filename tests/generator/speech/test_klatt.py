"""The synthesiser, read back by listeners that know nothing of how it was made."""

import numpy as np
import pytest

from generator.speech import klatt, listening, tracks, utterances
from generator.speech.durations import Timed
from generator.speech.klatt import RATE, Voice
from generator.speech.phones import PHONES, Manner
from generator.speech.utterances import Utterance

MAN, WOMAN, CHILD = Voice(118.0, 1.0, 0.0), Voice(205.0, 1.17, 0.25), Voice(275.0, 1.28, 0.35)
LINE = "Good morning to all of you. The light is perfect today, and the ball keeps rolling."
STEADY = [
    name
    for name, phone in PHONES.items()
    if phone.manner is Manner.VOWEL and phone.glide == phone.formants
]


def said(text: str, voice: Voice, seed: int = 1) -> tuple[Utterance, np.ndarray]:
    line = utterances.speak(text, start=0.0, end=60.0)
    return line, klatt.synthesise(tracks.track(line, tail=0.05), voice, seed=seed)


def held(vowel: str, voice: Voice) -> np.ndarray:
    line = Utterance("", (Timed(vowel, 0.0, 0.5, stressed=True),), ((0.0, 1.0),), (), 1.0, ())
    return klatt.synthesise(tracks.track(line, tail=0.02), voice, seed=1)


@pytest.mark.parametrize("vowel", STEADY)
def test_the_formants_of_a_vowel_are_those_of_the_table(vowel: str) -> None:
    found = np.median(listening.formants(held(vowel, MAN), RATE, ceiling=5000), axis=0)

    assert found[:3] == pytest.approx(PHONES[vowel].formants, rel=0.05)


@pytest.mark.parametrize("vowel", STEADY)
def test_a_shorter_tract_raises_them_all(vowel: str) -> None:
    found = np.median(listening.formants(held(vowel, WOMAN), RATE, ceiling=5800), axis=0)

    # The first lies between two harmonics of a high voice, which pull at what is measured of it.
    assert found[1:3] == pytest.approx(1.17 * np.array(PHONES[vowel].formants[1:]), rel=0.06)


@pytest.mark.parametrize("voice", [MAN, WOMAN, CHILD])
def test_a_voice_has_the_pitch_and_the_tract_asked_for(voice: Voice) -> None:
    _, sound = said(LINE, voice)

    heard = listening.timbre(sound, RATE)

    assert heard is not None
    assert heard.hertz == pytest.approx(voice.hertz, rel=0.03)
    assert heard.tract == pytest.approx(voice.tract, rel=0.05)


@pytest.mark.parametrize("voice", [MAN, WOMAN])
def test_what_is_voiced_sounds_so_and_what_is_not_does_not(voice: Voice) -> None:
    line, sound = said("She says six sheep sit. Fish and chips, Sophie. He took two tops.", voice)
    heard = listening.pitch(sound, RATE)
    right, counted = 0, 0
    for phone in line.phones:
        kind = PHONES[phone.phone]
        sure = kind.manner in (Manner.VOWEL, Manner.FRICATIVE) and kind.voiced == (
            kind.manner is Manner.VOWEL
        )
        # The frames whose 45 ms lie inside the phone.
        first, last = np.ceil(phone.start * 100), np.floor((phone.end - 0.045) * 100)
        for at in range(int(first), int(last) + 1) if sure else ():
            counted += 1
            right += (heard[at] > 0) == kind.voiced
    assert counted > 100
    assert right / counted > 0.95


def test_sibilants_are_told_apart_by_their_noise() -> None:
    centres = {}
    for name, text in (("S", "sauce"), ("SH", "shore"), ("F", "force"), ("TH", "thorn")):
        line, sound = said(text, MAN)
        phone = line.phones[0]
        part = sound[round(phone.start * RATE) : round(phone.end * RATE)]
        power = np.abs(np.fft.rfft(part)) ** 2
        hertz = np.fft.rfftfreq(len(part), 1 / RATE)
        centres[name] = (float((hertz * power).sum() / power.sum()), float(part.std()))

    assert centres["S"][0] > centres["SH"][0] + 1000
    assert centres["S"][1] > 2 * centres["F"][1]
    assert centres["SH"][1] > 2 * centres["TH"][1]


def test_a_stop_is_silent_and_bursts_when_it_is_let_go() -> None:
    line, sound = said("A top, a cop, a pot.", MAN)

    for phone in line.phones:
        if phone.phone in ("P", "T", "K") and phone.start > 0.05:
            closed = sound[
                round((phone.start + 0.03) * RATE) : round((phone.release - 0.004) * RATE)
            ]
            burst = sound[round(phone.release * RATE) : round((phone.release + 0.01) * RATE)]
            assert burst.std() > 2.5 * closed.std(), phone


def test_it_neither_clicks_nor_clips() -> None:
    for voice in (MAN, WOMAN, CHILD):
        _, sound = said(LINE, voice)

        assert np.isfinite(sound).all()
        assert np.abs(sound).max() < 8 * klatt.LEVEL


def test_the_same_line_is_the_same_bytes_and_another_seed_is_not() -> None:
    first, again, other = (said("Hello there.", MAN, seed=seed)[1] for seed in (1, 1, 2))

    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_noise_and_silence_have_no_voice() -> None:
    noise = np.random.default_rng(1).standard_normal(2 * RATE)

    assert listening.timbre(noise, RATE) is None
    assert listening.timbre(np.zeros(2 * RATE), RATE) is None
    assert listening.timbre(np.zeros(10), RATE) is None
