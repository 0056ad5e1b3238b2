"""What a mark says: a version, an id, and a code that only the holder of the secret can make."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from watermark.errors import WatermarkError

VERSION: Final = 2
VERSION_UNMOVED: Final = 1  # Of marks whose lattice begins in the picture's corner.
VERSION_BITS: Final = 4
ID_BITS: Final = 60
MAC_BITS: Final = 40  # 50 decodings of 32 candidates each still forge with 1.5e-9 only.
PAYLOAD_BITS: Final = VERSION_BITS + ID_BITS + MAC_BITS

_BLOCK_BYTES: Final = (VERSION_BITS + ID_BITS) // 8


@dataclass(frozen=True, slots=True)
class Payload:
    """The content of a mark: the id of an output, 0 <= id < 2**60, and how it is written."""

    id: int
    version: int = VERSION

    def __post_init__(self) -> None:
        """Refuse what cannot be read."""
        if self.version not in {VERSION_UNMOVED, VERSION}:
            raise WatermarkError(f"there is no version {self.version} of the payload")
        if not 0 <= self.id < 1 << ID_BITS:
            raise WatermarkError(f"the payload id {self.id} is outside 0 to 2**{ID_BITS} - 1")


def encode(payload: Payload, mac_key: bytes) -> NDArray[np.uint8]:
    """Return the information bits of a payload.

    Returns:
        uint8, (PAYLOAD_BITS,), zeros and ones: version, id, MAC, each with its highest bit first.
    """
    block = (payload.version << ID_BITS | payload.id).to_bytes(_BLOCK_BYTES, "big")
    return np.unpackbits(np.frombuffer(block + _mac(block, mac_key), dtype=np.uint8))


def decode(bits: NDArray[np.uint8], mac_key: bytes) -> Payload | None:
    """Return the payload of information bits, or None where their MAC or version is not ours.

    Args:
        bits: uint8, (PAYLOAD_BITS,), zeros and ones.
        mac_key: The key that `encode` had.
    """
    assert bits.shape == (PAYLOAD_BITS,)
    octets = np.packbits(bits).tobytes()
    block, mac = octets[:_BLOCK_BYTES], octets[_BLOCK_BYTES:]
    if not hmac.compare_digest(mac, _mac(block, mac_key)):
        return None
    version, number = divmod(int.from_bytes(block, "big"), 1 << ID_BITS)
    if version not in {VERSION_UNMOVED, VERSION}:
        return None
    return Payload(number, version)


def _mac(block: bytes, mac_key: bytes) -> bytes:
    return hmac.digest(mac_key, block, hashlib.sha256)[: MAC_BITS // 8]
