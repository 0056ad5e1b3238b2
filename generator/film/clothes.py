# ruff: noqa: E501 - a shape a line reads like a parts list.
"""Clothes: what covers trunk, arms, legs and feet, cut to a build and hung on its joints.

All in metres. Cloth of one piece is one group, so that its seams melt together.
"""

import math
from dataclasses import dataclass

from generator.base import Colour, Point
from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear, Material, linear
from generator.film.scenes import Group
from generator.film.shapes import (
    Pose,
    Shape,
    along,
    box,
    capsule,
    cut,
    ellipsoid,
    moved,
    sphere,
    torus,
    turn,
)
from generator.simulate.skeletons import Chain, Joints, Rows, plus, scaled, turned

TOPS = ("shirt", "t_shirt", "jumper", "jacket", "hoodie", "dress", "coat")
BOTTOMS = ("trousers", "shorts", "skirt")


@dataclass(frozen=True, slots=True)
class Outfit:
    """What a figure wears: names of TOPS and BOTTOMS, and sRGB colours.

    A dress or coat hangs over what is worn below.
    """

    top: str = "jumper"
    bottom: str = "trousers"
    top_colour: Colour = (206, 74, 56)
    bottom_colour: Colour = (52, 66, 104)
    shoe_colour: Colour = (232, 228, 220)


@dataclass(frozen=True, slots=True)
class Girth:
    """How thick a build is, in heights: radii, and half depths where two are given."""

    chest: tuple[float, float]
    waist: tuple[float, float]
    hips: tuple[float, float]
    arm: float
    wrist: float
    thigh: float
    ankle: float
    neck: float
    hand: float
    foot: tuple[float, float]  # Half width and half length.


GIRTHS: dict[str, Girth] = {
    "man": Girth((0.112, 0.082), (0.092, 0.076), (0.092, 0.08), 0.04, 0.03, 0.056, 0.04, 0.04, 1.0, (0.036, 0.072)),
    "woman": Girth((0.094, 0.076), (0.074, 0.064), (0.096, 0.08), 0.032, 0.025, 0.055, 0.033, 0.031, 0.9, (0.031, 0.064)),
    "child": Girth((0.092, 0.08), (0.09, 0.082), (0.088, 0.082), 0.036, 0.03, 0.052, 0.042, 0.036, 1.0, (0.04, 0.07)),
    "heavy": Girth((0.132, 0.11), (0.146, 0.132), (0.13, 0.116), 0.05, 0.036, 0.07, 0.048, 0.055, 1.1, (0.04, 0.072)),
    "tall": Girth((0.092, 0.068), (0.074, 0.06), (0.078, 0.066), 0.031, 0.025, 0.044, 0.032, 0.032, 0.95, (0.03, 0.066)),
    "old": Girth((0.096, 0.08), (0.096, 0.084), (0.092, 0.082), 0.035, 0.028, 0.05, 0.038, 0.035, 0.95, (0.034, 0.066)),
}  # fmt: skip


def cloth(kind: str, colour: Linear) -> Material:
    """Return what a garment is made of."""
    match kind:
        case "jumper":
            return finishes.knit(colour, 70.0)
        case "jacket":
            return finishes.leather(colour)
        case "trousers" | "shorts":
            return finishes.cloth(colour, 260.0)
        case "hoodie" | "coat":
            return finishes.cloth(colour, 120.0)
        case _:
            return finishes.cloth(colour, 320.0)


def framed(shapes: tuple[Shape, ...], at: Point, rows: Rows) -> tuple[Shape, ...]:
    """Return shapes of a body part's own frame in the figure's."""
    return moved(shapes, Pose(at, rows))


def top(outfit: Outfit, girth: Girth, tall: float, joints: Joints) -> tuple[Group, ...]:
    """Return the garment of the trunk with its sleeves; joints and height in metres."""
    hips, waist, neck = joints.hips, joints.waist, joints.neck
    hips_rows, chest_rows = joints.hips_rows, joints.chest_rows
    arms = (joints.left_arm, joints.right_arm)
    colour = linear(outfit.top_colour)
    stuff = cloth(outfit.top, colour)
    trim = cloth(outfit.top, finishes.shade(colour, 0.78))
    (cx, cz), (wx, wz), (hx, hz) = girth.chest, girth.waist, girth.hips
    up = chest_rows[0][1], chest_rows[1][1], chest_rows[2][1]
    t = tall
    chest = plus(waist, scaled(_minus(neck, waist), 0.5))
    body: list[Shape] = [
        ellipsoid(chest, (cx * t, 0.098 * t, cz * t), stuff, facing=chest_rows),
        ellipsoid(
            plus(waist, scaled(up, -0.012 * t)),
            (wx * t, 0.085 * t, wz * t),
            stuff,
            facing=chest_rows,
            blend=0.06 * t,
        ),
        ellipsoid(
            plus(hips, (0.0, 0.016 * t, 0.0)),
            (hx * 1.03 * t, 0.062 * t, hz * 1.05 * t),
            stuff,
            facing=hips_rows,
            blend=0.045 * t,
        ),
    ]
    left, right = arms
    shoulders = capsule(
        left.root, right.root, (girth.arm * 1.18 * t, girth.arm * 1.18 * t), stuff, blend=0.05 * t
    )
    collar_bone = capsule(
        _mix(chest, neck, 0.55),
        _mix(chest, neck, 1.02),
        (0.06 * t, girth.neck * 1.15 * t),
        stuff,
        blend=0.05 * t,
    )
    body += [shoulders, collar_bone]
    body += [
        capsule(arm.root, arm.bend, (girth.arm * 1.14 * t, girth.arm * t), stuff, blend=0.022 * t)
        for arm in arms
    ]
    details = _details(outfit, girth, t, trim, joints, chest)
    made = [whole(*body)]
    if outfit.top != "t_shirt":
        made += [_sleeve(arm, girth, t, stuff, trim) for arm in arms]
    else:
        made.append(
            whole(
                *(
                    _cuff(arm.root, arm.bend, 0.92, girth.arm * 1.06 * t, 0.007 * t, trim)
                    for arm in arms
                )
            )
        )
    return (*made, *details)


def _sleeve(arm: Chain, girth: Girth, t: float, stuff: Material, trim: Material) -> Group:
    wrist = _mix(arm.bend, arm.end, 0.94)
    return whole(
        capsule(arm.bend, wrist, (girth.arm * t, girth.wrist * 1.18 * t), stuff),
        _cuff(arm.bend, arm.end, 0.95, girth.wrist * 1.12 * t, 0.0085 * t, trim, blend=0.004 * t),
    )


def _cuff(
    a: Point, b: Point, share: float, ring: float, tube: float, stuff: Material, blend: float = 0.0
) -> Shape:
    way = _minus(b, a)
    return torus(_mix(a, b, share), ring, tube, stuff, facing=along(way), blend=blend)


def _details(  # noqa: C901 - a garment a case.
    outfit: Outfit, girth: Girth, t: float, trim: Material, joints: Joints, chest: Point
) -> tuple[Group, ...]:
    """Return collar, hem, buttons, lapels: what tells garments apart."""
    hips, neck = joints.hips, joints.neck
    hips_rows, chest_rows = joints.hips_rows, joints.chest_rows
    cz, (hx, hz) = girth.chest[1], girth.hips
    colour = linear(outfit.top_colour)
    pale, dark = finishes.cloth(finishes.WHITE, 320.0), finishes.gloss(finishes.INK)
    ring = girth.neck * 1.22 * t
    at_neck = (torus((0, 0.012 * t, 0.002 * t), ring, 0.013 * t, trim, facing=turn(pitch=0.22)),)
    hem = framed(
        _oval_ring(hx * 1.03 * t, hz * 1.05 * t, 0.012 * t, trim, -0.022 * t), hips, hips_rows
    )
    front = cz * t * 1.0
    match outfit.top:
        case "jumper":
            return (whole(*framed(at_neck, neck, chest_rows), *hem),)
        case "hoodie":
            hood = (
                torus(
                    (0, 0.006 * t, -0.012 * t),
                    ring * 1.35,
                    0.024 * t,
                    trim,
                    facing=turn(pitch=0.35),
                ),
                ellipsoid(
                    (0, -0.02 * t, -0.075 * t),
                    (0.075 * t, 0.055 * t, 0.035 * t),
                    trim,
                    blend=0.03 * t,
                ),
                *(
                    capsule(
                        (s * 0.018 * t, -0.01 * t, 0.058 * t),
                        (s * 0.022 * t, -0.075 * t, front + 0.012 * t),
                        (0.003 * t, 0.003 * t),
                        pale,
                    )
                    for s in (-1, 1)
                ),
            )
            pocket = framed(
                (
                    box(
                        (0, 0.03 * t, hz * t * 1.08),
                        (0.052 * t, 0.03 * t, 0.012 * t),
                        trim,
                        rounding=0.011 * t,
                        facing=turn(pitch=-0.12),
                    ),
                ),
                hips,
                hips_rows,
            )
            return (whole(*framed(hood, neck, chest_rows), *pocket, *hem),)
        case "shirt":
            wings = tuple(
                box(
                    (s * 0.026 * t, -0.004 * t, 0.047 * t),
                    (0.025 * t, 0.012 * t, 0.005 * t),
                    trim,
                    rounding=0.0045 * t,
                    facing=turn(yaw=s * 0.5, pitch=-0.45, roll=s * 0.35),
                )
                for s in (-1, 1)
            )
            buttons = tuple(
                sphere(
                    _mix(
                        plus(chest, turned(chest_rows, (0, 0.045 * t, front * 0.97))),
                        plus(hips, turned(hips_rows, (0, 0.02 * t, hz * 1.1 * t))),
                        n / 4,
                    ),
                    0.0062 * t,
                    pale,
                )
                for n in range(5)
            )
            return (whole(*framed((*at_neck, *wings), neck, chest_rows)), whole(*buttons))
        case "jacket" | "coat":
            shirt = framed(
                (ellipsoid((0, -0.04 * t, 0.028 * t), (0.03 * t, 0.075 * t, 0.046 * t), pale),),
                neck,
                chest_rows,
            )
            lapels = tuple(
                box(
                    (s * 0.032 * t, -0.055 * t, front * 0.93),
                    (0.02 * t, 0.056 * t, 0.007 * t),
                    trim,
                    rounding=0.006 * t,
                    facing=turn(yaw=s * 0.42, pitch=-0.2, roll=s * 0.3),
                )
                for s in (-1, 1)
            )
            buttons = tuple(
                sphere(
                    _mix(
                        plus(chest, turned(chest_rows, (0.0, -0.035 * t, front))),
                        plus(hips, turned(hips_rows, (0, 0.03 * t, hz * 1.1 * t))),
                        n / 2,
                    ),
                    0.0075 * t,
                    dark,
                )
                for n in range(3)
            )
            return (
                whole(*shirt),
                whole(*framed((*at_neck, *lapels), neck, chest_rows), *buttons, *hem),
            )
        case "dress":
            belt = framed(
                _oval_ring(
                    girth.waist[0] * 1.06 * t,
                    girth.waist[1] * 1.06 * t,
                    0.011 * t,
                    finishes.leather(finishes.shade(colour, 0.3)),
                    0.0,
                ),
                _mix(hips, chest, 0.46),
                chest_rows,
            )
            lace = (
                torus(
                    (0, -0.006 * t, 0.004 * t), ring * 1.2, 0.009 * t, pale, facing=turn(pitch=0.4)
                ),
            )
            return (whole(*belt, *framed(lace, neck, chest_rows)),)
        case _:
            return (whole(*framed(at_neck, neck, chest_rows), *hem),)


def _oval_ring(x: float, z: float, tube: float, stuff: Material, y: float) -> tuple[Shape, ...]:
    count = 14
    points = [
        (x * math.sin(a), y, z * math.cos(a))
        for a in (2 * math.pi * n / count for n in range(count))
    ]
    return tuple(
        capsule(points[n], points[(n + 1) % count], (tube, tube), stuff, blend=tube * 0.5)
        for n in range(count)
    )


def bottom(
    outfit: Outfit, girth: Girth, tall: float, joints: Joints, skin: Material
) -> tuple[Group, ...]:
    """Return what covers hips and legs, and the bare skin below it."""
    hips, hips_rows = joints.hips, joints.hips_rows
    legs = (joints.left_leg, joints.right_leg)
    t = tall
    colour = linear(outfit.bottom_colour)
    dressed = outfit.top in ("dress", "coat")
    skirted = outfit.bottom == "skirt" or outfit.top == "dress"
    stuff = cloth(outfit.bottom, colour)
    hx, hz = girth.hips
    thigh, calf, thin = (
        girth.thigh * t,
        (girth.thigh * 0.55 + girth.ankle * 0.45) * t,
        girth.ankle * t,
    )
    made: list[Group] = []
    if skirted or dressed:
        over = cloth(
            outfit.top if dressed else outfit.bottom,
            linear(outfit.top_colour) if dressed else colour,
        )
        made.append(
            _skirt(over, girth, t, hips, hips_rows, legs, 0.5 if outfit.top == "coat" else 0.78)
        )
    if skirted:
        for leg in legs:
            made.append(
                whole(
                    capsule(leg.root, leg.bend, (thigh * 0.86, calf * 0.82), skin),
                    capsule(leg.bend, leg.end, (calf * 0.82, thin * 0.72), skin),
                )
            )
        return tuple(made)
    made.append(
        whole(
            ellipsoid(
                plus(hips, (0, -0.012 * t, 0)),
                (hx * 0.97 * t, 0.062 * t, hz * 0.97 * t),
                stuff,
                facing=hips_rows,
            ),
            *(
                capsule(leg.root, leg.bend, (thigh, calf * 1.06), stuff, blend=0.02 * t)
                for leg in legs
            ),
        )
    )
    for leg in legs:
        if outfit.bottom == "shorts":
            made.append(
                whole(
                    capsule(leg.bend, leg.end, (calf * 0.85, thin * 0.75), skin),
                    _cuff(leg.root, leg.bend, 0.93, calf * 1.12, 0.008 * t, stuff),
                )
            )
        else:
            hem = _mix(leg.bend, leg.end, 0.93)
            made.append(
                whole(
                    capsule(leg.bend, hem, (calf * 1.06, thin * 1.16), stuff),
                    _cuff(leg.bend, leg.end, 0.94, thin * 1.05, 0.0085 * t, stuff, blend=0.004 * t),
                )
            )
    return tuple(made)


def _skirt(
    stuff: Material,
    girth: Girth,
    t: float,
    hips: Point,
    rows: Rows,
    legs: tuple[Chain, Chain],
    length: float,
) -> Group:
    """Return a skirt that hangs from the hips and is pushed out by the thighs."""
    hx, hz = girth.hips
    waist = plus(hips, turned(rows, (0, 0.055 * t, 0)))
    parts: list[Shape] = [
        ellipsoid(hips, (hx * 1.04 * t, 0.075 * t, hz * 1.06 * t), stuff, facing=rows)
    ]
    ends = [_mix(leg.root, leg.bend, length + 0.12) for leg in legs]
    middle = _mix(ends[0], ends[1], 0.5)
    low = (
        middle[0] * 0.7 + hips[0] * 0.3,
        min(ends[0][1], ends[1][1]) - 0.004 * t,
        middle[2] * 0.8 + hips[2] * 0.2,
    )
    parts.append(
        capsule(_mix(waist, hips, 0.6), low, (hx * 0.8 * t, hx * 1.12 * t), stuff, blend=0.04 * t)
    )
    parts += [
        capsule(leg.root, end, (hx * 0.72 * t, hx * 0.9 * t), stuff, blend=0.05 * t)
        for leg, end in zip(legs, ends, strict=True)
    ]
    # The hem is cut level, and the folds are drawn in from below.
    floor_y = low[1] - 0.012 * t
    parts.append(
        cut(
            box((low[0], floor_y - 0.5 * t, low[2]), (0.5 * t, 0.5 * t, 0.5 * t), stuff),
            blend=0.008 * t,
        )
    )
    for n in range(11):
        a = 2 * math.pi * n / 11
        out = hx * 1.2 * t
        fold = (low[0] + out * math.sin(a), floor_y, low[2] + out * math.cos(a))
        parts.append(
            cut(
                capsule(
                    fold,
                    (
                        hips[0] + out * 1.05 * math.sin(a),
                        hips[1],
                        hips[2] + out * 1.05 * math.cos(a),
                    ),
                    (0.016 * t, 0.004 * t),
                    stuff,
                ),
                blend=0.02 * t,
            )
        )
    return whole(*parts)


def shoe(
    outfit: Outfit, girth: Girth, tall: float, *, height: float, ankle: Point, rows: Rows
) -> Group:
    """Return a shoe; its frame is the foot's, its sole `height` heights below the ankle."""
    t = tall
    colour = linear(outfit.shoe_colour)
    upper, sole = (
        finishes.leather(colour),
        finishes.rubber(finishes.mix(finishes.IVORY, finishes.shade(colour, 0.5), 0.4)),
    )
    x, z = girth.foot[0] * t, girth.foot[1] * t
    base = -height * t
    parts = (
        ellipsoid((0, base + 0.026 * t, z * 0.62), (x * 1.02, 0.026 * t, z * 0.62), upper),
        ellipsoid(
            (0, base + 0.032 * t, -0.008 * t),
            (x * 0.88, 0.032 * t, 0.04 * t),
            upper,
            blend=0.02 * t,
        ),
        capsule(
            (0, base + 0.035 * t, -0.002 * t),
            (0, base + 0.062 * t, -0.004 * t),
            (0.034 * t, girth.ankle * 0.95 * t),
            upper,
            blend=0.015 * t,
        ),
        box(
            (0, base + 0.0075 * t, z * 0.36),
            (x * 1.05, 0.0075 * t, z * 0.9),
            sole,
            rounding=0.007 * t,
        ),
        *(
            capsule(
                (-0.014 * t, base + (0.05 - 0.006 * n) * t, (0.034 + 0.016 * n) * t),
                (0.014 * t, base + (0.05 - 0.006 * n) * t, (0.034 + 0.016 * n) * t),
                (0.0035 * t, 0.0035 * t),
                finishes.cloth(finishes.WHITE),
            )
            for n in range(3)
        ),
    )
    return whole(*framed(parts, ankle, rows))


def _mix(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share


def _minus(a: Point, b: Point) -> Point:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]
