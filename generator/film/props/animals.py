"""Animals on four legs, as felt and vinyl toys. They face +z.

Each takes a colour, the seconds (tails sway, ears turn) and a `stride`: radians of its walk, or
None where it stands.
"""

import math

from generator.base import Point
from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear, Material
from generator.film.scenes import Group
from generator.film.shapes import (
    Shape,
    capsule,
    cone,
    cut,
    ellipsoid,
    mirrored,
    moved,
    pose,
    sphere,
    turn,
)

_PINK: Linear = (0.6, 0.24, 0.22)
_NOSE: Linear = (0.03, 0.022, 0.02)


def eyes(at: Point, radius: float, *, iris: Linear = (0.02, 0.014, 0.01)) -> tuple[Group, ...]:
    """Return a pair of dark shining eyes; `at` is the left one's middle. Each has a catchlight."""
    x, y, z = at
    r = radius
    ball = finishes.gloss(iris)
    glint = finishes.light((1.0, 1.0, 1.0), 1.2)
    return (
        whole(mirrored((sphere(at, r, ball),))),
        whole(
            *(
                sphere((s * x + 0.3 * r, y + 0.38 * r, z + 0.82 * r), 0.2 * r, glint)
                for s in (-1, 1)
            ),
            shadow=False,
            lights=0.0,
        ),
    )


def legs(
    places: tuple[Point, ...],
    knee: float,
    radii: tuple[float, float, float],
    materials: tuple[Material, Material],
    stride: float | None,
) -> tuple[Shape, ...]:
    """Return legs from their tops (left ones, front then back) to paws on the floor.

    Args:
        places: Tops of the left legs; the right ones mirror them.
        knee: Share of the length at which a leg bends.
        radii: At the top, at the knee and of the paw.
        materials: Of leg and paw.
        stride: Radians of the walk: legs at opposite corners swing together.
    """
    parts: list[Shape] = []
    for index, (x, y, z) in enumerate(places):
        for side in (1, -1):
            swing, lift = 0.0, 0.0
            if stride is not None:
                phase = stride + math.pi * ((index + (side > 0)) % 2)
                swing, lift = 0.42 * y * math.sin(phase), max(math.cos(phase), 0.0) * 0.16 * y
            paw = radii[2]
            foot = (side * x, paw * 0.8 + lift, z + swing + paw * 0.2)
            bend = (
                side * x,
                y * (1 - knee) + lift * 0.6,
                z + swing * 0.45 + (0.05 * y if index else -0.02 * y),
            )
            parts += [
                capsule(
                    (side * x, y, z), bend, (radii[0], radii[1]), materials[0], blend=radii[1] * 0.6
                ),
                capsule(
                    bend,
                    (foot[0], foot[1] + paw * 0.3, foot[2] - paw * 0.3),
                    (radii[1], radii[1] * 0.85),
                    materials[0],
                    blend=radii[1] * 0.3,
                ),
                ellipsoid(
                    foot, (paw * 0.95, paw * 0.8, paw * 1.25), materials[1], blend=radii[1] * 0.5
                ),
            ]
    return tuple(parts)


def headed(groups: tuple[Group, ...], at: Point, yaw: float) -> tuple[Group, ...]:
    """Return the groups of a head on its neck."""
    where = pose(at, yaw=yaw)
    return tuple(
        whole(moved(group.shapes, where), shadow=group.shadow, lights=group.lights)
        for group in groups
    )


def cat(tint: Linear, seconds: float, stride: float | None = None) -> tuple[Group, ...]:
    """A cat that stands, its tail up and swaying."""
    coat, pale = finishes.fur(tint), finishes.fur(finishes.mix(tint, finishes.WHITE, 0.7))
    sway = 0.5 * math.sin(1.7 * seconds)
    body = (
        ellipsoid((0, 0.2, -0.02), (0.085, 0.088, 0.17), coat, facing=turn(pitch=0.04)),
        ellipsoid((0, 0.205, 0.1), (0.075, 0.088, 0.085), coat, blend=0.04),
        ellipsoid((0, 0.18, 0.155), (0.045, 0.06, 0.04), pale, blend=0.02),
        capsule((0, 0.24, 0.12), (0, 0.29, 0.17), (0.055, 0.05), coat, blend=0.04),
        *legs(
            ((0.052, 0.18, 0.1), (0.055, 0.19, -0.12)),
            0.5,
            (0.04, 0.024, 0.025),
            (coat, pale),
            stride,
        ),
    )
    tail: list[Shape] = []
    points = [(0.0, 0.24, -0.17)]
    for n in range(6):
        a = -0.5 + 0.42 * n
        x, y, z = points[-1]
        points.append(
            (
                x + 0.02 * sway * n * 0.5,
                y + 0.055 * math.sin(a + 0.9),
                z - 0.055 * math.cos(a + 0.9),
            )
        )
        tail.append(
            capsule(
                points[-2],
                points[-1],
                (0.021 - 0.001 * n, 0.02 - 0.001 * n),
                pale if n == 5 else coat,
                blend=0.004,
            )
        )
    head = (
        ellipsoid((0, 0, 0), (0.096, 0.08, 0.08), coat),
        *mirrored(
            (
                ellipsoid((0.052, -0.026, 0.03), (0.042, 0.034, 0.04), coat, blend=0.02),
                ellipsoid((0.02, -0.03, 0.068), (0.026, 0.021, 0.022), pale, blend=0.008),
            )
        ),
        ellipsoid((0, -0.048, 0.052), (0.026, 0.018, 0.022), pale, blend=0.01),
        *mirrored(
            (
                cone(
                    (0.06, 0.078, 0.0),
                    (0.038, 0.004),
                    0.042,
                    coat,
                    rounding=0.006,
                    facing=turn(roll=-0.25, pitch=0.1),
                    blend=0.012,
                ),
                cut(
                    ellipsoid(
                        (0.06, 0.076, 0.032),
                        (0.017, 0.032, 0.016),
                        finishes.skin(_PINK),
                        facing=turn(roll=-0.25),
                    ),
                    blend=0.006,
                ),
            )
        ),
        ellipsoid((0, -0.012, 0.086), (0.011, 0.008, 0.008), finishes.gloss(_PINK)),
    )
    whiskers = mirrored(
        tuple(
            capsule(
                (0.034, -0.028 - 0.007 * n, 0.08),
                (0.12, -0.012 - 0.017 * n, 0.075),
                (0.0011, 0.0006),
                finishes.vinyl(finishes.WHITE),
            )
            for n in range(3)
        )
    )
    sight = eyes((0.042, 0.012, 0.062), 0.0225, iris=(0.09, 0.16, 0.03))
    pupils = whole(
        mirrored(
            (
                ellipsoid(
                    (0.0435, 0.012, 0.0795), (0.006, 0.015, 0.006), finishes.gloss(finishes.INK)
                ),
            )
        )
    )
    return (
        whole(*body),
        whole(*tail),
        *headed(
            (whole(*head), whole(whiskers), *sight, pupils),
            (0, 0.325, 0.185),
            0.16 * math.sin(0.8 * seconds),
        ),
    )


def dog(tint: Linear, seconds: float, stride: float | None = None) -> tuple[Group, ...]:
    """A floppy-eared dog that wags."""
    coat, pale = finishes.fur(tint), finishes.fur(finishes.mix(tint, finishes.WHITE, 0.75))
    dark = finishes.fur(finishes.shade(tint, 0.45))
    wag = 0.5 * math.sin(11.0 * seconds)
    body = (
        ellipsoid((0, 0.33, -0.03), (0.125, 0.125, 0.25), coat),
        ellipsoid((0, 0.34, 0.14), (0.12, 0.135, 0.13), coat, blend=0.06),
        ellipsoid((0, 0.3, 0.23), (0.075, 0.1, 0.06), pale, blend=0.03),
        capsule((0, 0.4, 0.17), (0, 0.5, 0.25), (0.09, 0.08), coat, blend=0.06),
        *legs(
            ((0.08, 0.3, 0.17), (0.085, 0.31, -0.18)),
            0.5,
            (0.062, 0.038, 0.042),
            (coat, pale),
            stride,
        ),
    )
    tail = (
        capsule((0, 0.4, -0.26), (0.05 * wag, 0.5, -0.36), (0.035, 0.03), coat),
        capsule((0.05 * wag, 0.5, -0.36), (0.2 * wag, 0.6, -0.36), (0.03, 0.016), pale, blend=0.01),
    )
    head = (
        ellipsoid((0, 0, 0), (0.125, 0.115, 0.12), coat),
        ellipsoid((0, -0.045, 0.12), (0.07, 0.056, 0.085), pale, blend=0.035),
        capsule((0, 0.09, 0.08), (0, -0.01, 0.14), (0.02, 0.03), pale, blend=0.03),
        *mirrored((ellipsoid((0.036, -0.062, 0.15), (0.042, 0.036, 0.045), pale, blend=0.015),)),
        ellipsoid((0, -0.1, 0.12), (0.042, 0.018, 0.055), pale, blend=0.01),
        ellipsoid((0, -0.018, 0.2), (0.028, 0.021, 0.02), finishes.gloss(_NOSE)),
        ellipsoid(
            (0.006, -0.118, 0.165),
            (0.024, 0.01, 0.036),
            finishes.gloss((0.6, 0.14, 0.14)),
            facing=turn(pitch=0.5),
        ),
    )
    flap = 0.1 * math.sin(2.2 * seconds)
    ears = mirrored(
        (
            ellipsoid(
                (0.132, -0.02, -0.01),
                (0.028, 0.095, 0.06),
                dark,
                facing=turn(roll=0.18 + flap, yaw=0.25),
            ),
            ellipsoid((0.11, 0.055, -0.01), (0.04, 0.035, 0.045), dark, blend=0.03),
        )
    )
    collar = (
        capsule(
            (0, 0.43, 0.2), (0, 0.45, 0.205), (0.098, 0.094), finishes.leather((0.5, 0.04, 0.03))
        ),
        sphere((0, 0.37, 0.295), 0.022, finishes.metal(finishes.BRASS)),
    )
    sight = eyes((0.052, 0.028, 0.096), 0.022)
    return (
        whole(*body),
        whole(*tail),
        whole(*collar),
        *headed(
            (whole(*head), whole(ears), *sight), (0, 0.575, 0.28), 0.14 * math.sin(0.9 * seconds)
        ),
    )


def rabbit(tint: Linear, seconds: float, stride: float | None = None) -> tuple[Group, ...]:
    """A rabbit on its haunches; its nose and ears twitch."""
    coat, pale = finishes.fur(tint), finishes.fur(finishes.mix(tint, finishes.WHITE, 0.75))
    hop = 0.0 if stride is None else 0.12 * max(math.sin(stride), 0.0)
    twitch = 0.14 * max(math.sin(2.3 * seconds), 0.0) ** 6
    body = (
        ellipsoid((0, 0.15, -0.05), (0.11, 0.135, 0.135), coat),
        ellipsoid((0, 0.19, 0.05), (0.082, 0.105, 0.085), coat, blend=0.05),
        ellipsoid((0, 0.17, 0.105), (0.055, 0.075, 0.04), pale, blend=0.02),
        sphere((0, 0.11, -0.19), 0.05, pale),
        *mirrored(
            (
                ellipsoid((0.085, 0.095, -0.035), (0.055, 0.085, 0.085), coat, blend=0.02),
                ellipsoid((0.085, 0.026, 0.045), (0.03, 0.026, 0.085), pale, blend=0.012),
                capsule((0.045, 0.14, 0.1), (0.042, 0.03, 0.125), (0.03, 0.022), coat, blend=0.015),
                ellipsoid((0.042, 0.022, 0.135), (0.024, 0.021, 0.032), pale, blend=0.01),
            )
        ),
    )
    head = (
        ellipsoid((0, 0, 0), (0.078, 0.075, 0.08), coat),
        *mirrored(
            (
                ellipsoid((0.04, -0.026, 0.032), (0.04, 0.034, 0.042), coat, blend=0.02),
                ellipsoid((0.017, -0.022, 0.07), (0.021, 0.018, 0.018), pale, blend=0.006),
            )
        ),
        ellipsoid(
            (0, -0.003 + 0.1 * twitch * 0.04, 0.083), (0.01, 0.007, 0.007), finishes.gloss(_PINK)
        ),
    )
    ears = tuple(
        shape
        for side in (-1, 1)
        for lean in (side * (0.16 + (twitch if side > 0 else 0.0)),)
        for shape in (
            ellipsoid(
                (side * 0.036 + 0.11 * math.sin(lean), 0.165, -0.02),
                (0.031, 0.12, 0.022),
                coat,
                facing=turn(roll=-lean),
            ),
            ellipsoid(
                (side * 0.036 + 0.11 * math.sin(lean), 0.165, -0.004),
                (0.017, 0.095, 0.016),
                finishes.skin(_PINK),
                facing=turn(roll=-lean),
            ),
        )
    )
    groups_ = (
        whole(*body),
        *headed(
            (whole(*head), whole(ears), *eyes((0.05, 0.014, 0.052), 0.019)),
            (0, 0.315, 0.1),
            0.12 * math.sin(0.7 * seconds),
        ),
    )
    return tuple(
        whole(
            moved(g.shapes, pose((0, hop, 0), pitch=-0.2 * hop)), shadow=g.shadow, lights=g.lights
        )
        for g in groups_
    )
