"""Choosing a language: a link, since it changes nothing but what this browser is shown."""

from fastapi import APIRouter
from fastapi.responses import Response

from rightsd.domain.letter import Language
from rightsd.web.portal import render
from rightsd.web.portal.visitors import LANGUAGE, YEAR, Anyone

router = APIRouter(include_in_schema=False)


@router.get("/language/{language}")
def choose(visitor: Anyone, language: Language, next: str = "/") -> Response:  # noqa: A002 -- The word in addresses.
    """Show pages in a language from now on, in this browser."""
    response = render.lead(visitor, next)
    visitor.set(response, LANGUAGE, language.value, keep=YEAR)
    return response
