"""A figure in solids: a toy with a round head, built from a pose and a look."""

from collections.abc import Callable

import numpy as np

from generator.base import Colour, Look, Point
from generator.render.lights import Linear, linear, mix, scaled
from generator.render.solids import Limb, Paint, Pattern, Solid, Vector, limb, turned
from generator.simulate.figures import Pose, Spot

_TROUSERS: tuple[Colour, ...] = ((52, 66, 104), (70, 62, 58), (92, 84, 70), (44, 72, 70))
_SHOES: Colour = (232, 228, 220)
_STEEL: Colour = (168, 176, 184)


def build(spot: Spot, pose: Pose, look: Look, *, body: str, key: int) -> list[Solid]:
    """Return the solids of a figure.

    Args:
        spot: Where it stands.
        pose: How it holds itself.
        look: Colours and height.
        body: man, woman, child, person or robot.
        key: Which of the figures it is; picks trousers and hair.
    """
    maker = _Maker(spot, pose, look, robot=body == "robot")
    chest, waist = maker.at((0.0, 0.66, 0.0)), maker.at((0.0, 0.51, 0.0))
    cloth, tall = maker.cloth, maker.tall
    trousers = Paint(linear(_TROUSERS[key % len(_TROUSERS)]), soft=0.2, gloss=0.04)
    if maker.robot:
        trousers = maker.skin
    skirt = body == "woman"
    solids: list[Solid] = [limb(chest, waist, 0.088 * tall, 0.088 * tall, cloth)]
    if skirt:
        hem = maker.at((0.0, 0.37, 0.0))
        solids.append(limb(waist, hem, 0.09 * tall, 0.125 * tall, cloth))
    else:
        left, right = maker.at((0.035, 0.455, 0.0)), maker.at((-0.035, 0.455, 0.0))
        solids.append(limb(left, right, 0.075 * tall, 0.075 * tall, trousers))
    for side, foot in ((1.0, pose.left_foot), (-1.0, pose.right_foot)):
        solids += maker.leg(side, foot, trousers)
    for side, palm in ((1.0, pose.left_hand), (-1.0, pose.right_hand)):
        solids += maker.arm(side, palm)
    neck = maker.at((0.0, 0.74, 0.0))
    solids.append(
        limb(neck, maker.at((0.0, 0.79, 0.0)), 0.04 * maker.tall, 0.036 * maker.tall, maker.skin)
    )
    return solids + maker.head(key, long_hair=skirt)


class _Maker:
    """Turns points of the figure's frame into solids of the world."""

    def __init__(self, spot: Spot, pose: Pose, look: Look, *, robot: bool) -> None:
        self.spot, self.pose, self.look, self.robot = spot, pose, look, robot
        self.tall = look.height_m
        skin: Linear = linear(_STEEL if robot else look.skin)
        self.skin = Paint(skin, gloss=0.5 if robot else 0.16, soft=0.0 if robot else 0.5)
        self.cloth = Paint(
            linear(look.clothes), second=scaled(linear(look.clothes), 0.8),
            gloss=0.35 if robot else 0.04, soft=0.2,
        )  # fmt: skip
        self.axes = turned(spot.yaw)

    def at(self, point: Point) -> Vector:
        """Return a point of the figure's frame, in heights, in the world."""
        x, y, z = point
        local = np.array([x, y + self.pose.lift, z]) * self.tall
        return np.array([self.spot.x, 0.0, self.spot.z]) + self.axes.T @ local

    def leg(self, side: float, foot: Point, paint: Paint) -> list[Solid]:
        """Return thigh, shin and shoe."""
        tall = self.tall
        hip = self.at((0.047 * side, 0.43, 0.0))
        ankle = (foot[0], foot[1] + 0.05, foot[2])
        knee = self.at((0.058 * side, 0.24 + 0.4 * foot[1], 0.5 * foot[2] + 0.03 + 0.6 * foot[1]))
        end = self.at(ankle)
        shoe = Paint(linear(_SHOES), gloss=0.2)
        toe, heel = (
            self.at((foot[0], foot[1] + 0.028, foot[2] + 0.07)),
            self.at((foot[0], foot[1] + 0.032, foot[2] - 0.012)),
        )
        return [
            limb(hip, knee, 0.058 * tall, 0.045 * tall, paint),
            limb(knee, end, 0.045 * tall, 0.035 * tall, paint),
            limb(heel, toe, 0.034 * tall, 0.030 * tall, shoe),
        ]

    def arm(self, side: float, palm: Point) -> list[Solid]:
        """Return upper arm, forearm and hand; the elbow bends down and outwards."""
        tall = self.tall
        shoulder = np.array([0.092 * side, 0.70, 0.0])
        reach = np.array(palm) - shoulder
        far = float(np.linalg.norm(reach))
        upper, lower = 0.155, 0.15
        far = min(far, (upper + lower) * 0.999)
        way = reach / max(float(np.linalg.norm(reach)), 1e-6)
        end = shoulder + way * far
        along = (upper**2 - lower**2 + far**2) / (2 * far)
        pole = np.array([0.6 * side, -0.5, -0.4])
        pole -= way * float(pole @ way)
        pole /= float(np.linalg.norm(pole))
        elbow = shoulder + way * along + pole * float(np.sqrt(max(upper**2 - along**2, 0.0)))
        points = [self.at((float(p[0]), float(p[1]), float(p[2]))) for p in (shoulder, elbow, end)]
        hand = points[2] + (points[2] - points[1]) * 0.12
        return [
            limb(points[0], points[1], 0.043 * tall, 0.036 * tall, self.cloth),
            limb(points[1], points[2], 0.036 * tall, 0.030 * tall, self.cloth),
            limb(hand, hand, 0.034 * tall, 0.034 * tall, self.skin),
        ]

    def head(self, key: int, *, long_hair: bool) -> list[Solid]:
        """Return the head with its face, ears and hair, turned as the pose says."""
        pose, tall = self.pose, self.tall
        centre, size = self.at((0.0, 0.882, 0.005)), 0.116 * tall
        pitch = pose.head_pitch
        cos, sin = float(np.cos(pitch)), float(np.sin(pitch))
        nod = np.array([[1.0, 0.0, 0.0], [0.0, cos, sin], [0.0, -sin, cos]])
        axes = nod @ turned(self.spot.yaw + pose.head_yaw)
        hair_colour = linear(self.look.hair)
        face = Paint(
            self.skin.colour, second=mix(hair_colour, (0.02, 0.01, 0.01), 0.3),
            pattern=Pattern.FACE, gloss=self.skin.gloss, soft=self.skin.soft, turn=axes,
            mood=(pose.mouth, pose.blink),
        )  # fmt: skip
        solids: list[Solid] = [limb(centre, centre, size, size, face)]

        def on(x: float, y: float, z: float) -> Vector:
            return centre + axes.T @ (np.array([x, y, z]) * size)

        nose = on(0.0, -0.1, 0.97)
        solids.append(limb(nose, nose, 0.13 * size, 0.13 * size, self.skin))
        for side in (-1.0, 1.0):
            ear = on(0.97 * side, -0.02, -0.02)
            solids.append(limb(ear, ear, 0.2 * size, 0.2 * size, self.skin))
        if self.robot:
            tip = on(0.0, 1.55, 0.0)
            solids.append(limb(on(0, 0.95, 0), tip, 0.05 * size, 0.05 * size, self.skin))
            lamp = Paint((0.9, 0.12, 0.06), glow=1.5)
            return [*solids, limb(tip, tip, 0.14 * size, 0.14 * size, lamp)]
        return solids + _hair(hair_colour, size, on, key, long_hair=long_hair)


def _hair(
    colour: Linear,
    size: float,
    on: Callable[[float, float, float], Vector],
    key: int,
    *,
    long_hair: bool,
) -> list[Limb]:
    paint = Paint(colour, gloss=0.1, soft=0.25)
    cap = on(0.0, 0.17, -0.2)
    solids: list[Limb] = [Limb(cap, cap, 1.0 * size, 1.0 * size, paint)]
    part = -0.35 if key % 2 == 0 else 0.3  # Where the hair is parted.
    for step in range(6):
        x = -0.75 + 0.3 * step
        low = on(1.16 * x, 0.56 - 0.25 * abs(x - part), 0.56 - 0.3 * x * x)
        solids.append(
            Limb(on(0.5 * x + 0.5 * part, 0.9, 0.2), low, 0.26 * size, 0.19 * size, paint)
        )
    if long_hair:
        solids += [
            Limb(on(0.78 * s, 0.2, -0.3), on(0.8 * s, -1.0, -0.25), 0.4 * size, 0.26 * size, paint)
            for s in (-1.0, 1.0)
        ]
    return solids
