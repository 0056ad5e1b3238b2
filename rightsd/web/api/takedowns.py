"""/v1/takedowns/{cause_id}/proof."""

from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from rightsd.errors import Code, RightsError
from rightsd.web import bundles
from rightsd.web.api.fields import Id
from rightsd.web.auth import Caller, Rt
from rightsd.workflows import notices, takedowns
from rightsd.workflows.exports import scopes

router = APIRouter(prefix="/v1/takedowns", tags=["takedowns"])

Token = Annotated[
    str | None,
    Header(alias="Notice-Token", min_length=1, max_length=100, description="Of who gave it"),
]
Part = Annotated[Id | None, Query(alias="platform", description="Only this platform's part")]


@router.get("/{cause_id}/proof", response_class=StreamingResponse)
def export_proof(
    caller: Caller, rt: Rt, cause_id: Id, notice_token: Token = None, platform: Part = None
) -> StreamingResponse:
    """Export the proof of what came of a cause, which `rightsd audit verify` checks offline.

    A cause is a notice, a consent, an opt-out, a licence: whatever outputs are withdrawn because
    of. Its parties may have it, whoever gave the notice by its token, and staff; a platform has its
    own part, of what it was told and what it answered.
    """
    with rt.transaction() as tx:
        if caller is not None:
            own = takedowns.part_for(tx, caller, cause_id)
        elif notice_token is not None:
            notices.look_up(tx, cause_id, token=notice_token)
            own = None
        else:
            detail = "this needs an API key, or the token of the notice"
            raise RightsError(Code.UNAUTHENTICATED, detail)
    if own is not None and platform not in {None, own}:
        raise RightsError(Code.NOT_FOUND, "there is no such takedown")
    scope = scopes.takedown(cause_id, platform=own or platform)
    return bundles.send(rt, scope, "takedown.tar")
