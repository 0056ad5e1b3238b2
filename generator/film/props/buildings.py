# ruff: noqa: E501 - a shape a line reads like a parts list.
"""Small buildings: house, castle, gate, bridge, well."""

import math
from itertools import pairwise

from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear, Material, Pattern
from generator.film.props.parts import Y_TO_X, Y_TO_Z, around, board
from generator.film.scenes import Group
from generator.film.shapes import (
    Shape,
    Turn,
    box,
    capsule,
    cone,
    cut,
    cylinder,
    hollow,
    mirrored,
    moved,
    pose,
    sphere,
    torus,
    turn,
    wedge,
)

_WINDOW: Linear = (1.0, 0.68, 0.32)
_BEAM_SECONDS = 5.0


def plaster(colour: Linear) -> Material:
    """Limewashed walls."""
    return Material(
        colour, finishes.shade(colour, 0.8), Pattern.PLASTER, scale=2.0, relief=0.01, rough=0.9
    )


def roofing(colour: Linear) -> Material:
    """A roof of tiles."""
    return Material(
        colour, finishes.shade(colour, 0.5), Pattern.ROOF, scale=4.0, relief=0.02, rough=0.75
    )


def house(tint: Linear) -> tuple[Group, ...]:
    """A small house with lit windows, a chimney and a door."""
    wall, roof, timber = plaster(tint), roofing((0.36, 0.1, 0.06)), finishes.wood(finishes.WALNUT)
    brick = Material(
        (0.34, 0.12, 0.08), (0.4, 0.36, 0.32), Pattern.BRICK, scale=4.0, relief=0.008, rough=0.9
    )
    pane, frame = finishes.light(_WINDOW, 0.9), finishes.vinyl(finishes.WHITE)
    body = (
        box((0, 1.2, 0), (1.9, 1.2, 1.5), wall, rounding=0.03),
        wedge((0, 3.05, 0), (1.5, 0.68, 1.86), wall, rounding=0.02, facing=turn(yaw=math.pi / 2)),
        box((0, 0.15, 0), (1.95, 0.15, 1.55), finishes.carved(), rounding=0.03),
        box((1.05, 3.3, -0.5), (0.24, 0.75, 0.24), brick, rounding=0.02),
        box((1.05, 4.05, -0.5), (0.3, 0.06, 0.3), finishes.carved(), rounding=0.02),
    )
    slope = math.atan2(1.36, 1.5)
    tiles = tuple(
        box(
            (0, 3.08, side * 0.88),
            (2.15, 0.07, 1.27),
            roof,
            rounding=0.03,
            facing=turn(pitch=side * slope),
        )
        for side in (-1, 1)
    )
    door = (
        box((0.0, 1.0, 1.5), (0.44, 0.86, 0.05), timber, rounding=0.02),
        box(
            (0.0, 0.95, 1.53), (0.34, 0.74, 0.04), finishes.enamel((0.04, 0.16, 0.2)), rounding=0.02
        ),
        sphere((0.25, 0.92, 1.59), 0.04, finishes.metal(finishes.BRASS)),
        box((0, 0.08, 1.75), (0.6, 0.08, 0.24), finishes.carved(), rounding=0.02),
    )
    windows: list[Shape] = []
    frames: list[Shape] = []
    for x in (-1.15, 1.15):
        windows.append(box((x, 1.35, 1.5), (0.34, 0.4, 0.03), pane))
        frames += [
            *(
                box((x + side * 0.36, 1.35, 1.53), (0.045, 0.44, 0.04), frame, rounding=0.01)
                for side in (-1, 1)
            ),
            *(box((x, y, 1.53), (0.4, 0.045, 0.04), frame, rounding=0.01) for y in (0.93, 1.77)),
            box((x, 1.35, 1.53), (0.02, 0.4, 0.025), frame),
            box((x, 1.4, 1.53), (0.34, 0.02, 0.025), frame),
            box((x, 0.82, 1.62), (0.42, 0.09, 0.1), timber, rounding=0.02),
            *(
                sphere(
                    (x - 0.3 + 0.15 * n, 0.95, 1.63),
                    0.075,
                    finishes.foliage(
                        (0.5, 0.05, 0.08) if n % 2 else finishes.GREEN, scale=20.0, relief=0.02
                    ),
                )
                for n in range(5)
            ),
        ]
    return whole(*body), whole(tiles), whole(*door, *frames), whole(*windows, lights=0.0)


def castle(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A sand-coloured toy castle of four towers; its flags fly."""
    stone = Material(
        tint, finishes.shade(tint, 0.6), Pattern.BRICK, scale=3.4, relief=0.012, rough=0.9
    )
    roof, timber = roofing((0.1, 0.16, 0.34)), finishes.wood(finishes.WALNUT)
    groups_: list[Group] = []
    flags: list[Shape] = []
    for x, z, tall in (
        (-1.3, 0.9, 2.6),
        (1.3, 0.9, 2.6),
        (-1.3, -0.9, 2.9),
        (1.3, -0.9, 2.9),
        (0.0, -0.5, 3.9),
    ):
        radius = 0.5 if x else 0.62
        parts: list[Shape] = [
            cylinder((x, tall / 2, z), radius, tall / 2, stone, rounding=0.02),
            cylinder((x, tall, z), radius + 0.09, 0.16, stone, rounding=0.02),
            *(
                box(
                    (x + (radius + 0.02) * s, tall + 0.22, z + (radius + 0.02) * c),
                    (0.1, 0.1, 0.07),
                    stone,
                    rounding=0.015,
                    facing=turn(yaw=a),
                )
                for a, s, c in around(9)
            ),
            cone((x, tall + 0.75, z), (radius * 0.92, 0.02), 0.6, roof, rounding=0.02),
            capsule((x, tall + 1.3, z), (x, tall + 1.85, z), (0.02, 0.014), timber),
            *(
                box(
                    (x + side * 0.12 * (0 if x else 1), tall * 0.72, z + radius),
                    (0.055, 0.17, 0.05),
                    finishes.vinyl(finishes.INK),
                    rounding=0.05,
                )
                for side in ((0,) if x else (-1, 1))
            ),
        ]
        groups_.append(whole(*parts))
        wave = 0.06 * math.sin(4.0 * seconds + x + z)
        flags += [
            capsule(
                (x, tall + 1.72, z),
                (x + 0.24, tall + 1.7, z + wave),
                (0.1, 0.07),
                finishes.cloth(finishes.RED),
            ),
            capsule(
                (x + 0.24, tall + 1.7, z + wave),
                (x + 0.5, tall + 1.7, z - wave),
                (0.07, 0.02),
                finishes.cloth(finishes.RED),
                blend=0.03,
            ),
        ]
    walls = (
        *(box((0, 0.85, z), (1.3, 0.85, 0.2), stone, rounding=0.02) for z in (-0.9, 0.9)),
        *(box((x, 0.85, 0), (0.2, 0.85, 0.9), stone, rounding=0.02) for x in (-1.3, 1.3)),
        *(
            box((-0.95 + 0.27 * n, 1.8, 0.98), (0.08, 0.11, 0.1), stone, rounding=0.015)
            for n in range(8)
        ),
        cut(cylinder((0, 0.75, 0.9), 0.36, 0.5, finishes.vinyl(finishes.INK), facing=Y_TO_Z)),
        cut(box((0, 0.32, 0.9), (0.36, 0.44, 0.5), finishes.vinyl(finishes.INK))),
        *(
            capsule(
                (-0.27 + 0.135 * n, 0.05, 0.95),
                (-0.27 + 0.135 * n, 1.05, 0.95),
                (0.022, 0.022),
                finishes.metal(finishes.IRON),
            )
            for n in range(5)
        ),
        *(
            capsule(
                (-0.35, y, 0.95), (0.35, y, 0.95), (0.022, 0.022), finishes.metal(finishes.IRON)
            )
            for y in (0.3, 0.6, 0.9)
        ),
        torus(
            (0, 0.75, 1.1),
            0.4,
            0.07,
            finishes.carved(tint),
            arc=math.pi / 2,
            facing=((1, 0, 0), (0, 0, 1), (0, -1, 0)),
        ),
        board((0, 0.03, 1.5), (0.36, 0.03, 0.4), timber),
    )
    return (*groups_, whole(*walls), whole(*flags))


def torii(tint: Linear) -> tuple[Group, ...]:
    """The gate of a shrine."""
    red, black = finishes.lacquer(tint), finishes.lacquer(finishes.INK)
    points = [(-2.0 + 0.5 * n, 3.0 + 0.03 * (n - 4) ** 2 * 0.55, 0.0) for n in range(9)]
    return (
        whole(
            *mirrored(
                (
                    capsule((1.35, 0.2, 0), (1.2, 2.9, 0), (0.17, 0.15), red),
                    cylinder((1.36, 0.16, 0), 0.24, 0.16, black, rounding=0.03),
                )
            ),
            board((0, 2.38, 0), (1.75, 0.11, 0.09), red, rounding=0.02),
            box((0, 2.68, 0), (0.14, 0.2, 0.07), red, rounding=0.02),
            box(
                (0, 2.68, 0.075), (0.1, 0.15, 0.012), finishes.metal(finishes.BRASS), rounding=0.01
            ),
        ),
        whole(
            *(capsule(points[n], points[n + 1], (0.15, 0.15), red) for n in range(8)),
            *(
                capsule(
                    (a[0] * 1.06, a[1] + 0.2, 0), (b[0] * 1.06, b[1] + 0.2, 0), (0.1, 0.1), black
                )
                for a, b in pairwise(points)
            ),
        ),
    )


def bridge(tint: Linear) -> tuple[Group, ...]:
    """A small arched bridge of wood."""
    timber, dark = finishes.wood(tint), finishes.wood(finishes.shade(tint, 0.65))
    planks: list[Shape] = []
    rails: list[Shape] = []
    for n in range(17):
        x = -1.6 + 0.2 * n
        y = 0.12 + 0.5 * (1 - (x / 1.7) ** 2)
        slope = math.atan(-0.5 * 2 * x / 1.7**2)
        planks.append(
            box((x, y, 0), (0.094, 0.62, 0.03), timber, rounding=0.01, facing=_plank(slope))
        )
    xs = [-1.6 + 0.4 * n for n in range(9)]
    for side in (-0.58, 0.58):
        for n, x in enumerate(xs):
            y = 0.12 + 0.5 * (1 - (x / 1.7) ** 2)
            rails.append(capsule((x, y - 0.1, side), (x, y + 0.72, side), (0.04, 0.035), dark))
            if n < 8:
                after = 0.12 + 0.5 * (1 - (xs[n + 1] / 1.7) ** 2)
                rails.append(
                    capsule(
                        (x, y + 0.72, side), (xs[n + 1], after + 0.72, side), (0.045, 0.045), dark
                    )
                )
                rails.append(
                    capsule(
                        (x, y + 0.4, side), (xs[n + 1], after + 0.4, side), (0.025, 0.025), dark
                    )
                )
    arch = mirrored(
        (
            torus(
                (0, -2.35, 0.5),
                2.78,
                0.09,
                dark,
                arc=0.63,
                facing=((1, 0, 0), (0, 0, 1), (0, -1, 0)),
            ),
        )
    )
    return (
        whole(*planks),
        whole(*rails),
        whole(moved(arch, pose((0, 0.06, 0))), moved(arch, pose((0, 0.06, -1.0)))),
    )


def _plank(slope: float) -> Turn:
    """Return a turn that lays a board's grain along z and tips it by `slope`."""
    cos, sin = math.cos(slope), math.sin(slope)
    return ((cos, 0.0, sin), (sin, 0.0, -cos), (0.0, 1.0, 0.0))


def well(tint: Linear) -> tuple[Group, ...]:
    """A well with a shingled roof and its bucket."""
    bricks = Material(
        (0.38, 0.34, 0.3), (0.2, 0.18, 0.16), Pattern.BRICK, scale=5.0, relief=0.01, rough=0.9
    )
    timber, roof = (
        finishes.wood(),
        Material(tint, finishes.shade(tint, 0.5), Pattern.ROOF, scale=8.0, relief=0.012, rough=0.8),
    )
    return (
        whole(
            cylinder((0, 0.36, 0), 0.55, 0.36, bricks, rounding=0.02),
            cut(cylinder((0, 0.6, 0), 0.42, 0.3, bricks)),
            torus((0, 0.72, 0), 0.49, 0.075, finishes.carved()),
            cylinder((0, 0.36, 0), 0.43, 0.02, finishes.screen((0.02, 0.05, 0.06))),
        ),
        whole(
            *mirrored((board((0.52, 1.15, 0), (0.05, 0.55, 0.05), timber),)),
            capsule((-0.56, 1.2, 0), (0.7, 1.2, 0), (0.05, 0.05), timber),
            *(torus((x, 1.2, 0), 0.052, 0.014, finishes.cloth(finishes.STRAW), facing=Y_TO_X) for x in (-0.08, -0.05, -0.02, 0.01, 0.04)),
            capsule((0, 1.15, 0.05), (0, 0.95, 0.05), (0.008, 0.008), finishes.cloth(finishes.STRAW)),
        ),
        whole(hollow(cone((0, 0.83, 0.05), (0.09, 0.12), 0.1, timber, rounding=0.006), 0.012), cut(cylinder((0, 0.94, 0.05), 0.12, 0.02, timber))),
        whole(
            wedge((0, 1.86, 0), (0.56, 0.24, 0.72), timber, rounding=0.01, facing=turn(yaw=math.pi / 2)),
            *(
                box((0, 1.86, side * 0.29), (0.8, 0.02, 0.39), roof, rounding=0.008, facing=turn(pitch=side * 0.708))
                for side in (-1, 1)
            ),
        ),
    )  # fmt: skip
