import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.simulate import balls, launches
from generator.simulate.balls import GRAVITY, Ball, Path, Wall
from generator.simulate.hoops import Hoop

HOOP = Hoop(centre=(0.0, 3.05, -4.0), radius=0.2286, restitution=0.8)
BOARD = Wall(-4.38, 0.85, left=-0.9, right=0.9, bottom=2.9, top=3.97)
BASKETBALL = Ball(0.12, 0.78, 0.0, (0.0, 2.0, 2.0), (0.0, 0.0, 0.0))

spots = st.tuples(st.floats(-4, 4), st.floats(0.5, 2.2), st.floats(-2.5, 4))


def flight(ball: Ball, until: float = 6.0) -> Path:
    return balls.fly(
        ball, floor_restitution=1.0, wall=Wall(-6.0, 0.8), until=until, hoop=HOOP, board=BOARD
    )


@given(spots)
@settings(max_examples=60, deadline=None)
def test_a_throw_at_the_hoop_goes_in(start: tuple[float, float, float]) -> None:
    path = flight(
        replace(BASKETBALL, position=start, velocity=launches.score(start, HOOP, radius=0.12))
    )

    first = path.contacts[0]
    assert first.surface == "net"
    # In the middle of the ring, within a tenth of a millimetre.
    assert np.linalg.norm(path.position(first.at) - np.array(HOOP.centre)) < 1e-4


@given(spots, spots, st.floats(0.2, 2.0))
@settings(max_examples=60, deadline=None)
def test_a_throw_is_at_its_target_when_it_should_be(
    start: tuple[float, float, float], target: tuple[float, float, float], seconds: float
) -> None:
    velocity = np.array(launches.reach(start, target, seconds=seconds))

    there = np.array(start) + velocity * seconds - [0, GRAVITY / 2 * seconds**2, 0]
    assert there == pytest.approx(target, abs=1e-9)


def test_no_other_flight_to_a_target_is_slower_than_the_easy_one() -> None:
    start, target = (0.0, 1.0, 0.0), (3.0, 2.0, -4.0)
    best = launches.ease(start, target)
    speeds = [
        float(np.linalg.norm(launches.reach(start, target, seconds=best * factor)))
        for factor in (0.9, 0.99, 1.0, 1.01, 1.1)
    ]

    assert min(speeds) == speeds[2]


@pytest.mark.parametrize("x", [-1.5, 0.0, 2.0])
def test_a_bank_shot_goes_in_off_the_board(x: float) -> None:
    ball = replace(BASKETBALL, position=(x, 1.9, 0.5))
    velocity = launches.bank(ball, BOARD, HOOP.centre, seconds=0.85)

    path = flight(replace(ball, velocity=velocity))

    assert [contact.surface for contact in path.contacts[:2]] == ["board", "net"]


def test_a_ball_on_the_rim_rebounds_and_does_not_sink_into_it() -> None:
    # Straight down on the front of the ring.
    ball = replace(BASKETBALL, position=(0.0, 4.5, HOOP.centre[2] + HOOP.radius + 0.03))
    path = flight(ball)
    first = path.contacts[0]

    assert first.surface == "rim"
    for at in np.arange(0, 3, 0.002):
        here = path.position(float(at))
        out = math.hypot(here[0], here[2] - HOOP.centre[2]) - HOOP.radius
        assert math.hypot(out, here[1] - HOOP.centre[1]) > ball.radius


@given(
    spots,
    st.tuples(st.floats(-4, 4), st.floats(-3, 8), st.floats(-7, 2)),
    st.floats(0.2, 0.95),
)
@settings(max_examples=40, deadline=None)
def test_energy_never_rises_whatever_is_hit(
    start: tuple[float, float, float], velocity: tuple[float, float, float], restitution: float
) -> None:
    path = flight(replace(BASKETBALL, position=start, velocity=velocity, restitution=restitution))

    levels = [
        float(segment.velocity @ segment.velocity) / 2 + GRAVITY * float(segment.position[1])
        for segment in path.segments[1:]
    ]
    assert all(b <= a + 1e-9 for a, b in pairwise(levels))


@given(st.floats(0.3, 0.95), st.floats(0.5, 3.0))
@settings(max_examples=40, deadline=None)
def test_a_bounce_gives_back_what_the_pair_does(restitution: float, height: float) -> None:
    ball = replace(BASKETBALL, restitution=restitution, position=(0.0, 0.12 + height, 3.0))
    path = balls.fly(ball, floor_restitution=1.0, wall=None, until=30.0)

    one, two = path.contacts[:2]
    assert one.at == pytest.approx(math.sqrt(2 * height / GRAVITY), abs=1e-9)
    assert two.speed / one.speed == pytest.approx(restitution, rel=1e-9)
