"""Enrolling people, and letting them go: what was known of them goes with them."""

import json
import secrets
from dataclasses import asdict

from ledger import entry
from rightsd.db import answers, consents, generations, sealing, subjects
from rightsd.db.tx import Tx
from rightsd.domain import consent as consent_domain
from rightsd.domain import ids
from rightsd.domain import subject as domain
from rightsd.domain.events import Event
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import Likeness, Person, State, Subject
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

ERASE_BATCH = 20
HOLDS_SHOWN_MAX = 100


def enrol(tx: Tx, actor: Principal, *, handle: str, likeness: Likeness) -> Subject:
    """Enrol the person who holds the account."""
    actor.require(Role.PERSON)
    person = Person(handle, likeness, secrets.token_bytes(domain.SALT_BYTES))
    written = json.dumps(asdict(likeness), sort_keys=True, separators=(",", ":"))
    facts = {
        "account_id": actor.account_id,
        "likeness": entry.commit(person.salt, written.encode()).hex(),
    }
    event = Event("subject.enrolled", ids.new("sub"), tx.now, facts)
    subject = domain.evolve(None, event, person=person)
    if not subjects.insert(tx, subject):
        raise RightsError(Code.CONFLICT, f"the handle @{handle} is taken; choose another")
    tx.record(event)
    return subject


def mine(tx: Tx, actor: Principal) -> list[Subject]:
    """Return whom the account has enrolled."""
    actor.require(Role.PERSON)
    return subjects.of_account(tx, actor.account_id)


def pause(tx: Tx, actor: Principal, subject_id: str) -> Subject:
    """Let nobody cast one for a while, from this commit on; what is out stays out."""
    return _turn(tx, actor, subject_id, "subject.paused")


def resume(tx: Tx, actor: Principal, subject_id: str) -> Subject:
    """Let those cast one again whose consents stand."""
    return _turn(tx, actor, subject_id, "subject.resumed")


def unenrol(tx: Tx, actor: Principal, subject_id: str) -> Subject:
    """Take one's face back: cast from this commit on no more, and erased as soon as nothing holds.

    What holds is said by `holds`.
    """
    actor.require(Role.PERSON)
    subject = _lock(tx, subject_id)
    actor.require_owner(subject.account_id, "subject")
    return _unenrol(tx, subject)


def unenrol_for(tx: Tx, subject_id: str) -> Subject:
    """Do the same for someone, as the operator of this machine, who needs no other permission.

    Whoever has left already is returned as they are.
    """
    subject = _lock(tx, subject_id)
    return subject if subject.state not in domain.PRESENT else _unenrol(tx, subject)


def state_of(tx: Tx, subject_id: str) -> State | None:
    """Return where an enrolment stands, or None if there never was one."""
    subject = subjects.find(tx, subject_id)
    return subject and subject.state


def holds(tx: Tx, subject_id: str) -> list[str]:
    """Return ids of what keeps someone who has left from being erased, HOLDS_SHOWN_MAX at most.

    Clips of them that are still being made or shown, which end within seconds; and notices about
    such clips that are not decided: what may be evidence is not destroyed meanwhile.
    """
    return subjects.holds(tx, subject_id, limit=HOLDS_SHOWN_MAX)


def erase_leaving(rt: Runtime) -> int:
    """Erase those who have left and whom nothing holds; return how many."""
    with rt.transaction() as tx:
        leaving = subjects.lock_leaving(tx, limit=ERASE_BATCH)
        for subject in leaving:
            _erase(tx, subject)
    return len(leaving)


def delete_files(rt: Runtime, subject_id: str) -> None:
    """Delete the clips of someone who was erased. Nothing shows them since before they left."""
    with rt.transaction() as tx:
        names = generations.files_about(tx, subject_id)
    for name in names:
        rt.blobs.delete(name)


def _lock(tx: Tx, subject_id: str) -> Subject:
    subject = subjects.lock(tx, subject_id)
    if subject is None:
        raise RightsError(Code.NOT_FOUND, "there is no such subject")
    return subject


def _turn(tx: Tx, actor: Principal, subject_id: str, kind: str) -> Subject:
    """Let an event happen to one's own subject. Whoever decides holds the subject meanwhile."""
    actor.require(Role.PERSON)
    subject = _lock(tx, subject_id)
    actor.require_owner(subject.account_id, "subject")
    event = Event(kind, subject.id, tx.now, {})
    turned = domain.evolve(subject, event)
    subjects.update(tx, turned)
    tx.record(event)
    return turned


def _unenrol(tx: Tx, subject: Subject) -> Subject:
    event = Event("subject.unenrolled", subject.id, tx.now, {})
    left = domain.evolve(subject, event)
    subjects.update(tx, left)
    tx.record(event)
    # Whoever grants or relies on a consent holds the subject or the consent: all come before this
    # or find it done. What rests on the consents ends by the reactions to their revocation.
    for consent in consents.lock_of_subject(tx, subject.id):
        revoked = Event("consent.revoked", consent.id, tx.now, {"because_of": subject.id})
        consents.update_state(tx, consent_domain.evolve(consent, revoked))
        tx.record(revoked)
    return left


def _erase(tx: Tx, subject: Subject) -> None:
    event = Event("subject.erased", subject.id, tx.now, {})
    subjects.update(tx, domain.evolve(subject, event))
    sealing.destroy_key(tx, subject.id)
    generations.clear_about(tx, subject.id)
    consents.clear_about(tx, subject.id)
    answers.clear_about(tx, subject.id)
    tx.record(event)
