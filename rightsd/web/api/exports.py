"""/v1/exports."""

import tempfile
import threading
from collections.abc import Iterator
from typing import IO

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from rightsd.errors import Code, RightsError
from rightsd.web.auth import Actor, Rt
from rightsd.workflows import exports

router = APIRouter(prefix="/v1/exports", tags=["exports"])

PIECE_BYTES = 1 << 20
_turn = threading.Lock()  # One export at a time: each reads everything.


@router.get("/audit.tar", response_class=StreamingResponse)
def export_audit(actor: Actor, rt: Rt) -> StreamingResponse:
    """Export the log and where everything stands, to be verified offline. Auditors only."""
    exports.require_auditor(actor)
    if not _turn.acquire(blocking=False):
        raise RightsError(Code.BUSY, "another export is being written; try again in a moment")
    # Written whole before the first byte is sent: a slow reader holds a file, not a transaction.
    file = tempfile.TemporaryFile(dir=rt.work_folder)  # noqa: SIM115 - closed when it was sent
    try:
        exports.audit(rt, file)
    except BaseException:
        file.close()
        raise
    finally:
        _turn.release()
    headers = {
        "Content-Length": str(file.tell()),
        "Content-Disposition": 'attachment; filename="audit.tar"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_pieces(file), media_type="application/x-tar", headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(PIECE_BYTES):
            yield piece
