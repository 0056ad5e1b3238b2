"""The solids everything is built of, and how their surface is painted."""

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from generator.render.lights import Linear

Vector = NDArray[np.float64]


class Pattern(Enum):
    """What is painted on a solid, in its own frame."""

    PLAIN = auto()
    MOTTLED = auto()
    BASKETBALL = auto()
    FOOTBALL = auto()
    BEACHBALL = auto()
    FACE = auto()
    PLANKS = auto()


@dataclass(frozen=True, slots=True)
class Paint:
    """A surface.

    Attributes:
        colour: Linear, 0..1.
        second: The pattern's other colour.
        pattern: What is painted.
        gloss: Strength of the highlight, 0..1.
        soft: How far light creeps round the shadow edge, 0..1: skin, leaves.
        glow: Light given off, in units of `colour`.
        turn: Rows are the solid's axes in the world; None where no pattern needs them.
        mood: What a face does: mouth open 0..1, eyes shut 0..1.
    """

    colour: Linear
    second: Linear = (0.03, 0.03, 0.03)
    pattern: Pattern = Pattern.PLAIN
    gloss: float = 0.12
    soft: float = 0.15
    glow: float = 0.0
    turn: Vector | None = None
    mood: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Limb:
    """A round cone: the hull of two spheres, metres; a sphere where both ends are one point."""

    a: Vector
    b: Vector
    radius_a: float
    radius_b: float
    paint: Paint


@dataclass(frozen=True, slots=True)
class Block:
    """A box with rounded edges: centre, half sizes, the box's axes as rows, metres."""

    centre: Vector
    half: Vector
    axes: Vector
    bevel: float
    paint: Paint


Solid = Limb | Block


def ball(x: float, y: float, z: float, radius: float, paint: Paint) -> Limb:
    """Return a sphere."""
    centre = np.array([x, y, z])
    return Limb(centre, centre, radius, radius, paint)


def limb(a: Vector, b: Vector, radius_a: float, radius_b: float, paint: Paint) -> Limb:
    """Return a round cone between two points."""
    return Limb(a, b, radius_a, radius_b, paint)


def block(
    centre: tuple[float, float, float],
    half: tuple[float, float, float],
    paint: Paint,
    *,
    yaw: float = 0.0,
    bevel: float = 0.02,
) -> Block:
    """Return a box turned about the vertical."""
    return Block(np.array(centre), np.array(half), turned(yaw), bevel, paint)


def turned(yaw: float) -> Vector:
    """Return the axes (rows) of something turned by `yaw` radians about y; 0 looks to +z."""
    cos, sin = float(np.cos(yaw)), float(np.sin(yaw))
    return np.array([[cos, 0.0, -sin], [0.0, 1.0, 0.0], [sin, 0.0, cos]])
