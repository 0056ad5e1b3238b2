# ruff: noqa: E501 - a shape a line reads like a parts list.
"""A figure of tin: the same skeleton and poses in plates, balls and hoses."""

import math

from generator.base import Look, Point
from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Material, linear
from generator.film.scenes import Group
from generator.film.shapes import (
    Shape,
    along,
    box,
    capsule,
    cylinder,
    ellipsoid,
    mirrored,
    rod,
    sphere,
    torus,
    turn,
)
from generator.film.trimmings import framed
from generator.simulate import skeletons
from generator.simulate.skeletons import SKELETONS, Chain, Limb, Pose

_FACING = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0))  # What lies about y looks along z.
_HOSE_RINGS = 5


def robot(look: Look, pose: Pose) -> tuple[Group, ...]:
    """Return a robot in its own frame, metres; its plates have the colour of the look's clothes."""
    t = look.height_m
    joints = skeletons.sized(skeletons.solve(SKELETONS["robot"], pose), t)
    tin, steel = finishes.enamel(linear(look.clothes)), finishes.metal()
    dark = finishes.rubber((0.035, 0.035, 0.04))
    middle = tuple((a + b) / 2 for a, b in zip(joints.waist, joints.neck, strict=True))
    chest: tuple[Shape, ...] = (
        box((0, 0, 0), (0.125 * t, 0.1 * t, 0.085 * t), tin, rounding=0.03 * t),
        box((0, 0.012 * t, 0.08 * t), (0.08 * t, 0.055 * t, 0.008 * t), steel, rounding=0.006 * t),
        *(
            cylinder(
                ((n - 1) * 0.042 * t, -0.018 * t, 0.089 * t),
                0.012 * t,
                0.005 * t,
                finishes.gloss(colour),
                rounding=0.003 * t,
                facing=_FACING,
            )
            for n, colour in enumerate(((0.6, 0.04, 0.03), (0.7, 0.42, 0.03), (0.05, 0.3, 0.12)))
        ),
        cylinder(
            (0, 0.034 * t, 0.087 * t),
            0.026 * t,
            0.004 * t,
            finishes.paper(finishes.WHITE),
            facing=_FACING,
        ),
        capsule(
            (0, 0.034 * t, 0.092 * t),
            (0.012 * t, 0.05 * t, 0.092 * t),
            (0.0018 * t, 0.0018 * t),
            finishes.vinyl(finishes.RED),
        ),
        *(
            sphere((a * 0.108 * t, b * 0.082 * t, 0.083 * t), 0.0065 * t, steel)
            for a in (-1, 1)
            for b in (-1, 1)
        ),
    )
    hips = (
        ellipsoid((0, 0, 0), (0.09 * t, 0.055 * t, 0.07 * t), tin),
        torus((0, 0.03 * t, 0), 0.06 * t, 0.014 * t, steel),
    )
    made = [
        whole(*framed(chest, (middle[0], middle[1], middle[2]), joints.chest_rows)),
        whole(
            *framed(hips, joints.hips, joints.hips_rows),
            *_hose(joints.hips, joints.waist, 0.05 * t, dark),
        ),
        whole(*_hose(joints.neck, joints.head, 0.03 * t, dark)),
        *_head(pose, joints, t, look),
    ]
    for arm, limb in ((joints.left_arm, pose.left_hand), (joints.right_arm, pose.right_hand)):
        made += [
            whole(sphere(arm.root, 0.042 * t, steel), *_hose(arm.root, arm.bend, 0.024 * t, dark)),
            whole(
                sphere(arm.bend, 0.031 * t, steel),
                capsule(arm.bend, arm.end, (0.03 * t, 0.036 * t), tin),
            ),
            _claw(arm, limb, t),
        ]
    for leg, foot in ((joints.left_leg, pose.left_foot), (joints.right_leg, pose.right_foot)):
        rows = skeletons.rows(foot.turn)
        shoe = (
            box(
                (0, -0.028 * t, 0.028 * t), (0.05 * t, 0.022 * t, 0.085 * t), tin, rounding=0.02 * t
            ),
            ellipsoid((0, -0.012 * t, 0.0), (0.044 * t, 0.03 * t, 0.05 * t), tin, blend=0.012 * t),
        )
        made += [
            whole(sphere(leg.root, 0.04 * t, steel), *_hose(leg.root, leg.bend, 0.028 * t, dark)),
            whole(
                sphere(leg.bend, 0.038 * t, steel),
                capsule(leg.bend, leg.end, (0.036 * t, 0.044 * t), tin),
            ),
            whole(*framed(shoe, leg.end, rows)),
        ]
    return tuple(made)


def _head(pose: Pose, joints: skeletons.Joints, t: float, look: Look) -> tuple[Group, ...]:
    tin, steel = finishes.enamel(linear(look.clothes)), finishes.metal()
    face = pose.face
    skull = (
        box((0, 0.1 * t, 0), (0.105 * t, 0.085 * t, 0.09 * t), tin, rounding=0.034 * t),
        *mirrored(
            (
                rod(
                    (0.1 * t, 0.1 * t, 0),
                    (0.13 * t, 0.1 * t, 0),
                    0.03 * t,
                    steel,
                    rounding=0.008 * t,
                ),
                torus(
                    (0.044 * t, 0.12 * t, 0.086 * t), 0.031 * t, 0.008 * t, steel, facing=_FACING
                ),
            )
        ),
        capsule((0, 0.18 * t, 0), (0, 0.235 * t, 0), (0.007 * t, 0.004 * t), steel),
        sphere((0, 0.242 * t, 0), 0.016 * t, finishes.gloss(finishes.RED)),
        box(
            (0, 0.055 * t, 0.087 * t),
            (0.052 * t, 0.018 * t, 0.006 * t),
            finishes.gloss(finishes.INK),
            rounding=0.005 * t,
        ),
        *mirrored(
            (
                box(
                    (0.044 * t, (0.162 + 0.012 * face.brow) * t, 0.09 * t),
                    (0.032 * t, 0.0055 * t, 0.008 * t),
                    steel,
                    rounding=0.005 * t,
                    facing=turn(roll=-0.15 * face.brow),
                ),
            )
        ),
    )
    # The eyes are lamps whose shutters close, the mouth a row of lamps as loud as the speech.
    open_ = max(1 - face.blink, 0.12)
    gx, gy = 0.01 * face.gaze[0] * t, -0.01 * face.gaze[1] * t
    lamps = (
        *mirrored((ellipsoid((0.044 * t, 0.12 * t, 0.088 * t), (0.027 * t, 0.027 * t * open_, 0.01 * t), finishes.light((0.35, 0.85, 1.0), 1.5)),)),
        *(ellipsoid((side * 0.044 * t + gx, 0.12 * t + gy, 0.095 * t), (0.011 * t, 0.011 * t * open_, 0.005 * t), finishes.gloss(finishes.INK)) for side in (-1, 1)),
        *(
            box(
                ((n - 3) * 0.0142 * t, 0.055 * t, 0.09 * t),
                (0.0045 * t, (0.003 + 0.012 * face.mouth * (0.45 + 0.55 * math.cos(0.45 * (n - 3)))) * t, 0.005 * t),
                finishes.light((1.0, 0.62, 0.2), 1.2), rounding=0.002 * t,
            )
            for n in range(7)
        ),
    )  # fmt: skip
    return (
        whole(*framed(skull, joints.head, joints.head_rows)),
        whole(*framed(lamps, joints.head, joints.head_rows), shadow=False),
    )


def _hose(a: Point, b: Point, radius: float, stuff: Material) -> tuple[Shape, ...]:
    """Return a ribbed hose between two joints."""
    way = skeletons.minus(b, a)
    rings = tuple(
        torus(
            skeletons.plus(a, skeletons.scaled(way, (n + 0.5) / _HOSE_RINGS)),
            radius,
            radius * 0.3,
            stuff,
            facing=along(way),
        )
        for n in range(_HOSE_RINGS)
    )
    return (capsule(a, b, (radius, radius), stuff), *rings)


def _claw(arm: Chain, limb: Limb, t: float) -> Group:
    """Return a hand of three fingers that closes with the grip."""
    steel, dark = finishes.metal(), finishes.rubber((0.035, 0.035, 0.04))
    rows = along(skeletons.minus(arm.end, arm.bend))
    parts: list[Shape] = [
        cylinder((0, 0.012 * t, 0), 0.032 * t, 0.014 * t, steel, rounding=0.006 * t)
    ]
    spread = 0.026 * (1 - limb.grip) + 0.01
    for n in range(3):
        a = 2 * math.pi * n / 3
        x, z = math.sin(a), math.cos(a)
        knuckle = ((0.02 + spread) * x * t, 0.045 * t, (0.02 + spread) * z * t)
        parts.append(
            capsule(
                (0.018 * x * t, 0.02 * t, 0.018 * z * t), knuckle, (0.009 * t, 0.009 * t), steel
            )
        )
        parts.append(
            capsule(
                knuckle,
                (spread * 0.8 * x * t, 0.078 * t, spread * 0.8 * z * t),
                (0.0095 * t, 0.0075 * t),
                dark,
            )
        )
    return whole(*framed(tuple(parts), arm.end, rows))
