"""The public keys under which platforms sign what they acknowledge: Ed25519 (RFC 8032).

They are written as Standard Webhooks writes public keys: `whpk_` and base64.
"""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rightsd.domain.acknowledgement import KEY_BYTES, SIGNATURE_BYTES
from rightsd.errors import Code, RightsError

PREFIX = "whpk_"


def encode(key: bytes) -> str:
    """Return a public key as text."""
    return PREFIX + base64.b64encode(key).decode()


def parse(text: str) -> bytes:
    """Return the public key of a text, 32 bytes.

    Raises:
        RightsError: INVALID.
    """
    key = _decode(text.removeprefix(PREFIX), KEY_BYTES)
    if key is None or encode(key) != text:
        raise RightsError(Code.INVALID, "a key is whpk_ and 32 bytes in base64 (Ed25519)")
    return key


def parse_signature(text: str) -> bytes:
    """Return the signature of a text, 64 bytes in base64.

    Raises:
        RightsError: INVALID.
    """
    signature = _decode(text, SIGNATURE_BYTES)
    if signature is None:
        raise RightsError(Code.INVALID, "a signature is 64 bytes in base64 (Ed25519)")
    return signature


def is_signed(data: bytes, signature: bytes, key: bytes) -> bool:
    """Return whether a signature over data is good under a public key."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _decode(text: str, size: int) -> bytes | None:
    """Return base64 in its one form as bytes; None when it is none, or not of this size."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if len(data) == size and base64.b64encode(data).decode() == text else None
