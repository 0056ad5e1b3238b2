"""Where in a prompt something stands; the same as the bundled engine reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import GeneratorError
from generator.language import reading
from generator.language.reading import Kind
from generator.language.vocabularies import PROCEDURAL
from rightsd.domain import passages


@pytest.mark.parametrize(
    ("prompt", "word", "place"),
    [
        ("a fox runs", "fox", {}),
        ('she says "fox"', "fox", {"part": "dialogue"}),
        ("彼は「きつね」と言う", "きつね", {"part": "dialogue"}),
        ("in rain. Shot 1: a cat. Shot 2: a fox", "fox", {"shot": 2}),
        ("in rain. Shot 1: a cat. Shot 2: a fox", "rain", {}),
        ("Shot 1: a. Shot 2: he says “a fox”", "fox", {"part": "dialogue", "shot": 2}),
        ("a cat, cut to a fox", "fox", {"shot": 2}),
        ("a cat, cut to a fox", "cat", {"shot": 1}),
        ('she says "cut to the fox" twice', "twice", {}),
        ("ショット1: 猫。ショット2:「狐」と言う", "狐", {"part": "dialogue", "shot": 2}),
        ("ｓｈｏｔ　１：　a fox", "fox", {"shot": 1}),
    ],
)
def test_a_word_has_its_place(prompt: str, word: str, place: dict[str, object]) -> None:
    assert passages.read(prompt).place_of(prompt.index(word)) == place


PARTS = st.sampled_from(
    ["a fox ", "Shot 1: ", "shot 2. ", 'says "no fox" ', "cut to ", "「狐」", "場面転換", ". ", '"']
)


@given(st.lists(PARTS, min_size=1, max_size=8).map("".join))
def test_shots_and_speech_are_those_that_the_engine_reads(prompt: str) -> None:
    layout = passages.read(prompt)
    try:
        read = reading.read(prompt, PROCEDURAL.words)
    except GeneratorError:
        return

    quotes = [span for passage in read for span in passage.spans if span.kind is Kind.QUOTE]
    for passage in read:
        for span in passage.spans:
            place = layout.place_of(span.start)
            assert ("part" in place) == (span in quotes), (prompt, span)
    assert len(layout.shots) >= len({p.shot for p in read if p.shot is not None}) - 1


def test_what_an_engine_has_said_beyond_the_prompt_is_judged_where_it_is_said() -> None:
    prompt = 'Shot 1: she says "hello". Shot 2: she waves.'

    judged = passages.with_lines(prompt, [(1, "hello"), (2, 'the "fox" again')])

    assert judged == prompt + "\nShot 2: “the  fox  again”"
    place = passages.read(judged).place_of(judged.index("fox"))
    assert place == {"part": "dialogue", "shot": 3}
