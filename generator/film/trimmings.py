# ruff: noqa: E501 - a shape a line reads like a parts list.
"""What is sewn on a garment: collars, hems, buttons, lapels, pockets, ties."""

import math
from dataclasses import dataclass
from itertools import pairwise

from generator.base import Point
from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Material, linear
from generator.film.outfits import Girth, Outfit
from generator.film.scenes import Group
from generator.film.shapes import (
    Pose,
    Shape,
    box,
    capsule,
    ellipsoid,
    mirrored,
    moved,
    sphere,
    torus,
    turn,
)
from generator.simulate.skeletons import Joints, Rows


def details(
    outfit: Outfit, girth: Girth, t: float, trim: Material, joints: Joints, chest: Point
) -> tuple[Group, ...]:
    """Return collar, hem, buttons, lapels: what tells garments apart."""
    hx, hz = girth.hips
    pale, dark = finishes.cloth(finishes.WHITE, 320.0), finishes.gloss(finishes.INK)
    neck = math.dist(joints.neck, chest)
    ring = girth.neck * 1.2 * t
    front = _Front(girth, t, math.dist(chest, joints.waist), math.dist(chest, joints.hips))
    collar = torus((0, neck + 0.01 * t, 0.004 * t), ring, 0.0125 * t, trim, facing=turn(pitch=0.25))
    hem = framed(
        oval_ring(hx * 1.005 * t, hz * 0.985 * t, 0.012 * t, trim, -0.028 * t),
        joints.hips, joints.hips_rows,
    )  # fmt: skip
    low = -math.dist(chest, joints.hips) * 0.94
    seam = _chain(
        [front.at(0.0, neck * 0.62 + (low - neck * 0.62) * n / 7) for n in range(8)],
        0.004 * t,
        trim,
    )
    parts: tuple[Shape, ...] = (collar,)
    match outfit.top:
        case "hoodie":
            parts = (
                torus(
                    (0, neck + 0.006 * t, -0.012 * t),
                    ring * 1.45,
                    0.025 * t,
                    trim,
                    facing=turn(pitch=0.38),
                ),
                ellipsoid(
                    (0, neck - 0.03 * t, -0.09 * t),
                    (0.07 * t, 0.055 * t, 0.035 * t),
                    trim,
                    blend=0.03 * t,
                ),
                *(
                    _chain(
                        [
                            front.at(x * 0.018 * t, neck * 0.72),
                            front.at(x * 0.021 * t, neck * 0.15),
                        ],
                        0.0032 * t,
                        pale,
                    )[0]
                    for x in (-1, 1)
                ),
                *_patch(front, 0.05 * t, low * 0.78, 0.03 * t, trim),
            )
        case "shirt":
            wings = (
                box(
                    (0.021 * t, neck - 0.001 * t, ring * 1.2), (0.02 * t, 0.0105 * t, 0.0042 * t), trim,
                    rounding=0.004 * t, facing=turn(yaw=0.42, pitch=-0.35, roll=-0.42),
                ),
            )  # fmt: skip
            buttons = tuple(
                sphere(
                    front.at(0.0, neck * 0.5 + (low - neck * 0.5) * n / 5, 0.004 * t),
                    0.0058 * t,
                    pale,
                )
                for n in range(6)
            )
            pocket = _chain(
                [
                    front.at(x * t, y * t)
                    for x, y in (
                        (0.03, 0.0),
                        (0.03, 0.03),
                        (0.062, 0.03),
                        (0.062, 0.0),
                        (0.03, 0.0),
                    )
                ],
                0.0028 * t,
                trim,
            )
            return whole(*framed((collar, *mirrored(wings)), chest, joints.chest_rows)), whole(
                *framed((*seam, *buttons, *pocket), chest, joints.chest_rows)
            )
        case "jacket" | "coat":
            point = (0.0, -0.012 * t)
            lapel = [
                front.at(x * t, y)
                for x, y in (
                    (0.036, neck * 0.92),
                    (0.042, neck * 0.5),
                    (0.028, neck * 0.12),
                    (0.004, point[1]),
                )
            ]
            widths = (0.012 * t, 0.0165 * t, 0.014 * t, 0.004 * t)
            lapels = mirrored(
                tuple(
                    capsule(
                        lapel[n], lapel[n + 1], (widths[n], widths[n + 1]), trim, blend=0.004 * t
                    )
                    for n in range(3)
                )
            )
            inner = tuple(
                ellipsoid(
                    front.at(0.0, neck * share, -0.012 * t),
                    (wide * t, 0.026 * t, 0.018 * t),
                    pale,
                    blend=0.01 * t,
                )
                for share, wide in ((0.78, 0.028), (0.5, 0.024), (0.25, 0.014))
            )
            tie = _chain(
                [front.at(0.0, neck * share, 0.008 * t) for share in (0.84, 0.5, 0.16)],
                0.0075 * t,
                finishes.cloth((0.34, 0.03, 0.035), 300.0),
            )
            buttons = tuple(
                sphere(front.at(0.0, low * share, 0.004 * t), 0.0066 * t, dark)
                for share in (0.16, 0.42, 0.68)
            )
            pockets = mirrored(
                _chain(
                    [front.at(0.034 * t, low * 0.7), front.at(0.074 * t, low * 0.74)],
                    0.0048 * t,
                    trim,
                )
            )
            return (
                whole(*framed((*inner, *tie), chest, joints.chest_rows)),
                whole(
                    *framed((collar, *lapels, *buttons, *pockets), chest, joints.chest_rows), *hem
                ),
            )
        case "dress":
            colour = linear(outfit.top_colour)
            belt = framed(
                oval_ring(girth.waist[0] * 1.1 * t, girth.waist[1] * 1.12 * t, 0.01 * t, finishes.leather(finishes.shade(colour, 0.3)), 0.0),
                _mix(joints.hips, chest, 0.46), joints.chest_rows,
            )  # fmt: skip
            lace = tuple(
                sphere(
                    (
                        ring * 1.25 * math.sin(a),
                        neck - 0.006 * t - 0.012 * t * math.cos(a),
                        ring * 1.3 * math.cos(a),
                    ),
                    0.0075 * t,
                    pale,
                )
                for a in (2 * math.pi * n / 22 for n in range(22))
            )
            return (whole(*belt, *framed(lace, chest, joints.chest_rows)),)
        case _:
            pass
    return (whole(*framed(parts, chest, joints.chest_rows), *hem),)


@dataclass(frozen=True, slots=True)
class _Front:
    """Where the front of a trunk is, in the frame of its chest: for what is sewn on it."""

    girth: Girth
    tall: float
    to_waist: float
    to_hips: float

    def at(self, x: float, y: float, out: float = 0.002) -> Point:
        """Return the point of the front at a place, `out` metres before it."""
        t, girth, z = self.tall, self.girth, 0.02
        for centre, (wide, deep), half in (
            (0.0, girth.chest, 0.098), (-self.to_waist - 0.012 * t, girth.waist, 0.1),
            (-self.to_hips, (girth.hips[0] * 1.07, girth.hips[1] * 1.06), 0.074),
        ):  # fmt: skip
            u, v = x / (wide * t), (y - centre) / (half * t)
            z = max(z, deep * t * math.sqrt(max(1 - u * u - v * v, 0.0)))
        # Above the chest it falls back to the neck.
        # Melted together, the parts of the trunk stand out a little further.
        return x, y, max(z, girth.neck * 1.1 * t) + 0.007 * t + out


def _chain(points: list[Point], radius: float, stuff: Material) -> tuple[Shape, ...]:
    return tuple(capsule(a, b, (radius, radius), stuff) for a, b in pairwise(points))


def _patch(front: _Front, half: float, y: float, tall: float, stuff: Material) -> tuple[Shape, ...]:
    """Return a pocket across the belly: rows of hulls on its surface."""
    rows_ = [y - tall + 2 * tall * n / 3 for n in range(4)]
    return tuple(
        capsule(
            front.at(x0 * half, level),
            front.at(x1 * half, level),
            (tall * 0.36, tall * 0.36),
            stuff,
            blend=tall * 0.3,
        )
        for level in rows_
        for x0, x1 in ((-1.0, 0.0), (0.0, 1.0))
    )


def oval_ring(x: float, z: float, tube: float, stuff: Material, y: float) -> tuple[Shape, ...]:
    """Return an upright oval of tubes about y at a height: hems and belts."""
    count = 22
    points = [
        (x * math.sin(a), y, z * math.cos(a))
        for a in (2 * math.pi * n / count for n in range(count))
    ]
    return tuple(
        capsule(points[n], points[(n + 1) % count], (tube, tube), stuff) for n in range(count)
    )


def _mix(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share


def framed(shapes: tuple[Shape, ...], at: Point, rows: Rows) -> tuple[Shape, ...]:
    """Return shapes of a body part's own frame in the figure's."""
    return moved(shapes, Pose(at, rows))
