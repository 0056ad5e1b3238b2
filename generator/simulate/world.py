"""One world that lasts over the cuts: who and what is where at any time of the clip.

Everything is a function of the storyboard, the seed and the time; nothing is stepped. A shot shows
a part of the world: what its cast and props name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from generator import likeness
from generator.base import Colour, ContactEvent, Look, Point, Prop, Role, Shot, Storyboard
from generator.simulate import balls, figures
from generator.simulate.balls import Ball, Path, Wall
from generator.simulate.figures import Pose, Spot
from generator.speech import espeak, mouths, utterances
from generator.speech.espeak import Recording
from generator.speech.listening import Timbre
from generator.speech.phones import Mouth
from generator.speech.utterances import Utterance

SURFACES: dict[str, tuple[str, float]] = {  # Material of the floor and what it gives back.
    "court": ("asphalt", 1.0), "park": ("grass", 0.82), "room": ("wood", 1.0),
    "street": ("stone", 0.98), "beach": ("sand", 0.5), "forest": ("earth", 0.78),
    "snowfield": ("snow", 0.4), "desert": ("sand", 0.5), "studio": ("vinyl", 0.96),
    "cafe": ("stone", 0.98), "harbour": ("stone", 0.98), "kitchen": ("stone", 0.98),
    "library": ("wood", 1.0), "meadow": ("grass", 0.82), "rooftop": ("stone", 0.98),
    "temple": ("sand", 0.6), "theatre": ("wood", 1.0),
}  # fmt: skip
WALLS: dict[str, Wall] = {"room": Wall(-3.4, 0.8), "court": Wall(-4.6, 0.85)}
_BALLS: dict[str, tuple[float, float]] = {  # Radius in metres, restitution on a hard floor.
    "ball": (0.14, 0.76), "basketball": (0.15, 0.78), "football": (0.14, 0.7),
}  # fmt: skip
_SEATS: tuple[tuple[float, float], ...] = ((-0.55, -0.55), (0.75, -0.7), (-1.7, -1.0), (1.85, -1.1))
# Where things stand, in the order they are named: x and z in metres. Tall ones stand further back.
_LOW_SLOTS: tuple[tuple[float, float], ...] = (
    (1.8, -1.5), (-2.3, -1.4), (2.9, -2.0), (-3.2, -2.1), (0.8, -2.3), (-1.1, -2.4), (3.9, -1.3),
    (-4.2, -1.3), (1.9, -2.9), (-2.2, -2.9), (4.5, -2.6), (-4.6, -2.8),
)  # fmt: skip
_TALL_SLOTS: tuple[tuple[float, float], ...] = (
    (-3.0, -3.1), (3.2, -3.2), (-1.5, -4.8), (1.5, -4.4), (4.8, -3.6), (-4.9, -3.9), (0.1, -6.2),
    (-3.4, -6.0), (3.5, -5.8),
)  # fmt: skip
_TALL = frozenset({"tree", "lamp", "parasol", "cactus"})
_ROW_METRES = 6.0  # When all slots are taken, another row stands so much further back.
_LANES = (0.45, 0.85, 0.05, 1.25, 1.6)  # z in metres; balls do not meet, as no one solves it.


@dataclass(frozen=True, slots=True)
class Thrown:
    """A ball of the world: the shots that show it, and who holds it until it is let go."""

    kind: str
    colour: Colour
    radius: float
    path: Path
    launched_at: float
    holder: str | None
    shots: frozenset[int]


@dataclass(frozen=True, slots=True)
class Placed:
    """A thing that stands still: metres, radians about y, and a factor on its usual size."""

    kind: str
    colour: Colour
    x: float
    z: float
    yaw: float
    scale: float


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line in time: who says it in which shot; `recording` if eSpeak NG said it."""

    role: str
    shot: int
    utterance: Utterance
    recording: Recording | None = None


class Hold(Protocol):
    """Where the hand of a thrower is; engines whose figures move in their own way have their own.

    `release_seconds` is when it lets go after the shot begins.
    """

    @property
    def release_seconds(self) -> float:
        """Seconds from the beginning of a throw to letting go."""
        ...

    def hand(self, world: "World", shot: int, role: Role, at: float) -> NDArray[np.float64]:
        """Return the middle of the throwing hand in the world, float64 (3,), metres."""
        ...


@dataclass(frozen=True, slots=True)
class ToyHold:
    """The hold of the figures of `simulate.figures`."""

    release_seconds: float = figures.THROW_SECONDS

    def hand(self, world: "World", shot: int, role: Role, at: float) -> NDArray[np.float64]:
        """Return the right hand of a figure."""
        spot, held = world.figure(shot, role, at)
        return hand(spot, held.right_hand, world.looks[role.name].height_m)


@dataclass(frozen=True, slots=True)
class World:
    """Everything that is where it is; `starts` are the seconds at which shots begin."""

    shots: tuple[Shot, ...]
    starts: tuple[float, ...]
    seconds: float
    seed: int
    looks: dict[str, Look]
    seats: dict[str, int]
    thrown: tuple[Thrown, ...]
    lines: tuple[Spoken, ...]
    hold: Hold = ToyHold()

    def shot_at(self, at: float) -> int:
        """Return the index of the shot on screen at a time."""
        index = int(np.searchsorted(np.array(self.starts), at + 1e-9, side="right")) - 1
        return min(max(index, 0), len(self.shots) - 1)

    def figure(self, shot: int, role: Role, at: float) -> tuple[Spot, Pose]:
        """Return where a role of a shot stands at a time, and how."""
        height = self.looks[role.name].height_m
        since = at - self.starts[_first(self.shots, role)]
        seat = self.seats[role.name]
        x, z = _SEATS[seat % len(_SEATS)]
        yaw = -0.32 * x
        if role.action == "walk":
            way = min(max(since, 0.0) * figures.WALK_SPEED * height, 3.2)
            if way >= 3.2:
                role = replace(role, action="stand")
            x, yaw = x - 1.1 + way, 1.15
        if role.action == "throw":
            yaw = 2.3 if self.shots[shot].place in WALLS else 1.1
        held = figures.pose(
            role.action, since, mouth=self.mouth(shot, role, at).open, phase=1.7 * seat
        )
        return Spot(x, z, yaw), held

    def mouth(self, shot: int, role: Role, at: float) -> Mouth:
        """Return the mouth of a role of a shot at a time; closed while it says nothing."""
        for line in self.lines:
            said = line.utterance
            if (line.role, line.shot) == (role.name, shot) and said.says(at):
                return mouths.at_time(said.keys, at)
        return mouths.HUSH

    def ball(self, thrown: Thrown, at: float) -> NDArray[np.float64]:
        """Return the centre of a ball at a time, float64 (3,), metres."""
        if thrown.holder is not None and at < thrown.launched_at:
            shot = min(thrown.shots)
            role = next(role for role in self.shots[shot].cast if role.name == thrown.holder)
            return self.hold.hand(self, shot, role, at)
        return thrown.path.position(at)

    def placed(self, shot: int) -> tuple[Placed, ...]:
        """Return what stands on the set of a shot; the same set stands alike in every shot."""
        here = self.shots[shot]
        taken: dict[tuple[str, Colour, int], Placed] = {}
        # Slots are given out over all shots of this place, in the order things are first named.
        for board in self.shots:
            if board.place == here.place:
                for prop in board.props:
                    for index in range(prop.count if prop.kind not in _BALLS else 0):
                        key = (prop.kind, prop.colour, index)
                        if key not in taken:
                            taken[key] = _place(prop, [*taken.values()], self.seed)
        wanted = [
            (prop.kind, prop.colour, index) for prop in here.props for index in range(prop.count)
        ]
        return tuple(taken[key] for key in wanted if key in taken)

    def contacts(self) -> tuple[ContactEvent, ...]:
        """Return the contacts of balls that are part of the shot on screen, in order of time."""
        events: list[ContactEvent] = []
        for thrown in self.thrown:
            for contact in thrown.path.contacts:
                shot = self.shot_at(contact.at)
                if shot not in thrown.shots:
                    continue
                floor = SURFACES[self.shots[shot].place][0]
                surface = floor if contact.surface == "floor" else "wall"
                events.append(
                    ContactEvent(
                        contact.at, contact.position, contact.speed, thrown.kind, surface, shot
                    )
                )
        return tuple(sorted(events, key=lambda event: event.at))


_TOY = ToyHold()


def _place(prop: Prop, before: list[Placed], seed: int) -> Placed:
    """Return where one more thing stands."""
    tall = prop.kind in _TALL
    number = sum((other.kind in _TALL) == tall for other in before)
    slots = _TALL_SLOTS if tall else _LOW_SLOTS
    x, z = slots[number % len(slots)]
    rng = np.random.default_rng((seed, 12, number, int(tall)))
    dx, dz = (float(value) for value in rng.uniform(-0.1, 0.1, 2))
    yaw, scale = float(rng.uniform(-0.6, 0.6)), float(rng.uniform(0.9, 1.12))
    row = number // len(slots)
    return Placed(prop.kind, prop.colour, x + dx, z + dz - row * _ROW_METRES, yaw, scale)


def hand(spot: Spot, at: Point, height: float) -> NDArray[np.float64]:
    """Return a point of a figure's frame (in heights) in the world, float64 (3,), metres."""
    x, y, z = (value * height for value in at)
    cos, sin = float(np.cos(spot.yaw)), float(np.sin(spot.yaw))
    return np.array([spot.x + cos * x + sin * z, y, spot.z - sin * x + cos * z])


def build(
    storyboard: Storyboard,
    looks: dict[str, Look],
    *,
    seconds: float,
    hold: Hold = _TOY,
    espeak_ng: bool = False,
) -> World:
    """Return the world of a storyboard.

    Args:
        storyboard: A checked storyboard.
        looks: The look of every role by name.
        seconds: Length of the clip.
        hold: The hand of a thrower.
        espeak_ng: Whether eSpeak NG says what it can, where it is installed.
    """
    shots = storyboard.shots
    lengths = [shot.seconds for shot in shots]
    starts = tuple(float(sum(lengths[:n])) for n in range(len(lengths)))
    seats: dict[str, int] = {}
    for shot in shots:
        for role in shot.cast:
            seats.setdefault(role.name, len(seats))
    lines = [
        line for index in range(len(shots)) for line in _lines(shots[index], index, starts[index])
    ]
    if espeak_ng:
        lines = [_recorded(line, looks[line.role]) for line in lines]
    world = World(shots, starts, seconds, storyboard.seed, looks, seats, (), tuple(lines), hold)
    return replace(world, thrown=tuple(_throw_all(world)))


def contacts(worlds: Sequence[World]) -> tuple[ContactEvent, ...]:
    """Return the contacts of a clip whose shots are in these worlds, in order of time."""
    seen = [
        event
        for shot, world in enumerate(worlds)
        for event in world.contacts()
        if event.shot == shot
    ]
    return tuple(sorted(seen, key=lambda event: event.at))


def _first(shots: tuple[Shot, ...], role: Role) -> int:
    """Return the first shot in which the role does what it does now."""
    for index, shot in enumerate(shots):
        if any(other.name == role.name and other.action == role.action for other in shot.cast):
            return index
    return 0


def _lines(shot: Shot, index: int, start: float) -> list[Spoken]:
    texts = [line.text for line in shot.dialogue]
    said = utterances.converse(texts, start=start, end=start + shot.seconds)
    return [
        Spoken(shot.cast[line.speaker].name, index, utterance)
        for line, utterance in zip(shot.dialogue, said, strict=True)
    ]


def _recorded(line: Spoken, look: Look) -> Spoken:
    """Return a line as eSpeak NG says it in the same time, or as it was."""
    own = line.utterance
    if not own.phones or own.share < 1:
        return line
    wished = Timbre(look.voice_hz, likeness.voice(look).tract)
    said = espeak.speak(own.text, wished, start=own.start, end=own.end + utterances.GAP_SECONDS)
    return line if said is None else replace(line, utterance=said.utterance, recording=said)


def _throw_all(world: World) -> list[Thrown]:
    """Set every distinct ball of the storyboard going when it is first seen."""
    seen: dict[tuple[str, Colour, int], set[int]] = {}
    for index, shot in enumerate(world.shots):
        for prop in shot.props:
            for number in range(prop.count if prop.kind in _BALLS else 0):
                seen.setdefault((prop.kind, prop.colour, number), set()).add(index)
    thrown: list[Thrown] = []
    for lane, ((kind, colour, _), where) in enumerate(seen.items()):
        first = min(where)
        radius, restitution = _BALLS[kind]
        thrower = next((r for r in world.shots[first].cast if r.action == "throw"), None)
        holder = thrower.name if thrower is not None and lane == 0 else None
        ball = _launch(world, first, lane, thrower if lane == 0 else None)
        ball = replace(ball, radius=radius, restitution=restitution)
        place = world.shots[first].place
        path = balls.fly(
            ball,
            floor_restitution=SURFACES[place][1],
            wall=WALLS.get(place),
            until=world.seconds,
        )
        thrown.append(
            Thrown(kind, colour, radius, path, ball.launched_at, holder, frozenset(where))
        )
    return thrown


def _launch(world: World, shot: int, lane: int, thrower: Role | None) -> Ball:
    rng = np.random.default_rng((world.seed, 2, lane))
    start = world.starts[shot]
    if thrower is not None:
        at = start + world.hold.release_seconds
        spot, _ = world.figure(shot, thrower, at)
        here = world.hold.hand(world, shot, thrower, at)
        pace = 2.6 if world.shots[shot].place in WALLS else 1.5
        speed = (pace * np.sin(spot.yaw) * 0.8, 2.6, pace * np.cos(spot.yaw))
        return Ball(0.0, 0.0, at, _point(here), _point(np.array(speed)))
    side = -1.0 if lane % 2 == 0 else 1.0
    x = side * float(rng.uniform(0.95, 1.35)) if lane else float(rng.uniform(-1.35, -1.0))
    z = _LANES[lane % len(_LANES)]
    drift = -side * float(rng.uniform(0.4, 0.62))
    height = float(rng.uniform(1.35, 1.75))
    if world.shots[shot].motion == "drop":
        drift *= 0.35
    if world.shots[shot].motion == "roll":
        height, drift = 0.16, drift * 2.0
    return Ball(0.0, 0.0, start, (x, height, z), (drift, 0.0, 0.0))


def _point(vector: NDArray[np.float64]) -> Point:
    return float(vector[0]), float(vector[1]), float(vector[2])
