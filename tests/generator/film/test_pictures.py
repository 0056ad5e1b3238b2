"""Frames: the same bytes anywhere, stopped soon, refused when out of bounds."""

import math
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from generator.errors import GeneratorError
from generator.film import kernel, pictures, scenes, shapes
from generator.film.materials import Material, Pattern
from generator.film.scenes import Group, Light, Plane, Repeat, Scene, Take
from generator.film.shapes import Shape
from tests.generator.film.stages import GREY, alone, rich

WIDTH, HEIGHT = 328, 186  # Whole blocks and tiles in neither direction.


@pytest.mark.parametrize("level", kernel.levels())
def test_a_picture_has_the_same_bytes_on_every_level(level: str) -> None:
    best = pictures.frame(rich(), width=WIDTH, height=HEIGHT)

    found = pictures.frame(rich(), width=WIDTH, height=HEIGHT, level=level)

    assert np.array_equal(found.rgb, best.rgb)
    assert np.array_equal(found.ids, best.ids)
    assert np.array_equal(found.depth, best.depth)


def test_frames_are_the_same_for_any_number_of_threads() -> None:
    def at(index: int) -> Take:
        take = rich()
        return replace(take, scene=replace(take.scene, seconds=index / 24, seed=index))

    one = list(pictures.shoot(at, count=14, width=96, height=64, threads=1))
    many = list(pictures.shoot(at, count=14, width=96, height=64, threads=3))

    assert [chunk.shape for chunk in one] == [(12, 64, 96, 3), (2, 64, 96, 3)]
    assert all(np.array_equal(a, b) for a, b in zip(one, many, strict=True))
    assert not np.array_equal(one[0][0], one[0][1])


def test_a_film_is_used_again_without_a_trace_of_its_past() -> None:
    fresh = pictures.frame(rich(), width=WIDTH, height=HEIGHT)
    film = kernel.Film(WIDTH, HEIGHT)

    for take in (alone(Group((shapes.sphere((0, 0, 0), 1, GREY),))), rich()):
        shutter = film.load(take)
        for stage in film.stages(shutter):
            for top in range(0, HEIGHT, kernel.STRIP_ROWS):
                film.run(stage, top)

    assert np.array_equal(film.picture(), fresh.rgb)


def test_ids_say_what_is_seen_and_depth_how_far() -> None:
    ball = Group((shapes.sphere((0, 0, 0), 1, GREY),), shapes.pose((0, 0, 0)), id=77)
    wall = Plane((0, 0, 1), -2.0, GREY, id=5)
    take = alone(ball)
    take = replace(take, scene=replace(take.scene, planes=(wall,)))

    frame = pictures.frame(take, width=320, height=180)

    assert set(np.unique(frame.ids)) == {5, 77}
    assert frame.depth[90, 160] == pytest.approx(4.0, abs=0.01)
    assert frame.depth[5, 5] == pytest.approx(7.0, abs=0.01)
    # The outline of a ball at a distance: its tangent cone.
    radius = 1 / math.sqrt(5 * 5 - 1) * 320 * 35 / 36
    assert (frame.ids == 77).sum() == pytest.approx(math.pi * radius**2, rel=0.01)


def test_the_sky_has_no_id() -> None:
    frame = pictures.frame(alone(Group((shapes.sphere((0, 0, 0), 1, GREY),))), width=64, height=64)

    assert set(np.unique(frame.ids)) == {0, 1}


def test_thin_things_are_not_lost_between_samples() -> None:
    wire = shapes.rod((-3, 0.013, 0), (3, 0.041, 0), 0.006, GREY)

    frame = pictures.frame(alone(Group((wire,))), width=640, height=360)

    seen = (frame.ids == 1).any(axis=0)
    assert seen[60:-60].mean() > 0.95


def test_closing_the_frames_stops_the_work_soon() -> None:
    began = threading.Event()

    def at(index: int) -> Take:
        began.set()
        return rich()

    frames = pictures.shoot(at, count=200, width=1280, height=720, threads=2)
    waiter = threading.Thread(target=lambda: next(frames, None))
    waiter.start()
    began.wait(10)
    waiter.join()
    start = time.monotonic()

    frames.close()  # pyright: ignore[reportAttributeAccessIssue]

    assert time.monotonic() - start < 1.0


def test_what_a_take_raises_reaches_the_caller() -> None:
    def at(index: int) -> Take:
        raise GeneratorError("no such take")

    with pytest.raises(GeneratorError, match="no such take"):
        next(pictures.shoot(at, count=3, width=64, height=64))


def _shape(**change: object) -> Group:
    ball = shapes.sphere((0, 0, 0), 1, GREY)
    return Group((replace(ball, **change),))


NAN, INF = math.nan, math.inf
NO_TURN: shapes.Turn = ((NAN,) * 3,) * 3
BALL = shapes.sphere((0, 0, 0), 1, GREY)
BOX = shapes.box((0, 0, 0), (1, 1, 1), GREY)
HOSTILE: dict[str, Scene] = {
    "a size that is no number": Scene((_shape(sizes=(NAN,)),)),
    "an endless size": Scene((_shape(sizes=(INF,)),)),
    "a size below zero": Scene((_shape(sizes=(-1.0,)),)),
    "sizes of another kind": Scene((_shape(sizes=(1.0, 2.0)),)),
    "a place that is no number": Scene((_shape(pose=shapes.Pose((NAN, 0, 0))),)),
    "a turn that is no number": Scene((_shape(pose=shapes.Pose(turn=NO_TURN)),)),
    "a blend below zero": Scene((_shape(blend=-1.0),)),
    "a blend that is no number": Scene((_shape(blend=NAN),)),
    "no shapes": Scene((Group(()),)),
    "too many shapes": Scene((Group((BALL,) * 65),)),
    "a cut before all else": Scene((Group((shapes.cut(BALL),)),)),
    "too many groups": Scene((Group((BALL,)),) * 513),
    "an id that is none": Scene((Group((BALL,), id=-1),)),
    "another kind before": Scene((Group((BALL,), shapes_before=(BOX,)),)),
    "fewer shapes before": Scene((Group((BALL, BALL), shapes_before=(BALL,)),)),
    "a scale of nothing": Scene((Group((BALL,), shapes.pose(scale=0.0)),)),
    "endless copies": Scene((Group((BALL,), repeat=Repeat((3, 0, 0), (10**9, 1, 1))),)),
    "copies that step back": Scene((Group((BALL,), repeat=Repeat((-3, 0, 0), (2, 1, 1))),)),
    "a plane without a side": Scene((), planes=(Plane((0, 0, 0), 0.0, GREY),)),
    "a lamp of darkness": Scene((), lights=(Light((0, 0, 0), (-1, 0, 0)),)),
    "a lamp nowhere": Scene((), lights=(Light((NAN, 0, 0), (1, 1, 1)),)),
    "too many lamps": Scene((), lights=(Light((0, 0, 0), (1, 1, 1)),) * 17),
    "a colour that is no number": Scene((_shape(material=Material((NAN, 0, 0))),)),
    "a scale that is no number": Scene((_shape(material=Material((1, 1, 1), scale=NAN)),)),
    "a relief of a mile": Scene((_shape(material=Material((1, 1, 1), relief=1e3)),)),
    "a picture too large": Scene((), pictures=(np.zeros((4, 2000, 4), np.uint8),)),
    "a picture of floats": Scene((), pictures=(np.zeros((4, 4, 4), np.float32),)),  # pyright: ignore[reportArgumentType]
    "a fog that is no number": Scene((), fog=scenes.Fog(NAN)),
    "a sky that is no number": Scene((), sky=scenes.Sky((NAN, 0, 0))),
    "a time that is no number": Scene((), seconds=NAN),
    "a storm": Scene((), weather=scenes.Weather(scenes.Falling.RAIN, wind=(INF, 0))),
    "a table of another shape": Scene((), grade=scenes.Grade(table=np.zeros((4, 4, 4, 3), "f4"))),
}  # fmt: skip


@pytest.mark.parametrize("scene", HOSTILE.values(), ids=HOSTILE.keys())
def test_scenes_out_of_bounds_are_refused(scene: Scene) -> None:
    with pytest.raises(GeneratorError):
        pictures.frame(Take(scene, scenes.camera((0, 1, 4), (0, 0, 0))), width=64, height=64)


@pytest.mark.parametrize(
    "change",
    [
        {"lens_mm": 0.0}, {"lens_mm": NAN}, {"f_number": 0.0}, {"focus_m": -1.0},
        {"shutter_degrees": 1e9}, {"eye": (NAN, 0, 0)}, {"right": (5.0, 0.0, 0.0)},
    ],
)  # fmt: skip
def test_cameras_out_of_bounds_are_refused(change: dict[str, object]) -> None:
    camera = replace(scenes.camera((0, 1, 4), (0, 0, 0)), **change)  # pyright: ignore[reportArgumentType]

    with pytest.raises(GeneratorError):
        pictures.frame(Take(Scene(()), camera), width=64, height=64)


@pytest.mark.parametrize(("width", "height"), [(63, 64), (64, 8), (5000, 64), (0, 0)])
def test_sizes_out_of_bounds_are_refused(width: int, height: int) -> None:
    with pytest.raises(GeneratorError):
        kernel.Film(width, height)


def test_everything_degenerate_at_once_still_makes_a_picture() -> None:
    """Empty sizes, an eye within a solid, more groups than fit a tile, a mirror in a mirror."""
    mirror = Material((1, 1, 1), metal=1.0, mirror=1.0, rough=0.0)
    flat: tuple[Shape, ...] = (
        shapes.box((0, 0, 0), (0, 0, 0), mirror, rounding=1),
        shapes.capsule((0, 0, 0), (0, 0, 0), (0, 0), mirror, blend=5),
        shapes.cone((0, 0, 0), (0, 0), 0, mirror),
        shapes.torus((0, 0, 0), 0, 0, mirror),
        shapes.ellipsoid((0, 0, 0), (0, 0, 0), mirror),
        shapes.cylinder((0, 0, 0), 0, 0, mirror, rounding=3),
        shapes.wedge((0, 0, 0), (0, 0, 0), mirror),
    )
    crowd = tuple(
        Group((shapes.sphere((0, 0, 0), 1.2, mirror), *flat), shapes.pose((0.01 * i, 0, 4)))
        for i in range(500)
    )
    scene = Scene(
        crowd,
        planes=(Plane((0, 1, 0), -1.0, mirror), Plane((0, -1, 0), -1.0, mirror)),
        fog=scenes.Fog(100.0, 0.0, 0.0),
        grade=scenes.Grade(exposure=100.0, bloom=100.0),
    )

    frame = pictures.frame(Take(scene, scenes.camera((0, 0, 4), (0, 0, 0))), width=64, height=32)

    assert frame.rgb.shape == (32, 64, 3)
    assert np.isfinite(frame.depth).all()


@pytest.mark.parametrize("pattern", list(Pattern))
def test_every_pattern_shows_something_of_its_own(pattern: Pattern) -> None:
    texels = np.full((8, 8, 4), 255, np.uint8)
    texels[::2, :, :3] = 30
    scale = {Pattern.PICTURE: 0.5, Pattern.EYE: 1.0, Pattern.PLANKS: 5.0}.get(pattern, 3.0)
    material = Material((0.8, 0.5, 0.3), (0.1, 0.2, 0.5), pattern, scale, relief=0.02, mirror=0.5)
    plain = replace(material, pattern=Pattern.PLAIN)

    def of(surface: Material) -> pictures.Frame:
        take = alone(
            Group(
                (
                    shapes.sphere((-1, 0, 0), 0.8, surface),
                    shapes.box((0.8, 0, 0), (0.8, 0.8, 0.1), surface),
                )
            )
        )
        floor = Plane((0, 1, 0), -0.9, surface)
        return pictures.frame(
            replace(take, scene=replace(take.scene, planes=(floor,), pictures=(texels,))),
            width=160,
            height=96,
        )

    painted, bare = of(material), of(plain)

    assert painted.ids.max() == 1
    differing = (np.abs(painted.rgb.astype(int) - bare.rgb).max(-1) > 6).mean()
    assert (differing > 0.02) == (pattern is not Pattern.PLAIN)
