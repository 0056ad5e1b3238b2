import numpy as np
import pytest

from generator.render import canvas, floors, ground, solids
from generator.render.lights import light
from generator.render.solids import Paint
from generator.simulate.cameras import View


def view(height: float, pitch: float) -> View:
    cos, sin = np.cos(pitch), np.sin(pitch)
    return View(
        eye=np.array([0.0, height, 2.0]),
        right=np.array([1.0, 0.0, 0.0]),
        up=np.array([0.0, cos, -sin]),
        forward=np.array([0.0, -sin, -cos]),
        lens_mm=36.0,
        focus=4.0,
    )


def test_a_mark_on_the_floor_is_seen_where_it_lies() -> None:
    under = light("noon", place="park", weather="clear", seed=1)
    texture = np.full((floors.SIDE, floors.SIDE, 3), 0.02, np.float32)
    x, z = floors.metres()
    texture[np.hypot(x - 0.8, z + 1.0) < 0.12] = 0.9
    lit = canvas.lit(view(1.5, 0.4), under, mirrored=False)
    picture = canvas.blank(canvas.grid(320, 240, 36.0))

    ground.lay(picture, lit, ground.bake(texture, under, [], gloss=0.0), under, [], None)

    spot = lit.seen(np.array([0.8, 0.0, -1.0]))
    expected = (160 + 320 * spot[0] / spot[2], 120 - 320 * spot[1] / spot[2])
    rows, columns = np.nonzero(picture.planes[1] > 0.4)
    assert (columns.mean() + 0.5, rows.mean() + 0.5) == pytest.approx(expected, abs=0.8)


def test_depth_of_the_floor_is_the_length_of_the_ray() -> None:
    under = light("noon", place="park", weather="clear", seed=1)
    lit = canvas.lit(view(1.5, 0.4), under, mirrored=False)
    picture = canvas.blank(canvas.grid(320, 240, 36.0))
    floor = ground.bake(np.ones((floors.SIDE, floors.SIDE, 3), np.float32), under, [], gloss=0.0)

    ground.lay(picture, lit, floor, under, [], None)

    rays = np.array([plane[200, 90] for plane in picture.grid.rays])
    landed = lit.eye + lit.axes.T @ rays * picture.depth[200, 90]
    assert landed[1] == pytest.approx(0.0, abs=1e-4)


def test_a_moving_ball_darkens_the_floor_under_it() -> None:
    under = light("noon", place="park", weather="clear", seed=1)
    lit = canvas.lit(view(1.5, 0.4), under, mirrored=False)
    floor = ground.bake(np.ones((floors.SIDE, floors.SIDE, 3), np.float32), under, [], gloss=0.0)
    bare = canvas.blank(canvas.grid(320, 240, 36.0))
    shaded = canvas.blank(canvas.grid(320, 240, 36.0))

    ground.lay(bare, lit, floor, under, [], None)
    ball = solids.ball(0.0, 0.15, 0.0, 0.15, Paint((1.0, 0.0, 0.0)))
    ground.lay(shaded, lit, floor, under, [ball], None)

    share = shaded.planes[1] / np.maximum(bare.planes[1], 1e-6)
    assert share.min() < 0.5
    assert (share > 0.99).mean() > 0.8
