import pytest

from generator.simulate import speech


def test_english_is_counted_by_its_vowel_groups() -> None:
    said = speech.speak("Nice loud moon", start=1.0, end=9.0)

    assert [syllable.vowel for syllable in said] == ["i", "e", "o", "o"]
    assert said[0].start == 1.0


def test_kana_give_their_vowels() -> None:
    said = speech.speak("かきくけこン", start=0.0, end=9.0)

    assert "".join(syllable.vowel for syllable in said) == "aiueou"


@pytest.mark.parametrize("text", ["", "...", "brr", "🙂"])
def test_what_has_no_vowel_is_not_spoken(text: str) -> None:
    assert speech.speak(text, start=0.0, end=5.0) == ()


def test_a_line_ends_in_time_however_long_it_is() -> None:
    said = speech.speak("banana " * 300, start=0.5, end=2.0)

    assert said[-1].start + said[-1].seconds <= 2.0 + 1e-6
    assert len(said) > 10


def test_a_line_that_nearly_fits_is_spoken_faster_not_cut() -> None:
    calm = speech.speak("banana banana", start=0.0, end=9.0)
    hurried = speech.speak("banana banana", start=0.0, end=0.8)

    assert len(hurried) == len(calm)
    assert hurried[0].seconds < calm[0].seconds


def test_the_mouth_is_open_within_syllables_and_closed_between_lines() -> None:
    said = speech.speak("ba ba", start=1.0, end=5.0)

    assert speech.openness(said, said[0].start + said[0].seconds / 2) == pytest.approx(1.0)
    assert speech.openness(said, 0.5) == 0.0
    assert speech.openness(said, 4.9) == 0.0
