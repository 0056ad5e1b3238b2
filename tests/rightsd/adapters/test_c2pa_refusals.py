import socket
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from rightsd.adapters.c2pa import ContentCredentials
from rightsd.adapters.claims import ClaimSigner
from rightsd.domain.trust import Anchors, Stamping
from rightsd.errors import Code, RightsError
from tests.rightsd.adapters.credentialed import (
    OURS,
    STRANGER,
    define,
    sign,
    thumbnail,
)


@pytest.mark.parametrize(
    "answer",
    [b"", b"short", OURS.key.sign(b"", ec.ECDSA(hashes.SHA256()))],
    ids=["empty", "short", "of another text"],
)
def test_a_key_that_gives_no_signature_leaves_nothing(
    plain: Path, tmp_path: Path, answer: bytes
) -> None:
    credentials = OURS.credentials(sign=lambda _data: answer)

    with pytest.raises(RightsError) as caught:
        sign(credentials, plain, tmp_path / "a.mp4")

    assert caught.value.code is Code.UNAVAILABLE
    assert "signing key" in caught.value.detail
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_raises_leaves_nothing(plain: Path, tmp_path: Path) -> None:
    def ask_kms(_data: bytes) -> bytes:
        raise TimeoutError("kms.internal:443 with token s3cr3t")

    credentials = OURS.credentials(sign=ask_kms)

    with pytest.raises(RightsError) as caught:
        sign(credentials, plain, tmp_path / "a.mp4")

    assert caught.value.code is Code.UNAVAILABLE
    assert "signing key" in caught.value.detail
    assert "s3cr3t" not in caught.value.detail
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_does_not_fit_the_certificate_leaves_nothing(
    plain: Path, tmp_path: Path
) -> None:
    credentials = OURS.credentials(sign=STRANGER.sign)

    with pytest.raises(RightsError) as caught:
        sign(credentials, plain, tmp_path / "a.mp4")

    assert caught.value.code is Code.UNAVAILABLE
    assert list(tmp_path.iterdir()) == []


def test_what_would_not_be_trusted_is_not_left_behind(plain: Path, tmp_path: Path) -> None:
    credentials = OURS.credentials(anchors=STRANGER.root_pem)

    with pytest.raises(RightsError) as caught:
        sign(credentials, plain, tmp_path / "a.mp4")

    assert caught.value.code is Code.UNAVAILABLE
    assert "signingCredential.untrusted" in caught.value.detail
    assert list(tmp_path.iterdir()) == []


def test_what_would_not_pass_never_reaches_the_key(plain: Path, tmp_path: Path) -> None:
    asked: list[bytes] = []
    credentials = OURS.credentials(sign=lambda data: asked.append(data) or b"")
    definition = define() | {"claim_generator_info": [{"name": "rightsd"}]}

    with pytest.raises(RightsError) as caught:
        credentials.sign(plain, tmp_path / "a.mp4", definition=definition, thumbnail=thumbnail())

    assert caught.value.code is Code.INVALID
    assert "mandatory_spec_version" in caught.value.detail
    assert asked == []
    assert list(tmp_path.iterdir()) == []


def test_a_silent_time_stamping_authority_means_no_output(plain: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url = f"http://127.0.0.1:{port}/tsa"
    credentials = OURS.credentials(tsa_url=url, stamping=Stamping.REQUIRED)

    with pytest.raises(RightsError) as caught:
        sign(credentials, plain, tmp_path / "a.mp4")

    assert caught.value.code is Code.UNAVAILABLE
    assert "time-stamping authority" in caught.value.detail
    assert list(tmp_path.iterdir()) == []


def test_only_media_files_are_signed(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html>")

    with pytest.raises(RightsError) as caught:
        sign(OURS.credentials(), tmp_path / "page.html", tmp_path / "a.mp4")

    assert caught.value.code is Code.UNSUPPORTED


def test_a_chain_that_is_none_is_refused() -> None:
    with pytest.raises(RightsError) as caught:
        ContentCredentials(lambda: ClaimSigner("no PEM", OURS.sign), Anchors(OURS.root_pem))

    assert caught.value.code is Code.UNAVAILABLE
