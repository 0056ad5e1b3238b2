"""Toys: bear, robot, rocking horse, blocks, pinwheel."""

import math

from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear, Material
from generator.film.props.animals import eyes
from generator.film.props.parts import Y_TO_X, Y_TO_Z, around, board
from generator.film.scenes import Group
from generator.film.shapes import (
    Shape,
    box,
    capsule,
    cone,
    cylinder,
    ellipsoid,
    mirrored,
    moved,
    pose,
    rod,
    sphere,
    torus,
    turn,
)


def teddy_bear(tint: Linear) -> tuple[Group, ...]:
    """A sitting teddy bear with a bow."""
    plush = finishes.fur(tint, scale=75.0, relief=0.005)
    pale = finishes.fur(finishes.mix(tint, finishes.IVORY, 0.6), scale=75.0, relief=0.004)
    bow = finishes.cloth(finishes.RED, 300.0)
    body = (
        ellipsoid((0, 0.14, -0.02), (0.1, 0.115, 0.09), plush),
        ellipsoid((0, 0.13, 0.035), (0.066, 0.08, 0.05), pale, blend=0.01),
        *mirrored(
            (
                capsule((0.09, 0.2, 0.01), (0.15, 0.12, 0.07), (0.038, 0.036), plush, blend=0.012),
                sphere((0.155, 0.112, 0.08), 0.04, plush, blend=0.012),
                capsule(
                    (0.065, 0.06, 0.03), (0.105, 0.05, 0.15), (0.05, 0.046), plush, blend=0.012
                ),
                ellipsoid((0.11, 0.06, 0.185), (0.052, 0.06, 0.03), plush, blend=0.012),
                ellipsoid((0.112, 0.058, 0.203), (0.034, 0.04, 0.016), pale, blend=0.003),
            )
        ),
    )
    head = (
        ellipsoid((0, 0.325, 0), (0.098, 0.088, 0.085), plush),
        *mirrored(
            (
                ellipsoid((0.078, 0.398, -0.01), (0.037, 0.037, 0.022), plush, blend=0.01),
                ellipsoid((0.078, 0.398, 0.009), (0.022, 0.022, 0.009), pale, blend=0.003),
            )
        ),
        ellipsoid((0, 0.3, 0.07), (0.045, 0.037, 0.036), pale, blend=0.01),
        ellipsoid((0, 0.318, 0.105), (0.017, 0.012, 0.009), finishes.gloss(finishes.INK)),
        capsule(
            (0, 0.308, 0.107), (0, 0.29, 0.106), (0.0025, 0.0025), finishes.vinyl(finishes.INK)
        ),
        *mirrored(
            (
                capsule(
                    (0, 0.29, 0.106),
                    (0.017, 0.282, 0.099),
                    (0.0025, 0.0025),
                    finishes.vinyl(finishes.INK),
                ),
            )
        ),
    )
    ribbon = (
        *mirrored(
            (
                ellipsoid((0.04, 0.238, 0.085), (0.038, 0.023, 0.014), bow, facing=turn(roll=0.2)),
                capsule((0.012, 0.23, 0.085), (0.032, 0.185, 0.09), (0.009, 0.013), bow),
            )
        ),
        sphere((0, 0.238, 0.09), 0.015, bow),
        torus((0, 0.245, 0.01), 0.076, 0.01, bow),
    )
    return whole(*body), whole(*head), whole(*ribbon), *eyes((0.037, 0.343, 0.076), 0.0125)


def robot(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A tin robot with a wind-up key; its arms swing and its eyes glow."""
    tin, steel, dark = finishes.enamel(tint), finishes.metal(), finishes.enamel((0.04, 0.045, 0.05))
    swing = 0.35 * math.sin(2.6 * seconds)
    body = (
        box((0, 0.3, 0), (0.13, 0.14, 0.09), tin, rounding=0.025),
        box((0, 0.31, 0.088), (0.085, 0.075, 0.008), steel, rounding=0.006),
        *(
            cylinder(
                (-0.05 + 0.05 * n, 0.265, 0.098),
                0.014,
                0.006,
                finishes.gloss(colour),
                rounding=0.003,
                facing=Y_TO_Z,
            )
            for n, colour in enumerate(((0.6, 0.04, 0.03), (0.7, 0.42, 0.03), (0.05, 0.3, 0.12)))
        ),
        cylinder((0.0, 0.335, 0.096), 0.033, 0.003, finishes.paper(finishes.WHITE), facing=Y_TO_Z),
        capsule(
            (0, 0.335, 0.1),
            (0.02 * math.sin(3 * seconds), 0.36, 0.1),
            (0.002, 0.002),
            finishes.vinyl(finishes.RED),
        ),
        *(
            sphere((a * 0.115, 0.3 + b * 0.125, 0.09), 0.006, steel)
            for a in (-1, 1)
            for b in (-1, 1)
        ),
        rod((0, 0.44, 0), (0, 0.465, 0), 0.04, steel),
    )
    head = (
        box((0, 0.54, 0), (0.1, 0.078, 0.08), tin, rounding=0.024),
        *mirrored(
            (
                rod((0.1, 0.54, 0), (0.122, 0.54, 0), 0.03, steel, rounding=0.006),
                torus((0.042, 0.556, 0.08), 0.028, 0.007, steel, facing=Y_TO_Z),
            )
        ),
        box((0, 0.496, 0.08), (0.05, 0.015, 0.006), dark, rounding=0.005),
        *(box((-0.036 + 0.018 * n, 0.496, 0.084), (0.0035, 0.013, 0.005), steel) for n in range(5)),
        capsule((0, 0.615, 0), (0, 0.68, 0), (0.007, 0.004), steel),
        sphere((0, 0.69, 0), 0.016, finishes.gloss(finishes.RED)),
    )
    lit = finishes.light((0.3, 0.85, 1.0), 1.6)
    sight = whole(
        mirrored((ellipsoid((0.042, 0.556, 0.082), (0.024, 0.024, 0.009), lit),)),
        shadow=False,
        lights=0.0,
    )
    arms: list[Shape] = []
    for side in (-1, 1):
        a = side * swing
        elbow = (side * 0.19, 0.37 - 0.1 * math.cos(a), 0.1 * math.sin(a))
        hand = (
            side * 0.195,
            elbow[1] - 0.09 * math.cos(a + 0.3),
            elbow[2] + 0.1 * math.sin(a + 0.45),
        )
        arms += [
            sphere((side * 0.155, 0.385, 0), 0.04, steel),
            capsule((side * 0.165, 0.38, 0), elbow, (0.026, 0.026), tin),
            sphere(elbow, 0.032, steel),
            capsule(elbow, hand, (0.028, 0.03), tin),
            torus(
                (hand[0], hand[1] - 0.03, hand[2] + 0.012),
                0.026,
                0.011,
                steel,
                arc=2.4,
                facing=((0, 1, 0), (0, 0, 1), (1, 0, 0)),
            ),
        ]
    legs_ = mirrored(
        (
            rod((0.065, 0.06, 0), (0.065, 0.17, 0), 0.032, steel),
            *(torus((0.065, y, 0), 0.033, 0.009, dark) for y in (0.085, 0.115, 0.145)),
            box((0.068, 0.03, 0.018), (0.052, 0.03, 0.08), tin, rounding=0.022),
        )
    )
    key = moved(
        (
            torus((0.022, 0, 0), 0.02, 0.006, steel, facing=Y_TO_Z),
            torus((-0.022, 0, 0), 0.02, 0.006, steel, facing=Y_TO_Z),
            rod((0, 0, 0), (0, 0, 0.05), 0.007, steel),
        ),
        pose((0, 0.32, -0.14), roll=1.8 * seconds),
    )
    return whole(*body), whole(*head), sight, whole(*arms), whole(legs_), whole(key)


def rocking_horse(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A rocking horse, rocking."""
    timber, paint = finishes.varnished(finishes.PINE), finishes.gloss(tint)
    mane, hide = (
        finishes.fur(finishes.IVORY, scale=40.0, relief=0.01),
        finishes.leather((0.3, 0.06, 0.04)),
    )
    rock = 0.1 * math.sin(2.4 * seconds)
    body = (
        ellipsoid((0, 0.5, 0), (0.13, 0.14, 0.27), timber),
        capsule((0, 0.56, 0.18), (0, 0.82, 0.3), (0.1, 0.07), timber, blend=0.06),
        capsule((0, 0.86, 0.3), (0, 0.74, 0.46), (0.075, 0.052), timber, blend=0.03),
        *mirrored(
            (cone((0.035, 0.95, 0.28), (0.024, 0.004), 0.035, timber, rounding=0.006, blend=0.01),)
        ),
        *mirrored(
            tuple(
                capsule(
                    (0.08, 0.45, z * 0.19),
                    (0.15, 0.12, z * 0.33),
                    (0.055, 0.035),
                    timber,
                    blend=0.03,
                )
                for z in (-1, 1)
            )
        ),
        *mirrored((sphere((0.068, 0.86, 0.36), 0.014, finishes.gloss(finishes.INK)),)),
    )
    hair = (
        *(
            ellipsoid((0, 0.96 - 0.075 * n, 0.2 - 0.035 * n), (0.03, 0.07, 0.05), mane, blend=0.02)
            for n in range(5)
        ),
        capsule((0, 0.56, -0.25), (0, 0.36, -0.36), (0.05, 0.03), mane),
        ellipsoid((0, 0.64, -0.02), (0.11, 0.035, 0.12), hide),
        capsule((-0.11, 0.8, 0.3), (0.11, 0.8, 0.3), (0.015, 0.015), paint),
    )
    runners = mirrored(
        (
            torus(
                (0.16, 1.24, 0),
                1.2,
                0.028,
                paint,
                arc=0.44,
                facing=((0, 1, 0), (0, 0, -1), (-1, 0, 0)),
            ),
            *(board((0.0, 0.12, z), (0.17, 0.014, 0.03), paint) for z in (-0.33, 0.33)),
        )
    )
    swing = pose(
        (0, 0.004 + 1.24 * (1 - math.cos(rock)) * 0.05, 1.24 * math.sin(rock) * 0.02), pitch=rock
    )
    return tuple(whole(moved(part, swing)) for part in (body, hair, runners))


def blocks(tint: Linear) -> tuple[Group, ...]:
    """A tower of toy blocks."""
    colours: tuple[Linear, ...] = (tint, (0.06, 0.2, 0.46), (0.74, 0.48, 0.04), (0.1, 0.36, 0.12))
    timber = [
        Material(
            c,
            finishes.shade(c, 0.8),
            finishes.Pattern.WOOD,
            scale=10.0,
            relief=0.0004,
            rough=0.4,
            mirror=0.1,
        )
        for c in colours
    ]
    rows = (
        ((-0.09, 0.04, 0.0), 0.1, 0), ((0.02, 0.04, 0.03), -0.2, 1), ((0.12, 0.04, -0.02), 0.35, 2),
        ((-0.035, 0.12, 0.01), 0.3, 3), ((0.07, 0.12, 0.0), -0.1, 0), ((0.02, 0.2, 0.01), 0.15, 2),
    )  # fmt: skip
    made = [
        whole(
            box(at, (0.039, 0.039, 0.039), timber[n], rounding=0.006, facing=turn(yaw=yaw)),
            box(
                (at[0], at[1], at[2]),
                (0.025, 0.025, 0.0395),
                finishes.paper(finishes.WHITE),
                rounding=0.004,
                facing=turn(yaw=yaw),
            ),
        )
        for at, yaw, n in rows
    ]
    made.append(whole(cone((0.02, 0.285, 0.01), (0.045, 0.003), 0.045, timber[1], rounding=0.004)))
    made.append(
        whole(cylinder((0.2, 0.035, 0.09), 0.035, 0.05, timber[3], rounding=0.005, facing=Y_TO_X))
    )
    return tuple(made)


def pinwheel(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A toy windmill on a stick, turning."""
    card, second = finishes.gloss(tint), finishes.gloss((0.74, 0.5, 0.05))
    vanes: list[Shape] = []
    for index, (angle, _, _) in enumerate(around(6)):
        vanes += moved(
            (
                capsule((0, 0, 0), (0.02, 0.1, 0.0), (0.006, 0.03), (card, second)[index % 2]),
                capsule(
                    (0.02, 0.1, 0.0),
                    (0.055, 0.085, 0.012),
                    (0.03, 0.008),
                    (card, second)[index % 2],
                    blend=0.01,
                ),
            ),
            pose(roll=-angle),
        )
    spun = moved(tuple(vanes), pose((0, 0.62, 0.025), roll=-5.0 * seconds))
    return (
        whole(
            cylinder((0, 0.015, 0), 0.07, 0.015, finishes.wood(), rounding=0.008),
            capsule((0, 0.02, 0), (0, 0.64, 0), (0.008, 0.008), finishes.wood(finishes.PINE)),
            rod((0, 0.62, 0), (0, 0.62, 0.045), 0.006, finishes.metal()),
        ),
        whole(spun, sphere((0, 0.62, 0.05), 0.016, finishes.metal(finishes.BRASS))),
        whole(sphere((0, 0.62, 0.052), 0.01, finishes.metal(finishes.BRASS))),
    )
