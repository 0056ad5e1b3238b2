# ruff: noqa: E501 - a shape a line reads like a parts list.
"""The place over the town: a flat roof."""

import math

from generator.base import Colour
from generator.film import shapes
from generator.film.places import buildings, plants, surfaces
from generator.film.places.cities import NEON_PINK
from generator.film.places.sets import Piece, Place, Rng, floor, group, lamp, put, spread
from generator.film.scenes import Group
from generator.film.shapes import Shape


def rooftop(rng: Rng, lamps: float) -> Place:
    """Return a flat roof above town: parapet, water tank, vents, towers all round."""
    deck = surfaces.tiles((136, 128, 120), (84, 80, 78), scale=1.3, mirror=0.08)
    groups = [
        group(
            (
                shapes.box((0, 0.5, -6.2), (13, 0.52, 0.16), surfaces.brick((140, 96, 78)), rounding=0.02),
                shapes.box((0, 1.05, -6.2), (13.1, 0.06, 0.24), deck, rounding=0.02),
                shapes.box((-13, 0.5, 4), (0.16, 0.52, 10.2), surfaces.brick((140, 96, 78))),
                shapes.box((13, 0.5, 4), (0.16, 0.52, 10.2), surfaces.brick((140, 96, 78))),
                shapes.box((0, -3, 4), (13, 2.995, 10.2), deck),
            )
        )
    ]  # fmt: skip
    tones: tuple[Colour, ...] = ((122, 128, 140), (158, 138, 120), (98, 108, 124), (150, 104, 88))
    for n in range(22):
        x = -66 + 6.2 * n + spread(rng, -2, 2)
        z = spread(rng, -75, -24) if abs(x) > 8 else spread(rng, -75, -45)
        high = spread(rng, 11, 24)
        groups += buildings.tower(
            x, z, half=(spread(rng, 2.5, 4.5), high, spread(rng, 2.5, 4)),
            colour=tones[n % 4], lamps=lamps, foot=-26,
        )  # fmt: skip
    pieces: list[Piece] = [
        _tank(-6.2, -4.2),
        _shed(6.6, -4.4, lamps=lamps),
        _vent(3.4, -5.2),
        _vent(-3.0, -5.3),
        _vent(10.5, -2.0),
        _vent(-10.6, -2.4),
        _pots(rng, -1.2, -5.6),
        _pots(rng, 1.6, -5.6),
        _aerial(4.4, -5.5),
        _bulbs(lamps),
        _letters(lamps),
        buildings.crates(rng, -4.2, 2.6, size=0.5, count=2),
        _pots(rng, 4.0, 2.6),
    ]
    warm = (1.0, 0.7, 0.36)
    pink = 10 if lamps > 0.5 else 0.1
    return Place(
        tuple(groups), tuple(pieces), planes=(floor(surfaces.ASPHALT, height=-26),),
        lamps=(
            lamp((-3, 2.9, -4.4), warm, 9, radius=0.4), lamp((2.2, 2.9, -4.4), warm, 9, radius=0.4),
            lamp((6.4, 2.4, -2.9), warm, 7), lamp((9.5, 4.0, -6.0), NEON_PINK, pink, radius=0.6),
        ),
        skyline=0.1, haze=1.6,
        depth=5.9,
        half=12.0,
    )  # fmt: skip


def _tank(x: float, z: float) -> Piece:
    timber = surfaces.planks((132, 96, 70), scale=6, mirror=0)
    parts: list[Shape] = [
        shapes.cylinder((0, 3.1, 0), 1.15, 1.1, timber),
        shapes.cone((0, 4.55, 0), (1.3, 0.05), 0.36, surfaces.IRON),
        *(shapes.torus((0, y, 0), 1.16, 0.025, surfaces.IRON) for y in (2.3, 2.9, 3.5, 4.0)),
    ]
    legs = [
        shapes.capsule((sx * 0.85, 0, sz * 0.85), (sx * 0.75, 2.0, sz * 0.75), (0.07, 0.07), surfaces.IRON)
        for sx in (-1, 1)
        for sz in (-1, 1)
    ]  # fmt: skip
    legs += [
        shapes.capsule((-0.82, 0.4, 0.82), (0.78, 1.7, 0.78), (0.03, 0.03), surfaces.IRON),
        shapes.capsule((0.82, 0.4, 0.82), (-0.78, 1.7, 0.78), (0.03, 0.03), surfaces.IRON),
        shapes.box((0, 1.97, 0), (1.1, 0.06, 1.1), surfaces.wood((110, 84, 62))),
    ]
    return put((group(parts), group(legs)), x, z)


def _shed(x: float, z: float, *, lamps: float) -> Piece:
    lit = surfaces.shining((255, 210, 140), 0.3 + 3 * lamps)
    parts = (
        shapes.box((0, 1.25, 0), (1.5, 1.25, 1.2), surfaces.plaster((150, 124, 108))),
        shapes.box((0, 2.55, 0), (1.65, 0.08, 1.35), surfaces.CONCRETE, rounding=0.02),
        shapes.box((-0.4, 1.0, 1.2), (0.45, 1.0, 0.04), surfaces.paint((62, 98, 104))),
        shapes.sphere((-0.12, 1.0, 1.26), 0.035, surfaces.BRASS),
        shapes.ellipsoid((-0.4, 2.25, 1.28), (0.13, 0.1, 0.1), lit),
        shapes.box((0.8, 1.5, 1.2), (0.35, 0.35, 0.03), surfaces.GLASS),
    )
    return put((group(parts),), x, z, yaw=-0.25)


def _vent(x: float, z: float) -> Piece:
    steel = surfaces.STEEL
    parts = (
        shapes.box((0, 0.4, 0), (0.5, 0.4, 0.4), steel, rounding=0.03),
        *(
            shapes.box((0, 0.2 + 0.12 * n, 0.41), (0.4, 0.025, 0.02), surfaces.IRON)
            for n in range(4)
        ),
        shapes.cylinder((-0.2, 0.95, 0), 0.12, 0.25, steel),
        shapes.cone((-0.2, 1.24, 0), (0.22, 0.03), 0.07, steel),
    )
    return put((group(parts),), x, z)


def _pots(rng: Rng, x: float, z: float) -> Piece:
    groups: list[Group] = []
    for n in range(3):
        at, size = -0.6 + 0.6 * n, spread(rng, 0.45, 0.8)
        pot = shapes.cone((0, 0.17, 0), (0.15, 0.2), 0.17, surfaces.CLAY, rounding=0.02)
        groups += put((group((pot,)),), at, 0)
        groups += put(plants.bush(rng, 0, 0, size=size, leaf=plants.GREENS[n]), at, 0, y=0.28)
    return put(groups, x, z)


def _aerial(x: float, z: float) -> Piece:
    parts = [shapes.capsule((0, 0, 0), (0, 3.6, 0), (0.03, 0.02), surfaces.IRON)]
    parts += [
        shapes.capsule((-w, y, 0), (w, y, 0), (0.01, 0.01), surfaces.IRON)
        for w, y in ((0.6, 3.5), (0.5, 3.25), (0.4, 3.0), (0.3, 2.75))
    ]
    return put((group(parts),), x, z)


def _bulbs(lamps: float) -> Piece:
    lit = surfaces.shining((255, 206, 130), 0.6 + 7 * lamps)
    poles = [
        shapes.capsule((x, 0, -5.0), (x, 3.3, -5.0), (0.04, 0.03), surfaces.wood((110, 80, 56)))
        for x in (-5.2, 0.0, 5.2)
    ]
    bulbs: list[Shape] = []
    count = 26
    for n in range(count):
        a, b = -5.2 + 10.4 * n / count, -5.2 + 10.4 * (n + 1) / count
        ya, yb = (3.25 - 0.5 * (1 - (2 * math.fmod(v + 5.2, 5.2) / 5.2 - 1) ** 2) for v in (a, b))
        bulbs.append(shapes.capsule((a, ya, -5.0), (b, yb, -5.0), (0.01, 0.01), surfaces.IRON))
        bulbs.append(shapes.sphere((a, ya - 0.07, -5.0), 0.055, lit))
    return (group(poles), group(bulbs))


def _letters(lamps: float) -> Piece:
    tube = surfaces.shining((250, 70, 130), 0.5 + 5 * lamps)
    parts: list[Shape] = [
        shapes.capsule((dx, 0, 0), (dx, 3.0, 0), (0.05, 0.05), surfaces.IRON) for dx in (-1.4, 1.4)
    ]
    parts += [
        shapes.torus((-1.0, 3.7, 0), 0.5, 0.06, tube, facing=shapes.turn(pitch=math.pi / 2)),
        shapes.capsule((0.0, 3.2, 0), (0.0, 4.2, 0), (0.06, 0.06), tube),
        shapes.capsule((0.0, 3.7, 0), (0.5, 4.2, 0), (0.06, 0.06), tube),
        shapes.capsule((0.0, 3.7, 0), (0.5, 3.2, 0), (0.06, 0.06), tube),
        shapes.capsule((1.1, 3.5, 0), (1.1, 4.2, 0), (0.06, 0.06), tube),
        shapes.sphere((1.1, 3.2, 0), 0.09, tube),
        shapes.box((0, 3.0, 0), (1.8, 0.05, 0.05), surfaces.IRON),
    ]
    return put((group(parts),), 9.5, -6.6)
