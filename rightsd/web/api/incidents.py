"""/v1/incidents."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import AwareDatetime, Field

from rightsd.db.tx import Tx
from rightsd.domain import postmortem
from rightsd.domain.incident import LINKS_MAX, Incident, Lessons, Note, Part, Severity, State
from rightsd.domain.postmortem import Dossier, Language
from rightsd.domain.runbook import Strand
from rightsd.web import commands
from rightsd.web.api.fields import PRIVATE, Body, Id, Line, Out, Text
from rightsd.web.auth import Actor, Rt
from rightsd.web.commands import Answer, Sent
from rightsd.workflows import incidents

router = APIRouter(prefix="/v1/incidents", tags=["incidents"])


class LinkIn(Body):
    """A thing that the log tells of, and the side of the case to which it belongs."""

    thing_id: Id
    strand: Strand


class IncidentIn(Body):
    """A compound case. Title and notes are sealed; do not name people where an id will do."""

    title: Line
    severity: Severity
    detected_at: AwareDatetime | None = None
    links: Annotated[tuple[LinkIn, ...], Field(max_length=LINKS_MAX)] = ()


class UnlinkIn(Body):
    """What does not belong here."""

    thing_id: Id


class PartIn(Body):
    """Who takes which part: a reviewer or an admin."""

    part: Part
    account_id: Id


class NoteIn(Body):
    """What is to be remembered: a decision, a call, a message that was sent."""

    strand: Strand
    text: Text


class StepIn(Body):
    """Which step of the runbook was done."""

    step_id: Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")]


class TurnIn(Body):
    """How it stands now. `open`: it was not over after all."""

    state: Literal[State.OPEN, State.CONTAINED, State.RESOLVED]


class LessonsIn(Body):
    """What was learnt."""

    impact: Text
    cause: Text
    worked: Text
    changes: Text


class LessonsOut(Out):
    """What was learnt. `commitment_salt`: with all of it, it opens its commitment in the ledger."""

    impact: str
    cause: str
    worked: str
    changes: str
    commitment_salt: str


class IncidentOut(Out):
    """An incident.

    `commitment_salt`: with the title it opens its commitment in the ledger.
    """

    id: str
    account_id: str
    severity: Severity
    title: str
    state: State
    runbook: int
    detected_at: datetime
    opened_at: datetime
    contained_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    lessons: LessonsOut | None
    commitment_salt: str


class LinkOut(Out):
    """A linked thing, and where it stands now."""

    thing_id: str
    strand: Strand
    state: str
    linked_at: datetime


class StepOut(Out):
    """A step of the runbook: what, by when, how, and whether it was done in time."""

    id: str
    strand: Strand
    title: dict[str, str]
    how: str
    due_at: datetime
    done_at: datetime | None
    done_by: str | None


class HappenedOut(Out):
    """An event of the log about the incident or a linked thing; `strand` is that of the link."""

    at: datetime
    kind: str
    thing_id: str
    event_id: str
    strand: Strand | None


class NoteOut(Out):
    """What someone wrote. `commitment_salt`: with it this opens its commitment in the ledger."""

    event_id: str
    account_id: str
    strand: Strand
    text: str | None
    noted_at: datetime
    commitment_salt: str


class DossierOut(Out):
    """All of an incident. `notes` is null for auditors; `whole`: no older events are left out."""

    incident: IncidentOut
    links: list[LinkOut]
    parts: dict[Part, str]
    steps: list[StepOut]
    timeline: list[HappenedOut]
    whole: bool
    notes: list[NoteOut] | None


@router.post("", status_code=201, response_model=IncidentOut)
def open_incident(actor: Actor, rt: Rt, sent: Sent, body: IncidentIn) -> JSONResponse:
    """Open an incident. Reviewers and admins only; whoever opens it leads it at first."""

    def command(tx: Tx) -> Answer:
        made = incidents.open_incident(
            tx,
            actor,
            title=body.title,
            severity=body.severity,
            detected_at=body.detected_at,
            linked=[(link.thing_id, link.strand) for link in body.links],
        )
        return _answer(201, made)

    return commands.run(rt, sent, actor.account_id, body, command)


@router.get("")
def list_incidents(actor: Actor, rt: Rt) -> list[IncidentOut]:
    """List incidents, those that are not closed first, then the newest. Staff and auditors."""
    with rt.transaction() as tx:
        return [_out(incident) for incident in incidents.newest(tx, actor)]


@router.get("/{incident_id}")
def show_incident(actor: Actor, rt: Rt, incident_id: Id) -> DossierOut:
    """Show all of an incident: links, parts, runbook, timeline, notes. Staff and auditors."""
    with rt.transaction() as tx:
        return _dossier(incidents.look_up(tx, actor, incident_id))


@router.get("/{incident_id}/postmortem", response_class=PlainTextResponse)
def export_postmortem(
    actor: Actor, rt: Rt, incident_id: Id, language: Annotated[Language, Query()] = "en"
) -> PlainTextResponse:
    """Export the post-mortem as Markdown. Staff and auditors; auditors get it without the notes."""
    with rt.transaction() as tx:
        text = postmortem.render(incidents.look_up(tx, actor, incident_id), language)
    headers = PRIVATE | {"Content-Disposition": f'attachment; filename="{incident_id}.md"'}
    return PlainTextResponse(text, headers=headers, media_type="text/markdown; charset=utf-8")


@router.post("/{incident_id}/link", response_model=IncidentOut)
def link_thing(actor: Actor, rt: Rt, sent: Sent, incident_id: Id, body: LinkIn) -> JSONResponse:
    """Link a thing to an incident. Until it is closed, linked people are not erased."""

    def command(tx: Tx) -> Answer:
        linked = incidents.link(tx, actor, incident_id, thing_id=body.thing_id, strand=body.strand)
        return _answer(200, linked)

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/{incident_id}/unlink", response_model=IncidentOut)
def unlink_thing(actor: Actor, rt: Rt, sent: Sent, incident_id: Id, body: UnlinkIn) -> JSONResponse:
    """Take a thing out of an incident; that it was linked stays on record."""

    def command(tx: Tx) -> Answer:
        return _answer(200, incidents.unlink(tx, actor, incident_id, thing_id=body.thing_id))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/{incident_id}/assign", response_model=IncidentOut)
def assign_part(actor: Actor, rt: Rt, sent: Sent, incident_id: Id, body: PartIn) -> JSONResponse:
    """Give someone of the staff a part; whoever had it has it no more."""

    def command(tx: Tx) -> Answer:
        assigned = incidents.assign(
            tx, actor, incident_id, part=body.part, account_id=body.account_id
        )
        return _answer(200, assigned)

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/{incident_id}/notes", status_code=201, response_model=NoteOut)
def write_note(actor: Actor, rt: Rt, sent: Sent, incident_id: Id, body: NoteIn) -> JSONResponse:
    """Write something down."""

    def command(tx: Tx) -> Answer:
        written = incidents.note(tx, actor, incident_id, strand=body.strand, text=body.text)
        out = _note(written).model_dump(mode="json")
        return Answer(201, out, about=(incident_id,))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/{incident_id}/advance", response_model=IncidentOut)
def advance_runbook(
    actor: Actor, rt: Rt, sent: Sent, incident_id: Id, body: StepIn
) -> JSONResponse:
    """Say that a step of the runbook was done."""

    def command(tx: Tx) -> Answer:
        return _answer(200, incidents.advance(tx, actor, incident_id, step_id=body.step_id))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/{incident_id}/turn", response_model=IncidentOut)
def turn_incident(actor: Actor, rt: Rt, sent: Sent, incident_id: Id, body: TurnIn) -> JSONResponse:
    """Say that an incident is contained or resolved, or open after all."""

    def command(tx: Tx) -> Answer:
        return _answer(200, incidents.turn(tx, actor, incident_id, to=body.state))

    return commands.run(rt, sent, actor.account_id, body, command)


@router.post("/{incident_id}/close", response_model=IncidentOut)
def close_incident(
    actor: Actor, rt: Rt, sent: Sent, incident_id: Id, body: LessonsIn
) -> JSONResponse:
    """Close a resolved incident with what was learnt."""

    def command(tx: Tx) -> Answer:
        lessons = Lessons(**body.model_dump())
        return _answer(200, incidents.close(tx, actor, incident_id, lessons=lessons))

    return commands.run(rt, sent, actor.account_id, body, command)


def _answer(status: int, incident: Incident) -> Answer:
    return Answer(status, _out(incident).model_dump(mode="json"), about=(incident.id,))


def _out(incident: Incident) -> IncidentOut:
    return IncidentOut(
        id=incident.id,
        account_id=incident.account_id,
        severity=incident.severity,
        title=incident.title,
        state=incident.state,
        runbook=incident.runbook,
        detected_at=incident.detected_at,
        opened_at=incident.opened_at,
        contained_at=incident.contained_at,
        resolved_at=incident.resolved_at,
        closed_at=incident.closed_at,
        lessons=_lessons(incident),
        commitment_salt=incident.salt.hex(),
    )


def _dossier(dossier: Dossier) -> DossierOut:
    done = {each.step_id: each for each in dossier.steps}
    return DossierOut(
        incident=_out(dossier.incident),
        links=[
            LinkOut(
                thing_id=link.thing_id,
                strand=link.strand,
                state=dossier.states[link.thing_id],
                linked_at=link.linked_at,
            )
            for link in dossier.links
        ],
        parts=dict(dossier.parts),
        steps=[
            StepOut(
                id=step.id,
                strand=step.strand,
                title=dict(step.title),
                how=step.how,
                due_at=dossier.incident.opened_at + step.within,
                done_at=done[step.id].done_at if step.id in done else None,
                done_by=done[step.id].account_id if step.id in done else None,
            )
            for step in dossier.runbook.steps
        ],
        timeline=[
            HappenedOut(
                at=each.event.at,
                kind=each.event.kind,
                thing_id=each.event.subject,
                event_id=each.event.id,
                strand=each.strand,
            )
            for each in dossier.timeline
        ],
        whole=dossier.whole,
        notes=None if dossier.notes is None else [_note(note) for note in dossier.notes],
    )


def _note(note: Note) -> NoteOut:
    return NoteOut(
        event_id=note.event_id,
        account_id=note.account_id,
        strand=note.strand,
        text=note.text,
        noted_at=note.noted_at,
        commitment_salt=note.salt.hex(),
    )


def _lessons(incident: Incident) -> LessonsOut | None:
    if incident.lessons is None:
        return None
    salt = incident.lessons_salt.hex()
    return LessonsOut(**asdict(incident.lessons), commitment_salt=salt)
