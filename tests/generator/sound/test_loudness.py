import numpy as np
import pytest

from generator.sound import loudness
from generator.sound.tones import RATE


def tone(hertz: float, level_db: float, seconds: float = 4.0) -> np.ndarray:
    wave = np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    return np.stack([wave, wave], axis=1) * 10 ** (level_db / 20)


@pytest.mark.parametrize("level", [-23.0, -33.0, -12.0])
def test_the_tone_of_the_standard_reads_as_it_should(level: float) -> None:
    # EBU Tech 3341, test signal 1: a stereo sine of 1 kHz at -23 dBFS is -23 LUFS.
    assert loudness.measure(tone(1000, level)) == pytest.approx(level, abs=0.1)


def test_what_is_quiet_between_is_gated_away() -> None:
    # EBU Tech 3341, test signal 3: 10 s at -36, 60 s at -23, 10 s at -36, scaled down in time.
    parts = [tone(1000, -36, 2.0), tone(1000, -23, 12.0), tone(1000, -36, 2.0)]

    assert loudness.measure(np.concatenate(parts)) == pytest.approx(-23, abs=0.1)


def test_low_notes_weigh_less_than_high_ones() -> None:
    assert loudness.measure(tone(40, -20)) < loudness.measure(tone(1000, -20)) - 3
    assert loudness.measure(tone(6000, -20)) > loudness.measure(tone(1000, -20)) + 2


def test_silence_reads_as_the_gate_and_is_left_alone() -> None:
    silence = np.zeros((RATE, 2))

    assert loudness.measure(silence) == -70
    assert not loudness.bring(silence, -16).any()


def test_peaks_are_turned_down_and_not_cut_off() -> None:
    sound = tone(300, -26)
    sound[RATE : RATE + 4800] *= 25  # A blow far beyond full scale.
    made = loudness.limit(sound)
    blow = made[RATE + 480 : RATE + 4320, 0]

    assert np.abs(made).max() <= loudness.CEILING
    assert np.mean(np.abs(blow) > 0.999 * loudness.CEILING) < 0.06
    # It is still a sine: what is not at its frequency is 30 dB down.
    power = np.abs(np.fft.rfft(blow * np.hanning(len(blow)))) ** 2
    main = int(np.argmax(power))
    assert power[main - 3 : main + 4].sum() > 0.999 * power.sum()
    # A second later nothing is changed.
    assert made[-100:] == pytest.approx(sound[-100:], abs=1e-6)
