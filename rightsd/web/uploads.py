"""Files of strangers: in the work folder, bounded, and gone afterwards."""

import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from anyio import from_thread
from fastapi import Request, UploadFile

from rightsd.domain.enrolment import Kind
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.enrolments import limits
from rightsd.workflows.enrolments.sessions import Sent

UPLOAD_BYTES_MAX = 256 * 1024 * 1024
AT_ONCE_MAX = 2  # Each takes a core; the rest of the service keeps answering.
WAITING_MAX = 8  # Each takes one of the server's threads, of which there are forty.
WAIT_SECONDS_MAX = 20.0

ARRIVING_MAX = 8  # Each takes one of these threads for as long as its client takes to send it.

FETCHING_MAX = 6  # The same for files at addresses, whose servers may take their time.
FETCHING_OF_ONE_MAX = 2  # So that nobody who names slow servers takes all of these.

_arriving = threading.BoundedSemaphore(ARRIVING_MAX)
_places = threading.BoundedSemaphore(AT_ONCE_MAX + WAITING_MAX)
_turns = threading.BoundedSemaphore(AT_ONCE_MAX)
_fetching = Counter[str]()  # By who asked.
_fetching_lock = threading.Lock()


@contextmanager
def turn() -> Generator[None]:
    """Wait until files can be looked at.

    Raises:
        RightsError: BUSY.
    """
    busy = RightsError(Code.BUSY, "many files are being looked at; try again in a moment")
    if not _places.acquire(blocking=False):
        raise busy
    try:
        if not _turns.acquire(timeout=WAIT_SECONDS_MAX):
            raise busy
        try:
            yield
        finally:
            _turns.release()
    finally:
        _places.release()


@contextmanager
def looked_at(rt: Runtime, upload: UploadFile) -> Generator[Path]:
    """Give an upload a path for as long as it is looked at, when its turn has come.

    Raises:
        RightsError: BUSY; INVALID, when it is empty; TOO_LARGE.
    """
    with turn(), stored(rt, upload) as path:
        yield path


@contextmanager
def received(
    rt: Runtime, request: Request, *, bytes_max: int = UPLOAD_BYTES_MAX
) -> Generator[Path]:
    """Give the body of a request a path, without waiting for a turn: for one that is a file itself.

    It is read here, in a thread of the server's, so that it never lies in memory as a whole.

    Raises:
        RightsError: BUSY; INVALID, when it is empty; TOO_LARGE.
    """
    with (
        arriving(),
        tempfile.NamedTemporaryFile(dir=rt.work_folder, prefix="upload-") as file,
    ):
        pieces = request.stream()  # The last piece is empty.
        while piece := from_thread.run(pieces.__anext__):
            file.write(piece)
        file.flush()
        yield _whole(file, bytes_max)


@contextmanager
def arriving() -> Generator[None]:
    """Take a place while a file comes in, at the pace of whoever sends it.

    Raises:
        RightsError: BUSY.
    """
    if not _arriving.acquire(blocking=False):
        raise RightsError(Code.BUSY, "many files are arriving; try again in a moment")
    try:
        yield
    finally:
        _arriving.release()


@contextmanager
def fetching(who: str) -> Generator[None]:
    """Take a place while a file is fetched from an address that somebody named.

    Args:
        who: Where the request comes from.

    Raises:
        RightsError: BUSY. TOO_MANY: they have enough fetched at this moment.
    """
    with _fetching_lock:
        if _fetching.total() >= FETCHING_MAX:
            raise RightsError(Code.BUSY, "many files are being fetched; try again in a moment")
        if _fetching[who] >= FETCHING_OF_ONE_MAX:
            detail = f"{FETCHING_OF_ONE_MAX} files are being fetched for you; wait for one"
            raise RightsError(Code.TOO_MANY, detail)
        _fetching[who] += 1
    try:
        yield
    finally:
        with _fetching_lock:
            _fetching[who] -= 1
            if not _fetching[who]:
                del _fetching[who]


@contextmanager
def stored(
    rt: Runtime, upload: UploadFile, *, bytes_max: int = UPLOAD_BYTES_MAX
) -> Generator[Path]:
    """Give an upload a path, without waiting for a turn.

    Raises:
        RightsError: INVALID, when it is empty; TOO_LARGE.
    """
    with tempfile.NamedTemporaryFile(dir=rt.work_folder, prefix="upload-") as file:
        shutil.copyfileobj(upload.file, file)
        file.flush()
        yield _whole(file, bytes_max)


@contextmanager
def sent(rt: Runtime, given: Sequence[tuple[Kind, UploadFile]]) -> Generator[list[Sent]]:
    """Give the uploads of an enrolment paths for as long as they are looked at.

    Raises:
        RightsError: INVALID, when one is empty; TOO_LARGE.
    """
    with ExitStack() as stack:
        yield [
            Sent(
                kind,
                stack.enter_context(stored(rt, upload, bytes_max=limits.OF[kind].bytes_max)),
            )
            for kind, upload in given
        ]


def _whole(file: IO[bytes], bytes_max: int) -> Path:
    """Return the path of a file that has been written, if it has a size that it may have."""
    size = file.tell()
    if size == 0:
        raise RightsError(Code.INVALID, "the file is empty")
    if size > bytes_max:
        raise RightsError(Code.TOO_LARGE, f"this file may have {bytes_max} bytes")
    return Path(file.name)
