"""Who is asking: the principal of an API key, or what an access token lets its bearer do."""

from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, OAuth2
from fastapi.security.utils import get_authorization_scheme_param

from rightsd.domain.client import Access, Scope
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import apikeys, clients

TOKEN_PATH = "/oauth/token"  # noqa: S105 -- An address.

_bearer = HTTPBearer(auto_error=False, description="An API key, rk_…")
_token = OAuth2(
    flows=OAuthFlows(
        clientCredentials=OAuthFlowClientCredentials(
            tokenUrl=TOKEN_PATH,
            scopes={
                Scope.FETCH: "Search and read manifests and receipts",
                Scope.STORE: "Store manifests, and remove one's own",
                Scope.BIND: "Store soft bindings",
            },
        )
    ),
    scheme_name="OAuth2",
    auto_error=False,
)


def runtime(request: Request) -> Runtime:
    """Return what the application runs on."""
    return cast("Runtime", request.app.state.runtime)


def principal(
    rt: Annotated[Runtime, Depends(runtime)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Principal:
    """Return who asks.

    Raises:
        RightsError: UNAUTHENTICATED.
    """
    if credentials is None:
        detail = "this needs an API key: send it as “Authorization: Bearer rk_…”"
        raise RightsError(Code.UNAUTHENTICATED, detail)
    with rt.transaction() as tx:
        return apikeys.authenticate(tx, credentials.credentials)


def caller(
    rt: Annotated[Runtime, Depends(runtime)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Principal | None:
    """Return who asks, or None when no key came: for what needs no account.

    Raises:
        RightsError: UNAUTHENTICATED: a key came, and is none.
    """
    return None if credentials is None else principal(rt, credentials)


def access(
    rt: Annotated[Runtime, Depends(runtime)],
    authorization: Annotated[str | None, Depends(_token)],
) -> Access:
    """Return what the bearer of an access token may do.

    Raises:
        RightsError: UNAUTHENTICATED.
    """
    scheme, token = get_authorization_scheme_param(authorization)
    if scheme.lower() != "bearer" or not token:
        detail = f"this needs an access token from {TOKEN_PATH}: “Authorization: Bearer …”"
        raise RightsError(Code.UNAUTHENTICATED, detail)
    return clients.authorise(rt, token)


Rt = Annotated[Runtime, Depends(runtime)]
Actor = Annotated[Principal, Depends(principal)]
Caller = Annotated[Principal | None, Depends(caller)]
Bearer = Annotated[Access, Depends(access)]


def reviewer(actor: Actor) -> Principal:
    """Return who asks, if it is a reviewer: before any file is looked at for them.

    Raises:
        RightsError: FORBIDDEN.
    """
    actor.require(Role.REVIEWER)
    return actor


Reviewer = Annotated[Principal, Depends(reviewer)]
