import math
from dataclasses import replace

import numpy as np
import pytest

from generator.simulate import balls
from generator.simulate.balls import GRAVITY, Ball, Wall

DROPPED = Ball(
    radius=0.1, restitution=0.8, launched_at=0.0, position=(0.0, 1.6, 0.0), velocity=(0.0, 0.0, 0.0)
)


def energy(path: balls.Path, at: float) -> float:
    step = 1e-5
    speed = (path.position(at + step) - path.position(at - step)) / (2 * step)
    return 0.5 * float(speed @ speed) + GRAVITY * float(path.position(at)[1])


def test_a_dropped_ball_touches_when_and_as_fast_as_the_formula_says() -> None:
    path = balls.fly(DROPPED, floor_restitution=1.0, wall=None, until=10.0)

    fall = math.sqrt(2 * 1.5 / GRAVITY)
    speed = GRAVITY * fall
    assert path.contacts[0].at == pytest.approx(fall, abs=1e-12)
    assert path.contacts[0].speed == pytest.approx(speed, abs=1e-12)
    # Each bounce lasts twice the time that its speed takes to rise.
    at = fall
    for number in range(1, 6):
        at += 2 * speed * 0.8**number / GRAVITY
        assert path.contacts[number].at == pytest.approx(at, abs=1e-9)
        assert path.contacts[number].speed == pytest.approx(speed * 0.8**number, abs=1e-9)


def test_between_contacts_the_ball_is_on_its_parabola() -> None:
    path = balls.fly(
        replace(DROPPED, velocity=(1.0, 2.0, -0.5)), floor_restitution=1.0, wall=None, until=5.0
    )

    for at in np.linspace(0.0, path.contacts[0].at, 20):
        expected = (at, 1.6 + 2 * at - GRAVITY * at * at / 2, -0.5 * at)
        assert path.position(float(at)) == pytest.approx(expected, abs=1e-12)


def test_the_path_has_no_gaps_and_never_sinks_into_the_floor() -> None:
    path = balls.fly(
        replace(DROPPED, velocity=(0.7, 1.0, -3.0)),
        floor_restitution=0.9,
        wall=Wall(-2.0, 0.9),
        until=8.0,
    )
    times = np.arange(0, 8, 1e-3)
    track = np.array([path.position(float(at)) for at in times])

    assert np.abs(np.diff(track, axis=0)).max() < 8e-3
    assert track[:, 1].min() >= DROPPED.radius - 1e-9
    assert track[:, 2].min() >= -2.0 + DROPPED.radius - 1e-9
    assert any(contact.surface == "wall" for contact in path.contacts)


def test_energy_never_rises() -> None:
    path = balls.fly(
        replace(DROPPED, velocity=(1.5, 3.0, -2.0)),
        floor_restitution=1.0,
        wall=Wall(-2.0, 0.9),
        until=6.0,
    )
    touched = [contact.at for contact in path.contacts]
    times = [at for at in np.arange(0.01, 6, 0.01) if min(abs(at - t) for t in touched) > 1e-3]

    levels = np.array([energy(path, float(at)) for at in times])

    assert np.diff(levels).max() < 1e-4


def test_a_soft_floor_stops_the_ball_sooner() -> None:
    hard = balls.fly(DROPPED, floor_restitution=1.0, wall=None, until=20.0)
    soft = balls.fly(DROPPED, floor_restitution=0.4, wall=None, until=20.0)

    assert len(soft.contacts) < len(hard.contacts) / 3


def test_a_ball_that_rolls_turns_without_slipping_and_slows_down() -> None:
    path = balls.fly(
        replace(DROPPED, position=(0.0, 0.1, 0.0), velocity=(1.0, 0.0, 0.0)),
        floor_restitution=1.0,
        wall=None,
        until=10.0,
    )
    moved = path.position(2.0)[0] - path.position(1.0)[0]
    turned = path.angles(2.0)[1] - path.angles(1.0)[1]

    assert turned == pytest.approx(-moved / DROPPED.radius, rel=1e-6)
    assert path.position(2.0)[0] - path.position(1.0)[0] < path.position(1.0)[0]


def test_a_ball_waits_where_it_is_until_it_is_launched() -> None:
    path = balls.fly(replace(DROPPED, launched_at=2.0), floor_restitution=1.0, wall=None, until=5.0)

    assert path.position(1.9) == pytest.approx(DROPPED.position)
    assert path.contacts[0].at == pytest.approx(2.0 + math.sqrt(3.0 / GRAVITY))


def test_no_ball_touches_for_ever() -> None:
    path = balls.fly(replace(DROPPED, restitution=1.0), floor_restitution=1.0, wall=None, until=1e9)

    assert len(path.contacts) == balls.CONTACTS_MAX
