"""The verify page: drop a file, read what it is."""

from fastapi import APIRouter, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from rightsd.errors import RightsError
from rightsd.web import problems, uploads
from rightsd.web.auth import Rt
from rightsd.web.portal import render
from rightsd.workflows import verifications

router = APIRouter(include_in_schema=False)

HEADLINES = {
    "genuine": "Genuine. This is the file as it was released.",
    "stripped": "Ours, but stripped. It has no valid credential of ours.",
    "copied_mark": "A copied mark. The watermark belongs to another clip.",
    "altered": "Altered. It was changed after it was signed, or put together.",
    "withdrawn": "Withdrawn. This may not be shown any more.",
    "foreign_credential": "Someone else's credential. Nothing in it is ours.",
    "unchecked": "Not checked. Its content could not be compared.",
    "unknown": "Unknown. Nothing in it is ours.",
}


@router.get("/verify")
def show_form() -> RedirectResponse:
    """Lead to the form."""
    return RedirectResponse("/", status_code=303)


@router.post("/verify")
def show_verdict(rt: Rt, file: UploadFile) -> HTMLResponse:
    """Show what an uploaded file is."""
    try:
        with uploads.looked_at(rt, file) as path:
            verification = verifications.verify(rt, path)
    except RightsError as error:
        status = problems.STATUS[error.code].value
        return render.page("verify.html", status, error=error.detail, verification=None)
    return render.page(
        "verify.html",
        error=None,
        verification=verification,
        headline=HEADLINES[verification.verdict.kind.value],
    )
