"""Step 12: from a stripped copy, by its marks, to the manifest, also after a revocation."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import c2pa
import pytest
from fastapi.testclient import TestClient

from rightsd.adapters import c2pa_child, jumbf, media
from rightsd.adapters.http import Guard
from rightsd.runtime import Runtime
from tests.daemon import settle
from tests.paths.conftest import CAMEO, World
from tests.paths.test_4_forgeries import cropped, frames_of, write
from tests.paths.test_4_verify import _noise
from tests.paths.test_5_revocation import revoke
from tests.resolving import STORE, resolver, store, urn
from tests.rightsd.adapters.loopback import Host, reply, replying, serving
from watermark.embed import Embedder

pytestmark = pytest.mark.slow

WATERMARK, FINGERPRINT = "org.rightsd.lattice.1", "org.rightsd.phash256.1"


@pytest.fixture
def api(world: World) -> TestClient:
    return resolver(world.rt)


def by_content(api: TestClient, path: Path, **query: str) -> list[dict]:
    headers = {"Content-Type": "video/mp4" if path.suffix == ".mp4" else "image/jpeg"}
    answer = api.post("matches/byContent", content=path.read_bytes(), headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["matches"]


def by_binding(api: TestClient, alg: str, text: str | bytes) -> list[dict]:
    raw = text if isinstance(text, bytes) else text.encode()
    query = {"alg": alg, "value": base64.b64encode(raw).decode()}
    answer = api.get("matches/byBinding", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["matches"]


def bindings_of(world: World, path: Path) -> dict[str, str]:
    """What the manifest in a file says, read as a stranger reads it."""
    settings = c2pa_child.context(world.rt.credentials.anchors.claims_pem)
    with path.open("rb") as file, c2pa.Reader("video/mp4", file, None, settings) as reader:
        manifest = reader.get_active_manifest()
    said = [
        one["data"]
        for one in manifest["assertions"]
        if one["label"].startswith("c2pa.soft-binding")
    ]
    return {one["alg"]: one["blocks"][0]["value"] for one in said}


@contextmanager
def at_address(rt: Runtime, body: bytes) -> Iterator[tuple[TestClient, Host]]:
    with serving(replying(reply(200, body, Content_Type="video/mp4"))) as host:
        guarded = replace(rt, reference_guard=Guard(allow_private=True))
        yield resolver(guarded), host


def test_a_stripped_copy_leads_to_its_manifest(
    world: World, clip: dict, file: Path, api: TestClient, tmp_path: Path
) -> None:
    media.transcode(file, tmp_path / "copy.mp4", crf=24, width=320)
    manifest_id = clip["output"]["manifest_id"]

    for query in ({}, {"alg": WATERMARK}, {"alg": FINGERPRINT}):
        first, *_ = by_content(api, tmp_path / "copy.mp4", **query)
        assert first["manifestId"] == manifest_id
        assert first["similarityScore"] >= 50

    found = api.get(f"manifests/{manifest_id}").content
    assert found in file.read_bytes()
    assert found == world.clients["public"].get(f"/v1/manifests/{manifest_id}").content
    assert api.get(f"manifests/{clip['id']}").content == found


@pytest.mark.parametrize("query", [{}, {"alg": WATERMARK}])
def test_a_cropped_copy_leads_there_by_its_mark(
    clip: dict, file: Path, api: TestClient, tmp_path: Path, query: dict[str, str]
) -> None:
    copy = write(tmp_path / "cropped.mp4", cropped(frames_of(file)))

    (found,) = by_content(api, copy, **query)

    assert found["manifestId"] == clip["output"]["manifest_id"]
    assert found["similarityScore"] >= 50


def test_the_manifest_of_a_shot_is_found_by_its_name_alone(
    world: World, clip: dict, file: Path, api: TestClient
) -> None:
    whole = jumbf.parse(api.get(f"manifests/{clip['output']['manifest_id']}").content)
    settings = c2pa_child.context(world.rt.credentials.anchors.claims_pem)

    for shot in whole.manifests[:-1]:
        found = api.get(f"manifests/{shot.label}")

        assert found.status_code == 200
        assert found.content == world.clients["public"].get(f"/v1/manifests/{shot.label}").content
        assert jumbf.parse(found.content).manifests == (shot,)
        with (
            file.open("rb") as stream,
            c2pa.Reader("video/mp4", stream, found.content, settings) as reader,
        ):
            results = json.loads(reader.json())["validation_results"]["activeManifest"]
        # Its signature holds; that it is not of the whole clip is all that there is against it.
        assert "claimSignature.validated" in {each["code"] for each in results["success"]}
        assert {each["code"] for each in results["failure"]} == {"assertion.bmffHash.mismatch"}


def test_nobody_stores_another_manifest_by_the_name_of_a_shot(clip: dict, api: TestClient) -> None:
    whole = api.get(f"manifests/{clip['output']['manifest_id']}").content
    shot = jumbf.parse(whole).manifests[0].label

    answer = api.post("manifests", content=store(shot), headers=STORE)

    assert answer.status_code == 409


def test_a_still_frame_leads_there_too(
    clip: dict, file: Path, api: TestClient, tmp_path: Path
) -> None:
    with media.open_video(file) as video:
        frame = next(iter(video)).frames[12]
    (tmp_path / "still.jpg").write_bytes(media.jpeg(frame, width_max=320))

    first, *_ = by_content(api, tmp_path / "still.jpg")

    assert first["manifestId"] == clip["output"]["manifest_id"]


def test_the_bindings_in_the_manifest_lead_back_to_it(
    world: World, clip: dict, file: Path, api: TestClient
) -> None:
    said, manifest_id = bindings_of(world, file), clip["output"]["manifest_id"]

    (marked,) = by_binding(api, WATERMARK, said[WATERMARK])
    near, *_ = by_binding(api, FINGERPRINT, said[FINGERPRINT])
    raw, *_ = by_binding(api, FINGERPRINT, bytes.fromhex(said[FINGERPRINT]))

    assert marked == {"manifestId": manifest_id}
    assert near == raw == {"manifestId": manifest_id, "similarityScore": 100}
    assert by_binding(api, WATERMARK, "0" * 15) == []


def test_a_mark_on_other_content_leads_nowhere(
    world: World, file: Path, api: TestClient, tmp_path: Path
) -> None:
    number = int(bindings_of(world, file)[WATERMARK], 16)
    _noise(
        tmp_path / "forged.mp4", Embedder(world.rt.watermark_secret, number, height=360, width=640)
    )

    assert by_content(api, tmp_path / "forged.mp4") == []
    assert by_content(api, tmp_path / "forged.mp4", alg=WATERMARK) == []


def test_a_hint_comes_after_what_the_file_shows(clip: dict, file: Path, api: TestClient) -> None:
    stored = api.post("manifests", content=store(urn()), headers=STORE).json()["manifestId"]
    api.post("bindings", json={"bindingValue": "aGludA==", "manifestId": stored})

    found = by_content(api, file, hintAlg="com.example.other.1", hintValue="aGludA==")
    ours = by_content(api, file, hintAlg=WATERMARK, hintValue="aGludA==")

    assert found[0]["manifestId"] == clip["output"]["manifest_id"]
    assert found[-1] == {"manifestId": stored}
    assert stored not in {each["manifestId"] for each in ours}


def test_a_file_at_an_address_is_searched_if_it_is_as_long_as_was_said(
    world: World, clip: dict, file: Path
) -> None:
    body = file.read_bytes()
    with at_address(world.rt, body) as (api, host):
        asked = {"referenceUrl": f"{host.url}/clip.mp4", "assetLength": len(body)}

        good = api.post("matches/byReference", json=asked)
        longer = api.post("matches/byReference", json=asked | {"assetLength": len(body) + 1})
        shorter = api.post("matches/byReference", json=asked | {"assetLength": len(body) - 1})

    assert good.json()["matches"][0]["manifestId"] == clip["output"]["manifest_id"]
    assert (longer.status_code, shorter.status_code) == (400, 503)


def test_our_manifests_are_nobody_elses_to_store_bind_or_remove(
    clip: dict, api: TestClient
) -> None:
    manifest_id = clip["output"]["manifest_id"]
    ours = api.get(f"manifests/{manifest_id}").content

    stored = api.post("manifests", content=ours, headers=STORE)
    bound = api.post("bindings", json={"bindingValue": "aGk=", "manifestId": manifest_id})

    assert (stored.status_code, bound.status_code) == (409, 404)
    assert api.delete(f"manifests/{manifest_id}").status_code == 404


def test_after_a_revocation_the_marks_lead_to_what_says_so(fresh: World, tmp_path: Path) -> None:
    made = fresh.generate(CAMEO)
    file, api = fresh.download(made["id"]), resolver(fresh.rt)
    said, manifest_id = bindings_of(fresh, file), made["output"]["manifest_id"]
    original = api.get(f"manifests/{manifest_id}").content
    shots = [each.label for each in jumbf.parse(original).manifests[:-1]]
    assert len(shots) == 2
    before = api.get(f"manifests/{manifest_id}/receipts").json()
    assert before["verified"] is True

    revoke(fresh)

    assert api.get(f"manifests/{manifest_id}").status_code == 503
    settle(fresh.rt)
    (found,) = by_binding(api, WATERMARK, said[WATERMARK])
    assert found["manifestId"] != manifest_id
    redacted = api.get(f"manifests/{found['manifestId']}").content
    parsed = jumbf.parse(redacted)
    # Those of the shots come first, and the active one last.
    assert [each.label for each in parsed.manifests][-2:] == [manifest_id, found["manifestId"]]
    assert hashlib.sha256(redacted).digest() != hashlib.sha256(original).digest()
    after = api.get(f"manifests/{manifest_id}/receipts").json()
    assert after["verified"] is True
    assert after["repository"]["manifestId"] == found["manifestId"]
    checked = api.post(f"manifests/{found['manifestId']}/receipts", json=before).json()
    assert checked["verified"] is False
    alone = {"returnActiveManifest": "true"}
    # Asked for a shot, too, it says that the clip was withdrawn.
    assert [api.get(f"manifests/{shot}").content for shot in shots] == [redacted] * 2
    update = api.get(f"manifests/{found['manifestId']}", params=alone).content
    assert [each.label for each in jumbf.parse(update).manifests] == [found["manifestId"]]
