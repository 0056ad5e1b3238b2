import math

import numpy as np
import pytest

from generator.render import canvas, raster, solids
from generator.render.canvas import Canvas, Lit
from generator.render.lights import light
from generator.render.solids import Paint
from generator.simulate.cameras import View

RED = Paint((0.8, 0.1, 0.1))


def scene() -> tuple[Canvas, Lit]:
    # A camera at the origin, one metre up, that looks to -z through a 36 mm lens.
    view = View(
        eye=np.array([0.0, 1.0, 0.0]),
        right=np.array([1.0, 0.0, 0.0]),
        up=np.array([0.0, 1.0, 0.0]),
        forward=np.array([0.0, 0.0, -1.0]),
        lens_mm=36.0,
        focus=4.0,
    )
    under = light("noon", place="studio", weather="clear", seed=1)
    return canvas.blank(canvas.grid(200, 200, 36.0)), canvas.lit(view, under, mirrored=False)


def covered(picture: Canvas) -> np.ndarray:
    return np.asarray(picture.depth < canvas.FAR)


def test_a_sphere_covers_the_disc_that_geometry_says() -> None:
    picture, lit = scene()

    raster.draw(picture, lit, solids.ball(0.0, 1.0, -4.0, 0.5, RED))

    radius = 200 * math.tan(math.asin(0.5 / 4.0))
    assert covered(picture).sum() == pytest.approx(math.pi * radius**2, rel=0.02)
    assert picture.depth[100, 100] == pytest.approx(3.5, abs=1e-3)


def test_a_sphere_off_the_axis_lies_where_it_projects() -> None:
    picture, lit = scene()

    raster.draw(picture, lit, solids.ball(1.0, 0.5, -4.0, 0.2, RED))

    rows, columns = np.nonzero(covered(picture))
    assert columns.mean() == pytest.approx(100 + 200 * 1.0 / 4.0, abs=0.8)
    assert rows.mean() == pytest.approx(100 + 200 * 0.5 / 4.0, abs=0.8)


def test_a_round_cone_agrees_with_many_spheres_along_it() -> None:
    cone, row = scene(), scene()
    a, b = np.array([-0.8, 0.6, -4.5]), np.array([0.7, 1.5, -3.5])

    raster.draw(*cone, solids.limb(a, b, 0.3, 0.12, RED))
    for share in np.linspace(0, 1, 80):
        x, y, z = a + (b - a) * share
        raster.draw(*row, solids.ball(x, y, z, 0.3 - 0.18 * share, RED))

    one, many = covered(cone[0]), covered(row[0])
    both = one & many
    assert (one ^ many).sum() < 0.02 * many.sum()
    assert np.abs(cone[0].depth - row[0].depth)[both].max() < 0.05


def test_a_box_covers_its_outline_and_shows_its_front_face() -> None:
    picture, lit = scene()

    raster.draw(picture, lit, solids.block((0.0, 1.0, -4.5), (0.5, 0.5, 0.5), RED))

    assert covered(picture).sum() == pytest.approx((200 / 4.0) ** 2, rel=0.05)
    assert picture.depth[100, 100] == pytest.approx(4.0, abs=1e-3)


def test_the_nearer_solid_hides_the_further_in_either_order() -> None:
    near, far = solids.ball(0.0, 1.0, -3.0, 0.4, RED), solids.ball(0.0, 1.0, -5.0, 0.6, RED)
    depths: list[np.ndarray] = []

    for order in ((near, far), (far, near)):
        picture, lit = scene()
        for solid in order:
            raster.draw(picture, lit, solid)
        depths.append(picture.depth)

    assert np.array_equal(depths[0], depths[1])
    assert depths[0][100, 100] == pytest.approx(2.6, abs=1e-3)


@pytest.mark.parametrize("at", [(0.0, 1.0, 3.0), (0.0, 1.0, -0.05), (50.0, 1.0, -4.0)])
def test_what_is_behind_or_beside_the_lens_is_not_drawn(at: tuple[float, float, float]) -> None:
    picture, lit = scene()

    raster.draw(picture, lit, solids.ball(*at, 0.3, RED))
    raster.draw(picture, lit, solids.block(at, (0.2, 0.2, 0.2), RED))

    assert not covered(picture).any()


def test_the_lit_side_is_brighter_than_the_shaded_one() -> None:
    picture, lit = scene()

    raster.draw(picture, lit, solids.ball(0.0, 1.0, -4.0, 1.0, RED))

    towards = lit.sun[:2] / np.linalg.norm(lit.sun[:2]) * 30
    bright = picture.planes[0][int(100 - towards[1]), int(100 + towards[0])]
    dark = picture.planes[0][int(100 + towards[1]), int(100 - towards[0])]
    assert bright > 1.5 * dark
