import numpy as np
import pytest

from generator.simulate import cameras
from tests.generator.simulate.test_world import built


@pytest.mark.parametrize("move", ["static", "push-in", "pans", "orbit", "handheld", "crane shot"])
def test_axes_are_of_unit_length_and_square_whatever_the_move(move: str) -> None:
    world = built(f"a ball in the park, {move}, dutch angle, single take")

    for at in (0.0, 1.0, 3.9):
        view = cameras.view(world, 0, at, aspect=16 / 9)
        axes = np.stack([view.right, view.up, view.forward])

        assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-9)
        assert view.eye[1] >= cameras.LOWEST_EYE


def test_a_static_camera_stands_still_and_a_push_comes_closer() -> None:
    still = built("a ball in the park, static, single take")
    push = built("a ball in the park, push-in, single take")

    first, last = (cameras.view(still, 0, at, aspect=1.5).eye for at in (0.0, 3.9))
    assert first == pytest.approx(last)
    near, far = (cameras.view(push, 0, at, aspect=1.5).focus for at in (3.9, 0.0))
    assert near < far * 0.9


def test_a_longer_lens_stands_further_away_for_the_same_frame() -> None:
    short = cameras.view(built("a ball, 24mm, static, single take"), 0, 0.0, aspect=1.5)
    long = cameras.view(built("a ball, 85mm, static, single take"), 0, 0.0, aspect=1.5)

    assert long.focus / short.focus == pytest.approx(85 / 24)


def test_angles_look_up_and_down() -> None:
    low = cameras.view(built("a ball, low angle, static, single take"), 0, 0.0, aspect=1.5)
    high = cameras.view(built("a ball, overhead, static, single take"), 0, 0.0, aspect=1.5)

    assert low.forward[1] > 0
    assert high.forward[1] < -0.8
