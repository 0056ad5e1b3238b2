"""What people do about uses of their likeness: see every one, approve, and object."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rightsd.db import authority, consents, generations, subjects, thumbnails, uses
from rightsd.db.tx import Tx
from rightsd.domain import decision as decisions
from rightsd.domain import delegation
from rightsd.domain import generation as domain
from rightsd.domain.authority import Authority
from rightsd.domain.decision import Outcome
from rightsd.domain.delegation import Verb
from rightsd.domain.events import Value
from rightsd.domain.generation import Generation, State
from rightsd.domain.principal import Principal
from rightsd.domain.rulebook import Reason
from rightsd.domain.subject import Subject
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.generations import deciding

LIST_MAX = 200
HELD_DAYS = 14  # Whoever has not answered by then is not asked any longer.
LAPSE_BATCH = 100
OBJECTED = "the person objected"
USE = "use of your likeness"
UNLICENSED = "it is not within a licence of whoever asked for it"
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
        people: Whom it would cast of those whom the viewer may see uses of.
        rests_on: The consents of these; none when it was refused.
        reason: Why it was refused, waits, failed or was withdrawn; what others who would be cast
            have said in their terms, or licences, is between them and the creator.
    """

    generation: Generation
    people: tuple[str, ...]
    rests_on: tuple[RestsOn, ...]
    reason: str | None


def mine(tx: Tx, actor: Principal, *, before: datetime | None) -> list[Use]:
    """Return the uses of one's likenesses, and of those one may see uses for, newest first.

    Drafts and refusals are among them.
    """
    actor.require(*delegation.ROLES)
    people = authority.reach(tx, actor, Verb.SEE)
    found = uses.of_subjects(tx, people, before=before, limit=LIST_MAX) if people else []
    return _views(tx, people, generations.with_ids(tx, found))


def pictured(tx: Tx, found: Sequence[Use]) -> frozenset[str]:
    """Return ids of those of some uses of which there is a small picture."""
    return thumbnails.which(tx, [use.generation.id for use in found])


def thumbnail(tx: Tx, actor: Principal, generation_id: str) -> bytes:
    """Return a small picture of a use, a JPEG, to someone who may see it.

    Raises:
        RightsError: NOT_FOUND, also while nothing has been made of it.
    """
    actor.require(*delegation.ROLES)
    generation = generations.find(tx, generation_id)
    cast = () if generation is None else generation.wanted.people
    authority.among(tx, actor, Verb.SEE, cast, what=USE)
    found = thumbnails.find(tx, generation_id)
    if found is None:
        raise RightsError(Code.NOT_FOUND, "there is no picture of this use")
    return found


def approve(tx: Tx, actor: Principal, generation_id: str) -> Use:
    """Approve a use that waits for it, as one of those who are asked.

    It is made once everyone who wants to see uses first has approved, a reviewer has cleared what
    rules doubt, and the gate still allows it; if the gate refuses it by now, that is put on record
    and returned. The approval is for the consents that it rests on: should it come to rest on
    others, these ask anew.
    """
    people, generation = _lock(tx, actor, Verb.APPROVE, generation_id)
    domain.MACHINE.next(generation.state, "generation.approved")
    wish = deciding.wish_of(generation)
    decision = deciding.decide(tx, wish, of=generation_id, hold=True)
    if decision.outcome is Outcome.HOLD:
        whose = [subject.id for subject, _ in people]
        theirs = consents.which_of(tx, whose, decision.consents)
        if not sum(uses.approve(tx, generation_id, consent_id) for consent_id in sorted(theirs)):
            raise RightsError(Code.CONFLICT, "you have approved this use; others are still asked")
        decision = deciding.decide(tx, wish, of=generation_id, hold=True)
    deciding.go_on(tx, generation, decision, by=_by(people))
    return _seen(tx, people, generation_id)


def object_to(tx: Tx, actor: Principal, generation_id: str) -> Use:
    """Object to a use: what is not out is not made, and what is out is withdrawn."""
    people, generation = _lock(tx, actor, Verb.OBJECT, generation_id)
    first = people[0][0].id
    if generation.state is State.PUBLISHED:
        deciding.withdraw(tx, generation, OBJECTED, first, by=_by(people))
    else:
        person = subjects.people(tx, [first]).get(first)
        decision = decisions.objected(person.handle if person else "", OBJECTED)
        deciding.refuse(tx, generation, decision, because_of=first, by=_by(people))
    return _seen(tx, people, generation_id)


def lapse(rt: Runtime) -> int:
    """Refuse the uses that waited for approval for too long; return how many."""
    with rt.transaction() as tx:
        due = uses.held_before(tx, tx.now - timedelta(days=HELD_DAYS), limit=LAPSE_BATCH)
        for generation_id in due:
            generation = generations.lock(tx, generation_id)
            if generation is not None and generation.state is State.HELD:
                deciding.refuse(tx, generation, decisions.unanswered(HELD_DAYS))
    return len(due)


def _lock(
    tx: Tx, actor: Principal, verb: Verb, generation_id: str
) -> tuple[list[tuple[Subject, Authority]], Generation]:
    """Return a use, locked, and for whom of those it would cast the actor may do this."""
    actor.require(*delegation.ROLES)
    found = generations.find(tx, generation_id)
    cast = () if found is None else found.wanted.people
    people = authority.among(tx, actor, verb, cast, what=USE)
    generation = generations.lock(tx, generation_id)
    assert generation is not None
    return people, generation


def _by(people: Sequence[tuple[Subject, Authority]]) -> dict[str, Value]:
    """Return what the ledger says of who acted: nothing of those who act for themselves."""
    under = [may.delegation.id for _, may in people if may.delegation is not None]
    return {"by": people[0][1].account_id, "under": under} if under else {}


def _seen(tx: Tx, people: Sequence[tuple[Subject, Authority]], generation_id: str) -> Use:
    found = generations.with_ids(tx, [generation_id])
    (view,) = _views(tx, [subject.id for subject, _ in people], found)
    return view


def _views(tx: Tx, people: Sequence[str], found: list[Generation]) -> list[Use]:
    relied = uses.rest_on(tx, people, [generation.id for generation in found])
    handles = {person.handle for person in subjects.people(tx, people).values()}
    return [
        Use(
            generation,
            tuple(person for person in generation.wanted.people if person in people),
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
    return "; ".join(dict.fromkeys(_told(reason, handles) for reason in reasons))


def _told(reason: Reason, handles: set[str]) -> str:
    if "licence_id" in reason.evidence:
        return UNLICENSED
    return reason.detail if reason.evidence.get("cameo") in {None, *handles} else SOMEONE_ELSE
