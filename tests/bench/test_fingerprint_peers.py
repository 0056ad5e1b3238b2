"""A peer that is measured beside us is done right, or the comparison says nothing."""

import numpy as np
import pytest

from tests.bench import fingerprint_peers as peers
from tests.bench.fingerprint_peers import Hashes


def hashes(*codes: list[int], size: int) -> Hashes:
    """Hashes that are 0 but for some bits, two a second."""
    bits = np.zeros((len(codes), 8 * size), np.uint8)
    for row, code in zip(bits, codes, strict=True):
        row[code] = 1
    return Hashes(np.arange(len(codes)) / 2.0, np.packbits(bits, axis=1))


def test_vpdq_is_the_greater_share_of_frames_within_31_bits_whenever_they_are_shown() -> None:
    far = list(range(100, 160))
    query = hashes(list(range(31)), far, size=32)
    reference = hashes(list(range(200, 256)), [], far, list(range(160, 250)), size=32)

    (found,) = peers.find_pdq(
        query, {"a": reference, "b": hashes(list(range(32, 64)), size=32)}
    ).items()

    assert found[0] == "a"
    assert found[1].score == 1.0
    assert found[1].query == (0.0, 0.5)
    assert found[1].reference == (0.5, 1.0)


def test_votes_are_counted_for_one_offset_and_by_nearness() -> None:
    a, b, c = ([*range(start, start + 20)] for start in (0, 20, 40))
    query, reference = hashes(a, b, size=8), hashes(c, a, [*b, 63], a, size=8)

    found = peers.find_phash(query, {"a": reference})["a"]

    assert found.score == pytest.approx(1.0 + 12 / 13)
    assert found.query == (0.0, 0.5)
    assert found.reference == (0.5, 1.0)


def test_codes_are_compared_by_the_bits_that_are_alike() -> None:
    zero, some = np.zeros(32, np.uint8), np.zeros(32, np.uint8)
    some[:2] = 255

    found = peers.find_iscc(zero, {"a": some, "b": None, "c": zero})

    assert {name: each.score for name, each in found.items()} == {"a": 240.0, "c": 256.0}
    assert peers.find_iscc(None, {"a": zero}) == {}
