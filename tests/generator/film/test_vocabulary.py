import pytest

from generator.base import Fate
from generator.film.vocabulary import FILM
from generator.language import film_words
from generator.language.lexicon import Concept
from generator.language.vocabularies import PROCEDURAL
from tests.generator.film.productions import planned

_BEFORE = {"action": "a woman ", "hair": "a woman, ", "wear": "a woman, "}
_BEFORE_JA = {"action": "女性が", "hair": "女性、", "wear": "女性、"}


def forms() -> list[tuple[Concept, str, str]]:
    english = [
        (concept, form, _BEFORE.get(concept.slot, "") + form)
        for concept in film_words.CONCEPTS
        for form in concept.english
    ]
    japanese = [
        (concept, form, _BEFORE_JA.get(concept.slot, "") + form)
        for concept in film_words.CONCEPTS
        for form in concept.japanese
    ]
    return english + japanese


def test_every_word_of_the_lexicon_is_read_and_accounted_for() -> None:
    lost = []
    for concept, form, prompt in forms():
        words = {word.text.lower(): word for word in planned(prompt).words}
        word = words.get(form.lower())
        named = FILM.words.concepts.get(form)
        if word is None or named is None or word.fate is Fate.NOT_DRAWN:
            lost.append(form)
        elif word.fate is Fate.APPROXIMATED:
            assert named.instead, form
        if named is not None and named is not concept:
            assert named.slot in (concept.slot, "prop", "cue"), form  # Said twice, drawn once.
    assert lost == []


def test_every_name_the_engine_draws_has_words_in_both_languages() -> None:
    reach = {(concept.slot, concept.name) for concept in FILM.words.concepts.values()}
    plain = {
        (concept.slot, concept.name)
        for form, concept in FILM.words.concepts.items()
        if not form.isascii()
    }
    wanted = {
        *(("prop", name) for name in FILM.props),
        *(("body", name) for name in FILM.bodies),
        *(("action", name) for name in FILM.actions),
        *(("hair", name) for name in FILM.hairs),
        *(("wear", name) for name in FILM.wears),
        *((slot, name) for slot, names in FILM.choices.items() for name in names),
    }

    assert wanted - reach == set()
    assert wanted - plain == set()


def test_words_name_nothing_that_their_engine_does_not_draw() -> None:
    for vocabulary in (PROCEDURAL, FILM):
        named = {
            **vocabulary.choices, "prop": vocabulary.props, "body": vocabulary.bodies,
            "action": vocabulary.actions,
        }  # fmt: skip
        for concept in vocabulary.words.concepts.values():
            assert concept.name in named.get(concept.slot, {concept.name}), concept


def test_the_numbers_that_were_asked_for_are_reached() -> None:
    assert len(FILM.choices["place"]) >= 12
    assert len(FILM.choices["light"]) >= 8
    assert len(FILM.choices["weather"]) >= 6
    assert len(FILM.choices["move"]) >= 14
    assert len(FILM.props) >= 60
    assert len(FILM.actions) >= 14
    assert len(FILM.bodies) >= 6
    assert len(FILM.hairs) >= 8


@pytest.mark.parametrize(
    ("prompt", "place", "light", "weather"),
    [
        ("a girl on a neon rooftop at night in the rain", "rooftop", "neon", "rain"),
        ("夜のネオン街の屋上、雨", "rooftop", "neon", "rain"),
        ("雪の降る朝、寺の庭で猫が歩く", "temple", "morning", "snow"),
        ("stormy evening in a fishing village", "harbour", "golden", "storm"),
        ("candlelit library", "library", "candle", "clear"),
    ],
)
def test_a_prompt_finds_its_place_light_and_weather(
    prompt: str, place: str, light: str, weather: str
) -> None:
    shot = planned(prompt).shots[0]

    assert (shot.place, shot.light, shot.weather) == (place, light, weather)


def test_an_animal_walks_by_itself() -> None:
    board = planned("a dog runs in the park")

    assert board.shots[0].cast == ()
    assert board.shots[0].props[0].action == "walk"
