import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from rightsd.domain import manifest, preflight
from rightsd.domain.manifest import DAEMON, Reason
from rightsd.errors import Code, RightsError
from tests import rubrics
from tests.rightsd.adapters.credentialed import define

Change = Callable[[dict[str, Any]], object]


def actions(definition: dict[str, Any]) -> list[dict[str, Any]]:
    return definition["assertions"][0]["data"]["actions"]


def stated(label: str, data: dict[str, Any] | None = None) -> Change:
    return lambda made: made["assertions"].append(
        {"label": label, "data": data or {}, "created": True}
    )


def done(**action: Any) -> Change:
    return lambda made: actions(made).append(action)


def used(label: str, relationship: str = "inputTo") -> dict[str, str]:
    return {"label": label, "title": "a", "relationship": relationship}


# The mutations of the programme's negative vectors, and those at which the library stumbles.
PUBLISHED: dict[str, tuple[str, Change]] = {
    "gathered_actions": (
        "inception_action_position",
        lambda made: made["assertions"][0].pop("created"),
    ),
    "no_specversion": (
        "mandatory_spec_version",
        lambda made: made["claim_generator_info"][0].pop("specVersion"),
    ),
    "no_allactions": (
        "mandatory_all_actions_included",
        lambda made: made["assertions"][0]["data"].pop("allActionsIncluded"),
    ),
    "deprecated_watermarked": (
        "no_deprecated_actions",
        lambda made: actions(made)[1].update(action="c2pa.watermarked"),
    ),
    "edited_no_dst": (
        "mandatory_dst_for_perceptible_transformations",
        done(action="c2pa.edited"),
    ),
    "deprecated_stds": ("no_deprecated_assertions", stated("stds.schema-org.CreativeWork")),
    "bound_without_binding": (
        "assertion.action.softBindingMissing",
        lambda made: made.update(
            assertions=[a for a in made["assertions"] if a["label"] != "c2pa.soft-binding"]
        ),
    ),
    "created_without_source": (
        "mandatory_dst_for_created_action",
        lambda made: actions(made)[0].pop("digitalSourceType"),
    ),
    "related_to_nothing": (
        "assertion.action.malformed",
        lambda made: actions(made)[1].update(parameters={"relatedAssertions": []}),
    ),
}
OTHERS: list[tuple[str, Change]] = [
    ("mandatory_spec_version", lambda made: made.pop("claim_generator_info")),
    (
        "mandatory_spec_version",
        lambda made: made["claim_generator_info"][0].update(specVersion="2.2"),
    ),
    ("mandatory_spec_version", lambda made: made["claim_generator_info"][0].update(specVersion=2)),
    ("inception_action_position", lambda made: made.update(assertions=[])),
    ("inception_action_position", lambda made: actions(made).reverse()),
    ("inception_action_position", lambda made: actions(made).clear()),
    ("inception_action_position", lambda made: made["assertions"][3].update(created=False)),
    ("inception_action_position", lambda made: actions(made).append(actions(made)[0])),
    ("no_dst_for_opened_action", lambda made: actions(made)[0].update(action="c2pa.opened")),
    (
        "opened_action_ingredient_reference",
        lambda made: actions(made)[0].update(action="c2pa.opened"),
    ),
    ("no_deprecated_assertions", stated("c2pa.ingredient.v2")),
    ("no_unsupported_assertions", stated("c2pa.hash.data", {"url": "http://127.0.0.1/"})),
    ("no_unsupported_assertions", stated("c2pa.external-reference")),
    ("no_unrecognized_custom_assertions", stated("rights")),
    ("no_unrecognized_custom_assertions", stated("")),
    ("review_ratings_datasource", stated("org.example.seen", {"reviewRatings": []})),
    ("algorithm.unsupported", lambda made: made["assertions"][1]["data"].update(alg="org.other.1")),
    # On the published list, and somebody else's.
    ("algorithm.unsupported", stated("c2pa.soft-binding", {"alg": "com.adobe.trustmark.P"})),
    ("algorithm.unsupported", stated("c2pa.soft-binding")),
    ("no_unsupported_actions", done(action="c2pa.embroidered")),
    ("no_unrecognized_custom_actions", done(action="embroidered")),
    ("no_unrecognized_custom_actions", done()),
    (
        "no_unrecognized_custom_action_parameters",
        lambda made: actions(made)[1].update(parameters={"thread": "red"}),
    ),
    (
        "discouraged_legacy_action_parameters",
        lambda made: actions(made)[1].update(parameters={"description": "red"}),
    ),
    (
        "ingredient_relationship_values",
        lambda made: made.update(ingredients=[used("a", "childOf")]),
    ),
    ("assertion.action.ingredientMismatch", lambda made: made.update(ingredients=[used("a")])),
    (
        "assertion.action.ingredientMismatch",
        lambda made: actions(made)[0].update(parameters={"ingredientIds": ["a"]}),
    ),
    (
        "assertion.action.ingredientMismatch",
        lambda made: (
            made.update(ingredients=[used("a"), used("a")]),
            actions(made)[0].update(parameters={"ingredientIds": ["a"]}),
        ),
    ),
]


def changed(change: Change) -> dict[str, Any]:
    made: dict[str, Any] = copy.deepcopy(define())
    change(made)
    return made


def test_what_we_sign_passes() -> None:
    assert preflight.faults(define()) == []


@pytest.mark.parametrize("name", PUBLISHED)
def test_each_negative_vector_is_caught_before_it_is_signed(name: str) -> None:
    trait, change = PUBLISHED[name]

    with pytest.raises(RightsError) as caught:
        preflight.check(changed(change))

    assert caught.value.code is Code.INVALID
    assert trait in caught.value.detail


@pytest.mark.parametrize(("trait", "change"), OTHERS)
def test_what_else_the_rubric_fails_is_caught(trait: str, change: Change) -> None:
    assert trait in [fault.trait for fault in preflight.faults(changed(change))]


def test_ingredients_of_files_count_as_those_of_the_definition() -> None:
    made = changed(lambda made: actions(made)[0].update(parameters={"ingredientIds": ["a", "b"]}))
    made["ingredients"] = [used("a")]

    assert preflight.faults(made, [used("b")]) == []
    assert [one.trait for one in preflight.faults(made)] == ["assertion.action.ingredientMismatch"]


def test_an_update_may_redact_and_not_create() -> None:
    gone = [manifest.address("urn:c2pa:1", "cawg.identity")]
    update = manifest.redaction(gone, claim_generator=DAEMON, reason=Reason.PERSONAL)

    assert preflight.faults(update, update=True) == []
    assert [one.trait for one in preflight.faults(define(), update=True)] == [
        "no_unsupported_actions",
        "no_unsupported_actions",
    ]


@pytest.mark.parametrize("nonsense", [{}, {"assertions": 7}, {"assertions": [7, {"data": []}]}])
def test_what_is_no_definition_has_faults(nonsense: dict[str, Any]) -> None:
    assert preflight.faults(nonsense)


@pytest.mark.skipif(not rubrics.FOLDER.exists(), reason="the rubrics are not here")
def test_the_lists_are_those_of_the_rubric() -> None:
    listed = next(yaml.safe_load_all(rubrics.CONFORMANCE.read_text()))["variables"]

    known = preflight._PERCEPTIBLE | preflight._UPDATES | preflight._OTHERS
    assert set(listed["$deprecated_action_labels"]) == preflight._DEPRECATED_ACTIONS
    assert set(listed["$deprecated_assertion_labels"]) == preflight._DEPRECATED_ASSERTIONS
    assert set(listed["$allowed_actions"]) - preflight._DEPRECATED_ACTIONS == known
    exempt = {
        *listed["$inception_actions"],
        *listed["$non_editorial_actions"],
        *listed["$dst_exempt_perceptible_actions"],
    }
    assert known - exempt == preflight._PERCEPTIBLE
    assert set(listed["$allowed_assertions"]) >= preflight._ASSERTIONS
    assert set(listed["$standard_parameters"]) >= preflight._LEGACY_PARAMETERS
    assert preflight._PARAMETERS - {"ingredientIds"} <= set(listed["$standard_parameters"])
    assert set(listed["$valid_relationship_values"]) == preflight._RELATIONSHIPS


@pytest.mark.skipif(not rubrics.FOLDER.exists(), reason="the rubrics are not here")
def test_the_mutations_are_those_of_the_vectors() -> None:
    expected = yaml.safe_load((rubrics.VECTORS / "expected.json").read_text())

    for vector in expected["vectors"]:
        if vector["fail"]:
            assert PUBLISHED[vector["name"]][0] == vector["fail"][0]
    codes = {one["code"] for one in expected["signing_time_rejections_c2pa_rs_0.91.3"]}
    assert codes == {"assertion.action.softBindingMissing", "assertion.action.malformed"}
