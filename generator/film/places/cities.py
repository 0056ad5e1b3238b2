# ruff: noqa: E501 - a shape a line reads like a parts list.
"""Places in town: court and street."""

import math

from generator.base import Colour
from generator.film import shapes
from generator.film.materials import Linear, Material, Pattern, linear
from generator.film.places import buildings, plants, surfaces
from generator.film.places.sets import Piece, Place, Rng, floor, group, lamp, put, spread
from generator.film.scenes import Group
from generator.film.shapes import Shape

COURT_WALL = -4.6  # The simulation's balls come back from here.
_COURTS: tuple[tuple[Colour, Colour], ...] = (
    ((54, 112, 124), (176, 92, 66)), ((64, 84, 138), (70, 138, 122)),
    ((148, 82, 72), (176, 138, 78)), ((108, 76, 124), (178, 112, 108)),
    ((62, 120, 90), (156, 84, 78)),
)  # fmt: skip
NEON_PINK: Linear = (1.0, 0.12, 0.45)
NEON_BLUE: Linear = (0.1, 0.6, 1.0)


def court(rng: Rng, lamps: float) -> Place:
    """Return a ball court in town: a hoop, a painted wall under a wire fence, houses behind."""
    outer, key = _COURTS[int(rng.integers(len(_COURTS)))]
    ground = Material(
        linear(outer), linear(key), Pattern.COURT, relief=0.002, rough=0.6, mirror=0.25
    )
    low = surfaces.plaster(key)
    groups = [
        group(
            (
                shapes.box((0, 0.75, COURT_WALL - 0.12), (14, 0.8, 0.12), low, rounding=0.02),
                shapes.box((0, 1.56, COURT_WALL - 0.12), (14.1, 0.06, 0.17), surfaces.CONCRETE),
            )
        ),
        *buildings.mesh_fence(0, COURT_WALL - 0.2, length=28, height=4.0),
        *hoop(COURT_WALL),
    ]
    x = -44.0
    while x < 44:
        wide = spread(rng, 6, 9)
        groups += buildings.front(
            rng, x + wide / 2, -21 + spread(rng, -1, 1), width=wide, height=spread(rng, 9, 17),
            lamps=lamps,
        )  # fmt: skip
        x += wide
    pieces: list[Piece] = [
        plants.tree(rng, -6.6, -7.6, height=6.2, leaf=plants.GREENS[1]),
        plants.tree(rng, 5.4, -8.4, height=6.8, leaf=plants.GREENS[0]),
        plants.tree(rng, -13.5, -8.8, height=7.4, leaf=plants.AUTUMN[1]),
        plants.tree(rng, 13.6, -9.0, height=7.0, leaf=plants.GREENS[3]),
        plants.hedge(0, -12.5, half=(22, 0.8, 0.6), leaf=plants.GREENS[2]),
        buildings.bench(-5.4, -3.6, yaw=0.6),
        buildings.bench(5.8, -3.4, yaw=-0.6),
        _flood(-8.2, -4.9, lamps=lamps),
        _flood(8.2, -4.9, lamps=lamps),
        _bag(4.6, -3.7),
        _stands(-10.5, -0.5, yaw=1.2),
        _stands(11.0, -0.5, yaw=-1.2),
    ]
    cold = (1.0, 0.95, 0.84)
    return Place(
        tuple(groups), tuple(pieces), planes=(floor(ground),),
        lamps=(lamp((-8.0, 6.2, -4.2), cold, 42), lamp((8.0, 6.2, -4.2), cold, 42)),
        skyline=0.1,
        depth=4.4,
    )  # fmt: skip


def hoop(z: float) -> Piece:
    """Return a basketball hoop whose rim stands 0.6 m before z."""
    white, red = surfaces.paint((234, 232, 226)), surfaces.paint((196, 62, 40))
    board = [
        shapes.capsule((0, 0, z + 0.05), (0, 2.6, z + 0.05), (0.08, 0.07), surfaces.IRON),
        shapes.capsule((0, 2.6, z + 0.05), (0, 2.75, z + 0.3), (0.06, 0.05), surfaces.IRON),
        shapes.box((0, 2.85, z + 0.3), (0.85, 0.52, 0.03), white, rounding=0.02),
        *(
            shapes.box((dx, 2.75 + dy, z + 0.325), (hx, hy, 0.01), red)
            for dx, dy, hx, hy in (
                (0, 0.2, 0.3, 0.022), (0, -0.22, 0.3, 0.022), (-0.29, 0, 0.022, 0.22),
                (0.29, 0, 0.022, 0.22), (0, 0.59, 0.85, 0.025), (0, -0.39, 0.85, 0.025),
            )
        ),
    ]  # fmt: skip
    rim = [shapes.torus((0, 2.45, z + 0.6), 0.23, 0.017, red)]
    cord = surfaces.paint((232, 228, 216), rough=0.9, mirror=0)
    for n in range(10):
        a = math.tau * n / 10
        for turn in (-0.63, 0.63):
            b = a + turn
            rim.append(
                shapes.capsule(
                    (0.22 * math.cos(a), 2.44, z + 0.6 + 0.22 * math.sin(a)),
                    (0.13 * math.cos(b), 2.08, z + 0.6 + 0.13 * math.sin(b)),
                    (0.006, 0.006), cord,
                )
            )  # fmt: skip
    return (group(board), group(rim))


def street(rng: Rng, lamps: float) -> Place:
    """Return a shopping street: kerb, lamps, fronts under awnings, a lane between the houses."""
    pavement = [
        shapes.box((0, -0.05, -8.2), (60, 0.17, 4.6), surfaces.PAVING, rounding=0.02),
    ]
    groups = [group(pavement)]
    for left, right in ((-31.0, -2.4), (1.6, 31.0)):
        x = left
        while x < right - 3.4:
            wide = min(spread(rng, 4.2, 6.0), right - x)
            wide = right - x if right - x - wide < 3.4 else wide
            groups += buildings.front(
                rng, x + wide / 2, -5.9, width=wide, height=spread(rng, 7.5, 12), lamps=lamps
            )
            x += wide
    groups += buildings.front(rng, -0.4, -30, width=7, height=13, lamps=lamps)
    groups += buildings.front(rng, -7.0, -24, width=8, height=16, lamps=lamps, shop=False)
    groups += buildings.front(rng, 6.6, -24, width=8, height=12, lamps=lamps, shop=False)
    groups.append(_wires(rng))
    pieces: list[Piece] = [
        buildings.street_lamp(-3.1, -3.9, glow=lamps),
        buildings.street_lamp(4.4, -3.9, glow=lamps),
        buildings.street_lamp(-10.5, -3.9, glow=lamps),
        buildings.street_lamp(12, -3.9, glow=lamps),
        _sign(3.1, 4.3, -5.3, (236, 70, 130), lamps),
        _sign(-4.6, 4.8, -5.3, (60, 170, 240), lamps),
        _sign(9.4, 4.4, -5.3, (240, 170, 60), lamps),
        _letter_box(2.7, -4.2),
        _planter(rng, -5.4, -4.6),
        _planter(rng, 6.4, -4.6),
        _planter(rng, -1.9, -5.0),
        _bins(-7.8, -4.9),
        plants.tree(rng, -7.6, -4.3, height=4.4, leaf=plants.GREENS[1]),
        plants.tree(rng, 8.4, -4.4, height=4.6, leaf=plants.GREENS[0]),
        _cafe_table(5.0, -4.6),
    ]
    pieces += [_post(x, -3.85) for x in (-2.4, -0.9, 0.6, 2.0)]
    warm = (1.0, 0.72, 0.4)
    return Place(
        tuple(groups), tuple(pieces), planes=(floor(surfaces.ASPHALT),),
        lamps=(
            lamp((-3.1, 3.5, -3.6), warm, 13, shadow=True), lamp((4.4, 3.5, -3.6), warm, 13),
            lamp((-8.0, 1.8, -4.2), warm, 3.5, radius=0.5), lamp((8.0, 1.8, -4.2), warm, 3.5, radius=0.5),
            lamp((2.4, 3.8, -4.4), NEON_PINK, 5 if lamps > 0.5 else 0.1, radius=0.4),
            lamp((-4.0, 4.2, -4.4), NEON_BLUE, 5 if lamps > 0.5 else 0.1, radius=0.4),
        ),
        skyline=0.08,
        depth=5.7,
    )  # fmt: skip


def _flood(x: float, z: float, *, lamps: float) -> Piece:
    lit = surfaces.shining((250, 244, 226), 0.3 + 6 * lamps)
    parts = (
        shapes.capsule((0, 0, 0), (0, 6.2, 0), (0.1, 0.06), surfaces.IRON),
        shapes.box((0, 6.3, 0.05), (0.8, 0.22, 0.1), surfaces.IRON, rounding=0.03),
        *(shapes.box((dx, 6.3, 0.15), (0.2, 0.16, 0.03), lit) for dx in (-0.52, 0, 0.52)),
    )
    return put((group(parts),), x, z)


def _bag(x: float, z: float) -> Piece:
    stuff = surfaces.cloth((52, 60, 72))
    parts = (
        shapes.ellipsoid((0, 0.17, 0), (0.36, 0.19, 0.2), stuff),
        shapes.torus((0, 0.3, 0), 0.16, 0.018, surfaces.cloth((196, 72, 52)), facing=shapes.turn(pitch=1.4)),
        shapes.cylinder((0.55, 0.13, 0.2), 0.04, 0.13, surfaces.paint((70, 150, 190)), rounding=0.02),
    )  # fmt: skip
    return put((group(parts),), x, z)


def _stands(x: float, z: float, *, yaw: float) -> Piece:
    timber = surfaces.planks((150, 112, 76), scale=7, mirror=0)
    parts = [
        shapes.box((0, 0.22 + 0.36 * n, -0.55 * n), (2.6, 0.04, 0.22), timber) for n in range(4)
    ]
    for dx in (-2.2, 0, 2.2):
        parts.append(
            shapes.capsule((dx, 0.05, 0.15), (dx, 1.25, -1.75), (0.05, 0.05), surfaces.IRON)
        )
        parts.append(shapes.capsule((dx, 0, -1.7), (dx, 1.28, -1.7), (0.04, 0.04), surfaces.IRON))
    return put((group(parts),), x, z, yaw=yaw)


def _wires(rng: Rng) -> Group:
    parts: list[Shape] = []
    for n in range(3):
        y = 6.4 + 0.5 * n
        x = spread(rng, -9, -7) + 5 * n
        parts.append(
            shapes.capsule((x, y, -5.9), (x + 7, y - 0.3, 6), (0.012, 0.012), surfaces.IRON)
        )
    return group(parts)


def _sign(x: float, y: float, z: float, tone: Colour, lamps: float) -> Piece:
    tube = surfaces.shining(tone, 0.5 + 4 * lamps)
    back = surfaces.paint((36, 38, 46))
    parts = (
        shapes.box((0, 0, 0), (0.34, 0.95, 0.09), back, rounding=0.03),
        shapes.torus((0, 0.5, 0.11), 0.2, 0.024, tube, facing=shapes.turn(pitch=math.pi / 2)),
        shapes.capsule((-0.2, 0.08, 0.11), (0.2, 0.08, 0.11), (0.024, 0.024), tube),
        shapes.capsule((-0.2, -0.14, 0.11), (0.2, -0.14, 0.11), (0.024, 0.024), tube),
        shapes.capsule((-0.2, -0.7, 0.11), (0, -0.34, 0.11), (0.024, 0.024), tube),
        shapes.capsule((0.2, -0.7, 0.11), (0, -0.34, 0.11), (0.024, 0.024), tube),
        shapes.capsule((0, 0.6, -0.1), (0, 0.6, -0.7), (0.03, 0.03), surfaces.IRON),
    )
    return put((group(parts),), x, z, y=y)


def _post(x: float, z: float) -> Piece:
    parts = (
        shapes.capsule((0, 0, 0), (0, 0.72, 0), (0.06, 0.05), surfaces.IRON),
        shapes.sphere((0, 0.78, 0), 0.075, surfaces.IRON),
    )
    return put((group(parts),), x, z)


def _letter_box(x: float, z: float) -> Piece:
    red = surfaces.paint((192, 48, 40))
    parts = (
        shapes.cylinder((0, 0.62, 0), 0.22, 0.5, red, rounding=0.02),
        shapes.cylinder((0, 0.08, 0), 0.25, 0.08, surfaces.IRON, rounding=0.02),
        shapes.ellipsoid((0, 1.13, 0), (0.26, 0.1, 0.26), red, blend=0.03),
        shapes.box((0, 0.95, 0.21), (0.13, 0.022, 0.03), surfaces.IRON),
    )
    return put((group(parts),), x, z, y=0.12)


def _planter(rng: Rng, x: float, z: float) -> Piece:
    box = group(
        (shapes.box((0, 0.28, 0), (0.5, 0.28, 0.24), surfaces.wood((120, 84, 56)), rounding=0.02),)
    )
    green = plants.bush(rng, 0, 0, size=0.8, leaf=plants.GREENS[int(rng.integers(4))])
    return put((box, *put(green, 0, 0, y=0.42)), x, z, y=0.12)


def _bins(x: float, z: float) -> Piece:
    parts = [
        shapes.cone((dx, 0.4, 0), (0.22, 0.26), 0.4, surfaces.paint(tone), rounding=0.03)
        for dx, tone in ((0, (70, 96, 84)), (0.62, (84, 88, 96)))
    ]
    parts += [
        shapes.cylinder((dx, 0.83, 0), 0.28, 0.035, surfaces.IRON, rounding=0.02)
        for dx in (0, 0.62)
    ]
    return put((group(parts),), x, z, y=0.12)


def _cafe_table(x: float, z: float) -> Piece:
    red = surfaces.paint((206, 66, 52), rough=0.9)
    pale = surfaces.paint((238, 230, 214), rough=0.9)
    parts: list[Shape] = [
        shapes.cylinder((0, 0.74, 0), 0.36, 0.02, surfaces.WHITE_PAINT, rounding=0.01),
        shapes.capsule((0, 0, 0), (0, 2.3, 0), (0.03, 0.025), surfaces.IRON),
        shapes.cylinder((0, 0.03, 0), 0.24, 0.03, surfaces.IRON, rounding=0.02),
        shapes.cone((0, 2.25, 0), (1.15, 0.03), 0.22, red),
        shapes.cone((0, 2.36, 0), (0.6, 0.03), 0.13, pale),
        *(shapes.cylinder((dx, 0.45, 0.15), 0.19, 0.02, red, rounding=0.015) for dx in (-0.75, 0.75)),
        *(shapes.capsule((dx, 0, 0.15), (dx, 0.44, 0.15), (0.03, 0.02), surfaces.IRON) for dx in (-0.75, 0.75)),
    ]  # fmt: skip
    return put((group(parts),), x, z, y=0.12)
