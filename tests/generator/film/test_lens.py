"""What the lens and the shutter do, against the formulas of optics."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from generator.film import scenes, shapes
from generator.film.materials import Material, Pattern
from generator.film.scenes import Group
from tests.generator.film import optics
from tests.generator.film.optics import (
    BLURS,
    FAINT_GLOW,
    HEIGHT,
    LENSES,
    SHUTTERS,
    WIDTH,
    light,
    linear,
)
from tests.generator.film.stages import alone


@pytest.mark.parametrize("lens_mm", LENSES)
def test_the_field_of_view_is_that_of_the_lens(lens_mm: float) -> None:
    seen, expected = optics.field(lens_mm)

    assert seen == pytest.approx(expected, rel=0.005)


@pytest.mark.parametrize("blur", BLURS)
def test_the_circle_of_confusion_is_that_of_a_thin_lens(
    blur: tuple[float, float, float, float],
) -> None:
    seen, expected = optics.confusion(*blur)

    assert seen == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("shutter", SHUTTERS)
def test_a_streak_is_as_long_as_the_shutter_is_open(shutter: float) -> None:
    seen, expected = optics.streak(shutter)

    assert seen == pytest.approx(expected, rel=0.1)


def test_what_is_in_focus_is_sharp() -> None:
    board = Group((shapes.box((-5, 0, 0), (5, 9, 0.005), FAINT_GLOW),), shapes.pose((0, 0, -3)))
    camera = scenes.camera((0, 0, 0), (0, 0, -1), lens_mm=85, f_number=1.4, focus_m=3.0)

    row = light(alone(board, camera=camera))[HEIGHT // 2]

    assert (np.abs(np.diff(row)) > 0.02).sum() <= 3


def test_a_moving_camera_draws_streaks_of_its_own_way() -> None:
    post = Group((shapes.box((0, 0, 0), (0.05, 9, 0.05), FAINT_GLOW),), lights=0)
    here = scenes.camera((0, 0, 4), (0, 0, 0), f_number=64)
    was = scenes.camera((-0.15, 0, 4), (-0.15, 0, 0), f_number=64)
    take = replace(alone(post, camera=here), camera_before=was)

    row = linear(light(take)[HEIGHT // 2 - 8 : HEIGHT // 2 + 8].mean(0))

    # A post that is drawn out is as much wider as its way.
    way = 0.15 / 4 * WIDTH * 35 / 36 / 2
    post_wide = 0.1 / 3.95 * WIDTH * 35 / 36
    assert (row > row.max() * 0.03).sum() == pytest.approx(way + post_wide, rel=0.1)


def test_a_rolling_ball_blurs_though_it_stays() -> None:
    def of(before: shapes.Pose) -> NDArray[np.float64]:
        stripes = Material((1, 1, 1), (0, 0, 0), Pattern.STRIPES, scale=9.0)
        ball = Group((shapes.sphere((0, 0, 0), 0.8, stripes),), pose_before=before)
        camera = scenes.camera((0, 0, 5), (0, 0, 0), f_number=64)
        return light(alone(ball, camera=camera))[200:520, 480:800]

    still, rolling = of(shapes.pose()), of(shapes.pose(pitch=0.3))

    assert np.abs(np.diff(rolling, axis=0)).mean() < 0.6 * np.abs(np.diff(still, axis=0)).mean()
