"""A clip is marked until its mark holds, and is not released where it cannot."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from generator.base import Clip, Request, Storyboard
from generator.procedural import Procedural
from rightsd.domain.generation import Generation, State
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


def storm(count: int) -> Frames:
    """Return pictures in which no mark keeps."""
    random = np.random.default_rng(1)
    return 255 * random.integers(0, 2, (count, HEIGHT, WIDTH, 1), dtype=np.uint8).repeat(3, axis=3)


def grain(count: int) -> Frames:
    """Return pictures in which only a strong mark keeps: what stands still covers it."""
    grains = np.random.default_rng(7).normal(0.0, 20.0, (1, HEIGHT, WIDTH, 1))
    return np.clip(clips.plain("flat", HEIGHT, WIDTH, 48)[:count] + grains, 0, 255).astype(np.uint8)


class Breaking(Procedural):
    """An engine that shows what keeps a mark, and from some frame on what does not.

    Args:
        after: In each drawing, how many frames come before that.
        then: Makes the others, in pieces of twelve.
    """

    def __init__(self, *after: int, then: Callable[[int], Frames]) -> None:
        super().__init__()
        self.left = list(after)
        self._then = then

    def generate(
        self, request: Request, storyboard: Storyboard, *, progress: Callable[[float], None]
    ) -> Clip:
        clip = super().generate(request, storyboard, progress=progress)
        return replace(clip, frames=self._break(request.frame_count, self.left.pop(0)))

    def _break(self, count: int, after: int) -> Iterator[Frames]:
        shown = clips.plain("flat", HEIGHT, WIDTH, 48)
        for start in range(0, count, 12):
            yield shown[start % 48 : start % 48 + 12] if start < after else self._then(12)


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


def allowed(rt: Runtime, generation: Generation) -> float:
    """Return the most that the budget allows a clip that begins flat."""
    assert generation.watermark_id is not None
    return stamp.stamp(
        [clips.plain("flat", HEIGHT, WIDTH, 48)],
        secret=rt.watermark_keys.newest(),
        payload_id=generation.watermark_id,
        recode=lambda frames, _: list(frames),
        tenant=generation.account_id,
        cuts=(0,),
        strength=1.0,
    ).strength_max


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
    engine = Breaking(240, 240, then=storm)

    made = make(replace(rt, engine=engine), seconds=10)

    assert engine.left == [240]
    assert made.picture_mark is not None
    assert made.picture_mark.strength < MOST


@pytest.mark.slow
def test_a_stretch_without_a_margin_has_the_clip_marked_with_all_that_is_allowed(
    rt: Runtime,
) -> None:
    """Of the clip as a whole the mark has a margin, and of its first five seconds."""
    engine = Breaking(144, 144, then=grain)

    made = make(replace(rt, engine=engine), seconds=10)

    assert engine.left == []
    assert made.generation.state is State.PUBLISHED
    assert made.picture_mark is not None
    assert made.picture_mark.strength == pytest.approx(allowed(rt, made.generation))
    assert made.picture_mark.z > 9.0


@pytest.mark.slow
def test_what_is_not_read_when_it_was_drawn_again_is_not_released(rt: Runtime) -> None:
    engine = Breaking(120, 0, then=storm)

    made = make(replace(rt, engine=engine), seconds=10)

    assert engine.left == []
    assert made.generation.state is State.FAILED
    assert made.generation.reason is not None
    assert "could not be read back" in made.generation.reason
    assert made.picture_mark is None


def test_what_is_not_read_with_all_that_is_allowed_is_not_released(rt: Runtime) -> None:
    engine = Breaking(0, 0, then=storm)

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
