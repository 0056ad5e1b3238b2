"""How a figure holds itself: a pose as a function of time.

Poses are in the figure's own frame, in units of its height: x to its left hand as the audience
sees it facing them, y up from the sole, z to where it looks.
"""

import math
from dataclasses import dataclass

from generator.base import Point

WALK_SPEED = 0.85  # Heights a second.
STEP_HZ = 1.75  # Strides: both feet once.
THROW_SECONDS = 0.45  # From raising the arm to letting go.


@dataclass(frozen=True, slots=True)
class Pose:
    """Hands and feet; turns of the head in radians; `mouth`, `blink` 0..1; `lift` off the floor."""

    left_hand: Point
    right_hand: Point
    left_foot: Point
    right_foot: Point
    head_yaw: float
    head_pitch: float
    mouth: float
    blink: float
    lift: float


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a figure's soles are and which way it looks: metres and radians about y, 0 = to +z."""

    x: float
    z: float
    yaw: float


def smooth(value: float) -> float:
    """Return the cubic ease of a value clamped to 0..1."""
    value = min(max(value, 0.0), 1.0)
    return value * value * (3 - 2 * value)


def pose(action: str, at: float, *, mouth: float, phase: float) -> Pose:
    """Return the pose of an action `at` seconds after it began.

    Args:
        action: throw, walk, wave, nod, jump, talk or stand.
        at: Seconds; may be negative, before the action.
        mouth: How far the mouth is open, 0..1.
        phase: Radians that set figures apart.
    """
    sway = 0.008 * math.sin(1.9 * at + phase)
    left: Point = (0.17 + sway, 0.43, 0.04)
    right: Point = (-0.17 + sway, 0.43, 0.04)
    feet: tuple[Point, Point] = ((0.07, 0.0, 0.0), (-0.07, 0.0, 0.0))
    yaw, pitch, lift = 0.08 * math.sin(0.7 * at + phase), 0.03 * math.sin(1.3 * at + phase), 0.0
    if action == "wave":
        swing = 0.09 * math.sin(2 * math.pi * 1.9 * at)
        up = smooth(at / 0.4)
        right = _mix(right, (-0.24 + swing, 0.86, 0.08), up)
    elif action == "walk":
        left, right, feet, lift = _stride(at, phase)
    elif action == "nod":
        pitch += 0.24 * max(math.sin(2 * math.pi * 1.1 * at), 0.0)
    elif action == "jump":
        lift = _hop(at + phase / 9)
        up = lift / 0.16
        left, right = _mix(left, (0.25, 0.9, 0.05), up), _mix(right, (-0.25, 0.9, 0.05), up)
    elif action == "throw":
        right = _throwing(at, right)
    if mouth > 0 and action in ("stand", "talk", "nod"):
        beat = 0.05 * math.sin(5.1 * at + phase)
        right = (-0.2, 0.56 + beat, 0.16)
        pitch += 0.05 * mouth
    blink = smooth(1 - abs(math.fmod(at + phase + 9.0, 2.7) - 1.3) / 0.09)
    return Pose(left, right, feet[0], feet[1], yaw, pitch, mouth, blink, lift)


def _stride(at: float, phase: float) -> tuple[Point, Point, tuple[Point, Point], float]:
    swing = math.sin(2 * math.pi * STEP_HZ / 2 * at + phase)
    raise_left = 0.05 * max(math.cos(2 * math.pi * STEP_HZ / 2 * at + phase), 0.0)
    raise_right = 0.05 * max(-math.cos(2 * math.pi * STEP_HZ / 2 * at + phase), 0.0)
    left_foot: Point = (0.06, raise_left, 0.17 * swing)
    right_foot: Point = (-0.06, raise_right, -0.17 * swing)
    left: Point = (0.18, 0.45, -0.13 * swing)
    right: Point = (-0.18, 0.45, 0.13 * swing)
    return left, right, (left_foot, right_foot), 0.012 * abs(swing)


def _hop(at: float) -> float:
    """Return the height of a hop every second: a parabola of 0.4 s, then rest."""
    share = math.fmod(at, 1.0) / 0.4
    return 0.16 * 4 * share * (1 - share) if 0 <= share < 1 else 0.0


def _throwing(at: float, rest: Point) -> Point:
    """Swing the arm up from behind and forward; the hand lets go at THROW_SECONDS."""
    back: Point = (-0.2, 0.78, -0.16)
    front: Point = (-0.16, 0.86, 0.2)
    if at < THROW_SECONDS:
        wind = smooth(at / (0.6 * THROW_SECONDS))
        release = smooth((at - 0.6 * THROW_SECONDS) / (0.4 * THROW_SECONDS))
        return _mix(_mix(rest, back, wind), front, release)
    return _mix(front, rest, smooth((at - THROW_SECONDS - 0.15) / 0.6))


def _mix(a: Point, b: Point, share: float) -> Point:
    return (
        a[0] + (b[0] - a[0]) * share,
        a[1] + (b[1] - a[1]) * share,
        a[2] + (b[2] - a[2]) * share,
    )
