"""Parts that many things share: boards with the grain along them, wheels, legs, rings of parts."""

import math
from collections.abc import Iterator

from generator.base import Point
from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Material
from generator.film.scenes import Group
from generator.film.shapes import (
    Pose,
    Shape,
    Turn,
    box,
    capsule,
    cut,
    cylinder,
    ellipsoid,
    moved,
    pose,
    rod,
    sphere,
    torus,
    turn,
)

Y_TO_X: Turn = ((0.0, 1.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
Y_TO_Z: Turn = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0))


def board(at: Point, half: Point, material: Material, *, rounding: float = 0.008) -> Shape:
    """Return a box whose grain runs along its longest side."""
    x, y, z = half
    if x >= y and x >= z:
        return box(at, (y, x, z), material, rounding=rounding, facing=Y_TO_X)
    if z > y:
        return box(at, (x, z, y), material, rounding=rounding, facing=Y_TO_Z)
    return box(at, half, material, rounding=rounding)


def legs(
    x: float, z: float, top: float, radii: tuple[float, float], material: Material
) -> tuple[Shape, ...]:
    """Return four legs that splay a little, from `top` down to the floor.

    `x` and `z` are half the distances between them above; radii are those above and below.
    """
    return tuple(
        capsule(
            (a * x, top, b * z),
            (a * x * 1.06, radii[1], b * z * 1.06),
            radii,
            material,
        )
        for a in (-1, 1)
        for b in (-1, 1)
    )


def gore(solid: Shape, angle: float, share: float, *, gap: float = 0.0) -> tuple[Shape, ...]:
    """Return the slice of a solid about y from `angle`, `share` radians wide, as of an orange.

    `gap` metres are left out along each side. The share is at most pi, and a solid reaches
    at most 3 m from the axis.
    """
    x, y, z = solid.pose.at
    far = 4.0
    parts = [solid]
    for edge, side in ((angle, -1.0), (angle + share, 1.0)):
        # All beyond a plane through the axis: its normal lies across the edge.
        nx, nz = side * math.cos(edge), -side * math.sin(edge)
        at = (x + (far - gap) * nx, y, z + (far - gap) * nz)
        half = box(at, (far, far, far), solid.material, facing=turn(yaw=edge))
        parts.append(cut(half))
    return tuple(parts)


def around(count: int, *, start: float = 0.0) -> Iterator[tuple[float, float, float]]:
    """Yield angle, sine and cosine of directions evenly spread around y; 0 is +z."""
    for index in range(count):
        angle = start + 2 * math.pi * index / count
        yield angle, math.sin(angle), math.cos(angle)


def wheel(
    at: Point, radius: float, half_width: float, tyre: Material, hub: Material
) -> tuple[Shape, ...]:
    """Return a wheel of a car on an axle along x: tyre, rim and cap."""
    tube = min(half_width, radius * 0.32)
    return (
        cylinder(at, radius, half_width, tyre, rounding=tube * 0.6, facing=Y_TO_X),
        cylinder(
            at, radius * 0.62, half_width * 1.04, hub, rounding=half_width * 0.2, facing=Y_TO_X
        ),
        ellipsoid(at, (half_width * 1.25, radius * 0.2, radius * 0.2), hub),
    )


def wheels(
    axles: tuple[tuple[float, float], ...], radius: float, half: float, spin: float
) -> tuple[Group, ...]:
    """Return wheels at x and -x for each axle (x, z), turned by `spin` radians."""
    tyre, hub = finishes.rubber((0.02, 0.02, 0.022)), finishes.metal()
    made: list[Group] = []
    for x, z in axles:
        for side in (-1, 1):
            nuts = tuple(
                sphere(
                    (side * half * 1.05, radius * 0.38 * c, radius * 0.38 * s),
                    radius * 0.06,
                    finishes.enamel(finishes.IRON),
                )
                for _, s, c in around(5)
            )
            spun = moved((*wheel((0, 0, 0), radius, half, tyre, hub), *nuts), pose(pitch=spin))
            made.append(whole(moved(spun, pose((side * x, radius, z)))))
    return tuple(made)


def spoked(
    at: Point, radius: float, tube: float, tyre: Material, metal: Material, spokes: int, spin: float
) -> tuple[Shape, ...]:
    """Return a wheel of wires on an axle along x, turned by `spin` radians."""
    x, y, z = at
    parts = [
        torus(at, radius - tube, tube, tyre, facing=Y_TO_X),
        torus(at, radius - 2.3 * tube, tube * 0.55, metal, facing=Y_TO_X),
        rod((x - 0.035, y, z), (x + 0.035, y, z), tube * 1.3, metal, rounding=0.004),
    ]
    for _, sin, cos in around(spokes, start=spin):
        rim = radius - 2.3 * tube
        parts.append(capsule(at, (x, y + rim * cos, z + rim * sin), (0.0022, 0.0022), metal))
    return tuple(parts)


def spun(shapes: tuple[Shape, ...], about: Point, *, roll: float) -> tuple[Shape, ...]:
    """Return shapes turned by `roll` radians about an axis along z through a point."""
    facing = turn(roll=roll)
    x, y, z = about
    back = (
        x - (facing[0][0] * x + facing[0][1] * y),
        y - (facing[1][0] * x + facing[1][1] * y),
        0.0 * z,
    )
    return moved(shapes, Pose(back, facing))


def leaf(foot: Point, tip: Point, width: float, material: Material, *, blend: float = 0.0) -> Shape:
    """Return a flat leaf from its foot to its tip, its face towards +z as far as may be."""
    way = (tip[0] - foot[0], tip[1] - foot[1], tip[2] - foot[2])
    length = math.sqrt(sum(value * value for value in way))
    y = (way[0] / length, way[1] / length, way[2] / length)
    side = _unit((y[1], -y[0], 0.0) if abs(y[2]) < 0.95 else (1.0, 0.0, 0.0))
    z = (
        side[1] * y[2] - side[2] * y[1],
        side[2] * y[0] - side[0] * y[2],
        side[0] * y[1] - side[1] * y[0],
    )
    facing = ((side[0], y[0], z[0]), (side[1], y[1], z[1]), (side[2], y[2], z[2]))
    middle = ((foot[0] + tip[0]) / 2, (foot[1] + tip[1]) / 2, (foot[2] + tip[2]) / 2)
    thick = max(width * 0.2, length / 2 / 6)
    return ellipsoid(
        middle, (width, length / 2, min(thick, width)), material, facing=facing, blend=blend
    )


def chance(seed: int, index: int) -> float:
    """Return a number 0..1 that is the same each time (a golden-ratio sequence)."""
    return math.fmod(0.5 + 0.6180339887 * (index + 1) + 0.7548776662 * seed, 1.0)


def _unit(a: Point) -> Point:
    length = math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2])
    return a[0] / length, a[1] / length, a[2] / length
