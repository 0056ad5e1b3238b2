"""Check a whole log from its bytes and a public key alone, in little memory.

The tree is walked from the root down, so that a tile is believed only when the tile above it, or
the checkpoint, vouches for it, and an entry only when its tile does. One tile a level is in memory.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger import checkpoint, merkle, note, tiles
from ledger.checkpoint import Checkpoint
from ledger.errors import FsckError, NoteError, TileError

# read(path) returns the bytes of a file of the log, or raises LookupError or OSError.
ReadFile = Callable[[str], bytes]
# visit(index, entry) is told of every entry, in order.
Visit = Callable[[int, bytes], None]
# visit_bundle(first, entries) is told of every bundle, in order, with its first entry's index.
VisitBundle = Callable[[int, Sequence[bytes]], None]


def check(
    signed: bytes,
    vkey: str,
    read: ReadFile,
    *,
    visit: Visit | None = None,
    origin: str | None = None,
) -> Checkpoint:
    """Check that the files of a log are what its checkpoint says; return the checkpoint.

    Every hash tile is rebuilt from the entry bundles and compared.

    Args:
        signed: The checkpoint, a signed note.
        vkey: The log's public key.
        read: Reads a file by its path, as in "tile/entries/000.p/7".
        visit: Told of each entry after the checkpoint was found to vouch for it; a failure further
            on may still follow.
        origin: The log, when its key goes by another name.

    Raises:
        FsckError: The checkpoint is no good, or a file is missing or not what it should be; says
            which, and the first entry at fault where it is a single one.
    """
    try:
        head = checkpoint.verify(signed, note.parse_vkey(vkey), origin=origin)
    except NoteError as error:
        raise FsckError("checkpoint", str(error)) from error
    check_files(head, read, visit_bundle=_ignore if visit is None else _each(visit))
    return head


def check_files(head: Checkpoint, read: ReadFile, *, visit_bundle: VisitBundle) -> None:
    """Check that the files of a log are what a checkpoint says that someone has verified.

    Args:
        head: The checkpoint.
        read: Reads a file by its path.
        visit_bundle: Told of the entries of each bundle, once the checkpoint vouches for them.

    Raises:
        FsckError: As for `check`.
    """
    walk = _Walk(read, visit_bundle)
    edge = {tile: walk.tile(tile) for tile in _edge(head.size)}
    hashes = [hash_ for tile_hashes in edge.values() for hash_ in _full_subtrees(tile_hashes)]
    root = merkle.Edge(head.size, tuple(hashes)).root()
    if root != head.root:
        # No one vouches for these files. Look for a contradiction among them, which names the one
        # at fault; without one they are a whole log, but another than the checkpoint's.
        walk = _Walk(read, _ignore)
    for tile, tile_hashes in edge.items():
        walk.down(tile, tile_hashes)
    if root != head.root:
        raise FsckError(
            "checkpoint",
            f"the {head.size} entries lead to the root {root.hex()}, not to {head.root.hex()}",
        )


@dataclass(frozen=True, slots=True)
class _Walk:
    read: ReadFile
    visit: VisitBundle

    def tile(self, tile: tiles.Tile) -> list[bytes]:
        try:
            return tiles.decode_tile(self._bytes(tile.path), tile.width)
        except TileError as error:
            raise FsckError(tile.path, str(error)) from error

    def down(self, tile: tiles.Tile, hashes: list[bytes]) -> None:
        """Check all that lies under a tile whose hashes are right."""
        if tile.level == 0:
            self._bundle(tile, hashes)
            return
        for offset, expected in enumerate(hashes):
            below = tiles.Tile(tile.level - 1, tile.index * tiles.WIDTH_MAX + offset)
            inner = self.tile(below)
            if tiles.hash_tile(inner) != expected:
                # An entry or a tile further down may be the one at fault.
                _Walk(self.read, _ignore).down(below, inner)
                raise FsckError(
                    tile.path,
                    f"its hash {offset} is not that of {below.path}: {expected.hex()}, where the "
                    f"tile below leads to {tiles.hash_tile(inner).hex()}",
                )
            self.down(below, inner)

    def _bundle(self, tile: tiles.Tile, hashes: list[bytes]) -> None:
        path = tiles.Bundle(tile.index, tile.width).path
        first = tile.index * tiles.WIDTH_MAX
        try:
            entries = tiles.decode_bundle(self._bytes(path), tile.width)
        except TileError as error:
            raise FsckError(path, str(error)) from error
        # One hash an entry is most of an audit's time: hashed in one go, looked at only if need be.
        sha256 = hashlib.sha256
        found = [sha256(merkle.LEAF + entry).digest() for entry in entries]
        if found != hashes:
            at = next(at for at, hash_ in enumerate(hashes) if found[at] != hash_)
            raise FsckError(
                path,
                f"its entry {first + at} does not have the hash in {tile.path}: "
                f"{hashes[at].hex()} is expected, {found[at].hex()} is what it has",
                leaf=first + at,
            )
        self.visit(first, entries)

    def _bytes(self, path: str) -> bytes:
        try:
            return self.read(path)
        except (LookupError, OSError) as error:
            raise FsckError(path, "the file is missing") from error


def _edge(size: int) -> list[tiles.Tile]:
    """Return the partial tiles, from the left: no tile above vouches for them, only the root."""
    edge: list[tiles.Tile] = []
    for level in reversed(range(tiles.LEVEL_MAX // tiles.HEIGHT + 1)):
        index, width = divmod(size >> (tiles.HEIGHT * level), tiles.WIDTH_MAX)
        if width:
            edge.append(tiles.Tile(level, index, width))
    return edge


def _full_subtrees(hashes: list[bytes]) -> list[bytes]:
    """Return the hashes of a partial tile's full subtrees, from the left, the largest first."""
    found: list[bytes] = []
    at = 0
    for height in reversed(range(tiles.HEIGHT)):
        if len(hashes) >> height & 1:
            found.append(tiles.hash_tile(hashes[at : at + (1 << height)]))
            at += 1 << height
    return found


def _each(visit: Visit) -> VisitBundle:
    def visit_bundle(first: int, entries: Sequence[bytes]) -> None:
        for index, entry in enumerate(entries, first):
            visit(index, entry)

    return visit_bundle


def _ignore(first: int, entries: Sequence[bytes]) -> None:
    del first, entries
