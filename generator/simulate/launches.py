"""How to throw so that what the prompt says comes true: at a thing, off a wall, into a hoop.

A throw is a parabola and a rebound scales its velocity, so that the speeds are closed form.
"""

import math

import numpy as np

from generator.base import Point
from generator.simulate import hoops
from generator.simulate.balls import GRAVITY, WALL_RUB, Ball, Wall
from generator.simulate.hoops import Hoop

LATER = 1.02  # A flight that touches the rim is tried again so much longer, and so higher.
FLIGHT_SECONDS_MAX = 10.0  # A throw that leaves any hall.


def reach(start: Point, target: Point, *, seconds: float) -> Point:
    """Return the velocity with which a ball is at a target after so many seconds, m/s."""
    return (
        (target[0] - start[0]) / seconds,
        (target[1] - start[1]) / seconds + GRAVITY * seconds / 2,
        (target[2] - start[2]) / seconds,
    )


def ease(start: Point, target: Point) -> float:
    """Return the seconds of the flight to a target that takes the least speed.

    Least speed squared is g (h + d) for a target h higher at a distance d; its flight lasts
    sqrt(2 d / g).
    """
    return math.sqrt(2 * max(math.dist(start, target), 1e-3) / GRAVITY)


def score(start: Point, hoop: Hoop, *, radius: float) -> Point:
    """Return the velocity of a throw that falls through a hoop without touching it, m/s.

    Args:
        start: Where the ball is let go.
        hoop: What it falls through, from above.
        radius: Of the ball.

    Returns:
        The slowest throw that clears the rim; the steepest that was tried if none does.
    """
    seconds = ease(start, hoop.centre)
    while seconds < FLIGHT_SECONDS_MAX:
        velocity = reach(start, hoop.centre, seconds=seconds)
        thrown = (np.array(start), np.array(velocity), radius, GRAVITY)
        falls = velocity[1] < GRAVITY * seconds
        if falls and hoops.rim_time(hoop, *thrown, seconds) == math.inf:
            return velocity
        seconds *= LATER
    return reach(start, hoop.centre, seconds=seconds)


def bank(ball: Ball, wall: Wall, target: Point, *, seconds: float) -> Point:
    """Return the velocity with which a ball reaches a target after one rebound off a wall, m/s.

    Args:
        ball: Where it starts, and its radius and restitution.
        wall: What it rebounds from; the target is before it.
        target: Where its centre is to be.
        seconds: From the throw to the wall.
    """
    x, y, z = ball.position
    towards = (wall.z + ball.radius - z) / seconds
    back = -ball.restitution * wall.restitution * towards
    after = (target[2] - wall.z - ball.radius) / back
    across = (target[0] - x) / (seconds + WALL_RUB * after)
    # y + v t - g t^2 / 2 + rub (v - g t) a - g a^2 / 2 is the target's height.
    fallen = GRAVITY * (seconds**2 / 2 + WALL_RUB * seconds * after + after**2 / 2)
    climb = (target[1] - y + fallen) / (seconds + WALL_RUB * after)
    return across, climb, towards
