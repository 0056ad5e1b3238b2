"""Trees, bushes, flowers and stones."""

import math

from generator.base import Colour, Point
from generator.film import shapes
from generator.film.materials import Material
from generator.film.places import surfaces
from generator.film.places.sets import Piece, Rng, group, put, spread
from generator.film.shapes import Shape

GREENS: tuple[Colour, ...] = ((70, 112, 44), (88, 128, 48), (54, 98, 50), (104, 130, 52))
AUTUMN: tuple[Colour, ...] = ((192, 104, 36), (206, 142, 40), (170, 66, 34))
BLOSSOM: tuple[Colour, ...] = ((238, 176, 196), (246, 204, 214))
PINE: Colour = (38, 74, 50)


def tree(
    rng: Rng, x: float, z: float, *, height: float, leaf: Colour, bark: Material = surfaces.BARK
) -> Piece:
    """Return a broad-leaved tree, `height` metres tall."""
    lean = spread(rng, -0.05, 0.05) * height
    fork = (lean, height * 0.42, spread(rng, -0.1, 0.1))
    thick = 0.035 * height + 0.04
    wood: list[Shape] = [
        shapes.capsule((0, -0.1, 0), fork, (thick, thick * 0.7), bark),
        shapes.capsule((0, 0, 0), (0, 0.35, 0), (thick * 1.5, thick * 0.8), bark, blend=0.15),
    ]
    crown: list[Shape] = []
    foliage = surfaces.leaf(leaf, scale=5.5 if height < 6 else 3.6, relief=min(0.025 * height, 0.3))
    turn = spread(rng, 0, 6.3)
    for index in range(6):
        angle = turn + index * 1.047
        reach = height * spread(rng, 0.15, 0.24)
        at = (
            fork[0] + reach * math.cos(angle),
            height * spread(rng, 0.58, 0.72),
            fork[2] + reach * math.sin(angle),
        )
        radius = height * spread(rng, 0.16, 0.2)
        wood.append(shapes.capsule(fork, at, (thick * 0.55, thick * 0.25), bark, blend=0.06))
        crown.append(shapes.ellipsoid(at, (radius, radius * 0.82, radius), foliage, blend=0.1))
    top = (fork[0], height * 0.82, fork[2])
    crown.append(
        shapes.ellipsoid(top, (height * 0.19, height * 0.18, height * 0.19), foliage, blend=0.1)
    )
    return put((group(wood), group(crown)), x, z)


def pine(rng: Rng, x: float, z: float, *, height: float, leaf: Colour = PINE) -> Piece:
    """Return a fir of five skirts."""
    needles = surfaces.leaf(leaf, scale=8.0 if height < 6 else 4.0, relief=min(0.02 * height, 0.3))
    trunk = shapes.capsule(
        (0, -0.1, 0), (0, height * 0.8, 0), (0.03 * height, 0.01 * height), surfaces.BARK
    )
    skirts: list[Shape] = []
    for index in range(5):
        share = index / 5
        low, high = height * (0.14 + 0.72 * share), height * (0.14 + 0.72 * share + 0.3)
        wide = height * (0.26 - 0.2 * share) * spread(rng, 0.92, 1.06)
        middle = (low + min(high, height)) / 2
        half = (min(high, height) - low) / 2
        skirts.append(
            shapes.cone(
                (0, middle, 0), (wide, wide * 0.12), half, needles, rounding=0.05, blend=0.05
            )
        )
    return put((group((trunk,)), group(skirts)), x, z, yaw=spread(rng, 0, 6))


def palm(rng: Rng, x: float, z: float, *, height: float, lean: float) -> Piece:
    """Return a palm whose top is `lean` metres to the right of its foot."""
    points: list[Point] = [
        (lean * s * s, height * s, 0.15 * math.sin(3 * s)) for s in (0, 0.3, 0.6, 0.85, 1)
    ]
    trunk = [
        shapes.capsule(a, b, (0.17 - 0.015 * n, 0.15 - 0.015 * n), surfaces.BARK, blend=0.03)
        for n, (a, b) in enumerate(zip(points, points[1:], strict=False))
    ]
    top = points[-1]
    green = surfaces.leaf((76, 124, 48), scale=9, relief=0.03)
    fronds: list[Shape] = [shapes.sphere(top, 0.2, green)]
    for index in range(10):
        angle = index * 0.628 + spread(rng, -0.2, 0.2)
        lift, reach = spread(rng, 0.25, 0.6), spread(rng, 1.1, 1.5)
        out = (math.cos(angle), math.sin(angle))
        knee = (top[0] + out[0] * reach * 0.6, top[1] + lift, top[2] + out[1] * reach * 0.6)
        tip = (top[0] + out[0] * reach * 1.25, top[1] + lift - 0.75, top[2] + out[1] * reach * 1.25)
        fronds.append(shapes.capsule(top, knee, (0.06, 0.13), green, blend=0.05))
        fronds.append(shapes.capsule(knee, tip, (0.13, 0.02), green, blend=0.06))
    nut = surfaces.paint((92, 66, 42), mirror=0)
    nuts = [
        shapes.sphere((top[0] + dx, top[1] - 0.16, top[2] + dz), 0.11, nut)
        for dx, dz in ((0.12, 0.12), (-0.14, 0.05), (0.02, -0.15))
    ]
    return put((group(trunk), group(fronds + nuts)), x, z)


def bush(rng: Rng, x: float, z: float, *, size: float, leaf: Colour) -> Piece:
    """Return a bush about `size` metres across."""
    foliage = surfaces.leaf(leaf, scale=8, relief=0.07 * min(size, 1.6))
    parts: list[Shape] = []
    for index in range(5):
        angle = index * 1.3 + spread(rng, 0, 1)
        reach = size * spread(rng, 0.12, 0.3) if index else 0.0
        radius = size * spread(rng, 0.22, 0.32)
        at = (reach * math.cos(angle), radius * 0.75, reach * math.sin(angle))
        parts.append(
            shapes.ellipsoid(at, (radius * 1.1, radius, radius * 1.1), foliage, blend=0.08)
        )
    return put((group(parts),), x, z)


def hedge(x: float, z: float, *, half: Point, leaf: Colour, yaw: float = 0.0) -> Piece:
    """Return a clipped hedge."""
    foliage = surfaces.leaf(leaf, scale=9, relief=0.06)
    part = shapes.box((0, half[1], 0), half, foliage, rounding=0.15)
    return put((group((part,)),), x, z, yaw=yaw)


def flowers(
    rng: Rng, x: float, z: float, *, colour: Colour, count: int = 9, size: float = 1.0
) -> Piece:
    """Return a patch of flowers on stalks among leaves."""
    petal, heart = surfaces.paint(colour, rough=0.8, mirror=0), surfaces.paint((240, 196, 60))
    stalk = surfaces.paint((74, 116, 48), rough=0.8, mirror=0)
    parts: list[Shape] = []
    for _ in range(min(count, 15)):
        dx, dz = spread(rng, -0.5, 0.5) * size, spread(rng, -0.4, 0.4) * size
        tall = spread(rng, 0.2, 0.42) * size
        foot: Point = (dx, -0.02, dz)
        head: Point = (dx + spread(rng, -0.05, 0.05), tall, dz)
        parts.append(shapes.capsule(foot, head, (0.008, 0.006), stalk))
        parts.append(shapes.capsule(foot, (dx + 0.09, tall * 0.5, dz), (0.012, 0.02), stalk))
        parts.append(shapes.ellipsoid(head, (0.055 * size, 0.022, 0.055 * size), petal))
        parts.append(shapes.sphere((head[0], head[1] + 0.016, head[2]), 0.02 * size, heart))
    return put((group(parts),), x, z)


def tufts(rng: Rng, x: float, z: float, *, size: float, leaf: Colour, count: int = 14) -> Piece:
    """Return a tuft of long blades."""
    blade = surfaces.paint(leaf, rough=0.8, mirror=0)
    parts: list[Shape] = []
    for _ in range(count):
        angle, tall = spread(rng, 0, 6.3), size * spread(rng, 0.5, 1.0)
        dx, dz = 0.14 * size * math.cos(angle), 0.14 * size * math.sin(angle)
        bend = spread(rng, 0.8, 2.6)
        parts.append(
            shapes.capsule(
                (dx, -0.02, dz), (dx * (1 + bend), tall, dz * (1 + bend)), (0.016, 0.003), blade
            )
        )
    return put((group(parts),), x, z)


def rock(rng: Rng, x: float, z: float, *, size: float, stone: Material = surfaces.ROCK) -> Piece:
    """Return a boulder about `size` metres across, with a smaller one at its side."""
    a, b, c = (size * spread(rng, 0.34, 0.52) for _ in range(3))
    side = spread(rng, -1, 1)
    parts = (
        shapes.ellipsoid((0, b * 0.5, 0), (a, b * 0.8, c), stone),
        shapes.ellipsoid(
            (side * a * 0.8, b * 0.25, c * 0.5), (a * 0.5, b * 0.42, c * 0.5), stone, blend=0.1
        ),
    )
    return put((group(parts),), x, z, yaw=spread(rng, 0, 6))


def mountain(
    x: float, z: float, *, height: float, width: float, stone: Material, snow: Material | None
) -> Piece:
    """Return a far mountain, with a white top if there is snow."""
    parts = [
        shapes.cone((0, height / 2, 0), (width, width * 0.03), height / 2, stone),
        shapes.cone(
            (width * 0.45, height * 0.31, width * 0.1), (width * 0.6, width * 0.02),
            height * 0.33, stone, blend=height * 0.06,
        ),
    ]  # fmt: skip
    if snow is not None:
        parts.append(
            shapes.cone((0, height * 0.845, 0), (width * 0.325, width * 0.03), height * 0.165, snow)
        )
    return put((group(parts),), x, z)
