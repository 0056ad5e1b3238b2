import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from rightsd.domain import ingredient, manifest
from rightsd.domain.ingredient import Ingredient
from rightsd.domain.label import Label
from rightsd.domain.manifest import (
    Agent,
    DigitalSourceType,
    OutputFacts,
    RightsFacts,
    SoftBinding,
)
from rightsd.errors import Code, RightsError

VECTOR = (
    Path(__file__).parents[4]
    / "shared/standards/data/c2pa/rubric-vectors/manifest-definition-good.json"
)
LABEL = Label(
    identifier="gen_1",
    provider="Example Studio",
    system="examplegen",
    version="2.1",
    digital_source_type=DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA,
    made_at=datetime(2026, 11, 23, tzinfo=UTC),
)
OUTPUT = OutputFacts(title="out.mp4", media_type="video/mp4", labelled=LABEL)
RIGHTS = RightsFacts("dec_1", "2026-11.1", "rights.example/log", "evt_1")


def define(
    output: OutputFacts = OUTPUT,
    *,
    rights: RightsFacts = RIGHTS,
    ingredients: tuple[Ingredient, ...] = (),
) -> dict[str, Any]:
    return manifest.definition(
        output,
        claim_generator=Agent("rightsd", "0.1.0"),
        watermark=SoftBinding("org.example.wm.1", "AQID/w=="),
        fingerprint=SoftBinding("org.example.fp.1", "BAUG"),
        rights=rights,
        ingredients=ingredients,
    )


def assertions(definition: dict[str, Any], label: str) -> list[dict[str, Any]]:
    return [a["data"] for a in definition["assertions"] if a["label"] == label]


@pytest.mark.skipif(not VECTOR.exists(), reason="the rubric's vectors are not here")
def test_definition_agrees_with_the_one_that_passes_the_rubric() -> None:
    good = json.loads(VECTOR.read_text())

    ours = define()

    assert ours["claim_generator_info"] == good["claim_generator_info"]
    assert (ours["title"], ours["format"]) == (good["title"], good["format"])
    for label in ("c2pa.actions.v2", "cawg.training-mining"):
        expected = next(a["data"] for a in good["assertions"] if a["label"] == label)
        assert assertions(ours, label) == [expected]
    bindings = [a["data"] for a in good["assertions"] if a["label"] == "c2pa.soft-binding"]
    assert assertions(ours, "c2pa.soft-binding")[0].keys() == bindings[0].keys()


def test_every_assertion_is_created_and_none_is_merely_gathered() -> None:
    definition = define()

    assert [a["created"] for a in definition["assertions"]] == [True] * 6


def test_first_action_is_created_with_its_source_type_in_utc() -> None:
    east = timezone(timedelta(hours=9))

    made = replace(LABEL, made_at=datetime(2026, 1, 1, 8, 30, tzinfo=east))
    definition = define(replace(OUTPUT, labelled=made))

    [actions] = assertions(definition, "c2pa.actions.v2")
    created, watermarked = actions["actions"]
    assert created["action"] == "c2pa.created"
    assert created["digitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert created["when"] == "2025-12-31T23:30:00Z"
    assert watermarked["action"] == "c2pa.watermarked.bound"
    assert actions["allActionsIncluded"] is True


def test_watermark_comes_before_fingerprint() -> None:
    bindings = assertions(define(), "c2pa.soft-binding")

    assert [binding["alg"] for binding in bindings] == ["org.example.wm.1", "org.example.fp.1"]
    assert [b["blocks"][0]["value"] for b in bindings] == ["AQID/w==", "BAUG"]


def test_what_went_in_was_used_to_create_and_shots_were_placed() -> None:
    made = define(
        ingredients=(
            ingredient.given("prompt", "prompt", "text/plain", bytes(32)),
            ingredient.parent(1, "gen_1", "urn:c2pa:1", None),
            ingredient.shot(1, Path("a.mp4")),
            ingredient.shot(2, Path("b.mp4")),
        )
    )

    [actions] = assertions(made, "c2pa.actions.v2")
    created, placed, watermarked = actions["actions"]
    assert created["parameters"] == {"ingredientIds": ["prompt", "of1"]}
    assert placed["action"] == "c2pa.placed"
    assert placed["parameters"] == {"ingredientIds": ["shot1", "shot2"]}
    assert watermarked["action"] == "c2pa.watermarked.bound"


def test_what_went_in_is_told_by_a_commitment() -> None:
    said = ingredient.given("prompt", "prompt", "text/plain", bytes(range(32))).said()

    assert said == {
        "label": "prompt",
        "title": "prompt",
        "format": "text/plain",
        "relationship": "inputTo",
        "instance_id": f"urn:rightsd:commitment:{bytes(range(32)).hex()}",
    }


def test_definition_is_json() -> None:
    definition = define()

    assert json.loads(json.dumps(definition)) == definition


@pytest.mark.parametrize("title", ["<b onload=x()>'; DROP TABLE output; --", "夢 見 る", "a" * 200])
def test_any_text_on_one_line_is_a_title(title: str) -> None:
    definition = define(replace(OUTPUT, title=title))

    assert definition["title"] == title


@pytest.mark.parametrize("title", ["", "a" * 201, "a\nb", "a\x00b", "a\u2028b", "\ud800"])
def test_a_title_that_cannot_stand_in_a_manifest_is_refused(title: str) -> None:
    with pytest.raises(RightsError) as caught:
        define(replace(OUTPUT, title=title))

    assert caught.value.code is Code.INVALID


def test_a_provider_that_cannot_stand_in_a_manifest_is_refused() -> None:
    with pytest.raises(RightsError) as caught:
        define(replace(OUTPUT, labelled=replace(LABEL, provider="Example\nStudio")))

    assert caught.value.code is Code.INVALID


@pytest.mark.parametrize("event_id", ["", "Ada Lovelace", "ada@example.com", "a" * 201])
def test_only_opaque_ids_get_into_the_rights_statement(event_id: str) -> None:
    with pytest.raises(RightsError) as caught:
        define(rights=replace(RIGHTS, event_id=event_id))

    assert caught.value.code is Code.INVALID


def test_rights_statement_is_read_back_as_written() -> None:
    [data] = assertions(define(), manifest.RIGHTS_LABEL)

    assert manifest.parse_rights(data) == RIGHTS


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "dec_1",
        {},
        {**asdict(RIGHTS), "more": "x"},
        {**asdict(RIGHTS), "event_id": 7},
        {**asdict(RIGHTS), "event_id": ["evt_1"]},
        {**asdict(RIGHTS), "event_id": "<script>"},
        {**asdict(RIGHTS), "event_id": "evt_1\n"},
    ],
)
def test_what_is_not_exactly_a_rights_statement_is_none(value: object) -> None:
    assert manifest.parse_rights(value) is None


def test_only_the_thumbnail_of_what_we_state_is_personal() -> None:
    stated = [each["label"] for each in define()["assertions"]]
    added = ["c2pa.hash.bmff.v3", "c2pa.soft-binding__1", "c2pa.ingredient.v3__12"]
    picture = manifest.address("urn:c2pa:1", "c2pa.thumbnail.claim")
    held = [manifest.address("urn:c2pa:1", label) for label in (*stated, *added)]

    assert manifest.personal([*held, picture]) == [picture]


@pytest.mark.parametrize(
    "label",
    [
        "cawg.identity",
        "c2pa.thumbnail.ingredient__2",
        "c2pa.ingredient.v3.more",
        "stds.schema-org.CreativeWork",
        "org.rightsd.rights.more",
        "c2pa.actions.v2__",
    ],
)
def test_what_is_not_known_to_be_impersonal_is_personal(label: str) -> None:
    address = manifest.address("urn:c2pa:1", label)

    assert manifest.personal([address]) == [address]


def test_a_redaction_names_every_assertion_twice_and_has_no_title() -> None:
    uris = [
        "self#jumbf=/c2pa/urn:c2pa:1/c2pa.assertions/cawg.identity",
        manifest.address("urn:c2pa:2", "c2pa.thumbnail.claim"),
    ]

    made: Any = manifest.redaction(
        uris, claim_generator=OUTPUT.generator, reason=manifest.Reason.WITHDRAWN
    )

    (actions,) = made["assertions"]
    assert made["redactions"] == uris
    said = actions["data"]["actions"]
    assert [each["parameters"]["redacted"] for each in said] == uris
    assert {each["reason"] for each in said} == {"org.rightsd.withdrawn"}
    assert "title" not in made
    assert "thumbnail" not in made
