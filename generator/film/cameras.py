"""Where the film's camera is at any time: framing by rule, fourteen moves.

Eyes lie on the upper third, a single subject on the third that leaves room before its face, and the
camera stays on the audience's side of the set, so that no cut crosses the line of action.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from generator.base import Point, Role, Shot
from generator.film import casting
from generator.film.casting import Face
from generator.simulate.cameras import LOWEST_EYE, SENSOR_MM, View
from generator.simulate.figures import smooth
from generator.simulate.world import World

Vector = NDArray[np.float64]

MOVES = frozenset(
    {"static", "pan", "tilt", "push_in", "pull_out", "orbit", "track", "crane", "handheld",
     "dolly_zoom", "whip_pan", "roll", "pedestal", "follow"}
)  # fmt: skip
AZIMUTH_MAX = 0.62  # Radians off the set's axis, with every move: well on one side of the line.
HIGHEST_EYE = 14.0  # Metres.
_HEIGHTS = {"wide": 2.6, "medium": 1.6, "close": 0.95}  # Metres shown where nobody is in frame.
_FACES = {"medium": 3.5, "close": 1.95}  # Heads in the height of the frame.
_ELEVATIONS = {"eye": 0.06, "low": -0.14, "high": 0.55, "overhead": 1.2, "dutch": 0.06}
_DUTCH = 0.16
_THING_ROOM = {"wide": 2.4, "medium": 1.9, "close": 1.35}  # Heights of a thing in the frame's.
_THING_LEAST = {"wide": 2.4, "medium": 1.1, "close": 0.5}
_UPPER_THIRD = 0.155  # Of the frame's height, that its middle lies below the eyes.
_SIDE_THIRD = 0.15  # Of its width, that its middle lies beside a single subject.


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to look at: the middle of its foot, and how high and wide it is in metres."""

    at: Point
    height: float
    width: float


@dataclass(frozen=True, slots=True)
class Framing:
    """What a shot looks at: the point in focus, the middle of the frame, metres shown there."""

    subject: Vector
    middle: Vector
    height: float


@dataclass(frozen=True, slots=True)
class Travel:
    """How far a move has taken the camera from where the shot is framed.

    Attributes:
        azimuth: Radians round the subject.
        elevation: Radians up.
        far: Factor on the distance.
        lens: Factor on the focal length, and on the distance with it.
        roll: Radians.
        aim: Right and up, in frame widths and heights: where it looks.
        shift: Right and up, in frame heights: where it stands.
    """

    azimuth: float = 0.0
    elevation: float = 0.0
    far: float = 1.0
    lens: float = 1.0
    roll: float = 0.0
    aim: tuple[float, float] = (0.0, 0.0)
    shift: tuple[float, float] = (0.0, 0.0)


def view(
    world: World,
    shot: int,
    at: float,
    *,
    aspect: float,
    things: Mapping[int, Thing] = MappingProxyType({}),
) -> View:
    """Return the camera of a shot at a time.

    Args:
        world: What is filmed.
        shot: Which shot.
        at: Seconds of the clip.
        aspect: Width over height of the frame.
        things: What a shot without cast and balls is about, by the shot.
    """
    board, start = world.shots[shot], world.starts[shot]
    anchor = _framing(world, shot, start + 0.4 * board.seconds, aspect, things.get(shot))
    rng = np.random.default_rng((world.seed, 3, shot))
    azimuth = float(rng.uniform(-0.3, 0.3))
    side = 1.0 if rng.uniform() < 0.5 else -1.0
    share = min(max((at - start) / board.seconds, 0.0), 1.0)
    travel = _travel(board.move, share=share, side=side, since=at - start)
    height = anchor.height
    width = max(height * aspect, height)
    # Focus is pulled, not switched, when someone else speaks.
    times = at + np.linspace(-0.3, 0.05, 4)
    seen = [_framing(world, shot, float(t), aspect, things.get(shot)) for t in times]
    subject = np.mean([framing.subject for framing in seen], axis=0)
    moved = subject - anchor.subject if board.move in ("track", "follow") else np.zeros(3)
    lens = board.lens_mm * travel.lens
    far = width * lens / SENSOR_MM * travel.far
    turn = min(max(azimuth + travel.azimuth, -AZIMUTH_MAX), AZIMUTH_MAX)
    rise = _ELEVATIONS[board.angle] + (0.04 if board.size == "wide" else 0.0) + travel.elevation
    around = np.array(
        [math.sin(turn) * math.cos(rise), math.sin(rise), math.cos(turn) * math.cos(rise)]
    )
    eye = anchor.middle + moved + far * around
    eye += np.array([height * travel.shift[0], height * travel.shift[1], 0.0])
    eye[1] = min(max(eye[1], LOWEST_EYE), HIGHEST_EYE)
    target = anchor.middle + moved
    target += np.array([width * travel.aim[0], height * travel.aim[1], 0.0])
    roll = travel.roll + (_DUTCH if board.angle == "dutch" else 0.0)
    return _look(eye, target, lens, subject, roll)


def _travel(move: str, *, share: float, side: float, since: float) -> Travel:
    """Return a move's way: `share` of the shot is over, `since` seconds of it."""
    if move == "whip_pan":
        # Off the subject and back onto it within the first third.
        return Travel(aim=(1.1 * side * (1 - smooth(min(share * 3, 1.0))), 0.0))
    if move == "handheld":
        # Sines that share no period: a hand, not a machine.
        x = math.sin(1.7 * since) + 0.5 * math.sin(3.9 * since + 1)
        y = math.sin(2.3 * since + 2) + 0.5 * math.sin(4.7 * since)
        return Travel(roll=0.006 * x, aim=(0.008 * x, 0.012 * y), shift=(0.01 * y, 0.01 * x))
    eased = smooth(share) - 0.5
    ways = {
        "push_in": Travel(far=1 - 0.3 * eased),
        "pull_out": Travel(far=1 + 0.36 * eased),
        "orbit": Travel(azimuth=0.7 * side * eased),
        "follow": Travel(azimuth=0.3 * side * eased, far=1 - 0.08 * eased),
        "crane": Travel(elevation=0.16 + 0.4 * eased),
        "pedestal": Travel(aim=(0.0, 0.3 * eased), shift=(0.0, 0.8 * eased + 0.1)),
        "pan": Travel(aim=(0.34 * side * eased, 0.0)),
        "tilt": Travel(aim=(0.0, 0.4 * eased)),
        # The subject keeps its size while the lens opens and the camera comes closer.
        "dolly_zoom": Travel(lens=1 - 0.5 * eased),
        "roll": Travel(roll=0.32 * side * eased),
    }
    return ways.get(move, Travel())


def _look(eye: Vector, target: Vector, lens_mm: float, subject: Vector, roll: float) -> View:
    forward = target - eye
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    up = np.cross(right, forward)
    cos, sin = math.cos(roll), math.sin(roll)
    right, up = right * cos + up * sin, up * cos - right * sin
    focus = max(float((subject - eye) @ forward), 0.3)
    return View(eye, right, up, forward, lens_mm, focus)


def _framing(world: World, shot: int, at: float, aspect: float, thing: Thing | None) -> Framing:
    board = world.shots[shot]
    if board.cast and (board.size != "wide" or len(board.cast) == 1):
        return _of_cast(world, shot, at, aspect)
    height = _HEIGHTS[board.size]
    ball = _ball(world, shot, at)
    if ball is not None and board.size != "wide":
        middle = np.array([ball[0], 0.3 if board.size == "close" else 0.55, ball[2]])
        return Framing(ball, middle, height)
    if thing is not None and not board.cast and ball is None:
        shown = max(thing.height * _THING_ROOM[board.size], _THING_LEAST[board.size])
        shown = max(shown, thing.width * 1.25 / max(aspect, 1.0))
        x, y, z = thing.at
        point = np.array([x, y + 0.5 * thing.height, z])
        # The more room there is above a thing, the lower it stands in the frame.
        middle = point + np.array([0.0, 0.1 * (shown - thing.height), 0.0])
        return Framing(point, middle, shown)
    point = np.array([0.0, 0.95, -0.3])
    return Framing(point, point, height)


def _of_cast(world: World, shot: int, at: float, aspect: float) -> Framing:
    """Frame who speaks, or all of a small cast in a medium shot."""
    board = world.shots[shot]
    number = _speaker(world, board, shot, at)
    if board.size == "medium" and len(board.cast) > 1:
        faces = [casting.face(world, shot, role, at) for role in board.cast]
        return _of_faces(faces, number, aspect)
    face = casting.face(world, shot, board.cast[number], at)
    eyes = np.array(face.at)
    if board.size == "wide":
        middle = np.array([eyes[0] * 0.5, 0.95, eyes[2] * 0.5 - 0.15])
        return Framing(eyes, middle, max(_HEIGHTS["wide"], eyes[1] * 1.42))
    height = _FACES[board.size] * face.size
    # Room before the face: a figure that looks to the right stands left of the middle.
    ahead = 1.0 if math.sin(face.yaw) > -0.02 else -1.0
    beside = _SIDE_THIRD * height * max(aspect, 1.0) * ahead
    beside *= 1.0 if board.size == "medium" else 0.7
    return Framing(eyes, eyes + np.array([beside, -_UPPER_THIRD * height, 0.0]), height)


def _of_faces(faces: list[Face], number: int, aspect: float) -> Framing:
    """Frame several faces at once, with headroom over the highest."""
    places = np.array([face.at for face in faces])
    size = max(face.size for face in faces)
    low, high = places.min(0), places.max(0)
    height = max(
        _FACES["medium"] * size,
        float(high[1] - low[1]) + 3.0 * size,
        (float(high[0] - low[0]) + 2.4 * size) / max(aspect, 1.0),
    )
    middle = (low + high) / 2
    middle[1] = high[1] - _UPPER_THIRD * height
    return Framing(places[number], middle, height)


def _speaker(world: World, board: Shot, shot: int, at: float) -> int:
    """Return the index of who speaks at a time, else of who speaks first, else the first."""
    names = [role.name for role in board.cast]
    for line in world.lines:
        if line.shot == shot and line.role in names and line.utterance.says(at):
            return names.index(line.role)
    return board.dialogue[0].speaker if board.dialogue else 0


def speaker(world: World, shot: int, at: float) -> Role | None:
    """Return whom the camera holds in focus at a time, if anyone is there."""
    board = world.shots[shot]
    return board.cast[_speaker(world, board, shot, at)] if board.cast else None


def _ball(world: World, shot: int, at: float) -> Vector | None:
    followed = [thrown for thrown in world.thrown if shot in thrown.shots]
    if not followed:
        return None
    times = at + np.linspace(-0.35, 0.35, 7)
    return np.mean([world.ball(followed[0], float(time)) for time in times], axis=0)
