"""The published vectors, and the example in the specification, against code and reference."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import Connection

from ledger import (
    checkpoint,
    entry,
    fsck,
    log,
    merkle,
    note,
    policy,
    proof,
    receipt,
    sequencing,
    tiles,
)
from ledger.errors import EntryError, ProofError
from ledger.note import Ed25519Signer
from tests.ledger import reference
from tests.ledger.oracle import KEY, read_file

SPECS = Path(__file__).parents[2] / "api-specs"


def load(name: str) -> Any:
    return json.loads((SPECS / "vectors" / name).read_text())


ENTRIES, MERKLE, LOG = (load(f"ledger-{name}.json") for name in ("entry", "merkle", "log"))
LEAVES = [bytes.fromhex(leaf) for leaf in MERKLE["leaves_hex"]]
ROOTS = [bytes.fromhex(root) for root in MERKLE["roots_hex"]]
FILES = {path: bytes.fromhex(data) for path, data in LOG["files_hex"].items()}
SIGNER = Ed25519Signer(
    LOG["origin"], Ed25519PrivateKey.from_private_bytes(bytes.fromhex(LOG["private_key_hex"]))
)


def path_of(case: dict[str, Any]) -> list[bytes]:
    return [bytes.fromhex(hash_) for hash_ in case["path_hex"]]


def read(level: int, index: int) -> bytes:
    return reference.read(LEAVES, level, index)


@pytest.mark.parametrize("case", ENTRIES["canonical"])
def test_a_canonical_entry(case: dict[str, Any]) -> None:
    assert entry.encode(case["body"]).hex() == case["hex"]
    assert entry.decode(bytes.fromhex(case["hex"])) == case["body"]


@pytest.mark.parametrize("case", ENTRIES["refused"], ids=lambda case: case["why"])
def test_an_entry_that_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(EntryError):
        entry.decode(bytes.fromhex(case["hex"]))


@pytest.mark.parametrize("case", ENTRIES["commitments"])
def test_a_commitment(case: dict[str, Any]) -> None:
    salt, value = bytes.fromhex(case["salt_hex"]), bytes.fromhex(case["value_hex"])

    assert entry.commit(salt, value).hex() == case["commitment_hex"]


def test_roots() -> None:
    sizes = range(len(LEAVES) + 1)

    assert [merkle.root(size, read) for size in sizes] == ROOTS
    assert [reference.root(LEAVES[:size]) for size in sizes] == ROOTS


@pytest.mark.parametrize("case", MERKLE["inclusion"])
def test_an_inclusion_proof(case: dict[str, Any]) -> None:
    index, size = case["index"], case["size"]

    assert merkle.prove_inclusion(index, size, read) == path_of(case)
    leaf_hash = merkle.hash_leaf(LEAVES[index])
    merkle.verify_inclusion(index, size, leaf_hash, path_of(case), ROOTS[size])


@pytest.mark.parametrize("case", MERKLE["consistency"])
def test_a_consistency_proof(case: dict[str, Any]) -> None:
    old, new = case["old"], case["new"]

    assert merkle.prove_consistency(old, new, read) == path_of(case)
    merkle.verify_consistency(old, new, ROOTS[old], ROOTS[new], path_of(case))


@pytest.mark.parametrize("case", MERKLE["refused_inclusion"], ids=lambda case: case["why"])
def test_an_inclusion_proof_that_is_refused(case: dict[str, Any]) -> None:
    """Each is a change of the proof of leaf 5 in the tree of 7."""
    leaf_hash = merkle.hash_leaf(LEAVES[5])

    with pytest.raises(ProofError):
        merkle.verify_inclusion(case["index"], case["size"], leaf_hash, path_of(case), ROOTS[7])


@pytest.mark.parametrize("case", MERKLE["refused_consistency"], ids=lambda case: case["why"])
def test_a_consistency_proof_that_is_refused(case: dict[str, Any]) -> None:
    """Each is a change of the proof from 3 to 7."""
    old, new = case["old"], case["new"]

    with pytest.raises(ProofError):
        merkle.verify_consistency(old, new, ROOTS[old], ROOTS[new], path_of(case))


def test_the_log_of_three_events_is_made_again_byte_for_byte(conn: Connection) -> None:
    for event in LOG["events"]:
        log.record(
            conn,
            event_id=event["id"],
            kind=event["kind"],
            subject=event["subject"],
            body=entry.encode(event),
        )

    batch = sequencing.sequence(conn, signers=[SIGNER])

    assert batch is not None
    assert [written.body.decode() for written in batch.entries] == LOG["entries"]
    assert batch.note == LOG["checkpoint"].encode()
    assert log.proof_of(conn, "evt_02", batch.note) == LOG["proof_of_entry_1"].encode()
    assert {path: read_file(conn, path) for path in FILES} == FILES


def test_the_log_of_three_events_verifies() -> None:
    key = note.parse_vkey(LOG["vkey"])
    first, second, _ = (text.encode() for text in LOG["entries"])

    assert SIGNER.vkey == LOG["vkey"]
    assert checkpoint.verify(LOG["checkpoint"].encode(), key).size == 3
    assert proof.verify(LOG["proof_of_entry_1"].encode(), second, key).size == 3
    assert fsck.check(LOG["checkpoint"].encode(), LOG["vkey"], FILES.__getitem__).size == 3
    assert merkle.hash_leaf(first).hex() == LOG["leaf_hashes_hex"][0]


@pytest.mark.parametrize("case", LOG["decimal_logs"], ids=lambda case: str(case["size"]))
def test_the_files_of_a_log_of_decimal_numbers(case: dict[str, Any]) -> None:
    """Entry i is the decimal digits of i. The files are built from the right edge alone."""
    edge, hashes = merkle.EMPTY, dict[tuple[int, int], bytes]()
    entries = [str(number).encode() for number in range(case["size"])]
    for body in entries:
        edge, nodes = merkle.append(edge, merkle.hash_leaf(body))
        hashes |= {(node.level, node.index): node.hash for node in nodes}

    def data(path: str) -> bytes:
        file = tiles.parse_path(path)
        places = range(file.index * 256, file.index * 256 + file.width)
        if isinstance(file, tiles.Tile):
            return b"".join(hashes[8 * file.level, place] for place in places)
        return tiles.encode_bundle([entries[place] for place in places])

    assert edge.root().hex() == case["root_hex"]
    digests = {path: hashlib.sha256(data(path)).hexdigest() for path in case["sha256_of"]}
    assert digests == case["sha256_of"]


def test_the_example_in_the_specification_is_that_of_the_vectors() -> None:
    text = (SPECS / "ledger.md").read_text()

    for example in (
        LOG["entries"][0] + "\n",
        LOG["leaf_hashes_hex"][0] + "\n",
        LOG["checkpoint"],
        LOG["vkey"] + "\n",
        LOG["proof_of_entry_1"],
    ):
        assert f"\n{example}```\n" in text


def test_the_receipt_in_the_specification_is_that_of_the_vectors() -> None:
    text = "".join((SPECS / "ledger.md").read_text().split())
    published = load("ledger-receipt.json")["receipts"][1]["receipt_hex"]
    signature = receipt.parse(bytes.fromhex(published)).signature.hex()

    assert published in text
    assert f"h'{signature}'" in text


def test_the_checkpoint_in_the_specification_meets_the_policy_beside_it() -> None:
    section = (SPECS / "ledger.md").read_text().partition("\n## Witnesses\n")[2]
    _, asked, _, signed = section.split("```\n")[:4]

    approval = policy.verify(signed.encode(), policy.parse(asked.encode()), logs=[KEY])

    assert signed.startswith(LOG["checkpoint"])
    assert [one.key.name[-2:] for one in approval.cosignatures] == ["w1", "w3"]


def test_the_entries_of_the_example_have_the_members_that_the_specification_lists() -> None:
    for event in LOG["events"]:
        assert sorted(event) == ["at", "data", "id", "kind", "subject"]
