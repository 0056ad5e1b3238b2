"""Deciding on notices and on appeals: reviewers, each case another one."""

from dataclasses import replace

from rightsd.db import claimants, letters, notices, standing
from rightsd.db.tx import Tx
from rightsd.domain import ids, suspension
from rightsd.domain.events import Event, Value
from rightsd.domain.notice import Notice, State
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.workflows.notices import changing, receiving

QUEUE_MAX = 200


def queue(tx: Tx, actor: Principal) -> list[Notice]:
    """Return what waits for a reviewer: of trusted flaggers first, then by the shortest clock."""
    actor.require(Role.REVIEWER)
    return notices.queue(tx, limit=QUEUE_MAX)


def identify(tx: Tx, actor: Principal, notice_id: str, *, generation_id: str) -> Notice:
    """Say which output a notice is against that only describes it.

    What lacks nothing else is whole with that; what does still waits for its claimant.

    Raises:
        RightsError: NOT_FOUND: there is no such notice or output. CONFLICT: it was decided.
            FORBIDDEN: the notice is the reviewer's own.
    """
    notice = _lock_to_decide(tx, actor, notice_id)
    receiving.hold_target(tx, generation_id)
    facts: dict[str, Value] = {"generation_id": generation_id, "reviewer_id": actor.account_id}
    claim = replace(notice.claim, exact=True)
    identified = changing.change(tx, notice, "notice.identified", facts, claim=claim)
    return receiving.complete_if_whole(tx, identified)


def uphold(tx: Tx, actor: Principal, notice_id: str, *, reason: str) -> Notice:
    """Uphold a notice: from this commit on the output is not shown any more."""
    notice = _lock_to_decide(tx, actor, notice_id)
    facts = _found_right(notice, actor)
    upheld = changing.change(tx, notice, "notice.upheld", facts, words=reason)
    standing.lock_causes(tx)
    return upheld


def reject(
    tx: Tx, actor: Principal, notice_id: str, *, reason: str, abusive: bool = False
) -> Notice:
    """Reject a notice; if it was abusive, that is a strike, and the last of several suspends."""
    notice = _lock_to_decide(tx, actor, notice_id)
    facts: dict[str, Value] = {"reviewer_id": actor.account_id, "abusive": abusive}
    rejected = changing.change(tx, notice, "notice.rejected", facts, words=reason)
    if abusive:
        _strike(tx, rejected, actor)
    return rejected


def affirm(tx: Tx, actor: Principal, notice_id: str, *, reason: str) -> Notice:
    """Leave a decision as it is, on appeal."""
    notice = _lock_appealed(tx, actor, notice_id)
    facts: dict[str, Value] = {"reviewer_id": actor.account_id}
    return changing.change(tx, notice, "notice.affirmed", facts, words=reason)


def reverse(tx: Tx, actor: Principal, notice_id: str, *, reason: str) -> Notice:
    """Turn a decision around, on appeal: what was down is put back, what was up goes down."""
    notice = _lock_appealed(tx, actor, notice_id)
    facts = {"reviewer_id": actor.account_id} if notice.stands else _found_right(notice, actor)
    # An action that takes something down has an output by now.
    if not notice.stands and notice.generation_id is None:
        raise RightsError(Code.CONFLICT, "nobody has identified which output this is against")
    turned = changing.change(tx, notice, "notice.reversed", facts, words=reason)
    if turned.stands:
        standing.lock_causes(tx)
    return turned


def restore(tx: Tx, actor: Principal, notice_id: str, *, reason: str) -> Notice:
    """Put back what the claimant went to court about, when the court did not keep it down."""
    notice = _lock_to_decide(tx, actor, notice_id)
    if notice.state is State.COUNTERED:
        detail = "this is put back by itself on the statutory day, unless an action is filed"
        raise RightsError(Code.CONFLICT, detail)
    facts: dict[str, Value] = {"reviewer_id": actor.account_id}
    return changing.change(tx, notice, "notice.restored", facts, words=reason)


def _found_right(notice: Notice, actor: Principal) -> dict[str, Value]:
    """Return what the log says when a notice is found to be right.

    That it is about an offence against a child is on record from then on and not before: the log is
    public, and leads nobody to a clip that is shown.
    """
    facts: dict[str, Value] = {"reviewer_id": actor.account_id}
    return facts | ({"offence_against_child": True} if notice.claim.offence_against_child else {})


def _lock_to_decide(tx: Tx, actor: Principal, notice_id: str) -> Notice:
    actor.require(Role.REVIEWER)
    notice = changing.lock(tx, notice_id)
    if actor.account_id == notice.claimant.account_id:
        raise RightsError(Code.FORBIDDEN, "this notice is your own; somebody else decides on it")
    if actor.account_id == notices.creator_of(tx, notice_id):
        detail = "this notice is against an output of yours; somebody else decides on it"
        raise RightsError(Code.FORBIDDEN, detail)
    if actor.account_id in notice.appellants:
        detail = "you have appealed a decision on this notice; somebody else decides on it"
        raise RightsError(Code.FORBIDDEN, detail)
    return notice


def _lock_appealed(tx: Tx, actor: Principal, notice_id: str) -> Notice:
    notice = _lock_to_decide(tx, actor, notice_id)
    if actor.account_id in notice.reviewers:
        detail = "you have decided on this notice before; somebody else decides on the appeal"
        raise RightsError(Code.FORBIDDEN, detail)
    return notice


def _strike(tx: Tx, notice: Notice, actor: Principal) -> None:
    """Suspend a claimant several of whose notices were found abusive of late."""
    mac = notices.claimant_mac(tx, notice.id)
    if mac is None or any(each.holds(tx.now) for each in claimants.suspensions_of(tx, mac)):
        return
    since = tx.now - suspension.WINDOW
    if claimants.count_abusive(tx, mac, since=since) < suspension.STRIKES_MAX:
        return
    facts = {"notice_id": notice.id, "reviewer_id": actor.account_id}
    event = Event("suspension.imposed", ids.new("sus"), tx.now, facts)
    claimants.insert_suspension(tx, suspension.imposed(event), claimant_mac=mac)
    if notice.claim.email:
        letters.post(tx, notice.id, letters.Kind.SUSPENSION_IMPOSED)
    tx.record(event)
