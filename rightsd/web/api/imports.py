"""/v1/imports: opt-outs from a site, from a file that states them, or from a table."""

import threading
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Form, Query, UploadFile
from fastapi.responses import JSONResponse
from pydantic import Field, StringConstraints

from rightsd.db.tx import Tx
from rightsd.domain.evidence import SOURCE_CHARS_MAX, Evidence, Kind
from rightsd.domain.principal import Principal, Role
from rightsd.domain.signals.reservation import Reservation, Source, Stance, Use
from rightsd.domain.work import ALIASES_MAX
from rightsd.errors import Code, RightsError
from rightsd.web import commands, uploads
from rightsd.web.api.fields import Body, Line, Out
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows.imports import applying, preparing
from rightsd.workflows.imports.applying import Change, Imported
from rightsd.workflows.imports.preparing import Prepared

router = APIRouter(prefix="/v1/imports", tags=["imports"])

FETCHING_MAX = 4  # Sites at once; each takes a thread for half a minute at most.
WRITING_MAX = 1  # Files at once; a long table takes a core for minutes.
WAIT_SECONDS_MAX = 20.0
RESERVATIONS_MAX = 100  # Shown in one answer.

_fetching = threading.BoundedSemaphore(FETCHING_MAX)
_writing = threading.BoundedSemaphore(WRITING_MAX)


def _holder(actor: Actor) -> Principal:
    """Return who asks, if it is a rights holder: before anything is fetched or read for them."""
    actor.require(Role.RIGHTS_HOLDER)
    return actor


Holder = Annotated[Principal, Depends(_holder)]
DryRun = Annotated[bool, Query(description="Say what the import would do, and do nothing")]


class SiteIn(Body):
    """A page of the site, and the names that its owner goes by."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=SOURCE_CHARS_MAX)]
    names: Annotated[tuple[Line, ...], Field(max_length=ALIASES_MAX)] = ()
    lift: bool = False


class EvidenceOut(Out):
    """What an import rests on. `fetched`: by the daemon, from `source`; otherwise it was sent."""

    id: str
    kind: Kind
    source: str | None
    fetched: bool
    sha256: str
    size: int
    recorded_at: datetime

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        """Return the public form."""
        return cls(
            id=evidence.id,
            kind=evidence.kind,
            source=evidence.origin and evidence.origin.source,
            fetched=evidence.fetched,
            sha256=evidence.sha256,
            size=evidence.size,
            recorded_at=evidence.recorded_at,
        )


class ReservationOut(Out):
    """One statement of a document. `reserves`: it keeps a generator from something."""

    source: Source
    scope: str
    uses: dict[Use, Stance]
    agents: list[str]
    holder: str | None
    contact: str | None
    policy_url: str | None
    reserves: bool

    @classmethod
    def of(cls, reservation: Reservation) -> Self:
        """Return the public form."""
        return cls(
            source=reservation.source,
            scope=reservation.scope,
            uses=dict(reservation.uses),
            agents=list(reservation.agents),
            holder=reservation.holder,
            contact=reservation.contact,
            policy_url=reservation.policy_url,
            reserves=reservation.reserves,
        )


class ChangeOut(Out):
    """What becomes of the opt-out of one work. `line` is 1 for what is not a table."""

    line: int
    title: str
    change: Change


class ImportOut(Out):
    """What an import did or, on a dry run, would do now.

    `kept` are opt-outs that stand although their source reserves nothing any more; `unchanged` are
    works of which it says what is so already; `waiting` those with names that would refuse so much
    that a reviewer is asked first.
    """

    dry_run: bool
    works: int
    names: int
    opted_out: int
    lifted: int
    kept: int
    unchanged: int
    waiting: int
    changes: list[ChangeOut]
    evidence: list[EvidenceOut]
    reservations: list[ReservationOut]

    @classmethod
    def of(cls, imported: Imported, prepared: Prepared, *, dry_run: bool) -> Self:
        """Return the public form; a dry run leaves no evidence."""
        stated = [each for document in prepared.documents for each in document.reservations]
        return cls(
            dry_run=dry_run,
            works=imported.works,
            names=imported.names,
            opted_out=imported.opted_out,
            lifted=imported.lifted,
            kept=imported.kept,
            unchanged=imported.unchanged,
            waiting=imported.waiting,
            changes=[ChangeOut.model_validate(change) for change in imported.changes],
            evidence=[] if dry_run else [EvidenceOut.of(each) for each in imported.evidence],
            reservations=[ReservationOut.of(each) for each in stated[:RESERVATIONS_MAX]],
        )


@router.post("", status_code=201, response_model=ImportOut)
def import_site(
    actor: Holder, rt: Rt, sent: Sent, body: SiteIn, *, dry_run: DryRun = False
) -> JSONResponse:
    """Register what a site reserves, by its own files, header fields and licences.

    Rights holders only.
    """
    with (
        _turn(_fetching),
        preparing.from_site(rt, actor, body.url, names=body.names) as prepared,
    ):
        written = body.model_dump_json()
        return _answer(rt, actor, sent, prepared, written=written, lift=body.lift, dry_run=dry_run)


@router.post("/files", status_code=201, response_model=ImportOut)
def import_file(  # noqa: PLR0913 -- Each is a field of the form.
    actor: Holder,
    rt: Rt,
    sent: Sent,
    file: UploadFile,
    kind: Annotated[Kind, Form(description="`catalogue` is a table of works; not `page`")],
    *,
    title: Annotated[
        Line | None, Form(description="The host whose file it is; the title of a `media`")
    ] = None,
    names: Annotated[list[Line], Form(max_length=ALIASES_MAX)] = [],  # noqa: B006 -- Never changed.
    lift: Annotated[bool, Form()] = False,
    dry_run: DryRun = False,
) -> JSONResponse:
    """Register what a file reserves: a table of works, a site's file, a picture or video.

    Rights holders only.
    """
    with _turn(_writing), uploads.stored(rt, file) as path:
        source = (file.filename or "upload")[:SOURCE_CHARS_MAX]
        with _of_file(rt, actor, path, kind, source, title, names) as prepared:
            digest = prepared.documents[0].sha256
            written = f"{digest} {kind} {lift} {dry_run} {[title, *names]}"
            return _answer(rt, actor, sent, prepared, written=written, lift=lift, dry_run=dry_run)


@router.get("")
def list_imports(actor: Actor, rt: Rt) -> list[EvidenceOut]:
    """List what the account's imports rest on, the newest first."""
    with rt.transaction() as tx:
        return [EvidenceOut.of(evidence) for evidence in applying.mine(tx, actor)]


def _of_file(
    rt: Rt,
    actor: Principal,
    path: Path,
    kind: Kind,
    source: str,
    title: str | None,
    names: list[str],
) -> AbstractContextManager[Prepared]:
    if kind is Kind.PAGE:
        raise RightsError(Code.INVALID, "a page is imported by its URL: POST /v1/imports")
    if kind is Kind.CATALOGUE:
        return preparing.from_table(rt, actor, path, source=source)
    if title is None:
        detail = "title is missing: the host whose file it is, or what the picture is called"
        raise RightsError(Code.INVALID, detail)
    return preparing.from_statement(
        rt, actor, path, kind=kind, source=source, title=title, names=names
    )


def _answer(
    rt: Rt,
    actor: Principal,
    sent: Sent,
    prepared: Prepared,
    *,
    written: str,
    lift: bool,
    dry_run: bool,
) -> JSONResponse:
    if dry_run:
        imported = applying.preview(rt, actor, prepared, lift=lift, cap=rt.claim_cap)
        out = ImportOut.of(imported, prepared, dry_run=True)
        return JSONResponse(out.model_dump(mode="json"))
    applying.keep(rt, prepared)

    def command(tx: Tx) -> Answer:
        imported = applying.apply(tx, actor, prepared, lift=lift, cap=rt.claim_cap)
        out = ImportOut.of(imported, prepared, dry_run=False)
        return Answer(201, out.model_dump(mode="json"))

    return commands.run(rt, sent, actor.account_id, written, command)


@contextmanager
def _turn(turns: threading.BoundedSemaphore) -> Generator[None]:
    if not turns.acquire(timeout=WAIT_SECONDS_MAX):
        raise RightsError(Code.BUSY, "other imports are under way; try again in a moment")
    try:
        yield
    finally:
        turns.release()
