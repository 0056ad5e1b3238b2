"""The rules page: what decides requests, by example, and what changed; English and Japanese."""

from itertools import groupby

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from rightsd.domain import rulebook
from rightsd.domain.rulebook.books import Rule
from rightsd.web.portal import render
from rightsd.web.portal.visitors import Anyone

router = APIRouter(include_in_schema=False)


@router.get("/rules")
def show_rules(visitor: Anyone, version: str = "") -> HTMLResponse:
    """Show a version of the rulebook; the live one, if none is named."""
    book = rulebook.BOOKS.get(version or rulebook.VERSION)
    return render.page(
        visitor,
        "rules.html",
        200 if book else 404,
        book=book,
        books=list(reversed(tuple(rulebook.BOOKS.values()))),
        areas=[] if book is None else _areas(list(book.rules.values())),
    )


def _areas(rules: list[Rule]) -> list[tuple[str, list[Rule]]]:
    """Return rules by area: its id, whose name is in the catalogue, and its rules."""

    def area(rule: Rule) -> str:
        return rule.id.partition(".")[0]

    return [(name, list(found)) for name, found in groupby(sorted(rules, key=area), key=area)]
