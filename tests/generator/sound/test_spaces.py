import numpy as np

from generator.simulate import cameras
from generator.sound import spaces
from generator.sound.tones import RATE
from tests.generator.simulate.test_world import built

CLICK = np.concatenate([np.ones((1, 2)), np.zeros((2 * RATE, 2))])


def test_a_court_echoes_longer_than_a_desert() -> None:
    def lasting(place: str) -> float:
        power = spaces.echo(CLICK, place, seed=1).mean(axis=1) ** 2
        left = np.cumsum(power[::-1])[::-1] / power.sum()
        return float(np.argmax(left < 1e-3)) / RATE

    assert lasting("court") > 2 * lasting("desert")


def test_a_room_answers_after_the_onset() -> None:
    answer = spaces.echo(CLICK, "room", seed=1)

    early = np.abs(answer[: round(0.011 * RATE)]).max()
    assert early < 1e-9 * np.abs(answer).max()
    assert np.abs(answer[: round(0.014 * RATE)]).max() > 0.1 * np.abs(answer).max()


def test_far_sounds_lose_their_treble_and_near_ones_do_not() -> None:
    noise = np.random.default_rng(1).standard_normal(RATE)
    near, far = spaces.carried(noise, 2.0), spaces.carried(noise, 40.0)
    treble = slice(RATE // 2 * 10_000 // 24_000, None)

    assert near is noise
    power = [np.abs(np.fft.rfft(each)) ** 2 for each in (noise, far)]
    assert power[1][treble].sum() < 0.2 * power[0][treble].sum()


def test_what_is_nearer_is_louder_and_what_is_left_is_left() -> None:
    world = built("a ball, wide shot, static, single take")
    view = cameras.view(world, 0, 0.0, aspect=1.6)
    near = spaces.heard(view, np.array([-1.0, 0.5, 0.0]))
    far = spaces.heard(view, np.array([-1.0, 0.5, -30.0]))

    assert near[0] > near[1]
    assert sum(near[:2]) > sum(far[:2])
    assert far[2] > near[2] + 25
