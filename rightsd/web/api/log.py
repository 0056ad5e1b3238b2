"""The transparency log, read-only, as c2sp.org/tlog-tiles has it; and proofs by event."""

import re
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from ledger.errors import LedgerError
from rightsd.errors import Code, RightsError
from rightsd.web.auth import Rt
from rightsd.workflows import checkpoints

router = APIRouter(tags=["log"])

FOREVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=2"
PATH_LENGTH_MAX = 200
EVENT = re.compile(r"^evt_[0-9a-f]{32}$")


@router.get("/log/checkpoint", response_class=Response)
def show_checkpoint(rt: Rt) -> Response:
    """Return the newest signed checkpoint."""
    with rt.transaction() as tx:
        note = checkpoints.latest(tx)
    return _answer(note, "text/plain; charset=utf-8", BRIEFLY)


@router.get("/log/tile/{path:path}", response_class=Response)
def show_tile(rt: Rt, path: Annotated[str, Path(max_length=PATH_LENGTH_MAX)]) -> Response:
    """Return a hash tile or an entry bundle."""
    try:
        with rt.transaction() as tx:
            body = checkpoints.file(tx, f"tile/{path}")
    except LedgerError:
        body = None
    return _answer(body, "application/octet-stream", FOREVER)


@router.get("/v1/ledger/proofs/{event_id}", response_class=Response)
def show_proof(rt: Rt, event_id: str) -> Response:
    """Return the proof that an event is in the log, as c2sp.org/tlog-proof has it."""
    body = None
    if EVENT.match(event_id):
        with rt.transaction() as tx:
            body = checkpoints.proof(tx, event_id)
    return _answer(body, "text/plain; charset=utf-8", BRIEFLY)


def _answer(body: bytes | None, media_type: str, cache: str) -> Response:
    if body is None:
        raise RightsError(Code.NOT_FOUND, "the log has no such thing, or not yet")
    return Response(body, media_type=media_type, headers={"Cache-Control": cache})
