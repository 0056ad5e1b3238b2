import tracemalloc

import pytest

from ledger import checkpoint, fsck, merkle, tiles
from ledger.checkpoint import Checkpoint
from ledger.errors import FsckError
from tests.ledger import reference
from tests.ledger.oracle import SIGNER

Files = dict[str, bytes]


def entries_of(size: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(size)]


def files_of(entries: list[bytes]) -> Files:
    size = len(entries)
    return {
        file.path: reference.tile(entries, file.level, file.index, file.width)
        if isinstance(file, tiles.Tile)
        else reference.bundle(entries, file.index, file.width)
        for file in (*tiles.tiles_of(size), *tiles.bundles_of(size))
    }


def signed(entries: list[bytes]) -> bytes:
    head = Checkpoint(SIGNER.name, len(entries), reference.root(entries))
    return checkpoint.sign(head, SIGNER)


ENTRIES = entries_of(700)
FILES = files_of(ENTRIES)
SIGNED = signed(ENTRIES)


def check(files: Files, note: bytes = SIGNED) -> list[bytes]:
    seen: list[bytes] = []
    fsck.check(note, SIGNER.vkey, files.__getitem__, visit=lambda _, entry: seen.append(entry))
    return seen


def flipped(data: bytes, at: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 0x80
    return bytes(changed)


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 512, 700])
def test_a_whole_log_passes_and_every_entry_is_visited_in_order(size: int) -> None:
    entries = entries_of(size)

    assert check(files_of(entries), signed(entries)) == entries


def test_a_log_of_three_levels_passes() -> None:
    entries = [number.to_bytes(3) for number in range(65_536 + 300)]
    files = files_of(entries)

    assert "tile/2/000.p/1" in files
    assert check(files, signed(entries)) == entries


def test_each_file_is_read_once() -> None:
    read: list[str] = []

    fsck.check(SIGNED, SIGNER.vkey, lambda path: read.append(path) or FILES[path])

    assert sorted(read) == sorted(FILES)


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_file_that_is_missing_is_named(path: str) -> None:
    with pytest.raises(FsckError, match="missing") as caught:
        check({name: data for name, data in FILES.items() if name != path})

    assert caught.value.path == path


@pytest.mark.parametrize("path", sorted(FILES))
@pytest.mark.parametrize("change", [lambda data: data + b"x", lambda data: data[:-1]])
def test_a_file_of_another_length_is_named(path: str, change: object) -> None:
    assert callable(change)

    with pytest.raises(FsckError) as caught:
        check(FILES | {path: change(FILES[path])})

    assert caught.value.path == path


@pytest.mark.parametrize(
    ("leaf", "path"), [(0, "000"), (255, "000"), (300, "001"), (699, "002.p/188")]
)
def test_a_changed_entry_is_named(leaf: int, path: str) -> None:
    entries = [*ENTRIES]
    entries[leaf] = b"forged"
    bundles = {path: data for path, data in files_of(entries).items() if "entries" in path}

    with pytest.raises(FsckError) as caught:
        check(FILES | bundles)

    assert (caught.value.path, caught.value.leaf) == (f"tile/entries/{path}", leaf)


@pytest.mark.parametrize(
    ("path", "hash_at", "leaf"),
    [("tile/0/000", 7, 7), ("tile/0/001", 0, 256), ("tile/0/002.p/188", 187, 699)],
)
def test_a_changed_leaf_hash_contradicts_its_entry(path: str, hash_at: int, leaf: int) -> None:
    with pytest.raises(FsckError) as caught:
        check(FILES | {path: flipped(FILES[path], 32 * hash_at)})

    assert caught.value.leaf == leaf


@pytest.mark.parametrize("hash_at", [0, 1])
def test_a_changed_hash_of_a_tile_is_named(hash_at: int) -> None:
    path = "tile/1/000.p/2"

    with pytest.raises(FsckError, match=f"its hash {hash_at} is not that of tile/0/00{hash_at}"):
        check(FILES | {path: flipped(FILES[path], 32 * hash_at)})


def test_a_whole_log_under_the_checkpoint_of_another_is_refused_unseen() -> None:
    seen: list[int] = []
    other = files_of([b"forged", *ENTRIES[1:]])

    with pytest.raises(FsckError, match="lead to the root") as caught:
        fsck.check(
            SIGNED, SIGNER.vkey, other.__getitem__, visit=lambda index, _: seen.append(index)
        )

    assert caught.value.path == "checkpoint"
    assert seen == []


def test_nothing_unproven_is_ever_visited() -> None:
    for path, data in FILES.items():
        seen: list[bytes] = []
        with pytest.raises(FsckError):
            fsck.check(
                SIGNED,
                SIGNER.vkey,
                (FILES | {path: flipped(data, len(data) // 2)}).__getitem__,
                visit=lambda _, entry, seen=seen: seen.append(entry),
            )
        assert seen == ENTRIES[: len(seen)]


def test_a_reader_that_answers_twice_differently_is_caught() -> None:
    forged = files_of([b"forged"] * 700)
    asked: list[str] = []

    def read(path: str) -> bytes:
        asked.append(path)
        return FILES[path] if asked.count(path) == 1 and path.startswith("tile/0") else forged[path]

    with pytest.raises(FsckError):
        fsck.check(SIGNED, SIGNER.vkey, read)


def test_a_checkpoint_that_is_not_signed_by_the_key_is_refused() -> None:
    with pytest.raises(FsckError, match="checkpoint: ") as caught:
        check(FILES, SIGNED.replace(b"700", b"701"))

    assert caught.value.path == "checkpoint"


def test_memory_does_not_grow_with_the_log() -> None:
    """The files are made as they are read: a log of one repeated entry of 1,000 bytes."""
    size = 40 * 256
    row = [merkle.hash_leaf(bytes(1000))] * 256
    above = tiles.hash_tile(row)
    made = {
        "tile/1/000.p/40": above * 40,
        "tile/0": b"".join(row),
        "tile/entries": tiles.encode_bundle([bytes(1000)] * 256),
    }
    edge = merkle.Edge(size, (tiles.hash_tile([above] * 32), tiles.hash_tile([above] * 8)))
    note = checkpoint.sign(Checkpoint(SIGNER.name, size, edge.root()), SIGNER)

    tracemalloc.start()
    fsck.check(
        note, SIGNER.vkey, lambda path: made.get(path) or bytes(made[path.rpartition("/")[0]])
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1_500_000  # The log has 10 MB; one bundle has 256 kB.


def test_a_checkpoint_that_was_verified_elsewhere_is_enough() -> None:
    head = checkpoint.parse(SIGNED.partition(b"\n\n")[0] + b"\n")
    seen: list[tuple[int, int]] = []

    fsck.check_files(
        head,
        FILES.__getitem__,
        visit_bundle=lambda first, entries: seen.append((first, len(entries))),
    )

    assert seen == [(0, 256), (256, 256), (512, 188)]


def test_what_is_expected_and_what_is_found_is_said() -> None:
    path = "tile/entries/000"

    with pytest.raises(FsckError) as caught:
        check(FILES | {path: FILES[path].replace(b"entry 7", b"entry x", 1)})

    assert merkle.hash_leaf(b"entry 7").hex() in str(caught.value)
    assert merkle.hash_leaf(b"entry x").hex() in str(caught.value)
