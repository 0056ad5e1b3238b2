"""The landmarks of the sound of files for which nobody vouches."""

import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from fingerprint import landmarks, soundmatch
from rightsd.adapters import media, sounds
from rightsd.adapters.media_process import Limits
from rightsd.domain.fingerprint import Channel
from rightsd.errors import Code, RightsError
from tests.fingerprint.sounds import RATE, Sound, music

FRAMES = np.zeros((60, 32, 32, 3), np.uint8)


@pytest.fixture(scope="module")
def tune() -> Sound:
    return music(1, seconds=8.0)


def write(path: Path, sound: Sound) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((sound * 32767).astype("<i2").tobytes())
    return path


def test_a_file_has_the_landmarks_of_its_sound(tmp_path: Path, tune: Sound) -> None:
    file = write(tmp_path / "a.wav", tune)

    found = sounds.describe(file, limits=media.LIMITS)

    read = media.read_audio(file)
    assert found is not None
    assert read is not None
    whole = landmarks.describe(*read)
    assert np.array_equal(found.ticks, whole.ticks)
    assert np.array_equal(found.steps, whole.steps)


def test_what_is_kept_of_a_sound_finds_it_in_a_film(tmp_path: Path, tune: Sound) -> None:
    kept = sounds.describe(write(tmp_path / "a.wav", tune), limits=media.LIMITS)
    assert kept is not None
    film = tmp_path / "a.mp4"
    media.write_video(
        film,
        width=32,
        height=32,
        fps=Fraction(10),
        frames=[FRAMES],
        audio=np.repeat(tune, 2, 1),
        rate=RATE,
    )

    packed = sounds.pack(kept)
    found = sounds.describe(film, limits=media.LIMITS)

    assert (packed.channel, packed.algorithm) == (Channel.SOUND, landmarks.ALGORITHM)
    assert packed.codes == len(kept)
    assert found is not None
    assert soundmatch.compare(found, landmarks.unpack(packed.data)) is not None


def test_a_film_is_no_sound_alone_and_may_have_none(tmp_path: Path) -> None:
    film = tmp_path / "a.mp4"
    media.write_video(film, width=32, height=32, fps=Fraction(10), frames=[FRAMES])

    assert sounds.describe(film, limits=media.LIMITS) is None
    with pytest.raises(RightsError) as refused:
        sounds.describe(film, limits=media.LIMITS, alone=True)
    assert refused.value.code is Code.UNSUPPORTED


def test_a_sound_beyond_the_limit_is_refused(tmp_path: Path, tune: Sound) -> None:
    file = write(tmp_path / "a.wav", tune)

    with pytest.raises(RightsError) as refused:
        sounds.describe(file, limits=Limits(seconds_max=2.0))
    assert refused.value.code is Code.TOO_LARGE
