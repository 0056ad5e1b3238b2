"""Shelves, seats, tables, lamps and pictures for indoors."""

import math

from generator.base import Colour, Point
from generator.film import shapes
from generator.film.materials import Material, Pattern, linear
from generator.film.places import surfaces
from generator.film.places.sets import Piece, Rng, group, put, spread
from generator.film.scenes import Group
from generator.film.shapes import Shape

SPINES: tuple[Colour, ...] = (
    (142, 48, 42), (44, 84, 92), (196, 152, 84), (62, 92, 60), (96, 66, 104), (212, 198, 168),
    (52, 56, 92), (168, 92, 52),
)  # fmt: skip


def bookcase(
    rng: Rng, x: float, z: float, *, width: float, height: float, tone: Colour, yaw: float = 0.0
) -> Piece:
    """Return shelves full of books that look to +z; its back is at z."""
    timber = surfaces.wood(tone, scale=3)
    half, rows = width / 2, max(int(height / 0.42), 2)
    pitch = (height - 0.14) / rows
    case: list[Shape] = [
        shapes.box((0, height / 2, 0.02), (half, height / 2, 0.02), timber),
        *(
            shapes.box((side * half, height / 2, 0.15), (0.025, height / 2, 0.15), timber)
            for side in (-1, 1)
        ),
        *(
            shapes.box((0, 0.08 + n * pitch, 0.15), (half, 0.02, 0.15), timber)
            for n in range(rows + 1)
        ),
        shapes.box((0, height + 0.02, 0.15), (half + 0.05, 0.04, 0.19), timber, rounding=0.015),
    ]
    groups: list[Group] = [group(case)]
    for n in range(rows):
        books: list[Shape] = []
        at, low = -half + 0.05, 0.1 + n * pitch
        while at < half - 0.1:
            if rng.random() < 0.1:
                at += spread(rng, 0.05, 0.14)
                continue
            # A few books of one height are one shape with spines painted on.
            count = int(rng.integers(1, 6))
            wide = min(count * spread(rng, 0.03, 0.045), (half - 0.04 - at) / 2)
            tall = pitch * spread(rng, 0.58, 0.86)
            place = (at + wide, low + tall / 2, 0.15 + spread(rng, 0, 0.03))
            books.append(_books(rng, place, (wide, tall / 2, 0.1), count))
            at += 2 * wide + 0.004
        groups.append(group(books))
    return put(groups, x, z, yaw=yaw)


def _books(rng: Rng, at: Point, half: Point, count: int) -> Shape:
    one, two = (linear(SPINES[int(n)]) for n in rng.choice(len(SPINES), 2, replace=False))
    spines = Material(
        one, one if count == 1 else two, Pattern.STRIPES, scale=count / (4 * half[0]),
        relief=0.004, rough=0.7,
    )  # fmt: skip
    # Stripes lie across local y: it is turned to run along the shelf.
    size = (half[1], half[0], half[2])
    return shapes.box(at, size, spines, rounding=0.006, facing=shapes.turn(roll=math.pi / 2))


def table(
    x: float,
    z: float,
    *,
    half: tuple[float, float],
    height: float,
    tone: Colour,
    round_: bool = False,
) -> Piece:
    """Return a table on four legs, or a round one on one."""
    timber = surfaces.wood(tone, scale=4)
    if round_:
        parts = [
            shapes.cylinder((0, height, 0), half[0], 0.025, timber, rounding=0.012),
            shapes.capsule((0, 0.05, 0), (0, height, 0), (0.04, 0.035), surfaces.IRON),
            shapes.cylinder((0, 0.03, 0), half[0] * 0.6, 0.03, surfaces.IRON, rounding=0.02),
        ]
        return put((group(parts),), x, z)
    parts = [shapes.box((0, height, 0), (half[0], 0.03, half[1]), timber, rounding=0.012)]
    for sx in (-1, 1):
        for sz in (-1, 1):
            foot = (sx * (half[0] - 0.08), 0.0, sz * (half[1] - 0.08))
            parts.append(shapes.rod(foot, (foot[0], height, foot[2]), 0.035, timber))
    return put((group(parts),), x, z)


def chair(x: float, z: float, *, yaw: float, tone: Colour) -> Piece:
    """Return a wooden chair that looks to +z before it is turned."""
    timber = surfaces.wood(tone, scale=6)
    parts: list[Shape] = [
        shapes.box((0, 0.45, 0), (0.21, 0.022, 0.2), timber, rounding=0.02),
        shapes.box((0, 0.86, -0.2), (0.19, 0.06, 0.015), timber, rounding=0.014),
        shapes.box((0, 0.68, -0.195), (0.19, 0.03, 0.012), timber, rounding=0.01),
    ]
    for side in (-0.18, 0.18):
        parts.append(shapes.capsule((side, 0.02, 0.17), (side, 0.44, 0.16), (0.018, 0.022), timber))
        parts.append(shapes.capsule((side, 0.02, -0.2), (side, 0.9, -0.2), (0.018, 0.02), timber))
    return put((group(parts),), x, z, yaw=yaw)


def sofa(x: float, z: float, *, tone: Colour, width: float = 2.1) -> Piece:
    """Return a sofa with cushions that looks to +z."""
    stuff = surfaces.cloth(tone)
    pale = surfaces.cloth((214, 190, 150))
    half = width / 2
    parts: list[Shape] = [
        shapes.box((0, 0.22, 0), (half, 0.16, 0.42), stuff, rounding=0.06),
        shapes.box((0, 0.55, -0.34), (half, 0.32, 0.12), stuff, rounding=0.1, blend=0.02),
        *(
            shapes.box((side * half, 0.4, 0), (0.12, 0.26, 0.43), stuff, rounding=0.1, blend=0.02)
            for side in (-1, 1)
        ),
        *(
            shapes.box(
                (side * half * 0.46, 0.43, 0.05), (half * 0.44, 0.1, 0.36), stuff, rounding=0.08
            )
            for side in (-1, 1)
        ),
        shapes.box(
            (-half * 0.62, 0.66, -0.08), (0.22, 0.2, 0.08), pale, rounding=0.08,
            facing=shapes.turn(pitch=-0.35, roll=0.2),
        ),
        *(
            shapes.capsule((sx, 0, sz), (sx, 0.12, sz), (0.025, 0.035), surfaces.wood((96, 62, 40)))
            for sx in (-half + 0.1, half - 0.1)
            for sz in (-0.32, 0.34)
        ),
    ]  # fmt: skip
    return put((group(parts),), x, z)


def floor_lamp(x: float, z: float, *, glow: float) -> Piece:
    """Return a lamp on a stand with a shade at 1.5 m; its light is a lamp of the place."""
    shade = surfaces.shining((255, 216, 158), 0.35 + 1.6 * glow)
    parts = (
        shapes.cylinder((0, 0.02, 0), 0.15, 0.02, surfaces.BRASS, rounding=0.01),
        shapes.capsule((0, 0, 0), (0, 1.5, 0), (0.014, 0.014), surfaces.BRASS),
        shapes.hollow(shapes.cone((0, 1.55, 0), (0.24, 0.15), 0.16, shade), 0.01),
    )
    return put((group(parts),), x, z)


def pendant(x: float, z: float, *, height: float, glow: float, tone: Colour) -> Piece:
    """Return a lamp that hangs from 3.4 m down to `height`; its light is a lamp of the place."""
    bulb = surfaces.shining((255, 214, 150), 0.5 + 5 * glow)
    parts = (
        shapes.capsule((0, height + 0.1, 0), (0, 3.4, 0), (0.008, 0.008), surfaces.IRON),
        shapes.cone((0, height + 0.06, 0), (0.2, 0.04), 0.1, surfaces.paint(tone), rounding=0.01),
        shapes.sphere((0, height - 0.05, 0), 0.06, bulb),
    )
    return put((group(parts),), x, z)


def plant(rng: Rng, x: float, z: float, *, size: float = 1.0) -> Piece:
    """Return a house plant of long leaves in a clay pot, `size` metres tall."""
    green = surfaces.paint((62, 112, 56), rough=0.45, mirror=0.1)
    pot = (
        shapes.cone((0, 0.16, 0), (0.13, 0.18), 0.16, surfaces.CLAY, rounding=0.02),
        shapes.torus((0, 0.31, 0), 0.17, 0.025, surfaces.CLAY, blend=0.02),
        shapes.cylinder((0, 0.29, 0), 0.15, 0.02, surfaces.EARTH),
    )
    leaves: list[Shape] = []
    for index in range(13):
        angle, reach = index * 2.4, size * spread(rng, 0.16, 0.34)
        tall = size * spread(rng, 0.55, 0.95)
        out = (math.cos(angle), math.sin(angle))
        root = (0.03 * out[0], 0.28, 0.03 * out[1])
        knee = (reach * out[0], tall, reach * out[1])
        tip = (reach * 1.9 * out[0], tall - 0.12 * size, reach * 1.9 * out[1])
        leaves.append(shapes.capsule(root, knee, (0.012, 0.045), green, blend=0.01))
        leaves.append(shapes.capsule(knee, tip, (0.045, 0.004), green, blend=0.02))
    return put((group(pot), group(leaves)), x, z)


def picture(
    x: float, y: float, z: float, *, half: tuple[float, float], tones: tuple[Colour, Colour, Colour]
) -> Piece:
    """Return a framed picture on a wall that looks to +z: a hill, a sun, a sky."""
    frame = surfaces.wood((92, 62, 40))
    ground, hill, sun = (surfaces.paint(tone, rough=0.8, mirror=0) for tone in tones)
    a, b = half
    parts = (
        shapes.box((0, 0, 0.02), (a + 0.05, b + 0.05, 0.025), frame, rounding=0.01),
        shapes.box((0, 0, 0.035), (a, b, 0.014), ground),
        shapes.cylinder(
            (a * 0.35, b * 0.25, 0.045), b * 0.3, 0.008, sun, facing=shapes.turn(pitch=math.pi / 2)
        ),
        shapes.ellipsoid((-a * 0.22, -b * 0.42, 0.02), (a * 0.7, b * 0.52, 0.04), hill),
    )
    return put((group(parts),), x, z, y=y)


def rug(x: float, z: float, *, half: tuple[float, float], tone: Colour, edge: Colour) -> Piece:
    """Return a rug with a border, thin enough to be walked on."""
    parts = (
        shapes.box((0, 0.004, 0), (half[0], 0.004, half[1]), surfaces.cloth(edge, scale=60)),
        shapes.box(
            (0, 0.005, 0), (half[0] - 0.16, 0.0045, half[1] - 0.16), surfaces.cloth(tone, scale=60)
        ),
    )
    return put((group(parts),), x, z)


def bottles(rng: Rng, count: int, length: float) -> tuple[Shape, ...]:
    """Return bottles and jars in a row along local x, `length` metres, standing at y = 0."""
    tones: tuple[Colour, ...] = (
        (56, 96, 62),
        (128, 76, 36),
        (190, 184, 168),
        (60, 84, 112),
        (148, 48, 40),
    )
    parts: list[Shape] = []
    for n in range(count):
        at = -length / 2 + length * (n + 0.5) / count
        tone = surfaces.paint(tones[int(rng.integers(len(tones)))], rough=0.12, mirror=0.5)
        tall, wide = spread(rng, 0.14, 0.2), spread(rng, 0.032, 0.045)
        parts.append(shapes.cylinder((at, tall / 2, 0), wide, tall / 2, tone, rounding=0.012))
        parts.append(
            shapes.capsule(
                (at, tall, 0), (at, tall + 0.08, 0), (wide * 0.5, 0.013), tone, blend=0.02
            )
        )
    return tuple(parts)


def counter(*, length: float, depth: float, height: float, front: Material, top: Material) -> Group:
    """Return a counter along local x with panels to +z, its back at local z = 0."""
    count = max(int(length / 0.62), 1)
    pitch = length / count
    parts = [
        shapes.box((0, height / 2, depth / 2), (length / 2, height / 2, depth / 2 - 0.03), front),
        shapes.box(
            (0, height, depth / 2), (length / 2 + 0.02, 0.022, depth / 2 + 0.02), top, rounding=0.01
        ),
    ]
    for n in range(count):
        at = -length / 2 + pitch * (n + 0.5)
        parts.append(
            shapes.box(
                (at, height / 2 + 0.02, depth - 0.02), (pitch / 2 - 0.015, height / 2 - 0.1, 0.018),
                front, rounding=0.012,
            )
        )  # fmt: skip
        parts.append(
            shapes.capsule(
                (at - 0.06, height - 0.16, depth + 0.02), (at + 0.06, height - 0.16, depth + 0.02),
                (0.01, 0.01), surfaces.BRASS,
            )
        )  # fmt: skip
    return group(parts)


def cup(x: float, y: float, *, tone: Colour) -> Shape:
    """Return a cup on a shelf at height y."""
    return shapes.cone(
        (x, y + 0.045, 0.14), (0.03, 0.042), 0.045, surfaces.paint(tone), rounding=0.012
    )
