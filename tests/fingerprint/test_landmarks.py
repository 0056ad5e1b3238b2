"""Landmarks of sounds: how they are made, and how they are stored."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprint import landmarks, soundpeaks
from fingerprint.errors import DescriptorsError, SamplesError
from fingerprint.landmarks import Landmarks
from fingerprint.soundpeaks import Listener
from tests.fingerprint import sounds


def same(one: Landmarks, other: Landmarks) -> bool:
    return (
        one.length == other.length
        and np.array_equal(one.ticks, other.ticks)
        and np.array_equal(one.steps, other.steps)
    )


@pytest.mark.parametrize("rate", [8_000, 44_100])
def test_a_sound_in_pieces_has_the_landmarks_of_the_whole(rate: int) -> None:
    sound = sounds.music(1, seconds=30.0, rate=rate)
    listener = Listener(rate)
    rng = np.random.default_rng(0)
    at = 0
    while at < len(sound):
        size = int(rng.choice([0, 1, 100, 1_024, 300_000]))
        listener.add(sound[at : at + size])
        at += size

    assert same(landmarks.collect(listener), landmarks.describe(sound, rate))


def test_a_long_sound_is_not_held() -> None:
    listener = Listener(8_000)
    sound = sounds.music(2, seconds=10.0, rate=8_000)

    for _ in range(30):
        listener.add(sound)

    assert sum(piece.nbytes for piece in listener._pieces) < 200_000
    assert listener._levels.nbytes < 1_000_000
    found = landmarks.collect(listener)
    assert found.length == 300 * landmarks.TICKS_PER_SECOND
    assert 300 <= len(found) <= 300 * soundpeaks.PEAKS_PER_SECOND


def test_a_tone_is_where_it_is_played() -> None:
    rate = 48_000
    time = np.arange(3 * rate) / rate
    sound = np.where((time > 1.0) & (time < 1.2), 0.5 * np.sin(2 * np.pi * 1_000.0 * time), 0.0)

    found = landmarks.describe(sound.astype(np.float32), rate)

    loud = np.abs(found.seconds - 1.1) < 0.1
    hertz = soundpeaks.hertz_of(found.tones[loud])
    assert np.abs(hertz - 1_000.0).min() < 5.0


@pytest.mark.parametrize("level", [0.0, 1e-5, 1e-4])
def test_near_silence_has_no_landmarks(level: float) -> None:
    noise = np.random.default_rng(1).normal(0.0, level, 200_000).astype(np.float32)

    assert len(landmarks.describe(noise, 16_000)) == 0


def test_a_hum_has_no_landmarks() -> None:
    time = np.arange(480_000) / 48_000
    hum = sum(np.sin(2 * np.pi * 50 * tone * time) / tone for tone in range(1, 20))
    noise = np.random.default_rng(1).normal(0.0, 1e-3, len(time))

    found = landmarks.describe((0.2 * hum + noise).astype(np.float32), 48_000)

    assert len(found.between(0.5, 9.5)) <= 2


def test_the_two_channels_count_together() -> None:
    sound = sounds.music(3, seconds=5.0)

    for other in (sound, -sound):
        both = landmarks.describe(np.concatenate([sound, other], axis=1), sounds.RATE)
        assert same(both, landmarks.describe(sound, sounds.RATE))


@pytest.mark.parametrize("count", [0, 1, 100, 1_000])
def test_sounds_that_are_too_short_have_none(count: int) -> None:
    assert len(landmarks.describe(np.ones(count, np.float32), 48_000)) == 0


def test_what_is_no_sound_is_refused() -> None:
    for wrong in (np.zeros((4, 9), np.float32), np.zeros(4), np.full(4, np.nan, np.float32)):
        with pytest.raises(SamplesError):
            landmarks.describe(wrong, 48_000)  # pyright: ignore[reportArgumentType]
    for rate in (0, 7_999, 400_000):
        with pytest.raises(SamplesError):
            Listener(rate)
    listener = Listener(8_000)
    listener.add(np.zeros((4, 2), np.float32))
    with pytest.raises(SamplesError):
        listener.add(np.zeros((4, 1), np.float32))


def test_what_was_packed_is_what_is_unpacked() -> None:
    found = landmarks.describe(sounds.music(4), sounds.RATE)

    packed = landmarks.pack(found)

    assert same(landmarks.unpack(packed), found)
    assert len(packed) <= 20 * 110


def test_no_landmarks_can_be_packed() -> None:
    none = Landmarks(7, np.zeros(0, np.int64), np.zeros(0, np.int64))

    assert same(landmarks.unpack(landmarks.pack(none)), none)


PACKED = landmarks.pack(
    Landmarks(1_000, np.arange(0, 900, 9), np.resize([900, 1_000, 2_000], 100).astype(np.int64))
)


@given(st.binary(max_size=300) | st.builds(lambda body: PACKED[:12] + body, st.binary()))
@settings(max_examples=300, deadline=None)
def test_hostile_bytes_are_refused(packed: bytes) -> None:
    with pytest.raises(DescriptorsError):
        landmarks.unpack(packed)


@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
@settings(max_examples=300, deadline=None)
def test_a_broken_byte_is_refused_or_leaves_landmarks(at: int, change: int) -> None:
    broken = bytearray(PACKED)
    broken[at] ^= change

    try:
        found = landmarks.unpack(bytes(broken))
    except DescriptorsError:
        return
    assert len(found) <= landmarks.COUNT_MAX


def test_bytes_that_blow_up_are_refused() -> None:
    bomb = landmarks._HEADER.pack(b"RLM1", 100, 3) + landmarks.zlib.compress(bytes(10_000_000))

    with pytest.raises(DescriptorsError):
        landmarks.unpack(bomb)
