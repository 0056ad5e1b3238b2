import math

import numpy as np
import pytest

from generator.simulate import splashes
from generator.simulate.balls import GRAVITY
from generator.simulate.splashes import Splash


def fallen(speed: float = 3.0) -> Splash:
    return splashes.splash((1.0, 0.2, -1.0), at=2.0, speed=speed, radius=0.12, level=0.2, seed=4)


def test_drops_fly_on_parabolas_and_land_on_the_water() -> None:
    splash = fallen()
    first = splash.landings().min()
    centres = [splash.drops(2.0 + passed)[0] for passed in (0.01, 0.02, 0.03)]

    assert first > 2.03
    bend = (centres[0] - 2 * centres[1] + centres[2]) / 0.01**2
    assert bend == pytest.approx(np.broadcast_to([0.0, -GRAVITY, 0.0], bend.shape), abs=1e-6)
    late = splash.drops(float(splash.landings().max()) + 1e-6)
    assert len(late[0]) == 0
    assert len(splash.drops(1.99)[0]) == 0


def test_drops_never_sink_below_the_water() -> None:
    splash = fallen(6.0)

    for at in np.arange(2.0, 4.0, 0.02):
        centres, radii = splash.drops(float(at))
        assert len(centres) == len(radii)
        assert (centres[:, 1] >= 0.2 - 1e-9).all()


def test_a_faster_fall_throws_more_drops_and_a_soft_one_none() -> None:
    assert len(fallen(5.0).radii) > len(fallen(1.0).radii) > 0
    assert len(fallen(0.1).radii) == 0


def test_rings_run_outwards_and_die_away() -> None:
    splash = fallen()
    away = np.linspace(0.05, 3.0, 600)
    fronts, heights = [], []
    for at in (2.3, 2.8, 3.6):
        lift = np.abs(splash.height(1.0 + away, np.full(600, -1.0), at))
        fronts.append(float((away * lift**2).sum() / (lift**2).sum()))
        heights.append(float(lift.max()))

    assert fronts == sorted(fronts)
    assert heights == sorted(heights, reverse=True)
    assert heights[0] < splash.radius
    assert splash.height(away, away, 1.9).max() == 0


def test_every_touch_of_the_water_is_told_in_order() -> None:
    told = splashes.plops(fallen())

    assert told[0].at == 2.0
    assert 2 < len(told) <= splashes.HEARD_MAX + 1
    assert [plop.at for plop in told] == sorted(plop.at for plop in told)
    assert all(plop.speed > 0 for plop in told)


def test_long_waves_run_by_gravity_alone() -> None:
    assert splashes.celerity(10.0) == pytest.approx(
        math.sqrt(GRAVITY * 10 / (2 * math.pi)), rel=1e-3
    )
    # The slowest wave on water: 0.23 m/s at 17 mm.
    assert min(splashes.celerity(mm / 1000) for mm in range(5, 60)) == pytest.approx(
        0.231, abs=0.003
    )
