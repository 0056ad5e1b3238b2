# ruff: noqa: E501 - a shape a line reads like a parts list.
"""What flies, swims and flutters: birds, fish, a butterfly. They face +z."""

import math

from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear, Material, Pattern
from generator.film.props.animals import eyes
from generator.film.scenes import Group
from generator.film.shapes import (
    Shape,
    box,
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

_BEAK: Linear = (0.74, 0.3, 0.03)


def _feather(colour: Linear) -> Material:
    return Material(
        colour,
        finishes.shade(colour, 0.7),
        Pattern.FUR,
        scale=40.0,
        relief=0.003,
        rough=0.8,
        sheen=0.3,
    )


def _foot(x: float, z: float, size: float, material: Material) -> tuple[Shape, ...]:
    return tuple(
        capsule((x, size * 0.12, z), (x + size * math.sin(a), size * 0.12, z + size * math.cos(a)), (size * 0.12, size * 0.1), material)
        for a in (-0.55, 0.0, 0.55, math.pi)
    )  # fmt: skip


def bird(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A round robin that hops and looks about."""
    back, breast = (
        _feather(finishes.mix(tint, (0.3, 0.26, 0.2), 0.3)),
        _feather((0.72, 0.17, 0.03)),
    )
    belly, beak = _feather(finishes.IVORY), finishes.gloss((0.1, 0.08, 0.06))
    hop = 0.02 * max(math.sin(3.0 * seconds), 0.0) ** 3
    flick = 0.2 * max(math.sin(2.4 * seconds), 0.0) ** 4
    body = (
        ellipsoid((0, 0.082, 0), (0.046, 0.05, 0.058), back, facing=turn(pitch=-0.35)),
        ellipsoid((0, 0.079, 0.016), (0.041, 0.044, 0.048), breast, blend=0.006),
        ellipsoid((0, 0.058, 0.008), (0.034, 0.03, 0.038), belly, blend=0.008),
        sphere((0, 0.128, 0.03), 0.034, back, blend=0.016),
        ellipsoid((0, 0.119, 0.044), (0.026, 0.026, 0.024), breast, blend=0.006),
        cone(
            (0, 0.127, 0.073),
            (0.008, 0.001),
            0.012,
            beak,
            rounding=0.001,
            facing=turn(pitch=math.pi / 2),
        ),
        box(
            (0, 0.07 + 0.06 * flick, -0.085),
            (0.015, 0.004, 0.034),
            back,
            rounding=0.004,
            facing=turn(pitch=0.25 + flick),
            blend=0.01,
        ),
    )
    wings = mirrored(
        (
            ellipsoid(
                (0.04, 0.084, -0.016),
                (0.012, 0.028, 0.044),
                _feather(finishes.shade(tint, 0.55)),
                facing=turn(pitch=-0.5, yaw=0.3),
            ),
        )
    )
    legs = mirrored(
        (
            capsule((0.017, 0.045, 0.005), (0.019, 0.004, 0.012), (0.003, 0.0026), beak),
            *_foot(0.019, 0.012, 0.02, beak),
        )
    )
    lift = pose((0, hop, 0), yaw=0.25 * math.sin(0.9 * seconds))
    sight = eyes((0.021, 0.135, 0.054), 0.0062)
    return tuple(
        whole(moved(g.shapes, lift), shadow=g.shadow, lights=g.lights)
        for g in (whole(*body), whole(wings), whole(legs), *sight)
    )


def duck(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A duck that waddles on the spot."""
    white, beak = _feather(tint), finishes.gloss(_BEAK)
    rock = 0.05 * math.sin(2.6 * seconds)
    body = (
        ellipsoid((0, 0.19, -0.02), (0.12, 0.115, 0.175), white, facing=turn(pitch=-0.12)),
        capsule((0, 0.25, -0.16), (0, 0.31, -0.24), (0.06, 0.02), white, blend=0.05),
        capsule((0, 0.24, 0.1), (0, 0.37, 0.135), (0.075, 0.052), white, blend=0.06),
        ellipsoid((0, 0.41, 0.15), (0.072, 0.07, 0.075), white, blend=0.03),
    )
    wings = mirrored(
        (
            ellipsoid(
                (0.115, 0.21, -0.04), (0.03, 0.075, 0.14), white, facing=turn(pitch=-0.25, yaw=0.22)
            ),
        )
    )
    bill = (
        ellipsoid((0, 0.395, 0.24), (0.04, 0.014, 0.055), beak),
        ellipsoid((0, 0.41, 0.215), (0.024, 0.02, 0.03), beak, blend=0.012),
        ellipsoid(
            (0, 0.378, 0.23), (0.032, 0.01, 0.042), finishes.gloss(finishes.shade(_BEAK, 0.7))
        ),
    )
    feet: list[Shape] = []
    for side in (-1, 1):
        lift = 0.025 * max(math.sin(2.6 * seconds) * side, 0.0)
        feet += [
            capsule(
                (side * 0.055, 0.12, 0.0), (side * 0.06, 0.02 + lift, 0.01), (0.014, 0.011), beak
            ),
            *(
                capsule(
                    (side * 0.06, 0.011 + lift, 0.0),
                    (side * 0.06 + 0.045 * math.sin(a), 0.009 + lift, 0.07 * math.cos(a)),
                    (0.012, 0.009),
                    beak,
                    blend=0.02,
                )
                for a in (-0.5, 0.0, 0.5)
            ),
        ]
    lean = pose((0, 0, 0), roll=rock)
    parts = (whole(*body), whole(wings), whole(*bill), *eyes((0.05, 0.43, 0.195), 0.0145))
    return (
        *(whole(moved(g.shapes, lean), shadow=g.shadow, lights=g.lights) for g in parts),
        whole(*feet),
    )


def owl(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """An owl on a stump; it turns its head."""
    coat, pale, beak = (
        _feather(tint),
        _feather(finishes.mix(tint, finishes.IVORY, 0.7)),
        finishes.gloss((0.5, 0.3, 0.06)),
    )
    yaw = 0.7 * math.sin(0.9 * seconds) ** 3
    body = (
        ellipsoid((0, 0.36, 0), (0.115, 0.16, 0.105), coat),
        ellipsoid(
            (0, 0.34, 0.035),
            (0.085, 0.12, 0.08),
            Material(
                finishes.mix(tint, finishes.IVORY, 0.7),
                tint,
                Pattern.DOTS,
                scale=36.0,
                rough=0.9,
                sheen=0.3,
            ),
            blend=0.01,
        ),
        *mirrored(
            (ellipsoid((0.108, 0.35, -0.02), (0.035, 0.13, 0.075), coat, facing=turn(roll=0.12)),)
        ),
    )
    head = (
        ellipsoid((0, 0, 0), (0.112, 0.095, 0.095), coat),
        *mirrored(
            (
                ellipsoid((0.044, 0.0, 0.065), (0.052, 0.054, 0.032), pale, blend=0.008),
                cone(
                    (0.07, 0.095, 0.02),
                    (0.03, 0.003),
                    0.035,
                    coat,
                    rounding=0.004,
                    facing=turn(roll=-0.5),
                    blend=0.02,
                ),
            )
        ),
        capsule((0, 0.0, 0.1), (0, -0.035, 0.108), (0.013, 0.003), beak),
    )
    where = pose((0, 0.55, 0.0), yaw=yaw)
    irises = whole(
        mirrored(
            (
                ellipsoid(
                    (0.043, 0.004, 0.089), (0.03, 0.03, 0.014), finishes.gloss((0.7, 0.36, 0.02))
                ),
            )
        )
    )
    skull = (whole(*head), irises, *eyes((0.043, 0.004, 0.09), 0.0175))
    stump = (
        cone((0, 0.1, 0), (0.17, 0.13), 0.1, finishes.bark(), rounding=0.01),
        capsule((0.1, 0.03, 0.1), (0.2, 0.0, 0.2), (0.05, 0.03), finishes.bark(), blend=0.05),
        capsule((-0.1, 0.03, 0.1), (-0.2, 0.0, 0.16), (0.05, 0.03), finishes.bark(), blend=0.05),
        *mirrored(
            tuple(
                capsule(
                    (0.045 + 0.014 * k, 0.21, 0.07),
                    (0.05 + 0.02 * k, 0.2, 0.12),
                    (0.011, 0.007),
                    beak,
                )
                for k in (-1, 0, 1)
            )
        ),
    )
    return (
        whole(*stump),
        whole(*body),
        *(whole(moved(g.shapes, where), shadow=g.shadow, lights=g.lights) for g in skull),
    )


def butterfly(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A butterfly, beating its wings."""
    beat = 0.55 + 0.6 * math.sin(9.0 * seconds)
    wing, rim = finishes.blade(tint), finishes.vinyl(finishes.INK)
    spot = finishes.blade((0.8, 0.76, 0.66))
    one = (
        ellipsoid((0.046, 0, 0.024), (0.045, 0.0075, 0.032), rim, facing=turn(yaw=-0.35)),
        ellipsoid((0.032, 0, -0.03), (0.033, 0.007, 0.028), rim, facing=turn(yaw=0.4), blend=0.01),
        ellipsoid((0.043, 0.0015, 0.022), (0.036, 0.008, 0.024), wing, facing=turn(yaw=-0.35)),
        ellipsoid((0.03, 0.0015, -0.028), (0.026, 0.0075, 0.021), wing, facing=turn(yaw=0.4)),
        sphere((0.068, 0.003, 0.032), 0.0075, spot),
        sphere((0.04, 0.003, -0.036), 0.006, spot),
    )
    body = (
        capsule((0, 0, -0.035), (0, 0, 0.02), (0.0055, 0.008), rim),
        sphere((0, 0.003, 0.033), 0.009, rim, blend=0.006),
        *mirrored(
            (
                capsule((0.003, 0.008, 0.038), (0.02, 0.03, 0.06), (0.0011, 0.001), rim),
                sphere((0.02, 0.03, 0.06), 0.0026, rim),
            )
        ),
    )
    raised = moved(one, pose(roll=beat))
    up = pose((0, 0.075 - 0.012 * math.sin(9.0 * seconds), 0), pitch=0.75)
    return whole(moved(mirrored(raised), up)), whole(moved(body, up))


def fish(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A goldfish whose tail beats."""
    scales = Material(
        tint,
        finishes.shade(tint, 0.6),
        Pattern.ROOF,
        scale=60.0,
        relief=0.0012,
        rough=0.22,
        mirror=0.35,
    )
    fin = Material(finishes.mix(tint, finishes.WHITE, 0.2), rough=0.4, soft=0.7)
    beat = 0.45 * math.sin(6.0 * seconds)
    body = (
        ellipsoid((0, 0.1, 0.02), (0.05, 0.072, 0.105), scales),
        ellipsoid((0, 0.095, 0.09), (0.036, 0.046, 0.05), scales, blend=0.03),
        capsule((0, 0.1, -0.05), (0.02 * beat, 0.105, -0.12), (0.032, 0.015), scales, blend=0.03),
        *mirrored((ellipsoid((0.008, 0.088, 0.138), (0.011, 0.008, 0.008), fin, blend=0.005),)),
        cut(
            ellipsoid((0, 0.087, 0.149), (0.008, 0.0045, 0.012), finishes.vinyl((0.2, 0.03, 0.02))),
            blend=0.003,
        ),
    )
    x = 0.06 * beat
    tail = (
        ellipsoid(
            (x, 0.137, -0.145), (0.011, 0.052, 0.028), fin, facing=turn(yaw=beat, pitch=-0.5)
        ),
        ellipsoid(
            (x, 0.07, -0.145),
            (0.011, 0.052, 0.028),
            fin,
            facing=turn(yaw=beat, pitch=0.5),
            blend=0.01,
        ),
        ellipsoid(
            (0, 0.172, -0.005), (0.01, 0.034, 0.052), fin, facing=turn(pitch=-0.2), blend=0.01
        ),
        ellipsoid((0, 0.032, -0.02), (0.009, 0.03, 0.022), fin, facing=turn(pitch=0.5), blend=0.01),
        *mirrored(
            (
                ellipsoid(
                    (0.058, 0.075, 0.03),
                    (0.009, 0.022, 0.03),
                    fin,
                    facing=turn(roll=0.7 + 0.4 * beat, yaw=-0.4),
                ),
            )
        ),
    )
    whites = whole(
        mirrored((sphere((0.036, 0.112, 0.095), 0.0185, finishes.gloss(finishes.WHITE)),))
    )
    return whole(*body), whole(*tail), whites, *eyes((0.041, 0.113, 0.102), 0.013)
