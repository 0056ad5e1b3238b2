# ruff: noqa: E501 - a shape a line reads like a parts list.
"""The large animals: horse, cow, elephant. They face +z.

Each takes a colour, the seconds (tails sway, ears turn) and a `stride`: radians of its walk, or
None where it stands.
"""

import math

from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear, Material
from generator.film.props.animals import eyes, headed, legs
from generator.film.scenes import Group
from generator.film.shapes import (
    capsule,
    cone,
    cut,
    ellipsoid,
    mirrored,
    turn,
)

_PINK: Linear = (0.6, 0.24, 0.22)
_NOSE: Linear = (0.03, 0.022, 0.02)


def horse(tint: Linear, seconds: float, stride: float | None = None) -> tuple[Group, ...]:
    """A stout horse with a mane and feathered feet."""
    coat = finishes.fur(tint, scale=30.0, relief=0.004)
    mane = finishes.fur(finishes.mix(tint, finishes.IVORY, 0.75), scale=22.0, relief=0.02)
    hoof, white = finishes.gloss((0.05, 0.035, 0.025)), finishes.fur(finishes.WHITE, scale=30.0)
    swish = 0.25 * math.sin(1.5 * seconds)
    body = (
        ellipsoid((0, 1.02, -0.05), (0.31, 0.33, 0.64), coat),
        ellipsoid((0, 1.05, 0.42), (0.28, 0.34, 0.3), coat, blend=0.15),
        ellipsoid((0, 1.08, -0.5), (0.3, 0.33, 0.3), coat, blend=0.15),
        capsule((0, 1.2, 0.55), (0, 1.68, 0.85), (0.24, 0.15), coat, blend=0.15),
        *legs(
            ((0.19, 0.95, 0.48), (0.2, 0.98, -0.5)),
            0.48,
            (0.14, 0.078, 0.085),
            (coat, hoof),
            stride,
        ),
    )
    head = (
        ellipsoid((0, 0, 0), (0.14, 0.17, 0.18), coat),
        capsule((0, -0.03, 0.08), (0, -0.22, 0.34), (0.125, 0.095), coat, blend=0.08),
        ellipsoid(
            (0, -0.25, 0.38),
            (0.105, 0.095, 0.105),
            finishes.fur(finishes.shade(tint, 0.5), scale=30.0),
            blend=0.05,
        ),
        ellipsoid(
            (0, 0.02, 0.175), (0.045, 0.13, 0.035), white, facing=turn(pitch=-0.75), blend=0.02
        ),
        *mirrored(
            (
                cut(
                    ellipsoid((0.05, -0.22, 0.475), (0.02, 0.026, 0.03), finishes.vinyl(_NOSE)),
                    blend=0.02,
                ),
            )
        ),
        *mirrored(
            (
                cone(
                    (0.085, 0.2, -0.02),
                    (0.05, 0.008),
                    0.085,
                    coat,
                    rounding=0.01,
                    facing=turn(roll=-0.25, pitch=0.15),
                    blend=0.02,
                ),
            )
        ),
    )
    hair = [
        ellipsoid(
            (0.03 * (-1) ** n, 1.98 - 0.115 * n, 0.76 - 0.075 * n),
            (0.075, 0.13, 0.1),
            mane,
            facing=turn(pitch=-0.5),
            blend=0.04,
        )
        for n in range(7)
    ]
    lock = [capsule((0, 0.2, 0.02), (0.03, 0.05, 0.19), (0.06, 0.03), mane)]
    tail = (
        capsule((0, 1.25, -0.76), (0.2 * swish, 1.0, -0.98), (0.07, 0.11), mane),
        capsule(
            (0.2 * swish, 1.0, -0.98), (0.5 * swish, 0.5, -0.95), (0.11, 0.04), mane, blend=0.05
        ),
    )
    feather = (
        mirrored(
            tuple(
                cone((0.19, 0.16, z), (0.115, 0.07), 0.08, white, rounding=0.03)
                for z in (0.48, -0.47)
            )
        )
        if stride is None
        else ()
    )
    sight = eyes((0.112, 0.02, 0.11), 0.034)
    return (
        whole(*body), whole(*hair), whole(*tail), *((whole(feather),) if feather else ()),
        *headed((whole(*head), whole(*lock), *sight), (0, 1.82, 0.92), 0.1 * math.sin(0.6 * seconds)),
    )  # fmt: skip


def cow(tint: Linear, seconds: float, stride: float | None = None) -> tuple[Group, ...]:
    """A spotted cow with a bell."""
    hide = Material(finishes.WHITE, tint, finishes.Pattern.NOISE, scale=2.6, rough=0.8, sheen=0.3)
    pink, hoof = finishes.skin((0.66, 0.32, 0.28)), finishes.gloss((0.05, 0.035, 0.025))
    patch, horn = finishes.fur(tint, scale=30.0, relief=0.003), finishes.gloss((0.62, 0.52, 0.36))
    swish = 0.3 * math.sin(1.3 * seconds)
    body = (
        ellipsoid((0, 0.98, -0.08), (0.4, 0.4, 0.74), hide),
        ellipsoid((0, 1.0, 0.42), (0.35, 0.4, 0.34), hide, blend=0.15),
        ellipsoid((0, 0.62, -0.42), (0.2, 0.14, 0.2), pink, blend=0.06),
        *mirrored(
            tuple(
                capsule((0.08, 0.56, z), (0.085, 0.47, z), (0.03, 0.022), pink, blend=0.02)
                for z in (-0.36, -0.5)
            )
        ),
        capsule((0, 1.12, 0.6), (0, 1.28, 0.85), (0.24, 0.19), hide, blend=0.12),
        *legs(
            ((0.23, 0.85, 0.48), (0.24, 0.85, -0.55)),
            0.5,
            (0.15, 0.085, 0.09),
            (hide, hoof),
            stride,
        ),
    )
    spots = mirrored(
        (
            ellipsoid((0.33, 1.12, -0.25), (0.1, 0.2, 0.26), patch),
            ellipsoid((0.3, 0.95, 0.38), (0.09, 0.17, 0.17), patch),
        )
    )
    head = (
        ellipsoid((0, 0, 0), (0.18, 0.19, 0.18), hide),
        capsule((0, -0.04, 0.08), (0, -0.17, 0.26), (0.14, 0.12), hide, blend=0.08),
        ellipsoid((0, -0.2, 0.31), (0.15, 0.11, 0.1), pink, blend=0.04),
        *mirrored(
            (
                cut(
                    ellipsoid(
                        (0.06, -0.18, 0.4), (0.022, 0.02, 0.03), finishes.vinyl((0.25, 0.08, 0.07))
                    ),
                    blend=0.02,
                ),
            )
        ),
        *mirrored((ellipsoid((0.1, 0.03, 0.12), (0.075, 0.09, 0.06), patch, blend=0.02),)),
        *mirrored(
            (
                ellipsoid(
                    (0.25, 0.06, -0.03),
                    (0.12, 0.045, 0.06),
                    hide,
                    facing=turn(roll=-0.15, yaw=0.3),
                    blend=0.03,
                ),
            )
        ),
        ellipsoid((0, 0.17, 0.06), (0.09, 0.06, 0.08), patch, blend=0.02),
    )
    horns = mirrored(
        (
            capsule((0.11, 0.15, -0.02), (0.21, 0.22, 0.02), (0.035, 0.028), horn),
            capsule((0.21, 0.22, 0.02), (0.22, 0.33, 0.05), (0.028, 0.01), horn),
        )
    )
    tail = (
        capsule((0, 1.2, -0.8), (0.2 * swish, 0.75, -0.9), (0.035, 0.025), hide),
        ellipsoid(
            (0.26 * swish, 0.62, -0.9),
            (0.05, 0.13, 0.05),
            finishes.fur(tint, scale=20.0, relief=0.015),
        ),
    )
    bell = (
        capsule(
            (0, 1.12, 0.78), (0, 1.16, 0.76), (0.225, 0.235), finishes.leather((0.3, 0.12, 0.05))
        ),
        cone((0, 0.83, 0.93), (0.09, 0.05), 0.07, finishes.metal(finishes.BRASS), rounding=0.015),
    )
    sight = eyes((0.105, 0.045, 0.165), 0.034)
    return (
        whole(*body),
        whole(spots),
        whole(*tail),
        whole(*bell),
        *headed(
            (whole(*head), whole(horns), *sight), (0, 1.42, 0.98), 0.1 * math.sin(0.5 * seconds)
        ),
    )


def elephant(tint: Linear, seconds: float, stride: float | None = None) -> tuple[Group, ...]:
    """A young elephant that swings its trunk."""
    hide = finishes.Material(
        tint,
        finishes.shade(tint, 0.75),
        finishes.Pattern.NOISE,
        scale=10.0,
        relief=0.002,
        rough=0.8,
    )
    pink, nail, ivory = (
        finishes.skin(finishes.mix(tint, _PINK, 0.6)),
        finishes.vinyl(finishes.IVORY),
        finishes.gloss((0.74, 0.68, 0.54)),
    )
    swing, flap = 0.12 * math.sin(1.1 * seconds), 0.12 * math.sin(1.9 * seconds)
    body = (
        ellipsoid((0, 0.86, -0.1), (0.47, 0.46, 0.62), hide),
        ellipsoid((0, 0.92, 0.32), (0.38, 0.4, 0.34), hide, blend=0.15),
        *legs(
            ((0.27, 0.75, 0.3), (0.28, 0.75, -0.42)), 0.5, (0.19, 0.155, 0.17), (hide, hide), stride
        ),
        capsule((0, 1.0, -0.68), (0.1 * swing * 4, 0.62, -0.8), (0.045, 0.025), hide, blend=0.05),
    )
    head = (
        ellipsoid((0, 0, 0), (0.32, 0.34, 0.31), hide),
        *mirrored((ellipsoid((0.13, 0.12, 0.1), (0.17, 0.17, 0.17), hide, blend=0.1),)),
    )
    points = [(0.0, -0.08, 0.26)]
    for n in range(7):
        a = -1.35 + 0.1 * n + (0.42 * max(n - 3, 0))
        x, y, z = points[-1]
        points.append(
            (x + swing * 0.25 * (n + 1) * 0.3, y + 0.125 * math.sin(a), z + 0.125 * math.cos(a))
        )
    trunk = tuple(
        capsule(points[n], points[n + 1], (0.14 - 0.012 * n, 0.128 - 0.012 * n), hide, blend=0.03)
        for n in range(7)
    )
    ears = mirrored(
        (
            ellipsoid((0.45, -0.02, -0.08), (0.29, 0.33, 0.055), hide, facing=turn(yaw=0.5 + flap)),
            ellipsoid(
                (0.44, -0.03, -0.045), (0.22, 0.26, 0.045), pink, facing=turn(yaw=0.5 + flap)
            ),
        )
    )
    tusks = mirrored(
        (
            capsule((0.12, -0.2, 0.25), (0.16, -0.36, 0.42), (0.042, 0.036), ivory),
            capsule((0.16, -0.36, 0.42), (0.16, -0.36, 0.55), (0.036, 0.012), ivory),
        )
    )
    toes = (
        mirrored(
            tuple(
                ellipsoid(
                    (0.27 + 0.085 * (k - 1), 0.05, z + 0.2 - 0.03 * abs(k - 1)),
                    (0.035, 0.04, 0.02),
                    nail,
                )
                for z in (0.3, -0.4)
                for k in range(3)
            )
        )
        if stride is None
        else ()
    )
    sight = eyes((0.215, 0.04, 0.225), 0.034)
    return (
        whole(*body), *((whole(toes),) if toes else ()),
        *headed((whole(*head, trunk), whole(ears), whole(tusks), *sight), (0, 1.28, 0.62), 0.06 * math.sin(0.7 * seconds)),
    )  # fmt: skip
