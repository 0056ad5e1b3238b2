"""/v1/manifests: api-specs/manifests.md."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response

from rightsd.errors import RightsError
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.workflows import manifests

router = APIRouter(prefix="/v1/manifests", tags=["manifests"])

STORE = "application/c2pa"
# Not even for a second: what is served changes with the commit that ends a permission.
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
}
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {STORE: {"schema": {"type": "string", "format": "binary"}}}}
}

Name = Annotated[
    str,
    Path(
        pattern=r"^(gen_[0-9a-f]{32}|urn:c2pa:[0-9A-Za-z:._-]{1,150})$",
        description="URN of the manifest of an output or of a shot, or id of an output",
    ),
]


@router.get("/{manifest_id}", response_class=Response, responses=CONTENT)
def show_manifest(rt: Rt, manifest_id: Name) -> Response:
    """Return the manifest store of an output: redacted, when the output may not be shown now."""
    try:
        with rt.transaction() as tx:
            served = manifests.show(tx, manifest_id)
    except RightsError as error:
        answer = problems.response(error)
        answer.headers.update(HEADERS)
        return answer
    return Response(served.store, media_type=STORE, headers=HEADERS)
