"""Who signs claims, who is trusted, and what time it is, as the settings say."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from rightsd import adapters, bootstrap
from rightsd.adapters import claims
from rightsd.adapters.c2pa import ContentCredentials
from rightsd.adapters.c2pa_credential import State
from rightsd.errors import Code, RightsError
from rightsd.settings import Settings
from tests import softhsm
from tests.fakes import transit, tsa
from tests.rightsd.adapters.credentialed import OURS, STRANGER, Signer, sign, write_video
from tests.softhsm import Token

URL = "http://127.0.0.1:9/tsa"
KEY = "rightsd-claims"
URI = "pkcs11:token=t;object=k?module-path=/hsm.so&pin-source=file:/pin"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Settings of a production install: chain, key and trust list."""
    return write(tmp_path, OURS)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[transit.Service]:
    with transit.serving(tmp_path) as service:
        service.keys[KEY] = ("ecdsa-p256", [OURS.key])
        yield service


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Token]:
    with softhsm.inserted(tmp_path, monkeypatch) as token:
        token.put(OURS.key)
        yield token


def write(folder: Path, signer: Signer) -> dict[str, Path]:
    chain, key, trust = folder / "chain.pem", folder / "key.pem", folder / "trust.pem"
    chain.write_text(signer.chain_pem)
    key.write_bytes(signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    key.chmod(0o600)
    trust.write_text(signer.root_pem)
    return {"claim_chain": chain, "claim_key": key, "trust_list": trust}


def opened(home: Path, **settings: object) -> ContentCredentials:
    asked = Settings(home=home, **settings)
    return bootstrap.open_credentials(asked, bootstrap.open_keys(asked))


def refused(home: Path, **settings: object) -> tuple[Code, str]:
    with pytest.raises(RightsError) as caught:
        opened(home, **settings)
    return caught.value.code, caught.value.detail


def test_without_settings_a_development_ca_signs_and_vouches(home: Path) -> None:
    credentials = opened(home)

    assert "development claim signer" in credentials.certificate().subject
    assert credentials.anchors.claims_pem == (
        bootstrap.open_keys(Settings(home=home)).claim_root(OURS.made)
    )


def test_a_certificate_and_key_in_files_sign(
    home: Path, tmp_path: Path, files: dict[str, Path]
) -> None:
    credentials = opened(home, **files)
    write_video(tmp_path / "plain.mp4")

    sign(credentials, tmp_path / "plain.mp4", tmp_path / "signed.mp4")

    read = credentials.read(tmp_path / "signed.mp4")
    credentials.close()
    assert (read.state, read.claim_signature_ours) == (State.TRUSTED, True)
    assert read.serial == claims.serial(claims.leaf(OURS.chain_pem))


def test_a_renewed_certificate_signs_without_a_restart(
    home: Path, tmp_path: Path, files: dict[str, Path]
) -> None:
    credentials = opened(home, **files)
    renewed = OURS.renewed()

    write(tmp_path, renewed)

    assert credentials.certificate() == claims.describe(claims.leaf(renewed.chain_pem))


def test_a_chain_that_has_run_out_stops_nothing_but_signing(
    home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    credentials = opened(home, **write(tmp_path, Signer(OURS.made - timedelta(days=400))))
    write_video(tmp_path / "plain.mp4")

    with pytest.raises(RightsError) as caught:
        sign(credentials, tmp_path / "plain.mp4", tmp_path / "signed.mp4")
    credentials.close()

    assert "no output is signed for now" in caplog.text
    assert caught.value.code is Code.UNAVAILABLE


def test_a_key_in_a_key_service_signs(
    home: Path, tmp_path: Path, files: dict[str, Path], service: transit.Service
) -> None:
    del files["claim_key"]
    kms = {"kms_url": service.url, "kms_token_file": service.token_file, "claim_kms_key": KEY}
    credentials = opened(tmp_path / "home", **files, **kms)
    write_video(tmp_path / "plain.mp4")

    sign(credentials, tmp_path / "plain.mp4", tmp_path / "signed.mp4")

    assert f"POST /v1/transit/sign/{KEY}" in service.asked


def test_a_key_service_that_lies_signs_nothing(
    tmp_path: Path, files: dict[str, Path], service: transit.Service
) -> None:
    del files["claim_key"]
    kms = {"kms_url": service.url, "kms_token_file": service.token_file, "claim_kms_key": KEY}
    credentials = opened(tmp_path / "home", **files, **kms)
    write_video(tmp_path / "plain.mp4")
    service.trouble = "lying"

    with pytest.raises(RightsError, match="gave no ES256 signature"):
        sign(credentials, tmp_path / "plain.mp4", tmp_path / "signed.mp4")


def test_a_key_service_with_another_key_is_found_out_at_the_start(
    tmp_path: Path, files: dict[str, Path], service: transit.Service
) -> None:
    del files["claim_key"]
    kms = {"kms_url": service.url, "kms_token_file": service.token_file, "claim_kms_key": KEY}
    service.keys[KEY] = ("ecdsa-p256", [STRANGER.key])

    code, detail = refused(tmp_path / "home", **files, **kms)

    assert code is Code.CONFLICT
    assert "is not the key of the first certificate" in detail


@softhsm.needed
def test_a_key_in_a_hardware_token_signs(
    home: Path, tmp_path: Path, files: dict[str, Path], token: Token
) -> None:
    del files["claim_key"]
    credentials = opened(home, **files, claim_pkcs11=token.uri)
    write_video(tmp_path / "plain.mp4")
    token.lose_sessions()

    sign(credentials, tmp_path / "plain.mp4", tmp_path / "signed.mp4")

    read = credentials.read(tmp_path / "signed.mp4")
    credentials.close()
    assert (read.state, read.claim_signature_ours) == (State.TRUSTED, True)


@softhsm.needed
def test_without_its_token_the_daemon_runs_and_signs_nothing(
    home: Path,
    tmp_path: Path,
    files: dict[str, Path],
    token: Token,
    caplog: pytest.LogCaptureFixture,
) -> None:
    del files["claim_key"]
    write_video(tmp_path / "plain.mp4")
    token.take_out()

    credentials = opened(home, **files, claim_pkcs11=token.uri)
    with pytest.raises(RightsError, match=r"not signed: .* sees no token claims") as caught:
        sign(credentials, tmp_path / "plain.mp4", tmp_path / "signed.mp4")

    assert caught.value.code is Code.UNAVAILABLE
    assert "no output is signed for now" in caplog.text
    assert not (tmp_path / "signed.mp4").exists()


@softhsm.needed
def test_a_token_with_another_key_is_found_out_at_the_start(
    home: Path, files: dict[str, Path], token: Token
) -> None:
    del files["claim_key"]
    token.put(STRANGER.key, label="other", key_id="c3d4")

    code, detail = refused(
        home, **files, claim_pkcs11=token.named(token=softhsm.TOKEN, object="other")
    )

    assert code is Code.CONFLICT
    assert "is not the key of the first certificate" in detail


def test_a_token_needs_the_library_that_speaks_to_it(
    home: Path, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    del files["claim_key"]
    monkeypatch.delitem(sys.modules, "rightsd.adapters.pkcs11", raising=False)
    monkeypatch.delattr(adapters, "pkcs11", raising=False)
    monkeypatch.setitem(sys.modules, "pkcs11", None)

    code, detail = refused(home, **files, claim_pkcs11=URI)

    assert code is Code.INVALID
    assert "rightsd[hsm]" in detail


def test_settings_that_do_not_go_together_are_refused(home: Path, files: dict[str, Path]) -> None:
    chain, key, trust = files.values()

    for settings in (
        {"claim_key": key},
        {"claim_chain": chain, "trust_list": trust},
        {"claim_chain": chain, "trust_list": trust, "claim_kms_key": KEY},
        {"claim_chain": chain, "claim_key": key},
        {"claim_pkcs11": URI},
        {"claim_chain": chain, "claim_key": key, "claim_pkcs11": URI},
        {"claim_chain": chain, "claim_kms_key": KEY, "claim_pkcs11": URI},
        {"time_stamps": "preferred"},
        {"tsa_url": URL},
    ):
        code, detail = refused(home, **settings)
        assert code is Code.INVALID
        assert "RIGHTSD_" in detail


def test_what_cannot_sign_is_found_out_at_the_start(
    home: Path, tmp_path: Path, files: dict[str, Path]
) -> None:
    key = files["claim_key"]
    other = ec.generate_private_key(ec.SECP256R1())

    def said(content: bytes, mode: int = 0o600) -> str:
        key.write_bytes(content)
        key.chmod(mode)
        code, detail = refused(home, **files)
        assert code is Code.UNAVAILABLE
        return detail

    sealed = other.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    plain = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert "is not a private key, or is encrypted" in said(b"nonsense")
    assert "is not a private key, or is encrypted" in said(sealed)
    assert "is not the key of the first certificate" in said(plain)
    assert "make it private" in said(plain, 0o644)
    assert "too large" in said(bytes(claims.FILE_BYTES_MAX + 1))
    key.unlink()
    assert "cannot be read" in refused(home, **files)[1]


def test_a_chain_that_nobody_vouches_for_is_refused(home: Path, files: dict[str, Path]) -> None:
    files["trust_list"].write_text(STRANGER.root_pem)

    code, detail = refused(home, **files)

    assert code is Code.INVALID
    assert "no trust anchor vouches" in detail


def test_others_may_be_trusted_beside_the_development_ca(home: Path, tmp_path: Path) -> None:
    (tmp_path / "trust.pem").write_text(STRANGER.root_pem)

    credentials = opened(home, trust_list=tmp_path / "trust.pem")

    assert credentials.anchors.claims_pem.endswith(STRANGER.root_pem)
    assert credentials.anchors.claims_pem != STRANGER.root_pem


def test_a_trust_list_that_is_none_is_refused(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "trust.pem"

    assert "cannot be read" in refused(home, trust_list=path)[1]
    path.write_text("{}")
    assert "cannot be used: it has no list" in refused(home, trust_list=path)[1]


def test_time_stamps_are_required_once_there_is_an_authority(home: Path, tmp_path: Path) -> None:
    clock = tsa.create()
    (tmp_path / "tsa.pem").write_text(clock.root_pem)
    write_video(tmp_path / "plain.mp4")
    clock.status = 500

    with tsa.serving(clock) as url:
        credentials = opened(home, tsa_url=url, tsa_trust_list=tmp_path / "tsa.pem")
        with pytest.raises(RightsError, match="time-stamp"):
            sign(credentials, tmp_path / "plain.mp4", tmp_path / "a.mp4")
        preferring = opened(
            home, tsa_url=url, tsa_trust_list=tmp_path / "tsa.pem", time_stamps="preferred"
        )
        signed = sign(preferring, tmp_path / "plain.mp4", tmp_path / "b.mp4")

    assert signed.time_stamped_at is None
