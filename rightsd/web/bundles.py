"""Sending audit bundles: written whole first, so that a slow reader holds but a file."""

import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO

from fastapi.responses import StreamingResponse

from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.exports import writing
from rightsd.workflows.exports.scopes import Scope

PIECE_BYTES = 1 << 20
turn = threading.Lock()  # One export at a time: each reads everything.
HELD_MAX = 4  # Bundles that lie on the disk: one under way, and those that slow readers still take.
_held = threading.BoundedSemaphore(HELD_MAX)


def send(rt: Runtime, scope: Scope | None, name: str) -> StreamingResponse:
    """Return the answer that is a bundle, under a name, as of one moment.

    Raises:
        RightsError: BUSY, and what `writing.audit` raises.
    """
    if not _held.acquire(blocking=False):
        raise RightsError(Code.BUSY, "many exports are being taken; try again in a moment")
    held = ExitStack()
    held.callback(_held.release)
    try:
        file = _written(rt, scope, held)
    except BaseException:
        held.close()
        raise
    headers = {
        "Content-Length": str(file.tell()),
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    response = StreamingResponse(
        _pieces(file, held), media_type="application/x-tar", headers=headers
    )
    # Who leaves before the first byte leaves an iterator that never began, and so never ends.
    weakref.finalize(response, held.close)
    return response


def _written(rt: Runtime, scope: Scope | None, held: ExitStack) -> IO[bytes]:
    """Return the bundle, whole before the first byte is sent, in a file that `held` closes.

    A slow reader holds a file, not a transaction.
    """
    if not turn.acquire(blocking=False):
        raise RightsError(Code.BUSY, "another export is being written; try again in a moment")
    try:
        file = tempfile.TemporaryFile(dir=rt.work_folder)  # noqa: SIM115 - closed by `held`
        held.callback(file.close)
        writing.audit(rt, file, scope=scope)
    finally:
        turn.release()
    return file


def _pieces(file: IO[bytes], held: ExitStack) -> Iterator[bytes]:
    with held:
        file.seek(0)
        while piece := file.read(PIECE_BYTES):
            yield piece
