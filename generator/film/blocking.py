"""Where things stand on a set: large ones behind, small ones on a table, none in anyone's way.

A set is blocked over all shots of its place at once, in the order things are first named, so that a
thing stands where it stood after a cut.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from generator.base import Prop
from generator.film import groups, shapes
from generator.film.casting import SEATS
from generator.film.places import furniture
from generator.film.places.sets import Place
from generator.film.props import catalogue
from generator.film.props.catalogue import PROPS
from generator.film.scenes import Group
from generator.film.shapes import Pose
from generator.simulate.world import World

FLYING = ("ball", "basketball", "football")  # The simulation moves these.
WALK_PACE = 0.55  # Body lengths a second.
STRIDE_TURN = 5.2  # Radians of a walk for each body length.
_SMALL, _LARGE = 0.36, 1.75  # Metres high; metres across.
_FLOOR = frozenset({"bucket", "basket", "drum", "pumpkin", "mushroom", "fish", "duck", "bird",
                    "butterfly", "tennis_ball", "watermelon"})  # fmt: skip
_TABLE_HEIGHT = 0.72
_TABLE_SPOTS: tuple[tuple[float, float], ...] = (
    (0.0, 0.02),
    (-0.3, -0.1),
    (0.3, -0.1),
    (0.05, -0.3),
    (-0.2, 0.24),
    (0.26, 0.22),
)
_NEAR: tuple[tuple[float, float], ...] = (
    (1.55, -1.35), (-1.75, -1.6), (2.6, -1.5), (-2.75, -1.5), (0.45, -1.9), (-0.75, -2.0),
    (1.75, -2.4), (-1.9, -2.6), (3.4, -2.0), (-3.5, -2.0), (0.0, -2.8), (2.9, -2.7), (-3.0, -2.8),
    (3.9, -1.2), (-4.0, -1.3),
)  # fmt: skip
_BARE: tuple[tuple[float, float], ...] = (
    (0.0, -0.5), (1.15, -0.9), (-1.2, -0.9), (2.1, -1.3), (-2.2, -1.3), *_NEAR,
)  # fmt: skip
_FAR: tuple[tuple[float, float], ...] = (
    (1.9, -2.5), (-2.1, -2.6), (3.8, -3.0), (-4.0, -3.0), (0.0, -3.6), (5.6, -3.2), (-5.8, -3.4),
    (2.6, -5.2), (-2.8, -5.4), (6.4, -6.0), (-6.6, -6.2), (0.2, -7.0),
)  # fmt: skip
_SEAT_ROOM = 0.4  # Metres round a figure that stay free.
_AFLOAT: dict[str, tuple[float, float, float]] = {
    "harbour": (-2.6, -0.62, -8.4),
    "beach": (1.2, -0.15, -12.0),
}
_INDOORS_HIGH, _INDOORS_WIDE = 2.3, 2.6  # Metres; larger things come as their models.


# What goes by itself, and its speed in m/s: that at which `props` turns its wheels.
GOING: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "car": ("drive", 1.32), "bus": ("drive", 1.5), "bicycle": ("drive", 1.7),
        "scooter": ("drive", 0.84), "train": ("drive", 1.2), "boat": ("sail", 0.5),
        "bird": ("fly", 0.9), "butterfly": ("fly", 0.35), "aeroplane": ("fly", 2.2),
        "kite": ("fly", 0.1), "balloon": ("fly", 0.12),
    }
)  # fmt: skip
_FLIES_AT: Mapping[str, float] = MappingProxyType(
    {"bird": 1.5, "butterfly": 1.2, "aeroplane": 3.2, "kite": 0.0, "balloon": 0.3}
)  # Metres.


@dataclass(frozen=True, slots=True)
class Stood:
    """A thing in its place; one that goes sets out from there at a second of the clip."""

    prop: Prop
    pose: Pose
    goes_from: float | None = None


@dataclass(frozen=True, slots=True)
class Blocking:
    """The things of a set, and the tables that were brought for small ones."""

    things: dict[tuple[str, tuple[int, int, int], int], Stood]
    tables: tuple[Group, ...]


def block(world: World, place_name: str, place: Place) -> Blocking:
    """Return where everything stands that any shot of a place names."""
    wanted: dict[tuple[str, tuple[int, int, int], int], tuple[Prop, float]] = {}
    seats = 0
    for index, shot in enumerate(world.shots):
        if shot.place != place_name:
            continue
        seats = max(seats, len(shot.cast))
        for prop in shot.props:
            for number in range(prop.count if prop.kind not in FLYING else 0):
                wanted.setdefault((prop.kind, prop.colour, number), (prop, world.starts[index]))
    taken: list[tuple[float, float, float]] = [(x, z, _SEAT_ROOM) for x, z in SEATS[:seats]]
    rng = np.random.default_rng((world.seed, 31))
    things: dict[tuple[str, tuple[int, int, int], int], Stood] = {}
    small = [key for key in wanted if _small(key[0])]
    # Large things first: what is small finds room between them.
    for key in sorted((key for key in wanted if key not in small), key=lambda key: -_width(key[0])):
        prop, since = wanted[key]
        things[key] = _stand(prop, since, place, place_name, taken, rng, bare=seats == 0)
    tables: tuple[Group, ...] = ()
    if small:
        top, tables = _table(things, taken, place, bare=seats == 0)
        for number, key in enumerate(small):
            x, z = _TABLE_SPOTS[number % len(_TABLE_SPOTS)]
            lift = 0.2 * (number // len(_TABLE_SPOTS))
            at = shapes.point(top, (x, lift, z))
            yaw = float(rng.uniform(-0.5, 0.5))
            things[key] = Stood(wanted[key][0], shapes.pose(at, yaw=yaw))
    return Blocking(things, tables)


def build(stood: Stood, *, at: float, number: int) -> tuple[Group, ...]:
    """Return the groups of a thing at a second of the clip, in the world, with an id."""
    prop, pose, stride, seconds = stood.prop, stood.pose, None, at
    if stood.goes_from is not None:
        length, since = PROPS[prop.kind].size[2], max(at - stood.goes_from, 0.0)
        way = since * _pace(prop)
        pose = Pose(shapes.point(pose, (0.0, 0.0, way / pose.scale)), pose.turn, pose.scale)
        stride = way / (length * pose.scale) * STRIDE_TURN if prop.action == "walk" else None
    elif GOING.get(prop.kind, ("", 0.0))[0] == "drive":
        seconds = 0.0  # The wheels of what is parked stand still.
    made = catalogue.build(prop.kind, colour=prop.colour, seconds=seconds, stride=stride)
    return groups.put(made, pose, number=number)


def moves(stood: Stood) -> bool:
    """Say whether a thing looks different at different times."""
    parked = GOING.get(stood.prop.kind, ("", 0.0))[0] == "drive"
    return stood.goes_from is not None or (bool(PROPS[stood.prop.kind].moves) and not parked)


def _pace(prop: Prop) -> float:
    """Return metres a second of what goes by itself."""
    if prop.action == "walk":
        return WALK_PACE * PROPS[prop.kind].size[2]
    return GOING[prop.kind][1]


def _width(kind: str) -> float:
    size = PROPS[kind].size
    return max(size[0], size[2])


def _small(kind: str) -> bool:
    prop = PROPS[kind]
    low = prop.size[1] < _SMALL or kind in ("bottle", "flower", "vase", "radio", "clock", "globe")
    return low and _width(kind) < 0.5 and kind not in _FLOOR and not prop.lift and not prop.walker


def _stand(
    prop: Prop,
    since: float,
    place: Place,
    place_name: str,
    taken: list[tuple[float, float, float]],
    rng: np.random.Generator,
    *,
    bare: bool,
) -> Stood:
    kind = PROPS[prop.kind]
    yaw = float(rng.uniform(-0.45, 0.45))
    if prop.kind == "boat" and place_name in _AFLOAT:
        pose = shapes.pose(_AFLOAT[place_name], yaw=1.35 + 0.5 * yaw)
        return Stood(prop, pose, since if prop.action else None)
    scale = 1.0
    if place.indoors:
        scale = min(1.0, _INDOORS_HIGH / kind.size[1], _INDOORS_WIDE / _width(prop.kind))
    width, depth = kind.size[0] * scale, kind.size[2] * scale
    if depth > _LARGE and depth > width:
        # What is long shows its side.
        yaw += math.pi / 2 - 0.5
        width, depth = depth, width
    if prop.action:
        row = _free_row(taken) - max(width, depth) * 0.25
        long = kind.size[2] * scale
        high = _FLIES_AT.get(prop.kind, 0.0) if prop.action == "fly" else 0.0
        pose = shapes.pose((-1.4 - 0.4 * long, high, row), yaw=math.pi / 2, scale=scale)
        return Stood(prop, pose, goes_from=since)
    reach = 0.42 * math.hypot(width, depth)
    spots = _FAR if max(width, depth) * 1.0 > _LARGE else (_BARE if bare else _NEAR)
    x, z = _spot(spots, reach, width, depth, place, taken)
    taken.append((x, z, reach))
    return Stood(prop, shapes.pose((x, kind.lift, z), yaw=yaw, scale=scale))


def _free_row(taken: list[tuple[float, float, float]]) -> float:
    """Return a z for one more walker, each a little further back."""
    row = -1.5 - 0.7 * sum(reach == 0.0 for _, _, reach in taken)
    taken.append((0.0, row, 0.0))
    return row


def _spot(
    spots: tuple[tuple[float, float], ...],
    reach: float,
    width: float,
    depth: float,
    place: Place,
    taken: list[tuple[float, float, float]],
) -> tuple[float, float]:
    """Return the first spot with room; if there is none, the one with the most."""
    best, most = spots[0], -math.inf
    for x, z in spots:
        back = z - max(depth / 2 - 0.4, 0.0) if depth > _LARGE else z
        back = max(back, 0.52 * depth - place.depth)
        side = min(max(x, width / 2 - place.half), place.half - width / 2)
        room = min(
            (math.hypot(side - a, back - b) - reach - c for a, b, c in taken), default=math.inf
        )
        if room > 0:
            return side, back
        if room > most:
            best, most = (side, back), room
    return best


def _table(
    things: dict[tuple[str, tuple[int, int, int], int], Stood],
    taken: list[tuple[float, float, float]],
    place: Place,
    *,
    bare: bool,
) -> tuple[Pose, tuple[Group, ...]]:
    """Return the top of the table that was asked for, else of one that is brought."""
    for stood in things.values():
        if stood.prop.kind == "table":
            x, y, z = stood.pose.at
            return shapes.pose((x, y + PROPS["table"].size[1] * stood.pose.scale, z)), ()
    x, z = _spot(((0.0, -0.5), *_NEAR) if bare else _NEAR, 0.5, 0.9, 0.9, place, taken)
    taken.append((x, z, 0.5))
    table = furniture.table(
        x, z, half=(0.48, 0.48), height=_TABLE_HEIGHT, tone=(150, 104, 66), round_=True
    )
    return shapes.pose((x, _TABLE_HEIGHT + 0.025, z)), table
