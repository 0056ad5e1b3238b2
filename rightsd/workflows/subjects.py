"""Enrolling people, and letting them go: what was known of them goes with them."""

import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict

from ledger import entry
from rightsd.db import (
    accounts,
    answers,
    authority,
    consents,
    delegations,
    enrolments,
    files,
    generations,
    looks,
    offers,
    reviews,
    sealing,
    subjects,
    templates,
    thumbnails,
)
from rightsd.db.tx import Tx
from rightsd.domain import age as ages
from rightsd.domain import consent as consent_domain
from rightsd.domain import consenttext, ids
from rightsd.domain import delegation as delegation_domain
from rightsd.domain import subject as domain
from rightsd.domain.age import Age
from rightsd.domain.consenttext import About
from rightsd.domain.delegation import Verb
from rightsd.domain.events import Event, Value
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import Likeness, Person, State, Subject
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

PAGE = 100
CLEAR_BATCH = 500
HOLDS_SHOWN_MAX = 100

logger = logging.getLogger(__name__)


def enrol(
    tx: Tx,
    actor: Principal,
    *,
    handle: str,
    likeness: Likeness,
    age: Age,
    text: str | None = None,
) -> Subject:
    """Enrol the person who holds the account, by what they say of themselves.

    Args:
        tx: The transaction.
        actor: The person.
        handle: What prompts call them by.
        likeness: How they are drawn.
        age: What they declare of it: consents of minors are stricter from the first one on.
        text: Name of the text about enrolling by face that they were shown, if they were; a session
            of enrolment asks for it anyway.
    """
    actor.require(Role.PERSON)
    domain.require_handle(handle)
    # Nobody could take back a likeness that was enrolled by an account as it was closed.
    if not accounts.hold(tx, actor.account_id):
        raise RightsError(Code.CONFLICT, "this account is closed")
    shown = consenttext.accepted(text, About.ENROLMENT, tx.now) if text else None
    declared, salt = ages.checked(age, tx.now), secrets.token_bytes(domain.SALT_BYTES)
    person = Person(handle, likeness, salt, declared, shown)
    written = json.dumps(asdict(likeness), sort_keys=True, separators=(",", ":"))
    facts = {
        "account_id": actor.account_id,
        "likeness": entry.commit(person.salt, written.encode()).hex(),
        **consenttext.facts(shown),
    }
    event = Event("subject.enrolled", ids.new("sub"), tx.now, facts)
    subject = domain.evolve(None, event)
    if not subjects.insert(tx, subject, person):
        raise RightsError(Code.CONFLICT, f"the handle @{handle} is taken; choose another")
    tx.record(event)
    return subject


def mine(tx: Tx, actor: Principal) -> list[tuple[Subject, Person | None]]:
    """Return whom the account has enrolled, and who they are; the erased are no one."""
    actor.require(Role.PERSON)
    enrolled = subjects.of_account(tx, actor.account_id)
    people = subjects.people(tx, [subject.id for subject in enrolled])
    return [(subject, people.get(subject.id)) for subject in enrolled]


def view(tx: Tx, actor: Principal, subject_id: str) -> tuple[Subject, Person | None]:
    """Return a subject, and who they are, to whoever may see their uses."""
    actor.require(*delegation_domain.ROLES)
    subject, _ = authority.require_for(tx, actor, Verb.SEE, subject_id)
    return subject, subjects.people(tx, [subject_id]).get(subject_id)


def pause(tx: Tx, actor: Principal, subject_id: str) -> Subject:
    """Let nobody cast one for a while, from this commit on; what is out stays out."""
    return _turn(tx, actor, subject_id, Verb.PAUSE, "subject.paused")


def resume(tx: Tx, actor: Principal, subject_id: str) -> Subject:
    """Let those cast one again whose consents stand."""
    return _turn(tx, actor, subject_id, Verb.RESUME, "subject.resumed")


def unenrol(tx: Tx, actor: Principal, subject_id: str) -> Subject:
    """Take one's face back: cast from this commit on no more, and erased as soon as nothing holds.

    What holds is said by `holds`.
    """
    actor.require(*delegation_domain.ROLES)
    _, may = authority.require_for(tx, actor, Verb.UNENROL, subject_id)
    return _unenrol(tx, subject_id, may.facts())


def unenrol_for(tx: Tx, subject_id: str) -> Subject:
    """Do the same for someone, as the operator of this machine, who needs no other permission.

    Whoever has left already is returned as they are.
    """
    subject = _lock(tx, subject_id)
    return subject if subject.state not in domain.PRESENT else _unenrol(tx, subject_id, {})


def state_of(tx: Tx, subject_id: str) -> State | None:
    """Return where an enrolment stands, or None if there never was one."""
    subject = subjects.find(tx, subject_id)
    return subject and subject.state


def holds(tx: Tx, subject_id: str) -> list[str]:
    """Return ids of what keeps someone who has left from being erased, HOLDS_SHOWN_MAX at most.

    Clips of them that are still being made or shown, which end within seconds; and notices about
    such clips, given before they left, that are not decided, and incidents that they were linked
    to by then: what may be evidence is not destroyed meanwhile.
    """
    return subjects.holds(tx, subject_id, limit=HOLDS_SHOWN_MAX)


def erase_leaving(rt: Runtime) -> int:
    """Erase those who have left and whom nothing holds, a transaction each; return how many."""
    erased, after = 0, ""
    while True:
        with rt.transaction() as tx:
            page = subjects.leaving(tx, after=after, limit=PAGE)
        for subject_id in page:
            try:
                with rt.transaction() as tx:
                    erased += _erase(tx, subject_id)
            except RightsError:
                logger.exception("%s could not be erased; it will be tried again", subject_id)
        if not page:
            return erased
        after = page[-1]


def clear(rt: Runtime, subject_id: str) -> None:
    """Clear what no key opens any more, and delete the clips of someone who was erased.

    Housekeeping: nothing has shown or opened any of it since they were erased.
    """
    _repeat(rt, lambda tx: generations.clear_about(tx, subject_id, limit=CLEAR_BATCH))
    with rt.transaction() as tx:
        thumbnails.clear_about(tx, subject_id)
        looks.clear_of(tx, subject_id)  # What a look noted that was under way when they left.
        consents.clear_about(tx, subject_id)
        delegations.clear_about(tx, subject_id)
        enrolments.clear_about(tx, subject_id)
        reviews.clear_about(tx, subject_id)
        offers.clear_about(tx, subject_id)
    _repeat(rt, lambda tx: answers.clear_about(tx, subject_id, limit=CLEAR_BATCH))
    with rt.transaction() as tx:
        names = files.about(tx, subject_id)
    for name in names:
        rt.blobs.delete(name)


def _repeat(rt: Runtime, step: Callable[[Tx], int]) -> None:
    """Run a step, a transaction each time, until it finds nothing more to do."""
    while True:
        with rt.transaction() as tx:
            if not step(tx):
                return


def _lock(tx: Tx, subject_id: str) -> Subject:
    subject = subjects.lock(tx, subject_id)
    if subject is None:
        raise RightsError(Code.NOT_FOUND, "there is no such subject")
    return subject


def _turn(tx: Tx, actor: Principal, subject_id: str, verb: Verb, kind: str) -> Subject:
    """Let an event happen to a subject. Whoever decides holds the subject meanwhile."""
    actor.require(*delegation_domain.ROLES)
    _, may = authority.require_for(tx, actor, verb, subject_id)
    subject = _lock(tx, subject_id)
    event = Event(kind, subject.id, tx.now, may.facts())
    turned = domain.evolve(subject, event)
    subjects.update(tx, turned)
    tx.record(event)
    return turned


def _unenrol(tx: Tx, subject_id: str, facts: Mapping[str, Value]) -> Subject:
    # Nobody acts for someone who has left. Delegations come first: see rightsd/db/authority.py.
    # And once more, for what was offered while this waited.
    delegations.lock_of_subject(tx, subject_id)
    subject = _lock(tx, subject_id)
    standing = delegations.lock_of_subject(tx, subject_id)
    event = Event("subject.unenrolled", subject.id, tx.now, facts)
    left = domain.evolve(subject, event)
    subjects.update(tx, left)
    templates.clear_of(tx, subject.id)  # From this commit on nobody is recognised as them.
    looks.clear_of(tx, subject.id)
    tx.record(event)
    # Whoever grants or relies on a consent holds the subject or the consent: all come before this
    # or find it done. What rests on the consents ends by the reactions to their revocation.
    for consent_id in consents.lock_of_subject(tx, subject.id):
        revoked = Event("consent.revoked", consent_id, tx.now, {"because_of": subject.id})
        ended = consent_domain.MACHINE.next(consent_domain.State.GRANTED, revoked.kind)
        consents.end(tx, consent_id, ended)
        tx.record(revoked)
    for enrolment_id in enrolments.end_of_subject(tx, subject.id):
        tx.record(Event("enrolment.expired", enrolment_id, tx.now, {"because_of": subject.id}))
    for delegation_id in standing:
        over = Event("delegation.ended", delegation_id, tx.now, {"because_of": subject.id})
        delegations.end(tx, delegation_id, delegation_domain.State.ENDED)
        tx.record(over)
    return left


def _erase(tx: Tx, subject_id: str) -> bool:
    """Erase someone who has left, unless something holds them; return whether they are erased.

    Nothing is opened for this: data that were damaged keep nobody from leaving.
    """
    subject = subjects.lock_leaving(tx, subject_id)
    if subject is None:
        return False
    # Who gives notice holds the clip: they come before the look at what holds, or after the end.
    generations.lock_about(tx, subject_id)
    if subjects.holds(tx, subject_id, limit=1):
        return False
    event = Event("subject.erased", subject_id, tx.now, {})
    subjects.update(tx, domain.evolve(subject, event))
    sealing.destroy_key(tx, subject_id)
    tx.record(event)
    return True
