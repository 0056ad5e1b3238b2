"""What people do about uses of their likeness: see every one, approve, and object."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rightsd.db import consents, generations, subjects, thumbnails, uses
from rightsd.db.tx import Tx
from rightsd.domain import generation as domain
from rightsd.domain import policy
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation, State
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import Subject
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.generations import deciding

LIST_MAX = 200
HELD_DAYS = 14  # Whoever has not answered by then is not asked any longer.
LAPSE_BATCH = 100
OBJECTED = "the person objected"
SOMEONE_ELSE = "it does not meet, or waits for, what someone else whom it would cast has said"


@dataclass(frozen=True, slots=True)
class RestsOn:
    """A consent of the person on which a use rests."""

    consent_id: str
    terms_version: int


@dataclass(frozen=True, slots=True)
class Use:
    """A generation as someone sees whom it would cast.

    Attributes:
        people: Whom of theirs it would cast.
        rests_on: Their consents; none when it was refused.
        reason: Why it was refused, waits, failed or was withdrawn; what others who would be cast
            have said in their terms is between them and the creator.
    """

    generation: Generation
    people: tuple[str, ...]
    rests_on: tuple[RestsOn, ...]
    reason: str | None


def mine(tx: Tx, actor: Principal, *, before: datetime | None) -> list[Use]:
    """Return the uses of the account's likenesses, drafts and refusals too, newest first."""
    actor.require(Role.PERSON)
    own = {subject.id for subject in subjects.of_account(tx, actor.account_id)}
    found = uses.of_subjects(tx, sorted(own), before=before, limit=LIST_MAX) if own else []
    return _views(tx, actor, own, generations.with_ids(tx, found))


def thumbnail(tx: Tx, actor: Principal, generation_id: str) -> bytes:
    """Return a small picture of a use, a JPEG, to someone whom it casts.

    Raises:
        RightsError: NOT_FOUND, also while nothing has been made of it.
    """
    actor.require(Role.PERSON)
    own = {subject.id for subject in subjects.of_account(tx, actor.account_id)}
    generation = generations.find(tx, generation_id)
    if generation is None or own.isdisjoint(generation.wanted.people):
        raise RightsError(Code.NOT_FOUND, "there is no such use of your likeness")
    found = thumbnails.find(tx, generation_id)
    if found is None:
        raise RightsError(Code.NOT_FOUND, "there is no picture of this use")
    return found


def approve(tx: Tx, actor: Principal, generation_id: str) -> Use:
    """Approve a use that waits for it, as one of those who are asked.

    It is made once everyone who wants to see uses first has approved, and the gate still allows it;
    if the gate refuses it by now, that is put on record and returned. The approval is for the
    consents that it rests on: should it come to rest on others, these ask anew.
    """
    own, generation = _lock(tx, actor, generation_id)
    domain.MACHINE.next(generation.state, "generation.approved")
    wish = deciding.wish_of(generation)
    decision = deciding.decide(tx, wish, of=generation_id, hold=True)
    if decision.outcome is Outcome.HOLD:
        theirs = consents.granted_by(tx, actor.account_id, decision.consents)
        if not sum(uses.approve(tx, generation_id, consent_id) for consent_id in sorted(theirs)):
            raise RightsError(Code.CONFLICT, "you have approved this use; others are still asked")
        decision = deciding.decide(tx, wish, of=generation_id, hold=True)
    if decision.outcome is Outcome.REFUSE:
        deciding.refuse(tx, generation, decision)
    else:
        held = decision.outcome is Outcome.HOLD
        kind = "generation.endorsed" if held else "generation.approved"
        event = Event(kind, generation_id, tx.now, decision.facts())
        reason = deciding.sentence(decision) or None
        turned = domain.evolve(generation, event, decision=decision, reason=reason)
        generations.update(tx, turned)
        generations.replace_reliances(tx, generation_id, decision.consents)
        tx.record(event)
    return _seen(tx, actor, own, generation_id)


def object_to(tx: Tx, actor: Principal, generation_id: str) -> Use:
    """Object to a use: what is not out is not made, and what is out is withdrawn."""
    own, generation = _lock(tx, actor, generation_id)
    if generation.state is State.PUBLISHED:
        event = Event("generation.withdrawn", generation_id, tx.now, {"because_of": own[0].id})
        generations.update(tx, domain.evolve(generation, event, reason=OBJECTED))
        tx.record(event)
    else:
        people = subjects.people(tx, [own[0].id])
        handle = people[own[0].id].handle if people else ""
        decision = policy.objected(handle, OBJECTED)
        deciding.refuse(tx, generation, decision)
    return _seen(tx, actor, own, generation_id)


def lapse(rt: Runtime) -> int:
    """Refuse the uses that waited for approval for too long; return how many."""
    with rt.transaction() as tx:
        due = uses.held_before(tx, tx.now - timedelta(days=HELD_DAYS), limit=LAPSE_BATCH)
        for generation_id in due:
            generation = generations.lock(tx, generation_id)
            if generation is not None and generation.state is State.HELD:
                deciding.refuse(tx, generation, policy.unanswered(HELD_DAYS))
    return len(due)


def _lock(tx: Tx, actor: Principal, generation_id: str) -> tuple[list[Subject], Generation]:
    """Return a use of the account's likenesses, locked, and whom of theirs it would cast."""
    actor.require(Role.PERSON)
    generation = generations.lock(tx, generation_id)
    people = () if generation is None else generation.wanted.people
    own = [each for each in subjects.of_account(tx, actor.account_id) if each.id in people]
    if generation is None or not own:
        raise RightsError(Code.NOT_FOUND, "there is no such use of your likeness")
    return own, generation


def _seen(tx: Tx, actor: Principal, own: list[Subject], generation_id: str) -> Use:
    found = generations.with_ids(tx, [generation_id])
    (view,) = _views(tx, actor, {subject.id for subject in own}, found)
    return view


def _views(tx: Tx, actor: Principal, own: set[str], found: list[Generation]) -> list[Use]:
    relied = uses.rest_on(tx, actor.account_id, [generation.id for generation in found])
    handles = {person.handle for person in subjects.people(tx, sorted(own)).values()}
    return [
        Use(
            generation,
            tuple(person for person in generation.wanted.people if person in own),
            tuple(RestsOn(*each) for each in relied.get(generation.id, ())),
            _reason(generation, handles),
        )
        for generation in found
    ]


def _reason(generation: Generation, handles: set[str]) -> str | None:
    """Return the reason as whoever goes by these handles may know it."""
    reasons = generation.decision.reasons
    if generation.reason is None or not reasons or generation.output is not None:
        return generation.reason
    told = [
        reason.detail if reason.evidence.get("cameo") in {None, *handles} else SOMEONE_ELSE
        for reason in reasons
    ]
    return "; ".join(dict.fromkeys(told))
