"""Error pages: problem documents (RFC 9457) in plain words, for whoever reads pages."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from rightsd.domain.signin import WITHIN
from rightsd.errors import Code, RightsError
from rightsd.web import auth, problems
from rightsd.web.portal import render, visitors
from rightsd.web.portal.visitors import NEXT, Visitor

# What programs ask for: they are answered with problem documents, whatever they accept.
PROGRAMS = ("/v1/", "/sbr/", "/log/", "/m/", "/oauth/", "/.well-known/", "/static/")


def install(app: FastAPI) -> None:
    """Answer those who read pages with pages, and everybody else as before."""
    app.add_exception_handler(RightsError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unknown)


def reads_pages(request: Request) -> bool:
    """Say whether someone looks at this in a browser."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(
        PROGRAMS
    )


def refuse(error: RightsError, request: Request) -> Response:
    """Return the answer to a request that was not let through, as its sender reads it."""
    if not reads_pages(request):
        return problems.response(error, request)
    return _page(
        visitors.stranger(request), error.code.value, error.detail, _status(error, request)
    )


def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, RightsError)
    if not reads_pages(request):
        return problems.response(error, request)
    visitor = _visitor(request)
    if error.code is Code.UNAUTHENTICATED and request.method == "GET":
        response = render.lead(visitor, "/sign-in")
        visitor.set(response, NEXT, visitors.local(visitor.path), keep=WITHIN)
        return response
    return _page(visitor, error.code.value, error.detail, _status(error, request))


def _invalid(request: Request, error: Exception) -> Response:
    if not reads_pages(request):
        return problems.invalid(request, error)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(_visitor(request), Code.INVALID.value, None, status)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if not reads_pages(request):
        return problems.http(request, error)
    status = HTTPStatus(error.status_code)
    kind = Code.NOT_FOUND if status is HTTPStatus.NOT_FOUND else Code.INVALID
    return _page(_visitor(request), kind.value, None, status)


def _unknown(request: Request, error: Exception) -> Response:
    answer = problems.unknown(request, error)
    if not reads_pages(request):
        return answer
    return _page(visitors.stranger(request), "broken", None, HTTPStatus.INTERNAL_SERVER_ERROR)


def _status(error: RightsError, request: Request) -> HTTPStatus:
    return problems.status_of(error, request)


def _visitor(request: Request) -> Visitor:
    try:
        return visitors.of(request, auth.runtime(request))
    except RightsError:  # The database does not answer, which is what is being told.
        return visitors.stranger(request)


def _page(visitor: Visitor, kind: str, detail: str | None, status: HTTPStatus) -> Response:
    return render.page(visitor, "trouble.html", status.value, kind=kind, detail=detail)
