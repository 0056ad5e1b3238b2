"""Places made for an audience: a photographer's studio and a theatre."""

import math

from generator.base import Colour
from generator.film import shapes
from generator.film.materials import Material, linear
from generator.film.places import surfaces
from generator.film.places.sets import PLACE_ID, Piece, Place, Rng, floor, group, lamp, put, spread
from generator.film.scenes import Light, Plane
from generator.film.shapes import Shape

_ROLLS: tuple[Colour, ...] = (
    (206, 146, 124), (122, 162, 174), (202, 172, 122), (158, 138, 180), (132, 164, 134),
    (206, 158, 162), (176, 178, 182),
)  # fmt: skip
_WIDE = 14.0  # Metres from the middle of a hall to its side walls.


def studio(rng: Rng, lamps: float) -> Place:
    """Return a paper sweep in one colour with a few large forms and soft boxes."""
    del lamps  # A studio brings its own daylight.
    order = rng.permutation(len(_ROLLS))
    paper = Material(linear(_ROLLS[int(order[0])]), rough=0.75, mirror=0.12)
    wall = -6.5
    cove = (
        shapes.box((0, 1.0, wall + 1.0), (_WIDE, 1.0, 1.0), paper),
        shapes.cut(
            shapes.cylinder(
                (0, 2.0, wall + 2.0), 2.0, 2 * _WIDE, paper, facing=shapes.along((1, 0, 0))
            )
        ),
    )
    tones = [surfaces.paint(_ROLLS[int(n)], rough=0.35, mirror=0.2) for n in order[1:5]]
    arch = [
        shapes.torus((-3.0, 1.3, -3.9), 0.75, 0.17, tones[0], arc=math.pi / 2, facing=shapes.turn(pitch=-math.pi / 2)),
        shapes.capsule((-3.75, 0.1, -3.9), (-3.75, 1.3, -3.9), (0.17, 0.17), tones[0]),
        shapes.capsule((-2.25, 0.1, -3.9), (-2.25, 1.3, -3.9), (0.17, 0.17), tones[0]),
    ]  # fmt: skip
    steps = [
        shapes.box((3.6 + 0.45 * n, 0.15 + 0.15 * n, -4.1), (0.9 - 0.22 * n, 0.15 + 0.15 * n, 0.6), tones[2], rounding=0.02)
        for n in range(3)
    ]  # fmt: skip
    pieces: list[Piece] = [
        (group(arch),),
        (group(steps),),
        put((group((shapes.sphere((0, 0.5, 0), 0.5, tones[1]),)),), 2.3, -4.7),
        put((group((shapes.cone((0, 0.7, 0), (0.42, 0.02), 0.7, tones[3], rounding=0.02),)),), -1.3, -4.6),
        put((group((shapes.cylinder((0, 0.4, 0), 0.35, 0.4, tones[2], rounding=0.03),)),), -4.9, -3.2),
        put((group((shapes.sphere((0, 1.08, 0), 0.28, tones[3]),)),), -4.9, -3.2),
        put((group((shapes.torus((0, 0.5, 0), 0.36, 0.13, tones[1], facing=shapes.turn(pitch=1.4, yaw=0.5)),)),), 5.3, -3.0),
        _soft_box(-6.4, -1.2, yaw=1.1),
        _soft_box(6.8, -1.6, yaw=-1.1),
    ]  # fmt: skip
    planes = (
        floor(paper),
        Plane((0, 0, 1), wall + 0.03, paper, PLACE_ID),
        Plane((1, 0, 0), -_WIDE, paper, PLACE_ID),
        Plane((-1, 0, 0), -_WIDE, paper, PLACE_ID),
    )
    return Place(
        (group(cove),), tuple(pieces), planes=planes,
        lamps=(lamp((-4.6, 3.0, 1.4), (1.0, 0.94, 0.88), 9, radius=0.8),),
        indoors=True,
        depth=5.4,
        half=12.0,
    )  # fmt: skip


def theatre(rng: Rng, lamps: float) -> Place:
    """Return a stage: boards, red curtains, a painted backdrop, spotlights, footlights."""
    del lamps  # A theatre is dark by day as well.
    backdrop = -5.2
    sky, hill, sun = (
        ((92, 126, 168), (58, 86, 84), (244, 208, 120)),
        ((216, 138, 106), (96, 62, 84), (252, 214, 140)),
        ((52, 62, 110), (34, 50, 74), (236, 232, 206)),
    )[int(rng.integers(3))]
    cloth = surfaces.paint(sky, rough=0.95, mirror=0)
    scene: list[Shape] = [
        shapes.box((0, 3.0, backdrop), (9, 3.2, 0.05), cloth),
        shapes.cylinder(
            (1.9, 3.1, backdrop + 0.08),
            0.75,
            0.02,
            surfaces.paint(sun, rough=0.9, mirror=0),
            facing=shapes.turn(pitch=math.pi / 2),
        ),
    ]
    for n in range(5):
        x = -5.5 + 2.8 * n + spread(rng, -0.6, 0.6)
        tone = surfaces.paint((hill[0] + 9 * n, hill[1] + 7 * n, hill[2]), rough=0.95, mirror=0)
        scene.append(
            shapes.ellipsoid(
                (x, 0.0, backdrop + 0.16 + 0.03 * n),
                (2.2, spread(rng, 1.0, 2.2), 0.05 + 0.01 * n),
                tone,
            )
        )
    flats: list[Shape] = []
    for x, high in ((-3.6, 2.3), (3.9, 2.6)):
        green = surfaces.paint((66, 110, 78), rough=0.95, mirror=0)
        flats.append(
            shapes.box(
                (x, high * 0.25, -3.7), (0.11, high * 0.3, 0.03), surfaces.paint((96, 66, 44))
            )
        )
        for dx, dy, size in ((0, 0.78, 0.66), (-0.4, 0.6, 0.5), (0.42, 0.62, 0.48)):
            flats.append(
                shapes.ellipsoid(
                    (x + dx, high * dy, -3.7), (size, size * 0.95, 0.05), green, blend=0.04
                )
            )
    boards = surfaces.planks((142, 96, 58), scale=5, mirror=0.55)
    dark = surfaces.paint((22, 18, 20), rough=0.95, mirror=0)
    stage = [
        shapes.box((0, -0.5, 1.5), (9, 0.5, 8), boards),
        shapes.box((0, -0.2, 3.9), (9, 0.26, 0.1), surfaces.wood((70, 40, 28)), rounding=0.03),
    ]
    del stage[1]
    red, gold = surfaces.cloth((158, 26, 34)), surfaces.BRASS
    groups = [group(scene), group(stage)]
    for side in (-1, 1):
        folds = [
            shapes.capsule(
                (side * (4.9 + 0.3 * n), 0.05, -2.6 + 0.1 * (n % 2)), (side * (4.9 + 0.3 * n), 6.0, -2.6 + 0.1 * (n % 2)),
                (0.21, 0.17), red, blend=0.06,
            )
            for n in range(13)
        ]  # fmt: skip
        groups.append(group(folds))
    swag = [
        shapes.capsule(
            (-8.4 + 1.4 * n, 4.6, -2.4), (-8.4 + 1.4 * n, 6.2, -2.4), (0.72, 0.72), red, blend=0.1
        )
        for n in range(13)
    ]
    fringe = [
        shapes.torus((-8.4 + 1.4 * n, 4.55, -2.4), 0.5, 0.06, gold, facing=shapes.turn(pitch=1.2))
        for n in range(13)
    ]
    del fringe
    groups.append(group(swag))
    bar: list[Shape] = [
        shapes.capsule((-6, 5.4, -1.6), (6, 5.4, -1.6), (0.04, 0.04), surfaces.IRON)
    ]
    glow = surfaces.shining((255, 236, 200), 6)
    for x in (-3.4, -1.2, 1.2, 3.4):
        bar.append(
            shapes.cone(
                (x, 5.15, -1.5), (0.16, 0.1), 0.2, surfaces.IRON, facing=shapes.turn(pitch=-0.3)
            )
        )
        bar.append(shapes.sphere((x, 4.98, -1.45), 0.09, glow))
    foot = surfaces.shining((255, 220, 160), 3)
    lights: list[Shape] = []
    for n in range(8):
        x = -4.9 + 1.4 * n
        lights.append(shapes.ellipsoid((x, 0.05, -3.2), (0.09, 0.08, 0.06), foot))
    pieces: list[Piece] = [
        (group(flats),),
        (group(bar),),
        (group(lights),),
        _trunk(-2.9, -3.2),
        _ghost_light(3.0, -3.3),
        _throne(1.4, -4.3),
    ]
    hall = (
        floor(dark, height=-1.0),
        Plane((0, 0, 1), -6.5, dark, PLACE_ID),
        Plane((1, 0, 0), -_WIDE, dark, PLACE_ID),
        Plane((-1, 0, 0), -_WIDE, dark, PLACE_ID),
    )
    warm = (1.0, 0.86, 0.66)
    spots = (
        _spot((-3.4, 5.0, 2.6), (-0.4, 0.8, -0.5), warm, 46),
        _spot((3.4, 5.0, 2.2), (0.4, 0.8, -0.5), (0.86, 0.9, 1.0), 34),
        _spot((0, 5.4, -3.0), (0, 0.6, -0.4), (1.0, 0.72, 0.5), 26),
    )
    return Place(
        tuple(groups), tuple(pieces), planes=hall,
        lamps=(*spots, lamp((0, 0.4, -3.3), warm, 4, radius=0.8), lamp((-4.6, 3.4, -3.4), (0.8, 0.5, 0.9), 7, radius=0.5),
               lamp((4.6, 3.4, -3.4), (0.5, 0.6, 1.0), 7, radius=0.5)),
        indoors=True,
        depth=4.9,
        half=4.8,
    )  # fmt: skip


def _spot(
    at: tuple[float, float, float],
    to: tuple[float, float, float],
    tint: tuple[float, float, float],
    power: float,
) -> Light:
    aim = (to[0] - at[0], to[1] - at[1], to[2] - at[2])
    colour = (tint[0] * power, tint[1] * power, tint[2] * power)
    return Light(at, colour, radius=0.25, aim=aim, cone=0.5)


def _soft_box(x: float, z: float, *, yaw: float) -> Piece:
    lit = surfaces.shining((255, 250, 240), 2.2)
    parts: list[Shape] = [
        shapes.box((0, 2.5, 0), (0.75, 0.75, 0.1), surfaces.IRON, rounding=0.03),
        shapes.box((0, 2.5, 0.1), (0.7, 0.7, 0.02), lit),
        shapes.capsule((0, 0.6, -0.05), (0, 2.5, -0.05), (0.03, 0.025), surfaces.IRON),
        *(
            shapes.capsule(
                (0, 0.7, -0.05),
                (0.5 * math.cos(a), 0.02, 0.5 * math.sin(a) - 0.05),
                (0.022, 0.022),
                surfaces.IRON,
            )
            for a in (0.5, 2.6, 4.7)
        ),
    ]
    return put((group(parts),), x, z, yaw=yaw)


def _trunk(x: float, z: float) -> Piece:
    timber = surfaces.wood((116, 74, 46))
    parts = (
        shapes.box((0, 0.24, 0), (0.5, 0.24, 0.3), timber, rounding=0.02),
        shapes.rod((-0.5, 0.46, 0), (0.5, 0.46, 0), 0.29, timber),
        *(
            shapes.box((dx, 0.36, 0), (0.03, 0.37, 0.315), surfaces.BRASS, rounding=0.02)
            for dx in (-0.36, 0.36)
        ),
        shapes.box((0, 0.45, 0.31), (0.06, 0.07, 0.02), surfaces.BRASS),
    )
    return put((group(parts),), x, z, yaw=0.3)


def _ghost_light(x: float, z: float) -> Piece:
    parts = (
        shapes.cylinder((0, 0.02, 0), 0.18, 0.02, surfaces.IRON),
        shapes.capsule((0, 0, 0), (0, 1.5, 0), (0.02, 0.02), surfaces.IRON),
        shapes.sphere((0, 1.58, 0), 0.07, surfaces.shining((255, 224, 170), 5)),
    )
    return put((group(parts),), x, z)


def _throne(x: float, z: float) -> Piece:
    gold, red = surfaces.BRASS, surfaces.cloth((150, 30, 44))
    parts = (
        shapes.box((0, 0.1, 0), (0.6, 0.1, 0.5), surfaces.wood((90, 56, 36))),
        shapes.box((0, 0.45, 0), (0.34, 0.12, 0.3), red, rounding=0.06),
        shapes.box((0, 1.05, -0.28), (0.34, 0.62, 0.06), gold, rounding=0.05),
        shapes.box((0, 1.02, -0.22), (0.27, 0.5, 0.04), red, rounding=0.03),
        shapes.sphere((0, 1.75, -0.28), 0.1, gold),
        *(shapes.sphere((dx, 1.68, -0.28), 0.07, gold) for dx in (-0.3, 0.3)),
        *(
            shapes.box((dx, 0.62, 0), (0.05, 0.22, 0.3), gold, rounding=0.04)
            for dx in (-0.36, 0.36)
        ),
    )
    return put((group(parts),), x, z)
