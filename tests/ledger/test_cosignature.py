import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import checkpoint, cosignature, note
from ledger.checkpoint import Checkpoint
from ledger.cosignature import Cosignature, Ed25519Signer
from ledger.errors import NoteError
from tests.ledger.oracle import KEY, SIGNER

ROOT = Path(__file__).parents[2]
VECTORS: Any = json.loads((ROOT / "api-specs/vectors/ledger-cosignature.json").read_text())
OTHERS = ROOT.parent / "shared/standards/data/tlog"
NOW = 1764061200


def witness(name: str = "witness.example/w1", seed: int = 7) -> Ed25519Signer:
    return Ed25519Signer(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


ONE, TWO = witness(), witness("witness.example/w2", 8)
ONE_KEY, TWO_KEY = cosignature.parse_vkey(ONE.vkey), cosignature.parse_vkey(TWO.vkey)
HEAD = Checkpoint(SIGNER.name, 300, bytes(range(32)))
SIGNED = checkpoint.sign(HEAD, SIGNER)


@dataclass(frozen=True)
class Spy:
    """A key service that shows what it was asked to sign, and answers as it is told."""

    vkey: str
    seen: list[bytes]
    answer: bytes = bytes(64)
    name: str = ONE.name

    def sign(self, text: bytes) -> bytes:
        self.seen.append(text)
        return self.answer


@pytest.mark.parametrize("case", VECTORS["cosignatures"])
def test_the_published_vectors(case: dict[str, Any]) -> None:
    published = VECTORS["witness"]
    seed = bytes.fromhex(published["private_key_hex"])
    signer = Ed25519Signer(published["name"], Ed25519PrivateKey.from_private_bytes(seed))
    text, line = case["text"].encode(), case["line"].encode()

    made = cosignature.sign(text, signer, timestamp=case["timestamp"])

    assert signer.vkey == published["vkey"]
    assert cosignature.message(text, case["timestamp"]) == case["message"].encode()
    assert made.line == line
    assert cosignature.verify(text + b"\n" + line, [made.key]) == (made,)


@pytest.mark.skipif(not OTHERS.exists(), reason="the vectors of others are not here")
@pytest.mark.parametrize("number", [0, 1])
def test_cosignatures_that_others_made(number: int) -> None:
    case = json.loads((OTHERS / "derived-vectors.json").read_text())["cosignature_v1"][number]
    data = (OTHERS / case["file"]).read_bytes()
    key = cosignature.parse_vkey(case["vkey"])

    found = cosignature.verify(data, [key])

    assert key.vkey == case["vkey"]
    assert [one.timestamp for one in found] == [case["timestamp"]]
    assert data.endswith(found[0].line)


def test_what_is_signed_is_the_header_the_time_and_the_whole_text() -> None:
    text = Checkpoint(SIGNER.name, 300, bytes(range(32)), ("an extension",)).text
    spy = Spy(ONE.vkey, [], ONE.sign(cosignature.message(text, NOW)))

    cosignature.sign(text, spy, timestamp=NOW)

    assert spy.seen == [b"cosignature/v1\ntime 1764061200\n" + text]


def test_the_key_id_is_not_that_of_the_same_key_in_a_log() -> None:
    plain = note.VerifierKey(ONE_KEY.name, ONE_KEY.public_key)

    material = ONE.name.encode() + b"\n\x04" + ONE_KEY.public_key
    assert ONE_KEY.key_id == sha256(material).digest()[:4]
    assert ONE_KEY.key_id != plain.key_id


def test_cosignatures_stand_beside_the_logs_signature() -> None:
    made = [cosignature.sign(HEAD.text, signer, timestamp=NOW) for signer in (ONE, TWO)]

    data = cosignature.attach(SIGNED, made)

    assert data == SIGNED + made[0].line + made[1].line
    assert checkpoint.verify(data, KEY) == HEAD
    assert cosignature.verify(data, [ONE_KEY, TWO_KEY]) == tuple(made)
    assert cosignature.verify(data, [TWO_KEY]) == (made[1],)


def test_a_newer_cosignature_takes_the_place_of_the_older() -> None:
    old, new = (cosignature.sign(HEAD.text, ONE, timestamp=NOW + more) for more in (0, 60))

    data = cosignature.attach(cosignature.attach(SIGNED, [old]), [new])

    assert cosignature.verify(data, [ONE_KEY]) == (new,)


def test_what_strangers_have_added_can_be_left_out() -> None:
    made = cosignature.sign(HEAD.text, ONE, timestamp=NOW)
    twice = SIGNED + SIGNED.rpartition(b"\n\n")[2]
    crowded = cosignature.attach(twice, [cosignature.sign(HEAD.text, TWO, timestamp=NOW)])

    data = cosignature.attach(crowded, [made], keep=[KEY])

    assert data == SIGNED + made.line


def test_a_cosignature_of_another_checkpoint_is_not_attached() -> None:
    other = Checkpoint(SIGNER.name, 301, bytes(32))
    made = cosignature.sign(other.text, ONE, timestamp=NOW)

    with pytest.raises(NoteError, match="does not verify"):
        cosignature.attach(SIGNED, [made])


def test_a_note_has_room_for_a_hundred() -> None:
    made = cosignature.sign(HEAD.text, ONE, timestamp=NOW)
    full = SIGNED + SIGNED.rpartition(b"\n\n")[2] * 99

    with pytest.raises(NoteError, match="at most 100"):
        cosignature.attach(full, [made])


def test_cosignatures_by_unknown_keys_are_ignored_even_under_a_known_name() -> None:
    stranger = witness(ONE.name, 9)
    data = cosignature.attach(SIGNED, [cosignature.sign(HEAD.text, stranger, timestamp=NOW)])

    assert cosignature.verify(data, [ONE_KEY, TWO_KEY]) == ()


@pytest.mark.parametrize("at", [0, 4, 11, 12, 75])
def test_a_changed_cosignature_is_refused_or_someone_elses(at: int) -> None:
    made = cosignature.sign(HEAD.text, ONE, timestamp=NOW)
    line = note.parse(SIGNED + made.line).signatures[1]
    blob = bytearray(line.key_id + line.signature)
    blob[at] ^= 1
    changed = cosignature._line(ONE.name, bytes(blob))

    if at < 4:
        assert cosignature.verify(SIGNED + changed, [ONE_KEY]) == ()
    else:
        with pytest.raises(NoteError, match=r"witness\.example/w1 does not verify"):
            cosignature.verify(SIGNED + changed, [ONE_KEY])


@pytest.mark.parametrize("cut", [1, 8, 71, 73])
def test_a_cosignature_of_another_length_is_malformed(cut: int) -> None:
    made = cosignature.sign(HEAD.text, ONE, timestamp=NOW)
    blob = (NOW.to_bytes(8) + made.signature + b"\0")[:cut]

    with pytest.raises(NoteError, match="malformed"):
        cosignature.verify(SIGNED + cosignature._line(ONE.name, ONE_KEY.key_id + blob), [ONE_KEY])


def test_a_time_above_the_largest_is_malformed_though_it_is_signed() -> None:
    time = cosignature.TIMESTAMP_MAX + 1
    forged = Cosignature(ONE_KEY, time, ONE.sign(cosignature.message(HEAD.text, time)))

    with pytest.raises(NoteError, match="malformed"):
        cosignature.verify(SIGNED + forged.line, [ONE_KEY])


@pytest.mark.parametrize("timestamp", [-1, 0, 2**63])
def test_a_time_that_is_none_is_not_signed(timestamp: int) -> None:
    spy = Spy(ONE.vkey, [])

    with pytest.raises(NoteError, match="has a time"):
        cosignature.sign(HEAD.text, spy, timestamp=timestamp)
    assert spy.seen == []


def test_a_text_that_is_no_checkpoint_is_not_signed() -> None:
    spy = Spy(ONE.vkey, [])

    with pytest.raises(NoteError):
        cosignature.sign(b"anything\n", spy, timestamp=NOW)
    assert spy.seen == []


def test_a_logs_key_does_not_cosign() -> None:
    with pytest.raises(NoteError, match="type 0x04"):
        cosignature.sign(HEAD.text, SIGNER, timestamp=NOW)


def test_a_witness_cosigns_only_under_the_name_of_its_key() -> None:
    with pytest.raises(NoteError, match="has a key of"):
        cosignature.sign(HEAD.text, Spy(TWO.vkey, []), timestamp=NOW)


@pytest.mark.parametrize("answer", [b"", bytes(64), ONE.sign(HEAD.text)])
def test_an_answer_that_does_not_verify_is_not_passed_on(answer: bytes) -> None:
    with pytest.raises(NoteError, match=r"malformed|does not verify"):
        cosignature.sign(HEAD.text, Spy(ONE.vkey, [], answer), timestamp=NOW)


def test_a_note_that_is_no_checkpoint_has_no_cosignatures() -> None:
    with pytest.raises(NoteError, match="checkpoint"):
        cosignature.verify(note.sign(b"a text\n", SIGNER), [ONE_KEY])


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "witness",
        "witness+00000000",
        SIGNER.vkey,
        ONE.vkey.replace("w1", "w2"),
        ONE.vkey[:-1],
        ONE.vkey + "\n",
        "a b" + ONE.vkey,
        "x" * 400 + ONE.vkey,
        "\udce4" + ONE.vkey,
        ONE.vkey + "\ud800",
    ],
)
def test_a_vkey_that_is_malformed_or_of_another_type_is_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        cosignature.parse_vkey(vkey)


def test_a_signer_does_not_show_its_key() -> None:
    assert "private" not in repr(ONE)
