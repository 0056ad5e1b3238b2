import shutil
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprint import checks, index
from fingerprint.errors import RowsError
from tests.processes import APART


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


@pytest.mark.parametrize("compacted", [False, True])
def test_memory_does_not_grow_with_the_frames_that_show_such_a_picture(
    monkeypatch: pytest.MonkeyPatch, *, compacted: bool
) -> None:
    count, frames = 4_000, 512
    everybody = index.Index()
    everybody.add(np.arange(count), np.zeros((count, 32), np.uint8))
    if compacted:
        everybody.compact()
    monkeypatch.setattr(index, "HITS_PER_QUERY_MAX", 10)
    everybody.search(np.zeros((1, 32), np.uint8), 10)

    tracemalloc.start()
    found = everybody.search(np.zeros((frames, 32), np.uint8), 10)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(found) == 10 * frames
    assert most < frames * count * 8  # Three such numbers are written of every hit.


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


@pytest.mark.parametrize("radius", [-1, checks.RADIUS_MAX + 1])
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
        tested.search(np.zeros((checks.QUERY_ROWS_MAX + 1, 32), np.uint8), 5)
    assert len(tested) == 0


def brute(
    queries: NDArray[np.uint8], known: dict[int, NDArray[np.uint8]], radius: int
) -> list[tuple[int, int, int]]:
    """Return what counting bits finds."""
    apart = [
        (query, int(np.bitwise_count(code ^ stored).sum()), number)
        for query, code in enumerate(queries)
        for number, stored in known.items()
    ]
    return sorted(each for each in apart if each[1] <= radius)


def told(hits: list[index.Hit]) -> list[tuple[int, int, int]]:
    return [(hit.query, hit.distance, hit.row_id) for hit in hits]


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "add", "remove", "compact", "restart"]), st.integers(0, 9)),
    max_size=14,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, radius=st.integers(0, 96), seed=st.integers(0, 999), kept=st.booleans())
def test_whatever_was_moved_into_segments_is_found_as_before(
    tmp_path: Path, steps: list[tuple[str, int]], radius: int, seed: int, *, kept: bool
) -> None:
    rng = np.random.default_rng(seed)
    folder = tmp_path / f"{len(list(tmp_path.iterdir()))}" if kept else None
    tested, known, number = index.Index(folder), dict[int, NDArray[np.uint8]](), 0
    centres = random_codes(3, seed)
    for step, count in steps:
        fresh = np.arange(number, number + count)
        codes = centres[rng.integers(0, 3, count)] ^ np.packbits(
            rng.random((count, 256)) < 0.15, axis=1
        )
        if step == "add":
            tested.add(fresh, codes)
            known |= dict(zip(fresh.tolist(), codes, strict=True))
            number += count + count % 2
        elif step == "remove":
            gone = rng.choice([*known, -1], min(count, len(known) + 1), replace=False)
            assert tested.remove(gone) == len(known.keys() & set(gone.tolist()))
            known = {row: code for row, code in known.items() if row not in gone}
        elif step == "compact":
            tested.compact()
        elif known:
            tested = index.Index(folder)
            assert len(tested) == 0
            tested.add(ids(*known), np.stack(list(known.values())))

    queries = centres ^ np.packbits(rng.random((3, 256)) < 0.1, axis=1)
    assert told(tested.search(queries, radius)) == brute(queries, known, radius)
    assert len(tested) == len(known)
    assert all((row in tested) == (row in known) for row in range(number + 1))


def test_a_row_of_a_segment_is_refused_a_second_time_and_free_once_removed() -> None:
    tested = index.Index()
    tested.add(ids(1, 2), random_codes(2))
    tested.compact()

    with pytest.raises(RowsError, match="in the index already"):
        tested.add(ids(2), random_codes(1, 7))
    assert tested.remove(ids(2)) == 1
    tested.add(ids(2), random_codes(1, 7))

    assert [hit.row_id for hit in tested.search(random_codes(1, 7), 0)] == [2]
    assert tested.search(random_codes(2)[1:], 0) == []
    assert len(tested) == 2


def test_a_full_tail_is_moved_by_a_thread_and_small_segments_into_larger_ones() -> None:
    tested = index.Index(tail_max=100)
    codes = random_codes(2_000)
    for first in range(0, 2_000, 50):
        tested.add(np.arange(first, first + 50), codes[first : first + 50])
    tested.compact()

    assert len(tested._tail) == 0
    assert 1 <= len(tested._parts) <= 5
    assert [hit.row_id for hit in tested.search(codes[::40], 10)] == list(range(0, 2_000, 40))


def test_what_is_removed_leaves_its_file_once_there_is_much_of_it(tmp_path: Path) -> None:
    tested = index.Index(tmp_path)
    codes = random_codes(100)
    tested.add(np.arange(100), codes)
    tested.compact()

    tested.remove(np.arange(20))
    tested.compact()

    (path,) = tmp_path.glob("*.segment")
    stored = path.read_bytes()
    assert codes[50].tobytes() in stored
    assert codes[10].tobytes() not in stored


def test_threads_lose_nothing_while_segments_are_made(tmp_path: Path) -> None:
    tested = index.Index(tmp_path, tail_max=40)
    codes = random_codes(1_200)
    stop = threading.Event()

    def work(number: int) -> None:
        for row in range(number, 1_200, 6):
            tested.add(ids(row), codes[row : row + 1])
            assert [hit.row_id for hit in tested.search(codes[row : row + 1], 0)] == [row]
            if row % 3 == 0:
                assert tested.remove(ids(row)) == 1
                assert tested.search(codes[row : row + 1], 0) == []
            if row % 9 == 0:
                tested.add(ids(row), codes[row : row + 1])
                assert [hit.row_id for hit in tested.search(codes[row : row + 1], 0)] == [row]

    def compact() -> None:
        while not stop.is_set():
            tested.compact()

    steady = threading.Thread(target=compact)
    steady.start()
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    stop.set()
    steady.join()
    tested.compact()

    left = [row for row in range(1_200) if row % 3 or not row % 9]
    assert len(tested) == len(left)
    assert [hit.row_id for hit in tested.search(codes, 0)] == left
    assert [hit.row_id for hit in tested.search(codes, 40)] == left


def test_the_second_of_two_indexes_uses_what_the_first_has_written(tmp_path: Path) -> None:
    one, two = index.Index(tmp_path), index.Index(tmp_path)
    codes = random_codes(300)
    for each in (one, two):
        each.add(np.arange(300), codes)
    one.compact()
    one.remove(np.arange(10))
    two.remove(np.arange(295, 300))

    two.compact(least=300)

    assert len(list(tmp_path.glob("*.segment"))) == 1
    assert len(two._tail) == 0
    assert [hit.row_id for hit in two.search(codes, 0)] == list(range(295))
    assert [hit.row_id for hit in one.search(codes, 0)] == list(range(10, 300))


def test_a_file_is_believed_about_the_very_codes_that_are_added(tmp_path: Path) -> None:
    other = index.Index(tmp_path)
    other.add(np.arange(10), random_codes(10))
    other.compact()

    tested = index.Index(tmp_path)
    codes = random_codes(10, 5)
    codes[3:6] = random_codes(10)[3:6]
    tested.add(np.arange(10), codes)

    assert len(tested._tail) == 7
    assert [hit.row_id for hit in tested.search(codes, 0)] == list(range(10))
    assert [hit.row_id for hit in tested.search(random_codes(10), 0)] == [3, 4, 5]


def search_mapped(folder: Path, out: Connection) -> None:
    tested = index.Index(folder)
    tested.add(np.arange(5_000), random_codes(5_000))
    mapped = [line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines()]
    out.send((len(tested._tail), str(tested._parts[0].path) in mapped))
    out.send(told(tested.search(random_codes(5_000)[:9], 30)))


def test_two_processes_map_one_file_and_forget_each_for_itself(tmp_path: Path) -> None:
    tested = index.Index(tmp_path)
    tested.add(np.arange(5_000), random_codes(5_000))
    tested.compact()
    tested.remove(ids(4))
    here, there = APART.Pipe()

    child = APART.Process(target=search_mapped, args=[tmp_path, there])
    child.start()

    assert here.recv() == (0, True)
    assert here.recv() == [(row, 0, row) for row in range(9)]
    child.join()
    hits = tested.search(random_codes(5_000)[:9], 30)
    assert [hit.row_id for hit in hits] == [0, 1, 2, 3, 5, 6, 7, 8]


def test_a_disk_that_takes_nothing_costs_nothing_but_speed(tmp_path: Path) -> None:
    tested = index.Index(tmp_path / "index", tail_max=10)
    codes = random_codes(30)
    tested.add(ids(0), codes[:1])
    shutil.rmtree(tmp_path / "index")
    for row in range(1, 30):
        tested.add(ids(row), codes[row : row + 1])

    with pytest.raises(OSError, match="No such file"):
        tested.compact()

    assert [hit.row_id for hit in tested.search(codes, 0)] == list(range(30))


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    tested = index.Index(tmp_path / "file" / "index")
    codes = random_codes(30)

    tested.add(np.arange(30), codes)
    tested.compact()

    assert tested.nbytes > 0
    assert [hit.row_id for hit in tested.search(codes, 0)] == list(range(30))


def test_what_is_near_an_allowed_code_finds_nothing() -> None:
    tested = index.Index()
    codes = random_codes(3)
    tested.add(np.arange(3), codes)
    tested.compact()
    tested.allow(codes[1:2])

    queries = np.concatenate([codes, flipped(codes[1], 24), flipped(codes[1], 25)])

    assert told(tested.search(queries, 30)) == [(0, 0, 0), (2, 0, 2), (4, 25, 1)]


def test_what_is_not_sure_is_found_or_not_but_never_wrong() -> None:
    tested = index.Index()
    codes = random_codes(50_000)
    tested.add(np.arange(50_000), codes)
    tested.compact()
    queries = np.concatenate([flipped(code, 40) for code in codes[:50]])

    some, every = (tested.search(queries, 52, sure=sure) for sure in (10, None))

    assert [hit.row_id for hit in every] == list(range(50))
    assert set(some) <= set(every)


def test_codes_are_read_back_wherever_they_are() -> None:
    tested = index.Index()
    codes = random_codes(6)
    tested.add(np.arange(3), codes[:3])
    tested.compact()
    tested.add(np.arange(3, 6), codes[3:])

    np.testing.assert_array_equal(tested.codes(ids(5, 0, 3, 2)), codes[[5, 0, 3, 2]])
    tested.remove(ids(2, 4))
    for gone in (2, 4, 9):
        with pytest.raises(RowsError, match="no row"):
            tested.codes(ids(0, gone))
