"""Groups put together, put in place, followed in motion and measured."""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from generator.base import Point
from generator.film import measures, shapes
from generator.film.scenes import Group
from generator.film.shapes import Kind, Pose, Shape

Part: TypeAlias = Shape | tuple[Shape, ...]
Bounds: TypeAlias = tuple[Point, Point]  # Least and greatest corner.

_SAMPLES = 1500  # Points spread over a ball that is cut.


def whole(*parts: Part, shadow: bool = True, lights: float = 1.0) -> Group:
    """Return one group of shapes and tuples of shapes, in the order given."""
    flat: list[Shape] = []
    for part in parts:
        if isinstance(part, Shape):
            flat.append(part)
        else:
            flat.extend(part)
    return Group(tuple(flat), shadow=shadow, lights=lights)


def shining(group: Group, power: float) -> Group:
    """Return a group whose glow puts `power` on what faces it at one metre (see `Light.colour`).

    A flame lights more than its few square millimetres show; one that does not glow stays as it is.
    """
    own = sum(
        measures.area(shape) * shape.material.glow * max(shape.material.colour)
        for shape in group.shapes
        if not shape.cut
    )
    return replace(group, lights=power / own) if own > 0 else group


def put(groups: Iterable[Group], pose: Pose, *, number: int) -> tuple[Group, ...]:
    """Return groups that were built about the origin, put into a pose and given an id."""
    return tuple(
        replace(
            group,
            pose=shapes.placed(pose, group.pose),
            pose_before=None
            if group.pose_before is None
            else shapes.placed(pose, group.pose_before),
            id=number,
        )
        for group in groups
    )


def followed(now: tuple[Group, ...], before: tuple[Group, ...]) -> tuple[Group, ...]:
    """Return `now` with what it was one frame earlier, for motion blur.

    Both come from one builder at two times, so that they have the same shapes in the same order.
    """
    return tuple(_followed(new, old) for new, old in zip(now, before, strict=True))


def _followed(new: Group, old: Group) -> Group:
    return replace(
        new,
        pose_before=None if old.pose == new.pose else old.pose,
        shapes_before=None if old.shapes == new.shapes else old.shapes,
    )


def bounds(groups: Iterable[Group]) -> Bounds:
    """Return the box around all shapes of some groups in the world; blends are left out.

    A ball that is cut in its group is measured by points spread over it, to about 2 %; any other
    shape counts whole, so that the box may be too large where much is cut away, but never small.
    """
    low, high = [math.inf] * 3, [-math.inf] * 3
    for group in groups:
        for index, shape in enumerate(group.shapes):
            if shape.cut:
                continue
            cuts = [other for other in group.shapes[index + 1 :] if other.cut]
            if cuts and shape.kind in (Kind.SPHERE, Kind.ELLIPSOID):
                corners = _remains(group.pose, shape, cuts)
            else:
                corners = _bounds(group.pose, shape)
            if corners is not None:
                low = [min(a, b) for a, b in zip(low, corners[0], strict=True)]
                high = [max(a, b) for a, b in zip(high, corners[1], strict=True)]
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def _remains(pose: Pose, ball: Shape, cuts: list[Shape]) -> Bounds | None:
    """Return the box around what cuts leave of a ball's surface, or None if nothing is left."""
    steps = np.arange(_SAMPLES) + 0.5
    up = 1 - 2 * steps / _SAMPLES
    angle = steps * math.pi * (3 - math.sqrt(5))
    flat = np.sqrt(1 - up * up)
    radii = np.array(ball.sizes if ball.kind is Kind.ELLIPSOID else ball.sizes * 3)
    local = np.stack([flat * np.cos(angle), up, flat * np.sin(angle)], axis=1) * (
        radii + ball.hollow / 2
    )
    points = local @ np.array(ball.pose.turn).T + np.array(ball.pose.at)
    kept = np.ones(_SAMPLES, bool)
    for cut in cuts:
        inside = np.abs((points - np.array(cut.pose.at)) @ np.array(cut.pose.turn))
        match cut.kind:
            case Kind.BOX:
                kept &= ~np.all(inside < np.array(cut.sizes[:3]), axis=1)
            case Kind.SPHERE | Kind.ELLIPSOID:
                whole_radii = np.array(cut.sizes if len(cut.sizes) == 3 else cut.sizes * 3)
                kept &= np.sum((inside / whole_radii) ** 2, axis=1) > 1
            case _:
                pass
    if not kept.any():
        return None
    seen = points[kept] @ np.array(pose.turn).T * pose.scale + np.array(pose.at)
    least, most = seen.min(axis=0), seen.max(axis=0)
    return (
        (float(least[0]), float(least[1]), float(least[2])),
        (float(most[0]), float(most[1]), float(most[2])),
    )


def _bounds(pose: Pose, shape: Shape) -> Bounds:
    whole_pose = shapes.placed(pose, shape.pose)
    least: list[float] = []
    most: list[float] = []
    for axis in range(3):
        row = whole_pose.turn[axis]
        below, above = _reach(shape, row)
        wall = shape.hollow / 2
        least.append(whole_pose.at[axis] - pose.scale * (below + wall))
        most.append(whole_pose.at[axis] + pose.scale * (above + wall))
    return (least[0], least[1], least[2]), (most[0], most[1], most[2])


def _reach(shape: Shape, way: Point) -> tuple[float, float]:
    """Return how far a shape reaches against and along a direction of its own frame."""
    x, y, z = (abs(value) for value in way)
    across, sizes = math.hypot(x, z), shape.sizes
    match shape.kind:
        case Kind.SPHERE:
            reach = sizes[0]
        case Kind.ELLIPSOID:
            reach = math.sqrt((x * sizes[0]) ** 2 + (y * sizes[1]) ** 2 + (z * sizes[2]) ** 2)
        case Kind.BOX | Kind.WEDGE:
            reach = x * sizes[0] + y * sizes[1] + z * sizes[2]
        case Kind.CAPSULE:
            length, foot, head = sizes
            tip = way[1] * length
            return -min(-foot, tip - head), max(foot, tip + head)
        case Kind.CYLINDER:
            reach = across * sizes[0] + y * sizes[1]
        case Kind.CONE:
            up = way[1] * sizes[2]
            ends = (across * sizes[0] - up, across * sizes[1] + up)
            backs = (across * sizes[0] + up, across * sizes[1] - up)
            return max(backs), max(ends)
        case Kind.TORUS:
            return _arc_reach(shape, (-way[0], -way[1], -way[2])), _arc_reach(shape, way)
    return reach, reach


def _arc_reach(shape: Shape, way: Point) -> float:
    """Return how far a ring, or the arc left of it, reaches along a direction of its frame."""
    ring, tube, arc = shape.sizes
    angle = math.atan2(way[0], way[2])
    across = math.hypot(way[0], way[2])
    if abs(angle) > arc:
        across *= math.cos(abs(angle) - arc)
    return ring * across + tube
