"""The transparency page: every notice and what became of it; English and Japanese."""

import re
from collections.abc import Sequence
from datetime import date

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from rightsd.domain.transparency import PAGE_MAX, Count
from rightsd.web.auth import Rt
from rightsd.web.portal import render
from rightsd.web.portal.visitors import Anyone
from rightsd.workflows import transparency

router = APIRouter(include_in_schema=False)

_NOTICE = re.compile(r"ntc_[0-9a-f]{32}")


@router.get("/transparency")
def show_notices(rt: Rt, visitor: Anyone, before: str = "") -> HTMLResponse:
    """Show what everyone is told of notices."""
    known = before if _NOTICE.fullmatch(before) else None
    with rt.transaction() as tx:
        shown = transparency.page(tx, before=known, limit=PAGE_MAX)
        counts = [] if known else transparency.counts(tx)
    return render.page(
        visitor,
        "transparency.html",
        notices=shown.notices,
        before=shown.before,
        first=known is None,
        months=_months(counts),
    )


def _months(counts: Sequence[Count]) -> dict[date, list[Count]]:
    found: dict[date, list[Count]] = {}
    for count in counts:
        found.setdefault(count.month, []).append(count)
    return found
