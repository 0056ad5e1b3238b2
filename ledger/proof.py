"""A proof in one file that an entry is in a log (c2sp.org/tlog-proof); checked without network."""

import base64
from dataclasses import dataclass

from ledger import checkpoint, merkle, note
from ledger.errors import NoteError, ProofError

HEADER = "c2sp.org/tlog-proof@v1"
PATH_HASHES_MAX = 63  # A tree of SIZE_MAX leaves is 63 levels high.
EXTRA_BYTES_MAX = 65_536
PROOF_BYTES_MAX = note.NOTE_BYTES_MAX + 2 * EXTRA_BYTES_MAX  # Base64 adds a third; hashes: 3 kB.


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof file says; true only once `verify` has said so.

    Attributes:
        index: Index of the entry.
        path: Audit path, 32 bytes each, from the leaf's sibling to the root's child.
        checkpoint: The log's checkpoint, a signed note, byte for byte.
        extra: Whatever the log added, opaque and vouched for by no one; None for nothing.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def encode(proof: Proof) -> bytes:
    """Return the bytes of the proof's file.

    Raises:
        ProofError: The proof cannot be written, as when its checkpoint is not a signed note.
    """
    lines = [HEADER]
    if proof.extra is not None:
        lines.append(f"extra {base64.b64encode(proof.extra).decode()}")
    lines.append(f"index {proof.index}")
    lines += [base64.b64encode(hash_).decode() for hash_ in proof.path]
    data = "\n".join(lines).encode() + b"\n\n" + proof.checkpoint
    if parse(data) != proof:
        raise ProofError("the proof cannot be written as a file")
    return data


def parse(data: bytes) -> Proof:
    """Return what a proof's file says, without verifying it.

    Raises:
        ProofError: The bytes are not a proof file.
    """
    if len(data) > PROOF_BYTES_MAX:
        raise ProofError(f"a proof has at most {PROOF_BYTES_MAX} bytes")
    top, _, signed = data.partition(b"\n\n")
    index, path, extra = _parse_top(top)
    try:
        checkpoint.parse(note.parse(signed).text)
    except NoteError as error:
        raise ProofError(f"the proof is malformed: {error}") from error
    return Proof(index, path, signed, extra)


def verify(
    data: bytes, entry: bytes, key: note.VerifierKey, *, origin: str | None = None
) -> checkpoint.Checkpoint:
    """Check that the proof shows `entry` to be in the log; return the checkpoint it rests on.

    Args:
        data: The proof's file.
        entry: The entry, byte for byte.
        key: The log's key.
        origin: The log, when its key goes by another name.

    Raises:
        ProofError: The proof is malformed, or is not one of this entry in this log.
    """
    proof = parse(data)
    try:
        head = checkpoint.verify(proof.checkpoint, key, origin=origin)
    except NoteError as error:
        raise ProofError(f"the proof's checkpoint is no good: {error}") from error
    leaf_hash = merkle.hash_leaf(entry)
    merkle.verify_inclusion(proof.index, head.size, leaf_hash, proof.path, head.root)
    return head


def verify_under(data: bytes, entry: bytes, head: checkpoint.Checkpoint, signed: bytes) -> int:
    """Check one of many proofs under a checkpoint that was verified before; return the index.

    Args:
        data: The proof's file; it has no extra data.
        entry: The entry, byte for byte.
        head: The checkpoint.
        signed: The same, as the signed note on which the proof must rest, byte for byte.

    Raises:
        ProofError: The proof is malformed, rests on another note, or is not one of this entry.
    """
    top, _, below = data.partition(b"\n\n")
    if below != signed:
        raise ProofError("the proof does not rest on this checkpoint")
    index, path, extra = _parse_top(top)
    if extra is not None:
        raise ProofError("the proof holds extra data")
    merkle.verify_inclusion(index, head.size, merkle.hash_leaf(entry), path, head.root)
    return index


def _parse_top(top: bytes) -> tuple[int, tuple[bytes, ...], bytes | None]:
    """Return the index, the path and the extra data."""
    first, *lines = top.decode(errors="replace").split("\n")
    if first != HEADER:
        raise ProofError(f"a proof begins with the line {HEADER}")
    try:
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = note.decode_base64(lines.pop(0).removeprefix("extra "))
        index = lines.pop(0) if lines else ""
        if len(lines) > PATH_HASHES_MAX:
            raise ProofError(f"a proof has at most {PATH_HASHES_MAX} hashes")
        path = tuple(note.decode_base64(line) for line in lines)
    except NoteError as error:
        raise ProofError(f"the proof is malformed: {error}") from error
    if extra is not None and not 1 <= len(extra) <= EXTRA_BYTES_MAX:
        raise ProofError(f"the extra data of a proof has 1 to {EXTRA_BYTES_MAX} bytes")
    digits = index.removeprefix("index ")
    if digits == index or not checkpoint.DECIMAL.fullmatch(digits):
        raise ProofError("a proof names the entry's index in decimal")
    if any(len(hash_) != merkle.HASH_BYTES for hash_ in path):
        raise ProofError(f"a hash of a proof has {merkle.HASH_BYTES} bytes")
    return int(digits), path, extra
