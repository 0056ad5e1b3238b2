"""What platforms sign when they acknowledge something: Ed25519 (RFC 8032)."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rightsd.domain.acknowledgement import SIGNATURE_BYTES
from rightsd.errors import Code, RightsError


def parse_signature(text: str) -> bytes:
    """Return the signature of a text, 64 bytes in base64.

    Raises:
        RightsError: INVALID.
    """
    try:
        signature = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        signature = b""
    # Its one form: otherwise the same signature could be sent as another.
    if len(signature) != SIGNATURE_BYTES or base64.b64encode(signature).decode() != text:
        raise RightsError(Code.INVALID, "a signature is the Base64 of the 64 bytes of Ed25519")
    return signature


def is_signed(data: bytes, signature: bytes, key: bytes) -> bool:
    """Return whether a signature over data is good under a public key."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
