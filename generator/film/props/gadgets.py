# ruff: noqa: E501 - a shape a line reads like a parts list.
"""Machines and media of a desk: books, clock, phone, laptop, television, radio, camera."""

import math

from generator.film import finishes
from generator.film.groups import shining, whole
from generator.film.materials import Linear, Material, Pattern
from generator.film.props.parts import Y_TO_Z, around
from generator.film.scenes import Group
from generator.film.shapes import (
    Pose,
    Shape,
    box,
    capsule,
    cone,
    cut,
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

_PAGES = Material((0.72, 0.67, 0.56), (0.5, 0.45, 0.36), Pattern.STRIPES, scale=600.0, rough=0.9)


def _volume(half: tuple[float, float, float], cover: Linear) -> tuple[Shape, ...]:
    """Return a closed book that lies flat about its middle, its spine at -x."""
    x, y, z = half
    binding = finishes.leather(cover)
    return (
        box((0.003, 0, 0), (x - 0.007, y - 0.002, z - 0.005), _PAGES, rounding=0.001),
        *(
            box((0, side * (y - 0.002), 0), (x, 0.002, z), binding, rounding=0.0015)
            for side in (-1, 1)
        ),
        rod((-x + 0.004, 0, -z), (-x + 0.004, 0, z), y, binding, rounding=0.002),
        *(
            torus(
                (-x + 0.004, 0, k * z * 0.62), y + 0.0002, 0.0022,
                finishes.metal(finishes.BRASS), facing=Y_TO_Z,
            )
            for k in (-1, 1)
        ),
    )  # fmt: skip


def book(tint: Linear) -> tuple[Group, ...]:
    """One book, lying."""
    stack = moved(_volume((0.085, 0.02, 0.12), tint), pose((0, 0.0202, 0), yaw=0.35))
    gilt = box(
        (0.02, 0.0405, 0.008), (0.035, 0.0006, 0.045), finishes.metal(finishes.BRASS),
        rounding=0.0005, facing=turn(yaw=0.35),
    )  # fmt: skip
    return (whole(stack, gilt),)


def books(tint: Linear) -> tuple[Group, ...]:
    """A stack of four books, askew."""
    others: tuple[Linear, ...] = (tint, (0.5, 0.33, 0.08), (0.05, 0.14, 0.26), (0.09, 0.2, 0.12))
    halves = ((0.11, 0.024, 0.15), (0.1, 0.018, 0.135), (0.092, 0.027, 0.125), (0.075, 0.016, 0.11))
    yaws, floor = (0.3, 0.05, 0.55, -0.12), 0.0
    stack: list[Group] = []
    for colour, half, yaw in zip(others, halves, yaws, strict=True):
        floor += half[1]
        stack.append(whole(moved(_volume(half, colour), pose((0, floor + 0.0002, 0), yaw=yaw))))
        floor += half[1]
    return tuple(stack)


def clock(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """An alarm clock with two bells; its hands run."""
    case, face = finishes.enamel(tint), finishes.paper(finishes.WHITE)
    ink, brass = finishes.vinyl(finishes.INK), finishes.metal(finishes.BRASS)
    middle = 0.085
    body = (
        cylinder((0, middle, 0), 0.07, 0.026, case, rounding=0.012, facing=Y_TO_Z),
        torus((0, middle, 0.024), 0.062, 0.006, brass, facing=Y_TO_Z),
        *mirrored((capsule((0.035, 0.035, 0), (0.052, 0.006, 0.008), (0.007, 0.006), brass),)),
        rod((0, 0.15, 0), (0, 0.18, 0), 0.004, brass),
        sphere((0, 0.182, 0), 0.009, brass),
    )
    bells = mirrored(
        (
            ellipsoid((0.04, 0.157, 0), (0.03, 0.022, 0.03), brass, facing=turn(roll=-0.5)),
            capsule((0.034, 0.14, 0), (0.046, 0.168, 0), (0.003, 0.003), brass),
        )
    )
    dial = [cylinder((0, middle, 0.0245), 0.059, 0.003, face, facing=Y_TO_Z)]
    for angle, s, c in around(12):
        large = abs(math.sin(2 * angle)) < 0.1
        dial.append(
            box(
                (0.049 * s, middle + 0.049 * c, 0.0278),
                (0.0022, 0.006 if large else 0.0035, 0.0006),
                ink,
                facing=turn(roll=-angle),
            )
        )
    minute, hour = seconds / 60 + 0.85, seconds / 3600 + 0.169
    tick = math.floor(seconds) / 60.0
    for share, length, width, z in (
        (minute, 0.042, 0.0022, 0.0295),
        (hour, 0.028, 0.0032, 0.0285),
    ):
        angle = 2 * math.pi * share
        s, c = math.sin(angle), math.cos(angle)
        dial.append(
            capsule(
                (-0.008 * s, middle - 0.008 * c, z),
                (length * s, middle + length * c, z),
                (width, width * 0.7),
                ink,
            )
        )
    s, c = math.sin(2 * math.pi * tick), math.cos(2 * math.pi * tick)
    dial.append(
        capsule((0, middle, 0.031), (0.046 * s, middle + 0.046 * c, 0.031), (0.001, 0.001), finishes.vinyl(finishes.RED))
    )  # fmt: skip
    dial.append(sphere((0, middle, 0.03), 0.004, brass))
    return whole(*body), whole(bells), whole(*dial)


def phone(tint: Linear) -> tuple[Group, ...]:
    """A telephone with a receiver and a dial."""
    shell, dark = finishes.gloss(tint), finishes.gloss(finishes.INK)
    body = (
        box((0, 0.025, 0), (0.1, 0.025, 0.085), shell, rounding=0.022),
        box((0, 0.06, -0.02), (0.065, 0.05, 0.045), shell, rounding=0.028, blend=0.035),
        *mirrored((capsule((0.045, 0.112, -0.04), (0.045, 0.112, 0.0), (0.012, 0.012), shell, blend=0.012),)),
    )  # fmt: skip
    lean = turn(pitch=0.85)
    dial = [
        cylinder((0, 0.066, 0.045), 0.047, 0.007, finishes.metal(), rounding=0.003, facing=lean),
        cylinder((0, 0.071, 0.05), 0.018, 0.005, finishes.paper(finishes.WHITE), facing=lean),
    ]
    for _, s, c in around(10):
        y, z = 0.033 * c * math.sin(-0.85), 0.033 * c * math.cos(0.85)
        dial.append(cylinder((0.033 * s, 0.0725 + y, 0.0505 + z), 0.0075, 0.002, dark, facing=lean))
    receiver = (
        capsule((-0.085, 0.14, -0.02), (0.085, 0.14, -0.02), (0.014, 0.014), shell),
        *mirrored(
            (
                capsule((0.085, 0.14, -0.02), (0.108, 0.12, -0.02), (0.016, 0.025), shell, blend=0.015),
                cylinder((0.112, 0.108, -0.02), 0.03, 0.012, dark, rounding=0.006, blend=0.006),
            )
        ),
    )  # fmt: skip
    return whole(*body), whole(*dial), whole(*receiver)


def laptop(tint: Linear) -> tuple[Group, ...]:
    """An open laptop with something on its screen."""
    shell, key = finishes.brushed(tint), finishes.vinyl((0.03, 0.03, 0.034))
    base = (
        box((0, 0.009, 0.0), (0.165, 0.008, 0.115), shell, rounding=0.006),
        box((0, 0.0172, 0.065), (0.05, 0.0006, 0.034), finishes.brushed(finishes.shade(tint, 0.8))),
        rod((-0.12, 0.016, -0.112), (0.12, 0.016, -0.112), 0.006, key),
    )
    keys = tuple(
        box((-0.138 + 0.0276 * n, 0.0182, -0.078 + 0.0215 * row), (0.0118, 0.002, 0.0088), key, rounding=0.0015)
        for row in range(5)
        for n in range(11)
    )  # fmt: skip
    tilt = pose((0, 0.016, -0.112), pitch=-0.3)
    colours: tuple[Linear, ...] = ((0.05, 0.35, 0.6), (0.75, 0.3, 0.08), (0.1, 0.5, 0.3))
    lid = moved(
        (
            box((0, 0.108, 0), (0.165, 0.108, 0.0045), shell, rounding=0.004),
            box((0, 0.11, 0.0042), (0.155, 0.098, 0.001), finishes.screen(finishes.INK)),
            box((0, 0.11, 0.0046), (0.148, 0.09, 0.001), finishes.screen((0.1, 0.2, 0.36), 1.3)),
            *(
                box(
                    (-0.06, 0.15 - 0.028 * n, 0.0052), (0.06 - 0.013 * n, 0.0065, 0.001),
                    finishes.screen(colours[n], 1.6),
                )
                for n in range(3)
            ),
            cylinder((0.075, 0.115, 0.0052), 0.04, 0.001, finishes.screen((0.85, 0.62, 0.2), 1.4), facing=Y_TO_Z),
        ),
        tilt,
    )  # fmt: skip
    return whole(*base), whole(keys), shining(whole(lid), 0.3)


def television(tint: Linear) -> tuple[Group, ...]:
    """A set of the sixties on four legs, its tube alight."""
    case, knob = finishes.varnished(tint), finishes.metal(finishes.BRASS)
    body = (
        box((0, 0.6, 0), (0.36, 0.27, 0.2), case, rounding=0.035),
        cut(box((-0.07, 0.6, 0.22), (0.24, 0.21, 0.035), finishes.gloss(finishes.INK), rounding=0.03), blend=0.01),
    )  # fmt: skip
    tube = (
        ellipsoid(
            (-0.07, 0.6, 0.175), (0.232, 0.2, 0.055), finishes.screen((0.25, 0.45, 0.55), 0.9)
        ),
    )
    panel = (
        *(cylinder((0.265, y, 0.205), 0.028, 0.014, knob, rounding=0.005, facing=Y_TO_Z) for y in (0.75, 0.66)),
        *(box((0.265, 0.45 + 0.028 * n, 0.2), (0.05, 0.0055, 0.006), knob, rounding=0.003) for n in range(5)),
        *mirrored((capsule((0.02, 0.87, 0), (0.24, 1.18, -0.06), (0.006, 0.004), finishes.metal()),)),
        ellipsoid((0, 0.87, 0), (0.06, 0.03, 0.05), finishes.gloss(finishes.INK)),
        *mirrored((sphere((0.24, 1.18, -0.06), 0.01, finishes.metal()),)),
    )  # fmt: skip
    feet = tuple(
        capsule((x * 0.26, 0.34, z * 0.12), (x * 0.31, 0.012, z * 0.17), (0.02, 0.012), case)
        for x in (-1, 1)
        for z in (-1, 1)
    )
    return whole(*body), shining(whole(*tube, shadow=False), 0.6), whole(*panel), whole(feet)


def radio(tint: Linear) -> tuple[Group, ...]:
    """A portable wireless with its handle up."""
    shell, cream = finishes.leather(tint), finishes.vinyl(finishes.IVORY)
    grid = Material((0.4, 0.34, 0.22), (0.06, 0.05, 0.04), Pattern.CHECKER, scale=160.0, rough=0.6)
    return (
        whole(
            box((0, 0.095, 0), (0.14, 0.09, 0.045), shell, rounding=0.022),
            box((-0.045, 0.09, 0.044), (0.075, 0.066, 0.004), grid, rounding=0.003),
            cylinder((0.085, 0.115, 0.045), 0.038, 0.004, cream, rounding=0.002, facing=Y_TO_Z),
            capsule((0.085, 0.115, 0.05), (0.11, 0.135, 0.05), (0.002, 0.002), finishes.vinyl(finishes.RED)),
            *(
                cylinder((x, 0.05, 0.05), 0.015, 0.01, finishes.metal(finishes.BRASS), rounding=0.004, facing=Y_TO_Z)
                for x in (0.065, 0.107)
            ),
            *mirrored((sphere((0.1, 0.008, 0), 0.012, cream),)),
        ),
        whole(
            torus((0, 0.175, 0), 0.1, 0.009, shell, arc=1.45, facing=((1, 0, 0), (0, 0, 1), (0, -1, 0))),
            capsule((0.12, 0.17, -0.03), (0.17, 0.36, -0.04), (0.003, 0.002), finishes.metal()),
        ),
    )  # fmt: skip


def camera(tint: Linear) -> tuple[Group, ...]:
    """A film camera on a tripod."""
    shell, dark = finishes.leather(tint), finishes.gloss(finishes.INK)
    steel = finishes.metal()
    feet = tuple(
        capsule((0.03 * s, 1.2, 0.03 * c), (0.42 * s, 0.015, 0.42 * c), (0.02, 0.015), finishes.wood())
        for _, s, c in around(3)
    )  # fmt: skip
    body = (
        box((0, 1.36, 0), (0.07, 0.1, 0.15), shell, rounding=0.015),
        cylinder((0, 1.24, 0), 0.05, 0.03, steel, rounding=0.01),
        rod((0, 1.36, 0.14), (0, 1.36, 0.25), 0.05, dark, rounding=0.008),
        rod((0, 1.36, 0.24), (0, 1.36, 0.275), 0.062, steel, rounding=0.006),
        ellipsoid((0, 1.36, 0.262), (0.05, 0.05, 0.018), finishes.glass((0.03, 0.04, 0.09))),
        *(
            cylinder((0, y, z), 0.1, 0.022, dark, rounding=0.012, facing=((0, 1, 0), (-1, 0, 0), (0, 0, 1)))
            for y, z in ((1.53, -0.1), (1.53, 0.085))
        ),
        *(
            cylinder((0.002, y, z), 0.03, 0.026, steel, rounding=0.008, facing=((0, 1, 0), (-1, 0, 0), (0, 0, 1)))
            for y, z in ((1.53, -0.1), (1.53, 0.085))
        ),
        rod((0.0, 1.4, -0.15), (0.0, 1.4, -0.22), 0.025, dark, rounding=0.006),
    )  # fmt: skip
    return whole(feet), whole(*body)


def globe(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A globe on its stand, turning slowly."""
    sea = Material(tint, (0.2, 0.34, 0.07), Pattern.NOISE, scale=16.0, rough=0.25, mirror=0.2)
    brass = finishes.metal(finishes.BRASS)
    stand = (
        cone((0, 0.012, 0), (0.085, 0.07), 0.012, finishes.wood(finishes.WALNUT), rounding=0.006),
        capsule((0, 0.02, 0), (0, 0.075, 0), (0.014, 0.01), brass, blend=0.01),
        torus(
            (0, 0.225, 0), 0.15, 0.006, brass, arc=1.95, facing=turn(pitch=math.pi / 2, roll=0.0)
        ),
    )
    ball = (
        sphere((0, 0, 0), 0.135, sea),
        rod((0, -0.152, 0), (0, 0.152, 0), 0.005, brass),
    )
    axis = turn(roll=-0.41)
    whole_ball = whole(moved(ball, Pose((0, 0, 0), turn(yaw=0.6 * seconds))))
    return whole(*stand), whole(moved(whole_ball.shapes, Pose((0, 0.225, 0), axis)))
