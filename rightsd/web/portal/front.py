"""The front page: what this is, how much there is of it, and a form to check a file."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from rightsd.web.auth import Rt
from rightsd.web.portal import render
from rightsd.web.portal.visitors import Anyone
from rightsd.workflows import checkpoints

router = APIRouter(include_in_schema=False)


@router.get("/")
def show_front(rt: Rt, visitor: Anyone) -> HTMLResponse:
    """Show the front page."""
    with rt.transaction() as tx:
        counts = checkpoints.counts(tx)
    return render.page(visitor, "front.html", counts=counts, origin=rt.log_keys.origin)
