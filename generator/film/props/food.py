# ruff: noqa: E501 - a shape a line reads like a parts list.
"""Food, each on the floor at y = 0 until staging puts it on a table."""

import math

from generator.film import finishes
from generator.film.groups import shining, whole
from generator.film.materials import Linear, Material, Pattern
from generator.film.props.parts import Y_TO_X, around, leaf
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
    sphere,
    torus,
    turn,
)

_STALK: Linear = (0.09, 0.05, 0.022)
_CRUST: Linear = (0.5, 0.235, 0.075)
_CRUMB: Linear = (0.7, 0.54, 0.3)
_CREAM: Linear = (0.8, 0.74, 0.62)


def _peel(colour: Linear, scale: float, relief: float) -> Material:
    return Material(
        colour, finishes.shade(colour, 0.75), Pattern.NOISE, scale=scale, relief=relief,
        rough=0.3, mirror=0.12, soft=0.35,
    )  # fmt: skip


def apple(tint: Linear) -> tuple[Group, ...]:
    """An apple with its stalk and one leaf."""
    peel = _peel(tint, 40.0, 0.0)
    return (
        whole(
            ellipsoid((0, 0.039, 0), (0.039, 0.036, 0.039), peel),
            ellipsoid((0, 0.024, 0), (0.029, 0.024, 0.029), peel, blend=0.014),
            cut(ellipsoid((0, 0.082, 0), (0.012, 0.02, 0.012), peel), blend=0.018),
            capsule((0, 0.062, 0), (0.006, 0.088, 0.002), (0.0018, 0.0026), finishes.bark(_STALK)),
            leaf((0.004, 0.079, 0), (0.04, 0.096, 0.012), 0.012, finishes.blade()),
        ),
    )


def banana(tint: Linear) -> tuple[Group, ...]:
    """Three bananas of one bunch."""
    peel, tip = _peel(tint, 30.0, 0.0), finishes.vinyl(_STALK)
    fruits: list[Group] = []
    for index, lean in enumerate((-0.55, 0.0, 0.55)):
        angles = [-0.95 + 0.38 * n for n in range(6)]
        ring = 0.1
        points = [
            (
                ring * math.sin(angle),
                0.12 - ring * math.cos(angle) + 0.004 * index,
                lean * 0.1 * (1.0 - (angle + 0.95) / 2.4),
            )
            for angle in angles
        ]
        radii = (0.009, 0.0165, 0.019, 0.019, 0.016, 0.008)
        parts = [
            capsule(points[n], points[n + 1], (radii[n], radii[n + 1]), peel, blend=0.006)
            for n in range(5)
        ]
        end = points[5]
        parts.append(sphere((end[0] + 0.005, end[1] + 0.006, end[2]), 0.006, tip))
        fruits.append(whole(tuple(parts)))
    stem = whole(
        capsule(
            (0.095, 0.07, 0.0), (0.112, 0.098, 0), (0.012, 0.009), finishes.vinyl((0.3, 0.24, 0.05))
        )
    )
    return (*fruits, stem)


def orange(tint: Linear) -> tuple[Group, ...]:
    """An orange."""
    peel = _peel(tint, 260.0, 0.0012)
    return (
        whole(
            ellipsoid((0, 0.0385, 0), (0.0405, 0.0385, 0.0405), peel),
            cut(sphere((0, 0.083, 0), 0.008, peel), blend=0.01),
            cylinder((0, 0.0762, 0), 0.0035, 0.0015, finishes.vinyl((0.12, 0.18, 0.05))),
        ),
    )


def bread(tint: Linear) -> tuple[Group, ...]:
    """A round-topped loaf, three slices cut."""
    crust = Material(
        tint, finishes.shade(tint, 0.45), Pattern.NOISE, scale=26.0, relief=0.002, rough=0.8
    )
    crumb = Material(
        _CRUMB, finishes.shade(_CRUMB, 0.8), Pattern.NOISE, scale=160.0, relief=0.0015, rough=0.95
    )

    def slice_of(x: float, half: float, lean: float) -> Group:
        parts = (
            box((0, 0.045, 0), (half, 0.045, 0.05), crust, rounding=min(0.012, half * 0.8)),
            cylinder(
                (0, 0.082, 0),
                0.056,
                half,
                crust,
                rounding=min(0.006, half * 0.8),
                facing=Y_TO_X,
                blend=0.012,
            ),
            box((half + 0.001, 0.047, 0), (0.0016, 0.037, 0.044), crumb, rounding=0.001),
            cylinder((half + 0.001, 0.082, 0), 0.05, 0.0016, crumb, facing=Y_TO_X),
        )
        return whole(moved(parts, pose((x, 0, 0), roll=lean)))

    return slice_of(-0.05, 0.075, 0.0), slice_of(0.05, 0.008, -0.25), slice_of(0.085, 0.008, -0.55)


def pizza(tint: Linear) -> tuple[Group, ...]:
    """A pizza on its board, one slice drawn out."""
    crust, sauce = finishes.clay(_CRUST), finishes.vinyl(tint)
    cheese = Material(
        (0.78, 0.52, 0.16), (0.66, 0.3, 0.07), Pattern.NOISE, scale=30.0, relief=0.002,
        rough=0.35, soft=0.4,
    )  # fmt: skip
    salami, herb = finishes.leather((0.42, 0.05, 0.025)), finishes.blade((0.05, 0.19, 0.03))
    base = (
        cylinder((0, 0.026, 0), 0.148, 0.007, crust, rounding=0.006),
        torus((0, 0.034, 0), 0.142, 0.013, crust, blend=0.006),
        cylinder((0, 0.031, 0), 0.134, 0.006, sauce),
        cylinder((0, 0.0325, 0), 0.126, 0.0065, cheese, rounding=0.004),
        *(
            ellipsoid((0.11 * s, 0.037, 0.11 * c), (0.025, 0.006, 0.02), cheese, blend=0.012)
            for _, s, c in around(7)
        ),
    )
    spots = [
        (0.0, 0.02), (0.075, 0.03), (-0.07, 0.05), (0.02, 0.095), (-0.05, -0.055), (0.055, -0.06),
        (0.1, -0.035), (-0.105, -0.01), (0.0, -0.1),
    ]  # fmt: skip
    topping = [
        cylinder((x, 0.0405, z), 0.021, 0.0028, salami, rounding=0.0018) for x, z in spots
    ] + [
        leaf((x + 0.03, 0.043, z - 0.01), (x + 0.052, 0.046, z + 0.012), 0.01, herb)
        for x, z in spots[:6]
    ]
    board = (
        cylinder((0, 0.009, 0), 0.175, 0.009, finishes.wood(finishes.OAK), rounding=0.006),
        box((0, 0.009, 0.215), (0.024, 0.009, 0.06), finishes.wood(finishes.OAK), rounding=0.008),
    )
    return whole(*board), whole(*base), whole(*topping)


def cake(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A birthday cake of two tiers with burning candles."""
    icing, cream = finishes.vinyl(tint), finishes.vinyl(_CREAM)
    cherry = finishes.gloss((0.45, 0.012, 0.02))
    stand = finishes.ceramic(finishes.WHITE)
    base = (
        cylinder((0, 0.055, 0), 0.165, 0.008, stand, rounding=0.004),
        cone((0, 0.026, 0), (0.08, 0.03), 0.026, stand, rounding=0.003, blend=0.02),
    )
    tiers = (
        cylinder((0, 0.11, 0), 0.14, 0.05, cream, rounding=0.012),
        cylinder((0, 0.2, 0), 0.095, 0.045, cream, rounding=0.012),
        cylinder((0, 0.157, 0), 0.142, 0.008, icing, rounding=0.006),
        cylinder((0, 0.241, 0), 0.097, 0.008, icing, rounding=0.006),
        *(
            capsule(
                (0.139 * s, 0.152, 0.139 * c), (0.141 * s, 0.152 - drop, 0.141 * c),
                (0.011, 0.0085), icing, blend=0.008,
            )
            for (_, s, c), drop in zip(
                around(14), (0.03, 0.05, 0.02, 0.042, 0.028, 0.055, 0.034) * 2, strict=True
            )
        ),
        *(
            capsule(
                (0.094 * s, 0.237, 0.094 * c), (0.096 * s, 0.237 - drop, 0.096 * c),
                (0.01, 0.0075), icing, blend=0.008,
            )
            for (_, s, c), drop in zip(
                around(10), (0.026, 0.04, 0.018, 0.034, 0.022) * 2, strict=True
            )
        ),
    )  # fmt: skip
    beads = tuple(
        sphere((0.148 * s, 0.071, 0.148 * c), 0.0125, icing) for _, s, c in around(26)
    ) + tuple(sphere((0.072 * s, 0.253, 0.072 * c), 0.0125, cherry) for _, s, c in around(8))
    waxes: list[Shape] = []
    flames: list[Shape] = []
    for index, (_, s, c) in enumerate(around(5, start=0.3)):
        x, z = 0.042 * s, 0.042 * c
        wave = 0.0022 * math.sin(8.1 * seconds + 2.1 * index)
        waxes.append(
            capsule(
                (x, 0.245, z), (x, 0.305, z), (0.0045, 0.0045),
                finishes.vinyl(((0.15, 0.35, 0.6), (0.7, 0.3, 0.1), (0.5, 0.12, 0.3))[index % 3]),
            )
        )  # fmt: skip
        flames.append(
            capsule(
                (x, 0.318, z),
                (x + wave, 0.335 + abs(wave), z),
                (0.0055, 0.001),
                finishes.light((1.0, 0.55, 0.15), 8.0),
            )
        )
    return (
        whole(*base),
        whole(*tiers),
        whole(beads),
        whole(*waxes),
        shining(whole(*flames, shadow=False), 0.1),
    )


def ice_cream(tint: Linear) -> tuple[Group, ...]:
    """Two scoops in a wafer, standing in a glass ring."""
    wafer = Material(
        (0.56, 0.3, 0.1), (0.3, 0.13, 0.04), Pattern.CHECKER, scale=90.0, relief=0.001, rough=0.8
    )
    scoop = Material(
        tint,
        finishes.shade(tint, 0.85),
        Pattern.NOISE,
        scale=60.0,
        relief=0.003,
        rough=0.6,
        soft=0.4,
    )
    second = Material(
        _CREAM, finishes.shade(_CREAM, 0.9), Pattern.NOISE, scale=60.0, relief=0.003, rough=0.6, soft=0.4
    )  # fmt: skip
    ring = finishes.metal()
    return (
        whole(
            torus((0, 0.085, 0), 0.026, 0.003, ring),
            *(
                capsule(
                    (0.026 * s, 0.085, 0.026 * c), (0.04 * s, 0.003, 0.04 * c), (0.003, 0.003), ring
                )
                for _, s, c in around(3)
            ),
        ),
        whole(cone((0, 0.07, 0), (0.003, 0.031), 0.068, wafer, rounding=0.002)),
        whole(
            sphere((0, 0.155, 0), 0.034, second),
            *(
                sphere((0.031 * s, 0.14, 0.031 * c), 0.0075, second, blend=0.008)
                for _, s, c in around(9)
            ),
        ),
        whole(
            sphere((0.004, 0.197, 0), 0.032, scoop),
            *(
                sphere((0.004 + 0.029 * s, 0.183, 0.029 * c), 0.007, scoop, blend=0.008)
                for _, s, c in around(9, start=0.2)
            ),
            sphere((0.006, 0.235, 0.002), 0.011, finishes.gloss((0.45, 0.012, 0.02))),
        ),
    )


def cheese(tint: Linear) -> tuple[Group, ...]:
    """A wedge of cheese with holes."""
    body = Material(tint, rough=0.4, soft=0.5)
    holes = [
        (-0.05, 0.05, 0.038, 0.015), (0.0, 0.03, 0.04, 0.011), (0.03, 0.06, 0.03, 0.013),
        (-0.08, 0.025, 0.05, 0.01), (-0.03, 0.078, 0.0, 0.016), (0.06, 0.03, 0.02, 0.009),
        (-0.075, 0.08, 0.02, 0.01), (-0.1, 0.05, 0.0, 0.014), (-0.1, 0.03, -0.03, 0.01),
    ]  # fmt: skip
    return (
        whole(
            box((0, 0.04, 0), (0.1, 0.04, 0.05), body, rounding=0.004),
            cut(
                box((0.062, 0.04, 0.066), (0.13, 0.06, 0.05), body, facing=turn(yaw=0.42)),
                blend=0.004,
            ),
            cut(
                box((0.062, 0.04, -0.066), (0.13, 0.06, 0.05), body, facing=turn(yaw=-0.42)),
                blend=0.004,
            ),
            *(cut(sphere((x, y, z), r, body), blend=0.003) for x, y, z, r in holes),
        ),
    )


def watermelon(tint: Linear) -> tuple[Group, ...]:
    """A slice of melon with seeds."""
    flesh, rind = Material(tint, rough=0.35, soft=0.5), finishes.gloss((0.06, 0.2, 0.05))
    seed = finishes.gloss(finishes.INK)
    dots = [
        (-0.07, 0.05),
        (-0.03, 0.035),
        (0.02, 0.045),
        (0.065, 0.06),
        (-0.045, 0.075),
        (0.03, 0.08),
    ]
    facing = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0))
    return (
        whole(
            cylinder((0, 0.14, 0), 0.14, 0.018, rind, rounding=0.004, facing=facing),
            cylinder((0, 0.14, 0), 0.131, 0.0186, finishes.vinyl((0.62, 0.7, 0.45)), facing=facing),
            cylinder((0, 0.14, 0), 0.122, 0.0192, flesh, facing=facing),
            cut(box((0, 0.24, 0), (0.2, 0.1, 0.1), flesh), blend=0.002),
        ),
        whole(
            *(
                ellipsoid((x, y, z), (0.0045, 0.0075, 0.003), seed)
                for x, y in dots
                for z in (-0.019, 0.019)
            )
        ),
    )
