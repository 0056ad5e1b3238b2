"""Places where things grow: park, forest, mountain meadow and temple garden."""

import math
from dataclasses import replace

from generator.base import Colour
from generator.film import shapes
from generator.film.materials import Material, linear
from generator.film.places import buildings, plants, surfaces, temples
from generator.film.places.sets import Piece, Place, Rng, floor, group, lamp, put, spread
from generator.film.scenes import Relief, Terrain
from generator.film.shapes import Shape

_BLOOMS: tuple[Colour, ...] = (
    (226, 74, 84), (244, 190, 60), (236, 232, 240), (150, 104, 206), (240, 130, 170),
)  # fmt: skip


def park(rng: Rng, lamps: float) -> Place:
    """Return a lawn with a path, beds, benches, a pond and town behind the trees."""
    leaf = (plants.GREENS, plants.GREENS, plants.AUTUMN, plants.BLOSSOM)[int(rng.integers(4))]
    path = [
        shapes.box((0, -0.05, -4.15), (40, 0.062, 0.75), surfaces.PAVING, rounding=0.02),
        shapes.box(
            (3.2, -0.05, -12), (0.8, 0.06, 7.4), surfaces.PAVING, rounding=0.02,
            facing=shapes.turn(yaw=0.3),
        ),
    ]  # fmt: skip
    pond = [
        shapes.ellipsoid((-5.6, 0.0, -9.4), (3.7, 0.07, 2.2), surfaces.CONCRETE),
        shapes.ellipsoid((-5.6, 0.03, -9.4), (3.4, 0.07, 1.95), surfaces.POND),
    ]
    groups = [group(path), group(pond)]
    for n in range(15):
        x = -42 + 6 * n + spread(rng, -1.5, 1.5)
        groups += plants.tree(
            rng, x, spread(rng, -30, -21), height=spread(rng, 7, 11),
            leaf=plants.GREENS[n % 4] if n % 3 else leaf[0],
        )  # fmt: skip
    groups += plants.hedge(0, -33, half=(60, 1.6, 1), leaf=plants.GREENS[2])
    pieces: list[Piece] = [
        plants.tree(rng, -4.9, -6.4, height=5.6, leaf=leaf[0]),
        plants.tree(rng, 5.3, -7.6, height=6.4, leaf=leaf[1]),
        plants.tree(rng, 0.6, -12.5, height=6.6, leaf=leaf[-1]),
        plants.tree(rng, -11, -5.6, height=6.6, leaf=leaf[1]),
        plants.tree(rng, 11.5, -5.8, height=6.2, leaf=leaf[0]),
        buildings.bench(-1.9, -5.2),
        buildings.bench(8.2, -5.3, yaw=-0.2),
        buildings.street_lamp(2.0, -5.1, glow=lamps),
        buildings.street_lamp(-7.8, -5.1, glow=lamps),
        plants.hedge(-13, -8.4, half=(3.5, 0.6, 0.5), leaf=plants.GREENS[2]),
        plants.bush(rng, 3.3, -5.4, size=1.2, leaf=plants.GREENS[2]),
        plants.bush(rng, 6.8, -5.9, size=1.5, leaf=plants.GREENS[3]),
        plants.bush(rng, -3.3, -5.6, size=1.2, leaf=plants.GREENS[0]),
        _boat_house(-9.2, -12.5, lamps=lamps),
        *(
            plants.flowers(rng, x, z, colour=_BLOOMS[n % 5], count=12)
            for n, (x, z) in enumerate(
                ((-4.7, -3.2), (4.6, -3.1), (5.6, -3.0), (-5.8, -3.1), (3.9, -5.4), (-3.6, 2.6), (3.7, 2.8))
            )
        ),
        *_tufted(rng, 12, leaf=(92, 140, 56)),
    ]  # fmt: skip
    warm = (1.0, 0.76, 0.44)
    return Place(
        tuple(groups), tuple(pieces), planes=(floor(surfaces.GRASS),),
        lamps=(lamp((2.0, 3.5, -4.8), warm, 18), lamp((-7.8, 3.5, -4.8), warm, 18)),
        skyline=0.12, hills=0.03,
    )  # fmt: skip


def forest(rng: Rng, lamps: float) -> Place:
    """Return a clearing among trunks, ferns, a fallen log and mushrooms."""
    ground = replace(surfaces.EARTH, second=linear((74, 84, 40)), colour=linear((116, 86, 54)))
    groups = []
    for n in range(16):
        x = -30 + 4 * n + spread(rng, -1.2, 1.2)
        z = spread(rng, -22, -12) - (2 if abs(x) < 3 else 0)
        kind = plants.pine if n % 3 == 0 else plants.tree
        leaf = plants.GREENS[n % 4] if n % 3 else plants.PINE
        groups += kind(rng, x, z, height=spread(rng, 9, 13), leaf=leaf)
    for n in range(12):
        x = -44 + 8 * n + spread(rng, -2, 2)
        groups += plants.tree(
            rng, x, spread(rng, -40, -28), height=spread(rng, 11, 14), leaf=plants.GREENS[n % 4]
        )
    pieces: list[Piece] = [
        _trunk(rng, -3.6, -3.9, thick=0.34),
        _trunk(rng, 4.3, -4.5, thick=0.42),
        _trunk(rng, -1.6, -6.8, thick=0.3, bark=surfaces.BIRCH),
        _trunk(rng, 1.9, -8.0, thick=0.36),
        _trunk(rng, -6.8, -6.0, thick=0.44),
        _trunk(rng, 7.2, -6.6, thick=0.34, bark=surfaces.BIRCH),
        _trunk(rng, -9.6, -2.6, thick=0.4),
        _trunk(rng, 10.2, -3.0, thick=0.46),
        _trunk(rng, 6.1, -10.5, thick=0.4),
        _trunk(rng, -4.8, -10.2, thick=0.34),
        _log(3.3, -3.7),
        plants.rock(rng, -5.2, -3.4, size=1.1, stone=_mossy()),
        plants.rock(rng, 6.2, -3.5, size=1.4, stone=_mossy()),
        plants.rock(rng, -2.4, -4.8, size=0.6, stone=_mossy()),
        _mushrooms(rng, -2.7, -3.6),
        _mushrooms(rng, 4.4, -3.0),
        _mushrooms(rng, 3.3, 2.5),
        *(
            _fern(rng, x, z)
            for x, z in (
                (-4.4, -4.6), (-3.9, -2.9), (5.0, -3.6), (2.3, -5.2), (-0.4, -6.0), (-6.4, -4.4),
                (7.6, -4.8), (-3.7, 2.6), (3.9, 2.3), (0.9, -7.2), (-8.2, -3.6), (9.0, -4.2),
            )
        ),
        plants.bush(rng, -5.9, -7.6, size=2.0, leaf=plants.GREENS[2]),
        plants.bush(rng, 4.9, -7.8, size=2.2, leaf=plants.GREENS[0]),
        plants.bush(rng, 0.4, -10.4, size=2.6, leaf=plants.GREENS[2]),
    ]  # fmt: skip
    terrain = Terrain(Relief.HILLS, ground, amplitude=1.6, length=9.0, level=5.0, id=1)
    return Place(
        tuple(groups), tuple(pieces), terrain=terrain,
        lamps=(lamp((-2.6, 2.2, -2.6), (1.0, 0.82, 0.5), 3, radius=0.5),),
        hills=0.12, far=(0.05, 0.09, 0.06), haze=2.2,
        depth=9.0,
        open=1.4,
    )  # fmt: skip


def meadow(rng: Rng, lamps: float) -> Place:
    """Return a flowering alp: a hut, a fence, firs, snowy peaks."""
    groups = []
    stone = Material(
        linear((122, 124, 134)), linear((84, 88, 100)), surfaces.ROCK.pattern, scale=0.06,
        relief=0.3, rough=0.95,
    )  # fmt: skip
    snow = replace(surfaces.SNOW, scale=0.05)
    for x, z, high, wide in (
        (-120, -300, 120, 130), (40, -340, 150, 150), (190, -320, 110, 140), (-260, -340, 130, 150),
        (-30, -380, 105, 120),
    ):  # fmt: skip
        groups += plants.mountain(x, z, height=high, width=wide, stone=stone, snow=snow)
    for n in range(20):
        x = -58 + 6 * n + spread(rng, -2, 2)
        groups += plants.pine(rng, x, spread(rng, -62, -36), height=spread(rng, 8, 13))
    pieces: list[Piece] = [
        buildings.cottage(
            -6.9, -10.5, half=(2.6, 1.5, 2.4), walls=surfaces.planks((118, 78, 50), scale=5, mirror=0),
            top=surfaces.planks((96, 78, 66), scale=6, mirror=0), lamps=lamps, yaw=0.35,
        ),
        buildings.fence(4.6, -5.2, length=9.6, paint=surfaces.wood((142, 112, 80), rough=0.85), yaw=-0.12),
        buildings.fence(-12.5, -5.6, length=9.6, paint=surfaces.wood((142, 112, 80), rough=0.85), yaw=0.1),
        plants.pine(rng, 7.4, -9.6, height=7.4),
        plants.pine(rng, 9.8, -8.0, height=5.6),
        plants.pine(rng, -13.5, -9.8, height=8.2),
        plants.rock(rng, 3.1, -6.6, size=1.3),
        plants.rock(rng, -3.4, -4.6, size=0.8),
        _trough(2.4, -4.4),
        *(
            plants.flowers(
                rng, spread(rng, 2.7, 8.5) * (-1 if n % 2 else 1), spread(rng, -7.5, 3.2),
                colour=_BLOOMS[n % 5], count=10,
            )
            for n in range(14)
        ),
        *(
            plants.flowers(rng, spread(rng, -3, 3), spread(rng, -7.5, -3.3), colour=_BLOOMS[n % 5], count=10)
            for n in range(5)
        ),
        *_tufted(rng, 16, leaf=(112, 150, 62)),
    ]  # fmt: skip
    ground = replace(surfaces.GRASS, colour=linear((96, 146, 56)), second=linear((158, 168, 76)))
    return Place(
        tuple(groups), tuple(pieces),
        terrain=Terrain(Relief.HILLS, ground, amplitude=9.0, length=44.0, level=9.0, id=1),
        lamps=(lamp((-5.6, 1.6, -7.2), (1.0, 0.7, 0.36), 7),),
        hills=0.07, far=(0.10, 0.14, 0.2),
    )  # fmt: skip


def temple(rng: Rng, lamps: float) -> Place:
    """Return a raked garden: a gate, a hall, stone lanterns, a bridge, cherry trees."""
    gravel = replace(
        surfaces.SAND, colour=linear((206, 200, 188)), second=linear((170, 164, 152)), scale=2.8
    )
    groups = [
        *temples.hall(-4.2, -15.5, lamps=lamps),
        *temples.gate(2.2, -9.4),
        group((shapes.box((2.2, -0.04, -9), (0.9, 0.055, 5.2), surfaces.PAVING, rounding=0.02),)),
        group(
            (
                shapes.ellipsoid((8.6, 0.0, -7.2), (4.2, 0.05, 2.6), _mossy()),
                shapes.ellipsoid((8.6, 0.02, -7.2), (3.9, 0.05, 2.35), surfaces.POND),
            )
        ),
        *temples.bridge(8.4, -7.2),
    ]
    for n in range(14):
        x = -40 + 6 * n + spread(rng, -2, 2)
        blossom = n % 2 == 0
        groups += (
            plants.tree(rng, x, spread(rng, -34, -24), height=spread(rng, 6, 9), leaf=plants.BLOSSOM[n % 2])
            if blossom
            else plants.pine(rng, x, spread(rng, -34, -24), height=spread(rng, 9, 13))
        )  # fmt: skip
    pieces: list[Piece] = [
        plants.tree(rng, -5.4, -6.6, height=5.0, leaf=plants.BLOSSOM[0]),
        plants.tree(rng, 6.0, -10.8, height=5.6, leaf=plants.BLOSSOM[1]),
        plants.tree(rng, -11.5, -6.8, height=5.6, leaf=plants.BLOSSOM[1]),
        plants.tree(rng, 14, -6.2, height=5.4, leaf=plants.AUTUMN[2]),
        temples.lantern(-3.4, -4.2, lamps=lamps),
        temples.lantern(4.3, -4.4, lamps=lamps),
        temples.lantern(0.6, -7.2, lamps=lamps),
        temples.lantern(3.8, -7.2, lamps=lamps),
        plants.rock(rng, -2.0, -5.6, size=1.0, stone=_mossy()),
        plants.rock(rng, -1.1, -5.2, size=0.6, stone=_mossy()),
        plants.rock(rng, 5.7, -4.9, size=1.0, stone=_mossy()),
        plants.bush(rng, -4.4, -4.9, size=1.1, leaf=plants.GREENS[2]),
        plants.bush(rng, -6.6, -4.2, size=1.4, leaf=plants.GREENS[0]),
        plants.bush(rng, 6.6, -4.2, size=1.2, leaf=(196, 74, 96)),
        plants.bush(rng, 3.9, 2.8, size=0.9, leaf=(196, 74, 96)),
        plants.rock(rng, -3.9, 2.8, size=0.7, stone=_mossy()),
        temples.bamboo(rng, -9.2, -4.4),
        temples.bamboo(rng, 11.8, -4.0),
        _stones(rng),
    ]
    warm = (1.0, 0.7, 0.38)
    return Place(
        tuple(groups), tuple(pieces), planes=(floor(gravel),),
        lamps=(lamp((-3.4, 1.3, -3.9), warm, 4), lamp((4.3, 1.3, -4.1), warm, 4),
               lamp((-4.2, 2.2, -11.5), warm, 12, radius=0.6)),
        hills=0.14, far=(0.07, 0.11, 0.1), haze=1.5,
        open=0.92,
    )  # fmt: skip


def _mossy() -> Material:
    return replace(surfaces.ROCK, second=linear((84, 110, 56)))


def _tufted(rng: Rng, count: int, *, leaf: Colour) -> list[Piece]:
    """Return tufts of grass round the stage, none on it."""
    tufts: list[Piece] = []
    for n in range(count):
        side = -1 if n % 2 else 1
        x, z = side * spread(rng, 2.7, 7.5), spread(rng, -6.5, 3.4)
        tufts.append(plants.tufts(rng, x, z, size=spread(rng, 0.2, 0.42), leaf=leaf))
    return tufts


def _trunk(rng: Rng, x: float, z: float, *, thick: float, bark: Material = surfaces.BARK) -> Piece:
    """Return a trunk whose crown is far above the picture; its leaves hang into it."""
    lean = spread(rng, -0.4, 0.4)
    parts: list[Shape] = [
        shapes.capsule((0, -0.2, 0), (lean, 7.5, 0), (thick, thick * 0.6), bark),
    ]
    for n in range(4):
        angle = n * 1.57 + spread(rng, 0, 1)
        out = (math.cos(angle) * thick * 2.1, math.sin(angle) * thick * 2.1)
        parts.append(
            shapes.capsule((0, 0.5, 0), (out[0], -0.05, out[1]), (thick * 0.5, thick * 0.2), bark, blend=0.25)
        )  # fmt: skip
    green = surfaces.leaf(plants.GREENS[int(rng.integers(4))], scale=3.4, relief=0.2)
    crown: list[Shape] = []
    for n in range(5):
        angle, y = n * 1.26, spread(rng, 4.6, 6.6)
        reach = spread(rng, 1.2, 2.0)
        at = (lean * 0.7 + reach * math.cos(angle), y, reach * math.sin(angle))
        parts.append(
            shapes.capsule((lean * 0.5, y - 1.3, 0), at, (thick * 0.3, 0.05), bark, blend=0.1)
        )
        crown.append(shapes.ellipsoid(at, (1.25, 0.9, 1.25), green, blend=0.2))
    return put((group(parts), group(crown)), x, z)


def _fern(rng: Rng, x: float, z: float) -> Piece:
    green = surfaces.leaf((74, 124, 48), scale=22, relief=0.015)
    parts: list[Shape] = []
    for n in range(9):
        angle, reach = n * 0.7 + spread(rng, -0.2, 0.2), spread(rng, 0.32, 0.5)
        tall = spread(rng, 0.35, 0.55)
        knee = (reach * 0.55 * math.cos(angle), tall, reach * 0.55 * math.sin(angle))
        tip = (reach * 1.4 * math.cos(angle), tall * 0.62, reach * 1.4 * math.sin(angle))
        parts.append(shapes.capsule((0, -0.02, 0), knee, (0.015, 0.06), green, blend=0.02))
        parts.append(shapes.capsule(knee, tip, (0.06, 0.008), green, blend=0.03))
    return put((group(parts),), x, z)


def _mushrooms(rng: Rng, x: float, z: float) -> Piece:
    red, stem = (
        surfaces.paint((196, 50, 38), mirror=0.3),
        surfaces.paint((232, 220, 196), rough=0.8),
    )
    dot = surfaces.paint((244, 236, 220), rough=0.8)
    parts: list[Shape] = []
    for n in range(4):
        dx, dz, size = spread(rng, -0.3, 0.3), spread(rng, -0.2, 0.2), spread(rng, 0.6, 1.3)
        top = 0.14 * size
        parts += [
            shapes.capsule((dx, -0.02, dz), (dx, top, dz), (0.035 * size, 0.026 * size), stem),
            shapes.ellipsoid((dx, top, dz), (0.1 * size, 0.065 * size, 0.1 * size), red),
            shapes.ellipsoid(
                (dx, top - 0.012, dz), (0.085 * size, 0.03 * size, 0.085 * size), stem
            ),
        ]
        for angle in (0.5 + n, 2.4 + n, 4.3 + n):
            spot = (
                dx + 0.055 * size * math.cos(angle),
                top + 0.05 * size,
                dz + 0.055 * size * math.sin(angle),
            )
            parts.append(shapes.sphere(spot, 0.014 * size, dot))
    return put((group(parts),), x, z)


def _log(x: float, z: float) -> Piece:
    end = surfaces.wood((196, 154, 104), scale=9)
    parts = (
        shapes.rod((-1.2, 0.24, 0.1), (1.2, 0.26, -0.1), 0.25, surfaces.BARK),
        shapes.rod((-1.215, 0.24, 0.101), (-1.19, 0.24, 0.1), 0.22, end),
        shapes.rod((1.19, 0.26, -0.1), (1.215, 0.26, -0.101), 0.22, end),
        shapes.capsule((0.3, 0.4, 0), (0.5, 0.75, 0.2), (0.07, 0.04), surfaces.BARK, blend=0.06),
        shapes.ellipsoid((-0.4, 0.42, 0), (0.6, 0.11, 0.2), surfaces.leaf((92, 128, 52), scale=18, relief=0.02), blend=0.06),
    )  # fmt: skip
    return put((group(parts),), x, z, yaw=0.25)


def _trough(x: float, z: float) -> Piece:
    timber = surfaces.wood((128, 98, 68), rough=0.8)
    parts = (
        shapes.box((0, 0.32, 0), (0.85, 0.24, 0.26), timber, rounding=0.03),
        shapes.cut(shapes.box((0, 0.5, 0), (0.78, 0.2, 0.2), timber)),
        shapes.box((0, 0.45, 0), (0.78, 0.02, 0.2), surfaces.POND),
        shapes.capsule((-1.0, 0, 0), (-1.0, 1.05, 0), (0.07, 0.06), timber),
        shapes.capsule((-1.0, 0.85, 0), (-0.6, 0.78, 0), (0.025, 0.025), surfaces.IRON),
    )
    return put((group(parts),), x, z)


def _boat_house(x: float, z: float, *, lamps: float) -> Piece:
    return buildings.cottage(
        x, z, half=(1.8, 1.2, 1.6), walls=surfaces.planks((206, 200, 186), scale=5, mirror=0),
        top=surfaces.roof((128, 66, 54)), lamps=lamps, yaw=0.3,
    )  # fmt: skip


def _stones(rng: Rng) -> Piece:
    parts = [
        shapes.ellipsoid(
            (2.2 + spread(rng, -0.2, 0.2), 0.0, -3.3 - 0.6 * n),
            (0.34, 0.035, 0.26),
            surfaces.PAVING,
        )
        for n in range(2)
    ]
    return (group(parts),)
