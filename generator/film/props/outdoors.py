"""What children play with out of doors: snowman, balloon, kite."""

import math

from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear, Material
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
    sphere,
    torus,
    turn,
)


def snowman(tint: Linear) -> tuple[Group, ...]:
    """A snowman with a hat, a scarf and a carrot."""
    snow = Material(
        (0.78, 0.81, 0.86),
        (0.66, 0.7, 0.78),
        finishes.Pattern.SNOW,
        scale=12.0,
        relief=0.006,
        rough=0.85,
        soft=0.6,
    )
    coal, wool = finishes.Material(finishes.INK, rough=0.4), finishes.knit(tint, 40.0)
    felt, stick = finishes.cloth((0.03, 0.03, 0.035), 240.0), finishes.bark()
    body = (
        ellipsoid((0, 0.34, 0), (0.42, 0.37, 0.41), snow),
        sphere((0, 0.87, 0), 0.285, snow, blend=0.05),
        sphere((0, 1.28, 0.01), 0.205, snow, blend=0.04),
    )
    face = (
        *mirrored((sphere((0.075, 1.345, 0.19), 0.026, coal),)),
        *(
            sphere(
                (0.1 * math.sin(a), 1.24 - 0.07 * math.cos(a), 0.195 - 0.04 * a * a), 0.016, coal
            )
            for a in (-1.0, -0.5, 0.0, 0.5, 1.0)
        ),
        capsule(
            (0, 1.29, 0.2),
            (0.03, 1.275, 0.4),
            (0.032, 0.006),
            Material((0.72, 0.22, 0.03), rough=0.6),
        ),
        *(sphere((0, 0.98 - 0.13 * n, 0.26 + 0.026 * (n == 1)), 0.026, coal) for n in range(3)),
    )
    scarf = (
        torus((0, 1.1, 0.01), 0.185, 0.052, wool),
        capsule((0.11, 1.08, 0.16), (0.19, 0.82, 0.27), (0.055, 0.06), wool, blend=0.02),
        *(
            capsule(
                (0.19 + 0.024 * n, 0.8, 0.275),
                (0.195 + 0.027 * n, 0.72, 0.285),
                (0.012, 0.009),
                wool,
            )
            for n in (-1, 0, 1)
        ),
    )
    top = (
        cylinder(
            (0, 1.45, 0.0), 0.23, 0.016, felt, rounding=0.012, facing=turn(pitch=-0.08, roll=0.06)
        ),
        cone(
            (-0.012, 1.58, -0.008),
            (0.135, 0.145),
            0.13,
            felt,
            rounding=0.02,
            facing=turn(pitch=-0.08, roll=0.06),
        ),
        cone(
            (-0.002, 1.495, -0.001),
            (0.138, 0.14),
            0.025,
            finishes.cloth(finishes.RED, 240.0),
            rounding=0.006,
            facing=turn(pitch=-0.08, roll=0.06),
        ),
    )
    twigs = mirrored(
        (
            capsule((0.22, 0.92, 0), (0.55, 1.1, 0.06), (0.022, 0.015), stick),
            capsule((0.55, 1.1, 0.06), (0.66, 1.24, 0.06), (0.014, 0.007), stick),
            capsule((0.55, 1.1, 0.06), (0.7, 1.12, 0.1), (0.012, 0.006), stick),
            capsule((0.47, 1.06, 0.05), (0.52, 1.2, 0.0), (0.011, 0.006), stick),
        )
    )
    return whole(*body), whole(*face), whole(*scarf), whole(*top), whole(twigs)


def balloon(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A balloon on a string; it sways."""
    skin = Material(tint, rough=0.08, mirror=0.5, soft=0.6)
    sway = 0.06 * math.sin(1.3 * seconds)
    points = [
        (sway * (n / 6) ** 2 + 0.02 * math.sin(1.1 * n), 0.2 * n + 0.003, 0.012 * math.cos(1.7 * n))
        for n in range(8)
    ]
    x, y, z = points[7]
    return (
        whole(
            ellipsoid((x, y + 0.27, z), (0.185, 0.215, 0.185), skin),
            capsule((x, y + 0.12, z), (x, y + 0.035, z), (0.11, 0.018), skin, blend=0.07),
            cone((x, y + 0.012, z), (0.028, 0.008), 0.014, skin, rounding=0.004, blend=0.006),
        ),
        whole(
            *(
                capsule(points[n], points[n + 1], (0.003, 0.003), finishes.cloth(finishes.WHITE))
                for n in range(7)
            )
        ),
    )


def kite(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A kite in the air with a tail of bows, its line running to the ground."""
    sail, second = finishes.cloth(tint, 200.0), finishes.cloth((0.74, 0.5, 0.05), 200.0)
    spar, line = finishes.wood(finishes.PINE), finishes.cloth(finishes.WHITE)
    dip = 0.08 * math.sin(1.5 * seconds)
    where = pose((0.5, 2.75 + dip, -0.3), pitch=-0.5, roll=0.35 + 0.1 * math.sin(1.1 * seconds))
    sheets = [
        _triangle((0, 0.42), (-0.33, 0.1), (0, 0.1), sail),
        _triangle((0, 0.42), (0.33, 0.1), (0, 0.1), second),
        _triangle((0, -0.5), (-0.33, 0.1), (0, 0.1), second),
        _triangle((0, -0.5), (0.33, 0.1), (0, 0.1), sail),
    ]
    spars = (
        capsule((0, -0.51, -0.012), (0, 0.43, -0.012), (0.008, 0.008), spar),
        capsule((-0.34, 0.1, -0.012), (0.34, 0.1, -0.012), (0.007, 0.007), spar),
    )
    flown = [whole(moved(sheet.shapes, where)) for sheet in sheets]
    foot = moved((sphere((0, -0.5, 0), 0.01, spar),), where)[0].pose.at
    hold = moved((sphere((0, 0.05, 0), 0.01, spar),), where)[0].pose.at
    tail: list[Shape] = []
    at = foot
    for n in range(7):
        wave = 0.09 * math.sin(2.2 * seconds - 0.9 * n)
        after = (at[0] + 0.05 + wave, at[1] - 0.15, at[2] - 0.03)
        tail.append(capsule(at, after, (0.004, 0.004), line))
        tail += [
            capsule(
                after,
                (after[0] + s * 0.055, after[1] + 0.018, after[2]),
                (0.006, 0.022),
                (sail, second)[n % 2],
            )
            for s in (-1, 1)
        ]
        at = after
    string = [
        (
            hold[0] * (1 - t) - 0.4 * t,
            hold[1] * (1 - t) ** 1.25 + 0.004,
            hold[2] * (1 - t) + 0.9 * t,
        )
        for t in (n / 8 for n in range(9))
    ]
    return (
        *flown,
        whole(moved(spars, where)),
        whole(*tail),
        whole(*(capsule(string[n], string[n + 1], (0.004, 0.004), line) for n in range(8))),
    )


def _triangle(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], stuff: Material
) -> Group:
    """Return a thin right-angled sheet in the plane z = 0, its right angle at `c`."""
    x, y = (b[0] + c[0]) / 2, (a[1] + c[1]) / 2
    wide, tall = abs(b[0] - c[0]) / 2, abs(a[1] - c[1]) / 2
    # The half beyond the long side a-b is cut off; its normal points away from c.
    angle = math.atan2(wide * math.copysign(1.0, y - c[1]), tall * math.copysign(1.0, x - c[0]))
    far = 1.0
    at = (x + far * math.cos(angle), y + far * math.sin(angle), 0.0)
    half = box(at, (far, far, 0.1), stuff, facing=turn(roll=angle))
    return whole(box((x, y, 0.0), (wide, tall, 0.006), stuff, rounding=0.004), cut(half))
