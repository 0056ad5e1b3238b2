"""A clip is marked until its mark holds, and is not released where it cannot."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from generator.base import Clip, Request, Storyboard
from generator.procedural import Procedural
from rightsd.domain.generation import State
from rightsd.domain.principal import Role
from rightsd.runtime import Runtime
from rightsd.workflows.generations import production, requests
from rightsd.workflows.generations.requests import View
from tests import people
from tests.watermark import clips
from watermark import stamp
from watermark.frames import Frames

HEIGHT, WIDTH = 96, 128
MOST = 2.5  # Of pictures as small as these.


class Breaking(Procedural):
    """An engine whose pictures turn into a storm, in which no mark keeps, as told for each drawing.

    Args:
        after: Of each drawing, how many frames come before that.
    """

    def __init__(self, *after: int) -> None:
        self.left = list(after)

    def generate(
        self, request: Request, storyboard: Storyboard, *, progress: Callable[[float], None]
    ) -> Clip:
        clip = super().generate(request, storyboard, progress=progress)
        return replace(clip, frames=self._break(request.frame_count, self.left.pop(0)))

    def _break(self, count: int, after: int) -> Iterator[Frames]:
        shown = clips.plain("flat", HEIGHT, WIDTH, 48)
        random = np.random.default_rng(1)
        for start in range(0, count, 12):
            storm = 255 * random.integers(0, 2, (12, HEIGHT, WIDTH, 1), dtype=np.uint8)
            storm = storm.repeat(3, axis=3)
            yield shown[start % 48 : start % 48 + 12] if start < after else storm


def make(rt: Runtime, *, height: int = HEIGHT, width: int = WIDTH, seconds: int = 2) -> View:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        wanted = people.wanted(
            "a red ball bounces in a park", seconds=seconds, height=height, width=width
        )
        asked = requests.request(tx, creator, wanted=wanted)
    production.produce(rt, asked.id)
    with rt.transaction() as tx:
        return requests.view(tx, creator, asked.id)


def test_an_output_has_its_mark_on_record(rt: Runtime) -> None:
    made = make(rt)

    assert made.generation.state is State.PUBLISHED
    noted = made.picture_mark
    assert noted is not None
    assert stamp.STRENGTH_MIN <= noted.strength <= MOST
    assert noted.log10_p < noted.copy_log10_p < -4.0
    assert noted.margin_db is not None
    assert noted.z > 9.0


@pytest.mark.slow
def test_what_holds_is_drawn_once(rt: Runtime) -> None:
    engine = Breaking(240, 240)

    made = make(replace(rt, engine=engine), seconds=10)

    assert engine.left == [240]
    assert made.picture_mark is not None
    assert made.picture_mark.strength < MOST


def test_what_is_not_read_with_all_that_is_allowed_is_not_released(rt: Runtime) -> None:
    engine = Breaking(0, 0)

    made = make(replace(rt, engine=engine))

    assert engine.left == [0]
    assert made.generation.state is State.FAILED
    assert made.generation.reason is not None
    assert "could not be read back" in made.generation.reason
    assert made.picture_mark is None


def test_what_is_too_small_for_a_mark_fails_with_a_reason(rt: Runtime) -> None:
    made = make(rt, height=64, width=64)

    assert made.generation.state is State.FAILED
    assert made.generation.reason is not None
    assert "96 pixels" in made.generation.reason
