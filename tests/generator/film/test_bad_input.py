"""What nobody should ask for: a sentence that says why not, or a list of what is not drawn."""

from dataclasses import replace

import numpy as np
import pytest

from generator import registry, storyboards
from generator.base import GRAMMAR_REASON, Cameo, Fate, Look, Request, Storyboard
from generator.errors import GeneratorError
from tests.generator.film.productions import asked

FILM = registry.engine("film")


def fates(board: Storyboard) -> dict[str, Fate]:
    return {word.text: word.fate for word in board.words if word.reason != GRAMMAR_REASON}


def made(request: Request) -> tuple[Storyboard, np.ndarray]:
    clip = FILM.generate(request, FILM.plan(request), progress=lambda _: None)
    return clip.storyboard, np.concatenate(list(clip.frames))


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (asked(" ".join(f"Shot {n}: a ball." for n in range(1, 101)), seconds=60.0), "100 shots"),
        (asked(" Cut to: a ball." * 100, seconds=60.0), "100 shots"),
        (asked("A ball.", seconds=600.0), "60 seconds"),
        (asked("A ball.", width=7680, height=4320), "1920 x 1080"),
        (asked("A ball.", seconds=0.0), "0.5"),
        (asked(" ".join(f"Shot {n}: a cat." for n in range(1, 13)), seconds=1.0), "do not fit"),
    ],
)
def test_too_much_or_too_little_is_refused_in_a_sentence(request_: Request, says: str) -> None:
    with pytest.raises(GeneratorError, match=says):
        FILM.plan(request_)


def test_a_cameo_that_nobody_gave_is_not_drawn() -> None:
    assert fates(FILM.plan(asked("@aya waves.")))["aya"] is Fate.NOT_DRAWN


def test_a_shot_of_no_length_is_refused() -> None:
    request = asked("A cat in the kitchen.")
    board = FILM.plan(request)
    shots = (replace(board.shots[0], seconds=0.0), *board.shots[1:])

    with pytest.raises(GeneratorError, match="at least as long as one frame"):
        FILM.generate(request, replace(board, shots=shots), progress=lambda _: None)


def test_a_shot_that_asks_for_no_time_gets_some() -> None:
    board = FILM.plan(asked("Shot 1: a cat for 0 seconds. Shot 2: a dog for 0.0 seconds."))

    assert min(shot.seconds for shot in board.shots) > 0.1
    assert sum(shot.seconds for shot in board.shots) == pytest.approx(2.0)


def test_of_cues_that_contradict_each_other_one_is_drawn_and_the_other_is_not() -> None:
    board = FILM.plan(asked("A cat on the beach in the kitchen at noon at night, close-up, wide."))

    told = fates(board)
    for one, other in (("noon", "night"), ("beach", "kitchen"), ("close-up", "wide")):
        assert sorted((told[one], told[other])) == [Fate.DRAWN, Fate.NOT_DRAWN], (one, other)


@pytest.mark.parametrize(
    "prompt",
    [
        "Кошка идёт по пляжу",
        "قطة على الشاطئ",
        "Eine Katze sitzt am Strand",
        "고양이가 해변을 걷는다",
    ],
)
def test_a_language_that_it_does_not_read_is_not_drawn(prompt: str) -> None:
    board, frames = made(asked(prompt, seconds=0.5))

    assert set(fates(board).values()) == {Fate.NOT_DRAWN}
    assert storyboards.coverage(board) == 0
    assert frames.shape[0] == 6
    with pytest.raises(GeneratorError, match="0% would be drawn"):
        FILM.plan(asked(prompt, strict=0.5))


@pytest.mark.parametrize("prompt", ["🐱🏖️", "👩‍👩‍👧 🏳️‍🌈", "a 🐱 on the beach"])
def test_emoji_are_not_called_drawn(prompt: str) -> None:
    board = FILM.plan(asked(prompt))

    assert all(word.fate is Fate.NOT_DRAWN for word in board.words if not word.text.isascii())
    assert any(not word.text.isascii() for word in board.words)


@pytest.mark.parametrize("prompt", ["the of and with a", "がのはをに", "..., — !", "a", "0"])
def test_a_prompt_of_only_stop_words_has_nothing_to_draw_and_says_so(prompt: str) -> None:
    board, frames = made(asked(prompt, seconds=0.5))

    assert storyboards.coverage(board) == 0
    assert Fate.DRAWN not in fates(board).values()
    assert frames.std() > 3
    with pytest.raises(GeneratorError, match=r"0% would be drawn"):
        FILM.plan(asked(prompt, strict=0.1))


def test_a_cameo_without_a_face_is_drawn_from_its_colours_or_refused() -> None:
    # A picture without a face is refused where people are enrolled; a look has none in any case.
    look = Look((226, 172, 132), (32, 24, 22), (30, 150, 60), 1.65, 205.0)
    cameo = Cameo("aya", "token-from-the-gate", look)
    request = asked("@aya waves in the studio.", seconds=0.5, cameos=(cameo,))

    board, frames = made(request)

    assert fates(board)["aya"] is Fate.APPROXIMATED
    assert frames.std() > 3
    with pytest.raises(GeneratorError, match="colour"):
        FILM.plan(replace(request, cameos=(replace(cameo, look=replace(look, skin=(0, 0, 999))),)))
