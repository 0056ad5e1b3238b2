"""The log as a set of files: hash tiles and entry bundles (c2sp.org/tlog-tiles).

A tile at level L holds up to 256 hashes, each of 256**L entries. A bundle holds up to 256 entries.
The last tile of a level is partial until it has 256; its width is then part of its path.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ledger import merkle
from ledger.entry import ENTRY_BYTES_MAX
from ledger.errors import TileError

HEIGHT = 8  # Levels of the tree in one tile.
WIDTH_MAX = 256
LEVEL_MAX = 63
INDEX_MAX = merkle.SIZE_MAX >> HEIGHT
LENGTH_BYTES = 2
PATH_CHARS_MAX = 64  # "tile/entries/", six groups of four, ".p/255".
PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([0-9]{1,3}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """Which hash tile: level 0 to LEVEL_MAX, index from the left, width in hashes."""

    level: int
    index: int
    width: int = WIDTH_MAX

    @property
    def path(self) -> str:
        """The tile's path below the log's prefix, as in "tile/0/x001/234.p/7"."""
        return f"tile/{self.level}/{_suffix(self.index, self.width)}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Which entry bundle: index from the left, width in entries."""

    index: int
    width: int = WIDTH_MAX

    @property
    def path(self) -> str:
        """The bundle's path below the log's prefix, as in "tile/entries/000"."""
        return f"tile/entries/{_suffix(self.index, self.width)}"


def parse_path(path: str) -> Tile | Bundle:
    """Return which file a path names.

    Raises:
        TileError: It names none; there is exactly one way to write each.
    """
    match = PATH.fullmatch(path) if len(path) <= PATH_CHARS_MAX else None
    if match is None:
        raise TileError("this is not the path of a tile")
    kind, groups, width = match.groups()
    index = int(groups.replace("x", "").replace("/", ""))
    wide = WIDTH_MAX if width is None else int(width)
    file = Bundle(index, wide) if kind == "entries" else Tile(int(kind), index, wide)
    if file.path != path:
        raise TileError("this is not the canonical path of a tile")
    if index > INDEX_MAX or not 1 <= wide <= WIDTH_MAX:
        raise TileError("there is no such tile in any log")
    if isinstance(file, Tile) and file.level > LEVEL_MAX:
        raise TileError("there is no such tile in any log")
    return file


def width_of(level: int, index: int, *, size: int) -> int:
    """Return how many hashes a tile has in the tree of `size` entries: 0 to 256.

    Source: tlog-tiles, "Partial Tiles". A bundle is as wide as the tile at level 0 with its index.
    """
    if not 0 <= level <= LEVEL_MAX or index < 0:
        return 0
    return max(0, min(WIDTH_MAX, (size >> (HEIGHT * level)) - WIDTH_MAX * index))


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield every hash tile of the tree of `size` entries, level by level."""
    level = 0
    while hashes := size >> (HEIGHT * level):
        for index in range((hashes + WIDTH_MAX - 1) // WIDTH_MAX):
            yield Tile(level, index, width_of(level, index, size=size))
        level += 1


def bundles_of(size: int) -> Iterator[Bundle]:
    """Yield every entry bundle of the tree of `size` entries, in order."""
    for index in range((size + WIDTH_MAX - 1) // WIDTH_MAX):
        yield Bundle(index, width_of(0, index, size=size))


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return a bundle's bytes: each entry after its length as a big-endian uint16.

    Raises:
        TileError: There are more than WIDTH_MAX entries, none, or one above ENTRY_BYTES_MAX.
    """
    if not 1 <= len(entries) <= WIDTH_MAX:
        raise TileError(f"a bundle has 1 to {WIDTH_MAX} entries, not {len(entries)}")
    if any(len(entry) > ENTRY_BYTES_MAX for entry in entries):
        raise TileError(f"an entry of a bundle has at most {ENTRY_BYTES_MAX} bytes")
    return b"".join(len(entry).to_bytes(LENGTH_BYTES) + entry for entry in entries)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """Return the `width` entries of a bundle.

    Raises:
        TileError: The bundle holds fewer or more, or ends within one.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(data) and len(entries) < width:
        start = at + LENGTH_BYTES
        at = start + int.from_bytes(data[at:start])
        if at > len(data):
            raise TileError(f"the bundle ends within its entry {len(entries)}")
        entries.append(data[start:at])
    if len(entries) != width:
        raise TileError(f"the bundle has {len(entries)} entries instead of {width}")
    if at != len(data):
        raise TileError(f"the bundle has {len(data) - at} bytes too many")
    return entries


def decode_tile(data: bytes, width: int) -> list[bytes]:
    """Return the `width` hashes of a tile.

    Raises:
        TileError: The tile has another length.
    """
    if len(data) != width * merkle.HASH_BYTES:
        raise TileError(
            f"the tile has {len(data)} bytes instead of {width} hashes of {merkle.HASH_BYTES}"
        )
    return [data[at : at + merkle.HASH_BYTES] for at in range(0, len(data), merkle.HASH_BYTES)]


def hash_tile(hashes: Sequence[bytes]) -> bytes:
    """Return the hash of the full subtree over 1, 2, 4 … 256 hashes of a tile."""
    row = list(hashes)
    assert row
    assert len(row) & (len(row) - 1) == 0
    while len(row) > 1:
        row = list(map(merkle.hash_children, row[::2], row[1::2]))
    return row[0]


def reader(size: int, read: Callable[[Tile], bytes]) -> merkle.Read:
    """Return a view of the tree of `size` entries for the functions in `merkle`.

    Args:
        size: Tree size in entries.
        read: Returns a tile's bytes. Each tile is asked for once; a proof needs at most two a level
            (one above its entry, one at the right edge).
    """
    known: dict[Tile, list[bytes]] = {}

    def hash_at(level: int, index: int) -> bytes:
        tile = tile_of(level, index, size=size)
        if tile not in known:
            known[tile] = decode_tile(read(tile), tile.width)
        first = (index << (level % HEIGHT)) % WIDTH_MAX
        return hash_tile(known[tile][first : first + (1 << (level % HEIGHT))])

    return hash_at


def tile_of(level: int, index: int, *, size: int) -> Tile:
    """Return the tile below which a full subtree of the tree of `size` entries lies.

    Args:
        level: Of the subtree, which has 2**level entries.
        index: Of the subtree, from the left.
        size: Tree size in entries.
    """
    tile_level, height = divmod(level, HEIGHT)
    tile_index = (index << height) // WIDTH_MAX
    return Tile(tile_level, tile_index, width_of(tile_level, tile_index, size=size))


def _suffix(index: int, width: int) -> str:
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.append(f"x{index % 1000:03}")
    return "/".join(reversed(groups)) + (f".p/{width}" if width != WIDTH_MAX else "")
