"""Who is asking: the principal of an API key."""

from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import accounts

_bearer = HTTPBearer(auto_error=False, description="An API key, rk_…")


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
        return accounts.authenticate(tx, credentials.credentials)


def caller(
    rt: Annotated[Runtime, Depends(runtime)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Principal | None:
    """Return who asks, or None when no key came: for what needs no account.

    Raises:
        RightsError: UNAUTHENTICATED: a key came, and is none.
    """
    return None if credentials is None else principal(rt, credentials)


Rt = Annotated[Runtime, Depends(runtime)]
Actor = Annotated[Principal, Depends(principal)]
Caller = Annotated[Principal | None, Depends(caller)]


def reviewer(actor: Actor) -> Principal:
    """Return who asks, if it is a reviewer: before any file is looked at for them.

    Raises:
        RightsError: FORBIDDEN.
    """
    actor.require(Role.REVIEWER)
    return actor


Reviewer = Annotated[Principal, Depends(reviewer)]
