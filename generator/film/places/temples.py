"""What stands in a temple garden: gate, hall, lanterns, bridge, bamboo."""

import math

from generator.film import shapes
from generator.film.places import surfaces
from generator.film.places.sets import Piece, Rng, group, put, spread
from generator.film.shapes import Shape

_RED = surfaces.paint((204, 62, 40), rough=0.4, mirror=0.1)
_DARK = surfaces.wood((74, 54, 42))


def gate(x: float, z: float) -> Piece:
    """Return a red gate of two pillars under two beams."""
    parts: list[Shape] = []
    for side in (-1, 1):
        parts.append(shapes.capsule((side * 1.55, 0, 0), (side * 1.42, 3.3, 0), (0.17, 0.15), _RED))
        parts.append(shapes.cylinder((side * 1.55, 0.12, 0), 0.25, 0.14, _DARK, rounding=0.03))
        # The upper beam rises towards its ends.
        parts.append(
            shapes.box(
                (side * 1.15, 3.52, 0), (1.2, 0.1, 0.2), _RED, facing=shapes.turn(roll=side * 0.07)
            )
        )
        parts.append(
            shapes.box(
                (side * 1.2, 3.66, 0), (1.32, 0.07, 0.26), _DARK, rounding=0.03,
                facing=shapes.turn(roll=side * 0.07),
            )
        )  # fmt: skip
    parts.append(shapes.box((0, 2.72, 0), (1.85, 0.11, 0.1), _RED))
    parts.append(shapes.box((0, 3.1, 0), (0.18, 0.28, 0.06), _DARK))
    return put((group(parts),), x, z)


def hall(x: float, z: float, *, lamps: float) -> Piece:
    """Return a temple hall under a wide double roof, its paper doors lit from within."""
    tiles = surfaces.roof((78, 88, 98))
    paper = surfaces.shining((255, 222, 164), 0.35 + 1.5 * lamps)
    plinth = surfaces.CONCRETE
    body: list[Shape] = [
        shapes.box((0, 0.3, 0), (6.2, 0.3, 3.6), plinth, rounding=0.03),
        shapes.box((0, 0.68, 0), (5.9, 0.09, 3.3), surfaces.planks((126, 88, 58), mirror=0)),
        shapes.box((0, 2.1, -0.4), (4.6, 1.4, 2.3), surfaces.WHITE_PAINT),
        *(
            shapes.box((dx, 1.9, 1.92), (0.62, 1.1, 0.04), paper)
            for dx in (-2.8, -1.4, 0, 1.4, 2.8)
        ),
        *(
            shapes.box((dx, 1.9, 1.97), (0.025, 1.1, 0.03), _DARK)
            for dx in (-3.1, -2.5, -1.7, -1.1, -0.3, 0.3, 1.1, 1.7, 2.5, 3.1)
        ),
        *(shapes.box((0, y, 1.97), (3.5, 0.03, 0.03), _DARK) for y in (1.2, 1.9, 2.5, 3.05)),
    ]
    for dx in (-5.4, -3.5, -1.8, 0, 1.8, 3.5, 5.4):
        body.append(shapes.capsule((dx, 0.7, 2.9), (dx, 3.6, 2.9), (0.15, 0.14), _RED))
    body += [
        shapes.box((0, 3.55, 2.9), (5.8, 0.13, 0.13), _RED),
        *(
            shapes.box((0, 0.12 + 0.19 * n, 4.5 - 0.3 * n), (1.3, 0.1, 0.2), plinth)
            for n in range(3)
        ),
    ]
    top: list[Shape] = []
    # A ridge along x: the wedge's own lies along z. Eaves are lifted by a second, flatter roof.
    facing = shapes.turn(yaw=math.pi / 2)
    top.append(shapes.wedge((0, 4.9, 0), (2.9, 1.2, 5.6), tiles, facing=facing))
    top.append(shapes.wedge((0, 4.1, 0), (4.9, 0.62, 7.2), tiles, facing=facing, blend=0.3))
    top.append(shapes.box((0, 3.6, 0), (7.1, 0.06, 4.8), _DARK))
    top.append(shapes.capsule((-3.4, 5.95, 0), (3.4, 5.95, 0), (0.16, 0.16), _DARK))
    return put((group(body), group(top)), x, z, yaw=0.1)


def lantern(x: float, z: float, *, lamps: float) -> Piece:
    """Return a stone lantern, 1.7 m tall."""
    stone = surfaces.CONCRETE
    fire = surfaces.shining((255, 190, 104), 0.1 + 3 * lamps)
    parts = (
        shapes.cylinder((0, 0.08, 0), 0.3, 0.09, stone, rounding=0.03),
        shapes.cylinder((0, 0.5, 0), 0.11, 0.4, stone, rounding=0.02, blend=0.06),
        shapes.cylinder((0, 0.94, 0), 0.27, 0.07, stone, rounding=0.03, blend=0.05),
        shapes.box((0, 1.14, 0), (0.17, 0.15, 0.17), stone, rounding=0.02),
        shapes.box((0, 1.14, 0.16), (0.1, 0.09, 0.025), fire),
        shapes.box((0.16, 1.14, 0), (0.025, 0.09, 0.1), fire),
        shapes.box((-0.16, 1.14, 0), (0.025, 0.09, 0.1), fire),
        shapes.cone((0, 1.4, 0), (0.42, 0.08), 0.12, stone, rounding=0.03),
        shapes.sphere((0, 1.58, 0), 0.08, stone, blend=0.05),
    )
    return put((group(parts),), x, z)


def bridge(x: float, z: float) -> Piece:
    """Return an arched red bridge over a pond, along x."""
    parts: list[Shape] = []
    steps = 8
    for n in range(steps):
        a = -3.4 + 6.8 * n / steps
        b = -3.4 + 6.8 * (n + 1) / steps
        ya, yb = (0.85 * (1 - (v / 3.4) ** 2) for v in (a, b))
        for side in (-0.62, 0.62):
            parts.append(
                shapes.capsule((a, ya + 0.62, side), (b, yb + 0.62, side), (0.05, 0.05), _RED)
            )
            parts.append(
                shapes.capsule((a, ya + 0.02, side), (b, yb + 0.02, side), (0.07, 0.07), _RED)
            )
            if n % 2 == 0:
                parts.append(
                    shapes.capsule((a, ya, side), (a, ya + 0.74, side), (0.06, 0.06), _RED)
                )
        tilt = math.atan2(yb - ya, b - a)
        parts.append(
            shapes.box(
                ((a + b) / 2, (ya + yb) / 2 + 0.04, 0), (0.46, 0.03, 0.6), _DARK,
                facing=shapes.turn(roll=tilt),
            )
        )  # fmt: skip
    return put((group(parts),), x, z, yaw=-0.35)


def bamboo(rng: Rng, x: float, z: float) -> Piece:
    """Return a stand of bamboo."""
    cane, green = (
        surfaces.paint((122, 150, 66)),
        surfaces.leaf((98, 142, 58), scale=10, relief=0.05),
    )
    canes: list[Shape] = []
    leaves: list[Shape] = []
    for n in range(11):
        dx, dz, tall = spread(rng, -1.3, 1.3), spread(rng, -0.8, 0.8), spread(rng, 4.2, 6.2)
        lean = spread(rng, -0.4, 0.4)
        canes.append(shapes.capsule((dx, 0, dz), (dx + lean, tall, dz), (0.05, 0.035), cane))
        for share in (0.62, 0.85):
            at = (dx + lean * share + spread(rng, -0.3, 0.3), tall * share, dz)
            size = spread(rng, 0.35, 0.6)
            leaves.append(shapes.ellipsoid(at, (size, size * 0.5, size * 0.8), green, blend=0.1))
        del n
    return put((group(canes), group(leaves)), x, z)
