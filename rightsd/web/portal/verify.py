"""The verify page: drop a file, read what it is."""

from fastapi import APIRouter, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from rightsd.errors import RightsError
from rightsd.web import problems, uploads
from rightsd.web.auth import Rt
from rightsd.web.portal import render
from rightsd.web.portal.visitors import Anyone
from rightsd.workflows import verifications

router = APIRouter(include_in_schema=False)


@router.get("/verify")
def show_form() -> RedirectResponse:
    """Lead to the form."""
    return RedirectResponse("/", status_code=303)


@router.post("/verify")
def show_verdict(rt: Rt, visitor: Anyone, file: UploadFile) -> HTMLResponse:
    """Show what an uploaded file is."""
    try:
        with uploads.looked_at(rt, file) as path:
            verification = verifications.verify(rt, path)
    except RightsError as error:
        status = problems.STATUS[error.code].value
        return render.page(visitor, "verify.html", status, error=error.detail, verification=None)
    return render.page(visitor, "verify.html", error=None, verification=verification)
