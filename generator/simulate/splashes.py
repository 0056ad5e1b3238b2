"""What water does when something falls into it: drops on parabolas, and rings that run outwards.

The crown of drops leaves at about the speed of the impact and falls back under gravity; the rings
are waves of shallow height whose speed hangs on their length, sqrt(g L / 2 pi) and slower where
surface tension rules: H. Lamb, "Hydrodynamics" (1932), sections 228 and 266. Drops that fall back
are contacts on the water as the first one was.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.base import Point
from generator.simulate.balls import GRAVITY

DROPS_MAX = 160
SPEED_MIN = 0.3  # m/s; what touches the water more softly leaves a ring alone.
HEARD_MAX = 24  # Drops that are heard falling back; the rest are one rustle.
_TENSION = 7.3e-5  # Surface tension over density of water, m3/s2.
_RING_SECONDS = 1.6  # In so long the height of a ring falls to a third.
_RINGS = 3
_HALF_METRES = 0.35  # Half as high at so far from where it began.

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Splash:
    """One thing falling into still water at y = `level`.

    Attributes:
        at: Seconds of the clip.
        position: Where, metres.
        speed: m/s downwards.
        radius: Of what fell, metres.
        level: Height of the water, metres.
        starts: float64 (N, 3): where drops leave, metres.
        velocities: float64 (N, 3): how fast, m/s.
        radii: float64 (N,): of the drops, metres.
    """

    at: float
    position: Point
    speed: float
    radius: float
    level: float
    starts: Vector
    velocities: Vector
    radii: Vector

    def drops(self, at: float) -> tuple[Vector, Vector]:
        """Return centres (M, 3) and radii (M,) of the drops in the air at a time of the clip."""
        passed = at - self.at
        flying = (passed >= 0) & (passed < self.landings() - self.at)
        fall = np.array([0.0, 0.5 * GRAVITY * passed * passed, 0.0])
        centres = self.starts + self.velocities * passed - fall
        return centres[flying], self.radii[flying]

    def landings(self) -> Vector:
        """Return when each drop is back on the water, seconds of the clip, float64 (N,)."""
        climb, above = self.velocities[:, 1], self.starts[:, 1] - self.level
        return self.at + (climb + np.sqrt(climb**2 + 2 * GRAVITY * above)) / GRAVITY

    def height(self, x: Vector, z: Vector, at: float) -> Vector:
        """Return how far the rings lift the water at some points at a time, metres."""
        passed = at - self.at
        away = np.hypot(x - self.position[0], z - self.position[2])
        if passed <= 0:
            return np.zeros_like(away)
        lift = np.zeros_like(away)
        size = min(0.35 * self.radius * self.speed**0.5, 0.6 * self.radius)
        for ring in range(_RINGS):
            length = 2 * math.pi * self.radius / (1 + 0.5 * ring)
            front = celerity(length) / 2 * passed  # A group of waves runs at half their speed.
            wide = 0.7 * length + 0.12 * front
            crest = np.cos(2 * math.pi * (away - celerity(length) * passed) / length)
            lift += crest * np.exp(-(((away - front) / wide) ** 2)) / (1 + ring)
        fade = math.exp(-passed / _RING_SECONDS) * min(passed / 0.05, 1.0)
        return size * fade * lift / (1 + away / _HALF_METRES)


@dataclass(frozen=True, slots=True)
class Plop:
    """A touch on the water: seconds of the clip, where, m/s, and metres of what touched it."""

    at: float
    position: Point
    speed: float
    radius: float


def splash(
    position: Point, *, at: float, speed: float, radius: float, level: float, seed: int
) -> Splash:
    """Return what a thing stirs up that falls into water.

    Args:
        position: Where its centre meets the water, metres.
        at: Seconds of the clip.
        speed: m/s downwards, not negative.
        radius: Of the thing, metres.
        level: Height of the water.
        seed: Of the drops.
    """
    rng = np.random.default_rng((seed, 60))
    power = min(speed * radius / 0.4, 1.0)
    count = round(DROPS_MAX * power) if speed >= SPEED_MIN else 0
    around = 2 * np.pi * (np.arange(count) + rng.uniform(0, 1, count)) / max(count, 1)
    steep = rng.uniform(math.radians(48), math.radians(80), count)
    # Kinetic energy is shared out: few drops are fast.
    pace = speed * 0.75 * rng.beta(1.6, 3.0, count) + 0.25
    out = np.stack([np.cos(around), np.zeros(count), np.sin(around)], axis=1)
    starts = np.array([position[0], level, position[2]]) + 0.9 * radius * out
    velocities = pace[:, None] * (
        np.cos(steep)[:, None] * out + np.sin(steep)[:, None] * np.array([0.0, 1.0, 0.0])
    )
    radii = radius * rng.uniform(0.03, 0.11, count)
    return Splash(at, position, speed, radius, level, starts, velocities, radii)


def plops(splashed: Splash) -> tuple[Plop, ...]:
    """Return the touches on the water, the thing's own first, then the drops', in order of time."""
    own = Plop(splashed.at, splashed.position, splashed.speed, splashed.radius)
    landings = splashed.landings()
    order = np.argsort(-splashed.radii, kind="stable")[:HEARD_MAX]
    back: list[Plop] = []
    for index in order[np.argsort(landings[order], kind="stable")]:
        passed = float(landings[index]) - splashed.at
        where = splashed.starts[index] + splashed.velocities[index] * passed
        speed = GRAVITY * passed - float(splashed.velocities[index, 1])
        point = (float(where[0]), splashed.level, float(where[2]))
        back.append(Plop(float(landings[index]), point, speed, float(splashed.radii[index])))
    return (own, *back)


def celerity(length: float) -> float:
    """Return how fast waves of a length run on deep water, m/s, gravity and tension together."""
    number = 2 * math.pi / length
    return math.sqrt(GRAVITY / number + _TENSION * number)
