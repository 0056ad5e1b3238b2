from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from generator import registry
from generator.base import PROGRESS_FRAMES, Clip
from generator.errors import GeneratorError
from tests.generator.requests import CAMEO, clip, request

TALK = 'A woman waves in the park, a red ball bounces. She says "Hello there."'


def pictures(made: Clip) -> np.ndarray:
    return np.concatenate(list(made.frames))


def test_the_same_request_gives_the_same_bytes_and_another_seed_does_not() -> None:
    asked = request(TALK, seconds=0.75)

    first, again, other = clip(asked), clip(asked), clip(replace(asked, seed=8))
    seen, seen_again, seen_other = pictures(first), pictures(again), pictures(other)

    assert seen.tobytes() == seen_again.tobytes()
    assert first.audio.tobytes() == again.audio.tobytes()
    assert np.abs(seen.astype(int) - seen_other).mean() > 5
    assert first.audio.tobytes() != other.audio.tobytes()


def test_a_clip_has_the_frames_and_the_sound_asked_for() -> None:
    asked = request(seconds=1.3, fps=Fraction(24000, 1001), width=128, height=96)

    made = clip(asked)
    seen = pictures(made)

    assert seen.shape == (asked.frame_count, 96, 128, 3)
    assert seen.dtype == np.uint8
    assert made.audio.dtype == np.float32
    assert abs(len(made.audio) - asked.frame_count / asked.fps * made.rate) <= 1
    assert np.abs(made.audio).max() <= 1
    assert np.isfinite(made.audio).all()
    assert np.abs(made.audio).max() > 0.05


def test_progress_is_told_often_rises_and_ends_at_one() -> None:
    asked = request(seconds=3.0)
    engine = registry.engine(registry.DEFAULT)
    told: list[float] = []

    made = engine.generate(asked, engine.plan(asked), progress=told.append)
    for _ in made.frames:
        pass

    assert len(told) - 1 >= asked.frame_count / PROGRESS_FRAMES
    assert all(a < b for a, b in pairwise(told))
    assert told[-1] == 1.0


class CancelledError(Exception):
    pass


def test_progress_may_cancel_in_the_middle() -> None:
    asked = request(seconds=3.0)
    engine = registry.engine(registry.DEFAULT)
    taken: list[int] = []

    def stop(share: float) -> None:
        if share > 0.5:
            raise CancelledError

    made = engine.generate(asked, engine.plan(asked), progress=stop)
    with pytest.raises(CancelledError):
        taken.extend(len(chunk) for chunk in made.frames)

    assert 0 < sum(taken) < asked.frame_count


def test_a_cameo_is_seen_in_its_own_clothes() -> None:
    plain = request("@aya waves in the studio, close-up, single take, noon", cameos=(CAMEO,))
    recoloured = replace(CAMEO, look=replace(CAMEO.look, clothes=(206, 30, 200)))

    green = pictures(clip(plain))[-1].astype(int)
    purple = pictures(clip(replace(plain, cameos=(recoloured,))))[-1].astype(int)

    is_green = (green[..., 1] > green[..., 0] + 40) & (green[..., 1] > green[..., 2] + 40)
    is_purple = (purple[..., 0] > purple[..., 1] + 40) & (purple[..., 2] > purple[..., 1] + 40)
    assert is_green.mean() > 0.03
    assert (is_green & is_purple).sum() > 0.8 * is_green.sum()


@pytest.mark.slow
def test_places_lights_and_seeds_look_clearly_different() -> None:
    wishes = [
        (place, light, seed)
        for place, light, seed in (
            ("basketball court", "sunset", 1), ("park", "noon", 1), ("room", "noon", 1),
            ("street", "night", 1), ("beach", "morning", 1), ("forest", "overcast", 1),
            ("snowfield", "noon", 1), ("desert", "sunset", 1), ("studio", "noon", 1),
            ("park", "sunset", 1), ("park", "night", 1), ("park", "dusk", 1), ("studio", "noon", 4),
        )
    ]  # fmt: skip
    views: list[np.ndarray] = []
    for place, light, seed in wishes:
        asked = request(f"a ball in the {place}, {light}, single take, wide shot", seed=seed)
        views.append(next(clip(asked).frames)[0].astype(float))

    for index, one in enumerate(views):
        assert one.std() > 8, wishes[index]
        for further, other in enumerate(views[:index]):
            assert np.abs(one - other).mean() > 8, (wishes[index], wishes[further])


def test_too_many_shots_for_the_time_are_refused() -> None:
    prompt = " ".join(f"Shot {n}: a ball." for n in range(1, 13))

    with pytest.raises(GeneratorError, match="12 shots"):
        registry.engine(registry.DEFAULT).plan(request(prompt, seconds=1.0))
