"""What is painted on a solid, as a function of the point in the solid's own frame."""

import cv2
import numpy as np

from generator.render.lights import Linear
from generator.render.noise import Plane, fractal, step
from generator.render.solids import Paint, Pattern

Planes = tuple[Plane, Plane, Plane]

_TILE = 256
_SPECKLE = np.ascontiguousarray(
    fractal(_TILE, _TILE, np.random.default_rng(11), cells=(8, 8), octaves=4)
)


def albedo(paint: Paint, x: Plane, y: Plane, z: Plane, *, round_: bool) -> Planes:
    """Return the painted colour at points of a solid.

    Args:
        paint: The surface; its pattern is not PLAIN.
        x: Right in the solid's frame: of the unit normal if round, else metres from the centre.
        y: Up, alike.
        z: Front, alike.
        round_: Whether the solid is round.
    """
    painter = _PAINTERS.get(paint.pattern)
    if painter is not None:
        return painter(paint, x, y, z)
    scale = 150.0 if round_ else 90.0
    grain = _speckle(x * scale + z * scale * 0.7, y * scale - z * scale * 0.4)
    return _blend(paint.second, paint.colour, step(grain, 0.25, 0.7))


def _basketball(paint: Paint, x: Plane, y: Plane, z: Plane) -> Planes:
    del z
    lines = np.minimum(np.abs(x), np.abs(y))
    arcs = np.abs(np.sqrt((np.abs(x) - 1.22) ** 2 + y * y) - 0.78)
    return _blend(paint.second, paint.colour, step(np.minimum(lines, arcs), 0.02, 0.05))


def _blend(low: Linear, high: Linear, share: Plane) -> Planes:
    a, b, c = (share * np.float32(v - u) + np.float32(u) for u, v in zip(low, high, strict=True))
    return a, b, c


def _speckle(u: Plane, v: Plane) -> Plane:
    map_x = np.mod(u, _TILE - 1).astype(np.float32)
    map_y = np.mod(v, _TILE - 1).astype(np.float32)
    return cv2.remap(_SPECKLE, map_x, map_y, cv2.INTER_LINEAR).astype(np.float32, copy=False)


# The twelve pentagons of a football lie on the corners of an icosahedron.
_GOLDEN = (1 + 5**0.5) / 2
_CORNERS = np.array(
    [
        (0, 1, _GOLDEN), (0, 1, -_GOLDEN), (1, _GOLDEN, 0),
        (1, -_GOLDEN, 0), (_GOLDEN, 0, 1), (-_GOLDEN, 0, 1),
    ],
    dtype=np.float32,
) / np.float32((1 + _GOLDEN**2) ** 0.5)  # fmt: skip


def _football(paint: Paint, x: Plane, y: Plane, z: Plane) -> Planes:
    nearest = np.zeros_like(x)
    for corner in _CORNERS:  # One corner of each opposite pair.
        nearest = np.maximum(nearest, np.abs(x * corner[0] + y * corner[1] + z * corner[2]))
    return _blend(paint.colour, paint.second, step(nearest, 0.91, 0.935))


def _beachball(paint: Paint, x: Plane, y: Plane, z: Plane) -> Planes:
    around = np.sin(np.arctan2(z, x) * 3)
    cap = step(np.abs(y), 0.9, 0.93)
    return _blend(paint.colour, paint.second, np.maximum(step(around, -0.12, 0.12), cap))


def _planks(paint: Paint, x: Plane, y: Plane, z: Plane) -> Planes:
    along = np.mod(y * 8, 1)
    gap = step(np.minimum(along, 1 - along), 0.02, 0.09)
    grain = _speckle((x + z) * 90, y * 700)
    return _blend(paint.second, paint.colour, gap * (0.62 + 0.38 * grain))


def _face(paint: Paint, x: Plane, y: Plane, z: Plane) -> Planes:
    """Paint eyes, brows, cheeks and a mouth on the front of a head."""
    opened, shut = paint.mood
    front = step(z, 0.1, 0.3)
    side = np.abs(x)
    red, green, blue = (np.full_like(x, value) for value in paint.colour)
    blush = 0.3 * front * (1 - step(np.hypot(side - 0.46, (y + 0.2) * 1.2), 0.05, 0.22))
    green *= 1 - blush
    blue *= 1 - blush
    lid = max(1 - shut, 0.12)
    white = front * (
        1 - step(np.hypot((side - 0.32) / 0.135, (y - 0.06) / (0.17 * lid)), 0.9, 1.06)
    )
    pupil = front * (
        1 - step(np.hypot((side - 0.305) / 0.078, (y - 0.05) / (0.105 * lid)), 0.85, 1.1)
    )
    glint = pupil * (1 - step(np.hypot(x - np.sign(x) * 0.305 + 0.03, y - 0.09), 0.018, 0.035))
    brow = front * (
        1
        - step(
            np.hypot((side - 0.33) / 0.16, (y - 0.33 - 0.16 * (side - 0.33) * -0.6 - 0.01) / 0.032),
            0.8,
            1.2,
        )
    )
    wide, high = 0.17 - 0.05 * opened, 0.026 + 0.15 * opened
    curve = y + 0.38 - 1.3 * x * x  # The corners of a closed mouth turn up.
    mouth = front * (1 - step(np.hypot(x / wide, curve / high), 0.85, 1.12))
    brow_colour = paint.second
    layers = (
        (brow, brow_colour), (white, (0.82, 0.82, 0.80)), (pupil, (0.02, 0.015, 0.015)),
        (glint, (0.9, 0.9, 0.9)), (mouth, (0.16, 0.025, 0.03)),
    )  # fmt: skip
    for share, colour in layers:
        red = _over(red, share, colour[0])
        green = _over(green, share, colour[1])
        blue = _over(blue, share, colour[2])
    return red, green, blue


def _over(under: Plane, share: Plane, value: float) -> Plane:
    return under + share * (np.float32(value) - under)


_PAINTERS = {
    Pattern.BASKETBALL: _basketball, Pattern.FOOTBALL: _football, Pattern.BEACHBALL: _beachball,
    Pattern.FACE: _face, Pattern.PLANKS: _planks,
}  # fmt: skip
