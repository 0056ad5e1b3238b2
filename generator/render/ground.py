"""The floor and flat walls on the canvas: textures laid by the homography of plane and camera."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.render import floors, shadows
from generator.render.canvas import Canvas, Lit
from generator.render.lights import Light, vector
from generator.render.noise import Plane, resized
from generator.render.shadows import Map
from generator.render.solids import Solid, Vector

_MIPS = (1, 4, 16)  # How much coarser each level of the floor is.
_STAGE = {"left": -5.0, "back": -6.0, "extent": 10.0}  # Where moving shadows fall, metres.
_STAGE_SIDE = 256
_RIM_NEAR, _RIM_FADE = 11.0, 9.0  # Metres from the lens.
_NEAR = 0.2  # Metres before the lens; a wall that comes closer is looked for everywhere.

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Floor:
    """A lit floor: `levels` from fine to coarse, `shadowed` what is left of its light in shadow."""

    levels: tuple[Plane, ...]
    shadowed: Plane
    gloss: float


@dataclass(frozen=True, slots=True)
class Quad:
    """A flat wall: its top left corner, metres right and down, and its lit texture (h, w, 3)."""

    corner: Vector
    right: Vector
    down: Vector
    texture: Plane


def bake(texture: floors.Texture, light: Light, solids: list[Solid], *, gloss: float) -> Floor:
    """Light a floor once, with the shadows of all that stands still."""
    fixed = shadows.blank(
        left=floors.LEFT, back=floors.BACK, extent=floors.EXTENT, side=floors.SIDE
    )
    shadows.throw(fixed, solids, light)
    sun = vector(light.sun_colour) * np.float32(light.sun[1])
    sky = vector(light.zenith)
    open_ = 1 - fixed.shade[..., 1:] * np.float32(0.8)
    lit = texture * (sun * (1 - fixed.shade[..., :1]) + sky) * open_
    levels = [lit if mip == 1 else _smaller(lit, mip) for mip in _MIPS]
    return Floor(tuple(levels), sky / (sky + sun), gloss)


def lay(
    canvas: Canvas, lit: Lit, floor: Floor, light: Light, moving: list[Solid], mirror: Canvas | None
) -> None:
    """Draw the floor, moving shadows and, where it is glossy, what it mirrors."""
    rise = _rise(canvas, lit)
    seen = np.flatnonzero((rise < -1e-4).any(axis=1))
    if not seen.size:
        return
    rows = slice(int(seen[0]), int(seen[-1]) + 1)
    below = rise[rows] < np.float32(-1e-4)
    down = np.where(below, rise[rows], np.float32(-1e-4))
    depth = np.float32(-lit.eye[1]) / down
    colour = _textured(canvas, lit, floor, rows, depth, down)
    shade = _shade(canvas, lit, light, moving, rows)
    below &= depth < canvas.depth[rows]
    keep = np.exp(depth * np.float32(-lit.haze))
    keep_open = keep * (1 - shade[1] * np.float32(0.75))
    lost = 1 - keep
    share = None
    if mirror is not None:
        fresnel = np.clip(1 + down, 0, 1) ** 3 * np.float32(0.8) + np.float32(0.06)
        share = fresnel * np.float32(floor.gloss)
    for channel in range(3):
        value = colour[channel]
        value *= 1 - shade[0] * (1 - floor.shadowed[channel])
        if mirror is not None and share is not None:
            value += share * (mirror.planes[channel][rows] - value)
        value *= keep_open
        value += lost * lit.horizon[channel]
        np.copyto(canvas.planes[channel][rows], value, where=below)
    np.copyto(canvas.depth[rows], depth, where=below)


def hang(canvas: Canvas, lit: Lit, quad: Quad) -> None:
    """Draw a flat wall where it faces the camera."""
    normal = np.cross(quad.down, quad.right)
    normal /= np.linalg.norm(normal)
    ahead = float(normal @ (quad.corner - lit.eye))
    if ahead >= 0:  # Seen from behind: open to the audience.
        return
    height, width = quad.texture.shape[:2]
    size_r, size_d = float(np.linalg.norm(quad.right)), float(np.linalg.norm(quad.down))
    u, v = quad.right / size_r, quad.down / size_d
    rows = _plane_rows(canvas, lit, quad.corner, normal, u, v)
    scale = np.diag([width / size_r, height / size_d, 1.0])
    matrix = scale @ rows
    window = _window(canvas, lit, quad)
    if window is None:
        return
    top, left = window[0].start, window[1].start
    shift = np.array([[1.0, 0.0, left], [0.0, 1.0, top], [0.0, 0.0, 1.0]])
    painted = cv2.warpPerspective(
        quad.texture, _centred(matrix @ shift), (window[1].stop - left, window[0].stop - top),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    towards = _dot(canvas, window, (lit.axes @ normal).astype(np.float32))
    depth = np.float32(ahead) / np.where(np.abs(towards) < 1e-6, np.float32(-1e-6), towards)
    inside = (depth > 0) & (depth < canvas.depth[window])
    for axis, size in ((u, size_r), (v, size_d)):
        at = depth * _dot(canvas, window, (lit.axes @ axis).astype(np.float32))
        at += np.float32(axis @ (lit.eye - quad.corner))
        inside &= (at >= 0) & (at <= np.float32(size))
    keep = np.exp(np.clip(depth, 0, 200) * np.float32(-lit.haze))
    for channel, plane in enumerate(cv2.split(painted)):
        hazed = lit.horizon[channel] + keep * (plane - lit.horizon[channel])
        np.copyto(canvas.planes[channel][window], hazed, where=inside)
    np.copyto(canvas.depth[window], depth, where=inside)


def _window(canvas: Canvas, lit: Lit, quad: Quad) -> tuple[slice, slice] | None:
    """Return the rectangle of the picture that a wall may cover, or None."""
    grid = canvas.grid
    whole = slice(0, grid.height), slice(0, grid.width)
    spots: list[tuple[float, float]] = []
    corners = [
        lit.seen(quad.corner + right * quad.right + down * quad.down)
        for right, down in ((0, 0), (0, 1), (1, 0), (1, 1))
    ]
    half_w, half_h = grid.width / 2 / grid.focal, grid.height / 2 / grid.focal
    for axis, half in ((0, half_w), (1, half_h)):
        for sign in (-1, 1):
            if all(sign * corner[axis] > corner[2] * half for corner in corners):
                return None  # All of it lies beyond one edge of the picture.
    if min(float(corner[2]) for corner in corners) < _NEAR:
        return whole
    for x, y, z in corners:
        spots.append((grid.width / 2 + grid.focal * x / z, grid.height / 2 - grid.focal * y / z))
    xs, ys = [spot[0] for spot in spots], [spot[1] for spot in spots]
    x0, x1 = max(int(min(xs)) - 1, 0), min(int(max(xs)) + 2, grid.width)
    y0, y1 = max(int(min(ys)) - 1, 0), min(int(max(ys)) + 2, grid.height)
    return (slice(y0, y1), slice(x0, x1)) if x0 < x1 and y0 < y1 else None


def _smaller(texture: Plane, factor: int) -> Plane:
    return resized(texture, texture.shape[0] // factor, texture.shape[1] // factor)


def _dot(canvas: Canvas, window: tuple[slice, slice], by: Plane) -> Plane:
    rays = canvas.grid.rays
    return rays[0][window] * by[0] + rays[1][window] * by[1] + rays[2][window] * by[2]


def _rise(canvas: Canvas, lit: Lit) -> Plane:
    return _dot(canvas, (slice(None), slice(None)), lit.up)


def _plane_rows(
    canvas: Canvas, lit: Lit, origin: Vector, normal: Vector, u: Vector, v: Vector
) -> Matrix:
    """Return the homography from pixel centres (x, y, 1) to metres along u and v of a plane."""
    grid = canvas.grid
    right, up, forward = lit.axes
    # The ray through pixel (x, y), not of unit length, is linear in x and y.
    ray = np.stack(
        [
            right,
            -up,
            forward * grid.focal + right * (0.5 - grid.width / 2) - up * (0.5 - grid.height / 2),
        ],
        axis=1,
    )
    ahead = float(normal @ (origin - lit.eye))
    rows = [
        float((lit.eye - origin) @ axis) * (normal @ ray) + ahead * (axis @ ray) for axis in (u, v)
    ]
    return np.stack([*rows, normal @ ray])


def _floor_matrix(
    canvas: Canvas, lit: Lit, left: float, back: float, texel: float, top: int
) -> Matrix:
    up, x, z = np.array([0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
    rows = _plane_rows(canvas, lit, np.array([left, 0.0, back]), up, x, z)
    shift = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, float(top)], [0.0, 0.0, 1.0]])
    return _centred(np.diag([1 / texel, 1 / texel, 1.0]) @ rows @ shift)


def _centred(matrix: Matrix) -> Matrix:
    """Count texels from their centres, as the sampler does."""
    return np.array([[1.0, 0.0, -0.5], [0.0, 1.0, -0.5], [0.0, 0.0, 1.0]]) @ matrix


def _textured(
    canvas: Canvas, lit: Lit, floor: Floor, rows: slice, depth: Plane, down: Plane
) -> list[Plane]:
    """Return the floor's light, each pixel from the level that suits its footprint."""
    print_ = depth / (np.sqrt(-down) * np.float32(canvas.grid.focal * floors.TEXEL))
    share = (
        np.clip((print_ - np.float32(1.2)) / 4, 0, 1),
        np.clip((print_ - np.float32(6.0)) / 16, 0, 1),
    )
    colour = [np.zeros_like(depth) for _ in range(3)]
    for level, mip in enumerate(_MIPS):
        # Each level is laid only where it shows.
        needed = share[0] < 1 if level == 0 else share[level - 1] > 0
        if level == 1:
            needed &= share[1] < 1
        lines = np.flatnonzero(needed.any(axis=1))
        if not lines.size:
            continue
        part = slice(int(lines[0]), int(lines[-1]) + 1)
        top = rows.start + part.start
        matrix = _floor_matrix(canvas, lit, floors.LEFT, floors.BACK, floors.TEXEL * mip, top)
        painted = cv2.warpPerspective(
            floor.levels[level], matrix, (canvas.grid.width, part.stop - part.start),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
        for plane, paint in zip(colour, cv2.split(painted), strict=True):
            if level == 0:
                plane[part] = paint
            else:
                plane[part] += share[level - 1][part] * (paint - plane[part])
    # Past the texture's back rim the floor goes on in the rim's colour, without its streaks.
    rim = floor.levels[-1][:4].mean(axis=(0, 1))
    far = np.clip((depth - np.float32(_RIM_NEAR)) / np.float32(_RIM_FADE), 0, 1)
    for plane, value in zip(colour, rim, strict=True):
        np.add(plane, far * (value - plane), out=plane)
    return colour


def _shade(
    canvas: Canvas, lit: Lit, light: Light, moving: list[Solid], rows: slice
) -> tuple[Plane, Plane]:
    onto: Map = shadows.blank(**_STAGE, side=_STAGE_SIDE)
    shadows.throw(onto, moving, light)
    matrix = _floor_matrix(canvas, lit, onto.left, onto.back, onto.texel, rows.start)
    warped = cv2.warpPerspective(
        onto.shade, matrix, (canvas.grid.width, rows.stop - rows.start),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_CONSTANT,
    )  # fmt: skip
    shadow, contact = cv2.split(warped)
    return np.asarray(shadow, np.float32), np.asarray(contact, np.float32)
