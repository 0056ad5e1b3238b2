"""Where the camera of a shot is at any time: picture and sound take it from the same place."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from generator.base import Shot
from generator.simulate.figures import smooth
from generator.simulate.world import World

SENSOR_MM = 36.0  # Width of the full frame that focal lengths are named for.
LOWEST_EYE = 0.14  # Metres; a camera never sinks into the floor.
_HEIGHTS = {"wide": 2.6, "medium": 1.75, "close": 0.78}  # Metres the frame shows at the subject.
_ELEVATIONS = {"eye": 0.07, "low": -0.12, "high": 0.6, "overhead": 1.35, "dutch": 0.07}
_DUTCH = 0.16


@dataclass(frozen=True, slots=True)
class View:
    """A camera: position, the axes of its frame as unit vectors, lens, metres in focus."""

    eye: NDArray[np.float64]
    right: NDArray[np.float64]
    up: NDArray[np.float64]
    forward: NDArray[np.float64]
    lens_mm: float
    focus: float


class Viewer(Protocol):
    """Where the camera of a shot is at a time; engines have their own."""

    def __call__(self, world: World, shot: int, at: float, *, aspect: float) -> View:
        """Return the camera; see `view`."""
        ...


def view(world: World, shot: int, at: float, *, aspect: float) -> View:
    """Return the camera of a shot at a time.

    Args:
        world: What is filmed.
        shot: Which shot.
        at: Seconds of the clip.
        aspect: Width over height of the frame.
    """
    board = world.shots[shot]
    share = (at - world.starts[shot]) / board.seconds
    subject = _subject(world, shot, at if board.move == "track" else None)
    height = _HEIGHTS[board.size] * (1.25 if board.size == "close" and not board.cast else 1.0)
    focus = max(height * aspect, height) * board.lens_mm / SENSOR_MM
    rng = np.random.default_rng((world.seed, 3, shot))
    azimuth = float(rng.uniform(-0.34, 0.34))
    elevation = _ELEVATIONS[board.angle] + (0.05 if board.size == "wide" else 0.0)
    eased = smooth(share) - 0.5
    side = 1.0 if rng.uniform() < 0.5 else -1.0
    if board.move == "push_in":
        focus *= 1 - 0.24 * eased
    elif board.move == "pull_out":
        focus *= 1 + 0.3 * eased
    elif board.move == "orbit":
        azimuth += 0.7 * side * eased
    elif board.move == "crane":
        elevation += 0.2 + 0.36 * eased
    around = np.array(
        [
            math.sin(azimuth) * math.cos(elevation),
            math.sin(elevation),
            math.cos(azimuth) * math.cos(elevation),
        ]
    )
    eye = subject + focus * around
    target = subject + _drift(board, height, side * eased, at - world.starts[shot])
    eye[1] = max(eye[1], LOWEST_EYE)
    return _look(eye, target, board, focus)


def _look(eye: NDArray[np.float64], target: NDArray[np.float64], board: Shot, focus: float) -> View:
    forward = target - eye
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    up = np.cross(right, forward)
    if board.angle == "dutch":
        cos, sin = math.cos(_DUTCH), math.sin(_DUTCH)
        right, up = right * cos + up * sin, up * cos - right * sin
    return View(eye, right, up, forward, board.lens_mm, focus)


def _drift(board: Shot, height: float, eased: float, since: float) -> NDArray[np.float64]:
    """Return how far the point that is looked at has moved, metres."""
    if board.move == "pan":
        return np.array([0.3 * height * eased, 0.0, 0.0])
    if board.move == "tilt":
        return np.array([0.0, 0.3 * height * eased, 0.0])
    if board.move == "handheld":
        # Sines that share no period: a hand, not a machine.
        x = math.sin(1.7 * since) + 0.5 * math.sin(3.9 * since + 1)
        y = math.sin(2.3 * since + 2) + 0.5 * math.sin(4.7 * since)
        return 0.008 * height * np.array([x, y, 0.0])
    return np.zeros(3)


def _subject(world: World, shot: int, at: float | None) -> NDArray[np.float64]:
    """Return what the shot is about, at its start or (followed) at a time."""
    board = world.shots[shot]
    when = world.starts[shot] + 0.4 * board.seconds if at is None else at
    if board.cast and board.size != "wide":
        role = board.cast[board.dialogue[0].speaker if board.dialogue else 0]
        spot, _ = world.figure(shot, role, when)
        tall = world.looks[role.name].height_m
        return np.array([spot.x, tall * (0.86 if board.size == "close" else 0.66), spot.z])
    followed = [thrown for thrown in world.thrown if shot in thrown.shots]
    if followed and (board.size != "wide" or at is not None):
        times = when + np.linspace(-0.35, 0.35, 7)
        mean = np.mean([world.ball(followed[0], float(time)) for time in times], axis=0)
        return np.array([mean[0], 0.35 if board.size == "close" else 0.62, mean[2]])
    if board.cast and at is not None:
        spot, _ = world.figure(shot, board.cast[0], when)
        return np.array([spot.x, 0.95, spot.z])
    things = world.placed(shot)
    if things and board.size != "wide" and not followed:
        return np.array([things[0].x, 0.5, things[0].z])
    return np.array([0.0, 0.95, -0.3])
