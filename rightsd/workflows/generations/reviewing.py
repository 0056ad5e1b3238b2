"""What a reviewer's decision does to the use that waited for it."""

from rightsd.db import generations, reviews
from rightsd.db.tx import Tx
from rightsd.domain import generation as domain
from rightsd.domain import policy
from rightsd.domain import review as review_domain
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation, State
from rightsd.domain.review import Finding, Kind, Review
from rightsd.domain.review import State as ReviewState
from rightsd.runtime import Runtime
from rightsd.workflows.generations import deciding


def settle_review(rt: Runtime, review_id: str) -> None:
    """Let the use that a review is about go on, or refuse it; again, nothing."""
    with rt.transaction() as tx:
        review = reviews.find(tx, review_id)
        if review is None or review.kind is not Kind.USE:
            return
        generation = generations.lock(tx, review.things[0])
        if generation is None:
            return
        if generation.state is State.HELD:
            _answer(tx, generation, review)
        elif _is_to_be_reinstated(generation, review):
            reinstated = _reinstate(tx, generation)
            _answer(tx, reinstated, review)


def _answer(tx: Tx, generation: Generation, review: Review) -> None:
    if review.state is ReviewState.LAPSED:
        days = review_domain.DAYS[Kind.USE]
        deciding.refuse(tx, generation, policy.unreviewed(review.id, days))
    elif review.finding is Finding.REFUSE:
        deciding.refuse(tx, generation, policy.review_refused(review.id, review.rules))
    elif review.finding is Finding.ALLOW:
        wish = deciding.wish_of(generation)
        decision = deciding.decide(tx, wish, of=generation.id, hold=True)
        if decision == generation.decision:
            return  # This was done before, and it waits for someone else.
        deciding.go_on(tx, generation, decision)


def _is_to_be_reinstated(generation: Generation, review: Review) -> bool:
    """Say whether this review alone refused it, was overturned, and its words are still there."""
    causes = {reason.evidence.get("review_id") for reason in generation.decision.reasons}
    return (
        generation.state is State.REFUSED
        and review.state is ReviewState.OVERTURNED
        and causes == {review.id}
        and generation.wanted.prompt != ""
    )


def _reinstate(tx: Tx, generation: Generation) -> Generation:
    event = Event("generation.reinstated", generation.id, tx.now, {})
    reinstated = domain.evolve(generation, event, reason=generation.reason)
    generations.update(tx, reinstated)
    tx.record(event)
    return reinstated
