# ruff: noqa: E501 - a shape a line reads like a parts list.
"""Instruments."""

import math

from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear
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
    hollow,
    mirrored,
    moved,
    pose,
    rod,
    sphere,
    torus,
)


def guitar(tint: Linear) -> tuple[Group, ...]:
    """A guitar that leans on its stand."""
    top, side = finishes.varnished(tint), finishes.varnished(finishes.shade(tint, 0.45))
    dark, brass = finishes.varnished(finishes.WALNUT), finishes.metal(finishes.BRASS)
    body = (
        cylinder((0, 0.19, 0), 0.19, 0.048, side, rounding=0.012, facing=Y_TO_Z),
        cylinder((0, 0.41, 0), 0.14, 0.048, side, rounding=0.012, facing=Y_TO_Z, blend=0.13),
    )
    face = (
        cylinder((0, 0.19, 0.028), 0.182, 0.023, top, rounding=0.004, facing=Y_TO_Z),
        cylinder((0, 0.41, 0.028), 0.132, 0.023, top, rounding=0.004, facing=Y_TO_Z, blend=0.13),
        cut(cylinder((0, 0.345, 0.06), 0.05, 0.03, finishes.vinyl(finishes.INK), facing=Y_TO_Z)),
        torus((0, 0.345, 0.051), 0.055, 0.004, dark, facing=Y_TO_Z),
    )
    fittings = (
        box((0, 0.14, 0.055), (0.075, 0.014, 0.008), dark, rounding=0.005),
        box((0, 0.62, 0.056), (0.027, 0.2, 0.008), dark, rounding=0.005),
        box((0, 0.66, 0.04), (0.024, 0.19, 0.016), side, rounding=0.014),
        box((0, 0.895, 0.04), (0.038, 0.08, 0.01), dark, rounding=0.008),
        *(
            box((0, 0.45 + 0.37 * (1 - 0.87**n) / 0.85, 0.0648), (0.025, 0.0015, 0.0015), brass)
            for n in range(1, 12)
        ),
        *(
            capsule(
                (x, 0.145, 0.0655),
                (x * 0.8, 0.83, 0.069),
                (0.0012, 0.0012),
                finishes.metal(),
            )
            for x in (-0.02, -0.012, -0.004, 0.004, 0.012, 0.02)
        ),
        *mirrored(
            tuple(capsule((0.036, y, 0.04), (0.055, y, 0.04), (0.005, 0.009), brass) for y in (0.85, 0.895, 0.94))
        ),
    )  # fmt: skip
    lean = pose((0, 0.085, -0.05), pitch=-0.2)
    steel = finishes.enamel(finishes.INK)
    stand = (
        *mirrored((capsule((0.13, 0.012, 0.14), (0.03, 0.3, -0.12), (0.011, 0.011), steel),)),
        capsule((0, 0.012, -0.3), (0, 0.3, -0.12), (0.011, 0.011), steel),
        *mirrored((capsule((0.09, 0.08, 0.06), (0.09, 0.09, -0.1), (0.01, 0.01), steel),)),
        *mirrored((capsule((0.09, 0.08, 0.06), (0.09, 0.115, 0.09), (0.01, 0.01), steel),)),
    )
    return (
        whole(moved(body, lean)),
        whole(moved(face, lean)),
        whole(moved(fittings, lean)),
        whole(*stand),
    )


def drum(tint: Linear) -> tuple[Group, ...]:
    """A side drum with its sticks."""
    shell, skin = finishes.enamel(tint), finishes.paper((0.78, 0.74, 0.64))
    hoop, cord = finishes.wood(finishes.STRAW), finishes.cloth(finishes.WHITE)
    body = (
        cylinder((0, 0.17, 0), 0.2, 0.15, shell),
        cylinder((0, 0.322, 0), 0.195, 0.006, skin, rounding=0.004),
    )
    rims = (
        torus((0, 0.306, 0), 0.203, 0.02, hoop),
        torus((0, 0.03, 0), 0.203, 0.02, hoop),
    )
    count = 10
    lacing: list[Shape] = []
    for index, (angle, s, c) in enumerate(around(2 * count)):
        after = angle + math.pi / count
        low, high = (0.04, 0.3) if index % 2 else (0.3, 0.04)
        lacing.append(
            capsule(
                (0.209 * s, low, 0.209 * c),
                (0.209 * math.sin(after), high, 0.209 * math.cos(after)),
                (0.006, 0.006),
                cord,
            )
        )
    timber = finishes.varnished(finishes.OAK)
    sticks = tuple(
        shape
        for x, z in ((-0.05, 0.17), (0.05, 0.19))
        for shape in (
            capsule((x * 0.3, 0.338, -0.12), (x * 2.2, 0.335, z), (0.007, 0.01), timber),
            sphere((x * 0.3, 0.34, -0.125), 0.0125, timber, blend=0.006),
        )
    )
    return whole(*body, *rims), whole(*lacing), whole(sticks)


def violin(tint: Linear) -> tuple[Group, ...]:
    """A violin standing on a small easel, its bow beside it."""
    top, dark = finishes.varnished(tint), finishes.varnished(finishes.INK)
    body = (
        cylinder((0, 0.1, 0), 0.1, 0.02, top, rounding=0.012, facing=Y_TO_Z),
        cylinder((0, 0.25, 0), 0.08, 0.02, top, rounding=0.012, facing=Y_TO_Z, blend=0.06),
        *mirrored((cut(cylinder((0.108, 0.178, 0), 0.042, 0.04, top, facing=Y_TO_Z), blend=0.008),)),
        ellipsoid((0, 0.17, 0.016), (0.05, 0.13, 0.022), top, blend=0.02),
    )  # fmt: skip
    fittings = (
        box((0, 0.36, 0.032), (0.015, 0.15, 0.006), dark, rounding=0.005),
        capsule((0, 0.3, 0.018), (0, 0.52, 0.012), (0.014, 0.011), top),
        torus((0, 0.55, 0.0), 0.014, 0.01, top, facing=((0, 1, 0), (-1, 0, 0), (0, 0, 1))),
        box((0, 0.075, 0.04), (0.016, 0.05, 0.004), dark, rounding=0.003),
        box((0, 0.16, 0.048), (0.024, 0.004, 0.014), finishes.wood(finishes.PINE), rounding=0.002),
        *mirrored((capsule((0.04, 0.13, 0.0285), (0.033, 0.19, 0.0285), (0.003, 0.003), finishes.vinyl(finishes.INK)),)),
        *(capsule((x, 0.08, 0.046), (x * 1.5, 0.16, 0.063), (0.0009, 0.0009), finishes.metal()) for x in (-0.009, -0.003, 0.003, 0.009)),
        *(capsule((x * 1.5, 0.16, 0.063), (x * 0.8, 0.51, 0.03), (0.0009, 0.0009), finishes.metal()) for x in (-0.009, -0.003, 0.003, 0.009)),
        *mirrored(tuple(capsule((0.012, y, 0.008), (0.032, y, 0.008), (0.003, 0.006), dark) for y in (0.5, 0.525))),
    )  # fmt: skip
    lean = Pose((0, 0.05, 0.02), pose(pitch=-0.22).turn)
    easel = (
        *mirrored((capsule((0.09, 0.008, 0.08), (0.0, 0.34, -0.07), (0.008, 0.008), finishes.wood()),)),
        capsule((0, 0.008, -0.18), (0, 0.34, -0.07), (0.008, 0.008), finishes.wood()),
        box((0, 0.045, 0.045), (0.085, 0.008, 0.03), finishes.wood(), rounding=0.005),
    )  # fmt: skip
    bow = (
        capsule((0.2, 0.006, 0.06), (0.05, 0.62, -0.09), (0.005, 0.004), top),
        capsule((0.212, 0.03, 0.06), (0.066, 0.61, -0.085), (0.0025, 0.0025), finishes.cloth(finishes.WHITE)),
        box((0.2, 0.05, 0.052), (0.012, 0.02, 0.006), dark, rounding=0.003),
    )  # fmt: skip
    return whole(moved(body, lean)), whole(moved(fittings, lean)), whole(*easel), whole(*bow)


def trumpet(tint: Linear) -> tuple[Group, ...]:
    """A trumpet on its bell, as on a stand."""
    brass = finishes.metal(tint, 0.15)
    bell = (
        cone((0, 0.05, 0), (0.062, 0.026), 0.05, brass, rounding=0.002),
        cone((0, 0.14, 0), (0.028, 0.013), 0.05, brass, rounding=0.002, blend=0.04),
        torus((0, 0.0035, 0), 0.0625, 0.0035, brass),
        capsule((0, 0.16, 0), (0, 0.4, 0), (0.011, 0.009), brass),
    )
    tubes = (
        torus((0.03, 0.4, 0), 0.03, 0.0085, brass, arc=math.pi / 2, facing=((1, 0, 0), (0, 0, 1), (0, -1, 0))),
        capsule((0.06, 0.4, 0), (0.06, 0.2, 0), (0.0085, 0.0085), brass),
        torus((0.03, 0.2, 0), 0.03, 0.0085, brass, arc=math.pi / 2, facing=((1, 0, 0), (0, 0, -1), (0, 1, 0))),
        capsule((0.06, 0.4, 0.0), (0.06, 0.5, 0.0), (0.0075, 0.006), brass),
        cone((0.06, 0.52, 0), (0.007, 0.0125), 0.014, brass, rounding=0.001),
        *(rod((-0.02, y, 0), (0.085, y, 0), 0.0125, brass, rounding=0.003) for y in (0.26, 0.292, 0.324)),
        *(rod((0.085, y, 0), (0.1, y, 0), 0.005, brass) for y in (0.26, 0.292, 0.324)),
        *(cylinder((0.102, y, 0), 0.0095, 0.003, finishes.ceramic(finishes.WHITE), facing=((0, 1, 0), (-1, 0, 0), (0, 0, 1))) for y in (0.26, 0.292, 0.324)),
    )  # fmt: skip
    return whole(*bell), whole(*tubes)


def bell(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A ship's bell that swings in its frame."""
    metal_, timber = finishes.metal(tint), finishes.wood(finishes.WALNUT)
    swing = 0.22 * math.sin(2 * math.pi * 0.8 * seconds)
    frame = (
        box((0, 0.02, 0), (0.17, 0.02, 0.1), timber, rounding=0.01),
        *mirrored((capsule((0.14, 0.03, 0), (0.14, 0.36, 0), (0.018, 0.016), timber),)),
        capsule((-0.15, 0.37, 0), (0.15, 0.37, 0), (0.02, 0.02), timber),
    )
    body = (
        hollow(ellipsoid((0, -0.09, 0), (0.068, 0.09, 0.068), metal_), 0.006),
        cut(box((0, -0.2, 0), (0.2, 0.1, 0.2), metal_)),
        cone((0, -0.118, 0), (0.088, 0.066), 0.022, metal_, rounding=0.004, blend=0.02),
        cut(ellipsoid((0, -0.15, 0), (0.072, 0.06, 0.072), metal_)),
        torus((0, 0.0, 0), 0.014, 0.004, metal_, facing=Y_TO_Z),
        capsule((0, -0.05, 0), (-swing * 0.1, -0.15, 0), (0.004, 0.004), finishes.enamel(finishes.INK)),
        sphere((-swing * 0.1, -0.152, 0), 0.015, finishes.enamel(finishes.INK)),
    )  # fmt: skip
    return whole(*frame), whole(moved(body, pose((0, 0.345, 0), roll=swing)))
