"""The front page: what this is, how much there is of it, and a form to check a file."""

from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from rightsd.web.auth import Rt
from rightsd.web.portal import render
from rightsd.workflows import checkpoints

router = APIRouter(include_in_schema=False)

_STYLE = (files("rightsd") / "web" / "portal" / "static" / "style.css").read_bytes()


@router.get("/")
def show_home(rt: Rt) -> HTMLResponse:
    """Show the front page."""
    with rt.transaction() as tx:
        counts = checkpoints.counts(tx)
    return render.page("home.html", counts=counts, origin=rt.log_keys.origin)


@router.get("/static/style.css")
def show_style() -> Response:
    """Return the stylesheet."""
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(_STYLE, media_type="text/css; charset=utf-8", headers=headers)
