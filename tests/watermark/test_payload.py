import hashlib
import hmac

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watermark.errors import WatermarkError
from watermark.payload import (
    ID_BITS,
    PAYLOAD_BITS,
    VERSION,
    VERSION_UNMOVED,
    Payload,
    decode,
    encode,
)

IDS = st.integers(0, 2**ID_BITS - 1)
KEYS = st.binary(min_size=32, max_size=32)


@given(IDS, KEYS)
def test_a_payload_comes_back(number: int, key: bytes) -> None:
    bits = encode(Payload(number), key)

    assert bits.shape == (PAYLOAD_BITS,)
    assert decode(bits, key) == Payload(number)


def test_both_versions_come_back() -> None:
    for version in (VERSION_UNMOVED, VERSION):
        written = Payload(7, version)

        assert decode(encode(written, bytes(32)), bytes(32)) == written


@given(IDS, KEYS, st.integers(0, PAYLOAD_BITS - 1))
def test_a_flipped_bit_is_refused(number: int, key: bytes, position: int) -> None:
    bits = encode(Payload(number), key)
    bits[position] ^= 1

    assert decode(bits, key) is None


@given(IDS, st.lists(KEYS, min_size=2, max_size=2, unique=True))
def test_another_key_is_refused(number: int, pair: list[bytes]) -> None:
    assert decode(encode(Payload(number), pair[0]), pair[1]) is None


def test_another_version_is_refused_even_with_a_right_mac() -> None:
    block = (3 << ID_BITS | 7).to_bytes(8, "big")
    mac = hmac.digest(bytes(32), block, hashlib.sha256)[:5]
    bits = np.unpackbits(np.frombuffer(block + mac, dtype=np.uint8))

    assert decode(bits, bytes(32)) is None


@pytest.mark.parametrize("number", [-1, 2**ID_BITS])
def test_an_id_that_does_not_fit_is_refused(number: int) -> None:
    with pytest.raises(WatermarkError, match="outside 0 to"):
        Payload(number)


def test_a_version_that_nobody_reads_is_not_written() -> None:
    with pytest.raises(WatermarkError, match="no version 3"):
        Payload(7, version=3)
