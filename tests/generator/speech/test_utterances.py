from itertools import pairwise

import numpy as np
import pytest

from generator.speech import mouths, utterances
from generator.speech.mouths import CLOSED_PRESS
from generator.speech.phones import PHONES, Manner

LINE = "Peter bought a map of Bombay. Maybe Bob may come home, but Mum might not!"


@pytest.mark.parametrize("text", ["", "...", "🙂", "天気"])
def test_what_has_no_reading_is_not_spoken(text: str) -> None:
    assert utterances.speak(text, start=0.0, end=5.0).phones == ()


@pytest.mark.parametrize("text", [LINE, "がっこうへ いきました。", "きょうは DVD を みます"])
def test_phones_follow_one_another_without_gaps(text: str) -> None:
    said = utterances.speak(text, start=1.0, end=60.0)

    assert said.start == 1.0
    assert all(a.end == pytest.approx(b.start) for a, b in pairwise(said.phones))
    assert said.share == 1.0


def test_japanese_and_english_mix_in_a_line() -> None:
    said = utterances.speak("きょうは DVD を みます", start=0.0, end=60.0)
    names = [phone.phone for phone in said.phones]

    assert names[6:12] == ["D", "IY", "V", "IY", "D", "IY"]
    assert names[-2:] == ["S", "u"]


def test_a_line_ends_in_time_however_long_it_is_and_says_how_much_was_left_out() -> None:
    said = utterances.speak("banana " * 300, start=0.5, end=2.0)

    assert said.end <= 2.0 + 1e-6
    assert 0 < said.share < 0.1


def test_a_line_that_nearly_fits_is_spoken_faster_not_cut() -> None:
    calm = utterances.speak("banana banana", start=0.0, end=9.0)
    hurried = utterances.speak("banana banana", start=0.0, end=0.75 * calm.end)

    assert [phone.phone for phone in hurried.phones] == [phone.phone for phone in calm.phones]
    assert hurried.share == 1.0
    assert hurried.end <= 0.75 * calm.end + 1e-6


def test_the_end_of_a_phrase_is_drawn_out_and_what_is_unstressed_is_short() -> None:
    said = utterances.speak("The moon and the moon.", start=0.0, end=9.0)
    moons = [phone.seconds for phone in said.phones if phone.phone == "UW"]
    small = [phone.seconds for phone in said.phones if phone.phone == "AX"]

    assert moons[1] > 1.2 * moons[0]
    assert max(small) < 0.6 * moons[0]


def test_a_question_rises_and_a_statement_falls() -> None:
    asked, told = (
        utterances.speak(f"You are going home{mark}", start=0.0, end=9.0).pitch for mark in "?."
    )

    assert asked[-1][1] > 1.25
    assert told[-1][1] < 0.85


@pytest.mark.parametrize("text", [LINE, "ママと パパが ボールを ぽんと なげました"])
def test_lips_touch_when_the_sound_is_cut_off_and_part_when_it_is_let_go(text: str) -> None:
    said = utterances.speak(text, start=0.3, end=60.0)
    time = np.arange(0.0, said.end + 0.5, 0.001)
    press = np.array([mouths.at_time(said.keys, float(at)).press for at in time])
    closed = press >= CLOSED_PRESS
    turns = np.flatnonzero(np.diff(closed.astype(int)))
    lips = [phone for phone in said.phones if PHONES[phone.phone].mouth.press == 1.0]

    offsets = []
    for before, phone in pairwise([None, *lips]):
        # Two in a row ("mam-ba") may touch without parting.
        if before is None or phone.start - before.release > 0.05:
            offsets += [
                np.abs(time[turns] - moment).min() for moment in (phone.start, phone.release)
            ]
    assert len(offsets) >= 8
    assert np.percentile(offsets, 95) <= 0.010
    assert max(offsets) < 1 / 24


def test_open_vowels_open_the_mouth_and_round_ones_draw_it_together() -> None:
    said = utterances.speak("Father, you see.", start=0.0, end=9.0)
    shapes = {
        phone.phone: mouths.at_time(said.keys, phone.start + phone.seconds / 2)
        for phone in said.phones
        if PHONES[phone.phone].manner is Manner.VOWEL
    }

    assert shapes["AA"].open > 0.8
    assert shapes["UW"].width < -0.7
    assert shapes["IY"].width > 0.7


def test_a_mouth_is_shut_before_and_after_its_line() -> None:
    said = utterances.speak("Ah.", start=1.0, end=9.0)

    for at in (0.5, 1.0 - mouths.OPENING_SECONDS, said.end + mouths.CLOSING_SECONDS, 8.0):
        assert mouths.at_time(said.keys, at).open == 0.0


def test_lines_of_a_shot_are_said_in_turn_and_share_its_time() -> None:
    lines = utterances.converse(
        ["Hello there my friend.", "Good morning to you."], start=2.0, end=4.0
    )

    assert lines[0].end < lines[1].start
    assert lines[1].end < 4.0
    assert all(line.share > 0.5 for line in lines)
