"""Rigid things that stand, topple and knock together: crates, dominoes, bottles, what hits them.

The engine is MuJoCo (E. Todorov, T. Erez, Y. Tassa, "MuJoCo: a physics engine for model-based
control", IROS 2012), one thread, a fixed step: the same scene gives the same numbers. Velocities
are those of half a step later (leapfrog), which makes every free fall exact. Its contacts are
springs; how much of a bounce they give back was measured once by dropping a ball from 25 heights
for each damping (`_DAMPINGS`), and is looked up from there.
"""

import math
from dataclasses import dataclass
from typing import Any, cast
from xml.etree.ElementTree import Element, SubElement, tostring

import mujoco
import numpy as np
from numpy.typing import NDArray

from generator.base import Point
from generator.errors import GeneratorError
from generator.simulate.balls import GRAVITY

STEP_SECONDS = 0.001
BODIES_MAX = 64
SECONDS_MAX = 60.0
KEPT_STEPS = 2  # Every so many steps a pose is kept; a thing turns little in two milliseconds.
STILL_SPEED, STILL_STEPS = 0.015, 150  # m/s and rad/s: so slow for so long, a scene has settled.
KNOCK_SPEED = 0.12  # m/s along the normal; a softer touch is neither seen nor heard.
KNOCK_SECONDS = 0.04  # A pair that rattles faster sounds as one knock.
FLOOR = "floor"
_STIFFNESS = 1e5  # 1/s2, per mass: a fall of a metre presses 10 mm into it.
_DAMPINGS = (  # Share of critical damping, and of a bounce that is given back.
    (0.0, 1.0), (0.02, 0.94), (0.05, 0.8583), (0.08, 0.7847), (0.12, 0.699), (0.16, 0.6257),
    (0.2, 0.5623), (0.25, 0.4932), (0.3, 0.435), (0.4, 0.3434), (0.5, 0.2742), (0.65, 0.2007),
    (0.8, 0.1505), (1.0, 0.1047), (1.3, 0.0642),
)  # fmt: skip
_UPRIGHT = "0.70710678 -0.70710678 0 0"  # MuJoCo's axis is z; a thing of ours stands along y.

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Material:
    """What a thing is made of: kg/m3, share of a bounce it gives back, Coulomb friction."""

    density: float
    restitution: float
    friction: float


MATERIALS: dict[str, Material] = {
    "wood": Material(450, 0.42, 0.5), "cardboard": Material(90, 0.25, 0.5),
    "metal": Material(1800, 0.5, 0.4), "glass": Material(900, 0.55, 0.35),
    "ceramic": Material(1100, 0.5, 0.4), "plastic": Material(300, 0.55, 0.35),
    "rubber": Material(500, 0.78, 0.9), "leather": Material(120, 0.72, 0.6),
    "stone": Material(2400, 0.45, 0.6), "cloth": Material(120, 0.1, 0.7),
    "snow": Material(300, 0.08, 0.4), "sand": Material(1500, 0.1, 0.7),
    "grass": Material(300, 0.35, 0.7), "earth": Material(1400, 0.25, 0.7),
    "asphalt": Material(2200, 0.5, 0.8), "vinyl": Material(1300, 0.48, 0.6),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """A rigid thing.

    Attributes:
        name: Its own name in the scene.
        shape: box, cylinder (upright), capsule (upright) or sphere.
        half: Half extents along x, y, z in metres; of what is round, x is the radius.
        material: A name in MATERIALS.
        position: Centre, metres.
        yaw: Turn about y, radians.
        velocity: Metres a second at the start.
        fixed: Whether nothing moves it.
    """

    name: str
    shape: str
    half: Point
    material: str
    position: Point
    yaw: float = 0.0
    velocity: Point = (0.0, 0.0, 0.0)
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Knock:
    """Two bodies met: seconds, names (the second may be FLOOR), m/s along the normal, where."""

    at: float
    body: str
    other: str
    speed: float
    position: Point


@dataclass(frozen=True, slots=True)
class Track:
    """Where bodies are over time.

    Attributes:
        bodies: As they were given; rows of the arrays are in their order.
        start: Seconds of the clip at which they are let go; before it they stand.
        positions: float64 (T, B, 3), metres.
        turns: float64 (T, B, 4), unit quaternions (w, x, y, z).
        knocks: In order of time.
    """

    bodies: tuple[Body, ...]
    start: float
    positions: Vector
    turns: Vector
    knocks: tuple[Knock, ...]

    def pose(self, name: str, at: float) -> tuple[Vector, Vector]:
        """Return the centre (3,) and the rotation matrix (3, 3) of a body at a time of the clip."""
        row = next(index for index, body in enumerate(self.bodies) if body.name == name)
        last = len(self.positions) - 1
        place = min(max((at - self.start) / (KEPT_STEPS * STEP_SECONDS), 0.0), float(last))
        low = min(int(place), max(last - 1, 0))
        share, high = place - low, min(low + 1, last)
        centre = self.positions[low, row] * (1 - share) + self.positions[high, row] * share
        one, two = self.turns[low, row], self.turns[high, row]
        # A quaternion and its negative are one turn; the nearer of the two is taken.
        mixed = one * (1 - share) + np.copysign(1.0, one @ two) * two * share
        return centre, _matrix(mixed / np.linalg.norm(mixed))


def let_go(bodies: tuple[Body, ...], *, floor: str, seconds: float, start: float = 0.0) -> Track:
    """Return where bodies go when they are let go on a floor y = 0.

    Args:
        bodies: At most BODIES_MAX, names all different, none inside another.
        floor: Material of the floor.
        seconds: How long to look, at most SECONDS_MAX.
        start: Seconds of the clip at which they are let go.

    Raises:
        GeneratorError: There are too many of them, or it takes too long.
    """
    if len(bodies) > BODIES_MAX or not 0 <= seconds <= SECONDS_MAX:
        raise GeneratorError(
            f"At most {BODIES_MAX} bodies are simulated, for at most {SECONDS_MAX:g} seconds."
        )
    engine = cast("Any", mujoco)
    model = engine.MjModel.from_xml_string(_scene(bodies, floor))
    state = engine.MjData(model)
    moving = [index for index, body in enumerate(bodies) if not body.fixed]
    for slot, index in enumerate(moving):
        ahead = np.array([0.0, GRAVITY * STEP_SECONDS / 2, 0.0])  # It is half a step earlier yet.
        state.qvel[6 * slot : 6 * slot + 3] = np.array(bodies[index].velocity) + ahead
    engine.mj_forward(model, state)
    steps = round(seconds / STEP_SECONDS)
    kept = steps // KEPT_STEPS + 1
    # What is fixed stays where it was put; what moves is written over.
    positions = np.tile(np.array(state.xpos[1:]), (kept, 1, 1))
    turns = np.tile(np.array(state.xquat[1:]), (kept, 1, 1))
    listener = _Listener(bodies, moving, start)
    still, placed = STILL_STEPS, np.zeros((len(moving), 7))
    for step in range(steps + 1):
        if step % KEPT_STEPS == 0:
            placed = np.array(state.qpos).reshape(-1, 7)
            positions[step // KEPT_STEPS, moving] = placed[:, :3]
            turns[step // KEPT_STEPS, moving] = placed[:, 3:]
        before = np.array(state.qvel)
        still = STILL_STEPS if np.abs(before).max(initial=0.0) > STILL_SPEED else still - 1
        if still == 0:
            # Nothing moves any more: it stays where it is.
            positions[step // KEPT_STEPS :, moving] = placed[:, :3]
            turns[step // KEPT_STEPS :, moving] = placed[:, 3:]
            break
        engine.mj_step(model, state)
        listener.hear(state, before)
    return Track(bodies, start, positions, turns, tuple(listener.knocks))


def damping(restitution: float) -> float:
    """Return the share of critical damping with which a contact gives so much back, 0..1."""
    shares, given = zip(*_DAMPINGS, strict=True)
    return float(np.interp(-restitution, [-each for each in given], shares))


class _Listener:
    """Tells the beginning of a touch from its going on."""

    def __init__(self, bodies: tuple[Body, ...], moving: list[int], start: float) -> None:
        self.knocks: list[Knock] = []
        self._bodies, self._start = bodies, start
        self._slots = {index: slot for slot, index in enumerate(moving)}
        self._last: dict[tuple[int, int], float] = {}

    def hear(self, state: Any, before: Vector) -> None:
        """Take the contacts of one step; `before` are the velocities that it began with."""
        now = float(state.time)
        heard: set[tuple[int, int]] = set()
        for number in range(int(state.ncon)):
            contact = state.contact[number]
            pair = (int(contact.geom1), int(contact.geom2))
            if pair in heard or contact.dist > 0:
                continue
            heard.add(pair)
            fresh = now - self._last.get(pair, -math.inf) > KNOCK_SECONDS
            self._last[pair] = now
            if fresh:
                self._strike(state, before, pair, contact, now)

    def _strike(
        self, state: Any, before: Vector, pair: tuple[int, int], contact: Any, now: float
    ) -> None:
        where, normal = np.array(contact.pos), np.array(contact.frame[:3])
        one, two = (self._speed(state, before, geom, where) for geom in pair)
        speed = abs(float((one - two) @ normal))
        if speed < KNOCK_SPEED:
            return
        # They were found inside one another when the step began: they met a little before.
        met = now - STEP_SECONDS + float(contact.dist) / speed
        # Geometry 0 is the floor; a body's own is one more than its place.
        names = [self._bodies[geom - 1].name if geom else FLOOR for geom in pair]
        first, second = (names[1], names[0]) if names[0] == FLOOR else names
        point = (float(where[0]), float(where[1]), float(where[2]))
        self.knocks.append(Knock(self._start + max(met, 0.0), first, second, speed, point))

    def _speed(self, state: Any, before: Vector, geom: int, where: Vector) -> Vector:
        """Return the velocity of the point of a body that touches."""
        slot = self._slots.get(geom - 1)
        if slot is None:
            return np.zeros(3)
        along, spin = before[6 * slot : 6 * slot + 3], before[6 * slot + 3 : 6 * slot + 6]
        turned = np.array(state.xmat[geom]).reshape(3, 3) @ spin  # The spin is in its own frame.
        return along + np.cross(turned, where - np.array(state.xpos[geom]))


def _scene(bodies: tuple[Body, ...], floor: str) -> str:
    """Return a scene in MuJoCo's XML, every pair with a contact of its own."""
    root = Element("mujoco")
    SubElement(
        root,
        "option",
        timestep=str(STEP_SECONDS),
        integrator="implicitfast",
        gravity=f"0 {-GRAVITY} 0",
    )
    world, contact = SubElement(root, "worldbody"), SubElement(root, "contact")
    SubElement(world, "geom", name=FLOOR, type="plane", size="0 0 1", quat=_UPRIGHT)
    for body in bodies:
        made = SubElement(
            world, "body", name=body.name, pos=_said(body.position),
            quat=f"{math.cos(body.yaw / 2)} 0 {math.sin(body.yaw / 2)} 0",
        )  # fmt: skip
        if not body.fixed:
            SubElement(made, "freejoint")
        x, y, z = body.half
        size = {"box": (x, y, z), "sphere": (x,), "capsule": (x, max(y - x, 1e-3))}
        SubElement(
            made, "geom", name=body.name, type=body.shape, size=_said(size.get(body.shape, (x, y))),
            density=str(MATERIALS[body.material].density),
            quat=_UPRIGHT if body.shape in ("cylinder", "capsule") else "1 0 0 0",
        )  # fmt: skip
    for index, body in enumerate(bodies):
        _pair(contact, FLOOR, body.name, floor, body.material)
        for other in bodies[:index]:
            if not (body.fixed and other.fixed):
                _pair(contact, other.name, body.name, other.material, body.material)
    return tostring(root, encoding="unicode")


def _pair(contact: Element, one: str, two: str, made: str, of: str) -> None:
    first, second = MATERIALS[made], MATERIALS[of]
    back = math.sqrt(first.restitution * second.restitution)
    rub = math.sqrt(first.friction * second.friction)
    slow = 2 * damping(back) * math.sqrt(_STIFFNESS)
    SubElement(
        contact, "pair", geom1=one, geom2=two, condim="3", solref=f"{-_STIFFNESS} {-slow}",
        solimp="0.99 0.99 0.001", friction=f"{rub} {rub} 0.005 0.0001 0.0001",
    )  # fmt: skip


def _said(values: tuple[float, ...]) -> str:
    return " ".join(repr(float(value)) for value in values)


def _matrix(turn: Vector) -> Vector:
    w, x, y, z = (float(value) for value in turn)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
