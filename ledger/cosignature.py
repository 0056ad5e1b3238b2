"""Statements by witnesses that a log only ever grew (c2sp.org/tlog-cosignature).

One kind is understood, `cosignature/v1` by an Ed25519 key (type 0x04). It says that at its time the
largest consistent tree that the witness had seen of this log is the one in the checkpoint.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger import checkpoint, note
from ledger.errors import NoteError

ED25519 = 0x04
HEADER = "cosignature/v1"
TIMESTAMP_MAX = 2**63 - 1
TIMESTAMP_BYTES = 8
SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness's Ed25519 public key (32 bytes, RFC 8032) and the name it cosigns under."""

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The key's id, 4 bytes; another than that of the same key used for plain notes."""
        material = self.name.encode() + b"\n" + bytes([ED25519]) + self.public_key
        return hashlib.sha256(material).digest()[: note.KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as text: name+hex(key id)+base64(type || public key)."""
        encoded = base64.b64encode(bytes([ED25519]) + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """A witness's signer with its private key in memory.

    The key must serve this witness alone: what is signed does not hold the witness's name.
    """

    name: str
    private_key: Ed25519PrivateKey = field(repr=False)

    @property
    def vkey(self) -> str:
        """The public key as a vkey."""
        return WitnessKey(self.name, self.private_key.public_key().public_bytes_raw()).vkey

    def sign(self, text: bytes, /) -> bytes:
        """Return the Ed25519 signature over `text`, 64 bytes."""
        return self.private_key.sign(text)


@dataclass(frozen=True, slots=True)
class Cosignature:
    """One cosignature that was verified against some checkpoint.

    Attributes:
        key: Whose it is.
        timestamp: When it was made, in POSIX seconds.
        signature: Ed25519 signature over `message`, 64 bytes.
    """

    key: WitnessKey
    timestamp: int
    signature: bytes

    @property
    def line(self) -> bytes:
        """The signature line of a note, with its newline."""
        return write_line(self.key.name, self.key.key_id, self.timestamp, self.signature)


def parse_vkey(vkey: str) -> WitnessKey:
    """Return the witness's key that a vkey writes.

    Raises:
        NoteError: It is malformed, its id does not belong to it, or it is of another type.
    """
    if len(vkey) > note.VKEY_CHARS_MAX:
        raise NoteError(f"a witness key has at most {note.VKEY_CHARS_MAX} characters")
    parts = vkey.split("+", 2)  # Base64 may hold a plus itself; a name may not.
    if len(parts) != 3 or not note.HEX_KEY_ID.fullmatch(parts[1]):
        raise NoteError("a witness key is name+8 hex digits+base64")
    name, key_id, encoded = parts
    note.require_name(name)
    material = note.decode_base64(encoded)
    if len(material) != 1 + note.PUBLIC_KEY_BYTES or material[0] != ED25519:
        raise NoteError(f"the witness key {name} is not an Ed25519 cosignature key of type 0x04")
    key = WitnessKey(name, material[1:])
    if key.key_id.hex() != key_id:
        raise NoteError(f"the witness key {name} has the id {key.key_id.hex()}, not {key_id}")
    return key


def message(text: bytes, timestamp: int) -> bytes:
    """Return the bytes that are signed: header, time, and the whole text of the checkpoint.

    Source: tlog-cosignature, "Ed25519 signed message".
    """
    return f"{HEADER}\ntime {timestamp}\n".encode() + text


def sign(text: bytes, signer: note.Signer, *, timestamp: int) -> Cosignature:
    """Return a cosignature over a checkpoint; whether it deserves one is for the caller to know.

    Args:
        text: The checkpoint's text, extension lines included.
        signer: The witness's key. It is handed `message`, and its vkey is of type 0x04.
        timestamp: Now, in POSIX seconds, 1 to TIMESTAMP_MAX. A witness may not leave it out.

    Raises:
        NoteError: The text is no checkpoint, the timestamp is out of range, or the signer's key is
            not a witness's or its answer does not verify.
    """
    checkpoint.parse(text)
    key = parse_vkey(signer.vkey)
    if key.name != signer.name:
        raise NoteError(f"the witness {signer.name} has a key of {key.name}")
    if not 1 <= timestamp <= TIMESTAMP_MAX:
        raise NoteError(f"a cosignature has a time of 1 to {TIMESTAMP_MAX} seconds")
    cosignature = Cosignature(key, timestamp, signer.sign(message(text, timestamp)))
    _verify_one(cosignature, text)
    return cosignature


def verify(data: bytes, keys: Sequence[WitnessKey]) -> tuple[Cosignature, ...]:
    """Return the cosignatures by `keys` on a checkpoint, each verified, in the note's order.

    There may be none, and several by one key. The log's own signature is not looked at, which is
    `checkpoint.verify`; nor is the time.

    Args:
        data: The checkpoint, a signed note.
        keys: The witnesses whose word counts; signatures by anyone else are ignored.

    Raises:
        NoteError: It is not a checkpoint, or one of the keys' cosignatures is wrong.
    """
    read = note.parse(data)
    checkpoint.parse(read.text)
    known = {(key.name, key.key_id): key for key in keys}
    found: list[Cosignature] = []
    for line in read.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            timestamp = int.from_bytes(line.signature[:TIMESTAMP_BYTES])
            found.append(Cosignature(key, timestamp, line.signature[TIMESTAMP_BYTES:]))
            _verify_one(found[-1], read.text)
    return tuple(found)


def attach(
    data: bytes,
    cosignatures: Sequence[Cosignature],
    *,
    keep: Sequence[note.VerifierKey] | None = None,
) -> bytes:
    """Return the checkpoint with these cosignatures in place of earlier ones by the same keys.

    Args:
        data: The checkpoint, a signed note.
        cosignatures: What to attach, in this order, after what is there.
        keep: Whose signatures to keep, one of each; None keeps all that are there.

    Raises:
        NoteError: It is not a checkpoint, a cosignature is not one of this checkpoint, or there
            would be more signatures than a note may have.
    """
    read = note.parse(data)
    checkpoint.parse(read.text)
    for cosignature in cosignatures:
        _verify_one(cosignature, read.text)
    fresh = {(cosignature.key.name, cosignature.key.key_id) for cosignature in cosignatures}
    lines = [line for line in read.signatures if (line.name, line.key_id) not in fresh]
    if keep is not None:
        first = {(line.name, line.key_id): line for line in reversed(lines)}
        wanted = dict.fromkeys((key.name, key.key_id) for key in keep)
        lines = [first[known] for known in wanted if known in first]
    written = [_line(line.name, line.key_id + line.signature) for line in lines]
    written += [cosignature.line for cosignature in cosignatures]
    attached = read.text + b"\n" + b"".join(written)
    note.parse(attached)
    return attached


def write_line(name: str, key_id: bytes, timestamp: int, signature: bytes) -> bytes:
    """Return a cosignature as the signature line of a note, with its newline."""
    return _line(name, key_id + timestamp.to_bytes(TIMESTAMP_BYTES) + signature)


def _line(name: str, blob: bytes) -> bytes:
    return f"\N{EM DASH} {name} {base64.b64encode(blob).decode()}\n".encode()


def _verify_one(cosignature: Cosignature, text: bytes) -> None:
    key, timestamp = cosignature.key, cosignature.timestamp
    if len(cosignature.signature) != SIGNATURE_BYTES or not 0 <= timestamp <= TIMESTAMP_MAX:
        raise NoteError(f"the cosignature by {key.name} is malformed")
    try:
        public_key = Ed25519PublicKey.from_public_bytes(key.public_key)
        public_key.verify(cosignature.signature, message(text, timestamp))
    except (InvalidSignature, ValueError) as error:
        raise NoteError(f"the cosignature by {key.name} does not verify") from error
