"""Drawing one solid on a canvas: its rays are cast only inside the rectangle it may cover.

Edges are smoothed by coverage: how far, in pixels, the ray passes inside the outline.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from generator.render import patterns
from generator.render.canvas import Canvas, Lit
from generator.render.noise import Plane, clamped
from generator.render.solids import Block, Limb, Paint, Pattern, Solid, Vector

_PIXELS_MIN = 0.4  # A thinner limb is lost in the grain.
NEAR = 0.12  # Metres; what comes closer than this to the lens is not drawn.

Window = tuple[slice, slice]
Planes = tuple[Plane, Plane, Plane]


@dataclass(frozen=True, slots=True)
class _Hit:
    """Where the rays of a window meet a solid: all planes of the window's shape."""

    rays: Planes
    normal: Planes  # In the camera's frame.
    up: Plane  # How far the surface looks up, -1..1.
    floor: Plane  # Metres above the floor.
    painted: Planes | None  # The surface's colour where it is patterned.
    cover: Plane  # Share of the pixel, 0..1.
    depth: Plane  # Metres along the ray.


def draw(canvas: Canvas, lit: Lit, solid: Solid) -> None:
    """Draw a solid over what is behind it and under what is before it."""
    if isinstance(solid, Limb):
        _limb(canvas, lit, solid)
    else:
        _block(canvas, lit, solid)


def distance(lit: Lit, solid: Solid) -> float:
    """Return how far a solid is from the lens along its axis, metres."""
    centre = (solid.a + solid.b) / 2 if isinstance(solid, Limb) else solid.centre
    return float(lit.seen(centre)[2])


def _window(canvas: Canvas, points: list[Vector], radii: list[float]) -> Window | None:
    """Return the rectangle that spheres may cover, or None if they are out of the picture."""
    grid = canvas.grid
    left, right, top, bottom = math.inf, -math.inf, math.inf, -math.inf
    seen = 0.0  # Pixels of the largest radius.
    for point, radius in zip(points, radii, strict=True):
        x, y, z = (float(value) for value in point)
        if z - radius < NEAR:
            return None
        # Perspective stretches a sphere away from the axis; a little more than enough is taken.
        stretch = 1 + (x * x + y * y) / (z * z)
        seen = max(seen, grid.focal * radius / z)
        reach = grid.focal * radius * stretch / math.sqrt(z * z - radius * radius) + 2
        across, down = grid.width / 2 + grid.focal * x / z, grid.height / 2 - grid.focal * y / z
        left, right = min(left, across - reach), max(right, across + reach)
        top, bottom = min(top, down - reach), max(bottom, down + reach)
    if radii[0] > 0 and seen < _PIXELS_MIN:
        return None
    x0, x1 = max(int(left), 0), min(int(right) + 1, grid.width)
    y0, y1 = max(int(top), 0), min(int(bottom) + 1, grid.height)
    if x0 >= x1 or y0 >= y1:
        return None
    return slice(y0, y1), slice(x0, x1)


def _limb(canvas: Canvas, lit: Lit, solid: Limb) -> None:
    a, b = lit.seen(solid.a), lit.seen(solid.b)
    window = _window(canvas, [a, b], [solid.radius_a, solid.radius_b])
    if window is None:
        return
    rays = canvas.grid.rays[0][window], canvas.grid.rays[1][window], canvas.grid.rays[2][window]
    axis = b - a
    length2 = float(axis @ axis)
    if length2 < 1e-10:
        centre: tuple[Plane | np.float32, ...] = tuple(np.float32(value) for value in a)
        radius: Plane | np.float32 = np.float32(solid.radius_a)
        height: Plane | np.float32 = np.float32(solid.a[1])
    else:
        share = _under_hit(rays, a, axis, (solid.radius_a, solid.radius_b))
        centre = tuple(share * np.float32(d) + np.float32(o) for o, d in zip(a, axis, strict=True))
        radius = share * np.float32(solid.radius_b - solid.radius_a) + np.float32(solid.radius_a)
        height = share * np.float32(solid.b[1] - solid.a[1]) + np.float32(solid.a[1])
    along = rays[0] * centre[0] + rays[1] * centre[1] + rays[2] * centre[2]
    off2 = centre[0] * centre[0] + centre[1] * centre[1] + centre[2] * centre[2] - along * along
    inside = radius * radius - off2
    # Half the gap of squares over the radius is the gap itself, near the edge.
    pixel = along / np.float32(canvas.grid.focal)
    cover = clamped(inside / (2 * radius * pixel) + np.float32(0.5))
    depth = along - np.sqrt(np.maximum(inside, 0))
    cover *= depth < canvas.depth[window]
    if not cover.any():
        return
    inverse = 1 / radius
    normal = (
        (rays[0] * depth - centre[0]) * inverse,
        (rays[1] * depth - centre[1]) * inverse,
        (rays[2] * depth - centre[2]) * inverse,
    )
    up = _dot(normal, lit.up)
    floor = height + radius * up
    painted = _painted(solid.paint, lit, normal)
    hit = _Hit(rays, normal, up, floor, painted, cover, depth)
    _shade(canvas, lit, window, solid.paint, hit)


def _under_hit(rays: Planes, a: Vector, axis: Vector, radii: tuple[float, float]) -> Plane:
    """Return where along a round cone's axis the point lies that is under each ray's first hit.

    It starts from the point the ray passes most closely; the ray meets the surface a little before
    that, so the second guess is the foot of that meeting point.
    """
    length2 = float(axis @ axis)
    ray_axis = _dot(rays, axis.astype(np.float32))
    ray_a = _dot(rays, a.astype(np.float32))
    axis_a = np.float32(axis @ a)
    below = np.maximum(np.float32(length2) - ray_axis * ray_axis, np.float32(1e-6 * length2))
    share = clamped((ray_axis * ray_a - axis_a) / below)
    along = ray_a + share * ray_axis
    radius = share * np.float32(radii[1] - radii[0]) + np.float32(radii[0])
    off2 = np.float32(a @ a) + share * (2 * axis_a + share * np.float32(length2)) - along * along
    depth = along - np.sqrt(np.maximum(radius * radius - off2, 0))
    # A cone's normal leans towards its thin end.
    lean = radius * np.float32((radii[0] - radii[1]) / length2)
    return clamped((depth * ray_axis - axis_a) / np.float32(length2) - lean)


def _block(canvas: Canvas, lit: Lit, solid: Block) -> None:
    axes = solid.axes @ lit.axes.T  # Rows: the box's axes in the camera's frame.
    centre = lit.seen(solid.centre)
    corners = [
        centre + axes.T @ (solid.half * np.array([i, j, k]))
        for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)
    ]  # fmt: skip
    window = _window(canvas, corners, [0.0] * 8)
    if window is None:
        return
    rays = canvas.grid.rays[0][window], canvas.grid.rays[1][window], canvas.grid.rays[2][window]
    origin = -(axes @ centre)
    local = [_dot(rays, axis.astype(np.float32)) for axis in axes]
    enter = np.full_like(local[0], -np.inf)
    leave = np.full_like(local[0], np.inf)
    for ray, start, half in zip(local, origin, solid.half, strict=True):
        safe = np.where(np.abs(ray) < 1e-7, np.float32(1e-7), ray)
        near = np.float32(-start) / safe
        reach = np.abs(np.float32(half) / safe)
        np.maximum(enter, near - reach, out=enter)
        np.minimum(leave, near + reach, out=leave)
    # At the outline's smoothed edge a ray may just miss: it takes the nearest point of the box.
    depth = np.where(enter <= leave, enter, (enter + leave) / 2)
    points = [
        np.clip(ray * depth + np.float32(o), -h, h)
        for ray, o, h in zip(local, origin, solid.half, strict=True)
    ]
    cover = _hull(canvas, corners, window)
    cover *= depth < canvas.depth[window]
    if not cover.any():
        return
    normal = _rounded(points, solid, axes)
    up = _dot(normal, lit.up)
    floor = points[1] + np.float32(solid.centre[1])
    painted = None
    if solid.paint.pattern is not Pattern.PLAIN:
        painted = patterns.albedo(solid.paint, points[0], points[1], points[2], round_=False)
    hit = _Hit(rays, normal, up, floor, painted, cover, depth)
    _shade(canvas, lit, window, solid.paint, hit)


def _hull(canvas: Canvas, corners: list[Vector], window: Window) -> Plane:
    """Return how much of each pixel the outline of a box covers, 0..1."""
    grid = canvas.grid
    at = np.array(
        [
            (grid.width / 2 + grid.focal * x / z - 0.5, grid.height / 2 - grid.focal * y / z - 0.5)
            for x, y, z in corners
        ]
    )
    at -= (window[1].start, window[0].start)
    # OpenCV fills the pixels of the outline too: drawn half a pixel inwards, it is right.
    inwards = at.mean(axis=0) - at
    at += np.sign(inwards) * np.minimum(np.abs(inwards), 0.5)
    hull = np.asarray(cv2.convexHull(at.astype(np.float32)), np.float64)
    fixed = np.round(hull * 256).astype(np.int32)
    mask = np.zeros((window[0].stop - window[0].start, window[1].stop - window[1].start), np.uint8)
    cv2.fillConvexPoly(mask, np.clip(fixed, -(1 << 22), 1 << 22), 255, cv2.LINE_AA, 8)
    return mask.astype(np.float32) * np.float32(1 / 255)


def _rounded(points: list[Plane], solid: Block, axes: Vector) -> Planes:
    """Return normals that turn round near the edges, in the camera's frame."""
    parts = [
        np.sign(point) * np.maximum(np.abs(point) - np.float32(half - solid.bevel), 0)
        for point, half in zip(points, solid.half, strict=True)
    ]
    size = np.sqrt(parts[0] ** 2 + parts[1] ** 2 + parts[2] ** 2) + np.float32(1e-9)
    x, y, z = (part / size for part in parts)
    turn = axes.astype(np.float32)
    return (
        x * turn[0, 0] + y * turn[1, 0] + z * turn[2, 0],
        x * turn[0, 1] + y * turn[1, 1] + z * turn[2, 1],
        x * turn[0, 2] + y * turn[1, 2] + z * turn[2, 2],
    )


def _painted(paint: Paint, lit: Lit, normal: Planes) -> Planes | None:
    if paint.pattern is Pattern.PLAIN:
        return None
    turn = np.eye(3) if paint.turn is None else paint.turn
    rows = (turn @ lit.axes.T).astype(np.float32)
    x, y, z = _dot(normal, rows[0]), _dot(normal, rows[1]), _dot(normal, rows[2])
    return patterns.albedo(paint, x, y, z, round_=True)


def _shade(canvas: Canvas, lit: Lit, window: Window, paint: Paint, hit: _Hit) -> None:
    """Light a surface and lay it over the canvas.

    Sun with light creeping round the edge of shadow, a sky above and a bounce below, the floor's
    shade on what is close to it, a rim against the light and a highlight.
    """
    facing = _dot(hit.normal, lit.sun)
    soft = np.float32(0.5 * paint.soft)
    sun = clamped(facing * (1 - soft) + soft)
    sky = hit.up * np.float32(0.5) + np.float32(0.5)
    near = np.exp(np.maximum(hit.floor, 0) * np.float32(-6)) * (1 - sky)
    shade = 1 - np.float32(0.75) * near
    towards = _dot(hit.rays, hit.normal)
    edge = clamped(1 + towards)
    edge = edge * edge * edge * (np.float32(0.35) + sky * np.float32(0.65))
    mirror = clamped(_dot(hit.rays, lit.sun) - 2 * towards * facing)
    for _ in range(4):
        mirror = mirror * mirror
    mirror *= np.float32(paint.gloss)
    lost = lit.haze_at(float(hit.depth.flat[hit.depth.size // 2]))
    canvas_depth = canvas.depth[window]
    np.copyto(canvas_depth, hit.depth, where=hit.cover > 0.5)
    for channel in range(3):
        light = sun * lit.sun_colour[channel]
        light += lit.bounce[channel] + (lit.zenith[channel] - lit.bounce[channel]) * sky
        light *= shade
        light += edge * lit.rim[channel] + np.float32(paint.glow)
        light *= (
            hit.painted[channel] if hit.painted is not None else np.float32(paint.colour[channel])
        )
        light += mirror * lit.sun_colour[channel]
        if lost > 0.004:
            light += np.float32(lost) * (lit.horizon[channel] - light)
        plane = canvas.planes[channel][window]
        plane += hit.cover * (light - plane)


def _dot(planes: Planes, by: Planes | Plane) -> Plane:
    return planes[0] * by[0] + planes[1] * by[1] + planes[2] * by[2]
