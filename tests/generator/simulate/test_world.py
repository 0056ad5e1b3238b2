import numpy as np
import pytest

from generator import likeness
from generator.language import direction
from generator.language.vocabularies import PROCEDURAL
from generator.simulate import world as worlds
from generator.simulate.figures import THROW_SECONDS
from generator.simulate.world import World
from tests.generator.requests import request


def built(prompt: str, seconds: float = 4.0, seed: int = 7) -> World:
    asked = request(prompt, seconds=seconds, seed=seed)
    board = direction.direct(asked, engine="procedural", version=1, vocabulary=PROCEDURAL)
    looks = likeness.looks(board.shots, (), seed=seed)
    return worlds.build(board, looks, seconds=seconds)


def test_a_ball_goes_on_over_the_cut() -> None:
    world = built("Shot 1: a red ball bounces in a room. Shot 2: close-up of the red ball.")
    cut = world.starts[1]

    assert len(world.thrown) == 1
    before, after = (world.ball(world.thrown[0], cut + step) for step in (-1e-6, 1e-6))
    assert before == pytest.approx(after, abs=1e-4)


def test_contacts_are_in_order_and_belong_to_their_shots() -> None:
    world = built("three balls bounce in a room")
    events = world.contacts()

    assert len(events) > 6
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert all(event.shot == world.shot_at(event.at) for event in events)
    assert {event.surface for event in events} == {"wood"}


def test_a_ball_that_a_shot_does_not_name_is_neither_seen_nor_heard_in_it() -> None:
    world = built("Shot 1: a ball in a room. Shot 2: two crates in the park.")

    assert {event.shot for event in world.contacts()} == {0}


def test_balls_do_not_run_into_each_other() -> None:
    world = built("five balls and three basketballs bounce", seconds=4.0)
    thrown = world.thrown

    for at in np.arange(0, 4, 0.05):
        spots = np.array([world.ball(ball, float(at)) for ball in thrown[:5]])
        for index in range(5):
            for other in range(index):
                gap = float(np.linalg.norm(spots[index] - spots[other]))
                assert gap > thrown[index].radius + thrown[other].radius


def test_a_thrown_ball_leaves_the_hand_that_holds_it() -> None:
    world = built("a man throws a ball in the park, single take")
    ball = world.thrown[0]

    assert ball.holder == "man"
    assert ball.launched_at == pytest.approx(THROW_SECONDS)
    held, free = (world.ball(ball, THROW_SECONDS + step) for step in (-1e-6, 1e-6))
    assert held == pytest.approx(free, abs=1e-3)
    assert world.contacts()


def test_no_two_things_stand_in_the_same_spot() -> None:
    world = built("five crates, four rocks, three tables, a bench, two trees, five lamps in a park")
    spots = [(thing.x, thing.z) for thing in world.placed(0)]

    assert len(spots) == 20
    gaps = [
        float(np.hypot(a[0] - b[0], a[1] - b[1]))
        for index, a in enumerate(spots)
        for b in spots[:index]
    ]
    assert min(gaps) > 0.6


def test_props_stand_alike_in_every_shot() -> None:
    world = built("Shot 1: two crates and a bench in the park. Shot 2: close-up.")

    assert world.placed(0) == world.placed(1)
    assert len(world.placed(0)) == 3


def test_lines_are_spoken_within_their_shot() -> None:
    world = built('Shot 1: a ball. Shot 2: a man says "Hello my friend." Shot 3: a ball.')
    (line,) = world.lines

    assert line.utterance.start > world.starts[1]
    assert line.utterance.end < world.starts[2]


def test_a_mouth_moves_for_its_own_line_only() -> None:
    world = built('A man and a woman. The man says "Mama!" Single take.')
    man, woman = world.shots[0].cast
    said = world.lines[0].utterance
    vowel = next(phone for phone in said.phones if phone.stressed)
    middle = vowel.start + vowel.seconds / 2

    assert world.mouth(0, man, middle).open > 0.5
    assert world.figure(0, man, middle)[1].mouth == world.mouth(0, man, middle).open
    assert world.mouth(0, woman, middle).open == 0.0
    assert world.mouth(0, man, said.phones[0].start + 0.02).press > 0.5
