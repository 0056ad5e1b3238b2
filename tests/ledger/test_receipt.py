import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cbor2 import CBORTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import checkpoint, note, receipt
from ledger.checkpoint import Checkpoint
from ledger.errors import NoteError, ProofError
from ledger.note import Ed25519Signer
from ledger.proof import Proof
from ledger.receipt import Receipt
from tests.ledger import reference
from tests.ledger.oracle import KEY, SIGNER

VECTORS: Any = json.loads(
    (Path(__file__).parents[2] / "api-specs/vectors/ledger-receipt.json").read_text()
)
ENTRIES = [b"one", b"two", b"three", b"four", b"five"]
ROOT = reference.root(ENTRIES)
STRANGER = Ed25519Signer(SIGNER.name, Ed25519PrivateKey.from_private_bytes(bytes(32)))


def proof_of(index: int, entries: list[bytes] = ENTRIES) -> Proof:
    head = Checkpoint(SIGNER.name, len(entries), reference.root(entries))
    path = reference.path(index, entries)
    return Proof(index, tuple(path), checkpoint.sign(head, SIGNER))


DATA = receipt.issue(proof_of(2), SIGNER)
RECEIPT = receipt.parse(DATA)
PARTS: list[Any] = list(cbor2.loads(DATA).value)


def written(*, tag: int = 18, **changed: Any) -> bytes:
    """Return the receipt with some of its parts changed; its signature is not renewed."""
    names = ("protected", "unprotected", "payload", "signature")
    parts = [changed.get(name, part) for name, part in zip(names, PARTS, strict=True)]
    return cbor2.dumps(CBORTag(tag, parts))


def protected(changes: dict[int, Any]) -> bytes:
    header = dict(cbor2.loads(PARTS[0])) | changes
    return cbor2.dumps({key: value for key, value in header.items() if value != "gone"})


TRUE_AND_FALSE: list[Any] = [True, False]  # Which Python takes for 1 and 0.


def inclusion(*items: Any) -> dict[int, Any]:
    return {396: {-1: [cbor2.dumps(items)]}}


def test_a_receipt_of_every_entry_of_every_small_log_verifies() -> None:
    for size in range(1, 18):
        entries = [b"entry %d" % number for number in range(size)]
        for index, entry in enumerate(entries):
            data = receipt.issue(proof_of(index, entries), SIGNER)

            assert receipt.verify(data, entry, KEY) == reference.root(entries)


@pytest.mark.parametrize("case", VECTORS["receipts"], ids=lambda case: case["index"])
def test_a_published_receipt(case: dict[str, Any]) -> None:
    entries = [entry.encode() for entry in VECTORS["entries"]]
    key = note.parse_vkey(VECTORS["vkey"])
    seed = bytes.fromhex(VECTORS["private_key_hex"])
    signer = Ed25519Signer(VECTORS["origin"], Ed25519PrivateKey.from_private_bytes(seed))
    path = tuple(reference.path(case["index"], entries))
    proof = Proof(case["index"], path, VECTORS["checkpoint"].encode())
    data = bytes.fromhex(case["receipt_hex"])

    assert receipt.issue(proof, signer) == data
    assert receipt.verify(data, entries[case["index"]], key).hex() == VECTORS["root_hex"]


def test_it_is_a_tagged_cose_sign1_with_its_root_detached() -> None:
    tag = cbor2.loads(DATA)

    assert tag.tag == 18
    assert cbor2.loads(tag.value[0]) == {
        1: -8,
        4: KEY.key_id,
        15: {1: SIGNER.name},
        395: 1,
    }
    ((inclusion_proof,),) = tag.value[1][396].values()
    assert cbor2.loads(inclusion_proof) == [5, 2, reference.path(2, ENTRIES)]
    assert tag.value[2] is None
    SIGNER.private_key.public_key().verify(
        tag.value[3], cbor2.dumps(["Signature1", tag.value[0], b"", ROOT])
    )


def test_the_parts_of_the_tests_below_make_up_the_receipt() -> None:
    assert written() == DATA
    assert written(unprotected=inclusion(5, 2, RECEIPT.path), protected=protected({})) == DATA


def test_a_receipt_of_something_else_is_refused() -> None:
    with pytest.raises(ProofError, match="has not signed"):
        receipt.verify(DATA, b"another", KEY)
    with pytest.raises(ProofError, match="has not signed"):
        receipt.verify(receipt.encode(replace(RECEIPT, index=3)), b"three", KEY)
    with pytest.raises(ProofError, match="length"):
        receipt.verify(receipt.encode(replace(RECEIPT, size=9)), b"three", KEY)
    with pytest.raises(ProofError, match="length"):
        receipt.verify(receipt.encode(replace(RECEIPT, index=4)), b"five", KEY)


def test_every_changed_bit_is_noticed() -> None:
    for at in range(len(DATA)):
        for bit in range(8):
            changed = bytearray(DATA)
            changed[at] ^= 1 << bit
            try:
                receipt.verify(bytes(changed), b"three", KEY)
            except ProofError:
                continue
            # Neither is signed, and a tree of 6, 7 or 8 has the same way up from its entry 2.
            said = receipt.parse(bytes(changed))
            assert replace(said, size=5) == RECEIPT
            assert said.size in {6, 7, 8}


def test_a_receipt_of_another_log_or_key_is_refused() -> None:
    other = note.VerifierKey("log.example/other", KEY.public_key)
    stranger = note.parse_vkey(STRANGER.vkey)

    with pytest.raises(ProofError, match=r"from log\.example/test"):
        receipt.verify(DATA, b"three", other)
    with pytest.raises(ProofError, match="another key"):
        receipt.verify(DATA, b"three", other, origin=SIGNER.name)
    with pytest.raises(ProofError, match="another key"):
        receipt.verify(DATA, b"three", stranger)
    with pytest.raises(ProofError, match="has not signed"):
        receipt.verify(receipt.encode(replace(RECEIPT, key_id=stranger.key_id)), b"three", stranger)


def test_only_what_this_key_has_signed_as_a_checkpoint_is_signed_as_a_receipt() -> None:
    with pytest.raises(NoteError):
        receipt.issue(proof_of(2), STRANGER)


def test_a_signer_that_answers_nonsense_is_noticed() -> None:
    class Broken:
        name, vkey = SIGNER.name, SIGNER.vkey

        def sign(self, text: bytes) -> bytes:
            return STRANGER.sign(text)

    with pytest.raises(ProofError, match="has not signed"):
        receipt.issue(proof_of(2), Broken())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        PARTS[0],
        cbor2.dumps(PARTS),
        DATA[:-1],
        DATA + b"\x00",
        b"\x81" * 4096,
        b"\xd2\x84" + bytes(4096),
        written(tag=17),
        written(payload=b""),
        written(payload=ROOT),
        written(signature=PARTS[3][:-1]),
        written(signature="text"),
        written(protected=b""),
        written(protected={1: -8}),
        written(protected=protected({1: -7})),
        written(protected=protected({395: 2})),
        written(protected=protected({395: "gone"})),
        written(protected=protected({4: "gone"})),
        written(protected=protected({4: b"long key id"})),
        written(protected=protected({15: {1: "two words"}})),
        written(protected=protected({15: {1: SIGNER.name, 2: "more"}})),
        written(protected=protected({3: "more"})),
        written(protected=PARTS[0] + b"\x00"),
        written(unprotected={}),
        written(unprotected={396: {-2: [b""]}}),
        written(unprotected={396: {-1: []}}),
        written(unprotected={396: {-1: [b""]}}),
        written(unprotected={**PARTS[1], 4: b""}),
        written(unprotected=inclusion(5, 2)),
        written(unprotected=inclusion(5, 2, "text")),
        written(unprotected=inclusion(5, 2, ["x" * 32])),
        written(unprotected=inclusion(5, 2, [bytes(31)])),
        written(unprotected=inclusion(5, 2, [bytes(32)] * 64)),
        written(unprotected=inclusion(5, 2, [bytes(32)], 0)),
        written(unprotected=inclusion(5, 5, [bytes(32)])),
        written(unprotected=inclusion(5, -1, [bytes(32)])),
        written(unprotected=inclusion(0, 0, [])),
        written(unprotected=inclusion(2**63, 2, [bytes(32)])),
        written(unprotected=inclusion(5.0, 2, [bytes(32)])),
        written(unprotected=inclusion(*TRUE_AND_FALSE, [])),
    ],
)
def test_bytes_that_are_no_receipt_are_refused(data: bytes) -> None:
    with pytest.raises(ProofError):
        receipt.parse(data)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (b"\xd2\x84", b"\xd8\x12\x84"),  # The tag in two bytes.
        (b"\xd2\x84", b"\xd2\x98\x04"),  # The length of the list in two bytes.
        (b"\x19\x01\x8c", b"\x1a\x00\x00\x01\x8c"),  # A label in five bytes.
        (b"\x58\x40", b"\x59\x00\x40"),  # The length of the signature in three.
    ],
)
def test_a_receipt_that_is_written_another_way_is_refused(short: bytes, long: bytes) -> None:
    changed = DATA.replace(short, long, 1)

    assert cbor2.loads(changed) == cbor2.loads(DATA)
    with pytest.raises(ProofError, match="deterministic form"):
        receipt.parse(changed)


def test_an_indefinite_length_is_refused() -> None:
    changed = DATA.replace(b"\xd2\x84", b"\xd2\x9f", 1) + b"\xff"

    assert cbor2.loads(changed) == cbor2.loads(DATA)
    with pytest.raises(ProofError, match="not CBOR"):
        receipt.parse(changed)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(RECEIPT, index=5),
        replace(RECEIPT, index=-1),
        replace(RECEIPT, size=2**63),
        replace(RECEIPT, path=(b"short",)),
        replace(RECEIPT, path=(bytes(32),) * 64),
        replace(RECEIPT, origin=""),
        replace(RECEIPT, key_id=b""),
        replace(RECEIPT, signature=b""),
    ],
)
def test_what_cannot_be_read_back_is_not_written(wrong: Receipt) -> None:
    with pytest.raises(ProofError):
        receipt.encode(wrong)


def test_the_longest_receipt_is_not_too_long() -> None:
    longest = Receipt("é" * 127, bytes(4), 2**63 - 1, 2**62, (bytes(32),) * 63, bytes(64))

    data = receipt.encode(longest)

    assert len(data) < receipt.RECEIPT_BYTES_MAX
    assert receipt.parse(data) == longest
