from dataclasses import replace

import numpy as np
import pytest

from generator.simulate.world import World
from generator.sound import beds, effects, loudness, mixes
from tests.generator.simulate.test_world import built


def level(audio: np.ndarray) -> float:
    return float(np.sqrt((audio.astype(float) ** 2).mean()))


def mixed(world: World) -> np.ndarray:
    return mixes.mix(world, seconds=world.seconds, aspect=16 / 9)


@pytest.mark.parametrize("place", ["park", "street", "beach", "room"])
def test_a_mix_is_finite_bounded_and_not_silent(place: str) -> None:
    audio = mixed(built(f"a crate in the {place}", seconds=2.0))

    assert audio.shape == (2 * mixes.RATE, 2)
    assert np.isfinite(audio).all()
    assert 1e-3 < level(audio) < 0.3
    assert np.abs(audio).max() <= loudness.CEILING


def test_dialogue_is_heard_over_the_bed() -> None:
    said = built('a man on the street says "Good morning to all of you."', seconds=4.0)
    start = said.lines[0].utterance.start

    audio = mixed(said)

    talk = audio[int(start * mixes.RATE) : int((start + 1.0) * mixes.RATE)]
    quiet = audio[: int((start - 0.1) * mixes.RATE) // 4]
    assert level(talk) > 3 * level(quiet)


@pytest.mark.parametrize(
    "prompt",
    ['a man says "Good morning to all of you my friends."', "epic music at a beach", "a siren"],
)
def test_a_clip_is_as_loud_as_wished(prompt: str) -> None:
    audio = mixed(built(prompt, seconds=5.0)).astype(float)

    assert loudness.measure(audio) == pytest.approx(mixes.WISHED_LUFS, abs=2.0)
    assert np.abs(audio).max() <= loudness.CEILING


def test_air_alone_stays_quiet() -> None:
    audio = mixed(built("a crate in the room, single take", seconds=3.0)).astype(float)

    assert loudness.measure(audio) == pytest.approx(mixes.AIR_LUFS, abs=1.0)


@pytest.mark.parametrize("name", [n for n, made in effects.EFFECTS.items() if made.seconds])
def test_an_effect_starts_when_the_storyboard_says(name: str) -> None:
    world = built("a crate in the desert, single take", seconds=4.0)
    shot = replace(world.shots[0], cues=(f"{name}@1.5",))
    stage = mixes._Stage(replace(world, shots=(shot,)), 4 * mixes.RATE, 16 / 9)

    mixes._effects(stage)

    track = np.abs(stage.dry["desert"]).max(axis=1)
    first = int(np.argmax(track > 0)) / mixes.RATE
    half = int(np.argmax(track > 0.2 * track.max())) / mixes.RATE
    assert first == pytest.approx(1.5, abs=0.001)
    assert half < 1.5 + effects.EFFECTS[name].seconds


def test_effects_of_a_shot_follow_one_another() -> None:
    world = built("a dog barks, thunder, a bell rings, in the desert, single take", seconds=6.0)
    stage = mixes._Stage(world, 6 * mixes.RATE, 16 / 9)
    mixes._effects(stage)

    loud = np.abs(stage.dry["desert"]).max(axis=1).reshape(-1, 4800).max(axis=1) > 0.02
    assert not loud[:3].any()
    assert loud[5:50].mean() > 0.5


def test_the_last_digit_of_a_sine_does_not_change_the_bytes() -> None:
    audio = mixed(built("a ball bounces in a room", seconds=1.0))

    assert (audio * 2**18 == np.round(audio * 2**18)).all()


def test_music_plays_only_if_asked_for() -> None:
    plain, scored, silent = (
        beds.cues(built(f"a crate in the room{words}, single take").shots[0])
        for words in ("", ", soft piano", ", music, no music")
    )

    assert not any(beds.is_music(cue) for cue in plain + silent)
    assert "music-calm" in scored


def test_speech_ducks_the_music() -> None:
    world = built('a man in the desert says "Hello there my friend." Single take.', seconds=5.0)
    line = world.lines[0].utterance
    stage = mixes._Stage(world, 5 * mixes.RATE, 16 / 9)

    left = mixes._ducked(mixes._voices(stage))

    talk = left[int((line.start + 0.2) * mixes.RATE) : int((line.end - 0.2) * mixes.RATE)]
    assert talk.mean() < 1 - 0.8 * mixes.DUCK
    assert left[-1] == 1.0


def test_a_ball_to_the_left_is_louder_on_the_left() -> None:
    world = built("a ball bounces in the studio, static, single take, wide shot", seconds=2.0)
    event = world.contacts()[0]

    audio = mixed(world)

    first = int(event.at * mixes.RATE)
    left, right = (level(audio[first : first + 4800, channel]) for channel in (0, 1))
    assert event.position[0] < -0.3
    assert left > 1.15 * right
