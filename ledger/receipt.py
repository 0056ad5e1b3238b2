"""A COSE receipt that an entry is in a log (RFC 9942); checked without network.

It says what a proof file says, to tools that read COSE instead of signed notes. Under the log's own
key no note can pass for a receipt, nor the other way round: what COSE signs begins with the byte
0x84, and no text in UTF-8 does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import cbor2
from cbor2 import CBORDecodeError, CBORTag
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger import checkpoint, merkle, note
from ledger.errors import NoteError, ProofError
from ledger.proof import PATH_HASHES_MAX, Proof

RECEIPT_BYTES_MAX = 4096  # 63 hashes of 34 bytes, a name of 255, a signature, and room.
DEPTH_MAX = 8  # Of tags, lists and maps in one another; a receipt has five.
SIGNATURE_BYTES = 64


class Header(IntEnum):
    """Header parameters: RFC 9052 section 3.1, RFC 9597 for the claims, RFC 9942 section 2."""

    ALG = 1
    KID = 4
    CWT_CLAIMS = 15
    VDS = 395  # The kind of verifiable data structure.
    VDP = 396  # Proofs about it, by type.


class Claim(IntEnum):
    """Labels among the CWT claims (RFC 8392 section 3.1)."""

    ISSUER = 1


class Value(IntEnum):
    """Code points that a receipt of ours always has."""

    COSE_SIGN1 = 18  # The tag: RFC 9052 section 2.
    EDDSA = -8  # With an Ed25519 key: RFC 9053 section 2.2.
    RFC9162_SHA256 = 1  # The kind of tree: RFC 9942 section 5.1.
    INCLUSION = -1  # The type of proof: RFC 9942 section 5.2.


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says; true only once `verify` has said so.

    Attributes:
        origin: Which log; signed, as the issuer.
        key_id: The log's key, by the id it has in signed notes, 4 bytes; signed, as the kid.
        size: Size of the tree that the path leads up.
        index: Index of the entry in that tree.
        path: Audit path, 32 bytes each, from the leaf's sibling to the root's child.
        signature: By the log, over the root hash that the path leads to, 64 bytes.
    """

    origin: str
    key_id: bytes
    size: int
    index: int
    path: tuple[bytes, ...]
    signature: bytes


def issue(proof: Proof, signer: note.Signer) -> bytes:
    """Return a receipt of what a proof proves.

    A log of a single entry has an empty path: its receipt follows RFC 9162, and so everyone's
    arithmetic, but not the letter of RFC 9942's grammar, which asks for one hash at least.

    Args:
        proof: Of an entry of the signer's log.
        signer: Holds the log's key. It signs no root hash here that it has not signed already, in
            the proof's checkpoint.

    Raises:
        NoteError: The checkpoint is not signed by this key.
        ProofError: The signer's answer does not verify, or the proof is out of bounds.
    """
    key = note.parse_vkey(signer.vkey)
    head = checkpoint.verify(proof.checkpoint, key)
    unsigned = Receipt(head.origin, key.key_id, head.size, proof.index, proof.path, b"")
    receipt = replace(unsigned, signature=signer.sign(_signed(unsigned, head.root)))
    _verify_signature(receipt, head.root, key)
    return encode(receipt)


def encode(receipt: Receipt) -> bytes:
    """Return the bytes of a receipt: deterministic CBOR (RFC 8949 section 4.2.1).

    Raises:
        ProofError: It cannot be written, as when its index is outside its tree.
    """
    data = _write(receipt)
    if parse(data) != receipt:
        raise ProofError("the receipt cannot be written")
    return data


def parse(data: bytes) -> Receipt:
    """Return what a receipt says, without verifying it.

    Raises:
        ProofError: The bytes are not exactly what `encode` returns for some receipt.
    """
    if len(data) > RECEIPT_BYTES_MAX:
        raise ProofError(f"a receipt has at most {RECEIPT_BYTES_MAX} bytes")
    match _decode(data):
        case CBORTag(
            tag=Value.COSE_SIGN1,
            value=[
                bytes(protected),
                {Header.VDP: {Value.INCLUSION: [bytes(inclusion)]}},
                None,
                bytes(signature),
            ],
        ):
            pass
        case _:
            raise ProofError("a receipt is a COSE_Sign1 without payload, over one inclusion proof")
    match _decode(protected):
        case {
            Header.ALG: Value.EDDSA,
            Header.KID: bytes(key_id),
            Header.CWT_CLAIMS: {Claim.ISSUER: str(origin)},
            Header.VDS: Value.RFC9162_SHA256,
        }:
            pass
        case _:
            raise ProofError("a receipt names its log and key, and is signed with Ed25519")
    match _decode(inclusion):
        case [int(size), int(index), [*path]]:
            pass
        case _:
            raise ProofError("an inclusion proof is a size, an index and a path")
    # Python takes CBOR's true and false for 1 and 0; int() makes that show below.
    receipt = Receipt(origin, key_id, int(size), int(index), _hashes(path), signature)
    _check(receipt)
    # Catches what the decoder forgives: long forms, other orders, more members, what stands behind.
    if _write(receipt) != data:
        raise ProofError("the receipt is not in its one deterministic form")
    return receipt


def verify(data: bytes, entry: bytes, key: note.VerifierKey, *, origin: str | None = None) -> bytes:
    """Check that the receipt shows `entry` to be in the log; return the root hash it rests on.

    The log has signed this root hash, and the entry is under it. Neither the size nor the index is
    signed: they say how to read the path, and sometimes another pair reads it the same way. Who
    needs to know the entry's place takes a proof file.

    Args:
        data: The receipt.
        entry: The entry, byte for byte.
        key: The log's key.
        origin: The log, when its key goes by another name.

    Returns:
        32 bytes, the root in the log's checkpoint of that size.

    Raises:
        ProofError: The receipt is malformed, or is not one of this entry in this log.
    """
    receipt = parse(data)
    expected = key.name if origin is None else origin
    if receipt.origin != expected:
        raise ProofError(f"this is a receipt from {receipt.origin}, not from {expected}")
    if receipt.key_id != key.key_id:
        raise ProofError(f"the receipt is signed by another key than {key.vkey}")
    leaf_hash = merkle.hash_leaf(entry)
    root = merkle.root_above(receipt.index, receipt.size, leaf_hash, receipt.path)
    _verify_signature(receipt, root, key)
    return root


def _verify_signature(receipt: Receipt, root: bytes, key: note.VerifierKey) -> None:
    try:
        public_key = Ed25519PublicKey.from_public_bytes(key.public_key)
        public_key.verify(receipt.signature, _signed(receipt, root))
    except (InvalidSignature, ValueError) as error:
        raise ProofError(
            f"the path leads to {root.hex()}, which {key.name} has not signed"
        ) from error


def _signed(receipt: Receipt, root: bytes) -> bytes:
    """Return the bytes that are signed: a Sig_structure (RFC 9052 section 4.4)."""
    return cbor2.dumps(["Signature1", _protected(receipt), b"", root])


def _protected(receipt: Receipt) -> bytes:
    header = {
        Header.ALG: Value.EDDSA,
        Header.KID: receipt.key_id,
        Header.CWT_CLAIMS: {Claim.ISSUER: receipt.origin},
        Header.VDS: Value.RFC9162_SHA256,
    }
    return cbor2.dumps(header, canonical=True)


def _write(receipt: Receipt) -> bytes:
    inclusion = cbor2.dumps([receipt.size, receipt.index, receipt.path], canonical=True)
    proofs = {Header.VDP: {Value.INCLUSION: [inclusion]}}
    value = [_protected(receipt), proofs, None, receipt.signature]
    return cbor2.dumps(CBORTag(Value.COSE_SIGN1, value), canonical=True)


def _decode(data: bytes) -> Any:
    try:
        return cbor2.loads(
            data, max_depth=DEPTH_MAX, allow_indefinite=False, allow_duplicate_keys=False
        )
    except CBORDecodeError as error:
        raise ProofError("the receipt is not CBOR") from error


def _hashes(path: Sequence[object]) -> tuple[bytes, ...]:
    if len(path) > PATH_HASHES_MAX:
        raise ProofError(f"a receipt has at most {PATH_HASHES_MAX} hashes")
    hashes = tuple(hash_ for hash_ in path if isinstance(hash_, bytes))
    if len(hashes) != len(path) or any(len(hash_) != merkle.HASH_BYTES for hash_ in hashes):
        raise ProofError(f"a hash of a receipt has {merkle.HASH_BYTES} bytes")
    return hashes


def _check(receipt: Receipt) -> None:
    try:
        note.require_name(receipt.origin)
    except NoteError as error:
        raise ProofError(f"the receipt is malformed: {error}") from error
    if len(receipt.key_id) != note.KEY_ID_BYTES or len(receipt.signature) != SIGNATURE_BYTES:
        raise ProofError("the key id or the signature of the receipt has a wrong length")
    if not 0 <= receipt.index < receipt.size <= merkle.SIZE_MAX:
        raise ProofError(f"leaf {receipt.index} is outside a tree of {receipt.size}")
