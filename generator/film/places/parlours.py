# ruff: noqa: E501 - a shape a line reads like a parts list.
"""Indoor places to read and to sit: library and cafe."""

import math

from generator.base import Colour
from generator.film import shapes
from generator.film.materials import Material, Pattern, linear
from generator.film.places import furniture, rooms, surfaces
from generator.film.places.buildings import Opening
from generator.film.places.sets import Piece, Place, Rng, group, lamp, put, spread
from generator.film.shapes import Shape

_WARM = (1.0, 0.74, 0.44)
_PAPERS: tuple[Colour, ...] = ((196, 180, 146), (140, 166, 156), (198, 154, 130), (160, 162, 186))
_SOFAS: tuple[Colour, ...] = ((64, 112, 116), (168, 92, 66), (172, 138, 76), (92, 90, 130))


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
    ladder: list[Shape] = [
        shapes.capsule((side, 0, 0.75), (side, 3.1, 0), (0.025, 0.025), timber)
        for side in (-0.24, 0.24)
    ]
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
        *(furniture.cup(0.62 + 0.14 * n, 1.53, tone=(238, 232, 220)) for n in range(5)),
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
