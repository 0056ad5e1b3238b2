# ruff: noqa: E501 - a key or a build a line.
"""Actions on the spot: standing, hands, head, sitting, bending."""

import math
from dataclasses import dataclass, replace

from generator.base import Point
from generator.simulate.easing import ease, key, keyed_point
from generator.simulate.skeletons import Face, Limb, Pose, Skeleton, Turn, plus, rows, turned

THROW_SECONDS = 0.85  # From the first movement to letting go.
PICK_SECONDS = 0.9  # Until the hand is at the floor.
SIT_SECONDS = 0.9
SEAT = 0.27  # Height of a seat, in heights of the figure.
_BLINK_EVERY = 3.1
_BLINK_SECONDS = 0.17


@dataclass(frozen=True, slots=True)
class Moment:
    """What an action is asked for: whose bones, when (`at` from 0, `clock` any), how set apart."""

    bones: Skeleton
    at: float
    clock: float
    phase: float
    stress: float


def reach(bones: Skeleton, side: float, x: float, y: float, z: float) -> Point:
    """Return a place for a hand from its shoulder at rest, in lengths of the arm, x outwards."""
    arm = bones.arm
    return (
        side * (bones.shoulder_half + x * arm),
        bones.shoulder + y * arm,
        0.02 + z * arm,
    )


def hanging(bones: Skeleton, side: float, sway: float = 0.0) -> Point:
    """Return where a hand hangs."""
    return reach(bones, side, 0.14, -0.95, 0.08 + sway)


def foot_rest(bones: Skeleton, side: float, out: float = 0.0, ahead: float = 0.0) -> Limb:
    """Return a foot on the floor below its hip, toes a little out."""
    return Limb(
        (side * (bones.hip_half * 1.12 + out), 0.0, bones.foot + ahead), (side * 0.2, 0.0, 0.0)
    )


def eyes_at(clock: float, phase: float) -> tuple[float, tuple[float, float]]:
    """Return blink 0..1 and gaze: blinks now and then, eyes that dart and rest."""
    beat = math.fmod(clock + 2.3 * phase + 60.0, _BLINK_EVERY)
    blink = 1 - abs(beat - 1.4) / (_BLINK_SECONDS / 2)
    step = math.floor((clock + phase + 60.0) / 1.3)
    goal = (0.1 * math.sin(12.9898 * step), 0.06 * math.sin(78.233 * step))
    return ease(blink), goal


def stand(moment: Moment) -> Pose:
    """Breathe, shift the weight from leg to leg, let the eyes wander."""
    bones, clock = moment.bones, moment.clock + moment.phase
    breath = math.sin(2 * math.pi * 0.27 * clock)
    shift = math.sin(0.55 * clock) * 0.016
    hips = (shift, bones.hip - 0.005 + 0.0015 * breath, 0.0)
    blink, gaze = eyes_at(moment.clock, moment.phase)
    tilt = shift * 2.2
    return Pose(
        hips=hips,
        hips_turn=(0.03 * math.sin(0.4 * clock), 0.0, -tilt),
        chest_turn=(0.05 * math.sin(0.43 * clock), bones.stoop - 0.012 * breath, tilt * 0.8),
        head_turn=(
            0.1 * math.sin(0.37 * clock + 1.0),
            -0.7 * bones.stoop + 0.02 * math.sin(0.61 * clock),
            -tilt * 0.4,
        ),
        left_hand=Limb(hanging(bones, 1.0, 0.02 * breath)),
        right_hand=Limb(hanging(bones, -1.0, 0.02 * breath)),
        left_foot=foot_rest(bones, 1.0),
        right_foot=foot_rest(bones, -1.0),
        face=Face(blink=blink, gaze=gaze),
    )


def wave(moment: Moment) -> Pose:
    """Lift the right hand and wave it from the elbow."""
    pose, bones, at = stand(moment), moment.bones, moment.at
    rest = pose.right_hand.at
    swing = math.sin(2 * math.pi * 1.9 * (at - 0.35))
    up = reach(bones, -1.0, 0.42 + 0.2 * swing * ease((at - 0.3) / 0.3), 0.6, 0.26)
    hand = keyed_point(
        at, (0.0, rest), (0.12, (rest[0], rest[1] - 0.006, rest[2] - 0.02)), (0.5, up)
    )
    on = ease(at / 0.4)
    return replace(
        pose,
        right_hand=Limb(hand, (0.0, -1.1 * on, 0.25 * swing * on), 0.3 * (1 - on)),
        chest_turn=_turned(pose.chest_turn, 0.0, 0.0, 0.05 * on),
        head_turn=_turned(pose.head_turn, 0.0, -0.05 * on, -0.09 * on + 0.02 * swing * on),
        face=replace(pose.face, smile=0.25 + 0.6 * on, brow=0.35 * on),
    )


def talk(moment: Moment) -> Pose:
    """Speak with the hands: beats on what is stressed."""
    pose, bones, at = stand(moment), moment.bones, moment.at
    on = ease(at / 0.5)
    slow = math.sin(1.7 * at + moment.phase)
    beat = moment.stress + 0.25 * max(math.sin(4.3 * at + moment.phase), 0.0)
    hands: list[Limb] = []
    for side, own in ((1.0, pose.left_hand), (-1.0, pose.right_hand)):
        mine = ease(0.5 + 0.5 * side * slow)
        aim = reach(bones, side, 0.1 + 0.12 * mine, -0.52 + 0.14 * beat * mine, 0.52 + 0.08 * beat)
        hands.append(
            Limb(_mix(own.at, aim, on * (0.35 + 0.65 * mine)), (0.0, 0.0, side * -0.7 * on), 0.16)
        )
    return replace(
        pose,
        left_hand=hands[0],
        right_hand=hands[1],
        chest_turn=_turned(pose.chest_turn, 0.06 * slow, 0.03 * beat, 0.0),
        head_turn=_turned(pose.head_turn, 0.08 * slow, 0.06 * beat, 0.05 * slow),
        face=replace(pose.face, brow=0.2 + 0.3 * beat),
    )


def nod(moment: Moment) -> Pose:
    """Nod twice a second, the chest a little with it."""
    pose = stand(moment)
    down = 0.24 * max(math.sin(2 * math.pi * 1.1 * moment.at), -0.25)
    return replace(
        pose,
        chest_turn=_turned(pose.chest_turn, 0.0, 0.15 * down, 0.0),
        head_turn=_turned(pose.head_turn, 0.0, down, 0.0),
        face=replace(pose.face, smile=0.5),
    )


def point(moment: Moment) -> Pose:
    """Point ahead to the right side, and look there."""
    pose, bones, at = stand(moment), moment.bones, moment.at
    rest = pose.right_hand.at
    back = reach(bones, -1.0, 0.15, -0.7, -0.2)
    out = reach(bones, -1.0, 0.62, 0.1, 0.72)
    hand = keyed_point(
        at, (0.0, rest), (0.16, back), (0.42, reach(bones, -1.0, 0.66, 0.16, 0.74)), (0.6, out)
    )
    on = ease((at - 0.1) / 0.35)
    return replace(
        pose,
        right_hand=Limb(hand, (0.0, 0.0, 0.9 * on), 0.3 + 0.65 * on, 0.3 - 0.28 * on),
        hips=plus(pose.hips, (-0.012 * on, 0.0, 0.006 * on)),
        chest_turn=_turned(pose.chest_turn, -0.28 * on, 0.04 * on, 0.0),
        head_turn=_turned(pose.head_turn, -0.28 * on, 0.0, 0.0),
        face=replace(pose.face, gaze=(-0.25 * on, 0.0), brow=0.35 * on),
    )


def clap(moment: Moment) -> Pose:
    """Clap before the chest, about twice a second."""
    pose, bones, at = stand(moment), moment.bones, moment.at
    on = ease(at / 0.4)
    apart = abs(math.sin(math.pi * 2.2 * at)) ** 0.7
    half = 0.018 + 0.085 * apart
    y = bones.shoulder - 0.28 * bones.arm + 0.012 * apart
    z = 0.62 * bones.arm
    hands = [
        Limb(_mix(own.at, (side * half, y, z), on), (0.0, 0.0, 0.0), 0.05)
        for side, own in ((1.0, pose.left_hand), (-1.0, pose.right_hand))
    ]
    return replace(
        pose,
        left_hand=hands[0],
        right_hand=hands[1],
        hips=plus(pose.hips, (0.0, -0.004 * apart * on, 0.0)),
        head_turn=_turned(pose.head_turn, 0.0, 0.04 * (1 - apart), 0.0),
        face=replace(pose.face, smile=0.25 + 0.7 * on, mouth=0.12 * on, brow=0.3 * on),
    )


def cheer(moment: Moment) -> Pose:
    """Throw both arms up again and again, up on the toes."""
    pose, bones, at = stand(moment), moment.bones, moment.at
    on = ease(at / 0.3)
    pump = 0.5 - 0.5 * math.cos(2 * math.pi * 1.5 * at)
    dip = 0.03 * (1 - pump) * on
    hands = [
        Limb(
            _mix(own.at, reach(bones, side, 0.35 - 0.1 * pump, 0.35 + 0.5 * pump, 0.1), on),
            (0.0, 0.0, 0.0),
            0.9,
        )
        for side, own in ((1.0, pose.left_hand), (-1.0, pose.right_hand))
    ]
    heel = 0.35 * max(pump - 0.4, 0.0) * on
    feet = [
        replace(foot, turn=(foot.turn[0], heel, 0.0)) for foot in (pose.left_foot, pose.right_foot)
    ]
    return replace(
        pose,
        hips=plus(pose.hips, (0.0, 0.03 * heel - dip, 0.0)),
        chest_turn=_turned(pose.chest_turn, 0.06 * math.sin(4.7 * at), -0.08 * pump * on, 0.0),
        head_turn=_turned(pose.head_turn, 0.0, -0.16 * pump * on, 0.0),
        left_hand=hands[0], right_hand=hands[1], left_foot=feet[0], right_foot=feet[1],
        face=replace(pose.face, smile=0.9, mouth=0.55 * on, brow=0.7 * on),
    )  # fmt: skip


def look(moment: Moment) -> Pose:
    """Look to one side, then the other: eyes first, head after, chest last."""
    pose, at = stand(moment), moment.at
    keys = ((0.0, 0.0), (0.5, 1.0), (1.5, 1.0), (2.2, -1.0), (3.3, -1.0), (4.0, 0.0))
    now = math.fmod(at, 4.4)
    eyes, head, chest = key(now + 0.16, *keys), key(now, *keys), key(now - 0.16, *keys)
    return replace(
        pose,
        chest_turn=_turned(pose.chest_turn, 0.16 * chest, 0.0, 0.0),
        hips_turn=_turned(pose.hips_turn, 0.06 * chest, 0.0, 0.0),
        head_turn=_turned(pose.head_turn, 0.62 * head, -0.05 * abs(head), -0.06 * head),
        face=replace(pose.face, gaze=(0.42 * (eyes - 0.55 * head), -0.03), brow=0.3 * abs(eyes)),
    )


def think(moment: Moment) -> Pose:
    """Lay a hand to the chin and look up."""
    pose, bones, at = stand(moment), moment.bones, moment.at
    on = ease(at / 0.6)
    chin = bones.hip + bones.spine + bones.neck + 0.01
    hand = _mix(pose.right_hand.at, (-0.03, chin - 0.055, 0.135 + 0.28 * bones.head * 0.2), on)
    under = _mix(pose.left_hand.at, (-0.06, chin - 0.055 - bones.forearm * 0.95, 0.1), on)
    tap = 0.05 * max(math.sin(5.0 * at), 0.0)
    return replace(
        pose,
        right_hand=Limb(hand, (0.0, 0.0, 0.5), 0.6 - tap),
        left_hand=Limb(under, (0.0, 0.0, 0.4 * on), 0.5),
        head_turn=_turned(pose.head_turn, 0.12 * on, -0.1 * on, -0.12 * on),
        chest_turn=_turned(pose.chest_turn, -0.06 * on, 0.02 * on, 0.0),
        face=replace(
            pose.face, gaze=(0.3 * on, -0.28 * on), brow=0.5 * on, smile=-0.05, wide=-0.3 * on
        ),
    )


def throw(moment: Moment) -> Pose:
    """Wind up, step into it and throw overarm with the right hand."""
    pose, bones, at = stand(moment), moment.bones, moment.at
    go, rest = THROW_SECONDS, pose.right_hand.at
    hand = keyed_point(
        at, (0.0, rest), (0.2, reach(bones, -1.0, 0.25, -0.6, 0.4)),
        (go - 0.25, reach(bones, -1.0, 0.5, 0.42, -0.55)), (go, reach(bones, -1.0, 0.2, 0.72, 0.62)),
        (go + 0.22, reach(bones, -1.0, -0.45, -0.45, 0.62)), (go + 1.0, rest),
    )  # fmt: skip
    other = keyed_point(
        at, (0.0, pose.left_hand.at), (go - 0.25, reach(bones, 1.0, 0.15, 0.1, 0.75)),
        (go + 0.1, reach(bones, 1.0, 0.3, -0.6, -0.15)), (go + 1.0, pose.left_hand.at),
    )  # fmt: skip
    wind = key(at, (0.0, 0.0), (go - 0.25, 1.0), (go + 0.06, -0.85), (go + 0.9, 0.0))
    step = ease((at - 0.3) / 0.35)
    lift = 0.055 * math.sin(math.pi * min(max((at - 0.3) / 0.35, 0.0), 1.0))
    ahead = 0.12 * step
    heel = 0.5 * ease((at - go + 0.15) / 0.25)
    left = Limb((pose.left_foot.at[0], lift, bones.foot + ahead), (0.1, 0.0, 0.0))
    right = Limb((pose.right_foot.at[0], 0.0, pose.right_foot.at[2]), (-0.5, heel, 0.0))
    lean = key(at, (0.0, 0.0), (go - 0.25, -0.16), (go + 0.1, 0.26), (go + 0.9, 0.08))
    forward = key(at, (0.0, 0.0), (0.4, -0.028), (go, 0.06), (go + 0.3, 0.07))
    return replace(
        pose,
        hips=(0.0, bones.hip - 0.022 - 0.012 * step, forward),
        hips_turn=(-0.35 * wind, 0.0, 0.0),
        chest_turn=(-0.75 * wind, bones.stoop + lean, 0.12 * wind),
        head_turn=(0.7 * wind, -0.6 * lean - 0.7 * bones.stoop, 0.0),
        right_hand=Limb(hand, (0.0, 0.0, 0.0), 0.85 if at < go - 0.03 else 0.1),
        left_hand=Limb(other, (0.0, 0.0, 0.0), 0.15),
        left_foot=left,
        right_foot=right,
        face=replace(pose.face, brow=-0.4 if at < go + 0.2 else 0.3, smile=0.0 if at < go else 0.5),
    )


def sit(moment: Moment) -> Pose:
    """Sit down on a seat SEAT high behind its feet, hands in its lap."""
    pose, bones, at = stand(moment), moment.bones, moment.at
    down = ease((at - 0.12) / (SIT_SECONDS - 0.12))
    lean = key(at, (0.0, 0.0), (0.4, 0.42), (SIT_SECONDS + 0.1, -0.02), (SIT_SECONDS + 0.4, 0.03))
    depth = -bones.thigh * 0.92
    top = SEAT * 0.98 + 0.062
    hips = (0.0, pose.hips[1] + (top - pose.hips[1]) * down, depth * down)
    hands = [
        Limb(
            _mix(own.at, (side * 0.055, top + 0.05, depth + bones.thigh * 0.72), down),
            (0.0, 0.0, side * -0.5 * down),
            0.25,
        )
        for side, own in ((1.0, pose.left_hand), (-1.0, pose.right_hand))
    ]
    return replace(
        pose,
        hips=hips,
        hips_turn=(0.0, 0.35 * lean, 0.0),
        chest_turn=_turned(pose.chest_turn, 0.0, lean, 0.0),
        head_turn=_turned(pose.head_turn, 0.0, -0.55 * lean, 0.0),
        left_hand=hands[0],
        right_hand=hands[1],
    )


def bow(moment: Moment) -> Pose:
    """Bow from the hips, stay, and come up slower."""
    pose, bones, at = stand(moment), moment.bones, moment.at
    low = key(at, (0.0, 0.0), (0.14, -0.06), (0.75, 1.0), (1.45, 1.0), (2.4, 0.0))
    angle = 0.85 * low
    trunk = rows((0.0, angle * 0.86, 0.0))
    hands: list[Limb] = []
    for side in (1.0, -1.0):
        below = turned(
            trunk, (side * (bones.shoulder_half - 0.01), bones.spine - bones.arm * 0.92, 0.045)
        )
        hands.append(
            Limb(
                _mix(
                    hanging(bones, side),
                    plus((0.0, bones.hip, -0.07), below),
                    min(max(low, 0.0) * 1.5, 1.0),
                )
            )
        )
    return replace(
        pose,
        hips=(0.0, bones.hip - 0.006 - 0.014 * abs(low), -0.07 * low),
        hips_turn=(0.0, 0.7 * angle, 0.0),
        chest_turn=(0.0, bones.stoop + angle, 0.0),
        head_turn=(0.0, -0.7 * bones.stoop + 0.25 * low, 0.0),
        left_hand=hands[0],
        right_hand=hands[1],
        face=replace(
            pose.face,
            gaze=(0.0, 0.3 * max(low, 0.0)),
            blink=max(pose.face.blink, 0.4 * max(low, 0.0)),
        ),
    )


def pick_up(moment: Moment) -> Pose:
    """Crouch, take what lies before the feet in both hands, and lift it to the chest."""
    pose, bones, at = stand(moment), moment.bones, moment.at
    low = key(
        at,
        (0.0, 0.0),
        (0.12, -0.05),
        (PICK_SECONDS, 1.0),
        (PICK_SECONDS + 0.25, 1.0),
        (PICK_SECONDS + 1.05, 0.0),
    )
    held = at > PICK_SECONDS + 0.1
    hands: list[Limb] = []
    for side, own in ((1.0, pose.left_hand), (-1.0, pose.right_hand)):
        floor = (side * 0.075, 0.075, bones.foot + 0.13)
        chest = (side * 0.075, bones.shoulder - 0.62 * bones.arm, 0.62 * bones.arm)
        hand = keyed_point(
            at,
            (0.0, own.at),
            (PICK_SECONDS, floor),
            (PICK_SECONDS + 0.25, floor),
            (PICK_SECONDS + 1.05, chest),
        )
        hands.append(Limb(hand, (0.0, 0.0, 0.0), 0.35 if held else 0.15))
    heel = 0.45 * max(low - 0.5, 0.0)
    feet = [
        replace(foot, turn=(foot.turn[0], heel, 0.0)) for foot in (pose.left_foot, pose.right_foot)
    ]
    return replace(
        pose,
        hips=(0.0, bones.hip - 0.008 - (bones.hip - 0.2) * max(low, -0.02), -0.075 * low),
        hips_turn=(0.0, 0.35 * low, 0.0),
        chest_turn=(0.0, bones.stoop + 0.72 * low, 0.0),
        head_turn=(0.0, -0.7 * bones.stoop - 0.1 * low, 0.0),
        left_hand=hands[0], right_hand=hands[1], left_foot=feet[0], right_foot=feet[1],
        face=replace(pose.face, gaze=(0.0, 0.35 * max(low, 0.0))),
    )  # fmt: skip


def _turned(turn: Turn, yaw: float, pitch: float, roll: float) -> Turn:
    return turn[0] + yaw, turn[1] + pitch, turn[2] + roll


def _mix(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share
