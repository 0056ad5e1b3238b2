import numpy as np
import pytest

from generator.simulate.world import World
from generator.sound import mixes
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
    assert 1e-3 < level(audio) < 0.1


def test_dialogue_is_heard_over_the_bed() -> None:
    said = built('a man on the street says "Good morning to all of you."', seconds=4.0)
    start = said.lines[0].utterance.start

    audio = mixed(said)

    talk = audio[int(start * mixes.RATE) : int((start + 1.0) * mixes.RATE)]
    quiet = audio[: int((start - 0.1) * mixes.RATE) // 4]
    assert level(talk) > 3 * level(quiet)


def test_music_plays_only_if_asked_for() -> None:
    plain, scored = (
        mixed(built(f"a crate in the room{words}, single take", seconds=3.0))
        for words in ("", ", soft piano")
    )

    assert level(scored) > 1.5 * level(plain)


def test_a_ball_to_the_left_is_louder_on_the_left() -> None:
    world = built("a ball bounces in the studio, static, single take, wide shot", seconds=2.0)
    event = world.contacts()[0]

    audio = mixed(world)

    first = int(event.at * mixes.RATE)
    left, right = (level(audio[first : first + 4800, channel]) for channel in (0, 1))
    assert event.position[0] < -0.3
    assert left > 1.15 * right
