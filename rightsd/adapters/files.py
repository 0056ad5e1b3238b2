"""Keeps named files in a folder or in an S3 bucket, for static servers to hand out."""

import contextlib
import os
import re
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import obstore
from obstore.exceptions import BaseError

from rightsd.adapters import disk, stores
from rightsd.errors import Code, RightsError

FILE_BYTES_MAX = 32 << 20  # Files are in memory whole; the largest of a log has 17 MB.
NAME_CHARS_MAX = 255
# No part begins with a dot; obstore marks files that it is still writing with a "#".
NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*(?:/[0-9A-Za-z][0-9A-Za-z._-]*)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Served:
    """How a file is handed out. A bucket keeps this with it; a folder's server must know it.

    Attributes:
        media_type: The Content-Type.
        cache: The Cache-Control.
    """

    media_type: str
    cache: str


class Files:
    """A store of files, each there whole or not at all."""

    def __init__(self, url: str) -> None:
        """Open the store.

        Args:
            url: `file:///folder`, which is made if missing, or `s3://bucket/prefix`, with the
                credentials, region and endpoint of the usual `AWS_…` environment variables.

        Raises:
            RightsError: INVALID; it is neither.
        """
        with _translated("the store"):
            # Another user's server reads these, so the folder is not closed to others.
            self._store, self._folder = stores.open_store(url, what="file", mode=0o777)

    def put(self, name: str, body: bytes, served: Served) -> None:
        """Keep a file under a name, in the place of what was there.

        When this returns, the file survives a power failure. Readers see the old file or the new
        one. Putting the same bytes again writes nothing, and repairs what a crash has damaged.

        Args:
            name: Parts with slashes between them, as in "tile/0/000.p/7".
            body: At most FILE_BYTES_MAX bytes.
            served: How it is handed out.

        Raises:
            RightsError: INVALID: `name` is no name, or the file too large. UNAVAILABLE: the store
                failed.
        """
        if len(body) > FILE_BYTES_MAX:
            raise RightsError(Code.INVALID, f"A file has at most {FILE_BYTES_MAX} bytes.")
        if self.get(name) != body:
            with _translated(name):
                if self._folder is None:
                    headers = {"Content-Type": served.media_type, "Cache-Control": served.cache}
                    obstore.put(self._store, name, body, attributes=headers)
                else:
                    _write(self._folder / name, body)
        if self._folder is not None:
            # Also when nothing was written: a crash may have come between the two the last time.
            with _translated(name):
                _sync(self._folder, name)

    def get(self, name: str) -> bytes | None:
        """Return a file, or None if there is none.

        Raises:
            RightsError: INVALID: `name` is no name. UNAVAILABLE: the store failed, or the file is
                larger than any that was put there.
        """
        if len(name) > NAME_CHARS_MAX or not NAME.fullmatch(name):
            raise RightsError(Code.INVALID, "A file's name has letters, digits, and ._-/ between.")
        with _translated(name):
            try:
                got = obstore.get(self._store, name)
            except FileNotFoundError:
                return None
            if got.meta["size"] > FILE_BYTES_MAX:
                raise RightsError(Code.UNAVAILABLE, f"The file {name} is not one of ours.")
            return bytes(got.bytes())


@contextlib.contextmanager
def _translated(what: str) -> Generator[None]:
    """Turn what stores and disks raise into our one error."""
    try:
        yield
    except (BaseError, OSError, ValueError) as error:
        raise RightsError(
            Code.UNAVAILABLE, f"The file store failed at {what}; try again later."
        ) from error


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with disk.replacing(path) as file:
        # Whoever may read the folder may read the file.
        os.fchmod(file.fileno(), path.parent.stat().st_mode & 0o666)
        file.write(body)


def _sync(folder: Path, name: str) -> None:
    """Force a file's bytes to the disk, and the names of all folders on the way to it."""
    path = folder / name
    while path != folder:
        disk.sync(path)
        path = path.parent
    disk.sync(folder)
