"""What is checked of a session's media, and what is kept when it holds: templates, no media."""

import json
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ledger import entry
from rightsd.db import enrolments, sealing, subjects, templates
from rightsd.db.tx import Tx
from rightsd.domain import enrolment as domain
from rightsd.domain import template
from rightsd.domain.enrolment import Enrolment, Evidence, Fault, Kind, Outcome, State
from rightsd.domain.events import Event, Value
from rightsd.domain.subject import PRESENT
from rightsd.domain.template import Template
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.enrolments import clips, photos, sessions, voices
from rightsd.workflows.enrolments.findings import Findings, UnfitError

NOTHING = Findings((), {})


def verify(rt: Runtime, enrolment_id: str) -> None:
    """Check what was sent to a session, and enrol the person by it if all of it holds.

    Nothing is changed before the end, so it can be run again from the start.
    """
    with rt.transaction() as tx:
        enrolment = enrolments.find(tx, enrolment_id)
    if enrolment is None or enrolment.state is not State.SUBMITTED or enrolment.challenge is None:
        return
    try:
        with _opened(rt, enrolment) as files:
            found = _check(rt, enrolment, files)
        outcome = Outcome(domain.reached(set(files)), None, "", found.evidence)
    except UnfitError as error:
        found = NOTHING
        outcome = Outcome(None, error.fault, error.detail, error.evidence)
    with rt.transaction() as tx:
        _end(tx, enrolment, outcome, found)


def _check(rt: Runtime, enrolment: Enrolment, files: dict[Kind, list[Path]]) -> Findings:
    """Return the templates of everything that was sent, and what was measured.

    Raises:
        UnfitError: Something does not hold.
    """
    challenge = enrolment.challenge
    assert challenge is not None
    found = NOTHING
    try:
        for path in files.get(Kind.CLIP, []):
            found = found.with_more(clips.check(rt.likenesses, path, challenge))
        if Kind.PHOTO in files:
            paths = files[Kind.PHOTO]
            found = found.with_more(photos.check(rt.likenesses, paths, known=found.templates))
        for path in files.get(Kind.VOICE, []):
            found = found.with_more(voices.check(rt.likenesses, path, challenge))
    except RightsError as error:
        if error.code in {Code.INVALID, Code.TOO_LARGE}:
            raise UnfitError(Fault.UNREADABLE, error.detail) from error
        raise
    return found


def _end(tx: Tx, enrolment: Enrolment, outcome: Outcome, found: Findings) -> None:
    """Write what came of a session, unless it ended meanwhile."""
    subject = subjects.lock(tx, enrolment.subject_id)
    locked = enrolments.lock(tx, enrolment.id)
    if locked is None or locked.state is not State.SUBMITTED:
        return
    if subject is None or subject.state not in PRESENT:
        outcome = Outcome(None, Fault.LEFT, "the person has left", {})
    facts: dict[str, Value] = {
        "subject_id": enrolment.subject_id,
        "evidence": entry.commit(enrolment.salt, _written(outcome.evidence)).hex(),
    }
    if outcome.assurance is None:
        event = Event("enrolment.failed", enrolment.id, tx.now, facts | {"fault": outcome.fault})
    else:
        facts |= {"assurance": outcome.assurance}
        event = Event("enrolment.passed", enrolment.id, tx.now, facts)
        _replace_templates(tx, enrolment.subject_id, found.templates)
        person = subjects.people(tx, [enrolment.subject_id])[enrolment.subject_id]
        person = replace(person, assurance=outcome.assurance, text=enrolment.text)
        subjects.update_person(tx, enrolment.subject_id, person)
    enrolments.update(tx, domain.evolve(locked, event, outcome=outcome))
    tx.record(event)


def _replace_templates(tx: Tx, subject_id: str, made: tuple[Template, ...]) -> None:
    """Put new templates in the place of all that there were, of the voice too.

    A voice that was enrolled with a face is not left beside another face.
    """
    templates.clear_of(tx, subject_id)
    for each in made:
        templates.insert(tx, subject_id, template.check(each))


@contextmanager
def _opened(rt: Runtime, enrolment: Enrolment) -> Generator[dict[Kind, list[Path]]]:
    """Give what was sent, in the clear, for as long as it is looked at.

    Raises:
        UnfitError: The person has left, so that nothing opens.
    """
    with tempfile.TemporaryDirectory(dir=rt.work_folder, prefix="enrolment-") as folder:
        files: dict[Kind, list[Path]] = {}
        for number, medium in enumerate(enrolment.media):
            sealed = b"".join(rt.blobs.open(medium.sha256))
            with rt.transaction() as tx:
                content = sealing.unseal_bytes(
                    tx,
                    sealed,
                    about=[enrolment.subject_id],
                    place=sessions.place_of(enrolment.id, medium.kind),
                )
            if content is None:
                raise UnfitError(Fault.LEFT, "the person has left")
            path = Path(folder) / f"{number}.{medium.kind}"
            path.write_bytes(content)
            files.setdefault(medium.kind, []).append(path)
        yield files


def _written(evidence: Evidence) -> bytes:
    """Return the bytes that the ledger's commitment is to: JSON, in order of name, no spaces."""
    return json.dumps(evidence, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
