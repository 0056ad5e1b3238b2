"""What a prompt means, and that no word of it is claimed for something else."""

import pytest

from generator.base import ABSENT_REASON, GRAMMAR_REASON, Fate, Shot, Storyboard
from tests.generator.film.productions import planned

RED, BLUE = (206, 44, 38), (44, 96, 204)


def fates(board: Storyboard, text: str) -> list[tuple[Fate, str]]:
    return [(word.fate, word.reason) for word in board.words if word.text == text]


def drawn(board: Storyboard) -> set[str]:
    return {word.text for word in board.words if word.fate is Fate.DRAWN}


def first(prompt: str) -> Shot:
    return planned(prompt).shots[0]


@pytest.mark.parametrize(
    ("prompt", "absent"),
    [
        ("A park with no dog.", {"dog"}),
        ("A man without a red hat in the kitchen.", {"red", "hat"}),
        ("Nobody on the beach, no people, no cars.", {"people", "cars"}),
        ("A street, it is not raining.", {"raining"}),
        ("The man does not wave.", {"wave"}),
        ("A woman who isn't wearing a coat.", {"coat"}),
        ("Neither a cat nor a dog.", {"cat", "dog"}),
        ("Not a dog but a cat.", {"dog"}),
        ("犬のいない公園", {"犬"}),
        ("帽子をかぶっていない男性", {"帽子"}),
        ("雨は降っていない街", {"雨"}),
        ("少年はボールを投げない", {"投げ"}),
        ("猫はいません。", {"猫"}),
    ],
)
def test_what_is_said_not_to_be_there_is_not_there(prompt: str, absent: set[str]) -> None:
    board = planned(prompt)

    assert {word.text for word in board.words if word.reason == ABSENT_REASON} == absent
    shot = board.shots[0]
    assert {prop.kind for prop in shot.props} <= {"ball", "cat"}
    assert shot.weather == "clear"
    assert {role.action for role in shot.cast} <= {"stand"}
    assert "coat" not in {role.wear for role in shot.cast}


@pytest.mark.parametrize("prompt", ["not only a dog but a cat", "人が少ない公園", "男性は走らない"])
def test_what_is_not_denied_stays(prompt: str) -> None:
    assert all(word.reason != ABSENT_REASON for word in planned(prompt).words)


def test_what_is_denied_after_a_cut_goes() -> None:
    board = planned("Shot 1: a dog and a man in the rain. Shot 2: no dog, no people, no rain.")

    assert [prop.kind for prop in board.shots[1].props] != ["dog"]
    assert board.shots[1].cast == ()
    assert board.shots[1].weather == "clear"


def test_the_seed_dresses_no_one_in_what_is_denied() -> None:
    worn = {
        planned("a woman without a dress", seed=seed).shots[0].cast[0].wear for seed in range(4)
    }

    assert worn == {"jumper"}


def test_what_is_denied_and_asked_for_says_so() -> None:
    board = planned("no dog in the park. A dog walks.")

    assert fates(board, "dog")[0] == (
        Fate.NOT_DRAWN, "said not to be there, and asked for as well",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("prompt", "lines"),
    [
        ('"Hi," says the woman. "Bye," says the man.', [("woman", "Hi,"), ("man", "Bye,")]),
        ('A boy and a robot. "Who?" asks the robot. "Me," the boy says.',
         [("robot", "Who?"), ("child", "Me,")]),
        ('A man says "One" and a woman says "Two".', [("man", "One"), ("woman", "Two")]),
        ('Mary says "Stay." and John replies "No."', [("person", "Stay."), ("person 2", "No.")]),
        ("A woman: 'don't go'. A man: 'I must'.", [("woman", "don't go"), ("man", "I must")]),
        ('A man and a woman. He says "I." She says "You."', [("man", "I."), ("woman", "You.")]),
        ("「あ」と女性が言う。「い」と男性が答える。", [("woman", "あ"), ("man", "い")]),
        ("女性「あ」男性「い」", [("woman", "あ"), ("man", "い")]),
        ("男性が女性に「あ」と言う。", [("man", "あ")]),
    ],
)  # fmt: skip
def test_a_line_is_said_by_whom_the_prompt_says(prompt: str, lines: list[tuple[str, str]]) -> None:
    shot = planned(prompt, seconds=8.0).shots[-1]

    said = [(shot.cast[line.speaker].name, line.text) for line in shot.dialogue]
    assert said == lines


@pytest.mark.parametrize(
    ("prompt", "cast"),
    [
        ("a boy and a girl walk", [("child", "walk"), ("child 2", "walk")]),
        ("a king and a queen stand; the queen waves", [("person", "stand"), ("person 2", "wave")]),
        ("a man waves and a man sits", [("man", "wave"), ("man 2", "sit")]),
        ("a man and a woman dance", [("man", "dance"), ("woman", "dance")]),
        ("a man beside a woman waves", [("man", "wave"), ("woman", "stand")]),
        ("a man and a woman. He waves. She sits.", [("man", "wave"), ("woman", "sit")]),
        ("a boy sits. The kid smiles.", [("child", "sit")]),
        ("an old man walks. The man stops.", [("old", "walk")]),
        ("children dance", [("child", "dance"), ("child 2", "dance")]),
        ("男性が女性に手を振る", [("man", "wave"), ("woman", "stand")]),
        (
            "The boy is tall. The girl is small. They wave.",
            [("child", "wave"), ("child 2", "wave")],
        ),
        ("少女が赤い風船を持って公園を走る", [("child", "run")]),
        ("少年と少女が走る", [("child", "run"), ("child 2", "run")]),
    ],
)
def test_each_figure_is_one_and_does_its_own(prompt: str, cast: list[tuple[str, str]]) -> None:
    assert [(role.name, role.action) for role in first(prompt).cast] == cast


def test_figures_are_the_same_after_a_cut() -> None:
    board = planned(
        "Shot 1: a boy and a girl in red. Shot 2: the girl waves. Shot 3: the boy.", seconds=6.0
    )

    assert [[role.name for role in shot.cast] for shot in board.shots] == [
        ["child", "child 2"], ["child 2"], ["child"],
    ]  # fmt: skip
    assert board.shots[1].cast[0].clothes == RED


@pytest.mark.parametrize(
    ("prompt", "counts"),
    [
        ("ten dogs", [("dog", 5)]),
        ("12 cats", [("cat", 5)]),
        ("4 cats", [("cat", 4)]),
        ("twenty-three apples", [("apple", 5)]),
        ("dogs", [("dog", 2)]),
        ("a dog and another dog", [("dog", 2)]),
        ("the dog and the dog", [("dog", 1)]),
        ("三匹の猫と二台の車", [("cat", 3), ("car", 2)]),
        ("猫が三匹", [("cat", 3)]),
        ("3本の木", [("tree", 3)]),
    ],
)
def test_things_are_as_many_as_asked(prompt: str, counts: list[tuple[str, int]]) -> None:
    assert [(prop.kind, prop.count) for prop in first(prompt).props] == counts


def test_a_number_that_does_not_fit_is_not_claimed() -> None:
    assert fates(planned("ten dogs"), "ten") == [(Fate.APPROXIMATED, "5 are as many as fit")]
    assert fates(planned("six women"), "six") == [(Fate.APPROXIMATED, "4 are as many as fit")]


@pytest.mark.parametrize(
    ("prompt", "props"),
    [
        ("red and blue balls", [("ball", RED), ("ball", BLUE)]),
        ("A man holds a ball. The ball is red.", [("ball", RED)]),
        ("a red ball and a blue ball", [("ball", RED), ("ball", BLUE)]),
        ("an orange cat", [("cat", (236, 122, 32))]),
    ],
)
def test_a_colour_is_on_what_has_it(
    prompt: str, props: list[tuple[str, tuple[int, int, int]]]
) -> None:
    assert [(prop.kind, prop.colour) for prop in first(prompt).props] == props


@pytest.mark.parametrize(
    ("prompt", "lost"),
    [
        ("a black and white cat", "white"),
        ("a man has a black dog with a white tail", "white"),
        ("a woman with blue eyes", "blue"),
        ("a woman in a red dress and a blue coat", "red"),
        ("a woman in a red dress and a blue coat", "dress"),
        ("a man, 85mm, 35mm", "35mm"),
        ("a dog follows a boy", "follows"),
        ("a woman tilts her head", "tilts"),
        ("a dark red car at noon", "dark"),
        ("a wide river in the park", "wide"),
        ("a woman with bunches of grapes", "bunches"),
        ("a man painting a fence", "painting"),
        ("a man watches the waves on the beach", "waves"),
        ("a rock rolls down the hill", "rolls"),
        ("snow falls on a car", "falls"),
        ("a man and a dog. Shot 1: a woman.", "man"),
        ("女性がパンを食べる", "パン"),
        ("大学生", "大学生"),
        ("パンダ", "パンダ"),
        ("犬小屋", "犬小屋"),
    ],
)
def test_what_is_not_shown_is_not_claimed(prompt: str, lost: str) -> None:
    assert lost not in drawn(planned(prompt))


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("a dog runs", "runs"),
        ("a horse sits", "sits"),
        ("a boy throws a stone", "throws"),
        ("石を投げる少年", "投げる"),
        ("a man kicks a ball", "kicks"),
        ("a woman sits on the sofa", "sits"),
        ("rain in the library", "rain"),
        ("sunny beach in the rain", "sunny"),
    ],
)
def test_what_is_shown_in_part_is_approximated(prompt: str, word: str) -> None:
    fate, reason = fates(planned(prompt), word)[0]

    assert fate is Fate.APPROXIMATED
    assert reason


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("the camera follows a dog", "follows"),
        ("a boy runs. Pan left.", "Pan left"),
        ("a dark forest", "dark"),
        ("a man throws a ball", "throws"),
        ("the woman in blue", "blue"),
        ("wide shot of a river", "wide shot"),
        ("a ball drops", "drops"),
        ("a man falls", "falls"),
        ("雨の公園前", "公園"),
        ("少年たちが走る", "走る"),
    ],
)
def test_what_is_shown_is_claimed(prompt: str, word: str) -> None:
    assert word in drawn(planned(prompt))


def test_rain_falls_where_it_can_be_seen() -> None:
    places = {planned("a cat in the rain", seed=seed).shots[0].place for seed in range(30)}

    assert not places & {"cafe", "kitchen", "library", "room", "studio", "theatre"}


def test_what_denies_and_contractions_are_grammar() -> None:
    assert fates(planned("It's a dog without a cat"), "without") == [
        (Fate.NOT_DRAWN, GRAMMAR_REASON)
    ]


def test_what_stands_in_for_something_says_so() -> None:
    for word in ("office", "kitten", "ship", "moon", "suit"):
        fate, reason = fates(planned(f"a man in a suit with a {word} in an office"), word)[0]

        assert fate is Fate.APPROXIMATED
        assert reason


def test_a_coat_is_no_court() -> None:
    assert first("男性は黒いコートを着ている").cast[0].wear == "coat"
    assert "コート" not in drawn(planned("黒いコートの男性"))


def test_what_is_not_in_a_place_does_not_deny_the_place() -> None:
    assert "street" in drawn(planned("There isn't a soul in the street."))
