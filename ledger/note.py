"""Signed notes: a text, and lines of signatures under it (c2sp.org/signed-note).

One kind of key is understood, Ed25519 (type 0x01); signatures by others are read and ignored.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.errors import NoteError

NOTE_BYTES_MAX = 1_000_000  # SIGNATURES_MAX post-quantum signatures of 5 kB, and room for text.
SIGNATURES_MAX = 100  # The specification asks for at least 16.
NAME_BYTES_MAX = 255
VKEY_CHARS_MAX = NAME_BYTES_MAX + 100
ED25519 = 0x01
KEY_ID_BYTES = 4
PUBLIC_KEY_BYTES = 32
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")  # All below U+0020 but the newline.
HEX_KEY_ID = re.compile(r"[0-9a-f]{8}")


class Signer(Protocol):
    """Whoever holds a private key: a file, or a key service that never hands it out."""

    @property
    def name(self) -> str:
        """The key's name; for a log, its origin."""
        ...

    @property
    def vkey(self) -> str:
        """The public key as a vkey."""
        ...

    def sign(self, text: bytes, /) -> bytes:
        """Return the Ed25519 signature over `text`, 64 bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """A signer with its private key in memory."""

    name: str
    private_key: Ed25519PrivateKey = field(repr=False)

    @property
    def vkey(self) -> str:
        """The public key as a vkey."""
        return VerifierKey(self.name, self.private_key.public_key().public_bytes_raw()).vkey

    def sign(self, text: bytes, /) -> bytes:
        """Return the Ed25519 signature over `text`, 64 bytes."""
        return self.private_key.sign(text)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """An Ed25519 public key (32 bytes, RFC 8032) and the name it signs under."""

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The key's id, 4 bytes: the start of SHA-256(name || 0x0A || type || public key)."""
        material = self.name.encode() + b"\n" + bytes([ED25519]) + self.public_key
        return hashlib.sha256(material).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as text: name+hex(key id)+base64(type || public key)."""
        encoded = base64.b64encode(bytes([ED25519]) + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line. The bytes mean what the key with this name and id says they mean."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note that was read but not verified: its text, which ends in a newline, and signatures."""

    text: bytes
    signatures: tuple[Signature, ...]


def parse_vkey(vkey: str) -> VerifierKey:
    """Return the key that a vkey writes.

    Raises:
        NoteError: It is malformed, its id does not belong to it, or it is not an Ed25519 key.
    """
    if len(vkey) > VKEY_CHARS_MAX:
        raise NoteError(f"a verifier key has at most {VKEY_CHARS_MAX} characters")
    parts = vkey.split("+", 2)  # Base64 may hold a plus itself; a name may not.
    if len(parts) != 3 or not HEX_KEY_ID.fullmatch(parts[1]):
        raise NoteError("a verifier key is name+8 hex digits+base64")
    name, key_id, encoded = parts
    require_name(name)
    material = decode_base64(encoded)
    if len(material) != 1 + PUBLIC_KEY_BYTES or material[0] != ED25519:
        raise NoteError(f"the verifier key {name} is not an Ed25519 key of type 0x01")
    key = VerifierKey(name, material[1:])
    if key.key_id.hex() != key_id:
        raise NoteError(f"the verifier key {name} has the id {key.key_id.hex()}, not {key_id}")
    return key


def parse(data: bytes) -> Note:
    """Return a note's text and signatures, without verifying any of them.

    Raises:
        NoteError: The bytes are not a signed note, or exceed NOTE_BYTES_MAX or SIGNATURES_MAX.
    """
    if len(data) > NOTE_BYTES_MAX:
        raise NoteError(f"a note has at most {NOTE_BYTES_MAX} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise NoteError("a note is UTF-8") from error
    if CONTROL.search(whole):
        raise NoteError("a note holds no control characters but newlines")
    text, gap, tail = whole.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise NoteError("a note is a text, an empty line, and signature lines")
    lines = tail[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise NoteError(f"a note has at most {SIGNATURES_MAX} signatures")
    return Note(f"{text}\n".encode(), tuple(_parse_line(line) for line in lines))


def sign(text: bytes, *signers: Signer) -> bytes:
    """Return the text as a note signed by each of the signers, in order.

    Each signature is verified before it is handed out: what a key service returns is checked here
    once, rather than found wanting by everyone who reads the log.

    Raises:
        NoteError: The text does not end in a newline or holds control characters, there is no
            signer, or a signer's answer does not verify under its own key.
    """
    lines: list[str] = []
    for signer in signers:
        key = parse_vkey(signer.vkey)
        if key.name != signer.name:
            raise NoteError(f"the signer {signer.name} has a key of {key.name}")
        signature = signer.sign(text)
        _verify_one(key, text, signature)
        encoded = base64.b64encode(key.key_id + signature).decode()
        lines.append(f"\N{EM DASH} {key.name} {encoded}\n")
    data = text + b"\n" + "".join(lines).encode()
    if parse(data).text != text:
        raise NoteError("the text of a note ends in a newline")
    return data


def verify(data: bytes, keys: Sequence[VerifierKey]) -> Note:
    """Return the note, having verified every signature by one of `keys`.

    Raises:
        NoteError: It is malformed, carries no signature by any of the keys, or one that is wrong.
    """
    note = parse(data)
    known = {(key.name, key.key_id): key for key in keys}
    verified = 0
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            _verify_one(key, note.text, line.signature)
            verified += 1
    if not verified:
        names = ", ".join(key.name for key in keys)
        raise NoteError(f"the note carries no signature by {names}")
    return note


def require_name(name: str) -> None:
    """Check that a key may have this name.

    Raises:
        NoteError: It is empty, too long, not to be written in UTF-8, or holds a space, a plus sign
            or a control character.
    """
    try:
        encoded = name.encode()
    except UnicodeEncodeError as error:
        raise NoteError("the name of a key is UTF-8") from error
    if not 1 <= len(encoded) <= NAME_BYTES_MAX:
        raise NoteError(f"the name of a key has 1 to {NAME_BYTES_MAX} bytes")
    if "+" in name or CONTROL.search(name) or any(character.isspace() for character in name):
        raise NoteError("the name of a key holds no spaces, plus signs or control characters")


def decode_base64(text: str) -> bytes:
    """Return the bytes that standard base64 writes (RFC 4648 section 4), refusing other spellings.

    Raises:
        NoteError: It is not base64, or not the one way to write these bytes.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("a line is not base64 where it should be") from error
    if base64.b64encode(data).decode() != text:
        raise NoteError("a line is base64, but not in canonical form")
    return data


def _parse_line(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "\N{EM DASH}":
        raise NoteError("a signature line is an em dash, a name and base64")
    require_name(parts[1])
    blob = decode_base64(parts[2])
    if len(blob) <= KEY_ID_BYTES:
        raise NoteError(f"the signature by {parts[1]} is empty")
    return Signature(parts[1], blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES:])


def _verify_one(key: VerifierKey, text: bytes, signature: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, text)
    except (InvalidSignature, ValueError) as error:
        raise NoteError(f"the signature by {key.name} does not verify") from error
