# ruff: noqa: E501 - a shape a line reads like a parts list.
"""What people carry, wear, keep things in and work with."""

import math

from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear, Material
from generator.film.props.parts import around, board, gore
from generator.film.scenes import Group
from generator.film.shapes import (
    Shape,
    box,
    capsule,
    cone,
    cut,
    cylinder,
    ellipsoid,
    hollow,
    mirrored,
    moved,
    pose,
    rod,
    sphere,
    torus,
    turn,
    wedge,
)


def umbrella(tint: Linear) -> tuple[Group, ...]:
    """An open umbrella standing on its crook, as if held."""
    cover, second = finishes.cloth(tint, 260.0), finishes.cloth(finishes.shade(tint, 0.72), 260.0)
    steel, timber = finishes.metal(), finishes.varnished(finishes.WALNUT)
    return (*_canopy(0.54, 0.78, 0.27, 8, (cover, second)), whole(
        rod((0, 0.12, 0), (0, 1.06, 0), 0.007, steel),
        torus((0.035, 0.047, 0), 0.035, 0.012, timber, arc=math.pi / 2, facing=((1, 0, 0), (0, 0, -1), (0, 1, 0))),
        capsule((0, 0.047, 0), (0, 0.2, 0), (0.012, 0.013), timber),
        sphere((0.07, 0.049, 0), 0.013, timber),
        capsule((0, 1.04, 0), (0, 1.11, 0), (0.01, 0.004), timber),
    ))  # fmt: skip


def parasol(tint: Linear) -> tuple[Group, ...]:
    """A striped parasol for the beach."""
    cover, pale = finishes.cloth(tint), finishes.cloth(finishes.WHITE)
    return (*_canopy(1.05, 1.78, 0.42, 10, (cover, pale)), whole(
        capsule((0, 0.0245, 0), (0, 2.2, 0), (0.0245, 0.02), finishes.wood(finishes.STRAW)),
        sphere((0, 2.24, 0), 0.04, finishes.gloss(tint)),
    ))  # fmt: skip


def _canopy(
    radius: float, rim: float, rise: float, count: int, stuffs: tuple[Material, ...]
) -> tuple[Group, ...]:
    """Return a spread cover of gores with ribs below, its rim at a height."""
    share = 2 * math.pi / count
    gores: list[Group] = []
    for index in range(count):
        material = stuffs[index % len(stuffs)]
        angle = (index - 0.5) * share
        dome = hollow(ellipsoid((0, rim, 0), (radius, rise, radius), material), 0.008)
        below = cut(box((0, rim - radius, 0), (2 * radius, radius, 2 * radius), material))
        # Between two ribs the rim is drawn in, so that it hangs in scallops.
        middle = angle + share / 2
        deep = rise * 0.22
        arch = cut(
            ellipsoid(
                (radius * 0.98 * math.sin(middle), rim, radius * 0.98 * math.cos(middle)),
                (radius * math.sin(share / 2) * 0.86, deep, radius * 0.45), material,
                facing=turn(yaw=middle),
            )
        )  # fmt: skip
        gores.append(whole(gore(dome, angle, share), below, arch))
    ribs = tuple(
        capsule(
            (radius * 0.55 * s, rim + rise * 0.78, radius * 0.55 * c),
            (0.02 * s, rim - rise * 0.1, 0.02 * c),
            (0.004, 0.004),
            finishes.metal(),
        )
        for _, s, c in around(count, start=share / 2)
    )
    tips = tuple(
        sphere((radius * s, rim, radius * c), 0.008, finishes.metal())
        for _, s, c in around(count, start=share / 2)
    )
    return (*gores, whole(ribs, tips))


def hat(tint: Linear) -> tuple[Group, ...]:
    """A felt hat with a band."""
    felt = finishes.cloth(tint, 260.0)
    band = finishes.cloth(finishes.shade(tint, 0.3), 300.0)
    return (
        whole(
            cylinder((0, 0.012, 0), 0.16, 0.006, felt, rounding=0.005),
            torus((0, 0.016, 0), 0.158, 0.006, felt, blend=0.006),
            cone((0, 0.075, 0), (0.105, 0.09), 0.062, felt, rounding=0.02, blend=0.03),
            cut(ellipsoid((0, 0.155, 0.01), (0.026, 0.035, 0.085), felt), blend=0.03),
            *mirrored((cut(sphere((0.075, 0.135, 0.085), 0.022, felt), blend=0.03),)),
        ),
        whole(
            cone((0, 0.035, 0), (0.1075, 0.104), 0.016, band, rounding=0.003),
            box((0.106, 0.036, 0.0), (0.006, 0.014, 0.02), band, rounding=0.004),
        ),
    )


def ladder(tint: Linear) -> tuple[Group, ...]:
    """A step-ladder, open."""
    timber, iron = finishes.wood(tint), finishes.metal()
    front = mirrored((_beam((0.25, 0.0, 0.4), (0.17, 1.72, 0.02), 0.022, timber),))
    back = mirrored((_beam((0.24, 0.0, -0.42), (0.16, 1.7, -0.03), 0.017, timber),))
    steps = tuple(
        board((0, y, 0.4 - 0.38 * y / 1.72), (0.24 - 0.08 * y / 1.72, 0.013, 0.055), timber)
        for y in (0.28, 0.56, 0.84, 1.12, 1.4)
    )
    return (
        whole(front, back, steps),
        whole(
            board((0, 1.72, 0.0), (0.2, 0.016, 0.09), timber),
            rod((-0.21, 0.4, -0.32), (0.21, 0.4, -0.32), 0.011, timber),
            *mirrored((rod((0.212, 0.86, 0.2), (0.205, 0.86, -0.22), 0.005, iron),)),
            *mirrored((sphere((0.185, 1.66, 0.0), 0.022, iron),)),
        ),
    )


def _beam(
    foot: tuple[float, float, float],
    top: tuple[float, float, float],
    half: float,
    material: Material,
) -> Shape:
    lean = capsule(foot, top, (half, half), material)
    length = lean.sizes[0] / 2
    middle = tuple((a + b) / 2 for a, b in zip(foot, top, strict=True))
    return box(
        (middle[0], middle[1] + half * 0.1, middle[2]),
        (half * 0.6, length, half * 1.5),
        material,
        rounding=0.006,
        facing=lean.pose.turn,
    )


def broom(tint: Linear) -> tuple[Group, ...]:
    """A besom standing on its bristles."""
    timber, straw, cord = (
        finishes.wood(finishes.OAK),
        finishes.bark(finishes.STRAW, 26.0),
        finishes.cloth(tint),
    )
    bristles = tuple(
        capsule((0.03 * s, 0.4, 0.03 * c), ((0.1 + 0.02 * (n % 3)) * s, 0.02, (0.06 + 0.012 * (n % 2)) * c), (0.022, 0.016), straw, blend=0.006)
        for n, (_, s, c) in enumerate(around(14))
    )  # fmt: skip
    inner = tuple(
        capsule((0.015 * s, 0.4, 0.015 * c), (0.05 * s, 0.022, 0.032 * c), (0.022, 0.02), straw)
        for _, s, c in around(7)
    )
    return (
        whole(bristles, inner),
        whole(
            capsule((0, 0.3, 0), (0, 1.35, 0), (0.015, 0.013), timber),
            *(torus((0, y, 0), 0.044 - 0.012 * (y - 0.34) * 8, 0.0085, cord) for y in (0.34, 0.365, 0.39)),
        ),
    )  # fmt: skip


def tent(tint: Linear) -> tuple[Group, ...]:
    """A ridge tent, its door open, on guy ropes."""
    canvas = finishes.cloth(tint, 90.0)
    inside, timber = finishes.cloth(finishes.shade(tint, 0.35), 90.0), finishes.wood()
    rope = finishes.cloth(finishes.WHITE)
    slant = math.atan2(1.42, 1.0)
    length = math.hypot(1.42, 1.0) / 2
    sides = mirrored(
        (
            box((0.5, 0.71, 0), (0.014, length, 1.1), canvas, rounding=0.012, facing=turn(roll=math.pi / 2 - slant)),
        )
    )  # fmt: skip
    flaps = mirrored(
        (
            capsule((0.04, 1.36, 1.1), (0.5, 0.5, 1.13), (0.03, 0.07), canvas),
            capsule((0.5, 0.5, 1.13), (0.86, 0.07, 1.12), (0.07, 0.06), canvas, blend=0.03),
        )
    )
    poles = (
        capsule((0, 0.022, 1.1), (0, 1.5, 1.1), (0.022, 0.022), timber),
        capsule((0, 1.42, -1.1), (0, 1.42, 1.1), (0.03, 0.03), canvas),
        box((0, 0.02, 0), (0.97, 0.02, 1.08), inside, rounding=0.015),
        wedge((0, 0.7, -1.08), (0.96, 0.7, 0.012), inside, rounding=0.004),
    )
    ropes = (
        capsule((0, 1.48, 1.1), (0, 0.02, 2.0), (0.006, 0.006), rope),
        *mirrored(
            tuple(capsule((0.62, 0.55, z), (1.35, 0.02, z * 1.25), (0.006, 0.006), rope) for z in (-0.9, 0.9))
        ),
        *mirrored(
            tuple(capsule((1.35, 0.016, z * 1.25), (1.31, 0.12, z * 1.25), (0.016, 0.016), timber) for z in (-0.9, 0.9))
        ),
    )  # fmt: skip
    bag = capsule(
        (-0.3, 0.14, 0.55), (-0.3, 0.14, -0.4), (0.12, 0.14), finishes.knit((0.5, 0.2, 0.04), 22.0)
    )
    return whole(sides, *poles), whole(flaps), whole(*ropes), whole(bag)


def easel(tint: Linear) -> tuple[Group, ...]:
    """A painter's easel with a canvas of the sea."""
    timber = finishes.wood()
    sky, sea = finishes.vinyl(tint), finishes.vinyl((0.03, 0.13, 0.24))
    lean = pose((0, 0.0, 0.23), pitch=-0.16)
    return (
        whole(
            *mirrored((capsule((0.34, 0.02, 0.16), (0.05, 1.6, -0.16), (0.02, 0.018), timber),)),
            capsule((0, 0.02, -0.62), (0, 1.5, -0.14), (0.02, 0.016), timber),
            board((0, 0.62, 0.06), (0.42, 0.018, 0.035), timber),
        ),
        whole(
            moved(
                (
                    box((0, 0.99, -0.03), (0.4, 0.34, 0.014), finishes.cloth(finishes.WHITE), rounding=0.004),
                    box((0, 1.1, -0.014), (0.36, 0.19, 0.002), sky),
                    box((0, 0.8, -0.014), (0.36, 0.11, 0.002), sea),
                    ellipsoid((0.14, 1.08, -0.012), (0.07, 0.07, 0.012), finishes.vinyl((0.8, 0.62, 0.2))),
                    ellipsoid((-0.16, 0.93, -0.012), (0.09, 0.03, 0.015), finishes.vinyl((0.4, 0.08, 0.04))),
                    capsule((-0.16, 0.95, -0.01), (-0.16, 1.12, -0.01), (0.006, 0.005), finishes.vinyl(finishes.WHITE)),
                    ellipsoid((-0.12, 1.04, -0.012), (0.04, 0.07, 0.012), finishes.vinyl(finishes.WHITE)),
                ),
                lean,
            )
        ),
    )  # fmt: skip
