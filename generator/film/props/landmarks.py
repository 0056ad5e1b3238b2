"""Large things that turn: windmill, lighthouse, big wheel."""

import math

from generator.film import finishes
from generator.film.groups import shining, whole
from generator.film.materials import Linear
from generator.film.props.buildings import plaster, roofing
from generator.film.props.parts import Y_TO_Z, around, board
from generator.film.scenes import Group
from generator.film.shapes import (
    Shape,
    box,
    capsule,
    cone,
    cut,
    cylinder,
    ellipsoid,
    moved,
    pose,
    rod,
    sphere,
    torus,
    turn,
)

_WINDOW: Linear = (1.0, 0.68, 0.32)
_BEAM_SECONDS = 5.0


def windmill(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A tower mill with turning sails, 6 m tall."""
    wall, cap, timber = plaster(finishes.IVORY), roofing(tint), finishes.wood(finishes.WALNUT)
    canvas = finishes.cloth(finishes.WHITE, 40.0)
    tower = (
        cone((0, 2.0, 0), (1.35, 0.92), 2.0, wall, rounding=0.04),
        cylinder((0, 0.15, 0), 1.42, 0.15, finishes.carved(), rounding=0.04),
        torus((0, 4.0, 0), 0.94, 0.08, timber),
        box((0, 0.85, 1.16), (0.32, 0.62, 0.12), timber, rounding=0.03, facing=turn(pitch=-0.1)),
        *(
            box(
                (x, y, z),
                (0.17, 0.22, 0.05),
                finishes.light(_WINDOW, 0.8),
                rounding=0.02,
                facing=turn(yaw=math.atan2(x, z), pitch=-0.1),
            )
            for x, y, z in ((0.0, 2.55, 1.07), (0.72, 1.75, 0.92), (-0.7, 3.1, 0.75))
        ),
    )
    dome = (
        cone((0, 4.5, 0), (0.98, 0.35), 0.5, cap, rounding=0.06),
        ellipsoid((0, 4.95, 0), (0.42, 0.3, 0.42), cap, blend=0.1),
        sphere((0, 5.3, 0), 0.09, finishes.metal(finishes.BRASS)),
        rod((0, 4.45, 0.5), (0, 4.45, 1.42), 0.13, timber, rounding=0.03),
    )
    sails: list[Shape] = [sphere((0, 0, 0), 0.19, timber)]
    for angle, _, _ in around(4):
        sails += moved(
            (
                capsule((0, 0, 0), (0, 2.45, 0), (0.07, 0.045), timber),
                box(
                    (0.24, 1.45, -0.03),
                    (0.2, 0.95, 0.02),
                    canvas,
                    rounding=0.015,
                    facing=turn(yaw=0.18),
                ),
                *(
                    board((0.22, 0.6 + 0.42 * n, 0.0), (0.24, 0.02, 0.025), timber, rounding=0.01)
                    for n in range(5)
                ),
                capsule((0.45, 0.5, -0.06), (0.45, 2.4, -0.06), (0.022, 0.022), timber),
            ),
            pose(roll=-angle),
        )
    return (
        whole(*tower, lights=0.0),
        whole(*dome),
        Group(tuple(sails), pose((0, 4.45, 1.45), roll=0.35 - 0.7 * seconds)),
    )


def lighthouse(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A banded lighthouse on a rock, 7 m tall; its lamp turns."""
    white, red, iron = (
        plaster(finishes.WHITE),
        plaster(tint),
        finishes.enamel((0.05, 0.055, 0.06)),
    )
    rock = finishes.stone((0.22, 0.2, 0.18), scale=1.1, relief=0.14)
    base = (
        ellipsoid((0, 0.1, 0), (2.1, 0.7, 1.9), rock),
        ellipsoid((1.0, 0.05, 0.6), (1.0, 0.5, 0.9), rock, blend=0.2),
        ellipsoid((-1.1, 0.0, 0.4), (0.9, 0.55, 1.0), rock, blend=0.2),
        cut(box((0, -1.0, 0), (4, 1.0, 4), rock)),
    )
    tower: list[Shape] = []
    for n in range(5):
        low, high = 1.0 - 0.085 * n, 1.0 - 0.085 * (n + 1)
        tower.append(cone((0, 1.0 + 0.9 * n, 0), (low, high), 0.45, (white, red)[n % 2]))
    tower += [
        box(
            (0, 1.15, 0.98),
            (0.26, 0.5, 0.1),
            finishes.wood(finishes.WALNUT),
            rounding=0.03,
            facing=turn(pitch=-0.09),
        ),
        *(
            box(
                (0, 2.6 + 1.25 * n, 0.88 - 0.12 * n),
                (0.12, 0.19, 0.06),
                finishes.light(_WINDOW, 0.7),
                rounding=0.02,
                facing=turn(pitch=-0.09),
            )
            for n in range(2)
        ),
        cylinder((0, 5.1, 0), 0.82, 0.07, iron, rounding=0.03),
        cone((0, 4.93, 0), (0.58, 0.78), 0.12, white),
    ]
    rail = (
        torus((0, 5.52, 0), 0.78, 0.022, iron),
        torus((0, 5.34, 0), 0.78, 0.014, iron),
        *(
            capsule((0.78 * s, 5.15, 0.78 * c), (0.78 * s, 5.52, 0.78 * c), (0.016, 0.016), iron)
            for _, s, c in around(14)
        ),
        *(
            capsule((0.45 * s, 5.15, 0.45 * c), (0.45 * s, 6.1, 0.45 * c), (0.025, 0.025), iron)
            for _, s, c in around(8)
        ),
        cylinder((0, 5.25, 0), 0.47, 0.1, white, rounding=0.03),
        cone((0, 6.33, 0), (0.6, 0.08), 0.26, red, rounding=0.03),
        sphere((0, 6.66, 0), 0.09, iron),
        capsule((0, 6.66, 0), (0, 7.05, 0), (0.02, 0.008), iron),
    )
    turned = 2 * math.pi * seconds / _BEAM_SECONDS
    glow = 3.0 + 5.0 * max(math.cos(turned), 0.0) ** 6
    lamp = (
        cylinder((0, 5.7, 0), 0.2, 0.3, finishes.light((1.0, 0.82, 0.5), glow), rounding=0.08),
        *(
            ellipsoid(
                (0.22 * side * math.sin(turned), 5.7, 0.22 * side * math.cos(turned)),
                (0.17, 0.2, 0.08),
                finishes.light((1.0, 0.88, 0.6), glow),
                facing=turn(yaw=turned),
            )
            for side in (-1, 1)
        ),
    )
    return (
        whole(*base),
        whole(*tower, lights=0.0),
        whole(*rail),
        shining(whole(*lamp, shadow=False), 2.0 + glow),
    )


def ferris_wheel(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A big wheel with ten gondolas, 5.6 m tall, turning."""
    steel, paint = finishes.enamel(finishes.WHITE), finishes.enamel(tint)
    hub, radius, turned = 2.9, 2.2, 0.25 * seconds
    stand = (
        *(
            capsule((x, 0.06, z), (0, hub, z * 0.55), (0.09, 0.06), paint)
            for x in (-1.3, 1.3)
            for z in (-0.55, 0.55)
        ),
        rod((0, hub, -0.45), (0, hub, 0.45), 0.12, steel, rounding=0.02),
        box((0, 0.06, 0), (1.6, 0.06, 0.85), finishes.wood(), rounding=0.03),
    )
    wheel: list[Shape] = []
    for z in (-0.24, 0.24):
        wheel += [
            torus((0, hub, z), radius, 0.035, paint, facing=Y_TO_Z),
            torus((0, hub, z), radius * 0.6, 0.022, steel, facing=Y_TO_Z),
        ]
        wheel += [
            capsule((0, hub, z), (radius * s, hub + radius * c, z), (0.028, 0.022), steel)
            for _, s, c in around(10, start=turned)
        ]
    bulbs = [
        sphere(((radius) * s, hub + radius * c, 0.28), 0.05, finishes.light(_WINDOW, 2.0))
        for _, s, c in around(20, start=turned + 0.157)
    ]
    gondolas: list[Group] = []
    colours: tuple[Linear, ...] = (tint, (0.7, 0.44, 0.04), (0.06, 0.24, 0.44))
    for n, (_, s, c) in enumerate(around(10, start=turned)):
        x, y = radius * s, hub + radius * c
        skin = finishes.gloss(colours[n % 3])
        gondolas.append(
            whole(
                rod((x, y, -0.26), (x, y, 0.26), 0.025, steel),
                ellipsoid((x, y - 0.42, 0), (0.26, 0.2, 0.24), skin),
                cut(box((x, y - 0.24, 0), (0.3, 0.12, 0.3), skin)),
                cut(ellipsoid((x, y - 0.38, 0), (0.22, 0.15, 0.2), finishes.vinyl(finishes.INK))),
                *(
                    capsule(
                        (x + 0.22 * a, y - 0.36, 0.0),
                        (x + 0.16 * a, y - 0.06, 0.0),
                        (0.016, 0.016),
                        steel,
                    )
                    for a in (-1, 1)
                ),
                ellipsoid((x, y - 0.03, 0), (0.24, 0.06, 0.22), skin),
            )
        )
    return whole(*stand), whole(*wheel), whole(*bulbs, shadow=False, lights=0.0), *gondolas
