import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator import registry, storyboards
from generator.base import Request, Storyboard
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
    ],
)
def test_from_json_refuses_a_wrong_shape(spoil: Callable[[Any], object]) -> None:
    value = storyboards.to_json(planned(PROMPTS[0])[1])
    spoil(value)

    with pytest.raises(GeneratorError):
        storyboards.from_json(value)


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
    ],
)
def test_generate_refuses_a_shot_it_cannot_film(change: dict[str, Any]) -> None:
    asked, board = planned(PROMPTS[0])
    shots = (replace(board.shots[0], **change), *board.shots[1:])

    with pytest.raises(GeneratorError):
        registry.engine(registry.DEFAULT).generate(
            asked, replace(board, shots=shots), progress=lambda _: None
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
