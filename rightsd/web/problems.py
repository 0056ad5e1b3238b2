"""Errors as problem documents (RFC 9457). Only this module knows HTTP status codes."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from rightsd.errors import Code, RightsError

logger = logging.getLogger(__name__)

TYPE = "https://rightsd.example/problems/"
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
RETRY_AFTER = "retry_after_seconds"  # The member of a problem that knows better.
FAULTS_MAX = 10  # Named in one document; more help nobody.

STATUS: Mapping[Code, HTTPStatus] = {
    Code.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Code.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Code.REFUSED: HTTPStatus.FORBIDDEN,
    Code.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.CONFLICT: HTTPStatus.CONFLICT,
    Code.WITHDRAWN: HTTPStatus.GONE,
    Code.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.UNSUPPORTED: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Code.KEY_REUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Code.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}

TITLE: Mapping[Code, str] = {
    Code.INVALID: "The request is not valid",
    Code.UNAUTHENTICATED: "Who are you?",
    Code.FORBIDDEN: "Not with this account",
    Code.REFUSED: "The gate refused this request",
    Code.NOT_FOUND: "There is no such thing",
    Code.CONFLICT: "Not in this state",
    Code.WITHDRAWN: "Withdrawn",
    Code.TOO_LARGE: "Too large",
    Code.UNSUPPORTED: "Not a kind of file that is read here",
    Code.KEY_REUSED: "This Idempotency-Key was used for another request",
    Code.TOO_MANY: "Too many at a time",
    Code.BUSY: "Busy",
    Code.UNAVAILABLE: "Something that is needed is down",
}

# Where the C2PA Soft Binding Resolution API says another status for the same thing.
RESOLUTION = "/sbr/"
RESOLUTION_STATUS: Mapping[Code, HTTPStatus] = {
    Code.INVALID: HTTPStatus.BAD_REQUEST,
    Code.WITHDRAWN: HTTPStatus.NOT_FOUND,
}


def status_of(error: RightsError, request: Request | None = None) -> HTTPStatus:
    """Return the status of the answer to a request that met with an error."""
    if request is not None and error.code is Code.TOO_LARGE and request.method == "GET":
        return HTTPStatus.REQUEST_URI_TOO_LONG  # Nothing else of it can be.
    if request is not None and request.url.path.startswith(RESOLUTION):
        return RESOLUTION_STATUS.get(error.code, STATUS[error.code])
    return STATUS[error.code]


def document(error: RightsError) -> dict[str, Any]:
    """Return the problem document of an error."""
    return {
        "type": TYPE + error.code,
        "title": TITLE[error.code],
        "status": STATUS[error.code].value,
        "detail": error.detail,
        **error.extra,
    }


def response(error: RightsError, request: Request | None = None) -> JSONResponse:
    """Return the answer that carries an error."""
    status = status_of(error, request)
    headers: dict[str, str] = {}
    if error.code is Code.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = "Bearer"
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        headers["Retry-After"] = str(error.extra.get(RETRY_AFTER, RETRY_AFTER_SECONDS))
    return JSONResponse(
        document(error) | {"status": status.value},
        status_code=status.value,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def install(app: FastAPI) -> None:
    """Answer every error of an application with a problem document."""
    app.add_exception_handler(RightsError, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unknown)


def known(request: Request, error: Exception) -> JSONResponse:
    """Answer with the problem document of an error of ours."""
    assert isinstance(error, RightsError)
    return response(error, request)


def invalid(request: Request, error: Exception) -> JSONResponse:
    """Say which member is wrong and how, without repeating what was sent."""
    assert isinstance(error, RequestValidationError)
    faults = [
        {"where": "/".join(str(part) for part in fault["loc"]), "what": str(fault["msg"])}
        for fault in error.errors()[:FAULTS_MAX]
    ]
    detail = "; ".join(f"{fault['where']}: {fault['what']}" for fault in faults)
    return response(RightsError(Code.INVALID, detail, {"faults": faults}), request)


def http(_request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework itself refuses: no such route, no such method."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    document = {"type": "about:blank", "title": status.phrase, "status": status.value}
    if status is HTTPStatus.BAD_REQUEST:
        document["detail"] = "the body of the request could not be read"
    return JSONResponse(
        document, status_code=status.value, media_type=MEDIA_TYPE, headers=error.headers
    )


def unknown(request: Request, error: Exception) -> JSONResponse:
    """Tell the operator everything and the caller nothing."""
    # The pattern of the address, since some hold the secret of a link.
    asked = getattr(request.scope.get("route"), "path", "an address of no route")
    logger.error("%s %s failed", request.method, asked, exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": "something went wrong here, and the operator was told; nothing was changed",
    }
    return JSONResponse(document, status_code=status.value, media_type=MEDIA_TYPE)
