"""Tar files in which every bit has one right value, so that a flipped one cannot hide.

Source: POSIX.1-1988 ustar, with every field that carries no content fixed.
"""

import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

BLOCK = tarfile.BLOCKSIZE
PIECE_BYTES = 1 << 20
MEMBERS_MAX = 5_000_000  # A log of a billion entries.
READ_BYTES_MAX = 1 << 26  # Of one member, read whole; an entry bundle has up to 16 MiB.
LINES_PIECE_BYTES = 1 << 16
LINE_BYTES_MAX = 1 << 22  # The longest entry and a proof with a hundred signatures are far less.


class ArchiveError(Exception):
    """A tar file is not as we write them."""


def entry(name: str, body: IO[bytes]) -> Iterator[bytes]:
    """Yield a member: its header, its bytes, its padding.

    Args:
        name: Its path.
        body: Its bytes, a file that can be sought; read from its beginning.
    """
    size = body.seek(0, 2)
    body.seek(0)
    yield _header(name, size)
    while piece := body.read(PIECE_BYTES):
        yield piece
    yield bytes(-size % BLOCK)


class Archive:
    """A tar file that `entry` wrote, to be read by name."""

    def __init__(self, path: Path) -> None:
        """Read the headers.

        Raises:
            ArchiveError: The file is not exactly as we would write it.
        """
        self._file = path.open("rb")
        try:
            self._places = self._scan()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        """Return the archive."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._file.close()

    def names(self) -> list[str]:
        """Return the members, in order."""
        return list(self._places)

    def read(self, name: str) -> bytes:
        """Return a member's bytes.

        Raises:
            LookupError: There is none by this name.
            ArchiveError: It is too large to be read whole.
        """
        offset, size = self._places[name]
        if size > READ_BYTES_MAX:
            raise ArchiveError(f"{name} is larger than {READ_BYTES_MAX} bytes")
        self._file.seek(offset)
        return self._file.read(size)

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield a member's lines without their newlines; several may be read at a time.

        Raises:
            LookupError: There is none by this name.
            ArchiveError: It has no newline at its end, or a line is too long.
        """
        offset, size = self._places[name]
        rest = b""
        while size:
            self._file.seek(offset)
            piece = self._file.read(min(size, LINES_PIECE_BYTES))
            offset += len(piece)
            size -= len(piece)
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
            if len(rest) > LINE_BYTES_MAX:
                raise ArchiveError(f"{name} has a line of more than {LINE_BYTES_MAX} bytes")
        if rest:
            raise ArchiveError(f"{name} does not end with a whole line")

    def sha256(self, name: str) -> str:
        """Return the SHA-256 of a member's bytes, hexadecimal."""
        offset, size = self._places[name]
        self._file.seek(offset)
        digest = hashlib.sha256()
        while size:
            piece = self._file.read(min(size, PIECE_BYTES))
            digest.update(piece)
            size -= len(piece)
        return digest.hexdigest()

    def _scan(self) -> dict[str, tuple[int, int]]:
        places: dict[str, tuple[int, int]] = {}
        end = self._file.seek(0, 2)
        offset = 0
        while True:
            self._file.seek(offset)
            block = self._file.read(BLOCK)
            if not any(block):
                break
            name, size = _parse(block, offset)
            after = offset + BLOCK + size
            self._file.seek(after)
            padding = self._file.read(-size % BLOCK)
            if after + len(padding) > end or len(padding) != -size % BLOCK or any(padding):
                raise ArchiveError(f"{name} is cut off, or what follows it is not empty")
            if name in places or len(places) == MEMBERS_MAX:
                raise ArchiveError(f"{name} is there twice, or there are too many files")
            places[name] = (offset + BLOCK, size)
            offset = after + len(padding)
        self._file.seek(offset)
        rest = self._file.read(2 * BLOCK + 1)
        if len(rest) != 2 * BLOCK or any(rest):
            raise ArchiveError("the file does not end as a tar file ends")
        return places


def _header(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size = size
    return member.tobuf(tarfile.USTAR_FORMAT)


def _parse(block: bytes, offset: int) -> tuple[str, int]:
    try:
        member = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        if _header(member.name, member.size) != block:
            raise ArchiveError(f"the header at byte {offset}, of {member.name}, was changed")
    except (tarfile.TarError, ValueError) as error:
        raise ArchiveError(f"the header at byte {offset} cannot be read: {error}") from error
    return member.name, member.size
