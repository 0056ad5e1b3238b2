"""The transparency log, read-only, as c2sp.org/tlog-tiles has it; and proofs by event."""

import gzip
import re
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ledger.errors import LedgerError
from rightsd.adapters.files import Served
from rightsd.errors import Code, RightsError
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.workflows import checkpoints
from rightsd.workflows.mirrors import CHECKPOINT, TILE

router = APIRouter(tags=["log"])

PROOF = Served("text/plain; charset=utf-8", CHECKPOINT.cache)
RECEIPT = Served('application/cose; cose-type="cose-sign1"', CHECKPOINT.cache)
# The log is for everyone, also for pages that other people's browsers have open.
EVERYONE = {"Access-Control-Allow-Origin": "*"}
EVENT = re.compile(r"evt_[0-9a-f]{32}")
REFUSED = re.compile(r"q\s*=\s*0(?:\.0{0,3})?")


def _content(served: Served) -> dict[int | str, dict[str, Any]]:
    """Return what the API's description says of an answer."""
    media_type = served.media_type.partition(";")[0]
    schema = {"type": "string", "format": "binary"}
    return {200: {"content": {media_type: {"schema": schema}}}}


@router.head("/log/checkpoint", include_in_schema=False)
@router.get("/log/checkpoint", response_class=Response, responses=_content(CHECKPOINT))
def show_checkpoint(rt: Rt) -> Response:
    """Return the newest checkpoint that is signed, and cosigned as the witness policy asks."""
    with rt.transaction() as tx:
        note = checkpoints.published(tx, rt.witness_policy)
    return _answer(note, CHECKPOINT)


@router.head("/log/tile/{path:path}", include_in_schema=False)
@router.get("/log/tile/{path:path}", response_class=Response, responses=_content(TILE))
def show_tile(request: Request, rt: Rt, path: str) -> Response:
    """Return a hash tile or an entry bundle."""
    try:
        with rt.transaction() as tx:
            body = checkpoints.file(tx, f"tile/{path}", rt.witness_policy)
    except LedgerError:
        body = None
    if body is not None and path.startswith("entries/"):
        return _bundle(request, body)
    return _answer(body, TILE)


@router.head("/v1/ledger/proofs/{event_id}", include_in_schema=False)
@router.get("/v1/ledger/proofs/{event_id}", response_class=Response, responses=_content(PROOF))
def show_proof(rt: Rt, event_id: str) -> Response:
    """Return the proof that an event is in the log, as c2sp.org/tlog-proof has it."""
    body = None
    if EVENT.fullmatch(event_id):
        with rt.transaction() as tx:
            body = checkpoints.proof(tx, event_id, rt.witness_policy)
    return _answer(body, PROOF)


@router.head("/v1/ledger/receipts/{event_id}", include_in_schema=False)
@router.get("/v1/ledger/receipts/{event_id}", response_class=Response, responses=_content(RECEIPT))
def show_receipt(rt: Rt, event_id: str) -> Response:
    """Return the receipt that an event is in the log, as RFC 9942 has it."""
    body = checkpoints.receipt(rt, event_id) if EVENT.fullmatch(event_id) else None
    return _answer(body, RECEIPT)


def _answer(body: bytes | None, served: Served, **headers: str) -> Response:
    if body is None:
        # For no longer than a checkpoint: what is not there yet may be there in a second, and a
        # cache that is told nothing keeps a 404 for as long as it likes.
        missing = RightsError(Code.NOT_FOUND, "the log has no such thing, or not yet")
        answer = problems.response(missing)
        answer.headers.update({"Cache-Control": CHECKPOINT.cache, **EVERYONE})
        return answer
    headers |= {"Cache-Control": served.cache, **EVERYONE}
    return Response(body, media_type=served.media_type, headers=headers)


def _bundle(request: Request, body: bytes) -> Response:
    """Return an entry bundle, compressed for whoever takes it so: entries are much alike."""
    if not _takes_gzip(request.headers.get("Accept-Encoding", "")):
        return _answer(body, TILE, Vary="Accept-Encoding")
    compressed = gzip.compress(body, mtime=0)
    encoding = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return _answer(compressed, TILE, **encoding)


def _takes_gzip(accepted: str) -> bool:
    """Return whether an Accept-Encoding names gzip, and not to refuse it (RFC 9110 12.5.3)."""
    for item in accepted.lower().split(","):
        coding, _, weight = (part.strip() for part in item.partition(";"))
        if coding == "gzip":
            return REFUSED.fullmatch(weight) is None
    return False
