"""What figures do: each action is a pose as a function of time, for any build.

Every movement of weight is led by a small one the other way, and what is loose comes after. Feet
that bear weight stay where they are in the world: a walk moves the frame (`Pose.travel`) and the
foot against it. Times are seconds since the action began; before 0 a figure stands.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from generator.base import Point
from generator.errors import GeneratorError
from generator.simulate import gestures, strides
from generator.simulate.gestures import Moment
from generator.simulate.skeletons import SKELETONS, Face, Pose

Action: TypeAlias = Callable[[Moment], Pose]


@dataclass(frozen=True, slots=True)
class Speech:
    """What the mouth does while a figure speaks; see `skeletons.Face`."""

    mouth: float = 0.0
    wide: float = 0.0
    press: float = 0.0
    stress: float = 0.0  # 0..1: what is said with weight is said with the hands too.


SILENT = Speech()

ACTIONS: dict[str, Action] = {
    "stand": gestures.stand,
    "walk": strides.walk,
    "run": strides.run,
    "jump": strides.jump,
    "dance": strides.dance,
    "spin": strides.spin,
    "wave": gestures.wave,
    "talk": gestures.talk,
    "nod": gestures.nod,
    "point": gestures.point,
    "clap": gestures.clap,
    "cheer": gestures.cheer,
    "look": gestures.look,
    "think": gestures.think,
    "throw": gestures.throw,
    "kick": strides.kick,
    "sit": gestures.sit,
    "bow": gestures.bow,
    "pick_up": gestures.pick_up,
    "fall": strides.fall,
    "sneak": strides.sneak,
}


def pose(
    action: str, at: float, *, build: str, phase: float = 0.0, speech: Speech = SILENT
) -> Pose:
    """Return the pose of a build `at` seconds after it began an action.

    Args:
        action: A name of ACTIONS.
        at: Seconds; may be negative.
        build: A name of SKELETONS.
        phase: Radians that set figures apart.
        speech: What the mouth says now.

    Raises:
        GeneratorError: There is no such action or build.
    """
    if action not in ACTIONS:
        raise GeneratorError(f"There is no action called {action!r}.")
    if build not in SKELETONS:
        raise GeneratorError(f"There is no build called {build!r}.")
    moment = Moment(SKELETONS[build], max(at, 0.0), at, phase, speech.stress)
    held = (ACTIONS[action] if at >= 0 else gestures.stand)(moment)
    return replace(held, face=_spoken(held.face, speech))


def release(build: str) -> tuple[float, Point]:
    """Return when a thrower lets go, in seconds, and where its right hand then is, in heights."""
    moment = Moment(SKELETONS[build], gestures.THROW_SECONDS, gestures.THROW_SECONDS, 0.0, 0.0)
    return gestures.THROW_SECONDS, gestures.throw(moment).right_hand.at


def _spoken(face: Face, said: Speech) -> Face:
    spoken = said.mouth > 0 or said.press > 0
    return replace(
        face,
        mouth=max(face.mouth, said.mouth) * (1 - min(2 * said.press, 1.0)),
        wide=said.wide if spoken else face.wide,
        press=said.press,
        brow=face.brow + 0.5 * said.stress,
    )
