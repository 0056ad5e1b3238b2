"""/v1/exports."""

import tempfile
import threading
from collections.abc import Iterator
from typing import IO, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from ledger import merkle
from rightsd.errors import Code, RightsError
from rightsd.web.api.fields import Id
from rightsd.web.auth import Actor, Rt
from rightsd.workflows.exports import scopes, writing

router = APIRouter(prefix="/v1/exports", tags=["exports"])

PIECE_BYTES = 1 << 20
_turn = threading.Lock()  # One export at a time: each reads everything.

Start = Annotated[
    int | None, Query(alias="from", ge=0, le=merkle.SIZE_MAX, description="First entry")
]
End = Annotated[
    int | None, Query(alias="to", ge=1, le=merkle.SIZE_MAX, description="After the last entry")
]
Subject = Annotated[Id | None, Query(description="Only the entries about this thing")]
Case = Annotated[Id | None, Query(description="Only the entries of this notice's case")]


@router.get("/audit.tar", response_class=StreamingResponse)
def export_audit(
    actor: Actor,
    rt: Rt,
    start: Start = None,
    end: End = None,
    subject: Subject = None,
    case: Case = None,
) -> StreamingResponse:
    """Export the log and where everything stands, to be verified offline. Auditors only.

    Without a filter everything; otherwise a part, each entry of which carries its proof.
    """
    writing.require_auditor(actor)
    scope = scopes.wanted(start=start, end=end, subject=subject, case=case)
    if not _turn.acquire(blocking=False):
        raise RightsError(Code.BUSY, "another export is being written; try again in a moment")
    # Written whole before the first byte is sent: a slow reader holds a file, not a transaction.
    file = tempfile.TemporaryFile(dir=rt.work_folder)  # noqa: SIM115 - closed when it was sent
    try:
        writing.audit(rt, file, scope=scope)
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
