"""Keeps files under the SHA-256 of what they hold, in a folder or in an S3 bucket."""

import contextlib
import hashlib
import re
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import obstore
from obstore.exceptions import BaseError

from rightsd.adapters import disk, stores
from rightsd.errors import Code, RightsError

PART_BYTES = 8 << 20  # S3 allows 10,000 parts, so 80 GiB; a few parts are in memory at a time.
PARTS_AT_ONCE = 4
READ_BYTES = 1 << 20
NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Blob:
    """What is kept under a name, or a stretch of it.

    Attributes:
        size: Bytes of the whole blob.
        chunks: The bytes asked for, once. If they are the whole blob, its hash is checked, and
            the last step raises UNAVAILABLE if it is not the name.
    """

    size: int
    chunks: Iterator[bytes]

    def __iter__(self) -> Iterator[bytes]:
        """Return the chunks."""
        return self.chunks


def name_of(path: Path) -> str:
    """Return the name that a file is kept under: the lower-case hex SHA-256 of its bytes."""
    digest = hashlib.sha256()
    for chunk in _read(path):
        digest.update(chunk)
    return digest.hexdigest()


class Blobs:
    """A store of blobs. A name never comes to mean other bytes."""

    def __init__(self, url: str) -> None:
        """Open the store.

        Args:
            url: `file:///folder`, which is made if missing, or `s3://bucket/prefix`, with the
                credentials, region and endpoint of the usual `AWS_…` environment variables.

        Raises:
            RightsError: INVALID; it is neither.
        """
        with _translated("the store"):
            self._store, self._folder = stores.open_store(url, what="blob", mode=0o700)

    def put(self, path: Path) -> str:
        """Keep a copy of a file and return its name, the lower-case hex SHA-256 of its bytes.

        When this returns, the copy survives a power failure, so a record may point at it. Putting
        the same bytes again is fine, and repairs a copy that a crash has damaged.

        Raises:
            RightsError: CONFLICT: the file changed meanwhile. UNAVAILABLE: the store failed.
        """
        name = name_of(path)
        if not self._is_kept(name, path.stat().st_size):
            # S3 and rename(2) show the object whole or not at all.
            with _translated(name):
                obstore.put(
                    self._store,
                    name,
                    _unchanged(path, name),
                    chunk_size=PART_BYTES,
                    max_concurrency=PARTS_AT_ONCE,
                )
        if self._folder is not None:
            with _translated(name):
                disk.sync(self._folder / name)
                disk.sync(self._folder)
        return name

    def open(self, name: str, *, start: int = 0, length: int | None = None) -> Blob:
        """Return a blob, or `length` bytes of it from `start` on.

        Raises:
            RightsError: NOT_FOUND: it is not there. INVALID: `name` is no name, or the stretch
                lies outside. UNAVAILABLE: the store failed, or the bytes are damaged.
        """
        size = self.size(name)
        end = size if length is None else min(size, start + length)
        if not 0 <= start <= end:
            raise RightsError(Code.INVALID, f"The blob has {size} bytes; {start} is not in it.")
        if start == end:
            # Stores refuse a stretch of nothing.
            return Blob(size, iter(()))
        with _translated(name):
            got = obstore.get(self._store, name, options={"range": (start, end)})
        chunks = (bytes(chunk) for chunk in got.stream(min_chunk_size=READ_BYTES))
        return Blob(size, _checked(chunks, name, whole=end - start == size))

    def save(self, name: str, path: Path) -> None:
        """Write a blob to a new file.

        Raises:
            RightsError: As for `open`; what was written until then stays there.
        """
        with path.open("xb") as file:
            file.writelines(self.open(name))

    @contextlib.contextmanager
    def lent(self, name: str, folder: Path) -> Generator[Path | None]:
        """Yield a blob as a file under a folder, until leaving; None: it is not there any more.

        Raises:
            RightsError: As for `open`, but for NOT_FOUND.
        """
        with tempfile.TemporaryDirectory(dir=folder, prefix="lent-") as own:
            path: Path | None = Path(own) / name
            try:
                self.save(name, path)
            except RightsError as error:
                if error.code is not Code.NOT_FOUND:
                    raise
                path = None
            yield path

    def size(self, name: str) -> int:
        """Return how many bytes a blob has.

        Raises:
            RightsError: NOT_FOUND or INVALID, as for `open`.
        """
        _check(name)
        with _translated(name):
            return obstore.head(self._store, name)["size"]

    def delete(self, name: str) -> None:
        """Remove a blob for good; one that is not there is already removed.

        Raises:
            RightsError: INVALID: `name` is no name. UNAVAILABLE: the store failed.
        """
        _check(name)
        try:
            with _translated(name):
                obstore.delete(self._store, name)
        except RightsError as error:
            if error.code != Code.NOT_FOUND:
                raise
        if self._folder is not None:
            with _translated(name):
                disk.sync(self._folder)

    def _is_kept(self, name: str, size: int) -> bool:
        """Return whether a sound copy is there already."""
        try:
            if self.size(name) != size:
                return False
            if self._folder is not None:
                # A crash between the copy's rename and its fsync may have left zeros for bytes.
                for _ in self.open(name):
                    pass
        except RightsError as error:
            if error.code in {Code.NOT_FOUND, Code.UNAVAILABLE}:
                return False
            raise
        return True


def _check(name: str) -> None:
    if not NAME.fullmatch(name):
        raise RightsError(Code.INVALID, "A blob's name is 64 lower-case hexadecimal digits.")


@contextlib.contextmanager
def _translated(what: str) -> Generator[None]:
    """Turn what stores and disks raise into our one error."""
    try:
        yield
    except FileNotFoundError as error:
        raise RightsError(Code.NOT_FOUND, f"There is no blob {what}.") from error
    except (BaseError, OSError, ValueError) as error:
        raise RightsError(
            Code.UNAVAILABLE, f"The blob store failed at {what}; try again later."
        ) from error


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(READ_BYTES):
            yield chunk


def _unchanged(path: Path, name: str) -> Iterator[bytes]:
    """Yield a file, and fail before the end is sent if it is no longer what it was named for."""
    digest = hashlib.sha256()
    for chunk in _read(path):
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != name:
        raise RightsError(Code.CONFLICT, f"{path.name} was changed while it was being stored.")


def _checked(chunks: Iterator[bytes], name: str, *, whole: bool) -> Iterator[bytes]:
    digest = hashlib.sha256()
    with _translated(name):
        for chunk in chunks:
            digest.update(chunk)
            yield chunk
    if whole and digest.hexdigest() != name:
        raise RightsError(Code.UNAVAILABLE, f"The blob {name} is damaged.")
