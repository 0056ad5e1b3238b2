"""What an output is made of stands in its manifest, and can be taken back with it."""

import json
from pathlib import Path
from typing import Any

import c2pa
import pytest

from rightsd.adapters import c2pa_child
from rightsd.adapters.c2pa import ContentCredentials
from rightsd.adapters.c2pa_credential import State
from rightsd.domain import ingredient, manifest
from rightsd.domain.manifest import DAEMON, Reason
from tests import rubrics
from tests.rightsd.adapters.credentialed import OURS, STRANGER, define, flip, sign, thumbnail

COMMITMENT = bytes(range(32))


@pytest.fixture(scope="module")
def clip(plain: Path, ours: ContentCredentials) -> Path:
    """A clip of two shots."""
    shots = [plain.with_name(f"shot-{number}.mp4") for number in (1, 2)]
    for number, shot in enumerate(shots, 1):
        definition = define(f"shot {number}")
        ours.sign(plain, shot, definition=definition, thumbnail=None)
    made_of = (
        ingredient.given("prompt", "prompt", "text/plain", COMMITMENT),
        *(ingredient.shot(number, shot) for number, shot in enumerate(shots, 1)),
    )
    path = plain.with_name("clip.mp4")
    sign(ours, plain, path, ingredients=made_of)
    return path


@pytest.fixture(scope="module")
def remix(plain: Path, clip: Path, ours: ContentCredentials) -> Path:
    path = plain.with_name("remix.mp4")
    parent = ingredient.parent(1, "gen_1", "urn:c2pa:1", clip)
    named = ingredient.parent(2, "gen_2", "urn:c2pa:2", None)
    sign(ours, plain, path, ingredients=(parent, named))
    return path


def manifests(ours: ContentCredentials, path: Path) -> list[dict[str, Any]]:
    return json.loads(ours.read(path).json)["manifests"]


def test_inputs_and_shots_are_ingredients_with_their_manifests(
    ours: ContentCredentials, clip: Path
) -> None:
    active, *shots = manifests(ours, clip)

    used = {label: said for label, said in active["assertions"].items() if "ingredient" in label}
    assert [(one["dc:title"], one["relationship"]) for one in used.values()] == [
        ("prompt", "inputTo"),
        ("shot 1", "componentOf"),
        ("shot 2", "componentOf"),
    ]
    prompt, *placed = used.values()
    assert prompt["instanceID"] == f"urn:rightsd:commitment:{COMMITMENT.hex()}"
    assert "activeManifest" not in prompt
    assert {shot["claim.v2"]["dc:title"] for shot in shots} == {"shot 1", "shot 2"}
    for one in placed:
        assert one["validationResults"]["activeManifest"]["failure"] == []
    assert not active["claim.v2"]["gathered_assertions"]
    actions = active["assertions"]["c2pa.actions.v2"]["actions"]
    referred = [len(one["parameters"]["ingredients"]) for one in actions[:2]]
    assert referred == [1, 2]
    assert ours.read(clip).state is State.TRUSTED


def test_a_model_stands_there_with_its_revision_and_licence(
    ours: ContentCredentials, plain: Path, tmp_path: Path
) -> None:
    path, commit = tmp_path / "modelled.mp4", "0123456789" * 4
    model = ingredient.model(1, "someone/tiny", commit, "apache-2.0")

    sign(ours, plain, path, ingredients=(model,))

    (active,) = manifests(ours, path)
    (used,) = (said for label, said in active["assertions"].items() if "ingredient" in label)
    assert (used["dc:title"], used["relationship"]) == ("someone/tiny", "inputTo")
    assert used["instanceID"] == f"urn:rightsd:model:someone/tiny@{commit}"
    assert used["description"] == f"revision {commit}, licence apache-2.0"
    assert used["dataTypes"] == [{"type": "c2pa.types.model"}]
    assert ours.read(path).state is State.TRUSTED


def test_of_what_is_changed_the_output_is_the_parent(
    ours: ContentCredentials, plain: Path, clip: Path, tmp_path: Path
) -> None:
    path = tmp_path / "changed.mp4"
    kept = ingredient.parent(1, "gen_1", "urn:c2pa:1", clip, kept=True)

    sign(ours, plain, path, ingredients=(kept,))

    active = manifests(ours, path)[0]
    opened, edited, *_ = active["assertions"]["c2pa.actions.v2"]["actions"]
    assert (opened["action"], edited["action"]) == ("c2pa.opened", "c2pa.edited")
    assert "digitalSourceType" not in opened
    assert edited["digitalSourceType"].endswith("AlgorithmicMedia")
    assert ours.read(path).state is State.TRUSTED


def test_whoever_signed_an_ingredient_may_lose_trust(plain: Path, tmp_path: Path) -> None:
    with_stranger = OURS.credentials(anchors=OURS.root_pem + STRANGER.root_pem)
    theirs = STRANGER.credentials(anchors=OURS.root_pem + STRANGER.root_pem)
    sign(theirs, plain, tmp_path / "parent.mp4")
    parent = ingredient.parent(1, "gen_1", "urn:c2pa:1", tmp_path / "parent.mp4")
    sign(with_stranger, plain, tmp_path / "remix.mp4", ingredients=(parent,))
    reader = OURS.credentials()

    credential = reader.read(tmp_path / "remix.mp4")

    reader.close()
    assert (credential.state, credential.failures) == (State.TRUSTED, ())
    assert credential.claim_signature_ours
    assert credential.vouched


def test_a_changed_ingredient_spoils_what_it_is_in(
    ours: ContentCredentials, clip: Path, tmp_path: Path
) -> None:
    # The manifests of ingredients come first; this is the title in that of the first shot.
    path = flip(clip, tmp_path / "a.mp4", after=b"shot ")

    credential = ours.read(path)

    assert credential.state is State.INVALID
    assert not credential.vouched


def test_shots_have_no_picture(ours: ContentCredentials, clip: Path) -> None:
    active, *shots = manifests(ours, clip)

    assert "c2pa.thumbnail.claim" in active["assertions"]
    for shot in shots:
        assert not [label for label in shot["assertions"] if "thumbnail" in label]
    assert not [label for label in active["assertions"] if "thumbnail.ingredient" in label]


def test_a_remix_keeps_the_manifest_of_what_it_is_made_of_and_its_shots(
    ours: ContentCredentials, remix: Path, clip: Path
) -> None:
    active, *others = manifests(ours, remix)

    titles = [each["claim.v2"]["dc:title"] for each in others]
    assert sorted(titles) == ["out.mp4", "shot 1", "shot 2"]
    assert ours.read(clip).manifest_id in [each["label"] for each in others]
    named = active["assertions"]["c2pa.ingredient.v3"]
    assert (named["dc:title"], named["instanceID"]) == ("gen_2.mp4", "urn:c2pa:2")


def test_a_redaction_takes_back_what_is_personal_in_every_manifest(
    ours: ContentCredentials, remix: Path
) -> None:
    gone = manifest.personal(ours.read(remix).present)
    definition = manifest.redaction(gone, claim_generator=DAEMON, reason=Reason.PERSONAL)

    redacted = ours.redact(remix, definition=definition)

    assert len(gone) == 2
    assert {manifest.label_of(one) for one in gone} == {"c2pa.thumbnail.claim"}
    assert thumbnail()[100:164] in remix.read_bytes()
    assert thumbnail()[100:164] not in redacted.store
    with remix.open("rb") as file:
        context = c2pa_child.context(OURS.root_pem)
        reader = c2pa.Reader("video/mp4", file, redacted.store, context)
        assert reader.get_validation_state() == "Trusted"


@pytest.mark.skipif(not rubrics.FOLDER.exists(), reason="the rubrics are not here")
@pytest.mark.parametrize("made", ["clip", "remix"])
def test_what_is_made_of_others_has_every_trait(
    ours: ContentCredentials, made: str, request: pytest.FixtureRequest
) -> None:
    document = json.loads(ours.read(request.getfixturevalue(made)).json)

    assert rubrics.failed(rubrics.CONFORMANCE, document) == []
    assert rubrics.failed(rubrics.TRUST, document) == []
