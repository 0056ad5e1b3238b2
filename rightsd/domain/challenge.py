"""Challenge: what someone is asked to do before camera and microphone, and whether they did.

It binds a recording to this session: what is asked for is drawn after the session began. It does
not tell a living person from a good forgery (ISO/IEC 30107-3 is not claimed): see
api-specs/enrolment.md, which also says where the numbers come from.
"""

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

READINGS = 2  # Of the ten digits in order: what the drawn ones are compared with.
DIGITS_DRAWN = 8
DIGITS_NEEDED = 6  # Eight in nine are recognised, and of those said blindly one in ten.
SLOT_SECONDS = 1.5  # One digit is shown in each.
TURNS_DRAWN = 4
TURN_DEGREES = 25.0  # From the pose at the start; heads of people who talk stay within 20.
RETURN_DEGREES = 8.0
START_SECONDS = 1.0  # Of the clip, in which one looks ahead.
START_LOOKS_MIN = 3


class Turn(StrEnum):
    """To which side of their own someone turns their head."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is asked for.

    Attributes:
        digits: DIGITS_DRAWN of them, to be said after the readings, one in each slot.
        turns: TURNS_DRAWN of them, in order, looking ahead before, between and after.
    """

    digits: tuple[int, ...]
    turns: tuple[Turn, ...]

    @property
    def slots(self) -> tuple[int, ...]:
        """The digit of each slot of the voice recording, from its beginning."""
        return (*range(10),) * READINGS + self.digits

    @property
    def voice_seconds(self) -> float:
        """How long the voice recording is."""
        return len(self.slots) * SLOT_SECONDS


@dataclass(frozen=True, slots=True)
class Look:
    """One frame of the clip.

    Attributes:
        at_seconds: Since the clip's first frame.
        yaw: Of the one face in it, in degrees, positive when the nose points to the right of the
            picture: that is to the person's left, unless the picture is mirrored.
    """

    at_seconds: float
    yaw: float


@dataclass(frozen=True, slots=True)
class Turned:
    """A turn of the head that was made: how far at most, in degrees from the start pose."""

    side: Turn
    degrees: float


def draw(below: Callable[[int], int]) -> Challenge:
    """Return a challenge; `below(n)` draws a number from 0 to n - 1."""
    sides = tuple(Turn)
    return Challenge(
        digits=tuple(below(10) for _ in range(DIGITS_DRAWN)),
        turns=tuple(sides[below(len(sides))] for _ in range(TURNS_DRAWN)),
    )


def ahead(looks: Sequence[Look]) -> float | None:
    """Return the yaw at the start of a clip, or None when there is too little of it."""
    start = [look.yaw for look in looks if look.at_seconds <= START_SECONDS]
    return statistics.median(start) if len(start) >= START_LOOKS_MIN else None


def turned(looks: Sequence[Look]) -> tuple[Turned, ...]:
    """Return the turns of a head that begin and end looking ahead, in order.

    One from which it has not come back is no turn, and neither is one that passes straight to the
    other side.
    """
    start = ahead(looks)
    return () if start is None else tuple(_turns([look.yaw - start for look in looks]))


def is_met(challenge: Challenge, made: Sequence[Turned]) -> bool:
    """Say whether the turns that were made are those that were asked for, and no others."""
    return tuple(turn.side for turn in made) == challenge.turns


def _turns(offsets: Sequence[float]) -> Iterator[Turned]:
    farthest = 0.0  # Since it last looked ahead.
    crossed = False
    for offset in offsets:
        if abs(offset) <= RETURN_DEGREES:
            if abs(farthest) >= TURN_DEGREES and not crossed:
                yield Turned(Turn.LEFT if farthest > 0 else Turn.RIGHT, round(abs(farthest), 1))
            farthest, crossed = 0.0, False
        elif farthest * offset < 0:
            crossed = True
        elif abs(offset) > abs(farthest):
            farthest = offset
