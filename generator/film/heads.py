# ruff: noqa: E501 - a shape a line reads like a parts list.
"""Heads: a modelled face with lidded eyes, brows and lips that move.

Built in units of the head, chin to crown 1, about its middle, looking along +z; `figures` sets it on
a neck at its size.
"""

import functools
import math
from dataclasses import dataclass
from itertools import pairwise

from generator.base import Point
from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear, Material
from generator.film.scenes import Group
from generator.film.shapes import (
    Shape,
    along,
    box,
    capsule,
    cut,
    ellipsoid,
    hollow,
    mirrored,
    sphere,
    torus,
    turn,
)
from generator.simulate.skeletons import Face

_HEADS_KEPT = 64
_EYE = (0.158, 0.035, 0.272)  # Middle of the left eye.
_EYE_RADIUS = 0.118
_LID_OPEN, _LID_LOW = 0.8, -0.82  # Radians of the lids' rims above the gaze when it is awake.
_MOUTH_Y = -0.258
_PRESSED = 0.45  # Share of a lip that is out of sight when it is pressed.
_ALONG = (-1.0, -0.78, -0.4, 0.0, 0.4, 0.78, 1.0)  # Shares of a lip's half width.
_IRISES: tuple[Linear, ...] = (
    (0.1, 0.045, 0.016), (0.045, 0.13, 0.2), (0.055, 0.13, 0.06), (0.14, 0.085, 0.03), (0.06, 0.07, 0.085),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Features:
    """What tells one head from another, all factors on the middle.

    Attributes:
        jaw: Width of the jaw.
        cheek: Fullness of the cheeks.
        nose: Size of the nose.
        eye: Size of the eyes.
        brow: Thickness of the brows.
        lips: Fullness and redness of the lips.
        lashes: Thickness of the line on the upper lid.
        age: 0..1: heavier lids, softer chin.
    """

    jaw: float = 1.0
    cheek: float = 1.0
    nose: float = 1.0
    eye: float = 1.0
    brow: float = 1.0
    lips: float = 1.0
    lashes: float = 1.0
    age: float = 0.0


FEATURES: dict[str, Features] = {
    "man": Features(jaw=1.06, nose=1.12, eye=0.94, brow=1.35, lips=0.75, lashes=0.6),
    "woman": Features(jaw=0.94, nose=0.86, eye=1.05, brow=0.8, lips=1.25, lashes=1.5),
    "child": Features(jaw=0.95, cheek=1.25, nose=0.72, eye=1.12, brow=0.75, lips=0.8, lashes=0.9),
    "heavy": Features(jaw=1.16, cheek=1.4, nose=1.2, eye=0.92, brow=1.3, lips=0.85, lashes=0.6),
    "tall": Features(jaw=0.9, cheek=0.8, nose=1.25, eye=0.95, brow=1.1, lips=0.85, lashes=0.7),
    "old": Features(jaw=1.0, cheek=1.05, nose=1.3, eye=0.88, brow=1.5, lips=0.65, lashes=0.5, age=1.0),
}  # fmt: skip


@functools.lru_cache(maxsize=_HEADS_KEPT)
def head(
    skin: Linear, hair: Linear, face: Face, *, build: str, key: int, picture: int | None = None
) -> tuple[Group, ...]:
    """Return a head without its hair.

    Args:
        skin: Linear colour.
        hair: Linear colour of the brows.
        face: What it does.
        build: A name of FEATURES.
        key: Which of the figures it is; picks the colour of the eyes.
        picture: Index of a scene's picture to lay on the face, or None.
    """
    own = FEATURES[build]
    cover = finishes.skin(skin)
    front = cover if picture is None else finishes.portrait(skin, picture)
    return (
        _skull(cover, front, skin, face, own),
        *_mouth(skin, face, own),
        *_eyes(skin, hair, face, own, _IRISES[key % len(_IRISES)]),
        _brows(hair, face, own),
    )


def _jaw_drop(face: Face) -> float:
    return 0.075 * face.mouth


def _skull(cover: Material, front: Material, skin: Linear, face: Face, own: Features) -> Group:
    drop = _jaw_drop(face)
    blush = finishes.skin(finishes.mix(skin, (skin[0], skin[1] * 0.45, skin[2] * 0.45), 0.28))
    ex, ey, ez = _EYE
    radius = _EYE_RADIUS * own.eye
    nose = own.nose
    return whole(
        ellipsoid((0, 0.1, -0.035), (0.415, 0.405, 0.425), cover),
        ellipsoid((0, -0.17 - 0.4 * drop, 0.05), (0.335 * own.jaw, 0.315, 0.325), front, blend=0.2),
        *mirrored(
            (
                ellipsoid(
                    (0.185, -0.15, 0.205),
                    (0.125 * own.cheek, 0.115 * own.cheek, 0.115),
                    blush,
                    blend=0.13,
                ),
            )
        ),
        ellipsoid((0, -0.4 - drop, 0.17), (0.165 * own.jaw, 0.085, 0.12), front, blend=0.12),
        *mirrored((cut(sphere((ex, ey, ez + 0.012), radius + 0.008, cover), blend=0.045),)),
        capsule((0, 0.06, 0.35), (0, -0.06, 0.4), (0.03, 0.045 * nose), front, blend=0.07),
        ellipsoid(
            (0, -0.09, 0.405 + 0.02 * nose),
            (0.066 * nose, 0.055 * nose, 0.066 * nose),
            blush,
            blend=0.035,
        ),
        *mirrored(
            (
                ellipsoid(
                    (0.048 * nose, -0.1, 0.385),
                    (0.036 * nose, 0.032 * nose, 0.038 * nose),
                    blush,
                    blend=0.03,
                ),
            )
        ),
        *mirrored(
            (
                ellipsoid(
                    (0.418, -0.03, -0.06),
                    (0.05, 0.118, 0.085),
                    cover,
                    facing=turn(yaw=-0.35, roll=-0.1),
                    blend=0.04,
                ),
                cut(
                    ellipsoid(
                        (0.462, -0.02, -0.03),
                        (0.028, 0.07, 0.045),
                        blush,
                        facing=turn(yaw=-0.35, roll=-0.1),
                    ),
                    blend=0.03,
                ),
                sphere((0.428, -0.135, -0.035), 0.034, blush, blend=0.03),
            )
        ),
        *_opening(face, own),
        *_lips(skin, face, own),
    )


def _front(x: float, y: float, own: Features) -> float:
    """Return z of the jaw's front at a place, without the blends."""
    u, v = x / (0.335 * own.jaw), (y + 0.17) / 0.315
    return 0.05 + 0.325 * math.sqrt(max(1 - u * u - v * v, 0.02)) + 0.016


def _measures(face: Face, own: Features) -> tuple[float, float, float, float]:
    """Return the mouth's half width, how far its lips are apart above and below, and its smile."""
    half = (0.136 + 0.034 * face.wide + 0.022 * max(face.smile, 0.0) - 0.022 * face.mouth) * own.jaw
    high, low = 0.036 * face.mouth, 0.115 * face.mouth
    # An open mouth pulls its corners down: a curve that is kept would bare the cheek.
    return half, high, low, 0.13 * face.smile * (1 - 0.75 * min(face.mouth * 1.3, 1.0))


def _curve(
    face: Face, own: Features, *, rise: float, out: float
) -> list[tuple[float, float, float]]:
    """Return the points of a lip from corner to corner, `rise` above the line between the lips."""
    half, _, _, lift = _measures(face, own)
    points: list[tuple[float, float, float]] = []
    for share in _ALONG:
        bow = (1 - share * share) ** 0.75
        x, y = share * half, _MOUTH_Y + lift * (share * share - 0.35) + rise * bow
        points.append((x, y, _front(x, y, own) + out - 0.012 * share * share))
    return points


def _lips(skin: Linear, face: Face, own: Features) -> tuple[Shape, ...]:
    _, high, low, _ = _measures(face, own)
    red = finishes.skin(
        finishes.mix(
            skin, (skin[0] * 0.92, skin[1] * 0.3, skin[2] * 0.34), min(0.3 + 0.35 * own.lips, 0.85)
        )
    )
    # Pressed lips are drawn in.
    full = (0.85 + 0.15 * own.lips) * (1 - _PRESSED * face.press)
    upper = _curve(face, own, rise=high + 0.017 * full, out=-0.011)
    lower = _curve(face, own, rise=-low - 0.02 * full, out=-0.01)
    above = tuple(0.007 + 0.012 * full * (1 - share * share) for share in _ALONG)
    below = tuple(0.007 + 0.018 * full * (1 - share * share) for share in _ALONG)
    return tuple(
        capsule(line[n], line[n + 1], (radii[n], radii[n + 1]), red, blend=0.006)
        for line, radii in ((upper, above), (lower, below))
        for n in range(len(_ALONG) - 1)
    )


def _opening(face: Face, own: Features) -> tuple[Shape, ...]:
    """Return the hole of the mouth; a closed one lies deep inside."""
    half, high, low, lift = _measures(face, own)
    dark = Material((0.09, 0.012, 0.012), rough=0.5)
    open_ = min(face.mouth * 5, 1.0)
    middle = _MOUTH_Y - 0.2 * lift + (high - low) / 2
    tall = max((high + low) / 2 + 0.006, 0.03)
    at = (0.0, middle, _front(0.0, middle, own) - 0.03 - 0.17 * (1 - open_))
    return (
        cut(ellipsoid(at, (half * (0.84 - 1.2 * max(lift, 0.0)), tall, 0.12), dark), blend=0.012),
    )


def _mouth(skin: Linear, face: Face, own: Features) -> tuple[Group, ...]:
    half, high, low, lift = _measures(face, own)
    line = _curve(face, own, rise=(high - low) * 0.5 - 0.001, out=0.002)
    shut = Material(finishes.mix(skin, (0.05, 0.005, 0.005), 0.75), rough=0.6)
    middle = _MOUTH_Y - 0.35 * lift
    z = _front(0.0, middle, own)
    # An open mouth has no line: it is drawn back into the dark of it.
    back = 0.2 * min(face.mouth * 6, 1.0)
    crease = [
        capsule((a[0], a[1], a[2] - back), (b[0], b[1], b[2] - back), (0.0055, 0.0055), shut)
        for a, b in pairwise(line)
    ]
    top = middle + high + 0.004
    teeth = Material((0.78, 0.76, 0.7), rough=0.2, mirror=0.1)
    inside = (
        torus((0, top, z - 0.15), 0.075 + half * 0.12, 0.02, teeth, arc=1.25),
        ellipsoid(
            (0, middle - low * 0.72 - 0.02, z - 0.125),
            (half * 0.6, 0.03, 0.075),
            Material((0.5, 0.13, 0.12), rough=0.35, soft=0.4),
        ),
    )
    return whole(*crease, shadow=False), whole(*inside, shadow=False)


def _eyes(skin: Linear, hair: Linear, face: Face, own: Features, iris: Linear) -> tuple[Group, ...]:
    ex, ey, ez = _EYE
    r = _EYE_RADIUS * own.eye
    white = Material((0.8, 0.79, 0.76), rough=0.12, mirror=0.25, soft=0.15)
    colour = Material(iris, rough=0.08, mirror=0.3)
    black = finishes.gloss((0.004, 0.004, 0.005))
    glint = finishes.light((1.0, 1.0, 1.0), 1.3)
    lid = finishes.skin(finishes.mix(skin, (0.4, 0.1, 0.08), 0.1 + 0.06 * own.age))
    lash = Material(finishes.mix(hair, finishes.INK, 0.7), rough=0.8)
    yaw, pitch = face.gaze
    balls: list[Shape] = []
    irises: list[Shape] = []
    glints: list[Shape] = []
    lids: list[Group] = []
    for side in (1.0, -1.0):
        at = (side * ex, ey, ez)
        balls.append(sphere(at, r, white))
        # The eyes converge a little, or they would look past whom they look at.
        facing = turn(yaw=yaw - side * 0.05, pitch=pitch)
        way = (facing[0][2], facing[1][2], facing[2][2])

        def out(
            depth: float, way: tuple[float, float, float] = way, at: tuple[float, float, float] = at
        ) -> tuple[float, float, float]:
            return at[0] + depth * way[0], at[1] + depth * way[1], at[2] + depth * way[2]

        irises.append(
            ellipsoid(out(r * 0.855), (r * 0.58, r * 0.58, r * 0.19), colour, facing=facing)
        )
        irises.append(
            ellipsoid(out(r * 0.955), (r * 0.32, r * 0.32, r * 0.12), black, facing=facing)
        )
        # Closed lids hide the glints too.
        top = out(r * (1.02 - 0.5 * min(face.blink * 2, 1.0)))
        glints.append(
            sphere((top[0] - 0.21 * r, top[1] + 0.24 * r, top[2] + 0.005), 0.1 * r, glint)
        )
        glints.append(
            sphere((top[0] + 0.17 * r, top[1] - 0.2 * r, top[2] + 0.005), 0.045 * r, glint)
        )
        lids += _lids(at, r, face, own, lid, lash)
    return (
        whole(*balls, shadow=False),
        whole(*irises, shadow=False),
        whole(*glints, shadow=False, lights=0.0),
        *lids,
    )


def _lids(
    at: tuple[float, float, float],
    r: float,
    face: Face,
    own: Features,
    skin: Material,
    lash: Material,
) -> tuple[Group, Group]:
    shut = min(max(face.blink, 0.0), 1.0)
    follow = 0.45 * face.gaze[1]
    awake = _LID_OPEN - 0.16 * own.age + 0.12 * max(face.brow, 0.0) - follow
    upper = awake + (-0.36 - awake) * shut
    low = _LID_LOW + 0.1 * own.age + 0.12 * max(face.smile, 0.0) - 0.5 * follow
    lower = low + (-0.4 - low) * shut
    made: list[Group] = []
    for rim, side in ((upper, 1.0), (lower, -1.0)):
        normal = (0.0, side * math.cos(rim), -side * math.sin(rim))
        reach = 3 * r
        beyond = (at[0] - normal[0] * reach, at[1] - normal[1] * reach, at[2] - normal[2] * reach)
        shell = (
            hollow(sphere(at, r * 1.085, skin), r * 0.11),
            cut(box(beyond, (reach, reach, reach), skin, facing=along(normal)), blend=0.006),
        )
        if side > 0:
            edge = (
                torus(at, r * 1.1, r * 0.062 * own.lashes, lash, arc=1.32, facing=along(normal)),
            )
        else:
            edge = (
                torus(
                    at,
                    r * 1.09,
                    r * 0.045,
                    skin,
                    arc=1.3,
                    facing=along((0.0, math.cos(rim), -math.sin(rim))),
                ),
            )
        made.append(whole(*shell, *edge, shadow=False))
    return made[0], made[1]


def _brows(hair: Linear, face: Face, own: Features) -> Group:
    stuff = finishes.fur(finishes.mix(hair, finishes.INK, 0.25), scale=400.0, relief=0.0008)
    lift = 0.045 * face.brow + 0.02
    # Raised brows arch, drawn ones tip inwards.
    tip = 0.03 * min(face.brow, 0.0)
    thick = 0.021 * (0.55 + 0.45 * own.brow)
    points: list[Point] = []
    for x, y in ((0.07, 0.19), (0.115, 0.222), (0.165, 0.238), (0.215, 0.23), (0.262, 0.2)):
        inner = max(0.0, 1 - (x - 0.07) / 0.1)
        arch = 0.02 * max(face.brow, 0.0) * (1 - ((x - 0.165) / 0.1) ** 2)
        y_now = y + lift + tip * inner + arch
        u, v = x / 0.415, (y_now - 0.1) / 0.405
        points.append((x, y_now, -0.03 + 0.425 * math.sqrt(max(1 - u * u - v * v, 0.02))))
    radii = [thick * share for share in (0.85, 1.0, 0.95, 0.75, 0.4)]
    return whole(
        mirrored(
            tuple(
                capsule(points[n], points[n + 1], (radii[n], radii[n + 1]), stuff, blend=0.01)
                for n in range(4)
            )
        ),
        shadow=False,
    )
