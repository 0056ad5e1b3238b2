import numpy as np
import pytest

from rightsd.adapters.likenesses import sound
from rightsd.errors import Code, RightsError


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000])
def test_a_tone_stays_the_same_tone_at_another_rate(rate: int) -> None:
    tone = np.sin(2 * np.pi * 1_000 * np.arange(rate) / rate).astype(np.float32)

    resampled = sound.resample(tone, rate)

    expected = np.sin(2 * np.pi * 1_000 * np.arange(len(resampled)) / sound.RATE)
    assert len(resampled) == sound.RATE
    assert np.abs(resampled - expected)[200:-200].max() < 1e-3


def test_what_is_too_high_for_the_rate_is_left_out() -> None:
    tone = np.sin(2 * np.pi * 9_500 * np.arange(48_000) / 48_000).astype(np.float32)

    assert np.abs(sound.resample(tone, 48_000))[200:-200].max() < 0.01


def test_pauses_are_left_out_and_the_rest_is_made_as_loud_as_usual() -> None:
    second = np.random.default_rng(1).standard_normal(sound.RATE).astype(np.float32) * 0.01
    mono = np.concatenate([second, np.zeros(3 * sound.RATE, np.float32), second])

    voice, frames = sound.speech(mono)

    loud = 10 * np.log10((voice**2).mean())
    assert len(voice) / sound.RATE == pytest.approx(2.2, abs=0.3)
    assert loud == pytest.approx(sound.LOUDNESS_DB, abs=0.5)
    assert frames[-1] == len(mono) // sound.FRAME - 1


def test_silence_holds_no_speech() -> None:
    assert len(sound.speech(np.zeros(sound.RATE, np.float32))[0]) == 0
    assert len(sound.speech(np.zeros(3, np.float32))[0]) == 0


@pytest.mark.parametrize(
    ("samples", "rate", "code"),
    [
        (np.zeros(0, np.float32), 16_000, Code.INVALID),
        (np.zeros((2, 2, 2), np.float32), 16_000, Code.INVALID),
        (np.zeros(100, np.float32), 1, Code.INVALID),
        (np.full(16_000, np.nan, np.float32), 16_000, Code.INVALID),
        (np.full(16_000, np.inf, np.float32), 16_000, Code.INVALID),
        (np.broadcast_to(np.float32(0), 8_000 * 601), 8_000, Code.TOO_LARGE),
    ],
)
def test_what_is_no_sound_is_refused(samples: np.ndarray, rate: int, code: Code) -> None:
    with pytest.raises(RightsError) as caught:
        sound.require(samples, rate)

    assert caught.value.code is code
