"""A basketball hoop: a ring that a ball falls through or rebounds from, before a board."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RIM_METRES = 0.009  # Half the thickness of the ring.
NET_KEEPS = (0.35, 0.72, 0.35)  # Of a ball's velocity, what the net leaves along x, y, z.
_STEP_SECONDS = 0.002  # A ball crosses less than a rim's thickness in it.
_ROOT_SECONDS = 1e-10

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hoop:
    """A level ring; `centre` and `radius` in metres; `restitution` of the rim, 0..1."""

    centre: tuple[float, float, float]
    radius: float
    restitution: float


def net_time(
    hoop: Hoop, position: Vector, velocity: Vector, radius: float, gravity: float
) -> float:
    """Return the seconds until a flying ball falls through the ring; infinite if it does not.

    Args:
        hoop: The ring.
        position: Centre of the ball, metres.
        velocity: Metres a second.
        radius: Of the ball.
        gravity: Metres a second squared, downwards.
    """
    climb, above = float(velocity[1]), float(position[1]) - hoop.centre[1]
    inside = climb * climb + 2 * gravity * above
    if inside <= 0:
        return math.inf
    passed = (climb + math.sqrt(inside)) / gravity
    if passed <= 1e-9:
        return math.inf
    across = position + velocity * passed
    miss = math.hypot(across[0] - hoop.centre[0], across[2] - hoop.centre[2])
    return passed if miss <= hoop.radius - radius else math.inf


def rim_time(
    hoop: Hoop, position: Vector, velocity: Vector, radius: float, gravity: float, until: float
) -> float:
    """Return the seconds until a flying ball touches the ring, at most `until`; else infinite."""
    steps = np.arange(1, max(int(until / _STEP_SECONDS), 1) + 1, dtype=np.float64)
    passed = np.asarray(steps * _STEP_SECONDS, np.float64)
    gaps = _gap(hoop, position, velocity, radius, gravity, passed)
    near = np.flatnonzero(gaps < 0)
    start = float(_gap(hoop, position, velocity, radius, gravity, np.zeros(1))[0])
    if not len(near) or start < 0:
        return math.inf
    low, high = float(passed[near[0]]) - _STEP_SECONDS, float(passed[near[0]])
    while high - low > _ROOT_SECONDS:
        middle = (low + high) / 2
        if _gap(hoop, position, velocity, radius, gravity, np.array([middle]))[0] < 0:
            high = middle
        else:
            low = middle
    # The earlier end of the bracket: there the ball is not yet inside the ring.
    return low


def rim_point(hoop: Hoop, position: Vector) -> Vector:
    """Return the point of the ring that is nearest to a ball, float64 (3,)."""
    away = np.array([position[0] - hoop.centre[0], 0.0, position[2] - hoop.centre[2]])
    size = float(np.linalg.norm(away))
    side = away / size if size > 1e-9 else np.array([1.0, 0.0, 0.0])
    return np.array(hoop.centre) + hoop.radius * side


def _gap(
    hoop: Hoop, position: Vector, velocity: Vector, radius: float, gravity: float, passed: Vector
) -> Vector:
    """Return how far a ball's skin is from the ring after some times, metres."""
    x = position[0] + velocity[0] * passed - hoop.centre[0]
    y = position[1] + velocity[1] * passed - gravity / 2 * passed**2 - hoop.centre[1]
    z = position[2] + velocity[2] * passed - hoop.centre[2]
    return np.hypot(np.hypot(x, z) - hoop.radius, y) - radius - RIM_METRES
