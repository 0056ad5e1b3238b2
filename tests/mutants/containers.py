"""MP4, JPEG and PNG as the pieces that they are made of, one of which holds the manifest store.

Written for the tests alone, and with no code of the product or of the C2PA library: what is read
here is held against what they say.
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")  # The box of a manifest store in MP4.
_PURPOSE = bytes(4) + b"manifest\0" + bytes(8)
_SEGMENT_BYTES_MAX = 65_533


class BrokenError(ValueError):
    """It is not made of pieces."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of a file.

    Attributes:
        at: Where it begins.
        kind: What it says that it is.
        store: Of the manifest store, what of it is in here; None: this is something else.
    """

    at: int
    kind: bytes
    data: bytes
    store: bytes | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """A format.

    Attributes:
        suffix: Of its files.
        pieces: Takes a file apart.
        wrap: Returns the pieces that hold a manifest store.
        stuff: Returns a piece with bytes that nobody looks at.
        unhashed: Kinds that the hash of the content leaves out beside the manifest store.
    """

    suffix: str
    pieces: Callable[[bytes], list[Piece]]
    wrap: Callable[[bytes], bytes]
    stuff: Callable[[bytes], bytes]
    unhashed: frozenset[bytes] = frozenset()

    def store(self, data: bytes) -> bytes:
        """Return the manifest store of a file."""
        found = b"".join(piece.store for piece in self.pieces(data) if piece.store is not None)
        if not found:
            raise BrokenError("no manifest store")
        return found

    def with_store(self, data: bytes, store: bytes) -> bytes:
        """Return a file with another manifest store in the place of its own."""
        pieces = self.pieces(data)
        first = next(number for number, piece in enumerate(pieces) if piece.store is not None)
        before, after = pieces[:first], pieces[first:]
        rest = (piece.data for piece in after if piece.store is None)
        return b"".join([*(piece.data for piece in before), self.wrap(store), *rest])


def box(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def boxes(data: bytes, *, lenient: bool = False) -> Iterator[tuple[int, bytes, int, int]]:
    """Yield where each box begins, its kind, and where its content begins and ends.

    Raises:
        BrokenError: One says that it ends where nothing is any more, and `lenient` is not set.
    """
    at = 0
    while at < len(data):
        size, kind, header = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if size == 1:
            size, header = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = len(data) - at
        if lenient:
            size = min(size, len(data) - at)
        if not header <= size <= len(data) - at:
            raise BrokenError("a box that ends elsewhere")
        yield at, kind, at + header, at + size
        at += size


def _of_mp4(data: bytes) -> list[Piece]:
    found: list[Piece] = []
    for at, kind, start, end in boxes(data):
        content, store = data[start:end], None
        if kind == b"uuid" and content.startswith(C2PA + bytes(4) + b"manifest\0"):
            store = content[len(C2PA) + len(_PURPOSE) :]
        found.append(Piece(at, kind, data[at:end], store))
    return found


def _of_jpeg(data: bytes) -> list[Piece]:
    """Return the segments up to the first scan, and then the rest as one piece."""
    found, at = [Piece(0, data[:2], data[:2])], 2
    if data[:2] != b"\xff\xd8":
        raise BrokenError("no JPEG")
    while data[at : at + 2] != b"\xff\xda":
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at : at + 1] != b"\xff" or end > len(data) or end < at + 4:
            raise BrokenError("a segment that ends elsewhere")
        kind, content, store = data[at : at + 2], data[at + 4 : end], None
        if kind == b"\xff\xeb" and content[:2] == b"JP" and content[12:16] == b"jumb":
            # Every segment says the size of the whole box again.
            store = content[8:] if content[4:8] == b"\0\0\0\1" else content[16:]
        found.append(Piece(at, kind, data[at:end], store))
        at = end
    return [*found, Piece(at, data[at : at + 2], data[at:])]


def _in_jpeg(store: bytes) -> bytes:
    room = _SEGMENT_BYTES_MAX - 18
    pieces = [store[:8] + store[8:][at : at + room] for at in range(0, max(1, len(store)), room)]
    return b"".join(
        _segment(b"\xff\xeb", b"JP\x02\x11" + number.to_bytes(4, "big") + piece)
        for number, piece in enumerate(pieces, 1)
    )


def _segment(kind: bytes, content: bytes) -> bytes:
    return kind + (2 + len(content)).to_bytes(2, "big") + content


def _of_png(data: bytes) -> list[Piece]:
    found, at = [Piece(0, b"", data[:8])], 8
    while at < len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + size
        if end > len(data):
            raise BrokenError("a chunk that ends elsewhere")
        store = data[at + 8 : end - 4] if kind == b"caBX" else None
        found.append(Piece(at, kind, data[at:end], store))
        at = end
    return found


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a chunk of PNG."""
    check = zlib.crc32(kind + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + kind + content + check


MP4 = Container(
    "mp4",
    _of_mp4,
    lambda store: box(b"uuid", C2PA + _PURPOSE + store),
    lambda content: box(b"free", content),
    frozenset({b"ftyp", b"mfra"}),
)
JPEG = Container(
    "jpg", _of_jpeg, _in_jpeg, lambda content: _segment(b"\xff\xfe", content[:_SEGMENT_BYTES_MAX])
)
PNG = Container(
    "png",
    _of_png,
    lambda store: chunk(b"caBX", store),
    lambda content: chunk(b"tEXt", b"Comment\0" + content.replace(b"\0", b" ")),
)
CONTAINERS = (MP4, JPEG, PNG)
