import math

import numpy as np
import pytest

from tests.watermark.sound import sounds
from tests.watermark.sound.sounds import RATE
from watermark.sound import grid, search
from watermark.sound.analysis import Heard, Listener

TRIALS = 20_000


def heard(kind: str) -> Heard:
    listener = Listener(RATE)
    listener.add(sounds.made(kind))
    return listener.heard()


@pytest.mark.parametrize("shape", ["even", "few loud", "one"])
def test_the_bound_holds_over_keys(shape: str) -> None:
    rng = np.random.default_rng(4)
    pilots = {"even": np.ones(300), "few loud": rng.exponential(size=300) ** 3, "one": np.eye(9)[0]}
    signs = rng.choice([-1.0, 1.0], size=(TRIALS, len(pilots[shape])))

    bounds = np.array([search.bound_tail(each) for each in signs * pilots[shape]])

    for chance in (0.3, 0.1, 0.01, 0.001):
        assert (bounds <= math.log(chance)).mean() <= chance


def test_the_bound_is_that_of_the_binomial_within_two_decades() -> None:
    pilots = np.array([1.0] * 200 + [-1.0] * 100)
    exact = sum(math.comb(300, k) for k in range(200, 301)) / 2**300

    bound = search.bound_tail(pilots)

    assert math.log(exact) <= bound <= math.log(exact) + math.log(100.0)


def test_the_bound_of_nothing_says_nothing() -> None:
    assert search.bound_tail(np.zeros(9)) == 0.0
    assert search.bound_tail(-np.ones(9)) == 0.0


def test_chance_of_a_whole_look_is_what_it_says() -> None:
    sound = heard("speech")
    keys = [number.to_bytes(32, "big") for number in range(150)]

    found = [search.look_untouched(sound, grid.lay_out(key))[0].log10_p for key in keys]

    assert (np.array(found) <= -1.0).mean() <= 0.1


def test_places_of_an_empty_stretch_say_nothing() -> None:
    silent = Heard(np.zeros((200, 370)), 25.0, 0.01)

    assert search.look_untouched(silent, grid.lay_out(bytes(32)))[0].log10_p >= 0.0
