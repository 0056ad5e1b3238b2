# ruff: noqa: E501 - a shape a line reads like a parts list.
"""What drives. Wheels turn with the seconds, as at the speeds named here."""

import math

from generator.film import finishes
from generator.film.groups import shining, whole
from generator.film.materials import Linear, Material, Pattern
from generator.film.props.parts import Y_TO_X, Y_TO_Z, around, board, spoked, wheel, wheels
from generator.film.scenes import Group
from generator.film.shapes import (
    box,
    capsule,
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

_PANE: Linear = (0.03, 0.045, 0.055)
_TYRE: Linear = (0.02, 0.02, 0.022)
_HEADLIGHT: Linear = (1.0, 0.86, 0.6)
_TAIL: Linear = (0.8, 0.02, 0.01)


def bicycle(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A town bicycle on its stand; the raised wheel turns. It faces +z."""
    tube, steel = finishes.enamel(tint), finishes.metal()
    tyre, hide = finishes.rubber(), finishes.leather((0.2, 0.09, 0.035))
    rear, front, axle = -0.53, 0.53, 0.34
    frame = (
        capsule((0, 0.32, -0.06), (0, 0.86, -0.22), (0.017, 0.016), tube),
        capsule((0, 0.32, -0.06), (0, 0.74, 0.36), (0.019, 0.019), tube),
        capsule((0, 0.78, -0.195), (0, 0.84, 0.33), (0.016, 0.016), tube),
        capsule((0, 0.7, 0.375), (0, 0.92, 0.31), (0.021, 0.021), tube),
        *mirrored(
            (
                capsule((0.03, 0.32, -0.06), (0.05, axle, rear), (0.011, 0.009), tube),
                capsule((0.02, 0.76, -0.19), (0.05, axle, rear), (0.01, 0.008), tube),
                capsule((0.035, 0.68, 0.38), (0.045, axle, front), (0.013, 0.009), tube),
            )
        ),
        sphere((0, 0.32, -0.06), 0.032, tube),
    )
    bar = (
        capsule((0, 0.9, 0.315), (0, 1.02, 0.28), (0.013, 0.013), steel),
        *mirrored(
            (
                capsule((0, 1.02, 0.28), (0.2, 1.05, 0.25), (0.012, 0.012), steel),
                capsule((0.2, 1.05, 0.25), (0.27, 1.02, 0.1), (0.012, 0.012), steel, blend=0.01),
                capsule((0.26, 1.024, 0.12), (0.285, 1.015, 0.02), (0.018, 0.018), hide),
            )
        ),
        ellipsoid((0.1, 1.08, 0.26), (0.028, 0.02, 0.028), steel),
        ellipsoid((0, 0.86, 0.4), (0.05, 0.05, 0.06), steel),
        ellipsoid((0, 0.86, 0.44), (0.044, 0.044, 0.025), finishes.glass((0.7, 0.62, 0.4))),
    )
    saddle = (
        ellipsoid((0, 0.93, -0.29), (0.09, 0.035, 0.09), hide),
        capsule((0, 0.94, -0.25), (0, 0.925, -0.09), (0.045, 0.025), hide, blend=0.05),
        *mirrored((torus((0.05, 0.885, -0.3), 0.022, 0.006, steel, facing=turn(roll=0.2)),)),
    )
    crank = math.pi / 3
    arm = 0.17
    drive = (
        torus((0.045, 0.32, -0.06), 0.09, 0.008, steel, facing=Y_TO_X),
        torus((0.045, axle, rear), 0.035, 0.007, steel, facing=Y_TO_X),
        capsule((0.045, 0.41, -0.06), (0.045, axle + 0.035, rear), (0.0055, 0.0055), steel),
        capsule((0.045, 0.23, -0.06), (0.045, axle - 0.035, rear), (0.0055, 0.0055), steel),
        *(
            shape
            for side in (-1, 1)
            for y, z in (
                (0.32 + side * arm * math.cos(crank), -0.06 + side * arm * math.sin(crank)),
            )
            for shape in (
                capsule((side * 0.065, 0.32, -0.06), (side * 0.075, y, z), (0.01, 0.009), steel),
                box((side * 0.125, y, z), (0.045, 0.012, 0.035), finishes.rubber(), rounding=0.01),
            )
        ),
        capsule((-0.06, 0.3, -0.3), (-0.17, 0.012, -0.36), (0.009, 0.011), steel),
    )
    return (
        whole(*frame),
        whole(*bar),
        whole(*saddle),
        whole(*drive),
        whole(spoked((0, axle, rear), 0.34, 0.019, tyre, steel, 14, -5.0 * seconds)),
        whole(spoked((0, axle, front), 0.34, 0.019, tyre, steel, 14, 0.3)),
    )


def car(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A small round car of the sixties; its wheels turn as at a walking pace."""
    paint, pane, chrome = finishes.lacquer(tint), finishes.screen(_PANE), finishes.metal()
    roof = finishes.lacquer(finishes.WHITE)
    body = (
        ellipsoid((0, 0.62, 0.05), (0.76, 0.36, 1.72), paint),
        box((0, 0.5, 0.0), (0.73, 0.21, 1.45), paint, rounding=0.2, blend=0.12),
        ellipsoid((0, 0.72, 1.0), (0.5, 0.22, 0.75), paint, blend=0.14),
        ellipsoid((0, 0.74, -1.0), (0.52, 0.22, 0.7), paint, blend=0.14),
        *mirrored(
            tuple(cut(cylinder((0.72, 0.36, z), 0.385, 0.3, finishes.vinyl(finishes.INK), facing=Y_TO_X), blend=0.02) for z in (-1.02, 1.06))
        ),
        *mirrored(
            tuple(torus((0.7, 0.36, z), 0.39, 0.06, paint, arc=1.75, facing=((0, 1, 0), (0, 0, 1), (1, 0, 0)), blend=0.05) for z in (-1.02, 1.06))
        ),
    )  # fmt: skip
    cabin = (
        ellipsoid((0, 0.98, -0.12), (0.62, 0.46, 0.98), pane),
        cut(box((0, 0.55, 0), (1, 0.3, 2), pane)),
    )
    top = (
        ellipsoid((0, 1.12, -0.14), (0.6, 0.355, 0.84), roof),
        cut(box((0, 0.9, 0), (1, 0.36, 2), roof), blend=0.03),
        *mirrored(
            (
                capsule((0.575, 0.9, 0.55), (0.46, 1.28, 0.28), (0.035, 0.035), paint),
                capsule((0.625, 0.9, -0.2), (0.52, 1.3, -0.2), (0.04, 0.035), paint),
                capsule((0.565, 0.9, -0.78), (0.46, 1.28, -0.58), (0.06, 0.045), paint),
            )
        ),
    )
    trim = (
        *mirrored(
            (
                capsule((0.36, 0.36, 1.77), (0.68, 0.38, 1.5), (0.045, 0.04), chrome),
                capsule((0.36, 0.38, -1.68), (0.66, 0.4, -1.45), (0.045, 0.04), chrome),
                capsule((0.735, 0.62, -0.62), (0.735, 0.62, 0.68), (0.014, 0.014), chrome),
                capsule((0.75, 0.78, -0.32), (0.755, 0.78, -0.16), (0.016, 0.016), chrome),
                torus(
                    (0.5, 0.66, 1.53),
                    0.135,
                    0.024,
                    chrome,
                    facing=turn(pitch=math.pi / 2 - 0.12, yaw=0.22),
                ),
                capsule((0.64, 0.98, 0.42), (0.74, 1.0, 0.4), (0.012, 0.012), chrome),
                ellipsoid((0.77, 1.01, 0.4), (0.07, 0.055, 0.03), chrome),
            )
        ),
        capsule((-0.36, 0.36, 1.77), (0.36, 0.36, 1.77), (0.045, 0.045), chrome),
        capsule((-0.36, 0.38, -1.68), (0.36, 0.38, -1.68), (0.045, 0.045), chrome),
        box((0, 0.56, 1.7), (0.2, 0.06, 0.05), finishes.brushed(), rounding=0.04),
        box((0, 0.5, -1.71), (0.2, 0.05, 0.02), finishes.paper(finishes.WHITE), rounding=0.01),
        capsule((0, 0.9, 1.3), (0, 0.86, 1.55), (0.015, 0.01), chrome),
    )
    lamps = mirrored(
        (ellipsoid((0.505, 0.66, 1.545), (0.125, 0.125, 0.06), finishes.light(_HEADLIGHT, 1.4)),)
    )
    tails = mirrored(
        (ellipsoid((0.56, 0.66, -1.4), (0.07, 0.1, 0.09), finishes.light(_TAIL, 1.2)),)
    )
    return (
        whole(*body), whole(*cabin), whole(*top), whole(*trim),
        shining(whole(lamps, shadow=False), 1.2), whole(tails, shadow=False, lights=0.0),
        *wheels(((0.64, -1.02), (0.64, 1.06)), 0.33, 0.1, seconds * 4.0),
    )  # fmt: skip


def bus(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A double-decker; its windows are lit from within."""
    paint, pane = finishes.lacquer(tint), finishes.screen((0.5, 0.36, 0.17), 0.35)
    trim, cream = finishes.metal(), finishes.lacquer(finishes.IVORY)
    body = (
        box((0, 2.2, 0), (1.22, 1.95, 4.0), paint, rounding=0.35),
        box((0, 2.27, 0), (1.225, 0.09, 4.005), cream, rounding=0.06),
        box((0, 0.52, 0), (1.2, 0.27, 3.9), finishes.enamel(finishes.shade(tint, 0.5)), rounding=0.08),
        *mirrored(
            tuple(cut(cylinder((1.2, 0.5, z), 0.6, 0.4, finishes.vinyl(finishes.INK), facing=Y_TO_X)) for z in (-2.3, 2.4))
        ),
    )  # fmt: skip
    sides = mirrored(
        tuple(
            box((1.19, y, -2.95 + 1.18 * n), (0.045, 0.42, 0.5), pane, rounding=0.04)
            for y in (1.56, 3.12)
            for n in range(6)
        )
    )
    ends = (
        box((0, 1.6, 3.97), (0.98, 0.5, 0.05), pane, rounding=0.045),
        box((0, 3.12, 3.97), (1.0, 0.45, 0.05), pane, rounding=0.045),
        box((0, 3.12, -3.97), (0.9, 0.42, 0.05), pane, rounding=0.045),
    )
    details = (
        box(
            (0, 2.32, 4.0),
            (0.72, 0.13, 0.03),
            finishes.light((1.0, 0.62, 0.12), 1.6),
            rounding=0.02,
        ),
        box((0, 0.42, 4.02), (1.1, 0.1, 0.06), trim, rounding=0.05),
        *mirrored(
            (
                torus((0.85, 0.82, 4.0), 0.16, 0.03, trim, facing=Y_TO_Z),
                capsule((1.15, 2.0, 3.9), (1.42, 1.85, 4.05), (0.025, 0.025), trim),
                box((1.44, 1.66, 4.06), (0.06, 0.2, 0.03), trim, rounding=0.025),
            )
        ),
        box((0, 1.06, 3.99), (0.5, 0.12, 0.02), finishes.brushed(), rounding=0.015),
    )
    lamps = mirrored(
        (ellipsoid((0.85, 0.82, 4.0), (0.14, 0.14, 0.06), finishes.light(_HEADLIGHT, 1.4)),)
    )
    return (
        whole(*body), whole(sides, *ends, lights=0.0), whole(*details, lights=0.0),
        shining(whole(lamps, shadow=False), 1.5), *wheels(((1.02, -2.3), (1.02, 2.4)), 0.5, 0.17, seconds * 3.0),
    )  # fmt: skip


def scooter(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A motor scooter with a leg shield."""
    paint, chrome, seat = (
        finishes.lacquer(tint),
        finishes.metal(),
        finishes.leather((0.16, 0.07, 0.03)),
    )
    body = (
        ellipsoid((0, 0.52, -0.42), (0.2, 0.24, 0.38), paint),
        *mirrored((ellipsoid((0.16, 0.46, -0.45), (0.11, 0.17, 0.28), paint, blend=0.04),)),
        box((0, 0.27, 0.08), (0.14, 0.03, 0.36), paint, rounding=0.025, blend=0.06),
        box(
            (0, 0.6, 0.44),
            (0.22, 0.34, 0.025),
            paint,
            rounding=0.022,
            facing=turn(pitch=-0.28),
            blend=0.08,
        ),
        capsule((0, 0.4, 0.52), (0, 0.98, 0.36), (0.07, 0.05), paint, blend=0.04),
        ellipsoid((0, 0.42, 0.62), (0.1, 0.15, 0.2), paint, blend=0.03),
        cut(cylinder((0, 0.22, 0.63), 0.235, 0.07, finishes.vinyl(finishes.INK), facing=Y_TO_X)),
    )
    top = (
        box((0, 0.8, -0.38), (0.14, 0.045, 0.3), seat, rounding=0.042),
        ellipsoid((0, 1.02, 0.4), (0.09, 0.08, 0.1), paint),
        ellipsoid((0, 1.02, 0.48), (0.068, 0.068, 0.035), finishes.light(_HEADLIGHT, 1.2)),
        torus((0, 1.02, 0.478), 0.07, 0.012, chrome, facing=Y_TO_Z),
        *mirrored(
            (
                capsule((0.05, 1.04, 0.38), (0.28, 1.07, 0.28), (0.018, 0.016), chrome),
                capsule((0.24, 1.066, 0.3), (0.33, 1.075, 0.25), (0.024, 0.022), finishes.rubber()),
                capsule((0.16, 1.06, 0.34), (0.24, 1.28, 0.3), (0.007, 0.007), chrome),
                ellipsoid((0.25, 1.31, 0.3), (0.06, 0.045, 0.015), chrome),
            )
        ),
        ellipsoid((0, 0.62, -0.79), (0.06, 0.04, 0.04), finishes.light(_TAIL, 1.0)),
        capsule((0.0, 0.3, -0.05), (-0.2, 0.012, -0.12), (0.012, 0.014), chrome),
    )
    wheels = tuple(
        whole(
            moved(
                wheel((0, 0, 0), 0.21, 0.055, finishes.rubber(_TYRE), chrome),
                pose((0, 0.21, z), pitch=4 * seconds),
            )
        )
        for z in (-0.5, 0.63)
    )
    return whole(*body), whole(*top, lights=0.0), *wheels


def cart(tint: Linear) -> tuple[Group, ...]:
    """A hand cart heaped with hay."""
    timber = finishes.wood(tint)
    hay = Material(
        finishes.STRAW,
        finishes.shade(finishes.STRAW, 0.6),
        Pattern.FUR,
        scale=18.0,
        relief=0.06,
        rough=0.95,
        sheen=0.2,
    )
    bed = (
        board((0, 0.6, 0), (0.48, 0.025, 0.8), timber),
        *mirrored(
            tuple(board((0.47, 0.7 + 0.12 * n, 0), (0.016, 0.05, 0.8), timber) for n in range(2))
        ),
        *mirrored((capsule((0.4, 0.58, 0.6), (0.34, 0.72, 1.65), (0.032, 0.026), timber),)),
        capsule((-0.36, 0.72, 1.6), (0.36, 0.72, 1.6), (0.024, 0.024), timber),
        *mirrored((capsule((0.36, 0.58, 0.72), (0.36, 0.03, 0.78), (0.03, 0.026), timber),)),
        rod((-0.56, 0.46, -0.1), (0.56, 0.46, -0.1), 0.03, finishes.metal(finishes.IRON)),
    )
    heap = (
        ellipsoid((0, 0.78, 0), (0.44, 0.34, 0.72), hay),
        ellipsoid((0.1, 0.95, -0.2), (0.32, 0.26, 0.42), hay, blend=0.08),
        ellipsoid((-0.12, 0.9, 0.3), (0.3, 0.22, 0.34), hay, blend=0.08),
    )
    rims = tuple(
        whole(
            torus((x, 0.46, -0.1), 0.43, 0.03, timber, facing=Y_TO_X),
            rod((x - 0.06, 0.46, -0.1), (x + 0.06, 0.46, -0.1), 0.075, timber, rounding=0.015),
            *(
                capsule(
                    (x, 0.46, -0.1), (x, 0.46 + 0.42 * c, -0.1 + 0.42 * s), (0.026, 0.02), timber
                )
                for _, s, c in around(10)
            ),
        )
        for x in (-0.57, 0.57)
    )
    return whole(*bed), whole(*heap), *rims
