"""Who signs claims: a certificate, and something that signs under it, wherever its key is.

The key may be a file, or be held by a key service (`adapters.transit`) or a hardware token
(`adapters.pkcs11`): whatever signs ES256 is one function, `ClaimSigner.sign`.
"""

import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from rightsd.adapters.transit import Transit
from rightsd.domain.certificate import Certificate
from rightsd.errors import Code, RightsError

SIGNATURE_BYTES = 64
FILE_BYTES_MAX = 64 * 1024  # A chain of CHAIN_MAX certificates has a quarter of that.

# No claim: those that are signed are CBOR.
_PROBE = b"rightsd asks whether this key signs"


@dataclass(frozen=True, slots=True)
class ClaimSigner:
    """What C2PA signing needs.

    Attributes:
        chain_pem: Leaf, then the CA that issued it, and so on up to the root, without that.
        sign: Signs bytes with ES256; returns r || s, 64 bytes. May ask a key service or a token.
    """

    chain_pem: str
    sign: Callable[[bytes], bytes] = field(repr=False)


def of_files(chain: Path, key: Path) -> ClaimSigner:
    """Return who signs by a certificate and a key in files, as they are at this moment.

    Raises:
        RightsError: UNAVAILABLE: a file cannot be read, everyone may read the key, or the two do
            not belong together.
    """
    chain_pem = _read(chain).decode("ascii", errors="replace")
    try:
        private = load_pem_private_key(_read(key), password=None)
        mode = key.stat().st_mode
    except (ValueError, TypeError, OSError) as error:
        detail = f"{key} is not a private key, or is encrypted."
        raise RightsError(Code.UNAVAILABLE, detail) from error
    if stat.S_IMODE(mode) & 0o007:
        detail = f"Everyone may read {key}: make it private (chmod 600)."
        raise RightsError(Code.UNAVAILABLE, detail)
    if not isinstance(private, ec.EllipticCurvePrivateKey) or (
        private.public_key() != leaf(chain_pem).public_key()
    ):
        detail = f"{key} is not the key of the first certificate in {chain}."
        raise RightsError(Code.UNAVAILABLE, detail)
    return ClaimSigner(chain_pem, lambda data: es256(private, data))


def of_transit(chain: Path, transit: Transit, key: str) -> ClaimSigner:
    """Return who signs by a certificate in a file and a key that a key service holds.

    Raises:
        RightsError: UNAVAILABLE, when the file cannot be read.
    """
    chain_pem = _read(chain).decode("ascii", errors="replace")

    def sign(data: bytes) -> bytes:
        try:
            return raw(transit.sign_es256(key, data))
        except (ValueError, OverflowError) as error:
            detail = f"the key service's {key} gave no ES256 signature"
            raise RightsError(Code.UNAVAILABLE, detail) from error

    return ClaimSigner(chain_pem, sign)


def of_token(chain: Path, sign: Callable[[bytes], bytes]) -> ClaimSigner:
    """Return who signs by a certificate in a file and a key in a hardware token.

    Raises:
        RightsError: UNAVAILABLE, when the file cannot be read.
    """
    return ClaimSigner(_read(chain).decode("ascii", errors="replace"), sign)


def require_key(signer: ClaimSigner) -> None:
    """Have a key sign, and refuse one that is not that of its certificate.

    Raises:
        RightsError: CONFLICT: it is another one's. UNAVAILABLE: it does not sign at all.
    """
    signature = signer.sign(_PROBE)
    public_key = leaf(signer.chain_pem).public_key()
    try:
        assert isinstance(public_key, ec.EllipticCurvePublicKey)  # profile.require_usable
        public_key.verify(_der(signature), _PROBE, ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature) as error:
        detail = "The key that signs outputs is not the key of the first certificate of its chain."
        raise RightsError(Code.CONFLICT, detail) from error


def chain(chain_pem: str) -> list[x509.Certificate]:
    """Return the certificates of a chain, the leaf first.

    Raises:
        RightsError: UNAVAILABLE, when they cannot be read.
    """
    try:
        return x509.load_pem_x509_certificates(chain_pem.encode())
    except (ValueError, x509.InvalidVersion) as error:
        detail = "The claim-signing chain is not a list of certificates."
        raise RightsError(Code.UNAVAILABLE, detail) from error


def leaf(chain_pem: str) -> x509.Certificate:
    """Return the certificate under which claims are signed.

    Raises:
        RightsError: UNAVAILABLE, when it cannot be read.
    """
    return chain(chain_pem)[0]


def describe(certificate: x509.Certificate) -> Certificate:
    """Return what a certificate is known by."""
    return Certificate(
        sha256=certificate.fingerprint(hashes.SHA256()).hex(),
        serial=serial(certificate),
        subject=certificate.subject.rfc4514_string(),
    )


def serial(certificate: x509.Certificate) -> str:
    """Return a serial number, hexadecimal, without zeros before it."""
    return f"{certificate.serial_number:x}"


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


def _der(signature: bytes) -> bytes:
    if len(signature) != SIGNATURE_BYTES:
        raise ValueError(len(signature))
    half = SIGNATURE_BYTES // 2
    r, s = signature[:half], signature[half:]
    return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise RightsError(Code.UNAVAILABLE, f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > FILE_BYTES_MAX:
        raise RightsError(Code.UNAVAILABLE, f"{path} is too large to hold keys or certificates.")
    return content
