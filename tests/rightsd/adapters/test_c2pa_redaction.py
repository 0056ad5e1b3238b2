"""Update manifests: what they take back is gone, and what they leave still validates."""

import io
import json
from pathlib import Path
from typing import Any

import c2pa
import pytest

from rightsd.adapters import c2pa_child
from rightsd.adapters.c2pa import ContentCredentials, Signed
from rightsd.domain import manifest
from rightsd.domain.manifest import DAEMON, Reason
from rightsd.errors import Code, RightsError
from tests.rightsd.adapters.credentialed import OURS, sign, thumbnail, write_video

THUMBNAIL = "c2pa.thumbnail.claim"


@pytest.fixture(scope="module")
def output(ours: ContentCredentials, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("output")
    write_video(folder / "plain.mp4")
    sign(ours, folder / "plain.mp4", folder / "signed.mp4")
    return folder / "signed.mp4"


def definition(ours: ContentCredentials, output: Path, labels: list[str]) -> dict[str, Any]:
    parent = ours.read(output).manifest_id
    assert parent is not None
    gone = [manifest.address(parent, label) for label in labels]
    return manifest.redaction(gone, claim_generator=DAEMON, reason=Reason.PERSONAL)


@pytest.fixture(scope="module")
def redacted(ours: ContentCredentials, output: Path) -> Signed:
    gone = manifest.personal(ours.read(output).present)
    redaction = manifest.redaction(gone, claim_generator=DAEMON, reason=Reason.PERSONAL)
    return ours.redact(output, definition=redaction)


@pytest.fixture(scope="module")
def read(output: Path, redacted: Signed) -> dict[str, Any]:
    """What the library itself makes of the redacted store, over the output."""
    context = c2pa_child.context(OURS.root_pem)
    with output.open("rb") as file:
        reader = c2pa.Reader("video/mp4", file, redacted.store, context)
        results = reader.get_validation_results()
        manifests = json.loads(reader.crjson())["manifests"]
        return {
            "state": reader.get_validation_state(),
            "results": results,
            "update": next(m for m in manifests if m["label"] == redacted.manifest_id),
            "parent": next(m for m in manifests if m["label"] != redacted.manifest_id),
        }


def test_what_is_redacted_is_gone_from_the_bytes(output: Path, redacted: Signed) -> None:
    picture = thumbnail()

    # Any stretch of the picture: headers of JPEGs are alike.
    assert picture in output.read_bytes()
    assert picture[100:164] not in redacted.store


def test_the_store_validates_over_the_output_and_the_redaction_is_listed(
    redacted: Signed, read: dict[str, Any]
) -> None:
    parent = read["parent"]["label"]

    assert read["state"] == "Trusted"
    assert read["results"]["activeManifest"]["failure"] == []
    assert not any(
        delta["validationDeltas"]["failure"]
        for delta in read["results"].get("ingredientDeltas", ())
    )
    assert read["update"]["isUpdateManifest"]
    assert read["update"]["claim.v2"]["redacted_assertions"] == [
        manifest.address(parent, THUMBNAIL)
    ]
    assert THUMBNAIL not in read["parent"]["assertions"]
    # The first claim is as it was signed: it still names what is gone.
    named = [each["url"] for each in read["parent"]["claim.v2"]["created_assertions"]]
    assert any(url.endswith(THUMBNAIL) for url in named)


def test_the_update_says_what_was_done_and_why(read: dict[str, Any]) -> None:
    parent, update = read["parent"]["label"], read["update"]
    actions = update["assertions"]["c2pa.actions.v2"]

    assert [each["action"] for each in actions["actions"]] == ["c2pa.opened", "c2pa.redacted"]
    assert actions["actions"][1]["reason"] == "c2pa.PII.present"
    assert actions["actions"][1]["parameters"]["redacted"] == manifest.address(parent, THUMBNAIL)
    assert actions["allActionsIncluded"] is True
    ingredient = update["assertions"]["c2pa.ingredient.v3"]
    assert ingredient["relationship"] == "parentOf"
    assert ingredient["validationResults"]["activeManifest"]["failure"] == []
    assert not update["claim.v2"].get("gathered_assertions")
    assert update["claim.v2"]["claim_generator_info"]["specVersion"] == "2.4"


def test_the_output_stays_as_it_is(ours: ContentCredentials, output: Path) -> None:
    before = output.read_bytes()

    ours.redact(output, definition=definition(ours, output, [THUMBNAIL]))

    assert output.read_bytes() == before
    assert sorted(path.name for path in output.parent.iterdir()) == ["plain.mp4", "signed.mp4"]


@pytest.mark.parametrize("label", ["c2pa.actions.v2", "c2pa.hash.bmff.v3", "org.example.nothing"])
def test_what_may_not_be_redacted_or_is_not_there_fails(
    ours: ContentCredentials, output: Path, label: str
) -> None:
    with pytest.raises(RightsError) as caught:
        ours.redact(output, definition=definition(ours, output, [label]))

    assert caught.value.code is Code.UNAVAILABLE


def test_a_key_that_does_not_answer_redacts_nothing(output: Path) -> None:
    silent = OURS.credentials(sign=lambda _: b"")
    asked = definition(silent, output, [THUMBNAIL])
    with pytest.raises(RightsError) as caught:
        silent.redact(output, definition=asked)
    silent.close()

    assert caught.value.detail.endswith("the signing key gave no ES256 signature.")


def test_the_library_leaves_what_is_redacted_in_an_mp4(
    ours: ContentCredentials, output: Path
) -> None:
    # Why the store is served and never embedded. Should this fail, the library has learnt it.
    builder = c2pa.Builder(definition(ours, output, [THUMBNAIL]), c2pa_child.context(OURS.root_pem))
    builder.set_intent(c2pa.C2paBuilderIntent.UPDATE)
    signer = c2pa.Signer.from_callback(OURS.sign, c2pa.C2paSigningAlg.ES256, OURS.chain_pem, None)
    copy = io.BytesIO()
    with signer, output.open("rb") as file:
        builder.sign(signer, "video/mp4", file, copy)

    assert thumbnail() in copy.getvalue()
    reader = c2pa.Reader("video/mp4", copy, context=c2pa_child.context(OURS.root_pem))
    results = reader.get_validation_results()
    assert [each["code"] for each in results["activeManifest"]["failure"]] == [
        "assertion.notRedacted"
    ]
