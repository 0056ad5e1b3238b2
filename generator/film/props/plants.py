# ruff: noqa: E501 - a shape a line reads like a parts list.
"""What grows low, and the stones between."""

import math
from itertools import pairwise

from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear, Material
from generator.film.props.parts import around, chance, leaf
from generator.film.scenes import Group
from generator.film.shapes import (
    Shape,
    capsule,
    cone,
    cut,
    cylinder,
    ellipsoid,
    mirrored,
    sphere,
    turn,
)


def cactus(tint: Linear) -> tuple[Group, ...]:
    """A saguaro with two arms, ribbed, a flower on top."""
    flesh = Material(tint, finishes.shade(tint, 0.5), rough=0.6, soft=0.25)
    spine = finishes.vinyl((0.7, 0.62, 0.42))

    def column(points: list[tuple[float, float, float]], radius: float, ribs: int) -> list[Shape]:
        parts: list[Shape] = []
        for a, b in pairwise(points):
            parts.append(capsule(a, b, (radius, radius), flesh, blend=0.02))
            for _, s, c in around(ribs):
                # The ribs stand around the column's own direction.
                facing = parts[0].pose.turn
                off = tuple(radius * 0.86 * (facing[i][0] * s + facing[i][2] * c) for i in range(3))
                parts.append(
                    capsule(
                        (a[0] + off[0], a[1] + off[1], a[2] + off[2]), (b[0] + off[0], b[1] + off[1], b[2] + off[2]),
                        (radius * 0.3, radius * 0.3), flesh, blend=radius * 0.12,
                    )
                )  # fmt: skip
        return parts

    trunk = column([(0, 0.06, 0), (0, 1.38, 0)], 0.15, 11)
    left = [
        *column([(-0.4, 0.66, 0), (-0.4, 1.08, 0)], 0.095, 8),
        capsule((-0.1, 0.58, 0), (-0.33, 0.56, 0), (0.095, 0.095), flesh, blend=0.06),
        capsule((-0.33, 0.56, 0), (-0.4, 0.68, 0), (0.095, 0.1), flesh, blend=0.06),
    ]
    right = [
        *column([(0.38, 0.88, 0.02), (0.38, 1.2, 0.02)], 0.085, 8),
        capsule((0.1, 0.78, 0), (0.31, 0.77, 0.02), (0.085, 0.085), flesh, blend=0.06),
        capsule((0.31, 0.77, 0.02), (0.38, 0.9, 0.02), (0.085, 0.09), flesh, blend=0.06),
    ]
    thorns = tuple(
        capsule(
            (0.185 * s, y, 0.185 * c), (0.225 * s, y + 0.012, 0.225 * c), (0.0035, 0.0015), spine
        )
        for k in range(5)
        for y in (0.2 + 0.26 * k,)
        for _, s, c in around(11)
    )
    flower = [
        ellipsoid(
            (0.05 * s, 1.55, 0.05 * c),
            (0.024, 0.06, 0.02),
            finishes.blade((0.7, 0.12, 0.3)),
            facing=turn(yaw=a, pitch=0.5),
        )
        for a, s, c in around(7)
    ]
    flower.append(sphere((0, 1.545, 0), 0.035, finishes.blade((0.75, 0.5, 0.05))))
    return whole(*trunk), whole(*left), whole(*right), whole(thorns), whole(*flower)


def plant(tint: Linear) -> tuple[Group, ...]:
    """A house plant with split leaves in a white pot."""
    pot, green = finishes.ceramic(finishes.WHITE), finishes.blade(tint)
    base = (
        cone((0, 0.16, 0), (0.13, 0.185), 0.16, pot, rounding=0.02),
        cut(cylinder((0, 0.33, 0), 0.165, 0.04, pot)),
        cylinder((0, 0.28, 0), 0.165, 0.012, finishes.clay((0.04, 0.022, 0.014))),
    )
    stems: list[Shape] = []
    for index, (angle, s, c) in enumerate(around(13, start=0.25)):
        reach, tall = 0.18 + 0.1 * (index % 3), 0.62 + 0.19 * (index % 3) + 0.05 * (index % 2)
        neck = (reach * s, tall, reach * c)
        stems.append(
            capsule(
                (0.03 * s, 0.28, 0.03 * c),
                (reach * 0.7 * s, tall * 0.72, reach * 0.7 * c),
                (0.009, 0.008),
                green,
            )
        )
        stems.append(
            capsule((reach * 0.7 * s, tall * 0.72, reach * 0.7 * c), neck, (0.008, 0.006), green)
        )
        stems.append(
            ellipsoid(
                (neck[0] + 0.1 * s, tall - 0.08, neck[2] + 0.1 * c), (0.085, 0.02, 0.15), green,
                facing=turn(yaw=angle, pitch=0.75),
            )
        )  # fmt: skip
        stems.append(
            capsule(
                (neck[0], tall + 0.03, neck[2]),
                (neck[0] + 0.22 * s, tall - 0.06, neck[2] + 0.22 * c),
                (0.008, 0.005),
                finishes.blade(finishes.shade(tint, 1.5)),
            )
        )
    return whole(*base), whole(*stems)


def rock(tint: Linear) -> tuple[Group, ...]:
    """A boulder with a smaller one and some moss."""
    grit = finishes.stone(tint, scale=9.0, relief=0.05)
    moss = finishes.foliage((0.1, 0.17, 0.035), scale=30.0, relief=0.012)
    return (
        whole(
            ellipsoid((0, 0.24, 0), (0.46, 0.32, 0.38), grit, facing=turn(yaw=0.4, roll=0.12)),
            ellipsoid((-0.24, 0.14, 0.1), (0.3, 0.2, 0.27), grit, blend=0.06),
            ellipsoid((0.2, 0.3, -0.1), (0.26, 0.22, 0.24), grit, blend=0.05),
            cut(ellipsoid((0.36, 0.62, 0.3), (0.3, 0.22, 0.3), grit), blend=0.05),
        ),
        whole(ellipsoid((0.46, 0.08, 0.26), (0.16, 0.11, 0.14), grit, facing=turn(yaw=1.0))),
        whole(
            ellipsoid((-0.1, 0.52, 0.0), (0.2, 0.05, 0.16), moss, facing=turn(roll=0.12)),
            ellipsoid((-0.34, 0.3, 0.14), (0.12, 0.05, 0.12), moss, facing=turn(roll=0.5)),
        ),
    )


def mushroom(tint: Linear) -> tuple[Group, ...]:
    """Two toadstools with spots."""
    stem, cap = Material((0.74, 0.68, 0.55), rough=0.6, soft=0.5), finishes.ceramic(tint)
    spots = finishes.clay((0.8, 0.77, 0.68))

    def one(x: float, z: float, size: float) -> Group:
        spot = [
            ellipsoid(
                (x + size * 0.1 * s * out, size * (0.158 + 0.052 * math.sqrt(1 - 0.9 * out * out)), z + size * 0.1 * c * out),
                (size * 0.019, size * 0.008, size * 0.019), spots, facing=turn(yaw=a, pitch=0.95 * out),
            )
            for out, count, start in ((0.0, 1, 0.0), (0.55, 5, 0.3), (0.92, 8, 0.1))
            for a, s, c in around(count, start=start)
        ]  # fmt: skip
        return whole(
            capsule((x, size * 0.025, z), (x, size * 0.15, z), (size * 0.036, size * 0.026), stem),
            ellipsoid(
                (x, size * 0.018, z), (size * 0.045, size * 0.026, size * 0.045), stem, blend=0.01
            ),
            ellipsoid((x, size * 0.15, z), (size * 0.11, size * 0.07, size * 0.11), cap),
            cut(
                ellipsoid(
                    (x, size * 0.118, z),
                    (size * 0.12, size * 0.035, size * 0.12),
                    finishes.clay((0.7, 0.6, 0.45)),
                ),
                blend=size * 0.006,
            ),
            capsule((x, size * 0.1, z), (x, size * 0.16, z), (size * 0.028, size * 0.026), stem),
            cone(
                (x, size * 0.108, z),
                (size * 0.05, size * 0.028),
                size * 0.008,
                stem,
                rounding=size * 0.003,
            ),
            *spot,
        )

    return one(-0.05, 0.0, 1.15), one(0.11, 0.06, 0.72)


def grass(tint: Linear) -> tuple[Group, ...]:
    """A tuft of long grass with two poppies."""
    green = finishes.blade(tint)
    blades: list[Shape] = []
    for n in range(30):
        a, r = 2.4 * n, 0.012 * math.sqrt(n) * 1.6
        tall, lean = 0.2 + 0.16 * chance(2, n), 0.05 + 0.1 * chance(3, n)
        x, z = r * math.cos(a), r * math.sin(a)
        blades.append(
            capsule(
                (x, 0.005, z),
                (x + lean * 0.4 * math.cos(a), tall * 0.6, z + lean * 0.4 * math.sin(a)),
                (0.007, 0.0055),
                green,
            )
        )
        blades.append(
            capsule(
                (x + lean * 0.4 * math.cos(a), tall * 0.6, z + lean * 0.4 * math.sin(a)),
                (x + lean * math.cos(a), tall, z + lean * math.sin(a)),
                (0.0055, 0.0012),
                green,
            )
        )
    poppies: list[Shape] = []
    for x, y, z in ((-0.06, 0.4, 0.05), (0.09, 0.34, 0.03)):
        poppies.append(capsule((x * 0.4, 0.02, z * 0.4), (x, y, z), (0.0035, 0.003), green))
        poppies += [
            ellipsoid(
                (x + 0.024 * s, y + 0.012, z + 0.024 * c),
                (0.028, 0.026, 0.008),
                finishes.blade((0.66, 0.045, 0.02)),
                facing=turn(yaw=b, pitch=0.5),
            )
            for b, s, c in around(4, start=0.4)
        ]
        poppies.append(sphere((x, y + 0.006, z), 0.011, finishes.vinyl(finishes.INK)))
    return whole(*blades), whole(*poppies)


def pumpkin(tint: Linear) -> tuple[Group, ...]:
    """A ribbed pumpkin."""
    flesh = Material(tint, finishes.shade(tint, 0.75), rough=0.35, soft=0.3, mirror=0.1)
    ribs = [
        ellipsoid(
            (0.075 * s, 0.13, 0.075 * c),
            (0.075, 0.128, 0.105),
            flesh,
            facing=turn(yaw=a),
            blend=0.006,
        )
        for a, s, c in around(10)
    ]
    stalk = finishes.bark((0.16, 0.17, 0.05), 40.0)
    return (
        whole(*ribs, ellipsoid((0, 0.13, 0), (0.1, 0.1, 0.1), flesh)),
        whole(
            capsule((0, 0.23, 0), (0.012, 0.29, 0.004), (0.026, 0.017), stalk),
            capsule((0.012, 0.29, 0.004), (0.05, 0.325, 0.01), (0.017, 0.021), stalk, blend=0.01),
            leaf((0.02, 0.24, 0.02), (0.14, 0.27, 0.1), 0.05, finishes.blade()),
        ),
    )


def sunflower(tint: Linear) -> tuple[Group, ...]:
    """A tall sunflower that looks at the audience."""
    green, petal = finishes.blade(), finishes.blade(tint)
    seeds = finishes.foliage((0.075, 0.035, 0.012), scale=120.0, relief=0.01)
    stalk = (
        capsule((0, 0.015, 0), (0.02, 0.8, 0), (0.018, 0.015), green),
        capsule((0.02, 0.8, 0), (0, 1.42, 0.02), (0.015, 0.012), green),
        capsule((0, 1.42, 0.02), (0, 1.47, 0.08), (0.012, 0.02), green),
        *mirrored((leaf((0.01, 0.5, 0), (0.3, 0.62, 0.08), 0.075, green),)),
        leaf((0.01, 0.85, 0), (0.26, 0.98, 0.06), 0.065, green),
        leaf((0.01, 0.95, 0), (-0.25, 1.06, 0.05), 0.06, green),
    )
    head = [ellipsoid((0, 1.47, 0.1), (0.088, 0.088, 0.03), seeds)]
    for row, (count, reach, z) in enumerate(((18, 0.135, 0.09), (18, 0.12, 0.105))):
        for a, s, c in around(count, start=0.175 * row):
            head.append(
                ellipsoid(
                    (reach * s, 1.47 + reach * c, z),
                    (0.022, 0.06, 0.011),
                    petal,
                    facing=turn(roll=-a),
                )
            )
    return whole(*stalk), whole(*head)
