"""When feet come down: read from the poses themselves, so that what is seen is what is heard."""

from dataclasses import dataclass

import numpy as np

from generator.base import Point, Role
from generator.simulate.world import World

_LOOK_SECONDS = 0.02  # A foot is in the air for longer.
_SURE_SECONDS = 0.0005
_AIR = 1e-3  # Heights; a sole that is higher is off the floor.


@dataclass(frozen=True, slots=True)
class Step:
    """A sole meets the floor: seconds of the clip, where, whose, in which shot; `both` feet."""

    at: float
    position: Point
    role: str
    shot: int
    both: bool


def steps(world: World) -> tuple[Step, ...]:
    """Return the steps of all who are on screen, in order of time."""
    found: list[Step] = []
    for index, shot in enumerate(world.shots):
        start = world.starts[index]
        times = np.arange(start, start + shot.seconds, _LOOK_SECONDS)
        for role in shot.cast:
            soles = [world.hold.soles(world, index, role, float(at)) for at in times]
            for foot in (0, 1):
                up = [pair[foot].height > _AIR for pair in soles]
                found += [
                    _step(world, index, role, foot, float(times[n]))
                    for n in range(1, len(times))
                    if up[n - 1] and not up[n]
                ]
    ordered = sorted(found, key=lambda step: (step.at, step.role))
    # A jump lands on both feet, which is one sound.
    return tuple(
        step
        for n, step in enumerate(ordered)
        if not (step.both and n and ordered[n - 1].both and ordered[n - 1].at > step.at - 0.01)
    )


def _height(world: World, shot: int, role: Role, foot: int, at: float) -> float:
    return world.hold.soles(world, shot, role, at)[foot].height


def _step(world: World, shot: int, role: Role, foot: int, after: float) -> Step:
    """Return the step that a foot makes shortly before a time."""
    low, high = after - _LOOK_SECONDS, after
    while high - low > _SURE_SECONDS:
        middle = (low + high) / 2
        if _height(world, shot, role, foot, middle) > _AIR:
            low = middle
        else:
            high = middle
    place = world.hold.soles(world, shot, role, high)[foot].at
    return Step(high, place, role.name, shot, role.action == "jump")
