"""Compound cases: opened, linked, worked off by the runbook, and written down."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from ledger import entry, log
from rightsd.db import accounts, incidents
from rightsd.db.tx import Tx
from rightsd.domain import events, ids, replay, runbook
from rightsd.domain import incident as domain
from rightsd.domain.events import Event, Value
from rightsd.domain.incident import (
    STAFF,
    Done,
    Incident,
    Lessons,
    Link,
    Note,
    Part,
    Severity,
    State,
)
from rightsd.domain.postmortem import Dossier, Happened
from rightsd.domain.principal import Principal, Role
from rightsd.domain.runbook import Strand
from rightsd.errors import Code, RightsError

LIST_MAX = 200
TIMELINE_MAX = 2000  # Events of all that is linked; the newest are shown.


def open_incident(
    tx: Tx,
    actor: Principal,
    *,
    title: str,
    severity: Severity,
    detected_at: datetime | None,
    linked: Sequence[tuple[str, Strand]] = (),
) -> Incident:
    """Open an incident, with whoever opens it in the lead, and link things to it."""
    actor.require(*STAFF)
    detected_at = detected_at or tx.now
    if detected_at > tx.now:
        raise RightsError(Code.INVALID, "an incident is detected before it is opened")
    salt = secrets.token_bytes(domain.SALT_BYTES)
    facts: dict[str, Value] = {
        "by": actor.account_id,
        "severity": severity.value,
        "runbook": runbook.CURRENT.version,
        "detected_at": detected_at.astimezone(UTC).isoformat(),
        "title": entry.commit(salt, title.encode()).hex(),
    }
    event = Event("incident.opened", ids.new("inc"), tx.now, facts)
    incident = domain.evolve(None, event, title=title, salt=salt)
    incidents.insert(tx, incident)
    tx.record(event)
    _assign(tx, actor, incident, Part.LEAD, actor.account_id)
    for thing_id, strand in dict(linked).items():
        _link(tx, actor, incident, thing_id, strand)
    return incident


def link(tx: Tx, actor: Principal, incident_id: str, *, thing_id: str, strand: Strand) -> Incident:
    """Link a thing that the log tells of."""
    incident = _lock(tx, actor, incident_id)
    if len(incidents.links(tx, incident.id)) >= domain.LINKS_MAX:
        detail = f"{domain.LINKS_MAX} things are linked already; open another incident"
        raise RightsError(Code.TOO_MANY, detail)
    _link(tx, actor, incident, thing_id, strand)
    return incident


def unlink(tx: Tx, actor: Principal, incident_id: str, *, thing_id: str) -> Incident:
    """Take a thing out that does not belong here; that it was linked stays on record."""
    incident = _lock(tx, actor, incident_id)
    if not incidents.remove_link(tx, incident.id, thing_id):
        raise RightsError(Code.NOT_FOUND, "this is not linked to the incident")
    _record(tx, incident, "unlinked", {"by": actor.account_id, "thing_id": thing_id})
    return incident


def assign(tx: Tx, actor: Principal, incident_id: str, *, part: Part, account_id: str) -> Incident:
    """Give someone of the staff a part in an incident."""
    incident = _lock(tx, actor, incident_id)
    if accounts.roles(tx, [account_id]).get(account_id) not in STAFF:
        raise RightsError(
            Code.INVALID, "a reviewer or an admin takes part; there is none by this id"
        )
    _assign(tx, actor, incident, part, account_id)
    return incident


def note(tx: Tx, actor: Principal, incident_id: str, *, strand: Strand, text: str) -> Note:
    """Write something down; the log holds a commitment to it."""
    incident = _lock(tx, actor, incident_id)
    if incidents.count_notes(tx, incident.id) >= domain.NOTES_MAX:
        raise RightsError(Code.TOO_MANY, f"an incident has at most {domain.NOTES_MAX} notes")
    salt = secrets.token_bytes(domain.SALT_BYTES)
    facts: dict[str, Value] = {
        "by": actor.account_id,
        "strand": strand.value,
        "text": entry.commit(salt, text.encode()).hex(),
    }
    event = _record(tx, incident, "noted", facts)
    written = Note(event.id, actor.account_id, strand, text, salt, tx.now)
    incidents.add_note(tx, incident.id, written)
    return written


def advance(tx: Tx, actor: Principal, incident_id: str, *, step_id: str) -> Incident:
    """Note that a step of the runbook was done."""
    incident = _lock(tx, actor, incident_id)
    if runbook.RUNBOOKS[incident.runbook].step(step_id) is None:
        raise RightsError(Code.NOT_FOUND, "the runbook of this incident has no such step")
    if not incidents.add_step(tx, incident.id, Done(step_id, actor.account_id, tx.now)):
        raise RightsError(Code.CONFLICT, "this step was done already")
    _record(tx, incident, "advanced", {"by": actor.account_id, "step": step_id})
    return incident


def turn(tx: Tx, actor: Principal, incident_id: str, *, to: State) -> Incident:
    """Say that an incident is contained or resolved, or open after all."""
    kinds = {State.CONTAINED: "contained", State.RESOLVED: "resolved", State.OPEN: "reopened"}
    incident = _lock(tx, actor, incident_id)
    return _turn(tx, incident, kinds[to], {"by": actor.account_id})


def close(tx: Tx, actor: Principal, incident_id: str, *, lessons: Lessons) -> Incident:
    """Close a resolved incident with what was learnt; from then on it does not change."""
    incident = _lock(tx, actor, incident_id)
    written = json.dumps(asdict(lessons), sort_keys=True, ensure_ascii=False).encode()
    salt = secrets.token_bytes(domain.SALT_BYTES)
    facts: dict[str, Value] = {
        "by": actor.account_id,
        "lessons": entry.commit(salt, written).hex(),
    }
    return _turn(tx, incident, "closed", facts, lessons, salt)


def newest(tx: Tx, actor: Principal) -> list[Incident]:
    """Return the incidents, those that are not closed first, then the newest."""
    actor.require(*STAFF, Role.AUDITOR)
    return incidents.newest(tx, limit=LIST_MAX)


def look_up(tx: Tx, actor: Principal, incident_id: str) -> Dossier:
    """Return all that there is of an incident; auditors see everything but the notes."""
    actor.require(*STAFF, Role.AUDITOR)
    incident = incidents.find(tx, incident_id)
    if incident is None:
        raise RightsError(Code.NOT_FOUND, "there is no such incident")
    links = incidents.links(tx, incident.id)
    happened, states = _timeline(tx, incident, links)
    return Dossier(
        incident=incident,
        runbook=runbook.RUNBOOKS[incident.runbook],
        links=links,
        states=states,
        parts=incidents.parts(tx, incident.id),
        steps=incidents.steps(tx, incident.id),
        timeline=happened[-TIMELINE_MAX:],
        whole=len(happened) <= TIMELINE_MAX,
        notes=incidents.notes(tx, incident) if actor.role in STAFF else None,
    )


def _timeline(
    tx: Tx, incident: Incident, links: Sequence[Link]
) -> tuple[list[Happened], dict[str, str]]:
    happened = [Happened(event, None) for event in _events(tx, incident.id)]
    states: dict[str, str] = {}
    for each in links:
        recorded = _events(tx, each.thing_id)
        happened += [Happened(event, each.strand) for event in recorded]
        states[each.thing_id] = replay.state_after(
            [replay.Happened(place, event.kind) for place, event in enumerate(recorded)]
        )
    return sorted(happened, key=lambda one: (one.event.at, one.event.id)), states


def _events(tx: Tx, thing_id: str) -> list[Event]:
    bodies = log.bodies_about(tx.conn, thing_id)
    return [events.from_body(entry.decode(body)) for body in bodies]


def _link(tx: Tx, actor: Principal, incident: Incident, thing_id: str, strand: Strand) -> None:
    domain.require_linkable(thing_id)
    if not log.bodies_about(tx.conn, thing_id):
        raise RightsError(Code.NOT_FOUND, f"there is nothing by the id {thing_id}")
    if not incidents.add_link(tx, incident.id, Link(thing_id, strand, tx.now)):
        raise RightsError(Code.CONFLICT, f"{thing_id} is linked already")
    facts: dict[str, Value] = {
        "by": actor.account_id,
        "thing_id": thing_id,
        "strand": strand.value,
    }
    _record(tx, incident, "linked", facts)


def _assign(tx: Tx, actor: Principal, incident: Incident, part: Part, account_id: str) -> None:
    incidents.assign(tx, incident.id, part, account_id)
    facts: dict[str, Value] = {
        "by": actor.account_id,
        "part": part.value,
        "account_id": account_id,
    }
    _record(tx, incident, "assigned", facts)


def _record(tx: Tx, incident: Incident, what: str, facts: dict[str, Value]) -> Event:
    event = Event(f"incident.{what}", incident.id, tx.now, facts)
    domain.evolve(incident, event)
    tx.record(event)
    return event


def _turn(
    tx: Tx,
    incident: Incident,
    what: str,
    facts: dict[str, Value],
    lessons: Lessons | None = None,
    salt: bytes = b"",
) -> Incident:
    event = Event(f"incident.{what}", incident.id, tx.now, facts)
    turned = domain.evolve(incident, event, lessons=lessons, salt=salt)
    incidents.update(tx, turned)
    tx.record(event)
    return turned


def _lock(tx: Tx, actor: Principal, incident_id: str) -> Incident:
    actor.require(*STAFF)
    incident = incidents.lock(tx, incident_id)
    if incident is None:
        raise RightsError(Code.NOT_FOUND, "there is no such incident")
    return incident
