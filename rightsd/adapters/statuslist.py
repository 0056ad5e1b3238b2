"""Status lists: one or a few bits for each of many tokens, compressed.

Source: draft-ietf-oauth-status-list sections 4.1 and 4.2; its vectors are in the tests.
"""

import zlib
from collections.abc import Iterable

from rightsd.adapters import jose
from rightsd.adapters.jose import invalid

TYP = "statuslist+jwt"
MEDIA_TYPE = "application/statuslist+jwt"
WIDTHS = frozenset({1, 2, 4, 8})  # Bits of one status.
LIST_BYTES_MAX = 1_048_576  # 2^20 statuses of 8 bits, the largest of the vectors.
LEVEL = 9  # The draft: the highest level; its vectors are made with it.


def pack(statuses: Iterable[tuple[int, int]], *, size: int, bits: int) -> bytes:
    """Return a list of `size` statuses, all 0 but those given as (index, status)."""
    assert bits in WIDTHS
    assert size * bits % 8 == 0
    packed = bytearray(size * bits // 8)
    for index, status in statuses:
        assert 0 <= index < size
        assert 0 <= status < 1 << bits
        # The lowest index lies in the lowest bits.
        packed[index * bits >> 3] |= status << (index * bits & 7)
    return bytes(packed)


def claim(packed: bytes, *, bits: int) -> dict[str, object]:
    """Return a list as the claim `status_list`."""
    return {"bits": bits, "lst": jose.encode(zlib.compress(packed, LEVEL))}


def status_of(found: object, index: int) -> int:
    """Return the status at an index of a claim `status_list`, which anyone may have made.

    Raises:
        RightsError: INVALID: the claim is not one, or the list does not reach that far.
    """
    match found:
        case {"bits": int(bits), "lst": str(text)} if bits in WIDTHS and not isinstance(bits, bool):
            packed = unpack(text)
        case _:
            raise invalid("a status list has bits, which are 1, 2, 4 or 8, and lst")
    if not 0 <= index < len(packed) * 8 // bits:
        raise invalid("the status list does not reach as far as the index")
    at, shift = divmod(index * bits, 8)
    return packed[at] >> shift & ((1 << bits) - 1)


def unpack(text: str) -> bytes:
    """Return the bytes of a list; no more than LIST_BYTES_MAX, however well it is compressed."""
    reader = zlib.decompressobj()
    try:
        packed = reader.decompress(jose.decode(text), LIST_BYTES_MAX + 1)
    except zlib.error as error:
        raise invalid("the status list is not compressed with zlib") from error
    if len(packed) > LIST_BYTES_MAX or not reader.eof or reader.unused_data:
        raise invalid("the status list is cut short, too long, or followed by something else")
    return packed


def place_of(claims: jose.Members) -> tuple[int, str] | None:
    """Return (index, address of the list) of a token that has a status; None when it has none."""
    status: object = claims.get("status")
    match status:
        case None:
            return None
        case {"status_list": {"idx": int(index), "uri": str(uri)}} if not isinstance(index, bool):
            return index, uri
        case _:
            raise invalid("the token's status is not in a status list")
