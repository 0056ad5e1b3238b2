"""Soft shadows and contact shade on the floor, splatted into maps seen from above.

A solid's shadow is the distance to its axis as the sun throws it on the floor, softened by how
high it is: a distant edge has a wide penumbra. Blocks stand still and are thrown as polygons.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from generator.render.lights import Light
from generator.render.noise import Plane, clamped
from generator.render.solids import Block, Limb, Solid, Vector

HIGHEST = 3.2  # Metres; what is higher than this throws no shadow on the stage.
_SMALLEST = 0.045  # Metres; what is thinner is lost in its own penumbra.


@dataclass(frozen=True, slots=True)
class Map:
    """A square of the floor: `shade` (SIDE, SIDE, 2) holds shadow and contact shade, 0..1."""

    left: float
    back: float
    texel: float
    shade: Plane


def blank(*, left: float, back: float, extent: float, side: int) -> Map:
    """Return a map without shadows."""
    return Map(left, back, extent / side, np.zeros((side, side, 2), np.float32))


def throw(onto: Map, solids: list[Solid], light: Light) -> None:
    """Add the shadows of solids to a map."""
    sun = np.array(light.sun)
    for solid in solids:
        if isinstance(solid, Limb):
            _limb(onto, solid, sun, light.softness)
        else:
            _block(onto, solid, sun, light.softness)


def _thrown(point: Vector, sun: Vector) -> Vector:
    return point - sun * (point[1] / max(float(sun[1]), 0.25))


def _limb(onto: Map, solid: Limb, sun: Vector, softness: float) -> None:
    low = min(solid.a[1], solid.b[1])
    radius = max(solid.radius_a, solid.radius_b)
    if low > HIGHEST or radius < _SMALLEST:
        return
    height = max((float(solid.a[1]) + float(solid.b[1])) / 2, 0.0)
    blur = 0.02 + softness * max(height, 0.02)
    a, b = _thrown(solid.a, sun), _thrown(solid.b, sun)
    if float(np.abs(solid.a - solid.b).max()) < 1e-6:
        # A sphere's shadow is an ellipse along the sun's way.
        stretch = radius * (1 / max(float(sun[1]), 0.25) - 1)
        along = np.array([sun[0], 0.0, sun[2]])
        along *= stretch / max(float(np.linalg.norm(along)), 1e-9)
        a, b = a - along, b + along
    strength = min(1.0, radius / (0.7 * blur)) * 0.96
    window = _window(onto, [a, b], radius + blur)
    if window is not None:
        off, share = _distance(onto, window, a, b)
        wide = solid.radius_a + (solid.radius_b - solid.radius_a) * share
        ramp = clamped((wide + np.float32(blur) - off) / np.float32(2 * blur))
        into = onto.shade[window][..., 0]
        np.maximum(into, ramp * ramp * (3 - 2 * ramp) * np.float32(strength), out=into)
    gap = max(low - radius, 0.0)
    if gap < radius:
        _contact(onto, solid, radius, gap)


def _contact(onto: Map, solid: Limb, radius: float, gap: float) -> None:
    window = _window(onto, [solid.a, solid.b], 2.6 * radius)
    if window is None:
        return
    off, _ = _distance(onto, window, solid.a, solid.b)
    strength = 0.8 * float(np.exp(-gap / (0.5 * radius)))
    dark = np.exp(-np.maximum(off - np.float32(0.25 * radius), 0) / np.float32(0.5 * radius))
    into = onto.shade[window][..., 1]
    np.maximum(into, dark * np.float32(strength), out=into)


def _block(onto: Map, solid: Block, sun: Vector, softness: float) -> None:
    corners = np.array(
        [
            solid.centre + solid.axes.T @ (solid.half * np.array([i, j, k]))
            for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)
        ]
    )  # fmt: skip
    if corners[:, 1].min() > HIGHEST:
        return
    height = float(np.clip(solid.centre[1], 0.02, HIGHEST))
    thrown = np.array([_thrown(corner, sun) for corner in corners])
    _polygon(onto, thrown, 0, 0.02 + softness * height * 0.5, 0.96)
    if corners[:, 1].min() < 0.1:
        _polygon(onto, corners, 1, 0.16, 0.8)


def _polygon(onto: Map, points: Vector, channel: int, blur: float, strength: float) -> None:
    flat = (points[:, [0, 2]] - np.array([onto.left, onto.back])) / onto.texel - 0.5
    hull = np.asarray(cv2.convexHull(flat.astype(np.float32)), np.float64)
    fixed = np.round(hull * 256).astype(np.int32)
    mask = np.zeros(onto.shade.shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, np.clip(fixed, -(1 << 22), 1 << 22), 255, cv2.LINE_AA, 8)
    soft = mask.astype(np.float32) * np.float32(strength / 255)
    soft = cv2.GaussianBlur(soft, (0, 0), max(blur / onto.texel / 1.6, 0.6))
    into = onto.shade[..., channel]
    np.maximum(into, soft, out=into)


def _window(onto: Map, points: list[Vector], reach: float) -> tuple[slice, slice] | None:
    side = onto.shade.shape[0]
    xs = [float(point[0]) for point in points]
    zs = [float(point[2]) for point in points]
    x0 = max(int((min(xs) - reach - onto.left) / onto.texel), 0)
    x1 = min(int((max(xs) + reach - onto.left) / onto.texel) + 2, side)
    z0 = max(int((min(zs) - reach - onto.back) / onto.texel), 0)
    z1 = min(int((max(zs) + reach - onto.back) / onto.texel) + 2, side)
    return (slice(z0, z1), slice(x0, x1)) if x0 < x1 and z0 < z1 else None


def _distance(onto: Map, window: tuple[slice, slice], a: Vector, b: Vector) -> tuple[Plane, Plane]:
    """Return the distance of each texel to a segment on the floor, and where along it, 0..1."""
    columns, rows = (
        np.arange(part.start, part.stop, dtype=np.float32) for part in (window[1], window[0])
    )
    x = (columns + 0.5) * np.float32(onto.texel) + np.float32(onto.left - a[0])
    z = (rows + 0.5) * np.float32(onto.texel) + np.float32(onto.back - a[2])
    across, down = x[None, :], z[:, None]
    dx, dz = np.float32(b[0] - a[0]), np.float32(b[2] - a[2])
    length2 = max(float(dx * dx + dz * dz), 1e-9)
    share = clamped((across * dx + down * dz) / np.float32(length2))
    across, down = across - share * dx, down - share * dz
    return np.sqrt(across * across + down * down), share
