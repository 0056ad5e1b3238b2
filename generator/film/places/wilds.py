"""Open country: desert and snowfield."""

from dataclasses import replace

from generator.base import Colour
from generator.film import shapes
from generator.film.materials import Material, linear
from generator.film.places import buildings, plants, surfaces
from generator.film.places.sets import Piece, Place, Rng, group, lamp, put, spread
from generator.film.scenes import Relief, Terrain
from generator.film.shapes import Shape

_RED_ROCK = Material(
    linear((186, 112, 76)), linear((130, 74, 54)), surfaces.ROCK.pattern, scale=0.5, relief=0.25,
    rough=0.95,
)  # fmt: skip


def desert(rng: Rng, lamps: float) -> Place:
    """Return dunes, red mesas, cacti and a dead tree."""
    far: list[Shape] = []
    mesa = replace(_RED_ROCK, scale=0.12, relief=0.3)
    for x, z, high, wide in (
        (-62, -130, 26, 24),
        (36, -170, 34, 32),
        (96, -140, 22, 22),
        (-130, -180, 30, 40),
    ):
        far.append(shapes.cone((x, high * 0.3, z), (wide * 1.35, wide * 0.8), high * 0.35, mesa))
        far.append(
            shapes.cylinder((x, high * 0.72, z), wide * 0.72, high * 0.3, mesa, rounding=2, blend=3)
        )
        far.append(
            shapes.cylinder(
                (x + wide * 1.3, high * 0.35, z + 8),
                wide * 0.2,
                high * 0.5,
                mesa,
                rounding=1.5,
                blend=3,
            )
        )
    groups = [group(far)]
    pieces: list[Piece] = [
        cactus(-4.3, -5.4, height=2.6),
        cactus(4.9, -4.9, height=2.0),
        cactus(9.0, -9.0, height=3.0),
        cactus(-9.4, -8.0, height=2.8),
        cactus(1.7, -11.5, height=2.6),
        plants.rock(rng, -5.8, -4.6, size=1.8, stone=replace(_RED_ROCK, relief=0.14, scale=1.2)),
        plants.rock(rng, 6.6, -5.8, size=2.6, stone=replace(_RED_ROCK, relief=0.16, scale=0.9)),
        plants.rock(rng, 3.6, -4.0, size=0.8, stone=replace(_RED_ROCK, relief=0.08, scale=2)),
        plants.rock(rng, -2.8, -8.6, size=1.2, stone=replace(_RED_ROCK, relief=0.1, scale=1.6)),
        _dead_tree(rng, -2.6, -6.4),
        _sign_post(3.2, -5.6, lamps=lamps),
        _skull(-3.4, -3.6),
        *(
            plants.tufts(rng, x, z, size=0.5, leaf=(176, 148, 84))
            for x, z in ((-3.9, -3.9), (4.2, -3.4), (5.4, -4.1), (-6.4, -3.6), (-3.6, 2.5), (3.5, 2.8), (1.0, -6.6), (-7.6, -5.4))
        ),
        *(
            plants.rock(rng, spread(rng, 3, 9) * (-1 if n % 2 else 1), spread(rng, -6, 3), size=0.25,
                        stone=replace(_RED_ROCK, relief=0.03, scale=5))
            for n in range(8)
        ),
    ]  # fmt: skip
    sand = replace(surfaces.SAND, colour=linear((226, 172, 112)), second=linear((198, 134, 82)))
    return Place(
        tuple(groups), tuple(pieces),
        terrain=Terrain(Relief.DUNES, sand, amplitude=5.0, length=24.0, level=7.0, id=1),
        lamps=(lamp((3.2, 1.9, -5.2), (1.0, 0.7, 0.36), 7),),
        hills=0.035, far=(0.26, 0.16, 0.12), haze=1.3,
        open=0.92,
    )  # fmt: skip


def snowfield(rng: Rng, lamps: float) -> Place:
    """Return drifts, laden firs, a cabin with a light on, white mountains."""
    groups = []
    stone = Material(
        linear((120, 126, 140)), linear((206, 212, 222)), surfaces.ROCK.pattern, scale=0.05,
        relief=0.3, rough=0.95,
    )  # fmt: skip
    snow = replace(surfaces.SNOW, scale=0.05)
    for x, z, high, wide in (
        (-100, -280, 80, 110),
        (60, -320, 100, 130),
        (210, -300, 76, 120),
        (-240, -320, 96, 140),
    ):
        groups += plants.mountain(x, z, height=high, width=wide, stone=stone, snow=snow)
    for n in range(16):
        x = -46 + 6 * n + spread(rng, -2, 2)
        groups += laden(plants.pine(rng, x, spread(rng, -40, -26), height=spread(rng, 7, 11)))
    timber = surfaces.planks((112, 74, 50), scale=5, mirror=0)
    pieces: list[Piece] = [
        laden(plants.pine(rng, -5.2, -5.4, height=4.6)),
        laden(plants.pine(rng, -7.8, -7.6, height=6.2)),
        laden(plants.pine(rng, 4.9, -8.8, height=5.6)),
        laden(plants.pine(rng, 10.6, -6.4, height=6.0)),
        laden(plants.pine(rng, -12.4, -6.0, height=5.4)),
        buildings.cottage(
            7.4, -8.4, half=(2.2, 1.3, 2.0), walls=timber, top=surfaces.SNOW, lamps=max(lamps, 0.3), yaw=-0.4
        ),
        buildings.fence(-2.6, -6.3, length=8, paint=surfaces.wood((122, 96, 72), rough=0.85), yaw=0.06),
        _wood_pile(3.6, -4.6),
        _sledge(-3.7, -4.0),
        *(
            _drift(rng, x, z)
            for x, z in ((-6.5, -4.4), (5.4, -5.2), (8.6, -4.8), (-3.9, 2.7), (3.9, 2.7), (-9, -3.6), (1.4, -7.6))
        ),
    ]  # fmt: skip
    return Place(
        tuple(groups), tuple(pieces),
        terrain=Terrain(Relief.DRIFTS, surfaces.SNOW, amplitude=2.2, length=14.0, level=6.0, id=1),
        lamps=(lamp((5.9, 1.5, -5.6), (1.0, 0.66, 0.32), 9),),
        hills=0.05, far=(0.3, 0.36, 0.46),
        open=0.85,
    )  # fmt: skip


def laden(fir: Piece) -> Piece:
    """Return a fir with snow on its skirts."""
    trunk, skirts = fir
    caps = tuple(
        replace(
            skirt,
            material=surfaces.SNOW,
            sizes=(skirt.sizes[0] * 0.93, skirt.sizes[1], skirt.sizes[2] * 0.92, skirt.sizes[3]),
            pose=replace(skirt.pose, at=(0.0, skirt.pose.at[1] + skirt.sizes[2] * 0.17, 0.0)),
        )
        for skirt in skirts.shapes
    )
    return (trunk, replace(skirts, shapes=skirts.shapes + caps))


def cactus(x: float, z: float, *, height: float) -> Piece:
    """Return a cactus with two arms."""
    green = Material(
        linear((86, 130, 78)),
        linear((52, 90, 54)),
        surfaces.ROPE.pattern,
        scale=1,
        rough=0.7,
        soft=0.3,
    )
    green = replace(green, pattern=surfaces.BARK.pattern, scale=7, relief=0.02)
    thick = 0.085 * height
    parts: list[Shape] = [shapes.capsule((0, -0.1, 0), (0, height, 0), (thick, thick * 0.9), green)]
    for side, low, rise in ((-1, 0.42, 0.34), (1, 0.55, 0.3)):
        elbow = (side * height * 0.21, height * low, 0.02)
        tip = (elbow[0], height * (low + rise), 0.02)
        parts.append(
            shapes.capsule(
                (0, height * low - 0.05, 0), elbow, (thick * 0.6, thick * 0.6), green, blend=0.06
            )
        )
        parts.append(shapes.capsule(elbow, tip, (thick * 0.62, thick * 0.55), green, blend=0.06))
    bloom = surfaces.paint((232, 92, 130))
    parts.append(shapes.ellipsoid((0, height + thick * 0.95, 0), (0.09, 0.06, 0.09), bloom))
    return put((group(parts),), x, z, yaw=0.3)


def _dead_tree(rng: Rng, x: float, z: float) -> Piece:
    pale = replace(surfaces.BARK, colour=linear((170, 150, 128)), second=linear((104, 88, 74)))
    parts: list[Shape] = [shapes.capsule((0, -0.1, 0), (0.2, 1.5, 0), (0.2, 0.13), pale)]
    for n in range(5):
        side = -1 if n % 2 else 1
        low = 0.9 + 0.16 * n
        knee = (0.15 + side * spread(rng, 0.4, 0.7), low + 0.55, spread(rng, -0.4, 0.4))
        tip = (knee[0] + side * spread(rng, 0.1, 0.4), knee[1] + spread(rng, 0.3, 0.7), knee[2])
        parts.append(shapes.capsule((0.14, low, 0), knee, (0.09, 0.05), pale, blend=0.06))
        parts.append(shapes.capsule(knee, tip, (0.05, 0.015), pale, blend=0.02))
    return put((group(parts),), x, z)


def _sign_post(x: float, z: float, *, lamps: float) -> Piece:
    timber = surfaces.wood((150, 112, 76), rough=0.85)
    lit = surfaces.shining((255, 200, 120), 0.2 + 3 * lamps)
    parts = (
        shapes.capsule((0, -0.1, 0), (0.05, 2.0, 0), (0.06, 0.05), timber),
        shapes.box((0.3, 1.6, 0.06), (0.5, 0.12, 0.02), timber, facing=shapes.turn(roll=0.08)),
        shapes.box((-0.2, 1.28, 0.06), (0.45, 0.11, 0.02), timber, facing=shapes.turn(roll=-0.1)),
        shapes.capsule((0.05, 1.95, 0), (0.05, 1.95, 0.35), (0.015, 0.015), surfaces.IRON),
        shapes.cylinder((0.05, 1.8, 0.35), 0.07, 0.1, lit, rounding=0.02),
        shapes.cone((0.05, 1.93, 0.35), (0.1, 0.03), 0.03, surfaces.IRON),
    )
    return put((group(parts),), x, z, yaw=0.15)


def _skull(x: float, z: float) -> Piece:
    bone = surfaces.paint((236, 224, 200), rough=0.85, mirror=0)
    parts = (
        shapes.ellipsoid((0, 0.13, -0.05), (0.13, 0.12, 0.15), bone),
        shapes.capsule((0, 0.1, 0.05), (0, 0.05, 0.27), (0.09, 0.05), bone, blend=0.05),
        shapes.capsule((0.1, 0.2, -0.08), (0.42, 0.26, -0.05), (0.04, 0.025), bone, blend=0.03),
        shapes.capsule((0.42, 0.26, -0.05), (0.5, 0.42, 0), (0.025, 0.008), bone, blend=0.02),
        shapes.capsule((-0.1, 0.2, -0.08), (-0.42, 0.26, -0.05), (0.04, 0.025), bone, blend=0.03),
        shapes.capsule((-0.42, 0.26, -0.05), (-0.5, 0.42, 0), (0.025, 0.008), bone, blend=0.02),
        *(shapes.cut(shapes.sphere((dx, 0.15, 0.08), 0.035, bone)) for dx in (-0.075, 0.075)),
    )
    return put((group(parts),), x, z, yaw=0.5)


def _wood_pile(x: float, z: float) -> Piece:
    end = surfaces.wood((200, 160, 112), scale=12)
    parts: list[Shape] = []
    for row in range(3):
        for n in range(6 - row):
            at = -0.62 + 0.25 * n + 0.125 * row
            y = 0.12 + 0.21 * row
            parts.append(shapes.rod((at, y, -0.4), (at, y, 0.4), 0.118, surfaces.BARK))
            parts.append(shapes.rod((at, y, 0.39), (at, y, 0.41), 0.1, end))
    parts.append(shapes.ellipsoid((0, 0.66, 0), (0.62, 0.1, 0.46), surfaces.SNOW))
    return put((group(parts),), x, z, yaw=-0.2)


def _sledge(x: float, z: float) -> Piece:
    timber, red = surfaces.wood((176, 124, 76)), surfaces.paint((190, 52, 44))
    parts: list[Shape] = []
    for side in (-0.22, 0.22):
        parts.append(shapes.capsule((side, 0.05, -0.55), (side, 0.05, 0.5), (0.025, 0.025), red))
        parts.append(
            shapes.capsule((side, 0.05, 0.5), (side, 0.28, 0.68), (0.025, 0.02), red, blend=0.02)
        )
        for at in (-0.4, 0.1):
            parts.append(shapes.capsule((side, 0.05, at), (side, 0.2, at), (0.018, 0.018), timber))
    parts += [
        shapes.box((dx, 0.22, -0.08), (0.045, 0.012, 0.52), timber, rounding=0.008)
        for dx in (-0.2, -0.1, 0, 0.1, 0.2)
    ]
    return put((group(parts),), x, z, yaw=0.7)


def _drift(rng: Rng, x: float, z: float) -> Piece:
    parts = (
        shapes.ellipsoid((0, 0, 0), (spread(rng, 0.9, 1.5), 0.28, 0.6), surfaces.SNOW),
        shapes.ellipsoid((0.6, 0, 0.2), (0.8, 0.2, 0.5), surfaces.SNOW, blend=0.2),
    )
    tone: Colour = (150, 132, 96)
    grass = plants.tufts(rng, 0.3, 0.1, size=0.55, leaf=tone, count=8)
    return put((group(parts), *grass), x, z)
