import time

import pytest

from generator.errors import GeneratorError
from generator.film.vocabulary import FILM
from generator.language import reading
from generator.language.reading import Kind
from generator.language.vocabularies import PROCEDURAL


def kinds(prompt: str) -> list[tuple[str, Kind]]:
    return [
        (span.text, span.kind)
        for passage in reading.read(prompt, PROCEDURAL.words)
        for span in passage.spans
    ]


def test_every_letter_of_a_prompt_is_in_exactly_one_span() -> None:
    prompt = 'Shot 1: A RED ball, 26mm f/2.8, past @aya: "Hi!" Zorbing quokkas. 夜の公園で犬。'

    passages = reading.read(prompt, PROCEDURAL.words)

    owned = [0] * len(prompt)
    for passage in passages:
        for span in passage.spans:
            for index in range(span.start, span.end):
                owned[index] += 1
    body = prompt.index("A RED")
    assert max(owned) == 1
    assert all(owned[i] for i in range(body, len(prompt)) if prompt[i].isalnum())


def test_longest_form_wins_and_case_does_not_matter() -> None:
    assert kinds("GOLDEN HOUR")[0] == ("GOLDEN HOUR", Kind.CONCEPT)
    assert kinds("a golden ball")[1] == ("golden", Kind.COLOUR)


def test_quantities_are_read_with_their_units() -> None:
    spans = reading.read("26mm f/2.8. for 3 seconds、50ミリ、2秒間", PROCEDURAL.words)[0].spans

    found = [(span.kind, span.value) for span in spans if span.value]
    assert found == [
        (Kind.LENS, 26.0), (Kind.STOP, 2.8), (Kind.SECONDS, 3.0), (Kind.LENS, 50.0),
        (Kind.SECONDS, 2.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("prompt", "shots"),
    [
        ("a ball", [0]),
        ("Shot 1: a ball. Shot 2: a man.", [0, 1]),
        ("At night. Shot 1: a ball. Shot 2: a man.", [None, 0, 1]),
        ("a ball. Cut to: a man. cut to a dog", [0, 1, 2]),
        ("ショット1: 箱。ショット2: 男性。", [0, 1]),
        ('he says "cut to: the chase" and "Shot 2: no"', [0]),
    ],
)
def test_shots_are_cut_where_the_prompt_says(prompt: str, shots: list[int | None]) -> None:
    assert [passage.shot for passage in reading.read(prompt, PROCEDURAL.words)] == shots


def test_a_single_kanji_inside_a_compound_is_not_taken_for_a_word() -> None:
    assert kinds("人気")[0][1] is Kind.UNKNOWN
    assert kinds("人が")[0][1] is Kind.CONCEPT


def test_full_width_letters_are_read_as_plain_ones() -> None:
    assert kinds("ＢＡＬＬ")[0] == ("BALL", Kind.CONCEPT)


def test_unknown_words_and_emoji_are_left_over_and_punctuation_is_not() -> None:
    assert kinds("quokka 🦘 !!! — …") == [("quokka", Kind.UNKNOWN), ("🦘", Kind.UNKNOWN)]


def test_an_emoji_that_is_known_is_read() -> None:
    assert kinds("🏀")[0][1] is Kind.CONCEPT


def test_a_hundred_shots_are_refused() -> None:
    prompt = " ".join(f"Shot {n}: a ball." for n in range(1, 101))

    with pytest.raises(GeneratorError, match="100 shots"):
        reading.read(prompt, PROCEDURAL.words)


def test_characters_that_unfold_are_bounded() -> None:
    with pytest.raises(GeneratorError, match="plainly"):
        reading.read("\ufdfa" * 3000, PROCEDURAL.words)


def test_a_quote_without_an_end_is_read_as_words() -> None:
    assert ("ball", Kind.CONCEPT) in kinds('he says "a ball')


@pytest.mark.parametrize("prompt", ['""""', "@@@", "---", "「「", "\u0301\u0301", ". . ."])
def test_a_prompt_of_marks_alone_has_no_words(prompt: str) -> None:
    assert kinds(prompt) == []


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("大学生", "学生"), ("パンダ", "パン"), ("時計台", "時計"), ("バスルーム", "バス"),
        ("きれいすぎる", "いす"), ("自転車置き場", "自転車"),
    ],
)  # fmt: skip
def test_a_part_of_a_japanese_word_is_not_taken_for_a_word(prompt: str, word: str) -> None:
    assert all(span.text != word for span in reading.read(prompt, FILM.words)[0].spans)


def test_words_beside_particles_and_suffixes_are_found() -> None:
    spans = reading.read("公園前で少年達がいすに座る", FILM.words)[0].spans

    assert {"公園", "少年", "いす", "座る"} <= {span.text for span in spans}


def test_the_longest_prompts_are_read_at_once() -> None:
    began = time.process_time()

    for piece in ("「", "a", "1 ", "f/", "🏀", "あ", "人", "no man, ", "a-", "red "):
        reading.read((piece * 4000)[:4000], FILM.words)

    assert time.process_time() - began < 20  # Half a second each is usual; no pattern explodes.
