import os
import subprocess
import sys
from collections import Counter

import pytest

from generator.base import Fate, Storyboard
from generator.language import direction
from generator.language.vocabularies import PROCEDURAL
from tests.generator.requests import CAMEO, request


def planned(prompt: str, **changes: object) -> Storyboard:
    asked = request(prompt, **{"seconds": 4.0, **changes})
    return direction.direct(asked, engine="procedural", version=1, vocabulary=PROCEDURAL)


def fate(board: Storyboard, text: str) -> tuple[Fate, str]:
    return next((word.fate, word.reason) for word in board.words if word.text == text)


def test_a_plain_prompt_becomes_a_wide_and_a_close_shot() -> None:
    board = planned("a ball in the park")

    assert [shot.size for shot in board.shots] == ["wide", "close"]
    assert {shot.place for shot in board.shots} == {"park"}


def test_a_single_take_is_one_shot() -> None:
    assert len(planned("a ball in the park, single take").shots) == 1


def test_what_is_asked_for_is_in_the_storyboard() -> None:
    board = planned(
        "Shot 1: Wide shot, 26mm lens, f/4, low angle, pan left. A boy in a yellow hoodie throws "
        "a red ball at night in the rain on the street. "
        'Shot 2: close-up, 85mm, handheld. The boy says "Nice!"'
    )
    one, two = board.shots

    assert (one.size, one.lens_mm, one.f_stop, one.angle, one.move) == ("wide", 26, 4, "low", "pan")
    assert (one.place, one.light, one.weather) == ("street", "night", "rain")
    assert (one.cast[0].body, one.cast[0].action) == ("child", "throw")
    assert one.cast[0].clothes == (244, 200, 48)
    assert (one.props[0].kind, one.props[0].colour) == ("ball", (206, 44, 38))
    assert (two.size, two.lens_mm, two.move) == ("close", 85, "handheld")
    assert (two.place, two.light, two.weather) == ("street", "night", "rain")
    assert two.cast[0].name == one.cast[0].name
    assert two.cast[0].clothes == one.cast[0].clothes
    assert two.dialogue[0].text == "Nice!"


def test_japanese_is_directed_alike() -> None:
    board = planned(
        "ショット1: 夕暮れの公園、26ミリ。少年が赤いボールを投げる。"
        "ショット2: クローズアップ。少年「やった」と言う。"
    )
    one, two = board.shots

    assert (one.place, one.light, one.lens_mm) == ("park", "golden", 26)
    assert (one.cast[0].body, one.cast[0].action) == ("child", "throw")
    assert one.props[0].colour == (206, 44, 38)
    assert (two.size, two.dialogue[0].text) == ("close", "やった")


def test_numbers_count_things_and_people() -> None:
    board = planned("two blue crates, three balls and two women")
    props = {prop.kind: prop for prop in board.shots[0].props}

    assert (props["crate"].count, props["ball"].count) == (2, 3)
    assert props["crate"].colour == (44, 96, 204)
    assert [role.name for role in board.shots[0].cast] == ["woman", "woman 2"]


def test_shots_share_the_frames_by_the_seconds_they_ask_for() -> None:
    board = planned("Shot 1: a ball, 3 seconds. Shot 2: a man, 1 second.", seconds=8.0)

    assert [shot.seconds for shot in board.shots] == pytest.approx([6.0, 2.0], abs=1 / 12)
    assert sum(shot.seconds for shot in board.shots) == pytest.approx(8.0)


def test_unknown_words_are_not_drawn_and_say_so() -> None:
    board = planned("A corgi surfing a tsunami made of spaghetti")

    for text in ("corgi", "surfing", "tsunami", "spaghetti"):
        assert fate(board, text) == (Fate.NOT_DRAWN, "not a word this engine knows")


def test_only_grammar_words_still_make_a_clip_that_claims_nothing() -> None:
    board = planned("the of and with")

    assert board.shots[0].props
    assert Counter(word.fate for word in board.words) == {Fate.NOT_DRAWN: 4}


def test_what_is_drawn_in_part_is_approximated_and_says_what_stands_in() -> None:
    board = planned('an astronaut with a suitcase says "hello"')

    assert fate(board, "astronaut") == (Fate.APPROXIMATED, "a toy figure stands in")
    assert fate(board, "suitcase")[0] is Fate.APPROXIMATED


def test_a_line_that_can_be_said_is_and_one_that_cannot_says_why() -> None:
    board = planned(
        'A man says "Hello there, 24 friends." A woman says 「今日はいい」. He says "天気"',
        seconds=20.0,
    )

    assert fate(board, "Hello there, 24 friends.") == (Fate.DRAWN, "")
    assert fate(board, "今日はいい")[0] is Fate.APPROXIMATED
    assert "今日" in fate(board, "今日はいい")[1]
    assert fate(board, "天気") == (
        Fate.NOT_DRAWN, "not spoken: it has no one reading; write it in kana",
    )  # fmt: skip


def test_a_line_that_is_cut_off_says_so() -> None:
    line = "This is a very long line that nobody could ever say in so little time, my friend."
    board = planned(f'a man says "{line}"', seconds=2.0)

    assert fate(board, line) == (Fate.APPROXIMATED, "cut off: the shot is too short")


def test_a_line_that_no_shot_says_is_not_claimed() -> None:
    board = planned('A man says "One." Shot 1: the man says "Two." Shot 2: a ball.')

    assert fate(board, "One.") == (Fate.NOT_DRAWN, "no shot has time for it")
    assert fate(board, "Two.")[0] is Fate.DRAWN


def test_a_second_place_is_refused_with_the_first_named() -> None:
    board = planned("a ball in the park at the beach")

    assert board.shots[0].place == "park"
    assert fate(board, "beach") == (Fate.NOT_DRAWN, "a shot has one place, and it is park")


def test_a_cameo_without_a_token_is_not_cast() -> None:
    board = planned("@bob waves in the park")

    assert all(role.handle is None for shot in board.shots for role in shot.cast)
    assert fate(board, "bob") == (Fate.NOT_DRAWN, "no consent token for this cameo was given")


def test_a_granted_cameo_is_cast_and_speaks() -> None:
    board = planned('@aya waves. @aya says "hi"', cameos=(CAMEO,))

    last = board.shots[-1]
    assert last.cast[last.dialogue[0].speaker].handle == "aya"


def test_a_granted_cameo_that_the_prompt_does_not_name_is_still_cast() -> None:
    board = planned("a ball in the park", cameos=(CAMEO,))

    assert {role.handle for role in board.shots[0].cast} == {"aya"}


def test_seeds_choose_what_the_prompt_leaves_open() -> None:
    boards = [planned("a ball", seed=seed) for seed in range(12)]

    assert len({board.shots[0].place for board in boards}) > 3
    assert len({board.shots[0].light for board in boards}) > 2
    assert len({board.shots[0].props[0].colour for board in boards}) > 3


def test_more_than_a_shot_holds_is_refused_word_by_word() -> None:
    board = planned("a man, a woman, a child, a robot, two people, a hundred balls")

    assert len(board.shots[0].cast) == 4
    assert fate(board, "people") == (Fate.NOT_DRAWN, "a shot holds at most 4 figures")


def test_a_colour_that_belongs_to_nothing_is_not_drawn() -> None:
    assert fate(planned("red"), "red")[0] is Fate.NOT_DRAWN


def test_what_happens_once_does_not_happen_again_after_the_cut() -> None:
    whole = planned("a dog barks in the park, birdsong")
    shots = planned("Shot 1: a door slams, siren, a man. Shot 2: close-up of the man.").shots

    assert [("dog" in shot.cues, "birds" in shot.cues) for shot in whole.shots] == [
        (True, True), (False, True),
    ]  # fmt: skip
    assert [set(shot.cues) for shot in shots] == [{"door", "siren"}, {"siren"}]


def test_a_sound_is_heard_and_not_claimed_to_be_seen() -> None:
    board = planned("thunder and a cat、犬が吠える")

    for text in ("thunder", "cat", "犬が吠える"):
        assert fate(board, text) == (Fate.APPROXIMATED, "heard, not seen")
    assert set(board.shots[0].cues) >= {"thunder", "cat", "dog"}


def test_a_shot_has_one_piece_of_music_and_silence_has_none() -> None:
    two = planned("sad music, then happy music")
    none = planned("no music, epic music")

    assert fate(two, "happy music") == (
        Fate.NOT_DRAWN, "a shot has one piece of music, and it is music-sad",
    )  # fmt: skip
    assert fate(none, "epic music") == (Fate.NOT_DRAWN, "silence is asked for as well")


def test_more_sounds_than_a_shot_holds_are_refused() -> None:
    board = planned("siren, thunder, bells, a train, an owl")

    assert fate(board, "owl") == (Fate.NOT_DRAWN, "a shot holds at most 4 sounds")
    assert "owl" not in board.shots[0].cues


@pytest.mark.parametrize("verb", ["whispers", "shouts"])
def test_a_tone_of_voice_that_is_not_heard_is_not_claimed(verb: str) -> None:
    board = planned(f'a man {verb} "hello"', seconds=6.0)

    assert fate(board, verb) == (Fate.APPROXIMATED, "it is said in the usual voice")
    assert board.shots[-1].cast[0].action == "talk"


def test_several_do_together_what_they_are_said_to_do() -> None:
    cast = planned("two children jump and a man waves").shots[0].cast

    assert [(role.body, role.action) for role in cast] == [
        ("child", "jump"),
        ("child", "jump"),
        ("man", "wave"),
    ]


def test_a_prompt_is_read_alike_in_every_process() -> None:
    program = (
        "import json; from generator import storyboards; "
        "from tests.generator.language.test_direction import planned; "
        "print(json.dumps(storyboards.to_json(planned("
        "'no dog, two men and a girl in red wave; \\'hi\\' says Jo. 三匹の猫', seconds=6.0))))"
    )

    said = {
        subprocess.run(
            [sys.executable, "-c", program], check=True, capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip

    assert len(said) == 1
