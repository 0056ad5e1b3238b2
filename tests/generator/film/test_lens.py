"""What the lens and the shutter do, against the formulas of optics."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from generator.film import pictures, scenes, shapes
from generator.film.materials import Material, Pattern
from generator.film.scenes import Group, Take
from tests.generator.film.stages import WHITE, alone

WIDTH, HEIGHT = 1280, 720
FAINT_GLOW = Material((1, 1, 1), rough=1.0, specular=0.0, glow=0.25)


def _light(take: Take) -> NDArray[np.float64]:
    """Return the display values of a picture, 0..1."""
    frame = pictures.frame(take, width=WIDTH, height=HEIGHT)
    return frame.rgb[:, :, 1].astype(np.float64) / 255


@pytest.mark.parametrize("lens_mm", [18.0, 35.0, 85.0])
def test_the_field_of_view_is_that_of_the_lens(lens_mm: float) -> None:
    """A board as wide as nine tenths of the field spans nine tenths of the frame."""
    half = 0.9 * 4.0 * 18.0 / lens_mm
    board = Group((shapes.box((0, 0, -0.01), (half, 9, 0.01), WHITE),))
    camera = scenes.camera((0, 0, 4), (0, 0, 0), lens_mm=lens_mm, f_number=64, shutter_degrees=0)

    frame = pictures.frame(alone(board, camera=camera), width=WIDTH, height=HEIGHT)

    assert (frame.ids[HEIGHT // 2] == 1).sum() == pytest.approx(0.9 * WIDTH, rel=0.005)


@pytest.mark.parametrize(
    ("lens_mm", "f_number", "focus", "depth"),
    [(50.0, 1.4, 2.0, 4.0), (85.0, 2.0, 3.0, 5.0), (85.0, 1.8, 6.0, 3.5), (35.0, 1.2, 1.5, 3.0)],
)
def test_the_circle_of_confusion_is_that_of_a_thin_lens(
    lens_mm: float, f_number: float, focus: float, depth: float
) -> None:
    """A straight edge is blurred over the diameter of the circle."""
    glow = Material((1, 1, 1), rough=1.0, specular=0.0, glow=1.0)
    half = Group(
        (shapes.box((-5, 0, 0), (5, 9, 0.005), glow),), shapes.pose((0, 0, -depth)), lights=0
    )
    camera = scenes.camera(
        (0, 0, 0), (0, 0, -1), lens_mm=lens_mm, f_number=f_number, focus_m=focus, shutter_degrees=0
    )
    take = alone(half, camera=camera)
    take = replace(take, scene=replace(take.scene, sun=None))

    row = _linear(_light(take)[HEIGHT // 2 - 8 : HEIGHT // 2 + 8].mean(0))

    focal = lens_mm / 1000
    diameter = focal**2 / f_number / (focus - focal) * abs(depth - focus) / depth
    expected = diameter / 0.036 * WIDTH
    assert _spread(row) == pytest.approx(expected, rel=0.1)


def test_what_is_in_focus_is_sharp() -> None:
    board = Group((shapes.box((-5, 0, 0), (5, 9, 0.005), FAINT_GLOW),), shapes.pose((0, 0, -3)))
    camera = scenes.camera((0, 0, 0), (0, 0, -1), lens_mm=85, f_number=1.4, focus_m=3.0)

    row = _light(alone(board, camera=camera))[HEIGHT // 2]

    assert (np.abs(np.diff(row)) > 0.02).sum() <= 3


@pytest.mark.parametrize("shutter", [90.0, 180.0, 360.0])
def test_a_streak_is_as_long_as_the_shutter_is_open(shutter: float) -> None:
    """Drawn out over a way, a thing's outline has a twelfth of its square more of variance."""
    ball = Group(
        (shapes.sphere((0, 0, 0), 0.5, FAINT_GLOW),),
        shapes.pose((0, 0, 0)),
        pose_before=shapes.pose((-0.2, 0, 0)),
        lights=0,
    )
    camera = scenes.camera((0, 0, 5), (0, 0, 0), f_number=64, shutter_degrees=shutter)

    def variance(held: scenes.Camera) -> float:
        take = alone(ball, camera=held)
        take = replace(take, scene=replace(take.scene, sun=None))
        row = _linear(_light(take)[HEIGHT // 2 - 4 : HEIGHT // 2 + 4].mean(0))
        at = np.arange(len(row))
        middle = (row * at).sum() / row.sum()
        return float((row * (at - middle) ** 2).sum() / row.sum())

    grown = variance(camera) - variance(replace(camera, shutter_degrees=0))

    way = 0.2 / 5 * WIDTH * 35 / 36 * shutter / 360
    assert math.sqrt(max(12 * grown, 0)) == pytest.approx(way, rel=0.1)


def test_a_moving_camera_draws_streaks_of_its_own_way() -> None:
    post = Group((shapes.box((0, 0, 0), (0.05, 9, 0.05), FAINT_GLOW),), lights=0)
    here = scenes.camera((0, 0, 4), (0, 0, 0), f_number=64)
    was = scenes.camera((-0.15, 0, 4), (-0.15, 0, 0), f_number=64)
    take = replace(alone(post, camera=here), camera_before=was)

    row = _linear(_light(take)[HEIGHT // 2 - 8 : HEIGHT // 2 + 8].mean(0))

    # A post that is drawn out is as much wider as its way.
    way = 0.15 / 4 * WIDTH * 35 / 36 / 2
    post_wide = 0.1 / 3.95 * WIDTH * 35 / 36
    assert (row > row.max() * 0.03).sum() == pytest.approx(way + post_wide, rel=0.1)


def test_a_rolling_ball_blurs_though_it_stays() -> None:
    def of(before: shapes.Pose) -> NDArray[np.float64]:
        stripes = Material((1, 1, 1), (0, 0, 0), Pattern.STRIPES, scale=9.0)
        ball = Group((shapes.sphere((0, 0, 0), 0.8, stripes),), pose_before=before)
        camera = scenes.camera((0, 0, 5), (0, 0, 0), f_number=64)
        return _light(alone(ball, camera=camera))[200:520, 480:800]

    still, rolling = of(shapes.pose()), of(shapes.pose(pitch=0.3))

    assert np.abs(np.diff(rolling, axis=0)).mean() < 0.6 * np.abs(np.diff(still, axis=0)).mean()


def _linear(row: NDArray[np.float64]) -> NDArray[np.float64]:
    """Undo what develops a grey: the tone curve and the encoding are looked up by filming greys."""
    levels = np.linspace(0, 1.2, 40)
    seen: list[float] = []
    for level in levels:
        glow = Material((1, 1, 1), rough=1.0, specular=0.0, glow=float(level))
        wall = Group((shapes.box((0, 0, 0), (9, 9, 0.1), glow),), lights=0)
        take = alone(wall)
        take = replace(take, scene=replace(take.scene, sun=None))
        frame = pictures.frame(take, width=16, height=16)
        seen.append(float(frame.rgb[8, 8, 1]) / 255)
    return np.interp(row, seen, levels)


def _spread(row: NDArray[np.float64]) -> float:
    """Return the diameter of the disc that blurred an edge, from the second moment of its slope."""
    slope = np.abs(np.diff(row))
    slope[slope < 0.002] = 0
    at = np.arange(len(slope))
    middle = (slope * at).sum() / slope.sum()
    deviation = math.sqrt((slope * (at - middle) ** 2).sum() / slope.sum())
    # A disc of diameter d, summed along the edge, has the deviation d / 4.
    return 4 * deviation
