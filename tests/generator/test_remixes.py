from dataclasses import replace

import numpy as np
import pytest

from generator import registry, remixes, storyboards
from generator.base import VERSIONS_MAX, Clip, Fate, Generator, Request, Storyboard, Word
from generator.errors import GeneratorError
from generator.storyboards import from_json, to_json
from tests.generator.requests import CAMEO, request

THREE = (
    "Shot 1: wide, a red ball bounces past a crate on the beach. "
    "Shot 2: close-up, a man throws two balls. "
    "Shot 3: medium, the red ball and a cone, the man waves."
)
CHANGE = "A robot and a green football in the desert at night."
ENGINES = ["procedural", "film"]


def asked(prompt: str = THREE) -> Request:
    return request(prompt, seconds=1.5, width=96, height=64)


def frames(clip: Clip) -> np.ndarray:
    return np.concatenate(list(clip.frames))


def film(engine: Generator, board: Storyboard, wanted: Request) -> Clip:
    return engine.generate(wanted, board, progress=lambda _: None)


@pytest.mark.parametrize("name", ENGINES)
def test_the_shots_that_are_kept_are_to_the_byte_as_they_were(name: str) -> None:
    engine, wanted = registry.engine(name), asked()
    board = engine.plan(wanted)

    remix = engine.revise(replace(wanted, prompt=CHANGE), board, shot=1)
    before, after = (frames(film(engine, each, wanted)) for each in (board, remix))

    assert before[:6].tobytes() == after[:6].tobytes()
    assert before[12:].tobytes() == after[12:].tobytes()
    assert np.abs(before[6:12].astype(int) - after[6:12]).mean() > 10
    # Made from nothing, the last shot would not be as it was: the world before it is another.
    anew = frames(film(engine, replace(remix, before=()), wanted))
    assert before[12:].tobytes() != anew[12:].tobytes()


@pytest.mark.parametrize("name", ENGINES)
def test_a_remix_of_a_remix_keeps_both(name: str) -> None:
    engine, wanted = registry.engine(name), asked()
    first = engine.revise(replace(wanted, prompt=CHANGE), engine.plan(wanted), shot=1)
    second = engine.revise(replace(wanted, prompt="A child dances in the park."), first, shot=0)

    once, twice = (frames(film(engine, each, wanted)) for each in (first, second))

    assert once[6:].tobytes() == twice[6:].tobytes()
    assert np.abs(once[:6].astype(int) - twice[:6]).mean() > 10
    assert remixes.made_in(second) == (2, 1, 0)


def test_another_seed_of_the_same_storyboard_is_another_world() -> None:
    engine, wanted = registry.engine("procedural"), asked()
    again = replace(wanted, seed=wanted.seed + 1)

    first = frames(film(engine, engine.plan(wanted), wanted))
    other = frames(film(engine, engine.plan(again), again))

    assert np.abs(first.astype(int) - other).mean() > 5


def test_what_is_heard_in_a_shot_is_what_is_seen_in_it() -> None:
    engine, wanted = registry.engine("procedural"), request(THREE, seconds=6.0)
    board = engine.plan(wanted)
    remix = engine.revise(replace(wanted, prompt="Nothing but a crate, music."), board, shot=1)

    before, after = (film(engine, each, wanted) for each in (board, remix))

    kept = [event for event in before.events if event.shot != 1]
    assert kept
    assert [event for event in after.events if event.shot != 1] == kept
    second = after.rate * 2
    fade = round(remixes.FADE_SECONDS * after.rate)
    assert before.audio[: second - fade].tobytes() == after.audio[: second - fade].tobytes()
    assert before.audio[2 * second + fade :].tobytes() == after.audio[2 * second + fade :].tobytes()
    assert np.abs(before.audio - after.audio)[second : 2 * second].max() > 0.01


def test_what_a_changed_shot_says_of_its_words_is_of_the_new_ones() -> None:
    engine, wanted = registry.engine("film"), asked()
    board = engine.plan(wanted)

    remix = engine.revise(replace(wanted, prompt="Wide shot, a unicorn and a car."), board, shot=1)
    told = film(engine, remix, wanted).storyboard

    of_shot = {word.text: word for word in told.words if word.shot == 1}
    assert of_shot["unicorn"].fate is Fate.NOT_DRAWN
    assert of_shot["car"].fate is Fate.DRAWN
    assert "throws" not in of_shot
    numbers = {word.object for word in told.words if word.text == "crate"}
    assert of_shot["car"].object not in numbers
    assert [word for word in remix.words if word.shot == 0] == [
        word for word in board.words if word.shot == 0
    ]


def test_a_remix_keeps_the_length_and_what_it_does_not_say() -> None:
    engine, wanted = registry.engine("film"), asked()
    board = engine.plan(wanted)

    remix = engine.revise(replace(wanted, prompt="At night."), board, shot=0)

    assert remix.shots[0] == replace(board.shots[0], light="night")
    assert from_json(to_json(remix)) == remix


@pytest.mark.parametrize("shot", [-1, 3, 12])
def test_a_shot_that_there_is_none_of_is_refused(shot: int) -> None:
    engine, wanted = registry.engine("procedural"), asked()

    with pytest.raises(GeneratorError, match="3 shots"):
        engine.revise(replace(wanted, prompt=CHANGE), engine.plan(wanted), shot=shot)


def test_several_shots_in_the_place_of_one_are_refused() -> None:
    engine, wanted = registry.engine("procedural"), asked()

    with pytest.raises(GeneratorError, match="asks for several"):
        engine.revise(wanted, engine.plan(wanted), shot=0)


def test_nobody_changes_a_storyboard_for_ever() -> None:
    engine, wanted = registry.engine("procedural"), asked()
    board = engine.plan(wanted)
    for number in range(VERSIONS_MAX - 1):
        board = engine.revise(replace(wanted, prompt=f"{number + 1} balls"), board, shot=0)

    with pytest.raises(GeneratorError, match="at most 7 times"):
        engine.revise(replace(wanted, prompt="A cone"), board, shot=0)


def test_an_earlier_version_with_other_cuts_or_an_unknown_cameo_is_refused() -> None:
    engine, wanted = registry.engine("procedural"), asked()
    board = engine.plan(wanted)
    longer = replace(board.shots[0], seconds=board.shots[0].seconds * 2)
    cast = engine.plan(replace(wanted, prompt="@aya waves, single take.", cameos=(CAMEO,)))
    stranger = replace(cast.shots[0], seconds=board.shots[0].seconds)

    for shot, says in ((longer, "longer or shorter"), (stranger, "not cast")):
        hidden = replace(board, before=((shot, *board.shots[1:]),))
        with pytest.raises(GeneratorError, match=says):
            film(engine, hidden, wanted)


def test_the_assets_of_a_clip_are_named_with_their_licences() -> None:
    board = registry.engine("procedural-espeak").plan(
        request('A man says "Hello" beside a crate on the beach, calm music.')
    )

    used = registry.engine("procedural-espeak").assets(board)

    named = {(asset.kind, asset.name): asset.licence for asset in used}
    assert named["thing", "crate"] == named["place", "beach"] == "LicenseRef-bundled"
    assert named["music", "music-calm"] == "LicenseRef-bundled"
    assert named["voice", "eSpeak NG"] == "GPL-3.0-or-later"
    assert storyboards.coverage(board) > 0


def test_a_remix_is_not_believed_what_its_words_claim() -> None:
    engine, wanted = registry.engine("procedural"), asked()
    remix = engine.revise(replace(wanted, prompt=CHANGE), engine.plan(wanted), shot=1)
    forged = [Word(text, Fate.DRAWN, "", 1) for text in ("unicorn", "crate", "85mm", "forest")]

    clip = film(engine, replace(remix, words=(*remix.words, *forged)), wanted)

    drawn = {word.text for word in clip.storyboard.words if word.fate is Fate.DRAWN}
    assert {"robot", "green", "football", "desert", "night"} <= drawn
    assert not {
        (word.text, word.shot) for word in clip.storyboard.words if word.fate is Fate.DRAWN
    } & {(word.text, word.shot) for word in forged}
