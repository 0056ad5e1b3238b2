from dataclasses import replace

import pytest

from ledger import checkpoint, proof
from ledger.checkpoint import Checkpoint
from ledger.errors import ProofError
from ledger.proof import Proof
from tests.ledger import reference
from tests.ledger.oracle import KEY, SIGNER

ENTRIES = [b"one", b"two", b"three", b"four", b"five"]
SIGNED = checkpoint.sign(Checkpoint(SIGNER.name, 5, reference.root(ENTRIES)), SIGNER)
PROOF = Proof(2, tuple(reference.path(2, ENTRIES)), SIGNED)
FILE = proof.encode(PROOF)


def test_a_proof_of_every_entry_verifies() -> None:
    for index, entry in enumerate(ENTRIES):
        data = proof.encode(Proof(index, tuple(reference.path(index, ENTRIES)), SIGNED))

        assert proof.verify(data, entry, KEY).size == 5


def test_its_lines_are_header_index_path_and_checkpoint() -> None:
    lines = FILE.decode().split("\n")

    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 2"]
    assert [len(line) for line in lines[2:5]] == [44, 44, 44]
    assert lines[5] == ""
    assert "\n".join(lines[6:]).encode() == SIGNED


def test_extra_data_is_kept_on_the_second_line() -> None:
    data = proof.encode(replace(PROOF, extra=b"more"))

    assert data.split(b"\n")[1] == b"extra bW9yZQ=="
    assert proof.parse(data).extra == b"more"
    proof.verify(data, b"three", KEY)


def test_a_log_of_one_entry_has_a_proof_without_a_path() -> None:
    signed = checkpoint.sign(Checkpoint(SIGNER.name, 1, reference.root([b"one"])), SIGNER)

    proof.verify(proof.encode(Proof(0, (), signed)), b"one", KEY)


def test_a_proof_of_something_else_is_refused() -> None:
    with pytest.raises(ProofError, match="leads to"):
        proof.verify(FILE, b"another", KEY)
    with pytest.raises(ProofError, match="leads to"):
        proof.verify(FILE.replace(b"index 2", b"index 3"), b"three", KEY)
    with pytest.raises(ProofError, match="outside"):
        proof.verify(FILE.replace(b"index 2", b"index 5"), b"three", KEY)


def test_every_changed_byte_is_noticed() -> None:
    for at in range(len(FILE)):
        changed = bytearray(FILE)
        changed[at] ^= 1
        with pytest.raises(ProofError):
            proof.verify(bytes(changed), b"three", KEY)


def test_a_proof_from_another_log_is_refused() -> None:
    with pytest.raises(ProofError, match="checkpoint"):
        proof.verify(FILE, b"three", KEY, origin="log.example/other")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"c2sp.org/tlog-proof@v1\n",
        FILE.replace(b"@v1", b"@v2"),
        FILE.replace(b"index 2\n", b""),
        FILE.replace(b"index 2", b"index 02"),
        FILE.replace(b"index 2", b"index -2"),
        FILE.replace(b"index 2", b"index"),
        FILE.replace(b"index 2", b"2"),
        FILE.replace(b"index 2", b"index 2\nindex 2"),
        FILE.replace(b"index 2", b"extra \nindex 2"),
        FILE.replace(b"index 2", b"extra ?\nindex 2"),
        FILE.replace(b"index 2", b"index 2\nextra bW9yZQ=="),
        FILE.replace(b"index 2", b"index 2\nbW9yZQ=="),
        FILE.replace(b"\n\n", b"\n", 1),
        FILE.replace(b"\n", b"\r\n"),
        FILE[:-1],
        FILE.replace(b"index 2\n", b"index 2\n" + (b"A" * 43 + b"=\n") * 61),
        b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + b"x" * proof.PROOF_BYTES_MAX,
    ],
)
def test_bytes_that_are_no_proof_are_refused(data: bytes) -> None:
    with pytest.raises(ProofError):
        proof.parse(data)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(PROOF, index=-1),
        replace(PROOF, path=(b"short",)),
        replace(PROOF, path=(bytes(32),) * 64),
        replace(PROOF, extra=b""),
        replace(PROOF, extra=bytes(65_537)),
        replace(PROOF, checkpoint=b"unsigned\n"),
    ],
)
def test_what_cannot_be_read_back_is_not_written(wrong: Proof) -> None:
    with pytest.raises(ProofError):
        proof.encode(wrong)


HEAD = checkpoint.verify(SIGNED, KEY)


def test_many_proofs_are_checked_under_one_checkpoint() -> None:
    for index, entry in enumerate(ENTRIES):
        data = proof.encode(Proof(index, tuple(reference.path(index, ENTRIES)), SIGNED))

        assert proof.verify_under(data, entry, HEAD, SIGNED) == index


@pytest.mark.parametrize(
    "data",
    [
        FILE[:-1],
        FILE.replace(b"index 2", b"index 3"),
        FILE.replace(b"index 2", b"index 02"),
        FILE.replace(b"proof@v1", b"proof@v2"),
        proof.encode(replace(PROOF, extra=b"more")),
        proof.encode(replace(PROOF, checkpoint=checkpoint.sign(HEAD, SIGNER, SIGNER))),
    ],
)
def test_a_proof_under_another_checkpoint_or_of_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(ProofError):
        proof.verify_under(data, b"three", HEAD, SIGNED)
