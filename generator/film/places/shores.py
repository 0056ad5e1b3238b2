"""Places by the water: beach and harbour."""

from dataclasses import replace

from generator.base import Colour
from generator.film import shapes
from generator.film.materials import Material, linear
from generator.film.places import buildings, plants, surfaces
from generator.film.places.sets import Piece, Place, Rng, floor, group, lamp, put, sea, spread
from generator.film.shapes import Shape

_DEEP = replace(surfaces.WATER, colour=linear((22, 66, 78)), relief=0.05)
_HULLS: tuple[Colour, ...] = ((188, 60, 48), (38, 92, 138), (236, 228, 208), (52, 120, 96))


def beach(rng: Rng, lamps: float) -> Place:
    """Return sand under palms, surf, a hut, islands."""
    foam = Material(linear((240, 244, 244)), rough=0.8, soft=0.5)
    surf: list[Shape] = []
    x = -46.0
    while x < 46:
        wide = spread(rng, 2.2, 4.5)
        z = -9.1 + spread(rng, -0.5, 0.5)
        surf.append(shapes.ellipsoid((x, 0.0, z), (wide, 0.06, 0.4), foam, blend=0.25))
        x += wide * 1.5
    island = surfaces.leaf((62, 104, 74), scale=0.35, relief=0.3)
    far = (
        group(surf),
        group(
            (
                shapes.ellipsoid((-46, -1, -120), (26, 11, 12), island),
                shapes.ellipsoid((-70, -2, -130), (30, 17, 14), island, blend=3),
                shapes.ellipsoid((78, -2, -150), (38, 9, 14), island),
            )
        ),
    )
    pieces: list[Piece] = [
        plants.palm(rng, -4.6, -4.2, height=4.6, lean=1.5),
        plants.palm(rng, -6.4, -6.2, height=5.4, lean=0.6),
        plants.palm(rng, 6.8, -5.6, height=5.2, lean=-1.4),
        _hut(7.6, -7.4, lamps=lamps),
        boat(rng, -9.5, -7.6, yaw=0.5, length=3.2),
        sail_boat(14, -46, height=8, tone=(240, 232, 214)),
        sail_boat(-20, -70, height=8, tone=(196, 78, 56)),
        plants.rock(rng, 4.9, -7.9, size=1.5),
        plants.rock(rng, -2.3, -10.4, size=1.4),
        plants.rock(rng, -1.0, -10.9, size=0.9),
        plants.tufts(rng, -4.2, -3.4, size=0.6, leaf=(140, 150, 84)),
        plants.tufts(rng, 5.2, -3.9, size=0.7, leaf=(132, 146, 80)),
        plants.tufts(rng, -3.9, 2.4, size=0.7, leaf=(140, 150, 84)),
        plants.tufts(rng, 3.8, 2.9, size=0.6, leaf=(132, 146, 80)),
        _shells(rng),
    ]
    for side in (-1, 1):
        pieces.append(plants.palm(rng, side * 13 + 1, -5, height=5.6, lean=-side * 1.2))
        pieces.append(plants.bush(rng, side * 9.6, -3.2, size=1.8, leaf=plants.GREENS[1]))
        pieces.append(plants.bush(rng, side * 15, -3.6, size=2.6, leaf=plants.GREENS[0]))
    return Place(
        far, tuple(pieces), planes=(floor(surfaces.SAND), sea(surfaces.WATER, shore=-9.0)),
        lamps=(lamp((7.0, 2.0, -5.6), (1.0, 0.72, 0.4), 9),),
        depth=8.0,
        open=0.95,
    )  # fmt: skip


def harbour(rng: Rng, lamps: float) -> Place:
    """Return a stone quay with boats, warehouses, a crane and a lighthouse."""
    stone, edge = surfaces.PAVING, surfaces.CONCRETE
    mole = [
        shapes.box((0, -0.6, -5.4), (80, 0.66, 0.35), edge, rounding=0.06),
        shapes.box((0, -1, 12), (80, 0.99, 17.1), stone),
        shapes.box((34, -0.6, -60), (30, 1.8, 3), surfaces.ROCK),
        shapes.box((-60, -0.6, -90), (40, 2.0, 30), surfaces.ROCK),
    ]
    groups = [group(mole)]
    for x, high, tone in ((-62, 7, 0), (-50, 9, 1), (-38, 6.5, 3), (-72, 10, 2), (-84, 8, 0)):
        groups += buildings.cottage(
            x, -74 + spread(rng, -3, 3), half=(4.5, high / 2, 4),
            walls=surfaces.plaster(buildings.BRICKS[tone]), top=surfaces.roof((150, 74, 56)),
            lamps=lamps,
        )  # fmt: skip
    groups += lighthouse(30, -60, height=13, lamps=lamps)
    pieces: list[Piece] = [
        boat(rng, -3.6, -8.2, yaw=1.45, length=6.4, deck=True, y=-0.55),
        boat(rng, 4.6, -8.8, yaw=1.65, length=7.4, deck=True, y=-0.55),
        boat(rng, 12.5, -9.4, yaw=1.5, length=6.6, deck=True, y=-0.55),
        boat(rng, -12, -9.0, yaw=1.6, length=7, deck=True, y=-0.55),
        sail_boat(-16, -36, height=10, tone=(238, 232, 220)),
        sail_boat(9, -52, height=10, tone=(60, 96, 140)),
        buildings.crates(rng, -4.6, -3.6, size=0.75),
        buildings.crates(rng, 5.6, -3.7, size=0.6),
        _barrels(4.3, -4.0),
        _barrels(-7.2, -3.9),
        _bollard(-1.9, -4.6),
        _bollard(2.1, -4.6),
        _bollard(7.6, -4.6),
        _bollard(-9.0, -4.6),
        _net(-6.0, -3.4),
        buildings.street_lamp(-8.4, -4.5, glow=lamps),
        buildings.street_lamp(3.3, -4.7, glow=lamps, height=3.2),
        buildings.crates(rng, 3.9, 2.9, size=0.6, count=2),
        _barrels(-3.9, 2.8),
    ]  # fmt: skip
    warm = (1.0, 0.74, 0.42)
    return Place(
        tuple(groups), tuple(pieces),
        planes=(floor(_DEEP, height=-0.55),),
        lamps=(lamp((-8.4, 3.4, -4.3), warm, 16), lamp((3.3, 3.2, -4.5), warm, 14)),
        hills=0.05,
        depth=4.9,
    )  # fmt: skip


def boat(
    rng: Rng,
    x: float,
    z: float,
    *,
    yaw: float,
    length: float,
    deck: bool = False,
    y: float = 0.0,
) -> Piece:
    """Return a boat whose bow is at its local +z; with a `deck` it has a cabin and a mast."""
    tone = _HULLS[int(rng.integers(len(_HULLS)))]
    hull, pale = surfaces.paint(tone), surfaces.WHITE_PAINT
    timber = surfaces.wood((158, 112, 70))
    half, beam = length / 2, length * 0.17
    high = length * 0.13
    parts: list[Shape] = [
        shapes.ellipsoid((0, high, 0), (beam, high * 1.25, half), hull),
        shapes.cut(shapes.box((0, high * 2.4, 0), (beam * 2, high, half * 1.2), timber)),
        shapes.cut(
            shapes.ellipsoid((0, high * 1.45, 0), (beam * 0.86, high * 0.75, half * 0.9), timber)
        ),
        shapes.box((0, high * 1.05, -half * 0.25), (beam * 0.9, 0.03, 0.14), timber),
        shapes.box((0, high * 1.05, half * 0.3), (beam * 0.75, 0.03, 0.14), timber),
    ]
    rim = shapes.ellipsoid((0, high * 1.36, 0), (beam * 1.02, 0.06, half * 1.0), pale)
    parts.append(rim)
    parts.append(
        shapes.cut(shapes.ellipsoid((0, high * 1.36, 0), (beam * 0.88, 0.4, half * 0.9), timber))
    )
    groups = [group(parts)]
    if deck:
        glass = surfaces.GLASS
        cabin = [
            shapes.box((0, high * 1.2, 0), (beam * 0.8, 0.08, half * 0.8), timber),
            shapes.box(
                (0, high * 1.9, -half * 0.15),
                (beam * 0.55, high * 0.8, half * 0.24),
                pale,
                rounding=0.06,
            ),
            shapes.box(
                (0, high * 2.25, -half * 0.15),
                (beam * 0.57, high * 0.22, half * 0.2),
                glass,
                rounding=0.03,
            ),
            shapes.box(
                (0, high * 2.76, -half * 0.15),
                (beam * 0.66, 0.05, half * 0.29),
                hull,
                rounding=0.04,
            ),
            shapes.capsule(
                (0, high, half * 0.3), (0, high + length * 0.55, half * 0.26), (0.06, 0.03), timber
            ),
            shapes.capsule(
                (0, high + length * 0.5, half * 0.26),
                (0, high * 1.3, half * 0.95),
                (0.012, 0.012),
                surfaces.IRON,
            ),
            shapes.capsule(
                (0, high + length * 0.5, half * 0.26),
                (0, high * 2.7, -half * 0.3),
                (0.012, 0.012),
                surfaces.IRON,
            ),
            shapes.torus(
                (beam * 0.6, high * 1.9, -half * 0.1),
                0.2,
                0.06,
                surfaces.paint((224, 92, 50)),
                facing=shapes.turn(roll=1.57),
            ),
        ]
        groups.append(group(cabin))
    return put(groups, x, z, yaw=yaw, y=y)


def sail_boat(x: float, z: float, *, height: float, tone: Colour) -> Piece:
    """Return a boat under sail, far out."""
    cloth = Material(linear(tone), rough=0.9, soft=0.5)
    wide = height * 0.36
    parts = (
        shapes.ellipsoid((0, 0.1, 0), (height * 0.38, height * 0.09, height * 0.1), surfaces.WHITE_PAINT),
        shapes.capsule((0, 0, 0), (0, height, 0), (0.09, 0.05), surfaces.wood((150, 108, 70))),
        shapes.cone((wide * 0.42, height * 0.54, 0), (wide * 0.52, 0.02), height * 0.43, cloth),
        shapes.cut(shapes.box((0, height * 0.5, -wide), (wide * 3, height, wide - 0.05), cloth)),
        shapes.cut(shapes.box((0, height * 0.5, wide), (wide * 3, height, wide - 0.05), cloth)),
        shapes.cone((-wide * 0.4, height * 0.46, 0), (wide * 0.36, 0.02), height * 0.34, cloth),
        shapes.cut(shapes.box((-wide, height * 0.5, -wide), (wide, height, wide - 0.05), cloth)),
        shapes.cut(shapes.box((-wide, height * 0.5, wide), (wide, height, wide - 0.05), cloth)),
    )  # fmt: skip
    return put((group(parts),), x, z, yaw=0.2)


def lighthouse(x: float, z: float, *, height: float, lamps: float) -> Piece:
    """Return a striped lighthouse."""
    white, red = surfaces.WHITE_PAINT, surfaces.paint((190, 56, 44))
    lit = surfaces.shining((255, 232, 180), 1 + 10 * lamps)
    parts: list[Shape] = []
    for n in range(5):
        low, high = n / 5, (n + 1) / 5
        radii = (height * (0.13 - 0.05 * low), height * (0.13 - 0.05 * high))
        parts.append(
            shapes.cone((0, height * (low + 0.1), 0), radii, height * 0.1, (red, white)[n % 2])
        )
    parts += [
        shapes.cylinder((0, height * 1.01, 0), height * 0.11, 0.15, surfaces.IRON),
        shapes.cylinder((0, height * 1.07, 0), height * 0.055, height * 0.06, lit),
        shapes.cone((0, height * 1.17, 0), (height * 0.085, 0.05), height * 0.045, red),
    ]
    return put((group(parts),), x, z)


def _hut(x: float, z: float, *, lamps: float) -> Piece:
    return buildings.cottage(
        x, z, half=(1.7, 1.15, 1.5), walls=surfaces.planks((96, 158, 168), scale=4, mirror=0),
        top=surfaces.planks((206, 178, 120), scale=5, mirror=0), lamps=lamps, yaw=-0.35,
    )  # fmt: skip


def _shells(rng: Rng) -> Piece:
    tones: tuple[Colour, ...] = ((240, 214, 190), (230, 160, 132), (246, 238, 226))
    parts: list[Shape] = []
    for n in range(14):
        x = spread(rng, 2.5, 7.5) * (-1 if n % 2 else 1)
        at = (x, 0.01, spread(rng, -4.5, 3.0))
        size = spread(rng, 0.03, 0.07)
        tone = surfaces.paint(tones[n % 3])
        parts.append(shapes.ellipsoid(at, (size, size * 0.5, size * 0.8), tone))
    return (group(parts),)


def _bollard(x: float, z: float) -> Piece:
    parts = (
        shapes.cylinder((0, 0.22, 0), 0.14, 0.22, surfaces.IRON, rounding=0.02),
        shapes.cylinder((0, 0.46, 0), 0.2, 0.06, surfaces.IRON, rounding=0.05, blend=0.05),
        shapes.torus((0, 0.16, 0), 0.17, 0.035, surfaces.ROPE),
        shapes.torus((0.02, 0.24, 0), 0.17, 0.035, surfaces.ROPE),
    )
    return put((group(parts),), x, z)


def _barrels(x: float, z: float) -> Piece:
    timber = surfaces.wood((140, 98, 60), rough=0.7)
    parts: list[Shape] = []
    for dx, dz in ((0, 0), (0.72, 0.15)):
        parts.append(shapes.ellipsoid((dx, 0.46, dz), (0.33, 0.72, 0.33), timber))
        for y in (-0.72, 1.64):
            parts.append(shapes.cut(shapes.box((dx, y, dz), (0.36, 0.72, 0.36), timber)))
        for y in (0.2, 0.72):
            parts.append(shapes.torus((dx, y, dz), 0.305, 0.02, surfaces.IRON))
    return put((group(parts),), x, z)


def _net(x: float, z: float) -> Piece:
    net = Material(
        linear((86, 120, 110)), linear((40, 62, 58)), surfaces.SAND.pattern, scale=20, rough=0.95,
        relief=0.01,
    )  # fmt: skip
    parts: list[Shape] = [
        shapes.ellipsoid((0, 0.1, 0), (0.8, 0.3, 0.5), net),
        shapes.ellipsoid((0.5, 0.1, 0.2), (0.6, 0.2, 0.4), net, blend=0.2),
    ]
    for dx, dz in ((-0.4, 0.3), (0.2, 0.42), (0.7, 0.3)):
        parts.append(shapes.sphere((dx, 0.2, dz), 0.1, surfaces.paint((226, 120, 50))))
    return put((group(parts),), x, z)
