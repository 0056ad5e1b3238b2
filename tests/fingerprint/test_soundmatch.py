"""Copies of sounds are found, with where they come from and how they are played."""

from collections.abc import Callable

import numpy as np
import pytest

from fingerprint import landmarks, soundmatch
from fingerprint.landmarks import Landmarks
from fingerprint.soundindex import LandmarkIndex
from tests.fingerprint import sounds
from tests.fingerprint.sounds import RATE, Sound

SECONDS = 24.0
START, END = 8.0, 18.0


def described(sound: Sound, rate: int = RATE) -> Landmarks:
    return landmarks.describe(sound, rate)


@pytest.fixture(scope="module")
def whole() -> Sound:
    return sounds.music(1, seconds=SECONDS)


@pytest.fixture(scope="module")
def library(whole: Sound) -> dict[int, Landmarks]:
    others = {seed: described(sounds.music(seed)) for seed in range(2, 8)}
    return {1: described(whole), **others}


@pytest.fixture(scope="module")
def index(library: dict[int, Landmarks]) -> LandmarkIndex:
    filled = LandmarkIndex()
    for asset, each in library.items():
        filled.add(asset, each)
    return filled


COPIES: dict[str, tuple[Callable[[Sound], Sound], float, float]] = {
    "as it is": (lambda sound: sound, 1.0, 1.0),
    "quieter": (lambda sound: 0.05 * sound, 1.0, 1.0),
    "coded": (sounds.coded, 1.0, 1.0),
    "telephone": (
        lambda sound: sounds.filtered(sound, ("highpass", "f=300"), ("lowpass", "f=3400")),
        1.0,
        1.0,
    ),
    "under another": (
        lambda sound: sounds.mixed(sound, sounds.music(99), louder_db=0.0),
        1.0,
        1.0,
    ),
    "faster and higher": (lambda sound: sounds.sped(sound, 1.2), 1.2, 1.2),
    "slower and lower": (lambda sound: sounds.sped(sound, 0.8), 0.8, 0.8),
    "faster": (lambda sound: sounds.stretched(sound, 1.25), 1.25, 1.0),
    "slower": (lambda sound: sounds.stretched(sound, 0.8), 0.8, 1.0),
    "higher": (lambda sound: sounds.pitched(sound, 1.15), 1.0, 1.15),
    "lower": (lambda sound: sounds.pitched(sound, 0.87), 1.0, 0.87),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_found_and_located(
    name: str, whole: Sound, library: dict[int, Landmarks], index: LandmarkIndex
) -> None:
    change, tempo, pitch = COPIES[name]
    query = described(change(whole[round(START * RATE) : round(END * RATE)]))

    found = soundmatch.find(query, search=index.search, look_up=library.get)

    assert [match.asset for match in found] == [1]
    segment = found[0].segments[0]
    assert segment.warp.tempo == pytest.approx(tempo, rel=0.005)
    assert segment.warp.pitch == pytest.approx(pitch, rel=0.01)
    # Under another, only what is loud says where it begins and ends.
    edge = 3.0 if name == "under another" else 0.8
    assert segment.reference.start == pytest.approx(START, abs=edge)
    assert segment.reference.end == pytest.approx(END, abs=edge)
    moved = segment.reference.start - segment.query.start * tempo
    assert moved == pytest.approx(START, abs=0.1)


def test_three_seconds_are_enough(
    whole: Sound, library: dict[int, Landmarks], index: LandmarkIndex
) -> None:
    query = described(sounds.coded(whole[11 * RATE : 14 * RATE]))

    found = soundmatch.find(query, search=index.search, look_up=library.get)

    assert [match.asset for match in found] == [1]


def test_what_nobody_knows_is_found_nowhere(
    library: dict[int, Landmarks], index: LandmarkIndex
) -> None:
    time = np.arange(10 * RATE) / RATE
    beeps = (0.5 * np.sin(2 * np.pi * 1_000 * time) * (time % 1.0 < 0.2)).astype(np.float32)
    for sound in (sounds.music(50), sounds.music(51), beeps, np.zeros(RATE, np.float32)):
        assert soundmatch.find(described(sound), search=index.search, look_up=library.get) == []


def test_parts_of_an_asset_are_told_apart_and_what_is_between_is_left_out(
    whole: Sound, library: dict[int, Landmarks], index: LandmarkIndex
) -> None:
    other = sounds.music(60, seconds=8.0)
    query = described(
        np.concatenate([whole[14 * RATE : 21 * RATE], other, whole[2 * RATE : 12 * RATE]])
    )

    (match,) = soundmatch.find(query, search=index.search, look_up=library.get)

    times = [
        (each.query.start, each.query.end, each.reference.start, each.reference.end)
        for each in match.segments
    ]
    assert np.abs(np.array(times) - [(0, 7, 14, 21), (15, 25, 2, 12)]).max() < 0.8


def test_a_query_of_two_assets_finds_both(whole: Sound, library: dict[int, Landmarks]) -> None:
    query = described(np.concatenate([whole[: 6 * RATE], sounds.music(3)[: 6 * RATE]]))
    index = LandmarkIndex()
    for asset, each in library.items():
        index.add(asset, each)

    found = soundmatch.find(query, search=index.search, look_up=library.get)

    assert {match.asset for match in found} == {1, 3}


def test_a_long_query_keeps_its_line(whole: Sound) -> None:
    match = soundmatch.compare(described(sounds.sped(whole, 0.97)), described(whole))

    assert match is not None
    (segment,) = match.segments
    assert segment.warp.tempo == pytest.approx(0.97, abs=0.001)
    assert segment.query.end - segment.query.start > SECONDS / 0.97 - 1.0


def test_other_music_is_no_copy(whole: Sound) -> None:
    assert soundmatch.compare(described(sounds.music(70)), described(whole)) is None


def test_what_has_no_landmarks_is_no_copy(whole: Sound) -> None:
    silence = described(np.zeros(10 * RATE, np.float32))

    assert soundmatch.compare(silence, described(whole)) is None
    assert soundmatch.compare(described(whole), silence) is None
