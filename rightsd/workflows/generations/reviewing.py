"""What reviewers are asked about uses and outputs, and what their decisions do to these."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

from rightsd.db import (
    generations,
    likenesses,
    looks,
    matches,
    optouts,
    request_references,
    resemblances,
    reviews,
    standing,
)
from rightsd.db.tx import Tx
from rightsd.domain import generation as domain
from rightsd.domain import recognition, resemblance, rulebook
from rightsd.domain import review as review_domain
from rightsd.domain.events import Event
from rightsd.domain.generation import Generation, State
from rightsd.domain.principal import Principal
from rightsd.domain.review import Finding, Kind, Opening, Review
from rightsd.domain.review import State as ReviewState
from rightsd.domain.rulebook import Reason
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.generations import deciding, references, withdrawals

BATCH = 100


def settle_review(rt: Runtime, review_id: str) -> None:
    """Do to a use or an output what a reviewer found, or that nobody did; again, nothing."""
    with rt.transaction() as tx:
        review = reviews.find(tx, review_id)
        if review is None:
            return
        if review.kind in {Kind.USE, Kind.OUTPUT}:
            _settle(tx, review)
    if review.kind is Kind.LIKENESS:
        if review.finding is Finding.ALLOW:
            withdrawals.restore_after(rt, review.things[1])  # It, and what is made of it.
    elif review.kind is Kind.FLOOD:
        _decide_again_where(rt, lambda reason: _thing_of(reason) == review.things[0])
        _withdraw_copies(rt, review)
    elif review.state is ReviewState.OVERTURNED and review.finding is Finding.ALLOW:
        withdrawals.restore_after(rt, review_id)  # It, and what is made of it.


def ask_about_output(rt: Runtime, generation_id: str) -> None:
    """Ask a reviewer whether a published output shows the works or people that it may show."""
    with rt.transaction() as tx:
        generation = generations.lock(tx, generation_id)
        if generation is None or generation.state is not State.PUBLISHED:
            return
        doubts = _doubts(tx, generation)
        if not doubts:
            return
        reviews.await_reviewer(tx, _about(generation, Kind.OUTPUT, doubts))


def ask_about_likeness(tx: Tx, actor: Principal, generation_id: str) -> Review:
    """Have a reviewer look at an output that was withdrawn as someone's likeness, as its creator.

    It stays withdrawn meanwhile.

    Raises:
        RightsError: CONFLICT: it was not withdrawn for that, or there is nothing left to ask.
    """
    actor.require(*domain.MAKERS)
    generation = generations.lock(tx, generation_id)
    if generation is None:
        raise RightsError(Code.NOT_FOUND, "there is no such generation")
    actor.require_owner(generation.account_id, "generation")
    cause = generation.because_of or ""
    if generation.state is not State.WITHDRAWN or not likenesses.is_in(tx, cause, generation_id):
        detail = "this is no output that was withdrawn for showing or sounding like someone"
        raise RightsError(Code.CONFLICT, f"{detail} who is enrolled by now")
    if reviews.has_confirmed(tx, generation_id):
        detail = "a reviewer has looked at this and found that it is them: appeal that"
        raise RightsError(Code.CONFLICT, detail)
    cleared = reviews.cleared(tx, generation_id)
    doubts = [one for one in _lookalikes(tx, generation, certain=True) if one.matter not in cleared]
    if not doubts or not generation.wanted.prompt:
        raise RightsError(Code.CONFLICT, "there is nothing left that a reviewer could look at")
    opening = _about(generation, Kind.LIKENESS, doubts, cause)
    review = reviews.begin(tx, opening)
    if review is None:
        raise RightsError(Code.CONFLICT, "a reviewer is asked about this already")
    return review


def decide_again_for_work(rt: Runtime, work_id: str) -> None:
    """Decide again on the uses that wait for a reviewer because of a work: more is known of it."""
    _decide_again_where(rt, lambda reason: reason.evidence.get("work_id") == work_id)


def decide_again_for_optout(rt: Runtime, optout_id: str) -> None:
    """Decide again on the uses that wait for a reviewer because of a work of this opt-out.

    Of outputs nothing waits: a review that has nothing left to ask ends.
    """
    with rt.transaction() as tx:
        optout = optouts.find(tx, optout_id)
    if optout is not None:
        decide_again_for_work(rt, optout.work_id)
        _drop_answered(rt)


def _about(generation: Generation, kind: Kind, doubts: Sequence[Reason], *more: str) -> Opening:
    """Return what a review begins with of an output, and of what else it is about."""
    return Opening(
        kind=kind,
        things=(generation.id, *more),
        parties=(generation.account_id,),
        about=generation.about,
        evidence=deciding.request_of(generation) | {"reasons": [asdict(each) for each in doubts]},
        rules=tuple(sorted({doubt.key for doubt in doubts})),
    )


def _drop_answered(rt: Runtime) -> None:
    """End the reviews of outputs about which there is no doubt left."""
    after = ""
    while True:
        with rt.transaction() as tx:
            page = reviews.page_of_open_outputs(tx, after=after, limit=BATCH)
        for review_id, generation_id in page:
            with rt.transaction() as tx:
                generation = generations.lock(tx, generation_id)
                review = reviews.open_about(tx, Kind.OUTPUT, (generation_id,))
                if generation is None or review is None or review.id != review_id:
                    continue
                if not _doubts(tx, generation):
                    reviews.drop(tx, review)
        if not page:
            return
        after = page[-1][0]


def _withdraw_copies(rt: Runtime, review: Review) -> None:
    """Withdraw the outputs that show what a reviewer has confirmed is to stay down."""
    with rt.transaction() as tx:
        copies = matches.outputs_with(tx, review.things[0])
    for generation_id in copies:
        with rt.transaction() as tx:
            copy = generations.lock(tx, generation_id)
            causes = standing.why_not(tx, [copy]) if copy is not None else {}
            if copy is not None and copy.state is State.PUBLISHED and causes:
                deciding.withdraw(tx, copy, causes[copy.id], review.id)


def _settle(tx: Tx, review: Review) -> None:
    generation = generations.lock(tx, review.things[0])
    if generation is None:
        return
    _settle_matches(tx, generation, review)
    if review.kind is Kind.OUTPUT:
        _settle_output(tx, generation, review)
    elif generation.state is State.HELD:
        _answer(tx, generation, review)
    elif _is_to_be_reinstated(generation, review):
        reinstated = _reinstate(tx, generation)
        _answer(tx, reinstated, review)


def _answer(tx: Tx, generation: Generation, review: Review) -> None:
    if review.state is ReviewState.LAPSED or review.finding is Finding.REFUSE:
        deciding.refuse(tx, generation, review_domain.refusal(review))
    elif review.finding is Finding.ALLOW:
        _go_on(tx, generation)


def _decide_again_where(rt: Runtime, concerned: Callable[[Reason], bool]) -> None:
    after = ""
    while True:
        with rt.transaction() as tx:
            page = reviews.page_of_open_uses(tx, after=after, limit=BATCH)
        for review in page:
            if any(map(concerned, review.reasons)):
                _decide_again(rt, review.things[0])
        if not page:
            return
        after = page[-1].id


def _thing_of(reason: Reason) -> str | int | None:
    """Return what is to stay down that a reason doubts a use for."""
    if reason.rule != rulebook.OUTPUT_RESEMBLES_TAKEN_DOWN.id:
        return None
    return reason.evidence.get("staydown_id", reason.evidence.get("generation_id"))


def _settle_matches(tx: Tx, generation: Generation, review: Review) -> None:
    """Note what a reviewer found of what the use showed that is to stay down."""
    things = [thing for thing in map(_thing_of, review.reasons) if thing is not None]
    if review.finding is None or not things:
        return
    sent = request_references.digests(tx, [generation.id]).get(generation.id, [])
    ids = [generation.id, *(sent_id for sent_id, _ in sent)]
    for thing in things:
        matches.settle(tx, str(thing), ids, right=review.finding is Finding.REFUSE)


def _decide_again(rt: Runtime, generation_id: str) -> None:
    with rt.transaction() as tx:
        generation = generations.lock(tx, generation_id)
        if generation is not None and generation.state is State.HELD:
            _go_on(tx, generation)


def _go_on(tx: Tx, generation: Generation) -> None:
    """Decide on a locked use that waits; if that says nothing new, it goes on waiting."""
    wish = deciding.wish_of(generation)
    decision = deciding.decide(tx, wish, of=generation.id, hold=True)
    if decision != generation.decision:
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


def _doubts(tx: Tx, generation: Generation) -> list[Reason]:
    """Return what a published output may show, that no reviewer has cleared and none licenses."""
    licensed = standing.licensed_works(tx, generation.id)
    shown = [
        one
        for one in references.depicted_in(tx, resemblances.of_generation(tx, generation.id))
        if not one.resemblance.strong and one.work_id not in licensed
    ]
    doubts = [*resemblance.reasons(shown), *_lookalikes(tx, generation, certain=False)]
    cleared = reviews.cleared(tx, generation.id)
    return [each for each in doubts if each.matter not in cleared]


def _lookalikes(tx: Tx, generation: Generation, *, certain: bool) -> list[Reason]:
    """Return of whom an output is, or may be, who has enrolled since."""
    return [
        recognition.reason_of(
            one, recognition.OUTPUT, request_references.mask(tx, generation.id, one.subject_id)
        )
        for one in looks.found_in(tx, generation.id)
        if one.certain is certain
    ]


def _settle_output(tx: Tx, generation: Generation, review: Review) -> None:
    """Withdraw what shows an opted-out work."""
    if generation.state is State.PUBLISHED and review.finding is Finding.REFUSE:
        found = {reason.matter for reason in review.reasons}
        if not any(doubt.matter in found for doubt in _doubts(tx, generation)):
            return  # The work is opted out no more, or licensed, or the person has left.
        deciding.withdraw(tx, generation, review_domain.withdrawal(review), review.id)
