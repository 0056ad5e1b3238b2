"""What holds of every index of codes, whoever holds the codes: this process, a Milvus, shards."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint import checks
from fingerprint.errors import RowsError
from fingerprint.index import HITS_PER_QUERY_MAX, Hit
from tests import indexed
from tests.conftest import create_database
from tests.indexed import InMilvus, InShards, Kept, Told

EVERY = ("memory", "milvus", "shards")


@pytest.fixture(scope="module")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InMilvus]:
    with indexed.milvus_server(tmp_path_factory.mktemp("milvus")) as server:
        yield InMilvus(indexed.open_milvus(server.url, "rows"), server=server)


@pytest.fixture(scope="module")
def sharded(
    server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[InShards]:
    with create_database(server, template) as dsn:
        indexed.forget_owners(dsn)
        with indexed.shard_processes(dsn, tmp_path_factory.mktemp("shards"), "0/2", "1/2") as run:
            yield InShards(indexed.shards_of(*([one] for one in run)), dsn, run)


@pytest.fixture
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    """An empty index of the kind that the test asks for."""
    match request.param:
        case "memory":
            yield indexed.in_memory()
        case "milvus":
            milvus: InMilvus = request.getfixturevalue("milvus")
            yield milvus
            while milvus.rows:
                milvus.remove(milvus.rows[-1])
            assert len(milvus.index) == 0
        case _:
            sharded: InShards = request.getfixturevalue("sharded")
            yield sharded
            with indexed.transaction(sharded.dsn) as tx:
                tx.conn.execute(
                    """
                    UPDATE rights.fingerprint
                    SET codes = 0, data = NULL, written_by = pg_current_xact_id()
                    """
                )


every = pytest.mark.parametrize("kept", EVERY, indirect=True)
told = pytest.mark.parametrize("kept", ["memory", "milvus"], indirect=True)


def random_codes(count: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, 32), np.uint8)


def near(codes: NDArray[np.uint8], share: float, seed: int) -> NDArray[np.uint8]:
    """The codes with about a share of their bits turned."""
    flips = np.random.default_rng(seed).random((len(codes), 256)) < share
    return codes ^ np.packbits(flips, axis=1)


def flipped(code: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    """The code with its first bits turned."""
    return (code ^ np.packbits(np.arange(256) < bits))[None]


def counted(
    queries: NDArray[np.uint8], row_ids: NDArray[np.int64], codes: NDArray[np.uint8], radius: int
) -> list[Hit]:
    """What counting bits finds."""
    apart = np.bitwise_count(queries[:, None] ^ codes[None]).sum(axis=2, dtype=np.int64)
    found = sorted(
        (query, int(apart[query, row]), int(row_ids[row]))
        for query, row in zip(*np.nonzero(apart <= radius), strict=True)
    )
    return [Hit(int(query), row_id, distance) for query, distance, row_id in found]


@every
def test_search_is_what_counting_bits_finds(kept: Kept) -> None:
    centres = random_codes(4)
    assets = [near(centres.repeat(8, axis=0), share, seed) for seed, share in
              enumerate((0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5))]  # fmt: skip
    row_ids = np.concatenate([kept.add(codes) for codes in assets])
    queries = np.concatenate([centres, random_codes(2, 1), near(centres, 0.1, 9)])

    for radius in (0, 1, 31, 64, checks.RADIUS_MAX):
        found = kept.index.search(queries, radius)

        assert found == counted(queries, row_ids, np.concatenate(assets), radius)
    assert len(kept.index) == len(row_ids)


@every
def test_the_radius_itself_counts(kept: Kept) -> None:
    code = random_codes(1, 2)
    (row,) = kept.add(code)

    assert kept.index.search(flipped(code[0], 52), 52) == [Hit(0, int(row), 52)]
    assert kept.index.search(flipped(code[0], 53), 52) == []


@every
def test_equally_near_rows_of_different_assets_come_by_their_ids(kept: Kept) -> None:
    code = random_codes(1, 3)
    row_ids = np.sort(np.concatenate([kept.add(code.repeat(2, axis=0)) for _ in range(6)]))

    found = kept.index.search(np.concatenate([code, flipped(code[0], 3)]), 3)

    assert [(hit.query, hit.distance) for hit in found] == [(0, 0)] * 12 + [(1, 3)] * 12
    assert [hit.row_id for hit in found] == [*row_ids.tolist(), *row_ids.tolist()]


@every
def test_of_a_picture_that_everybody_has_the_nearest_are_found_and_then_the_first(
    kept: Kept,
) -> None:
    code = random_codes(1, 4)
    nearest = [kept.add(code) for _ in range(3)]
    as_far = [kept.add(flipped(code[0], 7).repeat(count, axis=0)) for count in (400, 400, 400)]
    kept.add(flipped(code[0], 8))

    found = kept.index.search(code, 60)

    expected = [*np.sort(np.concatenate(nearest)), *np.sort(np.concatenate(as_far))]
    assert [hit.row_id for hit in found] == expected[:HITS_PER_QUERY_MAX]
    assert [hit.distance for hit in found] == [0] * 3 + [7] * (HITS_PER_QUERY_MAX - 3)


@every
def test_an_empty_index_finds_nothing(kept: Kept) -> None:
    assert kept.index.search(random_codes(3), 96) == []
    assert kept.index.search(random_codes(0), 96) == []
    assert len(kept.index) == 0
    assert 5 not in kept.index


@every
def test_many_codes_are_each_found(kept: Kept) -> None:
    codes = random_codes(600, 5)
    row_ids = kept.add(codes)

    found = kept.index.search(codes, 20)

    assert [(hit.query, hit.row_id, hit.distance) for hit in found] == [
        (query, row, 0) for query, row in enumerate(row_ids.tolist())
    ]


@every
def test_what_is_not_a_search_is_refused(kept: Kept) -> None:
    for radius in (-1, checks.RADIUS_MAX + 1):
        with pytest.raises(RowsError, match="radius"):
            kept.index.search(random_codes(1), radius)
    with pytest.raises(RowsError, match="Codes are uint8"):
        kept.index.search(random_codes(1)[:, :31], 5)
    with pytest.raises(RowsError, match="at most"):
        kept.index.search(np.zeros((checks.QUERY_ROWS_MAX + 1, 32), np.uint8), 5)


@every
def test_what_was_removed_is_not_found_and_can_come_again(kept: Kept) -> None:
    codes = random_codes(6, 6)
    gone, stays = kept.add(codes[:3]), kept.add(codes[3:])

    kept.remove(gone)

    assert [hit.row_id for hit in kept.index.search(codes, 10)] == stays.tolist()
    assert int(gone[0]) not in kept.index
    assert int(stays[2]) in kept.index
    again = kept.add(codes[:3])
    assert {hit.row_id for hit in kept.index.search(codes, 10)} == {
        *again.tolist(),
        *stays.tolist(),
    }
    assert len(kept.index) == 6


@every
def test_threads_find_what_they_added(kept: Kept) -> None:
    codes = random_codes(24, 7)

    def work(number: int) -> None:
        mine = codes[6 * number : 6 * number + 6]
        for code in mine:
            (row,) = kept.add(code[None])
            assert [hit.row_id for hit in kept.index.search(code[None], 30)] == [row]
            if row % 2:
                kept.remove(np.array([row]))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    rows = [hit.row_id for hit in kept.index.search(codes, 30)]
    assert len(kept.index) == len(rows) == len(set(rows))


@pytest.mark.parametrize(
    "kept", ["milvus", pytest.param("shards", marks=pytest.mark.slow)], indirect=True
)
def test_a_crash_loses_and_doubles_nothing(kept: InMilvus | InShards) -> None:
    codes = random_codes(40, 8)
    row_ids = np.concatenate([kept.add(some) for some in np.split(codes, 8)])
    kept.remove(row_ids[:5])

    kept.restart()

    assert [hit.row_id for hit in kept.index.search(codes, 10)] == row_ids[5:].tolist()
    assert len(kept.index) == 35


@told
@pytest.mark.parametrize("again", [(2, 2), (3, 1)])
def test_a_second_row_of_one_id_is_refused_and_nothing_is_added(
    kept: Told, again: tuple[int, ...]
) -> None:
    kept.index.add(np.array([1]), random_codes(1))

    with pytest.raises(RowsError, match="twice or is in the index already"):
        kept.index.add(np.array(again), random_codes(2, 1))

    assert len(kept.index) == 1
    assert 3 not in kept.index
    assert kept.index.search(random_codes(2, 1), 0) == []
    kept.index.remove(np.array([1]))


@told
def test_ids_are_64_bits_and_remove_twice_removes_once(kept: Told) -> None:
    ids = np.array([1 - 2**63, -1, 0, 2**63 - 1])
    codes = random_codes(1).repeat(4, axis=0)
    kept.index.add(ids, codes)

    assert [hit.row_id for hit in kept.index.search(codes[:1], 0)] == ids.tolist()
    assert kept.index.remove(ids[[0, 0, 3]]) == 2
    assert kept.index.remove(ids[[0, 3]]) == 0
    kept.index.add(ids[:1], random_codes(1, 9))
    assert kept.index.search(random_codes(1, 9), 0) == [Hit(0, int(ids[0]), 0)]
    assert kept.index.remove(ids) == 3


@told
def test_what_are_no_rows_is_refused(kept: Told) -> None:
    with pytest.raises(RowsError, match="2 ids come with 1"):
        kept.index.add(np.array([1, 2]), random_codes(1))
    with pytest.raises(RowsError, match="Codes are uint8"):
        kept.index.add(np.array([1]), random_codes(1)[:, :31])
    with pytest.raises(RowsError, match="Row ids are int64"):
        kept.index.add(np.array([1.0]), random_codes(1))  # pyright: ignore[reportArgumentType]
    assert len(kept.index) == 0
