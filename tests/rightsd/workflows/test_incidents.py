"""Compound cases: what belongs together, who does what, what it holds, and what is left of it."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from ledger import entry, log
from rightsd.db import incidents as rows
from rightsd.db import sealing
from rightsd.db.tx import Tx
from rightsd.domain import events, postmortem, runbook
from rightsd.domain import incident as domain
from rightsd.domain.incident import Incident, Lessons, Part, Severity, State
from rightsd.domain.principal import Principal, Role
from rightsd.domain.runbook import Strand
from rightsd.domain.subject import Subject
from rightsd.errors import Code, RightsError
from rightsd.workflows import incidents, subjects
from tests import people

LESSONS = Lessons("One clip was out.", "A rule was missing.", "The switch.", "The rule is there.")


@pytest.fixture
def reviewer(tx: Tx) -> Principal:
    return people.account(tx, Role.REVIEWER)


@pytest.fixture
def incident(tx: Tx, reviewer: Principal) -> Incident:
    return incidents.open_incident(
        tx, reviewer, title="A face in an advert", severity=Severity.HIGH, detected_at=None
    )


def code(attempt: Callable[[], object]) -> Code | None:
    try:
        attempt()
    except RightsError as error:
        return error.code
    return None


def test_whoever_opens_leads_and_what_is_linked_is_in_the_timeline_in_order(
    tx: Tx, reviewer: Principal, person: Principal, ada: Subject, creator: Principal
) -> None:
    given = people.consent(tx, person, ada, creator)
    clip = people.published(tx, creator, "@ada waves in a park")

    opened = incidents.open_incident(
        tx,
        reviewer,
        title="A case",
        severity=Severity.CRITICAL,
        detected_at=tx.now - timedelta(hours=2),
        linked=[
            (clip.id, Strand.SAFETY),
            (given.id, Strand.CONSENT),
            (ada.id, Strand.CONSENT),
        ],
    )
    dossier = incidents.look_up(tx, reviewer, opened.id)

    assert dossier.parts == {Part.LEAD: reviewer.account_id}
    assert dossier.states == {clip.id: "published", given.id: "granted", ada.id: "enrolled"}
    kinds = {each.event.kind: each.strand for each in dossier.timeline}
    assert kinds["consent.granted"] is Strand.CONSENT
    assert kinds["generation.published"] is Strand.SAFETY
    assert kinds["incident.opened"] is None
    assert [each.event.at for each in dossier.timeline] == sorted(
        each.event.at for each in dossier.timeline
    )
    assert dossier.whole


def test_only_what_the_log_tells_of_can_be_linked_and_once(
    tx: Tx, reviewer: Principal, incident: Incident, ada: Subject
) -> None:
    def link(thing_id: str) -> Code | None:
        return code(
            lambda: incidents.link(
                tx, reviewer, incident.id, thing_id=thing_id, strand=Strand.CONSENT
            )
        )

    assert link(f"gen_{'0' * 32}") is Code.NOT_FOUND
    assert link(reviewer.account_id) is Code.INVALID
    assert link(incident.id) is Code.INVALID
    assert link(ada.id) is None
    assert link(ada.id) is Code.CONFLICT


def test_what_does_not_belong_is_taken_out_and_both_stay_on_record(
    tx: Tx, reviewer: Principal, incident: Incident, ada: Subject
) -> None:
    incidents.link(tx, reviewer, incident.id, thing_id=ada.id, strand=Strand.CONSENT)

    incidents.unlink(tx, reviewer, incident.id, thing_id=ada.id)

    dossier = incidents.look_up(tx, reviewer, incident.id)
    kinds = [each.event.kind for each in dossier.timeline]
    assert dossier.links == []
    assert "incident.linked" in kinds
    assert "incident.unlinked" in kinds
    assert (
        code(lambda: incidents.unlink(tx, reviewer, incident.id, thing_id=ada.id)) is Code.NOT_FOUND
    )


def test_the_number_of_links_is_bounded(
    tx: Tx,
    reviewer: Principal,
    incident: Incident,
    ada: Subject,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(domain, "LINKS_MAX", 0)

    refused = code(
        lambda: incidents.link(tx, reviewer, incident.id, thing_id=ada.id, strand=Strand.CONSENT)
    )

    assert refused is Code.TOO_MANY


def test_a_part_is_for_staff_and_goes_over_to_whoever_has_it_next(
    tx: Tx, reviewer: Principal, incident: Incident, person: Principal
) -> None:
    admin = people.account(tx, Role.ADMIN)

    incidents.assign(tx, reviewer, incident.id, part=Part.LEAD, account_id=admin.account_id)

    assert rows.parts(tx, incident.id) == {Part.LEAD: admin.account_id}
    refused = code(
        lambda: incidents.assign(
            tx, reviewer, incident.id, part=Part.SCRIBE, account_id=person.account_id
        )
    )
    assert refused is Code.INVALID


def test_auditors_see_everything_but_the_notes(
    tx: Tx, reviewer: Principal, incident: Incident
) -> None:
    written = incidents.note(
        tx, reviewer, incident.id, strand=Strand.COMMUNICATION, text="Called the family."
    )

    mine = incidents.look_up(tx, reviewer, incident.id)
    theirs = incidents.look_up(tx, people.account(tx, Role.AUDITOR), incident.id)

    assert mine.notes == [written]
    assert theirs.notes is None
    assert "Called the family" in postmortem.render(mine, "en")
    assert "Called the family" not in postmortem.render(theirs, "en")


def test_nothing_that_staff_wrote_is_in_the_log(
    tx: Tx, reviewer: Principal, incident: Incident
) -> None:
    incidents.note(tx, reviewer, incident.id, strand=Strand.SAFETY, text="Planted words")
    incidents.turn(tx, reviewer, incident.id, to=State.RESOLVED)
    incidents.close(tx, reviewer, incident.id, lessons=LESSONS)

    recorded = repr([event.body() for event in tx.events])

    assert "incident.closed" in recorded
    for words in ("Planted words", incident.title, *vars_of(LESSONS)):
        assert words not in recorded


def vars_of(lessons: Lessons) -> list[str]:
    return [lessons.impact, lessons.cause, lessons.worked, lessons.changes]


def committed(tx: Tx, incident_id: str, *members: str) -> list[str]:
    """Return what the log commits to of an incident, in order."""
    bodies = [entry.decode(body) for body in log.bodies_about(tx.conn, incident_id)]
    data = [events.from_body(body).data for body in bodies]
    return [str(each[member]) for each in data for member in members if member in each]


def test_each_commitment_has_a_salt_of_its_own_that_opens_no_other(
    tx: Tx, reviewer: Principal, incident: Incident
) -> None:
    written = [
        incidents.note(tx, reviewer, incident.id, strand=Strand.SAFETY, text=text)
        for text in ("Told the desk.", "Told the family.")
    ]
    incidents.turn(tx, reviewer, incident.id, to=State.RESOLVED)
    closed = incidents.close(tx, reviewer, incident.id, lessons=LESSONS)

    dossier = incidents.look_up(tx, reviewer, incident.id)

    assert dossier.incident == closed
    assert dossier.notes is not None
    assert {note.event_id: note for note in dossier.notes} == {n.event_id: n for n in written}
    lessons = json.dumps(asdict(LESSONS), sort_keys=True, ensure_ascii=False)
    opened = [
        (closed.salt, incident.title),
        *((note.salt, note.text or "") for note in written),
        (closed.lessons_salt, lessons),
    ]
    assert len({salt for salt, _ in opened}) == len(opened)
    told = committed(tx, incident.id, "title", "text", "lessons")
    assert told == [entry.commit(salt, value.encode()).hex() for salt, value in opened]


def test_notes_and_lessons_from_before_open_with_the_salt_of_the_title(
    tx: Tx, reviewer: Principal, incident: Incident
) -> None:
    note = incidents.note(tx, reviewer, incident.id, strand=Strand.SAFETY, text="A note.")
    place = f"incident_note.sealed/{note.event_id}"
    sealed = sealing.seal(tx, note.text, about=[incident.id], place=place)
    tx.conn.execute("UPDATE rights.incident_note SET sealed = %s", (sealed,))
    private = {"title": "Old", "salt": incident.salt.hex(), "lessons": asdict(LESSONS)}
    place = f"incident.sealed/{incident.id}"
    sealed = sealing.seal(tx, private, about=[incident.id], place=place)
    tx.conn.execute("UPDATE rights.incident SET sealed = %s", (sealed,))

    dossier = incidents.look_up(tx, reviewer, incident.id)

    assert dossier.notes is not None
    assert [(each.text, each.salt) for each in dossier.notes] == [("A note.", incident.salt)]
    assert (dossier.incident.lessons, dossier.incident.lessons_salt) == (LESSONS, incident.salt)


def test_steps_of_the_runbook_are_done_once(
    tx: Tx, reviewer: Principal, incident: Incident
) -> None:
    first = runbook.CURRENT.steps[0]

    incidents.advance(tx, reviewer, incident.id, step_id=first.id)

    advance = incidents.advance
    assert code(lambda: advance(tx, reviewer, incident.id, step_id=first.id)) is Code.CONFLICT
    assert code(lambda: advance(tx, reviewer, incident.id, step_id="dance")) is Code.NOT_FOUND


def test_an_incident_that_was_not_over_is_open_again(
    tx: Tx, reviewer: Principal, incident: Incident
) -> None:
    contained = incidents.turn(tx, reviewer, incident.id, to=State.CONTAINED)
    resolved = incidents.turn(tx, reviewer, incident.id, to=State.RESOLVED)
    reopened = incidents.turn(tx, reviewer, incident.id, to=State.OPEN)

    assert contained.contained_at == resolved.contained_at == tx.now
    assert (reopened.state, reopened.contained_at, reopened.resolved_at) == (State.OPEN, None, None)
    assert rows.find(tx, incident.id) == reopened


def test_a_closed_incident_does_not_change(
    tx: Tx, reviewer: Principal, incident: Incident, ada: Subject
) -> None:
    assert (
        code(lambda: incidents.close(tx, reviewer, incident.id, lessons=LESSONS)) is Code.CONFLICT
    )
    incidents.turn(tx, reviewer, incident.id, to=State.RESOLVED)

    closed = incidents.close(tx, reviewer, incident.id, lessons=LESSONS)

    assert (closed.state, closed.lessons) == (State.CLOSED, LESSONS)
    note, link = incidents.note, incidents.link
    for attempt in (
        lambda: note(tx, reviewer, incident.id, strand=Strand.SAFETY, text="more"),
        lambda: link(tx, reviewer, incident.id, thing_id=ada.id, strand=Strand.SAFETY),
        lambda: incidents.turn(tx, reviewer, incident.id, to=State.OPEN),
    ):
        assert code(attempt) is Code.CONFLICT


def test_it_is_not_detected_after_it_is_opened(tx: Tx, reviewer: Principal) -> None:
    refused = code(
        lambda: incidents.open_incident(
            tx,
            reviewer,
            title="A case",
            severity=Severity.LOW,
            detected_at=tx.now + timedelta(seconds=1),
        )
    )

    assert refused is Code.INVALID


def test_people_in_an_incident_are_not_erased_until_it_is_closed(
    tx: Tx, reviewer: Principal, incident: Incident, person: Principal, ada: Subject
) -> None:
    incidents.link(tx, reviewer, incident.id, thing_id=ada.id, strand=Strand.CONSENT)
    subjects.unenrol(tx, person, ada.id)

    assert subjects.holds(tx, ada.id) == [incident.id]
    incidents.turn(tx, reviewer, incident.id, to=State.RESOLVED)
    incidents.close(tx, reviewer, incident.id, lessons=LESSONS)
    assert subjects.holds(tx, ada.id) == []


def test_an_incident_that_is_linked_after_they_left_holds_nobody(
    tx: Tx, reviewer: Principal, incident: Incident, person: Principal, ada: Subject
) -> None:
    subjects.unenrol(tx, person, ada.id)
    later = replace(tx, now=tx.now + timedelta(seconds=1))

    incidents.link(later, reviewer, incident.id, thing_id=ada.id, strand=Strand.CONSENT)

    assert subjects.holds(tx, ada.id) == []


def test_a_post_mortem_tells_times_steps_and_lessons_in_both_languages(
    tx: Tx, reviewer: Principal, incident: Incident
) -> None:
    later = replace(tx, now=tx.now + timedelta(minutes=90))
    incidents.advance(later, reviewer, incident.id, step_id="lead")
    incidents.turn(later, reviewer, incident.id, to=State.RESOLVED)
    incidents.close(later, reviewer, incident.id, lessons=LESSONS)

    dossier = incidents.look_up(tx, reviewer, incident.id)
    english, japanese = postmortem.render(dossier, "en"), postmortem.render(dossier, "ja")

    assert "# Post-mortem: A face in an advert" in english
    assert "Resolved: 2030-01-02 04:34:05 UTC (1 h 30 min after detection)" in english
    assert "- [x] Name who leads" in english
    assert ", late" in english
    assert "- [ ] Stop what does harm" in english
    assert "> A rule was missing." in english
    assert "# 事後報告" in japanese
    assert "遅延" in japanese


def test_words_of_staff_cannot_become_markup(tx: Tx, reviewer: Principal) -> None:
    title = "![x](http://a.example/) <script> # big"
    made = incidents.open_incident(
        tx, reviewer, title=title, severity=Severity.LOW, detected_at=None
    )

    text = postmortem.render(incidents.look_up(tx, reviewer, made.id), "en")

    assert "![x]" not in text
    assert "<script>" not in text.replace("\\<", "")
