"""What is heard and what is seen happen together: steps and feet, lips and phones."""

from itertools import pairwise

import numpy as np
import pytest

from generator.film import casting
from generator.simulate.skeletons import SKELETONS
from generator.simulate.steps import steps
from generator.speech import mouths
from tests.generator.film.productions import planned, produced


@pytest.mark.parametrize("action", ["walks", "runs", "sneaks"])
def test_a_step_is_heard_as_a_sole_comes_down(action: str) -> None:
    world = produced(planned(f"a man {action} in the park, single take", seconds=3.0)).world
    (man,) = world.shots[0].cast

    found = steps(world)

    assert len(found) >= 3
    offsets: list[float] = []
    for step in found:
        times = step.at + np.arange(-0.05, 0.05, 0.001)
        heights = np.array(
            [[sole.height for sole in world.hold.soles(world, 0, man, float(at))] for at in times]
        )
        # Where each foot arrives at the floor, by a ruler of its own.
        landings = [
            float(times[n + 1])
            for foot in (0, 1)
            for n in range(len(times) - 1)
            if heights[n, foot] > 5e-4 >= heights[n + 1, foot]
        ]
        offsets.append(min(abs(step.at - landing) for landing in landings))
    assert np.percentile(offsets, 95) <= 0.01


def test_feet_that_are_heard_stay_where_they_came_down() -> None:
    world = produced(planned("a woman walks in the park, single take", seconds=3.0)).world
    (woman,) = world.shots[0].cast
    tall = world.looks[woman.name].height_m

    for step in steps(world)[:3]:
        soles = world.hold.soles(world, 0, woman, step.at)
        later = world.hold.soles(world, 0, woman, step.at + 0.1)
        foot = int(
            np.argmin([np.hypot(*np.subtract(sole.at, step.position)[[0, 2]]) for sole in soles])
        )
        slide = np.hypot(*np.subtract(later[foot].at, soles[foot].at)[[0, 2]])
        assert slide < 1.7 * SKELETONS["woman"].foot * tall + 0.03
    places = [step.position for step in steps(world)]
    assert all(np.hypot(*np.subtract(a, b)[[0, 2]]) > 0.2 for a, b in pairwise(places[:4]))


def test_lips_meet_for_a_p_and_are_apart_for_a_vowel() -> None:
    world = produced(planned('A man says "Papa, a puppy!" Studio, single take.', seconds=3.0)).world
    (man,) = world.shots[0].cast
    (line,) = world.lines
    pressed: list[float] = []
    for said in line.utterance.phones:
        if said.phone != "P":
            continue
        times = np.arange(said.start, said.release, 0.002)
        faces = [casting.stand(world, 0, man, float(at))[1].face for at in times]
        shut = [face for face in faces if face.press >= mouths.CLOSED_PRESS]
        pressed.append(len(shut) / len(faces))
        assert all(face.mouth < 0.02 for face in shut)

    assert len(pressed) >= 3
    assert min(pressed) > 0.3
    openings = [
        casting.stand(world, 0, man, float(at))[1].face.mouth
        for at in np.arange(line.utterance.start, line.utterance.end, 0.02)
    ]
    assert max(openings) > 0.2
