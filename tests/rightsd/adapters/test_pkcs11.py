"""Against SoftHSM2, as a token that is there, and is not."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from rightsd.adapters import claims, pkcs11
from rightsd.adapters.claims import ClaimSigner
from rightsd.domain.pkcs11 import parse
from rightsd.errors import Code, RightsError
from tests import softhsm
from tests.rightsd.adapters.credentialed import OURS, STRANGER
from tests.softhsm import ID, LABEL, TOKEN, Token

pytestmark = softhsm.needed


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Token]:
    with softhsm.inserted(tmp_path, monkeypatch) as token:
        token.put(OURS.key)
        yield token


def key(uri: str) -> pkcs11.Key:
    return pkcs11.Key(parse(uri))


def require(key: pkcs11.Key) -> None:
    """Have it sign as the holder of our certificate."""
    claims.require_key(ClaimSigner(OURS.chain_pem, key.sign_es256))


def refused(key: pkcs11.Key) -> str:
    with pytest.raises(RightsError) as caught:
        key.sign_es256(b"data")
    assert caught.value.code is Code.UNAVAILABLE
    return caught.value.detail


def test_a_key_signs_by_its_label_and_by_its_id(token: Token) -> None:
    require(key(token.uri))
    require(key(token.named(token=TOKEN, id="%a1%b2")))


def test_threads_share_a_key(token: Token) -> None:
    shared, failed = key(token.uri), list[Exception]()

    def sign() -> None:
        try:
            for _ in range(20):
                require(shared)
        except RightsError as error:
            failed.append(error)

    threads = [threading.Thread(target=sign) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failed


def test_a_lost_session_is_opened_anew(token: Token) -> None:
    signing = key(token.uri)
    require(signing)

    token.lose_sessions()

    require(signing)


def test_two_holders_of_one_token_both_sign(token: Token) -> None:
    one, other = key(token.uri), key(token.uri)

    for _ in range(2):
        require(one)
        require(other)


def test_a_token_that_comes_back_signs_again(token: Token) -> None:
    signing = key(token.uri)
    require(signing)
    token.take_out()

    assert f"sees no token {TOKEN}" in refused(signing)

    token.put_back()
    require(signing)


def test_a_refused_pin_is_shown_once_and_a_new_one_is_tried(
    token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing, right = key(token.uri), token.pin_file.read_text()
    token.pin_file.write_text("4321\n")

    assert f"the token {TOKEN} refuses the PIN in {token.pin_file}" in refused(signing)
    with monkeypatch.context() as patch:
        patch.setattr(pkcs11.pkcs11, "lib", pytest.fail)
        assert "refuses the PIN" in refused(signing)

    token.pin_file.write_text(right)
    require(signing)


def test_a_pin_that_anyone_may_read_is_not_used(token: Token) -> None:
    token.pin_file.chmod(0o644)

    assert "make it private" in refused(key(token.uri))


@pytest.mark.parametrize("content", [b"", b"\n", b"12\n34\n", b"\xff\xff", bytes(300)])
def test_a_file_that_holds_no_pin_is_not_shown_to_the_token(token: Token, content: bytes) -> None:
    token.pin_file.write_bytes(content)

    assert "does not hold a PIN" in refused(key(token.uri))


def test_what_is_missing_is_said(token: Token, tmp_path: Path) -> None:
    assert "sees no token other" in refused(key(token.named(token="other", object=LABEL)))
    assert "sees no token with the serial number 77" in refused(
        key(token.named(serial="77", object=LABEL))
    )
    assert "has no private key other" in refused(key(token.named(token=TOKEN, object="other")))
    assert "cannot be used as a PKCS #11 module" in refused(
        key(token.named(tmp_path / "none.so", token=TOKEN, object=LABEL))
    )
    token.pin_file.unlink()
    assert "cannot be read" in refused(key(token.uri))


def test_two_keys_of_one_label_are_told_apart_by_id(token: Token) -> None:
    token.put(STRANGER.key, key_id="c3d4")

    assert "name one by id=" in refused(key(token.uri))
    require(key(token.named(token=TOKEN, object=LABEL, id=f"%{ID[:2]}%{ID[2:]}")))


def test_a_key_of_another_certificate_is_found_out(token: Token) -> None:
    token.put(STRANGER.key, label="other", key_id="c3d4")

    with pytest.raises(RightsError, match="is not the key of the first certificate"):
        require(key(token.named(token=TOKEN, object="other")))


def test_a_key_that_is_no_p256_key_is_found_out(token: Token) -> None:
    token.put(ec.generate_private_key(ec.SECP384R1()), label="large", key_id="e5f6")

    signature = key(token.named(token=TOKEN, object="large")).sign_es256(b"data")

    assert len(signature) != claims.SIGNATURE_BYTES
    with pytest.raises(RightsError, match="is not the key of the first certificate"):
        require(key(token.named(token=TOKEN, object="large")))


def test_a_key_that_may_not_sign_is_said_to_be_one(token: Token) -> None:
    token.make_unsigning("derives")

    said = refused(key(token.named(token=TOKEN, object="derives")))

    assert said == f"the token {TOKEN} does not let derives sign"
