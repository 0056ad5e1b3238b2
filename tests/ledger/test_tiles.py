import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import merkle, tiles
from ledger.errors import TileError
from ledger.tiles import Bundle, Tile
from tests.ledger import reference


@pytest.mark.parametrize(
    ("file", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 0, 1), "tile/0/000.p/1"),
        (Tile(1, 999, 255), "tile/1/999.p/255"),
        (Tile(63, 1000), "tile/63/x001/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Bundle(1234067, 17), "tile/entries/x001/x234/067.p/17"),
        (Bundle(0), "tile/entries/000"),
        (Tile(0, 2**55 - 1), "tile/0/x036/x028/x797/x018/x963/967"),
    ],
)
def test_a_file_has_one_path(file: Tile | Bundle, path: str) -> None:
    assert file.path == path
    assert tiles.parse_path(path) == file


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "tile/0",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/0/x001",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/names/000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/../000",
        "tile/0/x036/x028/x797/x018/x963/968",
        "tile/0/" + "x001/" * 1000 + "000",
    ],
)
def test_other_paths_name_no_file(path: str) -> None:
    with pytest.raises(TileError):
        tiles.parse_path(path)


def test_the_files_of_a_log_of_70000() -> None:
    files = [tile.path for tile in tiles.tiles_of(70_000)]

    assert len([path for path in files if path.startswith("tile/0/")]) == 274
    assert files[272:] == [
        "tile/0/272",
        "tile/0/273.p/112",
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert [file.path for file in tiles.bundles_of(70_000)][-1] == "tile/entries/273.p/112"


def test_the_files_of_small_logs() -> None:
    assert list(tiles.tiles_of(0)) == list(tiles.bundles_of(0)) == []
    assert list(tiles.tiles_of(255)) == [Tile(0, 0, 255)]
    assert list(tiles.tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles.tiles_of(257)) == [Tile(0, 0), Tile(0, 1, 1), Tile(1, 0, 1)]
    assert list(tiles.bundles_of(257)) == [Bundle(0), Bundle(1, 1)]


@settings(deadline=None)
@given(st.integers(0, 7), st.integers(0, 2**20), st.integers(0, merkle.SIZE_MAX))
def test_a_width_is_what_the_specification_says(level: int, index: int, size: int) -> None:
    full, rest = divmod(size // 256**level, 256)
    expected = 256 if index < full else rest if index == full else 0

    assert tiles.width_of(level, index, size=size) == expected


@pytest.mark.parametrize(("level", "index"), [(-1, 0), (64, 0), (0, -1), (8, 0)])
def test_what_is_no_tile_has_no_width(level: int, index: int) -> None:
    assert tiles.width_of(level, index, size=merkle.SIZE_MAX) == 0


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_a_bundle_survives_a_round_trip(entries: list[bytes]) -> None:
    data = tiles.encode_bundle(entries)

    assert data == reference.bundle(entries, 0, len(entries))
    assert tiles.decode_bundle(data, len(entries)) == entries


@pytest.mark.parametrize("entries", [[], [b""] * 257, [bytes(65_536)]])
def test_what_is_no_bundle_is_not_written(entries: list[bytes]) -> None:
    with pytest.raises(TileError):
        tiles.encode_bundle(entries)


def test_the_longest_entry_fits_a_bundle() -> None:
    entries = [bytes(65_535), b""]

    assert tiles.decode_bundle(tiles.encode_bundle(entries), 2) == entries


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x00\x01", b"\x00\x01a\x00", b"\x00\x01a" * 3])
def test_a_bundle_that_is_short_or_long_is_refused(data: bytes) -> None:
    with pytest.raises(TileError, match="bundle"):
        tiles.decode_bundle(data, 2)


@pytest.mark.parametrize("length", [0, 32, 63, 65, 96])
def test_a_tile_that_is_short_or_long_is_refused(length: int) -> None:
    with pytest.raises(TileError, match="instead of 2 hashes"):
        tiles.decode_tile(bytes(length), 2)


ENTRIES = [number.to_bytes(2) for number in range(1000)]


def test_a_tree_is_read_from_its_tiles() -> None:
    for size in (1, 2, 255, 256, 257, 511, 512, 700, 1000):
        read = tiles.reader(size, lambda tile: reference.tile(ENTRIES, *astuple(tile)))
        entries = ENTRIES[:size]

        assert merkle.root(size, read) == reference.root(entries)
        for index in range(0, size, 97):
            assert merkle.prove_inclusion(index, size, read) == reference.path(index, entries)
        for old in range(1, size, 97):
            assert merkle.prove_consistency(old, size, read) == reference.consistency(old, entries)


def test_a_proof_reads_at_most_two_tiles_a_level() -> None:
    size = 123_456_789_012
    asked: list[Tile] = []

    def read(tile: Tile) -> bytes:
        asked.append(tile)
        return bytes(32 * tile.width)

    merkle.prove_inclusion(98_765_432_109, size, tiles.reader(size, read))

    assert len(asked) == len(set(asked))
    assert all(len([tile for tile in asked if tile.level == level]) <= 2 for level in range(8))


def astuple(tile: Tile) -> tuple[int, int, int]:
    return tile.level, tile.index, tile.width
