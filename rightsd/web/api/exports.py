"""/v1/exports."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from ledger import merkle
from rightsd.web import bundles
from rightsd.web.api.fields import Id
from rightsd.web.auth import Actor, Rt
from rightsd.workflows.exports import scopes, writing

router = APIRouter(prefix="/v1/exports", tags=["exports"])

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
    return bundles.send(rt, scope, "audit.tar")
