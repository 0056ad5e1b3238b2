"""Trees and bushes. Crowns are heaps of leaf-rough balls on forked trunks."""

import math

from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear, Material
from generator.film.props.parts import around, chance
from generator.film.scenes import Group
from generator.film.shapes import (
    Shape,
    capsule,
    cone,
    ellipsoid,
    sphere,
    turn,
)


def _crown(
    middle: tuple[float, float, float],
    radii: tuple[float, float, float],
    count: int,
    material: Material,
    *,
    seed: int,
    ball: float = 0.45,
) -> tuple[Shape, ...]:
    """Return a heap of rough balls that fills an ellipsoid, spread as seeds in a sunflower."""
    x, y, z = middle
    a, b, c = radii
    mean = (a + b + c) / 3
    balls = [ellipsoid(middle, (a * 0.72, b * 0.72, c * 0.72), material)]
    for n in range(count):
        up = 1 - 2 * (n + 0.5) / count
        turn_ = 2.39996 * n + seed
        flat = math.sqrt(1 - up * up)
        out = 0.68 + 0.16 * chance(seed, n)
        radius = mean * ball * (0.8 + 0.4 * chance(seed + 1, n))
        at = (
            x + a * out * flat * math.cos(turn_),
            y + b * out * up,
            z + c * out * flat * math.sin(turn_),
        )
        balls.append(sphere(at, radius, material, blend=mean * 0.08))
    return tuple(balls)


def oak(tint: Linear) -> tuple[Group, ...]:
    """A broad old tree."""
    return _broadleaf(
        finishes.foliage(tint, scale=5.0, relief=0.12), 3, (1.55, 1.15, 1.45), 2.75, finishes.bark()
    )


def cherry(tint: Linear) -> tuple[Group, ...]:
    """A cherry tree in blossom, petals on the ground."""
    blossom = finishes.foliage(tint, scale=8.0, relief=0.09)
    petals = finishes.blade(tint)
    fallen = tuple(
        ellipsoid(
            (r * math.cos(a), 0.006, r * math.sin(a)),
            (0.04, 0.007, 0.03),
            petals,
            facing=turn(yaw=a),
        )
        for n in range(34)
        for r, a in ((0.3 + 1.3 * math.sqrt((n + 0.5) / 34), 2.4 * n),)
    )
    tree = _broadleaf(blossom, 7, (1.45, 0.85, 1.35), 2.2, finishes.bark((0.13, 0.07, 0.06)))
    return (*tree, whole(fallen))


def _broadleaf(
    crown: Material, seed: int, radii: tuple[float, float, float], height: float, bark: Material
) -> tuple[Group, ...]:
    trunk = [
        capsule((0, 0.05, 0), (0.04, height * 0.3, 0.02), (0.21, 0.15), bark),
        capsule(
            (0.04, height * 0.3, 0.02), (-0.02, height * 0.62, 0), (0.15, 0.11), bark, blend=0.05
        ),
    ]
    trunk += [
        capsule(
            (0.15 * s, 0.06, 0.15 * c), (0.38 * s, 0.0, 0.38 * c), (0.11, 0.05), bark, blend=0.12
        )
        for _, s, c in around(5, start=0.4)
    ]
    for n, (_, s, c) in enumerate(around(4, start=seed)):
        low = height * (0.36 + 0.06 * n)
        trunk.append(
            capsule(
                (0.03, low, 0.0),
                (radii[0] * 0.55 * s, height * 0.8, radii[2] * 0.55 * c),
                (0.09, 0.05),
                bark,
                blend=0.06,
            )
        )
    low = tuple(
        shape
        for n, (_, s, c) in enumerate(around(3, start=0.7 + seed))
        for shape in _crown(
            (radii[0] * 0.48 * s, height - 0.18 * radii[1] + 0.1 * n, radii[2] * 0.48 * c),
            (radii[0] * 0.6, radii[1] * 0.6, radii[2] * 0.6),
            10, crown, seed=seed + n,
        )
    )  # fmt: skip
    top = _crown(
        (0.05, height + radii[1] * 0.42, 0),
        (radii[0] * 0.72, radii[1] * 0.66, radii[2] * 0.72),
        18,
        crown,
        seed=seed,
    )
    return whole(*trunk), whole(low), whole(top)


def birch(tint: Linear) -> tuple[Group, ...]:
    """A slender birch with a white trunk."""
    white = Material(
        (0.7, 0.68, 0.62),
        (0.05, 0.045, 0.04),
        finishes.Pattern.BARK,
        scale=5.0,
        relief=0.002,
        rough=0.7,
    )
    crown = finishes.foliage(tint, scale=10.0, relief=0.06)
    trunk = [
        capsule((0, 0.02, 0), (0.05, 1.3, 0.0), (0.105, 0.08), white),
        capsule((0.05, 1.3, 0.0), (0.0, 2.9, 0.02), (0.08, 0.035), white),
    ]
    clusters: list[Group] = []
    for n in range(5):
        up = 1.45 + 0.45 * n
        a = 2.4 * n + 0.6
        reach = 0.42 - 0.06 * n
        at = (reach * math.cos(a), up + 0.1, reach * math.sin(a))
        trunk.append(capsule((0.03, up - 0.3, 0.0), at, (0.03, 0.015), white))
        clusters.append(
            whole(_crown(at, (0.46 - 0.045 * n, 0.42, 0.46 - 0.045 * n), 9, crown, seed=n))
        )
    clusters.append(whole(_crown((0, 3.55, 0), (0.25, 0.36, 0.25), 8, crown, seed=9)))
    return whole(*trunk), *clusters


def pine(tint: Linear) -> tuple[Group, ...]:
    """A fir of seven skirts of boughs."""
    needles = finishes.foliage(tint, scale=14.0, relief=0.08)
    groups_: list[Group] = [whole(capsule((0, 0.02, 0), (0, 0.9, 0), (0.14, 0.1), finishes.bark()))]
    for tier in range(7):
        base = 0.52 + 0.46 * tier
        radius = 1.04 - 0.14 * tier
        slim = 1.0 - 0.075 * tier
        parts: list[Shape] = [
            cone((0, base + 0.34, 0), (radius * 0.62, 0.03), 0.38, needles, rounding=0.03)
        ]
        for _, s, c in around(max(11 - tier, 6), start=0.5 * tier):
            tip = (radius * 0.92 * s, base, radius * 0.92 * c)
            parts.append(
                capsule(
                    (0.1 * s, base + 0.38, 0.1 * c),
                    tip,
                    (0.15 * slim, 0.085 * slim),
                    needles,
                    blend=0.06,
                )
            )
        groups_.append(whole(*parts))
    groups_.append(whole(capsule((0, 3.6, 0), (0, 4.15, 0), (0.1, 0.02), needles)))
    return tuple(groups_)


def palm(tint: Linear) -> tuple[Group, ...]:
    """A palm with a bent trunk, drooping fronds and coconuts."""
    husk, green = finishes.bark((0.3, 0.2, 0.11), 6.0), finishes.blade(tint)
    points = [(0.32 * (n / 9) ** 1.7, 0.03 + 0.315 * n, 0.0) for n in range(10)]
    trunk = [
        capsule(points[n], points[n + 1], (0.125 - 0.005 * n, 0.098 - 0.004 * n), husk)
        for n in range(9)
    ]
    trunk.append(sphere((0, 0.03, 0), 0.17, husk, blend=0.08))
    x, y, z = points[9]
    nuts = [
        sphere(
            (x + 0.11 * s, y - 0.02, z + 0.11 * c), 0.085, finishes.bark((0.16, 0.085, 0.04), 30.0)
        )
        for _, s, c in around(4)
    ]
    fronds: list[Group] = []
    for index, (_, s, c) in enumerate(around(9, start=0.2)):
        lift = 0.34 if index % 2 else 0.1
        spine = [
            (
                x + r * s,
                y + 0.08 + lift * math.sin(math.pi * min(k / 3.2, 1.0)) - 0.22 * (k / 4) ** 2 * 2.2,
                z + r * c,
            )
            for k in range(5)
            for r in (0.32 * k,)
        ]
        parts: list[Shape] = [
            capsule(spine[k], spine[k + 1], (0.022 - 0.004 * k, 0.018 - 0.004 * k), green)
            for k in range(4)
        ]
        for n in range(11):
            k, step = divmod(0.25 + 0.345 * n, 1.0)
            a, b = spine[int(k)], spine[int(k) + 1]
            foot = (
                a[0] + (b[0] - a[0]) * step,
                a[1] + (b[1] - a[1]) * step,
                a[2] + (b[2] - a[2]) * step,
            )
            wide = 0.36 - 0.022 * n
            for side in (-1, 1):
                tip = (
                    foot[0] + side * wide * c + 0.16 * s,
                    foot[1] - 0.17,
                    foot[2] - side * wide * s + 0.16 * c,
                )
                parts.append(capsule(foot, tip, (0.044, 0.012), green))
        fronds.append(whole(*parts))
    return whole(*trunk), whole(*nuts), *fronds


def bush(tint: Linear) -> tuple[Group, ...]:
    """A round shrub with a few berries."""
    leaves = finishes.foliage(tint, scale=14.0, relief=0.05)
    berry = finishes.gloss((0.5, 0.03, 0.03))
    heap = _crown((0, 0.4, 0), (0.56, 0.4, 0.5), 22, leaves, seed=4, ball=0.42)
    berries = tuple(
        sphere((0.6 * f * math.cos(a), 0.42 + 0.36 * up, 0.54 * f * math.sin(a)), 0.022, berry)
        for n in range(16)
        for up, a in ((0.9 - 0.1 * n, 2.4 * n),)
        for f in (math.sqrt(max(1 - up * up * 0.8, 0.05)),)
    )
    return whole(heap), whole(berries)
