
"""Figures: a look, a build and a pose become groups of shapes.

    pose = actions.pose("wave", 0.8, build="woman")
    made = figures.figure(look, build="woman", pose=pose, outfit=Outfit(top="dress"), hair="bob")
    placed = groups.put(made, shapes.pose((0.5, 0, -1), yaw=-0.2), number=3)

The groups stand about the figure's own origin in metres, facing +z.
"""

import math

from generator.base import Look, Point
from generator.film import clothes, finishes, hair, heads, robots
from generator.film.groups import whole
from generator.film.materials import Material, linear
from generator.film.outfits import GIRTHS, Girth, Outfit
from generator.film.scenes import Group
from generator.film.shapes import Pose, Shape, along, capsule, ellipsoid, moved
from generator.film.trimmings import framed
from generator.simulate import skeletons
from generator.simulate.skeletons import SKELETONS, Chain, Joints, Limb, Rows

_FINGERS = ((-0.0195, 0.92), (-0.0065, 1.05), (0.0065, 1.0), (0.0185, 0.82))
_HEAD_SINK = 0.44  # Heads from the joint up to the head's middle.


def figure(
    look: Look,
    *,
    build: str,
    pose: skeletons.Pose,
    outfit: Outfit,
    hair_style: str,
    key: int = 0,
    picture: int | None = None,
) -> tuple[Group, ...]:
    """Return the groups of a figure in its own frame, metres, facing +z.

    Args:
        look: Colours and height; its `clothes` are the colour of the top.
        build: A name of SKELETONS; a robot wears nothing and has no hair.
        pose: How it holds itself, in heights.
        outfit: What it wears.
        hair_style: A name of `hair.STYLES`.
        key: Which of the figures it is; picks the colour of the eyes.
        picture: A scene's picture to lay on its face, or None.
    """
    if build == "robot":
        return robots.robot(look, pose)
    skeleton, girth, tall = SKELETONS[build], GIRTHS[build], look.height_m
    joints = skeletons.sized(skeletons.solve(skeleton, pose), tall)
    skin = finishes.skin(linear(look.skin))
    made: list[Group] = [
        *clothes.bottom(outfit, girth, tall, joints, skin),
        *clothes.top(outfit, girth, tall, joints),
    ]
    for leg, foot in ((joints.left_leg, pose.left_foot), (joints.right_leg, pose.right_foot)):
        made.append(
            clothes.shoe(
                outfit,
                girth,
                tall,
                height=skeleton.ankle,
                ankle=leg.end,
                rows=skeletons.rows(foot.turn),
            )
        )
    for side, arm, limb in (
        (1.0, joints.left_arm, pose.left_hand),
        (-1.0, joints.right_arm, pose.right_hand),
    ):
        if outfit.top == "t_shirt":
            made.append(
                whole(
                    capsule(
                        arm.bend,
                        arm.end,
                        (girth.arm * 0.86 * tall, girth.wrist * 0.86 * tall),
                        skin,
                    )
                )
            )
        made.append(_hand(arm, limb, side, girth, tall, skin, joints.chest_rows))
    size = skeleton.head * tall
    own = heads.head(
        linear(look.skin), linear(look.hair), pose.face, build=build, key=key, picture=picture
    )
    locks = hair.hair(linear(look.hair), hair_style)
    return (*made, _neck(joints, girth, tall, size, skin), *_worn((*own, *locks), joints, size))


def _neck(joints: Joints, girth: Girth, tall: float, size: float, skin: Material) -> Group:
    top = skeletons.plus(joints.head, skeletons.turned(joints.head_rows, (0.0, 0.1 * size, 0.0)))
    return whole(capsule(joints.neck, top, (girth.neck * 1.08 * tall, girth.neck * tall), skin))


def _worn(groups: tuple[Group, ...], joints: Joints, size: float) -> tuple[Group, ...]:
    """Return the groups of a head on its joint."""
    rise = skeletons.turned(joints.head_rows, (0.0, _HEAD_SINK * size, 0.0))
    on = Pose(skeletons.plus(joints.head, rise), joints.head_rows, size)
    return tuple(
        Group(moved(group.shapes, on), shadow=group.shadow, lights=group.lights) for group in groups
    )


def _hand(
    arm: Chain, limb: Limb, side: float, girth: Girth, tall: float, skin: Material, chest: Rows
) -> Group:
    """Return a hand: palm, four fingers of two bones, thumb. Its palm faces the body at rest."""
    t = tall * girth.hand
    way = skeletons.minus(arm.end, arm.bend)
    frame = along((way[0], way[1], way[2]))
    # Fingers lie along the forearm; the palm looks inwards, turned by the limb's roll.
    inward = skeletons.turned(chest, (-side, 0.0, 0.15))
    y = (frame[0][1], frame[1][1], frame[2][1])
    across = skeletons.minus(
        inward, skeletons.scaled(y, sum(a * b for a, b in zip(inward, y, strict=True)))
    )
    length = sum(value * value for value in across) ** 0.5
    if length < 1e-3:
        across, length = (frame[0][2], frame[1][2], frame[2][2]), 1.0
    z = skeletons.scaled(across, 1 / length)
    x = (y[1] * z[2] - y[2] * z[1], y[2] * z[0] - y[0] * z[2], y[0] * z[1] - y[1] * z[0])
    rows: Rows = ((x[0], y[0], z[0]), (x[1], y[1], z[1]), (x[2], y[2], z[2]))
    rows = skeletons.joined(rows, skeletons.rows((limb.turn[0], limb.turn[1], limb.turn[2])))
    curl, out = limb.grip, -side
    parts: list[Shape] = [
        capsule((0, -0.004 * t, 0), (0, 0.014 * t, 0), (0.021 * t, 0.024 * t), skin),
        ellipsoid((0, 0.033 * t, 0.0), (0.03 * t, 0.034 * t, 0.0165 * t), skin, blend=0.012 * t),
    ]
    # The thumb stands on the side that looks forward when the arm hangs, the forefinger beside it.
    first_finger = max(offset * out for offset, _ in _FINGERS)
    for offset, long in _FINGERS:
        own = curl
        if limb.forefinger is not None and offset * out == first_finger:
            own = limb.forefinger
        # Two bones, each bent towards the palm (+z) by the grip.
        a, b = 0.15 + 1.35 * own, 0.35 + 2.5 * own
        root = (offset * t, 0.056 * t, 0.0)
        first = 0.022 * long * t
        knuckle = _fold(root, first, a)
        tip = _fold(knuckle, 0.02 * long * t, b)
        parts.append(capsule(root, knuckle, (0.0092 * t, 0.0088 * t), skin, blend=0.005 * t))
        parts.append(capsule(knuckle, tip, (0.0088 * t, 0.0074 * t), skin))
    root = (out * 0.022 * t, 0.02 * t, 0.006 * t)
    knuckle = (out * (0.04 - 0.012 * curl) * t, 0.042 * t, (0.012 + 0.012 * curl) * t)
    tip = (out * (0.046 - 0.03 * curl) * t, 0.06 * t, (0.016 + 0.016 * curl) * t)
    parts.append(capsule(root, knuckle, (0.0125 * t, 0.0105 * t), skin, blend=0.008 * t))
    parts.append(capsule(knuckle, tip, (0.0105 * t, 0.008 * t), skin))
    return whole(*framed(tuple(parts), arm.end, rows))


def _fold(root: Point, length: float, angle: float) -> Point:
    """Return the end of a finger's bone bent by an angle towards the palm."""
    return root[0], root[1] + length * math.cos(angle), root[2] + length * math.sin(angle)
