"""Keys that are somewhere else: what the service answers is bounded, checked and never trusted."""

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledger import note
from rightsd.adapters import http, transit
from rightsd.adapters.keys import Keys
from rightsd.adapters.transit import Transit, TransitLogKeys
from rightsd.errors import Code, RightsError
from tests.fakes.transit import Service, serving

ORIGIN = "log.example/test"
TEXT = b"a text to sign\n"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path) as service:
        yield service


@pytest.fixture
def engine(service: Service) -> Transit:
    return transit.of_log(service.url, service.token_file, ORIGIN)


@pytest.fixture
def log_keys(engine: Transit) -> TransitLogKeys:
    return TransitLogKeys(ORIGIN, engine)


def unavailable(match: str) -> "pytest.RaisesExc[RightsError]":
    return pytest.raises(
        RightsError, match=match, check=lambda error: error.code is Code.UNAVAILABLE
    )


def test_a_note_is_signed_by_a_key_that_is_not_here(log_keys: TransitLogKeys) -> None:
    signer = log_keys.make(1)

    signed = note.sign(TEXT, signer)

    assert signer.name == ORIGIN
    assert note.verify(signed, [note.parse_vkey(signer.vkey)]).text == TEXT


def test_a_key_stays_the_same_whoever_asks(engine: Transit) -> None:
    first = TransitLogKeys(ORIGIN, engine).make(1).vkey

    assert TransitLogKeys(ORIGIN, engine).make(1).vkey == first
    assert TransitLogKeys(ORIGIN, engine).signer(1).vkey == first
    assert TransitLogKeys(ORIGIN, engine).make(2).vkey != first


def test_logs_of_one_service_do_not_share_keys(service: Service, log_keys: TransitLogKeys) -> None:
    other = transit.of_log(service.url, service.token_file, "log.example/other")

    stranger = TransitLogKeys("log.example/other", other).make(1)

    assert stranger.public_key != log_keys.make(1).public_key


def test_a_key_that_is_used_is_not_made(service: Service, log_keys: TransitLogKeys) -> None:
    with unavailable("has no key rightsd-"):
        log_keys.signer(2)

    assert service.keys == {}


def test_a_key_that_the_operator_made_is_taken(
    service: Service, engine: Transit, log_keys: TransitLogKeys
) -> None:
    engine.make("log", "ed25519")
    service.asked.clear()

    log_keys.make(1)

    assert all(line.startswith("GET") for line in service.asked)


def test_a_key_with_more_versions_still_signs_in_its_first(
    service: Service, engine: Transit
) -> None:
    before = TransitLogKeys(ORIGIN, engine).make(1).vkey
    service.rotate(engine.name("log"))

    signer = TransitLogKeys(ORIGIN, engine).signer(1)

    assert signer.vkey == before
    note.sign(TEXT, signer)


def test_a_key_of_another_kind_is_refused(engine: Transit, log_keys: TransitLogKeys) -> None:
    engine.make("log", "aes256-gcm96")

    with unavailable("is not an Ed25519 key"):
        log_keys.make(1)


def test_the_public_key_is_asked_for_once(service: Service, log_keys: TransitLogKeys) -> None:
    log_keys.make(1)
    service.asked.clear()

    assert log_keys.make(1) is log_keys.signer(1)
    assert service.asked == []


def test_a_wrong_signature_is_not_passed_on(service: Service, log_keys: TransitLogKeys) -> None:
    signer = log_keys.make(1)
    service.trouble = "lying"

    with pytest.raises(note.NoteError, match="does not verify"):
        note.sign(TEXT, signer)


@pytest.mark.parametrize(
    "answer",
    [
        b"not json",
        b"\xff",
        b"[" * 60_000,
        b"{}",
        b"[]",
        b'{"data": 1}',
        b'{"data": null}',
        b'{"data": {}}',
        b'{"data": {"signature": 1}}',
        b'{"data": {"signature": "vault:v1:"}}',
        b'{"data": {"signature": "vault:v1:AAAA"}}',
        b'{"data": {"signature": "vault:v1:A"}}',
        b'{"data": {"signature": "AAAA"}}',
    ],
)
def test_an_answer_that_is_none_is_refused(
    service: Service, log_keys: TransitLogKeys, answer: bytes
) -> None:
    signer = log_keys.make(1)
    service.trouble = answer

    with unavailable("does not answer like a key service"):
        signer.sign(TEXT)


@pytest.mark.parametrize(
    "keys",
    [
        None,
        {},
        {"1": 1},
        {"1": {"public_key": ""}},
        {"1": {"public_key": "AAAA"}},
        {"1": {"public_key": "A"}},
        {"2": {"public_key": "A" * 43 + "="}},
    ],
)
def test_a_public_key_that_is_none_is_refused(
    service: Service, log_keys: TransitLogKeys, keys: object
) -> None:
    service.trouble = json.dumps({"data": {"type": "ed25519", "keys": keys}}).encode()

    with unavailable("is not an Ed25519 key in version 1"):
        log_keys.signer(1)


def test_a_sealed_service_is_named(service: Service, log_keys: TransitLogKeys) -> None:
    service.trouble = "sealed"

    with unavailable("the key service answers 503 to keys/"):
        log_keys.make(1)


def test_an_endless_answer_is_cut_off(service: Service, log_keys: TransitLogKeys) -> None:
    service.trouble = "endless"

    with unavailable("more than 65536 bytes"):
        log_keys.make(1)


def test_a_silent_service_is_not_waited_for(service: Service, engine: Transit) -> None:
    service.trouble = "silent"

    with unavailable("did not answer in time"):
        replace(engine, seconds_max=0.2).public_key("log")


def test_a_service_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        engine = transit.of_log(service.url, service.token_file, ORIGIN)

    with unavailable("the key service: "):
        engine.public_key("log")


def test_the_token_is_read_anew_for_every_request(service: Service, engine: Transit) -> None:
    good = service.token_file.read_text()
    service.token_file.write_text("another")
    with unavailable("answers 403"):
        engine.make("log", "ed25519")

    service.token_file.write_text(good)

    engine.make("log", "ed25519")


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"two words", b"a\r\nX-Evil: 1", b"\xff", b"x" * 5000]
)
def test_a_file_that_holds_no_token_is_refused(
    service: Service, engine: Transit, content: bytes
) -> None:
    service.token_file.write_bytes(content)

    with unavailable("does not hold a token"):
        engine.public_key("log")
    assert service.asked == []


def test_a_token_that_everyone_may_read_is_not_used(service: Service, engine: Transit) -> None:
    service.token_file.chmod(0o644)

    with unavailable("everyone may read"):
        engine.public_key("log")
    assert service.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://vault.example:8200",
        "ftp://127.0.0.1",
        "vault.example",
        "https://",
        "https://user@vault.example",
        "https://vault.example?x=1",
        "https://[::1",
    ],
)
def test_a_token_is_not_sent_where_the_network_reads_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(RightsError) as caught:
        transit.of_log(url, tmp_path, ORIGIN)
    assert caught.value.code is Code.INVALID


def test_the_passphrase_lies_in_the_folder_as_a_ciphertext_only(
    service: Service, engine: Transit, tmp_path: Path
) -> None:
    folder = tmp_path / "keys"

    drawn = transit.passphrase(folder, engine)

    path = folder / "passphrase.transit"
    assert [file.name for file in folder.iterdir()] == [path.name]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().startswith("vault:v1:")
    assert drawn not in path.read_bytes()
    assert len(drawn) >= 32
    assert transit.passphrase(folder, engine) == drawn
    assert f"POST /v1/transit/decrypt/{engine.name('passphrase')}" in service.asked


def test_a_passphrase_that_the_service_does_not_give_back_is_not_used(
    service: Service, engine: Transit, tmp_path: Path
) -> None:
    service.trouble = "lying"

    with unavailable("does not give back"):
        transit.passphrase(tmp_path / "keys", engine)
    assert not (tmp_path / "keys").exists()


def test_the_keys_of_a_folder_open_again_under_a_passphrase_from_the_service(
    engine: Transit, tmp_path: Path
) -> None:
    folder = tmp_path / "keys"
    secret = Keys(folder, transit.passphrase(folder, engine)).secret("watermark")

    assert Keys(folder, transit.passphrase(folder, engine)).secret("watermark") == secret


def test_a_folder_that_another_passphrase_sealed_is_left_alone(
    service: Service, engine: Transit, tmp_path: Path
) -> None:
    folder = tmp_path / "keys"
    Keys(folder, b"correct horse battery").secret("watermark")

    with unavailable("sealed by a passphrase"):
        transit.passphrase(folder, engine)
    assert service.asked == []


@pytest.mark.parametrize("content", [b"", b"vault:v1:", b"secret", b"vault:v1:AA==" + b"A" * 5000])
def test_a_file_that_is_no_ciphertext_is_refused(
    service: Service, engine: Transit, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "passphrase.transit").write_bytes(content)

    with unavailable("is not a ciphertext"):
        transit.passphrase(tmp_path, engine)
    assert service.asked == []


def test_a_changed_ciphertext_opens_nothing(engine: Transit, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    transit.passphrase(folder, engine)
    path = folder / "passphrase.transit"
    text = path.read_text()
    path.write_text(text[:20] + ("A" if text[20] != "A" else "B") + text[21:])

    with unavailable("answers 400 to decrypt/"):
        transit.passphrase(folder, engine)


@pytest.mark.parametrize(
    "answer", [b"{}", b'{"data": {"plaintext": 1}}', b'{"data": {"plaintext": "A"}}']
)
def test_a_plaintext_that_is_none_is_refused(
    service: Service, engine: Transit, answer: bytes
) -> None:
    service.trouble = answer

    with unavailable("does not answer like a key service"):
        engine.decrypt("passphrase", "vault:v1:AAAA")


def test_a_ciphertext_that_is_none_is_not_kept(
    service: Service, engine: Transit, tmp_path: Path
) -> None:
    service.trouble = b'{"data": {"ciphertext": "the secret itself"}}'

    with unavailable("does not answer like a key service"):
        transit.passphrase(tmp_path / "keys", engine)
    assert not (tmp_path / "keys").exists()


def test_neither_the_token_nor_a_key_is_shown(engine: Transit, log_keys: TransitLogKeys) -> None:
    assert "s.0123" not in repr(engine) + repr(log_keys.make(1)) + log_keys.place(1)
    assert isinstance(engine.guard, http.Guard)
