"""The keys of a mark, derived from one secret, and the numbers that a key draws.

The name of the family stands in every derivation, so that two families of marks that share a secret
have nothing else in common. The versions of one family share its keys: one look finds them all, and
the payload says which it is.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

import numpy as np
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from watermark.errors import WatermarkError

ALGORITHM: Final = "org.rightsd.lattice.2"
"""Names the algorithm in manifests; the last part goes up when a written mark changes."""

ALGORITHMS: Final = (ALGORITHM, "org.rightsd.lattice.1")
"""What can be read: the first is written. Version 1 begins its tiles in the picture's corner."""

SECRET_BYTES: Final = 32

_FAMILY: Final = "org.rightsd.lattice.1"  # Never changes; see above.


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one secret, 32 bytes each.

    Attributes:
        layout: Gives every line of the lattice its use and its phase.
        shift: Moves the lattice of every output somewhere else.
        mac: Proves the payload.
        forensic: Places the second mark, that of a single output. Every tenant has its own: it can
            be shown to that tenant, or to a court, and tells nothing of the outputs of others.
    """

    layout: bytes
    shift: bytes
    mac: bytes
    forensic: bytes


def derive(secret: bytes, *, tenant: str = "") -> Keys:
    """Return the keys of a secret.

    Args:
        secret: `SECRET_BYTES` bytes.
        tenant: Whose outputs are marked; empty, where the secret serves but one. Only the forensic
            layer knows tenants: the others are found before it is known whose they are.

    Raises:
        WatermarkError: The secret has another length.

    Source: RFC 5869 (HKDF with SHA-256, no salt).
    """
    if len(secret) != SECRET_BYTES:
        raise WatermarkError(
            f"the watermark secret must have {SECRET_BYTES} bytes, not {len(secret)}"
        )
    forensic = _expand(secret, "forensic")
    return Keys(
        layout=_expand(secret, "layout"),
        shift=_expand(secret, "shift"),
        mac=_expand(secret, "mac"),
        forensic=hmac.digest(forensic, tenant.encode(), hashlib.sha256) if tenant else forensic,
    )


def draw_shift(keys: Keys, payload_id: int) -> NDArray[np.float64]:
    """Return how far the lattice of an output is moved, (x, y), in tiles, 0 <= x, y < 1.

    So outputs have no pattern in common that averaging them would bring out.
    """
    own = hmac.digest(keys.shift, payload_id.to_bytes(8, "big"), hashlib.sha256)
    return draw(own, "shift", 2) / 2.0**64


def draw(key: bytes, label: str, count: int) -> NDArray[np.uint64]:
    """Return `count` uniform 64-bit numbers, the same ones on every machine and in every release.

    The generators of numpy promise no stable stream, and a mark must be readable for decades.

    Source: FIPS 202 (SHAKE-256 as an extendable output function).
    """
    stream = hashlib.shake_256(key + f"{_FAMILY}/{label}".encode()).digest(8 * count)
    return np.frombuffer(stream, dtype=">u8").astype(np.uint64)


def draw_permutation(key: bytes, label: str, count: int) -> NDArray[np.int64]:
    """Return a permutation of range(count): the order of as many drawn numbers."""
    return np.argsort(draw(key, label, count), kind="stable")


def _expand(secret: bytes, purpose: str) -> bytes:
    info = f"{_FAMILY}/{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)
