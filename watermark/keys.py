"""The keys of a mark, derived from one secret, and the numbers that a key draws.

The name of the algorithm stands in every derivation, so that two versions of the algorithm that
share a secret have nothing else in common.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from watermark.errors import WatermarkError

ALGORITHM: Final = "org.rightsd.lattice.1"
"""Names the algorithm in manifests; the last part goes up when a written mark changes."""

SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one secret, 32 bytes each.

    Attributes:
        layout: Places the mark.
        mac: Proves its payload.
        forensic: Places the second mark, that of a single output.
    """

    layout: bytes
    mac: bytes
    forensic: bytes


def derive(secret: bytes) -> Keys:
    """Return the keys of a secret of `SECRET_BYTES` bytes.

    Raises:
        WatermarkError: The secret has another length.

    Source: RFC 5869 (HKDF with SHA-256, no salt).
    """
    if len(secret) != SECRET_BYTES:
        raise WatermarkError(
            f"the watermark secret must have {SECRET_BYTES} bytes, not {len(secret)}"
        )
    return Keys(
        layout=_expand(secret, "layout"),
        mac=_expand(secret, "mac"),
        forensic=_expand(secret, "forensic"),
    )


def draw(key: bytes, label: str, count: int) -> NDArray[np.uint64]:
    """Return `count` uniform 64-bit numbers, the same ones on every machine and in every release.

    The generators of numpy promise no stable stream, and a mark must be readable for decades.

    Source: FIPS 202 (SHAKE-256 as an extendable output function).
    """
    stream = hashlib.shake_256(key + f"{ALGORITHM}/{label}".encode()).digest(8 * count)
    return np.frombuffer(stream, dtype=">u8").astype(np.uint64)


def draw_permutation(key: bytes, label: str, count: int) -> NDArray[np.int64]:
    """Return a permutation of range(count): the order of as many drawn numbers."""
    return np.argsort(draw(key, label, count), kind="stable")


def _expand(secret: bytes, purpose: str) -> bytes:
    info = f"{ALGORITHM}/{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)
