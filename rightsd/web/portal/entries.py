"""Audit: the published log, one entry with its proof, and bundles to take home.

The proof is checked in the browser, by static/proofs.js, from what the page shows; without it the
page says how to check it elsewhere.
"""

import json

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from ledger import entry
from rightsd.domain.principal import Role
from rightsd.errors import Code, RightsError
from rightsd.web import bundles
from rightsd.web.auth import Rt
from rightsd.web.portal import render
from rightsd.web.portal.render import Crumb
from rightsd.web.portal.visitors import Anyone
from rightsd.web.portal.wording import of as wording_of
from rightsd.workflows import entries
from rightsd.workflows.exports import scopes, writing

router = APIRouter(include_in_schema=False)

PATH = "/audit"
PAGE_MAX = 50
SOUGHT_LENGTH_MAX = 100
TAKERS = (Role.AUDITOR, Role.ADMIN)


@router.get(PATH)
def show_log(rt: Rt, visitor: Anyone, sought: str = "", below: str = "") -> Response:
    """Show entries, the newest first: all, or those about a thing; an entry itself is led to."""
    actor = visitor.actor(*entries.READERS)
    sought = sought.strip()[:SOUGHT_LENGTH_MAX]
    about = sought if entries.THING.fullmatch(sought) else None
    with rt.transaction() as tx:
        if sought and (index := entries.find(tx, actor, rt.witness_policy, sought)) is not None:
            return render.lead(visitor, f"{PATH}/{index}")
        page = entries.page(
            tx,
            actor,
            rt.witness_policy,
            about=about,
            below=_index(below) if below else None,
            limit=PAGE_MAX,
        )
    lost = bool(sought) and (about is None or (not page.entries and not below))
    return render.page(
        visitor,
        "entries.html",
        page=page,
        sought=sought,
        about=about,
        lost=lost,
        takes=actor.role in TAKERS,
    )


@router.get(PATH + "/export")
def export(
    rt: Rt, visitor: Anyone, start: str = "", end: str = "", subject: str = "", case: str = ""
) -> Response:
    """Send a bundle of the log, whole or a part, which verifies offline."""
    writing.require_auditor(visitor.actor())
    scope = scopes.wanted(
        start=_index(start) if start.strip() else None,
        end=_index(end) if end.strip() else None,
        subject=subject.strip() or None,
        case=case.strip() or None,
    )
    return bundles.send(rt, scope, "audit.tar")


@router.get(PATH + "/{index}")
def show_entry(rt: Rt, visitor: Anyone, index: str) -> HTMLResponse:
    """Show an entry, and what proves that it is in the log."""
    actor = visitor.actor(*entries.READERS)
    proven = entries.prove(rt, actor, _index(index))
    body = proven.found.entry.body
    return render.page(
        visitor,
        "entry.html",
        crumbs=[Crumb(PATH, wording_of(visitor.language).say("nav.entries"))],
        proven=proven,
        entry=proven.found.entry,
        event=proven.found.event,
        root=proven.head.root.hex(),
        written=body.decode(),
        shown=json.dumps(entry.decode(body), indent=2, ensure_ascii=False),
    )


def _index(text: str) -> int:
    if not entries.INDEX.fullmatch(text.strip()):
        raise RightsError(Code.NOT_FOUND, "entries are numbered from 0 on")
    return int(text)
