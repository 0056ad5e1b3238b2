"""/v1/exports."""

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from rightsd.web.auth import Actor, Rt
from rightsd.workflows import exports

router = APIRouter(prefix="/v1/exports", tags=["exports"])


@router.get("/audit.tar", response_class=StreamingResponse)
def export_audit(actor: Actor, rt: Rt) -> StreamingResponse:
    """Export the log and where everything stands, to be verified offline. Auditors only."""
    exports.require_auditor(actor)
    headers = {
        "Content-Disposition": 'attachment; filename="audit.tar"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(exports.audit(rt), media_type="application/x-tar", headers=headers)
