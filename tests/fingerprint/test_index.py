from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprint import index
from fingerprint.errors import RowsError


def ids(*numbers: int) -> NDArray[np.int64]:
    return np.array(numbers, np.int64)


def random_codes(count: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, 32), np.uint8)


def flipped(code: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    """The code with its first bits turned."""
    mask = np.packbits(np.arange(256) < bits)
    return (code ^ mask)[None]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 60), st.integers(0, 96), st.data())
def test_search_is_what_counting_bits_finds(
    seed: int, count: int, radius: int, data: st.DataObject
) -> None:
    rng = np.random.default_rng(seed)
    centres = random_codes(3, seed)
    flips = rng.random((count + 5, 256)) < rng.uniform(0, 0.4, (count + 5, 1))
    codes = centres[rng.integers(0, 3, count + 5)] ^ np.packbits(flips, axis=1)
    rows, queries = codes[:count], codes[count:]
    numbers = rng.choice(2**62, count, replace=False) - 2**61
    gone = data.draw(st.sets(st.sampled_from(range(count)))) if count else set[int]()
    kept = [row for row in range(count) if row not in gone]

    tested = index.Index()
    tested.add(numbers, rows)
    assert tested.remove(numbers[sorted(gone)]) == len(gone)
    found = tested.search(queries, radius)

    apart = np.bitwise_count(queries[:, None] ^ rows[kept][None]).sum(axis=2)
    expected = sorted(
        (query, int(apart[query, at]), int(numbers[row]))
        for query in range(len(queries))
        for at, row in enumerate(kept)
        if apart[query, at] <= radius
    )
    assert [(hit.query, hit.distance, hit.row_id) for hit in found] == expected
    assert len(tested) == len(kept)


def test_the_radius_itself_counts() -> None:
    code = random_codes(1)
    tested = index.Index()
    tested.add(ids(7), code)

    assert tested.search(flipped(code[0], 52), 52) == [index.Hit(0, 7, 52)]
    assert tested.search(flipped(code[0], 53), 52) == []


def test_an_empty_index_finds_nothing() -> None:
    tested = index.Index()

    assert tested.search(random_codes(3), 96) == []
    assert tested.search(random_codes(0), 96) == []


@pytest.mark.parametrize("again", [(2, 2), (3, 1)])
def test_a_second_row_of_one_id_is_refused_and_nothing_is_added(again: tuple[int, ...]) -> None:
    tested = index.Index()
    tested.add(ids(1), random_codes(1))

    with pytest.raises(RowsError, match="twice or is in the index already"):
        tested.add(ids(*again), random_codes(2, 1))

    assert len(tested) == 1
    assert 3 not in tested
    assert [hit.row_id for hit in tested.search(random_codes(1), 0)] == [1]
    assert tested.search(random_codes(2, 1), 0) == []


def test_remove_twice_removes_once_and_the_id_is_free_again() -> None:
    tested = index.Index()
    tested.add(ids(1, 2), random_codes(2))

    assert tested.remove(ids(1, 9)) == 1
    assert tested.remove(ids(1, 9)) == 0
    tested.add(ids(1), random_codes(1, 5))

    assert 1 in tested
    assert tested.search(random_codes(1), 0) == []
    assert [hit.row_id for hit in tested.search(random_codes(1, 5), 0)] == [1]


def test_of_a_picture_that_everybody_has_only_so_many_rows_are_found() -> None:
    tested = index.Index()
    count = index.HITS_PER_QUERY_MAX + 100
    code = random_codes(1)
    tested.add(np.arange(count)[::-1].copy(), code.repeat(count, axis=0))
    tested.add(ids(count), flipped(code[0], 1))

    found = tested.search(flipped(code[0], 1), 5)

    assert len(found) == index.HITS_PER_QUERY_MAX
    assert (found[0].row_id, found[0].distance) == (count, 0)
    assert [hit.row_id for hit in found[1:]] == list(range(index.HITS_PER_QUERY_MAX - 1))


def test_threads_lose_nothing() -> None:
    tested = index.Index()
    codes = random_codes(800)

    def work(number: int) -> None:
        for row in range(number, 800, 8):
            tested.add(ids(row), codes[row : row + 1])
            assert [hit.row_id for hit in tested.search(codes[row : row + 1], 0)] == [row]
            if row % 2:
                assert tested.remove(ids(row)) == 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    assert len(tested) == 400
    assert [hit.row_id for hit in tested.search(codes, 0)] == list(range(0, 800, 2))


@pytest.mark.parametrize("radius", [-1, index.RADIUS_MAX + 1])
def test_a_radius_out_of_range_is_refused(radius: int) -> None:
    with pytest.raises(RowsError, match="radius"):
        index.Index().search(random_codes(1), radius)


def test_wrong_shapes_are_refused() -> None:
    tested = index.Index()

    with pytest.raises(RowsError, match="2 ids come with 1"):
        tested.add(ids(1, 2), random_codes(1))
    with pytest.raises(RowsError, match="Codes are uint8"):
        tested.add(ids(1), random_codes(1)[:, :31])
    with pytest.raises(RowsError, match="Codes are uint8"):
        tested.search(random_codes(1)[0], 5)
    with pytest.raises(RowsError, match="Row ids are int64"):
        tested.add(np.array([1.0]), random_codes(1))  # pyright: ignore[reportArgumentType]
    with pytest.raises(RowsError, match="at most"):
        tested.search(np.zeros((index.QUERY_ROWS_MAX + 1, 32), np.uint8), 5)
    assert len(tested) == 0
