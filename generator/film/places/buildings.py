"""House fronts, towers, walls with windows, fences and street furniture."""

import math
from dataclasses import dataclass

from generator.base import Colour, Point
from generator.film import shapes
from generator.film.materials import Material
from generator.film.places import surfaces
from generator.film.places.sets import Piece, Rng, group, put, spread
from generator.film.scenes import Group, Repeat
from generator.film.shapes import Shape

BRICKS: tuple[Colour, ...] = (
    (156, 92, 70), (188, 156, 120), (122, 132, 144), (176, 122, 88), (150, 146, 132), (140, 98, 104),
)  # fmt: skip
AWNINGS: tuple[Colour, ...] = (
    (178, 58, 46), (44, 108, 92), (214, 160, 62), (60, 84, 140), (150, 70, 100),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opening:
    """A window or a doorway in a wall: its middle along the wall, and from where to where."""

    middle: float
    half_width: float
    low: float
    high: float


def wall(
    length: float, height: float, material: Material, openings: tuple[Opening, ...] = ()
) -> Group:
    """Return a wall along local x, its face at local z = 0 and its body behind, with holes."""
    parts = [shapes.box((0, height / 2 - 0.2, -0.1), (length / 2, height / 2 + 0.2, 0.1), material)]
    for hole in openings:
        middle = (hole.low + hole.high) / 2
        half = (hole.half_width, (hole.high - hole.low) / 2, 0.4)
        parts.append(
            shapes.cut(shapes.box((hole.middle, middle, -0.1), half, surfaces.WHITE_PAINT))
        )
    return group(parts)


def sash(hole: Opening, paint: Material, *, across: int = 2, up: int = 2) -> Group:
    """Return the frame, bars and sill of a window in a wall of `wall`."""
    low, high, half = hole.low, hole.high, hole.half_width
    x, middle, tall = hole.middle, (low + high) / 2, (high - low) / 2
    parts: list[Shape] = [
        shapes.box((x - half, middle, -0.06), (0.045, tall + 0.04, 0.08), paint, rounding=0.01),
        shapes.box((x + half, middle, -0.06), (0.045, tall + 0.04, 0.08), paint, rounding=0.01),
        shapes.box((x, high, -0.06), (half + 0.09, 0.05, 0.09), paint, rounding=0.01),
        shapes.box((x, low, -0.02), (half + 0.12, 0.035, 0.16), paint, rounding=0.015),
    ]
    for n in range(1, across):
        at = x - half + 2 * half * n / across
        parts.append(shapes.box((at, middle, -0.1), (0.022, tall, 0.022), paint))
    for n in range(1, up):
        at = low + 2 * tall * n / up
        parts.append(shapes.box((x, at, -0.1), (half, 0.022, 0.022), paint))
    return group(parts)


def front(
    rng: Rng, x: float, z: float, *, width: float, height: float, lamps: float, shop: bool = True
) -> Piece:
    """Return a house front that faces +z: windows above, a shop under an awning below."""
    colour = BRICKS[int(rng.integers(len(BRICKS)))]
    half = width / 2 - 0.02
    face = surfaces.windows(colour, lamps=lamps, scale=0.5)
    trim = surfaces.plaster((206, 198, 182))
    body: list[Shape] = [
        shapes.box((0, 3 + (height - 3) / 2, -2), (half, (height - 3) / 2, 2), face),
        shapes.box((0, 1.5, -2.05), (half, 1.55, 2), surfaces.brick(colour)),
        shapes.box((0, height + 0.12, -1.9), (half + 0.1, 0.14, 2.1), trim, rounding=0.04),
        shapes.box((0, 3.05, -0.02), (half, 0.12, 0.1), trim, rounding=0.03),
    ]
    if not shop:
        return put((group(body),), x, z)
    cloth = AWNINGS[int(rng.integers(len(AWNINGS)))]
    stripes = surfaces.paint(cloth, rough=0.9, mirror=0)
    pale = surfaces.paint((232, 224, 206), rough=0.9, mirror=0)
    warm = surfaces.pane(lamps)
    body += [
        shapes.box((0, 1.35, -0.06), (half * 0.8, 1.0, 0.06), warm),
        shapes.box((0, 0.22, 0.0), (half * 0.86, 0.22, 0.1), surfaces.paint(cloth), rounding=0.02),
        *(
            shapes.box((at * half * 0.8, 1.35, 0.03), (0.05, 1.05, 0.05), surfaces.IRON)
            for at in (-1.0, -0.35, 0.35, 1.0)
        ),
        shapes.box((0, 2.4, 0.03), (half * 0.84, 0.06, 0.06), surfaces.IRON),
        shapes.box((0, 2.72, 0.06), (half * 0.8, 0.2, 0.05), surfaces.paint(cloth), rounding=0.02),
    ]
    # Strips of cloth in turn: an awning is stripes that slope.
    tilt = shapes.turn(pitch=0.5)
    count = 10
    wide = half * 0.88 / count
    awning = [
        shapes.box(
            ((2 * n + 1 - count) * wide, 2.38, 0.5), (wide, 0.025, 0.55),
            stripes if n % 2 else pale, facing=tilt,
        )
        for n in range(count)
    ]  # fmt: skip
    return put((group(body), group(awning)), x, z)


def tower(
    x: float, z: float, *, half: Point, colour: Colour, lamps: float, foot: float = 0.0
) -> Piece:
    """Return a high building with rows of windows, its foot at `foot` metres."""
    face = surfaces.windows(colour, lamps=lamps, scale=0.4)
    middle = foot + half[1]
    parts = (
        shapes.box((0, middle, 0), half, face),
        shapes.box((0, foot + 2 * half[1], 0), (half[0] * 0.6, 1.2, half[2] * 0.6), face),
        shapes.box(
            (0, foot + 2 * half[1], 0), (half[0] + 0.2, 0.3, half[2] + 0.2), surfaces.CONCRETE
        ),
    )
    return put((group(parts),), x, z)


def cottage(
    x: float, z: float, *, half: Point, walls: Material, top: Material, lamps: float, yaw: float = 0
) -> Piece:
    """Return a small house with a gable to the front, a door and two windows."""
    a, b, c = half
    lit = surfaces.pane(lamps, glow=0.6)
    frame = surfaces.WHITE_PAINT
    body = [
        shapes.box((0, b, 0), (a, b, c), walls),
        shapes.wedge((0, 2 * b + 0.42 * a, 0), (a, 0.42 * a, c), walls),
        shapes.box((-0.1 * a, 0.95, c), (0.42, 0.95, 0.05), surfaces.wood((112, 72, 46))),
        *(shapes.box((at, 1.35, c), (0.4, 0.45, 0.03), lit) for at in (-0.62 * a, 0.55 * a)),
        *(
            shapes.box((at, 1.35, c + 0.02), (0.025, 0.45, 0.03), frame)
            for at in (-0.62 * a, 0.55 * a)
        ),
        *(
            shapes.box((at, 0.86, c + 0.05), (0.5, 0.04, 0.09), frame)
            for at in (-0.62 * a, 0.55 * a)
        ),
        shapes.box(
            (a * 0.5, 2 * b + 0.75 * a, -c * 0.3), (0.24, 0.5, 0.24), surfaces.brick(BRICKS[0])
        ),
    ]
    slope = math.atan2(0.84 * a, a)
    long = math.hypot(a, 0.84 * a) / 2 + 0.25
    tilted = [
        shapes.box(
            (side * a * 0.54, 2 * b + 0.41 * a, 0), (long, 0.07, c + 0.35), top,
            facing=shapes.turn(roll=-side * slope), rounding=0.02,
        )
        for side in (-1, 1)
    ]  # fmt: skip
    return put((group(body), group(tilted)), x, z, yaw=yaw)


def fence(
    x: float, z: float, *, length: float, paint: Material, yaw: float = 0.0, height: float = 0.95
) -> Piece:
    """Return a wooden fence: posts, and two rails through them."""
    count = max(int(length / 1.6), 1)
    post = shapes.box((0, height / 2, 0), (0.06, height / 2, 0.06), paint, rounding=0.02)
    posts = Group(
        (post,),
        shapes.pose((-length / 2, 0, 0)),
        1,
        repeat=Repeat((length / count, 0, 0), (count + 1, 1, 1)),
    )
    rails = [
        shapes.box((0, height * share, 0.05), (length / 2, 0.055, 0.022), paint, rounding=0.015)
        for share in (0.42, 0.82)
    ]
    return put((posts, group(rails)), x, z, yaw=yaw)


def mesh_fence(x: float, z: float, *, length: float, height: float, yaw: float = 0.0) -> Piece:
    """Return a high wire fence: posts and a few taut wires."""
    count = max(int(length / 2.4), 1)
    post = shapes.capsule((0, 0, 0), (0, height, 0), (0.035, 0.035), surfaces.IRON)
    posts = Group(
        (post,),
        shapes.pose((-length / 2, 0, 0)),
        1,
        repeat=Repeat((length / count, 0, 0), (count + 1, 1, 1)),
    )
    wires = [
        shapes.box((0, at, 0), (length / 2, 0.008, 0.008), surfaces.IRON)
        for at in (height * n / 7 for n in range(1, 8))
    ]
    return put((posts, group(wires)), x, z, yaw=yaw)


def street_lamp(x: float, z: float, *, glow: float, height: float = 3.4) -> Piece:
    """Return a street lamp with a lantern; its light is a lamp of the place."""
    glass = surfaces.shining((255, 214, 150), 0.3 + 4 * glow)
    parts = [
        shapes.capsule((0, 0, 0), (0, height, 0), (0.06, 0.04), surfaces.IRON),
        shapes.cylinder((0, 0.12, 0), 0.14, 0.14, surfaces.IRON, rounding=0.04, blend=0.1),
        shapes.cone((0, height + 0.16, 0), (0.09, 0.17), 0.19, glass),
        shapes.cone((0, height + 0.43, 0), (0.24, 0.03), 0.09, surfaces.IRON, rounding=0.015),
        shapes.sphere((0, height + 0.53, 0), 0.04, surfaces.IRON),
        shapes.torus((0, height - 0.03, 0), 0.07, 0.025, surfaces.IRON),
    ]
    return put((group(parts),), x, z)


def bench(x: float, z: float, *, yaw: float = 0.0, tone: Colour = (132, 88, 54)) -> Piece:
    """Return a park bench that looks to +z."""
    slat = surfaces.wood(tone)
    parts: list[Shape] = [
        shapes.box((0, 0.44, 0.02 + 0.13 * n), (0.8, 0.02, 0.055), slat, rounding=0.012)
        for n in (-1, 0, 1)
    ]
    parts += [
        shapes.box((0, 0.62 + 0.15 * n, -0.2 - 0.03 * n), (0.8, 0.055, 0.018), slat, rounding=0.01)
        for n in (0, 1)
    ]
    for side in (-0.64, 0.64):
        parts.append(
            shapes.capsule((side, 0, 0.16), (side, 0.42, 0.14), (0.03, 0.03), surfaces.IRON)
        )
        parts.append(
            shapes.capsule((side, 0, -0.2), (side, 0.85, -0.25), (0.03, 0.03), surfaces.IRON)
        )
        parts.append(
            shapes.capsule((side, 0.41, -0.2), (side, 0.41, 0.16), (0.025, 0.025), surfaces.IRON)
        )
    return put((group(parts),), x, z, yaw=yaw)


def crates(rng: Rng, x: float, z: float, *, size: float = 0.6, count: int = 3) -> Piece:
    """Return a stack of wooden crates."""
    tone = surfaces.wood((172, 128, 78), rough=0.8)
    dark = surfaces.wood((134, 94, 56), rough=0.8)
    half, parts = size / 2, list[Shape]()
    spots = ((0, 0), (1.08, 0), (0.5, 1), (-1.05, 0))[:count]
    for across, row in spots:
        at = (across * size, half + row * size, spread(rng, -0.06, 0.06))
        facing = shapes.turn(yaw=spread(rng, -0.12, 0.12))
        parts.append(shapes.box(at, (half * 0.94, half * 0.94, half * 0.94), tone, facing=facing))
        for lift in (-0.86, 0.86):
            parts.append(
                shapes.box(
                    (at[0], at[1] + lift * half, at[2]), (half, half * 0.14, half), dark,
                    rounding=0.01, facing=facing,
                )
            )  # fmt: skip
    return put((group(parts),), x, z)
