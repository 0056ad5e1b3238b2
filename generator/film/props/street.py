# ruff: noqa: E501 - a shape a line reads like a parts list.
"""What stands in streets, squares and gardens."""

import math

from generator.film import finishes
from generator.film.groups import shining, whole
from generator.film.materials import Linear, Material, Pattern
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
    mirrored,
    moved,
    pose,
    rod,
    sphere,
    torus,
    turn,
    wedge,
)

_LIT: Linear = (1.0, 0.72, 0.4)
_TRAFFIC_SECONDS = (4.0, 1.0, 4.0)  # Red, amber, green.


def lamp(tint: Linear) -> tuple[Group, ...]:
    """A street lamp: a lit lantern on a cast post."""
    iron = finishes.enamel(tint)
    post = (
        cylinder((0, 0.05, 0), 0.19, 0.05, iron, rounding=0.02),
        cone((0, 0.24, 0), (0.15, 0.075), 0.16, iron, rounding=0.015, blend=0.03),
        torus((0, 0.44, 0), 0.07, 0.026, iron, blend=0.02),
        capsule((0, 0.4, 0), (0, 2.5, 0), (0.055, 0.04), iron),
        torus((0, 1.9, 0), 0.05, 0.018, iron, blend=0.01),
        capsule((-0.22, 2.3, 0), (0.22, 2.3, 0), (0.02, 0.02), iron),
        *mirrored((sphere((0.24, 2.3, 0), 0.034, iron),)),
        cone((0, 2.56, 0), (0.05, 0.13), 0.06, iron, rounding=0.01),
    )
    cage = (
        *(
            capsule((0.1 * s, 2.62, 0.1 * c), (0.155 * s, 3.0, 0.155 * c), (0.011, 0.011), iron)
            for _, s, c in around(6)
        ),
        torus((0, 2.63, 0), 0.1, 0.014, iron),
        torus((0, 3.0, 0), 0.155, 0.016, iron),
        cone((0, 3.09, 0), (0.2, 0.04), 0.085, iron, rounding=0.012),
        capsule((0, 3.16, 0), (0, 3.25, 0), (0.03, 0.012), iron),
        sphere((0, 3.23, 0), 0.026, iron),
    )
    bulb = cone((0, 2.81, 0), (0.085, 0.135), 0.175, finishes.light(_LIT, 3.0), rounding=0.02)
    return whole(*post), whole(*cage, shadow=False), shining(whole(bulb, shadow=False), 7.0)


def traffic_light(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """Traffic lights that run through their colours."""
    case, pole = finishes.enamel(tint), finishes.enamel((0.06, 0.065, 0.07))
    at, on = math.fmod(seconds, sum(_TRAFFIC_SECONDS)), 2
    if at < _TRAFFIC_SECONDS[0]:
        on = 0
    elif at >= _TRAFFIC_SECONDS[0] + _TRAFFIC_SECONDS[2]:
        on = 1
    body = [
        cylinder((0, 0.03, 0), 0.14, 0.03, pole, rounding=0.012),
        capsule((0, 0.03, 0), (0, 2.1, 0), (0.055, 0.048), pole),
        box((0, 2.46, 0.0), (0.16, 0.42, 0.13), case, rounding=0.05),
    ]
    lenses: list[Group] = []
    colours: tuple[Linear, ...] = ((1.0, 0.05, 0.02), (1.0, 0.42, 0.02), (0.04, 0.85, 0.25))
    for index, colour in enumerate(colours):
        y = 2.72 - 0.26 * index
        body.append(torus((0, y, 0.128), 0.105, 0.016, case, facing=Y_TO_Z))
        body.append(
            torus(
                (0, y, 0.19), 0.104, 0.01, case, arc=1.45, facing=((1, 0, 0), (0, 0, 1), (0, -1, 0))
            )
        )
        body += [
            capsule(
                (0.104 * math.sin(a), y + 0.104 * math.cos(a), 0.13),
                (0.104 * math.sin(a), y + 0.104 * math.cos(a), 0.2),
                (0.01, 0.01),
                case,
            )
            for a in (-1.3, -0.87, -0.43, 0.0, 0.43, 0.87, 1.3)
        ]
        lit = index == on
        lens = finishes.light(colour, 4.0) if lit else finishes.glass(finishes.shade(colour, 0.12))
        lens_group = whole(ellipsoid((0, y, 0.128), (0.095, 0.095, 0.028), lens), shadow=False)
        lenses.append(shining(lens_group, 0.8))
    return whole(*body), *lenses


def mailbox(tint: Linear) -> tuple[Group, ...]:
    """A pillar box."""
    paint, dark = finishes.enamel(tint), finishes.vinyl(finishes.INK)
    return (
        whole(
            cylinder((0, 0.07, 0), 0.27, 0.07, finishes.enamel(finishes.INK), rounding=0.02),
            cylinder((0, 0.72, 0), 0.24, 0.65, paint, rounding=0.02),
            torus((0, 0.17, 0), 0.24, 0.018, paint, blend=0.01),
            torus((0, 1.24, 0), 0.24, 0.022, paint, blend=0.01),
            cylinder((0, 1.38, 0), 0.275, 0.04, paint, rounding=0.035, blend=0.02),
            ellipsoid((0, 1.41, 0), (0.25, 0.09, 0.25), paint, blend=0.02),
            box((0, 1.13, 0.225), (0.14, 0.045, 0.035), paint, rounding=0.02, blend=0.02),
            cut(box((0, 1.135, 0.26), (0.11, 0.014, 0.06), dark, rounding=0.006)),
            box(
                (0, 0.82, 0.236), (0.075, 0.1, 0.01), finishes.paper(finishes.WHITE), rounding=0.006
            ),
            box(
                (0, 0.82, 0.234),
                (0.087, 0.113, 0.01),
                finishes.metal(finishes.BRASS),
                rounding=0.006,
            ),
            torus((0.13, 0.72, 0.2), 0.02, 0.006, finishes.metal(finishes.BRASS), facing=Y_TO_Z),
        ),
    )


def sign(tint: Linear) -> tuple[Group, ...]:
    """A signpost with two arrows."""
    timber, plank = finishes.bark((0.2, 0.12, 0.07)), finishes.wood(tint)
    stroke = finishes.vinyl(finishes.IVORY)

    def arrow(y: float, side: float, yaw: float) -> Group:
        parts = (
            board((side * 0.24, 0, 0.075), (0.3, 0.085, 0.014), plank),
            box(
                (side * 0.54, 0, 0.075),
                (0.06, 0.06, 0.014),
                plank,
                rounding=0.008,
                facing=turn(roll=math.pi / 4),
            ),
            *(
                box(
                    (side * (0.02 + 0.1 * n), 0.004 * (-1) ** n, 0.09),
                    (0.036, 0.011, 0.002),
                    stroke,
                    rounding=0.002,
                    facing=turn(roll=0.5 * (-1) ** n),
                )
                for n in range(4)
            ),
            sphere((side * -0.02, 0.05, 0.09), 0.009, finishes.metal()),
            sphere((side * -0.02, -0.05, 0.09), 0.009, finishes.metal()),
        )
        return whole(moved(parts, pose((0, y, 0), yaw=yaw, roll=0.03 * side)))

    return (
        whole(
            capsule((0, 0.055, 0), (0.02, 1.75, 0), (0.065, 0.055), timber),
            ellipsoid((0.02, 1.8, 0), (0.06, 0.05, 0.06), timber, blend=0.02),
        ),
        arrow(1.52, 1.0, 0.12),
        arrow(1.24, -1.0, -0.16),
    )


def fence(tint: Linear) -> tuple[Group, ...]:
    """Two metres of picket fence."""
    paint = finishes.wood(tint)
    pickets: list[Shape] = []
    for n in range(11):
        x = -0.9 + 0.18 * n
        pickets.append(board((x, 0.42, 0.02), (0.055, 0.38, 0.012), paint, rounding=0.006))
        pickets.append(wedge((x, 0.86, 0.02), (0.055, 0.06, 0.012), paint, rounding=0.004))
    rails = tuple(board((0, y, -0.015), (1.0, 0.045, 0.018), paint) for y in (0.22, 0.62))
    posts = mirrored(
        (
            board((1.0, 0.48, -0.03), (0.05, 0.48, 0.05), paint, rounding=0.012),
            ellipsoid((1.0, 0.99, -0.03), (0.055, 0.05, 0.055), paint),
        )
    )
    return whole(*pickets), whole(rails, posts)


def traffic_cone(tint: Linear) -> tuple[Group, ...]:
    """A traffic cone."""
    body, white = finishes.vinyl(tint), finishes.vinyl(finishes.WHITE)
    return (
        whole(
            box((0, 0.018, 0), (0.2, 0.018, 0.2), body, rounding=0.014),
            cone((0, 0.27, 0), (0.145, 0.032), 0.25, body, rounding=0.01, blend=0.02),
            torus((0, 0.52, 0), 0.026, 0.011, body, blend=0.006),
            cone((0, 0.3, 0), (0.117, 0.085), 0.07, white, rounding=0.003),
            cone((0, 0.445, 0), (0.069, 0.051), 0.035, white, rounding=0.003),
        ),
    )


def hydrant(tint: Linear) -> tuple[Group, ...]:
    """A fire hydrant."""
    paint, steel = finishes.enamel(tint), finishes.metal()
    return (
        whole(
            cylinder((0, 0.03, 0), 0.15, 0.03, paint, rounding=0.01),
            cylinder((0, 0.28, 0), 0.105, 0.25, paint, rounding=0.01, blend=0.02),
            cylinder((0, 0.5, 0), 0.14, 0.022, paint, rounding=0.01, blend=0.01),
            ellipsoid((0, 0.52, 0), (0.115, 0.14, 0.115), paint, blend=0.01),
            cylinder((0, 0.68, 0), 0.032, 0.03, paint, rounding=0.006, blend=0.01),
            rod((0, 0.38, 0), (0, 0.38, 0.17), 0.065, paint, rounding=0.01, blend=0.02),
            rod((0, 0.38, 0.16), (0, 0.38, 0.19), 0.03, steel, rounding=0.006),
            *mirrored(
                (
                    rod((0, 0.4, 0), (0.17, 0.4, 0), 0.05, paint, rounding=0.01, blend=0.02),
                    rod((0.16, 0.4, 0), (0.19, 0.4, 0), 0.024, steel, rounding=0.006),
                )
            ),
            *(sphere((0.125 * s, 0.065, 0.125 * c), 0.014, steel) for _, s, c in around(8)),
            *(sphere((0.122 * s, 0.525, 0.122 * c), 0.012, steel) for _, s, c in around(8)),
        ),
    )


def fountain(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A stone fountain of two basins, its water falling in strings of drops."""
    stone = finishes.carved(tint)
    water = Material(
        (0.04, 0.13, 0.15),
        pattern=Pattern.WATER,
        scale=5.0,
        relief=0.006,
        rough=0.04,
        specular=0.03,
        mirror=1.0,
    )
    spray = Material((0.6, 0.72, 0.78), rough=0.06, specular=0.05, mirror=0.6, soft=0.8)
    low = (
        cylinder((0, 0.2, 0), 1.1, 0.2, stone, rounding=0.03),
        cut(cylinder((0, 0.32, 0), 0.98, 0.2, stone), blend=0.02),
        torus((0, 0.4, 0), 1.04, 0.06, stone),
        cylinder((0, 0.04, 0), 1.2, 0.04, stone, rounding=0.02),
    )
    stem = (
        cylinder((0, 0.5, 0), 0.13, 0.35, stone, rounding=0.02),
        torus((0, 0.42, 0), 0.13, 0.05, stone, blend=0.03),
        torus((0, 0.8, 0), 0.12, 0.04, stone, blend=0.03),
        ellipsoid((0, 1.02, 0), (0.5, 0.2, 0.5), stone, blend=0.05),
        cut(box((0, 1.24, 0), (0.7, 0.2, 0.7), stone), blend=0.01),
        cut(ellipsoid((0, 1.07, 0), (0.44, 0.14, 0.44), stone), blend=0.02),
        capsule((0, 0.95, 0), (0, 1.25, 0), (0.07, 0.05), stone, blend=0.03),
        sphere((0, 1.31, 0), 0.075, stone, blend=0.02),
    )
    pools = (
        cylinder((0, 0.3, 0), 0.99, 0.012, water),
        cylinder((0, 1.02, 0), 0.43, 0.008, water),
    )
    drops: list[Shape] = []
    for _, s, c in around(8, start=0.2):
        for n in range(6):
            share = math.fmod(n / 6 + seconds * 1.1, 1.0)
            reach, y = 0.06 + 0.36 * share, 1.36 + 0.75 * share - 1.05 * share * share
            drops.append(
                sphere((reach * s, y, reach * c), 0.024 - 0.008 * share, spray, blend=0.03)
            )
    fall: list[Shape] = []
    for _, s, c in around(10):
        for n in range(5):
            share = math.fmod(n / 5 + seconds * 1.3, 1.0)
            reach, y = 0.5 + 0.16 * share, 1.0 - 0.68 * share * share
            fall.append(sphere((reach * s, y, reach * c), 0.022, spray, blend=0.03))
    return (
        whole(*low),
        whole(*stem),
        whole(*pools),
        whole(*drops, shadow=False),
        whole(*fall, shadow=False),
    )


def statue(tint: Linear) -> tuple[Group, ...]:
    """A bust of a thinker on a plinth."""
    stone = Material(
        tint, finishes.shade(tint, 0.72), Pattern.MARBLE, scale=3.0, rough=0.35, soft=0.25
    )
    plinth = finishes.carved(finishes.STONE)
    return (
        whole(
            box((0, 0.05, 0), (0.36, 0.05, 0.36), plinth, rounding=0.012),
            box((0, 0.14, 0), (0.3, 0.05, 0.3), plinth, rounding=0.02),
            box((0, 0.56, 0), (0.24, 0.42, 0.24), plinth, rounding=0.012),
            box((0, 1.0, 0), (0.3, 0.04, 0.3), plinth, rounding=0.02),
            box((0, 0.6, 0.238), (0.15, 0.09, 0.008), finishes.metal(finishes.BRASS), rounding=0.006),
        ),
        whole(
            cylinder((0, 1.07, 0), 0.12, 0.04, stone, rounding=0.015),
            ellipsoid((0, 1.24, -0.01), (0.27, 0.17, 0.14), stone, blend=0.06),
            *mirrored((ellipsoid((0.2, 1.27, -0.01), (0.1, 0.1, 0.1), stone, blend=0.08),)),
            cut(box((0, 1.05, 0), (0.5, 0.06, 0.4), stone), blend=0.04),
            cylinder((0, 1.08, 0), 0.1, 0.05, stone, rounding=0.015, blend=0.03),
            capsule((0, 1.3, 0), (0, 1.48, 0.02), (0.085, 0.075), stone, blend=0.05),
            ellipsoid((0, 1.62, 0.0), (0.125, 0.155, 0.145), stone, blend=0.03),
            ellipsoid((0, 1.53, 0.05), (0.095, 0.09, 0.1), stone, blend=0.05),
            capsule((0, 1.64, 0.135), (0, 1.56, 0.168), (0.016, 0.024), stone, blend=0.025),
            *mirrored((
                cut(ellipsoid((0.05, 1.635, 0.14), (0.032, 0.02, 0.03), stone), blend=0.02),
                ellipsoid((0.05, 1.63, 0.11), (0.024, 0.02, 0.022), stone),
                capsule((0.02, 1.665, 0.142), (0.085, 1.662, 0.115), (0.014, 0.011), stone, blend=0.015),
                ellipsoid((0.126, 1.6, -0.005), (0.018, 0.04, 0.03), stone, blend=0.012),
            )),
            capsule((-0.035, 1.515, 0.138), (0.035, 1.515, 0.138), (0.012, 0.012), stone, blend=0.012),
            capsule((-0.024, 1.494, 0.137), (0.024, 1.494, 0.137), (0.012, 0.012), stone, blend=0.01),
            *(
                sphere((0.11 * math.sin(a) * math.cos(b), 1.66 + 0.115 * math.sin(b), -0.02 + 0.125 * math.cos(a) * math.cos(b)), 0.045, stone, blend=0.015)
                for b, count in ((0.55, 9), (1.05, 6), (0.1, 7))
                for a in (math.pi - 1.9 + 3.8 * (n + 0.5) / count for n in range(count))
            ),
        ),
    )  # fmt: skip


def campfire(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """Logs in a ring of stones, burning."""
    wood, grit = finishes.bark(), finishes.stone(scale=8.0, relief=0.02)
    logs = tuple(
        capsule((0.36 * s, 0.06, 0.36 * c), (0.03 * s, 0.3, 0.03 * c), (0.06, 0.05), wood)
        for _, s, c in around(6, start=0.3)
    )
    ring = tuple(
        ellipsoid(
            (0.52 * s, 0.07, 0.52 * c),
            (0.11 + 0.02 * (n % 3), 0.085 + 0.015 * (n % 2), 0.1),
            grit,
            facing=turn(yaw=a),
        )
        for n, (a, s, c) in enumerate(around(11))
    )
    embers = ellipsoid((0, 0.06, 0), (0.26, 0.05, 0.26), finishes.light((1.0, 0.16, 0.02), 3.0))
    flames: list[Shape] = []
    for n, (_, s, c) in enumerate(around(7)):
        reach = 0.13 if n else 0.0
        sway = 0.035 * math.sin(6.0 * seconds + 1.9 * n)
        tall = (
            0.34 + 0.09 * math.sin(7.7 * seconds + 2.3 * n) + (0.26 if n == 0 else 0.06 * (n % 3))
        )
        foot, tip = (
            (reach * s, 0.16, reach * c),
            (reach * 0.35 * s + sway, 0.16 + tall, reach * 0.35 * c + sway * 0.5),
        )
        flames.append(
            capsule(foot, tip, (0.085, 0.008), finishes.light((1.0, 0.36, 0.05), 5.0), blend=0.05)
        )
    core = [
        capsule(
            (0.06 * s, 0.14, 0.06 * c),
            (0.0, 0.36 + 0.05 * math.sin(9 * seconds + s), 0.0),
            (0.06, 0.01),
            finishes.light((1.0, 0.7, 0.25), 8.0),
            blend=0.04,
        )
        for _, s, c in around(3)
    ]
    del tint
    return (
        whole(logs),
        whole(ring),
        whole(embers, lights=0.0),
        shining(whole(*flames, shadow=False), 5.0),
        whole(*core, shadow=False, lights=0.0),
    )
