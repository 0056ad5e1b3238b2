"""What a place is, as data, and the little geometry that all places are built with."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from generator.base import Point
from generator.film import shapes
from generator.film.materials import Linear, Material
from generator.film.scenes import SHAPES_PER_GROUP_MAX, Group, Light, Plane, Terrain
from generator.film.shapes import Pose, Shape

Piece: TypeAlias = tuple[Group, ...]
Rng: TypeAlias = np.random.Generator

PLACE_ID = 1  # What the id pass calls everything that belongs to a place.
STAGE_BACK, STAGE_FRONT, STAGE_SIDE = -1.5, 1.2, 2.4  # Metres that every place leaves free.


@dataclass(frozen=True, slots=True)
class Wall:
    """A side of a room that a camera behind it sees through: on film, a wild wall.

    The camera is in front where normal . eye > offset.
    """

    groups: tuple[Group, ...]
    normal: Point
    offset: float


@dataclass(frozen=True, slots=True)
class Place:
    """A dressed set.

    Attributes:
        groups: What always stands.
        pieces: Dressing; each piece gives way to what was asked for and to the lens.
        walls: Sides of a room.
        planes: The floor (first) and other planes.
        terrain: Instead of a floor.
        lamps: Its own lamps, at full power; at most 8.
        ground: What lies under the feet where there is no plane or terrain to say it.
        hills: As in scenes.Sky.
        skyline: As in scenes.Sky.
        far: Colour of what is far, as by daylight.
        indoors: Whether rain, snow and sun stay outside.
        open: Factor on the exposure, as a camera would choose it there.
        depth: Metres behind the middle in which things may stand.
        half: Metres to each side in which they may.
        haze: Metres of air count so many times.
    """

    groups: tuple[Group, ...]
    pieces: tuple[Piece, ...] = ()
    walls: tuple[Wall, ...] = ()
    planes: tuple[Plane, ...] = ()
    terrain: Terrain | None = None
    lamps: tuple[Light, ...] = ()
    hills: float = 0.0
    skyline: float = 0.0
    far: Linear = (0.1, 0.14, 0.17)
    indoors: bool = False
    haze: float = 1.0
    open: float = 1.0
    depth: float = 30.0
    half: float = 30.0


def floor(material: Material, *, height: float = 0.0) -> Plane:
    """Return the ground as a plane."""
    return Plane((0.0, 1.0, 0.0), height, material, PLACE_ID)


def sea(material: Material, *, shore: float, fall: float = 0.004) -> Plane:
    """Return water from z = `shore` to the horizon.

    It is tilted by a hair, so that before the shore it lies under the ground.
    """
    size = math.hypot(1.0, fall)
    return Plane((0.0, 1 / size, fall / size), fall * shore / size, material, PLACE_ID)


def group(parts: Iterable[Shape], at: Pose = Pose()) -> Group:  # noqa: B008 - frozen.
    """Return a group of a place; its glow does not take one of the scene's lights."""
    whole = tuple(parts)
    assert len(whole) <= SHAPES_PER_GROUP_MAX
    return Group(whole, at, PLACE_ID, lights=False)


def put(groups: Iterable[Group], x: float, z: float, *, yaw: float = 0.0, y: float = 0.0) -> Piece:
    """Return groups moved to a spot and turned there."""
    by = shapes.pose((x, y, z), yaw=yaw)
    return tuple(replace(item, pose=shapes.placed(by, item.pose)) for item in groups)


def lamp(
    at: Point, colour: Linear, power: float, *, radius: float = 0.12, shadow: bool = False
) -> Light:
    """Return a lamp of a tint whose strongest channel gives `power` at one metre.

    One lamp of a place may throw shadows: each that does costs as much as the sun.
    """
    top = max(colour)
    tint = (colour[0] / top * power, colour[1] / top * power, colour[2] / top * power)
    return Light(at, tint, radius, shadow=shadow)


def spread(rng: Rng, low: float, high: float) -> float:
    """Return one draw between two bounds."""
    return float(rng.uniform(low, high))
