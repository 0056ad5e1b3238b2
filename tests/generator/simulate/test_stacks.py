import math

import numpy as np
import pytest

from generator.errors import GeneratorError
from generator.simulate import arrangements, stacks
from generator.simulate.balls import GRAVITY
from generator.simulate.stacks import MATERIALS, Body, Track


def dropped(material: str, floor: str, height: float, shape: str = "sphere") -> Track:
    ball = Body("ball", shape, (0.1, 0.1, 0.1), material, (0.0, 0.1 + height, 0.0))
    return stacks.let_go((ball,), floor=floor, seconds=math.sqrt(2 * height / GRAVITY) + 0.35)


def test_a_fall_is_the_parabola_until_the_first_touch() -> None:
    track = dropped("wood", "wood", 1.5)
    fall = math.sqrt(3.0 / GRAVITY)

    for at in np.arange(0.0, fall - 0.004, stacks.KEPT_STEPS * stacks.STEP_SECONDS):
        centre, _ = track.pose("ball", float(at))
        assert centre[1] == pytest.approx(1.6 - GRAVITY / 2 * at**2, abs=1e-4)
    assert track.knocks[0].at == pytest.approx(fall, abs=0.001)
    assert track.knocks[0].speed == pytest.approx(GRAVITY * fall, rel=0.005)
    assert (track.knocks[0].body, track.knocks[0].other) == ("ball", stacks.FLOOR)


@pytest.mark.parametrize(
    ("material", "floor"), [("rubber", "wood"), ("wood", "asphalt"), ("cloth", "wood")]
)
def test_a_bounce_gives_back_what_the_materials_do(material: str, floor: str) -> None:
    wanted = math.sqrt(MATERIALS[material].restitution * MATERIALS[floor].restitution)
    given = []
    for height in np.linspace(0.3, 0.7, 15):
        track = dropped(material, floor, float(height))
        speeds = np.diff(track.positions[:, 0, 1]) / (stacks.KEPT_STEPS * stacks.STEP_SECONDS)
        given.append(speeds.max() / -speeds.min())

    assert np.mean(given) == pytest.approx(wanted, rel=0.02)


def test_a_tower_that_stands_keeps_standing() -> None:
    track = stacks.let_go(arrangements.tower(6), floor="wood", seconds=2.0)

    moved = np.linalg.norm(track.positions[-1] - track.positions[0], axis=1)
    assert moved.max() < 0.004
    assert all(knock.speed < 0.2 for knock in track.knocks)


def test_every_domino_of_a_row_falls_in_turn() -> None:
    track = stacks.let_go(arrangements.dominoes(12), floor="wood", seconds=2.5)

    leaning = [track.pose(f"domino {number}", 2.5)[1][1, 1] for number in range(1, 13)]
    assert max(leaning) < 0.6
    struck = [
        min(k.at for k in track.knocks if {k.body, k.other} == {f"domino {n}", f"domino {n + 1}"})
        for n in range(1, 12)
    ]
    assert struck == sorted(struck)


def test_a_ball_scatters_bottles_and_energy_never_rises() -> None:
    ball = Body("ball", "sphere", (0.11, 0.11, 0.11), "rubber", (0.0, 0.11, 2.0),
                velocity=(0.0, 0.0, -5.0))  # fmt: skip
    bodies = (*arrangements.bottles(6), ball)
    track = stacks.let_go(bodies, floor="wood", seconds=2.0)

    fallen = [
        track.pose(body.name, 2.0)[1][1, 1] < 0.5 for body in bodies if body.shape == "cylinder"
    ]
    assert sum(fallen) >= 4
    masses = np.array([
        MATERIALS[body.material].density * body.half[0] ** 2
        * (4 / 3 * math.pi * body.half[0] if body.shape == "sphere" else 2 * math.pi * body.half[1])
        for body in bodies
    ])  # fmt: skip
    speeds = np.diff(track.positions, axis=0) / (stacks.KEPT_STEPS * stacks.STEP_SECONDS)
    moving = 0.5 * (masses * (speeds**2).sum(axis=2)).sum(axis=1)
    lifted = GRAVITY * (masses * track.positions[:-1, :, 1]).sum(axis=1)
    # What a spring contact holds for a moment comes back: a hundredth is allowed for it.
    assert (moving + lifted).max() <= 1.01 * (moving + lifted)[0]


def test_the_same_scene_is_the_same_bytes() -> None:
    tracks = [stacks.let_go(arrangements.dominoes(6), floor="wood", seconds=0.6) for _ in range(2)]

    assert tracks[0].positions.tobytes() == tracks[1].positions.tobytes()
    assert tracks[0].turns.tobytes() == tracks[1].turns.tobytes()
    assert tracks[0].knocks == tracks[1].knocks


def test_a_pose_is_a_rotation_at_any_time_and_holds_before_and_after() -> None:
    track = stacks.let_go(arrangements.dominoes(3), floor="wood", seconds=1.0, start=2.0)

    for at in (-1.0, 2.0, 2.3337, 2.9, 99.0):
        centre, turn = track.pose("domino 2", at)
        assert turn @ turn.T == pytest.approx(np.eye(3), abs=1e-9)
        assert np.isfinite(centre).all()
    assert track.pose("domino 2", 1.0)[0] == pytest.approx(track.positions[0, 1])
    assert track.pose("domino 2", 50.0)[0] == pytest.approx(track.positions[-1, 1])
    assert all(2.0 <= knock.at <= 3.01 for knock in track.knocks)


def test_a_fixed_body_stays_and_is_knocked_against() -> None:
    wall = Body("wall", "box", (0.05, 0.5, 0.5), "stone", (1.0, 0.5, 0.0), fixed=True)
    ball = Body("ball", "sphere", (0.1, 0.1, 0.1), "rubber", (0.0, 0.5, 0.0), velocity=(4, 0, 0))
    track = stacks.let_go((wall, ball), floor="wood", seconds=0.5)

    assert (track.positions[:, 0] == track.positions[0, 0]).all()
    first = track.knocks[0]
    assert {first.body, first.other} == {"wall", "ball"}
    assert first.position[0] == pytest.approx(0.95, abs=0.02)
    assert first.speed == pytest.approx(4.0, rel=0.02)


def test_too_much_is_refused() -> None:
    crate = arrangements.tower(1)[0]

    with pytest.raises(GeneratorError, match="64 bodies"):
        stacks.let_go((crate,) * 65, floor="wood", seconds=1.0)
    with pytest.raises(GeneratorError, match="60 seconds"):
        stacks.let_go((crate,), floor="wood", seconds=61.0)
