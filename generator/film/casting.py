"""Figures on the film's set: who they are, where they stand, what they wear, how they move."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from generator import objects
from generator.base import Colour, Look, Point, Role
from generator.film import figures, groups, shapes
from generator.film.hair import STYLES
from generator.film.outfits import Outfit
from generator.film.props import catalogue
from generator.film.props.catalogue import PROPS
from generator.film.scenes import Group
from generator.film.shapes import Pose
from generator.simulate import actions, skeletons
from generator.simulate.actions import Speech
from generator.simulate.gestures import SEAT, SIT_SECONDS
from generator.simulate.skeletons import SKELETONS
from generator.simulate.world import WALLS, World

SEATS: tuple[tuple[float, float], ...] = ((-0.55, -0.55), (0.75, -0.7), (-1.7, -1.0), (1.85, -1.1))
_WAY = 4.4  # Metres that someone walks or runs before the stage ends.
_SET_OUT = 2.0  # Metres to the left of its seat, where a walk begins.
_WALK_YAW = 1.3  # A little towards the audience.
MOVING = frozenset({"walk", "run", "sneak"})
_OUTFITS: Mapping[str, tuple[str, str]] = MappingProxyType(  # Top and bottom of a garment's name.
    {
        "jumper": ("jumper", "trousers"), "hoodie": ("hoodie", "trousers"),
        "jacket": ("jacket", "trousers"), "coat": ("coat", "trousers"),
        "dress": ("dress", "trousers"), "shirt": ("shirt", "trousers"),
        "t_shirt": ("t_shirt", "trousers"), "skirt": ("shirt", "skirt"),
        "shorts": ("t_shirt", "shorts"),
    }
)  # fmt: skip
WEARS = frozenset(_OUTFITS)
HAIRS = frozenset(STYLES)
BUILDS = frozenset(SKELETONS)
_USUAL: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {  # Hair and garments of a build that nobody has said anything about.
        "man": (("short", "quiff", "spiky", "curly"), ("jumper", "shirt", "jacket", "hoodie")),
        "woman": (
            ("long", "bob", "ponytail", "bun", "curly"), ("dress", "jumper", "skirt", "shirt")
        ),
        "child": (("short", "bob", "pigtails", "curly", "spiky"), ("t_shirt", "hoodie", "shorts")),
        "heavy": (("short", "receding", "curly"), ("jumper", "shirt", "jacket")),
        "tall": (("short", "bun", "afro", "quiff"), ("jumper", "shirt", "t_shirt")),
        "old": (("receding", "bun", "short"), ("jumper", "jacket")),
        "robot": (("bald",), ("jumper",)),
    }
)  # fmt: skip
_BOTTOMS: tuple[Colour, ...] = (
    (52, 66, 104), (70, 62, 58), (48, 54, 62), (112, 92, 70), (70, 84, 74),
)  # fmt: skip
_SHOES: tuple[Colour, ...] = ((232, 228, 220), (120, 66, 44), (52, 50, 54), (190, 70, 56))


@dataclass(frozen=True, slots=True)
class Member:
    """Who a role is on the film's set."""

    build: str
    outfit: Outfit
    hair: str


@dataclass(frozen=True, slots=True)
class Face:
    """A face to be framed: the point between the eyes, where it looks (radians), its height."""

    at: Point
    yaw: float
    size: float


@dataclass(frozen=True, slots=True)
class FilmHold:
    """The throwing hand of the film's figures."""

    release_seconds: float = actions.release("man")[0]

    def hand(self, world: World, shot: int, role: Role, at: float) -> NDArray[np.float64]:
        """Return the middle of the right hand in the world, float64 (3,), metres."""
        look = world.looks[role.name]
        frame, held = stand(world, shot, role, at)
        x, y, z = (value * look.height_m for value in held.right_hand.at)
        return np.array(shapes.point(frame, (x, y + 0.05, z)))


def seat(world: World, shot: int, role: Role) -> tuple[Group, ...]:
    """Return the stool that a figure sits down on; nothing for one that does not sit."""
    if role.action != "sit":
        return ()
    look = world.looks[role.name]
    frame, _ = stand(world, shot, role, world.starts[_first(world, role)])
    build_name = member(role, look, seed=world.seed).build
    seated = actions.pose("sit", 2 * SIT_SECONDS, build=build_name)
    high = SEAT * look.height_m
    scale = high / PROPS["stool"].size[1]
    at = shapes.point(frame, (0.0, 0.0, seated.hips[2] * look.height_m))
    stool = catalogue.build("stool")
    return groups.put(stool, Pose((at[0], 0.0, at[2]), frame.turn, scale), number=objects.PLACE)


def member(role: Role, look: Look, *, seed: int) -> Member:
    """Return the build, clothes and hair of a role; what nobody said is drawn by the seed."""
    digest = hashlib.sha256(f"{seed}/{role.name}/cast".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(digest[:8], "big"))
    build = role.body if role.body in BUILDS else _build(look)
    styles, garments = _USUAL[build]
    hair = role.hair or styles[int(rng.integers(len(styles)))]
    wear = role.wear or garments[int(rng.integers(len(garments)))]
    top, bottom = _OUTFITS[wear]
    trousers = _BOTTOMS[int(rng.integers(len(_BOTTOMS)))]
    shoes = _SHOES[int(rng.integers(len(_SHOES)))]
    return Member(build, Outfit(top, bottom, look.clothes, trousers, shoes), hair)


def stand(world: World, shot: int, role: Role, at: float) -> tuple[Pose, skeletons.Pose]:
    """Return the frame of a figure in the world at a time, and how it holds itself in it."""
    look = world.looks[role.name]
    build = member(role, look, seed=world.seed).build
    seat = world.seats[role.name]
    x, z = SEATS[seat % len(SEATS)]
    since = at - world.starts[_first(world, role)]
    yaw = -0.32 * x
    action = role.action
    if action in MOVING:
        x, yaw = x - _SET_OUT, _WALK_YAW
    elif action == "throw":
        yaw = 2.3 if world.shots[shot].place in WALLS else 1.1
    elif action == "kick":
        yaw = 0.9
    mouth = world.mouth(shot, role, at)
    speaks = mouth.open > 0.02 or any(
        line.role == role.name and line.shot == shot and line.utterance.says(at)
        for line in world.lines
    )
    if speaks and action == "stand":
        action = "talk"
    speech = Speech(mouth.open, mouth.width, 0.6 if speaks else 0.0)
    held = _held(action, since, build, seat, speech, look)
    side, up, ahead = (value * look.height_m for value in held.travel)
    start = shapes.pose((x, 0.0, z), yaw=yaw)
    return (
        shapes.placed(start, shapes.pose((side, up, ahead), yaw=held.spin)),
        held,
    )


def build(world: World, shot: int, role: Role, *, at: float, number: int) -> tuple[Group, ...]:
    """Return a figure's groups at a time."""
    look = world.looks[role.name]
    who = member(role, look, seed=world.seed)
    frame, held = stand(world, shot, role, at)
    whole = figures.figure(
        look, build=who.build, pose=held, outfit=who.outfit, hair_style=who.hair,
        key=world.seats[role.name],
    )  # fmt: skip
    return groups.put(whole, frame, number=number)


def face(world: World, shot: int, role: Role, at: float) -> Face:
    """Return where a figure's face is at a time."""
    look = world.looks[role.name]
    frame, held = stand(world, shot, role, at)
    bones = SKELETONS[member(role, look, seed=world.seed).build]
    joints = skeletons.solve(bones, held)
    rise = skeletons.turned(joints.head_rows, (0.0, 0.38 * bones.head, 0.3 * bones.head))
    x, y, z = (value * look.height_m for value in skeletons.plus(joints.head, rise))
    yaw = math.atan2(frame.turn[0][2], frame.turn[2][2])
    return Face(shapes.point(frame, (x, y, z)), yaw, bones.head * look.height_m)


def _held(
    action: str, since: float, build_name: str, seat: int, speech: Speech, look: Look
) -> skeletons.Pose:
    held = actions.pose(action, since, build=build_name, phase=1.7 * seat, speech=speech)
    way = held.travel[2] * look.height_m
    if action not in MOVING or way <= _WAY:
        return held
    # Where the stage ends it stands: as far as it has come, and no further.
    still = actions.pose("stand", since, build=build_name, phase=1.7 * seat, speech=speech)
    return skeletons.Pose(
        still.hips, still.hips_turn, still.chest_turn, still.head_turn, still.left_hand,
        still.right_hand, still.left_foot, still.right_foot, still.face,
        (0.0, 0.0, _WAY / look.height_m), 0.0,
    )  # fmt: skip


def _build(look: Look) -> str:
    if look.height_m < 1.4:
        return "child"
    return "woman" if look.voice_hz > 165 else "man"


def _first(world: World, role: Role) -> int:
    """Return the first shot in which the role does what it does now."""
    for index, shot in enumerate(world.shots):
        if any(other.name == role.name and other.action == role.action for other in shot.cast):
            return index
    return 0
