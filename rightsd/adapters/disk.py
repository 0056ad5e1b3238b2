"""Writing to the disk so that a power failure forgets nothing that was said to be there."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


def sync(path: Path) -> None:
    """Force a file's bytes, or a folder's names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def create_once(path: Path, content: bytes) -> None:
    """Write a whole file, readable by its owner only, unless there is one already.

    The content is complete on disk before the name appears, and a hard link never replaces a name:
    a crash leaves either no file or a good one, and of two processes the first wins.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(partial, path)
    finally:
        Path(partial).unlink()
    sync(path.parent)


@contextmanager
def replacing(path: Path) -> Generator[IO[bytes]]:
    """Open a file beside a path, and give it that name once it is written, whole, and on disk.

    When the block fails nothing is left, and what was there before stays.
    """
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink()
        raise
    sync(path.parent)
