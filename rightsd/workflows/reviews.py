"""Reviewing: the queue, taking from it, deciding, and appealing.

What a decision does is done by those whose it is: see domain/reactions.py.
"""

from datetime import datetime

from rightsd.adapters import media
from rightsd.db import claims, request_references, reviews, samples, thumbnails, works
from rightsd.db.claims import Rivals
from rightsd.db.tx import Tx
from rightsd.domain import rates as domain_rates
from rightsd.domain import review as domain
from rightsd.domain.events import Event, Value
from rightsd.domain.principal import Principal, Role
from rightsd.domain.rates import Measured
from rightsd.domain.review import Finding, Kind, Opening, Review, Right
from rightsd.domain.work import Work
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

# Whom a review can go against: who asks for clips, and who claims works.
PARTIES = (Role.CREATOR, Role.PERSON, Role.RIGHTS_HOLDER)
LIST_MAX = 200
HELD_MAX = 10  # By one reviewer, so that what waits is not hoarded.
LAPSE_BATCH = 100
OF_CLIPS = frozenset({Kind.USE, Kind.OUTPUT, Kind.LIKENESS})
CONFLICTS_OPEN_MAX = 200  # More are asked about when these are decided.
RATES_DAYS = 90


def queue(
    tx: Tx,
    actor: Principal,
    *,
    behind: tuple[datetime, str] | None = None,
    limit: int = LIST_MAX,
) -> list[Review]:
    """Return what waits for the reviewer or another, what is due first, behind one: due, and id."""
    actor.require(Role.REVIEWER)
    return reviews.queue(tx, actor.account_id, behind=behind, limit=limit)


def take_next(tx: Tx, actor: Principal) -> Review | None:
    """Take the review that is due first of those that nobody else has; None: there is none.

    One that the reviewer has already comes before all others.

    Raises:
        RightsError: TOO_MANY, as for `claim`.
    """
    waiting = queue(tx, actor)
    mine = [each for each in waiting if each.holder(tx.now) == actor.account_id]
    for each in mine or waiting:
        try:
            return claim(tx, actor, each.id)
        except RightsError as error:
            if error.code is not Code.CONFLICT:  # Another was quicker.
                raise
    return None


def view(tx: Tx, actor: Principal, review_id: str) -> Review:
    """Return a review with its evidence to the reviewer who has it, or decided it."""
    actor.require(Role.REVIEWER)
    review = reviews.find(tx, review_id)
    if review is None or actor.account_id not in _readers(tx, review):
        raise RightsError(Code.NOT_FOUND, "there is no such review among those that you have")
    return review


def thumbnail(tx: Tx, actor: Principal, review_id: str) -> bytes:
    """Return a small picture of the clip that a review is about, a JPEG; see `view`.

    Raises:
        RightsError: NOT_FOUND, also when no clip has been made yet.
    """
    review = view(tx, actor, review_id)
    found = thumbnails.find(tx, review.things[0]) if review.kind in OF_CLIPS else None
    if found is None:
        raise RightsError(Code.NOT_FOUND, "there is no picture of what this review is about")
    return found


def is_pictured(tx: Tx, review: Review) -> bool:
    """Say whether there is a small picture of the clip that a review is about."""
    return review.kind in OF_CLIPS and bool(thumbnails.which(tx, review.things[:1]))


def reference(
    tx: Tx, actor: Principal, review_id: str, sent_id: str, *, sharp: bool = False
) -> bytes:
    """Return a small picture of what came with a request that a use is, a JPEG; see `view`.

    Args:
        tx: The transaction.
        actor: The reviewer.
        review_id: The review.
        sent_id: The reference that its evidence names.
        sharp: As it was sent; otherwise blurred, for whoever need not see a person for this.

    Raises:
        RightsError: NOT_FOUND, also for sound, and when the request is over.
    """
    review = view(tx, actor, review_id)
    found = None
    if review.kind is Kind.USE:
        found = request_references.thumbnail(tx, review.things[0], sent_id)
    if found is None:
        raise RightsError(Code.NOT_FOUND, "there is no picture of such a reference")
    return found if sharp else media.blurred(found)


def mine(tx: Tx, actor: Principal) -> list[Review]:
    """Return the reviews that can go against the account, newest first."""
    actor.require(*PARTIES)
    return reviews.of_party(tx, actor.account_id, limit=LIST_MAX)


def claim(tx: Tx, actor: Principal, review_id: str) -> Review:
    """Take a review from the queue for a while; again, for longer."""
    review = _lock(tx, actor, review_id)
    if review.state not in domain.WAITING:
        raise RightsError(Code.CONFLICT, f"this review is {review.state}: it waits for nobody")
    if review.first is not None and review.first.reviewer_id == actor.account_id:
        raise RightsError(Code.CONFLICT, "you decided this: another reviewer decides the appeal")
    holder = review.holder(tx.now)
    if holder not in {None, actor.account_id}:
        raise RightsError(Code.CONFLICT, "another reviewer has this at the moment")
    if holder is None and reviews.count_held(tx, actor.account_id) >= HELD_MAX:
        detail = f"you have {HELD_MAX} reviews already; decide or release one of them"
        raise RightsError(Code.TOO_MANY, detail)
    reviews.hold(tx, review_id, actor.account_id, tx.now + domain.LEASE)
    return _found(tx, review_id)


def release(tx: Tx, actor: Principal, review_id: str) -> Review:
    """Give a review back to the queue."""
    _require_held(tx, actor, _lock(tx, actor, review_id))
    reviews.hold(tx, review_id, None, None)
    return _found(tx, review_id)


def decide(
    tx: Tx,
    actor: Principal,
    review_id: str,
    *,
    finding: Finding,
    right: Right | None,
    reason: str,
) -> Review:
    """Decide a review that one has; on appeal the same finding affirms, another overturns."""
    review = _lock(tx, actor, review_id)
    _require_held(tx, actor, review)
    if finding not in domain.FINDINGS[review.kind]:
        allowed = " or ".join(domain.FINDINGS[review.kind])
        raise RightsError(Code.INVALID, f"the finding of a {review.kind} is {allowed}")
    if (right is not None) != (review.kind is Kind.SAMPLE and finding is Finding.REFUSE):
        detail = "a right is named for a sample that should be refused, and only then"
        raise RightsError(Code.INVALID, detail)
    facts: dict[str, Value] = {"reviewer_id": actor.account_id, "finding": finding.value}
    if right is not None:
        facts["right"] = right.value
    kind = "review.decided"
    if review.first is not None:
        same = finding is review.first.finding
        kind = "review.affirmed" if same else "review.overturned"
    return _turn(tx, review, Event(kind, review_id, tx.now, facts), words=reason)


def appeal(tx: Tx, actor: Principal, review_id: str, *, objection: str) -> Review:
    """Appeal a decision, once, as the account that it went against."""
    actor.require(*PARTIES)
    review = reviews.lock(tx, review_id)
    if review is None or review.kind is Kind.SAMPLE or actor.account_id not in review.parties:
        raise RightsError(Code.NOT_FOUND, "there is no such review")
    domain.MACHINE.next(review.state, "review.appealed")
    if review.against() != actor.account_id:
        raise RightsError(Code.CONFLICT, "this was not decided against you")
    until = review.appealable_until()
    if until is None or tx.now >= until:
        detail = f"a decision can be appealed for {domain.APPEAL_DAYS} days, which are over"
        raise RightsError(Code.CONFLICT, detail)
    event = Event("review.appealed", review_id, tx.now, {"account_id": actor.account_id})
    return _turn(tx, review, event, words=objection)


def rates(tx: Tx) -> list[Measured]:
    """Return how often the gate was wrong in the last days, as reviewers found who did not know."""
    return domain_rates.measure(samples.decided(tx, days=RATES_DAYS))


def lapse(rt: Runtime) -> int:
    """End the uses and samples that nobody decided in time; return how many."""
    with rt.transaction() as tx:
        due = reviews.due(tx, limit=LAPSE_BATCH)
        for review in due:
            reviews.lapse(tx, review)
    return len(due)


def open_conflicts(rt: Runtime) -> int:
    """Ask reviewers whose the contested names are, if they are not asked too much already."""
    with rt.transaction() as tx:
        room = CONFLICTS_OPEN_MAX - claims.count_open_conflicts(tx)
        pairs: dict[tuple[str, str], list[Rivals]] = {}
        for rivals in claims.unreviewed(tx, limit=room) if room > 0 else ():
            pairs.setdefault((rivals.first_id, rivals.second_id), []).append(rivals)
        for (first_id, second_id), shared in pairs.items():
            first, second = works.find(tx, first_id), works.find(tx, second_id)
            assert first is not None
            assert second is not None
            reviews.begin(tx, _conflict(tx, first, second, shared))
    return len(pairs)


def _conflict(tx: Tx, first: Work, second: Work, shared: list[Rivals]) -> Opening:
    parties = (first.account_id, second.account_id)
    names = tuple(rivals.folded for rivals in shared)
    return Opening(
        kind=Kind.CONFLICT,
        things=(first.id, second.id),
        parties=parties,
        about=parties,
        evidence={
            "names": list(names),
            "first": _claimant(tx, first),
            "second": _claimant(tx, second),
        },
        names=names,
    )


def _claimant(tx: Tx, work: Work) -> dict[str, object]:
    return {
        "work_id": work.id,
        "title": work.title,
        "kind": work.kind.value,
        "ownership": work.ownership.value,
        "registered_at": work.registered_at.isoformat(),
        "documents": [document.shown() for document in claims.documents(tx, work)],
    }


def _readers(tx: Tx, review: Review) -> set[str | None]:
    rulings = [ruling for ruling in (review.first, review.last) if ruling is not None]
    return {review.holder(tx.now), *(ruling.reviewer_id for ruling in rulings)}


def _lock(tx: Tx, actor: Principal, review_id: str) -> Review:
    """Return a review, locked; what is about a reviewer's own account is not there for them."""
    actor.require(Role.REVIEWER)
    review = reviews.lock(tx, review_id)
    if review is None or actor.account_id in review.parties:
        raise RightsError(Code.NOT_FOUND, "there is no such review")
    return review


def _require_held(tx: Tx, actor: Principal, review: Review) -> None:
    if review.holder(tx.now) != actor.account_id:
        raise RightsError(Code.CONFLICT, "you do not have this review: claim it first")


def _turn(tx: Tx, review: Review, event: Event, *, words: str) -> Review:
    turned = domain.evolve(review, event, words=words)
    if review.evidence is None:
        raise RightsError(Code.CONFLICT, "someone whom this was about was erased, and so was it")
    reviews.update(tx, turned)
    tx.record(event)
    return turned


def _found(tx: Tx, review_id: str) -> Review:
    review = reviews.find(tx, review_id)
    assert review is not None
    return review
