import io
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import c2pa
import pytest
from PIL import Image

from rightsd.adapters import c2pa_child
from rightsd.adapters.c2pa import ContentCredentials
from rightsd.adapters.c2pa_credential import Credential, State, media_type, parse_report
from rightsd.domain import manifest
from tests.rightsd.adapters.credentialed import (
    OURS,
    RIGHTS,
    STRANGER,
    Signer,
    counting_server,
    define,
    flip,
    remux,
    sign,
    thumbnail,
)


@pytest.fixture(scope="module")
def signed(plain: Path, ours: ContentCredentials) -> Path:
    path = plain.with_name("signed.mp4")
    sign(ours, plain, path)
    return path


@pytest.fixture
def reading() -> Iterator[Callable[..., ContentCredentials]]:
    """Credentials with other settings, closed at the end."""
    opened: list[ContentCredentials] = []

    def build(signer: Signer = OURS, **others: Any) -> ContentCredentials:
        opened.append(signer.credentials(**others))
        return opened[-1]

    yield build
    for credentials in opened:
        credentials.close()


def test_what_we_sign_is_trusted_and_ours(ours: ContentCredentials, signed: Path) -> None:
    credential = ours.read(signed)

    assert credential.state is State.TRUSTED
    assert credential.claim_signature_ours
    assert credential.failures == ()
    assert credential.rights == RIGHTS
    assert credential.signer is not None
    assert credential.signer.startswith("development claim signer")
    assert credential.remote_url is None


def test_signing_returns_what_was_embedded(
    ours: ContentCredentials, plain: Path, tmp_path: Path
) -> None:
    target = tmp_path / "signed.mp4"

    result = sign(ours, plain, target)

    assert result.store in target.read_bytes()
    assert ours.read(target).manifest_id == result.manifest_id
    assert list(tmp_path.iterdir()) == [target]


def test_every_assertion_is_created_the_thumbnail_too(
    ours: ContentCredentials, signed: Path
) -> None:
    claim = json.loads(ours.read(signed).json)["manifests"][0]["claim.v2"]

    labels = {entry["url"].rsplit("/", 1)[-1] for entry in claim["created_assertions"]}
    assert labels == {
        "c2pa.actions.v2",
        "c2pa.hash.bmff.v3",
        "c2pa.soft-binding",
        "c2pa.soft-binding__1",
        "c2pa.thumbnail.claim",
        "cawg.metadata",
        "cawg.training-mining",
        "org.rightsd.rights",
    }
    assert not claim.get("gathered_assertions")
    assert claim["claim_generator_info"]["specVersion"] == "2.4"


def test_images_are_signed_and_read(ours: ContentCredentials, tmp_path: Path) -> None:
    source, target = tmp_path / "a.png", tmp_path / "b.png"
    Image.new("RGB", (64, 48)).save(source)

    sign(ours, source, target, title="a.png")

    assert ours.read(target).state is State.TRUSTED


def test_without_our_anchor_it_is_valid_but_nobodys(
    reading: Callable[..., ContentCredentials], signed: Path
) -> None:
    credential = reading(anchors=STRANGER.root_pem).read(signed)

    assert credential.state is State.VALID
    assert credential.failures == ("signingCredential.untrusted",)
    assert not credential.claim_signature_ours
    assert credential.rights is None


def test_what_others_sign_is_not_ours_even_when_trusted(
    reading: Callable[..., ContentCredentials], signed: Path
) -> None:
    credential = reading(STRANGER, anchors=STRANGER.root_pem + OURS.root_pem).read(signed)

    assert credential.state is State.TRUSTED
    assert not credential.claim_signature_ours
    assert credential.rights is None


def test_a_changed_picture_is_invalid_but_still_ours(
    ours: ContentCredentials, signed: Path, tmp_path: Path
) -> None:
    credential = ours.read(flip(signed, tmp_path / "a.mp4", after=b"mdat", skip=200))

    assert credential.state is State.INVALID
    assert credential.failures == ("assertion.bmffHash.mismatch",)
    assert credential.claim_signature_ours
    assert credential.rights == RIGHTS


def test_bytes_cannot_be_added_in_a_free_box(
    ours: ContentCredentials, signed: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(signed.read_bytes() + b"\x00\x00\x00\x10free12345678")

    assert ours.read(path).state is State.INVALID


def test_a_changed_statement_is_not_handed_out(
    ours: ContentCredentials, signed: Path, tmp_path: Path
) -> None:
    credential = ours.read(flip(signed, tmp_path / "a.mp4", after=b"dec_"))

    assert credential.state is State.INVALID
    assert "assertion.hashedURI.mismatch" in credential.failures
    assert credential.rights is None


def test_a_changed_claim_is_nobodys(ours: ContentCredentials, signed: Path, tmp_path: Path) -> None:
    credential = ours.read(flip(signed, tmp_path / "a.mp4", after=b"dc:title", skip=2))

    assert credential.state is State.INVALID
    assert "claimSignature.mismatch" in credential.failures
    assert not credential.claim_signature_ours
    assert credential.rights is None


def test_a_stripped_copy_says_nothing(
    ours: ContentCredentials, signed: Path, tmp_path: Path
) -> None:
    remux(signed, tmp_path / "stripped.mp4")

    assert ours.read(tmp_path / "stripped.mp4") == Credential(State.NONE)


def test_hostile_text_stays_plain_text(
    ours: ContentCredentials, plain: Path, tmp_path: Path
) -> None:
    title = "<script>alert(1)</script>'; DROP TABLE output; -- \u202e夢"
    target = tmp_path / "a.mp4"

    sign(ours, plain, target, title=title)

    credential = ours.read(target)
    assert credential.state is State.TRUSTED
    assert json.loads(credential.json)["manifests"][0]["claim.v2"]["dc:title"] == title


def test_a_statement_of_the_wrong_shape_is_not_handed_out(
    ours: ContentCredentials, plain: Path, tmp_path: Path
) -> None:
    definition: dict[str, Any] = define()
    definition["assertions"][-1]["data"]["event_id"] = "<b>evt_1</b>"
    target = tmp_path / "a.mp4"

    ours.sign(plain, target, definition=definition, thumbnail=thumbnail())

    credential = ours.read(target)
    assert credential.claim_signature_ours
    assert credential.rights is None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", None),
        (b"\x00\x00\x00\x18ftypisom", "video/mp4"),
        (b"\x00\x00\x00\x14ftypqt  ", "video/quicktime"),
        (b"\x00\x00\x00\x18ftypheic", None),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBP", None),
        (b"<html>", None),
    ],
)
def test_types_are_told_by_the_first_bytes(
    tmp_path: Path, content: bytes, kind: str | None
) -> None:
    (tmp_path / "file").write_bytes(content)

    assert media_type(tmp_path / "file") == kind


@pytest.mark.parametrize("content", [b"", b"\x00", b"hello", random.Random(1).randbytes(4096)])
def test_what_is_no_media_file_says_nothing(
    ours: ContentCredentials, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "file.mp4").write_bytes(content)

    assert ours.read(tmp_path / "file.mp4") == Credential(State.NONE)


@pytest.mark.parametrize("kept", [12, 40, 2000, 10_000, -1])
def test_a_truncated_file_is_never_trusted(
    ours: ContentCredentials, signed: Path, tmp_path: Path, kept: int
) -> None:
    (tmp_path / "short.mp4").write_bytes(signed.read_bytes()[:kept])

    credential = ours.read(tmp_path / "short.mp4")

    assert credential.state in {State.NONE, State.INVALID, State.UNREADABLE}
    assert (credential.reason is not None) == (credential.state is State.UNREADABLE)


def test_mutated_files_always_give_a_credential(
    ours: ContentCredentials, signed: Path, tmp_path: Path
) -> None:
    rng = random.Random(20261123)
    original = signed.read_bytes()
    store = original.index(b"jumb")
    credentials: list[Credential] = []

    for number in range(100):
        content = bytearray(original)
        # Half of them hit the manifest store, where the parsers are.
        low, high = (store, store + 5_000) if number % 2 else (0, len(content))
        for _ in range(rng.choice((1, 4, 32))):
            content[rng.randrange(low, min(high, len(content)))] = rng.randrange(256)
        if number % 5 == 0:
            start = rng.randrange(12, len(content))
            del content[start : start + rng.randrange(1, 500)]
        path = tmp_path / "mutant.mp4"
        path.write_bytes(content)
        credentials.append(ours.read(path))

    states = [credential.state for credential in credentials]
    assert len(states) == 100
    assert states.count(State.INVALID) > 20
    assert not [c for c in credentials if c.reason and "reader" in c.reason]
    # The padding of a signature is not signed: a file may be trusted and yet not what we wrote.
    assert all(c.rights == RIGHTS for c in credentials if c.state is State.TRUSTED)


def test_a_manifest_elsewhere_is_told_and_never_fetched(
    ours: ContentCredentials, plain: Path, tmp_path: Path
) -> None:
    with counting_server() as (url, hits):
        builder = c2pa.Builder(define(), c2pa_child.context(OURS.root_pem))
        builder.add_resource(manifest.THUMBNAIL, io.BytesIO(thumbnail()))
        builder.set_no_embed()
        builder.set_remote_url(f"{url}/manifest.c2pa")
        signer = c2pa.Signer.from_callback(
            OURS.sign, c2pa.C2paSigningAlg.ES256, OURS.chain_pem, None
        )
        remote = tmp_path / "remote.mp4"
        with plain.open("rb") as source, remote.open("w+b") as target, signer:
            builder.sign(signer, "video/mp4", source, target)

        credential = ours.read(remote)

    assert credential == Credential(State.NONE, remote_url=f"{url}/manifest.c2pa")
    assert hits == []


@pytest.mark.parametrize(
    "report",
    [
        {},
        {"state": ["trusted"]},
        {"state": "splendid"},
    ],
)
def test_an_answer_that_is_none_is_unreadable(report: dict[str, object]) -> None:
    assert parse_report(report, ours={}).state is State.UNREADABLE


@pytest.mark.parametrize(
    ("written", "read"), [("0F2a", "f2a"), ("f2a", "f2a"), ("f2 a", None), (7, None), ("", None)]
)
def test_a_serial_number_has_one_form(written: object, read: str | None) -> None:
    assert parse_report({"state": "valid", "serial": written}, ours={}).serial == read


def test_nothing_in_an_answer_is_believed() -> None:
    credential = parse_report(
        {
            "state": "invalid",
            "manifest_id": "a" * 10_000,
            "subject": "CN=us",
            "signed": "yes",
            "failures": [{"code": 1}, "a\nb"],
            "remote_url": 7,
            "rights": {"decision_id": "dec_1"},
            "json": {},
        },
        ours={},
    )

    assert credential == Credential(State.INVALID, failures=("unknown", "unknown"))
