"""The gate over what Postgres says now."""

from collections.abc import Sequence
from typing import Any

from rightsd.db import consents, generations, standing, subjects, works
from rightsd.db.tx import Tx
from rightsd.domain import generation as domain
from rightsd.domain import policy
from rightsd.domain import subject as subject_domain
from rightsd.domain.consent import Consent
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation, State
from rightsd.domain.policy import Decision, Facts, Outcome, Wish


def decide(tx: Tx, wish: Wish, *, copies: Sequence[str] = (), hold: bool = False) -> Decision:
    """Return the decision on a wish.

    Args:
        tx: The transaction.
        wish: What is wanted.
        copies: Outputs that the finished picture is a copy of.
        hold: Keep everything that it rests on as it is until the commit: the consents, and that
            no opt-out is registered and no notice upheld.
    """
    if hold:
        standing.hold_causes(tx)
    enrolled = {
        handle: subject.id
        for handle, subject in subjects.with_handles(tx, wish.cameos).items()
        if subject.state is subject_domain.State.ENROLLED
    }
    subject_ids = list(enrolled.values())
    read = consents.hold_towards if hold else consents.towards
    by_subject: dict[str, list[Consent]] = {subject_id: [] for subject_id in subject_ids}
    for consent in read(tx, subject_ids, wish.creator_id):
        by_subject[consent.subject_id].append(consent)
    by_handle = {handle: by_subject[subject_id] for handle, subject_id in enrolled.items()}
    facts = Facts(
        consents={handle: by_handle.get(handle) for handle in wish.cameos},
        opted_out=works.named_in(tx, wish.prompt),
        taken_down=sorted(standing.upheld_notices(tx, copies)),
    )
    return policy.decide(wish, facts, tx.now)


def wish_of(generation: Generation) -> Wish:
    """Return what a generation wants."""
    wanted = generation.wanted
    return policy.wish_of(generation.account_id, wanted.prompt, wanted.cameos)


def recheck(tx: Tx, generation_id: str) -> Generation | None:
    """Return a generation that is still under way and still permitted; otherwise None.

    A generation that is under way and no longer permitted is refused here, for good.
    """
    generation = generations.find(tx, generation_id)
    if generation is None or generation.state is not State.REQUESTED:
        return None
    if decide(tx, wish_of(generation)).outcome is Outcome.ALLOW:
        return generation
    locked = generations.lock(tx, generation_id)
    if locked is not None and locked.state is State.REQUESTED:
        refuse_unless_allowed(tx, locked)
    return None


def refuse_unless_allowed(tx: Tx, generation: Generation) -> Decision:
    """Decide on a locked generation that is under way, and refuse it if that is the decision."""
    decision = decide(tx, wish_of(generation))
    if decision.outcome is Outcome.REFUSE:
        refuse(tx, generation, decision)
    return decision


def refuse(tx: Tx, generation: Generation, decision: Decision) -> None:
    """Refuse a locked generation that is under way."""
    event = Event("generation.refused", generation.id, tx.now, facts_of(decision))
    refused = domain.evolve(generation, event, decision=decision, reason=sentence(decision))
    generations.update(tx, refused)
    tx.record(event)


def facts_of(decision: Decision) -> dict[str, Any]:
    """Return what the ledger says of a decision."""
    return {
        "outcome": decision.outcome.value,
        "rulebook": decision.rulebook,
        "rules": sorted({f"{reason.rule}@{reason.version}" for reason in decision.reasons}),
        "consents": list(decision.consents),
    }


def sentence(decision: Decision) -> str:
    """Return the reasons of a refusal as one sentence."""
    return "; ".join(reason.detail for reason in decision.reasons)
