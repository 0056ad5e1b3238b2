"""/v1/transparency: the public log of notices (api-specs/transparency.md)."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from rightsd.domain.transparency import PAGE_MAX
from rightsd.web.api.fields import Id, Out
from rightsd.web.auth import Rt
from rightsd.workflows import transparency

router = APIRouter(prefix="/v1/transparency", tags=["transparency"])

# Long enough to bear a crowd; short, because someone may yet be erased.
HEADERS = {"Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"}

Before = Annotated[Id | None, Query(description="The last notice that you have")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]


class ToldNotice(Out):
    """A notice as everyone is told of it. `withheld`: how often something was taken out of it."""

    id: str
    kind: str
    state: str
    down: bool
    received_on: date
    decided_on: date | None
    generation_id: str | None
    text: str | None
    withheld: int


class ToldPage(Out):
    """Notices, newest first. `before`: for the next page; None: this is the last."""

    notices: list[ToldNotice]
    before: str | None


class CountOut(Out):
    """How many notices of a kind were received in a month, and stand where they do now."""

    month: date
    kind: str
    state: str
    notices: int


@router.get("/notices")
def list_notices(
    rt: Rt, response: Response, before: Before = None, limit: Limit = PAGE_MAX
) -> ToldPage:
    """List all notices, newest first, without whom they name."""
    with rt.transaction() as tx:
        page = transparency.page(tx, before=before, limit=limit)
    response.headers.update(HEADERS)
    return ToldPage.model_validate(page)


@router.get("/counts")
def list_counts(rt: Rt, response: Response) -> list[CountOut]:
    """Count the notices of the last two years by month, kind and where they stand now."""
    with rt.transaction() as tx:
        counts = transparency.counts(tx)
    response.headers.update(HEADERS)
    return [CountOut.model_validate(each) for each in counts]
