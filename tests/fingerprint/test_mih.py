"""Every way to look is exact: what is found is what counting bits finds."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprint import loops, mih, segments

EVERY = 64  # Bits that are all within reach of a table of pieces of 8 bits.


def random_codes(count: int, seed: int = 0) -> NDArray[np.uint64]:
    return np.random.default_rng(seed).integers(0, 2**64, (count, loops.WORDS), np.uint64)


def turned(code: NDArray[np.uint64], bits: NDArray[np.int64]) -> NDArray[np.uint64]:
    mask = np.packbits(np.isin(np.arange(256), bits)).view(np.uint64)
    return code ^ mask


def apart(queries: NDArray[np.uint64], codes: NDArray[np.uint64]) -> NDArray[np.int64]:
    return np.bitwise_count(queries[:, None] ^ codes[None]).sum(axis=2).astype(np.int64)


def all_live(count: int) -> NDArray[np.uint8]:
    return np.full(-(-count // 8), 255, np.uint8)


def found(hits: mih.Hits) -> list[tuple[int, int, int]]:
    return sorted(zip(*(column.tolist() for column in hits), strict=True))


@pytest.fixture
def _probing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Probe even where a scan would be quicker: among few codes it always would."""
    monkeypatch.setattr(mih, "STRAY_COST", 0.0)


@pytest.mark.parametrize("rows", [1, 5, 3_000, 10**6, 10**7, 10**8, segments.ROWS_MAX])
def test_pieces_are_the_whole_code_and_tables_are_small(rows: int) -> None:
    shape = mih.layout(rows)

    assert shape.widths.sum() == mih.CODE_BITS
    np.testing.assert_array_equal(shape.shifts[1:], np.cumsum(shape.widths)[:-1])
    assert rows < 10**6 or 32 + shape.size / rows <= 96


@given(st.integers(0, 96), st.sampled_from([100, 10_000, 10**6, 10**7]))
def test_a_plan_covers_its_radius_and_no_more(sure: int, rows: int) -> None:
    where = mih.plan(mih.layout(rows), sure)

    # Bits can be spread so that each piece has one more than is turned, and no fewer do.
    assert (where.turns + 1).sum() == sure + 1


@pytest.mark.usefixtures("_probing")
@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 300),
    radius=st.integers(0, EVERY),
    slack=st.integers(0, EVERY),
)
def test_probing_finds_all_within_what_is_sure(
    seed: int, count: int, radius: int, slack: int
) -> None:
    rng = np.random.default_rng(seed)
    codes, sure = random_codes(count, seed), max(radius - slack, 0)
    queries = np.stack(
        [
            turned(codes[rng.integers(count)], rng.choice(256, distance, replace=False))
            for distance in (0, sure, sure, sure + 1, radius, radius + 1)
        ]
    )
    live = np.packbits(rng.random(count) < 0.9, bitorder="little")
    ids = np.arange(count, dtype=np.int64)
    segment = segments.build(ids, codes)

    hits = found(segment.search(queries, live, radius, sure=sure))

    distances = apart(queries, codes)
    counts = np.unpackbits(live, bitorder="little")[:count].astype(np.bool_)
    near = [(q, r, int(distances[q, r])) for q, r in np.argwhere((distances <= radius) & counts)]
    assert len(set(hits)) == len(hits)
    assert set(hits) <= set(near)
    assert {hit for hit in near if hit[2] <= sure} <= set(hits)


@pytest.mark.usefixtures("_probing")
@pytest.mark.parametrize("sure", range(0, 65, 4))
def test_the_radius_itself_is_sure_wherever_the_bits_are(sure: int) -> None:
    rng = np.random.default_rng(sure)
    code = random_codes(1)
    segment = segments.build(np.array([7]), code)
    spread = [np.arange(sure) * 256 // max(sure, 1), np.arange(sure), 255 - np.arange(sure)]
    spread += [rng.choice(256, sure, replace=False) for _ in range(50)]
    queries = np.stack([turned(code[0], bits.astype(np.int64)) for bits in spread])

    hits = segment.search(queries, all_live(1), sure, sure=sure)

    assert found(hits) == [(query, 0, sure) for query in range(len(queries))]


def test_more_hits_than_there_is_room_for_are_all_found() -> None:
    code = random_codes(1)
    count = mih.ROOM + 500
    segment = segments.build(np.arange(count), code.repeat(count, axis=0))

    for sure in (0, 50):
        _, rows, _ = segment.search(code, all_live(count), 50, sure=sure)
        assert sorted(rows.tolist()) == list(range(count))


@pytest.mark.parametrize("count", [100_000])
def test_many_codes_are_probed_and_found(count: int) -> None:
    codes = random_codes(count)
    segment = segments.build(np.arange(count) * 3, codes)
    rng = np.random.default_rng(5)
    rows = rng.integers(0, count, 40)
    queries = np.stack([turned(codes[row], rng.choice(256, 20, replace=False)) for row in rows])

    assert len(mih.plan(mih.layout(count), 20).masks)
    _, hits, bits = segment.search(queries, all_live(count), 52, sure=20)

    assert segment.ids(hits).tolist() == (3 * rows).tolist()
    assert set(bits.tolist()) == {20}


def test_where_nothing_can_be_kept_what_is_compiled_is_the_same() -> None:
    """As with an install that is read-only, for a user without a home."""
    code = "from tests.fingerprint import test_mih; test_mih.search_few()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"NUMBA_CACHE_LOCATOR_CLASSES": "IPythonCacheLocator"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "[(0, 3, 0)]\n"


def search_few() -> None:
    segment = segments.build(np.arange(9), random_codes(9))
    print(found(segment.search(random_codes(9)[3:4], all_live(9), 20, sure=20)))
