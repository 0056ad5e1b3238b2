"""Incidents: compound cases with their clocks, worked off by the runbook, and written down."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from rightsd.db.tx import Tx
from rightsd.domain import incident as domain
from rightsd.domain import postmortem
from rightsd.domain.incident import STAFF, Lessons, Part, Severity, State
from rightsd.domain.member import Member
from rightsd.domain.postmortem import Dossier
from rightsd.domain.principal import Principal, Role
from rightsd.domain.runbook import Strand
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.web import problems
from rightsd.web.auth import Rt
from rightsd.web.portal import forms, render
from rightsd.web.portal.forms import Done, Said
from rightsd.web.portal.render import Crumb
from rightsd.web.portal.visitors import Anyone, Visitor
from rightsd.web.portal.wording import of as wording_of
from rightsd.workflows import incidents

router = APIRouter(include_in_schema=False)

PATH = "/incidents"
READERS = (*STAFF, Role.AUDITOR)
PAGE_MAX = 25
TIMELINE_SHOWN_MAX = 100  # The newest; the post-mortem has more.
TITLE_LENGTH_MAX = 200  # As the API has it, and so the texts.
TEXT_LENGTH_MAX = 4000
TONES = {
    Severity.CRITICAL: "bad",
    Severity.HIGH: "bad",
    Severity.MODERATE: "warn",
    Severity.LOW: "",
}
# Where an incident can be turned to from where it stands; closing takes the lessons.
TURNS = {
    State.OPEN: (State.CONTAINED, State.RESOLVED),
    State.CONTAINED: (State.RESOLVED, State.OPEN),
    State.RESOLVED: (State.OPEN,),
    State.CLOSED: (),
}


class OpeningForm(forms.Form):
    """A case to be opened."""

    title: Said = ""
    severity: Said = ""


class CaseForm(forms.Form):
    """What is done to a case; which of the fields count is the address's to say."""

    state: Said = ""
    step_id: Said = ""
    strand: Said = ""
    text: Said = ""
    thing_id: Said = ""
    part: Said = ""
    account_id: Said = ""
    impact: Said = ""
    cause: Said = ""
    worked: Said = ""
    changes: Said = ""


EMPTY, NOTHING = OpeningForm(), CaseForm()
_Act = Callable[[Tx, Principal, str, CaseForm], object]


@router.get(PATH)
def show_incidents(rt: Rt, visitor: Anyone, page: str = "1") -> HTMLResponse:
    """Show incidents, those that are not closed first, then the newest."""
    if not page.isascii() or not page.isdecimal() or not 1 <= int(page[:6]) <= incidents.LIST_MAX:
        raise RightsError(Code.NOT_FOUND, "there is no such page of this list")
    return _list(rt, visitor, EMPTY, number=int(page))


@router.post(PATH)
def open_incident(rt: Rt, visitor: Anyone, form: Annotated[OpeningForm, Form()]) -> Response:
    """Open a case."""

    def command(tx: Tx, member: Member) -> Done:
        if form.severity not in set(Severity):
            raise RightsError(Code.INVALID, "say how bad it is")
        opened = incidents.open_incident(
            tx,
            member.principal,
            title=forms.text(form.title, what="title", limit=TITLE_LENGTH_MAX),
            severity=Severity(form.severity),
            detected_at=None,
        )
        return Done(f"{PATH}/{opened.id}", "incidents.flash.opened")

    return forms.run(
        rt, visitor, form, command, refused=lambda error: _list(rt, visitor, form, error=error)
    )


@router.get(PATH + "/{incident_id}")
def show_incident(rt: Rt, visitor: Anyone, incident_id: str) -> HTMLResponse:
    """Show all of a case."""
    return _case(rt, visitor, incident_id, NOTHING)


@router.get(PATH + "/{incident_id}/postmortem")
def export_postmortem(rt: Rt, visitor: Anyone, incident_id: str) -> Response:
    """Send the post-mortem, as Markdown, in the language of whoever asks."""
    actor = visitor.actor(*READERS)
    with rt.transaction() as tx:
        dossier = incidents.look_up(tx, actor, incident_id)
    text = postmortem.render(dossier, "ja" if visitor.language == "ja" else "en")
    headers = render.headers(visitor.nonce) | {
        "Content-Disposition": f'attachment; filename="{dossier.incident.id}.md"'
    }
    return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)


@router.post(PATH + "/{incident_id}/{act}")
def act_on(
    rt: Rt, visitor: Anyone, incident_id: str, act: str, form: Annotated[CaseForm, Form()]
) -> Response:
    """Do something to a case: turn, step, note, link, unlink, assign or close."""
    if act not in _ACTS:
        raise RightsError(Code.NOT_FOUND, "nothing of this name is done to an incident")
    perform, flash = _ACTS[act]

    def command(tx: Tx, member: Member) -> Done:
        perform(tx, member.principal, incident_id, form)
        return Done(f"{PATH}/{incident_id}", flash)

    def refused(error: RightsError) -> Response:
        if error.code in {Code.FORBIDDEN, Code.UNAVAILABLE}:
            raise error
        return _case(rt, visitor, incident_id, form, error=error)

    return forms.run(rt, visitor, form, command, refused=refused)


def _turn(tx: Tx, actor: Principal, incident_id: str, form: CaseForm) -> None:
    if form.state not in {State.OPEN, State.CONTAINED, State.RESOLVED}:
        raise RightsError(Code.INVALID, "say how it stands")
    incidents.turn(tx, actor, incident_id, to=State(form.state))


def _step(tx: Tx, actor: Principal, incident_id: str, form: CaseForm) -> None:
    incidents.advance(tx, actor, incident_id, step_id=form.step_id)


def _note(tx: Tx, actor: Principal, incident_id: str, form: CaseForm) -> None:
    text = forms.text(form.text, what="note", limit=TEXT_LENGTH_MAX)
    incidents.note(tx, actor, incident_id, strand=_strand(form), text=text)


def _link(tx: Tx, actor: Principal, incident_id: str, form: CaseForm) -> None:
    thing_id = form.thing_id.strip()
    incidents.link(tx, actor, incident_id, thing_id=thing_id, strand=_strand(form))


def _unlink(tx: Tx, actor: Principal, incident_id: str, form: CaseForm) -> None:
    incidents.unlink(tx, actor, incident_id, thing_id=form.thing_id)


def _assign(tx: Tx, actor: Principal, incident_id: str, form: CaseForm) -> None:
    if form.part not in set(Part):
        raise RightsError(Code.INVALID, "say which part")
    account_id = form.account_id.strip() or actor.account_id
    incidents.assign(tx, actor, incident_id, part=Part(form.part), account_id=account_id)


def _close(tx: Tx, actor: Principal, incident_id: str, form: CaseForm) -> None:
    lessons = Lessons(
        impact=forms.text(form.impact, what="impact", limit=TEXT_LENGTH_MAX),
        cause=forms.text(form.cause, what="cause", limit=TEXT_LENGTH_MAX),
        worked=forms.text(form.worked, what="part on what worked", limit=TEXT_LENGTH_MAX),
        changes=forms.text(form.changes, what="part on what changes", limit=TEXT_LENGTH_MAX),
    )
    incidents.close(tx, actor, incident_id, lessons=lessons)


_ACTS: dict[str, tuple[_Act, str]] = {
    "turn": (_turn, "incidents.flash.turned"),
    "step": (_step, "incidents.flash.done"),
    "note": (_note, "incidents.flash.noted"),
    "link": (_link, "incidents.flash.linked"),
    "unlink": (_unlink, "incidents.flash.unlinked"),
    "assign": (_assign, "incidents.flash.assigned"),
    "close": (_close, "incidents.flash.closed"),
}


def _strand(form: CaseForm) -> Strand:
    if form.strand not in set(Strand):
        raise RightsError(Code.INVALID, "say which side of the case")
    return Strand(form.strand)


def _list(
    rt: Runtime,
    visitor: Visitor,
    typed: OpeningForm,
    *,
    number: int = 1,
    error: RightsError | None = None,
) -> HTMLResponse:
    actor = visitor.actor(*READERS)
    with rt.transaction() as tx:
        found = incidents.newest(tx, actor)
    start = (number - 1) * PAGE_MAX
    return render.page(
        visitor,
        "incidents.html",
        _status(error),
        incidents=found[start : start + PAGE_MAX],
        first=number == 1,
        next=number + 1 if len(found) > start + PAGE_MAX else None,
        severities=list(Severity),
        tones=TONES,
        staff=actor.role in STAFF,
        typed=typed,
        limit=TITLE_LENGTH_MAX,
        error=error and error.detail,
    )


def _case(
    rt: Runtime,
    visitor: Visitor,
    incident_id: str,
    typed: CaseForm,
    *,
    error: RightsError | None = None,
) -> HTMLResponse:
    actor = visitor.actor(*READERS)
    with rt.transaction() as tx:
        dossier = incidents.look_up(tx, actor, incident_id)
        now = tx.now
    incident = dossier.incident
    return render.page(
        visitor,
        "incident.html",
        _status(error),
        crumbs=[Crumb(PATH, wording_of(visitor.language).say("nav.incidents"))],
        dossier=dossier,
        incident=incident,
        steps=_clocks(dossier, now),
        timeline=dossier.timeline[: -TIMELINE_SHOWN_MAX - 1 : -1],
        more=not dossier.whole or len(dossier.timeline) > TIMELINE_SHOWN_MAX,
        works=actor.role in STAFF and incident.state is not State.CLOSED,
        turns=TURNS[incident.state],
        strands=list(Strand),
        parts=list(Part),
        tones=TONES,
        typed=typed,
        limit=TEXT_LENGTH_MAX,
        room=domain.LINKS_MAX - len(dossier.links),
        error=error and error.detail,
    )


def _clocks(dossier: Dossier, now: datetime) -> list[dict[str, object]]:
    """Return the steps of the runbook with their clocks: due, and done or late."""
    done = {each.step_id: each.done_at for each in dossier.steps}
    clocks: list[dict[str, object]] = []
    for step in dossier.runbook.steps:
        due_at = dossier.incident.opened_at + step.within
        done_at = done.get(step.id)
        clocks.append(
            {"step": step, "due_at": due_at, "done_at": done_at, "late": due_at < (done_at or now)}
        )
    return clocks


def _status(error: RightsError | None) -> int:
    return 200 if error is None else problems.STATUS[error.code].value
