"""Watch: the clips that creators show to everyone, each with its credential and its lineage."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from rightsd.domain.generation import MAKERS
from rightsd.web.auth import Rt
from rightsd.web.portal import paging, players, render
from rightsd.web.portal.render import Crumb
from rightsd.web.portal.visitors import Anyone
from rightsd.web.portal.wording import of as wording_of
from rightsd.workflows.generations import shares

router = APIRouter(include_in_schema=False)

PATH = "/watch"


@router.get(PATH)
def show_gallery(rt: Rt, visitor: Anyone, before: str = "") -> HTMLResponse:
    """Show the clips that are shared, newest first."""
    with rt.transaction() as tx:
        found, further = shares.newest(tx, before=paging.read(before))
    return render.page(
        visitor, "watch.html", clips=found, first=not before, next=further and paging.mark(*further)
    )


@router.get(PATH + "/{generation_id}")
def show_clip(rt: Rt, visitor: Anyone, generation_id: str) -> HTMLResponse:
    """Show a clip, of what it is made, and what is made of it."""
    with rt.transaction() as tx:
        clip = shares.find(tx, generation_id)
        lineage = shares.lineage_of(tx, generation_id)
    return render.page(
        visitor,
        "watch_clip.html",
        crumbs=[Crumb(PATH, wording_of(visitor.language).say("nav.watch"))],
        clip=clip,
        generation=clip.generation,
        lineage=lineage,
        makes=visitor.member is not None and visitor.member.role in MAKERS,
    )


@router.get(PATH + "/{generation_id}/file")
def play(rt: Rt, visitor: Anyone, request: Request, generation_id: str) -> Response:
    """Play a clip that is shared, if at this moment it may be shown."""
    with rt.transaction() as tx:
        clip = shares.find(tx, generation_id)
    return players.play(rt, visitor, request, clip.output)


@router.get(PATH + "/{generation_id}/thumbnail")
def show_thumbnail(rt: Rt, visitor: Anyone, generation_id: str) -> Response:
    """Show a small picture of a clip that is shared."""
    with rt.transaction() as tx:
        jpeg = shares.thumbnail(tx, generation_id)
    return Response(jpeg, media_type="image/jpeg", headers=render.headers(visitor.nonce))
