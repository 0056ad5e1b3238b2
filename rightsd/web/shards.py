"""One shard of the fingerprint index, for the daemons that have its token: `fingerprint.shards`."""

import hmac
from pathlib import Path
from typing import Annotated, cast

from fastapi import APIRouter, Body, Depends, FastAPI, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from fingerprint import shards
from fingerprint.errors import ShardError
from fingerprint.shards import Part
from rightsd.adapters.shards import MEDIA_TYPE, read_token
from rightsd.errors import Code, RightsError
from rightsd.shard import Shard
from rightsd.web import problems
from rightsd.web.limits import BodyLimit

SEARCH = "/v1/search"
ROW_ID_MAX = (1 << 63) - 1

router = APIRouter()
_bearer = HTTPBearer(auto_error=False)


class Health(BaseModel):
    """Which shard this is, and whether it has read everything."""

    shard: str
    ready: bool


def create_app(shard: Shard, token_file: Path) -> FastAPI:
    """Return the ASGI application over a shard.

    Args:
        shard: The shard.
        token_file: Holds the token of those who may ask; read anew for every request.
    """
    app = FastAPI(title="rightsd index", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.shard = shard
    app.state.token_file = token_file
    problems.install(app)
    app.add_middleware(BodyLimit, bytes_max={SEARCH: shards.QUERY_BYTES_MAX})
    app.include_router(router)
    return app


def _asked(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Shard:
    """Return the shard, for whoever has the token."""
    token = read_token(request.app.state.token_file)
    sent = "" if credentials is None else credentials.credentials
    if not hmac.compare_digest(sent.encode(), token.encode()):
        raise RightsError(Code.UNAUTHENTICATED, "this needs the token of the fingerprint index")
    return cast("Shard", request.app.state.shard)


Asked = Annotated[Shard, Depends(_asked)]


@router.get("/healthz")
def show_health(request: Request, response: Response) -> Health:
    """Say which shard this is; the status says whether it may be asked."""
    shard = cast("Shard", request.app.state.shard)
    if not shard.ready:
        response.status_code = problems.STATUS[Code.UNAVAILABLE]
    return Health(shard=str(shard.part), ready=shard.ready)


@router.post(SEARCH)
def search(shard: Asked, body: Annotated[bytes, Body(media_type=MEDIA_TYPE)]) -> Response:
    """Answer a query with what is near its codes."""
    try:
        query = shards.unpack_query(body)
    except ShardError as error:
        raise RightsError(Code.INVALID, str(error)) from error
    return Response(shards.pack_answer(shard.answer(query)), media_type=MEDIA_TYPE)


@router.get("/v1/shards/{number}/{of}/{collection}")
def count(shard: Asked, number: int, of: int, collection: str) -> int:
    """Say how many rows a collection has here."""
    return shard.count(_part(number, of), collection)


@router.get("/v1/shards/{number}/{of}/{collection}/{row_id}")
def has(shard: Asked, number: int, of: int, collection: str, row_id: int) -> bool:
    """Say whether a collection has a row here."""
    if not 0 <= row_id <= ROW_ID_MAX:
        raise RightsError(Code.INVALID, "the number of a row has 63 bits at most, and no sign")
    return shard.has(_part(number, of), collection, row_id)


def _part(number: int, of: int) -> Part:
    try:
        return Part(number, of)
    except ShardError as error:
        raise RightsError(Code.INVALID, str(error)) from error
