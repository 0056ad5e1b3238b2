# ruff: noqa: E501 - a shape a line reads like a parts list.


"""Clothes: what covers trunk, arms, legs and feet, cut to a build and hung on its joints.

All in metres. Cloth of one piece is one group, so that its seams melt together.
"""

import math

from generator.base import Point
from generator.film import finishes, trimmings
from generator.film.groups import whole
from generator.film.materials import Linear, Material, linear
from generator.film.outfits import Girth, Outfit
from generator.film.scenes import Group
from generator.film.shapes import (
    Shape,
    along,
    box,
    capsule,
    cut,
    cylinder,
    ellipsoid,
    torus,
)
from generator.film.trimmings import framed
from generator.simulate.skeletons import Chain, Joints, Rows, plus, scaled, turned


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
            (wx * t, 0.1 * t, wz * t),
            stuff,
            facing=chest_rows,
            blend=0.07 * t,
        ),
        ellipsoid(
            hips,
            (hx * 1.07 * t, 0.074 * t, hz * 1.06 * t),
            stuff,
            facing=hips_rows,
            blend=0.045 * t,
        ),
    ]
    # Shoulders slope from the neck, so that they do not look padded.
    high = _mix(chest, neck, 0.98)
    body += [
        capsule(high, arm.root, (girth.neck * 1.1 * t, girth.arm * 1.04 * t), stuff, blend=0.03 * t)
        for arm in arms
    ]
    body += [
        capsule(
            arm.root, arm.bend, (girth.arm * 1.04 * t, girth.arm * 0.97 * t), stuff, blend=0.022 * t
        )
        for arm in arms
    ]
    details = trimmings.details(outfit, girth, t, trim, joints, chest)
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
        capsule(arm.bend, wrist, (girth.arm * 0.97 * t, girth.wrist * 1.16 * t), stuff),
        _cuff(arm.bend, arm.end, 0.95, girth.wrist * 1.08 * t, 0.007 * t, trim, blend=0.004 * t),
    )


def _cuff(
    a: Point, b: Point, share: float, ring: float, tube: float, stuff: Material, blend: float = 0.0
) -> Shape:
    way = _minus(b, a)
    return torus(_mix(a, b, share), ring, tube, stuff, facing=along(way), blend=blend)


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
    thighs = 0.74 if outfit.bottom == "shorts" else 1.0
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
        bare = (
            whole(
                capsule(leg.root, leg.bend, (thigh * 0.86, calf * 0.82), skin),
                capsule(leg.bend, leg.end, (calf * 0.82, thin * 0.72), skin),
            )
            for leg in legs
        )
        return (*made, *bare)
    made.append(
        whole(
            ellipsoid(
                plus(hips, (0, -0.012 * t, 0)),
                (hx * 0.94 * t, 0.066 * t, hz * 0.96 * t),
                stuff,
                facing=hips_rows,
            ),
            *(
                capsule(
                    leg.root,
                    _mix(leg.root, leg.bend, thighs),
                    (thigh, calf * 1.06),
                    stuff,
                    blend=0.02 * t,
                )
                for leg in legs
            ),
        )
    )
    for leg in legs:
        if outfit.bottom == "shorts":
            made.append(
                whole(
                    capsule(_mix(leg.root, leg.bend, 0.6), leg.bend, (calf, calf * 0.84), skin),
                    capsule(leg.bend, leg.end, (calf * 0.84, thin * 0.75), skin),
                    _cuff(leg.root, leg.bend, 0.8, calf * 1.08, 0.009 * t, stuff),
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
    laces = tuple(
        capsule(
            (-0.013 * t, base + y * t, z0 * t), (0.013 * t, base + y * t, z0 * t),
            (0.0032 * t, 0.0032 * t), finishes.cloth(finishes.WHITE),
        )
        for y, z0 in ((0.058, 0.03), (0.053, 0.044), (0.047, 0.057))
    )  # fmt: skip
    parts = (
        ellipsoid((0, base + 0.024 * t, z * 0.66), (x * 1.04, 0.03 * t, z * 0.56), upper),
        ellipsoid((0, base + 0.03 * t, -0.006 * t), (x * 0.9, 0.036 * t, 0.042 * t), upper, blend=0.03 * t),
        capsule(
            (0, base + 0.034 * t, 0.004 * t), (0, base + 0.062 * t, -0.003 * t),
            (0.034 * t, girth.ankle * 0.92 * t), upper, blend=0.025 * t,
        ),
        cylinder((0, base + 0.008 * t, z * 0.74), x * 1.08, 0.008 * t, sole, rounding=0.006 * t),
        cylinder((0, base + 0.008 * t, -0.012 * t), x * 0.92, 0.008 * t, sole, rounding=0.006 * t),
        box((0, base + 0.008 * t, z * 0.3), (x * 0.9, 0.008 * t, z * 0.5), sole, rounding=0.006 * t, blend=0.006 * t),
        cut(box((0, base - 0.05 * t, 0), (0.1 * t, 0.05 * t, 0.2 * t), sole)),
    )  # fmt: skip
    return whole(*framed((*parts, *laces), ankle, rows))


def _mix(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share


def _minus(a: Point, b: Point) -> Point:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]
