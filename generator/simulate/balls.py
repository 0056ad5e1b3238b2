"""Bouncing balls, solved from contact to contact: no time step, no drift.

Between contacts a ball is on an exact parabola; a contact time is a root of a quadratic (floor,
net), of a line (wall), or is bracketed (rim). At a contact the normal speed is scaled by the pair's
restitution; the floor's friction turns slip into spin as for a hollow sphere. Source: rigid-body
impact with Coulomb friction, e.g. R. Cross, "Grip-slip behavior of a bouncing ball", Am. J. Phys.
70 (2002).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.simulate import hoops
from generator.simulate.hoops import Hoop

GRAVITY = 9.81  # m/s2, downwards.
REST_SPEED = 0.30  # m/s; a slower bounce is neither seen nor heard, and would never end.
CONTACTS_MAX = 200  # A ball alive for a minute touches less often than this.
ROLL_DECAY = 0.45  # 1/s; a rolling ball loses so much of its speed.
FRICTION = 0.5
WALL_RUB = 0.95  # Of the speed along a wall, what a rebound leaves.
_HOLLOW = 2 / 3  # Moment of inertia over m r^2.
_SOON = 1e-9  # A root this close to now is the contact just resolved.


@dataclass(frozen=True, slots=True)
class Ball:
    """A ball and how it is set going: metres, m/s; it rests in place until `launched_at`."""

    radius: float
    restitution: float
    launched_at: float
    position: tuple[float, float, float]
    velocity: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Wall:
    """A vertical plane z = `z` facing the audience (+z), or a rectangle of it, in metres."""

    z: float
    restitution: float
    left: float = -math.inf
    right: float = math.inf
    bottom: float = -math.inf
    top: float = math.inf


@dataclass(frozen=True, slots=True)
class Contact:
    """A touch: when, where on the surface, and how fast along its normal."""

    at: float
    position: tuple[float, float, float]
    speed: float
    surface: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the path that one formula describes; `spin` in rad/s about x and z."""

    start: float
    position: NDArray[np.float64]
    velocity: NDArray[np.float64]
    spin: NDArray[np.float64]
    angles: NDArray[np.float64]
    rolling: bool


@dataclass(frozen=True, slots=True)
class Path:
    """Where a ball is at any time."""

    segments: tuple[Segment, ...]
    contacts: tuple[Contact, ...]

    def position(self, at: float) -> NDArray[np.float64]:
        """Return the centre at a time, float64 (3,), metres."""
        segment = self._segment(at)
        return _place(segment, max(at - segment.start, 0.0))

    def angles(self, at: float) -> NDArray[np.float64]:
        """Return how far the ball has turned about x and z, float64 (2,), radians."""
        segment = self._segment(at)
        passed = max(at - segment.start, 0.0)
        turning = _rolled(passed) if segment.rolling else passed
        return segment.angles + segment.spin * turning

    def _segment(self, at: float) -> Segment:
        for segment in reversed(self.segments):
            if at >= segment.start:
                return segment
        return self.segments[0]


def fly(
    ball: Ball,
    *,
    floor_restitution: float,
    wall: Wall | None,
    until: float,
    hoop: Hoop | None = None,
    board: Wall | None = None,
) -> Path:
    """Return the path of a ball and its contacts up to `until` seconds.

    Args:
        ball: The ball; its lowest point is at or above the floor.
        floor_restitution: Share of its bounce that the floor gives back, 0..1.
        wall: What it may hit behind the stage.
        until: Seconds of the clip.
        hoop: What it may fall through once, or rebound from.
        board: What hangs behind the hoop.

    Returns:
        The path. The surface of a contact is floor, wall, board, rim or net; in a net the ball
        goes on, slower.
    """
    start = np.array(ball.position)
    still, none = np.zeros(3), np.zeros(2)
    segments = [Segment(0.0, start, still, none, none, rolling=True)]
    contacts: list[Contact] = []
    state = Segment(
        ball.launched_at, start, np.array(ball.velocity), none.copy(), none.copy(), rolling=False
    )
    while len(contacts) < CONTACTS_MAX:
        segments.append(state)
        fall = _floor_time(state, ball.radius)
        hits = [
            (fall, "floor"),
            (_wall_time(state, ball.radius, wall), "wall"),
            (_wall_time(state, ball.radius, board), "board"),
        ]
        if hoop is not None and not state.rolling:
            thrown = (state.position, state.velocity, ball.radius, GRAVITY)
            hits.append((hoops.rim_time(hoop, *thrown, fall), "rim"))
            if all(contact.surface != "net" for contact in contacts):
                hits.append((hoops.net_time(hoop, *thrown), "net"))
        passed, surface = min(hits)
        if state.start + passed >= until:
            break
        struck = board if surface == "board" else wall
        if surface in ("wall", "board") and struck is not None:
            state = _off_wall(ball, struck, state, passed, contacts, surface)
        elif surface in ("rim", "net") and hoop is not None:
            state = _at_hoop(ball, hoop, state, passed, contacts, surface)
        else:
            state = _off_floor(ball, floor_restitution, state, passed, contacts)
    return Path(tuple(segments), tuple(contacts))


def _rolled(passed: float) -> float:
    return (1 - math.exp(-ROLL_DECAY * passed)) / ROLL_DECAY


def _place(segment: Segment, passed: float) -> NDArray[np.float64]:
    if segment.rolling:
        return segment.position + segment.velocity * _rolled(passed)
    drop = np.array([0.0, -0.5 * GRAVITY * passed * passed, 0.0])
    return segment.position + segment.velocity * passed + drop


def _floor_time(state: Segment, radius: float) -> float:
    if state.rolling:
        return math.inf
    height, climb = float(state.position[1]) - radius, float(state.velocity[1])
    root = math.sqrt(max(climb * climb + 2 * GRAVITY * height, 0.0))
    passed = (climb + root) / GRAVITY
    return max(passed, 0.0)


def _wall_time(state: Segment, radius: float, wall: Wall | None) -> float:
    towards = float(state.velocity[2])
    if wall is None or towards >= 0:
        return math.inf
    travel = (wall.z + radius - float(state.position[2])) / towards
    if state.rolling:
        # Roots of a decaying roll: the ball may stop before it gets there.
        left = 1 - ROLL_DECAY * travel
        travel = -math.log(left) / ROLL_DECAY if left > 0 else math.inf
    if not _SOON < travel < math.inf:
        return math.inf
    there = _place(state, travel)
    inside = wall.left <= there[0] <= wall.right and wall.bottom <= there[1] <= wall.top
    return travel if inside else math.inf


def _off_wall(
    ball: Ball, wall: Wall, state: Segment, passed: float, contacts: list[Contact], surface: str
) -> Segment:
    here = _place(state, passed)
    speeds = _velocity(state, passed)
    touch = (float(here[0]), float(here[1]), wall.z)
    contacts.append(Contact(state.start + passed, touch, -float(speeds[2]), surface))
    after = speeds * np.array([WALL_RUB, WALL_RUB, -ball.restitution * wall.restitution])
    turned = _turned(state, passed)
    spin = np.array([after[2], -after[0]]) / ball.radius if state.rolling else state.spin
    return Segment(state.start + passed, here, after, spin, turned, rolling=state.rolling)


def _at_hoop(
    ball: Ball, hoop: Hoop, state: Segment, passed: float, contacts: list[Contact], surface: str
) -> Segment:
    here, speeds = _place(state, passed), _velocity(state, passed)
    at, turned = state.start + passed, _turned(state, passed)
    if surface == "net":
        touch, speed = hoop.centre, float(np.linalg.norm(speeds))
        after = speeds * np.array(hoops.NET_KEEPS)
    else:
        nearest = hoops.rim_point(hoop, here)
        normal = (here - nearest) / np.linalg.norm(here - nearest)
        speed = -float(speeds @ normal)
        after = speeds + (1 + ball.restitution * hoop.restitution) * speed * normal
        touch = (float(nearest[0]), float(nearest[1]), float(nearest[2]))
    contacts.append(Contact(at, touch, speed, surface))
    return Segment(at, here, after, state.spin, turned, rolling=False)


def _off_floor(
    ball: Ball, floor: float, state: Segment, passed: float, contacts: list[Contact]
) -> Segment:
    here = _place(state, passed)
    here[1] = ball.radius  # Exactly on the floor, whatever the rounding.
    speeds = _velocity(state, passed)
    at, turned = state.start + passed, _turned(state, passed)
    impact = -float(speeds[1])
    back = ball.restitution * floor
    if back * impact < REST_SPEED:
        if impact >= REST_SPEED:
            contacts.append(_touch(at, here, impact))
        along = np.array([speeds[0], 0.0, speeds[2]])
        spin = np.array([along[2], -along[0]]) / ball.radius
        return Segment(at, here, along, spin, turned, rolling=True)
    contacts.append(_touch(at, here, impact))
    # Slip of the contact point, along x and z; spin (about x, about z) moves it by r * (-wx... wz).
    slip = np.array(
        [speeds[0] + state.spin[1] * ball.radius, speeds[2] - state.spin[0] * ball.radius]
    )
    size = float(np.hypot(*slip))
    full = size * _HOLLOW / (1 + _HOLLOW)  # Enough to stop the slip altogether.
    kick = min(full, FRICTION * (1 + back) * impact) * (slip / size if size > 0 else slip)
    after = np.array([speeds[0] - kick[0], back * impact, speeds[2] - kick[1]])
    spin = state.spin + np.array([kick[1], -kick[0]]) / (_HOLLOW * ball.radius)
    return Segment(at, here, after, spin, turned, rolling=False)


def _touch(at: float, here: NDArray[np.float64], impact: float) -> Contact:
    return Contact(at, (float(here[0]), 0.0, float(here[2])), impact, "floor")


def _velocity(state: Segment, passed: float) -> NDArray[np.float64]:
    if state.rolling:
        return state.velocity * math.exp(-ROLL_DECAY * passed)
    return state.velocity - np.array([0.0, GRAVITY * passed, 0.0])


def _turned(state: Segment, passed: float) -> NDArray[np.float64]:
    return state.angles + state.spin * (_rolled(passed) if state.rolling else passed)
