import functools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import registry, storyboards
from generator.base import Fate, Prop, Request, Role, Storyboard, Word
from generator.errors import GeneratorError
from generator.film.vocabulary import FILM
from generator.language.vocabularies import PROCEDURAL
from generator.render import floors, lights, things
from generator.simulate import world as worlds
from generator.sound import beds
from tests.generator.requests import CAMEO, request

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "api-specs" / "storyboard.schema.json").read_text("utf-8")
)
PROMPTS = [
    "A red ball bounces on a basketball court at golden hour.",
    'Shot 1: wide, a man throws two balls. Shot 2: close-up, @aya says "Hello, you."',
    "ショット1: 夕暮れの公園、少年がボールを投げる。ショット2: @aya「いい日だね」と言う。",
    "the of and 😀",
]
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float),
    "null": type(None),
}  # fmt: skip


def faults(  # noqa: C901 - one case a JSON type.
    value: Any, schema: dict[str, Any], at: str = "$"
) -> list[str]:
    # The keywords of JSON Schema that our schema uses.
    if "$ref" in schema:
        return faults(value, SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[-1]], at)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, TYPES[kind]) for kind in kinds):
        return [f"{at}: not {kinds}"]
    found = [f"{at}: {value!r}"] if value not in schema.get("enum", [value]) else []
    match value:
        case int() | float():
            low, high = schema.get("minimum", value), schema.get("maximum", value)
            if not low <= value <= high or value <= schema.get("exclusiveMinimum", value - 1):
                found.append(f"{at}: {value} is out of range")
        case str() if len(value) > schema.get("maxLength", len(value)):
            found.append(f"{at}: too long")
        case list():
            if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
                found.append(f"{at}: {len(value)} items")
            for index, item in enumerate(value):
                found += faults(item, schema["items"], f"{at}[{index}]")
        case dict():
            known, needed = set(schema["properties"]), set(schema["required"])
            found += [f"{at}: {name}" for name in (value.keys() - known) | (needed - value.keys())]
            for name, item in schema["properties"].items():
                found += faults(value[name], item, f"{at}.{name}") if name in value else []
    return found


@functools.cache
def planned(prompt: str) -> tuple[Request, Storyboard]:
    asked = request(prompt, cameos=(CAMEO,), seconds=2.0)
    return asked, registry.engine(registry.DEFAULT).plan(asked)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_storyboard_fits_its_schema_and_survives_json(prompt: str) -> None:
    _, board = planned(prompt)

    value = json.loads(json.dumps(storyboards.to_json(board)))

    assert faults(value, SCHEMA) == []
    assert storyboards.from_json(value) == board


def test_the_schema_refuses_what_the_code_refuses() -> None:
    _, board = planned(PROMPTS[0])
    value = storyboards.to_json(board)
    value["shots"][0]["place"] = "moon"  # pyright: ignore[reportIndexIssue]

    assert any("moon" in fault for fault in faults(value, SCHEMA))


def test_a_storyboard_holds_no_token_and_no_likeness() -> None:
    _, board = planned(PROMPTS[1])

    written = json.dumps(storyboards.to_json(board))

    assert CAMEO.token not in written
    assert str(list(CAMEO.look.clothes)) not in written
    assert str(CAMEO.look.voice_hz) not in written
    assert '"aya"' in written


def test_the_schema_names_what_some_engine_draws() -> None:
    shot, defs = SCHEMA["$defs"]["shot"]["properties"], SCHEMA["$defs"]
    role, prop = defs["role"]["properties"], defs["prop"]["properties"]

    for name, choices in PROCEDURAL.choices.items():
        assert set(shot[name]["enum"]) == choices | FILM.choices[name]
    assert set(role["body"]["enum"]) == PROCEDURAL.bodies | FILM.bodies
    assert set(role["action"]["enum"]) == PROCEDURAL.actions | FILM.actions
    assert set(role["hair"]["enum"]) == FILM.hairs | {""}
    assert set(role["wear"]["enum"]) == FILM.wears | {""}
    assert set(prop["kind"]["enum"]) == PROCEDURAL.props | FILM.props


def test_the_procedural_engine_draws_and_sounds_all_it_names() -> None:
    assert set(floors.PLACES) == PROCEDURAL.choices["place"]
    assert set(lights.LIGHTS) == PROCEDURAL.choices["light"]
    assert set(things.KINDS) | {"ball", "basketball", "football"} == PROCEDURAL.props
    assert PROCEDURAL.choices["place"] | FILM.choices["place"] == set(beds.AIRS)
    assert set(beds.AIRS) == set(worlds.SURFACES)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda v: v.pop("shots"),
        lambda v: v.update(shots=[v["shots"][0]] * 13),
        lambda v: v.update(shots={}),
        lambda v: v.update(seed="7"),
        lambda v: v.update(seed=True),
        lambda v: v.update(words=[1]),
        lambda v: v["words"][0].update(fate="maybe"),
        lambda v: v["shots"][0].update(lens_mm=float("nan")),
        lambda v: v["shots"][0].update(place="x" * 1000),
        lambda v: v["shots"][0]["props"][0].update(colour=[1, 2]),
        lambda v: v["shots"][0]["props"][0].update(colour=[1, 2, 300]),
        lambda v: v["shots"][0]["props"][0].update(colour=[1, 2, True]),
        lambda v: v["shots"][0].update(lens_mm=10**400),
        lambda v: v["words"][0].update(object=10**400),
        lambda v: v["shots"][0].update(cues=["\ud800"]),
        lambda v: v["shots"][0]["props"][0].update(action="\x00"),
    ],
)
def test_from_json_refuses_a_wrong_shape(spoil: Callable[[Any], object]) -> None:
    value = storyboards.to_json(planned(PROMPTS[0])[1])
    spoil(value)

    with pytest.raises(GeneratorError):
        storyboards.from_json(value)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def places(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the ways to all members of a JSON value."""
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    return [at, *(way for key, item in inner for way in places(item, (*at, key)))]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_storyboard_spoilt_anywhere_is_refused_or_fits_the_schema(data: st.DataObject) -> None:
    asked, board = planned(PROMPTS[1])
    value: Any = storyboards.to_json(board)
    way = data.draw(st.sampled_from(places(value)[1:]))
    inner = value
    for key in way[:-1]:
        inner = inner[key]
    inner[way[-1]] = data.draw(_JSON)

    try:
        read = storyboards.from_json(value)
        storyboards.check(
            read, asked, engine=registry.DEFAULT, version=board.version, vocabulary=PROCEDURAL
        )
    except GeneratorError:
        return
    assert faults(json.loads(json.dumps(storyboards.to_json(read))), SCHEMA) == []


@pytest.mark.parametrize("value", [None, 7, "x", [], {}])
def test_from_json_refuses_what_is_no_storyboard(value: object) -> None:
    with pytest.raises(GeneratorError):
        storyboards.from_json(value)


def test_generate_refuses_another_engines_seeds_or_lengths_storyboard() -> None:
    asked, board = planned(PROMPTS[0])
    engine = registry.engine(registry.DEFAULT)

    for wrong in (
        replace(board, engine="sora"),
        replace(board, version=99),
        replace(board, seed=8),
        replace(board, shots=board.shots[:1]),
        replace(board, shots=()),
    ):
        with pytest.raises(GeneratorError):
            engine.generate(asked, wrong, progress=lambda _: None)


def test_generate_refuses_a_cameo_that_an_edit_brought_in() -> None:
    asked, board = planned(PROMPTS[1])

    with pytest.raises(GeneratorError, match="@aya"):
        registry.engine(registry.DEFAULT).generate(
            replace(asked, cameos=()), board, progress=lambda _: None
        )


@pytest.mark.parametrize(
    "change",
    [
        {"place": "moon"},
        {"lens_mm": 5000.0},
        {"f_stop": 0.0},
        {"seconds": -1.0},
        {"seconds": float("nan")},
        {"cast": (Role("x", "man", "stand", (0, 0, 0), None),) * 2},
        {"cast": (Role("@aya", "man", "stand", (0, 0, 0), None),)},
    ],
)
def test_generate_refuses_a_shot_it_cannot_film(change: dict[str, Any]) -> None:
    asked, board = planned(PROMPTS[0])
    shots = (replace(board.shots[0], **change), *board.shots[1:])

    with pytest.raises(GeneratorError):
        registry.engine(registry.DEFAULT).generate(
            asked, replace(board, shots=shots), progress=lambda _: None
        )


def test_generate_refuses_a_shot_that_no_frame_shows() -> None:
    asked, board = planned(PROMPTS[0])
    one, two = board.shots[0], replace(board.shots[0], seconds=0.001)
    one = replace(one, seconds=sum(shot.seconds for shot in board.shots) - 0.001)

    with pytest.raises(GeneratorError, match="one frame"):
        registry.engine(registry.DEFAULT).generate(
            asked, replace(board, shots=(one, two)), progress=lambda _: None
        )


def test_generate_refuses_a_name_that_lends_its_cameo_to_another() -> None:
    asked, board = planned(PROMPTS[0])
    roles = [Role("x", "person", "stand", (0, 0, 0), handle) for handle in ("aya", None)]
    shots = tuple(
        replace(shot, cast=(role,)) for shot, role in zip(board.shots, roles, strict=True)
    )

    with pytest.raises(GeneratorError, match="same name"):
        registry.engine(registry.DEFAULT).generate(
            asked, replace(board, shots=shots), progress=lambda _: None
        )


def test_an_edited_storyboard_claims_what_it_shows_and_no_more() -> None:
    asked, board = planned(PROMPTS[0])
    shots = tuple(
        replace(shot, place="park", props=(Prop("tree", (1, 2, 3), 1),)) for shot in board.shots
    )
    forged = (Word("unicorn", Fate.DRAWN, "", None), *board.words)

    clip = registry.engine(registry.DEFAULT).generate(
        asked, replace(board, shots=shots, words=forged), progress=lambda _: None
    )

    drawn = {word.text for word in clip.storyboard.words if word.fate is Fate.DRAWN}
    assert drawn == {"golden hour"}


def test_an_edited_storyboard_that_shows_too_little_is_refused() -> None:
    asked, board = planned(PROMPTS[0])
    shots = tuple(replace(shot, place="park") for shot in board.shots)

    with pytest.raises(GeneratorError, match="basketball court"):
        registry.engine(registry.DEFAULT).generate(
            replace(asked, strict=1.0), replace(board, shots=shots), progress=lambda _: None
        )


@pytest.mark.parametrize("lengths", [(2.0,), (0.7, 1.3), (0.55, 0.2, 1.25), (0.01, 0.01, 1.98)])
def test_cuts_are_where_the_engine_cuts(lengths: tuple[float, ...]) -> None:
    asked, board = planned("a red ball bounces")
    shots = tuple(replace(board.shots[0], seconds=each) for each in lengths)
    cut = replace(board, shots=shots)
    world = worlds.build(cut, {}, seconds=2.0)

    shown = [world.shot_at(float(frame / asked.fps)) for frame in range(asked.frame_count)]

    firsts = [n for n, shot in enumerate(shown) if n == 0 or shot != shown[n - 1]]
    assert list(storyboards.cuts(cut, asked.fps)) == firsts
