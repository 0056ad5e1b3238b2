"""The solids that groups are built of, where they are put, and how they are changed.

A hand is `capsule`s with a little `blend`; a bowl is a `hollow` ellipsoid with a box `cut` away;
ears are `mirrored`. Every function returns new shapes; none changes what it is given.
"""

import math
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TypeAlias

from generator.base import Point
from generator.film.materials import Material

Turn: TypeAlias = tuple[Point, Point, Point]  # Rows of a rotation: world = turn @ local.

UPRIGHT: Turn = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
SLIMMEST = 1e-4  # Metres: the least a capsule or rod is long.


@dataclass(frozen=True, slots=True)
class Pose:
    """Where something is, how it is turned and how large: world = at + scale * turn @ local."""

    at: Point = (0.0, 0.0, 0.0)
    turn: Turn = UPRIGHT
    scale: float = 1.0


class Kind(IntEnum):
    """The shapes that the kernel knows; the numbers are its own."""

    SPHERE = 0
    ELLIPSOID = 1
    BOX = 2
    CAPSULE = 3
    CYLINDER = 4
    CONE = 5
    TORUS = 6
    WEDGE = 7


@dataclass(frozen=True, slots=True)
class Shape:
    """One solid of a group; made by the functions below, not by hand.

    Attributes:
        kind: Which solid.
        sizes: Its measures in metres, at most six; what each is depends on the kind.
        pose: In the group; its scale must be 1 (sizes carry it).
        material: Its surface.
        blend: Metres over which it melts into the shapes before it in the group.
        cut: Takes its space away from the shapes before it instead of adding to them.
        hollow: Metres of wall if it is a shell, 0 if solid. The wall lies on both sides.
    """

    kind: Kind
    sizes: tuple[float, ...]
    pose: Pose
    material: Material
    blend: float = 0.0
    cut: bool = False
    hollow: float = 0.0


def pose(
    at: Point = (0.0, 0.0, 0.0),
    *,
    yaw: float = 0.0,
    pitch: float = 0.0,
    roll: float = 0.0,
    scale: float = 1.0,
) -> Pose:
    """Return a pose: rolled about z, then pitched about x, then yawed about y (radians).

    Positive yaw turns what faces the audience to its left, our right; pitch lifts +y towards +z.
    """
    return Pose(at, turn(yaw=yaw, pitch=pitch, roll=roll), scale)


def turn(*, yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Turn:
    """Return the rotation of `pose`."""
    cy, sy = math.cos(yaw), math.sin(yaw)
    cp, sp = math.cos(pitch), math.sin(pitch)
    cr, sr = math.cos(roll), math.sin(roll)
    return (
        (cy * cr + sy * sp * sr, sy * sp * cr - cy * sr, sy * cp),
        (cp * sr, cp * cr, -sp),
        (cy * sp * sr - sy * cr, sy * sr + cy * sp * cr, cy * cp),
    )


def along(direction: Point) -> Turn:
    """Return a rotation that takes +y to a direction of any length above 0."""
    length = math.sqrt(sum(value * value for value in direction))
    x, y, z = (value / length for value in direction)
    # The least aligned axis gives the best conditioned frame.
    side = _unit(_cross((x, y, z), (0.0, 0.0, 1.0) if abs(z) < 0.9 else (1.0, 0.0, 0.0)))
    depth = _cross(side, (x, y, z))
    return ((side[0], x, depth[0]), (side[1], y, depth[1]), (side[2], z, depth[2]))


def placed(outer: Pose, inner: Pose) -> Pose:
    """Return the pose of something that has the pose `inner` within `outer`."""
    if inner.turn is UPRIGHT:
        turned = outer.turn
    else:
        # Written out: this runs for every shape of every frame.
        (a, b, c), (d, e, f), (g, h, i) = inner.turn
        (j, k, m), (n, o, p), (q, r, s) = outer.turn
        turned = (
            (j * a + k * d + m * g, j * b + k * e + m * h, j * c + k * f + m * i),
            (n * a + o * d + p * g, n * b + o * e + p * h, n * c + o * f + p * i),
            (q * a + r * d + s * g, q * b + r * e + s * h, q * c + r * f + s * i),
        )
    return Pose(point(outer, inner.at), turned, outer.scale * inner.scale)


def point(outer: Pose, at: Point) -> Point:
    """Return a point of the frame of a pose in the frame around it."""
    (a, b, c), (d, e, f), (g, h, i) = outer.turn
    x, y, z = (value * outer.scale for value in at)
    u, v, w = outer.at
    return u + a * x + b * y + c * z, v + d * x + e * y + f * z, w + g * x + h * y + i * z


def sphere(at: Point, radius: float, material: Material, *, blend: float = 0.0) -> Shape:
    """Return a ball."""
    return Shape(Kind.SPHERE, (radius,), Pose(at), material, blend)


def ellipsoid(
    at: Point, radii: Point, material: Material, *, facing: Turn = UPRIGHT, blend: float = 0.0
) -> Shape:
    """Return a ball with three radii; keep the ratio of any two below about 6."""
    return Shape(Kind.ELLIPSOID, radii, Pose(at, facing), material, blend)


def box(
    at: Point,
    half: Point,
    material: Material,
    *,
    rounding: float = 0.0,
    facing: Turn = UPRIGHT,
    blend: float = 0.0,
) -> Shape:
    """Return a box with its half sides (outer measure) and the radius of its edges."""
    return Shape(Kind.BOX, (*half, rounding), Pose(at, facing), material, blend)


def capsule(
    a: Point, b: Point, radii: tuple[float, float], material: Material, *, blend: float = 0.0
) -> Shape:
    """Return the hull of two balls: one of `radii[0]` at `a`, one of `radii[1]` at `b`."""
    length, facing = _span(a, b)
    return Shape(Kind.CAPSULE, (length, *radii), Pose(a, facing), material, blend)


def rod(
    a: Point,
    b: Point,
    radius: float,
    material: Material,
    *,
    rounding: float = 0.0,
    blend: float = 0.0,
) -> Shape:
    """Return a cylinder with flat ends from `a` to `b`."""
    length, facing = _span(a, b)
    return cylinder(
        _middle(a, b),
        radius,
        length / 2,
        material,
        rounding=rounding,
        facing=facing,
        blend=blend,
    )


def cylinder(
    at: Point,
    radius: float,
    half_height: float,
    material: Material,
    *,
    rounding: float = 0.0,
    facing: Turn = UPRIGHT,
    blend: float = 0.0,
) -> Shape:
    """Return a cylinder about its local y; measures are outer ones, rounding included."""
    return Shape(Kind.CYLINDER, (radius, half_height, rounding), Pose(at, facing), material, blend)


def cone(
    at: Point,
    radii: tuple[float, float],
    half_height: float,
    material: Material,
    *,
    rounding: float = 0.0,
    facing: Turn = UPRIGHT,
    blend: float = 0.0,
) -> Shape:
    """Return a flat-ended cone about local y: `radii` at its foot and its top (0 is a point)."""
    return Shape(Kind.CONE, (*radii, half_height, rounding), Pose(at, facing), material, blend)


def torus(
    at: Point,
    ring: float,
    tube: float,
    material: Material,
    *,
    arc: float = math.pi,
    facing: Turn = UPRIGHT,
    blend: float = 0.0,
) -> Shape:
    """Return a ring about local y; an `arc` below pi leaves only so much on each side of +z."""
    return Shape(Kind.TORUS, (ring, tube, arc), Pose(at, facing), material, blend)


def wedge(
    at: Point,
    half: Point,
    material: Material,
    *,
    rounding: float = 0.0,
    facing: Turn = UPRIGHT,
    blend: float = 0.0,
) -> Shape:
    """Return a roof: a box whose top is drawn together to a ridge along local z."""
    return Shape(Kind.WEDGE, (*half, rounding), Pose(at, facing), material, blend)


def cut(shape: Shape, *, blend: float = 0.0) -> Shape:
    """Return a shape that takes away; `blend` rounds the edge, the cut shows its own material."""
    return replace(shape, cut=True, blend=blend)


def hollow(shape: Shape, wall: float) -> Shape:
    """Return a shell of a shape, `wall` metres thick; cut it open to look inside."""
    return replace(shape, hollow=wall)


def moved(shapes: tuple[Shape, ...], by: Pose) -> tuple[Shape, ...]:
    """Return shapes put into a pose: parts of a figure, wheels of a cart. Scale goes into sizes."""
    return tuple(_moved(shape, by) for shape in shapes)


def mirrored(shapes: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """Return shapes with their mirror images at x = 0 behind them: eyes, arms, wheels."""
    return shapes + tuple(_mirror(shape) for shape in shapes)


def painted(shapes: tuple[Shape, ...], material: Material) -> tuple[Shape, ...]:
    """Return shapes with another material."""
    return tuple(replace(shape, material=material) for shape in shapes)


def _moved(shape: Shape, by: Pose) -> Shape:
    whole = placed(by, shape.pose)
    sizes = list(shape.sizes)
    # The arc of a torus is an angle.
    count = 2 if shape.kind is Kind.TORUS else len(sizes)
    sizes[:count] = [value * by.scale for value in sizes[:count]]
    return replace(
        shape,
        sizes=tuple(sizes),
        pose=Pose(whole.at, whole.turn),
        blend=shape.blend * by.scale,
        hollow=shape.hollow * by.scale,
    )


def _mirror(shape: Shape) -> Shape:
    # Every kind is its own mirror image in its local x, so that S R S, a rotation, is the mirror.
    (a, b, c), (d, e, f), (g, h, i) = shape.pose.turn
    x, y, z = shape.pose.at
    return replace(shape, pose=Pose((-x, y, z), ((a, -b, -c), (-d, e, f), (-g, h, i))))


def _span(a: Point, b: Point) -> tuple[float, Turn]:
    way = (b[0] - a[0], b[1] - a[1], b[2] - a[2])
    length = math.sqrt(sum(value * value for value in way))
    if length < SLIMMEST:
        return SLIMMEST, UPRIGHT
    return length, along(way)


def _middle(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2


def _cross(a: Point, b: Point) -> Point:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _unit(a: Point) -> Point:
    length = math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2])
    return a[0] / length, a[1] / length, a[2] / length
