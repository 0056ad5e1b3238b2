"""Props and the dressing of sets, in solids."""

import numpy as np

from generator.base import Colour
from generator.render.lights import Linear, linear, mix, scaled
from generator.render.solids import Paint, Pattern, Solid, Vector, ball, block, limb
from generator.simulate.world import Placed

_BARK: Linear = (0.14, 0.08, 0.045)
_IRON: Linear = (0.06, 0.065, 0.075)


def ball_paint(kind: str, colour: Colour, axes: Vector) -> Paint:
    """Return how a ball is painted; `axes` (rows) are its own, turning with it."""
    own = linear(colour)
    if kind == "basketball":
        return Paint(own, (0.02, 0.016, 0.014), Pattern.BASKETBALL, gloss=0.14, turn=axes)
    if kind == "football":
        return Paint(own, (0.025, 0.025, 0.03), Pattern.FOOTBALL, gloss=0.3, turn=axes)
    pale = mix(own, (0.86, 0.84, 0.78), 0.42) if sum(own) < 1.9 else scaled(own, 0.45)
    return Paint(own, pale, Pattern.BEACHBALL, gloss=0.4, soft=0.25, turn=axes)


def build(thing: Placed) -> list[Solid]:
    """Return the solids of a prop that stands still."""
    return _BUILDERS[thing.kind](thing)


def _crate(thing: Placed) -> list[Solid]:
    own = linear(thing.colour)
    half = 0.3 * thing.scale
    paint = Paint(own, scaled(own, 0.4), Pattern.PLANKS, gloss=0.06)
    frame = Paint(scaled(own, 0.7), gloss=0.06)
    solids: list[Solid] = [
        block(
            (thing.x, half, thing.z), (half * 0.96, half * 0.96, half * 0.96), paint, yaw=thing.yaw
        )
    ]
    cos, sin = float(np.cos(thing.yaw)), float(np.sin(thing.yaw))
    for x in (-1.0, 1.0):
        for z in (-1.0, 1.0):
            dx, dz = x * half * 0.9, z * half * 0.9
            at = (thing.x + cos * dx + sin * dz, half, thing.z - sin * dx + cos * dz)
            solids.append(block(at, (half * 0.13, half, half * 0.13), frame, yaw=thing.yaw))
    return solids


def _tree(thing: Placed) -> list[Solid]:
    rng = np.random.default_rng(int(abs(thing.x) * 1000) + 17)
    leaf = linear(thing.colour)
    paint = Paint(leaf, scaled(leaf, 0.45), Pattern.MOTTLED, gloss=0.03, soft=0.5)
    bark = Paint(_BARK, scaled(_BARK, 0.6), Pattern.MOTTLED, gloss=0.02)
    tall = 2.7 * thing.scale
    foot, fork = np.array([thing.x, 0.0, thing.z]), np.array([thing.x + 0.08, tall * 0.5, thing.z])
    solids: list[Solid] = [limb(foot, fork, 0.15, 0.1, bark)]
    for index in range(7):
        turn, out = index * 2.4, 0.13 * tall * (0.4 + 0.6 * float(rng.random()))
        solids.append(
            ball(
                thing.x + 2.1 * out * float(np.cos(turn)),
                tall * (0.62 + 0.3 * float(rng.random())),
                thing.z + 1.6 * out * float(np.sin(turn)),
                tall * float(rng.uniform(0.15, 0.22)),
                paint,
            )
        )
    return solids


def pine(x: float, z: float, tall: float, colour: Linear) -> list[Solid]:
    """Return a fir: a trunk and three cones."""
    paint = Paint(colour, scaled(colour, 0.5), Pattern.MOTTLED, gloss=0.02, soft=0.4)
    bark = Paint(_BARK, gloss=0.02)
    solids: list[Solid] = [
        limb(np.array([x, 0.0, z]), np.array([x, tall * 0.3, z]), 0.09, 0.08, bark)
    ]
    for low, high, wide in ((0.26, 0.6, 0.19), (0.45, 0.8, 0.15), (0.64, 0.97, 0.1)):
        a, b = np.array([x, low * tall, z]), np.array([x, high * tall, z])
        solids.append(limb(a, b, wide * tall, 0.015 * tall, paint))
    return solids


def trunk(x: float, z: float, thick: float, colour: Linear) -> list[Solid]:
    """Return the trunk of a tall tree that leaves the picture at the top."""
    paint = Paint(colour, scaled(colour, 0.45), Pattern.MOTTLED, gloss=0.02)
    top = np.array([x + 0.15 * thick * np.sin(7 * x), 7.0, z])
    low = np.array([x, 0.0, z])
    return [
        limb(low, top, thick, thick * 0.7, paint),
        limb(low, low + np.array([0.0, 0.35, 0.0]), thick * 1.5, thick, paint),
    ]


def _bench(thing: Placed) -> list[Solid]:
    wood, iron = Paint(linear(thing.colour), gloss=0.1), Paint(_IRON, gloss=0.3)
    x, z = thing.x, thing.z
    return [
        block((x, 0.43, z + 0.1), (0.72, 0.025, 0.085), wood, bevel=0.015),
        block((x, 0.43, z - 0.1), (0.72, 0.025, 0.085), wood, bevel=0.015),
        block((x, 0.68, z - 0.24), (0.72, 0.07, 0.022), wood, bevel=0.015),
        block((x, 0.86, z - 0.26), (0.72, 0.05, 0.022), wood, bevel=0.015),
        block((x - 0.58, 0.21, z), (0.03, 0.21, 0.17), iron, bevel=0.015),
        block((x + 0.58, 0.21, z), (0.03, 0.21, 0.17), iron, bevel=0.015),
    ]


def _lamp(thing: Placed) -> list[Solid]:
    iron = Paint(linear(thing.colour), gloss=0.35)
    glow = Paint((1.0, 0.74, 0.36), glow=2.2)
    top = 2.5 * thing.scale
    foot, head = np.array([thing.x, 0.0, thing.z]), np.array([thing.x, top, thing.z])
    rise = np.array([0.0, 0.1, 0.0])
    return [
        limb(foot, foot + rise, 0.13, 0.07, iron),
        limb(foot, head, 0.045, 0.035, iron),
        ball(thing.x, top + 0.15, thing.z, 0.17, glow),
        limb(head + 3.1 * rise, head + 3.4 * rise, 0.1, 0.03, iron),
    ]


def _rock(thing: Placed) -> list[Solid]:
    own = linear(thing.colour)
    paint = Paint(own, scaled(own, 0.5), Pattern.MOTTLED, gloss=0.03)
    x, z, size = thing.x, thing.z, thing.scale
    low, high = np.array([x - 0.2, 0.1, z]), np.array([x + 0.25, 0.16, z + 0.05])
    return [
        limb(low, high, 0.26 * size, 0.32 * size, paint),
        ball(x + 0.52, 0.1, z + 0.2, 0.19 * size, paint),
        ball(x - 0.02, 0.3, z - 0.12, 0.24 * size, paint),
    ]


def _table(thing: Placed) -> list[Solid]:
    wood = Paint(linear(thing.colour), gloss=0.18)
    x, z = thing.x, thing.z
    solids: list[Solid] = [block((x, 0.72, z), (0.62, 0.03, 0.4), wood, bevel=0.02)]
    for side in (-0.54, 0.54):
        for end in (-0.32, 0.32):
            foot = np.array([x + side, 0.0, z + end])
            solids.append(limb(foot, foot + np.array([0.0, 0.7, 0.0]), 0.028, 0.04, wood))
    cup = Paint((0.75, 0.74, 0.70), gloss=0.4)
    base = np.array([x + 0.2, 0.76, z + 0.05])
    solids.append(limb(base, base + np.array([0.0, 0.07, 0.0]), 0.045, 0.055, cup))
    return solids


def _cone(thing: Placed) -> list[Solid]:
    paint = Paint(linear(thing.colour), (0.8, 0.8, 0.78), gloss=0.2)
    white = Paint((0.78, 0.78, 0.76), gloss=0.2)
    foot = np.array([thing.x, 0.03, thing.z])
    up = np.array([0.0, 1.0, 0.0])
    return [
        block((thing.x, 0.02, thing.z), (0.19, 0.02, 0.19), paint, yaw=thing.yaw, bevel=0.01),
        limb(foot, foot + 0.48 * up, 0.13, 0.025, paint),
        limb(foot + 0.19 * up, foot + 0.29 * up, 0.097, 0.076, white),
    ]


def _balloon(thing: Placed) -> list[Solid]:
    own = linear(thing.colour)
    paint = Paint(own, gloss=0.6, soft=0.4)
    height = 1.75 * thing.scale
    low = np.array([thing.x, height, thing.z])
    string = Paint((0.6, 0.6, 0.6))
    return [
        limb(low + np.array([0.0, 0.12, 0.0]), low - np.array([0.0, 0.06, 0.0]), 0.2, 0.12, paint),
        limb(
            low - np.array([0.0, 0.2, 0.0]),
            np.array([thing.x + 0.05, 0.0, thing.z]),
            0.006,
            0.006,
            string,
        ),
    ]


def _parasol(thing: Placed) -> list[Solid]:
    own = linear(thing.colour)
    pale: Linear = (0.82, 0.80, 0.74)
    pole = Paint((0.55, 0.52, 0.46), gloss=0.2)
    foot, top = np.array([thing.x, 0.0, thing.z]), np.array([thing.x + 0.15, 2.15, thing.z])
    solids: list[Solid] = [limb(foot, top, 0.028, 0.025, pole)]
    for index in range(10):
        turn = index * 2 * np.pi / 10
        rim = top + np.array([0.95 * np.cos(turn), -0.42, 0.95 * np.sin(turn)])
        paint = Paint(own if index % 2 else pale, gloss=0.05, soft=0.5)
        solids.append(limb(top, rim, 0.05, 0.25, paint))
    return solids


def _cactus(thing: Placed) -> list[Solid]:
    own = linear(thing.colour)
    paint = Paint(own, scaled(own, 0.6), Pattern.MOTTLED, gloss=0.08, soft=0.2)
    x, z, tall = thing.x, thing.z, 1.5 * thing.scale
    solids: list[Solid] = [limb(np.array([x, 0.0, z]), np.array([x, tall, z]), 0.16, 0.14, paint)]
    for side, low, high in ((-0.42, 0.4, 0.85), (0.4, 0.55, 1.0)):
        elbow = np.array([x + side, low * tall + 0.08, z])
        solids.append(limb(np.array([x, low * tall, z]), elbow, 0.1, 0.1, paint))
        solids.append(limb(elbow, np.array([x + side, high * tall, z]), 0.1, 0.085, paint))
    return solids


_BUILDERS = {
    "crate": _crate, "tree": _tree, "bench": _bench, "lamp": _lamp, "rock": _rock,
    "table": _table, "cone": _cone, "balloon": _balloon, "parasol": _parasol, "cactus": _cactus,
}  # fmt: skip

KINDS: tuple[str, ...] = tuple(_BUILDERS)
