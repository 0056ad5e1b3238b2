from itertools import pairwise

import pytest

from generator.simulate import figures
from generator.simulate.steps import steps
from tests.generator.simulate.test_world import built


def test_a_walker_steps_in_time_with_the_feet_that_are_seen() -> None:
    world = built("a man walks in the park, single take", seconds=3.0)
    (man,) = world.shots[0].cast
    found = steps(world)

    assert len(found) >= 4
    for one, two in pairwise(found[:4]):
        assert two.at - one.at == pytest.approx(1 / figures.STEP_HZ, abs=0.005)
    for step in found:
        _, before = world.figure(0, man, step.at - 0.06)
        _, after = world.figure(0, man, step.at + 0.001)
        lifted = max(before.left_foot[1], before.right_foot[1])
        assert lifted > min(after.left_foot[1], after.right_foot[1])
        assert min(after.left_foot[1], after.right_foot[1]) < 2e-3


def test_a_jump_lands_on_both_feet_as_one_sound() -> None:
    found = steps(built("a man jumps in the park, single take", seconds=3.0))

    assert 2 <= len(found) <= 3
    assert all(step.both for step in found)


def test_who_stands_makes_no_step() -> None:
    assert steps(built("a woman waves in a room, single take")) == ()
