"""What sails, flies and steams. Wheels turn with the seconds, as at the speeds named here."""

import math

from generator.film import finishes
from generator.film.groups import shining, whole
from generator.film.materials import Linear, Material, Pattern
from generator.film.props.parts import Y_TO_X, Y_TO_Z, around, board, wheels
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
)

_PANE: Linear = (0.03, 0.045, 0.055)
_TYRE: Linear = (0.02, 0.02, 0.022)
_HEADLIGHT: Linear = (1.0, 0.86, 0.6)
_TAIL: Linear = (0.8, 0.02, 0.01)


def train(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A steam engine and its tender on two metres' gauge; the rods go round, smoke rises."""
    paint, black, brass = (
        finishes.lacquer(tint),
        finishes.enamel(finishes.INK),
        finishes.metal(finishes.BRASS),
    )
    red, steel = finishes.enamel(finishes.RED), finishes.metal()
    boiler = (
        rod((0, 1.75, -0.6), (0, 1.75, 2.5), 0.62, paint, rounding=0.05),
        rod((0, 1.75, 2.35), (0, 1.75, 2.75), 0.66, black, rounding=0.06),
        ellipsoid((0, 1.75, 2.72), (0.5, 0.5, 0.14), black),
        *(torus((0, 1.75, z), 0.625, 0.022, brass, facing=Y_TO_Z) for z in (0.1, 0.9, 1.7)),
        cone((0, 2.75, 2.45), (0.2, 0.32), 0.42, black, rounding=0.03),
        torus((0, 3.15, 2.45), 0.3, 0.04, brass),
        ellipsoid((0, 2.42, 1.3), (0.26, 0.34, 0.26), brass),
        capsule((0, 2.3, 0.4), (0, 2.62, 0.4), (0.2, 0.14), paint, blend=0.05),
        sphere((0, 2.86, 0.4), 0.05, brass),
        cylinder((0, 1.78, 2.88), 0.09, 0.04, brass, rounding=0.02, facing=Y_TO_Z),
    )
    cabin = (
        box((0, 1.95, -1.35), (0.92, 0.95, 0.78), paint, rounding=0.05),
        *mirrored(
            (
                cut(
                    box(
                        (0.9, 2.3, -1.35),
                        (0.3, 0.36, 0.42),
                        finishes.vinyl(finishes.INK),
                        rounding=0.06,
                    )
                ),
            )
        ),
        *mirrored(
            (
                cut(
                    box(
                        (0.5, 2.35, -0.6),
                        (0.22, 0.28, 0.1),
                        finishes.vinyl(finishes.INK),
                        rounding=0.08,
                    )
                ),
            )
        ),
        box((0, 2.98, -1.35), (1.02, 0.07, 0.95), black, rounding=0.06),
        box((0, 0.95, 0.55), (0.95, 0.1, 2.2), red, rounding=0.03),
        box((0, 0.85, 2.8), (1.0, 0.16, 0.1), red, rounding=0.03),
        *(
            capsule((0.85 - 0.34 * n, 0.72, 2.85), (0.5 - 0.2 * n, 0.22, 3.28), (0.045, 0.045), red)
            for n in range(6)
        ),
        *mirrored((rod((0.62, 0.87, 2.85), (0.62, 0.87, 3.05), 0.14, steel, rounding=0.03),)),
    )
    tender = (
        box((0, 1.55, -3.3), (0.9, 0.62, 0.95), paint, rounding=0.06),
        box((0, 0.85, -3.3), (0.92, 0.1, 1.05), red, rounding=0.03),
        ellipsoid(
            (0, 2.15, -3.3),
            (0.75, 0.28, 0.8),
            Material((0.02, 0.02, 0.022), pattern=Pattern.ROCK, scale=7.0, relief=0.08, rough=0.6),
        ),
        box((0, 1.75, -3.3), (0.91, 0.03, 0.96), brass, rounding=0.02),
    )
    spin = seconds * 2.2
    driven: list[Group] = []
    for z, radius in (
        (-1.25, 0.62),
        (0.15, 0.62),
        (1.55, 0.62),
        (2.55, 0.36),
        (-2.8, 0.4),
        (-3.85, 0.4),
    ):
        for side in (-1, 1):
            parts: list[Shape] = [
                torus((0, 0, 0), radius - 0.06, 0.06, steel, facing=Y_TO_X),
                rod((-0.08, 0, 0), (0.08, 0, 0), 0.12, red, rounding=0.02),
            ]
            parts += [
                capsule(
                    (0, 0, 0), (0, (radius - 0.06) * c, (radius - 0.06) * s), (0.035, 0.028), red
                )
                for _, s, c in around(9)
            ]
            driven.append(
                whole(moved(tuple(parts), pose((side * 0.78, radius, z), pitch=spin / radius)))
            )
    dy, dz = 0.3 * math.cos(spin / 0.62), 0.3 * math.sin(spin / 0.62)
    rods = mirrored(
        (
            capsule(
                (0.92, 0.62 + dy, -1.25 + dz), (0.92, 0.62 + dy, 1.55 + dz), (0.05, 0.05), steel
            ),
            capsule((0.96, 0.62 + dy, 0.15 + dz), (0.96, 0.78, 2.5), (0.04, 0.04), steel),
            rod((0.9, 0.8, 2.2), (0.9, 0.8, 2.9), 0.2, paint, rounding=0.03),
        )
    )
    smoke = [
        sphere(
            (0.12 * math.sin(5 * n), 3.3 + 0.42 * share * 3, 2.45 - 1.9 * share),
            0.14 + 0.3 * share,
            Material(
                (0.6, 0.6, 0.6), pattern=Pattern.ROCK, scale=2.0, relief=0.05, rough=1.0, soft=0.8
            ),
            blend=0.2,
        )
        for n in range(6)
        for share in (math.fmod(n / 6 + 0.5 * seconds, 1.0),)
    ]
    lamp = whole(
        ellipsoid((0, 2.5, 2.72), (0.13, 0.13, 0.06), finishes.light(_HEADLIGHT, 2.0)), shadow=False
    )
    return (
        whole(*boiler),
        whole(*cabin),
        whole(*tender),
        *driven,
        whole(rods),
        whole(*smoke, shadow=False),
        lamp,
    )


def boat(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A sailing dinghy that rocks a little."""
    hull, timber = finishes.lacquer(tint), finishes.varnished(finishes.OAK)
    sail, rope = finishes.cloth((0.78, 0.74, 0.64), 60.0), finishes.cloth(finishes.STRAW)
    rock = pose(
        (0, 0.0, 0), roll=0.035 * math.sin(1.6 * seconds), pitch=0.02 * math.sin(1.1 * seconds)
    )
    body = (
        ellipsoid((0, 0.52, 0), (0.64, 0.5, 1.75), hull),
        cut(box((0, 0.9, 0), (1, 0.4, 2.2), hull)),
        cut(ellipsoid((0, 0.58, 0), (0.55, 0.42, 1.6), timber), blend=0.01),
        *_gunwale(timber),
    )
    inside = (
        board((0, 0.4, 0.35), (0.52, 0.02, 0.13), timber),
        board((0, 0.4, -0.7), (0.47, 0.02, 0.13), timber),
        capsule((0, 0.15, 0.5), (0, 3.3, 0.42), (0.042, 0.026), timber),
        capsule((0, 0.78, 0.46), (0, 0.74, -1.25), (0.026, 0.022), timber),
        box((0, 0.3, -1.74), (0.025, 0.32, 0.09), timber, rounding=0.02),
        capsule((0, 0.62, -1.72), (0.12, 0.68, -1.1), (0.022, 0.02), timber),
        capsule((0, 3.2, 0.42), (0, 0.56, 1.7), (0.007, 0.007), rope),
    )
    canvas = _sail((0.36, 0.9), (0.36, 3.2), (-1.22, 0.86), sail)
    jib = _sail((1.6, 0.72), (0.5, 2.95), (0.52, 0.86), sail)
    pennant = (
        capsule(
            (0, 3.32, 0.4),
            (0.02 * math.sin(5 * seconds), 3.34, 0.12),
            (0.045, 0.012),
            finishes.cloth(tint),
        ),
    )
    return tuple(whole(moved(part, rock)) for part in (body, inside, canvas, jib, pennant))


def _sail(
    tack: tuple[float, float], head: tuple[float, float], clew: tuple[float, float], stuff: Material
) -> tuple[Shape, ...]:
    """Return a sail full of wind: a shell cut along three sides, each corner (z, y), at x = 0."""
    middle = ((tack[0] + head[0] + clew[0]) / 3, (tack[1] + head[1] + clew[1]) / 3)
    reach = 1.6
    shell = hollow(ellipsoid((-1.35, middle[1], middle[0]), (1.5, 2.6, 2.2), stuff), 0.016)
    parts = [shell, cut(box((-reach - 0.12, 2, 0), (reach, 9, 9), stuff))]
    for a, b in ((tack, head), (head, clew), (clew, tack)):
        along = math.hypot(b[0] - a[0], b[1] - a[1])
        nz, ny = (b[1] - a[1]) / along, -(b[0] - a[0]) / along
        if nz * (middle[0] - a[0]) + ny * (middle[1] - a[1]) > 0:
            nz, ny = -nz, -ny
        at = (0.0, a[1] + 4.0 * ny, a[0] + 4.0 * nz)
        parts.append(cut(box(at, (4.0, 4.0, 4.0), stuff, facing=turn(pitch=math.atan2(nz, ny)))))
    return tuple(parts)


def _gunwale(material: Material) -> tuple[Shape, ...]:
    points = [(0.632 * s, 0.505, 1.73 * c) for _, s, c in around(22)]
    return tuple(
        capsule(points[n], points[(n + 1) % 22], (0.034, 0.034), material) for n in range(22)
    )


def aeroplane(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A biplane; its airscrew turns."""
    paint, cream = finishes.lacquer(tint), finishes.lacquer(finishes.IVORY)
    steel, timber = finishes.metal(), finishes.varnished(finishes.WALNUT)
    body = (
        capsule((0, 1.25, 1.3), (0, 1.42, -2.5), (0.46, 0.12), paint),
        rod((0, 1.25, 1.2), (0, 1.25, 1.72), 0.45, finishes.brushed(), rounding=0.09),
        cut(
            ellipsoid((0, 1.72, -0.35), (0.27, 0.26, 0.42), finishes.leather((0.1, 0.05, 0.02))),
            blend=0.03,
        ),
        torus((0, 1.68, -0.35), 0.29, 0.03, finishes.leather((0.16, 0.08, 0.03))),
        box(
            (0, 1.86, 0.0),
            (0.2, 0.13, 0.012),
            finishes.glass((0.4, 0.5, 0.52)),
            rounding=0.01,
            facing=turn(pitch=-0.4),
        ),
        sphere((0, 1.82, -0.42), 0.13, finishes.leather((0.2, 0.1, 0.04))),
    )
    wings = (
        box((0, 0.98, 0.62), (2.7, 0.045, 0.43), cream, rounding=0.04),
        box((0, 2.22, 0.74), (2.9, 0.045, 0.43), cream, rounding=0.04),
        *mirrored(
            (
                box((2.3, 0.98, 0.62), (0.34, 0.05, 0.435), paint, rounding=0.04),
                box((2.5, 2.22, 0.74), (0.34, 0.05, 0.435), paint, rounding=0.04),
            )
        ),
        *mirrored(
            tuple(
                capsule((x, 1.0, z - 0.06), (x * 1.02, 2.2, z + 0.06), (0.024, 0.024), timber)
                for x in (0.5, 1.9)
                for z in (0.4, 0.92)
            )
        ),
        *mirrored(
            (
                capsule((0.5, 1.0, 0.6), (1.9, 2.2, 0.74), (0.006, 0.006), steel),
                capsule((0.5, 2.2, 0.74), (1.9, 1.0, 0.6), (0.006, 0.006), steel),
            )
        ),
    )
    tail = (
        box((0, 1.48, -2.35), (0.92, 0.03, 0.3), cream, rounding=0.028),
        ellipsoid((0, 1.85, -2.45), (0.06, 0.42, 0.3), paint),
        *mirrored(
            (
                capsule((0.3, 1.0, 0.75), (0.5, 0.34, 0.82), (0.04, 0.035), timber),
                capsule((0.3, 1.0, 0.3), (0.5, 0.34, 0.8), (0.035, 0.035), timber),
            )
        ),
        capsule((-0.62, 0.34, 0.82), (0.62, 0.34, 0.82), (0.025, 0.025), steel),
        capsule((0, 1.35, -2.4), (0, 0.95, -2.62), (0.035, 0.02), timber),
    )
    blades = (
        sphere((0, 0, 0.02), 0.1, steel),
        *(
            ellipsoid((0, side * 0.52, 0), (0.1, 0.5, 0.09), timber, facing=turn(yaw=side * 0.5))
            for side in (-1, 1)
        ),
    )
    screw = Group(blades, pose((0, 1.25, 1.8), roll=23.0 * seconds))
    return (
        whole(*body),
        whole(*wings),
        whole(*tail),
        screw,
        *wheels(((0.58, 0.82),), 0.34, 0.07, 0.0),
    )


def rocket(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A rocket on three fins, as in old stories; a beacon blinks on its nose."""
    hull, red, steel = finishes.lacquer(finishes.WHITE), finishes.lacquer(tint), finishes.metal()
    body = (
        ellipsoid((0, 1.85, 0), (0.52, 1.4, 0.52), hull),
        cut(box((0, 0.42, 0), (1, 0.28, 1), hull), blend=0.02),
        cone((0, 0.62, 0), (0.3, 0.36), 0.12, steel, rounding=0.02),
        cone((0, 0.46, 0), (0.34, 0.2), 0.1, finishes.metal(finishes.IRON), rounding=0.015),
    )
    nose = (
        ellipsoid((0, 1.85, 0), (0.526, 1.406, 0.526), red),
        cut(box((0, 1.4, 0), (1, 1.25, 1), red)),
    )
    bands = (
        *(torus((0, y, 0), r, 0.022, steel) for y, r in ((2.65, 0.43), (1.2, 0.462))),
        torus((0, 2.05, 0.5), 0.17, 0.04, steel, facing=Y_TO_Z),
        ellipsoid((0, 2.05, 0.5), (0.155, 0.155, 0.05), finishes.glass((0.08, 0.25, 0.34))),
        torus((0, 1.58, 0.5), 0.1, 0.028, steel, facing=Y_TO_Z),
        ellipsoid((0, 1.58, 0.5), (0.09, 0.09, 0.04), finishes.glass((0.08, 0.25, 0.34))),
        *(sphere((0.465 * s, 1.12, 0.465 * c), 0.016, steel) for _, s, c in around(16)),
    )
    fins: list[Shape] = []
    for angle, s, c in around(3, start=math.pi):
        fins += [
            capsule(
                (0.42 * s, 1.1, 0.42 * c),
                (0.85 * s, 0.42, 0.85 * c),
                (0.09, 0.075),
                red,
                blend=0.03,
            ),
            capsule(
                (0.85 * s, 0.42, 0.85 * c),
                (0.92 * s, 0.05, 0.92 * c),
                (0.075, 0.05),
                red,
                blend=0.03,
            ),
            box(
                (0.56 * s, 0.78, 0.56 * c),
                (0.03, 0.24, 0.17),
                red,
                rounding=0.028,
                facing=turn(yaw=angle),
                blend=0.04,
            ),
        ]
    glow = 6.0 if math.fmod(seconds, 1.2) < 0.6 else 0.6
    beacon = (capsule((0, 3.22, 0), (0, 3.42, 0), (0.03, 0.014), steel),)
    light = sphere((0, 3.46, 0), 0.045, finishes.light((1.0, 0.12, 0.05), glow))
    return (
        whole(*body),
        whole(*nose),
        whole(*bands),
        whole(*fins),
        whole(beacon),
        shining(whole(light, shadow=False), 0.12 * glow),
    )
