# ruff: noqa: E501 - a key or a build a line.

"""Actions of the legs: walking, running, jumping, dancing, kicking, falling."""

import math
from dataclasses import dataclass, replace

from generator.base import Point
from generator.simulate.easing import ease, key, keyed_point
from generator.simulate.gestures import (
    Moment,
    eyes_at,
    hanging,
    reach,
    stand,
)
from generator.simulate.skeletons import Face, Limb, Pose, Skeleton

JUMP_EVERY = 1.5
JUMP_FLIGHT = 0.42  # Seconds in the air.
GRAVITY = 9.81
SPIN_SECONDS = 1.6
DANCE_BEAT = 0.48


@dataclass(frozen=True, slots=True)
class Gait:
    """How a build goes.

    Attributes:
        speed: Legs' lengths a second.
        seconds: Of one stride: both feet once.
        stance: Share of it that a foot is on the floor; below a half there is flight.
        lift: How high a foot swings, in legs' lengths.
        bob: How far the hips rise and fall, in heights.
        lean: Radians forward.
        swing: Radians the arms swing.
        elbow: Share of its length that the arm is shortened by a bent elbow.
        drop: How far the hips are below their height when standing.
    """

    speed: float
    seconds: float
    stance: float
    lift: float
    bob: float
    lean: float
    swing: float
    elbow: float
    drop: float


WALK = Gait(1.55, 1.02, 0.6, 0.13, 0.0125, 0.05, 0.5, 0.05, 0.02)
RUN = Gait(4.1, 0.64, 0.36, 0.34, 0.026, 0.24, 0.95, 0.3, 0.042)
SNEAK = Gait(0.85, 1.5, 0.62, 0.3, 0.012, 0.34, 0.25, 0.32, 0.075)


def walk(moment: Moment) -> Pose:
    """Walk along +z."""
    return _go(moment, WALK)


def run(moment: Moment) -> Pose:
    """Run along +z."""
    return _go(moment, RUN)


def sneak(moment: Moment) -> Pose:
    """Tiptoe along +z, hands before the chest."""
    pose, bones = _go(moment, SNEAK), moment.bones
    wave = math.sin(2 * math.pi * moment.at / SNEAK.seconds)
    hands = [
        Limb(
            reach(bones, side, -0.05, -0.28 + 0.08 * side * wave, 0.5 + 0.08 * side * wave),
            (0.0, -0.9, 0.0),
            0.45,
        )
        for side in (1.0, -1.0)
    ]
    return replace(
        pose,
        left_hand=hands[0],
        right_hand=hands[1],
        face=replace(pose.face, brow=0.6, gaze=(0.3 * math.sin(0.9 * moment.at), 0.0), smile=0.1),
    )


def pace(gait: Gait, bones: Skeleton) -> float:
    """Return the speed of a gait in heights a second."""
    return gait.speed * (bones.thigh + bones.shin)


def _go(moment: Moment, gait: Gait) -> Pose:
    bones = moment.bones
    cycle = moment.at / gait.seconds
    speed = pace(gait, bones)
    feet = [_foot(bones, gait, cycle + offset, side) for side, offset in ((1.0, 0.0), (-1.0, 0.5))]
    turn = 2 * math.pi * cycle
    # The hips are lowest as the weight passes from foot to foot, highest over a straight leg; in
    # flight it is the other way round.
    over = math.cos(2 * turn - 4 * math.pi * (gait.stance / 2))
    bob = gait.bob * over * (1.0 if gait.stance > 0.5 else -1.0)
    side_sway = (
        0.014 * math.cos(turn - 2 * math.pi * gait.stance / 2) * (1.0 if gait.stance > 0.5 else 0.4)
    )
    swing = math.cos(turn - 0.25)
    hips = (side_sway, bones.hip - gait.drop + bob, 0.012 * math.sin(2 * turn))
    blink, _ = eyes_at(moment.clock, moment.phase)
    return Pose(
        hips=hips,
        hips_turn=(-0.12 * swing, gait.lean * 0.5, -0.05 * math.cos(turn - 0.4)),
        chest_turn=(
            0.16 * swing,
            bones.stoop + gait.lean + 0.015 * math.sin(2 * turn),
            0.03 * math.cos(turn - 0.4),
        ),
        head_turn=(
            -0.1 * swing,
            -0.7 * bones.stoop - 0.8 * gait.lean + 0.02 * math.sin(2 * turn - 0.6),
            0.0,
        ),
        left_hand=_arm(bones, gait, 1.0, -math.cos(turn - 0.4)),
        right_hand=_arm(bones, gait, -1.0, math.cos(turn - 0.4)),
        left_foot=feet[0],
        right_foot=feet[1],
        face=Face(blink=blink, brow=0.15, smile=0.3, mouth=0.18 if gait is RUN else 0.0),
        travel=(0.0, 0.0, speed * moment.at),
    )


def _arm(bones: Skeleton, gait: Gait, side: float, swing: float) -> Limb:
    """Return a hand that swings like a pendulum from its shoulder, `swing` -1 back .. 1 ahead."""
    angle = gait.swing * swing + 0.06
    bent = 1 - gait.elbow - 0.06 * max(swing, 0.0)
    forward = 0.16 + 0.9 * gait.elbow
    across = -0.1 * max(swing, 0.0) * (1 if gait.elbow > 0.2 else 0.5)
    return Limb(
        reach(
            bones, side, 0.17 + across, -bent * 0.95 * math.cos(angle) + gait.elbow * 0.25 * max(swing, 0.0),
            bent * math.sin(angle) + forward * 0.6,
        ),
        (0.0, 0.0, 0.0),
        0.8 if gait.elbow > 0.2 else 0.35,
    )  # fmt: skip


def _foot(bones: Skeleton, gait: Gait, cycle: float, side: float) -> Limb:
    """Return a foot of a gait: at cycle 0 its heel comes down."""
    share = cycle - math.floor(cycle)
    leg = bones.thigh + bones.shin
    half = pace(gait, bones) * gait.stance * gait.seconds / 2
    x = side * bones.hip_half * (0.78 if gait.stance > 0.5 else 0.55)
    # The middle of a step is under the hips for a walk, a little behind for a run.
    middle = bones.foot * 0.6 - (0.0 if gait.stance > 0.5 else 0.05 * leg)
    yaw = side * 0.08
    if share < gait.stance:
        own = share / gait.stance
        z = middle + half * (1 - 2 * own)
        strike = max(1 - own / 0.16, 0.0)
        heel = ease((own - 0.62) / 0.38)
        # Toes up at the strike: the ball is then above the floor.
        pitch = -0.3 * strike + 0.75 * heel
        return Limb((x, math.sin(0.3 * strike) * bones.foot * 1.6, z), (yaw, pitch, 0.0))
    own = (share - gait.stance) / (1 - gait.stance)
    z = middle - half + 2 * half * _swing(own, gait)
    lift = gait.lift * leg * math.sin(math.pi * own) ** 0.9 * (1 - 0.35 * own)
    pitch = (
        0.75 * (1 - ease(own / 0.55))
        + (0.5 if gait.stance < 0.5 else 0.1) * math.sin(math.pi * own)
        - 0.3 * ease((own - 0.6) / 0.4)
    )
    strike = ease((own - 0.75) / 0.25)
    return Limb((x, lift + math.sin(0.3) * bones.foot * 1.6 * strike, z), (yaw, pitch, 0.0))


def _swing(own: float, gait: Gait) -> float:
    """Return 0..1 of a foot's way forward, leaving and arriving at the floor's own pace."""
    # Cubic Hermite: the slope at both ends is that of the floor going by, seen from the hips.
    slope = -(1 - gait.stance) / gait.stance
    return own * own * (3 - 2 * own) + slope * (own * (1 - own) * (1 - own) - own * own * (1 - own))


def jump(moment: Moment) -> Pose:
    """Crouch, jump off both feet, land softly; every JUMP_EVERY seconds."""
    pose, bones = stand(moment), moment.bones
    now = math.fmod(moment.at, JUMP_EVERY)
    off = 0.5
    land = off + JUMP_FLIGHT
    crouch = key(
        now,
        (0.0, 0.0),
        (0.34, 1.0),
        (off, -0.12),
        (land - 0.06, 0.0),
        (land + 0.14, 0.75),
        (land + 0.45, 0.0),
    )
    air = min(max((now - off) / JUMP_FLIGHT, 0.0), 1.0)
    # A body in flight: the height is that of free fall over JUMP_FLIGHT, for a figure 1.65 m tall.
    rise = 4 * air * (1 - air) * GRAVITY * JUMP_FLIGHT**2 / 8 / 1.65
    tuck = math.sin(math.pi * air) * 0.05
    swing = key(now, (0.0, 0.0), (0.34, -1.0), (off + 0.2, 1.0), (land, 0.75), (land + 0.35, 0.0))
    hands: list[Limb] = []
    for side in (1.0, -1.0):
        rest = hanging(bones, side)
        aim = (
            reach(bones, side, 0.4, 0.75, 0.15)
            if swing > 0
            else reach(bones, side, 0.25, -0.75, -0.55)
        )
        mixed = _mix(rest, aim, abs(swing))
        hands.append(
            Limb(
                (mixed[0], mixed[1] + rise - 0.1 * max(crouch, 0.0), mixed[2]), (0.0, 0.0, 0.0), 0.3
            )
        )
    toe = (
        0.8 * ease(air / 0.2) * (1 - ease((air - 0.75) / 0.25))
        if 0 < air < 1
        else 0.55 * max(-crouch / 0.12, 0.0)
    )
    feet = [
        Limb(
            (foot.at[0], rise + tuck if 0 < air < 1 else 0.0, foot.at[2]), (foot.turn[0], toe, 0.0)
        )
        for foot in (pose.left_foot, pose.right_foot)
    ]
    return replace(
        pose,
        hips=(0.0, bones.hip - 0.008 - 0.115 * crouch * (bones.hip / 0.45) + rise, -0.03 * max(crouch, 0.0)),
        hips_turn=(0.0, 0.3 * max(crouch, 0.0), 0.0),
        chest_turn=(0.0, bones.stoop + 0.5 * max(crouch, 0.0) - 0.05 * air * (1 - air) * 4, 0.0),
        head_turn=(0.0, -0.7 * bones.stoop - 0.35 * max(crouch, 0.0), 0.0),
        left_hand=hands[0], right_hand=hands[1], left_foot=feet[0], right_foot=feet[1],
        face=replace(pose.face, smile=0.7, mouth=0.5 * math.sin(math.pi * air), brow=0.6 * math.sin(math.pi * air)),
    )  # fmt: skip


def dance(moment: Moment) -> Pose:
    """Step from side to side on the beat, hips against shoulders, arms after them."""
    pose, bones, at = stand(moment), moment.bones, moment.at
    beat = at / DANCE_BEAT
    sway = math.sin(math.pi * beat)
    late = math.sin(math.pi * beat - 0.55)
    bounce = abs(math.cos(math.pi * beat))
    feet: list[Limb] = []
    for side in (1.0, -1.0):
        free = max(-side * sway, 0.0)
        heel = 0.5 * ease(free * 1.4)
        feet.append(
            Limb((side * (bones.hip_half * 1.25 + 0.012), 0.0, bones.foot), (side * 0.3, heel, 0.0))
        )
    up = ease(math.sin(math.pi * beat / 4) * 2)
    hands: list[Limb] = []
    for side in (1.0, -1.0):
        low = reach(bones, side, 0.2 + 0.1 * late, -0.42 + 0.16 * side * late, 0.42)
        high = reach(bones, side, 0.28 + 0.16 * late * side, 0.55 + 0.14 * side * late, 0.22)
        hands.append(Limb(_mix(low, high, up), (0.0, 0.0, 0.4 * late), 0.75 - 0.4 * up))
    return replace(
        pose,
        hips=(0.03 * sway, bones.hip - 0.04 + 0.016 * bounce, 0.0),
        hips_turn=(0.22 * late, 0.02, -0.15 * sway),
        chest_turn=(-0.2 * late, bones.stoop + 0.04 * bounce, 0.13 * sway),
        head_turn=(0.12 * late, -0.7 * bones.stoop + 0.07 * bounce, -0.1 * late),
        left_hand=hands[0], right_hand=hands[1], left_foot=feet[0], right_foot=feet[1],
        face=replace(pose.face, smile=0.85, brow=0.4 * bounce, mouth=0.2),
    )  # fmt: skip


def spin(moment: Moment) -> Pose:
    """Turn once on the left foot, arms drawn in, and open them again."""
    pose, bones, at = stand(moment), moment.bones, moment.at
    turn = 2 * math.pi * key(at, (0.0, 0.0), (0.28, -0.05), (SPIN_SECONDS, 1.0))
    inside = key(
        at, (0.0, 0.0), (0.28, 0.0), (0.6, 1.0), (SPIN_SECONDS - 0.35, 1.0), (SPIN_SECONDS, 0.0)
    )
    wide = key(
        at,
        (0.0, 0.0),
        (0.28, 1.0),
        (0.6, 0.0),
        (SPIN_SECONDS - 0.3, 0.0),
        (SPIN_SECONDS, 1.0),
        (SPIN_SECONDS + 0.5, 0.0),
    )
    hands: list[Limb] = []
    for side in (1.0, -1.0):
        open_ = reach(bones, side, 0.85, -0.1, 0.15)
        close = (side * 0.02, bones.shoulder - 0.42 * bones.arm, 0.52 * bones.arm)
        hands.append(
            Limb(_mix(_mix(hanging(bones, side), open_, wide), close, inside), (0.0, 0.0, 0.0), 0.2)
        )
    free = inside
    left = Limb(
        (pose.left_foot.at[0] * (1 - free) + 0.012 * free, 0.0, bones.foot * (1 - 0.6 * free)),
        (0.2, 0.4 * free, 0.0),
    )
    right = Limb(
        (pose.right_foot.at[0] * (1 - 0.2 * free), 0.16 * free, bones.foot + 0.05 * free),
        (-0.3, 0.7 * free, 0.0),
    )
    return replace(
        pose,
        hips=(0.012 * free, bones.hip - 0.012 + 0.008 * free, 0.0),
        chest_turn=(-0.3 * (wide - free * 0.3), bones.stoop, 0.0),
        head_turn=(0.1, -0.7 * bones.stoop, 0.0),
        left_hand=hands[0], right_hand=hands[1], left_foot=left, right_foot=right, spin=turn,
        face=replace(pose.face, smile=0.75, brow=0.4),
    )  # fmt: skip


def kick(moment: Moment) -> Pose:
    """Draw the right leg back and kick forward from the hip, the arms against it."""
    pose, bones, at = stand(moment), moment.bones, moment.at
    hit = 0.62
    way = key(at, (0.0, 0.0), (0.34, -1.0), (hit, 0.8), (hit + 0.14, 1.0), (hit + 0.75, 0.0))
    leg = bones.thigh + bones.shin
    free = 1.0 if 0.08 < at < hit + 0.7 else 0.0
    lift = 0.02 * ease(at / 0.15) + 0.16 * max(-way, 0.0) ** 1.5 + 0.3 * leg * max(way, 0.0) ** 1.4
    foot = Limb(
        (pose.right_foot.at[0], lift * free if abs(way) > 0.002 else 0.0, bones.foot + leg * (0.5 * max(way, 0.0) - 0.5 * max(-way, 0.0))),
        (-0.1, 0.5 * max(-way, 0.0) * free + 0.12 * max(way, 0.0), 0.0),
    )  # fmt: skip
    hands: list[Limb] = []
    for side in (1.0, -1.0):
        aim = reach(bones, side, 0.5, -0.45, 0.45 * side * way)
        hands.append(
            Limb(_mix(hanging(bones, side), aim, min(abs(way) * 1.2, 1.0)), (0.0, 0.0, 0.0), 0.3)
        )
    return replace(
        pose,
        hips=(0.022 * min(abs(way) * 2, 1.0), bones.hip - 0.016, 0.015 * way),
        hips_turn=(0.25 * way, -0.12 * way, 0.0),
        chest_turn=(-0.3 * way, bones.stoop + 0.12 - 0.24 * max(way, 0.0), 0.0),
        head_turn=(0.05 * way, -0.7 * bones.stoop + 0.12, 0.0),
        left_hand=hands[0],
        right_hand=hands[1],
        right_foot=foot,
        face=replace(pose.face, brow=-0.3 if at < hit else 0.3, gaze=(0.0, 0.3)),
    )


def fall(moment: Moment) -> Pose:
    """Lose balance backwards and land sitting, legs out."""
    pose, bones, at = stand(moment), moment.bones, moment.at
    tip = key(at, (0.0, 0.0), (0.35, -0.12), (0.6, 0.16), (1.05, 1.0))
    down = ease((at - 0.55) / 0.5) ** 1.6
    bounce = 0.03 * math.exp(-5 * max(at - 1.05, 0.0)) * abs(math.sin(12 * max(at - 1.05, 0.0)))
    seat = 0.078 + bounce
    leg = bones.thigh + bones.shin
    hips = (
        0.0,
        bones.hip - 0.008 + (seat - bones.hip + 0.008) * down,
        -0.3 * down * leg - 0.05 * max(tip, 0.0),
    )
    flail = math.sin(15 * at) * (1 - down) * ease(at / 0.3)
    hands: list[Limb] = []
    feet: list[Limb] = []
    for side in (1.0, -1.0):
        air = reach(bones, side, 0.7, 0.2 + 0.3 * side * flail, 0.3 * side * flail)
        floor = (side * (bones.shoulder_half + 0.09), 0.045, hips[2] - 0.13)
        hands.append(
            Limb(
                _mix(_mix(hanging(bones, side), air, ease(at / 0.35)), floor, down),
                (0.0, 0.0, 0.0),
                0.1,
            )
        )
        out = keyed_point(
            at,
            (0.0, pose.left_foot.at),
            (0.55, pose.left_foot.at),
            (1.05, (0.1, 0.12, hips[2] + leg * 0.93)),
        )
        feet.append(Limb((side * out[0], out[1], out[2]), (side * 0.25, -0.9 * down, 0.0)))
    shock = ease((at - 0.2) / 0.3)
    return replace(
        pose,
        hips=hips,
        hips_turn=(0.0, -0.25 * down, 0.0),
        chest_turn=(0.0, bones.stoop - 0.3 * tip * (1 - down) - 0.22 * down, 0.06 * flail),
        head_turn=(0.0, -0.7 * bones.stoop + 0.3 * tip, 0.0),
        left_hand=hands[0], right_hand=hands[1], left_foot=feet[0], right_foot=feet[1],
        face=replace(pose.face, mouth=0.75 * shock * (1 - 0.7 * ease((at - 1.2) / 0.5)), brow=0.9 * shock, smile=0.0, wide=-0.5 * shock, blink=pose.face.blink * (1 - shock)),
    )  # fmt: skip


def _mix(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share
