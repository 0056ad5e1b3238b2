"""What is looked at before a manifest is signed, so that nothing goes out that the programme fails.

A signature cannot be taken back, and the signing library signs much that the conformance programme
does not accept. Faults bear the names of the traits that the programme's rubric would fail.

Source: C2PA conformance programme 0.2, asset rubric for specification 2.4 (1.0, 2026-08-06). What
it says of assertions that we never make holds because they are refused here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from rightsd.domain.manifest import SOFT_BINDINGS, SPEC_VERSION
from rightsd.errors import Code, RightsError

ACTIONS = "c2pa.actions.v2"
SOFT_BINDING = "c2pa.soft-binding"
FAULTS_MAX = 5  # As many as a sentence can name.

_CREATED, _OPENED, _BOUND = "c2pa.created", "c2pa.opened", "c2pa.watermarked.bound"
# Of the standard's assertions those that a definition may bring. The signer makes the others that
# the rubric allows, or nobody does.
_ASSERTIONS = frozenset({ACTIONS, SOFT_BINDING, "c2pa.asset-type.v2", "c2pa.metadata"})
_DEPRECATED_ASSERTIONS = frozenset(
    {
        "c2pa.claim",
        "c2pa.hash.bmff.v2",
        "c2pa.asset-type",
        "c2pa.ingredient",
        "c2pa.ingredient.v2",
        "c2pa.actions",
    }
)
_DEPRECATED_ACTIONS = frozenset(
    {
        "c2pa.copied",
        "c2pa.formatted",
        "c2pa.version_updated",
        "c2pa.printed",
        "c2pa.managed",
        "c2pa.produced",
        "c2pa.saved",
        "c2pa.color_adjustments",
        "c2pa.watermarked",
    }
)
# Actions that change what is seen or heard: each says by what kind of source.
_PERCEPTIBLE = frozenset(
    {
        "c2pa.addedText",
        "c2pa.adjustedColor",
        "c2pa.changedSpeed",
        "c2pa.cropped",
        "c2pa.deleted",
        "c2pa.drawing",
        "c2pa.dubbed",
        "c2pa.edited",
        "c2pa.filtered",
        "c2pa.mastered",
        "c2pa.mixed",
        "c2pa.orientation",
        "c2pa.remixed",
        "c2pa.removed",
        "c2pa.resized",
        "c2pa.translated",
        "c2pa.trimmed",
        "c2pa.unknown",
    }
)
_UPDATES = frozenset({"c2pa.edited.metadata", "c2pa.published", "c2pa.redacted"})
_OTHERS = frozenset(
    {
        _CREATED,
        _OPENED,
        _BOUND,
        "c2pa.converted",
        "c2pa.enhanced",
        "c2pa.placed",
        "c2pa.repackaged",
        "c2pa.resized.proportional",
        "c2pa.transcoded",
        "c2pa.watermarked.unbound",
    }
)
_PARAMETERS = frozenset(
    {
        "redacted",
        "ingredients",
        # What the signing library turns into `ingredients`.
        "ingredientIds",
        "relatedAssertions",
        "sourceLanguage",
        "targetLanguage",
        "multipleInstances",
    }
)
_LEGACY_PARAMETERS = frozenset({"description", "ingredient"})
_RELATIONSHIPS = frozenset({"parentOf", "componentOf", "inputTo"})
_STANDARD = "c2pa."


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a manifest would not pass.

    Attributes:
        trait: Of the rubric, or what the signing library calls it.
        found: What was found, or is missing.
    """

    trait: str
    found: str


def check(
    definition: Mapping[str, object],
    ingredients: Sequence[Mapping[str, object]] = (),
    *,
    update: bool = False,
) -> None:
    """Refuse a manifest that would not pass.

    Args:
        definition: As for the signer; see `domain.manifest`.
        ingredients: What else is an ingredient, in the signer's words.
        update: It updates another manifest. The signer opens that, and says so itself.

    Raises:
        RightsError: INVALID; the detail names the faults.
    """
    if found := faults(definition, ingredients, update=update):
        named = "; ".join(f"{one.trait} ({one.found})" for one in found[:FAULTS_MAX])
        raise RightsError(
            Code.INVALID, f"The manifest would not pass, so nothing is signed: {named}."
        )


def faults(
    definition: Mapping[str, object],
    ingredients: Sequence[Mapping[str, object]] = (),
    *,
    update: bool = False,
) -> list[Fault]:
    """Return why a manifest would not pass; the arguments are those of `check`."""
    assertions = _maps(definition.get("assertions"))
    acting = [_map(one.get("data")) for one in assertions if one.get("label") == ACTIONS]
    actions = [action for data in acting for action in _maps(data.get("actions"))]
    used = [*_maps(definition.get("ingredients")), *ingredients]
    return [
        *_of_claim(definition),
        *_of_assertions(assertions),
        *_of_order(assertions, acting, actions, update=update),
        *(fault for action in actions for fault in _of_action(action, update=update)),
        *_of_binding(assertions, actions),
        *_of_ingredients(used, actions),
    ]


def _of_claim(definition: Mapping[str, object]) -> Iterator[Fault]:
    generators = _maps(definition.get("claim_generator_info"))
    version = generators[0].get("specVersion") if generators else None
    if not isinstance(version, str):
        yield Fault("mandatory_spec_version", "missing")
    elif version.split(".")[:2] != SPEC_VERSION.split("."):
        yield Fault("mandatory_spec_version", version)


def _of_assertions(assertions: Sequence[Mapping[str, object]]) -> Iterator[Fault]:
    for one in assertions:
        label = _text(one.get("label"))
        if label.startswith("stds.") or label in _DEPRECATED_ASSERTIONS:
            yield Fault("no_deprecated_assertions", label)
        elif label.startswith(_STANDARD) and label not in _ASSERTIONS:
            yield Fault("no_unsupported_assertions", label)
        elif "." not in label:
            yield Fault("no_unrecognized_custom_assertions", label or "without a name")
        if one.get("created") is not True:
            # Merely gathered, it would be nobody's statement, and the actions nowhere.
            yield Fault("inception_action_position", f"{label} is not created")
        if "reviewRatings" in _map(one.get("data")):
            yield Fault("review_ratings_datasource", label)


def _of_order(
    assertions: Sequence[Mapping[str, object]],
    acting: Sequence[Mapping[str, object]],
    actions: Sequence[Mapping[str, object]],
    *,
    update: bool,
) -> Iterator[Fault]:
    if not acting:
        labels = ", ".join(_text(one.get("label")) for one in assertions)
        yield Fault("inception_action_position", f"no {ACTIONS} in {labels or 'no assertion'}")
    if any(not isinstance(data.get("allActionsIncluded"), bool) for data in acting):
        yield Fault("mandatory_all_actions_included", "missing")
    names = [_text(action.get("action")) for action in actions]
    if update:
        return
    if names[:1] not in ([_CREATED], [_OPENED]):
        yield Fault("inception_action_position", f"{names[0] if names else 'nothing'} is first")
    if sum(name in {_CREATED, _OPENED} for name in names) > 1:
        yield Fault("inception_action_position", "two beginnings")
    if names == [_OPENED] and acting[0].get("allActionsIncluded") is not True:
        yield Fault("all_actions_included_opened", "c2pa.opened alone")


def _of_action(action: Mapping[str, object], *, update: bool) -> Iterator[Fault]:
    name, parameters = _text(action.get("action")), _map(action.get("parameters"))
    known = _UPDATES if update else _PERCEPTIBLE | _UPDATES | _OTHERS
    if name in _DEPRECATED_ACTIONS:
        yield Fault("no_deprecated_actions", name)
    elif name.startswith(_STANDARD) and name not in known:
        yield Fault("no_unsupported_actions", name)
    elif "." not in name:
        yield Fault("no_unrecognized_custom_actions", name or "without a name")
    yield from _of_source(name, action.get("digitalSourceType"))
    yield from _of_parameters(parameters)
    if name == _OPENED and len(_ids(parameters)) != 1:
        yield Fault("opened_action_ingredient_reference", f"{len(_ids(parameters))} ingredients")


def _of_source(name: str, source: object) -> Iterator[Fault]:
    if name == _CREATED and source is None:
        yield Fault("mandatory_dst_for_created_action", name)
    if name == _OPENED and source is not None:
        yield Fault("no_dst_for_opened_action", str(source))
    if name in _PERCEPTIBLE and source is None:
        yield Fault("mandatory_dst_for_perceptible_transformations", name)


def _of_parameters(parameters: Mapping[str, object]) -> Iterator[Fault]:
    for parameter in parameters:
        if parameter in _LEGACY_PARAMETERS:
            yield Fault("discouraged_legacy_action_parameters", parameter)
        elif parameter not in _PARAMETERS and "." not in parameter:
            yield Fault("no_unrecognized_custom_action_parameters", parameter)
    if "relatedAssertions" in parameters and not parameters["relatedAssertions"]:
        yield Fault("assertion.action.malformed", "relatedAssertions is empty")


def _of_binding(
    assertions: Sequence[Mapping[str, object]], actions: Sequence[Mapping[str, object]]
) -> Iterator[Fault]:
    bound = any(action.get("action") == _BOUND for action in actions)
    bindings = [_map(one.get("data")) for one in assertions if one.get("label") == SOFT_BINDING]
    if bound and not bindings:
        yield Fault("assertion.action.softBindingMissing", _BOUND)
    for binding in bindings:
        if binding.get("alg") not in SOFT_BINDINGS:
            yield Fault("algorithm.unsupported", _text(binding.get("alg")) or "no soft binding's")


def _of_ingredients(
    ingredients: Sequence[Mapping[str, object]], actions: Sequence[Mapping[str, object]]
) -> Iterator[Fault]:
    labels = [_text(one.get("label")) for one in ingredients]
    for one in ingredients:
        if one.get("relationship") not in _RELATIONSHIPS:
            yield Fault("ingredient_relationship_values", _text(one.get("relationship")))
    if len(set(labels)) < len(labels):
        yield Fault("assertion.action.ingredientMismatch", "two ingredients of one label")
    named = [label for action in actions for label in _ids(_map(action.get("parameters")))]
    for label in named:
        if label not in labels:
            yield Fault("assertion.action.ingredientMismatch", f"{label} is no ingredient")
    for label in labels:
        if label not in named:
            yield Fault("assertion.action.ingredientMismatch", f"{label} is used by no action")


def _ids(parameters: Mapping[str, object]) -> list[str]:
    found = parameters.get("ingredientIds")
    return [_text(one) for one in cast("list[object]", found)] if isinstance(found, list) else []


def _maps(value: object) -> list[Mapping[str, object]]:
    found = cast("list[object]", value) if isinstance(value, list) else []
    return [_map(one) for one in found]


def _map(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
