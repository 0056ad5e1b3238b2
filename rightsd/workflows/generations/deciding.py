"""The gate over what Postgres says now."""

from collections.abc import Sequence
from dataclasses import replace

from rightsd.db import consents, descriptions, follows, generations, standing, subjects, uses, works
from rightsd.db.tx import Tx
from rightsd.domain import generation as domain
from rightsd.domain import policy
from rightsd.domain.casting import Used
from rightsd.domain.consent import Consent
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation, State
from rightsd.domain.policy import Decision, Facts, Outcome, Wish
from rightsd.domain.subject import PRESENT
from rightsd.domain.subject import State as SubjectState
from rightsd.domain.terms import Audience


def decide(
    tx: Tx,
    wish: Wish,
    *,
    of: str | None = None,
    copies: Sequence[str] = (),
    hold: bool = False,
) -> Decision:
    """Return the decision on a wish.

    Args:
        tx: The transaction.
        wish: What is wanted.
        of: The generation that wants it, if there is one yet: it does not count against a quota,
            and approvals are for it.
        copies: Outputs that the finished picture is a copy of.
        hold: Keep everything that it rests on as it is until the commit: the people, the consents,
            who follows whom, the quotas, and that no opt-out is registered and no notice upheld.
    """
    if hold:
        standing.hold_causes(tx)
    described, unchecked = descriptions.resembled(tx, wish.prompt)
    facts = replace(
        facts_about_people(tx, wish, of=of, hold=hold),
        opted_out=works.named_in(tx, wish.prompt),
        described=described,
        unchecked=unchecked,
        taken_down=sorted(standing.upheld_notices(tx, copies)) if copies else (),
    )
    return policy.decide(wish, facts, tx.now)


def facts_about_people(tx: Tx, wish: Wish, *, of: str | None, hold: bool) -> Facts:
    """Return what bears on casting the people of a wish; see `decide`."""
    read = subjects.hold_with_handles if hold else subjects.with_handles
    found = read(tx, wish.cameos)
    cast = {handle: subject for handle, subject in found.items() if subject.state in PRESENT}
    subject_ids = [subject.id for subject in cast.values()]
    towards = _consents(tx, subject_ids, wish.creator_id, hold=hold)
    return Facts(
        consents=dict.fromkeys(wish.cameos)
        | {
            handle: [each for each in towards if each.subject_id == subject.id]
            for handle, subject in cast.items()
        },
        opted_out=(),
        paused=[handle for handle in cast if cast[handle].state is SubjectState.PAUSED],
        mutuals=_mutuals(tx, towards, wish.creator_id, hold=hold),
        used=_used(tx, towards, of, hold=hold),
        approved=() if of is None or not cast else uses.approved_under(tx, of),
    )


def wish_of(generation: Generation) -> Wish:
    """Return what a generation wants."""
    wanted = generation.wanted
    return policy.wish_of(generation.account_id, wanted.prompt, wanted.cameos, wanted.use)


def recheck(tx: Tx, generation_id: str) -> Generation | None:
    """Return a generation that is being made and is still permitted; otherwise None.

    One that is no longer permitted is refused here, for good, or held until it is approved.
    """
    generation = generations.find(tx, generation_id)
    if generation is None or generation.state is not State.REQUESTED:
        return None
    if decide(tx, wish_of(generation), of=generation.id).outcome is Outcome.ALLOW:
        return generation
    locked = generations.lock(tx, generation_id)
    if locked is not None and locked.state is State.REQUESTED:
        end_unless_allowed(tx, locked)
    return None


def end_unless_allowed(tx: Tx, generation: Generation) -> Decision:
    """Decide on a locked generation that is under way, and end it if that is the decision."""
    decision = decide(tx, wish_of(generation), of=generation.id)
    end(tx, generation, decision)
    return decision


def end(tx: Tx, generation: Generation, decision: Decision) -> None:
    """Refuse a locked generation that is under way, or hold it, if that is the decision."""
    if decision.outcome is Outcome.REFUSE:
        refuse(tx, generation, decision)
    elif decision.outcome is Outcome.HOLD and generation.state is State.REQUESTED:
        event = Event("generation.held", generation.id, tx.now, decision.facts())
        generations.update(
            tx, domain.evolve(generation, event, decision=decision, reason=sentence(decision))
        )
        generations.replace_reliances(tx, generation.id, decision.consents)
        tx.record(event)


def refuse(tx: Tx, generation: Generation, decision: Decision) -> None:
    """Refuse a locked generation that is under way."""
    event = Event("generation.refused", generation.id, tx.now, decision.facts())
    refused = domain.evolve(generation, event, decision=decision, reason=sentence(decision))
    generations.update(tx, refused)
    tx.record(event)


def sentence(decision: Decision) -> str:
    """Return the reasons of a refusal, or of having to wait, as one sentence."""
    return "; ".join(reason.detail for reason in decision.reasons)


def _consents(
    tx: Tx, subject_ids: Sequence[str], creator_id: str, *, hold: bool
) -> Sequence[Consent]:
    read = consents.hold_towards if hold else consents.towards
    return read(tx, subject_ids, creator_id) if subject_ids else ()


def _mutuals(tx: Tx, towards: Sequence[Consent], creator_id: str, *, hold: bool) -> set[str]:
    """Return who of those whose consent asks for it follows the creator and is followed back."""
    asking = {
        consent.account_id for consent in towards if consent.terms.audience is Audience.MUTUALS
    }
    read = follows.hold_mutuals if hold else follows.mutuals
    return read(tx, creator_id, sorted(asking)) if asking else set()


def _used(tx: Tx, towards: Sequence[Consent], of: str | None, *, hold: bool) -> dict[str, Used]:
    """Return how many clips rest on consents with a quota; held, no one else takes from it."""
    limited = [
        consent.id
        for consent in towards
        if consent.terms.quota_total is not None or consent.terms.quota_30_days is not None
    ]
    if hold:
        consents.lock_quota(tx, limited)
    return consents.used(tx, limited, but=of) if limited else {}
