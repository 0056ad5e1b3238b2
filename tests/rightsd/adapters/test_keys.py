import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID

from rightsd.adapters import authority, keys
from rightsd.adapters.keys import FolderLogKeys, Keys
from rightsd.errors import Code, RightsError

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PHRASE = b"correct horse battery"
PROJECT = Path(__file__).parents[3]


def leaf_of(chain_pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificates(chain_pem.encode())[0]


def test_a_secret_stays_the_same(tmp_path: Path) -> None:
    first = Keys(tmp_path, PHRASE).secret("watermark")

    again = Keys(tmp_path, PHRASE).secret("watermark")

    assert len(first) == 32
    assert again == first


def test_names_and_kinds_do_not_share_a_key(tmp_path: Path) -> None:
    ring = Keys(tmp_path, PHRASE)

    drawn = {ring.secret("a"), ring.secret("b"), ring.ed25519("a").private_bytes_raw()}

    assert len(drawn) == 3


def test_an_ed25519_key_signs_the_same_after_a_restart(tmp_path: Path) -> None:
    public = Keys(tmp_path, PHRASE).ed25519("log").public_key()

    signature = Keys(tmp_path, PHRASE).ed25519("log").sign(b"tree head")

    public.verify(signature, b"tree head")


def test_a_pem_is_made_once(tmp_path: Path) -> None:
    ring = Keys(tmp_path, PHRASE)

    assert ring.pem("tls", lambda: "first") == "first"
    assert ring.pem("tls", lambda: "second") == "first"


def test_files_are_private_and_sealed(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "keys"

    secret = Keys(folder, PHRASE).secret("watermark")

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == ["check.secret", "watermark.secret"]
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert not any(secret in file.read_bytes() for file in files)


def test_another_passphrase_opens_nothing_and_makes_nothing(tmp_path: Path) -> None:
    secret = Keys(tmp_path, PHRASE).secret("watermark")
    before = sorted(tmp_path.iterdir())
    stranger = Keys(tmp_path, b"Tr0ub4dor and more")

    for name in ("watermark", "brand-new"):
        with pytest.raises(RightsError) as caught:
            stranger.secret(name)
        assert caught.value.code is Code.UNAVAILABLE
        assert "passphrase" in caught.value.detail
        assert secret.hex() not in repr(caught.value) + caught.value.detail
        assert "Tr0ub4dor" not in repr(caught.value) + caught.value.detail

    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("position", [4, 5, 21, 33, -1])
def test_a_changed_byte_is_noticed_wherever_it_is(tmp_path: Path, position: int) -> None:
    Keys(tmp_path, PHRASE).secret("watermark")
    path = tmp_path / "watermark.secret"
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)

    with pytest.raises(RightsError) as caught:
        Keys(tmp_path, PHRASE).secret("watermark")

    assert caught.value.code is Code.UNAVAILABLE


@pytest.mark.parametrize("content", [b"", b"rsdk\x01", b"x" * (keys.FILE_BYTES_MAX + 1)])
def test_what_is_no_key_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "watermark.secret").write_bytes(content)

    with pytest.raises(RightsError) as caught:
        Keys(tmp_path, PHRASE).secret("watermark")

    assert caught.value.code is Code.UNAVAILABLE


def test_a_file_in_the_place_of_another_does_not_open(tmp_path: Path) -> None:
    ring = Keys(tmp_path, PHRASE)
    ring.secret("watermark")
    (tmp_path / "log.ed25519").write_bytes((tmp_path / "watermark.secret").read_bytes())

    with pytest.raises(RightsError) as caught:
        ring.ed25519("log")

    assert caught.value.code is Code.UNAVAILABLE


def test_a_secret_of_another_size_is_refused(tmp_path: Path) -> None:
    ring = Keys(tmp_path, PHRASE)
    ring.secret("watermark", 32)

    with pytest.raises(RightsError) as caught:
        ring.secret("watermark", 64)

    assert caught.value.code is Code.UNAVAILABLE


@pytest.mark.parametrize("name", ["", "../x", "A", "a/b", "a.b", "a" * 65, "a\n"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RightsError) as caught:
        Keys(tmp_path, PHRASE).secret(name)

    assert caught.value.code is Code.INVALID


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(RightsError) as caught:
        Keys(tmp_path / "file" / "keys", PHRASE).secret("watermark")

    assert caught.value.code is Code.UNAVAILABLE


def test_nothing_secret_shows(tmp_path: Path) -> None:
    ring = Keys(tmp_path, PHRASE)
    signer = ring.claim_signer(NOW)
    identity = authority.issue(authority.create(NOW).issuing, NOW)

    shown = repr(ring) + repr(signer) + repr(identity)

    assert PHRASE.decode() not in shown
    assert "PRIVATE KEY" not in shown


def test_processes_that_start_at_once_get_the_same_keys(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib, datetime; from rightsd.adapters.keys import Keys\n"
        "ring = Keys(pathlib.Path(sys.argv[1]), b'correct horse battery'); sys.stdin.readline()\n"
        "now = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)\n"
        "print(ring.secret('watermark').hex(), ring.claim_signer(now).chain_pem)\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "keys")],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    # All of them have started; now all of them go.
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.flush()

    answers = {process.communicate(timeout=60)[0] for process in processes}

    assert len(answers) == 1
    assert answers.pop().count(b"BEGIN CERTIFICATE") == 2
    assert not list((tmp_path / "keys").glob(".*"))


def test_passphrase_comes_from_the_settings(tmp_path: Path) -> None:
    assert keys.passphrase(tmp_path, "correct horse battery") == PHRASE
    assert not list(tmp_path.iterdir())


def test_passphrase_is_made_once_for_development(tmp_path: Path) -> None:
    first = keys.passphrase(tmp_path / "keys", None)

    assert keys.passphrase(tmp_path / "keys", None) == first
    assert len(first) >= 32
    path = tmp_path / "keys" / "passphrase"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("setting", ["", "short"])
def test_a_short_passphrase_is_refused(tmp_path: Path, setting: str) -> None:
    with pytest.raises(RightsError) as caught:
        keys.passphrase(tmp_path, setting)

    assert caught.value.code is Code.INVALID


def test_a_passphrase_that_others_can_read_is_refused(tmp_path: Path) -> None:
    keys.passphrase(tmp_path, None)
    (tmp_path / "passphrase").chmod(0o644)

    with pytest.raises(RightsError) as caught:
        keys.passphrase(tmp_path, None)

    assert caught.value.code is Code.UNAVAILABLE


def test_claim_signer_signs_raw_es256_under_its_leaf(tmp_path: Path) -> None:
    signer = Keys(tmp_path, PHRASE).claim_signer(NOW)

    signature = signer.sign(b"claim")

    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    assert len(signature) == 64
    public = leaf_of(signer.chain_pem).public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(encode_dss_signature(r, s), b"claim", ec.ECDSA(SHA256()))


def test_certificates_follow_the_profile(tmp_path: Path) -> None:
    signer = Keys(tmp_path, PHRASE).claim_signer(NOW)

    leaf, issuing = x509.load_pem_x509_certificates(signer.chain_pem.encode())
    [root] = x509.load_pem_x509_certificates(Keys(tmp_path, PHRASE).claim_root(NOW).encode())
    leaf.verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    uses = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert x509.ObjectIdentifier("1.3.6.1.4.1.62558.2.1") in uses
    assert ExtendedKeyUsageOID.EMAIL_PROTECTION in uses
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=366)
    assert issuing.not_valid_after_utc - issuing.not_valid_before_utc <= timedelta(days=1827)
    for certificate in (leaf, issuing, root):
        assert "development" in certificate.subject.rfc4514_string()


def test_the_leaf_is_kept_while_it_lasts(tmp_path: Path) -> None:
    first = Keys(tmp_path, PHRASE).claim_signer(NOW)

    later = Keys(tmp_path, PHRASE).claim_signer(NOW + timedelta(days=334))

    assert later.chain_pem == first.chain_pem


def test_the_leaf_is_replaced_in_its_last_thirty_days(tmp_path: Path) -> None:
    first = Keys(tmp_path, PHRASE).claim_signer(NOW)
    late = NOW + timedelta(days=336)

    renewed = Keys(tmp_path, PHRASE).claim_signer(late)

    assert leaf_of(renewed.chain_pem).not_valid_after_utc > late + timedelta(days=360)
    assert leaf_of(renewed.chain_pem).subject == leaf_of(first.chain_pem).subject
    assert Keys(tmp_path, PHRASE).claim_root(late) == Keys(tmp_path, PHRASE).claim_root(NOW)
    assert Keys(tmp_path, PHRASE).claim_signer(late).chain_pem == renewed.chain_pem


def test_a_leaf_ends_no_later_than_its_authority() -> None:
    issuing = authority.create(NOW).issuing
    late = NOW + timedelta(days=authority.ISSUING_DAYS - 10)

    leaf = authority.issue(issuing, late)

    assert leaf_of(leaf.certificate_pem).not_valid_after_utc == (
        leaf_of(issuing.certificate_pem).not_valid_after_utc
    )
    assert not authority.is_due(leaf, issuing, late)


def test_an_authority_that_has_ended_issues_nothing() -> None:
    issuing = authority.create(NOW).issuing

    with pytest.raises(RightsError) as caught:
        authority.issue(issuing, NOW + timedelta(days=authority.ISSUING_DAYS))

    assert caught.value.code is Code.UNAVAILABLE


def test_no_two_authorities_have_a_name_in_common() -> None:
    one, other = authority.create(NOW), authority.create(NOW)

    assert leaf_of(one.root_pem).subject != leaf_of(other.root_pem).subject


def test_the_keys_of_a_log_are_told_apart_by_their_numbers(tmp_path: Path) -> None:
    log_keys = FolderLogKeys("log.example/test", Keys(tmp_path, PHRASE))

    made = [log_keys.make(number).vkey for number in (1, 2, 3)]

    assert len(set(made)) == 3
    assert [log_keys.signer(number).vkey for number in (1, 2, 3)] == made
    assert {path.name for path in tmp_path.glob("*.ed25519")} == {
        "log.ed25519",
        "log-2.ed25519",
        "log-3.ed25519",
    }


def test_a_key_of_a_log_that_is_used_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(RightsError) as caught:
        FolderLogKeys("log.example/test", Keys(tmp_path, PHRASE)).signer(2)

    assert caught.value.code is Code.UNAVAILABLE
    assert list(tmp_path.iterdir()) == []
