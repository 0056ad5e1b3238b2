# ruff: noqa: E501 - a shape a line reads like a parts list.
"""What things are kept and carried in."""

import math

from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear
from generator.film.props.parts import Y_TO_X, Y_TO_Z, around, board
from generator.film.scenes import Group
from generator.film.shapes import (
    Shape,
    box,
    capsule,
    cone,
    cut,
    cylinder,
    ellipsoid,
    mirrored,
    rod,
    sphere,
    torus,
    turn,
)


def carton(tint: Linear) -> tuple[Group, ...]:
    """A cardboard box, taped, two flaps ajar."""
    card, tape = finishes.paper(tint), finishes.gloss((0.55, 0.4, 0.2))
    edge = finishes.paper(finishes.shade(tint, 0.7))
    return (
        whole(
            box((0, 0.17, 0), (0.24, 0.17, 0.19), card, rounding=0.004),
            box((0, 0.172, 0), (0.028, 0.1705, 0.191), tape, rounding=0.003),
            *mirrored((box((0.16, 0.345, 0.0), (0.085, 0.003, 0.188), edge, rounding=0.002, facing=turn(roll=0.16)),)),
            box((-0.12, 0.11, 0.1905), (0.06, 0.04, 0.001), finishes.paper(finishes.WHITE)),
        ),
    )  # fmt: skip


def crate(tint: Linear) -> tuple[Group, ...]:
    """A wooden crate of boards on a frame."""
    timber, frame = finishes.wood(tint), finishes.wood(finishes.shade(tint, 0.72))
    nail = finishes.metal(finishes.IRON)
    half = 0.25
    boards: list[Shape] = []
    for n in range(5):
        y = 0.05 + 0.1 * n
        boards += [
            board((0, y, half - 0.014), (half - 0.012, 0.047, 0.012), timber, rounding=0.006),
            board((0, y, 0.014 - half), (half - 0.012, 0.047, 0.012), timber, rounding=0.006),
            *mirrored((board((half - 0.014, y, 0), (0.012, 0.047, half - 0.012), timber, rounding=0.006),)),
            board((-0.2 + 0.1 * n, 0.486, 0), (0.047, 0.012, half - 0.004), timber, rounding=0.006),
        ]  # fmt: skip
    frames: list[Shape] = []
    for face in (-1, 1):
        z = face * (half + 0.002)
        frames += [
            *mirrored((board((0.222, 0.25, z), (0.028, 0.25, 0.014), frame, rounding=0.006),)),
            *(board((0, y, z), (0.195, 0.028, 0.013), frame, rounding=0.006) for y in (0.03, 0.47)),
            box((0, 0.25, z), (0.026, 0.255, 0.011), frame, rounding=0.006, facing=turn(roll=0.8)),
            *(
                sphere((a * 0.222, b, z + face * 0.013), 0.006, nail)
                for a in (-1, 1)
                for b in (0.03, 0.47)
            ),
        ]
    return whole(tuple(boards)), whole(*frames)


def barrel(tint: Linear) -> tuple[Group, ...]:
    """A barrel of staves under iron hoops."""
    timber, iron = finishes.wood(tint, 14.0), finishes.metal(finishes.IRON, 0.45)
    staves: list[Shape] = []
    for angle, s, c in around(18):
        del angle
        staves.append(
            capsule(
                (0.222 * s, 0.05, 0.222 * c), (0.268 * s, 0.42, 0.268 * c), (0.045, 0.051), timber
            )
        )
        staves.append(
            capsule((0.268 * s, 0.42, 0.268 * c), (0.222 * s, 0.79, 0.222 * c), (0.051, 0.045), timber)
        )  # fmt: skip
    hoops = tuple(
        cylinder((0, y, 0), r, 0.024, iron, rounding=0.006)
        for y, r in ((0.1, 0.279), (0.27, 0.305), (0.57, 0.305), (0.74, 0.279))
    )
    trim = (
        cut(cylinder((0, 0.86, 0), 0.34, 0.052, timber)),
        cylinder((0, 0.79, 0), 0.235, 0.008, finishes.wood(finishes.shade(tint, 0.7))),
        cut(box((0, -0.05, 0), (0.4, 0.05, 0.4), timber)),
    )
    return whole(tuple(staves), *trim), whole(hoops)


def basket(tint: Linear) -> tuple[Group, ...]:
    """A wicker basket with a high handle and fruit in it."""
    wicker, rope = finishes.knit(tint, 34.0), finishes.bark(tint, 30.0)
    body = (
        cone((0, 0.085, 0), (0.125, 0.17), 0.085, wicker, rounding=0.02),
        cut(cone((0, 0.12, 0), (0.125, 0.158), 0.07, finishes.cloth(finishes.shade(tint, 0.4)))),
        torus((0, 0.168, 0), 0.164, 0.014, rope),
        torus((0, 0.014, 0), 0.112, 0.013, rope),
        torus((0, 0.165, 0), 0.158, 0.012, rope, arc=math.pi / 2, facing=((1, 0, 0), (0, 0, 1), (0, -1, 0))),
    )  # fmt: skip
    fruits: tuple[tuple[float, float, float, float, Linear], ...] = (
        (-0.075, 0.15, 0.03, 0.048, (0.5, 0.03, 0.03)), (0.03, 0.155, 0.07, 0.046, (0.68, 0.24, 0.02)),
        (0.08, 0.15, -0.03, 0.05, (0.32, 0.42, 0.06)), (-0.03, 0.16, -0.06, 0.047, (0.52, 0.05, 0.03)),
        (0.0, 0.185, 0.0, 0.046, (0.68, 0.24, 0.02)),
    )  # fmt: skip
    return whole(*body), whole(
        *(sphere((x, y, z), r, finishes.gloss(c)) for x, y, z, r, c in fruits)
    )


def bucket(tint: Linear) -> tuple[Group, ...]:
    """A tin bucket of water with its handle down."""
    tin, water = finishes.enamel(tint), finishes.screen((0.05, 0.11, 0.13))
    return (
        whole(
            cone((0, 0.14, 0), (0.1, 0.15), 0.14, tin, rounding=0.008),
            cut(cone((0, 0.2, 0), (0.113, 0.146), 0.09, tin)),
            torus((0, 0.278, 0), 0.149, 0.007, finishes.metal()),
            torus((0, 0.09, 0), 0.119, 0.005, tin, blend=0.004),
            torus((0, 0.2, 0), 0.137, 0.005, tin, blend=0.004),
        ),
        whole(cylinder((0, 0.22, 0), 0.131, 0.004, water)),
        whole(
            torus((0, 0.26, 0), 0.155, 0.005, finishes.metal(), arc=math.pi / 2, facing=turn(pitch=0.62)),
            *mirrored((sphere((0.152, 0.26, 0), 0.014, finishes.metal()),)),
            rod((-0.035, 0.17, 0.126), (0.035, 0.17, 0.126), 0.011, finishes.wood(), rounding=0.006),
        ),
    )  # fmt: skip


def suitcase(tint: Linear) -> tuple[Group, ...]:
    """A leather suitcase with straps and brass corners."""
    hide, strap = finishes.leather(tint), finishes.leather(finishes.shade(tint, 0.4))
    brass = finishes.metal(finishes.BRASS)
    shell = (
        box((0, 0.22, 0), (0.3, 0.205, 0.085), hide, rounding=0.03),
        cut(box((0, 0.22, 0.0), (0.31, 0.215, 0.0025), finishes.vinyl(finishes.INK))),
    )
    straps = mirrored(
        (
            box((0.17, 0.22, 0), (0.018, 0.209, 0.089), strap, rounding=0.032),
            box((0.17, 0.35, 0.089), (0.026, 0.022, 0.005), brass, rounding=0.004),
        )
    )
    corners = tuple(
        sphere((0.273 * a, 0.22 + 0.178 * b, 0.058 * c), 0.032, brass)
        for a in (-1, 1)
        for b in (-1, 1)
        for c in (-1, 1)
    )
    handle = (
        torus((0, 0.425, 0), 0.055, 0.012, strap, arc=math.pi / 2, facing=((1, 0, 0), (0, 0, 1), (0, -1, 0))),
        *mirrored((sphere((0.055, 0.428, 0), 0.016, brass),)),
    )  # fmt: skip
    return whole(*shell), whole(straps, corners), whole(*handle)


def backpack(tint: Linear) -> tuple[Group, ...]:
    """A rucksack with pockets, straps and a rolled mat."""
    canvas, dark = finishes.cloth(tint, 130.0), finishes.leather((0.2, 0.1, 0.045))
    brass = finishes.metal(finishes.BRASS)
    bag = (
        box((0, 0.19, 0), (0.145, 0.19, 0.09), canvas, rounding=0.075),
        ellipsoid((0, 0.15, 0.02), (0.16, 0.15, 0.1), canvas, blend=0.04),
    )
    flap = (
        ellipsoid((0, 0.335, 0.01), (0.15, 0.07, 0.115), canvas),
        box((0, 0.29, 0.1), (0.105, 0.06, 0.014), canvas, rounding=0.013, blend=0.05),
    )
    pockets = (
        box((0, 0.115, 0.125), (0.085, 0.065, 0.03), canvas, rounding=0.028),
        box((0, 0.165, 0.14), (0.09, 0.022, 0.022), canvas, rounding=0.016, blend=0.008),
        *mirrored((ellipsoid((0.145, 0.12, 0), (0.04, 0.09, 0.062), canvas, blend=0.01),)),
    )
    details = (
        *mirrored(
            (
                box((0.06, 0.27, 0.118), (0.011, 0.08, 0.004), dark, rounding=0.003),
                box((0.06, 0.205, 0.128), (0.015, 0.013, 0.006), brass, rounding=0.003),
                capsule((0.09, 0.36, -0.07), (0.105, 0.24, -0.125), (0.016, 0.016), dark),
                capsule((0.105, 0.24, -0.125), (0.11, 0.06, -0.07), (0.016, 0.011), dark),
            )
        ),
        torus((0, 0.4, -0.03), 0.03, 0.008, dark, facing=Y_TO_Z),
    )
    mat = (
        rod((-0.19, 0.425, -0.01), (0.19, 0.425, -0.01), 0.055, finishes.knit((0.5, 0.15, 0.06)), rounding=0.02),
        *mirrored((torus((0.09, 0.425, -0.01), 0.055, 0.007, dark, facing=Y_TO_X),)),
    )  # fmt: skip
    return whole(*bag), whole(*flap), whole(*pockets), whole(*details), whole(*mat)
