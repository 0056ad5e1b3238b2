import hashlib
from itertools import pairwise

import numpy as np
import pytest

from generator import registry
from generator.base import Fate, Storyboard
from generator.errors import GeneratorError
from tests.generator.film.productions import asked, planned

PROMPT = "A red ball bounces past a cat on the beach at sunset. Wide shot, static, single take."


class Stopped(Exception):  # noqa: N818 - Not an error: someone asked to stop.
    pass


def test_the_same_request_gives_the_same_pictures_and_sound() -> None:
    engine = registry.engine("film")
    request = asked(PROMPT, seconds=0.5)
    sums: set[str] = set()

    for _ in range(2):
        clip = engine.generate(request, engine.plan(request), progress=lambda _: None)
        frames = np.concatenate(list(clip.frames))
        sums.add(hashlib.sha256(frames.tobytes() + clip.audio.tobytes()).hexdigest())

    assert frames.shape == (6, 72, 128, 3)
    assert len(sums) == 1


def test_what_a_clip_tells_of_its_words_is_measured() -> None:
    engine = registry.engine("film")
    request = asked(PROMPT, seconds=0.5)

    clip = engine.generate(request, engine.plan(request), progress=lambda _: None)

    shares = {word.text: word.share for word in clip.storyboard.words if word.share is not None}
    assert {"red", "ball", "bounces", "cat", "beach"} <= set(shares)
    assert shares["beach"] > shares["cat"] > 0.001
    clip.frames.close()  # pyright: ignore[reportAttributeAccessIssue]


def test_whoever_stops_it_stops_it_at_once() -> None:
    engine = registry.engine("film")
    request = asked(PROMPT, seconds=2.0)

    def stop(share: float) -> None:
        if share >= 0:
            raise Stopped

    with pytest.raises(Stopped):
        engine.generate(request, engine.plan(request), progress=stop)


def test_a_strict_request_is_refused_with_what_is_not_drawn() -> None:
    with pytest.raises(GeneratorError, match="unicorn"):
        planned("A unicorn on the beach.", strict=0.9)

    board = planned("A unicorn on the beach.", strict=0.5)
    assert next(word.fate for word in board.words if word.text == "unicorn") is Fate.NOT_DRAWN


@pytest.mark.parametrize("strict", [-0.1, 1.5, float("nan")])
def test_strictness_is_a_share(strict: float) -> None:
    with pytest.raises(GeneratorError, match="strict"):
        planned("a ball", strict=strict)


def test_a_film_storyboard_is_not_the_other_engines() -> None:
    request = asked("a cat in the kitchen")
    board = registry.engine("film").plan(request)

    with pytest.raises(GeneratorError):
        registry.engine("procedural").generate(request, board, progress=lambda _: None)


def test_the_procedural_engine_never_claims_what_only_the_film_draws() -> None:
    request = asked("A cat and a teapot in the kitchen, dolly zoom, neon, a woman claps.")
    plain = registry.engine("procedural").plan(request)
    film = registry.engine("film").plan(request)

    def drawn(board: Storyboard, text: str) -> bool:
        return any(word.text == text and word.fate is Fate.DRAWN for word in board.words)

    for text in ("cat", "teapot", "dolly zoom", "neon", "claps"):
        assert drawn(film, text)
        assert not drawn(plain, text)


def test_progress_rises_from_the_first_look_to_the_last_frame() -> None:
    engine = registry.engine("film")
    request = asked("A cat in the kitchen. Cut to: a ball on the beach.", seconds=1.5)
    told: list[float] = []

    for _ in engine.generate(request, engine.plan(request), progress=told.append).frames:
        pass

    assert all(a < b for a, b in pairwise(told))
    assert (told[0], told[-1]) == (0.0, 1.0)
