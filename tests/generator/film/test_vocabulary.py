import pytest

from generator.base import Fate
from generator.film.vocabulary import FILM
from generator.language import film_words
from generator.language.lexicon import Concept
from generator.language.vocabularies import PROCEDURAL
from tests.generator.film.productions import planned

_DOERS = {"drive": ("a car ", "車が"), "sail": ("a boat ", "ボートが"), "fly": ("a kite ", "凧が")}
_WHO = {
    "action": ("a woman ", "女性が"),
    "hair": ("a woman, ", "女性、"),
    "wear": ("a woman, ", "女性、"),
}


def forms() -> list[tuple[Concept, str, str]]:
    """Return concepts, their forms, and a prompt in which each form makes sense."""
    found: list[tuple[Concept, str, str]] = []
    for concept in film_words.CONCEPTS:
        english, japanese = _DOERS.get(concept.name, _WHO.get(concept.slot, ("", "")))
        found += [(concept, form, english + form) for form in concept.english]
        found += [(concept, form, japanese + form) for form in concept.japanese]
    return found


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
            "action": vocabulary.actions.union(*vocabulary.doers.values()),
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


@pytest.mark.parametrize(
    ("prompt", "action"),
    [
        ("a dog runs in the park", "walk"),
        ("a red car drives past", "drive"),
        ("鳥が飛ぶ", "fly"),
        ("a boat sails", "sail"),
        ("a teddy bear dances", ""),
    ],
)
def test_what_a_thing_does_is_not_done_by_someone_else(prompt: str, action: str) -> None:
    board = planned(prompt)

    assert board.shots[0].cast == ()
    assert board.shots[0].props[0].action == action
    done = [word for word in board.words if word.text in ("dances", "drives past", "sails")]
    assert all((word.fate is Fate.DRAWN) == bool(action) for word in done)


def test_a_garment_that_is_named_first_is_worn_by_who_is_named_next() -> None:
    board = planned("赤いワンピースの女性と青いコートを着た男性が立つ")
    woman, man = board.shots[0].cast

    assert (woman.body, woman.wear, woman.clothes) == ("woman", "dress", (206, 44, 38))
    assert (man.body, man.wear, man.clothes) == ("man", "coat", (44, 96, 204))


def test_one_looks_the_same_after_a_cut() -> None:
    board = planned("Shot 1: a girl with pigtails in a yellow coat. Shot 2: close-up of the girl.")
    one, two = (shot.cast[0] for shot in board.shots)

    assert (two.hair, two.wear, two.clothes) == (one.hair, one.wear, one.clothes)
    assert one.hair == "pigtails"
