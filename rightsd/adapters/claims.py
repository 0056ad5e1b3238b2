"""Who signs claims: a certificate, and something that signs under it, wherever its key is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from rightsd.errors import Code, RightsError

SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class ClaimSigner:
    """What C2PA signing needs.

    Attributes:
        chain_pem: Leaf, then the CA that issued it, and so on up to the root, without that.
        sign: Signs bytes with ES256; returns r || s, 64 bytes. May ask a key service.
    """

    chain_pem: str
    sign: Callable[[bytes], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate for signing claims, as it is known by.

    Attributes:
        sha256: Of its DER, hexadecimal.
        serial: Its serial number, hexadecimal, as crJSON gives it.
        subject: Its subject, as RFC 4514 writes it.
    """

    sha256: str
    serial: str
    subject: str


def leaf(chain_pem: str) -> x509.Certificate:
    """Return the certificate under which claims are signed.

    Raises:
        RightsError: UNAVAILABLE, when it cannot be read.
    """
    try:
        return x509.load_pem_x509_certificates(chain_pem.encode())[0]
    except ValueError as error:
        detail = "The claim-signing chain is not a list of certificates."
        raise RightsError(Code.UNAVAILABLE, detail) from error


def describe(certificate: x509.Certificate) -> Certificate:
    """Return what a certificate is known by."""
    return Certificate(
        sha256=certificate.fingerprint(hashes.SHA256()).hex(),
        serial=serial(certificate),
        subject=certificate.subject.rfc4514_string(),
    )


def serial(certificate: x509.Certificate) -> str:
    """Return a serial number as crJSON has it: whole bytes, hexadecimal."""
    number = certificate.serial_number
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big").hex()


def es256(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    """Return r || s over data."""
    return raw(key.sign(data, ec.ECDSA(hashes.SHA256())))


def raw(signature: bytes) -> bytes:
    """Return an ECDSA signature on P-256 as r || s, from its DER.

    Raises:
        ValueError: It is none.
    """
    r, s = decode_dss_signature(signature)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")
