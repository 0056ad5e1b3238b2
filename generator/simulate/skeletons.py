# ruff: noqa: E501 - a key or a build a line.
"""Bodies that move: bones of six builds, a pose, and where its joints come to lie.

All lengths are in heights of the figure, in its own frame: x to its left hand, y up from the sole,
z to where it looks; angles are radians. Arms and legs are two bones each, solved from where hand
and foot are (the law of cosines), so that bones keep their length and feet stay where they are put.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

from generator.base import Point

Turn: TypeAlias = tuple[float, float, float]  # Yaw, pitch, roll: rolled, then pitched, then yawed.
Rows: TypeAlias = tuple[Point, Point, Point]

STILL: Turn = (0.0, 0.0, 0.0)
STRETCH_MAX = 0.999  # Of a limb's length: a straight limb has no side to bend to.
_BEND_SHARE = 0.45  # Of the spine that turns with the hips; the rest turns with the chest.


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The bones of a build, in heights.

    Attributes:
        hip: Height of the hips when it stands.
        hip_half: From the middle to a hip joint.
        spine: From the hips to the base of the neck.
        shoulder_half: From the middle to a shoulder.
        shoulder_drop: How far shoulders lie below the base of the neck.
        neck: From its base to where the head turns.
        head: From chin to crown.
        upper_arm: Shoulder to elbow.
        forearm: Elbow to wrist.
        thigh: Hip to knee.
        shin: Knee to ankle.
        ankle: Height of the ankle over the sole.
        foot: From below the ankle to the ball of the foot.
        stoop: Radians its chest leans forward at rest.
    """

    hip: float
    hip_half: float
    spine: float
    shoulder_half: float
    shoulder_drop: float
    neck: float
    head: float
    upper_arm: float
    forearm: float
    thigh: float
    shin: float
    ankle: float = 0.045
    foot: float = 0.055
    stoop: float = 0.0

    @property
    def arm(self) -> float:
        """Shoulder to wrist."""
        return self.upper_arm + self.forearm

    @property
    def shoulder(self) -> float:
        """Height of the shoulders when it stands."""
        return self.hip + self.spine - self.shoulder_drop


SKELETONS: dict[str, Skeleton] = {
    "man": Skeleton(0.45, 0.045, 0.295, 0.108, 0.03, 0.026, 0.216, 0.148, 0.132, 0.212, 0.2),
    "woman": Skeleton(0.452, 0.049, 0.283, 0.086, 0.03, 0.03, 0.218, 0.142, 0.126, 0.213, 0.201),
    "child": Skeleton(
        0.375, 0.046, 0.265, 0.086, 0.028, 0.014, 0.29, 0.122, 0.108, 0.174, 0.162, ankle=0.046, foot=0.056
    ),
    "heavy": Skeleton(0.43, 0.06, 0.31, 0.124, 0.034, 0.012, 0.21, 0.145, 0.13, 0.202, 0.19),
    "tall": Skeleton(0.49, 0.041, 0.285, 0.098, 0.03, 0.032, 0.186, 0.16, 0.145, 0.232, 0.219),
    "robot": Skeleton(0.4, 0.07, 0.3, 0.135, 0.05, 0.03, 0.24, 0.14, 0.13, 0.185, 0.175, ankle=0.05),
    "old": Skeleton(
        0.44, 0.046, 0.285, 0.096, 0.028, 0.014, 0.218, 0.142, 0.128, 0.208, 0.196, stoop=0.2
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Face:
    """What a face does; all 0 is at rest.

    Attributes:
        mouth: How far it is open, 0..1.
        wide: -1 rounded as in "oo" .. 1 drawn wide as in "ee".
        press: How firmly the lips touch, 0..1; above 0.5 they are closed, as in "p".
        smile: -1..1.
        blink: 0 open .. 1 closed.
        brow: -1 drawn down .. 1 raised.
        gaze: Yaw and pitch of the eyes in the head, radians; positive to its left and down.
    """

    mouth: float = 0.0
    wide: float = 0.0
    smile: float = 0.4
    press: float = 0.0
    blink: float = 0.0
    brow: float = 0.0
    gaze: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Limb:
    """Where a hand or a foot is put.

    Attributes:
        at: The wrist, or the ball of the foot on its sole.
        turn: Of a foot: yaw, and pitch with its heel up above 0. Of a hand: yaw about the
            forearm (at rest the palm looks inwards), pitch and roll of the wrist.
        grip: 0 an open hand .. 1 a fist.
        forefinger: The same for the forefinger alone, if it does otherwise.
    """

    at: Point
    turn: Turn = STILL
    grip: float = 0.3
    forefinger: float | None = None


@dataclass(frozen=True, slots=True)
class Pose:
    """How a figure holds itself.

    Attributes:
        hips: Middle of the hips.
        hips_turn: Of hips and lower back.
        chest_turn: Of the chest, in the figure's frame.
        head_turn: Of the head on the chest.
        left_hand: On its left, x above 0.
        right_hand: On its right.
        left_foot: On its left.
        right_foot: On its right.
        face: What the face does.
        travel: How far the whole frame has moved along its own axes since the action began.
        spin: Radians the whole frame has turned about y since the action began.
    """

    hips: Point
    hips_turn: Turn
    chest_turn: Turn
    head_turn: Turn
    left_hand: Limb
    right_hand: Limb
    left_foot: Limb
    right_foot: Limb
    face: Face = Face()
    travel: Point = (0.0, 0.0, 0.0)
    spin: float = 0.0


@dataclass(frozen=True, slots=True)
class Chain:
    """Two bones: where they begin, bend and end."""

    root: Point
    bend: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Joints:
    """Where everything is, in heights in the figure's frame, and how it is turned."""

    hips: Point
    waist: Point
    neck: Point
    head: Point
    hips_rows: Rows
    chest_rows: Rows
    head_rows: Rows
    left_arm: Chain
    right_arm: Chain
    left_leg: Chain
    right_leg: Chain


def solve(skeleton: Skeleton, pose: Pose) -> Joints:
    """Return where the joints of a pose lie; a hand or foot out of reach stays short of its aim."""
    hips_rows, chest_rows = rows(pose.hips_turn), rows(pose.chest_turn)
    lower = skeleton.spine * _BEND_SHARE
    waist = plus(pose.hips, turned(hips_rows, (0.0, lower, 0.0)))
    neck = plus(waist, turned(chest_rows, (0.0, skeleton.spine - lower, 0.0)))
    head_rows = joined(chest_rows, rows(pose.head_turn))
    head = plus(neck, turned(chest_rows, (0.0, skeleton.neck, 0.004)))
    arms: list[Chain] = []
    legs: list[Chain] = []
    for side, hand, foot in (
        (1.0, pose.left_hand, pose.left_foot),
        (-1.0, pose.right_hand, pose.right_foot),
    ):
        shoulder = plus(
            neck,
            turned(chest_rows, (side * skeleton.shoulder_half, -skeleton.shoulder_drop, 0.0)),
        )
        elbow_side = turned(chest_rows, (side * 0.35, -0.3, -0.9))
        arms.append(_bend(shoulder, hand.at, skeleton.upper_arm, skeleton.forearm, elbow_side))
        hip = plus(pose.hips, turned(hips_rows, (side * skeleton.hip_half, 0.0, 0.0)))
        knee_side = turned(
            rows((foot.turn[0] * 0.5 + pose.hips_turn[0] * 0.5, 0.0, 0.0)), (side * 0.12, 0.0, 1.0)
        )
        legs.append(_bend(hip, ankle(skeleton, foot), skeleton.thigh, skeleton.shin, knee_side))
    return Joints(
        pose.hips, waist, neck, head, hips_rows, chest_rows, head_rows,
        arms[0], arms[1], legs[0], legs[1],
    )  # fmt: skip


def sized(joints: Joints, tall: float) -> Joints:
    """Return joints in metres, for a figure `tall` metres high."""

    def chain(limb: Chain) -> Chain:
        return Chain(scaled(limb.root, tall), scaled(limb.bend, tall), scaled(limb.end, tall))

    return Joints(
        scaled(joints.hips, tall), scaled(joints.waist, tall), scaled(joints.neck, tall),
        scaled(joints.head, tall), joints.hips_rows, joints.chest_rows, joints.head_rows,
        chain(joints.left_arm), chain(joints.right_arm), chain(joints.left_leg),
        chain(joints.right_leg),
    )  # fmt: skip


def ankle(skeleton: Skeleton, foot: Limb) -> Point:
    """Return where the ankle of a foot is: the foot turns about its ball."""
    return plus(foot.at, turned(rows(foot.turn), (0.0, skeleton.ankle, -skeleton.foot)))


def _bend(root: Point, aim: Point, first: float, second: float, side: Point) -> Chain:
    """Return two bones from a root towards an aim, bent to a side."""
    way = minus(aim, root)
    far = math.sqrt(_dot(way, way))
    if far < 1e-6:
        way, far = (0.0, -1.0, 0.0), 1e-6
    else:
        way = scaled(way, 1 / far)
    reach = min(max(far, abs(first - second) + 1e-4), (first + second) * STRETCH_MAX)
    along = (first * first - second * second + reach * reach) / (2 * reach)
    out = math.sqrt(max(first * first - along * along, 0.0))
    across = minus(side, scaled(way, _dot(side, way)))
    length = math.sqrt(_dot(across, across))
    across = scaled(across, 1 / length) if length > 1e-6 else (0.0, 0.0, 1.0)
    bend = plus(root, plus(scaled(way, along), scaled(across, out)))
    return Chain(root, bend, plus(root, scaled(way, reach)))


def rows(turn: Turn) -> Rows:
    """Return the rotation of a turn as rows: outer = rows @ inner."""
    cy, sy = math.cos(turn[0]), math.sin(turn[0])
    cp, sp = math.cos(turn[1]), math.sin(turn[1])
    cr, sr = math.cos(turn[2]), math.sin(turn[2])
    return (
        (cy * cr + sy * sp * sr, sy * sp * cr - cy * sr, sy * cp),
        (cp * sr, cp * cr, -sp),
        (cy * sp * sr - sy * cr, sy * sr + cy * sp * cr, cy * cp),
    )


def joined(outer: Rows, inner: Rows) -> Rows:
    """Return a rotation within a rotation."""
    made = [[sum(outer[i][k] * inner[k][j] for k in range(3)) for j in range(3)] for i in range(3)]
    return (
        (made[0][0], made[0][1], made[0][2]),
        (made[1][0], made[1][1], made[1][2]),
        (made[2][0], made[2][1], made[2][2]),
    )


def turned(by: Rows, at: Point) -> Point:
    """Return a vector turned."""
    return _dot(by[0], at), _dot(by[1], at), _dot(by[2], at)


def plus(a: Point, b: Point) -> Point:
    """Return the sum of two vectors."""
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def minus(a: Point, b: Point) -> Point:
    """Return the difference of two vectors."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def scaled(a: Point, by: float) -> Point:
    """Return a vector made longer."""
    return a[0] * by, a[1] * by, a[2] * by


def _dot(a: Point, b: Point) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
