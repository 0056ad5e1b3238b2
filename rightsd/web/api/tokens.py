"""/oauth/token: access tokens for clients. api-specs/resolution.md.

Sources: RFC 6749 sections 2.3.1, 4.4 and 5; RFC 8414 for where this is said to be. Errors have the
form of RFC 6749 section 5.2, since OAuth libraries read no other.
"""

import base64
import binascii
from typing import Annotated
from urllib.parse import unquote_plus

from fastapi import APIRouter, Form, Header, Request
from fastapi.responses import JSONResponse

from rightsd.domain.client import TOKEN_LIFETIME, Scope
from rightsd.domain.credential import KEYS_PATH
from rightsd.errors import Code, RightsError
from rightsd.web.auth import TOKEN_PATH, Rt
from rightsd.web.pace import Pace
from rightsd.workflows import clients

router = APIRouter(tags=["resolution"])

GRANT = "client_credentials"
METHODS = ["client_secret_basic", "client_secret_post"]
NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}

requests = Pace("requests for tokens", per_minute=60)
guesses = Pace("attempts with a wrong secret", per_minute=60)  # From one address.


@router.post(TOKEN_PATH, response_class=JSONResponse)
def issue_token(
    rt: Rt,
    request: Request,
    grant_type: Annotated[str, Form()] = "",
    scope: Annotated[str, Form()] = "",
    client_id: Annotated[str, Form()] = "",
    client_secret: Annotated[str, Form()] = "",
    authorization: Annotated[str, Header()] = "",
) -> JSONResponse:
    """Give a client a bearer token for ten minutes (RFC 6749 section 4.4).

    The client says who it is by HTTP Basic or by `client_id` and `client_secret`, not by both.
    """
    if authorization and client_secret:
        return _refuse(400, "invalid_request", "say who you are in one way, not in two")
    if authorization:
        client_id, client_secret = _basic(authorization)
    if not grant_type:
        return _refuse(400, "invalid_request", "grant_type is missing")
    if grant_type != GRANT:
        return _refuse(400, "unsupported_grant_type", f"the only grant here is {GRANT}")
    try:
        with rt.transaction() as tx:
            client = clients.authenticate(tx, client_id, client_secret)
        # Not before: the log tells everyone the ids of clients.
        requests.step(client.id, rt.clock())
    except RightsError as error:
        if error.code is not Code.UNAUTHENTICATED:
            raise
        guesses.step(request.client.host if request.client else "", rt.clock())
        return _refuse(401, "invalid_client", error.detail)
    token = clients.issue(rt, client, scope)
    if token is None:
        return _refuse(400, "invalid_scope", "the client has no such scope")
    said = {
        "access_token": token.text,
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LIFETIME.total_seconds()),
        "scope": " ".join(token.scopes),
    }
    return JSONResponse(said, headers=NOT_KEPT)


@router.get("/.well-known/oauth-authorization-server", response_class=JSONResponse)
def show_metadata(rt: Rt) -> JSONResponse:
    """Say where tokens are to be had, and for what (RFC 8414)."""
    said = {
        "issuer": rt.issuer.url,
        "token_endpoint": rt.issuer.url + TOKEN_PATH,
        "token_endpoint_auth_methods_supported": METHODS,
        "grant_types_supported": [GRANT],
        "response_types_supported": list[str](),
        "scopes_supported": list(Scope),
        "jwks_uri": rt.issuer.url + KEYS_PATH,
    }
    return JSONResponse(said)


def _basic(header: str) -> tuple[str, str]:
    """Return id and secret from HTTP Basic (RFC 6749 section 2.3.1); empty ones if it is none."""
    scheme, _, written = header.partition(" ")
    try:
        said = base64.b64decode(written.strip(), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return "", ""
    if scheme.lower() != "basic":
        return "", ""
    client_id, _, secret = said.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)


def _refuse(status: int, error: str, description: str) -> JSONResponse:
    headers = NOT_KEPT | ({"WWW-Authenticate": "Basic"} if status == 401 else {})
    said = {"error": error, "error_description": description}
    return JSONResponse(said, status_code=status, headers=headers)
