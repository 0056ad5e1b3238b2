"""Indoor places of every day: living room, kitchen, library, cafe."""

import math

from generator.base import Colour
from generator.film import shapes
from generator.film.materials import Material, Pattern, linear
from generator.film.places import furniture, rooms, surfaces
from generator.film.places.buildings import Opening
from generator.film.places.sets import Piece, Place, Rng, group, lamp, put, spread
from generator.film.scenes import Repeat
from generator.film.shapes import Shape

ROOM_BACK = -3.4  # The simulation's balls come back from here.
_WARM = (1.0, 0.74, 0.44)
_PAPERS: tuple[Colour, ...] = ((196, 180, 146), (140, 166, 156), (198, 154, 130), (160, 162, 186))
_SOFAS: tuple[Colour, ...] = ((64, 112, 116), (168, 92, 66), (172, 138, 76), (92, 90, 130))


def room(rng: Rng, lamps: float) -> Place:
    """Return a living room: sofa, shelves, plants, lamps, a window on a garden."""
    pick = int(rng.integers(4))
    inside = rooms.shell(
        half=4.7, back=ROOM_BACK, height=3.0, paper=surfaces.plaster(_PAPERS[pick]),
        ground=surfaces.planks((164, 116, 74)), windows=(Opening(0.75, 0.75, 0.95, 2.45),),
        side_windows=(Opening(-0.9, 0.7, 0.85, 2.5), Opening(1.3, 0.7, 0.85, 2.5)),
        dado=surfaces.paint((214, 206, 190), rough=0.6),
    )  # fmt: skip
    curtain = surfaces.cloth((222, 208, 182))
    drapes: list[Shape] = [
        shapes.capsule((-0.35, 2.62, -3.3), (1.85, 2.62, -3.3), (0.018, 0.018), surfaces.BRASS)
    ]
    for n in range(5):
        for x in (-0.3 + 0.08 * n, 1.48 + 0.08 * n):
            drapes.append(shapes.capsule((x, 0.5, -3.3), (x, 2.6, -3.3), (0.055, 0.04), curtain))
    pieces: list[Piece] = [
        furniture.sofa(-2.1, -2.75, tone=_SOFAS[pick]),
        furniture.bookcase(rng, 3.3, ROOM_BACK, width=1.7, height=2.1, tone=(126, 84, 52)),
        furniture.floor_lamp(-3.6, -2.9, glow=lamps),
        furniture.plant(rng, 4.2, -2.5, size=1.2),
        furniture.plant(rng, -4.2, -2.1, size=0.9),
        furniture.picture(-2.6, 1.85, ROOM_BACK, half=(0.42, 0.3), tones=((216, 190, 150), (76, 110, 96), (222, 120, 70))),
        furniture.picture(-1.6, 1.8, ROOM_BACK, half=(0.26, 0.34), tones=((150, 178, 190), (60, 84, 110), (240, 222, 170))),
        _sideboard(rng, 1.0, ROOM_BACK + 0.05, lamps=lamps),
        furniture.table(3.7, -1.4, half=(0.36, 0.36), height=0.5, tone=(150, 104, 64), round_=True),
        furniture.plant(rng, -4.1, 2.3, size=0.8),
        (group(drapes),),
    ]  # fmt: skip
    tones: tuple[Colour, ...] = ((150, 62, 54), (50, 84, 116), (58, 104, 88), (124, 74, 104))
    pieces.append(furniture.rug(0, -0.7, half=(2.1, 1.3), tone=tones[pick], edge=(206, 190, 158)))
    return Place(
        (*inside.groups, *rooms.garden(rng, ROOM_BACK, 4.7)), tuple(pieces), inside.walls, inside.planes,
        lamps=(lamp((-3.6, 1.5, -2.6), _WARM, 3.4, radius=0.3), lamp((1.6, 1.35, -2.9), _WARM, 1.6, radius=0.2),
               lamp((0.6, 2.8, 1.2), _WARM, 3.6, radius=0.5)),
        indoors=True,
        depth=3.3,
        half=4.5,
        open=1.25,
    )  # fmt: skip


def kitchen(rng: Rng, lamps: float) -> Place:
    """Return a kitchen: counters, stove, fridge, hanging pans, a window over the sink."""
    back = -3.4
    fronts: tuple[Colour, ...] = ((88, 126, 116), (218, 210, 190), (76, 104, 136), (196, 132, 84))
    tone = surfaces.paint(fronts[int(rng.integers(4))])
    inside = rooms.shell(
        half=4.2, back=back, height=2.9, paper=surfaces.plaster((226, 214, 190)),
        ground=surfaces.tiles((206, 196, 178), (120, 112, 102), scale=2.2, mirror=0.25),
        windows=(Opening(-0.6, 0.7, 1.2, 2.35),),
        side_windows=(Opening(-0.6, 0.65, 0.95, 2.4), Opening(1.6, 0.65, 0.95, 2.4)),
    )  # fmt: skip
    stone = Material(
        (0.55, 0.53, 0.5), (0.2, 0.19, 0.18), Pattern.MARBLE, scale=2, rough=0.2, mirror=0.4
    )
    run = furniture.counter(length=5.6, depth=0.62, height=0.9, front=tone, top=stone)
    splash = shapes.box(
        (0, 1.06, 0.012),
        (3.0, 0.16, 0.012),
        surfaces.tiles((236, 232, 220), (170, 164, 154), scale=7),
    )
    sink: list[Shape] = [
        shapes.capsule((-0.6, 0.92, 0.1), (-0.6, 1.2, 0.1), (0.022, 0.02), surfaces.STEEL),
        shapes.torus((-0.6, 1.2, 0.18), 0.08, 0.018, surfaces.STEEL, facing=shapes.turn(roll=math.pi / 2)),
        shapes.box((-0.6, 0.925, 0.32), (0.36, 0.012, 0.2), surfaces.STEEL, rounding=0.01),
    ]  # fmt: skip
    jars = furniture.bottles(rng, 9, 1.7)
    shelf = surfaces.wood((150, 106, 66))
    upper: list[Shape] = [
        shapes.box((1.9, 1.72, 0.14), (1.1, 0.02, 0.15), shelf, rounding=0.01),
        shapes.box((1.9, 2.14, 0.14), (1.1, 0.02, 0.15), shelf, rounding=0.01),
        *(_plate(1.05 + 0.28 * n, 2.3) for n in range(4)),
        *(_cup(2.2 + 0.2 * n, 2.16, tone=furniture.SPINES[n]) for n in range(4)),
    ]
    row = (
        *put((run, group((splash,)), group(sink)), -0.3, back),
        *put((group(jars),), 1.6, back + 0.14, y=1.74),
        *put((group(upper),), -0.3, back),
    )
    pieces: list[Piece] = [
        row,
        _stove(1.85, back + 0.02),
        _fridge(3.5, back + 0.42),
        _pans(-2.3, back + 0.35),
        furniture.table(3.3, -1.0, half=(0.5, 0.8), height=0.75, tone=(176, 130, 84)),
        furniture.chair(2.5, -1.0, yaw=1.5, tone=(160, 116, 74)),
        furniture.plant(rng, -3.8, -2.7, size=0.9),
        _fruit(3.3, -1.0),
        furniture.pendant(-1.4, -2.2, height=2.1, glow=lamps, tone=(70, 96, 92)),
        furniture.pendant(1.4, -2.2, height=2.1, glow=lamps, tone=(70, 96, 92)),
    ]
    return Place(
        (*inside.groups, *rooms.garden(rng, back, 4.2)), tuple(pieces), inside.walls, inside.planes,
        lamps=(lamp((-1.4, 2.0, -2.2), _WARM, 3.0, radius=0.15), lamp((1.4, 2.0, -2.2), _WARM, 3.0, radius=0.15),
               lamp((0.2, 2.7, 1.2), _WARM, 3.4, radius=0.5)),
        indoors=True,
        depth=2.7,
        half=4.0,
    )  # fmt: skip


def library(rng: Rng, lamps: float) -> Place:
    """Return a reading room: walls of books, a ladder, a desk with a green lamp."""
    back = -4.4
    inside = rooms.shell(
        half=5.4, back=back, height=4.2, paper=surfaces.plaster((120, 92, 74)),
        ground=surfaces.planks((122, 78, 48), scale=8, mirror=0.5),
        windows=(Opening(0, 0.75, 0.8, 3.6),),
        side_windows=(Opening(-1.2, 0.7, 0.8, 3.6), Opening(1.5, 0.7, 0.8, 3.6)), panes=(3, 4),
    )  # fmt: skip
    cases: list[Piece] = [
        furniture.bookcase(rng, x, back, width=1.45, height=3.2, tone=(98, 62, 40))
        for x in (-4.3, -2.6, 2.6, 4.3)
    ]
    cases += [
        furniture.bookcase(rng, 5.38, z, width=1.5, height=3.2, tone=(98, 62, 40), yaw=-math.pi / 2)
        for z in (-2.6, -0.8)
    ]
    timber = surfaces.wood((140, 94, 58))
    ladder: list[Shape] = []
    for side in (-0.24, 0.24):
        ladder.append(shapes.capsule((side, 0, 0.75), (side, 3.1, 0), (0.025, 0.025), timber))
    ladder += [
        shapes.capsule(
            (-0.24, y, 0.75 - 0.242 * y), (0.24, y, 0.75 - 0.242 * y), (0.018, 0.018), timber
        )
        for y in (0.4, 0.75, 1.1, 1.45, 1.8, 2.15, 2.5, 2.85)
    ]
    pieces = [
        *cases,
        put((group(ladder),), -2.4, back + 0.35),
        _desk(rng, 3.4, -2.4, lamps=lamps),
        _armchair(-3.6, -2.5, yaw=0.5),
        _globe(-4.7, -1.7),
        furniture.floor_lamp(-4.5, -2.9, glow=lamps),
        furniture.rug(0, -0.8, half=(2.5, 1.5), tone=(126, 46, 44), edge=(188, 156, 96)),
        furniture.plant(rng, 1.25, -4.0, size=1.1),
        _stack(rng, -1.3, -3.9),
        _stack(rng, 2.0, -3.6),
        _stack(rng, 3.2, 2.6),
    ]
    return Place(
        (*inside.groups, *rooms.garden(rng, back, 5.4)), tuple(pieces), inside.walls, inside.planes,
        lamps=(lamp((3.3, 1.15, -2.2), (0.9, 1.0, 0.55), 1.4), lamp((-4.4, 1.5, -2.6), _WARM, 3.6, radius=0.3),
               lamp((0, 3.6, 0.8), _WARM, 5.5, radius=0.5), lamp((0, 3.4, -3.2), _WARM, 2.4, radius=0.4)),
        indoors=True,
        depth=4.0,
        half=5.0,
        open=1.55,
    )  # fmt: skip


def cafe(rng: Rng, lamps: float) -> Place:
    """Return a cafe: a bar with bottles, a board, round tables, a window on the street."""
    back = -4.2
    inside = rooms.shell(
        half=5.0, back=back, height=3.3, paper=surfaces.brick((158, 96, 74)),
        ground=surfaces.tiles((70, 76, 80), (196, 188, 172), scale=2.6, mirror=0.4),
        windows=(Opening(2.9, 1.35, 0.75, 2.6),),
        side_windows=(Opening(-0.8, 0.9, 0.75, 2.6), Opening(1.8, 0.9, 0.75, 2.6)), panes=(3, 1),
        dado=surfaces.planks((74, 98, 88), scale=7, mirror=0),
    )  # fmt: skip
    timber = surfaces.wood((128, 82, 50))
    bar = furniture.counter(
        length=3.8, depth=0.6, height=1.08, front=surfaces.paint((58, 84, 78)), top=timber
    )
    shelves: list[Shape] = [
        shapes.box((0, y, 0.13), (1.7, 0.02, 0.14), timber, rounding=0.01) for y in (1.5, 1.95, 2.4)
    ]
    machine: list[Shape] = [
        shapes.box((0.9, 1.32, 0.3), (0.38, 0.2, 0.2), surfaces.STEEL, rounding=0.04),
        shapes.box((0.9, 1.14, 0.36), (0.36, 0.03, 0.2), surfaces.STEEL, rounding=0.01),
        *(shapes.cylinder((dx, 1.18, 0.48), 0.03, 0.06, surfaces.IRON) for dx in (0.74, 1.06)),
        *(_cup(0.62 + 0.14 * n, 1.53, tone=(238, 232, 220)) for n in range(5)),
    ]
    board: list[Shape] = [
        shapes.box((0, 0, 0.03), (0.62, 0.42, 0.02), timber, rounding=0.01),
        shapes.box((0, 0, 0.045), (0.57, 0.37, 0.012), surfaces.paint((44, 50, 48), rough=0.9)),
        *(
            shapes.box(
                (-0.12 + 0.05 * (n % 3), 0.24 - 0.11 * n, 0.06),
                (0.3 - 0.05 * (n % 2), 0.012, 0.002),
                surfaces.PAPER,
            )
            for n in range(5)
        ),
    ]
    pieces: list[Piece] = [
        (
            *put((bar, group(machine)), -2.0, back + 0.7),
            *put((group(shelves),), -2.0, back),
            *put((group(furniture.bottles(rng, 14, 3.2)),), -2.0, back + 0.13, y=1.52),
            *put((group(furniture.bottles(rng, 13, 3.2)),), -2.0, back + 0.13, y=1.97),
        ),
        put((group(board),), 0.75, back, y=1.95),
        furniture.table(3.4, -2.6, half=(0.38, 0.38), height=0.74, tone=(150, 102, 62), round_=True),
        furniture.chair(2.8, -2.5, yaw=1.4, tone=(120, 78, 48)),
        furniture.chair(4.05, -2.6, yaw=-1.5, tone=(120, 78, 48)),
        furniture.table(-3.9, -0.6, half=(0.36, 0.36), height=0.74, tone=(150, 102, 62), round_=True),
        furniture.chair(-3.95, -1.25, yaw=0.1, tone=(120, 78, 48)),
        furniture.table(4.1, 0.4, half=(0.36, 0.36), height=0.74, tone=(150, 102, 62), round_=True),
        furniture.chair(4.1, -0.3, yaw=0.1, tone=(120, 78, 48)),
        furniture.plant(rng, 1.35, -3.8, size=1.2),
        furniture.plant(rng, 4.6, -3.8, size=1.0),
        *(furniture.pendant(x, z, height=2.15, glow=lamps, tone=(196, 150, 70)) for x, z in ((-3.2, -2.9), (-0.8, -2.9), (3.4, -2.6))),
        _served(3.4, -2.6, y=0.765),
        _served(-3.9, -0.6, y=0.765),
    ]  # fmt: skip
    return Place(
        (*inside.groups, *rooms.town(rng, back, lamps=lamps)), tuple(pieces), inside.walls, inside.planes,
        lamps=(lamp((-3.2, 2.05, -2.9), _WARM, 2.6), lamp((-0.8, 2.05, -2.9), _WARM, 2.6),
               lamp((3.4, 2.05, -2.6), _WARM, 2.6), lamp((0.2, 3.0, 1.2), _WARM, 4.2, radius=0.5)),
        indoors=True,
        depth=2.8,
        half=4.8,
        open=1.6,
    )  # fmt: skip


def _sideboard(rng: Rng, x: float, z: float, *, lamps: float) -> Piece:
    timber = surfaces.wood((136, 92, 58))
    shade = surfaces.shining((255, 214, 150), 0.4 + 1.6 * lamps)
    parts: list[Shape] = [
        shapes.box((0, 0.5, 0.22), (0.85, 0.3, 0.22), timber, rounding=0.02),
        *(
            shapes.box((dx, 0.5, 0.44), (0.26, 0.26, 0.012), timber, rounding=0.01)
            for dx in (-0.56, 0, 0.56)
        ),
        *(shapes.sphere((dx, 0.62, 0.46), 0.018, surfaces.BRASS) for dx in (-0.56, 0, 0.56)),
        *(
            shapes.capsule((dx, 0, 0.22), (dx, 0.22, 0.22), (0.02, 0.03), timber)
            for dx in (-0.75, 0.75)
        ),
        shapes.ellipsoid((0.6, 0.9, 0.2), (0.09, 0.12, 0.09), surfaces.CLAY),
        shapes.hollow(shapes.cone((0.6, 1.13, 0.2), (0.17, 0.1), 0.12, shade), 0.01),
        shapes.ellipsoid((-0.5, 0.9, 0.2), (0.08, 0.11, 0.08), surfaces.paint((88, 128, 148))),
    ]
    for n in range(6):
        angle = n * 1.05
        head = (
            -0.5 + 0.13 * math.cos(angle),
            1.2 + spread(rng, 0, 0.1),
            0.2 + 0.1 * math.sin(angle),
        )
        parts.append(
            shapes.capsule((-0.5, 0.95, 0.2), head, (0.008, 0.006), surfaces.paint((80, 120, 60)))
        )
        parts.append(shapes.sphere(head, 0.045, surfaces.paint((232, 132, 120), rough=0.9)))
    return put((group(parts),), x, z)


def _plate(x: float, y: float) -> Shape:
    return shapes.cylinder(
        (x, y, 0.06), 0.12, 0.012, surfaces.paint((226, 224, 214)), rounding=0.01,
        facing=shapes.turn(pitch=1.4),
    )  # fmt: skip


def _cup(x: float, y: float, *, tone: Colour) -> Shape:
    return shapes.cone(
        (x, y + 0.045, 0.14), (0.03, 0.042), 0.045, surfaces.paint(tone), rounding=0.012
    )


def _stove(x: float, z: float) -> Piece:
    parts: list[Shape] = [
        shapes.box((0, 0.46, 0.33), (0.31, 0.46, 0.33), surfaces.STEEL, rounding=0.015),
        shapes.box((0, 0.42, 0.665), (0.25, 0.22, 0.01), surfaces.GLASS),
        shapes.capsule((-0.22, 0.7, 0.7), (0.22, 0.7, 0.7), (0.014, 0.014), surfaces.IRON),
        *(shapes.cylinder((dx, 0.93, dz), 0.1, 0.015, surfaces.IRON) for dx in (-0.15, 0.15) for dz in (0.18, 0.46)),
        *(shapes.cylinder((dx, 0.82, 0.67), 0.024, 0.02, surfaces.IRON, facing=shapes.turn(pitch=1.57)) for dx in (-0.2, -0.07, 0.07, 0.2)),
        shapes.cylinder((-0.15, 1.03, 0.46), 0.11, 0.09, surfaces.paint((190, 62, 46)), rounding=0.02),
        shapes.cylinder((-0.15, 1.13, 0.46), 0.115, 0.014, surfaces.paint((190, 62, 46)), rounding=0.01),
        shapes.sphere((-0.15, 1.16, 0.46), 0.022, surfaces.IRON),
        shapes.ellipsoid((0.15, 1.03, 0.18), (0.1, 0.09, 0.1), surfaces.STEEL),
        shapes.torus((0.15, 1.08, 0.18), 0.1, 0.012, surfaces.IRON, arc=1.5, facing=shapes.turn(pitch=1.57)),
    ]  # fmt: skip
    return put((group(parts),), x, z)


def _fridge(x: float, z: float) -> Piece:
    pale = surfaces.paint((232, 226, 206), rough=0.25, mirror=0.3)
    parts = (
        shapes.box((0, 0.95, 0), (0.38, 0.92, 0.36), pale, rounding=0.1),
        shapes.box((0, 1.28, 0.02), (0.372, 0.006, 0.36), surfaces.IRON),
        shapes.capsule((-0.28, 1.36, 0.39), (-0.28, 1.6, 0.39), (0.016, 0.016), surfaces.STEEL),
        shapes.capsule((-0.28, 0.9, 0.39), (-0.28, 1.2, 0.39), (0.016, 0.016), surfaces.STEEL),
        shapes.box((0.12, 1.5, 0.365), (0.06, 0.08, 0.006), surfaces.PAPER),
        shapes.sphere((0.12, 1.58, 0.37), 0.014, surfaces.paint((206, 62, 50))),
    )
    return put((group(parts),), x, z)


def _pans(x: float, z: float) -> Piece:
    parts: list[Shape] = [
        shapes.capsule((-0.7, 2.2, 0), (0.7, 2.2, 0), (0.014, 0.014), surfaces.BRASS)
    ]
    for n, dx in enumerate((-0.5, -0.1, 0.34)):
        size = 0.11 + 0.025 * n
        metal = surfaces.BRASS if n % 2 == 0 else surfaces.IRON
        parts.append(shapes.capsule((dx, 2.2, 0), (dx, 1.98, 0), (0.01, 0.016), metal))
        parts.append(
            shapes.cylinder(
                (dx, 1.98 - size, 0),
                size,
                0.03,
                metal,
                rounding=0.02,
                facing=shapes.turn(pitch=1.57),
            )
        )
    return put((group(parts),), x, z)


def _fruit(x: float, z: float) -> Piece:
    parts: list[Shape] = [
        shapes.hollow(shapes.ellipsoid((0, 0.86, 0), (0.2, 0.11, 0.2), surfaces.CLAY), 0.015),
        shapes.cut(shapes.box((0, 1.0, 0), (0.3, 0.12, 0.3), surfaces.CLAY)),
    ]
    for n, tone in enumerate(((214, 60, 46), (240, 170, 50), (150, 180, 60), (226, 120, 40))):
        angle = n * 1.57
        parts.append(
            shapes.sphere(
                (0.08 * math.cos(angle), 0.9, 0.08 * math.sin(angle)), 0.055, surfaces.paint(tone)
            )
        )
    return put((group(parts),), x, z)


def _desk(rng: Rng, x: float, z: float, *, lamps: float) -> Piece:
    green = surfaces.shining((90, 190, 110), 0.25 + 0.9 * lamps)
    lamp_parts = (
        shapes.cylinder((-0.3, 0.81, 0), 0.09, 0.015, surfaces.BRASS),
        shapes.capsule((-0.3, 0.8, 0), (-0.3, 1.12, 0), (0.012, 0.012), surfaces.BRASS),
        shapes.capsule((-0.44, 1.15, 0.03), (-0.16, 1.15, 0.03), (0.055, 0.055), green),
    )
    sheets = [
        shapes.box(
            (0.2, 0.785 + 0.004 * n, 0.1),
            (0.12, 0.002, 0.17),
            surfaces.PAPER,
            facing=shapes.turn(yaw=0.2 * n),
        )
        for n in range(3)
    ]
    return (
        *furniture.table(x, z, half=(0.85, 0.42), height=0.76, tone=(110, 70, 44)),
        *put((group(lamp_parts), group(sheets)), x, z),
        *put(furniture.chair(0, 0, yaw=math.pi, tone=(120, 78, 48)), x + 0.1, z + 0.6),
        *put(_stack(rng, 0, 0), x + 0.6, z - 0.1, y=0.79),
    )


def _armchair(x: float, z: float, *, yaw: float) -> Piece:
    hide = surfaces.paint((122, 60, 44), rough=0.5, mirror=0.1)
    parts = (
        shapes.box((0, 0.24, 0), (0.42, 0.16, 0.4), hide, rounding=0.08),
        shapes.box((0, 0.42, 0.04), (0.3, 0.09, 0.33), hide, rounding=0.07),
        shapes.box((0, 0.74, -0.33), (0.4, 0.46, 0.12), hide, rounding=0.11, blend=0.03),
        shapes.box((-0.4, 0.46, 0), (0.1, 0.22, 0.4), hide, rounding=0.09, blend=0.03),
        shapes.box((0.4, 0.46, 0), (0.1, 0.22, 0.4), hide, rounding=0.09, blend=0.03),
    )
    return put((group(parts),), x, z, yaw=yaw)


def _globe(x: float, z: float) -> Piece:
    sea = Material(
        linear((84, 132, 150)), linear((186, 158, 98)), Pattern.NOISE, scale=4, rough=0.3
    )
    timber = surfaces.wood((110, 72, 44))
    parts = (
        shapes.sphere((0, 0.86, 0), 0.24, sea),
        shapes.torus((0, 0.86, 0), 0.28, 0.014, surfaces.BRASS, facing=shapes.turn(pitch=1.2)),
        shapes.torus((0, 0.86, 0), 0.3, 0.025, timber),
        *(shapes.capsule((0.3 * math.cos(a), 0.84, 0.3 * math.sin(a)), (0.2 * math.cos(a), 0, 0.2 * math.sin(a)), (0.02, 0.018), timber) for a in (0.5, 2.6, 4.7)),
    )  # fmt: skip
    return put((group(parts),), x, z)


def _stack(rng: Rng, x: float, z: float) -> Piece:
    parts: list[Shape] = []
    y = 0.0
    for _ in range(5):
        thick = spread(rng, 0.018, 0.035)
        cover = surfaces.paint(furniture.SPINES[int(rng.integers(8))], rough=0.7, mirror=0)
        facing = shapes.turn(yaw=spread(rng, -0.4, 0.4))
        parts.append(
            shapes.box((0, y + thick, 0), (0.11, thick, 0.15), cover, rounding=0.006, facing=facing)
        )
        y += 2 * thick
    return put((group(parts),), x, z)


def _served(x: float, z: float, *, y: float) -> Piece:
    white = surfaces.paint((240, 236, 226), rough=0.2, mirror=0.2)
    coffee = surfaces.paint((70, 42, 28), rough=0.15)
    parts = (
        shapes.cylinder((0, 0.006, 0), 0.075, 0.006, white, rounding=0.005),
        shapes.cone((0, 0.05, 0), (0.028, 0.042), 0.035, white, rounding=0.01),
        shapes.cylinder((0, 0.083, 0), 0.034, 0.003, coffee),
        shapes.torus((0.045, 0.055, 0), 0.018, 0.006, white, facing=shapes.turn(pitch=1.57)),
        shapes.cylinder((-0.16, 0.06, 0.05), 0.03, 0.06, surfaces.GLASS, rounding=0.01),
        shapes.sphere((-0.16, 0.17, 0.05), 0.035, surfaces.paint((236, 130, 120), rough=0.9)),
    )
    return put((group(parts),), x, z, y=y)
