"""A key that signs, for tests."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from rightsd.adapters import jose


def signer(number: int) -> jose.Signer:
    """Return the ES256 key of a private number."""
    key = ec.derive_private_key(number, ec.SECP256R1())

    def sign(data: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return jose.Signer(key.public_key(), sign)


def keys(*signers: jose.Signer) -> dict[str, jose.PublicKey]:
    return {each.kid: each.public for each in signers}
