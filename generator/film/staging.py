"""From a world to takes: the set of each shot dressed, lit and cleared, and what moves on it.

A set is built once for all shots that share place, light and weather. What stands before the lens
of a shot, or where something was asked for, is left out of it: dressing gives way.
"""

import functools
import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from generator import objects
from generator.base import Shot
from generator.film import blocking, cameras, casting, groups, lights, scenes, shapes, weathers
from generator.film.blocking import Blocking, Stood
from generator.film.cameras import Thing
from generator.film.lights import Lighting
from generator.film.places import catalogue as places
from generator.film.places.sets import Piece, Place
from generator.film.props import catalogue as props
from generator.film.scenes import Group, Light, Scene, Take, Weather
from generator.film.shapes import Pose
from generator.simulate.cameras import View
from generator.simulate.world import Thrown, World

LAMPS_MAX = 8  # Of a place; the rest of the scene's lights is for what was asked for.
_NEAR_LENS = 0.7  # Metres round the lens that stay free.
_CLEAR = 0.62  # Share of the frame's width before the subject that stays free.
_TOGETHER = {"close": 0.8, "medium": 2.4}  # Metres: things so close are one picture.
_GONE = 1.2  # Metres that what goes by itself has gone when it is framed.
_KEY_METRES = 2.6  # From the subject to its soft light.
_LOOKS = (0.0, 0.25, 0.5, 0.75, 1.0)  # Shares of a shot at which its way of sight is checked.

RECALLED_MAX = 256  # Things of some dozen moments.
_DIGITS = 9  # Of seconds.

Made = TypeVar("Made")
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Set:
    """A place under a light and in a weather, and what was asked for on it."""

    place: Place
    lighting: Lighting
    weather: Weather
    blocked: Blocking


@dataclass(frozen=True, slots=True)
class Staged:
    """A shot made ready: its set, and all of it that stands still."""

    set: Set
    still: tuple[Group, ...]
    moving: tuple[tuple[Stood, int], ...]
    numbers: Mapping[objects.Key, int]


@dataclass(slots=True)
class Recall:
    """What was made for the last moments: the frame after asks for its past again.

    Threads may make the same thing twice; what they make is the same.
    """

    made: dict[Hashable, Any] = field(default_factory=dict[Hashable, Any])

    def of(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made under a key, or make it."""
        found = self.made.get(key)
        if found is None:
            found = make()
            if len(self.made) >= RECALLED_MAX:
                self.made.clear()
            self.made[key] = found
        return found


@dataclass(frozen=True, slots=True)
class Production:
    """A world ready to be shot."""

    world: World
    aspect: float
    fps: float
    things: Mapping[int, Thing]
    shots: tuple[Staged, ...]
    recall: Recall = field(default_factory=Recall, compare=False)

    def view(self, world: World, shot: int, at: float, *, aspect: float) -> View:
        """Return the camera of a shot at a time, for picture and sound."""
        return self.recall.of(
            ("view", shot, at, aspect),
            lambda: cameras.view(world, shot, at, aspect=aspect, things=self.things),
        )


def produce(
    world: World,
    *,
    aspect: float,
    fps: float,
    numbers: Mapping[objects.Key, int] | None = None,
) -> Production:
    """Return the sets of a world's shots, built, blocked and cleared.

    Args:
        world: Who and what is where.
        aspect: Width over height of a frame.
        fps: Frames a second.
        numbers: Those of the id pass; None: those of the world's own shots.
    """
    numbers = objects.numbers(world.shots) if numbers is None else numbers
    built: dict[tuple[str, str, str], Set] = {}
    for shot in world.shots:
        key = (shot.place, shot.light, shot.weather)
        if key not in built:
            built[key] = _set(world, shot)
    sets = [built[shot.place, shot.light, shot.weather] for shot in world.shots]
    things = {
        index: thing
        for index, shot in enumerate(world.shots)
        if (thing := _shown(shot, sets[index].blocked)) is not None
    }
    view = functools.partial(cameras.view, world, aspect=aspect, things=things)
    shots = tuple(
        _staged(world, index, sets[index], numbers, view) for index in range(len(world.shots))
    )
    return Production(world, aspect, fps, things, shots)


def take(production: Production, at: float) -> Take:
    """Return the take of a second of the clip."""
    world, recall = production.world, production.recall
    shot = world.shot_at(at)
    # Before a cut there is another shot: at its first frame nothing has moved yet. Times are
    # rounded so that the past of a frame is the very moment of the frame before.
    at = round(at, _DIGITS)
    before = round(max(at - 1 / production.fps, world.starts[shot]), _DIGITS)
    staged, board = production.shots[shot], world.shots[shot]
    now = _camera(production, shot, at)
    then = _camera(production, shot, before)
    things = [*staged.still]
    for index, (stood, number) in enumerate(staged.moving):
        now_then = [
            recall.of(
                ("thing", shot, index, when),
                functools.partial(blocking.build, stood, at=when, number=number),
            )
            for when in (at, before)
        ]
        things += groups.followed(*now_then)
    for role in board.cast:
        number = staged.numbers[objects.role_key(role)]
        now_then = [
            recall.of(
                ("role", shot, role.name, when),
                functools.partial(casting.build, world, shot, role, at=when, number=number),
            )
            for when in (at, before)
        ]
        things += groups.followed(*now_then)
    for thrown in world.thrown:
        if shot in thrown.shots:
            things += _ball(world, thrown, at, before, staged.numbers)
    set_, view = staged.set, production.view(world, shot, at, aspect=production.aspect)
    lamps = tuple(
        replace(lamp, colour=_times(lamp.colour, set_.lighting.lamps))
        for lamp in set_.place.lamps[:LAMPS_MAX]
    )
    scene = Scene(
        tuple(things),
        planes=set_.place.planes,
        terrain=set_.place.terrain,
        lights=(*lamps, *set_.lighting.lights, _key(set_.lighting, view)),
        sun=set_.lighting.sun,
        sky=set_.lighting.sky,
        fog=set_.lighting.fog,
        weather=set_.weather,
        grade=set_.lighting.grade,
        seconds=at,
        seed=(world.seed * 1_000_003 + round(at * production.fps)) % 2**31,
    )
    return Take(scene, now, None if now == then else then)


def _set(world: World, shot: Shot) -> Set:
    base = lights.LIGHTS[shot.light]
    place = places.build(shot.place, seed=world.seed, lamps=_lamps_on(shot, base))
    lighting = lights.light(shot.light, place=place, seed=world.seed)
    lighting, weather = weathers.changed(lighting, shot.weather, indoors=place.indoors)
    place = weathers.covered(place, shot.weather)
    return Set(place, lighting, weather, blocking.block(world, shot.place, place))


def _lamps_on(shot: Shot, base: Lighting) -> float:
    grim = 0.5 if shot.weather in ("storm", "fog", "rain") else 0.0
    return max(base.lamps, grim)


def _shown(shot: Shot, blocked: Blocking) -> Thing | None:
    """Return what a shot of things is about: the first of them, in a wide shot all of them.

    Small things that stand on one table are seen together.
    """
    stood = [
        blocked.things[key]
        for prop in shot.props
        for number in range(prop.count)
        if (key := (prop.kind, prop.colour, number)) in blocked.things
    ]
    if not stood:
        return None
    first = stood[0].pose.at
    if shot.size != "wide":
        stood = [
            one for one in stood if math.dist(one.pose.at, first) < _TOGETHER[shot.size]
        ] or stood[:1]
    boxes = [_box(one) for one in stood]
    low = [min(box[0][n] for box in boxes) for n in range(3)]
    high = [max(box[1][n] for box in boxes) for n in range(3)]
    middle = ((low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2)
    return Thing(middle, high[1] - low[1], high[0] - low[0])


def _box(stood: Stood) -> tuple[Vector, Vector]:
    """Return the corners of the room that a thing takes, whichever way it is turned."""
    width, height, depth = (size * stood.pose.scale for size in props.PROPS[stood.prop.kind].size)
    half = np.array([max(width, depth * 0.7), 0.0, max(depth, width * 0.7)]) / 2
    at = np.array(stood.pose.at)
    if stood.goes_from is not None:
        at = at + np.array([_GONE, 0.0, 0.0])
    return at - half, at + half + np.array([0.0, height, 0.0])


def _staged(
    world: World,
    index: int,
    set_: Set,
    numbers: Mapping[objects.Key, int],
    view: Callable[..., View],
) -> Staged:
    board, start = world.shots[index], world.starts[index]
    here = [
        (stood, numbers[objects.prop_key(prop)])
        for prop in board.props
        for number in range(prop.count)
        if (stood := set_.blocked.things.get((prop.kind, prop.colour, number))) is not None
    ]
    snowy = board.weather == "snow" and not set_.place.indoors
    still: list[Group] = []
    for stood, number in here:
        if not blocking.moves(stood):
            made = blocking.build(stood, at=start, number=number)
            still += weathers.snowed(made) if snowy else made
    moving = tuple((stood, number) for stood, number in here if blocking.moves(stood))
    asked = [
        *still,
        *(g for stood, number in moving for g in blocking.build(stood, at=start, number=number)),
    ]
    views = [view(index, start + share * board.seconds) for share in _LOOKS]
    place = set_.place
    dressing = [
        group for piece in place.pieces if not _in_the_way(piece, asked, views) for group in piece
    ]
    walls = [
        group
        for wall in place.walls
        if all(_dot(wall.normal, seen.eye) > wall.offset + 0.05 for seen in views)
        for group in wall.groups
    ]
    seats = [group for role in board.cast for group in casting.seat(world, index, role)]
    tables = set_.blocked.tables if any(_on_table(stood) for stood, _ in here) else ()
    return Staged(
        set_, (*place.groups, *dressing, *walls, *tables, *seats, *still), moving, numbers
    )


def _on_table(stood: Stood) -> bool:
    return stood.pose.at[1] > 0.3 and not props.PROPS[stood.prop.kind].lift


def _in_the_way(piece: Piece, asked: Iterable[Group], views: list[View]) -> bool:
    """Say whether a piece of dressing stands before a lens or where something was asked for."""
    low, high = groups.bounds(piece)
    for group in asked:
        least, most = groups.bounds((group,))
        if all(high[n] > least[n] and low[n] < most[n] for n in range(3)) and high[1] > 0.03:
            return True
    centre = np.array([(a + b) / 2 for a, b in zip(low, high, strict=True)])
    reach = math.hypot(high[0] - low[0], high[2] - low[2]) / 2
    for seen in views:
        way = centre - seen.eye
        outside = np.maximum(np.maximum(np.array(low) - seen.eye, seen.eye - np.array(high)), 0.0)
        if float(np.linalg.norm(outside)) < _NEAR_LENS:
            return True
        ahead = float(way @ seen.forward)
        if not 0 < ahead < seen.focus - 0.2:
            continue
        aside = abs(float(way @ seen.right)) - reach
        frame = scenes.SENSOR_MM / (2 * seen.lens_mm) * ahead
        # Low things at the foot of the frame are a foreground, not an obstacle.
        top = float((np.array([centre[0], high[1], centre[2]]) - seen.eye) @ seen.up)
        if aside < _CLEAR * frame and top > -0.45 * frame:
            return True
    return False


def _camera(production: Production, shot: int, at: float) -> scenes.Camera:
    board = production.world.shots[shot]
    seen = production.view(production.world, shot, at, aspect=production.aspect)
    return scenes.Camera(
        _point(seen.eye),
        _point(seen.right),
        _point(seen.up),
        _point(seen.forward),
        seen.lens_mm,
        board.f_stop,
        seen.focus,
        board.shutter,
    )


def _key(lighting: Lighting, seen: View) -> Light:
    """Return the soft light beside the camera that makes a face readable."""
    subject = seen.eye + seen.focus * seen.forward
    back = -seen.forward * np.array([1.0, 0.0, 1.0])
    back /= max(float(np.linalg.norm(back)), 1e-6)
    way = 0.62 * back - 0.6 * seen.right + np.array([0.0, 0.5, 0.0])
    way /= np.linalg.norm(way)
    # As strong at any framing: a light further off is a stronger one.
    far = max(_KEY_METRES, 0.3 * seen.focus)
    colour = _times(lighting.key, far * far)
    return Light(_point(subject + far * way), colour, radius=0.25 * far, shadow=False)


def _ball(
    world: World, thrown: Thrown, at: float, before: float, numbers: Mapping[objects.Key, int]
) -> tuple[Group, ...]:
    number = next(
        value
        for key, value in numbers.items()
        if key == ("prop", thrown.kind, *(str(channel) for channel in thrown.colour))
    )
    made = props.build(thrown.kind, colour=thrown.colour)
    # Built on the floor: its middle is a radius up.
    radius = props.PROPS[thrown.kind].size[1] / 2
    scale = thrown.radius / radius
    put = [
        groups.put(made, _ball_pose(world, thrown, when, radius, scale), number=number)
        for when in (at, before)
    ]
    return groups.followed(put[0], put[1])


def _ball_pose(world: World, thrown: Thrown, at: float, radius: float, scale: float) -> Pose:
    centre, (about_x, about_z) = world.ball(thrown, at), thrown.path.angles(at)
    turn = shapes.placed(
        Pose(turn=shapes.turn(roll=float(about_z))), Pose(turn=shapes.turn(pitch=float(about_x)))
    ).turn
    middle = Pose(_point(centre), turn, scale)
    return shapes.placed(middle, Pose((0.0, -radius, 0.0)))


def _dot(a: tuple[float, float, float], b: Vector) -> float:
    return a[0] * float(b[0]) + a[1] * float(b[1]) + a[2] * float(b[2])


def _times(colour: tuple[float, float, float], factor: float) -> tuple[float, float, float]:
    return colour[0] * factor, colour[1] * factor, colour[2] * factor


def _point(vector: Vector) -> tuple[float, float, float]:
    return float(vector[0]), float(vector[1]), float(vector[2])
