"""The files that pages load: one stylesheet, and modules that make them quicker to use."""

from collections.abc import Mapping
from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import Response

from rightsd.errors import Code, RightsError

router = APIRouter(include_in_schema=False)

KINDS: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Their addresses change with the stylesheet, and modules are few bytes: an hour is enough.
HEADERS = {
    "Cache-Control": "public, max-age=3600",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
}
_ALL: Mapping[str, bytes] = {
    each.name: each.read_bytes()
    for each in (files("rightsd") / "web" / "portal" / "static").iterdir()
}


@router.get("/static/{name}")
def show_asset(name: str) -> Response:
    """Return a file that pages load."""
    content = _ALL.get(name)
    kind = KINDS.get(f".{name.rpartition('.')[2]}")
    if content is None or kind is None:
        raise RightsError(Code.NOT_FOUND, "there is no such file")
    return Response(content, media_type=kind, headers=HEADERS)
